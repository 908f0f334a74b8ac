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
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from scsreport import checks
from scsreport.geometry import Floats, kilometres, km_to_chord, unit_vectors
from scsreport.typology.corridors import NEIGHBOURS, corridors
from scsreport.typology.measures import check
from scsreport.typology.shape import BUFFER, TOP, extent, green, line_of, linearity, polycentricity

__all__ = [
    "APART",
    "BUFFER",
    "COLUMNS",
    "FORMS",
    "HEAD",
    "NEIGHBOURS",
    "SHAPE",
    "TOP",
    "Systems",
    "detect",
    "green",
    "linearity",
    "polycentricity",
]

COLUMNS = ("name", "country", "lat", "lon", "population")
HEAD = ["form", "name", "country", "n", "people"]
SHAPE = ["length_km", "area_km2", "tree_share", "slope", "green", "axis_ratio", "p_line"]
FORMS = ("hub", "cluster", "corridor")
KM = checks.Range("km, 0.1 to 20,000", 0.1, 20_000.0)
MOST_DRAWS = 100_000
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
        Settlements for the null of :func:`linearity`, with the columns of ``cities``. The cities,
        if not given.
    draws : int, default 200
        Random draws for each system, up to 100,000; without any its shape is left out too.
    rng : numpy.random.Generator, optional
        Source of the draws; a fixed one if not given.

    Returns
    -------
    Systems
        Members and table; both are empty if nothing is found.

    Raises
    ------
    ValueError
        If a column or a value is missing, a row is there twice, a number is out of bounds, a type
        is none of the three forms, or no row of ``forms`` is one of ``cities``.
    TypeError
        If one is no DataFrame, or a number is none.

    Examples
    --------
    >>> cities = pd.DataFrame({"name": list("abc"), "country": "X", "lat": 0.0,
    ...                        "lon": [0.0, 1.0, 2.0], "population": [2e6, 2e5, 1e6]})
    >>> between = pd.DataFrame({"type": ["corridor"]}, index=[1])
    >>> detect(cities, between).members[["system", "position"]].round().values.tolist()
    [['corridor-1', 0.0], ['corridor-1', 111.0], ['corridor-1', 222.0]]
    """
    cities, forms = _checked(cities, forms)
    reach = checks.number("reach", reach, KM)
    link, longest = checks.number("link", link, KM), checks.number("longest", longest, KM)
    axis_cut = checks.number("axis_cut", axis_cut, checks.SHARE)
    draws = checks.whole("draws", draws, 0, MOST_DRAWS)
    rng = np.random.default_rng(0) if rng is None else checks.generator("rng", rng)
    cities = cities.sort_index()
    null = cities if background is None else check(background, "background")
    columns = _columns(cities, forms)
    clusters = _clusters(columns, reach)
    systems = [*clusters, *_corridors(columns, clusters, link, longest, axis_cut)]
    systems.sort(key=lambda system: (-columns.people[system.rows].sum(), system.rows[0]))
    table = _table_head(systems, columns, cities)
    shapes = _shapes(systems, columns, cities, null, draws, rng)
    shapes.index = table.index[: len(shapes)]
    return Systems(_members(systems, table, cities.index), table.join(shapes))


@dataclass(frozen=True)
class _Columns:
    """The cities as arrays, in the order of their ids."""

    point: Floats  # unit vectors
    people: Floats
    country: Array  # as a number
    area: Array  # contiguous urban area on this side of the border, as a number
    form: Array

    def largest_of_area(self, rows: Array) -> Array:
        """Return for each city the largest of its area among some rows, or itself."""
        order = rows[np.lexsort((rows, -self.people[rows]))]
        largest = np.arange(len(self.people))
        largest[order] = pd.Series(order).groupby(self.area[order]).transform("first")
        return largest


class _System(NamedTuple):
    """A system before it has a name."""

    form: str
    rows: Array  # of its cities
    position: Floats  # km along a corridor, NaN in clusters
    own: Array  # whether the system has the form of the city
    member: Array  # or else a centre


def _checked(cities: pd.DataFrame, forms: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return cities and their forms, after looking for what would spoil every system."""
    checks.frame("cities", cities, COLUMNS, each_row_once=True)
    cities = check(cities, "cities")
    checks.label_column("cities", cities, "name")
    types = checks.frame("forms", forms, ["type"], each_row_once=True)[["type"]]
    if types.index.nlevels > 1:
        raise ValueError("forms: found rows named by several columns, expected one id a row")
    known = types.dropna()
    checks.choice_column("forms", known, "type", FORMS)
    if len(known) and not known.index.isin(cities.index).any():
        raise ValueError(
            f"forms: row {known.index[0]} is none of cities, nor is any other row; expected ids of "
            f"cities, such as {checks.shown(cities.index[0]) if len(cities) else 'none'}"
        )
    plain = types["type"].astype(object)
    return cities.assign(name=cities["name"].astype(str)), plain.where(
        plain.notna(), None
    ).to_frame()


