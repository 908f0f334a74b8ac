"""Exhibits of the chapter *Investing at four levels*: who gains, who falls behind, what is best."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from scsreport import claims
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import WIDTH, Theme, looks
from scsreport.findings import forms, investment, levels
from scsreport.findings.system_roads import LEVELS
from scsreport.tables.datasets import load

__all__ = ["best", "examples", "frontier", "plans", "types", "world"]
__dir__ = listing(__all__)

TABLES = ("levels", "cities", "road-distances")
NAMES = forms.NAMES | {"primary": "largest city of the country"}
LEVEL_ORDER = list(LEVELS)
ROAD_PLACES = {
    "local": "inside the cities of the system",
    "cross-border": "across the border",
    "sub-national": "between the cities of the system",
    "national": "to large cities of the country",
}
"""Where the road of a level runs, for the prose."""
HALF_LIVES = ("half-life of 15 minutes", investment.FIRST, "half-life of 60 minutes")
"""Scenarios that differ in their half-life alone, from the shortest."""


def _road_places(facts: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return where the roads of the lowest and highest level of some facts run."""
    ends = [f"{prefix}lowest", f"{prefix}highest"]
    return {f"where_{end}": ROAD_PLACES[facts[end]] for end in ends}


@exhibit("fig-level-types", serves=["A7"], sources=("level-types", *TABLES))
def types() -> Parts:
    """Show which cities of a system gain more than it does, by level and type of city."""
    keys = pd.MultiIndex.from_product([NAMES, LEVEL_ORDER], names=["type", "level"])
    data = load("level-types").set_index(keys.names).reindex(keys).dropna().reset_index()
    data["named"] = data["type"].map(NAMES)
    primary = data[data["type"] == "primary"].set_index("level")["relative"]
    labels = data["named"] + " (" + data["level"] + ")"
    facts = text.extremes(data.set_index(labels)["relative"]) | text.extremes(primary, "first_")
    facts |= _road_places(facts, "first_")
    facts |= {"behind": (primary < 1).sum(), "levels": len(primary)}
    label = "gain over the mean gain of its system"
    draw = partial(
        charts.rows,
        x="relative",
        y="named",
        by="level",
        label=label,
        marks={"mean": 1},
        ordered=True,
    )
    return Parts(data, facts, draw)


@exhibit("tab-levels", serves=["A7"], sources=TABLES)
def world() -> Parts:
    """Show what each level does in the middle system, and in how many it is inclusive."""
    table = levels.by_level()
    cut = load("levels").groupby("system")["cut"].any()
    without_national = levels.without_level("national")
    facts = text.extremes(table["inclusive"])
    facts |= text.extremes(table["gain"], "gain_")
    facts |= _road_places(facts)
    facts |= {
        "systems": len(cut),
        "cut": cut.mean(),
        "by": table.to_dict("index"),
        "no_national": len(without_national),
        "no_national_primary": len(without_national.intersection(levels.with_primary_city())),
        "no_border": len(levels.without_level("cross-border")),
        "wider_in_the_country": levels.wider_in_the_country(),
    }
    return Parts(table.reset_index(), facts)


@exhibit("tab-level-examples", serves=["A7"], sources=TABLES)
def examples() -> Parts:
    """Work one system of each form through."""
    data = levels.worked_examples()
    best_levels = data.loc[data.groupby("system", sort=False)["gain"].idxmax()]
    facts = {
        "names": text.listing(data["name"].unique()),
        "best": text.listing(best_levels["level"] + " in " + best_levels["name"]),
        "wider": (data["gap"] > 0).sum(),
        "of": len(data),
    }
    return Parts(data, facts)


@exhibit("fig-level-frontier", serves=["A7"], sources=TABLES)
def frontier(system: str = "") -> Parts:
    """Draw output against inequality for every mix, of the worked systems or of one.

    Parameters
    ----------
    system : str, optional
        Its id, such as ``cluster-12``, or the name of one of its cities.

    Raises
    ------
    ValueError
        If there is no such system, or roads do not join its cities.
    """
    data = levels.mixes_by_system(system)
    data["gain"] = 100 * data["gain"]
    data["narrowing"] = -100 * data["gap"]
    pure = data[data["level"] != ""]
    front = data[data["frontier"]]
    best_levels = pure.loc[pure.groupby("name", sort=False)["gain"].idxmax()]
    facts = {
        "names": text.listing(best_levels["name"]),
        "n": len(data),
        "front": len(front),
        "mixed": (front["level"] == "").sum(),
        "wider": (pure["narrowing"] < 0).sum(),
        "pure": len(pure),
        "best": text.listing(best_levels["level"] + " (" + best_levels["name"] + ")"),
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
        for level, look in looks(LEVEL_ORDER, theme, ordered=True).items():
            pure = part[part["level"] == level]
            axes.scatter(
                pure["gain"],
                pure["narrowing"],
                s=45,
                marker=look.marker,
                label=level,
                color=look.colour,
                zorder=3,
            )
        axes.set_title(str(name), fontsize=10, loc="left")
    axes.set_xlabel("gain of output, per cent")
    figure.supylabel("inequality falls by, points", fontsize=10)
    names = axes.get_legend_handles_labels()
    figure.legend(*names, loc="outside lower center", ncols=4, handletextpad=0, columnspacing=0.8)
    return figure


@exhibit("tab-level-best", serves=["A7"], sources=("level-runs", *TABLES))
def best(plan: str = investment.FIRST) -> Parts:
    """Show which level is best for output and for equity, by form of the system.

    Parameters
    ----------
    plan : str
        What is assumed, a row of ``plans()``, such as ``half-life of 60 minutes``. Forms are told
        apart for the first one alone.

    Raises
    ------
    ValueError
        If there is no such plan.
    """
    data = levels.best_level(plan)
    data["named"] = data["form"].map(NAMES | {"all": "all systems"})
    all_systems = data[data["form"] == "all"].set_index("aim")[LEVEL_ORDER]
    facts: dict[str, Any] = {}
    for aim, row in all_systems.iterrows():
        facts |= text.extremes(row, f"{aim}_")
        facts |= _road_places(facts, f"{aim}_")
    return Parts(data, facts)


@exhibit("tab-level-plans", rebuilds=["A7"], serves=["A7"], sources=("level-runs", *TABLES))
def plans() -> Parts:
    """Show what other assumptions change."""
    data = levels.by_scenario()
    by_scenario = data.set_index("plan")
    figures = claims.figures()
    facts = text.extremes(by_scenario["best_same"].drop(investment.FIRST), "same_")
    facts |= text.extremes(by_scenario["several"])
    facts |= {
        "mark": figures["printed_low"]["A7a"],
        "A7a": figures.loc["A7a"],
        "A7b": figures.loc["A7b"],
        "verdict": claims.ledger()["stands"]["A7"],
        "reading": levels.other_readings()["several"],
    }
    facts["half_lives"] = text.listing(
        text.count(investment.SCENARIOS[scenario].half_life) for scenario in HALF_LIVES
    )
    for level in LEVEL_ORDER:
        shares = by_scenario[f"best_{level}"].loc[list(HALF_LIVES)]
        facts[f"best_{level}"] = text.listing(shares.map(text.share))
    return Parts(data, facts)
