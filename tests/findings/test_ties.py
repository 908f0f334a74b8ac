"""Ties of cities: known facts of the list of routes, cities of several airports, and the sample."""

import numpy as np
import pandas as pd
import pytest

from scsreport.findings import ties
from scsreport.geometry import kilometres, unit_vectors
from scsreport.tables.datasets import load


@pytest.fixture(scope="module")
def measured():
    return ties.measures()


@pytest.fixture(scope="module")
def airports():
    return ties.airport_degrees()


def test_ten_known_facts_of_the_air_routes(airports):
    """As published of the list of June 2014, and as one who knows air traffic expects."""
    destinations = airports["destinations"]
    assert destinations["ATL"] == 217  # Atlanta
    assert destinations["IST"] == 227  # Istanbul
    assert destinations["SIN"] == 125  # Singapore
    most = ["FRA", "CDG", "AMS", "IST", "ATL"]
    assert destinations.nlargest(5).index.to_list() == most
    assert airports["listings"].idxmax() == "ATL"  # most rows of airlines and code shares
    assert destinations["HND"] < destinations["NRT"]  # Haneda was mainly for Japan
    routes = load("air-routes").set_index(["origin", "destination"])
    assert ("BDO", "SIN") in routes.index  # Bandung reached Singapore by itself
    assert ("NBO", "MBA") in routes.index  # Nairobi and Mombasa
    assert ("LHR", "JFK") in routes.index
    assert len(routes) == 37_595


def test_most_routes_go_both_ways():
    routes = load("air-routes")
    back = routes[["destination", "origin"]].set_axis(["origin", "destination"], axis=1)
    both = routes.merge(back)
    assert 0.97 < len(both) / len(routes) <= 1


def test_a_city_of_several_airports_has_the_ties_of_all(measured, airports):
    by_name = measured[measured["size"] == "primary"].set_index("name")
    for name, codes in {"London": ["LHR", "LGW"], "Tokyo": ["HND", "NRT"]}.items():
        degree = by_name.loc[name, "air_degree"]
        assert degree > airports.loc[codes, "destinations"].max() * 0.9
        assert degree < airports.loc[codes, "destinations"].sum()


def test_a_city_counts_its_ties_once_and_abroad_apart(measured):
    for network in ("air", "sister"):
        columns = [f"{network}_{name}" for name in ("domestic", "international")]
        assert (measured[columns].sum(axis=1) == measured[f"{network}_degree"]).all()
        without = measured[f"{network}_degree"] == 0
        assert measured.loc[without, f"{network}_constraint"].isna().all()
        assert (measured.loc[without, f"{network}_betweenness"] == 0).all()


def test_precision_and_recall_of_the_sample():
    found = ties.match_quality()
    assert found["checked"].sum() == 100
    assert (found["precision"] >= 0.95).all()
    assert (found["recall"] >= 0.95).all()
    assert found.loc["airports", "wrong"] == 1


def test_a_wrong_match_and_a_missed_city_lower_the_quality(monkeypatch):
    checked = load("match-check")
    first_named = checked.query("list == 'places' and rule == 'named'").index[0]
    first_without = checked.query("list == 'places' and rule == 'none'").index[0]
    worse = checked.assign(
        right=checked["right"].where(~checked.index.isin([first_named, first_without]), False)
    )
    real = load
    monkeypatch.setattr(ties, "load", lambda name: worse if name == "match-check" else real(name))
    found = ties.match_quality().loc["places"]
    assert found["precision"] == pytest.approx(1 - (1 / 25) * 1816 / 1822, abs=2e-3)
    assert found["recall"] < 0.95


def test_coverage_is_of_the_lists(measured):
    covered = ties.coverage()
    shares = covered[["air", "sister"]]
    assert shares.min().ge(0).all() and shares.max().le(1).all()
    assert covered.loc["DE", "sister"] > covered.loc["KE", "sister"]
    assert covered["cities"].sum() == len(measured)
    assert np.isfinite(covered.loc["US", "air"])
    assert isinstance(covered, pd.DataFrame)


def test_routes_counted_by_distance_are_those_of_the_airports_near():
    """Bandung, by hand: its airport, and those within 60 km of its middle."""
    bandung = ties.cities().loc[1650357]
    airports = load("route-airports").dropna(subset="lat").set_index("iata")
    points = unit_vectors(airports["lat"], airports["lon"])
    km = kilometres(unit_vectors(bandung["lat"], bandung["lon"]), points)
    routes = load("air-routes")
    served = load("airport-cities").set_index("iata")["geonameid"]
    for reach in (30, 60):
        near = airports.index[km <= reach]
        there = routes["destination"][routes["origin"].isin(near)]
        back = routes["origin"][routes["destination"].isin(near)]
        led = set(served[served.index.isin({*there, *back})]) & set(ties.cities().index)
        assert ties.credited(reach).loc[1650357, "degree"] == len(led - {1650357})


def test_routes_abroad_are_some_of_all():
    near, far = ties.credited(30), ties.credited(60)
    assert (near["international"] <= near["degree"]).all()
    assert (near["degree"] <= far["degree"]).all()
    assert near.index.equals(ties.cities().index)
