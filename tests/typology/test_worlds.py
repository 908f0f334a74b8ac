"""Other worlds: as far off as is said, and the world itself where nothing is off."""

import numpy as np
import pandas as pd
import pytest

from scsreport.geometry import kilometres, unit_vectors
from scsreport.typology import Thresholds, classify, forms, worlds

PLACES = pd.DataFrame(
    {
        "lat": np.tile([0.0, 60.0, 89.9, -45.0], 500),
        "lon": np.tile([0.0, 179.99, 10.0, -180.0], 500),
        "population": 1e5,
        "country": "X",
        "kind": "city",
    }
)


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_sizes_and_points_are_as_far_off_as_is_said(rng):
    other = worlds.disturbed(PLACES, rng, people=0.2, km=3)
    factor = np.log(other["population"] / PLACES["population"])
    assert factor.mean() == pytest.approx(0, abs=0.02)
    assert factor.std() == pytest.approx(0.2, rel=0.05)
    moved = kilometres(*(unit_vectors(t["lat"], t["lon"]) for t in (PLACES, other)))
    # Two directions of one standard deviation each: Rayleigh's mean is sqrt(pi / 2) of it.
    assert moved.mean() == pytest.approx(3 * np.sqrt(np.pi / 2), rel=0.05)
    by_place = pd.Series(moved).groupby(PLACES["lat"]).mean()
    assert by_place.max() / by_place.min() < 1.15
    assert other["lon"].between(-180, 180).all()
    pd.testing.assert_series_equal(other["kind"], PLACES["kind"])


def test_where_nothing_is_off_the_world_is_itself(rng):
    same = worlds.disturbed(PLACES, rng, people=0, km=0)
    moved = kilometres(*(unit_vectors(t["lat"], t["lon"]) for t in (PLACES, same)))
    assert moved.max() < 1e-4
    np.testing.assert_allclose(same["population"], 1e5)
    assert (PLACES["population"] == 1e5).all()


SMALL = pd.DataFrame(
    {
        "name": list("abcdef"),
        "lat": [0.0, 0.1, 5.0, 5.0, 5.0, 0.3],
        "lon": [0.0, 0.0, 5.0, 6.0, 7.0, 0.1],
        "population": [4e6, 2e5, 3e6, 3e5, 2e6, 6e5],
        "country": "X",
    },
    index=list("abcdef"),
)


def test_a_world_draws_one_set_of_thresholds(rng):
    """The mean over worlds that differ in thresholds alone is what the typing calls certainty."""
    cities = SMALL.index[[1, 3, 5]]
    drawn = [
        worlds.world(cities, np.random.default_rng(k), places=SMALL, people=0, km=0)
        for k in range(40)
    ]
    assert {tuple(one.index) for one in drawn} == {tuple(cities)}
    share = pd.concat(drawn, axis=1).eq("cluster").mean(axis=1)
    certain = classify(SMALL.loc[cities], places=SMALL, runs=40)["p_cluster"]
    assert ((share > 0.5) == (certain > 0.5)).all()


def test_the_same_stream_gives_the_same_world():
    one, two, other = (
        worlds.disturbed(SMALL, np.random.default_rng(seed))["population"] for seed in (1, 1, 2)
    )
    pd.testing.assert_series_equal(one, two)
    assert (one != other).all()


def test_forms_are_those_of_classify_without_systems():
    columns = ["type", "p_hub", "p_cluster", "p_corridor", "contested"]
    thresholds = Thresholds(reach=70)
    with_systems = classify(SMALL.iloc[1:], places=SMALL, runs=20, thresholds=thresholds)
    alone = forms(SMALL.iloc[1:], places=SMALL, runs=20, thresholds=thresholds)
    pd.testing.assert_frame_equal(alone, with_systems[columns])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"people": -0.1}, "people: found -0.1"),
        ({"km": 1e4}, "km: found 10000"),
    ],
)
def test_spreads_out_of_bounds_are_told(rng, options, message):
    with pytest.raises(ValueError, match=message):
        worlds.disturbed(SMALL, rng, **options)