def _columns(cities: pd.DataFrame, forms: pd.DataFrame) -> _Columns:
    """Return what the search needs of the cities."""
    count = len(cities)
    country = pd.factorize(cities["country"], sort=True)[0]
    footprint = np.full(count, -1)
    if "footprint" in cities:
        footprint = pd.factorize(cities["footprint"])[0]
    # A city outside any urban area is one of its own.
    area = np.where(footprint < 0, count + np.arange(count), footprint) * (count + 1) + country
    return _Columns(
        unit_vectors(cities["lat"], cities["lon"]),
        cities["population"].to_numpy(float),
        country,
        area,
        forms["type"].reindex(cities.index).to_numpy(object),
    )


def _clusters(columns: _Columns, reach: float) -> list[_System]:
    """Return the clusters, in each the largest city first."""
    is_cluster = columns.form == "cluster"
    pulled, pulling = _strongest_pull(columns, is_cluster, reach)
    cities = np.arange(len(is_cluster))
    largest = columns.largest_of_area(cities)
    mates = np.flatnonzero(is_cluster & (largest != cities))
    linked = np.append(pulled, mates), np.append(pulling, largest[mates])
    links = coo_array((np.ones(len(linked[0])), linked), shape=(len(cities), len(cities)))
    _, label = connected_components(links, directed=False)
    order = np.lexsort((-columns.people, label))
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    return [
        _System(
            "cluster",
            rows,
            np.full(len(rows), np.nan),
            is_cluster[rows],
            is_cluster[rows] & (np.arange(len(rows)) > 0),
        )
        for rows in groups
        if len(rows) > 1
    ]


def _strongest_pull(columns: _Columns, is_cluster: Array, reach: float) -> tuple[Array, Array]:
    """Return the cluster cities that are pulled, and the larger city that pulls each most."""
    tree = KDTree(np.column_stack([columns.point, columns.country * APART]))
    pairs = tree.query_pairs(km_to_chord(reach), output_type="ndarray")
    in_order = (columns.people[pairs[:, 0]] <= columns.people[pairs[:, 1]])[:, None]
    pulled, pulling = np.where(in_order, pairs, pairs[:, ::-1]).T
    follows = is_cluster[pulled]
    pulled, pulling = pulled[follows], pulling[follows]
    km = kilometres(columns.point[pulled], columns.point[pulling])
    pull = columns.people[pulling] / np.maximum(km, 1) ** 2
    order = np.lexsort((pulling, -pull, pulled))
    strongest = order[np.unique(pulled[order], return_index=True)[1]]
    return pulled[strongest], pulling[strongest]


