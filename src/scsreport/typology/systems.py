"""Clusters and corridors as systems of cities: who belongs together, and how line-like it is.

Cities are typed one by one elsewhere; here they are put together. Systems are national, because
closed borders draw false lines, so a corridor across a border (Lagos-Abidjan) is found in parts.

A *cluster* city follows the strongest pull among the larger cities of its country within reach,
population / distance squared, and the mates of its contiguous urban area. Pull leads uphill to one
centre, so a cluster ends where another centre pulls more: a plain full of towns does not chain
together, as it would under single linkage.

A *corridor* is a string of cities that hangs on a larger one. Where a trip costs the square of
each leg it stops at every city near its way. Among such trips from the larger cities the one that
serves most corridor cities becomes a corridor if it is line-like; of as many, one between two
larger cities, then the shortest. Then comes the one that serves most of the rest, until none serves
another. Larger cities may lie on several corridors, corridor cities belong to one.

Every measure works on the unit sphere, so results do not depend on where the pole lies.
"""

from __future__ import annotations

# scipy carries no types
# mypy: disable-error-code="no-untyped-call"
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from scipy.spatial import ConvexHull, KDTree, QhullError

from scsreport.geometry import EARTH_KM, Floats, chord_to_km, kilometres, km_to_chord, unit_vectors

__all__ = [
    "APART",
    "BUFFER",
    "COLUMNS",
    "NEIGHBOURS",
    "TABLE",
    "TOP",
    "Systems",
    "detect",
    "green",
    "linearity",
    "polycentricity",
]

COLUMNS = ("name", "country", "lat", "lon", "population")
TABLE = "form name country n people length_km area_km2 tree_share slope green axis_ratio p_line"
NEIGHBOURS = 12  # of a city that a trip may go to next
BUFFER = 10.0  # km around the convex hull: two cities have an area too
TOP = 4  # largest cities in the slope of Meijers and Burger
APART = 4.0  # a fourth coordinate for the country: no chord of the unit sphere is as long

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Systems:
    """Clusters and corridors, as made by :func:`detect`.

    Attributes
    ----------
    members : DataFrame
        One row per city and system, indexed by city: ``system``; ``form``; ``position``, km along
        a corridor from its larger end (NaN in clusters); ``role``, "member" or "centre" (the
        larger cities that a system gathers around or hangs on); ``own``, whether the system has
        the form of the city. A city has one row with ``own`` at most, but can be the centre of
        other systems.
    table : DataFrame
        One row per ``system``, numbered by people within each form: ``form``, ``name`` (of its
        two largest cities), ``country``, ``n`` (cities), ``people``, ``length_km`` (longest path
        of the minimum spanning tree), ``area_km2`` (convex hull with 10 km around it),
        ``axis_ratio`` (minor to major axis, standard deviations), ``tree_share`` (of the minimum
        spanning tree on its longest path), ``slope`` (:func:`polycentricity`), ``green``
        (:func:`green`) and ``p_line`` (:func:`linearity`).
    """

    members: pd.DataFrame
    table: pd.DataFrame


