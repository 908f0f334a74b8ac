"""Citations of the book and its parts: what they say, and that programs read them."""

import datetime
from types import SimpleNamespace

import pytest
from pybtex.database import parse_string

from scsreport import __version__
from scsreport.book import citation
from scsreport.book.execution import BookError
from scsreport.tables import paths

SITE = "https://example.org/book"


def app(base=""):
    return SimpleNamespace(config=SimpleNamespace(html_baseurl=base))


def work(**changes):
    told = {
        "authors": ("The scsreport authors",),
        "title": "Bosnia & Herzegovina: 5 % of Cần_Thơ",
        "within": "A book",
        "version": "1.2.0",
        "released": datetime.date(2026, 3, 4),
        "address": "",
        "key": "a2026-b",
    }
    return citation.Work(**(told | changes))


def parsed(cited):
    ((key, entry),) = parse_string(cited.bibtex, "bibtex").entries.items()
    return key, entry


def test_a_sentence_names_author_year_title_version_and_day():
    assert work(title="Gaps").text == (
        "The scsreport authors (2026). “Gaps.” In: A book, version 1.2.0, 4 March 2026."
    )
    assert work(title="A book", within="", address=SITE).text == (
        f"The scsreport authors (2026). “A book,” version 1.2.0, 4 March 2026. {SITE}"
    )


def test_bibtex_is_read_by_a_program_as_it_was_meant():
    key, entry = parsed(work(address=f"{SITE}/gaps.html#fig_a"))
    assert (key, entry.type) == ("a2026-b", "incollection")
    assert [str(person) for person in entry.persons["author"]] == ["{The scsreport authors}"]
    assert entry.fields["title"] == r"Bosnia \& Herzegovina: 5 \% of Cần\_Thơ"
    assert entry.fields["url"] == f"{SITE}/gaps.html#fig_a"
    assert entry.fields["year"] == "2026" and entry.fields["booktitle"] == "A book"


def test_the_book_itself_is_within_nothing_and_without_an_address_has_none():
    entry = parsed(work(within=""))[1]
    assert entry.type == "misc" and not {"booktitle", "url"} & set(entry.fields)


@pytest.mark.parametrize(
    ("file", "anchor", "address"),
    [
        ("index.html", "", f"{SITE}/"),
        ("chapters/gaps.html", "", f"{SITE}/chapters/gaps.html"),
        ("chapters/gaps.html", "fig-a", f"{SITE}/chapters/gaps.html#fig-a"),
    ],
)
def test_an_address_is_given_where_the_site_has_one(file, anchor, address):
    assert citation.part(app(SITE), "Gaps", file, anchor).address == address
    assert citation.part(app(), "Gaps", file, anchor).address == ""


def test_parts_have_keys_of_their_own_and_the_first_page_stands_for_the_book():
    book = citation.cited_book()
    parts = [("index.html", ""), ("chapters/gaps.html", ""), ("chapters/gaps.html", "fig-a")]
    works = [citation.part(app(), "Gaps", *part) for part in parts]
    assert len({cited.key for cited in works}) == 3
    assert works[0] == book and works[1].within == book.title


def test_the_day_is_that_of_the_version_and_not_of_the_build():
    book = citation.cited_book()
    assert book.version == __version__
    assert f"date-released: {book.released}" in paths.CITATION.read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (f"version: {__version__}", "version: 9.9.9", f"found 9.9.9, expected {__version__}"),
        ("date-released:", "day:", "found no date-released"),
    ],
)
def test_a_wrong_file_is_named_with_what_to_expect(tmp_path, monkeypatch, old, new, message):
    text = paths.CITATION.read_text("utf-8")
    (tmp_path / "CITATION.cff").write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(paths, "CITATION", tmp_path / "CITATION.cff")
    with pytest.raises(BookError, match=message):
        citation.cited_book.__wrapped__()


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ({"doi": "10.5281/zenodo.1", "url": SITE}, "https://doi.org/10.5281/zenodo.1"),
        ({"repository-code": SITE}, SITE),
        ({}, ""),
    ],
)
def test_the_file_may_give_an_address_of_the_book(told, address):
    assert citation._public_address(told) == address


def test_html_can_be_selected_without_scripts_and_holds_no_markup_of_a_title():
    text = citation.as_html(work(title="<b>"), "Licence: CC0.")
    assert "“&lt;b&gt;.”" in text and "Licence: CC0.</p>" in text and "<pre" in text
