"""The pages of the built site as paper has them: all that is said, nothing to press.

What is read here is what the site shows, so PDF and e-book have its sentences, numbers and figures.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from scsreport.tables import paths

__all__ = ["ONLY_ON_SITE", "Paper", "PaperError", "Part", "Section", "read"]

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
CAVEATS = "Caveats"
ALL_SOURCES = "chapters/data"
"""The page whose first table lists all tables."""

MANY = 12
"""Sources beyond which an exhibit refers to that list."""

ANNEX = "Annex: for researchers"

DROPPED = " | ".join(
    (
        "//a[contains(@class, 'headerlink')]",
        "//div[contains(@class, 'exhibit-strip')]/a",
        "//*[contains(concat(' ', @class, ' '), ' cite ')]",
        "//*[contains(@class, 'only-dark')]",
        "//*[contains(@class, 'toctree-wrapper')]",
        "//*[contains(@class, 'explorer') or contains(@class, 'laboratory')]",
        "//*[contains(@class, 'notebook-files')]",
        "//details[contains(@class, 'researchers')]/summary",
        "//p[@class='paper']",
        "//form | //script | //noscript | //style | //button | //input | //select | //output",
    )
)
"""What a page has for a screen alone."""

CASED = {"viewbox": "viewBox", "clippath": "clipPath", "patternunits": "patternUnits"}
"""Names of SVG that a reader of HTML writes small."""

COLOUR = re.compile(r"var\(--[\w-]+,\s*([^)]+)\)")
"""A colour of a figure: its name, and its light form."""


class PaperError(Exception):
    """The site cannot be set on paper; the message says why."""


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
    pages = {name: _page(site, name) for name in names}
    here = {name: page for name, page in pages.items() if name not in ONLY_ON_SITE}
    pictures: dict[str, bytes] = {}
    for name, page in here.items():
        pictures |= _take_pictures(page, site / name)
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


def _page(site: Path, name: str) -> Any:
    """Return the text of a page, without what a screen alone can do."""
    from lxml import html

    file = site / f"{name}.html"
    if not file.is_file():
        raise PaperError(f"{file.name}, a page of _toc.yml, is not in {site}: run `make book`")
    page = html.fromstring(file.read_text(encoding="utf-8"))
    for node in page.xpath(DROPPED):
        node.drop_tree()
    sections = page.xpath("//article/section")
    if not sections:
        raise PaperError(f"{name}.html has no text within <article>: run `make book`")
    body = sections[0]
    for fold in body.xpath(".//details[contains(@class, 'researchers')]"):
        fold.drop_tag()
    for fold in body.xpath(".//div[contains(@class, 'exhibit-strip')]/details"):
        _run_in(fold, name)
    for fold in body.xpath(".//details[contains(@class, 'exhibit-')]"):
        _add_caveats(fold)
    for exhibit in body.xpath(".//div[contains(@class, 'exhibit docutils')]"):
        _note_below(exhibit)
    for fold in body.xpath(".//details"):
        fold.tag = "div"
        fold.set("class", f"fold {fold.get('class', '')}".strip())
    for cell in body.xpath(".//div[contains(concat(' ', @class), ' cell')]"):
        cell.drop_tag()  # of a notebook: it says nothing on paper
    for line in body.xpath(".//summary"):
        line.tag = "p"
        line.set("class", "fold-title")
    return body


def _run_in(fold: Any, name: str) -> None:
    """Make a list with a heading one paragraph."""
    from lxml import html

    line = html.Element("p", {"class": "sources"})
    heading = html.Element("strong")
    heading.text = f"{fold.findtext('summary')}."
    sources = [item.text_content().strip() for item in fold.iter("li")]
    heading.tail = " " + " ".join(sources)
    line.append(heading)
    if len(sources) > MANY:
        heading.tail = (
            f" {len(sources)} tables, each with producers, vintage and licence in the list of "
        )
        address = posixpath.relpath(f"{ALL_SOURCES}.html#tab-tables", posixpath.dirname(name))
        link = html.Element("a", href=address)
        link.text = "all tables"
        link.tail = "."
        line.append(link)
    fold.getparent().replace(fold, line)


def _add_caveats(fold: Any) -> None:
    """Add folded caveats to those above them, or give them the heading that those would have."""
    summary, held = fold
    above = fold.getprevious()
    if above is not None and above.tag == "ul":
        above.extend(held)
        fold.drop_tree()
    else:
        summary.tag = "p"
        summary.set("class", "exhibit-caveats")
        summary.text = CAVEATS
        fold.drop_tag()


def _note_below(exhibit: Any) -> None:
    """Move to the notes of a table what tells its rows, and those who cannot see it, what it has."""
    legend = exhibit.xpath("./div[contains(@class, 'legend')]")[0]
    for line in reversed(exhibit.findall("p")):
        if line.get("class") == "visually-hidden":
            line.set("class", "in-words")
            line.text = f"In words: {line.text_content()}"
        legend.insert(0, line)


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
    words = len(link.text_content().split()) / len(line.text_content().split())
    return line.tag == "p" and words > MOST


def _take_pictures(page: Any, file: Path) -> Iterator[tuple[str, bytes]]:
    """Turn each drawing into an image, and yield the name and bytes of all images."""
    from lxml import html

    for drawing in page.xpath(".//svg"):
        if "drawing" not in drawing.get("class", ""):
            drawing.drop_tree()  # a mark of something to press
            continue
        exhibit = drawing.xpath("string(ancestor::figure/@id)")
        image = html.Element("img", src=f"{exhibit}.svg", alt=drawing.get("aria-label"))
        for side in ("width", "height"):
            image.set(side, drawing.get(side))
        yield image.get("src"), _drawing(drawing)
        image.tail = drawing.tail
        drawing.getparent().replace(drawing, image)
    for image in page.xpath(".//img[contains(@src, '/')]"):
        source = file.parent / image.get("src")
        image.set("src", source.name)
        yield source.name, source.read_bytes()


def _drawing(drawing: Any) -> bytes:
    """Return a drawing of a page as a file, in the light colours."""
    from lxml import etree

    for empty in drawing.xpath(".//path[not(@d)]"):
        empty.drop_tree()
    for node in drawing.iter():
        node.tag = CASED.get(node.tag, node.tag)
        for key in [key for key in node.attrib if key in CASED]:
            node.set(CASED[key], node.attrib.pop(key))
    for key in ("class", "role", "aria-label"):
        drawing.attrib.pop(key, None)
    text: str = etree.tostring(drawing, encoding="unicode", with_tail=False)
    return COLOUR.sub(r"\1", text).encode()


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
    from lxml import html

    section, kept = found
    there = html.fromstring(
        f'<p class="overleaf"><a href="#{kept.get("id")}">For researchers: the tests, the ways of '
        "counting and the full tables are in the annex</a></p>"
    )
    kept.getparent().remove(kept)
    section.body.insert(0, there)
    kept[0].drop_tree()  # its heading, in place of which stands the title of the chapter
    for heading in kept.xpath(".//h3 | .//h4"):
        heading.tag = f"h{int(heading.tag[1]) - 1}"
    back = html.fromstring(f'<p class="overleaf"><a href="#{section.name}">{section.title}</a></p>')
    back[0].text = f"Belongs to the chapter {section.title}"
    kept.insert(0, back)
    name = kept.attrib.pop("id")
    return Section(name, section.title, kept)
