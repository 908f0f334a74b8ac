"""A book of two pages in a folder of its own, with a copy of the package beside it."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from scsreport.book import exhibit
from scsreport.tables import datasets, paths

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200" viewBox="0 0 40 20">'
    '<text fill="var(--figure-hub,#0072b2)">Łódź &amp; Lagos</text></svg>'
)
SAVED = {"svg": b"<svg/>", "png": b"png"}
PICTURE = {
    "width": 400,
    "height": 200,
    "svg": SVG,
    "saved": {form: base64.b64encode(content).decode() for form, content in SAVED.items()},
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
    "csv": "city,size\nA,1\n",
    "csv_notes": "Licence of the table: CC-BY-4.0\n",
}
FIGURE = COMMON | {
    "id": "fig-cities",
    "kind": "figure",
    "title": "Most cities are small.",
    "alt": "A curve falls from left to right.",
    "picture": PICTURE,
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
BLOCKS = {
    "blocks": [
        {
            "id": "verdict-A2",
            "title": "A2: holds in 2 of 3 parts",
            "terms": [["As printed", ["Three <forms>.", "No figure."]]],
        }
    ]
}
MEASURE = f'''"""A measure of the small book."""

from IPython.display import display

FIGURE = {FIGURE!r}
TABLE = {TABLE!r}
BLOCKS = {BLOCKS!r}


def cities():
    """Return how many."""
    return "seven cities"


def show(payload):
    display({{"{exhibit.MIME}": payload}}, raw=True)


def show_blocks():
    display({{"{exhibit.BLOCKS_MIME}": BLOCKS}}, raw=True)


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
VERDICTS = f"""{HEAD}(verdicts)=
# Verdicts

```{{code-cell}} ipython3
:tags: [hide-input]

from scsreport import measure

measure.show_blocks()
```
"""
TOC = """format: jb-book
root: index
chapters:
  - file: chapters/ledger
  - file: chapters/verdicts
"""
TEXTS = ("index.md", "chapters/ledger.md", "src/scsreport/measure.py", "data/datapackage.json")


class Book:
    """A small book in a folder, with the package that its chapters import."""

    def __init__(self, root: Path, package: Path = paths.PACKAGE) -> None:
        self.root = root
        shutil.copytree(package, root / "src" / "scsreport")
        (root / "chapters").mkdir()
        (root / "data").mkdir()
        self.write("data/datapackage.json", json.dumps({"resources": []}))
        self.write("requirements.lock", "")
        self.write("src/scsreport/measure.py", MEASURE)
        self.write("index.md", INDEX)
        self.write("chapters/ledger.md", CHAPTER)
        self.write("chapters/verdicts.md", VERDICTS)
        self.write("_toc.yml", TOC)
        shutil.copy(paths.CONFIG, root)
        shutil.copy(paths.CITATION, root)
        shutil.copy(paths.BIBLIOGRAPHY, root / "chapters")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> str:
        before = (self.root / name).read_text(encoding="utf-8")
        assert old in before
        self.write(name, before.replace(old, new))
        return before

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        path = os.pathsep.join([str(self.root / "src"), os.environ.get("PYTHONPATH", "")])
        return subprocess.Popen(
            [str(Path(sys.executable).with_name(words[0])), *words[1:]],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": path} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        with self.start(*words, **variables) as process:
            out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def build(self, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run("python", "-m", "scsreport", "book", **variables)

    def page(self, name: str) -> str:
        return (self.root / "_build" / "html" / name).read_text(encoding="utf-8")

    def site(self) -> dict[str, bytes]:
        """Return every file of the published site."""
        files = sorted(path for path in self.site_folder.rglob("*") if path.is_file())
        return {file.relative_to(self.site_folder).as_posix(): file.read_bytes() for file in files}

    @property
    def site_folder(self) -> Path:
        return self.root / "_build" / "html"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have what builds the small book run once, beside the pages, and not on each Python.

    Each Python builds the book itself; what stops a build, or goes on from one, is the same on all.
    """
    for item in items:
        if "built" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.site)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Return a small book, built once."""
    small = Book(tmp_path_factory.mktemp("book"))
    result = small.build()
    assert result.returncode == 0, result.stdout + result.stderr
    return small


@pytest.fixture
def book(built):
    """Return the small book, whose texts are as they were again for the next test."""
    texts = {name: (built.root / name).read_text(encoding="utf-8") for name in TEXTS}
    yield built
    for name, text in texts.items():
        if (built.root / name).read_text(encoding="utf-8") != text:
            built.write(name, text)


@pytest.fixture
def good_book(book):
    """Return the small book, published as its texts are."""
    result = book.build()
    assert result.returncode == 0, result.stdout + result.stderr
    return book


@pytest.fixture
def another_book(tmp_path, built):
    """Return the small book in a folder of an odd name, not built yet."""
    return Book(tmp_path / "An öther book", built.root / "src" / "scsreport")


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Return a folder with a file of each kind, where the package thinks it lives."""
    for name in ("src/scsreport/a.py", "data/t.csv", "requirements.lock", "chapters/c.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    for folder in ("book", "sources"):
        (tmp_path / "src/scsreport" / folder).mkdir()
    table = tmp_path / "data/t.csv"
    for name, path in (("ROOT", ""), ("PACKAGE", "src/scsreport"), ("DATA", "data")):
        monkeypatch.setattr(paths, name, tmp_path / path)
    monkeypatch.setattr(paths, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(paths, "MANIFEST", tmp_path / "data/datapackage.json")
    monkeypatch.setattr(datasets, "resources", lambda: {"t": SimpleNamespace(file=table)})
    return tmp_path


@pytest.fixture
def figure():
    """Return what a figure hands to the book, complete."""
    return dict(FIGURE)


@pytest.fixture
def saved():
    """Return the figure as it is saved, by its form."""
    return SAVED
