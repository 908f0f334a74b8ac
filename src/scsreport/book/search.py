"""What a search shows below each title that it finds: the text of pages, section by section.

Sphinx would fetch the pages, which a book opened from disk cannot; a script can be loaded.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scsreport.book import sums
from scsreport.tables import datasets

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["TEXTS", "sections", "write_texts"]

TEXTS = "searchtext.js"
"""The file of texts, at the root of the site, which the page of results loads."""

NOTES = "told.json"
"""Beside the pages: what was told of each."""

UNTOLD = (
    ".//*[self::table or self::script or self::style or self::nav or self::pre"
    " or self::summary or contains(@class, 'exhibit-strip') or contains(@class, 'headerlink')"
    " or contains(@class, 'cite')]"
)
"""Parts of a page that are no sentences."""

BLOCKS = ".//*[self::p or self::li or self::dt or self::dd or self::div or self::figcaption]"
"""Parts that begin a line of their own."""


def write_texts(app: "Sphinx") -> None:
    """Write the text of every page for the page of results.

    Parameters
    ----------
    app : Sphinx
        The application; all pages are written.
    """
    out = Path(app.outdir)
    # What was told of a page is kept by the page and by this module: to read all takes a while.
    notes, how = out.parent / NOTES, sums.of_file(__file__)
    kept, found = _kept(notes), {}
    for page in sorted(app.env.found_docs):
        file = out / f"{page}.html"
        state = f"{how} {sums.of_file(file)}"
        before, told = kept.get(page, ("", {}))
        found[page] = state, told if before == state else _told(file)
    datasets.write_atomically(notes, json.dumps(found).encode())
    texts = {page: told for page, (_, told) in found.items()}
    content = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    datasets.write_atomically(out / TEXTS, f"window.scsreportTexts={content};\n".encode())


def _kept(notes: Path) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what was told of each page, and by what."""
    with suppress(OSError, ValueError):
        kept: dict[str, tuple[str, dict[str, str]]] = json.loads(notes.read_text(encoding="utf-8"))
        return kept
    return {}


def _told(page: Path) -> dict[str, str]:
    from lxml import html

    tree: Any = html.fromstring(page.read_text(encoding="utf-8"))
    return sections(tree.xpath("//article[contains(@class, 'bd-article')]")[0])


def sections(article: Any) -> dict[str, str]:
    """Return the text of each section of a page, without that of sections within.

    Parameters
    ----------
    article : HtmlElement
        The page; it is changed.

    Returns
    -------
    dict of str
        By the id of the section.
    """
    for part in article.xpath(UNTOLD):
        if part.getparent() is not None:
            part.drop_tree()
    for block in article.xpath(BLOCKS):
        block.tail = f" {block.tail or ''}"
    told = {}
    # The innermost first: what is told already is taken out of the sections around it.
    for section in reversed(article.xpath(".//section[@id]")):
        blocks = section.xpath("./*[not(self::h1 or self::h2 or self::h3 or self::h4)]")
        told[section.get("id")] = " ".join(" ".join(b.text_content() for b in blocks).split())
        section.drop_tree()
    return dict(reversed(told.items()))
