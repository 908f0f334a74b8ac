"""The same investment at four levels: what the chapter says of it, and what is stored.

What is assumed is in :mod:`scsreport.findings.investment`, which roads there are in
:mod:`scsreport.findings.system_roads`. Worked examples: of each form the system with most people
among those with all four levels that can take the whole budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from scsreport import checks
from scsreport.findings import investment, system_roads
from scsreport.findings.answer import Answer
from scsreport.findings.investment import BASE, FIRST, NEGLIGIBLE, SCENARIOS, Gains
from scsreport.findings.system_roads import LEVELS, Region
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "answers",
    "best_level",
    "by_level",
    "by_scenario",
    "effects",
    "examples",
    "find_region",
    "mixes_by_system",
    "other_readings",
    "tables",
    "wider_in_the_country",
    "with_primary_city",
    "without_level",
    "worked_examples",
]

AIMS = {"best": "output", "even": "equity"}
"""What a level can be best for, by the beginning of columns of the table ``level-runs``."""


def tables() -> dict[str, pd.DataFrame]:
    """Return the effects by system, by type of city and by scenario; some minutes.

    Returns
    -------
    dict
        The tables ``levels``, ``level-types`` and ``level-runs``.
    """
    effects_by_run: dict[Any, pd.DataFrame] = {}
    by_type: list[pd.DataFrame] = []
    people: list[pd.DataFrame] = []
    for system, form, region in _regions():
        pure = investment.pure_levels(region)
        for name, scenario in SCENARIOS.items():
            gained = investment.gains(region, scenario, pure)
            effects_by_run[system, form, name] = investment.outcomes(region, gained).assign(
                km=investment.budget_km(region, scenario)
            )
            if name == FIRST:
                effects_by_run[system, form, name] = _with_base_columns(
                    effects_by_run[system, form, name], region, gained
                )
                gain_by_type = _gain_by_type(region, gained)
                by_type.append(gain_by_type)
                # The same for every level, missing where a level has no gain to share.
                people.append(gain_by_type * 0 + _people_by_type(region).sum())
    table = pd.concat(effects_by_run, names=["system", "form", "plan", "level"]).reset_index()
    as_declared = table[table["plan"] == FIRST]
    summaries = pd.concat([_summary(table.assign(form="all")), _summary(as_declared)])
    return {
        "levels": as_declared.drop(columns="plan").astype({"frontier": bool, "cut": bool}).round(6),
        "level-types": _relative_gain(by_type, people).round(4).reset_index(),
        "level-runs": summaries.round(4),
    }


def _regions() -> Iterator[tuple[str, str, Region]]:
    """Yield every system that roads join, with its form."""
    for (system, form), members in system_roads.systems().groupby(["system", "form"]):
        region = _region(members)
        if region is not None:
            yield str(system), str(form), region


def _region(members: pd.DataFrame) -> Region | None:
    """Return the region of a system by its rows of the table of systems."""
    return system_roads.region_of(
        pd.Index(members["geonameid"]),
        table=system_roads.cities(),
        roads=system_roads.road_km(),
    )


def _with_base_columns(table: pd.DataFrame, region: Region, gained: Gains) -> pd.DataFrame:
    """Add what is looked at under the first scenario alone."""
    budget = investment.budget_km(region, BASE)
    frontier = investment.mixes(region).set_index("level")["frontier"]
    return table.assign(
        gap_country=investment.country_gap(region, BASE, gained.after),
        frontier=frontier[table.index],
        cut=budget < BASE.budget * region.tree_km * (1 - NEGLIGIBLE),
    )


def _people_by_type(region: Region) -> pd.DataFrame:
    """Return the share of each city of a system in its people, in the column of its type."""
    members = region.cities[region.cities["in_system"]]
    share = members["people"] / members["people"].sum()
    return pd.get_dummies(members["form"]).mul(share, axis=0)


def _gain_by_type(region: Region, gained: Gains) -> pd.DataFrame:
    """Return by level the share of each type of city in the gain of its system."""
    shares = _people_by_type(region)
    inside = gained.output[:, region.cities["in_system"]]
    gain = pd.DataFrame(inside @ shares.to_numpy(), gained.runs, shares.columns)
    return gain.div(gain.sum(axis=1), axis=0)


def _relative_gain(by_type: list[pd.DataFrame], people: list[pd.DataFrame]) -> pd.DataFrame:
    """Return gain over people of each type, over all systems, and in how many there is one."""
    gain_shares = pd.concat(by_type).groupby(level=0)
    people_shares = pd.concat(people).groupby(level=0)
    columns = {
        "relative": gain_shares.sum() / people_shares.sum(),
        "systems": people_shares.count(),
    }
    types = pd.DataFrame({name: column.stack() for name, column in columns.items()}).sort_index()
    types.index.names = ["level", "type"]
    return types


def _summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Return, by form and scenario, which level is best, how often it stays so, and is inclusive.

    Parameters
    ----------
    rows : DataFrame
        A row per form, ``plan``, system and level.

    Returns
    -------
    DataFrame
        Shares of ``systems``: in which ``several`` levels are inclusive, and the one that raises
        output most is (``aimed``); in which each level is ``best_`` for output or most ``even``,
        and in which that is the ``same`` as under the first scenario.
    """
    rows = rows.assign(inclusive=_inclusive(rows)).round(9)
    keys = ["form", "plan", "system"]
    systems = rows.groupby(keys, sort=False)
    best = rows.loc[systems["gain"].idxmax()].set_index(keys)
    most_even = rows.loc[systems["gap"].idxmin()].set_index(keys)
    several = systems["inclusive"].sum() > 1
    table = pd.DataFrame({"several": several, "aimed": best["inclusive"]})
    for aim, level in (("best", best["level"]), ("even", most_even["level"])):
        table[f"{aim}_same"] = _same_as_first(level)
        columns = [f"{aim}_{name}" for name in LEVELS]
        table[columns] = np.equal.outer(level.to_numpy(), LEVELS)
    groups = table.groupby(keys[:2], sort=False)
    return groups.mean().assign(systems=groups.size()).reset_index()


