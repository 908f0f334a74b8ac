"""What the same investment does at one level or another: who gains, and who falls behind.

An illustration and no evidence: a budget, prices and speeds are ours, elasticities are imported,
masses stay where they are, and part of any gain is moved, not made. What is assumed was written
down before any result. The roads of each level are those of
:mod:`scsreport.findings.system_roads`.

*Budget.* Km of road made half as fast again (60 to 90 km an hour), as many at each level: half the
length of the system's minimum spanning tree by road, or less where a level cannot take so much.
Km inside cities go by people until a city has no more; the leg of a trip shortens as far as the
main roads are made faster, and a trip inside a city has two legs. A trip across a border waits an
hour. A mix cuts the budget into quarters.

*Results.* Market access counts every city within 600 km by road, the own one and foreign ones too,
half for every 30 minutes. Efficiency is the mean gain of output of the people of the system
(elasticity .125); equity the change of the weighted Gini coefficient of access among its cities. A
level is *inclusive* if output rises and that inequality falls. Beside them: inequality among all
cities of the country, the gain of the fifth of people with least access, people who gain less than
the mean, and what of the gain falls outside the system and abroad.
"""

# scipy.sparse carries no types
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, eye_array

from scsreport import inequality
from scsreport.connectivity import add_links
from scsreport.findings import connectivity
from scsreport.findings.system_roads import LEVELS, Flags, Region, Stretches, cities, road_km
from scsreport.geometry import Floats
from scsreport.tables.once import computed_once

__all__ = [
    "BASE",
    "FIRST",
    "NEGLIGIBLE",
    "SCENARIOS",
    "Gains",
    "Scenario",
    "access",
    "access_before",
    "budget_km",
    "country_gap",
    "gains",
    "mixes",
    "outcomes",
    "pure_levels",
]

MIX_PARTS = 4
"""Of the budget in a mix."""
NEGLIGIBLE = 1e-9
"""A change below it is none."""
LEAST_ACCESS_SHARE = 0.2
"""The share of people with least access whose gain is looked at."""


