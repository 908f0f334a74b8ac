"""Profiles of countries and cities: joined, not measured anew."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scsreport import definitions
from scsreport.findings import classification, forms, profiles

CAN_THO, KISUMU = 1586203, 191245


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Cần Thơ", "can-tho"),
        ("Đà Nẵng", "da-nang"),
        ("Côte d'Ivoire", "cote-d-ivoire"),
        ("Łódź", "lodz"),
        ("  São  Paulo ", "sao-paulo"),
        ("\u200fعمان", ""),
    ],
)
def test_a_name_becomes_an_address(name, address):
    assert profiles.slug(name) == address


@given(st.lists(st.text(max_size=12), max_size=30))
def test_no_two_names_of_a_page_share_an_address(names):
    made = profiles.slugs(pd.Series(names, dtype="str"))
    assert made.is_unique
    assert made.str.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*").all()


def test_the_first_of_a_name_keeps_the_plain_address():
    made = profiles.slugs(pd.Series(["San José", "San Jose", "San José"]))
    assert made.tolist() == ["san-jose", "san-jose-2", "san-jose-3"]


def test_a_rule_is_missed_by_the_people_beyond_its_bound():
    rows = pd.DataFrame(
        {"population": [2_000_000, 1_507_187, 90_000], "country": "X"}, index=["a", "b", "c"]
    )
    missed = profiles.missed_rules(rows)
    assert missed.loc[["b", "c"], "D1"].tolist() == [7_187, -10_000]
    assert missed.loc["c", "D7"] == 90_000 - 200_000


def test_a_city_misses_no_rule_that_it_meets_and_each_that_it_does_not():
    table = profiles.cities()
    missed = profiles.missed_rules(table)
    for rule in definitions.RULES:
        met = table[rule] == "secondary"
        assert (missed.loc[met, rule] == 0).all()
        others = missed.loc[~met & ~table["is_primary"], rule]
        assert others[others == 0].empty or definitions.RULES[rule].below


def test_reasons_are_those_of_the_typology():
    points = classification.reasons(CAN_THO)
    first, second, _ = forms.cities().loc[CAN_THO, forms.SHARES].sort_values()[::-1].index
    expected = points[first.removeprefix("p_")] - points[second.removeprefix("p_")]
    found = profiles.advantages().loc[CAN_THO]
    # The stored measures are rounded.
    np.testing.assert_allclose(found[expected.index], expected, atol=1e-3)


def test_a_city_is_told_with_its_form_and_the_rules_it_meets():
    city = profiles.cities().loc[CAN_THO]
    assert city["anchor"] == "can-tho"
    assert city["form"] == forms.cities().loc[CAN_THO, "type"]
    assert city["sure"] >= city["next_sure"]
    assert city["nearly"] == "D1"


def test_counts_are_those_of_the_chapter():
    from scsreport.findings import systems

    counted = profiles.counts_by_rule().groupby("rule").sum().loc[list(profiles.RULES)]
    told = systems.by_rule().pivot(index="rule", columns="counting", values="cities")
    pd.testing.assert_frame_equal(counted[told.columns], told, check_dtype=False, check_names=False)


def test_each_country_with_a_place_has_a_row_and_an_address():
    table = profiles.countries()
    assert table["slug"].is_unique
    assert (table["places"] > 0).all()
    assert set(profiles.cities()["country"]) <= set(table.index)


def test_addresses_of_cities_are_their_own_within_a_country():
    table = profiles.cities()
    assert not table.duplicated(["country", "anchor"]).any()
