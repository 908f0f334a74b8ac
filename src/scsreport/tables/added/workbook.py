"""The cells of a workbook, read by a process of its own that may not take all memory or time.

A damaged or hostile workbook can make a reader ask for hundreds of gigabytes, or end the program.
Here it ends the other process, which this file is as a script: it imports nothing of the package.
"""

import contextlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

__all__ = ["MEMORY", "SECONDS", "NoWorkbookError", "cells_of"]

MEMORY = 1 << 31
"""Bytes that the other process may take; the published file needs less than a tenth."""

SECONDS = 60
"""How long it may take; the published file takes one or two."""

UNPACKED = 200_000_000
"""Bytes that the parts of an .xlsx may have together."""

WIDEST = 200
"""Columns that are handed over; more are of no known file."""


class NoWorkbookError(ValueError):
    """The bytes are no workbook, or none that can be read in reasonable time and memory."""


def cells_of(content: bytes, sheet: str, most_rows: int) -> list[list[Any]]:
    """Return the cells of a sheet, from its first row on.

    Parameters
    ----------
    content : bytes
        The workbook.
    sheet : str
        Name of the sheet.
    most_rows : int
        Rows after which no more are handed over.

    Returns
    -------
    list of list
        Texts, floats, truth values; dates and the like as text.

    Raises
    ------
    NoWorkbookError
        If it cannot be read; the message says why.
    """
    _look_into(content)
    words = [sys.executable, "-P", str(Path(__file__)), sheet, str(most_rows)]
    try:
        done = subprocess.run(words, input=content, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise NoWorkbookError(f"no workbook that can be read in {SECONDS} seconds") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        limit = f"{MEMORY >> 30} GB of memory"
        raise NoWorkbookError(f"no workbook that can be read with {limit}") from error
    if "fault" in answer:
        raise NoWorkbookError(answer["fault"])
    cells: list[list[Any]] = answer["cells"]
    return cells


def _look_into(content: bytes) -> None:
    """Refuse a zip that is no workbook, or one that unpacks to much more than any workbook."""
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NoWorkbookError(f"no readable workbook ({error})") from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise NoWorkbookError("a file packed with zip; unpack it")
    size = sum(part.file_size for part in parts)
    if size > UNPACKED:
        raise NoWorkbookError(
            f"a workbook that unpacks to {size / 1e6:,.0f} MB, more than {UNPACKED / 1e6:,.0f}"
        )


def _limit() -> None:
    """Bound memory and time where the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(content: bytes, sheet: str, most_rows: int) -> dict[str, Any]:
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if sheet not in book.sheet_names:
            return {"fault": f"sheets {book.sheet_names}, expected a sheet {sheet!r}"}
        found = book.get_sheet_by_name(sheet)
        rows = found.to_python(skip_empty_area=False, nrows=most_rows)
    except BaseException as error:
        # A file cut short can make the reader's Rust code panic, which is no Exception.
        return {"fault": f"no readable workbook ({' '.join(str(error).split())[:200]})"}
    return {"cells": [[_plain(cell) for cell in row[:WIDEST]] for row in rows]}


def _plain(cell: Any) -> Any:
    return cell if isinstance(cell, (str, float, int, bool)) else str(cell)


def _main() -> None:
    _limit()
    answer = _answer(sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2]))
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main()
