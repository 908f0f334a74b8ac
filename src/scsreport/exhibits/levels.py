"""Exhibits of the chapter *Investing at four levels*: who gains, who falls behind, what is best."""

from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from scsreport import claims, forms, levels
from scsreport.datasets import load
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit
from scsreport.exhibits.style import MARKERS, WIDTH, Theme

TABLES = ("levels", "cities", "road-distances")
NAMES = forms.NAMES | {"primary": "largest city of the country"}
ORDER, FIRST = list(levels.LEVELS), next(iter(levels.PLANS))
GAPS = ["gap_before", "gap", "gap_country"]
PLANNED = {
    "base": FIRST, "short": "half-life of 15 minutes", "long": "half-life of 60 minutes"
}  # fmt: skip
COUNTRY, FIFTH = "inequality in the country", "the fifth with least access"
AIMS = {"best": "output", "even": "equity"}


def _effects() -> pd.DataFrame:
    """Return the effect of each level on each system, in the order of levels, gaps in points."""
    table = load("levels")
    table[GAPS] *= 100
    table["inclusive"] = (table["gain"] > levels.ROUNDED) & (table["gap"] < -levels.ROUNDED)
    return table.sort_values("level", key=lambda c: c.map(ORDER.index), kind="stable")


@exhibit("fig-level-types", serves=["A7"], sources=("level-types", *TABLES))
def types() -> Parts:
    """Show which cities of a system gain more than it does, by level and type of city."""
    data = load("level-types").sort_values("level", key=lambda c: c.map(ORDER.index), kind="stable")
    data = data.sort_values("type", key=lambda c: c.map(list(NAMES).index), kind="stable")
    data["named"] = data["type"].map(NAMES)
    first: Any = data[data["type"] == "primary"].set_index("level")["relative"]
    every: Any = data.assign(key=data["named"] + " (" + data["level"] + ")").set_index("key")
    facts = text.extremes(every["relative"])
    facts |= {"behind": (first < 1).sum(), "levels": len(first), "least": first.min()}
    label = "gain over the mean gain of its system"
    draw = partial(charts.rows, x="relative", y="named", by="level", label=label, marks={"mean": 1})
    return Parts(data, facts, draw)


@exhibit("tab-levels", serves=["A7"], sources=TABLES)
def world() -> Parts:
    """Show what each level does in the middle system, and in how many it is inclusive."""
    table = _effects()
    table["narrows"] = table["gap_country"] < -levels.ROUNDED
    of = table.groupby("level", sort=False)
    means = ["behind", "outside", "abroad", "inclusive", "narrows", "frontier"]
    data = of[["gain", "least"]].median().join(of[means].mean()).assign(systems=of.size())
    facts = {**text.extremes(data["inclusive"]), **text.extremes(data["gain"], "gain_")}
    facts |= {"systems": table["system"].nunique(), "by": data.T.to_dict()}
    facts["cut"] = table.groupby("system")["cut"].first().mean()
    return Parts(data.reset_index(), facts)


@exhibit("tab-level-examples", serves=["A7"], sources=TABLES)
def examples() -> Parts:
    """Work one system of each form through."""
    chosen = levels.examples()
    table = _effects().set_index("system").loc[list(chosen)].reset_index()
    names = levels.systems().drop_duplicates("system").set_index("system")["name"]
    data = table.assign(name=table["system"].map(names), after=table["gap_before"] + table["gap"])
    most = data.loc[data.groupby("system", sort=False)["gain"].idxmax()]
    best = text.listing(most["level"] + " in " + most["name"])
    facts: dict[str, Any] = {"names": text.listing(data["name"].unique()), "best": best}
    facts |= {"wider": (data["gap"] > 0).sum(), "of": len(data)}
    return Parts(data, facts)


@exhibit("fig-level-frontier", serves=["A7"], sources=TABLES)
def frontier(system: str = "") -> Parts:
    """Draw output against inequality for every mix, of the worked systems or of one (id, city)."""
    parts = []
    for what in [system] if system else levels.examples():
        name, spot = levels.find(what)
        parts.append(levels.mixes(spot).assign(name=name))
    data = pd.concat(parts, ignore_index=True)
    data[["gain", "narrowing"]] = data[["gain", "gap"]] * [100, -100]
    data["level"] = data[ORDER].eq(1).idxmax(axis=1).where(data[ORDER].eq(1).any(axis=1), "")
    pure, front = data[data["level"] != ""], data[data["frontier"]]
    facts = {"names": text.listing(data["name"].unique()), "n": len(data), "front": len(front),
             "mixed": (front["level"] == "").sum(), "wider": (pure["narrowing"] < 0).sum(),
             "pure": len(pure), "best": text.listing(
                 pure.loc[pure.groupby("name", sort=False)["gain"].idxmax()]
                 .pipe(lambda t: t["level"] + " (" + t["name"] + ")"))}  # fmt: skip
    return Parts(data, facts, _draw_frontier)


