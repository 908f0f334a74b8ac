"""What connectivity adds: access and through traffic of cities, and worked examples of links.

Loads, calls :mod:`scsreport.connectivity`, hands over. All minutes are km by road at one declared
speed, the same everywhere, between cities of one country; masses are people of GeoNames, and no
city counts its own. What access goes with, growth of cities and output of regions, is stored as
the results of regressions: the files behind them may not be.
"""

# scipy.spatial carries no types
# mypy: disable-error-code="no-untyped-call"
from collections.abc import Collection
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from scsreport import checks, connectivity
from scsreport.findings import forms, functions, gaps
from scsreport.findings.answer import Answer, single
from scsreport.geometry import kilometres, unit_vectors
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "CASES",
    "HALF_LIVES",
    "IMPORTED_PARAMETERS",
    "KMH",
    "MODEL",
    "RESULT_KEYS",
    "TRIPS",
    "ZONES",
    "Link",
    "answers",
    "by_form",
    "cities",
    "doubtful_ways",
    "effect_ranges",
    "effects",
    "link_minutes",
    "pairs",
    "people_of_regions",
    "reach",
    "results_in_hundredths",
    "secondary_cities",
]

KMH = 60.0
"""Km an hour by road, door to door, everywhere: ours; one that rises with income would rig it."""

HALF_LIVES = (30, 60)  # minutes
ZONES = (5, 10, 20)  # km by road around a centre

NEAR_KM = 50.0
DETOUR = 3.0
DETOUR_ROOM = 10.0
"""Between cities so near, a way of more than so many times the straight line, and so many km, tells
that the map of roads lacks a piece, or that water lies between."""


class Link(NamedTuple):
    """A named link between two cities, by their GeoNames ids.

    Attributes
    ----------
    first, second : int
        The larger city and the one that is to come nearer to it.
    printed : str
        Which minutes are printed; where none are, they halve as Geelong's.
    """

    first: int
    second: int
    printed: str


CASES = {
    "Melbourne-Geelong": Link(2158177, 2165798, "c06"),
    "Sydney-Newcastle": Link(2147714, 2155472, ""),
    "Brisbane-Sunshine Coast": Link(2174003, 10630449, ""),
    "Brisbane-Toowoomba": Link(2174003, 2146268, ""),
    "Jakarta-Bandung": Link(1642911, 1650357, "c07"),
    "Bandung-Surabaya": Link(1650357, 1625822, "c07"),
}
"""The links that are named, each after the one that it extends."""

FIRST_LINE = "Jakarta-Bandung"
EXTENSION = "Bandung-Surabaya"
GEELONG = "c06"
CASES_EXHIBIT = "tab-connectivity-links"
MODEL = "access and through traffic"
TRIPS = {"stations": ("before", "after"), "doors": ("start", "door")}
"""Columns of :func:`link_minutes`: minutes before and after, by where a trip begins and ends."""

RESULT_KEYS = ["outcome", "sample", "model"]
IMPORTED_PARAMETERS = ((15, 30, 60), (0.08, 0.125))
"""Half-lives, and elasticities of Jedwab and Storeygard and of Ahlfeldt and Feddersen."""

Minutes = tuple[float, float, float, float, float, float]


def pairs(geonameids: "pd.Index[Any]") -> pd.DataFrame:
    """Return minutes by road between cities of one country, at :data:`KMH`.

    Parameters
    ----------
    geonameids : Index
        GeoNames ids of cities.

    Returns
    -------
    DataFrame
        Each pair once, ``geonameid_a``, ``geonameid_b`` and ``minutes``, for
        :mod:`scsreport.connectivity`. Cities that no road of the graph joins have no pair.

    Examples
    --------
    >>> jakarta, bandung = 1642911, 1650357
    >>> between = pairs(pd.Index([jakarta, bandung]))
    >>> int(between["minutes"].iloc[0] * KMH / 60)  # km by road
    134
    """
    country = load("cities").set_index("geonameid")["country"]
    table = load("road-distances")
    a = table["geonameid_a"]
    b = table["geonameid_b"]
    listed = a.isin(geonameids) & b.isin(geonameids)
    domestic = country[a].to_numpy() == country[b].to_numpy()
    return connectivity.travel_times(table[listed & domestic], kmh=KMH)


