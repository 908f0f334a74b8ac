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
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from scsreport import checks
from scsreport.geometry import Floats, kilometres, unit_vectors
from scsreport.typology.neighbours import Ints, Neighbours, Places, Roads, neighbours, strongest
from scsreport.typology.shape import LATITUDE, LONGITUDE

__all__ = [
    "APART_KM",
    "BLOCK",
    "DEFAULT",
    "LEAST_KM",
    "RANGES",
    "STRONGEST",
    "TERMS",
    "THROUGH_KM",
    "TOUCH_KM",
    "WINDOW_KM",
    "Thresholds",
    "check",
    "check_roads",
    "measure",
    "nodes",
]

WINDOW_KM = 400.0  # how far a neighbour is looked for; a city with none is given this distance
THROUGH_KM = 300.0  # how far the ends of a path through a city may lie
STRONGEST = 40  # neighbours, by mass over distance, whose pairs are looked at
APART_KM = 10.0  # nearer than this a neighbour is the same place, not an end of a path
TOUCH_KM = 15.0  # nearer than this, cities count as of one footprint where none are given
LEAST_KM = 20.0  # shorter trips do not weigh more
BLOCK = 1_000  # cities at a time, which bounds memory
CELLS = 20  # along the radius of the globe: cities of a block lie together, and are found sooner


LIMITS = {
    "size_floor": checks.Range("people, 1 to 1e9", 1.0, 1e9),
    "large": checks.Range("people, 1 to 1e9", 1.0, 1e9),
    "reach": checks.Range("km, 0.1 to 5,000", 0.1, 5_000.0),
    "detour": checks.Range("a number over 1, up to 100", float(np.nextafter(1, 2)), 100.0),
    "contested": checks.Range("a share above 0, up to 1", checks.SMALLEST, 1.0),
}
"""What each threshold may be."""

INHABITED = checks.Range("people, more than zero, up to 1e12", checks.SMALLEST, 1e12)
ROAD_KM = checks.Range("km, 0 to 100,000", 0.0, 1e5)
COUNTRY = 'a code (Namibia is the text "NA": read the file with keep_default_na=False)'


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
        """Refuse thresholds under which nothing is a city, or nothing is near."""
        for field in fields(self):
            checks.number(f"thresholds.{field.name}", getattr(self, field.name), LIMITS[field.name])


DEFAULT = Thresholds()
RANGES: Mapping[str, tuple[float, float]] = {
    "size_floor": (0.5, 1.5),
    "large": (0.6, 1.4),
    "reach": (0.6, 1.6),
    "detour": (0.5, 2.0),
}
"""What each threshold is multiplied with in the runs (of ``detour``, what is over one)."""

Grid = dict[str, tuple[tuple[str, ...], Floats]]


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
    wanted = ["lat", "lon", "population", "country"]
    table = checks.frame(what, frame, wanted)
    if "geonameid" in table:
        checks.label_column(what, table, "geonameid", "the id of each row")
        table = table.set_index("geonameid")
    if table.index.nlevels > 1:
        raise ValueError(f"{what}: found rows named by several columns, expected one id a row")
    checks.frame(what, table, each_row_once=True)
    checks.label_column(what, table, "country", COUNTRY)
    if (table["country"] == "").any():
        row = table.index[(table["country"] == "").to_numpy()][0]
        raise ValueError(f"{what}: row {row}, column 'country' is empty; expected {COUNTRY}")
    within = INHABITED if what == "cities" else checks.PEOPLE
    return table.assign(
        lat=checks.column(what, table, "lat", LATITUDE),
        lon=checks.column(what, table, "lon", LONGITUDE),
        population=checks.column(what, table, "population", within),
    )


