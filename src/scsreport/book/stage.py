"""Build beside the published site, and replace it only by one that is whole.

``jupyter-book build .`` and ``scsreport book`` are one build: this part of the extension turns
either away from the published folder to a stage, counts every warning as an error, and publishes
at the end. Stage and site carry a seal: the state they were made from and the sha256 of each file.
What does not fit its seal is made again.
"""

# mypy: disallow-untyped-calls=False
# (yaml has no types)

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import AcquireReturnProxy, FileLock, Timeout
from sphinx.util import logging

from scsreport.book import faults, offer, sums
from scsreport.book.execution import BookError, check_data, digest, executed, layout
from scsreport.tables import datasets, paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

__all__ = ["SEAL", "hold", "publish", "seal", "sealed", "setup", "state", "writing"]

logger = logging.getLogger(__name__)

SEAL = ".made-from"
"""File of a sealed folder: the state it was made from, and the sha256 of every other file."""

PAGES = paths.STAGE / "html"
TREES = paths.STAGE / ".doctrees"
KEPT = paths.STAGE.with_name("stage.kept")
"""The last good stage before the one that is built."""

OWN_NOTES = ".buildinfo"
"""What Sphinx notes in the stage for itself. It names folders of this machine."""

FIRST, LAST = 1, 999
"""Before any other part of a build, and after all of them."""

CHAPTERS = {".md", ".ipynb"}
CELL = "```{code-cell}"
HEAD = ("jupytext", "kernelspec")
"""What the head of a chapter with cells must say."""


def setup(app: "Sphinx") -> None:
    """Turn a build to the stage, and publish when it has ended well."""
    app.connect("config-inited", _begin, priority=FIRST)
    app.connect("builder-inited", _turn_aside, priority=FIRST)
    app.connect("build-finished", _end, priority=LAST)


def state() -> str:
    """Return one name for the content of everything that the site is made from.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    return digest(_everything())


def hold(say: Callable[[str], None]) -> "AcquireReturnProxy[FileLock]":
    """Keep other builds out of the build folder; wait, and say so, while one is there.

    Parameters
    ----------
    say : callable
        Tells the user what is waited for.

    Returns
    -------
    AcquireReturnProxy
        A context that lets others in at its end. One process may hold more than once; the system
        lets go for a process that was killed.

    Raises
    ------
    BookError
        If the build folder cannot be written.
    """
    with writing():
        paths.BUILD.mkdir(parents=True, exist_ok=True)
        lock = FileLock(paths.BUILD / ".lock", is_singleton=True)
        try:
            held = lock.acquire(blocking=False)
        except Timeout:
            say("Another build of this book is running: waiting for its end")
            held = lock.acquire()
        _recover()
    return held


@contextmanager
def writing() -> Iterator[None]:
    """Say in one sentence why a file of the build folder cannot be written.

    Yields
    ------
    None
        While files are written.

    Raises
    ------
    BookError
        Instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        # Copying a folder gathers its errors: (from, to, why) of each file.
        gathered = isinstance(error, shutil.Error) and error.args[0]
        file, why = gathered[0][1:] if gathered else (error.filename, error.strerror)
        shown = os.path.relpath(file, paths.ROOT) if file else "_build"
        raise BookError(
            f"{shown} cannot be written ({why}). The last good site is untouched. "
            "Free the disk or the folder and build again."
        ) from error


def seal(folder: Path, made_from: str) -> None:
    """Write down what a folder was made from, and what it holds.

    Parameters
    ----------
    folder : Path
        A folder that is complete.
    made_from : str
        The state it was made from.
    """
    content = {"state": made_from, "files": _sums(folder)}
    datasets.write_atomically(folder / SEAL, json.dumps(content, indent=0).encode())


def sealed(folder: Path) -> str | None:
    """Return the state that a folder was made from, if it holds what it was sealed with.

    Parameters
    ----------
    folder : Path
        A folder, with a seal or without.

    Returns
    -------
    str or None
        None if a file was altered, cut, deleted or added, or if there is no seal.
    """
    try:
        content = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        made_from: str = content["state"]
        return made_from if content["files"] == _sums(folder) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def publish(made_from: str, pages: Path | None = None) -> None:
    """Put a sealed copy of the staged pages in place, with two renames.

    Parameters
    ----------
    made_from : str
        The state they were made from.
    pages : Path, optional
        The site itself, where nothing but what is offered on it is new; the stage by default.
    """
    pages = pages or PAGES
    ready, old = _beside("new"), _beside("old")
    for path in (ready, old):
        _remove(path)
    there = _noted(paths.SITE) if sealed(paths.SITE) else {}
    wanted = {name: sum_ for name, sum_ in _sums(pages).items() if name != OWN_NOTES}
    for name, sum_ in wanted.items():
        # What stays as it is moves from the old site, which nobody writes into, to the new one.
        source = paths.SITE if there.get(name) == sum_ else pages
        _bring(source / name, ready / name, move=source == paths.SITE)
    ready.mkdir(parents=True, exist_ok=True)
    offer.put(ready, made_from)
    seal(ready, made_from)
    if paths.SITE.exists():
        paths.SITE.rename(old)
    ready.rename(paths.SITE)
    shutil.rmtree(old, ignore_errors=True)


