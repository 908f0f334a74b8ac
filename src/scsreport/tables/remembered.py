"""Tables that a command keeps on this machine until what they are made from changes.

They save time and nothing else: with other code, other tables, another Python or other libraries
the table is made again, and where it cannot be kept it is made each time.
"""

import contextlib
import hashlib
import io
import platform
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from scsreport.tables import datasets, paths

__all__ = ["remembered", "state"]

LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy", "shapely", "statsmodels")
"""What computes; another version may round another way."""

CODE = {".py", ".toml"}


def remembered(name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return a table as it was made last time, if nothing that it depends on has changed.

    Parameters
    ----------
    name : str
        What the table is called in the folder of what is kept, ``paths.USER_CACHE``.
    make : callable
        Makes the table, from the package's own tables and those that a reader has added.

    Returns
    -------
    DataFrame
        What ``make`` returns.
    """
    made_from = state()
    file = paths.USER_CACHE / f"{name}.parquet"
    # A file of somebody else, cut short or of another state is as good as none.
    with contextlib.suppress(OSError, ValueError):
        kept = pd.read_parquet(io.BytesIO(file.read_bytes()))
        if kept.attrs.pop("state", None) == made_from:
            return kept
    table = make()
    _keep(table, file, made_from)
    return table


def _keep(table: pd.DataFrame, file: Path, made_from: str) -> None:
    """Keep a table, where that is possible."""
    content = io.BytesIO()
    marked = table.copy(deep=False)
    marked.attrs = {**table.attrs, "state": made_from}
    with contextlib.suppress(OSError):
        marked.to_parquet(content)
        datasets.write_atomically(file, content.getvalue())


def state() -> str:
    """Return one name for code, tables, what was added, Python and libraries.

    Returns
    -------
    str
        Hexadecimal digits, the same where results are the same.
    """
    total = hashlib.sha256(platform.python_version().encode())
    for library in LIBRARIES:
        total.update(f"{library} {version(library)}\n".encode())
    for file in _made_from():
        content = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "absent"
        total.update(f"{file.name} {content}\n".encode())
    return total.hexdigest()


def _made_from() -> Iterator[Path]:
    yield from sorted(file for file in paths.PACKAGE.rglob("*.*") if file.suffix in CODE)
    yield paths.MANIFEST
    yield from sorted(table.file for table in datasets.resources().values())
    yield from sorted(paths.USER_DATA.glob("*"))
