"""Rates worked out by hand, and what must hold of any set of cities."""

import doctest

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from scsreport import growth

PLACES = {
    "NG": ("Africa", True),
    "EG": ("Africa", False),
    "CN": ("Asia", False),
    "IN": ("Asia", False),
    "FR": ("Europe", False),
    "US": ("NAm", False),
}
PARTS = [region for region in growth.REGIONS if region not in ("World", growth.WITHOUT, "SSA")]
calm = settings(deadline=None, max_examples=40)
people = st.integers(10_000, 30_000_000)
rows = st.lists(st.tuples(st.sampled_from(sorted(PLACES)), people, people), min_size=1, max_size=40)


def table(rows, years=(2000, 2010)):
    """Cities of two years from (country, first, last)."""
    return pd.DataFrame(
        [
            {
                "city": n,
                "country": country,
                "region": PLACES[country][0],
                "sub_saharan": PLACES[country][1],
                "year": year,
                "population": size,
            }
            for n, (country, *sizes) in enumerate(rows)
            for year, size in zip(years, sizes, strict=True)
        ]
    )


def test_examples_in_the_words_hold():
    assert doctest.testmod(growth).failed == 0


# --- what must hold ---------------------------------------------------------------------------


@calm
@given(rows)
def test_counts_are_whole_and_ignore_the_order(sample):
    cities = table(sample)
    found = growth.size_classes(cities)
    wide = found.pivot_table(values="cities", index=["class", "year"], columns="region")
    assert (wide["World"] == wide[PARTS].sum(axis=1)).all()
    large = cities[cities["population"] >= 300_000]
    assert wide["World"].sum() == len(large)
    assert found.equals(growth.size_classes(cities.sample(frac=1, random_state=1)))


@calm
@given(rows, st.sampled_from(growth.GROUPINGS), st.sampled_from(growth.DATES))
def test_a_constant_path_does_not_grow(sample, by, at):
    still = table([(country, size, size) for country, size, _ in sample])
    found = growth.annual_growth(still, 2000, 2010, by=by, at=at)
    assert (found.filter(regex="weighted|plain").dropna() == 0).all(axis=None)
    gaps = growth.primary_gap(still, 2000, 2010, at=at)
    assert (gaps["gap"].dropna() == 0).all()


@calm
@given(rows, st.sampled_from(["all", "primary", "tier"]), st.sampled_from([2, 8, 1 / 64]))
def test_scaling_leaves_growth_as_it_is(sample, by, factor):
    cities = table(sample)
    larger = cities.assign(population=cities["population"] * factor)
    for measure, more in ((growth.annual_growth, {"by": by}), (growth.primary_gap, {})):
        first, second = (
            measure(frame, 2000, 2010, **more).drop(columns="below_start", errors="ignore")
            for frame in (cities, larger)
        )
        pd.testing.assert_frame_equal(first, second, rtol=1e-6, atol=1e-9)


@calm
@given(rows, st.sampled_from(growth.GROUPINGS))
def test_groups_hold_each_city_once_in_any_order(sample, by):
    cities = table(sample)
    found = growth.annual_growth(cities, 2000, 2010, by=by)
    assert found.loc[found["region"] == "World", "n"].sum() == len(sample)
    mixed = growth.annual_growth(cities.sample(frac=1, random_state=1), 2000, 2010, by=by)
    pd.testing.assert_frame_equal(found, mixed)
    many = found[found["n"] >= growth.FEWEST]
    for name in ("weighted", "plain"):
        assert (many[f"{name}_low"] <= many[name]).all()
        assert (many[name] <= many[f"{name}_high"]).all()


@calm
@given(rows)
def test_every_country_has_one_primary_city(sample):
    found = growth.annual_growth(table(sample), 2000, 2010, by="tier")
    world = found[found["region"] == "World"].set_index("group")["n"]
    assert world["primary"] == len({country for country, *_ in sample})


@calm
@given(rows)
def test_a_floor_leaves_no_place_that_began_below(sample):
    found = growth.annual_growth(table(sample), 2000, 2010, by="all", floor=growth.FLOOR)
    assert (found["below_start"].dropna() == 0).all()
    kept = sum(first >= growth.FLOOR for _, first, _ in sample)
    assert found.loc[found["region"] == "World", "n"].sum() == kept


