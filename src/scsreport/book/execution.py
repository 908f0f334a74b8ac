"""Run the chapters: in parallel, and again when something changed that their results depend on.

While chapters are executed, pages are read that wait for none. What is executed is kept by what it
depends on (``dependencies.py``), in ``results.py``.
"""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and fontTools have no types)

import hashlib
import json
import platform
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sphinx.errors import SphinxError
from sphinx.util import logging

from scsreport.book import dependencies, faults, results, runs, sums
from scsreport.book.dependencies import EXECUTED, NOT_EXECUTED
from scsreport.tables import datasets, paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

__all__ = [
    "NOT_EXECUTED",
    "BookError",
    "check_data",
    "digest",
    "executed",
    "layout",
    "read",
    "setup",
]

logger = logging.getLogger(__name__)

LAYOUT = ("book", "paper")
"""Rooms that shape pages, and no result."""

VALUE = paths.EXECUTION / "value"
"""File that keeps one name for what counts by its value (:data:`dependencies.BY_VALUE`)."""


class BookError(SphinxError):
    """The book cannot be built; the message says what to do."""

    category = "The book cannot be built"


def setup(app: "Sphinx") -> None:
    """Connect the execution cache to a build."""
    app.add_config_value("scsreport_pages", "", "env", str)
    app.connect("config-inited", _begin)
    app.connect("builder-inited", _take_over)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-before-read-docs", _start)
    app.connect("env-purge-doc", _forget)
    app.connect("build-finished", _stop)


def executed() -> Iterator[Path]:
    """Yield every file a result depends on, chapters aside."""
    for file in sorted(paths.PACKAGE.rglob("*.*")):
        part = file.relative_to(paths.PACKAGE).parts[0]
        if file.suffix in EXECUTED and part not in NOT_EXECUTED:
            yield file
    yield from _not_code()


def _not_code() -> Iterator[Path]:
    """Yield every file beside the code that a result depends on."""
    # Only what the manifest lists can be loaded, so another file in data/ changes no result.
    yield paths.MANIFEST
    yield from sorted(table.file for table in datasets.resources().values())
    yield from sorted(paths.USER_DATA.glob("*.parquet"))  # what this reader has added
    yield paths.LOCK


def layout() -> list[Path]:
    """Return the files that shape pages but no result: of this extension, and of the paper.

    The paper is made from pages, but the package that a page offers has its code.
    """
    files = sorted(file for room in LAYOUT for file in (paths.PACKAGE / room).rglob("*"))
    # Python writes bytecode beside its modules while it runs them; that is no change.
    return [file for file in files if file.is_file() and "__pycache__" not in file.parts]


def digest(files: Iterable[Path]) -> str:
    """Return one name for the content of files and the version of Python.

    Parameters
    ----------
    files : iterable of Path
        Files that count; one that is absent counts as absent.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    total = hashlib.sha256(platform.python_version().encode())
    for file in files:
        content = sums.of_file(file) if file.is_file() else "absent"
        # The name of what lies elsewhere, as a reader's files do, says nothing of where.
        inside = file.is_relative_to(paths.ROOT)
        name = file.relative_to(paths.ROOT).as_posix() if inside else file.name
        total.update(f"{name}\0{content}\n".encode())
    return total.hexdigest()[:16]


def check_data() -> None:
    """Refuse to build from tables of ``data/`` whose bytes are not the published ones."""
    try:
        tables = datasets.resources().values()
    except datasets.DataError as error:  # which Sphinx would report with a traceback
        raise BookError(str(error)) from error
    changed = [t for t in tables if not (t.file.is_file() and t.intact)]
    if changed:
        named = ", ".join(faults.of_data(table.label, table.file) for table in changed)
        raise BookError(
            f"changed or missing in the data: {named}. If you meant the change, such as a new row "
            "of the ledger, `python -m scsreport.sources manifest` looks at it and describes the "
            "file anew. If not, `scsreport data check` shows what differs, and `scsreport data "
            "check --mend` restores the published file."
        )


def read(env: "BuildEnvironment", page: str) -> Any:
    """Return the notebook that a page is, as MyST-NB reads it; None if it is plain text."""
    from myst_nb.core.read import create_nb_reader

    source, settings = env.doc2path(page), cast(Any, env)
    text = Path(source).read_text(encoding="utf-8")
    reader = create_nb_reader(source, settings.myst_config, settings.mystnb_config, text)
    return reader and reader.read(text)


def _begin(app: "Sphinx", config: "Config") -> None:
    check_data()
    # Sphinx reads every page again when this value differs.
    config["scsreport_pages"] = digest(layout())
    config["nb_execution_cache_path"] = str(paths.EXECUTION)


def _take_over(app: "Sphinx") -> None:
    """Have MyST-NB take executed chapters from here, where it would take them from its cache.

    Its cache knows a notebook by its cells alone, so that a changed function or table would leave
    the old number on the page.
    """
    from myst_nb.core import execute

    chapters = Chapters(app.env)
    app.scsreport_chapters = chapters  # type: ignore[attr-defined]

    class Executed(execute.base.NotebookClientBase):
        """Hands out the outputs of a chapter, once it is executed."""

        def start_client(self) -> None:
            chapters.fill(str(chapters.env.path2doc(str(self.path))), self.notebook)

    vars(execute)["NotebookClientCache"] = Executed


def _outdated(
    app: "Sphinx", env: "BuildEnvironment", added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Name the pages whose results are of another state than that of today."""
    chapters: Chapters = app.scsreport_chapters  # type: ignore[attr-defined]
    try:
        return chapters.outdated(env.found_docs - added - changed - removed)
    except dependencies.UnreadableError as error:  # which Sphinx would report with a traceback
        raise BookError(str(error)) from error