@computed_once
def cities() -> pd.DataFrame:
    """Return every city near a road with its access and through traffic, functions and form.

    Returns
    -------
    DataFrame
        By ``geonameid``: columns of ``city-access`` and ``cities``; ``form`` ("primary" where it
        has none); ``suburb`` of the primary city; ``regional_capital`` and the flags of
        :data:`scsreport.findings.functions.NEAR_KM`; ``ratio`` of through traffic to own trips,
        within 10 km.
    """
    table = load("city-access").set_index("geonameid").join(load("cities").set_index("geonameid"))
    table = table.join(functions.flags()[["regional_capital", "airport", "port", "coast"]])
    form = forms.cities()["type"].reindex(table.index).fillna("primary")
    suburb = table["in_primary_footprint"] & ~table["is_primary"]
    return table.assign(form=form, suburb=suburb, ratio=table["through_10"] / table["endpoint"])


@computed_once
def doubtful_ways() -> pd.DataFrame:
    """Return the cities whose way by road to the nearest other is not credible.

    Returns
    -------
    DataFrame
        By ``geonameid`` of a whole city near a road: ``other``, the nearest such city of its
        country, which lies within :data:`NEAR_KM`; ``km`` between the two by great circle, and
        ``road``, the km by road, missing where none is known. People within reach of the city are
        too few, if anything.
    """
    listed = load("cities").query("kind == 'city'").set_index("geonameid")
    listed = listed[listed.index.isin(load("city-access")["geonameid"])]
    parts = [_nearest_others(part) for _, part in listed.groupby("country") if len(part) > 1]
    nearest = pd.concat(parts)
    by_road = load("road-distances").set_index(["geonameid_a", "geonameid_b"])["km"]
    pairs_of_ids = np.sort(np.stack([nearest.index, nearest["other"]]), axis=0)
    nearest["road"] = by_road.reindex(pd.MultiIndex.from_arrays(list(pairs_of_ids))).to_numpy()
    is_long = ~(nearest["road"] <= DETOUR * nearest["km"] + DETOUR_ROOM)
    doubtful: pd.DataFrame = nearest[(nearest["km"] <= NEAR_KM) & is_long]
    return doubtful


def _nearest_others(cities: pd.DataFrame) -> pd.DataFrame:
    """Return the nearest other of each of some cities, and the km to it by great circle."""
    places = unit_vectors(cities["lat"], cities["lon"])
    _, found = KDTree(places).query(places, k=2)
    # Of two cities at one place, either may come first.
    other = np.where(found[:, 0] == np.arange(len(cities)), found[:, 1], found[:, 0])
    km = kilometres(places, places[other])
    return pd.DataFrame({"other": cities.index[other], "km": km}, cities.index)


def reach(half_life: float = HALF_LIVES[0]) -> "pd.Series[float]":
    """Return the people whom each city near a road reaches in the other cities of its country.

    Parameters
    ----------
    half_life : float
        Minutes after which people count half, above zero. For those of :data:`HALF_LIVES` they are
        as stored.

    Returns
    -------
    Series
        By ``geonameid``, called ``access_30`` for 30 minutes.

    Raises
    ------
    TypeError, ValueError
        If the half-life is no number above zero.

    Examples
    --------
    >>> bool(reach(15)[1650357] < reach(30)[1650357])
    True
    """
    half_life = checks.number("half_life", half_life, checks.ABOVE_ZERO)
    name = f"access_{half_life:g}"
    table = cities()
    if name in table:
        return table[name]
    people = table["population"].astype(float)
    found = connectivity.market_access(
        pairs(people.index), people, half_life=half_life, own_time=np.inf
    )
    return found.round(1).rename(name)


def secondary_cities(half_life: float = HALF_LIVES[0]) -> pd.DataFrame:
    """Return the cities that have a form, without suburbs of the primary city.

    Parameters
    ----------
    half_life : float
        As in :func:`reach`.

    Returns
    -------
    DataFrame
        Rows of :func:`cities`, with what :func:`reach` returns.
    """
    within_reach = reach(half_life)
    table = cities().assign(**{str(within_reach.name): within_reach})
    return table[(table["form"] != "primary") & ~table["suburb"]]


