"""The book: what makes a chapter run again, what stops a build, and what stays readable then.

The tests build a book of two pages in a folder of their own, with a copy of the package beside it.
"""

import ast
import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scsreport.book import build, execution, exhibit, maths
from scsreport.tables import paths

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"/>'
IMAGE = {
    "mime": "image/svg+xml",
    "data": base64.b64encode(PICTURE).decode(),
    "width": 400,
    "height": 200,
}
COMMON = {
    "caption": "Number of cities, 2020.",
    "notes": ["Towns below fifty thousand are left out."],
    "serves": [
        {
            "id": "A2",
            "label": "After Cities Alliance (2019), statement A2",
            "statement": "Systems take three forms.",
        }
    ],
    "sources": [
        {
            "name": "places",
            "title": "Places",
            "attribution": "A. Author",
            "vintage": "2020",
            "licence": "CC-BY-4.0",
        }
    ],
    "licence": "CC-BY-4.0",
    "function": "scsreport.measure.cities",
    "csv": "# Licence of this table: CC-BY-4.0\ncity,size\nA,1\n",
}
FIGURE = COMMON | {
    "id": "fig-cities",
    "kind": "figure",
    "title": "Most cities are small.",
    "alt": "A curve falls from left to right.",
    "images": {"light": IMAGE, "dark": IMAGE},
}
TABLE = COMMON | {
    "id": "tab-cities",
    "kind": "table",
    "title": "Three cities hold half of all.",
    "alt": "City A is the largest.",
    "table": {
        "columns": [
            {"label": "Row", "kind": "claim"},
            {"label": "City", "kind": "text"},
            {"label": "Size (thousand)", "kind": "number"},
            {"label": "Shown in", "kind": "exhibit"},
        ],
        "rows": [
            ["A1", "Beta", "1,200", "fig-cities"],
            ["A2", "Alpha", "–", ""],
            ["A3", "Gamma", "90", "fig-cities"],
        ],
    },
}
MEASURE = f'''"""A measure of the small book."""

from IPython.display import display

FIGURE = {FIGURE!r}
TABLE = {TABLE!r}


def cities():
    """Return how many."""
    return "seven cities"


def show(payload):
    display({{"{exhibit.MIME}": payload}}, raw=True)


def publish(key, value):
    prefix = "application/papermill.record/"
    display({{prefix + "text/plain": repr(value)}}, raw=True,
            metadata={{"scrapbook": {{"name": key, "mime_prefix": prefix}}}})
'''
HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""
INDEX = f"""{HEAD}# Small book

There are {{glue:text}}`cities`, see {{numref}}`tab-cities` and {{cite:t}}`soo2005`.

```{{code-cell}} ipython3
:tags: [remove-cell]

from scsreport import measure

measure.publish("cities", measure.cities())
```

```{{code-cell}} ipython3
measure.show(measure.FIGURE)
```

The law is $p_r = P_1 / r^{{\\zeta}}$.

$$\\ln r = a - \\zeta \\ln p$$ (law)
"""
CHAPTER = f"""{HEAD}(ledger)=
# Ledger

{{numref}}`fig-cities` is on the first page.

```{{code-cell}} ipython3
:tags: [hide-input]

from scsreport import measure

measure.show(measure.TABLE)
```

```{{bibliography}}
```
"""
TOC = "format: jb-book\nroot: index\nchapters:\n  - file: chapters/ledger\n"


