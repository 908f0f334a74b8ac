"""The ledger: every printed statement and figure against its rebuilt value, with a verdict.

The rows and the tolerances are data (``data/claims.csv``, ``data/claim-figures.csv``), which say
of each tolerance whether it was written down before a value was seen. The values are gathered from
the findings; nothing is computed here, only judged.
"""

from typing import Any

import numpy as np
import pandas as pd

from scsreport import checks
from scsreport.findings import (
    cases,
    collaboration,
    connectivity,
    forms,
    gaps,
    growth,
    levels,
    literature,
    systems,
)
from scsreport.tables.datasets import load
from scsreport.tables.official_files import load_added
from scsreport.tables.once import computed_once

__all__ = [
    "ANSWERING",
    "RELATIONS",
    "UNTESTED",
    "VERDICTS",
    "answers",
    "figures",
    "judge",
    "ledger",
]

UNTESTED = "not testable with open data"
VERDICTS = (
    "reproduced",
    "close",
    "illustrated",
    "depends on the definition",
    "contradicted",
    UNTESTED,
    "text not available",
    "not yet rebuilt",
)
"""The closed list of verdicts, from the most to the least favourable to the printed figure."""


RELATIONS = ("equals", "upper bound", "indication", "illustration", "none")
"""What our value is to a printed figure; "none" where no open data speak of it."""

ANSWERING = (
    systems,
    literature,
    growth,
    forms,
    gaps,
    connectivity,
    collaboration,
    levels,
    cases,
)
"""The findings that answer for figures of the ledger."""


@computed_once
def answers() -> pd.DataFrame:
    """Return the rebuilt values of each printed figure that this edition can answer.

    Returns
    -------
    DataFrame
        One row per ``figure`` of ``data/claim-figures.csv`` and admissible ``counting`` of it
        (rule and way to count), with its ``value``; ``headline`` marks the rule of the source
        and the plainest counting. ``our_source`` and ``exhibit`` say where the value comes from
        and which exhibit shows it, ``from_added`` whether it was made anew from an added file.

    Examples
    --------
    >>> table = answers()
    >>> table.loc[table['figure'] == 'N05a', 'counting'].to_list()
    ['D5, as listed', 'D5, without suburbs', 'D5, by footprint']
    """
    rows = [
        answer.rows().assign(from_added=_made_anew(answer.official_file))
        for finding in ANSWERING
        for answer in finding.answers()
    ]
    result: pd.DataFrame = pd.concat(rows, ignore_index=True)
    return result


def _made_anew(official_file: str) -> bool:
    """Say whether a reader has added the official file that values are made from."""
    return bool(official_file) and load_added(official_file) is not None