def by_form(half_life: float = HALF_LIVES[0]) -> pd.DataFrame:
    """Return medians of access and through traffic by form, in the world and by continent.

    Parameters
    ----------
    half_life : float
        As in :func:`reach`.

    Returns
    -------
    DataFrame
        One row per ``place`` ("World" or a continent) and ``form``, without suburbs of the primary
        city: ``n``, medians of ``access_30``, ``access_60``, of what :func:`reach` returns and of
        ``ratio``, the share ``never`` passed within 10 km, and ``passed_5`` and ``passed_20``, that
        ratio in other zones.
    """
    within_reach = reach(half_life)
    table = cities().assign(**{str(within_reach.name): within_reach}).query("not suburb")
    table = table.assign(
        never=table["through_10"] == 0,
        passed_5=table["through_5"] / table["endpoint"],
        passed_20=table["through_20"] / table["endpoint"],
    )
    world = table.assign(place="World")
    continents = table.assign(place=table["continent"])
    groups = pd.concat([world, continents]).groupby(["place", "form"])
    stored = ["access_30", "access_60"]
    columns = dict.fromkeys([*stored, str(within_reach.name), "ratio", "passed_5", "passed_20"])
    medians = groups[list(columns)].median()
    return medians.join(groups["never"].mean()).assign(n=groups.size()).reset_index()


def results_in_hundredths() -> pd.DataFrame:
    """Return the stored regressions with what is in logarithms in hundredths.

    Returns
    -------
    DataFrame
        The table ``access-regressions``, coefficients and ends of intervals times one hundred:
        points of growth a year, and about per cent of output.
    """
    table = load("access-regressions")
    log_columns = ["coef", "low", "high", "spatial_low", "spatial_high"]
    return table.assign(**(table[log_columns] * 100))


@computed_once
def link_minutes() -> pd.DataFrame:
    """Return the minutes of each named link, printed or assumed.

    Returns
    -------
    DataFrame
        By ``link``: ``km`` by great circle, ``road`` minutes at the declared speed (missing beyond
        600 km); ``before`` and ``after`` from station to station, ``start`` and ``door`` from door
        to door. Where nothing is printed, minutes by road halve; to Surabaya a train runs at the
        speed printed for Bandung. Geelong's trips to stations count before, too: both are trains.
    """
    listed: Any = load("cities").set_index("geonameid")
    vectors = pd.DataFrame(unit_vectors(listed["lat"], listed["lon"]), listed.index)
    by_road = pairs(listed.index).set_index(["geonameid_a", "geonameid_b"])["minutes"]
    rows: dict[str, Minutes] = {}
    for name, link in CASES.items():
        first, second = vectors.loc[[link.first, link.second]].to_numpy()
        km = float(kilometres(first, second))
        ends = (min(link[:2]), max(link[:2]))
        road = by_road.get(ends, np.nan)
        if name == EXTENSION:
            rows[name] = _extended(km, road, km_of_first_line=rows[FIRST_LINE][0])
        elif link.printed:
            rows[name] = _as_printed(km, road, link.printed)
        else:
            rows[name] = (km, road, road, road / 2, road, road / 2 + _minutes_to_stations())
    names = ["km", "road", "before", "after", "start", "door"]
    return pd.DataFrame(rows, names).T.rename_axis("link")


def _printed() -> "pd.Series[float]":
    """Return the numbers that sources print, by their id."""
    return load("printed").set_index("number")["value"]


def _minutes_to_stations() -> float:
    """Return the minutes to and from stations that are printed for Bandung."""
    printed = _printed()
    return float(printed["c07-door"] - printed["c07-after"])


def _as_printed(km: float, road: float, case: str) -> Minutes:
    """Return the minutes of a link that a source prints."""
    before = _printed()[f"{case}-before"]
    after = _printed()[f"{case}-after"]
    feeder = _minutes_to_stations()
    # To Geelong a train runs already, so that the way to stations counts before, too.
    start = before + feeder if case == GEELONG else before
    return km, road, before, after, start, after + feeder


def _extended(km: float, road: float, *, km_of_first_line: float) -> Minutes:
    """Return the minutes of the line to Surabaya, which is assumed as fast as its first part."""
    after = _printed()[f"{CASES[EXTENSION].printed}-after"] * km / km_of_first_line
    return km, road, np.nan, after, np.nan, after + _minutes_to_stations()


@computed_once
def effects() -> pd.DataFrame:
    """Return what each named link would do under imported parameters: an illustration.

    All minutes of a country are stretched so that the link takes what it takes before. The line to
    Surabaya comes after that to Bandung.

    Returns
    -------
    DataFrame
        One row per ``link``, ``trip`` ("stations" or "doors"), ``half_life`` and ``elasticity``:
        change of output of the ``first`` and the ``second`` city, ``mean`` over the people of all
        cities of the country, and ``behind``, the share of them in cities that gain less.
    """
    listed = load("cities").query("kind == 'city'").set_index("geonameid")
    rows: list[dict[str, Any]] = []
    for (name, link), trip in product(CASES.items(), TRIPS):
        country = listed["country"][link.first]
        people = listed.loc[listed["country"] == country, "population"].astype(float)
        times = _minutes_before(name, trip, people.index)
        for half_life, elasticity in product(*IMPORTED_PARAMETERS):
            gains = connectivity.link_effect(
                times,
                people,
                link.first,
                link.second,
                link_minutes()[TRIPS[trip][1]][name],
                half_life=half_life,
                elasticity=elasticity,
                own_time=0,
            )["output"]
            mean = np.average(gains, weights=people)
            rows.append(
                {
                    "link": name,
                    "trip": trip,
                    "half_life": half_life,
                    "elasticity": elasticity,
                    "first": gains[link.first],
                    "second": gains[link.second],
                    "mean": mean,
                    "behind": people[gains < mean].sum() / people.sum(),
                }
            )
    return pd.DataFrame(rows)


