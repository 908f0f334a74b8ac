"""Where a city stands among the others: the measures behind hub, cluster and corridor.

All of them are free of size in the sense that only ratios of populations enter: doubling every
population, and the thresholds in people with it, changes nothing. Neighbours are those of the
same country, since the labels and the systems of the report are national; all geometry is done on
unit vectors, which know neither poles nor antimeridian.
"""

from __future__ import annotations

# scipy.spatial carries no types
# mypy: disable-error-code="no-untyped-call"
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from scsreport.geometry import Floats, chord_to_km, kilometres, km_to_chord, unit_vectors

__all__ = [
    "APART_KM",
    "AXIS_KM",
    "BLOCK",
    "DEFAULT",
    "LEAST_KM",
    "NEAREST",
    "RANGES",
    "STRONGEST",
    "TERMS",
    "THROUGH_KM",
    "TOUCH_KM",
    "WINDOW_KM",
    "Thresholds",
    "check",
    "measure",
    "nodes",
]

Ints = npt.NDArray[np.intp]

WINDOW_KM = 400.0  # how far a neighbour is looked for; a city with none is given this distance
THROUGH_KM = 300.0  # how far the ends of a path through a city may lie
AXIS_KM = 200.0
STRONGEST = 40  # neighbours, by mass over distance, whose pairs are looked at
NEAREST = 9  # neighbours of the spanning tree
APART_KM = 10.0  # nearer than this a neighbour is the same place, not an end of a path
TOUCH_KM = 15.0  # nearer than this, cities count as of one footprint where none are given
LEAST_KM = 20.0  # shorter trips do not weigh more
BLOCK = 1_000  # cities at a time, which bounds memory


@dataclass(frozen=True)
class Thresholds:
    """What counts as near, as a city, as large and as on the way. All are ours.

    Parameters
    ----------
    size_floor : float
        People from which a place is a city.
    large : float
        People from which a city is large; twice as many make a city of a million.
    reach : float
        Km within which cities are neighbours of one agglomeration.
    detour : float
        A city is on the way between two others if the path through it is at most so many times
        as long as the path between them.
    contested : float
        A type is contested if it wins in less than this share of the runs.
    """

    size_floor: float = 100_000
    large: float = 500_000
    reach: float = 50.0
    detour: float = 1.10
    contested: float = 0.6

    def __post_init__(self) -> None:
        for field in fields(self):
            value, least = getattr(self, field.name), 1.0 if field.name == "detour" else 0.0
            if not np.isfinite(value) or value <= least:
                raise ValueError(
                    f"thresholds: {field.name} holds {value:g}; expected a number over {least:g}"
                )


DEFAULT = Thresholds()
RANGES: Mapping[str, tuple[float, float]] = {
    "size_floor": (0.5, 1.5),
    "large": (0.6, 1.4),
    "reach": (0.6, 1.6),
    "detour": (0.5, 2.0),
}
"""What each threshold is multiplied with in the runs (of ``detour``, what is over one)."""

Grid = dict[str, tuple[tuple[str, ...], Floats]]
Between = Callable[[Ints, Ints], Floats]


def _log_km(km: Floats) -> Floats:
    return np.log(np.maximum(km, 3.0))


def _log_share(share: Floats) -> Floats:
    return np.log(share + 1e-3)


TERMS: Mapping[str, tuple[tuple[str, ...], Callable[[Floats], Floats]]] = {
    "km_larger": ((), _log_km),
    "km_large": (("large",), _log_km),
    "km_million": (("large",), _log_km),
    "shadow_near": (("reach",), np.log1p),
    "shadow": (("reach",), np.log1p),
    "cities_near": (("reach", "size_floor"), np.log1p),
    "footprint_mates": (("size_floor",), np.log1p),
    "dominance": (("reach",), np.log),
    "interposition": (("size_floor", "detour"), _log_share),
    "pass_through": (("size_floor", "detour"), _log_share),
    "km_span": (("large", "detour"), _log_km),
}
"""The measures that the model adds up: the thresholds each depends on, and its scale."""


