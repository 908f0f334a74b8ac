"""PDF and e-book: tagged, whole, every link leads somewhere, nothing over anything."""

import dataclasses
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from itertools import pairwise

import conftest
import paper
import pypdf
import pytest
from lxml import etree, html

from scsreport.paper import pages

pytestmark = pytest.mark.site
EXHIBITS = ".//figure | .//div[contains(@class, 'exhibit docutils')]"
NARROW = 390
SIZES = {"pdf": 6e6, "epub": 2e6}
"""Bytes at most."""


def content(site, kind: str) -> bytes:
    file = site / "paper" / f"scsreport.{kind}"
    if not file.is_file():
        conftest.need(f"_build/html/paper/{file.name}")
    return file.read_bytes()


@pytest.fixture(scope="module")
def printed(site):
    return content(site, "pdf")


@pytest.fixture(scope="module")
def document(printed):
    return pypdf.PdfReader(io.BytesIO(printed))


@pytest.fixture(scope="module")
def sides(printed):
    return paper.sides(printed)


@pytest.fixture(scope="module")
def book(site):
    return pages.read(site)


@pytest.fixture(scope="module")
def archive(site):
    return zipfile.ZipFile(io.BytesIO(content(site, "epub")))


def sections(book):
    return [section for part in book.parts for section in part.sections]


def test_the_site_offers_both_with_their_sizes(site):
    page = html.fromstring((site / "index.html").read_text(encoding="utf-8"))
    offer = page.xpath("//p[@class='paper']")[0]
    assert [link.get("href") for link in offer.iter("a")] == [
        "paper/scsreport.pdf",
        "paper/scsreport.epub",
    ]
    told = [float(size) for size in re.findall(r"\(([\d.]+) MB\)", offer.text_content())]
    held = [len(content(site, kind)) for kind in SIZES]
    assert told == [round(size / 1e6, 1) for size in held]
    assert "earlier" not in offer.text_content()
    assert [kind for kind, size in zip(SIZES, held, strict=True) if size > SIZES[kind]] == []


# --- PDF --------------------------------------------------------------------------------------


def test_the_pdf_is_tagged_and_says_what_it_is(document):
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata.title.startswith("Connecting systems of secondary cities")
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert {"/H1", "/H2", "/P", "/Figure", "/Table", "/TH", "/TD", "/Link", "/Caption"} <= {
        element["/S"] for element in elements(document)
    }


