"""The figures that circulate in the literature, where more than a definition is needed."""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from scsreport import definitions
from scsreport.findings import functions, gaps
from scsreport.findings.answer import Answer, single
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "COUNTIES",
    "POPULATION_FLOORS",
    "PREFECTURES",
    "answers",
    "china_ranks",
    "functions_of_cities",
    "inland_against_coast",
    "output_bounds",
    "output_bounds_by_country",
]

PREFECTURES = {"seats of prefectures": ["PPLA2"], "with provinces": ["PPLA2", "PPLA", "PPLC"]}
COUNTIES = {"seats of counties": ["PPLA3"]}
POPULATION_FLOORS = {"15,000 and more": 15_000, "100,000 and more": 100_000}


@computed_once
def output_bounds_by_country() -> pd.DataFrame:
    """Bound the share of secondary cities in the output of every country.

    No open source has output by city. Two things are known: how many people live in the cities,
    and, for some countries, what each region makes. At least, people in secondary cities make as
    much a head as the mean of their country: that cities are no poorer than the country around them
    is an assumption. At most, they make all that is made in the regions in which they lie; where
    nothing is known of regions, all there is.

    Returns
    -------
    DataFrame
        One row per ``iso3`` and ``rule``: ``least`` and ``most``, shares of the output of the
        country made in cities that are secondary under the rule and no suburbs of the primary city;
        ``year`` of the output by region, missing where there is none; ``weight``, the country's
        share in the output of the world.
    """
    cities = load("cities").query("kind == 'city'").set_index("geonameid")
    people = load("countries").set_index("iso3")["population"].astype(float)
    output, years = _shares_of_regions()
    weight = _shares_of_countries()
    tables = []
    for rule, standing in definitions.standing(cities).items():
        secondary = cities[(standing == "secondary") & ~cities["in_primary_footprint"]]
        in_cities = secondary.groupby("iso3")["population"].sum().reindex(weight.index).fillna(0)
        regions = output[output["region_id"].isin(secondary["region_id"])]
        most = regions.groupby("iso3")["share"].sum().reindex(years.index).fillna(0)
        least = (in_cities / people.reindex(weight.index)).clip(upper=1)
        table = pd.DataFrame({"least": least, "most": most.reindex(weight.index), "year": years})
        # Bounds of two sources may cross: people are counted by city, output by region.
        table["most"] = table["most"].fillna(1).clip(lower=table["least"])
        tables.append(table.assign(rule=str(rule), weight=weight).rename_axis("iso3"))
    return pd.concat(tables).reset_index().astype({"year": "Int64"})


def _shares_of_regions() -> tuple[pd.DataFrame, "pd.Series[int]"]:
    """Return the share of every region in the output of its country in the last year, and years."""
    output = load("regional-output").dropna(subset="output").query("not is_break")
    output = output[output["year"] == output.groupby("iso3")["year"].transform("max")]
    share = output["output"] / output.groupby("iso3")["output"].transform("sum")
    return output.assign(share=share), output.groupby("iso3")["year"].first()


def _shares_of_countries() -> "pd.Series[float]":
    """Return the share of every country in the output of the world, in its last year."""
    world = load("worldbank").dropna(subset=["gdp_per_head", "population"])
    world = world.sort_values("year").drop_duplicates("iso3", keep="last").set_index("iso3")
    product = world["gdp_per_head"] * world["population"]
    return product / product.sum()


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


def functions_of_cities(rule: str) -> pd.DataFrame:
    """Return the functions of each city with its size, whatever the rule of who is secondary.

    Parameters
    ----------
    rule : str
        One of :data:`scsreport.definitions.RULES`.

    Returns
    -------
    DataFrame
        As :func:`scsreport.findings.functions.flags_of_cities` returns under rule D7.
    """
    table = functions.flags_of_cities()
    cities = load("cities").set_index("geonameid").query("kind == 'city'")
    size = definitions.standing(cities)[rule].mask(cities["is_primary"], "primary")
    return table.assign(size=size.reindex(table.index))


@computed_once
def inland_against_coast() -> pd.DataFrame:
    """Compare output or income per head of inland regions with that of regions on the coast.

    Returns
    -------
    DataFrame
        One row per ``iso3`` that has three regions and more of both kinds, last year with official
        people: ``year``; ``inland`` and ``coast`` per head, over the mean of the country;
        ``ratio`` of the two.
    """
    table = gaps.between_groups().reset_index()[["iso3", "year", "inland", "coast"]]
    table = table.dropna().reset_index(drop=True)
    return table.assign(ratio=table["inland"] / table["coast"])


def answers() -> list[Answer]:
    """Return the rebuilt values of the circulating figures that need tables of their own."""
    ratio: Any = inland_against_coast().set_index("iso3")["ratio"]
    people = gaps.world_shares()[ratio.index]
    means = {"by people": np.average(ratio, weights=people), "countries alike": ratio.mean()}
    bounds = output_bounds()
    printed = load("printed").set_index("number")["value"]
    london = printed["n03-london"] / printed["n03-north-east"]
    return [
        Answer(
            "N02",
            bounds["least"],
            source="cities, countries, regional-output, worldbank",
            exhibit="tab-output-bound",
            lows=bounds["least"],
            highs=bounds["most"],
        ),
        Answer("N04a", _places_of_china("prefecture"), "places", "tab-china"),
        Answer("N04b", _places_of_china("county"), "places", "tab-china"),
        Answer(
            "N10",
            pd.Series({**means, "middle country": ratio.median()}),
            source="gap-parts, region-coast",
            exhibit="tab-coast",
            covered=float(people.sum()),
            official_file="regional-population",
        ),
        Answer("N03", single(london, "N03"), "arithmetic on the printed figures", "tab-printed"),
    ]


def output_bounds() -> pd.DataFrame:
    """Return the bounds of the share of world output, by rule; that of 2014 comes first.

    Returns
    -------
    DataFrame
        Indexed by ``rule``: ``least`` and ``most``.
    """
    table = output_bounds_by_country()
    bounds = table[["least", "most"]].mul(table["weight"], axis=0).groupby(table["rule"]).sum()
    return pd.concat([bounds.loc[["D7"]], bounds.drop("D7")])


def _places_of_china(level: str) -> "pd.Series[int]":
    ranks = china_ranks()
    of_level = ranks[ranks["level"] == level]
    return of_level.set_index(of_level["codes"] + ", " + of_level["floor"])["places"]
