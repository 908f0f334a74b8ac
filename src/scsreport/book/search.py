"""What a search shows below each title that it finds: the text of pages, section by section.

Sphinx would fetch the pages, which a book opened from disk cannot; a script can be loaded.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scsreport.tables import datasets

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["TEXTS", "sections", "write_texts"]

TEXTS = "searchtext.js"
"""The file of texts, at the root of the site, which the page of results loads."""

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
    from lxml import html

    out = Path(app.outdir)
    texts = {}
    for page in sorted(app.env.found_docs):
        tree: Any = html.fromstring((out / f"{page}.html").read_text(encoding="utf-8"))
        texts[page] = sections(tree.xpath("//article[contains(@class, 'bd-article')]")[0])
    content = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    datasets.write_atomically(out / TEXTS, f"window.scsreportTexts={content};\n".encode())


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
