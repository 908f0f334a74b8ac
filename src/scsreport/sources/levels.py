"""What the same investment does at four levels, for every system of the world."""

import pandas as pd

from scsreport import levels
from scsreport.levels import BASE, LEVELS, PLANS, ROUNDED


def tables() -> dict[str, pd.DataFrame]:
    """Return the effects by system, by type of city and by plan; they take some minutes."""
    rows, cities = [], []
    for system, part in levels.systems().groupby("system"):
        own, form = pd.Index(part["geonameid"]), part["form"].iloc[0]
        if (spot := levels.place(own, table=levels.cities(), roads=levels.pairs())) is None:
            continue
        mixed = levels.mixes(spot)
        best = {level: mixed.loc[mixed[level] == 1, "frontier"].any() for level in spot.ways}
        for plan, level in ((plan, level) for plan in PLANS for level in spot.ways):
            km = spot.budget(PLANS[plan])
            found = levels.gains(spot, PLANS[plan], ((level, km),))
            row = {"system": system, "form": form, "plan": plan, "level": level, "km": km}
            row |= levels.outcome(found)
            if PLANS[plan] == BASE:
                row |= levels.beyond(found, BASE)
                row |= {
                    "frontier": best[level],
                    "cut": km < BASE.budget * spot.tree * (1 - ROUNDED),
                }
                cities.append(_types(found, row["gain"]).assign(level=level, system=system))
            rows.append(row)
    table = pd.DataFrame(rows)
    base = table[table["plan"] == next(iter(PLANS))].drop(columns="plan")
    base = base.astype({"frontier": bool, "cut": bool})
    runs = pd.concat([_run(table.assign(form="all")), _run(table)], ignore_index=True)
    return {
        "levels": base.round(6), "level-types": _means(pd.concat(cities)),
        "level-runs": runs.round(4),
    }  # fmt: skip


def _types(found: pd.DataFrame, mean: float) -> pd.DataFrame:
    """Return, by type of city, its gain over that of the system, and its share of all gain."""
    home = found["country"] == found.loc[found["own"], "country"].iloc[0]
    gain = found["people"] * found["gain"]
    whole, people = gain.sum(), found["people"].where(found["own"], 0)
    part = pd.DataFrame({
        "people": people / people.sum(), "over": gain.where(found["own"], 0) / people.sum() / mean,
        "inside": gain.where(found["own"], 0) / whole,
        "outside": gain.where(home & ~found["own"], 0) / whole,
    })  # fmt: skip
    return part.groupby(found["form"]).sum().rename_axis("type").reset_index()


def _means(parts: pd.DataFrame) -> pd.DataFrame:
    """Return means over systems, each counted once."""
    keys, here = ["level", "type"], parts[parts["people"] > 0]
    total = here.groupby(keys)
    found = (total["over"].sum() / total["people"].sum()).to_frame("relative")
    found["systems"] = total.size()
    share = parts.groupby(keys)[["inside", "outside"]].sum()
    share = share.div(parts.groupby("level")["system"].nunique(), axis=0, level="level")
    return found.join(share).round(4).reset_index()


def _run(rows: pd.DataFrame) -> pd.DataFrame:
    """Return, by form and plan, which level is best, how often it stays so, and is inclusive."""
    rows = rows.assign(inclusive=(rows["gain"] > ROUNDED) & (rows["gap"] < -ROUNDED))
    keys = ["form", "plan", "system"]
    most = rows.loc[rows.groupby(keys)["gain"].idxmax()].set_index(keys)
    even = rows.loc[rows.groupby(keys)["gap"].idxmin()].set_index(keys)["level"]
    table = pd.DataFrame({"several": rows.groupby(keys)["inclusive"].sum() >= 2,
                          "aimed": most["inclusive"]})  # fmt: skip
    for name, best in (("best", most["level"]), ("even", even)):
        base = best.xs(next(iter(PLANS)), level="plan").rename("base")
        same = best.reset_index().merge(base.reset_index())
        table[f"{name}_same"] = same.set_index(keys).eval("level == base")
        for level in LEVELS:
            table[f"{name}_{level}"] = best == level
    of = table.groupby(["form", "plan"], sort=False)
    found = of.mean().assign(systems=of.size()).reset_index()
    return found.sort_values("plan", key=lambda c: c.map(list(PLANS).index), kind="stable")
