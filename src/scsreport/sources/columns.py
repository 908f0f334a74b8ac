"""Columns of a source that make a table, under their names there."""

import pandas as pd

from scsreport.sources import declared

__all__ = ["pick"]


def pick(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the columns of a table, sorted by the first two of them.

    Parameters
    ----------
    rows : DataFrame
        The source.
    table : str
        A key of ``columns.yml``.

    Returns
    -------
    DataFrame
        The declared columns in their order, under the names of the table.
    """
    names = declared.read("columns")[table]
    frame = rows[list(names)].rename(columns=names)
    return frame.sort_values(list(frame.columns[:2]), ignore_index=True)
