"""Build the book beside the published one, and replace it only when the new one is complete."""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and fontTools have no types)

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scsreport.book.execution import BookError, check_data, digest, executed, layout
from scsreport.tables import paths

__all__ = ["STATE", "build"]

STATE = ".made-from"
"""File within the published site that tells what it was made from; a bare build removes it."""

HALF = paths.STAGE / "unfinished"
"""Lies in the stage while a build runs; found at the start, it tells that one was cut short."""


def build(say: Callable[[str], None]) -> None:
    """Build the site if anything changed, and publish it when it is whole.

    Parameters
    ----------
    say : callable
        Tells the user, line by line, what is going on.

    Raises
    ------
    BookError
        If a chapter fails, a warning is given or the result is no complete site.
    """
    _recover()
    check_data()
    state = digest(_everything())
    last, shown = paths.SITE / STATE, os.path.relpath(paths.SITE / "index.html")
    if last.exists() and last.read_text() == state:
        say(f"Nothing changed: {shown}")
        return
    if not version("jupyter-book").startswith("1."):
        raise BookError(
            f"Jupyter Book {version('jupyter-book')} is installed, and this is a book of version "
            "1. Run `make book`, which installs what requirements.lock says."
        )
    if HALF.exists():
        # Sphinx repeats no warning of a page it thinks unchanged, and may hold a truncated page:
        # after a failure everything is read again. Executed results are kept elsewhere.
        say("The last build did not finish: every page is written again")
        shutil.rmtree(paths.STAGE)
    paths.STAGE.mkdir(parents=True, exist_ok=True)
    HALF.touch()
    say("Building the book")
    if _sphinx(paths.STAGE / "html"):
        raise BookError("the book was not built, see above. The last good site is untouched.")
    _check(paths.STAGE / "html")
    _publish(paths.STAGE / "html", state)
    HALF.unlink()
    say(f"Built: {shown}")


def _everything() -> Iterator[Path]:
    """Yield every file the site is made from."""
    yield from executed()
    yield from layout()
    yield from sorted(paths.ROOT.glob("*.md"))
    yield from sorted(file for file in (paths.ROOT / "chapters").rglob("*") if file.is_file())
    yield from (paths.CONFIG, paths.TOC)


def _sphinx(out: Path) -> int:
    """Run Jupyter Book in this process: its command would import everything once more."""
    # jsonschema would load a grammar of web addresses, for two seconds, that no notebook needs.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from jupyter_book.sphinx import build_sphinx
    from sphinx.util import console

    if not console.color_terminal():
        console.nocolor()
    result: Any = build_sphinx(
        paths.ROOT,
        out,
        noconfig=True,
        path_config=paths.CONFIG,
        confoverrides={"external_toc_path": str(paths.TOC), "latex_individualpages": False},
        warningiserror=True,
        keep_going=True,
        quiet=False,
    )
    return result if isinstance(result, int) else 1


def _check(out: Path) -> None:
    """See that every page came out whole."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    for name in parse_toc_yaml(paths.TOC):
        page = out / f"{name}.html"
        if not page.exists() or "</html>" not in page.read_text(encoding="utf-8")[-200:]:
            raise BookError(f"{os.path.relpath(page)}, a page of _toc.yml, is missing or cut off")


def _publish(new: Path, state: str) -> None:
    """Put a copy of the new site in place, with two renames."""
    ready, old = _beside("new"), _beside("old")
    for folder in (ready, old):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(new, ready)
    (ready / STATE).write_text(state)
    if paths.SITE.exists():
        paths.SITE.rename(old)
    ready.rename(paths.SITE)
    shutil.rmtree(old, ignore_errors=True)


def _recover() -> None:
    """Bring back the last good site if a build was stopped between the two renames."""
    if not paths.SITE.exists() and _beside("old").exists():
        _beside("old").rename(paths.SITE)


def _beside(word: str) -> Path:
    return paths.SITE.with_name(f"{paths.SITE.name}.{word}")
