"""People of countries by year, and what it says of a file when its parts do not add up to them."""

import math
from functools import cache

import pandas as pd

from scsreport.tables.datasets import load

__all__ = ["FEWEST", "MOST", "SLACK", "people_of", "unit_meant"]

FEWEST, MOST = 0.8, 1.25
"""Parts of a country over its people; official sources differ by up to a sixth."""

SLACK = 0.04
"""By how much more the people of a country may differ for each year without a count."""

UNITS = {
    1e-3: "in thousands, where people are expected: multiply by 1,000",
    1e-6: "in millions, where people are expected: multiply by 1,000,000",
    1e3: "1,000 times too many: divide by 1,000",
}
SHARES = {1.0: "shares of the country", 100.0: "per cent of the country"}


@cache
def _counts() -> dict[str, "pd.Series[float]"]:
    """Return by country its people by year, from two tables."""
    older = load("worldbank").dropna(subset="population")[["iso3", "year", "population"]]
    latest = load("countries").dropna(subset="population")
    latest = latest.rename(columns={"population_year": "year"})[["iso3", "year", "population"]]
    both = pd.concat([older, latest]).dropna().astype({"year": "int64", "population": "float64"})
    both = both[both["population"] > 0].drop_duplicates(["iso3", "year"])
    by_country = both.sort_values("year").groupby("iso3")
    return {str(iso3): rows.set_index("year")["population"] for iso3, rows in by_country}


@cache
def people_of(iso3: str, year: int) -> tuple[float, int]:
    """Return the people of a country, between counts by their growth.

    Parameters
    ----------
    iso3 : str
        ISO alpha-3 code.
    year : int
        Year.

    Returns
    -------
    tuple
        People, not a number where none are known, and the years to the nearest count.
    """
    counts = _counts().get(iso3)
    if counts is None:
        return math.nan, 0
    if year in counts.index:
        return float(counts[year]), 0
    before = counts[counts.index < year]
    after = counts[counts.index > year]
    if before.empty or after.empty:
        edge = after.index[0] if before.empty else before.index[-1]
        return float(counts[edge]), abs(int(edge) - year)
    first, last = before.index[-1], after.index[0]
    share = (year - first) / (last - first)
    growth = math.log(counts[last] / counts[first])
    return float(counts[first] * math.exp(share * growth)), 0


def unit_meant(found: float, expected: float, slack: float = 1.0) -> str:
    """Say in which unit a sum seems to be; empty where none explains it.

    Parameters
    ----------
    found : float
        The sum.
    expected : float
        The people there are, about.
    slack : float
        The factor by which these may be wrong.

    Returns
    -------
    str
    """
    for total, words in SHARES.items():
        if abs(found / total - 1) < 0.01:
            return f"{words}, where people are expected"
    ratio = found / expected
    for factor, words in UNITS.items():
        if FEWEST / slack / 2 < ratio / factor < MOST * slack * 2:
            return words
    return ""
