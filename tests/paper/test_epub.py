"""The archive of an e-book."""

import datetime
import io
import zipfile

import pytest
from lxml import etree, html

from scsreport.paper.epub import epub
from scsreport.paper.front import Front
from scsreport.paper.pages import Paper, Part, Section

FRONT = Front(
    title="Cities & more",
    about="What it is.",
    authors=("Somebody",),
    version="1",
    released=datetime.date(2026, 11, 21),
    licences="CC BY 4.0",
    lines=("Version 1",),
)
ONE = "<div><p data-x='1'><a href='#two--there'>There</a> <a href='#two'>two</a></p></div>"
TABLE = (
    "<table><thead><tr><th>A</th><th>B</th><th>C</th><th>D</th><th>E</th></tr></thead>"
    "<tbody><tr><td>1</td><td>2</td><td>3</td><td>4</td><td>5</td></tr></tbody></table>"
)
TWO = f"<div><p id='two--there'>5 &lt; 6</p><math><mi>x</mi></math>{TABLE}</div>"


@pytest.fixture
def book():
    one, two = (
        Section(name, f"Chapter {name}", html.fromstring(text))
        for name, text in (("one", ONE), ("two", TWO))
    )
    return Paper((Part("", (one,)), Part("Part", (two,))), {"a.svg": b"<svg/>"}, ())


@pytest.fixture
def archive(book):
    return zipfile.ZipFile(io.BytesIO(epub(book, FRONT)))


def test_the_first_file_says_what_it_is(archive):
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert archive.read("mimetype") == b"application/epub+zip"


def test_every_file_is_well_formed_and_listed(archive):
    for name in archive.namelist():
        if name.endswith((".xhtml", ".opf", ".xml")):
            etree.fromstring(archive.read(name))
    listed = etree.fromstring(archive.read("EPUB/book.opf")).xpath("//*[local-name()='item']/@href")
    inside = {name.removeprefix("EPUB/") for name in archive.namelist() if name[:4] == "EPUB"}
    assert sorted([*listed, "book.opf"]) == sorted(inside)


def test_links_lead_to_files(archive):
    text = archive.read("EPUB/one.xhtml").decode()
    assert 'href="two.xhtml#two--there"' in text
    assert 'href="two.xhtml"' in text
    assert "data-x" not in text


def test_formulas_are_declared(archive):
    text = archive.read("EPUB/book.opf").decode()
    assert 'href="two.xhtml" media-type="application/xhtml+xml" properties="mathml"' in text
    assert "2026-11-21T12:00:00Z" in text


def test_cells_of_a_wide_table_know_their_column(archive):
    text = archive.read("EPUB/two.xhtml").decode()
    assert '<td data-head="E">5</td>' in text


def test_two_runs_are_the_same_bytes_and_leave_the_pages_alone(book):
    assert epub(book, FRONT) == epub(book, FRONT)