def _begin(app: "Sphinx", config: "Config") -> None:
    """Make a build strict and, if it is one of the site, turn it to the stage."""
    # Trees of pages are kept until the end: looking for what could be let go takes a quarter of a
    # build, and finds next to nothing.
    gc.disable()
    # Otherwise a hole in a sentence would be published, with exit code 0.
    app.keep_going, app.warningiserror = True, False
    if Path(app.outdir) != paths.SITE:
        return
    # Kept with the application: a lock that nothing refers to is let go.
    app.scsreport_held = hold(logger.info)  # type: ignore[attr-defined]
    check_data()
    _check_contents()
    _check_heads()
    now = state()
    app.scsreport_state = now  # type: ignore[attr-defined]
    unchanged = sealed(paths.SITE) == now and sealed(paths.STAGE) == now
    app.scsreport_unchanged = unchanged  # type: ignore[attr-defined]
    if not unchanged:
        with writing():
            _prepare()
    path = type(app.outdir)
    app.outdir, app.doctreedir = path(PAGES), path(TREES)


def _turn_aside(app: "Sphinx") -> None:
    """End a build of a site that is there; give builders that make no site another folder.

    Such a builder is the one that checks links.
    """
    if not _staged(app):
        return
    unchanged: bool = app.scsreport_unchanged  # type: ignore[attr-defined]
    if unchanged and app.builder.name == "html" and not app.fresh_env_used:
        app.scsreport_held.lock.release()  # type: ignore[attr-defined]
        logger.info("Nothing changed: %s", os.path.relpath(paths.SITE / "index.html"))
        raise SystemExit(0)
    (paths.STAGE / SEAL).unlink(missing_ok=True)
    if app.builder.name != "html":
        folder = type(app.outdir)(paths.BUILD / app.builder.name)
        folder.mkdir(exist_ok=True)
        app.outdir = app.builder.outdir = folder


def _end(app: "Sphinx", exception: Exception | None) -> None:
    """Publish, if the build ended well; then let other builds in."""
    gc.freeze()  # nothing of it is looked through, at the end of the program either
    gc.enable()
    if not _staged(app):
        return
    try:
        if exception is None and app.builder.name == "html":
            _accept(app)
    finally:
        app.scsreport_held.lock.release()  # type: ignore[attr-defined]


def _accept(app: "Sphinx") -> None:
    if app._warncount:
        logger.error("%d warnings: the last good site is untouched", app._warncount)
        return
    _check_pages()
    began: str = app.scsreport_state  # type: ignore[attr-defined]
    # What was edited meanwhile may be on the pages or not: the next build looks again.
    made_from = began if state() == began else "changed during the build"
    with writing():
        seal(paths.STAGE, made_from)
        publish(made_from)
    app.outdir = type(app.outdir)(paths.SITE)  # Sphinx ends by saying where the pages are


def _staged(app: "Sphinx") -> bool:
    return Path(app.doctreedir) == TREES


def _prepare() -> None:
    """Go on from the last good stage, or begin anew; until the next seal, the stage is open."""
    # Sphinx writes only pages that changed, and repeats no warning of the others. So what a failed,
    # killed or altered build has left is thrown away. Executed results are kept elsewhere.
    if sealed(paths.STAGE):
        _keep_stage()
    elif paths.STAGE.exists():
        _remove(paths.STAGE)
        if sealed(KEPT):
            logger.info("the last build did not end well: going on from the one before")
            shutil.copytree(KEPT, paths.STAGE)
        else:
            logger.info("staged pages were altered or never finished: every page is written again")
    paths.STAGE.mkdir(parents=True, exist_ok=True)
    (paths.STAGE / SEAL).unlink(missing_ok=True)