def _inclusive(rows: pd.DataFrame) -> pd.Series[bool]:
    """Say where output rises and inequality of access in the system falls."""
    return (rows["gain"] > NEGLIGIBLE) & (rows["gap"] < -NEGLIGIBLE)


def _same_as_first(level: pd.Series[str]) -> pd.Series[bool]:
    """Say by form, scenario and system whether a level is that of the first scenario."""
    level_by_plan = level.unstack("plan")
    same: Any = level_by_plan.eq(level_by_plan[FIRST], axis=0).stack()
    return pd.Series(same.reorder_levels([0, 2, 1]))


def effects() -> pd.DataFrame:
    """Return the effect of each level on each system under the first scenario.

    Returns
    -------
    DataFrame
        The table ``levels`` with ``inclusive``, whether output rises and the gap in the system
        falls.
    """
    table = load("levels")
    return table.assign(inclusive=_inclusive(table))


def _narrows(rows: pd.DataFrame) -> pd.Series[bool]:
    """Say where inequality of access in the country falls."""
    return rows["gap_country"] < -NEGLIGIBLE


def by_level() -> pd.DataFrame:
    """Return what each level does in the middle system, and in how many it is inclusive.

    Returns
    -------
    DataFrame
        Indexed by ``level``: the number of ``systems``; medians of ``gain`` and ``least``; means
        of ``behind``, ``outside`` and ``abroad``; shares of systems in which it is ``inclusive``,
        ``narrows`` the gap in the country, and is on the ``frontier``.
    """
    table = effects()
    of_level = table.assign(narrows=_narrows(table)).groupby("level")
    means = ["behind", "outside", "abroad", "inclusive", "narrows", "frontier"]
    result = of_level[["gain", "least"]].median().join(of_level[means].mean())
    return result.assign(systems=of_level.size()).loc[list(LEVELS)]


def without_level(level: str) -> pd.Index[Any]:
    """Return the systems that have no road of a level to make faster.

    Parameters
    ----------
    level : str
        One of :data:`scsreport.findings.system_roads.LEVELS`.

    Returns
    -------
    Index
        Their ids.
    """
    table = load("levels")
    all_systems = pd.Index(table["system"].unique())
    with_level = pd.Index(table.loc[table["level"] == level, "system"])
    missing: pd.Index[Any] = all_systems.difference(with_level)
    return missing


def with_primary_city() -> pd.Index[Any]:
    """Return the systems that hold the largest city of a country.

    Returns
    -------
    Index
        Their ids.
    """
    members = system_roads.systems()
    holding: pd.Index[Any] = pd.Index(members.loc[members["is_primary"], "system"].unique())
    return holding


def wider_in_the_country() -> float:
    """Return the share of cases in which a level is inclusive, yet the gap in the country widens.

    Returns
    -------
    float
    """
    table = effects()
    return float((table.loc[table["inclusive"], "gap_country"] > 0).mean())


