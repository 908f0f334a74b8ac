"""What the same investment does at four levels, for every system of the world."""

from typing import Any

import numpy as np
import pandas as pd

from scsreport.findings import levels
from scsreport.findings.levels import BASE, FIRST, LEVELS, PLANS, ROUNDED


def tables() -> dict[str, pd.DataFrame]:
    """Return the effects by system, by type of city and by plan; some minutes."""
    found: dict[Any, pd.DataFrame] = {}
    over: list[pd.DataFrame] = []
    people: list[pd.DataFrame] = []
    for (system, form), part in levels.systems().groupby(["system", "form"]):
        own = pd.Index(part["geonameid"])
        if (spot := levels.place(own, table=levels.cities(), roads=levels.roads())) is None:
            continue
        pure = pd.DataFrame(np.eye(len(spot.ways)), [*spot.ways], [*spot.ways])
        for name, plan in PLANS.items():
            found[system, form, name] = levels.outcomes(spot, plan, pure).assign(
                km=spot.budget(plan)
            )
        _, end, gain = levels.gains(spot, BASE, pure)
        found[system, form, FIRST] = found[system, form, FIRST].assign(
            gap_country=levels.country_gap(spot, BASE, end),
            frontier=levels.mixes(spot).set_index("level")["frontier"][pure.index],
            cut=spot.budget(BASE) < BASE.budget * spot.tree * (1 - ROUNDED),
        )
        here, inside = spot.around[spot.around["own"]], gain[:, spot.around["own"]]
        kinds = pd.get_dummies(here["form"]).mul(here["people"] / here["people"].sum(), axis=0)
        part = pd.DataFrame(inside @ kinds.to_numpy(), pure.index, kinds.columns)
        over.append(part.div(part.sum(axis=1), axis=0))
        people.append(part * 0 + kinds.sum())
    table = pd.concat(found, names=["system", "form", "plan", "level"]).reset_index()
    base = table[table["plan"] == FIRST]
    gained, lived = (pd.concat(rows).groupby(level=0) for rows in (over, people))
    wide: Any = {"relative": gained.sum() / lived.sum(), "systems": lived.count()}
    types = pd.DataFrame({name: part.stack() for name, part in wide.items()}).sort_index()
    types.index.names = ["level", "type"]
    runs = pd.concat([_run(table.assign(form="all")), _run(base)])
    return {
        "levels": base.drop(columns="plan").astype({"frontier": bool, "cut": bool}).round(6),
        "level-types": types.round(4).reset_index(),
        "level-runs": runs.round(4),
    }


def _run(rows: pd.DataFrame) -> pd.DataFrame:
    """Return, by form and plan, which level is best, how often it stays so, and is inclusive."""
    rows = rows.assign(inclusive=(rows["gain"] > ROUNDED) & (rows["gap"] < -ROUNDED)).round(9)
    keys = ["form", "plan", "system"]
    of = rows.groupby(keys, sort=False)
    most, even = (rows.loc[at].set_index(keys) for at in (of["gain"].idxmax(), of["gap"].idxmin()))
    table = pd.DataFrame({"several": of["inclusive"].sum() > 1, "aimed": most["inclusive"]})
    for name, best in (("best", most["level"]), ("even", even["level"])):
        wide = best.unstack("plan")
        table[f"{name}_same"] = wide.eq(wide[FIRST], axis=0).stack().reorder_levels([0, 2, 1])
        table[[f"{name}_{level}" for level in LEVELS]] = np.equal.outer(best.to_numpy(), LEVELS)
    by = table.groupby(keys[:2], sort=False)
    return by.mean().assign(systems=by.size()).reset_index()
