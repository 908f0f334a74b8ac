"""The ground of all counting: the places of the world, and three ways to count a city."""

import pandas as pd

from scsreport import checks
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "COUNTINGS",
    "counting",
    "units",
]

COUNTINGS = ("as listed", "without suburbs", "by footprint")
"""Three ways to count a city: every entry of the list; no twins, boroughs or suburbs inside the
footprint of the country's primary city; contiguous urban footprints as one city each."""


@computed_once
def units() -> pd.DataFrame:
    """Return the one table on which every rule is counted: places of 15,000 and more.

    Returns
    -------
    DataFrame
        ``places`` with ``continent`` and ``region`` of the country.

    Examples
    --------
    >>> table = units()
    >>> table.loc[table['is_primary'] & (table['country'] == 'CO'), 'name'].to_list()
    ['Bogotá']
    """
    countries = load("countries").set_index("country")[["continent", "region"]]
    return load("places").join(countries, on="country").set_index("geonameid")


def counting(how: str, table: pd.DataFrame | None = None) -> tuple[pd.DataFrame, str, str]:
    """Return the rows, the unit and the column of people that a counting stands for.

    Parameters
    ----------
    how : {"as listed", "without suburbs", "by footprint"}
        The counting.
    table : DataFrame, optional
        Part of :func:`units`, such as one country; all of it by default.

    Returns
    -------
    tuple
        Rows, ``unit`` for :func:`scsreport.definitions.members`, name of the column of people.

    Examples
    --------
    >>> rows, unit, population = counting('by footprint')
    >>> unit, population
    ('footprint', 'footprint_population')
    """
    checks.choice("how", how, COUNTINGS)
    rows = units() if table is None else table
    if how == "as listed":
        return rows, "city", "population"
    rows = rows[rows["kind"] == "city"]
    if how == "without suburbs":
        return rows[~rows["in_primary_footprint"] | rows["is_primary"]], "city", "population"
    # A place outside every footprint stands for itself.
    people = rows["footprint_population"].fillna(rows["population"])
    return rows.assign(footprint_population=people), "footprint", "footprint_population"
