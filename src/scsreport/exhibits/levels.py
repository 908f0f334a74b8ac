"""Exhibits of the chapter *Investing at four levels*: who gains, who falls behind, what is best."""

from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from scsreport import claims
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit
from scsreport.exhibits.style import MARKERS, WIDTH, Theme
from scsreport.findings import forms, levels
from scsreport.tables.datasets import load

TABLES = ("levels", "cities", "road-distances")
NAMES = forms.NAMES | {"primary": "largest city of the country"}
ORDER = list(levels.LEVELS)
WHERE = {
    "local": "inside the cities of the system",
    "cross-border": "across the border",
    "sub-national": "between the cities of the system",
    "national": "to large cities of the country",
}


def _effects() -> pd.DataFrame:
    """Return the effect of each level on each system, gaps in points."""
    table, least = load("levels"), levels.ROUNDED
    table["inclusive"] = (table["gain"] > least) & (table["gap"] < -least)
    return table.assign(**table.filter(like="gap") * 100)


@exhibit("fig-level-types", serves=["A7"], sources=("level-types", *TABLES))
def types() -> Parts:
    """Show which cities of a system gain more than it does, by level and type of city."""
    keys = pd.MultiIndex.from_product([NAMES, ORDER], names=["type", "level"])
    data = load("level-types").set_index(keys.names).reindex(keys).dropna().reset_index()
    data["named"] = data["type"].map(NAMES)
    first: Any = data[data["type"] == "primary"].set_index("level")["relative"]
    every: Any = data.set_index(data["named"] + " (" + data["level"] + ")")["relative"]
    facts = text.extremes(every) | text.extremes(first, "first_")
    facts |= {"behind": (first < 1).sum(), "levels": len(first)}
    label = "gain over the mean gain of its system"
    draw = partial(charts.rows, x="relative", y="named", by="level", label=label, marks={"mean": 1})
    return Parts(data, facts, draw)


@exhibit("tab-levels", serves=["A7"], sources=TABLES)
def world() -> Parts:
    """Show what each level does in the middle system, and in how many it is inclusive."""
    table = _effects()
    table["narrows"] = table["gap_country"] < -100 * levels.ROUNDED
    of = table.groupby("level")
    means = ["behind", "outside", "abroad", "inclusive", "narrows", "frontier"]
    data = of[["gain", "least"]].median().join(of[means].mean()).assign(systems=of.size())
    data = data.loc[ORDER]
    facts = {**text.extremes(data["inclusive"]), **text.extremes(data["gain"], "gain_")}
    cut = table.groupby("system")["cut"].any()
    facts |= {"systems": len(cut), "cut": cut.mean()}
    return Parts(data.reset_index(), facts)


@exhibit("tab-level-examples", serves=["A7"], sources=TABLES)
def examples() -> Parts:
    """Work one system of each form through."""
    chosen = list(levels.examples())
    names = levels.systems().drop_duplicates("system").set_index("system")["name"]
    data = _effects().set_index("system").loc[chosen].reset_index()
    data = data.assign(name=data["system"].map(names), after=data["gap_before"] + data["gap"])
    most = data.loc[data.groupby("system", sort=False)["gain"].idxmax()]
    best = text.listing(most["level"] + " in " + most["name"])
    facts: dict[str, Any] = {"names": text.listing(data["name"].unique()), "best": best}
    facts |= {"wider": (data["gap"] > 0).sum(), "of": len(data)}
    return Parts(data, facts)


@exhibit("fig-level-frontier", serves=["A7"], sources=TABLES)
def frontier(system: str = "") -> Parts:
    """Draw output against inequality for every mix, of the worked systems or of one (id, city)."""
    found = [levels.find(what) for what in ([system] if system else levels.examples())]
    parts = [levels.mixes(spot).assign(name=name) for name, spot in found]
    data = pd.concat(parts, ignore_index=True)
    data[["gain", "narrowing"]] = data[["gain", "gap"]] * [100, -100]
    pure, front = data[data["level"] != ""], data[data["frontier"]]
    most = pure.loc[pure.groupby("name", sort=False)["gain"].idxmax()]
    facts = {
        "names": text.listing(most["name"]),
        "n": len(data),
        "front": len(front),
        "mixed": (front["level"] == "").sum(),
        "wider": (pure["narrowing"] < 0).sum(),
        "pure": len(pure),
        "best": text.listing(most["level"] + " (" + most["name"] + ")"),
    }
    return Parts(data, facts, _draw_frontier)


