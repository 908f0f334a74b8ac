"""Ties of the book's cities, air routes of 2014 and sister cities, and what the lists cover.

A city is one that counts without suburbs: no twin, no borough, no suburb in the footprint of the
primary city. An airport of several cities counts to each of them, several airports of a city count
together. What the measures are is said in :mod:`scsreport.networks`.
"""

# scipy carries no types
# mypy: disable-error-code="no-untyped-call"

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from scsreport import networks
from scsreport.findings import functions
from scsreport.geometry import km_to_chord, unit_vectors
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "AIR_YEAR",
    "SISTER_YEAR",
    "air",
    "airport_degrees",
    "by_country",
    "cities",
    "counts",
    "coverage",
    "credited",
    "match_quality",
    "measures",
    "sisters",
]

AIR_YEAR = 2014
SISTER_YEAR = 2022
"""Years of the two lists, to be said beside whatever is made of them."""

FOUND = ["named", "shared", "near"]  # rules by which a city was found; "none" is the other one


@computed_once
def cities() -> pd.DataFrame:
    """Return the cities between which ties are looked at.

    Returns
    -------
    DataFrame
        By ``geonameid``: ``name``, ``country``, ``continent``, ``lat``, ``lon``, ``population``;
        ``size`` (primary, secondary by rule D7, larger or smaller); ``form`` (primary, hub, cluster
        or corridor), ``system`` and ``km_larger`` to the nearest larger city, missing where it was
        not typed.
    """
    size = functions.flags_of_cities()["size"]
    listed = load("cities").set_index("geonameid").loc[size.index]
    typed = load("city-forms").set_index("geonameid")[["type", "system", "km_larger"]]
    columns = ["name", "country", "continent", "lat", "lon", "population"]
    table = listed[columns].assign(size=size).join(typed).rename(columns={"type": "form"})
    return table.assign(form=table["form"].mask(table["size"] == "primary", "primary"))


@computed_once
def air() -> networks.Graph:
    """Return the air routes between cities in 2014; a tie is as strong as airlines list it.

    Returns
    -------
    Graph
        All of :func:`cities`, those without a route too. The strength sums airlines over both
        directions and all airports; where others only sell it, a route counts as one airline.
    """
    served = load("airport-cities")[["iata", "geonameid"]]
    served = served[served["geonameid"].isin(cities().index)]
    routes = load("air-routes")
    routes = routes.merge(served.rename(columns={"iata": "origin", "geonameid": "a"}))
    routes = routes.merge(served.rename(columns={"iata": "destination", "geonameid": "b"}))
    ties = routes[["a", "b"]].assign(airlines=routes["airlines"].clip(lower=1))
    return networks.graph(ties, weight="airlines", cities=list(cities().index))


@computed_once
def sisters() -> networks.Graph:
    """Return the ties of sister cities, by Wikidata in January 2022.

    Returns
    -------
    Graph
        All of :func:`cities`, those without a tie too. Ties to smaller places are left out.
    """
    city = load("sister-cities").set_index("wikidata")["geonameid"]
    city = city[city.isin(cities().index)]
    ties = load("sister-ties").apply(lambda end: end.map(city)).dropna().astype("int64")
    return networks.graph(ties, cities=list(cities().index))


@computed_once
def measures() -> pd.DataFrame:
    """Measure every city's place in both networks.

    Returns
    -------
    DataFrame
        By ``geonameid``, columns of :func:`cities` and, beginning with ``air_`` and ``sister_``,
        those of :func:`scsreport.networks.ties` and :func:`scsreport.networks.without_primary`,
        ``reach``, ``betweenness``, ``constraint`` and ``core``.
    """
    table = cities()
    parts = [_measured(graph, table).add_prefix(f"{name}_") for name, graph in _graphs().items()]
    return pd.concat([table, *parts], axis=1)


@computed_once
def counts() -> pd.DataFrame:
    """Count the ties of every city.

    Returns
    -------
    DataFrame
        By ``geonameid`` of :func:`cities`: ``air_routes``, ``air_routes_abroad``,
        ``sister_cities`` and ``sister_cities_abroad``.
    """
    country = cities()["country"]
    named = {"air": "air_routes", "sister": "sister_cities"}
    counted = {}
    for name, graph in _graphs().items():
        found = networks.ties(graph, country).astype(int)
        counted[named[name]] = found["degree"]
        counted[f"{named[name]}_abroad"] = found["international"]
    return pd.DataFrame(counted)


@computed_once
def credited(km: float) -> pd.DataFrame:
    """Count air routes where each counts to all cities near its airport, whatever its name.

    Where they lead is as in :func:`air`: the city whose airport is at the other end.

    Parameters
    ----------
    km : float
        How near an airport must be, on either side of a border.

    Returns
    -------
    DataFrame
        By ``geonameid`` of :func:`cities`: ``degree``, the other cities that routes from these
        airports lead to, and ``international``, those in other countries.
    """
    served = load("airport-cities")[["iata", "geonameid"]]
    served = served[served["geonameid"].isin(cities().index)]
    routes = load("air-routes")[["origin", "destination"]]
    both_ways = pd.concat([routes, routes.set_axis(["destination", "origin"], axis=1)])
    led = both_ways.merge(served.set_axis(["destination", "partner"], axis=1))
    ties = _near_airports(km).merge(led[["origin", "partner"]].drop_duplicates())
    ties = ties.query("city != partner").drop_duplicates(["city", "partner"])
    country = cities()["country"]
    abroad = ties["city"].map(country) != ties["partner"].map(country)
    counted = abroad.groupby(ties["city"]).agg(["size", "sum"])
    counted = counted.reindex(cities().index, fill_value=0).astype(int)
    return counted.set_axis(["degree", "international"], axis=1)


