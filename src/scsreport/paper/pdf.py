"""The PDF: tagged, with contents and links, set by Typst."""

import shutil
import tempfile
from pathlib import Path
from typing import Literal

from scsreport.paper import columns
from scsreport.paper.cleaning import PaperError
from scsreport.paper.front import Front
from scsreport.paper.pages import Paper, Part, Section
from scsreport.paper.typesetting import blocks, call, lies, string

__all__ = ["pdf", "source"]

STYLE = Path(__file__).parent / "assets" / "style.typ"
STANDARD: Literal["ua-1"] = "ua-1"
"""PDF/UA: refused by Typst where a figure has no text for those who cannot see it."""


def pdf(paper: Paper, front: Front) -> bytes:
    """Set a book as PDF.

    Parameters
    ----------
    paper : Paper
        What it says.
    front : Front
        What stands before.

    Returns
    -------
    bytes
        The same each time: dates are those of the version.

    Raises
    ------
    PaperError
        If a link leads nowhere, or a picture has no text.
    """
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for picture, content in paper.pictures.items():
            (folder / picture).write_bytes(content)
        shutil.copyfile(STYLE, folder / "style.typ")
        main = folder / "book.typ"
        main.write_text(source(paper, front), encoding="utf-8")
        try:
            made: bytes = typst.compile(
                main,
                root=folder,
                font_paths=[columns.fonts()],
                ignore_system_fonts=True,
                pdf_standards=[STANDARD],
                timestamp=front.noon,
            )
        except typst.TypstError as error:
            raise PaperError(f"the book cannot be set as PDF: {error}") from error
    return made


def source(paper: Paper, front: Front) -> str:
    """Return a book as code of Typst.

    Parameters
    ----------
    paper : Paper
        What it says.
    front : Front
        What stands before.

    Returns
    -------
    str
        It imports ``style.typ``.
    """
    lines = ['#import "style.typ": *', f"#show: {_frame(front)}"]
    lines += [_chapter(part, section) for part in paper.parts for section in part.sections]
    return "\n".join(lines) + "\n"


def _chapter(part: Part, section: Section) -> str:
    """Set a section; the first one of a part has the name of the part above it."""
    lying = "true" if lies(section.body) else "false"
    first = part.title and section == part.sections[0]
    named = call(
        "chapter",
        string(section.name),
        string(section.title),
        blocks(section.body),
        part=string(part.title) if first else "none",
        level="2" if part.title else "1",
        lying=lying,
    )
    return f"#{named}"


def _frame(front: Front) -> str:
    day = front.released
    lines = ", ".join(map(string, front.lines))
    return call(
        "book.with",
        title=string(front.title),
        authors=f"({', '.join(map(string, front.authors))},)",
        date=f"datetime(year: {day.year}, month: {day.month}, day: {day.day})",
        about=string(front.about),
        lines=f"({lines},)",
    )
