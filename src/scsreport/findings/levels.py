"""The same investment at four levels: who gains, who falls behind, and which mix does best.

An illustration and no evidence: a budget, prices and speeds are ours, elasticities are imported,
masses stay where they are, and part of any gain is moved, not made. The report's own names of its
levels cannot be read; these four are ours. What is assumed was written down before any result.

*Systems.* The detected clusters and corridors, and hubs with the smaller cities of which they are
the nearest larger city, within 300 km by road; whole cities near a road, two and more, all joined.

*Budget.* Km of road made half as fast again (60 to 90 km an hour), as many at each level: half the
length of the system's minimum spanning tree by road, or less where a level cannot take so much.

- local: main roads inside each city, by people until a city has no more. A city has 2 km of them
  for each square km of its part of its footprint (at the median density where it has none). Every
  trip begins and ends with a leg, the mean distance to the middle of a disc of that area (2/3 of
  its radius) at 30 km an hour; the leg shortens as far as the main roads are made faster. A trip
  inside a city has two legs.
- sub-national: the spanning tree of the system, stretches with most gravity (people times people
  over km) first.
- national: from the system to large cities of the country (500,000 people, or the largest city of
  the country) outside it and its footprints, within 300 km by road: the pair with most gravity
  first, then the pair with most between what is joined and what is not.
- cross-border: the same to large cities of other countries. A trip across a border waits an hour.

A road serves each city on its way: those by which it is at most 2 % longer. Where there is no
such city, a system has no such level. A mix cuts the budget into quarters.

*Results.* Market access counts every city within 600 km by road, the own one and foreign ones too,
half for every 30 minutes. Efficiency is the mean gain of output of the people of the system
(elasticity .125); equity the change of the weighted Gini coefficient of access among its cities. A
level is *inclusive* if output rises and that inequality falls. Beside them: inequality among all
cities of the country, the gain of the fifth of people with least access, people who gain less than
the mean, and what of the gain falls outside the system and abroad. Worked examples: of each form
the system with most people among those with all four levels that can take the whole budget.
"""

# scipy.sparse carries no types
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, eye_array
from scipy.sparse.csgraph import minimum_spanning_tree

from scsreport import inequality
from scsreport.connectivity import add_links, travel_times
from scsreport.findings import connectivity
from scsreport.findings.answer import Answer
from scsreport.geometry import Floats
from scsreport.tables.datasets import load

LEVELS = ("local", "sub-national", "national", "cross-border")
LARGE, REACH_KM, DETOUR = 500_000, 300.0, 1.02
LOCAL_KMH, STREETS = 30.0, 2.0  # as the crow flies; km of main road a square km
PARTS = 4  # of the budget in a mix
ROUNDED = 1e-9  # a change below it is none


class Plan(NamedTuple):
    """What is assumed; each other plan of :data:`PLANS` changes one thing.

    Parameters
    ----------
    half_life, elasticity : float
        Imported: minutes after which a mass counts half; output by access.
    faster : float
        Speed after over speed before, of roads inside cities and between them.
    budget : float
        Of the length of the spanning tree.
    dear : str
        A level whose km cost twice as much.
    wait : float
        Minutes for every trip between two countries.
    opens : bool
        No more wait for trips that a road across the border makes shorter.
    """

    half_life: float = 30.0
    elasticity: float = 0.125
    faster: float = 1.5
    budget: float = 0.5
    dear: str = ""
    wait: float = 60.0
    opens: bool = False

    def price(self, level: str) -> float:
        """Return the price of a km at a level."""
        return 2.0 if level == self.dear else 1.0


PLANS = {
    "as declared first": Plan(),
    "half-life of 15 minutes": Plan(half_life=15),
    "half-life of 60 minutes": Plan(half_life=60),
    "elasticity of .08": Plan(elasticity=0.08),
    "a quarter faster": Plan(faster=1.25),
    "twice as fast": Plan(faster=2),
    "half the budget": Plan(budget=0.25),
    "twice the budget": Plan(budget=1),
    "local roads at twice the price": Plan(dear="local"),
    "border roads at twice the price": Plan(dear="cross-border"),
    "no wait at the border": Plan(wait=0),
    "the road ends the wait": Plan(opens=True),
}
FIRST, BASE = next(iter(PLANS.items()))


