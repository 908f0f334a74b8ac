"""Gaps between the regions of most countries of the world, from panels that a reader can add.

Three layouts are read (:mod:`scsreport.tables.added.regional_income`): *Growth in regions*, which
the stored table is made from; DOSE; and a plain one. A span is the longest of a country label over
which at least :data:`MIN_REGIONS` regions are there at both ends, and it must be
:data:`MIN_YEARS` long. Regions are those there at both ends; their people may be gridded estimates,
which are good as weights only.
"""

import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from scsreport.findings import gaps
from scsreport.findings.answer import Answer
from scsreport.tables.datasets import load, resource
from scsreport.tables.official_files import AddedError, load_added, made_from
from scsreport.tables.once import computed_once

__all__ = [
    "ADDED",
    "CRISIS_YEAR",
    "DETECTED",
    "MIN_REGIONS",
    "MIN_YEARS",
    "STORED",
    "aggregates",
    "answers",
    "changes",
    "counts",
    "covered",
    "gridded",
    "measured",
    "verdicts",
]

STORED = "growth-in-regions"
"""The kind of file that the stored table is made from."""

ADDED = ("dose", "regional-income", STORED)
"""Kinds of files that the table can be made anew from; the first that was added is used."""

MIN_YEARS = 8
MIN_REGIONS = 4
CRISIS_YEAR = 2007
"""The last year before the crisis of 2008, at which one variant ends."""

WITHOUT_OIL = "without oil"

DETECTED = 2.80
"""Standard errors of the least change that a test at 5 % finds in four of five cases."""

INTERVAL_WIDTH = 3.92  # standard errors from end to end of an interval of 95 %
OIL = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
NAMES = ["iso3", "country", *gaps.TEST_KEYS, "start", "end", "n", *gaps.CHANGE_COLUMNS]


def changes(listed: pd.DataFrame) -> pd.DataFrame:
    """Measure the change of the gap between the regions of every country over its longest span.

    Parameters
    ----------
    listed : DataFrame
        A panel, as :func:`scsreport.tables.official_files.read` returns it.

    Returns
    -------
    DataFrame
        One row per ``iso3``, ``country`` (the label of the file: it may hold parts of a country),
        ``variant``, ``measure`` and ``weights``: ``start``, ``end``, ``n`` regions, ``before``,
        ``after``, ``change`` with its paired bootstrap interval ``low`` and ``high``, and ``p``.
        Variants leave out oil regions or the region with most of the primary city, or end before
        the crisis of 2008.
    """
    rows = []
    for (iso3, country), regions in listed.groupby(["iso3", "country"]):
        for variant, part in _variants(str(iso3), regions):
            span = _span(part)
            for row in _changes_in(part, span) if span else ():
                rows.append({"iso3": iso3, "country": country, "variant": variant, **row})
    return pd.DataFrame(rows, columns=NAMES).round(5)


