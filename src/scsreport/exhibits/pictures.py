"""A figure as files: drawn once, then set for the page and for those who save it.

On the page a figure is an SVG within the text: its lettering is text, and each colour is a property
that the site gives another value on a dark page. Figures whose vector form would be heavy are
pictures, one light and one dark. What is saved has lettering as outlines, a background, and the
title, sources and licence around it, so that it looks and says the same elsewhere.
"""

import base64
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import fill
from typing import Any
from xml.etree import ElementTree

import matplotlib.style as mpl_style
import pandas as pd
from matplotlib import rc_context
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from scsreport.exhibits import style

__all__ = ["ColourError", "Drawing", "Imprint", "drawn", "files", "in_page", "small_png"]

Drawing = Callable[[pd.DataFrame, style.Theme], Figure]
"""``draw(data, theme) -> Figure``."""

PIXELS_PER_INCH, POINTS_PER_INCH = 96, 72
RASTER_DPI = 220
SAVED_DPI = 200

TITLE_SIZE, TITLE_LETTERS = 10, 48
SMALL_SIZE, SMALL_LETTERS = 6.5, 84
"""Points, and letters of a line, of what is written around a figure that is saved."""

MARGIN = 0.09
"""Around what is saved, inches."""

FONTS = "DejaVu Sans, Verdana, sans-serif"
"""Of lettering on the page: the one that was measured with, and one that is as wide."""

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
PAINTS = ("fill", "stroke")
LONG = re.compile(r"-?\d+\.\d{3,}")
POINTS_TO = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")


class ColourError(ValueError):
    """A figure is drawn in a colour that has no counterpart on a dark page."""


LAID_OUT: Any = {"figure.constrained_layout.use": False}
"""Settings under which figures are saved: else each time they would be laid out anew."""


@dataclass(frozen=True)
class Imprint:
    """What is written around a figure that is saved.

    Parameters
    ----------
    title : str
        Above it.
    lines : sequence of str
        Below it: sources, and how to cite.
    alt : str
        What it shows, for those who cannot see it.
    licence : str
        Under which it may be used.
    """

    title: str
    lines: tuple[str, ...]
    alt: str
    licence: str


def drawn(draw: Drawing, data: pd.DataFrame, theme: style.Theme) -> Figure:
    """Return a figure drawn in a theme, its parts laid out.

    Parameters
    ----------
    draw : callable
        ``draw(data, theme) -> Figure``.
    data : DataFrame
        What it draws.
    theme : Theme
        Light or dark.

    Returns
    -------
    Figure
    """
    with mpl_style.context([style.SHEET, style.settings(theme)]):
        figure = draw(data, theme)
        engine = figure.get_layout_engine()
        assert engine is not None  # the sheet sets one
        engine.execute(figure)
    with rc_context(LAID_OUT):
        figure.set_layout_engine()  # none, or each file would lay it out anew
    return figure


def files(
    draw: Drawing, data: pd.DataFrame, name: str, imprint: Imprint, *, raster: bool = False
) -> dict[str, Any]:
    """Draw a figure and return it as the page shows it and as it is saved.

    Parameters
    ----------
    draw : callable
        ``draw(data, theme) -> Figure``.
    data : DataFrame
        What it draws.
    name : str
        Id of the exhibit, with which every id within the SVG begins.
    imprint : Imprint
        What is written around it where it is saved.
    raster : bool
        Show a light and a dark picture instead of an SVG.

    Returns
    -------
    dict
        Width and height in CSS pixels; ``svg``, or ``light`` and ``dark`` as PNG in base64;
        ``saved``, an SVG and a PNG in base64.

    Raises
    ------
    ColourError
        If a colour of the SVG is none of the theme.
    """
    figure = drawn(draw, data, style.LIGHT)
    width, height = (round(side * PIXELS_PER_INCH) for side in figure.get_size_inches())
    result: dict[str, Any] = {"width": width, "height": height}
    with mpl_style.context([style.SHEET, style.settings(style.LIGHT), LAID_OUT]):
        if raster:
            result["light"] = _encoded(_small_png(figure))
            result["dark"] = _encoded(_small_png(drawn(draw, data, style.DARK)))
        else:
            result["svg"] = _svg_of_page(figure, name)
        result["saved"] = _saved(figure, imprint, raster=raster)
    return result