class Place(NamedTuple):
    """A system and what surrounds it.

    Parameters
    ----------
    around : DataFrame
        Cities of the system and all others within 600 km by road of one of them: ``people``,
        ``country``, ``form``, ``leg`` as of :func:`cities`, and ``own`` (in the system).
    minutes : DataFrame
        By road between them, square, by row of ``around``.
    foreign : ndarray
        Whether two of them lie in different countries, square.
    ways : dict of str to tuple of ndarray
        By level, stretches in the order in which they are made faster: both ends, as rows of
        ``around``, and km; those of "local" are cities with the km of their main roads.
    tree : float
        Km of the spanning tree of the system.
    """

    around: pd.DataFrame
    minutes: pd.DataFrame
    foreign: Any
    ways: dict[str, tuple[Any, Any, Floats]]
    tree: float

    def budget(self, plan: Plan) -> float:
        """Return the km that every level of the place can take, at its price."""
        room = [km.sum() * plan.price(level) for level, (_, _, km) in self.ways.items()]
        return float(min(plan.budget * self.tree, *room))


@cache
def cities() -> pd.DataFrame:
    """Return whole cities near a road with their main roads and the leg of a trip inside them.

    Returns
    -------
    DataFrame
        Rows of :func:`scsreport.findings.connectivity.cities` with ``people``; ``streets``, km of main road; and
        ``leg``, minutes from the mean place in the city to its middle.
    """
    table, urban = connectivity.cities(), load("footprints").set_index("footprint")
    people, of = table["population"].astype(float), urban.reindex(table["footprint"])
    area = people * (of["area_km2"] / of["population"]).to_numpy(float, na_value=np.nan)
    area = area.fillna(people / (people / area).median())
    leg = 2 / 3 * np.sqrt(area / np.pi) * 60 / LOCAL_KMH
    return table.assign(people=people, streets=STREETS * area, leg=leg)


@cache
def roads() -> Any:
    """Return km by road between the cities, by their rows, in both directions.

    Returns
    -------
    csr_array
    """
    table, ids = load("road-distances"), cities().index
    a, b = (ids.get_indexer(pd.Index(table[f"geonameid_{end}"])) for end in "ab")
    both = (a >= 0) & (b >= 0)
    half = csr_array((table["km"][both], (a[both], b[both])), shape=(len(ids), len(ids)))
    return half + half.T


@cache
def systems() -> pd.DataFrame:
    """Return who belongs to which system.

    Returns
    -------
    DataFrame
        One row per ``system`` and ``geonameid``: its ``form``, and its ``name`` after its two
        largest cities, or after the hub; ``city``, ``people`` and ``is_primary`` of the city. Not
        yet said: whether roads join them.
    """
    found = load("system-members").merge(load("systems")[["system", "name"]])
    ids, typed = cities().index, load("city-forms").set_index("geonameid")
    of = typed.loc[typed["larger"].map(typed["type"]) == "hub", "larger"]
    of = of[of.index.isin(ids) & of.isin(ids)].astype(int)
    km = roads()[ids.get_indexer(of.index), ids.get_indexer(pd.Index(of))]
    of = of[(km > 0) & (km <= REACH_KM)]
    hubs = pd.DataFrame({"geonameid": [*of.index, *of.unique()], "hub": [*of, *of.unique()]})
    hubs = hubs.assign(
        system="hub-" + hubs["hub"].astype(str), form="hub", name=hubs["hub"].map(cities()["name"])
    )
    found = pd.concat([found, hubs])[["system", "form", "name", "geonameid"]]
    whose = cities()[["name", "people", "is_primary"]].rename(columns={"name": "city"})
    found = found.join(whose, on="geonameid", how="inner")
    return found[found.groupby("system")["system"].transform("size") > 1].reset_index(drop=True)


def _stops(km: Floats, a: int, b: int) -> list[tuple[int, int]]:
    """Return the stretches of the way between two cities, from stop to stop."""
    on = (km[a] + km[b] <= DETOUR * km[a, b]) & (km[a] < km[a, b])
    steps = list(pairwise([*(i for i in np.argsort(km[a], kind="stable") if on[i]), b]))
    return steps if np.isfinite(km[*zip(*steps, strict=True)]).all() else [(a, b)]


