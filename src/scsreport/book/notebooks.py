"""Chapters as notebooks that read by themselves: numbers, names and works in place of roles.

A chapter of the book prints its numbers by roles that only a build fills in. Whoever opens it as a
notebook would read keys instead. So each chapter is also offered with its words filled in, in two
forms: without outputs, to be run, and packed with outputs, the data of its exhibits and what it
takes to run it elsewhere. All packages share one wheel, which holds the tables.
"""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and pybtex have no types)

import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util.osutil import relative_uri

from scsreport import __version__
from scsreport.book import citation, markup, outputs, references
from scsreport.book.execution import digest, executed, read
from scsreport.book.exhibit import exhibit_names
from scsreport.book.wording import Words, cited, filled
from scsreport.tables import datasets, paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["FOLDER", "copy_to", "offer", "wheel_name", "works", "write_wheel"]

FOLDER = "notebooks"
"""Of the site, with the packages and the wheel."""

SOURCES = "_sources"
"""Of the site, with the notebooks that have no outputs."""

WRITTEN = ".written.json"
"""Beside notebooks that a reader works with: their sums as they were written."""

PUBLISH = re.compile(r"^contract\.publish\(.*?\)\n?", re.MULTILINE | re.DOTALL)
DATED = (1980, 1, 1, 0, 0, 0)
"""Of every file in a package, or each build would differ."""

INSTALL = """import importlib.util

if importlib.util.find_spec("scsreport") is None:
    %pip install --quiet "{wheel}"
"""
"""Before the first cell of code: nothing where the package is there, as in the project itself."""


# --- what is known once all pages are read ----------------------------------------------------


def offer(app: "Sphinx", page: str) -> str:
    """Write a chapter as a notebook, and packed; return links to both.

    Parameters
    ----------
    app : Sphinx
        The application, once all pages are read.
    page : str
        A chapter that is executed.

    Returns
    -------
    str
        HTML.
    """
    import nbformat

    run = outputs.kept(app, page)
    words = _words(app, page)
    notebook = _as_notebook(read(app.env, page), words, _wheel_address(app), run)
    _write(Path(app.outdir, SOURCES, f"{page}.ipynb"), nbformat.writes(notebook).encode())
    if run is None:
        return ""
    content = _packed(app, page, _with_outputs(notebook, run, words))
    name = f"{page.rpartition('/')[2]}.zip"
    _write(Path(app.outdir, FOLDER, name), content)
    return markup.render(
        "notebooks",
        package=relative_uri(f"{page}.html", f"{FOLDER}/{name}"),
        size=f"{len(content) / 1e6:.1f}",
        wheel=relative_uri(f"{page}.html", f"{FOLDER}/{wheel_name()}") if _has_wheel() else "",
        repository=app.config.html_theme_options.get("repository_url", ""),
    )


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _words(app: "Sphinx", page: str) -> Words:
    """Return what is known of the book, and of the numbers of one page."""
    domain = app.env.get_domain("std")
    labels: Mapping[str, tuple[str, str, str]] = domain.labels  # type: ignore[attr-defined]
    return Words(
        numbers=outputs.numbers(app, page),
        exhibits=exhibit_names(app),
        pages={label: title for label, (_, _, title) in labels.items()},
        works=works(),
    )


@cache
def _bibliography() -> Any:
    from pybtex.database import parse_file

    return parse_file(str(paths.BIBLIOGRAPHY)) if paths.BIBLIOGRAPHY.is_file() else None


@cache
def works() -> Mapping[str, tuple[str, str]]:
    """Return who signed each work of the bibliography, and when.

    Returns
    -------
    mapping of tuple of str
        By the key of the work.
    """
    listed = _bibliography()
    labels = {key: references.label(work) for key, work in listed.entries.items()} if listed else {}
    return {
        key: (who, year)
        for key, label in labels.items()
        for who, _, year in [label.rpartition(", ")]
    }


def _cited(notebook: Any) -> list[str]:
    """Return the works that a chapter cites, in plain text, by label."""
    from pybtex.backends.plaintext import Backend
    from pybtex.plugin import find_plugin

    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    known = sorted(cited(source) & set(works()), key=lambda key: works()[key])
    if not known:
        return []
    style = find_plugin("pybtex.style.formatting", references.STYLE)()
    backend = Backend()
    entries = style.format_bibliography(_bibliography(), known)
    return [entry.text.render(backend) for entry in entries]


# --- notebooks --------------------------------------------------------------------------------


