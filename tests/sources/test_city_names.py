"""Other names of cities: which are kept, and that readers' words are among them."""

import pandas as pd
import pytest

from scsreport.sources import cities, city_names
from scsreport.tables import datasets

NO_SECOND = pd.DataFrame({"city": [], "key": []}, pd.Index([], dtype="int64"))


def kept(names, printed="Hồ Chí Minh City"):
    listed = pd.DataFrame(
        {"geonameid": [1, 2], "name": [printed, "Gia Định"], "alternatenames": [names, ["Q5"]]}
    )
    places = pd.DataFrame({"geonameid": [1, 2], "kind": ["city", "twin"], "part_of": [None, 1]})
    table = pd.DataFrame({"geonameid": [1], "name": [printed]})
    return city_names.other_names(listed, places, table, NO_SECOND)["name"].tolist()


@pytest.mark.parametrize(
    ("given", "theirs", "expected"),
    [
        ("Kozhikode", "Calicut", ["Calicut"]),
        ("Kalaburagi", "Gulbarga", ["Gulbarga"]),  # as the second source spells it
        ("Caloocan", "Caloocan City", []),
        ("Frankfurt am Main", "Frankfurt", []),
        ("Nashik", "Nāsik", []),
    ],
)
def test_the_second_sources_name_is_marked_where_it_is_another(given, theirs, expected):
    names = ["Gul'barga", "Calicut", "Caloocan City", "Frankfurt", "Nasik"]
    listed = pd.DataFrame({"geonameid": [1], "name": [given], "alternatenames": [names]})
    places = pd.DataFrame({"geonameid": [1], "kind": ["city"], "part_of": [None]})
    table = pd.DataFrame({"geonameid": [1], "name": [given]})
    key = cities.key(pd.Series([theirs]))[0]
    second = pd.DataFrame({"city": [theirs], "key": [key]}, pd.Index([1]))
    found = city_names.other_names(listed, places, table, second)
    assert found.loc[found["in_second_source"], "name"].tolist() == expected


def test_of_names_that_differ_in_accents_and_signs_one_is_kept():
    assert kept(["Sai Gon", "Saigon", "Sài Gòn"]) == ["Gia Định", "Q5", "Sai Gon"]


def test_the_printed_name_is_no_other_name():
    assert kept(["Ho Chi Minh City", "HO CHI MINH CITY"]) == ["Gia Định", "Q5"]


def test_codes_of_airports_and_transliterations_are_no_names():
    assert kept(["SGN", "hw z'y myn syty", "’s-Hertogenbosch", "西貢"]) == [
        "Gia Định",
        "Q5",
        "’s-Hertogenbosch",
        "西貢",
    ]


def test_a_place_below_the_floor_of_the_table_is_left_out():
    listed = pd.DataFrame({"geonameid": [3], "name": ["Town"], "alternatenames": [["Ville"]]})
    places = pd.DataFrame({"geonameid": [3], "kind": ["city"], "part_of": [None]})
    table = pd.DataFrame({"geonameid": [1], "name": ["City"]})
    assert city_names.other_names(listed, places, table, NO_SECOND).empty


@pytest.fixture(scope="module")
def known():
    return datasets.load("city-names")


@pytest.mark.parametrize(
    ("name", "city"),
    [
        ("Saigon", "Ho Chi Minh City"),
        ("Bombay", "Mumbai"),
        ("Peking", "Beijing"),
        ("Kiev", "Kyiv"),
        ("Sankt-Peterburg", "Saint Petersburg"),
        ("Léopoldville", "Kinshasa"),
        ("القاهرة", "Cairo"),
        ("北京", "Beijing"),
        ("Москва", "Moscow"),
    ],
)
def test_old_names_and_those_in_other_scripts_are_in_the_table(known, name, city):
    printed = datasets.load("cities").set_index("geonameid")["name"]
    wanted = cities.key(pd.Series([name]))[0]
    alike = known[known["name"].str[0].str.casefold() == name[0].casefold()]
    found = alike[cities.key(alike["name"]) == wanted]
    assert city in printed[found["geonameid"]].tolist()


def test_no_city_has_a_name_twice(known):
    keys = known.assign(key=cities.key(known["name"]))
    assert not keys.duplicated(["geonameid", "key"]).any()
    assert (keys["key"] != "").all()
    assert set(known["geonameid"]) <= set(datasets.load("cities")["geonameid"])
