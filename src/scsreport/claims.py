"""The ledger: every printed statement and figure against its rebuilt value, with a verdict.

The rows and the tolerances are data, written down before any value was known
(``data/claims.csv``, ``data/claim-figures.csv``). The values come from
:mod:`scsreport.answers`; nothing is computed here, only judged.
"""

import numpy as np
import pandas as pd

from scsreport.answers import answers
from scsreport.datasets import load

VERDICTS = (
    "reproduced",
    "close",
    "illustrated",
    "depends on the definition",
    "contradicted",
    "not testable with open data",
    "text not available",
    "not yet rebuilt",
)
"""The closed list of verdicts, from the most to the least favourable to the printed figure."""


def judge(figures: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Compare printed figures with rebuilt values, figure by figure.

    A value is *reproduced* inside the printed range widened by the declared tolerance, and
    *close* inside twice the tolerance. If it lies outside, but some admissible counting
    (``low`` to ``high``) reaches the printed range, the figure *depends on the definition*.
    Otherwise the verdict is the one declared for a miss.

    Parameters
    ----------
    figures : DataFrame
        Indexed by figure id: ``printed_low``, ``printed_high``, ``tolerance`` (relative),
        ``on_miss``.
    values : DataFrame
        Indexed by figure id: ``value``, ``low``, ``high`` in the unit of the figure. Figures
        without a row wait.

    Returns
    -------
    DataFrame
        ``figures`` with the columns of ``values`` and ``verdict``.

    Raises
    ------
    ValueError
        If values are given for a figure that the ledger does not hold.
    """
    strangers = values.index.difference(figures.index)
    if len(strangers):
        raise ValueError(
            f"values for unknown figures {', '.join(strangers)}; expected ids of "
            "data/claim-figures.csv, where the tolerance must stand before the value"
        )
    joined = figures.join(values)
    floor, ceiling = joined["printed_low"], joined["printed_high"]

    def reached(low: pd.Series, high: pd.Series, tolerance: pd.Series) -> pd.Series:
        return (high >= floor * (1 - tolerance)) & (low <= ceiling * (1 + tolerance))

    value, tolerance = joined["value"], joined["tolerance"]
    verdict = np.select(
        [
            value.isna(),
            reached(value, value, tolerance),
            reached(value, value, 2 * tolerance),
            reached(joined["low"], joined["high"], tolerance),
        ],
        ["not yet rebuilt", "reproduced", "close", "depends on the definition"],
        default=joined["on_miss"].astype(object).to_numpy(),
    )
    return joined.assign(verdict=verdict)


def figures() -> pd.DataFrame:
    """Return every printed figure with its rebuilt value and verdict, indexed by figure id."""
    return judge(load("claim-figures").set_index("figure"), answers())


def ledger() -> pd.DataFrame:
    """Return the ledger, one row for each of the statements, figures, definitions and cases.

    Returns
    -------
    DataFrame
        Indexed by ``id``: ``kind`` (how close the source is to the report), ``source``,
        ``year``, ``statement``, ``printed``, ``ours`` with ``low`` and ``high`` over the
        admissible countings, ``unit``, ``our_source``, ``tolerance`` (relative),
        ``with_added`` (the value with an added official file, missing without one),
        ``verdict``, ``exhibit`` and ``waits_for``. A row with several figures shows the first
        and carries the least favourable of their verdicts; :func:`figures` has them all.
    """
    rows = load("claims").set_index("id")
    judged = figures()
    order = pd.CategoricalDtype(list(VERDICTS), ordered=True)
    worst = judged["verdict"].astype(order).groupby(judged["claim"]).max().astype(str)
    first = judged.groupby("claim").first()
    table = rows.join(
        first[["quantity", "value", "low", "high", "unit", "our_source", "tolerance", "exhibit"]]
    )
    table["with_added"] = np.nan
    table["verdict"] = worst.reindex(rows.index).fillna("not yet rebuilt")
    return table.rename(columns={"value": "ours"})