def _start(app: "Sphinx", env: "BuildEnvironment", docnames: list[str]) -> None:
    """Have chapters executed while other pages are read, and read those first that are ready."""
    if env.mystnb_config.execution_mode == "cache":  # type: ignore[attr-defined]
        chapters: Chapters = app.scsreport_chapters  # type: ignore[attr-defined]
        try:
            waiting = chapters.start(docnames)
        except dependencies.UnreadableError as error:
            raise BookError(str(error)) from error
        docnames.sort(key=lambda page: waiting.index(page) if page in waiting else -1)


def _forget(app: "Sphinx", env: "BuildEnvironment", page: str) -> None:
    _noted(env).pop(page, None)


def _stop(app: "Sphinx", exception: Exception | None) -> None:
    chapters: Chapters | None = getattr(app, "scsreport_chapters", None)
    if chapters:
        chapters.stop()


@dataclass(frozen=True)
class Noted:
    """What the environment keeps of an executed chapter: its cells, what they call, the state."""

    cells: str
    calls: dependencies.Calls
    state: str


def _noted(env: "BuildEnvironment") -> dict[str, Noted]:
    if not hasattr(env, "scsreport_executed"):
        env.scsreport_executed = {}  # type: ignore[attr-defined]
    noted: dict[str, Noted] = env.scsreport_executed  # type: ignore[attr-defined]
    return noted


