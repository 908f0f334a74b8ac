"""One page of the site without what a screen alone can do: nothing to press, no fold, no script."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["PaperError", "take_pictures", "text_of"]

CAVEATS = "Caveats"
ALL_SOURCES = "chapters/data"
"""The page whose first table lists all tables."""

MANY = 12
"""Sources beyond which an exhibit refers to that list."""

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


def text_of(site: Path, name: str) -> Any:
    """Return the text of a page, without what a screen alone can do.

    Parameters
    ----------
    site : Path
        Folder of the built site.
    name : str
        Of the page, as ``_toc.yml`` has it.

    Returns
    -------
    HtmlElement
        The section that is the page; its folds are open.

    Raises
    ------
    PaperError
        If the page is not there, or has no text.
    """
    from lxml import html

    file = site / f"{name}.html"
    if not file.is_file():
        raise PaperError(f"{file.name}, a page of _toc.yml, is not in {site}: run `make book`")
    page: Any = html.fromstring(file.read_text(encoding="utf-8"))
    for node in page.xpath(DROPPED):
        node.drop_tree()
    sections = page.xpath("//article/section")
    if not sections:
        raise PaperError(f"{name}.html has no text within <article>: run `make book`")
    body: Any = sections[0]
    _unfold(body, name)
    return body


def _unfold(body: Any, name: str) -> None:
    """Open all folds; what opened them becomes a heading, or goes."""
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
    """Move what is told beside a table, of its rows and for ears, to the notes below it."""
    legend = exhibit.xpath("./div[contains(@class, 'legend')]")[0]
    for line in reversed(exhibit.findall("p")):
        if line.get("class") == "visually-hidden":
            line.set("class", "in-words")
            line.text = f"In words: {line.text_content()}"
        legend.insert(0, line)


def take_pictures(page: Any, file: Path) -> Iterator[tuple[str, bytes]]:
    """Turn each drawing of a page into an image, and yield all images.

    Parameters
    ----------
    page : HtmlElement
        Its text; changed in place.
    file : Path
        The file of the page, from which addresses of images go.

    Yields
    ------
    tuple of str and bytes
        Name and content.
    """
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