def _variants(iso3: str, regions: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the regions of a country as they are, and with some regions or years left out."""
    yield "all", regions
    oil = regions["region"].isin(OIL.get(iso3, []))
    if oil.any():
        yield WITHOUT_OIL, regions[~oil]
    if (region := _primary_region(iso3, regions)) is not None:
        yield "without primary city", regions[regions["region_code"] != region]
    if (regions["year"] > CRISIS_YEAR).any():
        yield "before the crisis", regions[regions["year"] <= CRISIS_YEAR]


def _primary_region(iso3: str, regions: pd.DataFrame) -> Any:
    """Return the region that bears the name of the primary city or of its region, if one does."""
    primary = load("cities").query("is_primary and iso3 == @iso3")
    if primary.empty:
        return None
    names = {_bare(name) for name in primary[["name", "region_name"]].dropna(axis=1).iloc[0]}
    named = regions[regions["region"].map(lambda name: bool(names & _words(name)))]
    return None if named.empty else named["region_code"].iloc[0]


def _bare(name: str) -> str:
    plain = pd.Series([name]).str.normalize("NFKD").str.replace("[\u0300-\u036f]", "", regex=True)
    return str(plain[0]).casefold().removesuffix(" city")


def _words(name: str) -> set[str]:
    """Return what a region is called: its whole name, and each of several joined in it."""
    parts = pd.Series(
        _bare(name).replace(" w/", "/").replace("&", "/").replace("|", "/").split("/")
    )
    return {_bare(name), *parts.str.strip().str.removesuffix(" region")}


def _span(regions: pd.DataFrame) -> tuple[int, int] | None:
    """Return the longest span with enough regions at both ends; the later one of equal length."""
    by_year = regions.groupby("year")["region_code"].agg(set)
    spans = [
        (end - start, end, start)
        for start, end in product(by_year.index, by_year.index)
        if end - start >= MIN_YEARS and len(by_year[start] & by_year[end]) >= MIN_REGIONS
    ]
    return (max(spans)[2], max(spans)[1]) if spans else None


def _changes_in(regions: pd.DataFrame, span: tuple[int, int]) -> Iterator[dict[str, Any]]:
    start, end = span
    value, people = (
        regions.pivot(index="region_code", columns="year", values=column)[[start, end]]
        for column in ("gdp_per_head", "people")
    )
    value = value.dropna()
    people = people.loc[value.index]
    for measure, weights in product(gaps.MEASURES, gaps.WEIGHTS):
        change = gaps.change(measure, value, people, weights, start, end, draws=gaps.MANY_DRAWS)
        keys: dict[str, Any] = {"measure": measure, "weights": weights}
        yield keys | {"start": start, "end": end, "n": len(value)} | change


def measured(listed: pd.DataFrame) -> pd.DataFrame:
    """Measure an added panel, and say so where nothing in it can be.

    Parameters
    ----------
    listed : DataFrame
        As :func:`changes` takes it.

    Returns
    -------
    DataFrame
        As :func:`changes` returns it.

    Raises
    ------
    AddedError
        If no country can be followed.
    """
    table = changes(listed)
    if not (table["variant"] == "all").any():
        raise AddedError(
            f"found no country with {MIN_REGIONS} regions at both ends of {MIN_YEARS} years, "
            "expected one at least"
        )
    return table


@computed_once
def aggregates() -> tuple[pd.DataFrame, str, str]:
    """Return the changes from the best source there is.

    Returns
    -------
    tuple
        The table of :func:`changes`; one sentence on what it was made from; and the kind of the
        added file it was made from, empty for the stored one.
    """
    for kind in ADDED:
        listed = load_added(kind)
        if listed is not None:
            file = listed.attrs["file"]
            return (
                made_from(kind, listed, measured),
                f"Made anew from the file you added, {file}.",
                kind,
            )
    vintage = resource("world-gap-changes").vintage
    return load("world-gap-changes"), f"Stored aggregate: {vintage}.", ""


@computed_once
def verdicts() -> pd.DataFrame:
    """Judge every change, corrected for the number of country labels tested.

    Returns
    -------
    DataFrame
        As :func:`scsreport.findings.gaps.judge`, with ``least``, the least change that the test of
        a country would have found in four of five cases before the correction.
    """
    table = aggregates()[0]
    # A country without a region of oil is in that variant as it is.
    with_oil = table.loc[table["variant"] == WITHOUT_OIL, "country"]
    as_it_is = table[(table["variant"] == "all") & ~table["country"].isin(with_oil)]
    table = gaps.judge(pd.concat([table, as_it_is.assign(variant=WITHOUT_OIL)], ignore_index=True))
    return table.assign(least=DETECTED * (table["high"] - table["low"]) / INTERVAL_WIDTH)


def covered() -> "pd.Series[float]":
    """Return the share of each country label in the people of the world, by label.

    Parts of a country, such as both parts of Germany, have equal shares of it.
    """
    labels = aggregates()[0][["iso3", "country"]].drop_duplicates()
    parts = labels.groupby("iso3")["country"].transform("size")
    shares = labels["iso3"].map(gaps.world_shares()) / parts
    return shares.set_axis(labels["country"])


def gridded() -> bool:
    """Say whether people by region are the gridded estimates of *Growth in regions*."""
    return aggregates()[2] in ("", STORED)


def counts() -> pd.DataFrame:
    """Count the country labels whose gap rose, by variant, measure and weighting.

    Returns
    -------
    DataFrame
        One row per ``variant``, ``measure`` and ``weights``: ``n``, those that ``rose``, ``fell``
        or ``stayed``, those ``up`` by the bare sign, and shares of the people of the world:
        ``covered``, ``people_up``, ``people_rose`` and ``people_fell``.
    """
    table = verdicts()
    people = table["country"].map(covered())
    is_up = table["change"] > 0
    counted = table[gaps.TEST_KEYS].assign(n=1, up=is_up, covered=people, people_up=people * is_up)
    for name, verdict in {"rose": "rose", "fell": "fell", "stayed": gaps.NOT_SHOWN_TO_MOVE}.items():
        counted[name] = table["verdict"] == verdict
        counted[f"people_{name}"] = people * counted[name]
    return counted.groupby(gaps.TEST_KEYS, sort=False).sum().reset_index()


def answers() -> list[Answer]:
    """Return the share of countries, and of their people, where the gap rose (A4)."""
    table = counts()
    names = table["variant"] + ", " + table["measure"] + ", by " + table["weights"]
    of_people = table["covered"]
    source, kind = aggregates()[2] or "world-gap-changes", aggregates()[2]
    headline = f"all, {gaps.HEADLINE[0]}, by {gaps.HEADLINE[1]}"
    answers = []
    for figure, up, rose, fell, whole in (
        ("A4b", "up", "rose", "fell", table["n"]),
        ("A4c", "people_up", "people_rose", "people_fell", of_people),
    ):
        values = (table[up] / whole).set_axis(names)
        answers.append(
            Answer(
                figure,
                values,
                source=source,
                exhibit="tab-world-gap-counts",
                headline=headline,
                lows=(table[rose] / whole).set_axis(names),
                highs=(1 - table[fell] / whole).set_axis(names),
                covered=float(of_people[names == headline].iloc[0]),
                official_file=kind,
            )
        )
    return answers
