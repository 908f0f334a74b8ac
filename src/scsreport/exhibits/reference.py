"""Exhibits of the reference pages: tables, columns, published values."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scsreport.exhibits import charts, text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.ledger import STATEMENTS
from scsreport.exhibits.systems import CONTINENTS
from scsreport.findings import reference
from scsreport.tables.country_names import short_names
from scsreport.tables.datasets import load, resources

__all__ = [
    "columns",
    "joins",
    "road_check",
    "second_source",
    "tables",
    "yardsticks",
]
__dir__ = listing(__all__)

TABLES = tuple(resources())
SHOWN_OF_TABLES = (
    "table",
    "title",
    "rows",
    "kilobytes",
    "licence",
    "redistribution",
    "obligations",
    "producers",
    "vintage",
    "caveats",
)
SHOWN_OF_COLUMNS = ("table", "column", "type", "unit", "meaning", "missing", "why", "preview")
PREVIEW_VALUES = 3
"""How many values of each column are shown as a preview."""


@exhibit("tab-tables", serves=STATEMENTS, sources=TABLES)
def tables() -> Parts:
    """List every table with size, licence, obligations, vintage and caveats."""
    rows = [
        vars(table)
        | {
            "rows": len(load(table.name)),
            "kilobytes": table.file.stat().st_size / 1000,
            "caveats": " ".join(table.caveats),
        }
        for table in resources().values()
    ]
    new_names = {"name": "table", "attribution": "producers"}
    data = pd.DataFrame(rows).rename(columns=new_names)[list(SHOWN_OF_TABLES)]
    facts = {"n": len(data), "megabytes": data["kilobytes"].sum() / 1000}
    facts |= text.extremes(data.set_index("table")["kilobytes"])
    return Parts(data, facts)


@exhibit("tab-columns", serves=STATEMENTS, sources=TABLES)
def columns() -> Parts:
    """List every column of every table with type, unit, meaning, gaps and a preview."""
    rows = []
    for name, table in resources().items():
        frame = load(name)
        for column in table.fields:
            values = frame[column.name].dropna().astype(str).unique()[:PREVIEW_VALUES]
            missing = frame[column.name].isna().mean()
            preview = "a shape" if column.type == "any" else "; ".join(values)[:60]
            rows.append(vars(column) | {"table": name, "missing": missing, "preview": preview})
    new_names = {"name": "column", "description": "meaning", "nulls": "why"}
    data = pd.DataFrame(rows).rename(columns=new_names)[list(SHOWN_OF_COLUMNS)]
    gaps = data.set_index(data["table"] + "." + data["column"])["missing"]
    return Parts(data, text.extremes(gaps) | {"n": len(data), "gaps": (gaps > 0).sum()})


@exhibit("tab-yardsticks", serves=["A1"], sources=("yardsticks", "cities", "mexico", "printed"))
def yardsticks(seed: int = 2011) -> Parts:
    """Hold our measures against published values, computed while the page was made.

    Parameters
    ----------
    seed : int
        Of the draws behind intervals, zero or more.

    Raises
    ------
    ValueError
        If it is less.
    """
    data = reference.yardsticks(np.random.default_rng(seed))
    missed = text.listing(data.loc[~data["met"], "case"])
    facts = {"n": len(data), "met": data["met"].sum(), "missed": missed}
    return Parts(data.assign(verdict=np.where(data["met"], "met", "missed")), facts)


@exhibit("tab-road-check", serves=["A5"], sources=("road-check", "road-distances"))
def road_check() -> Parts:
    """Hold road distances against published ones, by region and city."""
    data = load("road-check")
    regions = data[data["city"].isna()].set_index("region")
    facts: dict[Any, Any] = regions[["compared", "pairs", "cut", "winding"]].sum().to_dict()
    facts |= (regions["error_pct"] / 100).rename(str.lower).to_dict()
    return Parts(data.fillna({"city": "all"}), facts | {"kept": len(load("road-distances"))})


@exhibit("fig-second-source", serves=["A1"], sources=("cities", "countries"))
def second_source() -> Parts:
    """Compare city sizes of GeoNames with those of the second source, by country."""
    both = load("cities").query("kind == 'city'").dropna(subset="population_agglomeration")
    sums = both.groupby("country").agg(
        geonames=("population", "sum"),
        simplemaps=("population_agglomeration", "sum"),
        cities=("population", "size"),
    )
    names = short_names("country")
    data = sums.assign(name=names, ratio=sums["simplemaps"] / sums["geonames"])
    near = data["ratio"].between(0.75, 1.25)
    data["verdict"] = np.where(near, "within a quarter", "farther apart")
    data = data.rename_axis("country").reset_index().sort_values("verdict", ascending=False)
    facts = text.extremes(data.set_index("name")["ratio"])
    facts |= {"n": len(data), "near": near.sum(), "cities": len(both)}
    draw = partial(
        charts.scatter,
        x="geonames",
        y="simplemaps",
        by="verdict",
        labels=("people in matched cities, GeoNames", "the same, SimpleMaps"),
    )
    return Parts(data, facts, draw)


@exhibit("tab-joins", serves=["A1"], sources=("cities", "regions"))
def joins() -> Parts:
    """Count how the cities found their region, by continent."""
    cities = load("cities")
    how = cities["region_join"].fillna("none")
    kinds_of_join = ["code", "polygon", "snapped", "none"]
    data = pd.crosstab(cities["continent"].map(CONTINENTS), how)
    data = data.reindex(columns=kinds_of_join, fill_value=0)
    data = data.assign(cities=data.sum(axis=1)).rename_axis("continent").reset_index()
    facts = {f"{kind}_n": data[kind].sum() for kind in kinds_of_join} | {"n": len(cities)}
    return Parts(data, facts)
