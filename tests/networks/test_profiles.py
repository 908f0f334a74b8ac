"""Functions of cities and intervals: sums that must hold, and coverage of the interval."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scsreport import networks

MIX = pd.DataFrame({"port": [3.0, 1, 0], "rail": [1.0, 3, 0]}, ["Santos", "Campinas", "Nowhere"])


def test_quotients_and_indices_of_a_small_country():
    quotients = networks.location_quotients(MIX)
    assert quotients.loc["Santos"].to_list() == [1.5, 0.5]
    assert quotients.loc["Nowhere"].isna().all()
    assert networks.specialisation(MIX)[:2].to_list() == [0.5, 0.5]
    assert networks.diversity(MIX)[:2].to_list() == [1.6, 1.6]
    assert np.isnan(networks.diversity(MIX)["Nowhere"])


def test_a_country_is_compared_with_itself_alone():
    country = pd.Series(["A", "B", "B"], MIX.index)
    assert networks.location_quotients(MIX, country).loc["Santos"].to_list() == [1.0, 1.0]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_quotients_weighted_by_shares_are_one(seed):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.uniform(0.1, 9, size=(8, 3)))
    country = pd.Series(rng.integers(2, size=8))
    quotients = networks.location_quotients(table, country)
    weight = table.sum(axis=1) / table.sum(axis=1).groupby(country).transform("sum")
    sums = quotients.mul(weight, axis=0).groupby(country).sum()
    assert sums.to_numpy() == pytest.approx(1)
    assert networks.diversity(table).between(1, 3 + 1e-9).all()
    assert networks.specialisation(table, country).between(0, 2).all()


def test_the_interval_covers_the_mean_of_what_is_drawn_from():
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(100):
        table = pd.DataFrame({"ties": rng.normal(3, 1, 40)})
        found = networks.resampled(table, lambda rows: rows["ties"].mean(), rng, draws=99)
        inside += found.low <= 3 <= found.high
    assert 0.86 < inside / 100 < 1


def test_groups_are_drawn_whole():
    table = pd.DataFrame({"country": list("AABB"), "ties": [1.0, 1, 5, 5]})
    drawn = set()
    networks.resampled(
        table,
        lambda rows: drawn.add(tuple(sorted(rows["ties"]))) or 0.0,
        np.random.default_rng(1),
        by="country",
        draws=50,
    )
    assert drawn == {(1, 1, 1, 1), (1, 1, 5, 5), (5, 5, 5, 5)}
