"""Exhibits of the chapter *Hard and soft infrastructure*: correlates across countries."""

from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scsreport import checks
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import WIDTH, Theme, looks
from scsreport.findings import infrastructure
from scsreport.infrastructure import LEAST
from scsreport.tables.datasets import load

__all__ = [
    "choices",
    "countries",
    "curve",
    "differences",
    "gaps",
    "items",
    "models",
    "states",
]
__dir__ = listing(__all__)

ITEM_TABLES = (
    "infrastructure-items",
    "specifications",
    "indicators",
    "institutions",
    "airports",
    "worldbank",
    "countries",
)
CURVE_TABLES = ("specification-curve", "specifications")
OUTCOMES = {
    "income": "Income, 2025",
    "income_2016": "Income, 2016",
    "growth": "Growth, 2016",
    "household_gini": "Household Gini, 2025",
}
EDITIONS = ("income_2016", "income")
"""The outcome whose main specification stands for each edition of the items, the newer last."""

MODELS = ["hard alone", "soft alone", "together", "interacted"]
THIRDS = ["poorest third", "middle third", "richest third"]
DRAWN_OUTCOME = "income"  # the outcome whose countries are drawn
NAMED_COUNTRIES = 3  # countries that get their name, at either end
NEAR_SCORES = 0.5  # standard deviations by which the two scores of a country are alike
SIDE_MARKERS = {"above": "^", "across": "o", "below": "v"}
CHOICES = {"every": "all", "hard": "hard list", "soft": "soft list", "sample": "countries"}
STEPS = {
    "pooled": "1. OLS, all rows",
    "between": "2. means of states",
    "random": "3. random effects",
    "fixed": "4. state effects",
}
ERRORS = {"se": "errors as published", "clustered": "errors clustered by state"}


def _part_of_curve(**taken: str) -> pd.DataFrame:
    """Return the specifications that took some choices, ranked anew; all where none is named."""
    table = infrastructure.curve()
    for choice, value in taken.items():
        if value:
            checks.choice(choice, value, table[choice].unique())
            table = table[table[choice] == value]
    return table.assign(rank=table.groupby("outcome").cumcount() + 1)


def _curve_facts(specifications: pd.DataFrame) -> dict[str, Any]:
    """Return the counts of a curve, the main differences, and the declaration."""
    counts = infrastructure.counted(specifications)
    by_outcome = counts[counts["choice"] == "outcome"].set_index("taken")
    main_results = infrastructure.main_differences()
    declared = load("specifications")["declared"]
    rank = specifications.query("main").set_index("outcome")["rank"]
    return {
        **counts.iloc[0],
        "by": by_outcome.to_dict("index"),
        "places": _places(rank, by_outcome["n"]),
        "main": main_results.to_dict("index"),
        "distinct": len(specifications.drop_duplicates(["outcome", "difference", "low", "high"])),
        "declared": declared.iloc[0],
        "declared_n": len(declared),
        "clear": (main_results["high"] < 0).sum(),
        "mains": len(main_results),
    }


def _places(rank: "pd.Series[int]", n: "pd.Series[int]") -> str:
    """Say where the main specifications stand, if they are among those that are shown."""
    if rank.empty:
        return "The main specifications are not among these."
    growth, income = (f"number {rank[name]} of {n[name]}" for name in ("growth", "income"))
    return (
        f"The main specification of growth is {growth} from below, among the strongest of its set; "
        f"that of income of 2025 is {income}."
    )


@exhibit(
    "tab-infrastructure-items", formerly="tab-hardsoft-items", serves=["A5"], sources=ITEM_TABLES
)
def items() -> Parts:
    """List what counts as hard and as soft, with its weight in the main index."""
    data = load("infrastructure-items").query("side in ('hard', 'soft')")
    loadings: dict[Any, float] = {}
    explained = {}
    for outcome in EDITIONS:
        main_run = infrastructure.main_run(outcome)
        # An item of both editions shows its loading in the newer one.
        loadings |= main_run.hard.loadings.to_dict() | main_run.soft.loadings.to_dict()
        explained[outcome] = {"hard": main_run.hard.explained, "soft": main_run.soft.explained}
    data = data.assign(loading=data["item"].map(loadings))
    facts = {
        "sides": data["side"].value_counts(),
        "declared": data["declared"].iloc[0],
        "by": explained,
    }
    return Parts(data, facts)


