"""Checksums of files, each read once in a program unless it is written again."""

import hashlib
import os
import time
from pathlib import Path

__all__ = ["of_file", "of_folder"]

SETTLED = 2.0
"""Seconds after which a file that looks the same is the same."""

_KNOWN: dict[tuple[int, int, int, int], str] = {}


def of_file(path: Path | str) -> str:
    """Return the sha256 of a file.

    Parameters
    ----------
    path : path
        A file that is there.

    Returns
    -------
    str
        Hexadecimal digits.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    now = os.stat(path)  # noqa: PTH116 (thousands of them, and a Path takes longer than the file)
    state = (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns)
    # The clock of files is coarse: one that was written just now may be again, and look the same.
    if time.time() - now.st_mtime < SETTLED:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    if state not in _KNOWN:
        _KNOWN[state] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return _KNOWN[state]


def of_folder(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of a folder.

    Parameters
    ----------
    folder : Path
        One that need not be there.

    Returns
    -------
    dict of str
        By the name within the folder, in order.
    """
    found = {}
    for within, _, names in os.walk(folder):
        begin = within[len(str(folder)) + 1 :].replace(os.sep, "/")
        for name in names:
            found[f"{begin}/{name}" if begin else name] = of_file(f"{within}{os.sep}{name}")
    return dict(sorted(found.items()))