class Chapters:
    """The chapters of a book, and their results.

    Parameters
    ----------
    env : BuildEnvironment
        It keeps of which state the results on its pages are.
    """

    def __init__(self, env: "BuildEnvironment") -> None:
        self.env = env
        self._results = results.Results(paths.EXECUTION)
        self._found: dict[str, tuple[str, dependencies.Calls]] = {}
        self._cells: dict[str, list[tuple[str, dependencies.Calls]]] = {}
        self._running: Iterator[runs.Ended] = iter(())
        self._workshop: runs.Workshop | runs.Kernels | None = None
        self._asked = False

    def outdated(self, pages: Iterable[str]) -> list[str]:
        """Return the pages among some whose results are of another state than that of today."""
        noted = _noted(self.env)
        total = digest(executed())
        if getattr(self.env, "scsreport_total", "") == total:
            return []
        known = [page for page in sorted(pages) if page in noted]
        return [p for p in known if self._state(noted[p].cells, noted[p].calls) != noted[p].state]

    def start(self, pages: Iterable[str]) -> list[str]:
        """Have those executed that have no result of today, and return them in that order."""
        self.env.scsreport_total = digest(executed())  # type: ignore[attr-defined]
        self._results.forget_others(self.env.found_docs)
        waiting = []
        for page in pages:
            notebook = read(self.env, page)
            if not notebook:
                continue
            self._found[page] = _cells(notebook), dependencies.calls(_code(notebook))
            self._cells[page] = list(_each_cell(notebook))
            if not (self._results.has_any(page) and self._results.holds(page, self._now(page))):
                waiting.append(self._chapter(page, notebook))
        # One that takes numbers from many others comes last, when they are there.
        waiting.sort(key=lambda chapter: len(chapter.calls.published))
        if waiting:
            names = [chapter.page for chapter in waiting]
            logger.info("executing %d chapters: %s", len(names), ", ".join(names))
            if any(self._package.asks_for_value(chapter.calls) for chapter in waiting):
                self._ask_for_value()
            timeout = self.env.mystnb_config.execution_timeout  # type: ignore[attr-defined]
            self._running = self._hired().run(waiting, timeout)
        return [chapter.page for chapter in waiting]

    def _chapter(self, page: str, notebook: Any) -> runs.Chapter:
        """Return a chapter to be executed, with outputs for the cells that are as they were."""
        folder = Path(self.env.doc2path(page)).parent
        states = self._states_of_cells(page) if self._results.has_any(page) else []
        held = self._results.cells(page, set(states))
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        kept = tuple(place for place, state in enumerate(states) if state in held)
        for place in kept:
            code[place].update(held[states[place]])
        calls = [calls for place, (_, calls) in enumerate(self._cells[page]) if place not in kept]
        whole = self._found[page][1]
        published = dict.fromkeys(name for each in calls for name in each.published)
        asked = replace(whole, published=tuple(published)) if kept else whole
        return runs.Chapter(page, notebook, folder, asked, kept)

    def _states_of_cells(self, page: str) -> list[str]:
        return [self._state(*cell) for cell in self._cells[page]]

    def fill(self, page: str, notebook: Any) -> None:
        """Give a notebook its results, as soon as they are there."""
        state = self._now(page)
        while not self._results.holds(page, state):
            ended = next(self._running, None)
            if ended is None:
                raise BookError(f"chapter {page} was not executed")
            self._keep(ended)
        self._results.fill(page, state, notebook)
        if unknown := faults.of_keys(*self._file(page), notebook):
            raise BookError("\n".join(unknown))
        cells, calls = self._found[page]
        _noted(self.env)[page] = Noted(cells, calls, state)

    def stop(self) -> None:
        """End what executes chapters."""
        if self._workshop:
            self._workshop.close()

    def _keep(self, ended: runs.Ended) -> None:
        """Keep the results of a chapter; one that failed ends the build once others are kept."""
        if ended.error:
            for other in self._running:
                if not other.error:
                    self._keep(other)
            from myst_nb.core.render import strip_ansi

            error = strip_ansi(ended.error)
            raise BookError(f"{faults.of_cell(*self._file(ended.page), error)}\n{error}")
        states = self._states_of_cells(ended.page)
        self._results.put(ended.page, self._now(ended.page), ended.packed, states)
        logger.info("executed %s in %.1f s", ended.page, ended.seconds)

    def _file(self, page: str) -> tuple[str, str]:
        """Return the file of a page as messages name it, and what it holds."""
        file = Path(self.env.doc2path(page))
        name = file.relative_to(self.env.srcdir).as_posix()
        return name, file.read_text(encoding="utf-8")

    def _now(self, page: str) -> str:
        return self._state(*self._found[page])

    def _state(self, cells: str, calls: dependencies.Calls) -> str:
        """Return one name for the cells of a chapter and all that their results depend on."""
        value = self._value if self._package.asks_for_value(calls) else ""
        return dependencies.digest_of([cells, self._package.state(calls, value)])

    @cached_property
    def _package(self) -> dependencies.Package:
        return dependencies.Package(paths.EXECUTION / "code", digest(_common()))

    @cached_property
    def _value(self) -> str:
        """One name for what counts by its value; it is computed again once its code changed."""
        self._ask_for_value()
        if self._known_value:
            return self._known_value
        value = self._hired().value()
        content = json.dumps({self._package.state_of_value(): value}).encode()
        VALUE.parent.mkdir(parents=True, exist_ok=True)
        datasets.write_atomically(VALUE, content)
        return value

    @cached_property
    def _known_value(self) -> str:
        with suppress(OSError, ValueError, KeyError):
            return str(
                json.loads(VALUE.read_text(encoding="utf-8"))[self._package.state_of_value()]
            )
        return ""

    def _ask_for_value(self) -> None:
        """Have the value computed, if it is not known, before anything else is asked for."""
        if not self._known_value and not self._asked:
            self._hired().ask(dependencies.BY_VALUE)
            self._asked = True

    def _hired(self) -> runs.Workshop | runs.Kernels:
        self._workshop = self._workshop or runs.hired()
        return self._workshop


def _common() -> Iterator[Path]:
    """Yield the files that any result depends on, beside the package."""
    book = paths.PACKAGE / "book"
    yield from (book / name for name in ("cells.py", "results.py", "workshop.py"))
    yield from _not_code()


def _code(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def _cells(notebook: Any) -> str:
    """Return one name for the code of a notebook, and for what is said of each of its cells."""
    cells = [[cell.source, cell.metadata] for cell in notebook.cells if cell.cell_type == "code"]
    return dependencies.digest_of([cells, notebook.metadata.get("kernelspec", {})])


def _each_cell(notebook: Any) -> Iterator[tuple[str, dependencies.Calls]]:
    """Yield one name for each cell of code, and what it leads to, if none depends on another."""
    calls = dependencies.calls_of_each(_code(notebook))
    kernel = notebook.metadata.get("kernelspec", {})
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    for cell, calls_of_cell in zip(code, calls or [], strict=False):
        yield dependencies.digest_of([cell.source, cell.metadata, kernel]), calls_of_cell
