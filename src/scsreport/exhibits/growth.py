"""Exhibits of the chapter *Growth and change*: how fast, for whom, and what drives it."""

from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from scsreport import checks, claims
from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import Theme
from scsreport.findings import growth
from scsreport.growth import FLOOR, REGIONS
from scsreport.tables.country_names import short_names

__all__ = ["classes", "gap", "pace", "regions", "size_classes", "structure"]
__dir__ = listing(__all__)

TIER = "10-50%"
NEAR_CITIES = 2  # cities by which a cell may differ
FAST_GROWTH = 0.01  # a year; it doubles a city within a lifetime
CLASS_FORMED = {"start": "by size at the start", "end": "by size at the end"}
CLASS_NAMES = {
    "under 0.3m": "under 300,000",
    "0.3-0.5m": "300,000 to 500,000",
    "0.5-1m": "500,000 to 1 million",
    "1-5m": "1 to 5 million",
    "5-10m": "5 to 10 million",
    "10m+": "10 million and more",
}
BELOW_FLOOR, LOWEST_LISTED = list(CLASS_NAMES.values())[:2]  # below the floor of the list, above
AREAS = {"SSA": "Sub-Saharan Africa", "LAC": "Latin America", "NAm": "Northern America"}
WHERE = {"World": "whole world", "World without China": "world without China"}
SPREAD = 0.01
"""Between classes, a year: from here growth is said to depend on size."""

DRAW_INTERVALS = partial(charts.rows, x="percent", error="se", label="growth, % a year")


def _rows_of(
    years: tuple[int, int], name: str = "wup-growth"
) -> tuple[pd.DataFrame, dict[str, str | int]]:
    """Return the rows of a period, and what is said of it."""
    table, source = growth.aggregates(name)
    periods = table[["start", "end"]].drop_duplicates().itertuples(index=False, name=None)
    known = sorted((int(start), int(end)) for start, end in periods)
    if not isinstance(years, (tuple, list)) or tuple(years) not in known:
        raise ValueError(f"years: found {years!r}, expected one of {', '.join(map(str, known))}")
    start, end = years
    rows = table[(table["start"] == start) & (table["end"] == end)]
    return rows, {"source": source, "start_year": start, "end_year": end}