class Book:
    """A small book in a folder, with the package that its chapters import."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(paths.PACKAGE, root / "src" / "scsreport")
        (root / "chapters").mkdir()
        (root / "data").mkdir()
        self.write("data/datapackage.json", json.dumps({"resources": []}))
        self.write("requirements.lock", "")
        self.write("src/scsreport/measure.py", MEASURE)
        self.write("index.md", INDEX)
        self.write("chapters/ledger.md", CHAPTER)
        self.write("_toc.yml", TOC)
        shutil.copy(paths.CONFIG, root)
        shutil.copy(paths.BIBLIOGRAPHY, root / "chapters")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> str:
        before = (self.root / name).read_text(encoding="utf-8")
        assert old in before
        self.write(name, before.replace(old, new))
        return before

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.root / "src"), os.environ.get("PYTHONPATH", "")])
        return subprocess.run(
            [str(Path(sys.executable).with_name(words[0])), *words[1:]],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def build(self) -> subprocess.CompletedProcess[str]:
        return self.run("python", "-m", "scsreport", "book")

    def page(self, name: str) -> str:
        return (self.root / "_build" / "html" / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """Return a small book, built once."""
    small = Book(tmp_path_factory.mktemp("book"))
    result = small.build()
    assert result.returncode == 0, result.stdout + result.stderr
    return small


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Return a folder with a file of each kind, where the package thinks it lives."""
    for name in ("src/scsreport/a.py", "data/t.csv", "requirements.lock", "chapters/c.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    for folder in ("book", "sources"):
        (tmp_path / "src/scsreport" / folder).mkdir()
    for name, path in (("ROOT", ""), ("PACKAGE", "src/scsreport"), ("DATA", "data")):
        monkeypatch.setattr(paths, name, tmp_path / path)
    monkeypatch.setattr(paths, "LOCK", tmp_path / "requirements.lock")
    return tmp_path


@pytest.mark.parametrize(
    "name", ["src/scsreport/a.py", "src/scsreport/b.py", "data/t.csv", "requirements.lock"]
)
def test_what_a_result_depends_on_changes_its_cache(house, name):
    before = execution.digest(execution.executed())
    (house / name).write_text("2")
    assert execution.digest(execution.executed()) != before


@pytest.mark.parametrize("name", ["src/scsreport/book/x.py", "chapters/c.md", "README.md"])
def test_prose_and_layout_execute_nothing(house, name):
    before = execution.digest(execution.executed())
    (house / name).write_text("2")
    assert execution.digest(execution.executed()) == before


def test_nothing_executed_imports_what_the_cache_leaves_out():
    for file in execution.executed():
        if file.suffix != ".py" or file.name in ("cli.py", "__main__.py"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                assert name.split(".")[:2] not in (
                    [["scsreport", folder] for folder in execution.NOT_EXECUTED]
                ), f"{file.name} imports {name}"


def test_the_book_knows_exhibits_by_the_contract():
    from scsreport.exhibits import contract

    assert contract.MIME == exhibit.MIME
    assert contract.REPORT == exhibit.REPORT


def test_unchanged_is_said_and_not_built_again(book):
    assert "Nothing changed" in book.build().stdout


def test_bytecode_is_no_change(house):
    (house / "src/scsreport/book/x.py").write_text("1")
    before = execution.digest([*execution.executed(), *execution.layout()])
    (house / "src/scsreport/book/__pycache__").mkdir()
    (house / "src/scsreport/book/__pycache__/x.cpython-311.pyc").write_text("1")
    assert execution.digest([*execution.executed(), *execution.layout()]) == before


def test_a_page_shows_everything(book):
    page, ledger = book.page("index.html"), book.page("chapters/ledger.html")
    assert "There are <span" in page and "seven cities" in page
    assert "Figure 1 of The scsreport authors" in page
    assert 'href="chapters/ledger.html#claim-A2"' in page
    assert "<math" in page and "fontawesome.js" not in page
    assert 'id="claim-A2"' in ledger and 'href="../index.html#fig-cities"' in ledger
    assert "sort.js" in ledger and "sort.js" not in page
    assert book.page("exhibits/fig-cities.csv") == FIGURE["csv"]
    assert book.page("_images/fig-cities-light.svg") == PICTURE.decode()
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


@pytest.mark.parametrize("formula", [r"\arg x", r"\begin{aligned}a &= b\end{aligned}"])
def test_a_formula_that_would_be_wrong_is_refused(formula):
    with pytest.raises(execution.BookError, match="chapters/one: formula"):
        maths.mathml(formula, display=False, where="chapters/one")


def test_a_formula_is_mathml():
    assert "<msup>" in maths.mathml(r"x^{\alpha}", display=True, where="here")


@pytest.mark.parametrize("part", [*exhibit.PARTS, "id", "kind", "images", "notes"])
def test_a_missing_part_is_named(part):
    payload = {key: value for key, value in FIGURE.items() if key != part}
    with pytest.raises(execution.BookError, match=r"chapters/one: exhibit .* lacks"):
        exhibit._check(payload, "chapters/one")


def test_a_function_is_found_in_its_module():
    found = exhibit.source_page("scsreport.book.exhibit.ExhibitRenderer.handle_mime")
    assert found == ("scsreport.book.exhibit", "ExhibitRenderer.handle_mime")
    with pytest.raises(execution.BookError):
        exhibit.source_page("numpy.mean")


def test_help_is_there_at_once():
    result = subprocess.run(
        [sys.executable, "-m", "scsreport", "book", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Examples" in result.stdout
    wrong = subprocess.run(
        [sys.executable, "-m", "scsreport", "books"], capture_output=True, check=False
    )
    assert wrong.returncode == 2
