"""What stops a build, what stays readable then, and what a built page shows."""

import json
import re

import pytest
from fontTools.ttLib import TTFont
from lxml import html

BARE = ("jupyter-book", "build", ".")
CODE = ("python", "-m", "scsreport", "book")


def test_unchanged_is_said_and_not_built_again(good_book):
    assert "Nothing changed" in good_book.build().stdout


def test_unchanged_is_said_by_jupyter_book_too(good_book):
    ended = good_book.run(*BARE)
    assert ended.returncode == 0 and "Nothing changed" in ended.stdout
    assert "Nothing changed" in good_book.build().stdout


def test_what_stands_beside_pages_is_made_again_where_no_page_changed(book):
    before = {file.name for file in (book.site_folder / "_static").iterdir()}
    file = book.root / "src" / "scsreport" / "measure.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}# A remark.\n", encoding="utf-8")
    try:
        ended = book.build()
        assert ended.returncode == 0, ended.stderr
        assert "A remark." in book.page("_modules/scsreport/measure.html")
        assert {file.name for file in (book.site_folder / "_static").iterdir()} == before
    finally:
        file.write_text(text, encoding="utf-8")


def test_jupyter_book_mends_a_site_that_was_altered(book):
    page = book.site_folder / "index.html"
    whole = page.read_bytes()
    page.write_bytes(whole[:-40])
    ended = book.run(*BARE)
    assert ended.returncode == 0, ended.stderr
    assert "Nothing changed" not in ended.stdout and page.read_bytes() == whole


def test_a_page_shows_everything(good_book, figure, saved):
    page, ledger = good_book.page("index.html"), good_book.page("chapters/ledger.html")
    assert "There are <span" in page and "seven cities" in page
    assert "“Figure 1: Most cities are small.” In: " in page
    assert 'href="chapters/verdicts.html#verdict-A2"' in page
    assert "<math" in page and "fontawesome.js" not in page
    assert 'href="verdicts.html#verdict-A2"' in ledger
    assert 'href="../index.html#fig-cities"' in ledger
    verdicts = good_book.page("chapters/verdicts.html")
    assert 'id="verdict-A2"' in verdicts and "Three &lt;forms&gt;." in verdicts
    assert "tables.js" in ledger and "tables.js" not in page
    assert good_book.page("exhibits/fig-cities.csv") == "\ufeff" + figure["csv"]
    assert good_book.page("exhibits/fig-cities-licence.txt") == figure["csv_notes"]
    for form, content in saved.items():
        assert f'href="exhibits/fig-cities.{form}" download' in page.replace(
            ' download=""', " download"
        )
        assert (good_book.site_folder / f"exhibits/fig-cities.{form}").read_bytes() == content
    assert 'id="cities"' in good_book.page("_modules/scsreport/measure.html")
    notebook = json.loads(good_book.page("_sources/index.ipynb"))
    assert any("measure.show" in "".join(cell["source"]) for cell in notebook["cells"])


def test_a_figure_is_drawn_within_the_page(good_book):
    page = html.fromstring(good_book.page("index.html"))
    (drawing,) = page.xpath("//figure//*[@role='img']")
    assert drawing.get("aria-label") == "A curve falls from left to right."
    assert drawing.text_content() == "Łódź & Lagos"
    assert not page.xpath("//figure//img")
    assert '"lago"' in good_book.page("searchindex.js")  # its stem
    sheet = good_book.page("_static/site.css")
    assert re.search(r":root\{[^}]*--figure-hub:#0072b2\b", sheet)
    assert re.search(r'screen\{html\[data-theme="?dark"?\]\{[^}]*--figure-hub:#56b4e9\b', sheet)
    assert "--figure-up" not in sheet  # nothing here is drawn in it
    with TTFont(good_book.site_folder / "_static" / "fonts" / "DejaVuSans.woff2") as font:
        assert {ord(letter) for letter in "Łódź&Lagos"} <= set(font.getBestCmap())
        assert ord("q") not in font.getBestCmap()
    assert "Bitstream" in good_book.page("_static/fonts/DejaVuSans-licence.txt")


def test_other_builders_get_plain_words(book):
    result = book.run("jupyter-book", "build", ".", "--builder", "custom", "--custom-builder=text")
    assert result.returncode == 0, result.stderr
    text = (book.root / "_build" / "text" / "index.txt").read_text(encoding="utf-8")
    assert "How to cite." in text and "CC-BY-4.0" in text and text.count("[image: ") == 1


@pytest.mark.parametrize("command", [CODE, BARE], ids=["scsreport", "bare"])
@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("index.md", "measure.cities())", "measure.towns())", "index.md:"),
        ("index.md", "{glue:text}`cities`", "{glue:text}`citis`", "Did you mean 'cities'?"),
        ("index.md", "r^{\\zeta}", "\\arg r", "MathML lacks"),
        (
            "src/scsreport/measure.py",
            "'A curve falls from left to right.'",
            "''",
            "index: exhibit 'fig-cities' lacks alt",
        ),
    ],
)
def test_a_fault_stops_either_build_and_leaves_the_last_good_site(
    book, command, name, old, new, message
):
    site, text = book.site(), book.replace(name, old, new)
    result = book.run(*command)
    book.write(name, text)
    assert result.returncode == 1
    assert message in result.stdout + result.stderr
    assert book.site() == site


