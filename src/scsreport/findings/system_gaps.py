"""Gaps within systems of secondary cities: between the regions that the cities of one system lead.

The abstract speaks of gaps between and within systems, and regions are all that output is known
for. So each detected cluster or corridor stands for the regions in which its cities lie, where
there are :data:`MIN_REGIONS` of them with output and official people. Regions hold more than their
cities, and one region may belong to several systems.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pandas as pd

from scsreport.findings import gaps
from scsreport.findings.answer import Answer
from scsreport.tables.datasets import load
from scsreport.tables.official_files import best

__all__ = ["MIN_REGIONS", "answers", "changes", "counts", "verdicts"]

MIN_REGIONS = 3
KEYS = ["system", *gaps.SERIES_KEYS]
NAMES = [*KEYS, "measure", "weights", "start", "end", "n", *gaps.CHANGE_COLUMNS]


def changes(population: pd.DataFrame) -> pd.DataFrame:
    """Measure the change of the gap between the regions of each system.

    Parameters
    ----------
    population : DataFrame
        Official population by region, as :func:`scsreport.findings.gaps.panel` takes it.

    Returns
    -------
    DataFrame
        One row per ``system``, ``iso3``, ``table``, ``measure`` and ``weights``, over the longest
        unbroken stretch of the country: ``start``, ``end``, ``n`` regions, ``before``, ``after``,
        ``change`` with its paired bootstrap interval ``low`` and ``high``, and ``p``.
    """
    rows = []
    for keys, units in _systems_of(gaps.longest_stretches(gaps.panel(population))):
        value, people = gaps.units_by_year(units)
        if len(value) < MIN_REGIONS:
            continue
        start, end = value.columns[[0, -1]]
        for measure, weights in product(gaps.MEASURES, gaps.WEIGHTS):
            change = gaps.change(measure, value, people, weights, start, end, draws=gaps.MANY_DRAWS)
            named: dict[str, Any] = {"measure": measure, "weights": weights, "n": len(value)}
            years = {"start": start, "end": end}
            rows.append({**dict(zip(KEYS, keys, strict=True)), **named, **years, **change})
    return pd.DataFrame(rows, columns=NAMES).round(5)


def _systems_of(units: pd.DataFrame) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Yield the units in which the cities of each system lie, country by country."""
    region_of_city = load("cities").set_index("geonameid")["region_id"]
    members = load("system-members")
    members = members.assign(region_id=members["geonameid"].map(region_of_city))
    crosswalk = load("region-crosswalk")
    crosswalk = crosswalk.assign(code=crosswalk["region_code"].fillna(crosswalk["region_id"]))
    crosswalk = crosswalk.melt(["table", "region_id"], ["code", "region"], value_name="unit")
    known = crosswalk.merge(units[["table", "unit"]].drop_duplicates())
    placed = members.merge(known.drop_duplicates(["table", "region_id"]), on="region_id")
    placed = placed[["system", "table", "unit"]].drop_duplicates()
    yield from placed.merge(units, on=["table", "unit"]).groupby(KEYS)


def verdicts() -> tuple[pd.DataFrame, str]:
    """Judge the change of every system, corrected for their number.

    Returns
    -------
    tuple
        Rows of :func:`changes` with ``form``, ``name``, ``p_holm`` and ``verdict``; and one
        sentence on what they were made from.
    """
    table, made_from = best("regional-population", "system-gap-changes", changes)
    systems = load("systems").set_index("system")[["form", "name"]]
    return gaps.judge(table.assign(variant="all").join(systems, on="system")), made_from


def counts() -> pd.DataFrame:
    """Count the systems whose gap went up, by measure and weighting.

    Returns
    -------
    DataFrame
        One row per ``measure`` and ``weights``: ``n`` systems, those ``up`` by the bare sign, and
        those that ``rose``, ``fell`` or ``stayed`` when tested.
    """
    table = verdicts()[0]
    counted = table[["measure", "weights"]].assign(n=1, up=table["change"] > 0)
    for name, verdict in {"rose": "rose", "fell": "fell", "stayed": gaps.NOT_SHOWN_TO_MOVE}.items():
        counted[name] = table["verdict"] == verdict
    return counted.groupby(["measure", "weights"], sort=False).sum().reset_index()


def answers() -> list[Answer]:
    """Return the share of systems within which the gap rose (A4)."""
    table = counts()
    names = table["measure"] + ", by " + table["weights"]
    countries = verdicts()[0]["iso3"].unique()
    return [
        Answer(
            "A4d",
            (table["up"] / table["n"]).set_axis(names),
            source="system-gap-changes",
            exhibit="tab-system-gaps",
            headline=f"{gaps.HEADLINE[0]}, by {gaps.HEADLINE[1]}",
            lows=(table["rose"] / table["n"]).set_axis(names),
            highs=(1 - table["fell"] / table["n"]).set_axis(names),
            covered=float(gaps.world_shares()[countries].sum()),
            official_file="regional-population",
        )
    ]
