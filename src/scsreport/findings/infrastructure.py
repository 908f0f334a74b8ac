"""Hard against soft infrastructure: loads, calls :mod:`scsreport.infrastructure`, hands over.

What is run was declared in ``infrastructure-items`` and ``specifications`` before any result. The
whole curve takes the better part of a minute, so that ``specification-curve`` stores it; the main
specification of each outcome is run anew whenever it is shown.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from scsreport import infrastructure
from scsreport.tables.country_names import short_names
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "CHOICES",
    "OUTCOMES",
    "RESULT_COLUMNS",
    "SIDES",
    "Z95",
    "counted",
    "countries",
    "counts",
    "curve",
    "main_comparison",
    "main_differences",
    "main_run",
    "names",
    "run",
    "states",
]

OUTCOMES = ("income", "income_2016", "growth", "household_gini")
CHOICES = ("outcome", "hard", "soft", "controls", "sample", "index")
SIDES = ("above", "across", "below")
Z95 = 1.96
RESULT_COLUMNS = ["n", "lost", "difference", "low", "high", "p_value", "vif", "least", "most"]
RESULT_COLUMNS += ["hard_explained", "soft_explained", "note"]


@computed_once
def countries() -> pd.DataFrame:
    """Return every declared item of every country.

    Returns
    -------
    DataFrame
        As :func:`scsreport.infrastructure.gather` describes.
    """
    items = load("infrastructure-items")
    tables = {*items["table"], "countries"}
    return infrastructure.gather(items, {name: load(name) for name in tables})


def run(ids: Collection[str] | None = None) -> pd.DataFrame:
    """Run declared specifications, all of them unless some are named.

    Parameters
    ----------
    ids : collection of str, optional
        Their ids.

    Returns
    -------
    DataFrame
        One row per ``id``, the table ``specification-curve``.
    """
    declared = load("specifications")
    chosen = declared if ids is None else declared[declared["id"].isin(ids)]
    results = infrastructure.specification_curve(countries(), chosen)
    return results[["id", *RESULT_COLUMNS]].round(5).reset_index(drop=True)


def curve() -> pd.DataFrame:
    """Return every specification that could be run, with what was found.

    Returns
    -------
    DataFrame
        The columns of ``specifications`` and of ``specification-curve``, and ``side``: whether the
        interval of hard minus soft lies ``above`` zero, ``below``, or ``across``. Sorted by the
        difference inside each outcome, ``rank`` counting from one.
    """
    table = load("specifications").merge(load("specification-curve"), on="id")
    table = table.dropna(subset="difference").sort_values(["outcome", "difference", "id"])
    table["side"] = np.select([table["low"] > 0, table["high"] < 0], SIDES[::2], SIDES[1])
    return table.assign(rank=table.groupby("outcome").cumcount() + 1)


def counts() -> pd.DataFrame:
    """Count all specifications as :func:`counted` does."""
    return counted(curve())


def counted(specifications: pd.DataFrame) -> pd.DataFrame:
    """Count specifications on each side of zero, by every choice that was declared.

    Parameters
    ----------
    specifications : DataFrame
        Rows of :func:`curve`.

    Returns
    -------
    DataFrame
        One row per ``choice`` and ``taken``, the first for all of them: ``n``, ``above``,
        ``across``, ``below``, and ``minus``, those with a difference below zero whatever the
        interval.
    """
    table = specifications.assign(every="all", minus=lambda rows: rows["difference"] < 0, n=1)
    table = table.join(pd.get_dummies(table["side"]).reindex(columns=SIDES, fill_value=False))
    columns = ["n", *SIDES, "minus"]
    counted = {
        choice: table.groupby(choice, sort=False)[columns].sum() for choice in ("every", *CHOICES)
    }
    return pd.concat(counted, names=["choice", "taken"]).reset_index()


@computed_once
def main_run(outcome: str) -> infrastructure.Run:
    """Run the main specification of an outcome.

    Parameters
    ----------
    outcome : str
        One of :data:`OUTCOMES`, or ``gap``, of which too few countries are known.

    Returns
    -------
    Run
        Countries (by ``iso3``, with ``name`` and both scores), indices and the comparison, None
        where there are too few countries.
    """
    declared = load("specifications").query("main").fillna("").set_index("outcome", drop=False)
    result = infrastructure.run(countries(), declared.loc[outcome].to_dict())
    scores = {"hard_score": result.hard.scores, "soft_score": result.soft.scores}
    return result._replace(data=result.data.assign(name=result.data.index.map(names()), **scores))


def main_comparison(outcome: str) -> infrastructure.Comparison:
    """Return the comparison of the main specification of an outcome.

    Parameters
    ----------
    outcome : str
        One of :data:`OUTCOMES`.

    Returns
    -------
    Comparison
        Separately, together, interacted.
    """
    comparison = main_run(outcome).found
    assert comparison is not None, outcome
    return comparison


def main_differences() -> pd.DataFrame:
    """Return the difference of the main specification of each outcome, with what qualifies it.

    Returns
    -------
    DataFrame
        One row per ``outcome``: the numbers of :class:`scsreport.infrastructure.Comparison`, and
        the range with one country left out, from ``least`` without ``least_at`` to ``most``.
    """
    rows = {}
    for outcome in OUTCOMES:
        comparison = main_comparison(outcome)
        numbers = {
            name: value for name, value in comparison._asdict().items() if np.isscalar(value)
        }
        without_one = comparison.without.rename(names())
        rows[outcome] = numbers | {
            "least": without_one.min(),
            "least_at": without_one.idxmin(),
            "most": without_one.max(),
            "most_at": without_one.idxmax(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")


def names() -> dict[Any, str]:
    """Return the names of countries by ISO alpha-3 code."""
    return short_names().to_dict()


def states() -> pd.DataFrame:
    """Regress the product of the US states on their public capital, as Munnell did.

    Logarithms of product on those of public and private capital and jobs, and on unemployment.

    Returns
    -------
    DataFrame
        One row per ``model`` of :func:`scsreport.infrastructure.panel_effects`, for public capital:
        ``estimate``, ``se`` as published, ``clustered`` by state, which is so many ``times`` as
        large, and ``least`` and ``most``, the interval of 95 % by the clustered one.
    """
    rows = load("us-capital")
    columns = {"capital": "public_capital", "private": "private_capital", "jobs": "jobs"}
    terms = pd.DataFrame({name: np.log(rows[column]) for name, column in columns.items()})
    terms["unemployment"] = rows["unemployment"]
    panel = infrastructure.panel_effects(np.log(rows["product"]), terms, rows["state"])
    of_capital = panel.table.xs("capital", level="term")[["estimate", "n", "se", "clustered"]]
    least = of_capital["estimate"] - Z95 * of_capital["clustered"]
    return of_capital.assign(
        times=of_capital["clustered"] / of_capital["se"],
        least=least,
        most=2 * of_capital["estimate"] - least,
    )
