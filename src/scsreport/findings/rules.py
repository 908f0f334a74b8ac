"""The working rule of the chapters, and how far headlines move under other definitions.

A *definition* of a secondary city is a rule and a way of counting. Chapters that need a form, a
road or a neighbour cannot print each number for all of them. They use the *working rule*, W: every
city of 100,000 people and more that is not its country's largest, suburbs of the largest left out.
It is ours, and wider than most: it takes in Beijing.
"""

from typing import NamedTuple

import pandas as pd

from scsreport import checks
from scsreport.definitions import RULES as IN_CIRCULATION
from scsreport.definitions import Rule, members
from scsreport.findings import connectivity, forms, functions
from scsreport.findings.classification import CITY_FLOOR
from scsreport.findings.counting import COUNTINGS, counting
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once
from scsreport.typology import FORMS

__all__ = [
    "COUNTINGS",
    "DEFAULT",
    "FLOOR",
    "RULES",
    "WORKING",
    "Definition",
    "by_definition",
    "definitions",
    "headlines",
    "secondary",
]

FLOOR = CITY_FLOOR
"""People of the smallest city under the working rule."""

WORKING = Rule(
    "W",
    f"{FLOOR:,} and more, not the largest",
    "this book",
    "Every city of 100,000 people and more that is not its country's largest.",
    minimum=FLOOR,
    share_max=1,
    below=True,
)
RULES = {WORKING.id: WORKING, **IN_CIRCULATION}
"""The working rule and the eight in circulation, by id."""


class Definition(NamedTuple):
    """Who is a secondary city: a rule of :data:`RULES`, and one of ``COUNTINGS``."""

    rule: str
    counting: str

    @property
    def name(self) -> str:
        """Both in words, ``D1, as listed``."""
        return ", ".join(self)


DEFAULT = Definition(WORKING.id, "without suburbs")
"""The definition under which the book prints its headlines."""


def definitions() -> list[Definition]:
    """Return every rule with every way of counting, the working rule first."""
    return [Definition(rule, how) for rule in RULES for how in COUNTINGS]


@computed_once
def secondary(counting_by: str) -> dict[str, pd.DataFrame]:
    """Return the secondary cities under each rule of :data:`RULES`, by one way of counting.

    Parameters
    ----------
    counting_by : str
        One of :data:`scsreport.findings.counting.COUNTINGS`.

    Returns
    -------
    dict of DataFrame
        By rule: rows of :func:`scsreport.findings.counting.units`, one per unit that is counted,
        with ``people``, those of the unit.

    Raises
    ------
    ValueError
        If there is no such way of counting.

    Examples
    --------
    >>> len(secondary('as listed')['D7'])
    1360
    """
    checks.choice("counting_by", counting_by, COUNTINGS)
    rows, unit, people = counting(counting_by)
    rows = rows.assign(people=rows[people])
    return {id: rows[members(rule, rows, unit=unit)] for id, rule in RULES.items()}


@computed_once
def by_definition() -> pd.DataFrame:
    """Compute the headlines of the chapters under each definition of a secondary city.

    Returns
    -------
    DataFrame
        By ``rule``, the working one first, and ``counting``: ``cities``, ``countries`` and
        ``of_world``, the share of the world's people in them. Of those with a form, which are of
        100,000 and more: their number ``typed``; shares of the forms ``hub``, ``cluster`` and
        ``corridor``, and of those ``contested``; the share that is a capital or a gateway, ``any``;
        the median of ``access_30``, people within reach; and of ``ratio``, trips that pass over
        own trips.
    """
    world = float(load("countries")["population"].sum())
    typed = forms.cities()[["type", "contested"]]
    typed = typed.join(functions.capital_or_gateway().rename("any"))
    typed = typed.join(connectivity.cities()[["access_30", "ratio"]])
    rows = {}
    for how in COUNTINGS:
        for rule, cities in secondary(how).items():
            counted = {
                "cities": len(cities),
                "countries": cities["country"].nunique(),
                "of_world": cities["people"].sum() / world,
            }
            of_forms = _of_forms(typed[typed.index.isin(cities.index)])
            rows[Definition(rule, how)] = pd.concat([pd.Series(counted), of_forms])
    order = pd.MultiIndex.from_tuples(definitions(), names=["rule", "counting"])
    table = pd.DataFrame(rows).T.reindex(order)
    return table.astype(dict.fromkeys(["cities", "countries", "typed"], int))


def headlines(how: str = DEFAULT.counting) -> pd.DataFrame:
    """Return the headlines under each rule, by one way of counting.

    Parameters
    ----------
    how : str
        One of :data:`scsreport.findings.counting.COUNTINGS`.

    Returns
    -------
    DataFrame
        By ``rule``, the columns of :func:`by_definition`.
    """
    table = by_definition()
    return table[table.index.get_level_values("counting") == how].droplevel("counting")


def _of_forms(table: pd.DataFrame) -> "pd.Series[float]":
    shares = table["type"].value_counts(normalize=True).reindex(FORMS, fill_value=0)
    means = table[["contested", "any"]].mean()
    medians = table[["access_30", "ratio"]].median()
    return pd.concat([pd.Series({"typed": len(table)}), shares, means, medians])
