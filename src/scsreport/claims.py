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
    external_factors,
    forms,
    gaps,
    growth,
    levels,
    literature,
    networks,
    system_gaps,
    systems,
    world_gaps,
)
from scsreport.tables.datasets import load
from scsreport.tables.official_files import load_added
from scsreport.tables.once import computed_once

__all__ = [
    "ANSWERING",
    "COVERAGE_FLOOR",
    "HOLDS",
    "PRINTED",
    "RELATIONS",
    "UNTESTED",
    "VERDICTS",
    "answers",
    "figures",
    "judge",
    "ledger",
    "met_by",
]

UNTESTED = "not testable with open data"
VERDICTS = (
    "reproduced",
    "close",
    "holds in part",
    "arithmetic only",
    "illustrated",
    "compared",
    "depends on the definition",
    "inconclusive",
    "holds in no part",
    "contradicted",
    UNTESTED,
    "text not available",
    "not yet rebuilt",
)
"""The closed list of verdicts, from the most to the least favourable to the printed figure."""

HOLDS = ("reproduced", "close", "arithmetic only")
"""Verdicts with which a part of a statement holds."""

PRINTED = ("equals", "about", "at least", "at most", "range")
"""How a source prints a figure: one number, two ends, or one end only."""

RELATIONS = (
    "measure",
    "bounds",
    "own source",
    "definition",
    "indication",
    "illustration",
    "none",
)
"""What our value is to a printed figure: a measure of the same thing, bounds of it, a sum on the
figures of the source itself, a comparison of a definition with another, an indication, what follows
from assumptions; "none" where no open data speak of it."""

COVERAGE_FLOOR = 0.5
"""The least share of those a statement speaks of that values must cover to judge it."""

KNOWN_OF_VALUES = {
    "value_low": checks.FINITE,
    "value_high": checks.FINITE,
    "covered": checks.SHARE,
}
"""Columns that values may have."""

SLACK = 1e-9
"""By how much rounding may put a value outside its interval or beyond an end."""

