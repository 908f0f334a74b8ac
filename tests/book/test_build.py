"""What stops a build, what stays readable then, and what a built page shows."""

import json

import pytest

from scsreport.book import build
from scsreport.tables import paths


def test_unchanged_is_said_and_not_built_again(book):
    assert "Nothing changed" in book.build().stdout


def test_a_page_shows_everything(book, figure, picture):
    page, ledger = book.page("index.html"), book.page("chapters/ledger.html")
    assert "There are <span" in page and "seven cities" in page
    assert "Figure 1 of The scsreport authors" in page
    assert 'href="chapters/ledger.html#claim-A2"' in page
    assert "<math" in page and "fontawesome.js" not in page
    assert 'id="claim-A2"' in ledger and 'href="../index.html#fig-cities"' in ledger
    assert "sort.js" in ledger and "sort.js" not in page
    assert book.page("exhibits/fig-cities.csv") == figure["csv"]
    assert book.page("_images/fig-cities-light.svg") == picture
    assert 'id="cities"' in book.page("_modules/scsreport/measure.html")
    notebook = json.loads(book.page("_sources/index.ipynb"))
    assert any("measure.show" in "".join(cell["source"]) for cell in notebook["cells"])


def test_other_builders_get_plain_words(book):
    result = book.run("jupyter-book", "build", ".", "--builder", "custom", "--custom-builder=text")
    assert result.returncode == 0, result.stderr
    text = (book.root / "_build" / "text" / "index.txt").read_text(encoding="utf-8")
    assert "How to cite." in text and "CC-BY-4.0" in text and text.count("[image: ") == 1


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("index.md", "measure.cities())", "measure.towns())", "chapter index failed"),
        ("index.md", "{glue:text}`cities`", "{glue:text}`towns`", "towns"),
        ("index.md", "r^{\\zeta}", "\\arg r", "MathML lacks"),
        (
            "src/scsreport/measure.py",
            "'A curve falls from left to right.'",
            "''",
            "index: exhibit 'fig-cities' lacks alt",
        ),
    ],
)
def test_a_fault_stops_the_build_and_leaves_the_last_good_site(book, name, old, new, message):
    page, text = book.page("index.html"), book.replace(name, old, new)
    result = book.build()
    book.write(name, text)
    assert result.returncode == 1
    assert message in result.stdout + result.stderr
    assert book.page("index.html") == page


def test_after_a_failed_build_the_next_one_is_complete(book):
    book.replace("chapters/ledger.md", "is on the first page", "is on page {glue:text}`none`")
    book.replace("index.md", "There are", "We count")
    assert book.build().returncode == 1
    assert book.build().returncode == 1, "a warning must not be swallowed the second time"
    assert "There are" in book.page("index.html")
    book.replace("chapters/ledger.md", "is on page {glue:text}`none`", "is on the first page")
    result = book.build()
    assert result.returncode == 0, result.stderr
    assert "executing" not in result.stdout
    assert "We count" in book.page("index.html")


def test_a_changed_measure_changes_the_page_of_a_bare_build(book):
    bare = ("jupyter-book", "build", ".")
    book.replace("src/scsreport/measure.py", '"seven cities"', '"eight cities"')
    assert book.run(*bare).returncode == 0
    assert "eight cities" in book.page("index.html")
    book.replace("src/scsreport/measure.py", '"eight cities"', '"seven cities"')
    result = book.run(*bare)
    assert "executing" not in result.stdout, "an earlier state is remembered"
    assert "seven cities" in book.page("index.html")


def test_a_changed_byte_of_the_data_stops_the_build(book):
    entry = json.dumps({"resources": [{"name": "gone"}]})
    book.write("data/datapackage.json", entry)
    result = book.build()
    book.write("data/datapackage.json", json.dumps({"resources": []}))
    assert result.returncode == 1 and "datapackage.json" in result.stderr


def test_a_site_lost_between_two_renames_comes_back(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "SITE", tmp_path / "html")
    (tmp_path / "html.old").mkdir()
    build._recover()
    assert (tmp_path / "html").is_dir()


def test_publishing_replaces_all(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "SITE", tmp_path / "html")
    for folder, page in (("html", "old.html"), ("stage", "new.html"), ("html.new", "half.html")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / page).touch()
    build._publish(tmp_path / "stage", "now")
    assert {file.name for file in paths.SITE.iterdir()} == {"new.html", build.STATE}