def _draw_frontier(data: pd.DataFrame, theme: Theme) -> Figure:
    parts = list(data.groupby("name", sort=False))
    figure = Figure(figsize=(WIDTH, 0.7 + 2.1 * len(parts)))
    for row, (name, part) in enumerate(parts):
        axes = figure.add_subplot(len(parts), 1, row + 1)
        axes.axhline(0, color=theme.quiet, linewidth=1)
        axes.scatter(part["gain"], part["narrowing"], s=8, color=theme.quiet, linewidths=0)
        front = part[part["frontier"]].sort_values("gain")
        axes.plot(front["gain"], front["narrowing"], color=theme.ink, linewidth=1)
        for step, level in enumerate(ORDER):
            at = part[part["level"] == level]
            axes.scatter(at["gain"], at["narrowing"], s=45, marker=MARKERS[step], label=level,
                         color=theme.series[step], zorder=3)  # fmt: skip
        axes.set_title(str(name), fontsize=10, loc="left")
    axes.set_xlabel("gain of output, per cent")
    figure.supylabel("inequality falls by, points", fontsize=10)
    names = axes.get_legend_handles_labels()
    figure.legend(*names, loc="outside lower center", ncols=4, handletextpad=0, columnspacing=0.8)
    return figure


@exhibit("tab-level-best", serves=["A7"], sources=("level-runs", *TABLES))
def best() -> Parts:
    """Show which level is best for output and for equity, by form of the system."""
    runs = load("level-runs").query("plan == @FIRST")
    parts = [
        runs[["form", "systems", *[f"{aim}_{level}" for level in ORDER]]]
        .set_axis(["form", "systems", *ORDER], axis=1)
        .assign(aim=label)
        for aim, label in AIMS.items()
    ]
    data = pd.concat(parts).assign(named=lambda t: t["form"].map(NAMES | {"all": "all systems"}))
    every: Any = data[data["form"] == "all"].set_index("aim")[ORDER]
    facts = {**text.extremes(every.loc["output"], "output_"),
             **text.extremes(every.loc["equity"], "equity_")}  # fmt: skip
    return Parts(data, facts)


@exhibit("tab-level-plans", serves=["A7"], sources=("level-runs", *TABLES))
def plans() -> Parts:
    """Show what other assumptions change."""
    data = load("level-runs").query("form == 'all'").drop(columns="form")
    rest: Any = data[data["plan"] != FIRST].set_index("plan")
    facts = {
        **text.extremes(rest["best_same"], "same_"),
        **text.extremes(data.set_index("plan")["several"]),
    }
    told = claims.figures().loc[["A7a", "A7b"]]
    facts |= {f"{name}_{key}": told.loc[name, key] for name in told.index
              for key in ("value", "low", "high", "printed_low")}  # fmt: skip
    return Parts(data, facts)


def numbers() -> dict[str, str]:
    """Return the numbers that the prose of the chapter prints."""
    told, share, effects = claims.figures(), text.share, _effects()
    found = {f"levels_{name}_{key}": share(told[key][name]) for name in ("A7a", "A7b")
             for key in ("value", "low", "high", "printed_low")}  # fmt: skip
    torn = (effects.loc[effects["inclusive"], "gap_country"] > 0).mean()
    have = pd.crosstab(effects["system"], effects["level"])
    first = levels.systems()["geonameid"].map(levels.cities()["is_primary"])
    holds = first.groupby(levels.systems()["system"]).any().reindex(have.index)
    lacks = have["national"] == 0
    counts = {"systems": len(have), "no_national": lacks.sum(), "primary": (lacks & holds).sum(),
              "no_border": (have["cross-border"] == 0).sum(),
              **{name: levels.PLANS[plan].half_life for name, plan in PLANNED.items()}}  # fmt: skip
    table: Any = world().parts.data.set_index("level")
    runs: Any = load("level-runs").query("form == 'all'").set_index("plan")
    of: Any = load("level-types").set_index(["level", "type"])["relative"]
    several: Any = levels.answers().query("figure == 'A7a'").set_index("counting")["value"]
    shares = {
        "inclusive_local": table["inclusive"]["local"], "torn": torn,
        "inclusive_sub": table["inclusive"]["sub-national"],
        "behind_local": table["behind"]["local"], "behind_sub": table["behind"]["sub-national"],
        "outside": table["outside"]["national"], "abroad": table["abroad"]["cross-border"],
        "primary_sub": of["sub-national", "primary"], "fifth": several[FIFTH],
        "country": several[COUNTRY], "output_high": runs["best_sub-national"][FIRST],
        "base_local": runs["best_local"][FIRST], "base_national": runs["best_national"][FIRST],
        "short_local": runs["best_local"][PLANNED["short"]],
        "long_national": runs["best_national"][PLANNED["long"]],
    }  # fmt: skip
    found |= {f"levels_{name}": share(value) for name, value in shares.items()}
    found["levels_verdict"] = claims.ledger()["verdict"]["A7"]
    return found | {f"levels_{name}": text.count(n) for name, n in counts.items()}
