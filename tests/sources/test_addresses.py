"""Addresses by city: whose they are, and where the cap binds."""

import numpy as np
import pandas as pd
import pytest

from scsreport.sources import addresses
from scsreport.tables.datasets import load

CITY, BOROUGH, SUBURB, ABROAD = 1, 2, 3, 4


@pytest.fixture
def places():
    return pd.DataFrame(
        {
            "geonameid": [CITY, BOROUGH, SUBURB, ABROAD],
            "country": ["FR", "FR", "FR", "DE"],
            "lat": [48.0, 48.05, 48.15, 48.0],
            "lon": [7.0, 7.0, 7.0, 7.05],
            "part_of": pd.array([None, CITY, None, None], "Int64"),
        }
    )


@pytest.fixture
def cities():
    return pd.DataFrame(
        {
            "geonameid": [ABROAD, CITY, BOROUGH],
            "country": ["DE", "FR", "FR"],
            "population": [100_000, 200_000, 100_000],
            "kind": ["city", "city", "borough"],
        }
    )


def points(*rows):
    return pd.DataFrame(rows, columns=["country", "lat", "lon", "addresses"])


def test_addresses_count_to_the_nearest_place_of_their_country(places, cities):
    listed = points(
        ("FR", 48.00, 7.03, 10),  # nearer to the city abroad
        ("FR", 48.06, 7.00, 200),  # of the borough
        ("FR", 48.15, 7.00, 4000),  # of a suburb of its own
        ("FR", 47.80, 7.00, 50_000),  # 22 km away
        ("CH", 48.00, 7.00, 600_000),  # of no country here
    )
    made = addresses.of_cities(listed, places, cities)
    assert made["geonameid"].to_list() == [CITY, ABROAD]
    assert made["addresses"].to_list() == [210, 0]
    assert made["per_thousand"].to_list() == [1.05, 0]


def test_a_city_far_beyond_the_median_of_its_country_is_capped():
    ids = np.arange(1, 6)
    at = {"country": "FR", "lat": np.arange(5.0), "lon": 0.0}
    places = pd.DataFrame({"geonameid": ids, **at, "part_of": pd.array([None] * 5, "Int64")})
    cities = pd.DataFrame({"geonameid": ids, "country": "FR", "population": 1000, "kind": "city"})
    # Of those with an address the median is 20; a city without one does not lower it.
    listed = pd.DataFrame({**at, "addresses": [10, 20, 20, 201, 0]})
    made = addresses.of_cities(listed, places, cities)
    assert made["capped"].to_list() == [False, False, False, True, False]
    assert made["capped_per_thousand"].to_list() == [10, 20, 20, 200, 0]
    assert made["rank"].to_list() == [0.4, 0.7, 0.7, 1.0, 0.2]


def test_known_cities_and_known_outliers():
    cities = load("cities").merge(load("city-addresses"), on="geonameid", validate="one_to_one")
    assert len(cities) == (load("cities")["kind"] == "city").sum()
    named = cities.set_index(["country", "name"])
    assert named.loc[("KE", "Kisumu"), "addresses"] == 64_568
    assert named.loc[("DE", "Frankfurt am Main"), "capped"]  # where Europe's networks meet
    assert (cities["capped_per_thousand"] <= cities["per_thousand"]).all()
    assert (cities.query("capped")["rank"] > 0.5).all()