def check_roads(roads: pd.DataFrame, places: pd.Index[Any]) -> pd.DataFrame:
    """Return distances by road between places, after looking for what would spoil them.

    Parameters
    ----------
    roads : DataFrame
        ``geonameid_a``, ``geonameid_b`` and ``km``.
    places : Index
        Ids of all places.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        If a column or value is missing, a distance is out of bounds, or no road joins two places.
    """
    ends = ["geonameid_a", "geonameid_b"]
    table = checks.frame("roads", roads, [*ends, "km"])
    for end in ends:
        checks.label_column("roads", table, end, "the id of a place")
    km = checks.column("roads", table, "km", ROAD_KM)
    if len(table) and not (table[ends[0]].isin(places) & table[ends[1]].isin(places)).any():
        raise ValueError(
            f"roads: row {table.index[0]} joins {checks.shown(table[ends[0]].iloc[0])} and "
            f"{checks.shown(table[ends[1]].iloc[0])}, and no row joins two places; expected ids of "
            "places"
        )
    return table.assign(km=km)


class _Ways(NamedTuple):
    """Pairs of neighbours that a city is on the way between, one row a city and pair."""

    city: Ints
    smaller: Floats  # people of the smaller end
    via: Floats  # km through the city
    detour: Floats  # km through the city over km between the two
    gravity: Floats  # product of people over km

    def cells(self, sizes: Floats, detours: Floats, cities: int) -> Ints:
        """Return for each pair the number of sizes it is below, of detours it is over, and city.

        The three are packed into one number, as ``reshape(4, 4, cities)`` takes them apart.
        """
        below = 3 - np.searchsorted(sizes, self.smaller, side="right")
        over = np.searchsorted(detours, self.detour)
        return np.asarray((below * 4 + over) * cities + self.city)


def _way_through(
    near: Ints,
    km: Floats,
    people: Floats,
    between: Callable[[Ints, Ints], Floats],
    widest: float,
) -> _Ways:
    """Return the pairs of neighbours that a city is on the way between, at the widest detour."""
    count = near.shape[1]
    ends = (people > 0) & (km >= APART_KM)
    first, second = np.triu_indices(count, 1)
    city, pair = np.nonzero(ends[:, first] & ends[:, second])
    a, b = city * count + first[pair], city * count + second[pair]
    via = km.take(a) + km.take(b)
    detour = via / np.maximum(between(near.take(a), near.take(b)), 1.0)
    on = detour <= widest  # a third; the others count at no detour
    city, a, b, via, detour = city[on], a[on], b[on], via[on], detour[on]
    gravity = people.take(a) * people.take(b) / np.maximum(via, LEAST_KM)
    return _Ways(city, np.minimum(people.take(a), people.take(b)), via, detour, gravity)


class _Through(NamedTuple):
    """What passes through cities.

    Both traffic and span have the values of a size as their first axis (of traffic the floor, of
    span the large size), the values of the detour as their second, the cities as their third.
    """

    traffic: Floats  # gravity of pairs on whose way the city is, over that of its own trips
    span: Floats  # shortest way between two cities of a million, km
    trips: Floats  # gravity of own trips, at the middle floor


def _through(
    own: Places,
    world: Places,
    near: Ints,
    km: Floats,
    between: Callable[[Ints, Ints], Floats],
    limits: Thresholds,
) -> _Through:
    """Measure what passes through each city on the way between its neighbours."""
    cities = len(near)
    people = np.where(near >= 0, world.people[near], 0.0)
    detours, floors = nodes("detour", limits), nodes("size_floor", limits)
    ways = _way_through(near, km, people, between, detours[-1])
    own_trips = own.people[:, None] * people / np.maximum(km, LEAST_KM)
    total = np.array([np.where(people >= floor, own_trips, 0).sum(axis=1) for floor in floors])
    passing = np.bincount(ways.cells(floors, detours, cities), ways.gravity, 16 * cities)
    passing = passing.reshape(4, 4, cities).cumsum(0).cumsum(1)[2::-1, :3]
    traffic = passing / np.where(total > 0, total, 1)[:, None]
    return _Through(traffic, _span(ways, cities, limits), total[1] / limits.size_floor**2)


def _span(ways: _Ways, cities: int, limits: Thresholds) -> Floats:
    """Return the shortest way between two cities of a million that leads through a city."""
    span = np.full(16 * cities, 2 * THROUGH_KM)
    cells = ways.cells(2 * nodes("large", limits), nodes("detour", limits), cities)
    np.minimum.at(span, cells, ways.via)
    span = np.minimum.accumulate(span.reshape(4, 4, cities))
    return np.asarray(np.minimum.accumulate(span, axis=1)[2::-1, :3])


