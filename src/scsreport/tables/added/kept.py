"""What is kept of a file that a reader adds: the file itself, a converted copy, and a receipt.

The receipt names both others by their checksums and is replaced last, in one step: a program that
is stopped anywhere leaves the earlier file or the new one, never half of either.
"""

import contextlib
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from scsreport.tables import paths
from scsreport.tables.added.messages import AddedError
from scsreport.tables.datasets import write_atomically

__all__ = ["LAYOUT", "Receipt", "checked_folder", "earlier", "keep", "kept", "receipt", "remove"]

LAYOUT = 2
"""Raise it when a reader gives other columns: all is then converted anew."""

SHORT = 16
"""Digits of a checksum in the name of a file."""


@dataclass(frozen=True)
class Receipt:
    """Which file was added, and what lies in the folder for it.

    Attributes
    ----------
    file : str
        Its name where it came from.
    sha256 : str
        Of its bytes.
    converted : str
        The sha256 of the converted copy.
    layout : int
        :data:`LAYOUT` of the copy.
    """

    file: str
    sha256: str
    converted: str
    layout: int = LAYOUT


def checked_folder() -> Path:
    """Return the folder of the reader's own files, which need not exist yet.

    Raises
    ------
    AddedError
        If the place that was set is no whole path, or a file.
    """
    folder = paths.USER_DATA
    if not folder.is_absolute():
        raise AddedError(
            f"SCSREPORT_USER_DATA is {str(folder)!r}, expected a whole path, which leads to the "
            "same folder from everywhere"
        )
    with contextlib.suppress(OSError):
        for place in (folder, *folder.parents):
            if place.is_file():
                raise AddedError(
                    f"SCSREPORT_USER_DATA is {folder}, expected a folder, but {place} is a file"
                )
    return folder


def _receipt_file(kind: str) -> Path:
    return checked_folder() / f"{kind}.json"


def _original(kind: str, digest: str) -> Path:
    return checked_folder() / f"{kind}-{digest[:SHORT]}.original"


def _converted(kind: str, digest: str) -> Path:
    return checked_folder() / f"{kind}-{digest[:SHORT]}.parquet"


def _all_of(kind: str) -> Iterator[Path]:
    """Yield all that was ever kept of a kind, drafts and copies of earlier editions too."""
    folder = checked_folder()
    digits = "[0-9a-f]" * SHORT
    for pattern in (f"{kind}.json", f"{kind}-{digits}.*", f"{kind}-[0-9].parquet"):
        yield from sorted(folder.glob(pattern))
        yield from sorted(folder.glob(f".{pattern}.draft"))


def receipt(kind: str) -> Receipt | None:
    """Return the receipt of a kind; None where nothing has been added.

    Parameters
    ----------
    kind : str
        What the file is.

    Returns
    -------
    Receipt or None

    Raises
    ------
    AddedError
        If it cannot be read.
    """
    file = _receipt_file(kind)
    try:
        content = json.loads(file.read_bytes())
        found = Receipt(**content)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise AddedError(f"{file} cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise AddedError(f"{file} is damaged; add the file again") from error
    texts = (found.file, found.sha256, found.converted)
    if not all(isinstance(text, str) for text in texts):
        raise AddedError(f"{file} is damaged; add the file again")
    return found


def earlier(kind: str) -> bool:
    """Say whether a copy of an earlier edition lies there, of which no original was kept.

    Parameters
    ----------
    kind : str
        What the file is.

    Returns
    -------
    bool
    """
    return any(checked_folder().glob(f"{kind}-[0-9].parquet"))


def keep(kind: str, name: str, content: bytes, table: pd.DataFrame) -> Path:
    """Keep a file and its converted copy, in place of an earlier one.

    Parameters
    ----------
    kind : str
        What the file is.
    name : str
        Its name where it comes from.
    content : bytes
        The file.
    table : DataFrame
        What was read from it.

    Returns
    -------
    Path
        The receipt.

    Raises
    ------
    AddedError
        If the folder cannot be written to; an earlier file then stays.
    """
    packed = _packed(table)
    made = Receipt(name, _digest(content), _digest(packed))
    target = _receipt_file(kind)
    wanted = {
        _original(kind, made.sha256): content,
        _converted(kind, made.converted): packed,
        target: json.dumps(asdict(made), indent=1).encode(),
    }
    before = set(_all_of(kind))
    try:
        for file, part in wanted.items():
            write_atomically(file, part)
    except OSError as error:
        _clear(set(_all_of(kind)) - before)
        raise AddedError(
            f"{checked_folder()} cannot be written to ({error.strerror}); free some space, or set "
            "SCSREPORT_USER_DATA to a folder of your own"
        ) from error
    _clear(set(_all_of(kind)) - set(wanted))
    return target


def kept(kind: str, convert: Callable[[bytes], pd.DataFrame]) -> pd.DataFrame | None:
    """Return the table of a file that was added.

    Where the converted copy is not the one that was kept, it is made again from the original.

    Parameters
    ----------
    kind : str
        What the file is.
    convert : callable
        Reads the original.

    Returns
    -------
    DataFrame or None
        With ``file`` and ``sha256`` in its ``attrs``; None where nothing has been added.

    Raises
    ------
    AddedError
        If neither copy nor original is what was kept.
    """
    found = receipt(kind)
    if found is None:
        return None
    packed = _content(_converted(kind, found.converted))
    if found.layout == LAYOUT and _digest(packed) == found.converted:
        table = pd.read_parquet(io.BytesIO(packed))
    else:
        content = _content(_original(kind, found.sha256))
        if _digest(content) != found.sha256:
            raise AddedError(f"{found.file}, which you added, is damaged; add the file again")
        table = convert(content)
        with contextlib.suppress(AddedError):  # a folder that cannot be written to serves as well
            keep(kind, found.file, content, table)
    table.attrs = {"file": found.file, "sha256": found.sha256}
    return table


def remove(kind: str) -> list[Path]:
    """Remove all that is kept of a kind.

    Parameters
    ----------
    kind : str
        What the file is.

    Returns
    -------
    list of Path
        What was removed; empty where nothing had been added.

    Raises
    ------
    AddedError
        If the folder cannot be written to.
    """
    files = list(_all_of(kind))  # the receipt first: without it the others are nothing
    try:
        for file in files:
            file.unlink()
    except OSError as error:
        raise AddedError(f"{file} cannot be removed ({error.strerror})") from error
    return files


def _packed(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    plain = table.copy()
    plain.attrs = {}
    plain.to_parquet(buffer, compression="zstd", index=False)
    return buffer.getvalue()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _clear(files: set[Path]) -> None:
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink()
