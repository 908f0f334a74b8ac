"""Which cities of the list have a population that may not be that of a city."""

import pandas as pd

from scsreport import credibility
from scsreport.tables.datasets import load

__all__ = ["doubts"]


def doubts() -> pd.DataFrame:
    """Flag every city of the list by the rules of :mod:`scsreport.credibility`.

    Returns
    -------
    DataFrame
        One row per ``geonameid``, cities that are part of another left out: the flags.
    """
    cities = load("cities").query("kind == 'city'").set_index("geonameid")
    return credibility.doubts(cities, load("footprints")).reset_index()
