"""The ten cases of a magazine feature of 2020: what open data can say of each.

Loads, calls measures, hands over. Named places are given by their GeoNames id, once; whether a
place is a city of the list, and of which form, is looked up. How a case works and on which level
is our reading, not the source's.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from scsreport import definitions, growth
from scsreport.findings import forms
from scsreport.findings.answer import Answer, single
from scsreport.findings.counting import COUNTINGS, counting
from scsreport.geometry import kilometres, unit_vectors
from scsreport.tables.datasets import load
from scsreport.tables.official_files import best
from scsreport.tables.once import computed_once

__all__ = [
    "ABSENT",
    "ACRE",
    "ATLANTIC",
    "BEIJING",
    "CAPITAL",
    "CITY_FLOOR",
    "FIVE_CITIES",
    "GYEONGGI",
    "NEAR_KM",
    "NEWFOUNDLAND",
    "PLACES",
    "QUOTED_RULE",
    "RALEIGH",
    "READING",
    "SEOUL",
    "SMALL",
    "Reading",
    "answers",
    "atlantic",
    "by_rule",
    "groups_in_list",
    "growth_in_list",
    "growth_of_groups",
    "implied_numbers",
    "joined_with_centre",
    "places",
]

ACRE = 0.0040468564224  # km2, the international acre
NEAR_KM = 50.0  # by road: the reach of a daily trip, ours
FIVE_CITIES = {
    "Malappuram": "IN",
    "Kozhikode": "IN",
    "Can Tho": "VN",
    "Suqian": "CN",
    "Abuja": "NG",
}
ATLANTIC = ("New Brunswick", "Nova Scotia", "Prince Edward Island", "Labrador")
CAPITAL = ("Beijing", "Tianjin", "Hebei")
BEIJING = 1816670
RALEIGH = 4487042
SEOUL = 1835848
GYEONGGI = "KOR-2498"
NEWFOUNDLAND = "CAN-686"
LINK_COLUMNS = ["case", "to", "place", "named"]
PLACES: Mapping[str, tuple[tuple[int | str, ...], ...]] = {
    "C01": ((1264154,), (1265873,), (1586203,), (1793771,), (2352778,)),
    "C04": ((SEOUL,),),
    "C05": ((BEIJING, 1792947, 1816080),),
    "C06": (
        (2158177, 2165798, 2149645),
        (2147714, 2155472),
        (2174003, 10630449, "Moreton Bay", 2146268),
    ),
    "C07": ((1642911, 1650357, 1625822),),
    "C08": ((2759794, 2754652, "Sluis", 2757340),),
    "C09": ((RALEIGH, 4464368, 4460162),),
    "C10": ((2618425, 2610613), (658225, 643492), (3143244, 3137115)),
}
"""Named places by case, in groups that begin with the one others are linked to; a name where the
list has none."""


class Reading(NamedTuple):
    """How we read a case.

    Parameters
    ----------
    name : str
        A short name of the place.
    mechanism : str
        What it works by.
    level : str
        Who acts.
    done, said : str
        What was done, and what the source says came of it.
    """

    name: str
    mechanism: str
    level: str
    done: str
    said: str


READING = {
    "C01": Reading(
        "Five fast cities",
        "growth alone",
        "local",
        "five cities are named",
        "they are secondary, and among the fastest growing",
    ),
    "C02": Reading(
        "Cambodia",
        "rebalancing",
        "national",
        "four secondary cities are to be invested in",
        "it serves the climate and the economy",
    ),
    "C03": Reading(
        "Atlantic Canada",
        "rebalancing",
        "national",
        "immigrants are invited to four provinces",
        "people and families were approved",
    ),
    "C04": Reading(
        "Gyeonggi and Seoul",
        "rebalancing",
        "sub-national",
        "new wards are built around Seoul",
        "the province grew and Seoul shrank",
    ),
    "C05": Reading(
        "Beijing, Tianjin, Hebei",
        "rebalancing",
        "sub-national",
        "investment moves from the capital to Hebei",
        "jobs and suppliers followed",
    ),
    "C06": Reading(
        "Melbourne and Geelong",
        "connecting",
        "sub-national",
        "a faster railway is planned, and others studied",
        "the way takes half as long",
    ),
    "C07": Reading(
        "Jakarta and Bandung",
        "connecting",
        "sub-national",
        "a fast railway is built",
        "hours become minutes",
    ),
    "C08": Reading(
        "Amsterdam and three",
        "collaborating",
        "national",
        "a large city helps three that shrink",
        "two shrink less, one grows again",
    ),
    "C09": Reading(
        "Research Triangle",
        "collaborating",
        "sub-national",
        "three cities share a research park",
        "firms and universities gather there",
    ),
    "C10": Reading(
        "Nordic network",
        "collaborating",
        "cross-border",
        "cities of four countries exchange trials",
        "one took over the way of another",
    ),
}
"""How we read each case, by its row of the ledger."""

CITY_FLOOR = 100_000
SMALL = "under 100,000 people"
ABSENT = "not on the list"
QUOTED_RULE = "D3"  # the first of the two rules that the source quotes


def groups_in_list(listed: pd.DataFrame) -> "pd.Series[str]":
    """Find the groups of the cases in World Urbanization Prospects.

    Parameters
    ----------
    listed : DataFrame
        The file as :func:`scsreport.tables.official_files.read` returns it.

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
    cities: Any = listed.drop_duplicates("city").set_index("city")
    groups: dict[int, str] = {}
    for name, country in FIVE_CITIES.items():
        matches = cities.index[(cities["country"] == country) & cities["name"].str.startswith(name)]
        if len(matches) != 1:
            raise ValueError(f"{name}: found {len(matches)} cities of that name, expected one")
        groups[matches[0]] = "C01"
    korea = cities[cities["country"] == "KR"]
    points = gpd.GeoSeries(gpd.points_from_xy(korea["lon"], korea["lat"]), korea.index)
    inside = points.within(load("regions").set_index("region_id")["geometry"][GYEONGGI])
    groups |= inside.map({True: "C04", False: "C04 others"}).to_dict()
    return pd.Series(groups)


