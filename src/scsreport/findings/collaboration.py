"""What the cities of a system would save together: joint plants, fair shares, sites on real roads.

Loads, calls :mod:`scsreport.collaboration`, hands over. An illustration throughout, never evidence:
all of it follows from the cost curves of the table ``facilities``, which a reader can change.

Output is in units of a city of :data:`REFERENCE` people, so cost is in units of what its plant
costs. Functions that take ``changes`` hand them to :func:`curve`.
"""

# ``values`` are the costs of a game, which the linter takes for those of a frame.
# ruff: noqa: PD011

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scsreport import collaboration
from scsreport.collaboration import Game, Siting
from scsreport.collaboration.siting import Objective
from scsreport.findings import city_groups, connectivity
from scsreport.findings.answer import Answer
from scsreport.findings.city_groups import CityGroup
from scsreport.geometry import Floats
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "COUNTINGS",
    "COVER_KM",
    "HALF_LIFE",
    "LIMITED",
    "LIMITS",
    "REFERENCE",
    "RULES",
    "SIZES",
    "USED_UP",
    "answers",
    "arrangements",
    "arrangements_by_form",
    "break_even",
    "curve",
    "joint_savings",
    "leavers",
    "markets",
    "pairs",
    "pays",
    "quartiles_of_markets",
    "savings",
    "shares",
    "sites",
]

REFERENCE = 300_000
LIMITS = (50_000, 55_000)
"""People beyond which scale is used up: Bel and Fageda (2010), Sarra et al. (2020)."""
COUNTINGS: dict[str, dict[str, Any]] = {
    "as declared": {},
    "low exponents": {"exponent": "exponent_low"},
    "high exponents": {"exponent": "exponent_high"},
    "low hauls": {"haul": "haul_low"},
    "high hauls": {"haul": "haul_high"},
    "high exponents and hauls": {"exponent": "exponent_high", "haul": "haul_high"},
    **{f"routine to {limit:,}": {"limit": limit} for limit in LIMITS},
    "coordination": {"coordination": 0.1},
}
"""Declared before any value was seen: what the share of joint plants that pay is counted under."""
LIMITED = f"routine to {LIMITS[0]:,}"
"""The counting under which scale is used up first."""
SIZES = (50_000, 100_000, 300_000, 1_000_000)
COVER_KM = 50
"""Within which a site covers a city: ours."""
USED_UP = 1_000_000
"""People whom a plant serves before a larger one is no cheaper, where scale is to be used up."""
SITES = (1, 2, 3)
HALF_LIFE = 30
"""Minutes, of a joint market."""
OBJECTIVES: tuple[Objective, ...] = ("p-median", "p-centre", "max-cover")
RULES = ("by people", "by own cost", "Shapley")


