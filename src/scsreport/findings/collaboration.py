"""What the cities of a system would save together: joint plants, fair shares, sites on real roads.

Loads, calls :mod:`scsreport.collaboration`, hands over. An illustration throughout, never evidence:
all of it follows from the cost curves of the table ``facilities``, which a reader can change.

People are those of GeoNames, km those by road. Output is in units of a city of :data:`REFERENCE`
people, so cost is in units of what its plant costs. Functions that take ``changes`` hand them to
:func:`curve`.
"""

# mypy: disable-error-code="no-untyped-call"

from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import shortest_path

from scsreport import collaboration, definitions
from scsreport.collaboration.games import MOST
from scsreport.collaboration.siting import Objective
from scsreport.findings import connectivity, forms
from scsreport.findings.answer import Answer
from scsreport.tables.datasets import load

REFERENCE = 300_000
LIMITS = (50_000, 55_000)  # people: Bel and Fageda (2010), Sarra et al. (2020)
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
SIZES = (50_000, 100_000, 300_000, 1_000_000)
WORKED, HUB_MINUTES, COVER_KM, USED_UP = (4, 8), 150, 50, 1_000_000
"""Cities of a worked region; minutes around a worked hub; km within which a site covers a city;
people whom a plant serves before a larger one is no cheaper, where scale is to be used up: ours."""
SITES = (1, 2, 3)
HALF_LIFE = 30  # minutes, of a joint market
OBJECTIVES: tuple[Objective, ...] = ("p-median", "p-centre", "max-cover")
RULES = ("by people", "by own cost", "Shapley")


class System(NamedTuple):
    """Cities that may act together, largest first.

    Attributes
    ----------
    people : Series
        By GeoNames id.
    km : DataFrame
        Between them by road, through other members where that is the way.
    """

    people: "pd.Series[float]"
    km: pd.DataFrame


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


@cache
def _whole() -> pd.DataFrame:
    return load("cities").query("kind == 'city'").set_index("geonameid")


@cache
def _roads() -> tuple["pd.Index[Any]", Any]:
    """Return a key of each pair of cities with a road, and its km; beyond the end: no way."""
    table = load("road-distances")
    keys = table["geonameid_a"].to_numpy() << 32 | table["geonameid_b"].to_numpy()
    return pd.Index(keys), np.append(table["km"], np.inf)


def _joined(people: "pd.Series[float]") -> System:
    """Join cities by road, through others of them; leave out those with no way to the first."""
    keys, km = _roads()
    ids = people.index.to_numpy()
    wanted = np.minimum(ids[:, None], ids) << 32 | np.maximum(ids[:, None], ids)
    found = shortest_path(km[keys.get_indexer(wanted.ravel())].reshape(wanted.shape))
    used = np.flatnonzero(np.isfinite(found[0]))[:MOST]
    cut = people.iloc[used]
    return System(cut, pd.DataFrame(found[np.ix_(used, used)], cut.index, cut.index))


@cache
def systems() -> dict[str, System]:
    """Return the detected clusters and corridors that can share at all.

    Returns
    -------
    dict
        By system: its whole cities (no twins or boroughs) with a known way to the largest of
        them, if these are two or more; the 12 largest.
    """
    people = _whole()["population"].astype(float).sort_values(ascending=False, kind="stable")
    members = load("system-members")
    rank = people.index.get_indexer(pd.Index(members["geonameid"]))
    of = members.assign(rank=rank).query("rank >= 0").groupby("system", sort=False)["rank"]
    found = {str(system): _joined(people.iloc[np.sort(part)]) for system, part in of}
    return {system: joined for system, joined in found.items() if len(joined.people) > 1}


def coverage() -> dict[str, int]:
    """Count what is left out of :func:`systems`.

    Returns
    -------
    dict
        ``systems`` and those ``used``; ``cut``, those of which only the 12 largest cities are
        taken; ``parts``, members left out as twins and boroughs; ``least`` people of a city taken.
    """
    used, members = systems(), load("system-members")
    whole = members["system"][members["geonameid"].isin(_whole().index)]
    return {
        "systems": members["system"].nunique(),
        "used": len(used),
        "cut": int((whole.value_counts() > MOST).sum()),
        "parts": len(members) - len(whole),
        "least": int(min(of.people.min() for of in used.values())),
    }


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
    return pd.DataFrame(
        [
            (
                name,
                name.split("-")[0],
                kind,
                len(of.people),
                collaboration.joint_saving(
                    of.people.to_numpy() / REFERENCE,
                    distances=of.km.to_numpy(),
                    **curve(kind, **changes),
                ),
            )
            for (name, of), kind in product(systems().items(), _kinds())
        ],
        columns=["system", "form", "kind", "n", "saving"],
    )


