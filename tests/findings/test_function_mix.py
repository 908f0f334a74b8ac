"""Mixes of functions of cities, and their internet addresses by head."""

import pytest

from scsreport.findings import function_mix, ties
from scsreport.tables.datasets import load

CAN_THO = 1586203


def test_profiles_are_of_every_city_with_a_function():
    found = function_mix.profiles()
    assert found.index.equals(ties.cities().index)
    assert found["diversity"].dropna().between(1, 5 + 1e-9).all()
    country = ties.cities()["country"]
    lone = country.map(country.value_counts()) == 1
    assert found.loc[lone].filter(like="lq_").stack().dropna().to_numpy() == pytest.approx(1)


def test_a_city_with_one_function_is_worth_one():
    """Yên Bái: a regional capital without a port, a railway near, a route or a sister city."""
    city = function_mix.profiles().loc[1560349]
    assert city["diversity"] == pytest.approx(1)
    assert city["lq_regional_capital"] == pytest.approx(5)


def test_addresses_are_compared_within_the_country():
    found = function_mix.addresses()
    country = load("cities").set_index("geonameid")["country"]
    others = found[country.reindex(found.index) == "VN"].drop(CAN_THO)["addresses_per_thousand"]
    own = found.loc[CAN_THO, "addresses_per_thousand"]
    assert found.loc[CAN_THO, "addresses_above"] == pytest.approx((others < own).mean(), abs=1e-3)


def test_outliers_are_not_compared():
    found = function_mix.addresses()
    assert found.loc[found["addresses_outlier"], "addresses_above"].isna().all()
    assert found["addresses_above"].dropna().between(0, 1).all()
    assert found["addresses_outlier"].any()
