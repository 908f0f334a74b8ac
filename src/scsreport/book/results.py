"""Executed chapters, kept until what they depend on changes, and for some states before it."""

# mypy: disallow-untyped-calls=False
# (nbformat has no types)

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from scsreport.tables import datasets

__all__ = ["KEPT", "Results", "packed"]

KEPT = 3
"""How many results of a chapter are kept, so that going back and forth executes nothing."""

SUM = ".sha256"
"""Ends the name of the file beside a result that holds its sha256, and the state of each cell."""


class Results:
    """A folder of executed chapters.

    Parameters
    ----------
    folder : Path
        It need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has_any(self, page: str) -> bool:
        """Return whether there is a result of a page, of whatever state."""
        return any(self._sums_of(page))

    def holds(self, page: str, state: str) -> bool:
        """Return whether a page has been executed in a state, and lies here as it was put."""
        file = self._file(page, state)
        try:
            return _noted(file)[0] == _sum(file.read_bytes())
        except (OSError, ValueError):
            return False

    def put(self, page: str, state: str, content: bytes, cells: Sequence[str] = ()) -> None:
        """Keep what the cells of a chapter gave, and forget the oldest of its results.

        Parameters
        ----------
        page, state : str
            Of the result.
        content : bytes
            As of :func:`packed`.
        cells : sequence of str
            The state of each cell of code, where one does not depend on another.
        """
        file = self._file(page, state)
        file.parent.mkdir(parents=True, exist_ok=True)
        _beside(file).unlink(missing_ok=True)
        datasets.write_atomically(file, content)
        datasets.write_atomically(_beside(file), "\n".join([_sum(content), *cells]).encode())
        self._prune(page, file)

    def cells(self, page: str, wanted: Collection[str]) -> dict[str, dict[str, Any]]:
        """Return what cells gave in any result of a page that is kept.

        Parameters
        ----------
        page : str
            Of the results.
        wanted : collection of str
            States of cells.

        Returns
        -------
        dict of dict
            By the state; what is not here was not executed, or is no more.
        """
        found: dict[str, dict[str, Any]] = {}
        for beside in self._sums_of(page):
            file = beside.with_name(beside.name.removesuffix(SUM))
            state = file.stem.rpartition("-")[2]
            if not self.holds(page, state) or found.keys() >= {*wanted}:
                continue
            kept = json.loads(file.read_text(encoding="utf-8"))["cells"]
            pairs = zip(_noted(file)[1:], kept, strict=False)
            found |= {cell: given for cell, given in pairs if cell in wanted}
        return found

    def fill(self, page: str, state: str, notebook: Any) -> None:
        """Give the code cells of a notebook what they gave when they were executed.

        Parameters
        ----------
        page, state : str
            Of a result that is held.
        notebook : NotebookNode
            It is changed.
        """
        from nbformat import from_dict

        file = self._file(page, state)
        os.utime(_beside(file))
        kept = from_dict(json.loads(file.read_text(encoding="utf-8")))
        notebook.metadata.update(kept.metadata)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for cell, result in zip(code, kept.cells, strict=True):
            cell.update(result)

    def forget_others(self, pages: Iterable[str]) -> None:
        """Remove the results of pages that are not in the book any more."""
        known = {_plain(page) for page in pages}
        for file in self._folder.glob(f"*{SUM}"):
            if file.name.rpartition("-")[0] not in known:
                _remove(file)

    def _prune(self, page: str, newest: Path) -> None:
        alike = [file for file in self._sums_of(page) if file != _beside(newest)]
        alike.sort(key=lambda file: file.stat().st_mtime)
        for old in alike[: max(0, len(alike) + 1 - KEPT)]:
            _remove(old)

    def _sums_of(self, page: str) -> list[Path]:
        sums = self._folder.glob(f"{_plain(page)}-*{SUM}")
        return [file for file in sums if file.name.rpartition("-")[0] == _plain(page)]

    def _file(self, page: str, state: str) -> Path:
        return self._folder / f"{_plain(page)}-{state}.json"


def packed(notebook: dict[str, Any]) -> bytes:
    """Return what is kept of an executed notebook: what each of its cells of code gave.

    Parameters
    ----------
    notebook : dict
        In format 4.

    Returns
    -------
    bytes
        The same for the same results.
    """
    from jupyter_client.jsonutil import json_default

    kept = {
        "metadata": {"language_info": notebook["metadata"].get("language_info", {})},
        "cells": [
            {key: cell[key] for key in ("outputs", "execution_count")}
            for cell in notebook["cells"]
            if cell["cell_type"] == "code"
        ],
    }
    # Bytes, numbers of numpy and the like become what a kernel makes of them.
    return json.dumps(kept, default=json_default, ensure_ascii=False, sort_keys=True).encode()


def _plain(page: str) -> str:
    return page.replace("/", "--")


def _noted(file: Path) -> list[str]:
    """Return the sha256 of a result, and the state of each of its cells."""
    return _beside(file).read_text().split("\n")


def _beside(file: Path) -> Path:
    return file.with_name(file.name + SUM)


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _remove(beside: Path) -> None:
    beside.with_name(beside.name.removesuffix(SUM)).unlink(missing_ok=True)
    beside.unlink(missing_ok=True)