def in_page(draw: Drawing, data: pd.DataFrame, name: str) -> str:
    """Return a figure as an SVG that may stand in a page, beside others.

    Parameters
    ----------
    draw, data, name
        As in :func:`files`.

    Returns
    -------
    str

    Raises
    ------
    ColourError
        If a colour of it is none of the theme.
    """
    figure = drawn(draw, data, style.LIGHT)
    with mpl_style.context([style.SHEET, style.settings(style.LIGHT), LAID_OUT]):
        return _svg_of_page(figure, name)


def small_png(draw: Drawing, data: pd.DataFrame) -> bytes:
    """Return a figure in light colours as PNG, for those whose vector form would be heavy.

    Parameters
    ----------
    draw, data
        As in :func:`files`.

    Returns
    -------
    bytes
    """
    figure = drawn(draw, data, style.LIGHT)
    with mpl_style.context([style.SHEET, style.settings(style.LIGHT), LAID_OUT]):
        return _small_png(figure)


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _small_png(figure: Figure) -> bytes:
    """Return a figure as PNG with a reduced palette."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=RASTER_DPI, facecolor=figure.get_facecolor())
    # By coverage, since a few dots of a series must keep their colour among much land.
    picture = (
        Image.open(buffer)
        .convert("RGB")
        .quantize(96, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    compressed = io.BytesIO()
    picture.save(compressed, format="PNG", optimize=True)
    return compressed.getvalue()


# --- on the page ------------------------------------------------------------------------------


def _svg_of_page(figure: Figure, name: str) -> str:
    """Return a figure as an SVG that may stand in a page, beside others."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    root = ElementTree.fromstring(buffer.getvalue())
    for child in list(root):
        if child.tag == f"{SVG}metadata" or child.find(f"{SVG}style") is not None:
            root.remove(child)  # its style would be one of the whole page
    for element in root.iter():
        _lighten(element)
        _name_colours(element, name)
    _rename(root, name)
    width, height = (f"{side * PIXELS_PER_INCH:.0f}" for side in figure.get_size_inches())
    root.attrib |= {
        "xmlns": SVG.strip("{}"),
        "width": width,
        "height": height,
        "font-family": FONTS,
        "stroke-linejoin": "round",
        "stroke-linecap": "butt",
    }
    return ElementTree.tostring(root, encoding="unicode").strip()


def _lighten(element: ElementTree.Element) -> None:
    """Write styles as attributes, which the page's policy lets pass, and no digit too many."""
    element.tag = element.tag.removeprefix(SVG)
    styles = element.attrib.pop("style", "")
    for key, value in (part.split(":", 1) for part in styles.split(";") if ":" in part):
        element.set(key.strip(), value.strip())
    element.attrib.pop("font-family", None)  # said once, for all
    if HREF in element.attrib:
        element.set("href", element.attrib.pop(HREF))
    for key in ("d", "x", "y", "transform"):
        if key in element.attrib:
            value = LONG.sub(lambda number: f"{float(number[0]):.2f}", element.attrib[key])
            element.set(key, " ".join(value.split()))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    if element.tag != "text":
        element.text = (element.text or "").strip() or None
        element.tail = (element.tail or "").strip() or None
    else:
        element.tail = "\n"  # keeps words apart that are looked for


def _name_colours(element: ElementTree.Element, name: str) -> None:
    """Call each colour by its name in the theme."""
    for paint in PAINTS:
        colour = element.get(paint, "none")
        if colour == "none" or colour.startswith("url("):
            continue
        if colour not in NAMES:
            raise ColourError(
                f"exhibit {name!r}: found {paint} {colour!r} in <{element.tag}>, expected a colour "
                "of the theme, which has its counterpart in the dark. Draw in colours.toml's "
                "colours; a tint is one of them with alpha."
            )
        element.set(paint, f"var(--figure-{NAMES[colour]},{colour})")


NAMES = {pair["light"]: colour for colour, pair in reversed(style.COLOURS.items())}
"""Names of colours by their light form; of two with one form, the first."""


def _rename(root: ElementTree.Element, name: str) -> None:
    """Keep the ids that something points to, under names that no other figure has."""
    values = (value for element in root.iter() for value in element.attrib.values())
    asked = dict.fromkeys(found for value in values for found in POINTS_TO.findall(value))
    new = {old: f"{name}-{number}" for number, old in enumerate(asked, 1)}
    for element in root.iter():
        old = element.attrib.pop("id", "")
        for key, value in element.attrib.items():
            element.set(key, POINTS_TO.sub(lambda found: new[found[0]], value))
        if old in new:
            element.set("id", new[old])


