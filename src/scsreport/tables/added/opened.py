"""The bytes of a file that a reader hands over: a plain file, of a size that can be, not packed."""

import os
import stat
from pathlib import Path

from scsreport.tables.added.messages import AddedError

__all__ = ["MEGABYTE", "MOST_MB", "content_of", "packed_with"]

MEGABYTE = 1_000_000
MOST_MB = 20.0
"""The largest file taken, unless the reader allows more; the known ones have less than one."""

LARGEST_MB = 2_000
"""The largest limit that can be set."""

PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
}
"""First bytes of packed files."""

OTHERS = {
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}


def content_of(file: Path, most_mb: float) -> bytes:
    """Return the bytes of a plain file; nothing else is ever opened for longer than a look.

    Parameters
    ----------
    file : Path
        The file, or a link to it.
    most_mb : float
        The largest size, in megabytes.

    Returns
    -------
    bytes

    Raises
    ------
    AddedError
        If it is no plain file, or a larger one.
    OSError
        If it cannot be read.
    """
    if not 0 < most_mb <= LARGEST_MB:
        raise AddedError(f"most_mb is {most_mb}, expected a number up to {LARGEST_MB:,}")
    # Without waiting: a pipe that nobody writes to would hold the program for ever.
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            found = next((words for test, words in OTHERS.items() if test(mode)), "no plain file")
            raise AddedError(f"found {found}, expected a plain file")
        most = int(most_mb * MEGABYTE)
        with os.fdopen(handle, "rb", closefd=False) as stream:
            content = stream.read(most + 1)
    finally:
        os.close(handle)
    if len(content) > most:
        size = max(file.stat().st_size, len(content)) / MEGABYTE
        raise AddedError(
            f"found {size:,.1f} MB, expected {most_mb:g} MB or less; the option --max-mb sets "
            "another limit"
        )
    return content


def packed_with(content: bytes) -> str:
    """Return the name of what a file is packed with; empty for one that is not.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    str
    """
    return next((name for mark, name in PACKED.items() if content.startswith(mark)), "")