def _minutes_before(name: str, trip: str, geonameids: "pd.Index[Any]") -> pd.DataFrame:
    """Return a square table of minutes in a country before a link is open."""
    minutes = link_minutes()
    before, after = TRIPS[trip]
    stretched = FIRST_LINE if name == EXTENSION else name
    one_way = pairs(geonameids).pivot(index="geonameid_a", columns="geonameid_b", values="minutes")
    one_way = one_way.reindex(index=geonameids, columns=geonameids).fillna(np.inf)
    table: pd.DataFrame = (
        np.minimum(one_way, one_way.T) * minutes[before][stretched] / minutes["road"][stretched]
    )
    if name == EXTENSION:
        first_line = CASES[FIRST_LINE]
        opened = minutes[after][FIRST_LINE]
        return connectivity.add_link(table, first_line.first, first_line.second, opened)
    return table


def effect_ranges() -> pd.DataFrame:
    """Return the range of :func:`effects` over all imported parameters.

    Returns
    -------
    DataFrame
        By ``link`` and ``trip``: columns ``first``, ``second``, ``mean`` and ``behind``, each with
        its ``min`` and ``max``.
    """
    groups = effects().groupby(["link", "trip"], sort=False)
    return groups[["first", "second", "mean", "behind"]].agg(["min", "max"])


def answers() -> list[Answer]:
    """Return what external factors explain (A5) and what can be said of two named links."""
    minutes = link_minutes()
    jakarta = minutes.loc[FIRST_LINE]
    km = pd.Series({"by road": jakarta["road"] * KMH / 60, "great circle": jakarta["km"]})
    studies = single(_dollars_of_studies(), "price of the studies")
    return [
        _beyond_internal_factors("A5a", "growth"),
        _beyond_internal_factors("A5b", "output"),
        Answer("C06a", studies, "arithmetic on the printed figures", CASES_EXHIBIT),
        Answer("C07a", km, "road-distances, cities", CASES_EXHIBIT),
        Answer("C06b", minutes.loc[["Melbourne-Geelong"], "road"], "road-distances", CASES_EXHIBIT),
        Answer("C07b", minutes.loc[["Jakarta-Bandung"], "road"], "road-distances", CASES_EXHIBIT),
    ]


def _beyond_internal_factors(figure: str, outcome: str) -> Answer:
    """Answer with the partial R2 of external factors, in every sample that keeps the zone."""
    table = load("access-regressions").query("model == @MODEL and outcome == @outcome")
    # Every term of a regression has the same partial R2; other zones were declared not to judge.
    samples = table.drop_duplicates("sample").query("not sample.str.startswith('zone')")
    by_sample = samples.set_index("sample")
    return Answer(
        figure,
        by_sample["partial"],
        "access-regressions",
        "tab-partial",
        lows=by_sample["partial_low"].clip(upper=by_sample["partial"]),
        highs=by_sample["partial_high"].clip(lower=by_sample["partial"]),
        covered=people_of_regions() if outcome == "output" else None,
    )


def people_of_regions(countries: Collection[str] | None = None) -> float:
    """Return the share of the world's people in countries with output and people by region.

    Parameters
    ----------
    countries : collection of str, optional
        ISO alpha-2 codes of those that count; all by default.

    Returns
    -------
    float
    """
    table = gaps.aggregates("gap-joins")[0].query("table == 'regional-output' and units > 0")
    iso3 = table["iso3"].unique()
    if countries is not None:
        codes = load("countries").set_index("iso3")["country"]
        iso3 = iso3[codes[iso3].isin(countries)]
    return float(gaps.world_shares()[iso3].sum())


def _dollars_of_studies() -> float:
    """Return the US dollars for one Australian dollar in the printed price of the studies."""
    printed = _printed()
    return float(printed["c06-studies-usd"] / printed["c06-studies-aud"])
