"""Data stores of R packages (``.rdb`` with its index ``.rdx``), read without R."""

import lzma
import zlib

import pandas as pd

from scsreport.sources import packages

XZ = [{"id": lzma.FILTER_LZMA2, "preset": 6}]  # R writes the stream without a header


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
    """
    import rdata

    store = f"usr/lib/R/site-library/{folder}/data/Rdata"
    files = packages.members(package, store)
    index = rdata.conversion.convert(
        rdata.parser.parse_data(files[f"{store}.rdx"], extension=".rds")
    )
    start, size = index["variables"][name]
    # An entry: four bytes of length, then a zlib stream, or a letter and an xz stream.
    entry = files[f"{store}.rdb"][start + 4 : start + size]
    content = (
        lzma.decompress(entry[1:], lzma.FORMAT_RAW, filters=XZ)
        if entry[:1] == b"Z"
        else zlib.decompress(entry)
    )
    columns = rdata.conversion.convert(rdata.parser.parse_data(content, extension=".rds"))
    frame = pd.DataFrame(dict(columns)).reset_index(drop=True)
    # R marks a missing number by a special NaN, at which arithmetic warns.
    numbers = frame.select_dtypes("float")
    return frame.assign(**numbers.where(numbers.notna()))
