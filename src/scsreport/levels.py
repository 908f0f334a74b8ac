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

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise, product
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import minimum_spanning_tree

from scsreport import connectivity, inequality, links, literature
from scsreport.datasets import load
from scsreport.geometry import Floats

Column: TypeAlias = "pd.Series[Any]"
Spent: TypeAlias = tuple[tuple[str, float], ...]

LEVELS = ("local", "sub-national", "national", "cross-border")
LARGE, REACH_KM, DETOUR = 500_000, 300.0, 1.02
LOCAL_KMH, STREETS = 30.0, 2.0  # as the crow flies; km of main road a square km
PARTS = 4  # of the budget in a mix
ROUNDED = 1e-9  # a change below it is none


@dataclass(frozen=True)
class Plan:
    """What is assumed; each other plan of :data:`PLANS` changes one thing.

    Parameters
    ----------
    half_life, elasticity : float
        Imported: minutes after which a mass counts half; output by access.
    faster : float
        Speed after over speed before, of roads inside cities and between them.
    budget : float
        Of the length of the spanning tree.
    local_price, border_price : float
        Of a km inside cities and across the border, over that of any other.
    wait : float
        Minutes for every trip between two countries.
    opens : bool
        No more wait for trips that a road across the border makes shorter.
    """

    half_life: float = 30.0
    elasticity: float = 0.125
    faster: float = 1.5
    budget: float = 0.5
    local_price: float = 1.0
    border_price: float = 1.0
    wait: float = 60.0
    opens: bool = False