def _with_errors(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Add growth in per cent and its standard error, and long names of regions."""
    half_width = (rows[f"{value}_high"] - rows[f"{value}_low"]) / 2
    named = rows["region"].replace(AREAS)
    return rows.assign(name=named, percent=100 * rows[value], se=100 * half_width / charts.Z95)


@exhibit("fig-growth-classes", serves=["A3"], sources=("wup-growth",))
def classes(years: tuple[int, int] = growth.RECENT_YEARS, region: str = "World") -> Parts:
    """Show growth by size class, formed at the start and at the end of the period.

    Parameters
    ----------
    years : tuple of int
        First and last year of a period of the table ``wup-growth``: five years from 1950 to 2035,
        or 1950 to 1975, 1975 to 2000, 2000 to 2015, 2015 to 2030; projections from 2015 on.
    region : str
        ``World``, ``World without China``, ``Africa``, ``SSA``, ``Asia``, ``Europe``, ``LAC``,
        ``NAm`` or ``Oceania``. A class of few cities has no growth and is left out.

    Raises
    ------
    ValueError
        If it is no such period or region, or all cities of the region began below 300,000.
    """
    rows, source = _rows_of(years)
    checks.choice("region", region, REGIONS)
    rows = rows[(rows["by"] == "class") & (rows["region"] == region) & (rows["floor"] == 0)]
    rows = rows.dropna(subset="weighted")
    data = _with_errors(rows, "weighted").assign(
        when=rows["at"].map(CLASS_FORMED), group=rows["group"].replace(CLASS_NAMES)
    )
    by_class = data.pivot(index="group", columns="at", values="weighted")
    above_floor = by_class["start"].drop(BELOW_FLOOR, errors="ignore").dropna()
    if above_floor.empty:
        raise ValueError(f"region: in {region} too few cities had 300,000 people in {years[0]}")
    facts = text.extremes(above_floor)
    facts["depends"] = "hardly depends" if facts["high"] - facts["low"] < SPREAD else "depends"
    facts["where"] = WHERE.get(region, AREAS.get(region, region))
    facts["bottom"] = by_class.reindex([BELOW_FLOOR]).iloc[0]
    facts["below"] = data.set_index(["at", "group"])["below_start"].get(("end", LOWEST_LISTED))
    return Parts(data, facts | source, partial(DRAW_INTERVALS, y="group", by="when"))


@exhibit("fig-growth-regions", rebuilds=["A3"], serves=["A3"], sources=("wup-growth",))
def regions(years: tuple[int, int] = growth.RECENT_YEARS) -> Parts:
    """Show growth of cities of 10 to 50 % of the largest, by region, beside the primary cities.

    Parameters
    ----------
    years : tuple of int
        First and last year of a period of the table ``wup-growth``: five years from 1950 to 2035,
        or 1950 to 1975, 1975 to 2000, 2000 to 2015, 2015 to 2030; projections from 2015 on.

    Raises
    ------
    ValueError
        If it is no such period.
    """
    rows, source = _rows_of(years)
    rows = rows[(rows["by"] == "tier") & (rows["floor"] == FLOOR)]
    rows = rows[rows["group"].isin([TIER, "primary"])].dropna(subset="weighted")
    tier = {TIER: "10 to 50 % of the largest", "primary": "the largest"}
    data = _with_errors(rows, "weighted").assign(tier=rows["group"].map(tier))
    second = data[(data["group"] == TIER) & ~data["region"].str.startswith("World")]
    rates = second.set_index("name")["weighted"]
    facts = text.extremes(rates) | {"n": len(rates), "fast": (rates >= FAST_GROWTH).sum()}
    facts["verdict"] = claims.ledger().loc["A3", "stands"]
    return Parts(data, facts | source, partial(DRAW_INTERVALS, y="name", by="tier"))


@exhibit("fig-growth-pace", serves=["A3"], sources=("wup-growth",))
def pace() -> Parts:
    """Show the growth of cities of 10 to 50 % of the largest in every five years since 1950."""
    table, source = growth.aggregates("wup-growth")
    rows = table[(table["by"] == "tier") & (table["group"] == TIER) & (table["floor"] > 0)]
    rows = rows[(rows["end"] - rows["start"] == 5) & ~rows["projected"]]
    rows = rows[rows["region"].isin(["Africa", "Asia", "Europe", "LAC"])]
    data = _with_errors(rows.dropna(subset="weighted"), "weighted").sort_values(["name", "end"])
    span = data.groupby("name")["weighted"].agg(["first", "last"])
    change = span["last"] - span["first"]
    facts = text.extremes(span["last"]) | {"slower": (change < 0).sum(), "n": len(span)}
    facts |= {"source": source, "year": data["end"].max()}
    draw = partial(
        charts.curves, x="end", y="percent", by="name", labels=("", "growth, % a year"), level=0
    )
    return Parts(data, facts, draw)


@exhibit("fig-growth-gap", serves=["A3"], sources=("wup-gaps",))
def gap(years: tuple[int, int] = growth.RECENT_YEARS) -> Parts:
    """Show within countries whether other cities grew faster than the primary one.

    Parameters
    ----------
    years : tuple of int
        First and last year of a period of the table ``wup-growth``: five years from 1950 to 2035,
        or 1950 to 1975, 1975 to 2000, 2000 to 2015, 2015 to 2030; projections from 2015 on.

    Raises
    ------
    ValueError
        If it is no such period.
    """
    rows, source = _rows_of(years, "wup-gaps")
    rows = rows[rows["floor"] == FLOOR].dropna(subset="gap")
    data = _with_errors(rows, "gap").assign(when=rows["at"].map(CLASS_FORMED))
    world = data[data["region"] == "World"].set_index("at")
    facts = {**world.loc["start", ["n", "faster"]], **world["percent"], **source}
    turns = facts["start"] * facts["end"] < 0
    facts["hangs"] = "depends on" if turns else "does not depend on"
    label = "others minus the largest, points a year"
    return Parts(
        data, facts, partial(DRAW_INTERVALS, y="name", by="when", marks={"equal": 0}, label=label)
    )


@exhibit(
    "tab-size-classes",
    serves=["A3", "N08", "N09"],
    sources=("size-classes-2014", "wup-size-classes"),
)
def size_classes() -> Parts:
    """Set every cell of the table printed in 2014 beside the revision of 2018."""
    data, source = growth.size_classes()
    deviation = data["difference"].abs() / data["printed"].clip(lower=1)
    deviation = deviation.where(data["printed"] > 0)
    data = data.assign(region=data["region"].replace(AREAS), off=deviation)
    world = data[data["region"] == "World"]
    sub_saharan = data[data["region"] == AREAS["SSA"]].set_index(["year", "class"])["printed"]
    before, after = (sub_saharan[year] for year in growth.PRINTED_YEARS[1:])
    facts = {
        "n": len(data),
        "near": (data["difference"].abs() <= NEAR_CITIES).sum(),
        "source": source,
    }
    facts |= {"worst": world["off"].max(), "added": after - before}
    data = data.assign(**{"class": data["class"].replace(CLASS_NAMES)})
    return Parts(data, facts | _verdict_facts())


def _verdict_facts() -> dict[str, Any]:
    """Return what the ledger says of the table of 2014 and of the Asian share."""
    figures = claims.figures()
    cells = figures.loc[figures["claim"] == "N08", "verdict"]
    return {
        "verdicts": claims.ledger()["stands"].to_dict(),
        "cells": len(cells),
        "missed": (cells == "contradicted").sum(),
        "asian": figures["value"].to_dict(),
    }


@exhibit("fig-structure", serves=["A3"], sources=("jobs", "countries"))
def structure() -> Parts:
    """Show how jobs moved between sectors, one of the drivers named."""
    shares = growth.jobs_by_sector()
    first, last = growth.JOBS_YEARS
    names = short_names().to_dict()
    shares.index = shares.index.map(names).fillna("West Germany")
    fall = (shares["agriculture"][last] - shares["agriculture"][first]).sort_values()
    long = shares.loc[fall.index].stack(["group", "year"], future_stack=True)
    data = long.rename("share").rename_axis(["country", "group", "year"]).reset_index()
    data = data.assign(percent=100 * data["share"], year=data["year"].astype(str))
    medians = long.groupby(level=["year", "group"]).median()
    facts = text.extremes(fall) | {"start": medians[first], "end": medians[last], "n": len(shares)}
    facts |= {"down": (fall < 0).sum(), "first": first, "last": last}
    return Parts(data, facts, _draw_structure)


def _draw_structure(data: pd.DataFrame, theme: Theme) -> Figure:
    agriculture = data[data["group"] == "agriculture"]
    label = "% of jobs in agriculture"
    return charts.rows(agriculture, theme, x="percent", y="country", by="year", label=label)
