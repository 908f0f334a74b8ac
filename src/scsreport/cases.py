"""The ten cases of a magazine feature of 2020: what open data can say of each.

Loads, calls measures, hands over. Named places are given by their GeoNames id, once; whether a
place is a city of the list, and of which form, is looked up. How a case works and on which level
is our reading, not the source's.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from scsreport import definitions, forms, growth, links, literature
from scsreport.added import load_added
from scsreport.datasets import load, resource
from scsreport.geometry import kilometres, unit_vectors

ACRE = 0.0040468564224  # km2, the international acre
NEAR_KM = 50.0  # by road: the reach of a daily trip, ours
FIVE = {"Malappuram": "IN", "Kozhikode": "IN", "Can Tho": "VN", "Suqian": "CN", "Abuja": "NG"}
ATLANTIC = ("New Brunswick", "Nova Scotia", "Prince Edward Island", "Labrador")
CAPITAL = ("Beijing", "Tianjin", "Hebei")
BEIJING, RALEIGH, SEOUL, GYEONGGI = 1816670, 4487042, 1835848, "KOR-2498"
PLACES: Mapping[str, tuple[tuple[int | str, ...], ...]] = {
    "C01": ((1264154,), (1265873,), (1586203,), (1793771,), (2352778,)),
    "C04": ((SEOUL,),),
    "C05": ((BEIJING, 1792947, 1816080),),
    "C06": ((2158177, 2165798, 2149645), (2147714, 2155472),
            (2174003, 10630449, "Moreton Bay", 2146268)),
    "C07": ((1642911, 1650357, 1625822),),
    "C08": ((2759794, 2754652, "Sluis", 2757340),),
    "C09": ((RALEIGH, 4464368, 4460162),),
    "C10": ((2618425, 2610613), (658225, 643492), (3143244, 3137115)),
}  # fmt: skip
"""Named places by case, in groups that begin with the one others are linked to; a name where the
list has none."""

READING = {
    "C01": ("Five fast cities", "growth alone", "local"),
    "C02": ("Cambodia", "rebalancing", "national"),
    "C03": ("Atlantic Canada", "rebalancing", "national"),
    "C04": ("Gyeonggi and Seoul", "rebalancing", "sub-national"),
    "C05": ("Beijing, Tianjin, Hebei", "rebalancing", "sub-national"),
    "C06": ("Melbourne and Geelong", "connecting", "sub-national"),
    "C07": ("Jakarta and Bandung", "connecting", "sub-national"),
    "C08": ("Amsterdam and three that shrank", "collaborating", "national"),
    "C09": ("Research Triangle", "collaborating", "sub-national"),
    "C10": ("Nordic network", "collaborating", "cross-border"),
}
"""Short name, mechanism and level of each case: our reading."""

SMALL, ABSENT = "under 100,000 people", "not on the list"


def named(listed: pd.DataFrame) -> "pd.Series[str]":
    """Find the groups of the cases in World Urbanization Prospects.

    Parameters
    ----------
    listed : DataFrame
        The file as :func:`scsreport.added.read` returns it.

    Returns
    -------
    Series
        For :func:`scsreport.growth.growth_of_named`: "C01", the five that are named; "C04", Korean
        cities inside Gyeonggi, and "C04 others", all others of Korea.

    Raises
    ------
    ValueError
        If one of the five is not there exactly once.
    """
    one: Any = listed.drop_duplicates("city").set_index("city")
    found = [
        one.index[(one["country"] == country) & one["name"].str.startswith(name)]
        for name, country in FIVE.items()
    ]
    for name, cities in zip(FIVE, found, strict=True):
        if len(cities) != 1:
            raise ValueError(f"{name}: found {len(cities)} cities of that name, expected one")
    korea = one[one["country"] == "KR"]
    points = gpd.GeoSeries(gpd.points_from_xy(korea["lon"], korea["lat"]), korea.index)
    inside = points.within(load("regions").set_index("region_id")["geometry"][GYEONGGI])
    five = pd.Series("C01", [cities[0] for cities in found])
    return pd.concat([five, inside.map({True: "C04", False: "C04 others"})])


@cache
def pace() -> tuple[pd.DataFrame, str]:
    """Return the growth of the groups of the cases, from the best source there is.

    Returns
    -------
    tuple
        The rows of :func:`scsreport.growth.growth_of_named`, made anew if the reader has added
        the file; and one sentence on which of the two it is.
    """
    if (listed := load_added("wup2018")) is None:
        return load("wup-named"), f"Stored aggregate of {resource('wup-named').vintage}."
    file = listed.attrs["file"]
    return growth.growth_of_named(listed, named(listed)), f"Made anew from your file, {file}."
