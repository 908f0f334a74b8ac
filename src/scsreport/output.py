"""The one door through which text leaves: tables for people, and what commands print.

A terminal or a pipe may be set to any code page, may be closed, or be full; a spreadsheet takes a
cell that begins with ``=`` for a formula, and a file without a mark for one in its own code page.
"""

import codecs
import contextlib
import io
import os
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

import pandas as pd

__all__ = ["OutputError", "csv_bytes", "csv_text", "plain_streams", "told_when_lost"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First signs of a text that a spreadsheet would compute."""

PLAIN_SIGNS = {
    "\u00a0": " ",
    "\u202f": " ",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u2026": "...",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00d7": "x",
}
"""What stands for a sign that a code page lacks."""


class OutputError(OSError):
    """What a command prints cannot be written."""


def csv_text(table: pd.DataFrame) -> str:
    r"""Return a table as CSV whose texts no spreadsheet takes for formulas.

    Parameters
    ----------
    table : DataFrame
        Its index is written where it has a name.

    Returns
    -------
    str
        Headings first, lines that end in a line feed.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"name": ["=1+1"], "change": [-2.5]}))
    "name,change\n'=1+1,-2.5\n"
    """
    has_index = any(name is not None for name in table.index.names)
    parts = [table.index.to_frame(index=False)] if has_index else []
    written = pd.concat([*parts, table.reset_index(drop=True)], axis=1)
    columns = [_safe(column) for _, column in written.items()]
    safe = pd.concat(columns, axis=1) if columns else written
    safe.columns = pd.Index([_no_formula(name) for name in written.columns], dtype=object)
    return str(safe.to_csv(index=False, lineterminator="\n"))


def csv_bytes(text: str) -> bytes:
    r"""Return the bytes of a CSV file for people: UTF-8, with the mark that spreadsheets look for.

    Parameters
    ----------
    text : str
        As :func:`csv_text` makes it.

    Returns
    -------
    bytes

    Examples
    --------
    >>> csv_bytes("city")
    b'\xef\xbb\xbfcity'
    """
    return codecs.BOM_UTF8 + text.encode()


def plain_streams() -> None:
    """Let standard output and error print any text, under any code page, with plain line ends."""
    codecs.register_error("scsreport-plain", _in_plain_signs)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="scsreport-plain", newline="\n")


@contextlib.contextmanager
def told_when_lost() -> Iterator[None]:
    """Say in one sentence that what is printed cannot be written, to a full disk for instance.

    Raises
    ------
    OutputError
        In place of the error of the system. A reader who stops reading, as ``head`` does, is no
        fault: that error passes.
    """
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None:  # of a file, not of the stream
            raise
        _drop_output()
        reason = error.strerror or str(error)
        raise OutputError(
            f"what this command prints cannot be written ({reason}). Free some space, or send it "
            "to another file."
        ) from error


def _safe(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column in which no text is taken for a formula; numbers and dates as they are."""
    kind = column.dtype
    if pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind):
        return column
    return column.map(_no_formula)


def _no_formula(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _in_plain_signs(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for signs that a code page lacks: its letters without accents, or "?"."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_plain_sign, lacking)), error.end


def _plain_sign(sign: str) -> str:
    if sign in PLAIN_SIGNS:
        return PLAIN_SIGNS[sign]
    letters = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return letters or "?"


def _drop_output() -> None:
    """Send what is still to be printed nowhere, so that the end of the program does not trip."""
    with contextlib.suppress(OSError, ValueError, io.UnsupportedOperation):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
