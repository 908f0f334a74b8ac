"""What the head of a page tells those who list and share it: what it answers, with a picture.

Sphinx's extensions for this read the text of a page in its order, which here begins with the
question, and know no page that is made of data alone, as those of countries are.
"""

# mypy: disallow-untyped-calls=False
# (docutils has no types)

import html
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from docutils import nodes
from sphinx.util.osutil import relative_uri

from scsreport.book import citation, markup, share
from scsreport.tables import datasets

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = [
    "LONGEST",
    "NOT_FOUND",
    "answer",
    "describe",
    "not_found",
    "picture_file",
    "shortened",
    "write_maps",
]

LONGEST = 160
"""Letters of a description; what lists pages cuts off more."""

NOT_FOUND = "404"
"""The page that a server shows for an address that it does not have."""

UNLISTED = {"404.html", "genindex.html", "py-modindex.html", "search.html"}
"""Pages that are no answer to any question of a search."""

SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
TITLES = {"search": "Search", "genindex": "Index"}
"""Of pages whose template has the title."""

SHARED = "share"
"""The folder of the pictures by which pages are shared."""


def shortened(text: str) -> str:
    """Return a text as a description: one line, cut at a word where it is too long.

    Parameters
    ----------
    text : str
        Some sentences.

    Returns
    -------
    str
        At most ``LONGEST`` letters.

    Examples
    --------
    >>> shortened("Gaps  went up.")
    'Gaps went up.'
    """
    # Of a long text textwrap would read all, though no more than the first line is kept.
    begun = " ".join(text.split())[: 2 * LONGEST]
    return textwrap.shorten(begun, LONGEST, placeholder=" …")


def answer(tree: nodes.document) -> str:
    """Return the sentence by which a page opens in bold; without one, its first paragraph.

    Parameters
    ----------
    tree : document
        The page, with all its numbers.

    Returns
    -------
    str
        Empty where a page has no sentence.
    """
    paragraphs = list(tree.findall(nodes.paragraph))
    found = next(filter(_is_bold, paragraphs), next(iter(paragraphs), None))
    return found.astext() if found is not None else ""


def _is_bold(paragraph: nodes.paragraph) -> bool:
    parts = [part for part in paragraph.children if part.astext().strip()]
    return len(parts) == 1 and isinstance(parts[0], nodes.strong)