def _keep_stage() -> None:
    """Make the kept stage like the stage: only files that differ are copied."""
    there = _noted(KEPT)
    (KEPT / SEAL).unlink(missing_ok=True)
    wanted = _noted(paths.STAGE)
    if not there:
        _remove(KEPT)
    for name in there.keys() - wanted.keys():
        (KEPT / name).unlink(missing_ok=True)
    for name, sum_ in wanted.items():
        if there.get(name) != sum_:
            _bring(paths.STAGE / name, KEPT / name)
    _bring(paths.STAGE / SEAL, KEPT / SEAL)


def _noted(folder: Path) -> dict[str, str]:
    """Return what a folder was sealed with; nothing if it has no seal."""
    try:
        files: dict[str, str] = json.loads((folder / SEAL).read_text(encoding="utf-8"))["files"]
        return files
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _bring(source: Path, target: Path, *, move: bool = False) -> None:
    """Copy a file, or have it in a second place for a moment, if the file system can do that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if move:
        with suppress(OSError):
            os.link(source, target)
            return
    shutil.copy2(source, target)


def _everything() -> Iterator[Path]:
    """Yield every file the site is made from."""
    yield from executed()
    yield from layout()
    yield from sorted(paths.LOCALES.rglob("*.po"))
    yield from sorted(paths.ROOT.glob("*.md"))
    yield from sorted(file for file in (paths.ROOT / "chapters").rglob("*") if file.is_file())
    yield from (paths.CONFIG, paths.TOC, paths.CITATION)


def _contents() -> list[str]:
    """Return the names of the pages in ``_toc.yml``."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml
    from yaml import YAMLError

    try:
        return list(parse_toc_yaml(paths.TOC))
    except (MalformedError, YAMLError) as error:  # which Sphinx would report with a traceback
        text = paths.TOC.read_text(encoding="utf-8")
        raise BookError(faults.of_contents(paths.TOC.name, text, error)) from error


def _check_contents() -> None:
    """See that no chapter is forgotten, which Jupyter Book passes over without a word, or lost."""
    listed = _contents()
    chapters = {file.with_suffix("").as_posix(): file.as_posix() for file in _chapters()}
    forgotten = sorted(chapters.keys() - set(listed))
    for name in listed:
        if name not in chapters and not (paths.ROOT / f"{name}.md").is_file():
            text = paths.TOC.read_text(encoding="utf-8")
            raise BookError(faults.of_missing_page(paths.TOC.name, text, name, forgotten))
    for name in forgotten:
        raise BookError(
            f"{chapters[name]} is not in _toc.yml, so no page would be made of it. Add the line "
            f"`- file: {name}`, or keep the draft outside chapters/."
        )


def _chapters() -> Iterator[Path]:
    """Yield the files of chapters, from the root."""
    for file in sorted((paths.ROOT / "chapters").rglob("*")):
        within = file.relative_to(paths.ROOT)
        hidden = any(part.startswith(".") for part in within.parts)
        if file.suffix in CHAPTERS and not hidden:
            yield within


def _check_heads() -> None:
    """See that chapters with cells say in their head how they are run."""
    import yaml

    for name in _contents():
        file = paths.ROOT / f"{name}.md"
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        cell = next((n for n, line in enumerate(text.splitlines(), 1) if line.startswith(CELL)), 0)
        if not cell:
            continue
        head = yaml.safe_load(text.split("---\n")[1]) if text.startswith("---\n") else {}
        if missing := [key for key in HEAD if key not in (head or {})]:
            raise BookError(
                f"{file.relative_to(paths.ROOT).as_posix()}:1: the head lacks "
                f"{' and '.join(missing)}, without which the cell in line {cell} is not run. "
                "Copy the head of another chapter (CONTRIBUTING.md, *The head of a chapter*), or "
                "begin the chapter with `make new-chapter`."
            )


def _check_pages() -> None:
    """See that every page came out whole."""
    for name in _contents():
        page = PAGES / f"{name}.html"
        if not page.exists() or "</html>" not in page.read_text(encoding="utf-8")[-200:]:
            raise BookError(f"{name}.html, a page of _toc.yml, is missing or cut off")


def _recover() -> None:
    """Bring back the last good site if a build was killed between its two renames."""
    old = _beside("old")
    if old.exists() and not (paths.SITE.exists() and any(paths.SITE.iterdir())):
        _remove(paths.SITE)
        old.rename(paths.SITE)


def _beside(word: str) -> Path:
    return paths.SITE.with_name(f"{paths.SITE.name}.{word}")


def _sums(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of a folder, the seal aside."""
    return {name: sum_ for name, sum_ in sums.of_folder(folder).items() if name != SEAL}


def _remove(path: Path) -> None:
    """Remove whatever lies at a path."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
