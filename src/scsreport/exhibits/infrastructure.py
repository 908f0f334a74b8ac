"""Exhibits of the chapter *Hard and soft infrastructure*: correlates across countries."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit
from scsreport.exhibits.style import MARKERS, WIDTH, Theme
from scsreport.findings import infrastructure
from scsreport.infrastructure import LEAST
from scsreport.tables.datasets import load

TABLES = (
    "infrastructure-items",
    "specifications",
    "indicators",
    "institutions",
    "airports",
    "worldbank",
    "countries",
)
CURVE = ("specification-curve", "specifications")
OUTCOMES = {
    "income": "Income, 2025",
    "income_2016": "Income, 2016",
    "growth": "Growth, 2016",
    "household_gini": "Household Gini, 2025",
}
MODELS = ["hard alone", "soft alone", "together", "interacted"]
THIRDS = ["poorest third", "middle third", "richest third"]
ABROAD, NAMED, NEAR = "income", 3, 0.5
SIDES = {"above": "^", "across": "o", "below": "v"}
CHOICES = {"every": "all", "hard": "hard list", "soft": "soft list", "sample": "countries"}
STEPS = {
    "pooled": "1. OLS, all rows",
    "between": "2. means of states",
    "random": "3. random effects",
    "fixed": "4. state effects",
}
ERRORS = {"se": "errors as published", "clustered": "errors clustered by state"}


def _facts() -> dict[str, Any]:
    """Return the counts of the curve, the main differences, and the declaration."""
    told, main = infrastructure.counts(), infrastructure.mains()
    by: Any = told[told["choice"] == "outcome"].set_index("taken").to_dict("index")
    same = infrastructure.curve().drop_duplicates(["outcome", "difference", "low", "high"])
    declared = load("specifications")["declared"]
    return {
        **told.iloc[0],
        "by": by,
        "main": main.to_dict("index"),
        "distinct": len(same),
        "declared": declared.iloc[0],
        "declared_n": len(declared),
        "rank": infrastructure.curve().query("main").set_index("outcome")["rank"],
        "clear": (main["high"] < 0).sum(),
        "mains": len(main),
    }


@exhibit("tab-infrastructure-items", formerly="tab-hardsoft-items", serves=["A5"], sources=TABLES)
def items() -> Parts:
    """List what counts as hard and as soft, with its weight in the main index."""
    data = load("infrastructure-items").query("side in ('hard', 'soft')")
    mains = {outcome: infrastructure.main(outcome) for outcome in infrastructure.OUTCOMES[1::-1]}
    loading = pd.concat([side.loadings for own in mains.values() for side in (own.hard, own.soft)])
    data = data.assign(loading=data["item"].map(loading.to_dict()))
    explained = {o: {"hard": m.hard[2], "soft": m.soft[2]} for o, m in mains.items()}
    facts = {"sides": data["side"].value_counts(), "declared": data["declared"].iloc[0]}
    return Parts(data, facts | {"by": explained})


@exhibit(
    "fig-infrastructure-countries", formerly="fig-hardsoft-countries", serves=["A5"], sources=TABLES
)
def countries() -> Parts:
    """Set the hard against the soft score of every country."""
    data = infrastructure.main(ABROAD).data.reset_index()
    data["third"] = pd.qcut(data[ABROAD], 3, labels=THIRDS)
    off = (data["hard_score"] - data["soft_score"]).set_axis(data["name"]).sort_values()
    ends = off.index[:NAMED], off.index[: -NAMED - 1 : -1]
    data["label"] = data["name"].where(data["name"].isin(ends[0].union(ends[1])))
    facts = {
        "n": len(data),
        "r": data["hard_score"].corr(data["soft_score"]),
        "lost": infrastructure.mains()["lost"][ABROAD],
        "near": (off.abs() < NEAR).mean(),
        "softer": text.listing(ends[0]),
        "harder": text.listing(ends[1]),
    }
    return Parts(data.sort_values("third", kind="stable"), facts, _draw_countries)


def _draw_countries(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 4.6))
    axes = figure.add_subplot(aspect="equal")
    axes.axline((0, 0), slope=1, color=theme.quiet, linewidth=1)
    for step, (name, part) in enumerate(data.groupby("third", observed=True)):
        look: Any = {"marker": MARKERS[step], "label": name, "linewidths": 0}
        axes.scatter(part["hard_score"], part["soft_score"], s=20, **look)
    _name(axes, data.dropna(subset="label"), "hard_score", "soft_score")
    axes.set(xlabel="hard, standard deviations", ylabel="soft, standard deviations")
    figure.legend(loc="outside lower center", ncols=3, handletextpad=0.1, columnspacing=1)
    return figure


def _name(axes: Any, data: pd.DataFrame, x: str, y: str) -> None:
    """Write the name of each point towards the middle and above it, of the lowest one below."""
    for step, (name, at) in enumerate(data.set_index("name")[[x, y]].sort_values(y).iterrows()):
        right, up = at[x] > np.mean(axes.get_xlim()), step > 0
        axes.annotate(
            str(name),
            tuple(at),
            (-4 if right else 4, 3 if up else -9),
            fontsize=8,
            textcoords="offset points",
            ha="right" if right else "left",
        )


@exhibit("tab-infrastructure-models", formerly="tab-hardsoft-models", serves=["A5"], sources=TABLES)
def models() -> Parts:
    """Print both sides separately, together and interacted, for the four outcomes."""
    tables = {outcome: infrastructure.compared(outcome).table.loc[MODELS] for outcome in OUTCOMES}
    rows = {outcome: of["estimate"].unstack(0).to_dict() for outcome, of in tables.items()}
    data = pd.concat({OUTCOMES[o]: of for o, of in tables.items()}, names=["outcome"])
    data = data.reset_index()
    data["named"] = data["model"].str.replace("^(hard|soft) ", "", regex=True) + ": " + data["term"]
    return Parts(data, _facts() | {"models": rows})


@exhibit("tab-infrastructure-main", formerly="tab-hardsoft-main", serves=["A5"], sources=TABLES)
def differences() -> Parts:
    """Print hard minus soft of the main specifications with all that qualifies it."""
    return Parts(infrastructure.mains().rename(index=OUTCOMES).reset_index(), _facts())


@exhibit("fig-infrastructure-curve", formerly="fig-hardsoft-curve", serves=["A5"], sources=CURVE)
def curve() -> Parts:
    """Show every declared specification, sorted, with its interval."""
    return Parts(infrastructure.curve(), _facts(), _draw_curve)


def _draw_curve(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 6.4))
    grid: Any = figure.subplots(2, 2)
    for axes, (outcome, title) in zip(grid.flat, OUTCOMES.items(), strict=True):
        part = data[data["outcome"] == outcome]
        for step, (side, marker) in enumerate(SIDES.items()):
            own, look = part[part["side"] == side], {"color": theme.series[step]}
            axes.vlines(own["rank"], own["low"], own["high"], linewidth=0.5, alpha=0.5, **look)
            axes.scatter(
                own["rank"],
                own["difference"],
                s=7,
                marker=marker,
                linewidths=0,
                label=f"interval {side} zero",
                **look,
            )
        axes.scatter(
            "rank",
            "difference",
            data=part[part["main"]],
            s=42,
            marker="D",
            color=theme.ink,
            zorder=3,
            label="main, declared as such",
        )
        axes.axhline(0, color=theme.ink, linestyle="--", linewidth=1)
        axes.set_title(title, fontsize=9, loc="left")
        axes.set_xticks([])
    figure.supylabel("hard minus soft, per standard deviation", fontsize=10)
    figure.legend(
        *axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, markerscale=1.6
    )
    return figure


@exhibit(
    "tab-infrastructure-choices", formerly="tab-hardsoft-choices", serves=["A5"], sources=CURVE
)
def choices() -> Parts:
    """Count the specifications on each side of zero by what was chosen."""
    return Parts(infrastructure.counts().replace({"taken": OUTCOMES, "choice": CHOICES}), _facts())


@exhibit(
    "fig-infrastructure-gaps",
    formerly="fig-hardsoft-gaps",
    serves=["A5", "A4"],
    sources=(*TABLES, "gap-changes"),
)
def gaps() -> Parts:
    """Set the gaps of the previous chapter beside both scores: a picture and no regression."""
    known = infrastructure.countries()["gap"].dropna().rename(infrastructure.names())
    data = infrastructure.main("gap").data.reset_index()
    lost = text.listing(sorted({*known.index} - {*data["name"]}))
    facts = {"n": len(data), "known": len(known), "lost": lost, "least": LEAST}
    return Parts(data, facts | text.extremes(data.set_index("name")["gap"]), _draw_gaps)


def _draw_gaps(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 5.6))
    grid: Any = figure.subplots(2)
    for axes, side, marker in zip(grid, ("hard", "soft"), MARKERS, strict=False):
        axes.scatter(data[f"{side}_score"], data["gap"], s=20, marker=marker, linewidths=0)
        _name(axes, data, f"{side}_score", "gap")
        axes.set(xlabel=f"{side} score among these countries", ylim=(0, None))
    figure.supylabel("Gini coefficient between regions", fontsize=10)
    return figure


@exhibit(
    "fig-infrastructure-states",
    formerly="fig-hardsoft-states",
    serves=["A5"],
    sources=("us-capital",),
)
def states() -> Parts:
    """Show what public capital goes with in the US states, step by step."""
    by = infrastructure.states().loc[list(STEPS)]
    data = by.reset_index().melt(["model", "estimate", "n"], list(ERRORS), "errors", "error")
    data = data.assign(step=data["model"].map(STEPS)).replace({"errors": ERRORS})
    draw = partial(
        charts.rows,
        x="estimate",
        y="step",
        by="errors",
        error="error",
        marks={"zero": 0},
        label="elasticity to public capital",
    )
    return Parts(data, {"by": by.to_dict("index")}, draw)


def numbers() -> dict[str, str]:
    """Return the numbers that the prose of the chapter prints."""
    facts, by = {**gaps().parts.facts, **_facts()}, states().parts.facts["by"]
    told = {name: text.count(facts[name]) for name in ("n", *SIDES, "declared_n", "known")}
    for outcome, own in facts["main"].items():
        told |= {f"{outcome}_{k}": text.number(own[k]) for k in ("difference", "low", "high")}
        told |= {f"{outcome}_{k}": text.count(own[k]) for k in ("n", "lost")}
    for model, own in by.items():
        told |= {f"{model}_{k}": text.number(own[k], 3) for k in ("estimate", "least", "most")}
    told |= {"times": text.number(by["pooled"]["times"], 1), "declared": facts["declared"]}
    return {f"hardsoft_{name}": value for name, value in told.items()}
