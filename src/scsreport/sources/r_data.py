"""Data stores of R packages (``.rdb`` with its index ``.rdx``), read without R."""

import lzma
import zlib
from typing import Any

import pandas as pd

from scsreport.sources import packages

__all__ = ["table"]

XZ = [{"id": lzma.FILTER_LZMA2, "preset": 6}]
"""R writes the stream without a header."""


def table(package: str, folder: str, name: str) -> pd.DataFrame:
    """Read (clean step) one data frame.

    Parameters
    ----------
    package : str
        A key of ``packages.PACKAGES``.
    folder : str
        Name of the R package inside it.
    name : str
        Name of the data frame.

    Returns
    -------
    DataFrame
        Its rows as R holds them, with a plain missing value where R marks one.
    """
    store = f"usr/lib/R/site-library/{folder}/data/Rdata"
    files = packages.members(package, store)
    start, size = _parsed(files[f"{store}.rdx"])["variables"][name]
    entry = files[f"{store}.rdb"][start : start + size]
    frame = pd.DataFrame(dict(_parsed(_unpacked(entry)))).reset_index(drop=True)
    # R marks a missing number by a special NaN, at which arithmetic warns.
    numbers = frame.select_dtypes("float")
    return frame.assign(**numbers.where(numbers.notna()))


def _unpacked(entry: bytes) -> bytes:
    """Return what an entry holds: four bytes of length, then a zlib stream, or Z and an xz one."""
    content = entry[4:]
    if content[:1] == b"Z":
        return lzma.decompress(content[1:], lzma.FORMAT_RAW, filters=XZ)
    return zlib.decompress(content)


def _parsed(content: bytes) -> Any:
    """Return an object that R has serialised."""
    import rdata

    return rdata.conversion.convert(rdata.parser.parse_data(content, extension=".rds"))