def judge(figures: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Compare printed figures with rebuilt values, figure by figure.

    A figure is *reproduced* when the headline value and every other admissible counting lie in
    the printed range widened by the declared tolerance; *close* when all lie within twice the
    tolerance. When some countings lie in the tolerance and others do not, it *depends on the
    definition*. Otherwise it gets the verdict that was declared for a miss. Where our value can
    only be an upper bound, a printed figure above it is *contradicted*, and one below it *not
    testable with open data*, as is one for which we have but an indication. What follows from
    assumptions is *illustrated*, whether it meets the figure or not.

    Parameters
    ----------
    figures : DataFrame
        Indexed by figure id: ``printed_low``, ``printed_high``, ``tolerance`` (relative),
        ``on_miss``, ``relation`` ("equals", "upper bound", "indication" or "illustration": what
        our value is; "none" where no open data speak of the figure).
    values : DataFrame
        One row per ``figure`` and admissible counting: ``value`` in the unit of the figure,
        ``headline`` (bool, one per figure), ``our_source``, ``exhibit``, ``from_added`` (bool).
        Figures without a row wait, unless nothing can be had for them.

    Returns
    -------
    DataFrame
        ``figures`` with ``value`` (the headline), ``low`` and ``high`` over the countings,
        ``countings``, how many of them ``met`` the printed figure, ``our_source``, ``exhibit``
        and ``verdict``.

    Raises
    ------
    ValueError
        If a column is missing, a number is missing or infinite, a printed range goes
        through zero (a tolerance is relative), a tolerance is missing where there are data to
        speak of a figure, a relation or a verdict is unknown, values are given for a figure that
        the ledger does not hold, or a figure has not exactly one headline.
    TypeError
        If one is no DataFrame, or a number is none.

    Examples
    --------
    >>> printed = pd.DataFrame(
    ...     {"printed_low": 20, "printed_high": 20, "tolerance": 0.1, "on_miss": "contradicted",
    ...      "relation": "equals"},
    ...     index=["F"],
    ... )
    >>> ours = pd.DataFrame(
    ...     {"figure": "F", "value": [21, 6], "headline": [True, False], "our_source": "a table",
    ...      "exhibit": "tab-a", "from_added": False}
    ... )
    >>> judge(printed, ours).loc["F", "verdict"]
    'depends on the definition'
    """
    figures = _checked_figures(figures)
    values = _checked_values(values)
    unknown = sorted(set(values["figure"]) - set(figures.index))
    if unknown:
        raise ValueError(
            f"values for unknown figures {', '.join(unknown)}; expected ids of "
            "data/claim-figures.csv, where the tolerance must stand before the value"
        )
    headlines = values.groupby("figure")["headline"].sum()
    if (headlines != 1).any():
        raise ValueError(
            f"figure {headlines.index[headlines != 1][0]!r} has {headlines[headlines != 1].iloc[0]}"
            " headline values; expected one"
        )
    rows = values.join(figures, on="figure")
    deviation = _deviation(rows["value"], rows["printed_low"], rows["printed_high"])
    rows["met"] = deviation <= rows["tolerance"]
    rows["near"] = deviation <= 2 * rows["tolerance"]
    by_figure = rows.groupby("figure")
    headline = rows[rows["headline"]].set_index("figure")
    headline = headline[["value", "our_source", "exhibit", "from_added"]]
    judged = headline.join(by_figure["value"].agg(low="min", high="max", countings="size"))
    judged = judged.join(by_figure["met"].sum()).join(by_figure["near"].all())
    joined = figures.join(judged)
    verdict = _verdicts(joined)
    result: pd.DataFrame = joined.drop(columns="near").assign(verdict=verdict)
    return result


def _verdicts(joined: pd.DataFrame) -> Any:
    """Return the verdict on each figure: the first condition that holds."""
    is_bound = joined["relation"] == "upper bound"
    is_above = joined["low"] >= joined["printed_low"] * (1 - joined["tolerance"])
    conditions = {
        UNTESTED: is_bound & is_above | joined["relation"].isin(["indication", "none"]),
        "not yet rebuilt": joined["countings"].isna(),
        "illustrated": joined["relation"] == "illustration",
        "contradicted": is_bound,
        "reproduced": joined["met"] == joined["countings"],
        "close": joined["near"].eq(True),
        "depends on the definition": joined["met"] > 0,
    }
    otherwise = joined["on_miss"].astype(object).to_numpy()
    return np.select(list(conditions.values()), list(conditions), default=otherwise)


def _deviation(
    value: "pd.Series[float]", low: "pd.Series[float]", high: "pd.Series[float]"
) -> "pd.Series[float]":
    """Return how far a value lies outside a printed range, as a share of its nearer end."""
    # A range that begins at nothing has no share of its lower end.
    outside = pd.Series(np.where(value < 0, np.inf, -np.inf), value.index)
    below = ((low - value) / low.abs()).where(low != 0, outside)
    above = (value - high) / high.abs()
    return below.where(below > above, above)


def _checked_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Return printed figures that values can be compared with."""
    columns = ["printed_low", "printed_high", "tolerance", "on_miss", "relation"]
    table = checks.frame("figures", figures, columns, each_row_once=True)
    checks.unique("figures", table.index)
    checks.choice_column("figures", table, "relation", RELATIONS)
    checks.choice_column("figures", table, "on_miss", VERDICTS)
    low = checks.column("figures", table, "printed_low")
    high = checks.column("figures", table, "printed_high")
    one_sign = (low >= 0) & (high > 0) | (high < 0)
    no_range = ~((low <= high) & one_sign).to_numpy()
    if no_range.any():
        row = table.index[no_range][0]
        raise ValueError(
            f"figures: row {row} prints {low[row]:g} to {high[row]:g}; expected a range in order "
            "that does not go through zero, as the tolerance is relative"
        )
    tested = table[table["relation"] != "none"]
    checks.column("figures", tested, "tolerance", checks.ZERO_OR_MORE)
    tolerance = checks.column("figures", table, "tolerance", checks.ZERO_OR_MORE, missing=True)
    return table.assign(printed_low=low, printed_high=high, tolerance=tolerance)


def _checked_values(values: pd.DataFrame) -> pd.DataFrame:
    """Return rebuilt values of any table that has them."""
    columns = ["figure", "value", "headline", "our_source", "exhibit", "from_added"]
    table = checks.frame("values", values, columns).reset_index(drop=True)
    checks.label_column("values", table, "figure", "the id of a figure")
    return table.assign(
        value=checks.column("values", table, "value"),
        headline=checks.flags("values", table, "headline"),
        from_added=checks.flags("values", table, "from_added"),
    )


def figures() -> pd.DataFrame:
    """Return every printed figure with its rebuilt value and verdict, indexed by figure id.

    Examples
    --------
    >>> figures().loc['N05b', 'verdict']
    'reproduced'
    """
    return judge(load("claim-figures").set_index("figure"), answers())


def ledger() -> pd.DataFrame:
    """Return the ledger, one row for each of the statements, figures, definitions and cases.

    Returns
    -------
    DataFrame
        Indexed by ``id``: ``kind`` (how close the source is to the report), ``source``,
        ``year``, ``statement``, ``printed``, ``ours`` with ``low`` and ``high`` over the
        ``countings`` that are admissible, how many of them ``met`` the printed figure,
        ``unit``, ``our_source``, ``tolerance`` (relative),
        ``with_added`` (the value with an added official file, missing without one),
        ``tested``, how many of its figures open data could test ("2 of 5"), ``verdict``
        and ``exhibit``. A row with several figures shows the first that was tested
        and carries the least favourable verdict of those that were; it is *not testable with open
        data* when none was. :func:`figures` has them all.

    Examples
    --------
    >>> len(ledger())
    35
    """
    rows = load("claims").set_index("id")
    judged = figures()
    order = pd.CategoricalDtype(list(VERDICTS), ordered=True)
    tested = (judged["verdict"] != UNTESTED).groupby(judged["claim"])
    judged = judged[(judged["verdict"] != UNTESTED) | ~tested.transform("any")]
    worst = judged["verdict"].astype(order).groupby(judged["claim"]).max().astype(str)
    first = judged.groupby("claim").first()
    shown = ["quantity", "value", "low", "high", "met", "countings", "unit", "our_source"]
    table = rows.join(first[[*shown, "tolerance", "exhibit", "from_added"]])
    table["with_added"] = table["value"].where(table.pop("from_added").eq(True))
    table["tested"] = tested.sum().astype(str) + " of " + tested.size().astype(str)
    table["verdict"] = worst.reindex(rows.index).fillna("not yet rebuilt")
    return table.rename(columns={"value": "ours"})
