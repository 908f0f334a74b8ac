"""What a reader needs to work a link through: cities of a country, their people, the km between.

The measure is :func:`scsreport.connectivity.link_effect`; the page of the laboratory repeats it on
these numbers, and a test holds the two against each other.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from scsreport.findings import connectivity
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = ["FEWEST", "Roads", "presets", "roads"]

FEWEST = 2
"""Cities between which a link can be."""


class Roads(NamedTuple):
    """Cities of one country, the largest first, and the way between them by road.

    Attributes
    ----------
    cities : DataFrame
        By ``geonameid``: ``name`` and ``population``.
    first, second : ndarray of int, shape (n,)
        Places in ``cities`` of the two ends of each known way, the first before the second.
    km : ndarray of float, shape (n,)
        Length of each.
    """

    cities: pd.DataFrame
    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    km: npt.NDArray[np.float64]


@computed_once
def roads() -> dict[str, Roads]:
    """Return the cities of each country with two or more, and the known ways between them.

    Returns
    -------
    dict of Roads
        By ISO alpha-2 code, in order. Suburbs and parts of cities are left out, as where links are
        worked through in the chapter on connectivity.
    """
    listed = load("cities").query("kind == 'city'").set_index("geonameid")
    listed = listed.sort_values("population", ascending=False)
    ways = load("road-distances")
    whole = ways["geonameid_a"].isin(listed.index) & ways["geonameid_b"].isin(listed.index)
    ways = ways[whole].assign(
        country=listed["country"].reindex(ways.loc[whole, "geonameid_a"]).to_numpy(),
        other=listed["country"].reindex(ways.loc[whole, "geonameid_b"]).to_numpy(),
    )
    by_country = dict(list(ways.query("country == other").groupby("country")))
    return {
        str(country): _of_country(cities, by_country.get(country, ways.head(0)))
        for country, cities in listed.groupby("country")
        if len(cities) >= FEWEST
    }


def _of_country(cities: pd.DataFrame, ways: pd.DataFrame) -> Roads:
    names = ("geonameid_a", "geonameid_b")
    ends = np.stack([cities.index.get_indexer(pd.Index(ways[name])) for name in names])
    first, second = ends.min(axis=0), ends.max(axis=0)
    order = np.lexsort([second, first])
    km = ways["km"].to_numpy(float)
    return Roads(cities[["name", "population"]], first[order], second[order], km[order])


def presets() -> pd.DataFrame:
    """Return the named links of which the minutes before and after are known.

    Returns
    -------
    DataFrame
        By ``link``: ``country``, GeoNames ids ``first`` and ``second``, minutes ``before`` and
        ``after`` from station to station.
    """
    country: Any = load("cities").set_index("geonameid")["country"]
    minutes = connectivity.link_minutes()[["before", "after"]].dropna()
    cases = pd.DataFrame(connectivity.CASES, index=["first", "second", "printed"]).T
    named = cases.loc[minutes.index, ["first", "second"]].astype(int)
    return named.join(minutes).assign(country=country.reindex(named["first"]).to_numpy())
