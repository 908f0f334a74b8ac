"""People of countries by year, and the unit of a sum that is not theirs."""

import math

import pandas as pd
import pytest

from scsreport.tables.added import sums


def test_between_two_counts_people_grow_evenly(monkeypatch):
    sums.people_of.cache_clear()
    monkeypatch.setattr(sums, "_counts", lambda: {"AAA": pd.Series({2000: 100.0, 2010: 400.0})})
    assert sums.people_of("AAA", 2000) == (100.0, 0)
    assert sums.people_of("AAA", 2005) == (pytest.approx(200.0), 0)
    assert sums.people_of("AAA", 1997) == (100.0, 3)
    assert sums.people_of("AAA", 2014) == (400.0, 4)
    people, years = sums.people_of("BBB", 2000)
    assert math.isnan(people)
    assert years == 0
    sums.people_of.cache_clear()


def test_people_of_a_country_are_about_those_of_its_table():
    people, away = sums.people_of("VNM", 2015)
    assert 85e6 < people < 100e6
    assert away == 0


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (1.0, "shares of the country"),
        (100.0, "per cent of the country"),
        (90_500, "in thousands"),
        (91.0, "in millions"),
        (92e9, "1,000 times too many"),
        (60e6, ""),
        (200e6, ""),
    ],
)
def test_the_unit_of_a_sum_is_told(found, words):
    assert sums.unit_meant(found, 90e6).startswith(words)
    assert bool(sums.unit_meant(found, 90e6)) == bool(words)