def test_interval_is_that_of_a_bootstrap():
    draw = np.random.default_rng(7)
    first = draw.lognormal(13.5, 0.8, 300).round() + 1
    last = (first * np.exp(draw.normal(0.2, 0.15, 300))).round() + 1
    cities = table([("IN", *pair) for pair in zip(first, last, strict=True)])
    found = growth.annual_growth(cities, 2000, 2010, by="all").iloc[0]

    def rate(one, two, axis):
        return np.log(two.sum(axis=axis) / one.sum(axis=axis)) / 10

    resampled = bootstrap((first, last), rate, paired=True, n_resamples=2_000, rng=draw)
    assert found["weighted"] == pytest.approx(rate(first, last, 0))
    width = found["weighted_high"] - found["weighted_low"]
    low, high = resampled.confidence_interval
    assert width == pytest.approx(high - low, rel=0.1)
    assert found["weighted_low"] == pytest.approx(low, abs=0.1 * width)


def test_interval_of_the_plain_mean_is_that_of_student():
    """Rates of 1, 2 and 3 per cent: s = 0.01, and the tables give t = 4.303 for two degrees."""
    sizes = [(10**6, 10**6 * np.exp(10 * rate)) for rate in (0.01, 0.02, 0.03)]
    cities = table([("IN", *pair) for pair in sizes])
    world = growth.annual_growth(cities, 2000, 2010, by="all").iloc[0]
    reach = 4.303 * 0.01 / 3**0.5
    assert world["plain"] == pytest.approx(0.02)
    assert world["plain_low"] == pytest.approx(0.02 - reach, abs=5e-6)
    assert world["plain_high"] == pytest.approx(0.02 + reach, abs=5e-6)


def test_tiers_are_those_of_the_rule():
    cities = table([("FR", size, size) for size in (10**6, 500_001, 500_000, 100_000, 99_999)])
    found = growth.annual_growth(cities, 2000, 2010, by="tier")
    world = found[found["region"] == "World"].set_index("group")["n"]
    assert world.to_dict() == {"primary": 1, "over 50%": 1, "10-50%": 2, "under 10%": 1}


def test_a_bound_is_inside_its_class():
    cities = table([("FR", size, size) for size in (299_999, 300_000, 499_999, 500_000, 10**7)])
    found = growth.size_classes(cities).query("region == 'World' and year == 2000")
    assert found.set_index("class")["cities"].to_dict() == {
        "0.3-0.5m": 2,
        "0.5-1m": 1,
        "1-5m": 0,
        "5-10m": 0,
        "10m+": 1,
    }


@pytest.mark.parametrize(
    ("change", "call", "message"),
    [
        ({}, {"by": "rank"}, "by: found 'rank', expected one of all, class"),
        ({}, {"at": "middle"}, "at: found 'middle', expected one of start, end"),
        ({}, {"start": 2010, "end": 2000}, r"found \(2010, 2000\), expected two of"),
        ({}, {"end": 2011}, r"found \(2000, 2011\), expected two of \[2000, 2010\]"),
        ({"population": -1}, {}, "row 0, column 'population' holds -1, expected people"),
        ({"population": float("nan")}, {}, "row 0, column 'population' holds nan"),
        ({"population": 0}, {}, "city 0 has nobody"),
        (
            {"region": "Atlantis"},
            {},
            "row 0 has city 0 in Atlantis .*expected a region of World, World without China, Af",
        ),
        ({"city": 1}, {}, "city 1 in .* in 2000; expected one row a year"),
        ({"country": None}, {}, "row 0, column 'country' is missing"),
        ({"sub_saharan": 0.5}, {}, "row 0, column 'sub_saharan' holds 0.5, expected True or False"),
        ({"year": 2000.5}, {}, "column 'year' holds 2000.5, expected a whole number"),
        ({}, {"start": 2000.5}, "start: found 2000.5, expected a whole number"),
        ({}, {"by": "form"}, "cities: column 'form' is missing"),
    ],
)
def test_wrong_tables_are_named(change, call, message):
    cities = table([("FR", 10**6, 10**6), ("IN", 10**6, 10**6)]).assign(**change)
    with pytest.raises(ValueError, match=message):
        growth.annual_growth(cities, **{"start": 2000, "end": 2010, "by": "all", **call})
    with pytest.raises(ValueError, match="column 'country' is missing"):
        growth.size_classes(cities.drop(columns="country"))


def test_share_of_what_was_added_needs_the_world():
    before = pd.Series({"Asia": 1, "World": 2})
    assert np.isnan(growth.added_share(before, before, "Asia"))
    with pytest.raises(ValueError, match="before: found no World"):
        growth.added_share(before.drop("World"), before.drop("World"), "Asia")