def _groups(one: Any, best: Any) -> Any:
    """Return the group of each city, from 1, where all divide most cheaply into joint plants."""
    masks, left = np.arange(len(one)), len(one) - 1
    cities = 1 << np.arange(left.bit_length())
    group = np.zeros(len(cities), int)
    while left:
        inside = masks[(masks & ~left == 0) & (masks & left & -left > 0)]
        taken = inside[np.abs(one[inside] + best[left ^ inside] - best[left]).argmin()]
        group[cities & taken > 0] = group.max() + 1
        left ^= taken
    return group


def shares(system: str, kind: str, *, nucleolus: bool = True, **changes: Any) -> pd.DataFrame:
    """Share the cost of a system in several ways, where its cities may divide into joint plants.

    Parameters
    ----------
    system : str
        Of :func:`systems`, or "corridor", "cluster" or "hub" of :func:`worked`.
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
    if (of := (systems() | worked()).get(system)) is None:
        least = "with two whole cities or more that roads join, such as 'corridor-3'"
        raise ValueError(f"system: found {system!r}, expected one of the table systems {least}")
    size = of.people / REFERENCE
    one, best = (_game(of, kind, may_split, **changes) for may_split in (False, True))
    costs = best.values  # noqa: PD011
    own = pd.Series(costs[1 << np.arange(len(size))], size.index)
    ways = {"by people": size / size.sum() * costs[-1], "by own cost": own / own.sum() * costs[-1]}
    ways["Shapley"] = collaboration.shapley(best)
    if nucleolus:
        ways["nucleolus"] = collaboration.nucleolus(best)
    first = {"name": _whole()["name"][size.index], "people": of.people}
    first |= {"group": _groups(one.values, costs), "own": own}
    result = pd.DataFrame(first | ways)
    left = {rule: not collaboration.in_core(best, share).inside for rule, share in ways.items()}
    result.attrs = {"empty": collaboration.core_is_empty(best), "left": left}
    return result


def _game(of: System, kind: str, may_split: bool = True, **changes: Any) -> collaboration.Game:
    return collaboration.joint_cost_game(
        of.people / REFERENCE, distances=of.km, may_split=may_split, **curve(kind, **changes)
    )


def table() -> pd.DataFrame:
    """Return what is stored as ``joint-savings``: a minute of games.

    Returns
    -------
    DataFrame
        :func:`savings` under each of :data:`COUNTINGS`. Of the cheapest division: the number of
        ``plants``, whether the core is ``empty`` and whether some coalition leaves under each of
        :data:`RULES`, missing where each city has its own plant. ``used_up``: whether the core is
        empty where scale is used up at :data:`USED_UP` people, for routine services.
    """
    parts, games = savings().drop(columns="saving"), []
    for system, kind, n in parts[["system", "kind", "n"]].to_numpy():
        found = shares(system, kind, nucleolus=False)
        row = {"plants": found["group"].max()}
        if row["plants"] < n:
            row |= found.attrs["left"] | {"empty": found.attrs["empty"]}
        if _kinds()[kind]["service"] == "routine":
            game = _game(systems()[system], kind, limit=USED_UP)
            row["used_up"] = collaboration.core_is_empty(game)
        games.append(row)
    columns = {name: savings(**changes)["saving"] for name, changes in COUNTINGS.items()}
    flags = dict.fromkeys(["empty", *RULES, "used_up"], "boolean")
    return parts.assign(**columns).join(pd.DataFrame(games).astype(flags)).round(6)


def markets() -> pd.DataFrame:
    """Return what the cities of a system would gain by acting as one market, against none.

    Declared before any value was seen: output a head goes by access to a power, and access counts
    people, each half for every :data:`HALF_LIFE` minutes by road, own people in full. A set of
    cities is worth the sum of people times that index where each reaches the set alone. The powers
    are the elasticities of :data:`scsreport.findings.connectivity.IMPORTED`, estimated elsewhere. Markets are open
    already, and gains partly move from elsewhere: this is the gain against no contact at all, an
    upper bound.

    Returns
    -------
    DataFrame
        One row per ``system`` (also the regions of :func:`worked`, by form) and ``elasticity``:
        ``form``, and ``gain``: the synergy as a share of what the cities are worth apart.
    """
    rows = []
    for (name, of), power in product((systems() | worked()).items(), connectivity.IMPORTED[1]):
        people, minutes = of.people.to_numpy(), of.km.to_numpy() * 60 / connectivity.KMH
        near = np.exp2(-minutes / HALF_LIFE)

        def value(members: Any, near: Any = near, people: Any = people, e: float = power) -> float:
            own = sorted(members)
            return float(people[own] @ (near[np.ix_(own, own)] @ people[own]) ** e)

        gain = collaboration.synergy(range(len(people)), value)
        rows.append((name, name.split("-")[0], power, gain / (value(range(len(people))) - gain)))
    return pd.DataFrame(rows, columns=["system", "form", "elasticity", "gain"])


def pairs(kind: str, people: Any, km: Any, **changes: Any) -> pd.DataFrame:
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
    options = curve(kind, **changes)
    return pd.DataFrame(
        [
            (
                size,
                far,
                collaboration.joint_saving(
                    np.full(2, size / REFERENCE), distances=far * (1 - np.eye(2)), **options
                ),
            )
            for size, far in product(people, km)
        ],
        columns=["people", "km", "saving"],
    )


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
        rows.append((kind, size, km, pairs(kind, [size], [0], **changes)["saving"][0]))
    return pd.DataFrame(rows, columns=["kind", "people", "km", "beside"])


@cache
def worked() -> dict[str, System]:
    """Return the worked regions, chosen by size alone.

    Returns
    -------
    dict
        By form: from the largest down by people, the first "corridor", "cluster" and "hub" of 4 to
        8 cities that are all secondary under D1, each in another country. A hub comes with the
        smaller whole cities of its country within 150 minutes by road; suburbs are no hubs.
    """
    listed, (low, high) = _whole(), WORKED
    people, country = listed["population"].astype(float), listed["country"]
    secondary = definitions.members("D1", listed)
    hubs = forms.scoped("without suburbs").query("type == 'hub'").index
    ends = (
        connectivity.pairs(listed.index)
        .query("minutes <= @HUB_MINUTES")
        .to_numpy()[:, :2]
        .astype(int)
    )
    near = pd.DataFrame(np.vstack([ends, ends[:, ::-1]]), columns=["hub", "city"])
    near = near[near["hub"].isin(hubs) & (near["hub"].map(people) > near["city"].map(people))]
    groups = {name: of.people for name, of in systems().items()}
    groups |= {f"hub-{hub}": people[[hub, *city]] for hub, city in near.groupby("hub")["city"]}
    found: dict[str, System] = {}
    for name, own in sorted(groups.items(), key=lambda group: group[1].sum(), reverse=True):
        form, fits = name.split("-")[0], low <= len(own) <= high and secondary[own.index].all()
        homes = {country[of.km.index[0]] for of in found.values()}
        if fits and form not in found and country[own.index[0]] not in homes:
            found[form] = _joined(own.sort_values(ascending=False))
    return found


@cache
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
    options = curve(kind)
    plain = {name: options[name] for name in ("exponent", "efficient_size")}
    rows: list[dict[str, Any]] = []
    for (region, of), p, rule in product(worked().items(), SITES, OBJECTIVES):
        plan = collaboration.facility_location(of.km, of.people, p, objective=rule, radius=COVER_KM)
        km, size = of.km[plan.sites], of.people / REFERENCE
        near, loads = km.min(axis=1), size.groupby(km.idxmin(axis=1)).sum()
        cost = collaboration.plant_cost(loads, **plain).sum() + options["haul"] * (size @ near)
        rows.append(
            {
                "region": region,
                "p": p,
                "objective": rule,
                "sites": tuple(plan.sites),
                "mean_km": np.average(near, weights=size),
                "farthest": near.max(),
                "covered": size[near <= COVER_KM].sum() / size.sum(),
                "cost": cost / collaboration.plant_cost(size, **plain).sum(),
                "optimal": plan.optimal,
                "gap": plan.gap,
            }
        )
    return pd.DataFrame(rows)


def answers() -> list[Answer]:
    """Return the share of joint plants that pay, under every declared cost curve (A6)."""
    pays = (load("joint-savings")[list(COUNTINGS)] > 0).mean()
    return [Answer("A6a", pays, "joint-savings", "fig-collaboration-systems")]
