"""Values for the circulating figures that need more than the definitions.

Loads and calls, as :mod:`scsreport.answers` does, which takes its rows from here.
"""

from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from scsreport import definitions, growth
from scsreport.added import best, load_added
from scsreport.datasets import load

PREFECTURES = {"seats of prefectures": ["PPLA2"], "with provinces": ["PPLA2", "PPLA", "PPLC"]}
COUNTIES = {"seats of counties": ["PPLA3"]}
FLOORS = {"15,000 and more": 15_000, "100,000 and more": 100_000}
NEAR_KM = {"airport_km": 30, "port_km": 10, "rail_km": 5, "coast_km": 25, "border_km": 25}
"""How near, in km, an airport with scheduled service, a port, a railway, a coast or a land border
must be for a city to count as having it. The limits are ours."""

PRINTED_YEARS = (1995, 2010, 2025)
MIDDLE = ("0.5-1m", "1-5m")
RECENT = (2000, 2015)


@cache
def aggregates(name: str) -> tuple[pd.DataFrame, str]:
    """Return a table made from World Urbanization Prospects, from the best source there is.

    Parameters
    ----------
    name : {"wup-size-classes", "wup-growth", "wup-gaps"}
        A name of :data:`scsreport.growth.AGGREGATES`.

    Returns
    -------
    tuple
        The table, made anew if the reader has added the file, else as stored in ``data/``; and
        one sentence on which of the two it is.
    """
    return best("wup2018", name, growth.AGGREGATES[name])


@cache
def regions_led() -> pd.DataFrame:
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
    made = world["gdp_per_head"] * world["population"]
    rows, years = [], output.groupby("iso3")["year"].first()
    for rule, stand in definitions.standing(cities).items():
        inside = (stand == "secondary") & ~cities["in_primary_footprint"]
        led = leaders.loc[inside[leaders.index], "region_id"]
        of = output[output["region_id"].isin(led)].groupby("iso3")["share"].sum()
        row = years.to_frame().assign(rule=str(rule), share=of)
        rows.append(row.fillna({"share": 0}).reset_index())
    table = pd.concat(rows, ignore_index=True)
    return table.assign(weight=table["iso3"].map(made / made.sum()))


@cache
def china_ranks() -> pd.DataFrame:
    """Count places of China by administrative rank, as far as GeoNames codes it.

    Returns
    -------
    DataFrame
        One row per ``level`` ("prefecture", "county"), ``codes`` and ``floor``: ``places``.
    """
    china = load("places").query("country == 'CN'")
    code, people = china["feature_code"], china["population"]
    rows = [
        (level, name, floor, (code.isin(codes) & (people >= least)).sum())
        for level, sets in (("prefecture", PREFECTURES), ("county", COUNTIES))
        for (name, codes), (floor, least) in product(sets.items(), FLOORS.items())
    ]
    return pd.DataFrame(rows, columns=["level", "codes", "floor", "places"])


@cache
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
    by_id = coast.set_index("region_id")["coastal"]
    india = load("regional-output").query("iso3 == 'IND'").dropna(subset=["output", "population"])
    india = india[india["year"] == india["year"].max()]
    india = india.assign(coastal=india["region_id"].map(by_id)).dropna(subset="coastal")
    sums = india.groupby("coastal")[["output", "population"]].sum()
    rows = [("India", india["year"].max(), sums["output"] / sums["population"], len(india))]
    for country, code, name, column in (
        ("Mexico", "MX", "mexico", "gdp_per_head"),
        ("United States", "US", "us-states", "income_per_head"),
    ):
        own = coast[coast["country"] == code].dropna(subset="name")
        plain = own["name"].str.normalize("NFKD").str.replace("[\u0300-\u036f]", "", regex=True)
        flags = pd.Series(own["coastal"].to_numpy(), plain)
        table = load(name)
        table = table[table["year"] == table["year"].max()]
        table = table.assign(coastal=table["state"].map(flags)).dropna(subset="coastal")
        mean = table.groupby("coastal")[column].mean()
        rows.append((country, table["year"].max(), mean, len(table)))
    return pd.DataFrame(
        [(*row, inland, coast, inland / coast, n) for *row, (inland, coast), n in rows],
        columns=["country", "year", "inland", "coast", "ratio", "n"],
    )