def test_after_a_failed_build_the_next_one_is_complete(book):
    book.replace("chapters/ledger.md", "is on the first page", "is on page {glue:text}`none`")
    book.replace("index.md", "There are", "We count")
    assert book.build().returncode == 1
    assert book.run(*BARE).returncode == 1, "a warning must not be swallowed the second time"
    assert "There are" in book.page("index.html")
    book.replace("chapters/ledger.md", "is on page {glue:text}`none`", "is on the first page")
    result = book.build()
    assert result.returncode == 0, result.stderr
    assert "executing" not in result.stdout
    assert "going on from the one before" in result.stdout
    assert "We count" in book.page("index.html")


def test_a_changed_measure_changes_the_page_of_a_bare_build(book):
    book.replace("src/scsreport/measure.py", '"seven cities"', '"eight cities"')
    assert book.run(*BARE).returncode == 0
    assert "eight cities" in book.page("index.html")
    book.replace("src/scsreport/measure.py", '"eight cities"', '"seven cities"')
    result = book.run(*BARE)
    assert "executing" not in result.stdout, "an earlier state is remembered"
    assert "seven cities" in book.page("index.html")


def test_a_page_follows_the_names_on_others(book):
    book.replace("index.md", "There are", "See {ref}`ledger`. There are")
    assert book.build().returncode == 0
    book.replace("chapters/ledger.md", "# Ledger", "# The statements")
    assert book.build().returncode == 0
    assert "See <a" in book.page("index.html") and "The statements</span>" in book.page(
        "index.html"
    )
    book.replace("chapters/ledger.md", "(ledger)=\n# The statements", "# Ledger")
    result = book.build()
    book.replace("chapters/ledger.md", "# Ledger", "(ledger)=\n# Ledger")
    book.replace("index.md", "See {ref}`ledger`. ", "")
    assert result.returncode == 1 and "undefined label: 'ledger'" in result.stderr


def test_a_chapter_missing_from_the_contents_is_named(book):
    book.write("chapters/new.md", "# New\n")
    result = book.run(*BARE)
    (book.root / "chapters" / "new.md").unlink()
    assert result.returncode == 1
    assert "chapters/new.md is not in _toc.yml" in result.stderr
    assert "- file: chapters/new" in result.stderr


@pytest.mark.parametrize(
    ("found", "written", "message"),
    [
        (
            "ledger",
            "legder",
            r"_toc\.yml:\d+: there is no file chapters/legder\.md\. Did you mean ",
        ),
        ("- file: chapters/ledger", "- fil: chapters/ledger", r"_toc\.yml:\d+: .*A page is a line"),
        ("- file: chapters/ledger", "- file: [", r"_toc\.yml:\d+: found no YAML, .*A page is a"),
    ],
)
def test_a_wrong_line_of_the_contents_is_named(book, found, written, message):
    contents = (book.root / "_toc.yml").read_text("utf-8")
    book.write("_toc.yml", contents.replace(found, written))
    result = book.build()  # Jupyter Book's own command reads contents before any extension
    book.write("_toc.yml", contents)
    assert result.returncode == 1
    assert re.search(message, result.stderr)
    assert "Handler" not in result.stderr


def test_a_chapter_that_is_gone_takes_what_was_written_for_it(book):
    contents = (book.root / "_toc.yml").read_text("utf-8")
    book.write("chapters/new.md", "# New\n")
    book.write("_toc.yml", f"{contents.rstrip()}\n  - file: chapters/new\n")
    assert book.build().returncode == 0
    assert (book.site_folder / "chapters" / "new.html").is_file()
    (book.root / "chapters" / "new.md").unlink()
    book.write("_toc.yml", contents)
    assert book.build().returncode == 0
    assert not [name for name in book.site() if "chapters/new" in name]


def test_two_builds_are_the_same_byte_for_byte(good_book, another_book):
    """One of a first build in an odd folder, one that was edited and edited back."""
    before = good_book.site()
    good_book.replace("index.md", "There are", "We count")
    assert good_book.run(*BARE).returncode == 0
    good_book.replace("index.md", "We count", "There are")
    assert good_book.build().returncode == 0
    odd = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"}
    assert another_book.build(**odd).returncode == 0
    assert good_book.site() == before
    assert another_book.site() == before


def test_a_changed_byte_of_the_data_stops_the_build(book):
    entry = json.dumps({"resources": [{"name": "gone"}]})
    book.write("data/datapackage.json", entry)
    result = book.build()
    book.write("data/datapackage.json", json.dumps({"resources": []}))
    assert result.returncode == 1 and "datapackage.json" in result.stderr
