"""The figures that circulate in the literature, where more than a definition is needed."""

from itertools import product
from typing import Any

import pandas as pd

from scsreport import definitions
from scsreport.findings.answer import Answer, single
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "COUNTIES",
    "POPULATION_FLOORS",
    "PREFECTURES",
    "answers",
    "china_ranks",
    "inland_against_coast",
    "output_bounds",
    "output_by_largest_city",
]

PREFECTURES = {"seats of prefectures": ["PPLA2"], "with provinces": ["PPLA2", "PPLA", "PPLC"]}
COUNTIES = {"seats of counties": ["PPLA3"]}
POPULATION_FLOORS = {"15,000 and more": 15_000, "100,000 and more": 100_000}


@computed_once
def output_by_largest_city() -> pd.DataFrame:
    """Bound the output of secondary cities by that of the regions they lead.

    A region is led by its largest city. Its output contains that of the city and of all else in
    it, so the share of such regions is an upper bound for the share of their cities.

    Returns
    -------
    DataFrame
        One row per ``iso3`` and ``rule``: ``share`` of the national output in regions led by a
        city that is secondary under the rule and no suburb of the primary city; ``year``;
        ``weight``, the country's share in the output of the world.
    """
    cities = load("cities").query("kind == 'city'").set_index("geonameid")
    leaders = cities.sort_values("population").dropna(subset="region_id")
    leaders = leaders.drop_duplicates("region_id", keep="last")
    output = load("regional-output").dropna(subset="output").query("not is_break")
    output = output[output["year"] == output.groupby("iso3")["year"].transform("max")]
    output["share"] = output["output"] / output.groupby("iso3")["output"].transform("sum")
    world = load("worldbank").dropna(subset=["gdp_per_head", "population"])
    world = world.sort_values("year").drop_duplicates("iso3", keep="last").set_index("iso3")
    world_product = world["gdp_per_head"] * world["population"]
    years = output.groupby("iso3")["year"].first()
    rows = []
    for rule, standing in definitions.standing(cities).items():
        secondary = (standing == "secondary") & ~cities["in_primary_footprint"]
        regions = leaders.loc[secondary[leaders.index], "region_id"]
        share = output[output["region_id"].isin(regions)].groupby("iso3")["share"].sum()
        row = years.to_frame().assign(rule=str(rule), share=share)
        rows.append(row.fillna({"share": 0}).reset_index())
    table = pd.concat(rows, ignore_index=True)
    return table.assign(weight=table["iso3"].map(world_product / world_product.sum()))


@computed_once
def china_ranks() -> pd.DataFrame:
    """Count places of China by administrative rank, as far as GeoNames codes it.

    Returns
    -------
    DataFrame
        One row per ``level`` ("prefecture", "county"), ``codes`` and ``floor``: ``places``.
    """
    china = load("places").query("country == 'CN'")
    code = china["feature_code"]
    people = china["population"]
    rows = [
        (level, name, floor, (code.isin(codes) & (people >= least)).sum())
        for level, code_sets in (("prefecture", PREFECTURES), ("county", COUNTIES))
        for (name, codes), (floor, least) in product(code_sets.items(), POPULATION_FLOORS.items())
    ]
    return pd.DataFrame(rows, columns=["level", "codes", "floor", "places"])


@computed_once
def inland_against_coast() -> pd.DataFrame:
    """Compare output or income per head of inland regions with that of regions on the coast.

    Only where official population by region, or official figures per head, ship: India, Mexico,
    the United States. Mexico's and the United States' regions count equally, since no population
    ships with them.

    Returns
    -------
    DataFrame
        One row per ``country``: ``year``, ``inland`` and ``coast`` per head, ``ratio``, number of
        regions ``n``.
    """
    coast = load("region-coast")
    rows = [
        _india_by_coast(coast),
        _states_by_coast(coast, "Mexico", "MX", "mexico", "gdp_per_head"),
        _states_by_coast(coast, "United States", "US", "us-states", "income_per_head"),
    ]
    return pd.DataFrame(rows, columns=["country", "year", "inland", "coast", "ratio", "n"])


def _india_by_coast(coast: pd.DataFrame) -> tuple[Any, ...]:
    """Compare output per head of the inland and the coastal regions of India."""
    coastal = coast.set_index("region_id")["coastal"]
    regions = load("regional-output").query("iso3 == 'IND'")
    regions = regions.dropna(subset=["output", "population"])
    regions = regions[regions["year"] == regions["year"].max()]
    regions = regions.assign(coastal=regions["region_id"].map(coastal)).dropna(subset="coastal")
    sums = regions.groupby("coastal")[["output", "population"]].sum()
    return _comparison("India", regions, sums["output"] / sums["population"])


def _states_by_coast(
    coast: pd.DataFrame, country: str, code: str, table: str, column: str
) -> tuple[Any, ...]:
    """Compare the mean of a column over the inland and the coastal states of a country."""
    in_country = coast[coast["country"] == code].dropna(subset="name")
    without_accents = (
        in_country["name"].str.normalize("NFKD").str.replace("[\u0300-\u036f]", "", regex=True)
    )
    coastal = pd.Series(in_country["coastal"].to_numpy(), without_accents)
    states = load(table)
    states = states[states["year"] == states["year"].max()]
    states = states.assign(coastal=states["state"].map(coastal)).dropna(subset="coastal")
    return _comparison(country, states, states.groupby("coastal")[column].mean())


def _comparison(country: str, regions: pd.DataFrame, means: "pd.Series[float]") -> tuple[Any, ...]:
    """Return a row: the last year, both means, their ratio and the number of regions."""
    inland, coast = means
    return country, regions["year"].max(), inland, coast, inland / coast, len(regions)


def answers() -> list[Answer]:
    """Return the rebuilt values of the circulating figures that need tables of their own."""
    ratio: Any = inland_against_coast().set_index("country")["ratio"]
    printed = load("printed").set_index("number")["value"]
    london = printed["n03-london"] / printed["n03-north-east"]
    tables = "regional-output, mexico, us-states, region-coast"
    return [
        Answer("N02", output_bounds(), "regional-output, cities, worldbank", "tab-output-bound"),
        Answer("N04a", _places_of_china("prefecture"), "places", "tab-china"),
        Answer("N04b", _places_of_china("county"), "places", "tab-china"),
        Answer("N10", ratio, tables, "tab-coast"),
        Answer("N03", single(london, "N03"), "arithmetic on the printed figures", "tab-printed"),
    ]


def output_bounds() -> "pd.Series[float]":
    """Return the upper bound of the share of world output, by rule; that of 2014 comes first.

    Returns
    -------
    Series
        Of the output of all countries in :func:`output_by_largest_city`.
    """
    regions = output_by_largest_city()
    output = (regions["share"] * regions["weight"]).groupby(regions["rule"]).sum()
    bound = output / regions.groupby("rule")["weight"].sum()
    return pd.concat([bound[["D7"]], bound.drop("D7")])


def _places_of_china(level: str) -> "pd.Series[int]":
    ranks = china_ranks()
    of_level = ranks[ranks["level"] == level]
    return of_level.set_index(of_level["codes"] + ", " + of_level["floor"])["places"]