@exhibit(
    "fig-infrastructure-countries",
    formerly="fig-hardsoft-countries",
    serves=["A5"],
    sources=ITEM_TABLES,
)
def countries() -> Parts:
    """Set the hard against the soft score of every country."""
    data = infrastructure.main_run(DRAWN_OUTCOME).data.reset_index()
    data["third"] = pd.qcut(data[DRAWN_OUTCOME], 3, labels=THIRDS)
    hard_minus_soft = (data["hard_score"] - data["soft_score"]).set_axis(data["name"]).sort_values()
    softer = hard_minus_soft.index[:NAMED_COUNTRIES]
    harder = hard_minus_soft.index[: -NAMED_COUNTRIES - 1 : -1]
    data["label"] = data["name"].where(data["name"].isin(softer.union(harder)))
    facts = {
        "n": len(data),
        "r": data["hard_score"].corr(data["soft_score"]),
        "lost": infrastructure.main_differences()["lost"][DRAWN_OUTCOME],
        "near": (hard_minus_soft.abs() < NEAR_SCORES).mean(),
        "softer": text.listing(softer),
        "harder": text.listing(harder),
    }
    return Parts(data.sort_values("third", kind="stable"), facts, _draw_countries)


def _draw_countries(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 4.6))
    axes = figure.add_subplot(aspect="equal")
    axes.axline((0, 0), slope=1, color=theme.quiet, linewidth=1)
    for name, look in looks(THIRDS, theme, ordered=True).items():
        part = data[data["third"] == name]
        axes.scatter(
            part["hard_score"],
            part["soft_score"],
            s=20,
            marker=look.marker,
            color=look.colour,
            label=name,
            linewidths=0,
        )
    axes.set(xlabel="hard, standard deviations", ylabel="soft, standard deviations")
    figure.legend(loc="outside lower center", ncols=3, handletextpad=0.1, columnspacing=1)
    scores = ["hard_score", "soft_score"]
    named = data.dropna(subset="label")
    charts.name_points(
        axes, named[scores].to_numpy(), named["label"], among=data[scores].to_numpy(), fontsize=8
    )
    return figure


@exhibit(
    "tab-infrastructure-models", formerly="tab-hardsoft-models", serves=["A5"], sources=ITEM_TABLES
)
def models() -> Parts:
    """Print both sides separately, together and interacted, for the four outcomes."""
    tables = {
        outcome: infrastructure.main_comparison(outcome).table.loc[MODELS] for outcome in OUTCOMES
    }
    estimates = {
        outcome: table["estimate"].unstack("model").to_dict() for outcome, table in tables.items()
    }
    data = pd.concat(tables, names=["outcome"]).rename(index=OUTCOMES, level="outcome")
    data = data.reset_index()
    shortened = data["model"].str.replace("^(hard|soft) ", "", regex=True)
    data["named"] = shortened + ": " + data["term"]
    return Parts(data, _curve_facts(_part_of_curve()) | {"models": estimates})


@exhibit(
    "tab-infrastructure-main", formerly="tab-hardsoft-main", serves=["A5"], sources=ITEM_TABLES
)
def differences() -> Parts:
    """Print hard minus soft of the main specifications with all that qualifies it."""
    data = infrastructure.main_differences().rename(index=OUTCOMES).reset_index()
    return Parts(data, _curve_facts(_part_of_curve()))


@exhibit(
    "fig-infrastructure-curve", formerly="fig-hardsoft-curve", serves=["A5"], sources=CURVE_TABLES
)
def curve(sample: str = "", index: str = "") -> Parts:
    """Show every declared specification, sorted, with its interval.

    Parameters
    ----------
    sample : {"million", "all"}, optional
        Countries of a million people and more, or those of any size; without one both.
    index : {"component", "mean"}, optional
        Indices that are first components, or plain means of their items; without one both.

    Raises
    ------
    ValueError
        If there is no such sample or index.

    Examples
    --------
    >>> curve(sample="all").id
    'fig-infrastructure-curve-sample-all'
    """
    data = _part_of_curve(sample=sample, index=index)
    return Parts(data, _curve_facts(data), _draw_curve)


