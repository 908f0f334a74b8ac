"""Run the chapters: in parallel, and again whenever anything a result depends on has changed.

jupyter-cache knows a notebook by its cells alone, so a changed function or table would leave the
old number on the page. Here every state of package, data and lock file has a cache of its own.
"""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and fontTools have no types)

import hashlib
import os
import platform
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sphinx.errors import SphinxError
from sphinx.util import logging

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

KEPT = 3
"""How many states keep their results, so that going back and forth executes nothing."""

EXECUTED = {".py", ".toml", ".mplstyle"}

NOT_EXECUTED = {"book", "sources"}
"""Folders of the package that no chapter imports (a test sees to it)."""

STORED = "base.ipynb"
"""How the cache calls every executed chapter."""

SUM = ".sha256"
"""Ends the name of the file beside an executed chapter that holds its sha256."""


class BookError(SphinxError):
    """The book cannot be built; the message says what to do."""

    category = "The book cannot be built"


def setup(app: "Sphinx") -> None:
    """Connect the execution cache to a build."""
    app.add_config_value("scsreport_pages", "", "env", str)
    app.connect("config-inited", _choose_cache)
    app.connect("env-before-read-docs", _execute)


def executed() -> Iterator[Path]:
    """Yield every file a result depends on, chapters aside."""
    for file in sorted(paths.PACKAGE.rglob("*.*")):
        part = file.relative_to(paths.PACKAGE).parts[0]
        if file.suffix in EXECUTED and part not in NOT_EXECUTED:
            yield file
    # Only what the manifest lists can be loaded, so another file in data/ changes no result.
    yield paths.MANIFEST
    yield from sorted(table.file for table in datasets.resources().values())
    yield from sorted(paths.USER_DATA.glob("*.parquet"))  # what this reader has added
    yield paths.LOCK


def layout() -> list[Path]:
    """Return the files of this extension, which shape pages but no result."""
    files = sorted((paths.PACKAGE / "book").rglob("*"))
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
        content = _sum(file) if file.is_file() else "absent"
        # The name of what lies elsewhere, as a reader's files do, says nothing of where.
        inside = file.is_relative_to(paths.ROOT)
        name = file.relative_to(paths.ROOT).as_posix() if inside else file.name
        total.update(f"{name}\0{content}\n".encode())
    return total.hexdigest()[:16]


def _sum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def check_data() -> None:
    """Refuse to build from tables of ``data/`` whose bytes are not the published ones."""
    try:
        tables = datasets.resources().values()
    except datasets.DataError as error:  # which Sphinx would report with a traceback
        raise BookError(str(error)) from error
    changed = [t.label for t in tables if not (t.file.is_file() and t.intact)]
    if changed:
        raise BookError(
            f"changed or missing in the data: {', '.join(changed)}. Run `scsreport data check` to "
            "see what, `scsreport data check --mend` to restore the published file. If you meant "
            "the change, such as a new row of the ledger, `python -m scsreport.sources manifest` "
            "describes the file anew."
        )


def read(env: "BuildEnvironment", page: str) -> Any:
    """Return the notebook that a page is, as MyST-NB reads it; None if it is plain text."""
    from myst_nb.core.read import create_nb_reader

    source, settings = env.doc2path(page), cast(Any, env)
    text = Path(source).read_text(encoding="utf-8")
    reader = create_nb_reader(source, settings.myst_config, settings.mystnb_config, text)
    return reader and reader.read(text)