class Scenario(NamedTuple):
    """What is assumed; each other scenario of :data:`SCENARIOS` changes one thing.

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


SCENARIOS = {
    "as declared first": Scenario(),
    "half-life of 15 minutes": Scenario(half_life=15),
    "half-life of 60 minutes": Scenario(half_life=60),
    "elasticity of .08": Scenario(elasticity=0.08),
    "a quarter faster": Scenario(faster=1.25),
    "twice as fast": Scenario(faster=2),
    "half the budget": Scenario(budget=0.25),
    "twice the budget": Scenario(budget=1),
    "local roads at twice the price": Scenario(dear="local"),
    "border roads at twice the price": Scenario(dear="cross-border"),
    "no wait at the border": Scenario(wait=0),
    "the road ends the wait": Scenario(opens=True),
}
FIRST = "as declared first"
BASE = SCENARIOS[FIRST]


class Gains(NamedTuple):
    """What some ways to spend the budget do to every city around a system.

    Attributes
    ----------
    runs : Index
        What each way is called.
    before : ndarray
        Access of each city.
    after, output : ndarray of runs by cities
        Access, and gain of output as a share.
    """

    runs: pd.Index[Any]
    before: Floats
    after: Floats
    output: Floats


def budget_km(region: Region, scenario: Scenario) -> float:
    """Return the km, at a price of one, that every level of a region can take.

    Parameters
    ----------
    region : Region
    scenario : Scenario

    Returns
    -------
    float
    """
    capacity_km = [roads.km.sum() * scenario.price(level) for level, roads in region.roads.items()]
    return float(min(scenario.budget * region.tree_km, *capacity_km))


def pure_levels(region: Region) -> pd.DataFrame:
    """Return the ways to spend the whole budget at one level.

    Parameters
    ----------
    region : Region

    Returns
    -------
    DataFrame
        A row and a column per level of the region, one on the diagonal.
    """
    levels = list(region.roads)
    return pd.DataFrame(np.eye(len(levels)), levels, levels)


def access(region: Region, scenario: Scenario, spent: Mapping[str, float]) -> Floats:
    """Return market access, among the cities around a system, once money is spent.

    Parameters
    ----------
    region : Region
    scenario : Scenario
    spent : mapping of str to float
        By level its budget, in km at a price of one.

    Returns
    -------
    ndarray
        By row of ``region.cities``, of what these cities are to each other.
    """
    faster_km = {level: budget / scenario.price(level) for level, budget in spent.items()}
    minutes = _minutes(region, scenario, faster_km)
    weight = np.exp2(-minutes / scenario.half_life)
    leg = _legs(region, scenario, faster_km.get("local", 0.0))
    return _market_access(weight, leg, region.cities["people"].to_numpy(), scenario.half_life)


def _legs(region: Region, scenario: Scenario, faster_km: float) -> Floats:
    """Return the minutes of a trip inside each city, with some km of main road made faster."""
    leg = region.cities["leg"].to_numpy(copy=True)
    local = region.roads["local"]
    people = region.cities["people"].to_numpy()[local.start]
    saved = 1 - 1 / scenario.faster
    leg[local.start] *= 1 - saved * _km_by_people(faster_km, people, local.km) / local.km
    return leg


def _minutes(region: Region, scenario: Scenario, faster_km: Mapping[str, float]) -> Floats:
    """Return minutes between the middles of cities, waits included, with faster roads."""
    minutes = region.minutes
    wait = scenario.wait * region.foreign
    for level, roads in region.roads.items():
        km = faster_km.get(level, 0.0)
        if level == "local" or km <= 0:
            continue
        shorter = add_links(minutes, _faster_links(roads, scenario, km))
        if scenario.opens and level == "cross-border":
            wait[shorter < minutes] = 0
        minutes = shorter
    return np.asarray(minutes.to_numpy() + wait)


def _faster_links(roads: Stretches, scenario: Scenario, km: float) -> Floats:
    """Return the ends and minutes of stretches that a number of km makes faster, one after one."""
    km_before = roads.km.cumsum() - roads.km
    km_made_faster = np.clip(km - km_before, 0, roads.km)
    saved = 1 - 1 / scenario.faster
    minutes = (roads.km - saved * km_made_faster) * 60 / connectivity.KMH
    return np.column_stack([roads.start, roads.end, minutes])[km_made_faster > 0]


def _km_by_people(budget: float, people: Floats, capacity_km: Floats) -> Floats:
    """Return the km of each city: by people, and none more than it has room for.

    Km a head rise alike in all cities until one after the other is full, which takes the budget
    along a line with a corner for each of them.
    """
    order = np.argsort(capacity_km / people)
    km_a_head = (capacity_km / people)[order]
    not_full = people.sum() - np.cumsum(people[order])
    spent = np.cumsum(capacity_km[order]) + km_a_head * not_full
    reached = np.interp(budget, [0, *spent], [0, *km_a_head])
    return np.asarray(np.minimum(people * reached, capacity_km))


def _market_access(weight: Any, leg: Floats, people: Floats, half_life: float) -> Floats:
    """Return market access from weights of trips between middles, legs to be added."""
    leg_weight = np.exp2(-leg / half_life)
    return np.asarray(leg_weight * (weight @ (leg_weight * people)))


@computed_once
def access_before(half_life: float, wait: float) -> pd.Series[Any]:
    """Return the market access of every city before anything is spent.

    Parameters
    ----------
    half_life, wait : float
        Of a :class:`Scenario`.

    Returns
    -------
    Series
        By city; no pair counts that is more than 600 km apart by road.
    """
    table = cities()
    km = road_km().tocoo()
    a, b = km.coords
    country = table["country"].to_numpy()
    minutes = km.data * 60 / connectivity.KMH + wait * (country[a] != country[b])
    weight = csr_array((np.exp2(-minutes / half_life), (a, b)), km.shape)
    people = table["people"].to_numpy()
    leg = table["leg"].to_numpy()
    return pd.Series(
        _market_access(weight + eye_array(len(people)), leg, people, half_life), table.index
    )


def gains(region: Region, scenario: Scenario, shares: pd.DataFrame) -> Gains:
    """Return access before and after, and the gain of output, of every city around a system.

    Parameters
    ----------
    region : Region
    scenario : Scenario
    shares : DataFrame
        A row per run: the share of the budget that each level gets.

    Returns
    -------
    Gains
    """
    before = access_before(scenario.half_life, scenario.wait)[region.cities.index].to_numpy()
    budgets = shares.to_numpy() * budget_km(region, scenario)
    after = [
        access(region, scenario, dict(zip(shares.columns, spent, strict=True))) for spent in budgets
    ]
    # Cities beyond the surroundings count before and after alike.
    added_access = np.array(after) - access(region, scenario, {})
    output = (1 + added_access / before) ** scenario.elasticity - 1
    return Gains(shares.index, before, before + added_access, output)


def outcomes(region: Region, gained: Gains) -> pd.DataFrame:
    """Return what a system gains, who in it, and what falls outside.

    Parameters
    ----------
    region : Region
    gained : Gains

    Returns
    -------
    DataFrame
        By run: ``gain``, the mean by people of the system; ``least``, that of the fifth of its
        people with least access; ``gap_before`` and ``gap``, weighted Gini coefficient of access
        among its cities and the change of it; ``behind``, share of its people who gain less than
        the mean; and shares of all gain, by people, that fall to the rest of the country
        (``outside``) and ``abroad``.
    """
    people = region.cities["people"].to_numpy()
    in_system = region.cities["in_system"].to_numpy()
    in_country = region.cities["in_country"].to_numpy()
    weight = people * in_system / people[in_system].sum()
    mean = gained.output @ weight
    all_gain = np.maximum(gained.output @ people, np.finfo(float).tiny)
    gap = _gini(gained, in_system, people)
    return pd.DataFrame(
        {
            "gain": mean,
            "least": gained.output @ _weight_of_the_last(gained.before, weight),
            "gap_before": gap[0],
            "gap": gap[1:] - gap[0],
            "behind": (gained.output < mean[:, None] * (1 - NEGLIGIBLE)) @ weight,
            "outside": gained.output @ (people * (in_country & ~in_system)) / all_gain,
            "abroad": gained.output @ (people * ~in_country) / all_gain,
        },
        gained.runs,
    )


def _gini(gained: Gains, chosen: Flags, people: Floats) -> Floats:
    """Return inequality of access among some cities, before and then by run."""
    rows = (gained.before, *gained.after)
    return np.array([inequality.gini(row[chosen], people[chosen]) for row in rows])


def _weight_of_the_last(before: Floats, weight: Floats) -> Floats:
    """Return the weights of cities in the fifth of people with least access, in part if need be."""
    order = np.argsort(before, kind="stable")
    weight_before = weight[order].cumsum() - weight[order]
    counted = np.zeros_like(weight)
    counted[order] = (
        np.clip(LEAST_ACCESS_SHARE - weight_before, 0, weight[order]) / LEAST_ACCESS_SHARE
    )
    return counted


def country_gap(region: Region, scenario: Scenario, after: Floats) -> Floats:
    """Return the change of inequality of access among all cities of the country of a system.

    Parameters
    ----------
    region : Region
    scenario : Scenario
    after : ndarray
        As of :class:`Gains`.

    Returns
    -------
    ndarray
        By run, of the weighted Gini coefficient.
    """
    in_country = region.cities["in_country"]
    cities_near = region.cities.index[in_country]
    country = region.cities.loc[cities_near[0], "country"]
    nation = cities()[cities()["country"] == country]
    before = access_before(scenario.half_life, scenario.wait)[nation.index]
    access_of_nation = np.tile(before, (len(after) + 1, 1))
    access_of_nation[1:, nation.index.get_indexer(cities_near)] = after[:, in_country]
    people = nation["people"].to_numpy()
    gap = np.array([inequality.gini(row, people) for row in access_of_nation])
    return np.asarray(gap[1:] - gap[0])


def mixes(region: Region, scenario: Scenario = BASE) -> pd.DataFrame:
    """Return every mix of the budget over the levels, in quarters, and which none beats.

    Parameters
    ----------
    region : Region
    scenario : Scenario

    Returns
    -------
    DataFrame
        A row per mix: the share of each level (missing where the system has none), ``gain`` and
        ``gap`` of :func:`outcomes`, and ``frontier``: no other mix gains as much and narrows the
        gap as much, and does better in one of both; ``level`` that gets all, or "".
    """
    levels = list(region.roads)
    quarters = product(range(MIX_PARTS + 1), repeat=len(levels))
    table = pd.DataFrame(quarters, columns=levels) / MIX_PARTS
    table = table[table.sum(axis=1) == 1]
    pure = table.idxmax(axis=1).where(table.max(axis=1) == 1, "")
    results = outcomes(region, gains(region, scenario, table))[["gain", "gap"]]
    table = table.reindex(columns=list(LEVELS)).join(results)
    table = table.assign(frontier=_unbeaten(results), level=pure)
    return table.reset_index(drop=True)


def _unbeaten(results: pd.DataFrame) -> Flags:
    """Say which mixes no other beats, by ``gain``, the more the better, and ``gap``, the less."""
    aims = (results[["gain", "gap"]] * [1, -1]).to_numpy()
    advantage = aims[:, None] - aims[None]
    beats = (advantage >= 0).all(axis=2) & (advantage > NEGLIGIBLE).any(axis=2)
    return np.asarray(~beats.any(axis=0))