def best_level(plan: str = FIRST) -> pd.DataFrame:
    """Return in which share of systems each level is best, for output and for equity.

    Parameters
    ----------
    plan : str
        A key of :data:`scsreport.findings.investment.SCENARIOS`.

    Returns
    -------
    DataFrame
        One row per ``form`` ("all" first; the only one but for the first plan) and ``aim``: the
        number of ``systems``, and the share of each level.

    Raises
    ------
    ValueError
        If there is no such plan.
    """
    checks.choice("plan", plan, SCENARIOS)
    runs = load("level-runs").query("plan == @plan")
    parts = []
    for prefix, aim in AIMS.items():
        columns = {f"{prefix}_{level}": level for level in LEVELS}
        part = runs[["form", "systems", *columns]].rename(columns=columns)
        parts.append(part.assign(aim=aim))
    return pd.concat(parts)


def by_scenario() -> pd.DataFrame:
    """Return what other assumptions change, over all systems.

    Returns
    -------
    DataFrame
        Rows of the table ``level-runs`` for all forms, one per ``plan``.
    """
    return load("level-runs").query("form == 'all'").drop(columns="form")


def find_region(system: str) -> tuple[str, Region]:
    """Return a system by its id, or the largest one that has a city of a name.

    Parameters
    ----------
    system : str
        Such as "cluster-12" or "Bandung".

    Returns
    -------
    tuple
        Its name and its region.

    Raises
    ------
    ValueError
        If there is no such system, or roads do not join its cities.
    """
    table = system_roads.systems()
    matches = table.loc[(table["system"] == system) | (table["city"] == system), "system"]
    people = table[table["system"].isin(matches)].groupby("system")["people"].sum()
    members = table[table["system"].isin(people.nlargest(1).index)]
    region = None if members.empty else _region(members)
    if region is None:
        condition = "the id of a system or a city in one that roads join, such as 'cluster-12'"
        raise ValueError(f"system: found {system!r}, expected {condition}")
    return str(members["name"].iloc[0]), region


@computed_once
def examples() -> pd.Series[str]:
    """Return the worked examples: by form, the id of a system.

    Returns
    -------
    Series
        Of each form the one with most people that has all levels and takes the whole budget.
    """
    systems = load("levels").groupby("system")
    complete = (systems.size() == len(LEVELS)) & ~systems["cut"].any()
    form = systems["form"].first()[complete]
    people = system_roads.systems().groupby("system")["people"].sum()
    return people[form.index].groupby(form).idxmax().rename("system")


def worked_examples() -> pd.DataFrame:
    """Return the effects on the worked examples.

    Returns
    -------
    DataFrame
        Rows of :func:`effects`, gaps in points, with the ``name`` of the system and ``after``,
        the inequality of access in it afterwards.
    """
    names = system_roads.systems().drop_duplicates("system").set_index("system")["name"]
    table = effects().set_index("system").loc[list(examples())].reset_index()
    table = table.assign(**table.filter(like="gap") * 100)
    return table.assign(name=table["system"].map(names), after=table["gap_before"] + table["gap"])


def mixes_by_system(system: str = "") -> pd.DataFrame:
    """Return every mix of the budget in the worked examples, or in one system.

    Parameters
    ----------
    system : str
        As :func:`find_region` takes it; the examples by default.

    Returns
    -------
    DataFrame
        Rows of :func:`scsreport.findings.investment.mixes`, with the ``name`` of the system.
    """
    parts = []
    for chosen in [system] if system else examples():
        name, region = find_region(chosen)
        parts.append(investment.mixes(region).assign(name=name))
    return pd.concat(parts, ignore_index=True)


def answers() -> list[Answer]:
    """Return in how many systems several levels are inclusive, and the best one is (A7)."""
    runs = by_scenario().set_index("plan")[["several", "aimed"]]
    runs = pd.concat([runs, other_readings()])
    source = "levels, road-distances"
    return [
        Answer("A7a", runs["several"], source, "tab-level-plans"),
        Answer("A7b", runs["aimed"], source, "tab-level-plans"),
    ]


def other_readings() -> pd.DataFrame:
    """Read *inclusive* in two other ways, under the scenario that was declared first.

    Returns
    -------
    DataFrame
        By reading, shares of systems: in which ``several`` levels are inclusive, and the one that
        raises output most is (``aimed``).
    """
    table = effects()
    best = table.groupby("system")["gain"].idxmax()
    readings = {
        "inequality in the country": _narrows(table),
        "the fifth with least access": table["least"] >= table["gain"],
    }
    rows = {}
    for name, narrows in readings.items():
        inclusive = narrows & (table["gain"] > NEGLIGIBLE)
        several = inclusive.groupby(table["system"]).sum() > 1
        rows[name] = {"several": several.mean(), "aimed": inclusive[best].mean()}
    return pd.DataFrame.from_dict(rows, orient="index")