@computed_once
def growth_of_groups() -> tuple[pd.DataFrame, str]:
    """Return the growth of the groups of the cases, from the best source there is.

    Returns
    -------
    tuple
        The rows of :func:`scsreport.growth.growth_of_named`, made anew if the reader has added
        the file; and one sentence on which of the two it is.
    """
    return best("wup2018", "wup-named", growth_in_list)


def growth_in_list(listed: pd.DataFrame) -> pd.DataFrame:
    """Measure the growth of the groups of the cases in a list: the table ``wup-named``.

    Parameters
    ----------
    listed : DataFrame
        The file as :func:`scsreport.tables.official_files.read` returns it.

    Returns
    -------
    DataFrame
        Rows of :func:`scsreport.growth.growth_of_named`.
    """
    return growth.growth_of_named(listed, groups_in_list(listed))


@computed_once
def atlantic() -> pd.DataFrame:
    """Return the shares of the four Atlantic provinces in the output of all provinces.

    Returns
    -------
    DataFrame
        One row per ``year``, one column per province, named by its id in ``regions``.
    """
    of_provinces = load("regional-output").query("iso3 == 'CAN'")
    output = of_provinces.pivot(index="year", columns="region_id", values="output")
    regions = load("regions").query("country == 'CA'").set_index("region_id")["name"]
    of_the_four = regions.index[regions.str.contains("|".join(ATLANTIC))]
    return output.div(output.sum(axis=1), axis=0)[of_the_four]


@computed_once
def places() -> pd.DataFrame:
    """Return the places of each case: those that are named, and all listed cities of its area.

    Returns
    -------
    DataFrame
        One row per ``case`` and ``place`` (GeoNames id, or a name off the list): ``named`` by the
        source; columns of ``places`` and ``cities``; ``form`` ("largest city", :data:`SMALL` or
        :data:`ABSENT` where it has none) and ``sure``, its certainty, 0 to 1; ``to``, the place
        it is linked to, named in ``end``, with ``km`` by great circle and by ``road``, missing
        where it is linked to none and where roads are cut, are longer than 600 km, or lead to a
        place under 100,000; ``access_30`` by road.
    """
    table = pd.concat([_named_places(), _places_of_areas()], ignore_index=True)
    table = table.sort_values("case", kind="stable", ignore_index=True)
    listed = load("places").set_index("geonameid")
    cities = load("cities").set_index("geonameid")
    names = ["name", "country", "population", "footprint", "footprint_population", "lat", "lon"]
    table = table.join(listed[names], on="place")
    table = table.join(cities[["population_agglomeration", "region_name"]], on="place")
    table["name"] = table["name"].fillna(table["place"].astype("str"))
    table[["sure", "form"]] = _forms_of(table)
    linked = table["to"] != table["place"]
    table["end"] = table["to"].map(listed["name"]).where(linked, "")
    table["km"] = _km_by_great_circle(table, listed).where(linked)
    table["road"] = _km_by_road(table)
    return table.join(load("city-access").set_index("geonameid")["access_30"], on="place")


def _named_places() -> pd.DataFrame:
    """Return the places that a source names, each with the first of its group."""
    rows = [
        (case, group[0], place, True)
        for case, groups in PLACES.items()
        for group in groups
        for place in group
    ]
    return pd.DataFrame(rows, columns=LINK_COLUMNS)