def curve(
    kind: str,
    *,
    exponent: float | str = "exponent",
    haul: float | str = "haul",
    limit: float = np.inf,
    coordination: float = 0.0,
) -> dict[str, Any]:
    """Return the cost curve of a kind of facility, as :mod:`scsreport.collaboration` takes it.

    Parameters
    ----------
    kind : str
        A kind of the table ``facilities``.
    exponent, haul : float or str
        A number, or the column that holds it.
    limit : float
        People beyond which a routine service costs each the same; lumpy ones have no limit.
    coordination : float
        Cost of acting together, as a share of the separate cost.

    Returns
    -------
    dict
        Options of :func:`scsreport.collaboration.joint_saving`.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    kinds = _kinds()
    if kind not in kinds:
        raise ValueError(f"kind: found {kind!r}, expected one of {', '.join(kinds)}")
    row = kinds[kind]
    return {
        "exponent": row[exponent] if isinstance(exponent, str) else exponent,
        "haul": row[haul] if isinstance(haul, str) else haul,
        "efficient_size": limit / REFERENCE if row["service"] == "routine" else np.inf,
        "coordination": coordination,
    }


@cache
def _kinds() -> dict[str, dict[Any, Any]]:
    return {str(row["kind"]): row for row in load("facilities").to_dict("records")}


def _outputs(group: CityGroup) -> pd.Series[float]:
    """Return what the plant of each city puts out."""
    return group.people / REFERENCE


def _form(system: str) -> str:
    """Return the form of a system by its id, such as "corridor-3"."""
    return system.split("-")[0]


def savings(**changes: Any) -> pd.DataFrame:
    """Return what one plant saves, for every system and kind.

    Parameters
    ----------
    **changes
        Of the cost curve, the same for all kinds.

    Returns
    -------
    DataFrame
        One row per ``system`` and ``kind``: ``form``, ``n`` cities, ``saving``.
    """
    curves = {kind: curve(kind, **changes) for kind in _kinds()}
    rows = []
    for system, group in city_groups.systems().items():
        outputs = np.asarray(_outputs(group), float)
        km = group.km.to_numpy()
        for kind, cost_curve in curves.items():
            saving = collaboration.joint_saving(outputs, distances=km, **cost_curve)
            rows.append((system, _form(system), kind, len(outputs), saving))
    return pd.DataFrame(rows, columns=["system", "form", "kind", "n", "saving"])


def shares(system: str, kind: str, *, nucleolus: bool = True, **changes: Any) -> pd.DataFrame:
    """Share the cost of a system in several ways, where its cities may divide into joint plants.

    Parameters
    ----------
    system : str
        Of :func:`scsreport.findings.city_groups.systems`, or "corridor", "cluster" or "hub" of
        :func:`scsreport.findings.city_groups.worked`.
    kind : str
        Of ``facilities``.
    nucleolus : bool
        Whether to add it: it takes longest.
    **changes
        Of the cost curve.

    Returns
    -------
    DataFrame
        By city: ``name``, ``people``, ``group`` (from 1, each with one plant), ``own`` cost, and
        the share under each of :data:`RULES` and as "nucleolus". In ``attrs``: whether the core is
        ``empty``, and by rule whether some coalition would bear more than its own cost, ``left``.

    Raises
    ------
    ValueError
        If there is no such system or kind.
    """
    group = _group(system)
    game = _game(group, kind, **changes)
    alone = pd.Series(game.values[1 << np.arange(len(group.people))], group.people.index)
    shared = _by_rule(game, _outputs(group), alone)
    if nucleolus:
        shared["nucleolus"] = collaboration.nucleolus(game)
    one_plant = _game(group, kind, may_split=False, **changes)
    cities = {
        "name": city_groups.names(group.people.index),
        "people": group.people,
        "group": _plant_of_each(one_plant.values, game.values),
        "own": alone,
    }
    result = pd.DataFrame(cities | shared)
    result.attrs = {
        "empty": collaboration.core_is_empty(game),
        "left": {
            rule: not collaboration.in_core(game, share).inside for rule, share in shared.items()
        },
    }
    return result


def _group(system: str) -> CityGroup:
    """Return a system or worked region by its name."""
    for groups in (city_groups.systems(), city_groups.worked()):
        if system in groups:
            return groups[system]
    condition = "with two whole cities or more that roads join, such as 'corridor-3'"
    raise ValueError(f"system: found {system!r}, expected one of the table systems {condition}")


def _game(group: CityGroup, kind: str, *, may_split: bool = True, **changes: Any) -> Game:
    """Return the game of joint plants of some cities."""
    return collaboration.joint_cost_game(
        _outputs(group), distances=group.km, may_split=may_split, **curve(kind, **changes)
    )


def _by_rule(
    game: Game, outputs: pd.Series[float], alone: pd.Series[float]
) -> dict[str, pd.Series[float]]:
    """Share the cost of all under each of :data:`RULES`."""
    cost = game.values[-1]
    return {
        "by people": outputs / outputs.sum() * cost,
        "by own cost": alone / alone.sum() * cost,
        "Shapley": collaboration.shapley(game),
    }


def _plant_of_each(one_plant: Floats, cheapest: Floats) -> npt.NDArray[np.int_]:
    """Return the number of each city's plant, from 1, where all divide most cheaply.

    Both costs are by coalition, a mask: as one group with one plant, and divided most cheaply.
    Groups are split off one by one. The group of the first city that is left is the one whose own
    plant and the cheapest division of the others cost together what the cheapest division of all
    does.
    """
    masks = np.arange(len(one_plant))
    unassigned = len(one_plant) - 1
    cities = 1 << np.arange(unassigned.bit_length())
    plant = np.zeros(len(cities), int)
    while unassigned:
        first = unassigned & -unassigned
        groups = masks[(masks & ~unassigned == 0) & (masks & first > 0)]
        excess_cost = one_plant[groups] + cheapest[unassigned ^ groups] - cheapest[unassigned]
        group = groups[np.abs(excess_cost).argmin()]
        plant[cities & group > 0] = plant.max() + 1
        unassigned ^= group
    return plant


def joint_savings() -> pd.DataFrame:
    """Return what is stored as ``joint-savings``: a minute of games.

    Returns
    -------
    DataFrame
        :func:`savings` under each of :data:`COUNTINGS`. Of the cheapest division: the number of
        ``plants``, whether the core is ``empty`` and whether some coalition leaves under each of
        :data:`RULES`, missing where each city has its own plant. ``used_up``: whether the core is
        empty where scale is used up at :data:`USED_UP` people, for routine services.
    """
    cases = savings().drop(columns="saving")
    saved = {name: savings(**changes)["saving"] for name, changes in COUNTINGS.items()}
    games = [
        _outcome_of_game(system, kind) for system, kind in cases[["system", "kind"]].to_numpy()
    ]
    flags = dict.fromkeys(["empty", *RULES, "used_up"], "boolean")
    return cases.assign(**saved).join(pd.DataFrame(games).astype(flags)).round(6)


def _outcome_of_game(system: str, kind: str) -> dict[str, Any]:
    """Return the columns of :func:`joint_savings` that follow from the game of a system."""
    shared = shares(system, kind, nucleolus=False)
    outcome = {"plants": shared["group"].max()}
    if outcome["plants"] < len(shared):
        outcome |= shared.attrs["left"] | {"empty": shared.attrs["empty"]}
    if _kinds()[kind]["service"] == "routine":
        game = _game(city_groups.systems()[system], kind, limit=USED_UP)
        outcome["used_up"] = collaboration.core_is_empty(game)
    return outcome


def pays(**changes: Any) -> pd.DataFrame:
    """Say in which systems one plant pays, by kind and counting.

    Parameters
    ----------
    **changes
        Of the cost curve; without any, the stored :data:`COUNTINGS`.

    Returns
    -------
    DataFrame
        Indexed by ``kind`` and ``form``, one column per counting, or ``saving`` alone.
    """
    rows = savings(**changes) if changes else load("joint-savings")
    columns = ["saving"] if changes else list(COUNTINGS)
    return rows.set_index(["kind", "form"])[columns] > 0


def arrangements() -> pd.DataFrame:
    """Return what one plant saves, and whether one, several or separate plants are cheapest.

    Returns
    -------
    DataFrame
        Indexed by ``kind`` and ``form``: shares of systems in which ``one`` plant, ``several`` or
        a plant in each city (``own``) is cheapest; saving of one plant as ``median``, and from the
        tenth (``low``) to the ninetieth percentile (``high``).
    """
    cases = _cases_by_arrangement().groupby(["kind", "form"])
    result = cases[["one", "several", "own"]].mean()
    for name, quantile in (("low", 0.1), ("median", 0.5), ("high", 0.9)):
        result[name] = cases["as declared"].quantile(quantile)
    return result


def arrangements_by_form() -> pd.DataFrame:
    """Return how often ``one`` plant and a plant in each city (``own``) are cheapest, by form.

    Returns
    -------
    DataFrame
        Indexed by ``form``, over all kinds.
    """
    return _cases_by_arrangement().groupby("form")[["one", "own"]].mean()


def _cases_by_arrangement() -> pd.DataFrame:
    cases = load("joint-savings")
    cases = cases.assign(one=cases["plants"] == 1, own=cases["plants"] == cases["n"])
    return cases.assign(several=~cases["one"] & ~cases["own"])


def leavers() -> pd.DataFrame:
    """Say in which cases some group of cities does better by itself.

    Returns
    -------
    DataFrame
        Indexed by ``kind`` and ``form``, one row per system, 1 or 0: under each of :data:`RULES`;
        whether the core is ``empty``, and ``used_up`` as in :func:`joint_savings`; and where one
        plant is ``forced`` on a system for which several are cheaper.
    """
    flags = [*RULES, "empty", "used_up"]
    cases = load("joint-savings").set_index(["kind", "form"])
    return cases[flags].astype(float).assign(forced=cases["plants"] > 1)


def markets() -> pd.DataFrame:
    """Return what the cities of a system would gain by acting as one market, against none.

    Declared before any value was seen: output a head goes by access to a power, and access counts
    people, each half for every :data:`HALF_LIFE` minutes by road, own people in full. A set of
    cities is worth the sum of people times that index where each reaches the set alone. The powers
    are the elasticities of :data:`scsreport.findings.connectivity.IMPORTED_PARAMETERS`, estimated
    elsewhere. Markets are open already, and gains partly move from elsewhere: this is the gain
    against no contact at all, an upper bound.

    Returns
    -------
    DataFrame
        One row per ``system`` (also the worked regions, by form) and ``elasticity``: ``form``, and
        ``gain``: the synergy as a share of what the cities are worth apart.
    """
    _, elasticities = connectivity.IMPORTED_PARAMETERS
    groups = {**city_groups.systems(), **city_groups.worked()}
    rows = [
        (system, _form(system), elasticity, _gain_of_one_market(group, elasticity))
        for system, group in groups.items()
        for elasticity in elasticities
    ]
    return pd.DataFrame(rows, columns=["system", "form", "elasticity", "gain"])


def _gain_of_one_market(group: CityGroup, elasticity: float) -> float:
    """Return the synergy of some cities over what they are worth apart."""
    people = group.people.to_numpy()
    minutes = group.km.to_numpy() * 60 / connectivity.KMH
    weight = np.exp2(-minutes / HALF_LIFE)

    def worth(members: Iterable[int]) -> float:
        rows = sorted(members)
        access = weight[np.ix_(rows, rows)] @ people[rows]
        return float(people[rows] @ access**elasticity)

    everyone = range(len(people))
    gain = collaboration.synergy(everyone, worth)
    return gain / (worth(everyone) - gain)


def quartiles_of_markets() -> pd.DataFrame:
    """Return how the gains of one market are spread over the systems, beside the worked regions.

    Returns
    -------
    DataFrame
        Indexed by ``form`` and ``elasticity``: ``low``, ``median`` and ``high`` quarter, the
        ``gain`` of the worked region, and the number of systems, ``n``.
    """
    keys = ["form", "elasticity"]
    rows = markets()
    is_region = rows["system"] == rows["form"]
    gains = rows[~is_region].groupby(keys)["gain"]
    spread = gains.quantile(np.array([0.25, 0.5, 0.75])).unstack()
    spread = spread.set_axis(["low", "median", "high"], axis=1)
    of_regions = rows[is_region].set_index(keys)["gain"]
    return spread.join(of_regions, how="outer").assign(n=gains.size())


def pairs(kind: str, people: Iterable[float], km: Iterable[float], **changes: Any) -> pd.DataFrame:
    """Return what two equal cities save with one plant.

    Parameters
    ----------
    kind : str
        Of ``facilities``.
    people, km : iterable of float
        People of each of them, and km between them.
    **changes
        Of the cost curve.

    Returns
    -------
    DataFrame
        One row per ``people`` and ``km``: ``saving``.
    """
    cost_curve = curve(kind, **changes)
    apart = 1 - np.eye(2)
    rows = [
        (
            size,
            distance,
            collaboration.joint_saving(
                np.full(2, size / REFERENCE), distances=distance * apart, **cost_curve
            ),
        )
        for size, distance in product(people, km)
    ]
    return pd.DataFrame(rows, columns=["people", "km", "saving"])


def break_even(**changes: Any) -> pd.DataFrame:
    """Return how far apart two equal cities may be before one plant stops paying.

    Parameters
    ----------
    **changes
        Of the cost curve, the same for all kinds.

    Returns
    -------
    DataFrame
        One row per ``kind`` and ``people`` of each city: ``km``, and ``beside``, the share of the
        separate cost that they save side by side: what coordination may cost there.
    """
    rows = []
    for kind, size in product(_kinds(), SIZES):
        km = collaboration.break_even_distance([size / REFERENCE] * 2, **curve(kind, **changes))
        beside = pairs(kind, [size], [0], **changes)["saving"][0]
        rows.append((kind, size, km, beside))
    return pd.DataFrame(rows, columns=["kind", "people", "km", "beside"])


@computed_once
def sites(kind: str = "waste") -> pd.DataFrame:
    """Site one, two and three plants of each worked region, and compare with a plant in each city.

    Parameters
    ----------
    kind : str
        Of ``facilities``, for the cost.

    Returns
    -------
    DataFrame
        One row per ``region``, ``p`` and ``objective``: GeoNames ids of the ``sites``, ``mean_km``
        per person to the nearest of them, ``farthest`` km, share of people ``covered`` within
        :data:`COVER_KM`, ``cost`` over that of separate plants, ``optimal`` and ``gap``.
    """
    rows = []
    for (region, group), p, objective in product(city_groups.worked().items(), SITES, OBJECTIVES):
        plan = collaboration.facility_location(
            group.km, group.people, p, objective=objective, radius=COVER_KM
        )
        choice = {"region": region, "p": p, "objective": objective, "sites": tuple(plan.sites)}
        proof = {"optimal": plan.optimal, "gap": plan.gap}
        rows.append(choice | _served(group, plan, kind) | proof)
    return pd.DataFrame(rows)


def _served(group: CityGroup, plan: Siting, kind: str) -> dict[str, float]:
    """Return how far people are from the sites of a plan, and what that costs."""
    outputs = _outputs(group)
    nearest = group.km[plan.sites].min(axis=1)
    return {
        "mean_km": np.average(nearest, weights=outputs),
        "farthest": nearest.max(),
        "covered": outputs[nearest <= COVER_KM].sum() / outputs.sum(),
        "cost": _cost_of_sites(group, plan.sites, kind),
    }


def _cost_of_sites(group: CityGroup, chosen: list[Any], kind: str) -> float:
    """Return the cost of plants at some sites, hauls included, over that of separate plants."""
    cost_curve = curve(kind)
    plant = {name: cost_curve[name] for name in ("exponent", "efficient_size")}
    outputs = _outputs(group)
    km_to_sites = group.km[chosen]
    load_of_site = outputs.groupby(km_to_sites.idxmin(axis=1)).sum()
    hauls = cost_curve["haul"] * (outputs @ km_to_sites.min(axis=1))
    joint = collaboration.plant_cost(load_of_site, **plant).sum() + hauls
    return float(joint / collaboration.plant_cost(outputs, **plant).sum())


def answers() -> list[Answer]:
    """Return the share of joint plants that pay, under every declared cost curve (A6)."""
    return [Answer("A6a", pays().mean(), "joint-savings", "fig-collaboration-systems")]