def _near(own: Places, world: Places, pairs: Neighbours, limits: Thresholds) -> dict[str, Floats]:
    """Return distances to larger cities, their shadow, and the cities around."""
    n, (i, j, km) = len(own.people), pairs
    people = world.people[j]
    times = people / own.people[i]
    larger = np.where(times > 1, times, 0.0)
    floors, larges, reaches = (nodes(name, limits) for name in ("size_floor", "large", "reach"))
    over = [people >= floor for floor in floors]

    def total(values: npt.ArrayLike) -> Floats:
        return np.bincount(i, np.asarray(values, float), minlength=n).astype(float)

    def closest(kept: npt.NDArray[np.bool_]) -> Floats:
        least = np.full(n, WINDOW_KM)
        np.minimum.at(least, i[kept], km[kept])
        return least

    return {
        "km_larger": closest(times > 1),
        "km_large": np.array([closest(people >= size) for size in larges]),
        "km_million": np.array([closest(people >= 2 * size) for size in larges]),
        "shadow_near": np.array([total(larger * 2 ** (-km / r / 0.3)) for r in reaches]),
        "shadow": np.array([total(larger * 2 ** (-km / r / 0.6)) for r in reaches]),
        "cities_near": np.array([[total((km <= r) & city) for city in over] for r in reaches]),
        "footprint_mates": np.array([total((km <= TOUCH_KM) & city) for city in over]),
    }


def _on_the_way(
    own: Places, world: Places, pairs: Neighbours, roads: Roads | None, limits: Thresholds
) -> dict[str, Floats]:
    """Return what passes through, by great circle and, where there are roads, by road."""
    weight = world.people[pairs.place] / np.maximum(pairs.km, LEAST_KM)
    weight = np.where(pairs.km <= THROUGH_KM, weight, 0)
    near, km = strongest(len(own.people), pairs, weight, STRONGEST)
    straight = _through(own, world, near, km, world.between, limits)
    traffic, trips = straight.traffic, straight.trips
    if roads is not None:
        by_road = roads.neighbours(own, world, THROUGH_KM)
        weight = world.people[by_road.place] / np.maximum(by_road.km, LEAST_KM)
        near, km = strongest(len(own.people), by_road, weight, STRONGEST)
        along = _through(own, world, near, km, roads.between, limits)
        there = (near >= 0).any(axis=1)
        traffic = np.where(there, along.traffic, traffic)
        trips = np.where(there, along.trips, trips)
    return {
        "interposition": straight.traffic,
        "km_span": straight.span,
        "trips": trips,
        "pass_through": traffic,
    }


def _dominance(own: Places, world: Places, tree: KDTree, limits: Thresholds) -> Floats:
    """Return the share of a city in all people within twice the reach."""
    reaches = nodes("reach", limits)
    i, j, km = neighbours(own, world, tree, 2 * reaches[-1])
    around = [
        np.bincount(i, np.where(km <= 2 * reach, world.people[j], 0), len(own.people))
        for reach in reaches
    ]
    return np.asarray(own.people / (own.people + np.array(around)))


def _nearest_larger(own: Places, world: Places, pairs: Neighbours) -> Floats:
    """Return the row of the nearest larger place, -1 where there is none."""
    larger = world.people[pairs.place] > own.people[pairs.city]
    nearness = larger / np.maximum(pairs.km, 1e-9)
    return strongest(len(own.people), pairs, nearness, 1)[0][:, 0].astype(float)


class _Trees(NamedTuple):
    """All places, and those that may count as cities, with their trees."""

    world: Places
    all_places: KDTree
    large: Places
    large_places: KDTree


def _trees(world: Places, limits: Thresholds) -> _Trees:
    large = world[world.people >= nodes("size_floor", limits)[0]]
    return _Trees(world, KDTree(world.point), large, KDTree(large.point))


