"""Chapters as notebooks: words filled in, packed with their data, kept where a reader works."""

import io
import json
import re
import zipfile

import pytest
from nbformat.v4 import new_output

from scsreport.book import markup, notebooks, outputs
from scsreport.tables import paths


def prose(notebook):
    cells = notebook["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def code(notebook):
    return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]


def test_a_notebook_of_the_site_reads_with_its_numbers_and_works(good_book):
    notebook = json.loads(good_book.page("_sources/index.ipynb"))
    assert "There are seven cities, see Table 1 and Soo [2005]." in prose(notebook)
    assert "## Works cited\n\n- " in prose(notebook)
    assert "{" not in prose(notebook).replace("{\\zeta}", "")
    assert not any(c.get("outputs") for c in notebook["cells"])
    assert any("find_spec" in cell for cell in code(notebook))
    assert "(ledger)=" not in prose(json.loads(good_book.page("_sources/chapters/ledger.ipynb")))


def test_a_package_holds_notebook_data_licence_and_what_to_do(good_book):
    content = (good_book.site_folder / "notebooks" / "index.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = set(package.namelist())
        readme = package.read("index/README.md").decode()
        notebook = json.loads(package.read("index/index.ipynb"))
    assert names == {
        "index/README.md",
        "index/constraints.txt",
        "index/index.ipynb",
        "index/data/fig-cities.csv",
        "index/data/fig-cities-licence.txt",
    }
    assert readme.startswith("# Small book\n")
    assert notebooks.wheel_name() in readme and "{" not in readme
    assert "There are seven cities" in prose(notebook)
    assert 'href="notebooks/index.zip" download' in good_book.page("index.html").replace(
        ' download=""', " download"
    )


@pytest.mark.parametrize(
    ("data", "left"),
    [
        ({"text/html": "<p>", "text/plain": "p"}, {"text/html", "text/plain"}),
        ({"application/vnd.scsreport.exhibit+json": {}, "text/html": "<p>"}, {"text/html"}),
        ({"application/vnd.scsreport.blocks+json": {}, "text/html": "<p>"}, {"text/html"}),
        ({"application/vnd.scsreport.pages+json": {}, "text/html": "<p>"}, None),
        ({"application/x": "y"}, None),
    ],
)
def test_of_an_output_that_is_left_which_any_notebook_shows(data, left):
    found = outputs.plain(new_output("display_data", data))
    assert (found and set(found.data)) == left


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "SITE", tmp_path / "html")
    folder = tmp_path / "html" / "_sources" / "chapters"
    folder.mkdir(parents=True)

    def write(text):
        (folder / "gaps.ipynb").write_text(text)

    write("first")
    return write


def test_notebooks_follow_the_site_until_a_reader_changes_one(site, tmp_path):
    said = []
    mine = tmp_path / "mine"
    notebooks.copy_to(mine, said.append)
    site("second")
    notebooks.copy_to(mine, said.append)
    assert (mine / "gaps.ipynb").read_text() == "second"
    assert said == []
    (mine / "gaps.ipynb").write_text("changed by the reader")
    site("third")
    notebooks.copy_to(mine, said.append)
    assert (mine / "gaps.ipynb").read_text() == "changed by the reader"
    assert said == ["Kept as you changed them: gaps.ipynb. Delete one to have it anew."]
    (mine / "gaps.ipynb").unlink()
    notebooks.copy_to(mine, said.append)
    assert (mine / "gaps.ipynb").read_text() == "third"


def test_pins_are_those_of_the_lock_without_its_digests():
    lines = notebooks._constraints().splitlines()
    assert any(line.startswith("pandas==") for line in lines)
    assert not [line for line in lines if re.search(r"--hash|\\$| via ", line)]


@pytest.mark.parametrize("address", ["", "https://example.org/project"])
def test_the_project_is_named_where_its_address_is_set(address):
    facts = {"package": "a.zip", "size": "0.1", "wheel": ""}
    shown = markup.render("notebooks", repository=address, **facts)
    assert ("The project" in shown) == bool(address)
    assert address in shown


def test_two_packages_of_the_same_files_are_the_same_bytes():
    files = {"a/b.txt": b"one", "a/c.txt": b"two" * 1000}
    assert notebooks._zipped(files) == notebooks._zipped(files)
