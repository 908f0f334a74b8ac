"""The shape of a set of places or of their sizes: how many centres, how line-like, how large.

Every measure works on the unit sphere, so results do not depend on where the pole lies.
"""

from __future__ import annotations

# scipy carries no types
# mypy: disable-error-code="no-untyped-call"
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import ConvexHull, QhullError

from scsreport import checks
from scsreport.geometry import EARTH_KM, Floats, kilometres, unit_vectors

__all__ = [
    "BUFFER",
    "TOP",
    "Extent",
    "axis_ratio",
    "extent",
    "green",
    "linearity",
    "polycentricity",
]

BUFFER = 10.0  # km around the convex hull: two cities have an area too
LATITUDE = checks.Range("degrees from -90 to 90 (are lat and lon swapped?)", -90.0, 90.0)
LONGITUDE = checks.Range("degrees from -180 to 180", -180.0, 180.0)
TOP = 4  # largest cities in the slope of Meijers and Burger


class Extent(NamedTuple):
    """How far a set of places reaches.

    Attributes
    ----------
    length_km : float
        Longest path of the minimum spanning tree.
    area_km2 : float
        Convex hull with 10 km around it.
    tree_share : float
        Share of the minimum spanning tree on its longest path.
    """

    length_km: float
    area_km2: float
    tree_share: float


def polycentricity(sizes: npt.ArrayLike) -> tuple[float, int]:
    """Return the slope of rank and size among the largest cities: the flatter, the more centres.

    The mean of the slopes of ln(size) on ln(rank) over the two, the three and the four largest.

    Parameters
    ----------
    sizes : array_like, shape (n,)
        People, above zero.

    Returns
    -------
    slope : float
        Zero where all are of one size, else negative; NaN for fewer than two cities.
    n : int
        Cities used, four at most.

    Raises
    ------
    TypeError, ValueError
        If a size is no number, missing, infinite, zero or negative.

    References
    ----------
    Meijers, E. J. and Burger, M. J. (2010), Spatial structure and productivity in US metropolitan
    areas, Environment and Planning A 42(6).

    Examples
    --------
    >>> slope, n = polycentricity([800, 400, 800 / 3, 200, 50])
    >>> round(slope, 6), n
    (-1.0, 4)
    """
    people = checks.array("sizes", sizes, checks.ABOVE_ZERO, least=0, what="cities")
    largest = np.log(-np.sort(-people)[:TOP])
    ranks = np.log(np.arange(1, len(largest) + 1))
    away = [ranks[:k] - ranks[:k].mean() for k in range(2, len(largest) + 1)]
    slopes = [x @ largest[: len(x)] / (x @ x) for x in away]
    return float(np.mean(slopes)) if slopes else float("nan"), len(largest)


def green(sizes: npt.ArrayLike) -> float:
    """Return Green's index of polycentricity on sizes: 1 - sd / sd of (0, largest).

    Green defines it on links between cities, and multiplies it by their density for *functional*
    polycentricity; without flows it is taken on sizes, as morphological polycentricity.

    Parameters
    ----------
    sizes : array_like, shape (n,)
        People, zero or more, one above it.

    Returns
    -------
    float
        1 where all cities are of one size, towards 0 where one stands out; NaN for fewer than two.

    Raises
    ------
    TypeError, ValueError
        If a size is no number, missing, infinite or negative, or all are zero.

    References
    ----------
    Green, N. (2007), Functional polycentricity: a formal definition in terms of social network
    analysis, Urban Studies 44(11).

    Examples
    --------
    >>> green([4, 1]), green([5, 5, 5])
    (0.25, 1.0)
    """
    values = checks.array("sizes", sizes, checks.ZERO_OR_MORE, least=0, what="cities")
    if len(values) < 2:
        return float("nan")
    if not values.any():
        raise ValueError("sizes: all are zero, expected one above it")
    values = checks.scaled(values)
    return float(1 - values.std() / (values.max() / 2))


