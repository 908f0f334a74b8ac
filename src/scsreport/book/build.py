"""``scsreport book``: build the site if anything changed."""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and fontTools have no types)

import gc
import os
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from scsreport.book import stage
from scsreport.book.execution import BookError, check_data
from scsreport.tables import paths

__all__ = ["build"]

LITTLE = 2**20
"""Bytes of a disk that has no room left."""


def build(say: Callable[[str], None]) -> None:
    """Build the site if anything changed; it is published when it is whole.

    Parameters
    ----------
    say : callable
        Tells the user, line by line, what is going on.

    Raises
    ------
    BookError
        If a chapter fails, a warning is given or the result is no complete site.
    """
    check_data()
    shown = os.path.relpath(paths.SITE / "index.html")
    if stage.sealed(paths.SITE) == stage.state():
        say(f"Nothing changed: {shown}")
        return
    if not version("jupyter-book").startswith("1."):
        raise BookError(
            f"Jupyter Book {version('jupyter-book')} is installed, and this is a book of version "
            "1. Run `make book`, which installs what requirements.lock says."
        )
    gc.disable()  # as in a build by Jupyter Book's command, and before anything is imported
    with stage.hold(say):
        now = stage.state()
        if stage.sealed(paths.SITE) == now:  # by the build that was waited for
            say(f"Nothing changed: {shown}")
        elif stage.sealed(paths.STAGE) == now:
            with stage.writing():
                stage.publish(now)
            say(f"Pages were missing or altered, and are as built again: {shown}")
        else:
            say("Building the book")
            _sphinx()
            say(f"Built: {shown}")


def _sphinx() -> None:
    """Run Jupyter Book in this process: its command would import everything once more."""
    # jsonschema would load a grammar of web addresses, for two seconds, that no notebook needs.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from jupyter_book.sphinx import build_sphinx
    from sphinx.util import console

    if not console.color_terminal():
        console.nocolor()
    overrides = {"external_toc_path": paths.TOC.as_posix(), "latex_individualpages": False}
    result: Any
    try:
        # As `jupyter-book build .` calls it, so that either goes on from what the other has staged.
        result = build_sphinx(
            paths.ROOT,
            paths.SITE,
            noconfig=True,
            path_config=paths.CONFIG,
            confoverrides=overrides,
        )
    except Exception as error:  # it returns exceptions, but raises those of _config.yml
        result = error
    if result != 0:
        raise BookError(f"the book was not built: {_why(result)} The last good site is untouched.")


def _why(result: Any) -> str:
    """Return in one sentence what ended a build: an exception, or the code of a warning."""
    if shutil.disk_usage(paths.BUILD).free < LITTLE:
        return "the disk that holds _build is full."
    if isinstance(result, BookError):
        return f"{str(result).splitlines()[0].rstrip('.')}, see above."
    if isinstance(result, Exception):
        return " ".join(f"{result or type(result).__name__}.".split())
    return "a warning was given, see above."