def functions() -> pd.DataFrame:
    """Flag which functions of 2014 every listed city shows, as far as data allow.

    Returns
    -------
    DataFrame
        Indexed by ``geonameid``: ``airport``, ``port``, ``rail``, ``coast``, ``border`` (True
        within :data:`NEAR_KM`) and ``regional_capital``.
    """
    near = load("city-functions").set_index("geonameid")
    flags = {column.removesuffix("_km"): near[column] <= km for column, km in NEAR_KM.items()}
    return pd.DataFrame(flags).assign(regional_capital=near["regional_capital"])


@cache
def functions_of_cities() -> pd.DataFrame:
    """Return the functions of each city of 100,000 and more with its size.

    Returns
    -------
    DataFrame
        Of :func:`functions`, and ``size``: primary, secondary (rule D7), larger or smaller. Twins,
        boroughs and suburbs of the primary city are left out.
    """
    cities = load("cities").query("kind == 'city'").set_index("geonameid")
    cities = cities[~cities["in_primary_footprint"] | cities["is_primary"]]
    size = definitions.standing(cities)["D7"].mask(cities["is_primary"], "primary")
    return functions().loc[cities.index].assign(size=size)


@cache
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


def answers() -> pd.DataFrame:
    """Return the rows for :func:`scsreport.answers.answers`.

    Returns
    -------
    DataFrame
        As that function describes.
    """
    led = regions_led()
    made = (led["share"] * led["weight"]).groupby(led["rule"]).sum()
    bound: Any = made / led.groupby("rule")["weight"].sum()
    ranks = china_ranks()
    ranks.index = pd.Index(ranks["codes"] + ", " + ranks["floor"])
    by_level = dict(list(ranks.groupby("level")["places"]))
    gap: Any = inland_against_coast().set_index("country")["ratio"]
    printed = load("printed").set_index("number")["value"]
    classes, _ = size_classes()
    world = classes[classes["region"] == "World"]
    cells = {f"N08-{r['class']}-{r['year']}": r["ours"] for _, r in world.iterrows()}
    middle = classes[classes["class"].isin(MIDDLE)]
    totals: Any = middle.groupby(["year", "region"])[["printed", "ours"]].sum()
    before, after = (totals.loc[year] for year in PRINTED_YEARS[1:])
    added = {name: growth.added_share(before[name], after[name], "Asia") for name in totals}
    pace: Any = aggregates("wup-growth")[0]
    pace = pace[
        (pace["start"] == RECENT[0]) & (pace["end"] == RECENT[1]) & (pace["by"] == "tier")
        & (pace["group"] == "10-50%") & (pace["floor"] == growth.FLOOR)
    ].set_index("region")["weighted"].drop(["World without China", "SSA"])  # fmt: skip
    recount = {"N09b": added["ours"], **cells}
    arithmetic = {"N03": printed["n03-london"] / printed["n03-north-east"]}
    figures: list[tuple[str, Any, str, str]] = [
        ("A3", pace.dropna(), "wup-growth", "fig-growth-regions"),
        ("N02", pd.concat([bound[["D7"]], bound.drop("D7")]),
         "regional-output, cities, worldbank", "tab-output-bound"),
        ("N04a", by_level["prefecture"], "places", "tab-china"),
        ("N04b", by_level["county"], "places", "tab-china"),
        ("N10", gap, "regional-output, mexico, us-states, region-coast", "tab-coast"),
        ("N03", pd.Series(arithmetic), "arithmetic on the printed figures", "tab-printed"),
        ("N09a", pd.Series(added)[["printed"]], "size-classes-2014", "tab-size-classes"),
        *((figure, pd.Series({"revision of 2018": value}), "wup-size-classes", "tab-size-classes")
          for figure, value in recount.items()),
    ]  # fmt: skip
    return rows_of(figures)


def rows_of(figures: list[tuple[str, Any, str, str]]) -> pd.DataFrame:
    """Return rows for :func:`scsreport.answers.answers`.

    Parameters
    ----------
    figures : list of tuple
        Figure, a Series of its values by counting (the headline first), source, exhibit.

    Returns
    -------
    DataFrame
    """
    parts = [
        pd.DataFrame({
            "figure": figure, "counting": values.index, "value": values.to_numpy(dtype=float),
            "headline": np.arange(len(values)) == 0, "our_source": source, "exhibit": exhibit,
            "from_added": source.startswith("wup-") and load_added("wup2018") is not None,
        })
        for figure, values, source, exhibit in figures
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)
