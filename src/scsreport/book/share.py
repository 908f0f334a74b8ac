"""The picture by which a page is shared: its title, what it answers, and the mark of the book."""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from scsreport.book import lettering

__all__ = ["HEIGHT", "WIDTH", "draw"]

WIDTH, HEIGHT = 1200, 630
"""In pixels; what sites that show shared pages ask for."""

MARGIN = 80
PAPER, INK, QUIET, MARK = "#ffffff", "#1d2327", "#5b6670", "#0072b2"
COLOURS = 16
"""Enough for text with soft edges, in a sixth of the bytes."""

TITLE, ANSWER, BOOK = 64, 38, 26
"""Sizes of letters, in pixels."""

LINES = 3
"""Of a title, at most; it shrinks until it fits."""


def draw(title: str, answer: str, book: str) -> bytes:
    """Draw the picture of a page.

    Parameters
    ----------
    title : str
        Of the page.
    answer : str
        What it says, in a sentence.
    book : str
        Title of the book.

    Returns
    -------
    bytes
        A PNG, the same for the same words.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, WIDTH, 12), fill=MARK)
    size = next((s for s in range(TITLE, BOOK, -4) if len(_lines(title, s, "Bold")) <= LINES), BOOK)
    heading = "\n".join(_lines(title, size, "Bold"))
    canvas.multiline_text((MARGIN, MARGIN), heading, INK, _font(size, "Bold"), spacing=12)
    below = canvas.multiline_textbbox((MARGIN, MARGIN), heading, _font(size, "Bold"), spacing=12)[3]
    said = "\n".join(_lines(answer, ANSWER))
    canvas.multiline_text((MARGIN, below + 36), said, INK, _font(ANSWER), spacing=12)
    _draw_mark(canvas, MARGIN, HEIGHT - MARGIN - 24)
    canvas.text((MARGIN + 76, HEIGHT - MARGIN - 8), book, QUIET, _font(BOOK))
    file = io.BytesIO()
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
    return file.getvalue()


@cache
def _font(size: int, weight: str = "") -> ImageFont.FreeTypeFont:
    """Return the font of the figures, set letter by letter, the same on every machine."""
    name = f"DejaVuSans{'-' if weight else ''}{weight}.ttf"
    file = lettering.fonts_of_matplotlib() / name
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)


def _lines(text: str, size: int, weight: str = "") -> list[str]:
    """Break a text into lines that fit."""
    font, lines = _font(size, weight), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > WIDTH - 2 * MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _draw_mark(canvas: ImageDraw.ImageDraw, x: int, y: int) -> None:
    """Draw the mark of the book: three cities and the links between them, as in ``icon.svg``."""
    scale = 4
    corners = [(x + scale * a, y + scale * b) for a, b in ((3, 12), (8, 4), (13, 12))]
    canvas.line([*corners, corners[0]], fill=MARK, width=scale)
    for (a, b), radius in zip(corners, (2, 3, 2), strict=True):
        canvas.circle((a, b), radius * scale, fill=MARK)
