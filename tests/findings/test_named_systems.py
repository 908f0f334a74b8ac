"""Ties of the systems that the cases name."""

import pandas as pd
import pytest

from scsreport.findings import cases, named_systems, ties
from scsreport.tables.datasets import load


@pytest.fixture(scope="module")
def systems():
    return named_systems.systems()


def test_every_case_has_a_row(systems):
    assert list(systems.index) == sorted(cases.READING)
    assert (systems["cities"] <= systems["places"]).all()


def test_ties_inside_are_those_between_members(systems):
    java = {1642911, 1650357, 1625822}
    assert java <= set(ties.cities().index)
    links = ties.air().as_networkx()
    names = ties.air().names
    ends = [{names[a], names[b]} for a, b in links.edges()]
    assert systems.loc["C07", "air_inside"] == sum(pair <= java for pair in ends)


def test_ties_abroad_of_one_city_are_its_own(systems):
    amsterdam = ties.counts().loc[2759794]
    alone = systems.loc["C08"]
    assert alone["cities"] == 1
    assert alone["air_abroad"] == amsterdam["air_routes_abroad"]
    assert pd.isna(alone["air_inside"])


def test_ties_between_members_of_several_countries_are_inside(systems):
    nordic = systems.loc["C10"]
    assert nordic["countries"] == 5
    table = ties.counts().reindex(list(named_systems.NORDIC)).dropna()
    assert len(table) == nordic["cities"]
    assert table["air_routes_abroad"].sum() > nordic["air_abroad"]


def test_suburbs_of_the_largest_city_count_with_it(systems):
    entries = load("cities").set_index("geonameid")
    listed = cases.places().query("case == 'C04'")["place"]
    is_suburb = entries["in_primary_footprint"].reindex(listed) & (listed != cases.SEOUL).to_numpy()
    assert 0 < is_suburb.sum() < len(listed) - 1
    assert systems.loc["C04", "cities"] == (~is_suburb).sum()


def test_members_of_the_nordic_network_are_the_places_named():
    named = load("places").set_index("geonameid").loc[list(named_systems.NORDIC), "name"]
    assert list(named) == [
        *("Copenhagen", "Århus", "Vejle"),
        *("Oslo", "Bergen", "Trondheim", "Stavanger", "Kristiansand", "Tromsø"),
        *("Helsinki", "Tampere", "Oulu"),
        *("Stockholm", "Reykjavík"),
    ]