ANSWERING = (
    systems,
    literature,
    growth,
    forms,
    gaps,
    world_gaps,
    system_gaps,
    connectivity,
    networks,
    external_factors,
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

    A value *meets* a figure when it lies in the printed range, or on the printed side of its one
    end, widened by the declared tolerance. The first of these that holds is the verdict:

    1. *not testable with open data*, where we have but an indication, or nothing;
    2. *not yet rebuilt*, where there is no value;
    3. *illustrated*, where the value follows from assumptions;
    4. *compared*, where a definition is set beside another way to count;
    5. *inconclusive*, where the headline covers less than :data:`COVERAGE_FLOOR` of those the
       statement speaks of, or its interval reaches both into the range and out of it;
    6. *reproduced* when the headline and every other admissible counting meet the figure;
       *arithmetic only* where they were made from the figures of the source itself;
    7. *close* when all lie within twice the tolerance;
    8. *depends on the definition* when some countings meet it and others do not;
    9. *contradicted* when none does.

    Parameters
    ----------
    figures : DataFrame
        Indexed by figure id: ``as_printed`` (one of :data:`PRINTED`), ``printed_low`` (missing
        for "at most"), ``printed_high`` (missing for "at least"), ``tolerance`` (relative) and
        ``relation`` (one of :data:`RELATIONS`).
    values : DataFrame
        One row per ``figure`` and admissible counting: ``value`` in the unit of the figure,
        ``headline`` (bool, one per figure), ``our_source``, ``exhibit``, ``from_added`` (bool);
        and, where they are known, ``value_low`` and ``value_high``, the interval of the value, and
        ``covered``, the share of those the statement speaks of. Figures without a row wait, unless
        nothing can be had for them.

    Returns
    -------
    DataFrame
        ``figures`` with ``value`` (the headline), its ``value_low``, ``value_high`` and
        ``covered``; ``low`` and ``high`` over the countings, ``countings``, how many of them
        ``met`` the printed figure, ``our_source``, ``exhibit`` and ``verdict``.

    Raises
    ------
    ValueError
        If a column is missing, a number is missing or infinite, a printed range goes
        through zero (a tolerance is relative), an end is there that the way of printing does not
        have, a tolerance is missing where there are data to
        speak of a figure, a relation or a way of printing is unknown, an interval does not hold
        its value, values are given for a figure that
        the ledger does not hold, or a figure has not exactly one headline.
    TypeError
        If one is no DataFrame, or a number is none.

    Examples
    --------
    >>> printed = pd.DataFrame(
    ...     {"as_printed": "equals", "printed_low": 20, "printed_high": 20, "tolerance": 0.1,
    ...      "relation": "measure"},
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
    joined = figures.join(_by_figure(values.join(figures, on="figure")))
    verdict = _verdicts(joined)
    result: pd.DataFrame = joined.drop(columns=["near", "unsure"]).assign(verdict=verdict)
    return result


def _by_figure(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the headline of each figure, and how many of its countings meet it."""
    within, near = met_by(rows), met_by(rows, 2)
    rows["met"] = rows["value"].between(within["met_low"], within["met_high"])
    rows["near"] = rows["value"].between(near["met_low"], near["met_high"])
    is_inside = (rows["value_low"] >= within["met_low"]) & (
        rows["value_high"] <= within["met_high"]
    )
    is_beside = (rows["value_high"] < within["met_low"]) | (rows["value_low"] > within["met_high"])
    rows["unsure"] = ~is_inside & ~is_beside
    by_figure = rows.groupby("figure")
    columns = ["value", "value_low", "value_high", "covered", "unsure", "our_source", "exhibit"]
    judged = rows[rows["headline"]].set_index("figure")[[*columns, "from_added"]]
    judged = judged.join(by_figure["value"].agg(low="min", high="max", countings="size"))
    return judged.join(by_figure["met"].sum()).join(by_figure["near"].all())


def met_by(figures: pd.DataFrame, times: float = 1) -> pd.DataFrame:
    """Return the values that meet printed figures, both ends included.

    Parameters
    ----------
    figures : DataFrame
        With ``printed_low``, ``printed_high`` and ``tolerance``, as :func:`judge` takes it.
    times : float
        By how much to stretch the tolerance.

    Returns
    -------
    DataFrame
        ``met_low`` and ``met_high``, infinite where the figure has no such end.
    """
    low, high = figures["printed_low"], figures["printed_high"]
    tolerance = figures["tolerance"] * times + SLACK
    return pd.DataFrame(
        {
            "met_low": (low - tolerance * low.abs()).fillna(-np.inf),
            "met_high": (high + tolerance * high.abs()).fillna(np.inf),
        }
    )


def _verdicts(joined: pd.DataFrame) -> Any:
    """Return the verdict on each figure: the first condition that holds."""
    all_met = joined["met"] == joined["countings"]
    conditions = {
        UNTESTED: joined["relation"].isin(["indication", "none"]),
        "not yet rebuilt": joined["countings"].isna(),
        "illustrated": joined["relation"] == "illustration",
        "compared": joined["relation"] == "definition",
        "inconclusive": (joined["covered"] < COVERAGE_FLOOR) | joined["unsure"].eq(True),
        "arithmetic only": all_met & (joined["relation"] == "own source"),
        "reproduced": all_met,
        "close": joined["near"].eq(True),
        "depends on the definition": joined["met"] > 0,
    }
    return np.select(list(conditions.values()), list(conditions), default="contradicted")


def _checked_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Return printed figures that values can be compared with."""
    columns = ["as_printed", "printed_low", "printed_high", "tolerance", "relation"]
    table = checks.frame("figures", figures, columns, each_row_once=True)
    checks.unique("figures", table.index)
    checks.choice_column("figures", table, "relation", RELATIONS)
    checks.choice_column("figures", table, "as_printed", PRINTED)
    low = checks.column("figures", table, "printed_low", missing=True)
    high = checks.column("figures", table, "printed_high", missing=True)
    _checked_ends(table["as_printed"], low, high)
    tested = table[table["relation"] != "none"]
    checks.column("figures", tested, "tolerance", checks.ZERO_OR_MORE)
    tolerance = checks.column("figures", table, "tolerance", checks.ZERO_OR_MORE, missing=True)
    return table.assign(printed_low=low, printed_high=high, tolerance=tolerance)


def _checked_ends(
    as_printed: "pd.Series[str]", low: "pd.Series[float]", high: "pd.Series[float]"
) -> None:
    """Refuse ends that the way of printing does not have, and ranges that go through zero."""
    wanted = {"printed_low": as_printed != "at most", "printed_high": as_printed != "at least"}
    for (name, needed), end in zip(wanted.items(), (low, high), strict=True):
        wrong = needed != end.notna()
        if wrong.any():
            row = end.index[wrong][0]
            expected = "a number" if needed[row] else "none"
            raise ValueError(
                f"figures: row {row}, column {name!r} holds {end[row]:g}; expected {expected}, "
                f"as the figure is printed {as_printed[row]!r}"
            )
    one_sign = (low >= 0) & (high > 0) | (high < 0)
    no_range = (low.notna() & high.notna() & ~((low <= high) & one_sign)).to_numpy()
    if no_range.any():
        row = low.index[no_range][0]
        raise ValueError(
            f"figures: row {row} prints {low[row]:g} to {high[row]:g}; expected a range in order "
            "that does not go through zero, as the tolerance is relative"
        )


def _checked_values(values: pd.DataFrame) -> pd.DataFrame:
    """Return rebuilt values of any table that has them; what is not known of them is missing."""
    columns = ["figure", "value", "headline", "our_source", "exhibit", "from_added"]
    table = checks.frame("values", values, columns).reset_index(drop=True)
    checks.label_column("values", table, "figure", "the id of a figure")
    value = checks.column("values", table, "value")
    known = table.reindex(columns=[*table, *KNOWN_OF_VALUES.keys() - {*table}])
    of_values = {
        name: checks.column("values", known, name, within, missing=True)
        for name, within in KNOWN_OF_VALUES.items()
    }
    low = of_values["value_low"] = of_values["value_low"].fillna(value)
    high = of_values["value_high"] = of_values["value_high"].fillna(value)
    outside = (value < low - SLACK * value.abs()) | (value > high + SLACK * value.abs())
    if outside.any():
        row = table.index[outside][0]
        raise ValueError(
            f"values: row {row} holds {value[row]:g}, outside its interval, {low[row]:g} to "
            f"{high[row]:g}; expected it inside"
        )
    return table.assign(
        value=value,
        headline=checks.flags("values", table, "headline"),
        from_added=checks.flags("values", table, "from_added"),
        **of_values,
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
        ``parts``, how many figures make up what the row claims, how many of these ``hold`` and
        how many were ``tested``; ``verdict``, ``stands`` (the same in words) and ``exhibit``.
        A row whose parts have one verdict bears it. Otherwise it *holds in part*, or, where no part
        holds and some could be tested, bears the verdict of those that could if it is one, and
        *holds in no part* if they differ; ``stands`` says how many of each. Figures on the side
        have no part in it. The value shown is that of the first part that was tested.
        :func:`figures` has them all.

    Examples
    --------
    >>> len(ledger())
    35
    """
    rows = load("claims").set_index("id")
    judged = figures()
    parts = judged[judged["bears_on"] == "claim"]
    by_claim = parts.assign(
        holds=parts["verdict"].isin(HOLDS), tested=parts["verdict"] != UNTESTED
    ).groupby("claim")
    table = rows.join(
        by_claim.agg(parts=("verdict", "size"), hold=("holds", "sum"), tested=("tested", "sum"))
    )
    table["verdict"] = by_claim["verdict"].agg(_verdict_on_row).reindex(rows.index)
    table["verdict"] = table["verdict"].fillna("not yet rebuilt")
    table["stands"] = by_claim["verdict"].agg(_stands).reindex(rows.index).fillna(table["verdict"])
    # What could be tested is shown first.
    order = parts.assign(untested=parts["verdict"] == UNTESTED)
    first = order.sort_values("untested", kind="stable").groupby("claim").first()
    shown = ["quantity", "value", "low", "high", "met", "countings", "unit", "our_source"]
    table = table.join(first[[*shown, "tolerance", "exhibit", "from_added"]])
    table["with_added"] = table["value"].where(table.pop("from_added").eq(True))
    return table.rename(columns={"value": "ours"})


def _verdict_on_row(verdicts: "pd.Series[str]") -> str:
    """Return what the verdicts on the parts of a row add up to."""
    tested = verdicts[verdicts != UNTESTED]
    holds = tested.isin(HOLDS)
    if _alike(verdicts):
        return str(verdicts.iloc[0])
    if holds.any():
        return "holds in part"
    return str(tested.iloc[0]) if _alike(tested) else "holds in no part"


def _alike(verdicts: "pd.Series[str]") -> bool:
    return bool((verdicts == verdicts.iloc[0]).all())


def _stands(verdicts: "pd.Series[str]") -> str:
    """Return the same in words, with the number of parts where they differ."""
    verdict = _verdict_on_row(verdicts)
    if _alike(verdicts):
        return verdict
    parts = f"{len(verdicts)} parts"
    if verdict == "holds in part":
        words = f"holds in {verdicts.isin(HOLDS).sum()} of {parts}"
        untested = (verdicts == UNTESTED).sum()
        return words + (f", {untested} not testable" if untested else "")
    counts = verdicts.replace({UNTESTED: "not testable"}).value_counts(sort=False)
    return f"{parts}: " + ", ".join(f"{n} {name}" for name, n in counts.items())
