"""The roads that a system of cities could make faster, level by level.

*Systems.* The detected clusters and corridors, and hubs with the smaller cities of which they are
the nearest larger city, within 300 km by road; whole cities near a road, two and more, all joined.

*Levels.* The report's own names of its levels cannot be read; these four are ours.

- local: main roads inside each city. A city has 2 km of them for each square km of its part of its
  footprint (at the median density where it has none). Every trip begins and ends with a leg, the
  mean distance to the middle of a disc of that area (2/3 of its radius) at 30 km an hour.
- sub-national: the minimum spanning tree of the system, stretches with most gravity (people times
  people over km) first.
- national: from the system to large cities of the country (500,000 people, or the largest city of
  the country) outside it and its footprints, within 300 km by road: the pair with most gravity
  first, then the pair with most between what is joined and what is not.
- cross-border: the same to large cities of other countries.

A road serves each city on its way: those by which it is at most 2 % longer. Where there is no
such city, a system has no such level.
"""

# scipy.sparse carries no types
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import minimum_spanning_tree

from scsreport.connectivity import travel_times
from scsreport.findings import connectivity
from scsreport.geometry import Floats
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = ["LEVELS", "Region", "Stretches", "cities", "region_of", "road_km", "systems"]

LEVELS = ("local", "sub-national", "national", "cross-border")
LARGE_CITY = 500_000
REACH_KM = 300.0
DETOUR_FACTOR = 1.02
LOCAL_KMH = 30.0
"""As the crow flies, from anywhere in a city to its middle."""
MAIN_ROAD_DENSITY = 2.0
"""Km of main road a square km."""

RowNumbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


class Stretches(NamedTuple):
    """Roads of a level, in the order in which they are made faster.

    Attributes
    ----------
    start, end : array
        Both ends, as rows of the cities of a :class:`Region`; the same city for main roads in it.
    km : array
        Length.
    """

    start: RowNumbers
    end: RowNumbers
    km: Floats


class Region(NamedTuple):
    """A system and what surrounds it.

    Attributes
    ----------
    cities : DataFrame
        Those of the system and all others within 600 km by road of one of them: ``people``,
        ``country``, ``form``, ``leg`` as of :func:`cities`, and whether they are ``in_system`` and
        ``in_country``, that of the system.
    minutes : DataFrame
        By road between them, square, by row of ``cities``.
    foreign : ndarray
        Whether two of them lie in different countries, square.
    roads : dict of str to Stretches
        By level; only the levels that the system has.
    tree_km : float
        Length of the spanning tree of the system.
    """

    cities: pd.DataFrame
    minutes: pd.DataFrame
    foreign: Flags
    roads: dict[str, Stretches]
    tree_km: float


@computed_once
def cities() -> pd.DataFrame:
    """Return whole cities near a road with their main roads and the leg of a trip inside them.

    Returns
    -------
    DataFrame
        Rows of :func:`scsreport.findings.connectivity.cities` with ``people``; ``main_road_km``;
        and ``leg``, minutes from the mean place in the city to its middle.
    """
    table = connectivity.cities()
    people = table["population"].astype(float)
    area = _area_km2(table)
    radius = np.sqrt(area / np.pi)
    leg = 2 / 3 * radius * 60 / LOCAL_KMH
    return table.assign(people=people, main_road_km=MAIN_ROAD_DENSITY * area, leg=leg)


def _area_km2(table: pd.DataFrame) -> pd.Series[float]:
    """Return the part of its footprint that each city has by people, or as much at the median."""
    people = table["population"].astype(float)
    footprint = load("footprints").set_index("footprint").reindex(table["footprint"])
    km2_a_head = footprint["area_km2"] / footprint["population"]
    area: pd.Series[float] = people * km2_a_head.to_numpy(float, na_value=np.nan)
    return area.fillna(people / (people / area).median())


@computed_once
def road_km() -> Any:
    """Return km by road between the cities, by their rows, in both directions.

    Returns
    -------
    csr_array
    """
    table = load("road-distances")
    ids = cities().index
    a = ids.get_indexer(pd.Index(table["geonameid_a"]))
    b = ids.get_indexer(pd.Index(table["geonameid_b"]))
    known = (a >= 0) & (b >= 0)
    one_way = csr_array((table["km"][known], (a[known], b[known])), shape=(len(ids), len(ids)))
    return one_way + one_way.T


@computed_once
def systems() -> pd.DataFrame:
    """Return who belongs to which system.

    Returns
    -------
    DataFrame
        One row per ``system`` and ``geonameid``: its ``form``, and its ``name`` after its two
        largest cities, or after the hub; ``city``, ``people`` and ``is_primary`` of the city. Not
        yet said: whether roads join them.
    """
    detected = load("system-members").merge(load("systems")[["system", "name"]])
    members = pd.concat([detected, _hub_systems()])[["system", "form", "name", "geonameid"]]
    columns = cities()[["name", "people", "is_primary"]].rename(columns={"name": "city"})
    members = members.join(columns, on="geonameid", how="inner")
    size = members.groupby("system")["system"].transform("size")
    return members[size > 1].reset_index(drop=True)


