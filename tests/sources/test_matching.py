"""Matches of airports and places to cities: known ones, one name twice, a checked sample."""

import pandas as pd
import pytest

from scsreport.sources import matching
from scsreport.tables import datasets


@pytest.fixture(scope="module")
def cities():
    return datasets.load("cities")


@pytest.fixture(scope="module")
def made(cities):
    return matching.tables(cities, datasets.load("city-names"))


def served(made, cities, *codes):
    names = cities.set_index("geonameid")["name"]
    rows = made["airport-cities"].query("iata in @codes")
    return set(rows["geonameid"].map(names))


def test_stored_matches_are_those_that_are_made_today(made):
    for name, table in made.items():
        stored = datasets.load(name)
        pd.testing.assert_frame_equal(stored, table, check_dtype=False)


@pytest.mark.parametrize(
    ("codes", "names"),
    [
        (["HND", "NRT"], {"Tokyo"}),
        (["LHR", "LGW", "STN", "LCY"], {"London"}),
        (["LTN"], {"London", "Luton"}),
        (["JFK", "LGA", "EWR"], {"New York City"}),
        (["MXP", "LIN"], {"Milan"}),
        (["CGN"], {"Köln", "Bonn"}),
        (["RDU"], {"Raleigh", "Durham"}),
        (["DFW"], {"Dallas", "Fort Worth"}),
        (["BSL"], {"Basel", "Mulhouse", "Freiburg"}),
        (["DXB"], {"Dubai"}),
        (["RVN"], set()),
    ],
)
def test_airports_of_one_and_of_several_cities(made, cities, codes, names):
    assert served(made, cities, *codes) == names


def test_places_of_one_name_are_told_apart(made, cities):
    country = cities.set_index("geonameid")["country"]
    airports = made["airport-cities"].set_index("iata")["geonameid"].map(country)
    assert (airports["YXU"], airports["LCY"]) == ("CA", "GB")  # London
    assert (airports["SJO"], airports["SJC"]) == ("CR", "US")  # San José
    places = made["sister-cities"].set_index("wikidata")["geonameid"].map(country)
    assert (places["Q84"], places["Q1492"]) == ("GB", "ES")
    richmond = made["sister-cities"].query("wikidata == 'Q43421'")["geonameid"]
    assert richmond.to_list() == [4781708]  # of Virginia, not of California


def test_a_suburb_of_the_primary_city_is_that_city(cities):
    whole = matching.whole_cities(cities)
    newark = cities.query("name == 'Newark' and country == 'US'")["geonameid"].iloc[0]
    new_york = cities.query("name == 'New York City'")["geonameid"].iloc[0]
    assert whole[newark] == new_york
    assert whole[new_york] == new_york
    assert set(cities.set_index("geonameid").loc[whole.unique(), "kind"]) == {"city"}


def test_the_checked_sample_is_of_today_s_matches(made):
    checked = datasets.load("match-check")
    assert len(checked) == 100
    keys = {"airports": ("airport-cities", "iata"), "places": ("sister-cities", "wikidata")}
    for kind, rows in checked.groupby("list"):
        table, key = keys[kind]
        of_today = made[table].rename(columns={key: "code"})
        without = rows[rows["rule"] == "none"]
        assert not without["code"].isin(of_today["code"]).any()
        found = rows[rows["rule"] != "none"]
        same = found.merge(of_today, on=["code", "geonameid", "rule"])
        assert len(same) == len(found)
