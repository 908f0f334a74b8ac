"""Any text is set as it is, and a link that leads nowhere ends the run."""

import datetime
import io
import string as letters

import pypdf
import pytest
from lxml import html

from scsreport.paper.cleaning import PaperError
from scsreport.paper.front import Front
from scsreport.paper.pages import Paper, Part, Section
from scsreport.paper.pdf import pdf

FRONT = Front(
    title="A book",
    about="What it is.",
    authors=("Somebody",),
    version="1",
    released=datetime.date(2026, 11, 21),
    licences="CC BY 4.0",
    lines=("Version 1",),
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"/>'


def book(*texts):
    sections = [
        Section(f"s{n}", f"Chapter {n}", html.fromstring(f"<div>{text}</div>"))
        for n, text in enumerate(texts)
    ]
    return Paper((Part("", (sections[0],)), Part("Part", tuple(sections[1:]))), {"a.svg": SVG}, ())


def read(*texts):
    document = pypdf.PdfReader(io.BytesIO(pdf(book(*texts), FRONT)))
    return document, "\n".join(page.extract_text() for page in document.pages)


def test_no_sign_is_a_command():
    signs = "".join(sign for sign in letters.punctuation if sign not in "<&")
    _, text = read(f"<p>{signs} #panic() $x$ \\ end</p><p><code>#eval(1) \\n</code></p>", "")
    assert f"{signs} #panic() $x$ \\ end" in text
    assert "#eval(1) \\n" in text


def test_chapters_are_outlined_with_their_pages():
    document, text = read("<h2>Within</h2><p>One</p>", "<p>Two</p>")
    titles = [entry.title for entry in document.outline if not isinstance(entry, list)]
    assert titles == ["Chapter 0", "Part"]
    assert document.metadata.title == "A book"
    assert document.metadata.creation_date.date() == FRONT.released
    assert "Contents" in text


def test_two_runs_are_the_same_bytes():
    texts = ("<p>One <a href='#s1'>two</a></p>", "<ul><li>a</li><li>b</li></ul>")
    assert pdf(book(*texts), FRONT) == pdf(book(*texts), FRONT)


def test_a_link_to_nothing_is_refused():
    with pytest.raises(PaperError, match="nowhere"):
        pdf(book("<p><a href='#nowhere'>gone</a></p>", ""), FRONT)


def test_a_picture_without_text_is_refused():
    figure = (
        "<figure id='fig'><img src='a.svg' width='40' height='20'{}>"
        "<figcaption><p>Figure 1</p><div>Notes</div></figcaption></figure>"
    )
    with pytest.raises(PaperError, match="alt"):
        pdf(book(figure.format(""), ""), FRONT)
    assert pdf(book(figure.format(" alt='A line'"), ""), FRONT)


def test_a_table_has_its_head_on_each_side():
    rows = "".join(f"<tr><td>{n}</td><td>city</td></tr>" for n in range(150))
    table = (
        f"<table><thead><tr><th>Rank</th><th>Place</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    document, _ = read(table, "")
    sides = [side.extract_text() for side in document.pages]
    assert sum("city" in side for side in sides) == sum("Rank" in side for side in sides) > 2


def test_a_wide_table_lies():
    cells = "".join("<td>administrative</td>" for _ in range(12))
    document, _ = read("<p>Before</p>", f"<table><tbody><tr>{cells}</tr></tbody></table>")
    lying = [side.mediabox.width > side.mediabox.height for side in document.pages]
    assert sum(lying) == 1
