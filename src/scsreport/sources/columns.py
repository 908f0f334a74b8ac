"""Columns of a source that make a table, under their names there."""

from pathlib import Path

import pandas as pd
import yaml

NAMES = Path(__file__).with_name("columns.yml")


def pick(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the columns of a table, sorted by the first two of them.

    Parameters
    ----------
    rows : DataFrame
        The source.
    table : str
        A key of ``columns.yml``.
    """
    spec = yaml.safe_load(NAMES.read_text(encoding="utf-8"))  # type: ignore[no-untyped-call]
    frame = rows.rename(columns=spec[table])[list(spec[table].values())]
    return frame.sort_values(list(frame.columns[:2]), ignore_index=True)