def detect(
    cities: pd.DataFrame,
    forms: pd.DataFrame,
    *,
    reach: float = 50.0,
    link: float = 300.0,
    longest: float = 1000.0,
    axis_cut: float = 0.36,
    background: pd.DataFrame | None = None,
    draws: int = 200,
    rng: np.random.Generator | None = None,
) -> Systems:
    """Put typed cities together into clusters and corridors.

    Parameters
    ----------
    cities : DataFrame
        One row per city, indexed by its id: ``name``, ``country``, ``lat``, ``lon``,
        ``population`` and, if known, ``footprint``, the id of its contiguous urban area.
    forms : DataFrame
        Column ``type`` (hub, cluster, corridor), indexed like ``cities``; cities that are missing
        from it, such as the largest of each country, count as larger cities.
    reach : float, default 50
        How far the pull of a centre reaches, km.
    link, longest : float, default 300 and 1,000
        Longest leg between neighbours on a corridor, and longest corridor, km.
    axis_cut : float, default 0.36
        Largest ratio of minor to major axis of a corridor: the named ones reach .33.
    background : DataFrame, optional
        Settlements for the null of :func:`linearity`: ``country``, ``lat`` and ``lon``. The
        cities, if not given.
    draws : int, default 200
        Random draws for each system; without any its shape is left out too.
    rng : numpy.random.Generator, optional
        Source of the draws; a fixed one if not given.

    Returns
    -------
    Systems
        Members and table; both are empty if nothing is found.

    Raises
    ------
    ValueError
        If a column is missing or a row is there twice.

    Examples
    --------
    >>> cities = pd.DataFrame({"name": list("abc"), "country": "X", "lat": 0.0,
    ...                        "lon": [0.0, 1.0, 2.0], "population": [2e6, 2e5, 1e6]})
    >>> between = pd.DataFrame({"type": ["corridor"]}, index=[1])
    >>> detect(cities, between).members[["system", "position"]].round().values.tolist()
    [['corridor-1', 0.0], ['corridor-1', 111.0], ['corridor-1', 222.0]]
    """
    for label, frame, wanted in (("cities", cities, COLUMNS), ("forms", forms, ("type",))):
        absent = [f"column {name!r} is missing" for name in wanted if name not in frame]
        twice = [f"row {row} is there twice" for row in frame.index[frame.index.duplicated()]]
        if faults := absent + twice:
            raise ValueError(f"{label}: {faults[0]}; expected {', '.join(wanted)}, one row a city")
    cities = cities.sort_index()
    types = forms["type"].reindex(cities.index).to_numpy(object)
    at, size = unit_vectors(cities["lat"], cities["lon"]), cities["population"].to_numpy(float)
    every, land = np.arange(len(cities)), pd.factorize(cities["country"], sort=True)[0]
    urban = pd.factorize(cities["footprint"])[0] if "footprint" in cities else np.full(len(at), -1)
    # A contiguous urban area on this side of the border; a city outside is one of its own.
    area = np.where(urban < 0, len(cities) + every, urban) * (len(cities) + 1) + land
    nan, needs = np.full(len(cities), np.nan), types == "corridor"
    groups = _clusters(types == "cluster", at, size, land, _largest(every, size, area), reach)
    parts = [("cluster", g, nan[g], types[g] == "cluster", np.arange(len(g)) > 0) for g in groups]
    stops = np.flatnonzero((types != "cluster") | np.isin(every, [of[0] for of in groups]))
    stop = _largest(stops, size, area)  # each city hangs on that of its urban area
    nodes, held = np.unique(stop[stops]), np.isin(every, stop[needs])
    for of in (nodes[land[nodes] == country] for country in np.unique(land[nodes])):
        ends = ~needs[of] | (size[of] == size[of].max())
        for path, new in _corridors(at[of], ends, held[of], link, longest, axis_cut):
            string, km = of[path], nan.copy()
            string = string if size[string[0]] >= size[string[-1]] else string[::-1]
            km[string] = np.append(0, np.cumsum(kilometres(at[string[1:]], at[string[:-1]])))
            own = needs & np.isin(stop, of[new])
            on = np.flatnonzero(np.isin(every, string) | own)
            on = on[np.argsort(km[stop[on]], kind="stable")]
            parts.append(("corridor", on, km[stop[on]], own[on], own[on]))
    parts.sort(key=lambda part: (-size[part[1]].sum(), part[1][0]))
    places, rank, rows = cities[["lat", "lon"]].astype(float), Counter[str](), {}
    names, countries = (cities[name].to_numpy(object) for name in ("name", "country"))
    settled = (cities if background is None else background).groupby("country")[["lat", "lon"]]
    around: dict[Any, pd.DataFrame] = dict(list(settled))
    rng = np.random.default_rng(0) if rng is None else rng
    # Boroughs and twins count, but do not give a system its name.
    rate = np.where(cities["kind"] == "city", size, size / 1e9) if "kind" in cities else size
    for form, of, *_ in parts:
        rank[form] += 1
        largest, country = of[np.argsort(-rate[of], kind="stable")[:2]], countries[of[0]]
        shape: tuple[float, ...] = (np.nan,) * 7
        if draws:
            line = linearity(places.iloc[of], around.get(country, places[:0]), draws=draws, rng=rng)
            shape = (*_shape(at[of]), polycentricity(size[of])[0], green(size[of]), *line[:2])
        head = form, "–".join(names[largest]), country, len(of), size[of].sum()
        rows[f"{form}-{rank[form]}"] = (*head, *shape)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=TABLE.split())
    flat = ((every[:0], nan[:0], needs[:0], needs[:0]), *(part[1:] for part in parts))
    of, km, own, low = (np.concatenate(column) for column in zip(*flat, strict=True))
    members = pd.DataFrame({"position": km, "own": own}, cities.index[of])
    members.insert(0, "system", np.repeat(table.index, table["n"].astype(int)))
    members.insert(1, "form", members["system"].map(table["form"]))
    members.insert(3, "role", np.where(own & low, "member", "centre"))
    return Systems(members, table.rename_axis("system"))


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
    largest = np.log(-np.sort(-np.asarray(sizes, float))[:TOP])
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
        People.

    Returns
    -------
    float
        1 where all cities are of one size, towards 0 where one stands out; NaN for fewer than two.

    References
    ----------
    Green, N. (2007), Functional polycentricity: a formal definition in terms of social network
    analysis, Urban Studies 44(11).

    Examples
    --------
    >>> green([4, 1]), green([5, 5, 5])
    (0.25, 1.0)
    """
    values = np.asarray(sizes, float)
    return float(1 - values.std() / (values.max() / 2)) if len(values) > 1 else float("nan")


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
    """
    at, land = (unit_vectors(rows["lat"], rows["lon"]) for rows in (places, background))
    ratio = float(_axis_ratio(at)) if len(at) else float("nan")
    middle = at.sum(axis=0) / max(np.linalg.norm(at.sum(axis=0)), 1e-12)
    radius = np.linalg.norm(at - middle, axis=1).max(initial=0) + 1e-9
    land = land[np.linalg.norm(land - middle, axis=1) <= radius]
    if len(at) < 2 or len(land) < len(at):
        return ratio, float("nan"), len(land)
    # Floyd's draw without repeats, for all draws at once.
    drawn = np.full((draws, len(at)), -1)
    for k, last in enumerate(range(len(land) - len(at), len(land))):
        pick = rng.integers(0, last + 1, draws)
        drawn[:, k] = np.where((drawn == pick[:, None]).any(axis=1), last, pick)
    as_flat = int((_axis_ratio(land[drawn]) <= ratio + 1e-6).sum())
    return ratio, (1 + as_flat) / (1 + draws), len(land)