def _joined(pull: Floats, own: Any, targets: Any) -> Iterator[tuple[int, int]]:
    """Join targets to a system one by one, by the pair with most gravity."""
    inside, left = list(own), list(targets)
    while left:
        i, j = divmod(int(pull[np.ix_(inside, left)].argmax()), len(left))
        yield inside[i], left[j]
        inside.append(left.pop(j))


def place(own: "pd.Index[Any]", *, table: pd.DataFrame, roads: csr_array) -> Place | None:
    """Return a system with its surroundings and the roads of each level.

    Parameters
    ----------
    own : Index
        Its cities.
    table : DataFrame
        As of :func:`cities`.
    roads : csr_array
        As of :func:`roads`, by row of ``table``.

    Returns
    -------
    Place or None
        None where roads do not join the cities of the system.
    """
    rows = table.index.get_indexer(own)
    near = np.union1d(rows, roads[rows].indices)
    mine, around = np.searchsorted(near, rows), table.iloc[near]
    km = roads[near][:, near].toarray()
    km[km == 0] = np.inf
    np.fill_diagonal(km, 0)
    tree = minimum_spanning_tree(km[np.ix_(mine, mine)]).tocoo()
    if tree.nnz < len(own) - 1:
        return None
    state, people = (around[name].to_numpy() for name in ("country", "people"))
    inside, foreign = np.isin(near, rows), state[:, None] != state
    around = around.assign(own=inside, home=~foreign[mine[0]])
    with np.errstate(divide="ignore"):
        pull = np.outer(people, people) / km
    ends = mine[np.array(tree.coords)].T
    large = (around["people"] >= LARGE) | around["is_primary"]
    large &= (km[mine].min(axis=0) <= REACH_KM) & ~inside
    suburb = around["footprint"].isin(around.loc[inside, "footprint"].dropna())
    chosen = {
        "sub-national": ends[np.argsort(-pull[*ends.T], kind="stable")],
        "national": _joined(pull, mine, np.flatnonzero(large & around["home"] & ~suburb)),
        "cross-border": _joined(pull, mine, np.flatnonzero(large & ~around["home"])),
    }
    ways: dict[str, Any] = {
        "local": (*[np.flatnonzero(inside)] * 2, around.loc[inside, "streets"].to_numpy())
    }
    for level, way in chosen.items():
        steps = dict.fromkeys((min(s), max(s)) for a, b in way for s in _stops(km, a, b))
        if steps:
            ends = np.array([*steps]).T
            ways[level] = (*ends, km[*ends])
    minutes = travel_times(pd.DataFrame(km), kmh=connectivity.KMH)
    return Place(around, minutes, foreign, ways, float(tree.data.sum()))


def _shared(budget: float, people: Floats, room: Floats) -> Floats:
    """Return the km of each city: by people, and none more than it has room for."""
    order = np.argsort(room / people)
    rate = (room / people)[order]
    full = np.cumsum(room[order]) + rate * (people.sum() - np.cumsum(people[order]))
    return np.asarray(np.minimum(people * np.interp(budget, [0, *full], [0, *rate]), room))


def _reach(weight: Any, leg: Floats, people: Floats, half_life: float) -> Floats:
    """Return market access from weights of trips between middles, legs to be added."""
    near = np.exp2(-leg / half_life)
    return np.asarray(near * (weight @ (near * people)))


def access(spot: Place, plan: Plan, spent: Mapping[str, float]) -> Floats:
    """Return market access, among the cities around a system, once money is spent.

    Parameters
    ----------
    spot : Place
    plan : Plan
    spent : mapping of str to float
        By level its budget, in km at a price of one.

    Returns
    -------
    ndarray
        By row of ``spot.around``, of what these cities are to each other.
    """
    people, leg = (spot.around[name].to_numpy(copy=True) for name in ("people", "leg"))
    minutes, wait, saved = spot.minutes, plan.wait * spot.foreign, 1 - 1 / plan.faster
    for level, (a, b, length) in spot.ways.items():
        km = spent.get(level, 0) / plan.price(level)
        if level == "local":
            leg[a] *= 1 - saved * _shared(km, people[a], length) / length
        elif km > 0:
            done = np.clip(km - (length.cumsum() - length), 0, length)
            steps = np.column_stack([a, b, (length - saved * done) * 60 / connectivity.KMH])[
                done > 0
            ]
            shorter = add_links(minutes, steps)
            if plan.opens and level == "cross-border":
                wait[shorter < minutes] = 0
            minutes = shorter
    weight = np.exp2(-(minutes.to_numpy() + wait) / plan.half_life)
    return _reach(weight, leg, people, plan.half_life)