def nodes(name: str, thresholds: Thresholds) -> Floats:
    """Return the lowest, the middle and the highest value of a threshold in the runs.

    Parameters
    ----------
    name : str
        A key of :data:`RANGES`.
    thresholds : Thresholds
        The middle.

    Returns
    -------
    ndarray of shape (3,)
    """
    factors, value = np.array([RANGES[name][0], 1.0, RANGES[name][1]]), getattr(thresholds, name)
    return np.asarray(1 + (value - 1) * factors if name == "detour" else value * factors)


def check(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """Return the frame indexed by city, after looking for what would spoil every measure.

    Parameters
    ----------
    frame : DataFrame
        ``lat``, ``lon`` in degrees, ``population`` (people) and ``country``, indexed by id or
        with a column ``geonameid``.
    what : str
        Its name in messages.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        If a column is missing, an id repeats, a coordinate, population or country is missing,
        or a number is out of bounds; the message names row and column.
    """
    if "geonameid" in frame:
        frame = frame.set_index("geonameid")
    for name in (wanted := ["lat", "lon", "population", "country"]):
        if name not in frame:
            raise ValueError(f"{what}: column {name!r} is missing; expected {', '.join(wanted)}")
    if (twice := frame.index.duplicated()).any():
        raise ValueError(f"{what}: row {frame.index[twice][0]} is there twice; drop one of them")
    for name, low, high, expected in (
        ("lat", -90, 90, "degrees from -90 to 90 (are lat and lon swapped?)"),
        ("lon", -180, 180, "degrees from -180 to 180"),
        ("population", 0, np.inf, "people, zero or more (a city more than zero)"),
    ):
        values = pd.to_numeric(frame[name], errors="coerce").to_numpy(float, na_value=np.nan)
        wrong = ~(np.isfinite(values) & (values >= low) & (values <= high))
        if name == "population" and what == "cities":
            wrong |= values == 0
        if wrong.any():
            row = frame.index[wrong][0]
            found = frame.loc[row, name]
            raise ValueError(
                f"{what}: row {row}, column {name!r} holds {found}; expected {expected} "
                f"({wrong.sum()} such rows)"
            )
    if (gap := frame["country"].isna() | (frame["country"] == "")).any():
        raise ValueError(
            f"{what}: row {frame.index[gap][0]}, column 'country' is missing; expected a code "
            '(Namibia is the text "NA": read the file with keep_default_na=False)'
        )
    return frame


@dataclass(frozen=True)
class _Places:
    """Columns of a frame as arrays."""

    point: Floats
    people: Floats
    country: Ints
    row: Ints  # position among the places that others may have as neighbours, or -1

    def between(self, a: Ints, b: Ints) -> Floats:
        """Return great-circle distances of pairs of places."""
        return kilometres(self.point[a], self.point[b])

    def __getitem__(self, rows: npt.NDArray[np.bool_] | Ints | slice) -> _Places:
        return _Places(self.point[rows], self.people[rows], self.country[rows], self.row[rows])


def _pairs(
    cities: _Places, others: _Places, tree: KDTree, within: float
) -> tuple[Ints, Ints, Floats]:
    """Return positions and km of neighbours within reach, in the same country, not oneself."""
    near = KDTree(cities.point).sparse_distance_matrix(
        tree, km_to_chord(within), output_type="coo_matrix"
    )
    i, j = near.row.astype(np.intp), near.col.astype(np.intp)
    kept = (cities.country[i] == others.country[j]) & (cities.row[i] != others.row[j])
    return i[kept], others.row[j[kept]], chord_to_km(near.data[kept])


def _strongest(
    n: int, i: Ints, j: Ints, km: Floats, weight: Floats, count: int
) -> tuple[Ints, Floats]:
    """Return per city its neighbours of most weight, -1 where there are fewer, and their km."""
    order = np.flatnonzero(weight > 0)
    order = order[np.lexsort((-weight[order], i[order]))]
    i, j, km = i[order], j[order], km[order]
    rank = np.arange(len(i)) - np.searchsorted(i, i)
    kept = rank < count
    neighbour, distance = np.full((n, count), -1, np.intp), np.full((n, count), np.inf)
    neighbour[i[kept], rank[kept]], distance[i[kept], rank[kept]] = j[kept], km[kept]
    return neighbour, distance


def _through(
    own: _Places, world: _Places, near: Ints, km: Floats, between: Between, limits: Thresholds
) -> tuple[Floats, Floats, Floats]:
    """Return through traffic, the shortest way between two cities of a million, and own trips.

    Through traffic is the gravity (product of populations over distance) of the pairs of
    neighbours that the city is on the way between, over the gravity of its own trips to them.
    Its first axis is the floor, that of the way the large size, the second of both the detour.
    """
    (n, k), mass = near.shape, np.where(near >= 0, world.people[near], 0.0)
    detours, floors, larges = (nodes(name, limits) for name in ("detour", "size_floor", "large"))
    ends = (mass > 0) & (km >= APART_KM)
    u, v = np.triu_indices(k, 1)
    row, pair = np.nonzero(ends[:, u] & ends[:, v])
    a, b = row * k + u[pair], row * k + v[pair]
    ratio = (km.take(a) + km.take(b)) / np.maximum(between(near.take(a), near.take(b)), 1.0)
    on = ratio <= detours[-1]  # a third; the others count at no detour
    row, a, b, ratio = row[on], a[on], b[on], ratio[on]
    via, smaller = km.take(a) + km.take(b), np.minimum(mass.take(a), mass.take(b))
    gravity = mass.take(a) * mass.take(b) / np.maximum(via, LEAST_KM)

    def cell(sizes: Floats) -> Ints:  # of a pair: sizes it is below, detours it is over, city
        below = 3 - np.searchsorted(sizes, smaller, side="right")
        return np.asarray((below * 4 + np.searchsorted(detours, ratio)) * n + row)

    traffic = np.bincount(cell(floors), gravity, 16 * n).reshape(4, 4, n).cumsum(0).cumsum(1)
    span = np.full(16 * n, 2 * THROUGH_KM)
    np.minimum.at(span, cell(2 * larges), via)
    span = np.minimum.accumulate(np.minimum.accumulate(span.reshape(4, 4, n)), axis=1)
    trips = own.people[:, None] * mass / np.maximum(km, LEAST_KM)
    total = np.array([np.where(mass >= floor, trips, 0).sum(axis=1) for floor in floors])
    traffic = traffic[2::-1, :3] / np.where(total > 0, total, 1)[:, None]
    return traffic, span[2::-1, :3], total[1] / limits.size_floor**2


def _shape(own: _Places, world: _Places, near: Ints) -> tuple[Floats, Floats]:
    """Return axis ratio and diameter share of the spanning tree of each city's neighbourhood."""
    (n, k), rows = near.shape, np.arange(len(near))
    points = np.where((near >= 0)[..., None], world.point[near], own.point[:, None])
    points = np.concatenate([own.point[:, None], points], axis=1)
    flat = points - (points @ own.point[..., None]) * own.point[:, None]
    flat -= flat.mean(axis=1, keepdims=True)
    spread = np.linalg.eigvalsh(flat.swapaxes(1, 2) @ flat)  # smallest first, the first is zero
    axis = np.sqrt(np.maximum(spread[:, 1], 0) / np.maximum(spread[:, 2], 1e-18))
    gap = chord_to_km(np.linalg.norm(points[:, :, None] - points[:, None], axis=-1))
    # Prim's algorithm for all cities at once; the lengths of all paths grow with the tree.
    inside = np.arange(k + 1) == np.zeros((n, 1))
    link, parent = gap[:, 0].copy(), np.zeros((n, k + 1), np.intp)
    path, length = np.zeros_like(gap), np.zeros(n)
    for _ in range(k):
        new = np.where(inside, np.inf, link).argmin(axis=1)
        step = link[rows, new]
        way = np.where(inside, path[rows, parent[rows, new]] + step[:, None], 0)
        path[rows, new], path[rows, :, new] = way, way
        length += step
        inside[rows, new] = True
        closer = gap[rows, new] < link
        link = np.where(closer, gap[rows, new], link)
        parent = np.where(closer, new[:, None], parent)
    share = path.max(axis=(1, 2)) / np.maximum(length, 1e-9)
    few = (near >= 0).sum(axis=1) < 4  # with the city itself, fewer than five places
    return np.where(few, np.nan, axis), np.where(few, np.nan, share)


class _Roads:
    """Distances by road between places, both ways."""

    def __init__(self, roads: pd.DataFrame, places: pd.Index) -> None:
        ends = [places.get_indexer(pd.Index(roads[f"geonameid_{end}"])) for end in "ab"]
        kept = (np.minimum(*ends) >= 0) & (ends[0] != ends[1])
        a, b, km = ends[0][kept], ends[1][kept], roads["km"].to_numpy(float)[kept]
        self.key = np.r_[a * len(places) + b, b * len(places) + a]
        order = np.argsort(self.key)
        self.key, self.km = self.key[order], np.r_[km, km][order]
        self.size = len(places)

    def neighbours(self, own: _Places, world: _Places) -> tuple[Ints, Ints, Floats]:
        """Return pairs as :func:`_pairs` does."""
        first, last = (np.searchsorted(self.key, (own.row + end) * self.size) for end in (0, 1))
        i = np.repeat(np.arange(len(first)), last - first)
        at = first[i] + np.arange(len(i)) - np.searchsorted(i, i)
        j, km = self.key[at] % self.size, self.km[at]
        near = (km <= THROUGH_KM) & (world.country[own.row[i]] == world.country[j])
        return i[near], j[near], km[near]

    def between(self, a: Ints, b: Ints) -> Floats:
        """Return the distance of pairs of places, NaN where there is none."""
        key = a * self.size + b
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.asarray(np.where(self.key[at] == key, self.km[at], np.nan))


def _block(
    own: _Places, trees: list[tuple[_Places, KDTree]], roads: _Roads | None, limits: Thresholds
) -> dict[str, Floats]:
    """Measure some cities: arrays by the thresholds each depends on, the cities last."""
    n, world = len(own.people), trees[0][0]
    floors, larges, reaches = (nodes(name, limits) for name in ("size_floor", "large", "reach"))
    i, j, km = _pairs(own, *trees[1], WINDOW_KM)
    mass, times = world.people[j], world.people[j] / own.people[i]
    larger, over = np.where(times > 1, times, 0.0), [mass >= floor for floor in floors]

    def total(values: npt.ArrayLike) -> Floats:
        return np.bincount(i, np.asarray(values, float), minlength=n).astype(float)

    def closest(kept: npt.NDArray[np.bool_]) -> Floats:
        least = np.full(n, WINDOW_KM)
        np.minimum.at(least, i[kept], km[kept])
        return least

    found = {
        "km_larger": closest(times > 1),
        "km_large": np.array([closest(mass >= size) for size in larges]),
        "km_million": np.array([closest(mass >= 2 * size) for size in larges]),
        "shadow_near": np.array([total(larger * 2 ** (-km / r / 0.3)) for r in reaches]),
        "shadow": np.array([total(larger * 2 ** (-km / r / 0.6)) for r in reaches]),
        "cities_near": np.array([[total((km <= r) & city) for city in over] for r in reaches]),
        "footprint_mates": np.array([total((km <= TOUCH_KM) & city) for city in over]),
    }
    closeness = 1 / np.maximum(km, 1e-9)
    leader, _ = _strongest(n, i, j, km, (times > 1) * closeness, 1)
    near, gap = _strongest(
        n, i, j, km, np.where(km <= THROUGH_KM, mass / np.maximum(km, LEAST_KM), 0), STRONGEST
    )
    found["interposition"], found["km_span"], found["trips"] = _through(
        own, world, near, gap, world.between, limits
    )
    found["pass_through"] = found["interposition"]
    if roads is not None:
        a, b, by_road = roads.neighbours(own, world)
        near, gap = _strongest(
            n, a, b, by_road, world.people[b] / np.maximum(by_road, LEAST_KM), STRONGEST
        )
        traffic, _, trips = _through(own, world, near, gap, roads.between, limits)
        there = (near >= 0).any(axis=1)
        found["pass_through"] = np.where(there, traffic, found["interposition"])
        found["trips"] = np.where(there, trips, found["trips"])
    small = (mass < limits.size_floor) | (km > AXIS_KM)
    nearest, _ = _strongest(n, i, j, km, np.where(small, 0, closeness), NEAREST)
    found["axis_ratio"], found["tree_share"] = _shape(own, world, nearest)
    i, j, km = _pairs(own, *trees[0], 2 * reaches[-1])
    around = np.array([total(np.where(km <= 2 * r, world.people[j], 0)) for r in reaches])
    return found | {"dominance": own.people / (own.people + around), "larger": leader[:, 0]}


def measure(
    cities: pd.DataFrame,
    places: pd.DataFrame,
    *,
    roads: pd.DataFrame | None = None,
    footprints: pd.DataFrame | None = None,
    thresholds: Thresholds = DEFAULT,
) -> tuple[pd.DataFrame, Grid]:
    """Measure the place of every city among the others, at the thresholds and around them.

    Parameters
    ----------
    cities, places, roads, footprints, thresholds
        As in :func:`scsreport.typology.classify`.

    Returns
    -------
    values : DataFrame
        Indexed like ``cities``, at the thresholds themselves, in km, counts and shares.
    grid : dict
        Per term of the model the thresholds it depends on, and its values at the lowest, the
        middle and the highest value of each, with the cities along the last axis.

    Raises
    ------
    ValueError
        As in :func:`scsreport.typology.classify`.
    """
    cities, places = check(cities, "cities"), check(places, "places")
    known = places.index.get_indexer(cities.index)
    if (strange := ~cities["country"].isin(places["country"].unique()) & (known < 0)).any():
        row = cities.index[strange][0]
        raise ValueError(
            f"cities: row {row}, column 'country' holds {cities.loc[row, 'country']!r}, unknown to "
            "places; expected a country that has places"
        )
    both = places.iloc[known[known >= 0]]
    twice = cities.loc[both.index]
    off = kilometres(*(unit_vectors(frame["lat"], frame["lon"]) for frame in (both, twice)))
    if (off > WINDOW_KM).any():
        raise ValueError(
            f"cities: row {both.index[off > WINDOW_KM][0]}, columns 'lat' and 'lon' lie "
            f"{off.max():,.0f} km from the same row of places; expected the same point (are they "
            "swapped?)"
        )
    whole = places["kind"] == "city" if "kind" in places else np.ones(len(places), bool)
    every = pd.concat([places[whole], cities[known < 0]])
    codes, _ = pd.factorize(pd.concat([every["country"], cities["country"]]))
    world, own = (
        _Places(
            unit_vectors(frame["lat"], frame["lon"]),
            frame["population"].to_numpy(float),
            code,
            every.index.get_indexer(frame.index),
        )
        for frame, code in ((every, codes[: len(every)]), (cities, codes[len(every) :]))
    )
    by_road = None if roads is None else _Roads(roads, every.index)
    blocks = [slice(at, at + BLOCK) for at in range(0, max(len(cities), 1), BLOCK)]
    large = world[world.people >= nodes("size_floor", thresholds)[0]]
    trees = [(some, KDTree(some.point)) for some in (world, large)]
    parts = [_block(own[rows], trees, by_road, thresholds) for rows in blocks]
    raw = {name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]}
    if footprints is not None:
        raw["footprint_mates"] = _mates(cities, places, footprints, nodes("size_floor", thresholds))
    middle = {name: values[(1,) * (values.ndim - 1)] for name, values in raw.items()}
    leader = middle["larger"].astype(int)
    named = np.array([*every.index, None], object)[leader]
    values = pd.DataFrame(middle | {"larger": named}, index=cities.index)
    return values, {name: (axes, scale(raw[name])) for name, (axes, scale) in TERMS.items()}


def _mates(
    cities: pd.DataFrame, places: pd.DataFrame, footprints: pd.DataFrame, floors: Floats
) -> Floats:
    """Count the other cities of each city's footprint, by floor."""
    for frame, what in ((footprints, "footprints"), (cities, "cities"), (places, "places")):
        if "footprint" not in frame:
            raise ValueError(f"{what}: column 'footprint' is missing; expected ids of footprints")
    known = pd.Index(footprints["footprint"].unique())
    twins = places["kind"] == "twin" if "kind" in places else np.zeros(len(places), bool)
    held = known.get_indexer(places["footprint"])
    of = known.get_indexer(cities["footprint"])
    counts = []
    for floor in floors:
        large = (held >= 0) & (places["population"] >= floor) & ~twins
        count = np.bincount(held[large], minlength=len(known) + 1)[of]
        itself = places.index.get_indexer(cities.index)
        oneself = (itself >= 0) & np.append(large, False)[itself]
        counts.append(np.where(of >= 0, count - oneself, 0))
    return np.array(counts, float)