def linearity(
    places: pd.DataFrame, background: pd.DataFrame, *, draws: int, rng: np.random.Generator
) -> tuple[float, float, int]:
    """Compare the axis ratio of places with that of as many drawn from the settlements around.

    The null keeps the land: on a coast or in a valley any settlements lie in a line. Drawn are
    settlements as far from the middle of the places as the farthest of them, or nearer.

    Parameters
    ----------
    places, background : DataFrame
        ``lat`` and ``lon`` of the places and of the settlements of their country, which should
        include them.
    draws : int
        Random sets, drawn without repeats.
    rng : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    axis_ratio : float
        Minor to major axis, as standard deviations: 0 on a line, at most 1.
    p : float
        Share of draws at least as line-like, counting the places themselves. 1 for two places,
        which always lie in line; NaN if there are fewer settlements than places.
    pool : int
        Settlements drawn from.

    Raises
    ------
    TypeError, ValueError
        If a column or a value is missing, a coordinate is out of bounds, there are no draws, or
        ``rng`` is no Generator.
    """
    draws = checks.whole("draws", draws, 1)
    for name, table in (("places", places), ("background", background)):
        checks.frame(name, table, ["lat", "lon"])
        checks.column(name, table, "lat", LATITUDE)
        checks.column(name, table, "lon", LONGITUDE)
    return line_of(places, background, draws, checks.generator("rng", rng))


def line_of(
    places: pd.DataFrame, background: pd.DataFrame, draws: int, rng: np.random.Generator
) -> tuple[float, float, int]:
    """Do what :func:`linearity` does with places that have been checked.

    Parameters
    ----------
    places, background, draws, rng
        As there.

    Returns
    -------
    tuple
        As there.
    """
    at = unit_vectors(places["lat"], places["lon"])
    ratio = float(axis_ratio(at)) if len(at) else float("nan")
    pool = _around(at, unit_vectors(background["lat"], background["lon"]))
    if len(at) < 2 or len(pool) < len(at):
        return ratio, float("nan"), len(pool)
    drawn = _without_repeats(len(pool), len(at), draws, rng)
    as_flat = int((axis_ratio(pool[drawn]) <= ratio + 1e-6).sum())
    return ratio, (1 + as_flat) / (1 + draws), len(pool)


def _around(at: Floats, land: Floats) -> Floats:
    """Return the settlements as near to the middle of the places as the farthest of them."""
    middle = at.sum(axis=0) / max(np.linalg.norm(at.sum(axis=0)), 1e-12)
    radius = np.linalg.norm(at - middle, axis=1).max(initial=0) + 1e-9
    return np.asarray(land[np.linalg.norm(land - middle, axis=1) <= radius])


def _without_repeats(
    pool: int, size: int, draws: int, rng: np.random.Generator
) -> npt.NDArray[np.intp]:
    """Draw ``size`` of ``pool`` without repeats, for all draws at once, as Floyd does."""
    drawn = np.full((draws, size), -1)
    for k, last in enumerate(range(pool - size, pool)):
        pick = rng.integers(0, last + 1, draws)
        drawn[:, k] = np.where((drawn == pick[:, None]).any(axis=1), last, pick)
    return drawn


def axis_ratio(sets: Floats) -> Floats:
    """Return the minor over the major axis of sets of places, seen from straight above each.

    Parameters
    ----------
    sets : ndarray of shape (..., n, 3)
        Unit vectors.

    Returns
    -------
    ndarray of shape (...)
        0 on a line, at most 1.
    """
    middle = sets.mean(axis=-2, keepdims=True)
    up = middle / np.linalg.norm(middle, axis=-1, keepdims=True)
    away = sets - middle
    away -= (away * up).sum(axis=-1, keepdims=True) * up
    axes = np.linalg.eigvalsh(np.swapaxes(away, -1, -2) @ away)[..., 1:].clip(1e-18)
    return np.asarray(np.sqrt(axes[..., 0] / axes[..., 1]))


def extent(at: Floats) -> Extent:
    """Measure length, area and tree share of a set of places.

    Parameters
    ----------
    at : ndarray of shape (n, 3)
        Unit vectors of two places or more.

    Returns
    -------
    Extent
    """
    apart = kilometres(at[:, None], at[None]).clip(1e-6)  # zero is no link in a sparse matrix
    tree = minimum_spanning_tree(apart)
    length = float(dijkstra(tree, directed=False).max())
    try:
        hull: Any = ConvexHull(at @ np.linalg.svd(at.mean(axis=0)[None])[2][1:].T * EARTH_KM)
        inner, rim = hull.volume, hull.area
    except QhullError:  # two places, or all on one line
        inner, rim = 0.0, 2 * float(apart.max())
    area = inner + rim * BUFFER + np.pi * BUFFER**2
    return Extent(length, area, length / float(tree.sum()))