def describe(
    app: "Sphinx", page: str, template: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    """Put title, description and picture of a page into its head (an event of Sphinx)."""
    is_root = page == app.config.root_doc
    address = "" if page == NOT_FOUND else citation.page_address(app, f"{page}.html")
    context["pageurl"] = address  # the canonical one
    book, title = app.config.html_title, _plain(_title(page, context))
    told = context.get("description") or (answer(tree) if tree else "")
    description = shortened(told or f"{title}: a page of “{book}”.")
    picture = _picture(app, page, title, description) if tree else context.get("picture")
    context["metatags"] = context.get("metatags", "") + _tags(
        {"description": description, "twitter:card": "summary_large_image"},
        {
            "og:type": "website" if is_root else "article",
            "og:site_name": book,
            "og:title": title,
            "og:description": description,
            "og:image": _address(app, page, picture or picture_file(app.config.root_doc)),
            "og:image:width": str(share.WIDTH),
            "og:image:height": str(share.HEIGHT),
            "og:image:alt": f"{title}. {description}" if picture else book,
            "og:url": address,
        },
    )


def _title(page: str, context: dict[str, Any]) -> str:
    return str(context.get("title") or context.get("indextitle") or TITLES.get(page, page))


def _plain(title: str) -> str:
    """Return a title, which may hold elements of HTML, as text."""
    from lxml import html as parser

    element: Any = parser.fromstring(f"<p>{title}</p>")
    text: str = element.text_content()
    return text


def _tags(names: dict[str, str], properties: dict[str, str]) -> str:
    pairs = [("name", names), ("property", properties)]
    return "".join(
        f'\n<meta {kind}="{name}" content="{html.escape(content)}" />'
        for kind, tags in pairs
        for name, content in tags.items()
        if content
    )


def picture_file(page: str) -> str:
    """Return the file of the picture of a page, from the root of the site.

    Parameters
    ----------
    page : str
        Its name.

    Returns
    -------
    str
    """
    return f"{SHARED}/{page}.png"


def _picture(app: "Sphinx", page: str, title: str, description: str) -> str:
    """Draw the picture of a page, and return its file."""
    file = Path(app.outdir, picture_file(page))
    file.parent.mkdir(parents=True, exist_ok=True)
    datasets.write_atomically(file, share.draw(title, description, app.config.html_title))
    return picture_file(page)


def _address(app: "Sphinx", page: str, file: str) -> str:
    """Return the public address of a file; without one, that from the page."""
    return citation.page_address(app, file) or relative_uri(f"{page}.html", file)


def not_found(app: "Sphinx") -> tuple[str, dict[str, Any], str]:
    """Return the page for addresses that lead nowhere, as Sphinx asks for it.

    It is shown at any depth, so its links begin at the root of the site (see :func:`from_root`).
    """
    said = "There is no page at this address; it may have moved."
    body = markup.render("not-found", said=said, root=root(app))
    context = {"title": "Page not found", "body": body, "description": said}
    return NOT_FOUND, context, "page.html"


def root(app: "Sphinx") -> str:
    """Return the path of the site on its server, as far as it is known, with a stroke behind."""
    base: str = app.config.html_baseurl
    return urlsplit(base).path.rstrip("/") + "/"


def from_root(page: Any, path: str) -> None:
    """Have all addresses of a page begin at the root of the site.

    Parameters
    ----------
    page : HtmlElement
        A page that lies at the root; it is changed.
    path : str
        Of the root on its server.
    """

    def link(address: str) -> str:
        return address if _leads_itself(address) else path + address

    page.rewrite_links(link)
    for picture in page.xpath("//head/meta[@property='og:image']"):
        picture.set("content", link(picture.get("content")))
    page.set("data-content_root", path)


def _leads_itself(link: str) -> bool:
    parts = urlsplit(link)
    return bool(parts.scheme or parts.netloc or not parts.path or link.startswith("/"))


def write_maps(app: "Sphinx") -> None:
    """Write what tells machines which pages there are, and drop pictures of pages that are no more.

    Parameters
    ----------
    app : Sphinx
        The application; all pages are written.
    """
    out = Path(app.outdir)
    rules = "User-agent: *\nAllow: /\n"
    if app.config.html_baseurl:
        pages = sorted(file.relative_to(out).as_posix() for file in out.rglob("*.html"))
        listed = [page for page in pages if page not in UNLISTED and not page.startswith("_")]
        day = citation.cited_book().released.isoformat()
        addresses = [citation.page_address(app, page) for page in listed]
        datasets.write_atomically(out / "sitemap.xml", _sitemap(addresses, day))
        rules += f"Sitemap: {citation.page_address(app, 'sitemap.xml')}\n"
    datasets.write_atomically(out / "robots.txt", rules.encode())
    known = {out / picture_file(page) for page in app.env.found_docs}
    for file in set((out / SHARED).rglob("*.png")) - known:
        file.unlink()


def _sitemap(addresses: Iterable[str], day: str) -> bytes:
    listed = ElementTree.Element(f"{{{SITEMAPS}}}urlset")
    for address in addresses:
        entry = ElementTree.SubElement(listed, f"{{{SITEMAPS}}}url")
        ElementTree.SubElement(entry, f"{{{SITEMAPS}}}loc").text = address
        ElementTree.SubElement(entry, f"{{{SITEMAPS}}}lastmod").text = day
    ElementTree.indent(listed)
    text: bytes = ElementTree.tostring(
        listed, encoding="utf-8", xml_declaration=True, default_namespace=SITEMAPS
    )
    return text
