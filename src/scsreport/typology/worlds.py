"""Other worlds that the same data allow: cities a little larger or smaller, and elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from scsreport import checks
from scsreport.geometry import EARTH_KM, degrees, unit_vectors
from scsreport.typology.measures import DEFAULT, Thresholds, check
from scsreport.typology.model import forms

__all__ = ["KM", "PEOPLE", "disturbed", "world"]

PEOPLE, KM = 0.1, 1.0
"""How far sizes (share) and points (km) are off, one standard deviation: a census undated by some
years, and points that are rounded to the edge of a city of 100,000 as often as to its centre. Ours.
"""

SPREAD = checks.Range("a share, 0 to 2", 0.0, 2.0)
MOVED = checks.Range("km, 0 to 100", 0.0, 100.0)


def disturbed(
    places: pd.DataFrame,
    rng: np.random.Generator,
    *,
    people: float = PEOPLE,
    km: float = KM,
) -> pd.DataFrame:
    """Draw another size and another point for every place.

    Parameters
    ----------
    places : DataFrame
        ``lat``, ``lon`` in degrees and ``population`` (people), as in
        :func:`scsreport.typology.classify`.
    rng : Generator
        Source of the draws.
    people : float, default 0.1
        Standard deviation of the logarithm of the factor that each population is multiplied with.
    km : float, default 1
        Standard deviation of the move of each point in either direction, km.

    Returns
    -------
    DataFrame
        A copy with other values of the three columns.

    Raises
    ------
    ValueError, TypeError
        As in :func:`scsreport.typology.classify`; or a spread is out of bounds.

    Examples
    --------
    >>> places = pd.DataFrame({"lat": [0.0], "lon": [0.0], "population": [1e5], "country": "X"})
    >>> moved = disturbed(places, np.random.default_rng(1), people=0)
    >>> moved["population"].tolist(), bool(abs(moved["lat"][0]) < 0.1)
    ([100000.0], True)
    """
    places = check(places, "places")
    checks.generator("rng", rng)
    people, km = checks.number("people", people, SPREAD), checks.number("km", km, MOVED)
    points = unit_vectors(places["lat"], places["lon"])
    # A move in three directions, of which the sphere keeps the two along its surface.
    lat, lon = degrees(points + rng.normal(0, km / EARTH_KM, points.shape))
    factor = np.exp(rng.normal(0, people, len(places)))
    return places.assign(lat=lat, lon=lon, population=places["population"] * factor)


def world(
    cities: pd.Index[Any],
    rng: np.random.Generator,
    *,
    places: pd.DataFrame,
    people: float = PEOPLE,
    km: float = KM,
    thresholds: Thresholds = DEFAULT,
    **tables: Any,
) -> pd.Series[str]:
    """Type cities in one other world: sizes and points disturbed, thresholds drawn once.

    Parameters
    ----------
    cities : Index
        The rows of ``places`` to type.
    rng : Generator
        Source of the draws.
    places : DataFrame
        As in :func:`scsreport.typology.classify`.
    people, km : float
        As in :func:`disturbed`.
    thresholds : Thresholds
        The middle of what is drawn.
    **tables
        ``roads`` and ``footprints``, as in :func:`scsreport.typology.classify`; both stay as they
        are.

    Returns
    -------
    Series of str
        The form of each city in that world.

    Raises
    ------
    ValueError, TypeError
        As in :func:`scsreport.typology.classify`.

    Examples
    --------
    >>> places = pd.DataFrame(
    ...     {"lat": [0.0, 0.1, 5.0], "lon": [0.0, 0.0, 5.0], "population": [4e6, 2e5, 3e5],
    ...      "country": "X"}, index=["metropolis", "satellite", "far"])
    >>> world(places.index[1:], np.random.default_rng(1), places=places).to_list()
    ['cluster', 'hub']
    """
    other = disturbed(places, rng, people=people, km=km)
    options: Any = {"thresholds": thresholds, "runs": 1, "rng": rng, **tables}
    return forms(other.loc[cities], places=other, **options)["type"]
