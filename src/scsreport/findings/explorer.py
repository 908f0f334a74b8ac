"""All cities of the world in one order, and the countries that they are in."""

import pandas as pd

from scsreport.findings import profiles

__all__ = ["cities", "countries"]


def cities() -> pd.DataFrame:
    """Return all cities, the largest of the world first.

    Returns
    -------
    DataFrame
        As :func:`scsreport.findings.profiles.cities`.
    """
    return profiles.cities().sort_values("population", ascending=False, kind="stable")


def countries() -> pd.DataFrame:
    """Return the countries that have a city, in order of names.

    Returns
    -------
    DataFrame
        By ``country``: ``slug``, ``name`` and ``continent``.
    """
    known = profiles.countries()[["slug", "name", "continent"]]
    return known[known.index.isin(profiles.cities()["country"].unique())]