def _choose_cache(app: "Sphinx", config: "Config") -> None:
    check_data()
    folder = paths.EXECUTION / digest(executed())
    if folder.is_file():
        folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    others = [state for state in paths.EXECUTION.iterdir() if state != folder]
    others.sort(key=lambda state: state.stat().st_mtime)
    for old in others[: 1 - KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    # Both values count for Sphinx as part of the environment: when one differs, it reads
    # every page again. The first is the state of the results, the second that of this extension.
    config["nb_execution_cache_path"] = str(folder)
    config["scsreport_pages"] = digest(layout())


def _execute(app: "Sphinx", env: "BuildEnvironment", docnames: list[str]) -> None:
    """Fill the cache with the chapters about to be read, several at a time."""
    config: Any = env.mystnb_config  # type: ignore[attr-defined]
    if config.execution_mode != "cache":
        return
    with _opened(Path(config.execution_cache_path)) as cache:
        notebooks = {name: read(env, name) for name in docnames}
        waiting = {
            name: notebook
            for name, notebook in notebooks.items()
            if notebook and not _stored(cache, notebook)
        }
        if waiting:
            _fill(cache, waiting, env, config.execution_timeout)


def _fill(cache: Any, waiting: dict[str, Any], env: "BuildEnvironment", timeout: int) -> None:
    """Execute chapters that the cache does not hold, and put them in."""
    # Kernels inherit these: sums in one order, sets in one order, on any machine.
    os.environ.setdefault("PYTHONHASHSEED", "0")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    logger.info("executing %d chapters: %s", len(waiting), ", ".join(waiting))

    def run(name: str) -> float:
        return _run(waiting[name], Path(env.doc2path(name)).parent, timeout)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(run, name): name for name in waiting}
        for done in as_completed(running):
            name = running[done]
            if error := done.exception():  # of a cell, or a kernel that died: name the chapter
                from myst_nb.core.render import strip_ansi

                pool.shutdown(wait=False, cancel_futures=True)
                raise BookError(f"chapter {name} failed.\n{strip_ansi(str(error))}") from error
            _store(cache, waiting[name], env.doc2path(name), done.result())
            logger.info("executed %s in %.1f s", name, done.result())


def _run(notebook: Any, folder: Path, timeout: int) -> float:
    """Execute a notebook in place, and return the seconds that it took."""
    from jupyter_cache.executors.utils import single_nb_execution

    result = single_nb_execution(
        notebook,
        cwd=str(folder),
        timeout=timeout,
        allow_errors=False,
        extra_arguments=["--log-level=ERROR"],  # each kernel warns that it is local
    )
    if result.err:
        raise result.err
    return float(result.time)


@contextmanager
def _opened(folder: Path) -> Iterator[Any]:
    """Open the cache of executed chapters; one whose database is damaged is begun anew."""
    try:
        if (folder / "global.db").exists():
            _check_database(folder)
    except (sqlite3.Error, RuntimeError, ValueError):  # the cache turns some of SQL's into others
        logger.info("the list of executed chapters was damaged: they are executed again")
        shutil.rmtree(folder)
        folder.mkdir()
    with _cache(folder) as cache:
        yield cache


@contextmanager
def _cache(folder: Path) -> Iterator[Any]:
    """Open a cache, and close the connections that it would leave open."""
    from jupyter_cache import get_cache

    cache = get_cache(folder)
    try:
        yield cache
    finally:
        cache.db.dispose()


def _check_database(folder: Path) -> None:
    """Raise unless the database of a cache is whole, and one of its kind."""
    with closing(sqlite3.connect(folder / "global.db")) as connection:
        if connection.execute("pragma integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("not whole")
    with _cache(folder) as cache:
        cache.list_cache_records()


def _stored(cache: Any, notebook: Any) -> bool:
    """Tell whether a notebook has been executed, and lies in the cache as it was put there."""
    try:
        file = _folder(cache, cache.match_cache_notebook(notebook).hashkey) / STORED
    except KeyError:
        return False
    note = file.with_name(file.name + SUM)
    return file.is_file() and note.is_file() and note.read_text() == _sum(file)


def _store(cache: Any, notebook: Any, path: str, seconds: float) -> None:
    """Put an executed notebook into the cache, and its sha256 beside it."""
    from jupyter_cache.base import CacheBundleIn

    _, name = cache.create_hashed_notebook(notebook)
    shutil.rmtree(_folder(cache, name), ignore_errors=True)  # it stumbles over a half of one
    bundle = CacheBundleIn(notebook, path, data={"execution_seconds": seconds})
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    file = _folder(cache, name) / STORED
    file.with_name(file.name + SUM).write_text(_sum(file))


def _folder(cache: Any, name: str) -> Path:
    """Return where the cache keeps a notebook; its own function for it is private."""
    return Path(cache.path, "executed", name)