def _hub_systems() -> pd.DataFrame:
    """Return hubs with the smaller cities of which they are the nearest larger city."""
    ids = cities().index
    typed = load("city-forms").set_index("geonameid")
    hub_of = typed.loc[typed["larger"].map(typed["type"]) == "hub", "larger"]
    hub_of = hub_of[hub_of.index.isin(ids) & hub_of.isin(ids)].astype(int)
    km = road_km()[ids.get_indexer(hub_of.index), ids.get_indexer(pd.Index(hub_of))]
    hub_of = hub_of[(km > 0) & (km <= REACH_KM)]
    hubs = hub_of.unique()
    table = pd.DataFrame({"geonameid": [*hub_of.index, *hubs], "hub": [*hub_of, *hubs]})
    return table.assign(
        system="hub-" + table["hub"].astype(str),
        form="hub",
        name=table["hub"].map(cities()["name"]),
    )


def region_of(members: pd.Index[Any], *, table: pd.DataFrame, roads: csr_array) -> Region | None:
    """Return a system with its surroundings and the roads of each level.

    Parameters
    ----------
    members : Index
        Its cities.
    table : DataFrame
        As of :func:`cities`.
    roads : csr_array
        As of :func:`road_km`, by row of ``table``.

    Returns
    -------
    Region or None
        None where roads do not join the cities of the system.
    """
    rows = table.index.get_indexer(members)
    near = np.union1d(rows, roads[rows].indices)
    system_rows = np.searchsorted(near, rows)
    km = _square(roads, near)
    tree = minimum_spanning_tree(km[np.ix_(system_rows, system_rows)]).tocoo()
    if tree.nnz < len(members) - 1:
        return None
    around = table.iloc[near]
    country = around["country"].to_numpy()
    foreign = country[:, None] != country
    around = around.assign(in_system=np.isin(near, rows), in_country=~foreign[system_rows[0]])
    links = _links(around, km, system_rows, system_rows[np.array(tree.coords)].T)
    minutes = travel_times(pd.DataFrame(km), kmh=connectivity.KMH)
    return Region(around, minutes, foreign, _roads(around, km, links), float(tree.data.sum()))


def _square(roads: csr_array, rows: RowNumbers) -> Floats:
    """Return km between some cities, infinite where no road of up to 600 km joins them."""
    km: Floats = roads[rows][:, rows].toarray()
    km[km == 0] = np.inf
    np.fill_diagonal(km, 0)
    return km


def _links(
    around: pd.DataFrame, km: Floats, system: RowNumbers, tree: RowNumbers
) -> dict[str, Iterable[tuple[int, int]]]:
    """Return the pairs of cities that each level joins, in order."""
    people = around["people"].to_numpy()
    with np.errstate(divide="ignore"):  # a city has no distance to itself
        gravity = np.outer(people, people) / km
    large = (around["people"] >= LARGE_CITY) | around["is_primary"]
    large &= (km[system].min(axis=0) <= REACH_KM) & ~around["in_system"]
    footprints = around.loc[around["in_system"], "footprint"].dropna()
    suburb = around["footprint"].isin(footprints)
    domestic = np.flatnonzero(large & around["in_country"] & ~suburb)
    abroad = np.flatnonzero(large & ~around["in_country"])
    return {
        "sub-national": tree[np.argsort(-gravity[*tree.T], kind="stable")],
        "national": _join(gravity, system, domestic),
        "cross-border": _join(gravity, system, abroad),
    }


def _join(gravity: Floats, system: RowNumbers, targets: RowNumbers) -> Iterator[tuple[int, int]]:
    """Join targets to a system one by one, by the pair with most gravity."""
    inside = list(system)
    remaining = list(targets)
    while remaining:
        row, column = divmod(int(gravity[np.ix_(inside, remaining)].argmax()), len(remaining))
        yield inside[row], remaining[column]
        inside.append(remaining.pop(column))


def _roads(
    around: pd.DataFrame, km: Floats, links: dict[str, Iterable[tuple[int, int]]]
) -> dict[str, Stretches]:
    """Return the stretches of each level that has any."""
    inside = np.flatnonzero(around["in_system"])
    main_roads = around.loc[around["in_system"], "main_road_km"].to_numpy()
    roads = {"local": Stretches(inside, inside, main_roads)}
    for level, joined in links.items():
        # Two roads may share a stretch; it is made faster once.
        steps = {tuple(sorted(step)): None for a, b in joined for step in _stretches(km, a, b)}
        if steps:
            start, end = np.array(list(steps)).T
            roads[level] = Stretches(start, end, km[start, end])
    return roads


def _stretches(km: Floats, a: int, b: int) -> list[tuple[int, int]]:
    """Return the stretches of the way between two cities, from stop to stop."""
    is_passed = (km[a] + km[b] <= DETOUR_FACTOR * km[a, b]) & (km[a] < km[a, b])
    stops = [city for city in np.argsort(km[a], kind="stable") if is_passed[city]]
    steps = list(pairwise([*stops, b]))
    all_known = all(np.isfinite(km[step]) for step in steps)
    return steps if all_known else [(a, b)]
