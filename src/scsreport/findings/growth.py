"""How fast cities grow by size, rank and region, from one revision of one source."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from scsreport import growth
from scsreport.findings.answer import Answer, single
from scsreport.tables.datasets import load
from scsreport.tables.official_files import best
from scsreport.tables.once import computed_once

__all__ = [
    "AGGREGATES",
    "aggregates",
    "answers",
    "jobs_by_sector",
    "size_classes",
]

PRINTED_YEARS = (1995, 2010, 2025)
MIDDLE_CLASSES = ("0.5-1m", "1-5m")
RECENT_YEARS = (2000, 2015)
REVISION = "revision of 2018"
SECTORS = {
    "agriculture": ["agriculture"],
    "industry": ["mining", "manufacturing", "utilities", "construction"],
}
"""Groups of the ten sectors; all others are services."""

JOBS_YEARS = (1970, 2010)
AGGREGATES: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "wup-size-classes": growth.size_classes,
    "wup-growth": growth.growth_by_period,
    "wup-gaps": growth.gaps_by_period,
}
"""The tables of ``data/`` that are made from an official file, and how."""


@computed_once
def aggregates(name: str) -> tuple[pd.DataFrame, str]:
    """Return a table made from World Urbanization Prospects, from the best source there is.

    Parameters
    ----------
    name : {"wup-size-classes", "wup-growth", "wup-gaps"}
        A name of :data:`AGGREGATES`.

    Returns
    -------
    tuple
        The table, made anew if the reader has added the file, else as stored in ``data/``; and
        one sentence on which of the two it is.
    """
    return best("wup2018", name, AGGREGATES[name])


@computed_once
def size_classes() -> tuple[pd.DataFrame, str]:
    """Set the size classes printed in 2014 beside those of the revision of 2018.

    Returns
    -------
    tuple
        Table with ``class``, ``region``, ``year``, ``printed``, ``ours`` and ``difference``; and
        which source was used.
    """
    ours, source = aggregates("wup-size-classes")
    keys = ["class", "region", "year"]
    printed = load("size-classes-2014").rename(columns={"cities": "printed"})
    table = printed.merge(ours.rename(columns={"cities": "ours"}), on=keys, how="left")
    return table.assign(difference=table["ours"] - table["printed"]), source


def jobs_by_sector() -> pd.DataFrame:
    """Return how jobs are shared between three groups of sectors in both :data:`JOBS_YEARS`.

    Returns
    -------
    DataFrame
        Indexed by ``iso3``; columns by group of :data:`SECTORS` and year: shares of all jobs.
        Countries that lack a year are left out.
    """
    group_of = {sector: group for group, sectors in SECTORS.items() for sector in sectors}
    jobs = load("jobs").dropna(subset="jobs")
    jobs = jobs[jobs["year"].isin(JOBS_YEARS)]
    jobs = jobs.assign(group=jobs["sector"].map(group_of).fillna("services"))
    totals = jobs.groupby(["iso3", "year", "group"])["jobs"].sum().unstack("group")
    shares: Any = totals.div(totals.sum(axis=1), axis=0).unstack("year")
    return pd.DataFrame(shares.dropna())


def answers() -> list[Answer]:
    """Return the rebuilt values of A3 and of the figures of size classes, N08 and N09."""
    return [
        _answer_from_file("A3", _second_rank_by_region(), "wup-growth", "fig-growth-regions"),
        *_added_in_asia(),
        *_world_by_class(),
    ]


def _answer_from_file(figure: str, values: "pd.Series[float]", source: str, exhibit: str) -> Answer:
    """Answer a figure with values that are made anew where a reader has added the official file."""
    return Answer(figure, values, source, exhibit, official_file="wup2018")


def _second_rank_by_region() -> "pd.Series[float]":
    """Return the growth of cities of 10 to 50 % of the largest, the World first."""
    table, _ = aggregates("wup-growth")
    recent = (table["start"] == RECENT_YEARS[0]) & (table["end"] == RECENT_YEARS[1])
    tier = (table["by"] == "tier") & (table["group"] == "10-50%")
    above_floor = table["floor"] == growth.FLOOR
    rates = table[recent & tier & above_floor].set_index("region")["weighted"]
    # Both are parts of other areas, which count already.
    return rates.drop([growth.WITHOUT, "SSA"]).dropna()


def _added_in_asia() -> list[Answer]:
    """Return Asia's share in the cities of the middle classes added, as printed and as counted."""
    classes, _ = size_classes()
    middle = classes[classes["class"].isin(MIDDLE_CLASSES)]
    totals = middle.groupby(["year", "region"])[["printed", "ours"]].sum()
    before, after = (totals.loc[year] for year in PRINTED_YEARS[1:])
    shares = {
        name: growth.added_share(before[name], after[name], "Asia") for name in ("printed", "ours")
    }
    printed = single(shares["printed"], "printed")
    counted = single(shares["ours"], REVISION)
    return [
        Answer("N09a", printed, "size-classes-2014", "tab-size-classes"),
        _answer_from_file("N09b", counted, "wup-size-classes", "tab-size-classes"),
    ]


def _world_by_class() -> list[Answer]:
    """Return the number of cities of the World in each class and year that was printed."""
    classes, _ = size_classes()
    world = classes[classes["region"] == "World"]
    figures = "N08-" + world["class"] + "-" + world["year"].astype(str)
    return [
        _answer_from_file(figure, single(ours, REVISION), "wup-size-classes", "tab-size-classes")
        for figure, ours in zip(figures, world["ours"], strict=True)
    ]