BASE = Plan()
PLANS = {
    "as declared first": BASE, "half-life of 15 minutes": Plan(half_life=15),
    "half-life of 60 minutes": Plan(half_life=60), "elasticity of .08": Plan(elasticity=0.08),
    "a quarter faster": Plan(faster=1.25), "twice as fast": Plan(faster=2),
    "half the budget": Plan(budget=0.25), "twice the budget": Plan(budget=1),
    "local roads at twice the price": Plan(local_price=2),
    "border roads at twice the price": Plan(border_price=2),
    "no wait at the border": Plan(wait=0), "the road ends the wait": Plan(opens=True),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Place:
    """A system and what surrounds it.

    Parameters
    ----------
    around : DataFrame
        Cities of the system and all others within 600 km by road of one of them: ``people``,
        ``country``, ``form``, ``leg`` as of :func:`cities`, and ``own`` (in the system).
    minutes : DataFrame
        By road between them, square.
    ways : dict of str to DataFrame
        By level, stretches ``a``, ``b``, ``km`` in the order in which they are made faster; those
        of "local" are cities with the km of their main roads.
    tree : float
        Km of the spanning tree of the system.
    """

    around: pd.DataFrame
    minutes: pd.DataFrame
    ways: dict[str, pd.DataFrame]
    tree: float

    def budget(self, plan: Plan) -> float:
        """Return the km that every level of the place can take, at its price."""
        room = [table["km"].sum() * _price(level, plan) for level, table in self.ways.items()]
        return float(min(plan.budget * self.tree, *room))


def _price(level: str, plan: Plan) -> float:
    return {"local": plan.local_price, "cross-border": plan.border_price}.get(level, 1.0)


@cache
def cities() -> pd.DataFrame:
    """Return whole cities near a road with their main roads and the leg of a trip inside them.

    Returns
    -------
    DataFrame
        Rows of :func:`scsreport.links.cities` with ``people``; ``streets``, km of main road; and
        ``leg``, minutes from the mean place in the city to its middle.
    """
    table, urban = links.cities(), load("footprints").set_index("footprint")
    people, of = table["population"].astype(float), urban.reindex(table["footprint"])
    area = people * (of["area_km2"] / of["population"]).to_numpy(float, na_value=np.nan)
    area = area.fillna(people / (people / area).median())
    leg = 2 / 3 * np.sqrt(area / np.pi) * 60 / LOCAL_KMH
    return table.assign(people=people, streets=STREETS * area, leg=leg)


@cache
def pairs() -> pd.DataFrame:
    """Return km by road between the cities, each pair in both directions.

    Returns
    -------
    DataFrame
        By city, the ``other`` one and ``km``.
    """
    table = load("road-distances").set_axis(["city", "other", "km"], axis=1)
    table = table[table["city"].isin(cities().index) & table["other"].isin(cities().index)]
    back = table.rename(columns={"city": "other", "other": "city"})
    return pd.concat([table, back]).set_index("city").sort_index()


@cache
def systems() -> pd.DataFrame:
    """Return who belongs to which system.

    Returns
    -------
    DataFrame
        One row per ``system`` and ``geonameid``: its ``form``, and its ``name`` after its two
        largest cities, or after the hub. Not yet said: whether roads join them.
    """
    found = load("system-members").merge(load("systems")[["system", "name"]])
    typed = load("city-forms").set_index("geonameid")
    of = typed["larger"].dropna().astype(int)
    of = of[(of.map(typed["type"]) == "hub") & of.isin(cities().index)]
    by_road = pairs().set_index("other", append=True)["km"]
    keys = pd.MultiIndex.from_arrays([of.index, of])
    of = of[(by_road.reindex(keys) <= REACH_KM).to_numpy()]
    hubs = pd.DataFrame({"geonameid": [*of.index, *of.unique()], "hub": [*of, *of.unique()]})
    hubs = hubs.assign(system="hub-" + hubs["hub"].astype(str), form="hub",
                       name=hubs["hub"].map(cities()["name"]))  # fmt: skip
    found = pd.concat([found, hubs])[["system", "form", "name", "geonameid"]]
    found = found[found["geonameid"].isin(cities().index)]
    return found[found.groupby("system")["system"].transform("size") > 1].reset_index(drop=True)


def _stops(km: pd.DataFrame, a: Any, b: Any) -> list[tuple[Any, Any, float]]:
    """Return the stretches of the way between two cities, from stop to stop."""
    whole, near = float(km.loc[a, b]), km[a]
    stops = near[(near + km[b] <= DETOUR * whole) & (near < whole)].sort_values(kind="stable")
    steps = [(i, j, float(km.loc[i, j])) for i, j in pairwise([*stops.index, b])]
    return steps if np.isfinite([step[2] for step in steps]).all() else [(a, b, whole)]


def _joined(km: pd.DataFrame, people: Column, own: Any, targets: Any) -> Iterator[tuple[Any, Any]]:
    """Join targets to a system one by one, by the pair with most gravity."""
    inside, left = list(own), list(targets)
    while left:
        pull = np.outer(people[inside], people[left]) / km.loc[inside, left].to_numpy()
        i, j = np.unravel_index(pull.argmax(), pull.shape)
        yield inside[i], left[j]
        inside.append(left.pop(j))


def place(own: "pd.Index[Any]", *, table: pd.DataFrame, roads: pd.DataFrame) -> Place | None:
    """Return a system with its surroundings and the roads of each level.

    Parameters
    ----------
    own : Index
        Its cities.
    table : DataFrame
        As of :func:`cities`.
    roads : DataFrame
        As of :func:`pairs`.

    Returns
    -------
    Place or None
        None where roads do not join the cities of the system.
    """
    near = own.union(roads.loc[own.intersection(roads.index), "other"].unique())
    rows = roads.loc[near.intersection(roads.index)].query("other in @near").reset_index()
    km = rows.pivot(index="city", columns="other", values="km").reindex(index=near, columns=near)
    km = km.fillna(np.inf).mask(np.eye(len(near), dtype=bool), 0.0)
    people, around = table["people"], table.loc[near].assign(own=near.isin(own))
    tree = minimum_spanning_tree(km.loc[own, own].to_numpy()).tocoo()
    if tree.nnz < len(own) - 1:
        return None
    ends = pd.DataFrame({"a": own[tree.row], "b": own[tree.col], "km": tree.data})
    ends["pull"] = ends["a"].map(people) * ends["b"].map(people) / ends["km"]
    ends = ends.sort_values("pull", ascending=False, kind="stable")
    home = around["country"] == table.loc[own[0], "country"]
    large = (around["people"] >= LARGE) | around["is_primary"]
    large &= (km.loc[own].min() <= REACH_KM) & ~around["own"]
    same = around["footprint"].isin(table.loc[own, "footprint"].dropna())
    chosen = {
        "sub-national": ends[["a", "b"]].itertuples(index=False, name=None),
        "national": _joined(km, people, own, near[large & home & ~same]),
        "cross-border": _joined(km, people, own, near[large & ~home]),
    }
    ways = {"local": around.loc[around["own"], ["streets"]].set_axis(["km"], axis=1)}
    for level, way in chosen.items():
        steps = {frozenset(step[:2]): step for a, b in way for step in _stops(km, a, b)}
        if steps:
            ways[level] = pd.DataFrame(steps.values(), columns=["a", "b", "km"])
    around = around[["people", "country", "form", "leg", "own"]]
    return Place(around, connectivity.travel_times(km, kmh=links.KMH), ways, float(tree.data.sum()))


def _shared(budget: float, people: Floats, room: Floats) -> Floats:
    """Return the km of each city: by people, and none more than it has room for."""
    order = np.argsort(room / people)
    rate = (room / people)[order]
    full = np.cumsum(room[order]) + rate * (people.sum() - np.cumsum(people[order]))
    return np.asarray(np.minimum(people * np.interp(budget, [0, *full], [0, *rate]), room))


def _in_turn(budget: float, length: Floats) -> Floats:
    """Return the km of each stretch that a budget pays for, one after the other."""
    return np.asarray(np.clip(budget - (length.cumsum() - length), 0, length))


@lru_cache(maxsize=64)
def _minutes(spot: Place, faster: float, bought: tuple[tuple[str, float], ...]) -> pd.DataFrame:
    """Return minutes by road once so many km of each level but the local one are faster."""
    if not bought:
        return spot.minutes
    *others, (level, km) = bought
    way = spot.ways[level]
    length = way["km"].to_numpy()
    done = _in_turn(km, length)
    after = (length - (1 - 1 / faster) * done) * 60 / links.KMH
    steps = zip(way["a"][done > 0], way["b"][done > 0], after[done > 0], strict=True)
    return connectivity.add_links(_minutes(spot, faster, tuple(others)), steps)


@lru_cache(maxsize=64)
def access(spot: Place, plan: Plan, spent: Spent = ()) -> Floats:
    """Return market access, among the cities around a system, once money is spent.

    Parameters
    ----------
    spot : Place
    plan : Plan
    spent : tuple of pairs
        Levels with their budgets, in km at a price of one.

    Returns
    -------
    ndarray
        By row of ``spot.around``, of what these cities are to each other.
    """
    bought = {level: km / _price(level, plan) for level, km in spent if km > 0}
    leg, state = spot.around["leg"].to_numpy(copy=True), spot.around["country"].to_numpy()
    if km := bought.pop("local", 0):
        own, room = spot.around["own"].to_numpy(), spot.ways["local"]["km"].to_numpy()
        done = _shared(km, spot.around.loc[own, "people"].to_numpy(), room)
        leg[own] *= 1 - (1 - 1 / plan.faster) * done / room
    minutes = _minutes(spot, plan.faster, tuple(bought.items()))
    wait = plan.wait * np.not_equal.outer(state, state)
    if plan.opens and bought.pop("cross-border", 0):
        wait[minutes < _minutes(spot, plan.faster, tuple(bought.items()))] = 0
    times = minutes + wait + np.add.outer(leg, leg)
    reached = connectivity.market_access(times, spot.around["people"], half_life=plan.half_life)
    return reached.to_numpy()


@cache
def before(half_life: float, wait: float) -> Column:
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
    table, rows = cities(), pairs().reset_index().query("city < other")
    a, b = (table.loc[rows[end], ["country", "leg"]].to_numpy().T for end in ("city", "other"))
    between = connectivity.travel_times(rows, kmh=links.KMH)
    between["minutes"] += ((a[0] != b[0]) * wait + a[1] + b[1]).astype(float)
    inside = pd.DataFrame({"city": table.index, "other": table.index, "minutes": 2 * table["leg"]})
    every = pd.concat([between, inside])
    return connectivity.market_access(every, table["people"], half_life=half_life)


def gains(spot: Place, plan: Plan, spent: Spent) -> pd.DataFrame:
    """Return access before and after, and the gain of output, of every city around a system.

    Parameters
    ----------
    spot : Place
    plan : Plan
    spent : tuple of pairs
        As in :func:`access`.

    Returns
    -------
    DataFrame
        ``spot.around`` with ``before``, ``after``, and ``gain`` of output as a share.
    """
    start = before(plan.half_life, plan.wait)[spot.around.index].to_numpy()
    end = start + access(spot, plan, spent) - access(spot, plan)
    gain = (end / start) ** plan.elasticity - 1
    return spot.around.assign(before=start, after=end, gain=gain)


def outcome(found: pd.DataFrame) -> dict[str, float]:
    """Return what a system gains, and who in it.

    Parameters
    ----------
    found : DataFrame
        As of :func:`gains`.

    Returns
    -------
    dict
        ``gain``, the mean by people of the system; ``least``, that of the fifth of its people with
        least access; ``gap_before`` and ``gap``, weighted Gini coefficient of access among its
        cities and the change of it; ``behind``, share of its people who gain less than the mean.
    """
    own = np.flatnonzero(found["own"])
    own = own[np.argsort(found["before"].to_numpy()[own], kind="stable")]
    columns = ("before", "after", "gain", "people")
    start, end, gain, people = (found[name].to_numpy()[own] for name in columns)
    fifth = np.clip(people.sum() / 5 - (people.cumsum() - people), 0, people)
    gap = [inequality.gini(reach, people) for reach in (start, end)]
    mean = float(np.average(gain, weights=people))
    return {
        "gain": mean, "least": float(np.average(gain, weights=fifth)),
        "gap_before": gap[0], "gap": gap[1] - gap[0],
        "behind": float(people[gain < mean * (1 - ROUNDED)].sum() / people.sum()),
    }  # fmt: skip


def beyond(found: pd.DataFrame, plan: Plan) -> dict[str, float]:
    """Return what a level does outside the system.

    Parameters
    ----------
    found : DataFrame
        As of :func:`gains`.
    plan : Plan

    Returns
    -------
    dict
        Shares of all gain, by people, that fall to the rest of the country (``outside``) and
        ``abroad``; ``gap_country``, the change of inequality of access among all its cities.
    """
    home = found.loc[found["own"], "country"].iloc[0]
    part = (found["people"] * found["gain"]).groupby(
        [found["own"], found["country"] == home]
    ).sum().reindex([(False, True), (False, False)], fill_value=0.0)  # fmt: skip
    whole = float((found["people"] * found["gain"]).sum())
    people = cities().loc[cities()["country"] == home, "people"]
    start = before(plan.half_life, plan.wait)[people.index]
    end = found["after"].reindex(people.index).fillna(start)
    gap = inequality.gini(end, people) - inequality.gini(start, people)
    outside, abroad = (part / whole if whole else part).to_list()
    return {"outside": outside, "abroad": abroad, "gap_country": gap}


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
        ``gap`` of :func:`outcome`, and ``frontier``: no other mix gains as much and narrows the
        gap as much, and does better in one of both.
    """
    names, budget = list(spot.ways), spot.budget(plan)
    shares = [s for s in product(range(PARTS + 1), repeat=len(names)) if sum(s) == PARTS]
    table = pd.DataFrame(shares, columns=names) / PARTS
    rows = [
        outcome(gains(spot, plan, tuple(zip(names, budget * row, strict=True))))
        for row in table.to_numpy()
    ]
    table[["gain", "gap"]] = pd.DataFrame(rows)[["gain", "gap"]]
    good = (table[["gain", "gap"]] * [1, -1]).to_numpy()
    ahead = good[:, None] - good[None]
    beaten = ((ahead >= 0).all(axis=2) & (ahead > ROUNDED).any(axis=2)).any(axis=0)
    return table.reindex(columns=[*LEVELS, "gain", "gap"]).assign(frontier=~beaten)


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
    table = table.join(cities()[["people", "name"]].add_prefix("city_"), on="geonameid")
    size = table.groupby("system")["city_people"].transform("sum")
    rows = table[(table["system"] == what) | (table["city_name"] == what)]
    best = rows.loc[[size[rows.index].idxmax()] if len(rows) else []]
    own = pd.Index(table.loc[table["system"].isin(best["system"]), "geonameid"])
    if own.empty or (spot := place(own, table=cities(), roads=pairs())) is None:
        wanted = "the id of a system or a city in one that roads join, such as 'cluster-12'"
        raise ValueError(f"system: found {what!r}, expected {wanted}")
    return str(best["name"].iloc[0]), spot


@cache
def examples() -> "pd.Series[str]":
    """Return the worked examples: by form, the id of a system.

    Returns
    -------
    Series
        Of each form the one with most people that has all levels and takes the whole budget.
    """
    table = load("levels").groupby(["form", "system"]).agg(n=("level", "size"), cut=("cut", "max"))
    size = systems()["geonameid"].map(cities()["people"]).groupby(systems()["system"]).sum()
    fit = table[(table["n"] == len(LEVELS)) & ~table["cut"].astype(bool)].reset_index()
    best = fit["system"].map(size).groupby(fit["form"]).idxmax()
    return fit.loc[best].set_index("form")["system"]


def answers() -> pd.DataFrame:
    """Return the rows for :func:`scsreport.answers.answers`.

    Returns
    -------
    DataFrame
        As that function describes.
    """
    runs = load("level-runs").query("form == 'all'").set_index("plan")
    table = load("levels")
    several, aimed = runs["several"].copy(), runs["aimed"].copy()
    best = table.loc[table.groupby("system")["gain"].idxmax()].index
    readings = {
        "inequality in the country": table["gap_country"] < -ROUNDED,
        "the fifth with least access": table["least"] >= table["gain"],
    }
    for name, good in readings.items():
        good &= table["gain"] > ROUNDED
        several[name] = (good.groupby(table["system"]).sum() > 1).mean()
        aimed[name] = good[best].mean()
    source, tab = "levels, road-distances", "tab-level-plans"
    return literature.rows_of([("A7a", several, source, tab), ("A7b", aimed, source, tab)])