# --- to be saved ------------------------------------------------------------------------------


def _saved(figure: Figure, imprint: Imprint, *, raster: bool) -> dict[str, str]:
    """Return a figure with its imprint as PNG and as SVG."""
    return {
        "png": _encoded(_saved_png(figure, imprint)),
        "svg": _encoded(_saved_svg(figure, imprint, raster=raster)),
    }


def _saved_png(figure: Figure, imprint: Imprint) -> bytes:
    """Return a figure with its imprint as PNG; Pillow writes words in a tenth of the time."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=SAVED_DPI, pil_kwargs={"compress_level": 0})
    picture = Image.open(buffer)
    title = fill(imprint.title, TITLE_LETTERS), _font(TITLE_SIZE, "bold")
    below = _lines_below(imprint), _font(SMALL_SIZE, "normal")
    measure = ImageDraw.Draw(picture)
    margin = round(MARGIN * SAVED_DPI)
    head, foot = (
        round(measure.multiline_textbbox((0, 0), text, font)[3]) + 2 * margin
        for text, font in (title, below)
    )
    paper, ink = style.LIGHT.paper, style.LIGHT.ink
    sheet = Image.new("RGB", (picture.width, head + picture.height + foot), paper)
    sheet.paste(picture, (0, head))
    pen = ImageDraw.Draw(sheet)
    pen.multiline_text((margin, margin), title[0], fill=ink, font=title[1])
    pen.multiline_text((margin, sheet.height - foot + margin), below[0], fill=ink, font=below[1])
    about = PngInfo()
    for key, value in _about(imprint, "Copyright").items():
        about.add_text(key, value)
    compressed = io.BytesIO()
    sheet.save(compressed, format="PNG", pnginfo=about, dpi=(SAVED_DPI, SAVED_DPI))
    return compressed.getvalue()


def _font(points: float, weight: str) -> ImageFont.FreeTypeFont:
    file = findfont(FontProperties(family="DejaVu Sans", weight=weight))
    return ImageFont.truetype(file, points * SAVED_DPI / POINTS_PER_INCH)


def _about(imprint: Imprint, licence: str) -> dict[str, str]:
    """Return what a file says of itself; each format has its own name for the licence."""
    return {
        "Title": imprint.title,
        "Description": imprint.alt,
        "Source": " ".join(imprint.lines),
        licence: imprint.licence,
    }


def _lines_below(imprint: Imprint) -> str:
    return "\n".join(fill(line, SMALL_LETTERS) for line in imprint.lines)


def _saved_svg(figure: Figure, imprint: Imprint, *, raster: bool) -> bytes:
    """Return a figure with its imprint as SVG, its lettering as outlines."""
    box = _with_imprint(figure, imprint)
    if raster:
        for axes in figure.axes:
            for part in axes.get_children():
                part.set_rasterized(isinstance(part, Collection))
    metadata = {**_about(imprint, "Rights"), "Date": None}
    buffer = io.BytesIO()
    with rc_context({"svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", dpi=SAVED_DPI, bbox_inches=box, metadata=metadata)
    return buffer.getvalue()


def _with_imprint(figure: Figure, imprint: Imprint) -> Bbox:
    """Write title and sources outside a figure, and return the box that holds all, in inches."""
    width, height = figure.get_size_inches()
    left = MARGIN / width
    title = figure.text(
        left,
        1 + MARGIN / height,
        fill(imprint.title, TITLE_LETTERS),
        va="bottom",
        size=TITLE_SIZE,
        weight="bold",
        parse_math=False,
    )
    below = figure.text(
        left,
        -MARGIN / height,
        _lines_below(imprint),
        va="top",
        size=SMALL_SIZE,
        parse_math=False,
    )
    for legend in figure.legends:  # which would move to the edge of what is saved
        legend.set_bbox_to_anchor((0, 0, 1, 1), figure.transFigure)
    head, foot = (_height(text) + 2 * MARGIN for text in (title, below))
    return Bbox.from_extents(0, -foot, width, height + head)


def _height(text: Text) -> float:
    """Return the height of a text in inches."""
    figure = text.get_figure(root=True)
    assert figure is not None
    return text.get_window_extent().height / figure.dpi
