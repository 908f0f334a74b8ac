"""Output and income of regions, from official statistics of 14 countries and of long panels."""

import io
from typing import Any

import pandas as pd

from scsreport.sources import cities, columns, countries, declared, packages, shapes

__all__ = [
    "FOLDER",
    "HIDDEN",
    "MEXICO",
    "NAME",
    "STATES",
    "growth_of_countries",
    "mexico",
    "regional",
    "us_capital",
    "us_states",
]

FOLDER = "climada/data/system/GSDP/"
NAME = "State_Province"
HIDDEN = '[\\x00-\\x1f\\x7f-\\x9f\u200b\ufeff"]'  # control codes, byte-order marks, quotes
MEXICO = "libpysal/examples/mexico/mexico.csv"
STATES = "libpysal/examples/us_income/usjoin.csv"


def regional() -> pd.DataFrame:
    """Derive the table ``regional-output``."""
    spec = declared.read("regional_accounts")
    frame = pd.concat([_country(iso3, sheet) for iso3, sheet in spec["sheets"].items()])
    frame["region"] = frame["region"].replace(spec["misspelt"])
    frame = frame[~frame["region"].isin(spec["no_region"])]
    polygons = shapes.admin1().merge(countries.codes()[["country", "iso3"]], on="country")
    polygons = polygons[polygons["iso3"].isin(list(spec["sheets"]))]
    polygons["key"] = cities.key(polygons["name"])
    by_name = polygons.set_index(["iso3", "key"])["region_id"]
    key = cities.key(frame["region"].replace(spec["polygons"]))
    pairs = pd.MultiIndex.from_arrays([frame["iso3"], key])
    frame.insert(2, "region_id", by_name.reindex(pairs).to_numpy())
    return frame.sort_values(["iso3", "region", "year"], ignore_index=True)


def mexico() -> pd.DataFrame:
    """Derive the table ``mexico``."""
    rows = pd.read_csv(io.BytesIO(packages.member("libpysal", MEXICO)))
    rows = rows.rename(columns={"State": "state", "hanson98": "hanson_region"})
    rows = rows.replace({"state": {"Quertaro": "Queretaro"}})
    rows = rows.filter(regex="^(state|hanson_region|pcgdp.*)$")
    long = rows.melt(["state", "hanson_region"], var_name="year", value_name="gdp_per_head")
    long["year"] = long["year"].str.removeprefix("pcgdp")
    long = long.astype({"hanson_region": "int64", "year": "int64"})
    return long.sort_values(["state", "year"], ignore_index=True)


def us_states() -> pd.DataFrame:
    """Derive the table ``us-states``."""
    rows = pd.read_csv(io.BytesIO(packages.member("libpysal", STATES)))
    rows = rows.rename(columns={"Name": "state"}).drop(columns="STATE_FIPS")
    long = rows.melt("state", var_name="year", value_name="income_per_head")
    return long.astype({"year": "int64"}).sort_values(["state", "year"], ignore_index=True)


def us_capital() -> pd.DataFrame:
    """Derive the table ``us-capital``."""
    frame = columns.pick(packages.pickled("plm/Produc"), "us-capital")
    frame["state"] = (
        frame["state"].str.replace("_", " ").str.title().replace("Tennesse", "Tennessee")
    )
    return frame.sort_values(["state", "year"], ignore_index=True)


def growth_of_countries() -> pd.DataFrame:
    """Derive the table ``growth-of-countries``."""
    rows = packages.pickled("AER/GrowthDJ").replace({"yes": True, "no": False})
    return columns.pick(rows.assign(number=rows.index + 1), "growth-of-countries")


def _country(iso3: str, sheet: dict[str, Any]) -> pd.DataFrame:
    """Read (clean step) the first sheet of one country's workbook, one row a region and year."""
    content = packages.member("climada", f"{FOLDER}{iso3}_GSDP.xls")
    rows = pd.read_excel(io.BytesIO(content), engine="calamine").dropna(subset=NAME)
    name = rows[NAME].str.normalize("NFC").str.replace(HIDDEN, "", regex=True)
    rows = rows.set_index(name.str.strip().rename("region"))
    headings = rows.columns.to_series().astype(str)
    parts = {}
    for measure in ("output", "population"):
        found = headings.str.extract(f"^(?:{sheet.get(measure, '()-')})$", expand=False).dropna()
        years = found.replace("", str(sheet.get("year"))).astype("int64")
        part = rows[years.index].set_axis(years, axis="columns").rename_axis(columns="year")
        parts[measure] = part.astype(float).stack()
    frame = pd.DataFrame(parts).reset_index()
    frame["population"] = (frame["population"] * sheet.get("per", 1)).round().astype("Int64")
    frame.insert(0, "iso3", iso3)
    return frame.assign(
        unit=sheet.get("unit"),
        is_break=frame["year"].isin(sheet.get("breaks", [])),
        mislabelled=sheet.get("mislabelled", False),
        source=sheet["source"],
    )
