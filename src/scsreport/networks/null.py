"""What chance would give: graphs in which every city keeps its number of ties."""

# scipy carries no types
# mypy: disable-error-code="no-untyped-call,attr-defined"

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.sparse import coo_array, csr_array
from scipy.special import expit

from scsreport import checks
from scsreport.geometry import Floats, kilometres, unit_vectors
from scsreport.networks.graphs import MADE_BY, Graph, Positions, codes_by_city

__all__ = ["distance_decay", "rewired"]

LEAST_KM = 1.0  # nearer cities count as so far apart, so that a logarithm exists
LARGEST_DECAY = 50.0
MOST_SWAPS, MOST_PAIRS = 10_000, 100_000_000
LATITUDE = checks.Range("degrees, -90 to 90", -90.0, 90.0)
LONGITUDE = checks.Range("degrees, -180 to 180", -180.0, 180.0)
DECAY = checks.Range("a number from 0 to 50", 0.0, LARGEST_DECAY)


def rewired(
    graph: Graph,
    rng: np.random.Generator,
    *,
    places: pd.DataFrame | None = None,
    decay: float = 0.0,
    swaps: int = 10,
    country: pd.Series[Any] | None = None,
) -> Graph:
    """Draw a graph in which each city has as many ties as here, by swapping ends of ties.

    Two ties a-b and c-d become a-d and c-b, unless a city would meet itself or a tie be there
    already. With a decay a swap is taken with the odds of gravity, the product of all distances of
    ties to the power of minus the decay (Metropolis), so that far ties stay as rare as they are.
    With countries, ties within one are swapped among themselves, and those between two so that they
    stay such: each city keeps its domestic and its foreign number of ties.

    Parameters
    ----------
    graph : Graph
        Cities and ties; strengths are left out.
    rng : Generator
        Source of the draws.
    places : DataFrame, optional
        ``lat`` and ``lon`` in degrees, by city; needed with a decay.
    decay : float, default 0
        Power of distance, as :func:`distance_decay` estimates it; 0 for degrees alone.
    swaps : int, default 10
        Swaps tried for each tie.
    country : Series, optional
        By city.

    Returns
    -------
    Graph
        Same cities, same degrees, every tie of strength 1.

    Raises
    ------
    ValueError
        If the decay is below 0 or above 50, or a city has no place or, where countries are given,
        no country.

    References
    ----------
    Maslov, S. and Sneppen, K. (2002), Specificity and stability in topology of protein networks,
    Science 296.

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> ring = graph(pd.DataFrame({"a": list("abcdef"), "b": list("bcdefa")}))
    >>> rewired(ring, np.random.default_rng(1)).degrees.tolist()
    [2, 2, 2, 2, 2, 2]
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    checks.generator("rng", rng)
    decay = checks.number("decay", decay, DECAY)
    swaps = checks.whole("swaps", swaps, 0, MOST_SWAPS)
    a, b = graph.ends
    n = len(graph.names)
    log_km = None if decay == 0 or len(a) < 2 or not swaps else _log_km(graph, places)
    drawn = [
        _swapped(a[kind], b[kind], apart, rng, swaps, log_km, decay)
        for kind, apart in _kinds(graph, country)
    ]
    ends = np.concatenate(drawn, axis=1)
    one_way = coo_array((np.ones(ends.shape[1]), tuple(ends)), shape=(n, n))
    return Graph(graph.names, csr_array(one_way + one_way.T))


def _kinds(graph: Graph, country: pd.Series[Any] | None) -> Iterator[tuple[Positions, list[int]]]:
    """Yield the ties that are swapped among themselves, and codes that ends of a tie may not share.

    All ties and cities themselves, or those between countries, and those within each.
    """
    a, b = graph.ends
    themselves = list(range(len(graph.names)))
    if country is None or not len(a):
        yield np.arange(len(a)), themselves
        return
    code = codes_by_city("country", country, graph)
    at_home = np.where(code[a] == code[b], code[a], -1)
    for kind in np.unique(at_home):
        yield np.flatnonzero(at_home == kind), code.tolist() if kind < 0 else themselves


def _swapped(
    a: Positions,
    b: Positions,
    apart: list[int],
    rng: np.random.Generator,
    swaps: int,
    log_km: Floats | None,
    decay: float,
) -> Positions:
    """Try swaps one after another: each depends on those before it, so no array does them all.

    No tie may join cities of one code in ``apart``.
    """
    if len(a) < 2 or not swaps:
        return np.array([a, b])
    from_, to = a.tolist(), b.tolist()
    tries = swaps * len(from_)
    there = set(zip(from_, to, strict=True)) | set(zip(to, from_, strict=True))
    chosen = rng.integers(len(from_), size=(tries, 2)).tolist()
    turned = (rng.random(tries) < 0.5).tolist()
    luck = np.log(1 - rng.random(tries)).tolist()
    for (one, other), turn, least in zip(chosen, turned, luck, strict=True):
        p, q = from_[one], to[one]
        r, s = (to[other], from_[other]) if turn else (from_[other], to[other])
        if apart[p] == apart[s] or apart[r] == apart[q] or (p, s) in there or (r, q) in there:
            continue
        if log_km is not None:
            farther = log_km[p, s] + log_km[r, q] - log_km[p, q] - log_km[r, s]
            if least > -decay * farther:
                continue
        there -= {(p, q), (q, p), (r, s), (s, r)}
        there |= {(p, s), (s, p), (r, q), (q, r)}
        from_[one], to[one], from_[other], to[other] = p, s, r, q
    return np.array([from_, to], dtype=np.intp)


def distance_decay(
    graph: Graph, places: pd.DataFrame, rng: np.random.Generator, *, pairs: int = 100_000
) -> float:
    """Estimate how fast ties thin out with distance, whatever the degrees of cities are.

    Of two ties a-b and c-d, and the ties a-d and c-b that a swap would make of them, the first two
    are there. Their odds depend on distances alone, since each city keeps its ties: a logit of one
    coefficient, the power of distance.

    Parameters
    ----------
    graph : Graph
        Cities and ties, two ties or more that can be swapped.
    places : DataFrame
        ``lat`` and ``lon`` in degrees, by city.
    rng : Generator
        Source of the pairs of ties.
    pairs : int, default 100,000
        Pairs drawn.

    Returns
    -------
    float
        Power of distance, from 0 (none) to 50.

    Raises
    ------
    ValueError
        If a city has no place, or no two ties can be swapped.

    References
    ----------
    Graham, B. S. (2017), An econometric model of network formation with degree heterogeneity,
    Econometrica 85(4).

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> near = graph(pd.DataFrame({"a": ["Lyon", "Osaka"], "b": ["Paris", "Tokyo"]}))
    >>> places = pd.DataFrame({"lat": [45.8, 48.9, 34.7, 35.7], "lon": [4.8, 2.4, 135.5, 139.7]},
    ...                       index=["Lyon", "Paris", "Osaka", "Tokyo"])
    >>> distance_decay(near, places, np.random.default_rng(1), pairs=100)
    50.0
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    checks.generator("rng", rng)
    log_km = _log_km(graph, places)
    a, b = graph.ends
    if not len(a):
        raise ValueError("graph: found no tie, expected two or more")
    one, other = rng.integers(len(a), size=(2, checks.whole("pairs", pairs, 1, MOST_PAIRS)))
    turn = rng.random(len(one)) < 0.5
    p, q = a[one], b[one]
    r, s = np.where(turn, b[other], a[other]), np.where(turn, a[other], b[other])
    apart = (p != r) & (p != s) & (q != r) & (q != s)
    p, q, r, s = (ends[apart] for ends in (p, q, r, s))
    adjacency = graph.adjacency
    free = (adjacency[p, s] == 0) & (adjacency[r, q] == 0)
    farther = (log_km[p, s] + log_km[r, q] - log_km[p, q] - log_km[r, s])[np.asarray(free)]
    if not len(farther):
        raise ValueError("graph: found no two ties whose ends can be swapped, expected some")

    def score(decay: float) -> float:
        return float((farther * expit(-decay * farther)).sum())

    if score(0.0) <= 0:
        return 0.0
    if score(LARGEST_DECAY) >= 0:
        return LARGEST_DECAY
    return float(brentq(score, 0.0, LARGEST_DECAY))


def _log_km(graph: Graph, places: pd.DataFrame | None) -> Floats:
    """Return logarithms of distances between all cities."""
    table = checks.frame("places", places, ["lat", "lon"], each_row_once=True)
    lost = graph.names.difference(table.index)
    if len(lost):
        raise ValueError(f"places: found no {lost[0]}, expected a place for each city of graph")
    rows = table.loc[graph.names]
    points = unit_vectors(
        checks.column("places", rows, "lat", LATITUDE),
        checks.column("places", rows, "lon", LONGITUDE),
    )
    km = kilometres(points[:, None], points[None])
    return np.asarray(np.log(np.maximum(km, LEAST_KM)))
