"""Exhibits of the chapter *Gaps* that reach over most countries, and into systems of cities."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scsreport import claims
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.findings import gaps, system_gaps, world_gaps
from scsreport.tables.country_names import short_names

__all__ = ["beside", "countries", "counts", "systems"]
__dir__ = listing(__all__)

WORLD_TABLES = ("world-gap-changes", "countries")
VARIANTS = {
    "all": "as it is",
    world_gaps.WITHOUT_OIL: "without oil regions",
    "without primary city": "without the primary city's region",
    "before the crisis": "until 2007",
}
POINTS = ["change", "low", "high", "least"]  # shown in points of the coefficient, times a hundred
DRAWN = 24  # countries with most people that are drawn
GRIDDED = {
    "people": "gridded people",
    "panel": "Output rests on official accounts; people of regions are gridded estimates and serve "
    "as weights alone. The spans end in 2010.",
}
ADDED = {
    "people": "people",
    "panel": "Output and people of regions are those of the file you added.",
}
LABELS = {"Germany, East": "East Germany", "Germany, West": "West Germany"}
DIRECTIONS = {True: "wider", False: "narrower"}


def _panel_facts() -> dict[str, str]:
    """Return what is said of the panel, which a reader may have added."""
    return GRIDDED if world_gaps.gridded() else ADDED


def _headline(table: pd.DataFrame) -> pd.DataFrame:
    measure, weights = gaps.HEADLINE
    return table[(table["measure"] == measure) & (table["weights"] == weights)]


@exhibit("tab-world-gap-counts", rebuilds=["A4"], serves=["A4"], sources=WORLD_TABLES)
def counts() -> Parts:
    """Count countries whose gap went up, and their people, by measure, weight and variant."""
    data = world_gaps.counts()
    data["of_people"] = data["people_up"] / data["covered"]
    data = data[(data["weights"] == "people") | (data["variant"] == "all")]
    data = data.assign(named=data["measure"] + ", " + data["variant"].map(VARIANTS))
    first = _headline(data[data["variant"] == "all"]).iloc[0]
    facts: dict[str, Any] = dict(first) | {"down": first["n"] - first["up"]}
    facts["moved"] = first["rose"] + first["fell"]
    facts |= text.extremes(data["up"] / data["n"], "share_")
    facts |= text.extremes(data["of_people"], "people_")
    judged = claims.figures()
    facts |= {"A4": claims.ledger()["stands"]["A4"], "of_countries": judged.loc["A4b"].to_dict()}
    years = world_gaps.aggregates()[0]
    facts |= {"start": years["start"].min(), "end": years["end"].max()}
    return Parts(data, facts | {"source": world_gaps.aggregates()[1], **_panel_facts()})


@exhibit("fig-world-gaps", serves=["A4"], sources=WORLD_TABLES)
def countries() -> Parts:
    """Show the change of the gap in the countries with most people, with intervals."""
    table = _with_names(_headline(world_gaps.verdicts().query("variant == 'all'")))
    people = table["label"].map(world_gaps.covered())
    data = table.assign(people=people, **(table[POINTS] * 100)).sort_values("change")
    data["label"] = (
        data["country"] + " " + (data["start"].astype(str) + "-" + data["end"].astype(str))
    )
    data["direction"] = (data["change"] > 0).map(DIRECTIONS)
    data["shown"] = data["people"].rank(ascending=False, method="first") <= DRAWN
    largest = data[data["shown"]]
    facts = {
        "n": len(data),
        "drawn": len(largest),
        "up": (largest["change"] > 0).sum(),
        "rose": _named(data, "rose"),
        "fell": _named(data, "fell"),
        "least": data["least"].median(),
        "typical": data["change"].abs().median(),
        "seen": (data["change"].abs() >= data["least"]).sum(),
    }
    facts |= text.extremes(data.set_index("country")["change"]) | _panel_facts()
    return Parts(data, facts, _draw)


def _with_names(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the label of the source and name its country; both Germanys have one code."""
    printed = table["country"].replace(LABELS)
    parted = table["country"].isin(LABELS)
    return table.assign(
        label=table["country"], country=printed.where(parted, table["iso3"].map(short_names()))
    )


def _named(data: pd.DataFrame, verdict: str) -> str:
    """Return the countries with a verdict as a phrase."""
    return text.listing(data.loc[data["verdict"] == verdict, "country"])


def _draw(data: pd.DataFrame, theme: Any) -> Any:
    return charts.rows(
        data[data["shown"]],
        theme,
        x="change",
        y="label",
        by="direction",
        error=("low", "high"),
        marks={"no change": 0},
        label="change of the Gini coefficient, points",
    )


@exhibit("tab-gap-beside", serves=["A4"], sources=("world-gap-changes", "gap-changes", "countries"))
def beside() -> Parts:
    """Set both sources side by side where they have one country, newest years last."""
    wide = _points(_headline(world_gaps.verdicts().query("variant == 'all'")))
    official = _headline(gaps.verdicts().query("variant == 'all'"))
    width = official["high"] - official["low"]
    official = _points(
        official.assign(least=world_gaps.DETECTED * width / world_gaps.INTERVAL_WIDTH)
    )
    data = wide.merge(official, on="iso3", suffixes=("", "_official"))
    names = short_names()
    data = data.assign(country=data["iso3"].map(names)).sort_values("country")
    same = np.sign(data["change"]) == np.sign(data["change_official"])
    facts = {"n": len(data), "same": same.sum(), "least": data["least_official"].median()}
    return Parts(data.reset_index(drop=True), facts | _panel_facts())


def _points(table: pd.DataFrame) -> pd.DataFrame:
    """Return changes in points by country, with their years and intervals as text."""
    points = table[POINTS] * 100
    between = points["low"].map(partial(text.number, digits=1)) + " to "
    return pd.DataFrame(
        {
            "iso3": table["iso3"],
            "years": table["start"].astype(str) + "-" + table["end"].astype(str),
            "n": table["n"],
            "change": points["change"],
            "between": between + points["high"].map(partial(text.number, digits=1)),
            "least": points["least"],
        }
    )


@exhibit(
    "tab-system-gaps",
    rebuilds=["A4"],
    serves=["A4"],
    sources=("system-gap-changes", "systems", "countries"),
)
def systems() -> Parts:
    """Count the systems of cities within which the gap between regions went up."""
    data = system_gaps.counts()
    table, source = system_gaps.verdicts()
    first = _headline(data).iloc[0]
    names = short_names()
    judged = _headline(table)
    width = judged["high"] - judged["low"]
    facts: dict[str, Any] = dict(first) | {
        "countries": text.listing(sorted(names[judged["iso3"].unique()])),
        "middle": judged["n"].median(),
        "least": (100 * world_gaps.DETECTED * width / world_gaps.INTERVAL_WIDTH).median(),
        "typical": (100 * judged["change"].abs()).median(),
        "source": source,
    }
    return Parts(data, facts)
