"""The order of the book, and its links."""

import pytest

from scsreport.paper import pages
from scsreport.tables import paths

TOC = """root: index
parts:
  - caption: Findings
    chapters:
      - file: chapters/gaps
  - caption: Your country
    chapters:
      - file: chapters/your-country
  - caption: Check us
    chapters:
      - file: chapters/ledger
"""
HEAD = "<article><section id='{id}'><h1>{id} &amp; more</h1>"
END = "</section></article>"
TEXTS = {
    "index": "<p>Read <a href='chapters/gaps.html#how'>gaps</a>, and all of what"
    " <a href='chapters/your-country.html'>your country</a> has.</p>",
    "chapters/gaps": "<section id='how'><h2>How</h2>"
    "<p>Try it: <a href='your-country.html'>one thing to change here</a>.</p></section>"
    "<section id='for-researchers'><h2>For researchers</h2>"
    "<section id='tests'><h3>Tests</h3><p>See <a href='#how'>how</a>,"
    " <a href='https://example.org'>elsewhere</a>.</p></section></section>",
    "chapters/your-country": "",
    "chapters/ledger": "<p><a href='gaps.html#gone'>Gaps</a> <a href='x.csv' download>CSV</a></p>",
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    (tmp_path / "toc.yml").write_text(TOC)
    monkeypatch.setattr(paths, "TOC", tmp_path / "toc.yml")
    for name, text in TEXTS.items():
        file = tmp_path / f"{name}.html"
        file.parent.mkdir(exist_ok=True)
        file.write_text(HEAD.format(id=name.split("/")[-1]) + text + END)
    return pages.read(tmp_path)


def section(book, name):
    return next(s for part in book.parts for s in part.sections if s.name == name)


def test_findings_come_first_then_the_annex_then_what_is_checked(book):
    found = [(part.title, [s.name for s in part.sections]) for part in book.parts]
    assert found == [
        ("", ["index"]),
        ("Findings", ["gaps"]),
        (pages.ANNEX, ["gaps--for-researchers"]),
        ("Check us", ["ledger"]),
    ]
    assert book.only_on_site == ("your-country & more",)


def test_links_lead_through_the_book(book):
    links = section(book, "index").body.xpath(".//a/@href")
    assert links == ["#gaps--how"]
    assert "all of what your country has" in section(book, "index").body.text_content()
    assert section(book, "ledger").body.xpath(".//a/@href") == ["#gaps"]


def test_a_line_that_only_leads_to_the_site_is_left_out(book):
    assert "Try it" not in section(book, "gaps").body.text_content()


def test_chapter_and_annex_lead_to_each_other(book):
    chapter, annex = section(book, "gaps"), section(book, "gaps--for-researchers")
    assert chapter.body.xpath(".//p[@class='overleaf']/a/@href") == ["#gaps--for-researchers"]
    assert annex.body.xpath(".//p[@class='overleaf']/a/@href") == ["#gaps"]
    assert annex.body.xpath(".//a/@href")[1:] == ["#gaps--how", "https://example.org"]
    assert annex.title == "gaps & more"
    assert [heading.text for heading in annex.body.xpath(".//h2")] == ["Tests"]


def test_what_is_left_out_is_a_page_of_the_book():
    text = paths.TOC.read_text(encoding="utf-8")
    assert [name for name in pages.ONLY_ON_SITE if f"file: {name}\n" not in text] == []
    assert f"file: {pages.FIRST_CHECKED}\n" in text
