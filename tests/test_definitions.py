"""The reference counts, and what must hold of any table of cities."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scsreport
from scsreport import definitions
from scsreport.definitions import RULES, Rule, members, overlap, standing

calm = settings(deadline=None, max_examples=80)
UNITS = st.sampled_from(definitions.UNITS)
IDS = st.sampled_from(list(RULES))


@pytest.fixture(scope="module")
def places():
    return scsreport.load("places").set_index("geonameid")


@st.composite
def tables(draw):
    """Cities of two countries, some of them inside footprints that keep to one country."""
    count = draw(st.integers(1, 14))
    people = st.integers(0, 6_000_000) | st.sampled_from([50_000, 100_000, 500_000, 1_000_000])
    country = draw(st.lists(st.sampled_from(["NA", "FR"]), min_size=count, max_size=count))
    inside = draw(st.lists(st.sampled_from([None, 1, 2]), min_size=count, max_size=count))
    table = pd.DataFrame(
        {
            "population": draw(st.lists(people, min_size=count, max_size=count)),
            "country": country,
            "footprint": pd.array(
                [n and 10 * n + (c == "FR") for n, c in zip(inside, country, strict=True)], "Int64"
            ),
        },
        index=[f"city {row}" for row in range(count)],
    )
    whole = table.groupby("footprint")["population"].sum() + draw(st.integers(0, 100_000))
    table["footprint_population"] = table["footprint"].map(whole).astype("Int64")
    return table


@pytest.mark.parametrize(
    ("rule", "cities"), [("D1", 5_882), ("D4", 1_063), ("D5", 3_969), ("D6", 11_763), ("D7", 1_360)]
)
def test_geonames_gives_the_published_counts(places, rule, cities):
    assert (places["population"] >= 100_000).sum() == 6_204
    assert members(rule, places).sum() == cities


def test_the_relative_rule_reaches_177_countries(places):
    assert places.loc[members("D7", places), "country"].nunique() == 177


def test_on_a_table_with_a_floor_the_floor_cuts_the_rules_without_one(places):
    cities = places[places["population"] >= 100_000]
    assert members("D1", cities).sum() == members("D1", places).sum() == 5_882
    assert members("D3", cities).sum() < members("D3", places).sum() / 4


def test_relative_and_absolute_rules_hardly_overlap(places):
    matrix = overlap(places)
    assert matrix.loc["D7", ["D1", "D4", "D5", "D6", "D8"]].between(0.075, 0.225).all()
    assert matrix.loc["D1", "D8"] > 0.8


def test_footprints_of_the_world_are_counted_once():
    cities = scsreport.load("cities")
    for rule in RULES:
        found = cities[members(rule, cities, unit="footprint")]
        assert not found["footprint"].dropna().duplicated().any()
        assert 0 < len(found) < members("D3", cities).sum()


def test_eight_rules_are_told_apart():
    assert list(RULES) == [f"D{n}" for n in range(1, 9)]
    assert all(key == rule.id for key, rule in RULES.items())
    assert len({rule.label for rule in RULES.values()}) == 8
    assert {key for key, rule in RULES.items() if rule.relative} == {"D2", "D3", "D7"}
    with pytest.raises(TypeError):
        RULES["D9"] = RULES["D1"]


def test_bounds_are_inclusive_but_less_than_half_is_less():
    people = [1_000_000, 500_000, 499_999, 100_000, 99_999]
    cities = pd.DataFrame({"population": people, "country": "X"})
    assert members("D7", cities).tolist() == [False, True, True, True, False]
    assert members("D3", cities).tolist() == [False, False, True, True, True]
    assert members("D8", cities).tolist() == [False, True, True, True, False]
    stand = standing(cities)
    assert stand["D8"].tolist() == ["larger", *["secondary"] * 3, "smaller"]
    assert stand["D3"].tolist() == ["larger", "larger", *["secondary"] * 3]


def test_the_largest_city_counts_only_under_absolute_rules():
    cities = pd.DataFrame({"population": [1_000_000, 1_000_000, 0], "country": ["X", "X", "Y"]})
    everyone = replace(RULES["D7"], share_min=0.0, share_max=1.0)
    assert members(everyone, cities).tolist() == [False, False, False]
    assert members("D1", cities).tolist() == [True, True, False]


def test_suburbs_of_the_capital_are_no_secondary_cities_by_footprint():
    cities = pd.DataFrame(
        {
            "population": [900, 400, 300, 250],
            "country": "X",
            "footprint": pd.array([1, 1, 2, None], "Int64"),
            "footprint_population": pd.array([2_000, 2_000, 600, None], "Int64"),
        },
        index=["capital", "suburb", "second", "third"],
    )
    assert members("D7", cities).tolist() == [False, True, True, True]
    by_footprint = members("D7", cities, unit="footprint")
    assert by_footprint[by_footprint].index.tolist() == ["second", "third"]


@calm
@given(tables(), IDS, UNITS)
def test_wider_bounds_never_lose_a_city(cities, key, unit):
    rule = RULES[key]
    wider = replace(
        rule,
        minimum=rule.minimum and rule.minimum * 0.6,
        maximum=rule.maximum and rule.maximum * 1.7,
        share_min=rule.share_min and rule.share_min * 0.5,
        share_max=rule.share_max and rule.share_max * 1.4,
    )
    narrow = members(rule, cities, unit=unit)
    assert members(wider, cities, unit=unit)[narrow].all()
    assert (narrow == (standing(cities, unit=unit)[key] == "secondary")).all()


@calm
@given(tables(), UNITS)
def test_overlap_is_symmetric_with_unit_diagonal(cities, unit):
    matrix = overlap(cities, unit=unit)
    assert np.array_equal(matrix, matrix.T)
    assert (np.diag(matrix) == 1).all()
    assert matrix.stack().between(0, 1).all()
    one, two = (members(key, cities, unit=unit) for key in ("D5", "D7"))
    if (one | two).any():
        assert matrix.loc["D5", "D7"] == pytest.approx((one & two).sum() / (one | two).sum())


@calm
@given(tables(), IDS)
def test_a_footprint_is_marked_once_at_its_largest_city(cities, key):
    found = members(key, cities, unit="footprint")
    assert found.index.equals(cities.index)
    assert found.dtype == bool
    inside = cities[found & cities["footprint"].notna()]
    assert not inside["footprint"].duplicated().any()
    top = cities.groupby("footprint")["population"].max()
    assert (inside["population"] == inside["footprint"].map(top)).all()


@calm
@given(tables(), IDS, UNITS)
def test_people_and_bounds_may_be_counted_in_pairs(cities, key, unit):
    rule = RULES[key]
    twice = replace(
        rule, minimum=rule.minimum and rule.minimum * 2, maximum=rule.maximum and rule.maximum * 2
    )
    columns = ["population", "footprint_population"]
    doubled = cities.assign(**{name: cities[name] * 2 for name in columns})
    assert members(twice, doubled, unit=unit).equals(members(rule, cities, unit=unit))


@calm
@given(tables(), IDS, st.integers(0, 6_000_000), st.data())
def test_a_suburb_never_adds_a_footprint(cities, key, people, data):
    inside = cities[cities["footprint"].notna()]
    if inside.empty:
        return
    suburb = inside.loc[[data.draw(st.sampled_from(list(inside.index)))]]
    more = pd.concat([cities, suburb.assign(population=people).set_axis(["suburb"])])
    before = members(key, cities, unit="footprint").sum()
    assert members(key, more, unit="footprint").sum() <= before


@calm
@given(tables(), IDS, UNITS)
def test_the_order_of_rows_does_not_matter(cities, key, unit):
    one = members(key, cities, unit=unit).sum()
    assert members(key, cities.iloc[::-1], unit=unit).sum() == one


good = pd.DataFrame(
    {
        "population": [900.0, 300, 200],
        "country": ["X", "X", "Y"],
        "footprint": pd.array([1, 1, None], "Int64"),
        "footprint_population": [1_300.0, 1_300, np.nan],
    },
    index=["Oslo", "Moss", "Odda"],
)


@pytest.mark.parametrize(
    ("change", "unit", "words"),
    [
        ({"population": [900, np.nan, 200]}, "city", "row Moss, column 'population' holds nan"),
        ({"population": [900, 300, -2]}, "city", "row Odda, column 'population' holds -2"),
        (
            {"population": ["a", "b", "c"]},
            "city",
            "column 'population': found .*, expected numbers",
        ),
        ({"country": ["X", None, "Y"]}, "city", "row Moss, column 'country'.*Namibia"),
        (
            {"footprint_population": [1_300, np.nan, np.nan]},
            "footprint",
            "row Moss, column 'footprint_population' holds nan",
        ),
        (
            {"footprint_population": [1_300, 1_200, np.nan]},
            "footprint",
            "footprint 1 has 2 different values",
        ),
        ({}, "region", "unit: found 'region', expected one of city, footprint"),
    ],
)
def test_errors_name_row_and_column(change, unit, words):
    with pytest.raises((ValueError, TypeError), match=words):
        members("D1", good.assign(**change), unit=unit)


def test_errors_of_the_table_as_a_whole():
    with pytest.raises(ValueError, match="column 'footprint' is missing"):
        members("D1", good[["population", "country"]], unit="footprint")
    with pytest.raises(ValueError, match="row Oslo is there twice"):
        overlap(good.set_axis(["Oslo", "Oslo", "Odda"]))
    with pytest.raises(ValueError, match="rule: found 'D9', expected one of D1, D2"):
        members("D9", good)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"minimum": -1}, "minimum: found -1, expected zero or more"),
        ({"maximum": np.inf}, "maximum: found inf"),
        ({"minimum": "5"}, "minimum: found '5'"),
        ({"share_min": 1.5}, "share_min: found 1.5, expected a share from 0 to 1"),
        ({"minimum": 9, "maximum": 5}, "minimum: found 9, expected no more than maximum, 5"),
        ({"share_min": 0.9, "share_max": 0.5}, "share_min: found 0.9"),
    ],
)
def test_a_rule_that_no_city_can_meet_is_refused(bounds, words):
    with pytest.raises((ValueError, TypeError), match=words):
        Rule("X", "label", "source", "sentence", **bounds)


@pytest.mark.parametrize("kind", ["numpy_nullable", "pyarrow"])
def test_nullable_and_arrow_columns_count_the_same(kind):
    other = good.convert_dtypes(dtype_backend=kind)
    for unit in definitions.UNITS:
        pd.testing.assert_frame_equal(standing(other, unit=unit), standing(good, unit=unit))