def _near_airports(km: float) -> pd.DataFrame:
    """Return every pair of a ``city`` and an airport with routes, ``origin``, that are near."""
    airports = load("route-airports").dropna(subset="lat")
    table = cities()
    of_cities, of_airports = (
        KDTree(unit_vectors(rows["lat"], rows["lon"])) for rows in (table, airports)
    )
    near = of_cities.sparse_distance_matrix(of_airports, km_to_chord(km), output_type="ndarray")
    return pd.DataFrame(
        {
            "city": table.index.to_numpy()[near["i"]],
            "origin": airports["iata"].to_numpy()[near["j"]],
        }
    )


def _graphs() -> dict[str, networks.Graph]:
    return {"air": air(), "sister": sisters()}


def _measured(graph: networks.Graph, table: pd.DataFrame) -> pd.DataFrame:
    country, primary = table["country"], table["size"] == "primary"
    return networks.ties(graph, country).assign(
        **networks.without_primary(graph, country, primary),
        reach=networks.reach(graph),
        betweenness=networks.betweenness(graph),
        constraint=networks.constraint(graph),
        core=networks.core_numbers(graph),
    )


def airport_degrees() -> pd.DataFrame:
    """Count what the list of routes holds of each airport.

    Returns
    -------
    DataFrame
        By IATA code: ``destinations`` to which some airline lists a route, ``flown`` of them by an
        airline itself, and ``listings``, rows of an airline and a destination, code shares too.
    """
    routes = load("air-routes")
    rows = routes.assign(
        flown=routes["airlines"] > 0, listings=routes["airlines"] + routes["code_shares"]
    )
    by_airport = rows.groupby("origin")
    counted = by_airport[["flown", "listings"]].sum()
    return counted.assign(destinations=by_airport.size())[["destinations", "flown", "listings"]]


@computed_once
def coverage() -> pd.DataFrame:
    """Tell how much of each country the two lists cover.

    Returns
    -------
    DataFrame
        By country: ``airports`` with scheduled service in another, later list, and the share of
        them that the list of routes knows (``air``); ``cities``, and the share of them with a
        sister city (``sister``). A missing airport may have opened since; a city without a sister
        may have none.
    """
    scheduled = load("airports").query("scheduled").dropna(subset="iata")
    known = scheduled["iata"].isin(load("route-airports")["iata"])
    airports = known.groupby(scheduled["country"]).agg(["size", "mean"])
    has_sister = counts()["sister_cities"] > 0
    tied = has_sister.groupby(cities()["country"]).agg(["size", "mean"])
    columns = {"size": "airports", "mean": "air"}
    of_cities = tied.rename(columns={"size": "cities", "mean": "sister"})
    return of_cities.join(airports.rename(columns=columns)).rename_axis("country")


def by_country() -> pd.DataFrame:
    """Tell the ties of the secondary cities of each country.

    Returns
    -------
    DataFrame
        By ``country``: ``secondary`` cities by rule D7; ``routed``, those with an air route, and
        ``routed_abroad``; ``without``, the mean share of the cities abroad that these reach, over
        one route or two, without the largest city of the country, missing where they reach none;
        of all its cities how many are tied as sisters (``sister_tied``); and :func:`coverage`.
    """
    table = cities()
    country, primary = table["country"], table["size"] == "primary"
    reached = networks.without_primary(air(), country, primary)["share_without"]
    second = table["size"] == "secondary"
    counted = counts()
    flags = pd.DataFrame(
        {
            "secondary": second,
            "routed": second & (counted["air_routes"] > 0),
            "routed_abroad": second & (counted["air_routes_abroad"] > 0),
            "sister_tied": counted["sister_cities"] > 0,
        }
    )
    found = flags.groupby(country).sum()
    found["without"] = reached.where(second).groupby(country).mean()
    return found.join(coverage())


def match_quality() -> pd.DataFrame:
    """Judge the matching of airports and places to cities by the sample checked by hand.

    Returns
    -------
    DataFrame
        By list (airports, places): ``precision``, the share of matches that are right, and
        ``recall``, the share of the cities' airports or places that are matched, each rule weighing
        as many rows as it has in the list; ``checked``, rows of the sample; ``wrong``, those judged
        to be.
    """
    checked = load("match-check")
    right = checked.pivot_table(index="list", columns="rule", values="right", aggfunc="mean")
    weight = _rows_by_rule()
    found = (right * weight)[FOUND].sum(axis=1)
    missed = (1 - right["none"]) * weight["none"]
    rows = checked.groupby("list")["right"].agg(["size", "sum"])
    return pd.DataFrame(
        {
            "precision": found / weight[FOUND].sum(axis=1),
            "recall": found / (found + missed),
            "checked": rows["size"],
            "wrong": rows["size"] - rows["sum"],
        }
    )


def _rows_by_rule() -> pd.DataFrame:
    """Count the rows of both lists by the rule by which their city was found."""
    airports, places = load("airport-cities"), load("sister-cities")
    placed = load("route-airports").dropna(subset="lat")
    without = {
        "airports": np.sum(~placed["iata"].isin(airports["iata"])),
        "places": np.sum(~load("sister-places")["wikidata"].isin(places["wikidata"])),
    }
    counts = {
        "airports": airports["rule"].value_counts(),
        "places": places["rule"].value_counts(),
    }
    table = pd.DataFrame(counts).T.reindex(columns=FOUND).fillna(0)
    return table.assign(none=pd.Series(without))
