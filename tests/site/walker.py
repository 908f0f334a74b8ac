"""Walk the built pages without a browser: does every exhibit have its parts, every link an end?"""

import codecs
import csv
import os
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from scsreport.book.tongues import LANGUAGES
from scsreport.tables import paths

COUNTRIES = {"china.html", "viet-nam.html", "tuvalu.html"}
"""Of the pages of countries one that is long, one as most are and one without a city."""

PARTS = {
    "CSV": ".//a[@download and contains(@href, 'exhibits/') and contains(@href, '.csv')]",
    "function": ".//a[contains(@href, '_modules/') and contains(@href, '#')]",
    "sources": ".//details[summary='Sources']//li",
    "citation": ".//details[summary='How to cite']/p[contains(., 'The scsreport authors')]",
    "after-line": (
        ".//p[@class='exhibit-after' and (contains(., 'After Cities Alliance (2019)')"
        " or contains(., 'Bears on statement'))]"
    ),
}


DRAWING = ".//*[local-name() = 'svg' and @role = 'img']"
SAVED = ("svg", "png")
"""Forms in which a figure is saved."""


def pages(site: Path) -> list[Path]:
    """Return the pages of a site."""
    return sorted(p for p in site.rglob("*.html") if "_static" not in p.parts)


def kinds_of_page(*, translated: bool = False) -> list[str]:
    """Name every page, but of the pages of countries and of the sources of modules a few.

    Translated pages are markup of their own, which ``test_languages.py`` looks at.
    """
    found = pages(paths.SITE) if paths.SITE.exists() else []
    if not translated:
        found = [p for p in found if p.relative_to(paths.SITE).parts[0] not in LANGUAGES]
    found = [page for page in found if page.parent.name != "countries" or page.name in COUNTRIES]
    names = [page.relative_to(paths.SITE).as_posix() for page in found]
    modules = [name for name in names if name.startswith("_modules/")]  # they differ in their text
    return [name for name in names if name not in modules[1:]] or ["index.html"]


def exhibits(page) -> list:
    """Return the exhibits of a parsed page."""
    return page.xpath("//*[contains(concat(' ', @class, ' '), ' exhibit ')]")


@lru_cache(64)
def _tree(page: Path, written: int):
    """Return a page parsed, once while nobody writes it again."""
    return html.fromstring(page.read_text(encoding="utf-8"))


@cache
def _anchors(page: Path, written: int) -> frozenset[str]:
    return frozenset(_tree(page, written).xpath("//@id"))


def faults(site: Path, among: Iterable[Path] = ()) -> list[str]:
    """Return everything that is missing or leads nowhere on some pages, by default on all."""
    found = []
    for page in among or pages(site):
        tree = _tree(page, page.stat().st_mtime_ns)
        where = page.relative_to(site).as_posix()
        for exhibit in exhibits(tree):
            found += [f"{where}: {fault}" for fault in _of_exhibit(site, page, exhibit)]
        for link in tree.xpath("//a[@href] | //img | //script[@src] | //link[@href]"):
            address = link.get("href") or link.get("src")
            if urlsplit(address).scheme or address.startswith("//"):
                if link.tag != "a":
                    found.append(f"{where}: <{link.tag}> from another host: {address}")
            elif fault := _dangling(site, page, address):
                found.append(f"{where}: {fault}")
    return found


def _of_exhibit(site: Path, page: Path, exhibit) -> list[str]:
    name = exhibit.get("id") or exhibit.xpath("string(.//table/@id)")
    found = [f"{name} has no {part}" for part, path in PARTS.items() if not exhibit.xpath(path)]
    if name.startswith("fig-"):
        found += _of_figure(name, exhibit)
    for link in exhibit.xpath(PARTS["CSV"]):
        file = page.parent / link.get("href")
        if not file.exists():
            found.append(f"{name}: its CSV is not there")
            continue
        notes = file.with_name(f"{file.stem}-licence.txt")
        if not notes.exists() or not re.search(r"^Licence.*: \S+", notes.read_text("utf-8"), re.M):
            found.append(f"{name}: its CSV has no licence beside it")
        content = file.read_bytes()
        if not content.startswith(codecs.BOM_UTF8):
            found.append(f"{name}: a spreadsheet cannot tell the encoding of its CSV")
        rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
        if len(rows) < 2 or len({len(row) for row in rows}) != 1:
            found.append(f"{name}: its CSV cannot be read")
    return found


def _of_figure(name: str, exhibit) -> list[str]:
    found = []
    images, drawings = exhibit.xpath(".//img"), exhibit.xpath(DRAWING)
    for picture in (*images, *drawings):
        alt = picture.get("alt") or picture.get("aria-label") or ""
        if len(alt.split()) < 3 or re.search(r"\.(svg|png)$", alt):
            found.append(f"{name} has no alt text but {alt!r}")
        if not (picture.get("width") and picture.get("height")):
            found.append(f"{name} has a picture without a size")
    if (len(images), len(drawings)) not in {(0, 1), (2, 0)}:
        found.append(f"{name}: neither one drawing nor a light and a dark image")
    for form in SAVED:
        if not exhibit.xpath(f".//a[@download and contains(@href, '{name}.{form}')]"):
            found.append(f"{name} cannot be saved as {form}")
    return found


def _dangling(site: Path, page: Path, address: str) -> str | None:
    parts = urlsplit(address)
    from_root = parts.path.startswith("/")  # on the page for addresses that are not there
    folder = site if from_root else page.parent
    path = unquote(parts.path).lstrip("/")
    target = Path(os.path.normpath(folder / path)) if parts.path else page
    if not target.exists():
        return f"link to {address}, which is not there"
    if parts.fragment and target.suffix == ".html":
        anchors = _anchors(target, target.stat().st_mtime_ns)
        if unquote(parts.fragment) not in anchors:
            return f"link to {address}, where there is no such anchor"
    return None