def _places_of_areas() -> pd.DataFrame:
    """Return all listed cities of the areas of three cases; those of Gyeonggi lead to Seoul."""
    cities = load("cities").query("kind == 'city'").set_index("geonameid")
    areas = {
        "C02": cities.index[(cities["country"] == "KH") & ~cities["is_primary"]],
        "C03": cities.index[cities["region_id"].isin(atlantic().columns)],
        "C04": cities.index[cities["region_id"] == GYEONGGI],
    }
    rows = [
        (case, SEOUL if case == "C04" else place, place, False)
        for case, area in areas.items()
        for place in area
    ]
    return pd.DataFrame(rows, columns=LINK_COLUMNS)


def _forms_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return certainty and form of places, and why a place has none."""
    typed = forms.cities()
    reasons = [table["lat"].isna(), table["population"] < CITY_FLOOR]
    without_form = pd.Series(np.select(reasons, [ABSENT, SMALL], "largest city"), table.index)
    form = table["place"].map(typed["type"]).map(forms.NAMES).fillna(without_form)
    certainty = typed[forms.SHARES].max(axis=1).reindex(table["place"]).to_numpy()
    return pd.DataFrame({"sure": certainty, "form": form}, table.index)


def _km_by_great_circle(table: pd.DataFrame, listed: pd.DataFrame) -> "pd.Series[float]":
    """Return km by great circle between the two ends of links."""
    coordinates = [listed[["lat", "lon"]].reindex(table[end]) for end in ("to", "place")]
    km = kilometres(*(unit_vectors(end["lat"], end["lon"]) for end in coordinates))
    return pd.Series(km, table.index)


def _km_by_road(table: pd.DataFrame) -> Any:
    """Return km by road between the two ends of links, missing where none is stored."""
    one_way = load("road-distances")
    back = one_way.set_axis(["geonameid_b", "geonameid_a", "km"], axis=1)
    km = pd.concat([one_way, back]).set_index(["geonameid_a", "geonameid_b"])["km"]
    return km.reindex(pd.MultiIndex.from_frame(table[["to", "place"]])).to_numpy()


@computed_once
def by_rule() -> pd.DataFrame:
    """Count who is secondary in two cases, under each rule and each counting.

    Returns
    -------
    DataFrame
        Indexed by "rule, counting", the headline first: ``C01``, how many of the five; ``C02``,
        how many in Cambodia; ``rule`` and ``counting``.
    """
    five = pd.Index(np.ravel(PLACES["C01"]))
    rows = []
    rules = sorted(definitions.RULES, key=QUOTED_RULE.__ne__)
    for how in COUNTINGS:
        table, unit, _ = counting(how)
        standing = definitions.standing(table, unit=unit)
        for rule in rules:
            inside = table.index[standing[rule] == "secondary"]
            cambodian = (table.loc[inside, "country"] == "KH").sum()
            rows.append((f"{rule}, {how}", len(inside.intersection(five)), cambodian, rule, how))
    columns = ["", "C01", "C02", "rule", "counting"]
    return pd.DataFrame(rows, columns=columns).set_index("")


@computed_once
def joined_with_centre() -> Mapping[str, Any]:
    """Return whom detection, footprints and roads join with the centre of C05 and of C09.

    Returns
    -------
    dict
        By case and criterion, ids of cities; the system is the largest that holds the centre.
    """
    cities = load("cities").set_index("geonameid")
    members = load("system-members")
    joined: dict[str, Any] = {}
    for case, centre in (("C05", BEIJING), ("C09", RALEIGH)):
        systems_of_centre = members.loc[members["geonameid"] == centre, "system"]
        candidates = members[members["system"].isin(systems_of_centre)]
        largest = candidates["system"].mode()[0]
        system = candidates[candidates["system"] == largest].set_index("geonameid")
        urban = cities.index[cities["footprint"] == cities.loc[centre, "footprint"]]
        joined[case] = {"system": system.index, "footprint": urban}
        if case == "C05":
            joined[case]["its own cities"] = system.index[system["own"]]
    near = places().query("case == 'C09' and (road <= @NEAR_KM or place == @RALEIGH)")
    joined["C09"]["50 km by road"] = pd.Index(near["place"])
    return joined


@computed_once
def implied_numbers() -> "pd.Series[float]":
    """Return what follows from the printed numbers alone; it tests the text and not the event.

    Returns
    -------
    Series
        ``gyeonggi`` and ``seoul``: million people in 2009; ``cny`` and ``aud``: units of the
        currency for one US dollar; ``before`` and ``after``: km an hour to Bandung.
    """
    printed: Any = load("printed").set_index("number")["value"]
    implied = {
        name: printed[f"c04-{name}"] / (1 + printed[f"c04-{name}-growth"])
        for name in ("gyeonggi", "seoul")
    }
    implied["cny"] = printed["c05-cny"] / printed["c05-usd"]
    implied["aud"] = printed["c06-price-aud"] / printed["c06-price-usd"]
    implied |= {
        end: 60 * printed["c07-length"] / printed[f"c07-{end}"] for end in ("before", "after")
    }
    return pd.Series(implied)


def answers() -> list[Answer]:
    """Return the rebuilt values of the figures that the cases print."""
    return [
        *_fast_cities(),
        Answer("C02a", by_rule()["C02"], "places, footprints", "fig-c02"),
        Answer("C03a", single(atlantic().shape[1], "by name"), "regions", "fig-c03"),
        *_around_seoul(),
        *_rates_and_systems(),
        *_counts_of_places(),
    ]


def _fast_cities() -> list[Answer]:
    """Answer for the five cities named as the fastest."""
    growth_of: Any = growth_of_groups()[0].set_index(["start", "floor", "group"])
    rate = growth_of["growth"].unstack("group")
    among_fastest = {
        f"{top} fastest of {floor:,} and more": growth_of[f"within_{top}"][2015, floor, "C01"]
        for floor in rate.loc[2015].index
        for top in (10, 20, 50)
    }
    ratio = (rate["C01"] / rate["all"])[2015]
    return [
        Answer("C01a", pd.Series(among_fastest), "wup-named", "fig-c01", official_file="wup2018"),
        Answer("C01b", ratio, "wup-named", "fig-c01", official_file="wup2018"),
        Answer("C01c", by_rule()["C01"], "places, footprints", "tab-c01"),
    ]


def _around_seoul() -> list[Answer]:
    """Answer for Gyeonggi and Seoul."""
    growth_of: Any = growth_of_groups()[0].set_index(["start", "floor", "group"])
    rate = growth_of["growth"].unstack("group")
    ahead = (rate["C04"] - rate["C04 others"]).dropna()
    growth_of_decade = np.expm1(5 * rate["C04"].xs(growth.FLOOR, level="floor").sum())
    seoul = places().query("place == @SEOUL").iloc[0]
    millions = seoul[["population", "population_agglomeration"]] / 1e6
    over_decade = single(growth_of_decade, "2010 to 2020")
    return [
        Answer("C04a", ahead, "wup-named", "tab-c04", official_file="wup2018"),
        Answer("C04b", over_decade, "wup-named", "tab-c04", official_file="wup2018"),
        Answer("C04c", millions, "cities", "tab-c04"),
    ]


def _rates_and_systems() -> list[Answer]:
    """Answer for the sums of money, and for the provinces that detection joins with Beijing."""
    rates: Any = load("exchange-rates").query("year >= 2014")
    rates = rates.sort_values("year", ascending=False).set_index(["iso3", "year"])["rate"]
    province = load("cities").set_index("geonameid")["region_name"]
    joined_provinces = {
        criterion: province[ids][lambda names: names.isin(CAPITAL)].nunique()
        for criterion, ids in joined_with_centre()["C05"].items()
    }
    systems = "systems, system-members, footprints"
    return [
        Answer("C05a", rates["CHN"], "exchange-rates", "tab-c05"),
        Answer("C05b", pd.Series(joined_provinces), systems, "fig-c05"),
        Answer("C06c", 1 / rates["AUS"], "exchange-rates", "tab-c06"),
    ]


def _counts_of_places() -> list[Answer]:
    """Answer for the shrinking cities, the research park and the Nordic pairs."""
    shrinking = places().query("case == 'C08' and place != to")
    listed = single(shrinking["lat"].notna().sum(), "listed")
    acres = load("printed").set_index("number")["value"]["c09-acres"]
    triangle = {
        criterion: ids.isin(PLACES["C09"][0]).sum()
        for criterion, ids in joined_with_centre()["C09"].items()
    }
    arithmetic = "arithmetic on the printed figures"
    tables = "system-members, footprints, road-distances"
    return [
        Answer("C08a", listed, "places", "fig-c08"),
        Answer("C09a", single(acres * ACRE, "acres"), arithmetic, "tab-c09"),
        Answer("C09b", pd.Series(triangle), tables, "fig-c09"),
        Answer("C10a", _nordic_pairs(), "places, cities", "fig-c10"),
    ]


def _nordic_pairs() -> "pd.Series[float]":
    """Count the pairs whose second city has less than half the people of the first."""
    nordic = places().query("case == 'C10'")
    sizes = nordic[["population", "footprint_population", "population_agglomeration"]]
    sizes = sizes.astype(float).apply(lambda size: size.fillna(nordic["population"]))
    first, second = sizes[::2], sizes[1::2]
    return pd.Series((2 * second.to_numpy() < first).sum())