def _draw_frontier(data: pd.DataFrame, theme: Theme) -> Figure:
    parts = data.groupby("name", sort=False)
    figure = Figure(figsize=(WIDTH, 0.7 + 2.1 * len(parts)))
    rows = figure.subplots(len(parts), squeeze=False)[:, 0]
    for axes, (name, part) in zip(rows, parts, strict=True):
        axes.axhline(0, color=theme.quiet, linewidth=1)
        axes.scatter(part["gain"], part["narrowing"], s=8, color=theme.quiet, linewidths=0)
        front = part[part["frontier"]].sort_values("gain")
        axes.plot(front["gain"], front["narrowing"], color=theme.ink, linewidth=1)
        for step, level in enumerate(ORDER):
            at = part[part["level"] == level]
            axes.scatter(
                at["gain"],
                at["narrowing"],
                s=45,
                marker=MARKERS[step],
                label=level,
                color=theme.series[step],
                zorder=3,
            )
        axes.set_title(str(name), fontsize=10, loc="left")
    axes.set_xlabel("gain of output, per cent")
    figure.supylabel("inequality falls by, points", fontsize=10)
    names = axes.get_legend_handles_labels()
    figure.legend(*names, loc="outside lower center", ncols=4, handletextpad=0, columnspacing=0.8)
    return figure


@exhibit("tab-level-best", serves=["A7"], sources=("level-runs", *TABLES))
def best() -> Parts:
    """Show which level is best for output and for equity, by form of the system."""
    runs = load("level-runs").query("plan == @levels.FIRST")
    parts, names = [], ["form", "systems", *ORDER]
    for start, aim in {"best": "output", "even": "equity"}.items():
        part = runs[[*names[:2], *(f"{start}_{level}" for level in ORDER)]]
        parts.append(part.set_axis(names, axis=1).assign(aim=aim))
    data = pd.concat(parts)
    data["named"] = data["form"].map(NAMES | {"all": "all systems"})
    every: Any = data[data["form"] == "all"].set_index("aim")[ORDER]
    facts = [text.extremes(row, f"{aim}_") for aim, row in every.iterrows()]
    return Parts(data, facts[0] | facts[1])


@exhibit("tab-level-plans", serves=["A7"], sources=("level-runs", *TABLES))
def plans() -> Parts:
    """Show what other assumptions change."""
    data = load("level-runs").query("form == 'all'").drop(columns="form")
    of: Any = data.set_index("plan")
    facts = text.extremes(of["best_same"].drop(levels.FIRST), "same_")
    facts |= text.extremes(of["several"]) | {"mark": claims.figures()["printed_low"]["A7a"]}
    return Parts(data, facts)


def numbers() -> dict[str, str]:
    """Return the numbers that the prose of the chapter prints, and the levels that it names."""
    told, effects = claims.figures(), _effects()
    table: Any = world().parts.data.set_index("level")
    runs: Any = plans().parts.data.set_index("plan")
    several: Any = {a.figure: a.values for a in levels.answers()}["A7a"]
    plain = set(effects["system"]) - set(effects.loc[effects["level"] == "national", "system"])
    first = set(levels.systems().query("is_primary")["system"])
    told_by = (types(), best(), plans(), world())
    facts: dict[str, Any] = {k: v for e in told_by for k, v in e.parts.facts.items()}
    facts |= {
        f"{name}_{key}": told[key][name]
        for name in ("A7a", "A7b")
        for key in ("value", "low", "high")
    }
    facts |= {
        "verdict": claims.ledger()["verdict"]["A7"],
        "no_national": len(plain),
        "primary": len(plain & first),
        "no_border": len(set(effects["system"])) - table["systems"]["cross-border"],
        "behind_local": table["behind"]["local"],
        "behind_sub": table["behind"]["sub-national"],
        "outside": table["outside"]["national"],
        "abroad": table["abroad"]["cross-border"],
        "torn": (effects.loc[effects["inclusive"], "gap_country"] > 0).mean(),
        "country": several["inequality in the country"],
        "fifth": several["the fifth with least access"],
    }
    for plan in (levels.FIRST, "half-life of 15 minutes", "half-life of 60 minutes"):
        half = int(levels.PLANS[plan].half_life)
        facts |= {f"{half}": half, **{f"{half}_{x}": runs[f"best_{x}"][plan] for x in ORDER}}
    return {f"levels_{key}": _said(value) for key, value in facts.items()}


def _said(value: Any) -> str:
    if isinstance(value, float):
        return text.share(value)
    return WHERE.get(value, value) if isinstance(value, str) else text.count(value)
