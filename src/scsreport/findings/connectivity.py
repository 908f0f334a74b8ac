"""What connectivity adds: access and through traffic of cities, and worked examples of links.

Loads, calls :mod:`scsreport.connectivity`, hands over. All minutes are km by road at one declared
speed, the same everywhere, between cities of one country; masses are people of GeoNames, and no
city counts its own. What access goes with, growth of cities and output of regions, is stored as
the results of regressions: the files behind them may not be.
"""

from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from scsreport import connectivity
from scsreport.findings import forms, functions
from scsreport.findings.answer import Answer, single
from scsreport.geometry import kilometres, unit_vectors
from scsreport.tables.datasets import load

KMH = 60.0  # door to door, ours; one for all, since a speed that rises with income would rig it
HALF_LIVES, ZONES = (30, 60), (5, 10, 20)  # minutes; km by road around a centre
CASES = {
    "Melbourne-Geelong": (2158177, 2165798, "c06"),
    "Sydney-Newcastle": (2147714, 2155472, ""),
    "Brisbane-Sunshine Coast": (2174003, 10630449, ""),
    "Brisbane-Toowoomba": (2174003, 2146268, ""),
    "Jakarta-Bandung": (1642911, 1650357, "c07"),
    "Bandung-Surabaya": (1650357, 1625822, "c07"),
}
"""Named links: two cities, and which printed minutes they have; the others halve as Geelong's."""
LINKS = "tab-connectivity-links"
EXTENSION, MODEL = "Bandung-Surabaya", "access and through traffic"
TRIPS = {"stations": ("before", "after"), "doors": ("start", "door")}
KEYS = ["outcome", "sample", "model"]
IMPORTED = ((15, 30, 60), (0.08, 0.125))
"""Half-lives, and elasticities of Jedwab and Storeygard and of Ahlfeldt and Feddersen."""


def pairs(of: "pd.Index[Any]") -> pd.DataFrame:
    """Return minutes by road between cities of one country.

    Parameters
    ----------
    of : Index
        GeoNames ids of cities.

    Returns
    -------
    DataFrame
        Each pair once, for :mod:`scsreport.connectivity`.
    """
    country, table = load("cities").set_index("geonameid")["country"], load("road-distances")
    a, b = table["geonameid_a"], table["geonameid_b"]
    inside = a.isin(of) & b.isin(of) & (country[a].to_numpy() == country[b].to_numpy())
    return connectivity.travel_times(table[inside], kmh=KMH)


@cache
def cities() -> pd.DataFrame:
    """Return every city near a road with its access and through traffic, functions and form.

    Returns
    -------
    DataFrame
        By ``geonameid``: columns of ``city-access`` and ``cities``; ``form`` ("primary" where it
        has none); ``suburb`` of the primary city; ``regional_capital`` and the flags of
        :data:`scsreport.findings.functions.NEAR_KM`; ``ratio`` of through traffic to own trips, within
        10 km.
    """
    table = load("city-access").set_index("geonameid").join(load("cities").set_index("geonameid"))
    table = table.join(functions.functions()[["regional_capital", "airport", "port", "coast"]])
    form = forms.cities()["type"].reindex(table.index).fillna("primary")
    suburb = table["in_primary_footprint"] & ~table["is_primary"]
    return table.assign(form=form, suburb=suburb, ratio=table["through_10"] / table["endpoint"])


def by_form() -> pd.DataFrame:
    """Return medians of access and through traffic by form, in the world and by continent.

    Returns
    -------
    DataFrame
        One row per ``place`` ("World" or a continent) and ``form``, without suburbs of the primary
        city: ``n``, medians of ``access_30``, ``access_60`` and ``ratio``, the share ``never``
        passed within 10 km, and ``passed_5`` and ``passed_20``, that ratio in other zones.
    """
    table = cities()[~cities()["suburb"]]
    table = table.assign(never=table["through_10"] == 0)
    for km in ZONES[::2]:
        table[f"passed_{km}"] = table[f"through_{km}"] / table["endpoint"]
    every = pd.concat([table.assign(place="World"), table.assign(place=table["continent"])])
    names = ["access_30", "access_60", "ratio", *[f"passed_{km}" for km in ZONES[::2]]]
    of = every.groupby(["place", "form"])
    return of[names].median().join(of["never"].mean()).assign(n=of.size()).reset_index()