def _largest(rows: Array, size: Floats, area: Array) -> Array:
    """Return for each city the largest of its area among some rows; others stand for themselves."""
    order = rows[np.lexsort((rows, -size[rows]))]
    stands = np.arange(len(size))
    stands[order] = pd.Series(order).groupby(area[order]).transform("first")
    return stands


def _clusters(
    own: Array, at: Floats, size: Floats, land: Array, largest: Array, reach: float
) -> list[Array]:
    """Return the cities of each cluster, the largest first."""
    tree = KDTree(np.column_stack([at, land * APART]))
    pairs = tree.query_pairs(km_to_chord(reach), output_type="ndarray")
    up = (size[pairs[:, 0]] <= size[pairs[:, 1]])[:, None]
    low, high = np.where(up, pairs, pairs[:, ::-1]).T
    low, high = low[own[low]], high[own[low]]
    pull = size[high] / np.maximum(kilometres(at[low], at[high]), 1) ** 2
    order = np.lexsort((high, -pull, low))
    strongest = order[np.unique(low[order], return_index=True)[1]]
    mates = np.flatnonzero(own & (largest != np.arange(len(at))))
    start, end = np.append(low[strongest], mates), np.append(high[strongest], largest[mates])
    links = coo_array((np.ones(len(start)), (start, end)), shape=(len(at), len(at)))
    _, label = connected_components(links, directed=False)
    order = np.lexsort((-size, label))
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    return [group for group in groups if len(group) > 1]