def elements(document) -> Iterator[pypdf.generic.DictionaryObject]:
    """Every element of the tree of tags."""
    waiting = [document.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if not isinstance(node, dict):
            continue
        if "/S" in node:
            yield node
        held = node.get("/K", [])
        waiting += held if isinstance(held, list) else [held]


def test_every_chapter_is_in_the_outline(document, book):
    def titles(outline):
        for entry in outline:
            yield from titles(entry) if isinstance(entry, list) else [entry.title]

    found = titles(document.outline)
    # In this order, others between them.
    assert [s.title for s in sections(book) if s.title not in found] == []


def test_every_exhibit_is_there_with_number_and_text(document, sides, book):
    text = "".join(side.text for side in sides)
    told = {str(element.get("/Alt", "")) for element in elements(document)}
    count = 0
    for section in sections(book):
        for exhibit in section.body.xpath(
            ".//figure | .//div[contains(@class, 'exhibit docutils')]"
        ):
            caption = exhibit.xpath("string((.//figcaption/p | .//caption)[1])")
            assert re.match(r"(Figure|Table) \d+ ", caption)
            assert paper.plain(caption) in text
            for words in exhibit.xpath(".//img/@alt"):
                assert words in told
            for line in exhibit.xpath(".//p[@class='in-words']"):
                assert paper.plain(line.text_content()) in text
            count += 1
    assert count > 100


def test_every_link_within_leads_somewhere(document):
    ends = [*ends_of_links(document)]
    within = [end for end in ends if not isinstance(end, str)]
    assert [end for end in ends if isinstance(end, str) and not end.startswith("http")] == []
    assert [end for end in within if end[0].get_object()["/Type"] != "/Page"] == []
    assert len(within) > 500


def ends_of_links(document) -> Iterator[str | pypdf.generic.ArrayObject]:
    """Where each link leads: an address, or a place on a side."""
    named = document.named_destinations
    for side in document.pages:
        for note in side.get("/Annots", []):
            action = note.get_object().get("/A", {})
            end = note.get_object().get("/Dest") or action.get("/D") or action.get("/URI")
            yield named[end].dest_array if end in named else end


def test_the_pdf_prints_well(sides, book):
    tables, _ = shown(book)
    faults = paper.faults(sides, tables)
    assert [fault for fault in faults if "of it are used" not in fault] == []
    assert [side for side in sides if len(side.words) < 5] == []


def test_no_line_is_lost(sides, book):
    _, lines = shown(book)
    # Words are broken at the end of lines, so hyphens do not count.
    plain = [dataclasses.replace(side, text=side.text.replace("-", "")) for side in sides]
    assert [fault for fault in paper.faults(plain, lines) if fault.startswith("lost")] == []


def test_only_the_end_of_a_chapter_leaves_most_of_a_side(sides, book):
    begins = tuple(
        paper.plain(f"{section.title}{above}{section.title}")  # the running head comes first
        for part in book.parts
        for section in part.sections
        for above in ("", part.title)
    )
    before = [one for one, other in pairwise(sides[1:]) if not other.text.startswith(begins)]
    assert [side.text[:99] for side in before if side.filled < paper.EMPTY] == []


def shown(book) -> tuple[paper.Shown, paper.Shown]:
    """What the pages say, and the PDF shall have: tables and headings, and lines."""
    tables, above, lines = [], {}, {}
    for section in sections(book):
        for table in section.body.xpath(".//table"):
            rows = [[cell.text_content() for cell in row] for row in table.xpath("./tbody/tr")]
            head = paper.plain("".join(table.xpath("./thead//text()")))
            tables.append(paper.Table(head, {paper.plain("".join(row)): row for row in rows}))
        for node in section.body.xpath(".//h2 | .//h3 | .//caption"):
            above[paper.plain(node.text_content())] = node.text_content()
        for node in section.body.xpath(".//p[not(ancestor::table or .//math or .//code)]"):
            lines[paper.plain(node.text_content()).replace("-", "")] = node.text_content()
    return paper.Shown(tables, above, {}), paper.Shown([], {}, lines)


# --- EPUB -------------------------------------------------------------------------------------


def test_epubcheck_finds_nothing(site):
    checker = shutil.which("epubcheck")
    if not checker:
        conftest.need("epubcheck")
    content(site, "epub")
    # Debian ships the archive of Java itself.
    command = ["java", "-jar", checker] if zipfile.is_zipfile(checker) else [checker]
    file = str(site / "paper" / "scsreport.epub")
    done = subprocess.run([*command, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 fatals / 0 errors / 0 warnings" in done.stdout


def test_a_chapter_of_the_ebook_has_nothing_to_press(archive, book):
    for section in sections(book):
        tree = etree.fromstring(archive.read(f"EPUB/{section.name}.xhtml"))
        names = {etree.QName(node).localname for node in tree.iter(etree.Element)}
        assert not names & {"button", "details", "form", "input", "script", "select", "svg"}
        images = tree.xpath("//*[local-name() = 'img']")
        assert [image.get("src") for image in images if not image.get("alt")] == []


def test_a_narrow_reader_shows_all_of_a_line(archive, browser, tmp_path):
    archive.extractall(tmp_path)
    page = browser.new_page(viewport={"width": NARROW, "height": 900})
    wide = []
    for file in sorted(tmp_path.glob("EPUB/*.xhtml")):
        page.goto(file.as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > NARROW:
            wide.append(file.name)
    page.close()
    assert wide == []


def test_every_table_of_a_chapter_is_whole_in_the_ebook(archive, site):
    page = html.parse(str(site / "chapters" / "connectivity.html"))
    rows = len(page.xpath("//article//table/tbody/tr"))
    files = [f"EPUB/connectivity{end}.xhtml" for end in ("", "--for-researchers")]
    trees = [etree.fromstring(archive.read(file)) for file in files]
    path = "count(//*[local-name() = 'tbody']/*[local-name() = 'tr'])"
    assert sum(tree.xpath(path) for tree in trees) == rows > 100
