"""The e-book: EPUB 3, one file a chapter, written with what Python has."""

import datetime
import io
import mimetypes
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2

from scsreport.paper.front import Front
from scsreport.paper.pages import Paper, Section

__all__ = ["epub"]

ASSETS = Path(__file__).parent / "assets"
INSIDE = "EPUB"
XHTML = "http://www.w3.org/1999/xhtml"
STYLE = "style.css"
NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest an archive can hold, for each file of it: no build changes it."""

MANY = 5
"""Columns from which a table has no room on a narrow reader."""

FOR_ALL = {"alt", "class", "colspan", "display", "height", "href", "id", "rowspan", "scope"}
KEPT = FOR_ALL | {"src", "start", "width", "xmlns"}
"""Attributes that an e-book has; the others serve scripts, or the layout of the site."""


def epub(paper: Paper, front: Front) -> bytes:
    """Write a book as EPUB.

    Parameters
    ----------
    paper : Paper
        What it says.
    front : Front
        What stands before.

    Returns
    -------
    bytes
        The same each time.
    """
    sections = [section for part in paper.parts for section in part.sections]
    homes = {anchor: section.name for section in sections for anchor in _anchors(section)}
    chapters = {f"{s.name}.xhtml": _chapter(s, homes) for s in sections}
    facts = {"front": front, "paper": paper, "sections": sections, "pictures": _media(paper)}
    facts["formulas"] = {name for name, text in chapters.items() if "<math" in text}
    facts["identifier"] = uuid.uuid5(uuid.NAMESPACE_URL, f"{front.title} {front.version}")
    facts["modified"] = f"{datetime.datetime.fromtimestamp(front.noon, datetime.UTC):%FT%TZ}"
    files = {
        "META-INF/container.xml": _render("container.xml", **facts),
        f"{INSIDE}/book.opf": _render("book.opf", **facts),
        f"{INSIDE}/nav.xhtml": _render("nav.xhtml", **facts),
        f"{INSIDE}/title.xhtml": _render("title.xhtml", **facts),
        f"{INSIDE}/{STYLE}": (ASSETS / "epub.css").read_text(encoding="utf-8"),
        **{f"{INSIDE}/{name}": text for name, text in chapters.items()},
    }
    pictures = {f"{INSIDE}/{name}": content for name, content in sorted(paper.pictures.items())}
    return _packed({name: text.encode() for name, text in files.items()} | pictures)


def _anchors(section: Section) -> Iterator[str]:
    yield section.name
    yield from section.body.xpath(".//@id")


def _media(paper: Paper) -> list[tuple[str, str]]:
    """Return name and kind of each picture."""
    return [(name, mimetypes.guess_type(name)[0] or "") for name in sorted(paper.pictures)]


def _chapter(section: Section, homes: dict[str, str]) -> str:
    """Return a section as a file of its own."""
    from copy import deepcopy

    from lxml import etree

    body = deepcopy(section.body)
    for link in body.xpath(".//a[starts-with(@href, '#')]"):
        anchor = link.get("href")[1:]
        own = f"#{anchor}" if anchor != homes[anchor] else ""
        link.set("href", f"{homes[anchor]}.xhtml{own}")
    for node in body.iter(etree.Element):
        for name in [name for name in node.attrib if name not in KEPT]:
            del node.attrib[name]
    for table in body.iter("table"):
        _name_cells(table)
    text = etree.tostring(body, encoding="unicode", with_tail=False)
    return _render("chapter.xhtml", title=section.title, body=text)


def _name_cells(table: Any) -> None:
    """Write the head of its column into each cell, which a narrow reader shows in place of it."""
    heads = [head.text_content().strip() for head in table.xpath("./thead/tr[last()]/*")]
    if len(heads) < MANY:
        return
    table.set("class", f"{table.get('class', '')} many".strip())
    for row in table.xpath("./tbody/tr"):
        for cell, head in zip(row, heads, strict=True):
            cell.set("data-head", head)


def _render(name: str, **facts: Any) -> str:
    loader = jinja2.FileSystemLoader(ASSETS)
    environment = jinja2.Environment(loader=loader, autoescape=True, keep_trailing_newline=True)
    return environment.get_template(f"{name}.jinja").render(**facts)


def _packed(files: dict[str, bytes]) -> bytes:
    """Return the archive; its first file, which is not compressed, says what it is."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        first = zipfile.ZipInfo("mimetype", NO_TIME)
        archive.writestr(first, "application/epub+zip", zipfile.ZIP_STORED)
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.create_system = first.create_system = 3  # alike on all systems
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return kept.getvalue()
