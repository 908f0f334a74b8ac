"""The pages of the built site as paper has them: all that is said, nothing to press.

What is read here is what the site shows, so PDF and e-book have its sentences, numbers and figures.
"""

# mypy: disallow-untyped-calls=False
# (yaml has no types)

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from scsreport.paper import cleaning
from scsreport.tables import paths

__all__ = ["ONLY_ON_SITE", "Paper", "Part", "Section", "read"]

ONLY_ON_SITE = (
    "chapters/your-country",
    "chapters/all-cities",
    "chapters/link-laboratory",
    "chapters/api",
    "chapters/your-own-country",
    "chapters/exercises",
    "chapters/teaching",
)
"""Pages that one works with at a screen, or beside a program."""

FIRST_CHECKED = "chapters/ledger"
"""Before the part with this page comes the annex: what chapters keep for researchers."""

MOST = 0.6
"""Share of its words from which a line is a link and little else."""

RESEARCHERS = "for-researchers"
ANNEX = "Annex: for researchers"
IN_ANNEX = "For researchers: the tests, the ways of counting and the full tables are in the annex"


@dataclass(frozen=True)
class Section:
    """A chapter, or what one keeps for researchers.

    Attributes
    ----------
    name : str
        By which links lead to it.
    title : str
        As it is printed.
    body : HtmlElement
        All below the title; ``id`` and links are those of the whole book.
    """

    name: str
    title: str
    body: Any


@dataclass(frozen=True)
class Part:
    """Sections under one heading, which the first part lacks."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Paper:
    """The whole book.

    Attributes
    ----------
    parts : tuple of Part
        In the order in which they are read.
    pictures : mapping of bytes
        By the name that ``src`` of an image has.
    only_on_site : tuple of str
        Titles of the pages that are left out.
    """

    parts: tuple[Part, ...]
    pictures: Mapping[str, bytes]
    only_on_site: tuple[str, ...]


def read(site: Path) -> Paper:
    """Read a built site.

    Parameters
    ----------
    site : Path
        Its folder.

    Returns
    -------
    Paper

    Raises
    ------
    PaperError
        If a page of ``_toc.yml`` is not there.
    """
    parts = _contents()
    names = [name for _, pages in parts for name in pages]
    pages = {name: cleaning.text_of(site, name) for name in names}
    here = {name: page for name, page in pages.items() if name not in ONLY_ON_SITE}
    pictures: dict[str, bytes] = {}
    for name, page in here.items():
        pictures |= cleaning.take_pictures(page, site / name)
    ends = {
        (name, anchor): f"{_slug(name)}--{anchor}" if anchor else _slug(name)
        for name, page in here.items()
        for anchor in ("", *page.xpath(".//@id[. != '']"))
    }
    for name, page in here.items():
        _turn_links(page, name, ends)
    found = [
        Part(caption, tuple(_section(name, here[name]) for name in pages if name in here))
        for caption, pages in parts
    ]
    annex = Part(ANNEX, tuple(_annexed(section) for part in found for section in _with_annex(part)))
    at = next(at for at, (_, pages) in enumerate(parts) if FIRST_CHECKED in pages)
    kept = [part for part in (*found[:at], annex, *found[at:]) if part.sections]
    left_out = tuple(_title(pages[name]) for name in ONLY_ON_SITE if name in pages)
    return Paper(tuple(kept), pictures, left_out)


def _contents() -> list[tuple[str, list[str]]]:
    """Return the parts of ``_toc.yml``: caption and pages."""
    import yaml

    toc = yaml.safe_load(paths.TOC.read_text(encoding="utf-8"))
    parts = [
        (part["caption"], [page["file"] for page in part["chapters"]]) for part in toc["parts"]
    ]
    return [("", [toc["root"]]), *parts]


def _slug(name: str) -> str:
    return posixpath.basename(name)


def _title(page: Any) -> str:
    return " ".join(page.xpath("string(.//h1)").split())


def _turn_links(page: Any, name: str, ends: Mapping[tuple[str, str], str]) -> None:
    """Lead links to places of the book; those to what is on the site alone become plain text."""
    for link in page.xpath(".//a[@href]"):
        address = link.get("href")
        if re.match(r"[a-z]+:", address):
            continue
        file, _, anchor = address.partition("#")
        within = posixpath.join(posixpath.dirname(name), unquote(file)) if file else f"{name}.html"
        target = posixpath.normpath(within).removesuffix(".html")
        end = ends.get((target, anchor)) or ends.get((target, ""))
        if end and not link.get("download"):
            link.set("href", f"#{end}")
        elif _is_most_of(link.getparent(), link):
            link.getparent().drop_tree()
        else:
            link.drop_tag()
    for node in page.xpath("descendant-or-self::*[@id != '']"):
        node.set("id", ends[name, node.get("id")])


def _is_most_of(line: Any, link: Any) -> bool:
    """Tell whether a line does little but lead to what paper lacks."""
    words = len(link.text_content().split())
    return line.tag == "p" and words > MOST * len(line.text_content().split())


def _section(name: str, page: Any) -> Section:
    """Return a chapter, its title taken off."""
    title = _title(page)
    page.find(".//h1").drop_tree()
    return Section(_slug(name), title, page)


def _with_annex(part: Part) -> Iterator[tuple[Section, Any]]:
    """Yield each section that keeps something for researchers, and what it keeps."""
    for section in part.sections:
        for kept in section.body.xpath(f".//section[@id='{section.name}--{RESEARCHERS}']"):
            yield section, kept


def _annexed(found: tuple[Section, Any]) -> Section:
    """Move what a chapter keeps for researchers out of it, with a link each way."""
    section, kept = found
    there = _overleaf(kept.get("id"), IN_ANNEX)
    kept.getparent().remove(kept)
    section.body.insert(0, there)
    kept[0].drop_tree()  # its heading, in place of which stands the title of the chapter
    for heading in kept.xpath(".//h3 | .//h4"):
        heading.tag = f"h{int(heading.tag[1]) - 1}"
    kept.insert(0, _overleaf(section.name, f"Belongs to the chapter {section.title}"))
    return Section(kept.attrib.pop("id"), section.title, kept)


def _overleaf(end: str, words: str) -> Any:
    """Return a line that leads to another part of the book."""
    from lxml import html

    line = html.Element("p", {"class": "overleaf"})
    link = html.Element("a", href=f"#{end}")
    link.text = words
    line.append(link)
    return line