def _corridors(
    at: Floats, ends: Array, held: Array, link: float, longest: float, axis_cut: float
) -> list[tuple[Array, Array]]:
    """Return the places of each corridor of a country in order, and those new to it."""
    count, sources = len(at), np.flatnonzero(ends)
    if count < 3 or not held.any():
        return []
    near = range(2, min(NEIGHBOURS + 1, count) + 1)
    chord, other = KDTree(at).query(at, k=near, distance_upper_bound=km_to_chord(link))
    place, column = np.nonzero(np.isfinite(chord))
    cost = np.maximum(chord_to_km(chord[place, column]), 1) ** 2
    legs = coo_array((cost, (place, other[place, column])), shape=(count, count)).tocsr()
    _, back = dijkstra(legs.maximum(legs.T), indices=sources, return_predecessors=True)
    # Walk all trips back to their start at once, one stop at a time.
    source, target = np.nonzero((back >= 0) & (~ends | (sources[:, None] < np.arange(count))))
    trip, stop, length = np.arange(len(source)), target, np.zeros(len(source))
    walked = [(trip, stop)]
    while len(trip):
        before = back[source[trip], stop]
        length[trip] += kilometres(at[before], at[stop])
        walked.append((trip, before))
        going = (before != sources[source[trip]]) & (length[trip] <= longest)
        trip, stop = trip[going], before[going]
    row, column = (np.concatenate(part) for part in zip(*walked, strict=True))
    on = csr_array((np.ones(len(row)), (row, column)), shape=(len(length), count)).tocsc()
    held, gain = held.copy(), np.where(length <= longest, on @ held, -np.inf)
    found: list[tuple[Array, Array]] = []
    # Most corridor cities first; of as many, trips between larger cities, then the shortest.
    rest = ends[target] / 2 - length / longest / 2
    while len(gain) and gain[best := int(np.argmax(gain + rest))] > 0:
        path = [int(target[best])]
        while path[-1] != sources[source[best]]:
            path.append(int(back[source[best], path[-1]]))
        served = np.flatnonzero(held[path])
        larger = np.flatnonzero(ends[path])
        low = max(larger[larger <= served[0]], default=served[0])
        high = min(larger[larger >= served[-1]], default=served[-1])
        string, new = np.array(path[low : high + 1]), np.array(path)[served]
        if len(string) < 3 or _axis_ratio(at[string]) > axis_cut:
            gain[best] = -np.inf
            continue
        found.append((string, new))
        held[new] = False
        gain -= on[:, new].sum(axis=1)
    return found


def _axis_ratio(sets: Floats) -> Floats:
    """Return the minor over the major axis of sets of places, seen from straight above each."""
    middle = sets.mean(axis=-2, keepdims=True)
    up = middle / np.linalg.norm(middle, axis=-1, keepdims=True)
    away = sets - middle
    away -= (away * up).sum(axis=-1, keepdims=True) * up
    axes = np.linalg.eigvalsh(np.swapaxes(away, -1, -2) @ away)[..., 1:].clip(1e-18)
    return np.asarray(np.sqrt(axes[..., 0] / axes[..., 1]))


def _shape(at: Floats) -> tuple[float, float, float]:
    """Return length in km, area in km2 and the share of the spanning tree on its longest path."""
    apart = kilometres(at[:, None], at[None]).clip(1e-6)  # zero is no link in a sparse matrix
    tree = minimum_spanning_tree(apart)
    length = float(dijkstra(tree, directed=False).max())
    try:
        hull: Any = ConvexHull(at @ np.linalg.svd(at.mean(axis=0)[None])[2][1:].T * EARTH_KM)
        inner, rim = hull.volume, hull.area
    except QhullError:  # two places, or all on one line
        inner, rim = 0.0, 2 * float(apart.max())
    return length, inner + rim * BUFFER + np.pi * BUFFER**2, length / float(tree.sum())