def _corridors(
    columns: _Columns, clusters: list[_System], link: float, longest: float, axis_cut: float
) -> list[_System]:
    """Return the corridors of all countries; a cluster is one stop, at its largest city."""
    cities = np.arange(len(columns.form))
    is_corridor = columns.form == "corridor"
    centres = [cluster.rows[0] for cluster in clusters]
    stops = np.flatnonzero((columns.form != "cluster") | np.isin(cities, centres))
    stop = columns.largest_of_area(stops)  # each city hangs on that of its urban area
    nodes = np.unique(stop[stops])
    has_corridor_city = np.isin(cities, stop[is_corridor])
    systems = []
    for country in np.unique(columns.country[nodes]):
        in_country = nodes[columns.country[nodes] == country]
        people = columns.people[in_country]
        can_end = ~is_corridor[in_country] | (people == people.max())
        strings = corridors(
            columns.point[in_country],
            can_end,
            has_corridor_city[in_country],
            link=link,
            longest=longest,
            axis_cut=axis_cut,
        )
        for string, served in strings:
            own = is_corridor & np.isin(stop, in_country[served])
            systems.append(_corridor(columns, in_country[string], stop, own))
    return systems


def _corridor(columns: _Columns, string: Array, stop: Array, own: Array) -> _System:
    """Return a corridor with all cities that hang on its stops, from its larger end on."""
    if columns.people[string[0]] < columns.people[string[-1]]:
        string = string[::-1]
    legs = kilometres(columns.point[string[1:]], columns.point[string[:-1]])
    km = np.full(len(columns.form), np.nan)
    km[string] = np.append(0, np.cumsum(legs))
    rows = np.flatnonzero(np.isin(np.arange(len(km)), string) | own)
    rows = rows[np.argsort(km[stop[rows]], kind="stable")]
    return _System("corridor", rows, km[stop[rows]], own[rows], own[rows])


def _table_head(systems: list[_System], columns: _Columns, cities: pd.DataFrame) -> pd.DataFrame:
    """Return the head of the table: each system with its name, country, cities and people."""
    weight = columns.people
    if "kind" in cities:  # boroughs and twins count, but do not give a system its name
        weight = np.where(cities["kind"] == "city", weight, weight / 1e9)
    names, countries = (cities[name].to_numpy(object) for name in ("name", "country"))
    rank = Counter[str]()
    rows = {}
    for system in systems:
        rank[system.form] += 1
        largest_two = system.rows[np.argsort(-weight[system.rows], kind="stable")[:2]]
        rows[f"{system.form}-{rank[system.form]}"] = (
            system.form,
            "–".join(names[largest_two]),
            countries[system.rows[0]],
            len(system.rows),
            columns.people[system.rows].sum(),
        )
    table = pd.DataFrame.from_dict(rows, orient="index", columns=HEAD)
    return table.rename_axis("system")


def _shapes(
    systems: list[_System],
    columns: _Columns,
    cities: pd.DataFrame,
    background: pd.DataFrame,
    draws: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the shape of each system, in their order; none without draws."""
    by_country: Any = background.groupby("country")[["lat", "lon"]]
    settlements: dict[Any, pd.DataFrame] = dict(list(by_country))
    places = cities[["lat", "lon"]].astype(float)
    rows = []
    for system in systems if draws else ():
        nearby = settlements.get(cities["country"].iloc[system.rows[0]], places[:0])
        axis_ratio, p_line, _ = line_of(places.iloc[system.rows], nearby, draws, rng)
        people = columns.people[system.rows]
        slope, _ = polycentricity(people)
        rows.append((*extent(columns.point[system.rows]), slope, green(people), axis_ratio, p_line))
    return pd.DataFrame(rows, columns=SHAPE, dtype=float)


def _members(systems: list[_System], table: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Return one row per city and system."""
    none = np.array([], int)
    empty = _System("", none, none.astype(float), none.astype(bool), none.astype(bool))
    _, *columns = zip(empty, *systems, strict=True)
    rows, position, own, member = (np.concatenate(column) for column in columns)
    system = np.repeat(table.index, table["n"].astype(int))
    return pd.DataFrame(
        {
            "system": system,
            "form": table["form"].reindex(system).to_numpy(),
            "position": position,
            "role": np.where(member, "member", "centre"),
            "own": own,
        },
        ids[rows],
    )
