"""Tables that were changed by hand are looked at before they are described anew."""

import pandas as pd

from scsreport.tables import datasets
from scsreport.tables.schema import Problem

__all__ = ["altered", "faults"]

FIGURES, CLAIMS = "claim-figures", "claims"


def altered() -> list[str]:
    """Return the tables whose bytes are not those that the manifest describes.

    Returns
    -------
    list of str
        Names; all tables where there is no manifest that can be read.
    """
    try:
        return [name for name, table in datasets.resources().items() if not table.intact]
    except datasets.DataError:
        return []


def faults(names: list[str]) -> list[Problem]:
    """Compare tables with their schema, and figures of the ledger with its rows.

    Parameters
    ----------
    names : list of str
        Tables, as the manifest describes them now.

    Returns
    -------
    list of Problem
        Every fault, with its line; empty when there is none.
    """
    problems = [problem for name in names for problem in datasets.problems(name)]
    if not problems and {FIGURES, CLAIMS} & {*names}:
        problems += _without_row()
    return problems


def _without_row() -> list[Problem]:
    """Return the figures of a row that the ledger has not."""
    figures, rows = datasets.load(FIGURES), datasets.load(CLAIMS)["id"]
    lost = figures.loc[~figures["claim"].isin(rows), "claim"]
    label = datasets.resource(FIGURES).label
    return [
        Problem(label, line, "claim", repr(claim), f"an id of data/claims.csv, {_some(rows)}")
        for line, claim in zip(lost.index + 2, lost, strict=True)
    ]


def _some(rows: "pd.Series[str]") -> str:
    return f"{rows.iloc[0]} to {rows.iloc[-1]}"