def _as_notebook(notebook: Any, words: Words, wheel: str, run: Any) -> Any:
    """Return a chapter as a notebook to be run: its words filled in, and no outputs."""
    from nbformat.v4 import new_code_cell, new_markdown_cell

    works = _cited(notebook)
    called = _called(run, words)
    notebook.metadata.pop("source_map", None)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = filled(cell.source, words).strip()
        else:
            cell.source = called.get(cell.source, "") + _without_publishing(cell.source)
            cell.metadata.pop("tags", None)
    cells = [cell for cell in notebook.cells if cell.source]
    first = next((n for n, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    cells.insert(first, new_code_cell(INSTALL.format(wheel=wheel).strip()))
    if works:
        listed = "\n".join(f"- {work}" for work in works)
        cells.append(new_markdown_cell(f"## Works cited\n\n{listed}"))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # random otherwise, and the site would differ each time
    notebook.cells = cells
    return notebook


def _without_publishing(source: str) -> str:
    """Return the source of a cell without what hands numbers to a page of the book."""
    return PUBLISH.sub("", source).strip()


def _called(run: Any, words: Words) -> dict[str, str]:
    """Return the line above each cell that says how the book calls what it shows."""
    cells = run.cells if run else []
    shown = {cell.source: cell.metadata.get(outputs.EXHIBITS, []) for cell in cells}
    return {
        source: f"# {', '.join(words.exhibits[id] for id in ids)} of the book\n"
        for source, ids in shown.items()
        if ids
    }


def _with_outputs(notebook: Any, run: Any, words: Words) -> Any:
    """Return a notebook with the outputs of the executed one that any notebook can show."""
    import nbformat

    shown = nbformat.reads(nbformat.writes(notebook), as_version=4)
    called = _called(run, words)
    made = {
        called.get(cell.source, "") + _without_publishing(cell.source): cell.outputs
        for cell in run.cells
        if cell.cell_type == "code"
    }
    for cell in shown.cells:
        if cell.cell_type == "code":
            cell.outputs = made.get(cell.source, [])
    return shown


# --- packages ---------------------------------------------------------------------------------


def _packed(app: "Sphinx", page: str, notebook: Any) -> bytes:
    """Return a notebook with outputs, the data of its exhibits, the lock and what to do with it."""
    import nbformat

    name = page.rpartition("/")[2]
    made = Path(app.outdir).parent / "jupyter_execute" / "exhibits"
    files = {f"{name}.ipynb": nbformat.writes(notebook).encode()}
    for exhibit in exhibit_names(app, page):
        for ending in (".csv", "-licence.txt"):
            file = made / f"{exhibit}{ending}"
            files[f"data/{file.name}"] = file.read_bytes()
    if paths.LOCK.is_file():
        files["constraints.txt"] = _constraints().encode()
    title = app.env.titles[page].astext()
    files["README.md"] = _readme(name, title, _wheel_address(app)).encode()
    return _zipped({f"{name}/{file}": content for file, content in sorted(files.items())})


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as one, the same bytes each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, DATED), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@cache
def _constraints() -> str:
    """Return the versions of the lock file, as pip takes them beside a wheel."""
    lines = paths.LOCK.read_text(encoding="utf-8").splitlines()
    pinned = [line.rstrip(" \\") for line in lines if re.match(r"[A-Za-z0-9]", line)]
    return "\n".join(pinned) + "\n"


def _readme(name: str, title: str, wheel: str) -> str:
    """Return what to do with a package."""
    template = (markup.TEMPLATES / "notebook-readme.md").read_text(encoding="utf-8")
    book = citation.cited_book().title
    return template.format(name=name, title=title, book=book, wheel=wheel, wheel_file=wheel_name())


# --- the wheel --------------------------------------------------------------------------------


@cache
def wheel_name() -> str:
    """Return the name of the file that holds the package and its tables.

    Returns
    -------
    str
    """
    return f"scsreport-{__version__}-py3-none-any.whl"


def _wheel_address(app: "Sphinx") -> str:
    """Return where a notebook finds the wheel: on the site, or else beside it."""
    base: str = app.config.html_baseurl
    return f"{base.rstrip('/')}/{FOLDER}/{wheel_name()}" if base else wheel_name()


def _has_wheel() -> bool:
    """Say whether there is one: not of a book beside a copy of the package, as tests build it."""
    return (paths.ROOT / "pyproject.toml").is_file()


def write_wheel(app: "Sphinx") -> None:
    """Put the package with its tables on the site, as one file; made anew if either changed.

    Parameters
    ----------
    app : Sphinx
        The application.
    """
    if not _has_wheel():
        return
    from hatchling.builders.wheel import WheelBuilder

    kept = Path(app.outdir).parent / "wheel" / digest([*executed(), *_packaged()])
    if not kept.is_dir():
        shutil.rmtree(kept.parent, ignore_errors=True)
        draft = kept.with_name("draft")
        list(WheelBuilder(str(paths.ROOT)).build(directory=str(draft), versions=["standard"]))
        draft.rename(kept)
    (file,) = kept.glob("*.whl")
    folder = Path(app.outdir, FOLDER)
    folder.mkdir(exist_ok=True)
    shutil.copyfile(file, folder / file.name)


def _packaged() -> list[Path]:
    """Return what a wheel holds beside all that results depend on."""
    named = ("pyproject.toml", "README.md", "LICENSE")
    inside = [file for file in paths.PACKAGE.rglob("*") if "__pycache__" not in file.parts]
    return [*(paths.ROOT / name for name in named), *sorted(f for f in inside if f.is_file())]


# --- notebooks to work with -------------------------------------------------------------------


def copy_to(folder: Path, say: Callable[[str], None]) -> None:
    """Put the notebooks of the site where a reader works with them; keep what the reader changed.

    Parameters
    ----------
    folder : Path
        Where to; it need not exist.
    say : callable
        Told which notebooks were kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / WRITTEN
    written: dict[str, str] = json.loads(note.read_text("utf-8")) if note.is_file() else {}
    source = paths.SITE / SOURCES
    kept = []
    for notebook in sorted(source.rglob("*.ipynb")):
        mine = folder / notebook.name
        content = notebook.read_bytes()
        if mine.is_file() and _sum(mine.read_bytes()) not in (
            written.get(mine.name),
            _sum(content),
        ):
            kept.append(mine.name)
            continue
        mine.write_bytes(content)
        written[mine.name] = _sum(content)
    datasets.write_atomically(note, json.dumps(written, indent=0).encode())
    if kept:
        say(f"Kept as you changed them: {', '.join(kept)}. Delete one to have it anew.")


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