@cache
def before(half_life: float, wait: float) -> "pd.Series[Any]":
    """Return the market access of every city before anything is spent.

    Parameters
    ----------
    half_life, wait : float
        Of a :class:`Plan`.

    Returns
    -------
    Series
        By city; no pair counts that is more than 600 km apart by road.
    """
    table, (a, b), km = cities(), roads().tocoo().coords, roads().tocoo().data
    state = table["country"].to_numpy()
    minutes = km * 60 / connectivity.KMH + wait * (state[a] != state[b])
    weight = csr_array((np.exp2(-minutes / half_life), (a, b)), roads().shape)
    mass, leg = table["people"].to_numpy(), table["leg"].to_numpy()
    return pd.Series(_reach(weight + eye_array(len(mass)), leg, mass, half_life), table.index)


def gains(spot: Place, plan: Plan, shares: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return access before and after, and the gain of output, of every city around a system.

    Parameters
    ----------
    spot : Place
    plan : Plan
    shares : DataFrame
        A row per run: the share of the budget that each level gets.

    Returns
    -------
    tuple of ndarray
        Access before, by city; access after and gain of output as a share, by run and city.
    """
    start = before(plan.half_life, plan.wait)[spot.around.index].to_numpy()
    km = shares.to_numpy() * spot.budget(plan)
    spent = [dict(zip(shares.columns, row, strict=True)) for row in km]
    more = np.array([access(spot, plan, each) for each in spent]) - access(spot, plan, {})
    return start, start + more, (1 + more / start) ** plan.elasticity - 1


def outcomes(spot: Place, plan: Plan, shares: pd.DataFrame) -> pd.DataFrame:
    """Return what a system gains, who in it, and what falls outside.

    Parameters
    ----------
    spot : Place
    plan : Plan
    shares : DataFrame
        As in :func:`gains`.

    Returns
    -------
    DataFrame
        By row of ``shares``: ``gain``, the mean by people of the system; ``least``, that of the
        fifth of its people with least access; ``gap_before`` and ``gap``, weighted Gini coefficient
        of access among its cities and the change of it; ``behind``, share of its people who gain
        less than the mean; and shares of all gain, by people, that fall to the rest of the country
        (``outside``) and ``abroad``.
    """
    start, end, gain = gains(spot, plan, shares)
    people, own, home = (spot.around[name].to_numpy() for name in ("people", "own", "home"))
    part = people * own / people[own].sum()
    rank = np.argsort(start, kind="stable")
    fifth = np.clip(0.2 - (part[rank].cumsum() - part[rank]), 0, part[rank]) / 0.2
    mean, whole = gain @ part, np.maximum(gain @ people, np.finfo(float).tiny)
    gap = np.array([inequality.gini(row[own], people[own]) for row in (start, *end)])
    return pd.DataFrame(
        {
            "gain": mean,
            "least": gain[:, rank] @ fifth,
            "gap_before": gap[0],
            "gap": gap[1:] - gap[0],
            "behind": (gain < mean[:, None] * (1 - ROUNDED)) @ part,
            "outside": gain @ (people * (home & ~own)) / whole,
            "abroad": gain @ (people * ~home) / whole,
        },
        shares.index,
    )


def country_gap(spot: Place, plan: Plan, end: Floats) -> Any:
    """Return the change of inequality of access among all cities of the country of a system.

    Parameters
    ----------
    spot : Place
    plan : Plan
    end : ndarray
        Access after, as of :func:`gains`.

    Returns
    -------
    ndarray
        By run, of the weighted Gini coefficient.
    """
    home = spot.around.index[spot.around["home"]]
    nation = cities()[cities()["country"] == spot.around.loc[home[0], "country"]]
    reach = np.tile(before(plan.half_life, plan.wait)[nation.index], (len(end) + 1, 1))
    reach[1:, nation.index.get_indexer(home)] = end[:, spot.around["home"]]
    gap = np.array([inequality.gini(row, nation["people"].to_numpy()) for row in reach])
    return gap[1:] - gap[0]


def mixes(spot: Place, plan: Plan = BASE) -> pd.DataFrame:
    """Return every mix of the budget over the levels, in quarters, and which none beats.

    Parameters
    ----------
    spot : Place
    plan : Plan

    Returns
    -------
    DataFrame
        A row per mix: the share of each level (missing where the system has none), ``gain`` and
        ``gap`` of :func:`outcomes`, and ``frontier``: no other mix gains as much and narrows the
        gap as much, and does better in one of both; ``level`` that gets all, or "".
    """
    names = list(spot.ways)
    table = pd.DataFrame(product(range(PARTS + 1), repeat=len(names)), columns=names) / PARTS
    table = table[table.sum(axis=1) == 1]
    table[["gain", "gap"]] = outcomes(spot, plan, table)[["gain", "gap"]]
    good = (table[["gain", "gap"]] * [1, -1]).to_numpy()
    ahead = good[:, None] - good[None]
    beaten = ((ahead >= 0).all(axis=2) & (ahead > ROUNDED).any(axis=2)).any(axis=0)
    pure = table[names].idxmax(axis=1).where(table[names].max(axis=1) == 1, "")
    table = table.reindex(columns=[*LEVELS, "gain", "gap"]).reset_index(drop=True)
    return table.assign(frontier=~beaten, level=pure.to_numpy())


def find(what: str) -> tuple[str, Place]:
    """Return a system by its id, or the largest one that has a city of a name.

    Parameters
    ----------
    what : str
        Such as "cluster-12" or "Bandung".

    Returns
    -------
    tuple
        Its name and its place.

    Raises
    ------
    ValueError
        If there is no such system, or roads do not join its cities.
    """
    table = systems()
    meant = table.loc[(table["system"] == what) | (table["city"] == what), "system"]
    size = table[table["system"].isin(meant)].groupby("system")["people"].sum()
    part = table[table["system"].isin(size.nlargest(1).index)]
    own = pd.Index(part["geonameid"])
    if own.empty or (spot := place(own, table=cities(), roads=roads())) is None:
        wanted = "the id of a system or a city in one that roads join, such as 'cluster-12'"
        raise ValueError(f"system: found {what!r}, expected {wanted}")
    return str(part["name"].iloc[0]), spot


@cache
def examples() -> "pd.Series[str]":
    """Return the worked examples: by form, the id of a system.

    Returns
    -------
    Series
        Of each form the one with most people that has all levels and takes the whole budget.
    """
    of = load("levels").groupby("system")
    form = of["form"].first()[(of.size() == len(LEVELS)) & ~of["cut"].any()]
    size = systems().groupby("system")["people"].sum()
    return size[form.index].groupby(form).idxmax().rename("system")


def answers() -> list[Answer]:
    """Return in how many systems several levels are inclusive, and the best one is (A7)."""
    runs = load("level-runs").query("form == 'all'").set_index("plan")[["several", "aimed"]]
    runs = pd.concat([runs, _other_readings()])
    tables = "levels, road-distances"
    return [
        Answer("A7a", runs["several"], tables, "tab-level-plans"),
        Answer("A7b", runs["aimed"], tables, "tab-level-plans"),
    ]


def _other_readings() -> pd.DataFrame:
    """Read *inclusive* in two other ways, under the plan that was declared first."""
    table = load("levels")
    best = table.groupby("system")["gain"].idxmax()
    readings = {
        "inequality in the country": table["gap_country"] < -ROUNDED,
        "the fifth with least access": table["least"] >= table["gain"],
    }
    rows = {}
    for name, narrows in readings.items():
        inclusive = narrows & (table["gain"] > ROUNDED)
        several = inclusive.groupby(table["system"]).sum() > 1
        rows[name] = {"several": several.mean(), "aimed": inclusive[best].mean()}
    return pd.DataFrame.from_dict(rows, orient="index")