def _in_blocks(
    own: Places, trees: _Trees, roads: Roads | None, limits: Thresholds
) -> dict[str, Floats]:
    """Measure all cities, those that lie together at a time."""
    order = np.lexsort(np.floor(CELLS * own.point).T)
    blocks = np.split(order, np.arange(BLOCK, len(order), BLOCK))
    parts = [_block(own[rows], trees, roads, limits) for rows in blocks]
    back = np.argsort(order)
    return {
        name: np.concatenate([part[name] for part in parts], -1)[..., back] for name in parts[0]
    }


def _block(
    own: Places, trees: _Trees, roads: Roads | None, limits: Thresholds
) -> dict[str, Floats]:
    """Measure some cities: arrays by the thresholds each depends on, the cities last."""
    world = trees.world
    pairs = neighbours(own, trees.large, trees.large_places, WINDOW_KM)
    return {
        **_near(own, world, pairs, limits),
        **_on_the_way(own, world, pairs, roads, limits),
        "dominance": _dominance(own, world, trees.all_places, limits),
        "larger": _nearest_larger(own, world, pairs),
    }


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
    checks.instance("thresholds", thresholds, Thresholds, "Thresholds(...)")
    cities, places = check(cities, "cities"), check(places, "places")
    _check_names(places.index, cities.index)
    known = places.index.get_indexer(cities.index)
    _check_together(cities, places, known)
    every = pd.concat([places[_whole(places)], cities[known < 0]])
    world, own = _as_arrays(every, cities)
    trees = _trees(world, thresholds)
    by_road = None if roads is None else Roads(check_roads(roads, every.index), every.index)
    raw = _in_blocks(own, trees, by_road, thresholds)
    if footprints is not None:
        raw["footprint_mates"] = _mates(cities, places, footprints, nodes("size_floor", thresholds))
    middle = {name: values[(1,) * (values.ndim - 1)] for name, values in raw.items()}
    ids = np.array([*every.index, None], object)  # the last stands for none
    middle["larger"] = ids[middle["larger"].astype(int)]
    values = pd.DataFrame(middle, index=cities.index)
    return values, {name: (axes, scale(raw[name])) for name, (axes, scale) in TERMS.items()}


def _whole(places: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which places are cities, and no boroughs or twins of one."""
    if "kind" not in places:
        return np.ones(len(places), bool)
    return np.asarray(places["kind"] == "city")


def _check_names(places: pd.Index[Any], cities: pd.Index[Any]) -> None:
    """Raise where one table names its rows by numbers and the other by text."""
    by_number = [pd.api.types.is_numeric_dtype(index) for index in (places, cities)]
    if len(places) and len(cities) and by_number[0] != by_number[1]:
        raise ValueError(
            f"cities: row {checks.shown(cities[0])} is named in another way than places, such as "
            f"{checks.shown(places[0])}; expected numbers or texts in both"
        )


def _check_together(cities: pd.DataFrame, places: pd.DataFrame, known: Ints) -> None:
    """Raise if a city lies in a country without places, or far from its own row of places."""
    strange = ~cities["country"].isin(places["country"].unique()) & (known < 0)
    if strange.any():
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


def _as_arrays(every: pd.DataFrame, cities: pd.DataFrame) -> tuple[Places, Places]:
    """Return all places and the cities to measure as arrays, with countries as numbers."""
    codes, _ = pd.factorize(pd.concat([every["country"], cities["country"]]))
    world, own = (
        Places(
            unit_vectors(frame["lat"], frame["lon"]),
            frame["population"].to_numpy(float),
            code,
            every.index.get_indexer(frame.index),
        )
        for frame, code in ((every, codes[: len(every)]), (cities, codes[len(every) :]))
    )
    return world, own


def _mates(
    cities: pd.DataFrame, places: pd.DataFrame, footprints: pd.DataFrame, floors: Floats
) -> Floats:
    """Count the other cities of each city's footprint, by floor."""
    for frame, what in ((footprints, "footprints"), (cities, "cities"), (places, "places")):
        checks.frame(what, frame, ["footprint"])
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