@cache
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
    printed: Any = load("printed").set_index("number")["value"]
    listed: Any = load("cities").set_index("geonameid")
    place = pd.DataFrame(unit_vectors(listed["lat"], listed["lon"]), listed.index)
    by_road = pairs(listed.index).set_index(["geonameid_a", "geonameid_b"])["minutes"]
    feeder = printed["c07-door"] - printed["c07-after"]
    rows: dict[str, tuple[float, ...]] = {}
    for name, (a, b, case) in CASES.items():
        km = float(kilometres(*place.loc[[a, b]].to_numpy()))
        road = before = start = by_road.get((min(a, b), max(a, b)), np.nan)
        after = road / 2
        if case:
            before = start = printed[f"{case}-before"]
            after = printed[f"{case}-after"]
        if case == "c06":
            start = before + feeder
        if name == EXTENSION:
            before, start, after = np.nan, np.nan, after * km / rows["Jakarta-Bandung"][0]
        rows[name] = (km, road, before, after, start, after + feeder)
    names = ["km", "road", "before", "after", "start", "door"]
    return pd.DataFrame(rows, names).T.rename_axis("link")


@cache
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
    listed, minutes, rows = load("cities").query("kind == 'city'"), link_minutes(), []
    home: Any = listed.set_index("geonameid")["country"]
    for (name, (a, b, _)), trip in product(CASES.items(), TRIPS):
        base = name if name != EXTENSION else "Jakarta-Bandung"
        own: Any = listed[listed["country"] == home[a]].set_index("geonameid")
        mass, times = own["population"].astype(float), pairs(own.index)
        table = times.pivot(index="geonameid_a", columns="geonameid_b", values="minutes")
        table = table.reindex(index=own.index, columns=own.index).fillna(np.inf)
        table = np.minimum(table, table.T) * minutes[TRIPS[trip][0]][base] / minutes["road"][base]
        if base != name:
            table = connectivity.add_link(table, *CASES[base][:2], minutes[TRIPS[trip][1]][base])
        for half_life, elasticity in product(*IMPORTED):
            found = connectivity.link_effect(
                table,
                mass,
                a,
                b,
                minutes[TRIPS[trip][1]][name],
                half_life=half_life,
                elasticity=elasticity,
                own_time=0,
            )["output"]
            mean = np.average(found, weights=mass)
            behind = mass[found < mean].sum() / mass.sum()
            rows.append((name, trip, half_life, elasticity, found[a], found[b], mean, behind))
    names = ["link", "trip", "half_life", "elasticity", "first", "second", "mean", "behind"]
    return pd.DataFrame(rows, columns=names)


def answers() -> list[Answer]:
    """Return what external factors explain (A5) and what can be said of two named links."""
    minutes = link_minutes()
    jakarta = minutes.loc["Jakarta-Bandung"]
    km = pd.Series({"by road": jakarta["road"] * KMH / 60, "great circle": jakarta["km"]})
    arithmetic = "arithmetic on the printed figures"
    return [
        _beyond_internal_factors("A5a", "growth"),
        _beyond_internal_factors("A5b", "output"),
        Answer("C06a", single(_dollars_of_studies(), "price of the studies"), arithmetic, LINKS),
        Answer("C07a", km, "road-distances, cities", LINKS),
        Answer("C06b", minutes.loc[["Melbourne-Geelong"], "road"], "road-distances", LINKS),
        Answer("C07b", minutes.loc[["Jakarta-Bandung"], "road"], "road-distances", LINKS),
    ]


def _beyond_internal_factors(figure: str, outcome: str) -> Answer:
    """Answer with the partial R2 of external factors, in every sample that keeps the zone."""
    table = load("access-regressions").query("model == @MODEL and outcome == @outcome")
    samples: Any = table.drop_duplicates("sample").set_index("sample")
    samples = samples[~samples.index.str.startswith("zone")]
    low, high = samples.iloc[0][["partial_low", "partial_high"]].astype(float)
    return Answer(
        figure, samples["partial"], "access-regressions", "tab-partial", interval=(low, high)
    )


def _dollars_of_studies() -> float:
    """Return the US dollars for one Australian dollar in the printed price of the studies."""
    printed = load("printed").set_index("number")["value"]
    return float(printed["c06-studies-usd"] / printed["c06-studies-aud"])