def _draw_curve(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 6.4))
    grid = figure.subplots(2, 2)
    for axes, (outcome, title) in zip(grid.flat, OUTCOMES.items(), strict=True):
        _draw_outcome(axes, data[data["outcome"] == outcome], theme)
        axes.set_title(title, fontsize=9, loc="left")
    figure.supylabel("hard minus soft, per standard deviation", fontsize=10)
    figure.legend(
        *grid.flat[-1].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=2,
        markerscale=1.6,
    )
    return figure


def _draw_outcome(axes: Axes, data: pd.DataFrame, theme: Theme) -> None:
    colours = {"above": theme.up, "across": theme.neutral[2], "below": theme.down}
    for side, marker in SIDE_MARKERS.items():
        part = data[data["side"] == side]
        colour = colours[side]
        axes.vlines(part["rank"], part["low"], part["high"], linewidth=0.5, alpha=0.5, color=colour)
        axes.scatter(
            part["rank"],
            part["difference"],
            s=7,
            marker=marker,
            linewidths=0,
            label=f"interval {side} zero",
            color=colour,
        )
    main = data[data["main"]]
    axes.scatter(
        main["rank"],
        main["difference"],
        s=42,
        marker="D",
        color=theme.ink,
        zorder=3,
        label="main, declared as such" if len(main) else "",
    )
    axes.axhline(0, color=theme.ink, linestyle="--", linewidth=1)
    axes.set_xticks([])


@exhibit(
    "tab-infrastructure-choices",
    formerly="tab-hardsoft-choices",
    serves=["A5"],
    sources=CURVE_TABLES,
)
def choices(sample: str = "", index: str = "") -> Parts:
    """Count the specifications on each side of zero by what was chosen.

    Parameters
    ----------
    sample : {"million", "all"}, optional
        Countries of a million people and more, or those of any size; without one both.
    index : {"component", "mean"}, optional
        Indices that are first components, or plain means of their items; without one both.

    Raises
    ------
    ValueError
        If there is no such sample or index.
    """
    table = _part_of_curve(sample=sample, index=index)
    data = infrastructure.counted(table).replace({"taken": OUTCOMES, "choice": CHOICES})
    return Parts(data, _curve_facts(table))


@exhibit(
    "fig-infrastructure-gaps",
    formerly="fig-hardsoft-gaps",
    serves=["A5", "A4"],
    sources=(*ITEM_TABLES, "gap-changes"),
)
def gaps() -> Parts:
    """Set the gaps of the previous chapter beside both scores: a picture and no regression."""
    known = infrastructure.countries()["gap"].dropna().rename(infrastructure.names())
    data = infrastructure.main_run("gap").data.reset_index()
    lost = sorted(set(known.index) - set(data["name"]))
    facts = {"n": len(data), "known": len(known), "lost": text.listing(lost), "least": LEAST}
    return Parts(data, facts | text.extremes(data.set_index("name")["gap"]), _draw_gaps)


def _draw_gaps(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 5.6))
    grid = figure.subplots(2)
    for axes, side in zip(grid, ("hard", "soft"), strict=True):
        axes.scatter(data[f"{side}_score"], data["gap"], s=20, linewidths=0)
        axes.set(xlabel=f"{side} score among these countries", ylim=(0, None))
    figure.supylabel("Gini coefficient between regions", fontsize=10)
    for axes, side in zip(grid, ("hard", "soft"), strict=True):
        points = data[[f"{side}_score", "gap"]].to_numpy()
        charts.name_points(axes, points, data["name"], among=points, fontsize=8)
    return figure


@exhibit(
    "fig-infrastructure-states",
    formerly="fig-hardsoft-states",
    serves=["A5"],
    sources=("us-capital",),
)
def states() -> Parts:
    """Show what public capital goes with in the US states, step by step."""
    by_model = infrastructure.states().loc[list(STEPS)]
    data = by_model.reset_index().melt(
        id_vars=["model", "estimate", "n"],
        value_vars=list(ERRORS),
        var_name="errors",
        value_name="error",
    )
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
    return Parts(data, {"by": by_model.to_dict("index")}, draw)
