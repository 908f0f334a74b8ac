"""Joint plants by hand, in closed form and by every division; and what always holds."""

# The costs of a Game are its ``values``, which the linter takes for those of a frame.
# ruff: noqa: PD011

from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scsreport import collaboration as co

calm = settings(deadline=None, max_examples=60)
few = settings(deadline=None, max_examples=25)
close = partial(pytest.approx, rel=1e-7, abs=1e-7)
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)
several = st.integers(2, 5)


def names(n):
    return tuple("ABCDEFGHIJKLMNOP"[:n])


def subsets(players):
    return [set(s) for k in range(1, len(players) + 1) for s in combinations(players, k)]


def cost_of(found, members):
    return found.values[sum(1 << found.players.index(name) for name in members)]


def towns(n, seed=2):
    at = np.random.default_rng(seed).uniform(0, 100, (n, 2))
    return np.hypot(*(at[:, None] - at).T)


@pytest.mark.parametrize(("n", "percent"), [(2, 24.2), (3, 35.6), (4, 42.6)])
def test_the_rule_of_six_tenths(n, percent):
    assert round(100 * co.joint_saving([7] * n), 1) == percent


def test_a_plant_is_counted_by_hand():
    """Two cities, 10 km: 2 and 1 units; the plant stands in the larger, 1 unit is hauled."""
    km = pd.DataFrame([[0, 10], [10, 0]], list("ab"), list("ab"))
    outputs = pd.Series([2, 1], list("ab"))
    apart = 2 * 0.5 + 2**0.5 + 1
    joint = 0.5 + 3**0.5 + 0.01 * 1 * 10
    options = {"exponent": 0.5, "fixed": 0.5, "haul": 0.01, "distances": km}
    saved = co.joint_saving(outputs, coordination=0.1, **options)
    assert saved == close(1 - joint / apart - 0.1)
    assert co.break_even_coordination(outputs, **options) == close(saved + 0.1)
    found = co.joint_cost_game(outputs, coordination=0.1, **options)
    assert found.players == ("a", "b")
    assert found.values == close([0, 0.5 + 2**0.5, 1.5, joint + 0.1 * apart])


@calm
@given(st.floats(0.1, 1.5), st.floats(0, 3), st.floats(0.1, 9))
def test_more_equal_cities_save_more_or_lose_more(exponent, fixed, size):
    options = {"exponent": exponent, "fixed": fixed}
    saved = [co.joint_saving([size] * n, **options) for n in range(2, 9)]
    if exponent <= 1:
        assert (np.diff(saved) >= -1e-12).all()
        assert saved[0] >= -1e-12
    elif fixed == 0:
        assert (np.diff(saved) <= 1e-12).all()
        assert saved[0] <= 1e-12


@calm
@given(seeds, several, st.floats(0.01, 100))
def test_the_unit_of_output_does_not_matter(rng, n, scale):
    outputs, km = rng.uniform(0.1, 3, n), towns(n)
    one = co.joint_saving(outputs, haul=0.01, distances=km)
    # Costs grow by scale**0.6, so the haul of a unit is scaled to keep step.
    two = co.joint_saving(scale * outputs, haul=0.01 * scale**-0.4, distances=km)
    assert one == close(two)


@calm
@given(seeds, several, st.floats(0.2, 1.2), st.floats(0, 2), st.floats(0.5, 9), st.floats(0, 0.4))
def test_nothing_is_saved_at_the_break_even(rng, n, exponent, fixed, size, coordination):
    outputs = rng.uniform(0.1, 3, n)
    curve = {"exponent": exponent, "fixed": fixed, "efficient_size": size}
    km = co.break_even_distance(outputs, haul=0.02, coordination=coordination, **curve)
    free = co.joint_saving(outputs, coordination=coordination, **curve)
    star = np.full((n, n), 2 * km)  # the city of the plant is at km of the others
    largest = int(outputs.argmax())
    star[largest], star[:, largest] = km, km
    np.fill_diagonal(star, 0)
    there = co.joint_saving(outputs, haul=0.02, distances=star, coordination=coordination, **curve)
    assert there == close(0 if km else free)
    assert (km > 0) == (free > 1e-12)  # what is less is rounding
    limit = co.break_even_coordination(outputs, haul=0.02, distances=star, **curve)
    if limit >= 0:
        apart = co.joint_saving(outputs, haul=0.02, distances=star, coordination=limit, **curve)
        assert apart == close(0)


def test_no_distance_ends_what_hauls_for_nothing():
    assert co.break_even_distance([1, 1], haul=0) == np.inf
    assert co.break_even_distance([1, 1], haul=0, exponent=1.2) == 0
    assert co.break_even_distance([1, 1], haul=1, coordination=0.5) == 0
    assert co.break_even_coordination([1, 1], exponent=1.2) < 0


def test_beyond_the_efficient_size_nothing_is_saved():
    size = np.array([0.5, 1, 2, 4, 8])
    cost = co.plant_cost(size, efficient_size=2)
    assert cost / size == close([0.5**-0.4, 1, 2**-0.4, 2**-0.4, 2**-0.4])
    assert co.joint_saving([2, 3], efficient_size=2) == close(0)
    assert 0 < co.joint_saving([1, 3], efficient_size=2) < co.joint_saving([1, 3])


def divisions(members):
    """Every way to divide a set into groups."""
    if not members:
        yield []
        return
    first, *rest = members
    for k in range(len(rest) + 1):
        for others in combinations(rest, k):
            left = [name for name in rest if name not in others]
            for more in divisions(left):
                yield [(first, *others), *more]


@few
@given(seeds, several, st.floats(0.3, 1.3), st.floats(0, 0.5), st.floats(0, 0.3))
def test_coalitions_take_the_cheapest_division(rng, n, exponent, haul, coordination):
    outputs = pd.Series(rng.uniform(0.1, 3, n), names(n))
    km = pd.DataFrame(towns(n, rng.integers(99)), outputs.index, outputs.index)
    options = {"exponent": exponent, "haul": haul / 10, "coordination": coordination}
    one = co.joint_cost_game(outputs, distances=km, may_split=False, **options)
    best = co.joint_cost_game(outputs, distances=km, **options)
    for members in subsets(names(n)):
        chosen = sorted(members)
        cheapest = min(sum(cost_of(one, s) for s in d) for d in divisions(chosen))
        assert cost_of(best, members) == close(cheapest)
        if len(chosen) > 1:
            saved = co.joint_saving(outputs[chosen], distances=km.loc[chosen, chosen], **options)
            apart = sum(cost_of(one, [name]) for name in chosen)
            assert cost_of(one, members) == close((1 - saved) * apart)
    for s, t in combinations(subsets(names(n)), 2):
        if not s & t:
            assert cost_of(best, s | t) <= cost_of(best, s) + cost_of(best, t) + 1e-9


TRIANGLE = np.array([[0.0, 10, 20], [10, 0, 15], [20, 15, 0]])
SQUARE = np.array([[0.0, 1], [1, 0]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: co.joint_saving([1, 0]), "outputs: row 1 holds 0, expected a number above 0"),
        (lambda: co.joint_saving([1, np.nan]), "outputs: row 1 holds nan"),
        (lambda: co.joint_saving([1]), "outputs: found 1 cities, expected 2 or more"),
        (
            lambda: co.joint_saving([1, 1], exponent=0),
            "exponent: found 0, expected a number above 0, up to 1.5",
        ),
        (lambda: co.joint_saving([1, 1], exponent=1.6), "exponent: found 1.6"),
        (lambda: co.joint_saving([1, 1], fixed=-1), "fixed: found -1"),
        (lambda: co.joint_saving([1, 1], efficient_size=0), "efficient_size: found 0"),
        (lambda: co.joint_saving([1, 1], haul=-1), "haul: found -1, expected zero or more"),
        (lambda: co.joint_saving([1, 1], coordination=np.nan), "coordination: found nan"),
        (lambda: co.joint_saving([1, 1], haul=1), "distances: found none beside haul 1"),
        (lambda: co.joint_saving([1, 1, 1], distances=SQUARE), "expected a square of 3"),
        (
            lambda: co.joint_saving([1, 1], distances=SQUARE + 1),
            "distances: found 1 km from 0 to itself, expected 0",
        ),
        (lambda: co.joint_saving([1, 1], distances=np.triu(SQUARE)), "symmetric"),
        (
            lambda: co.joint_saving([1, 1], distances=-SQUARE),
            "distances: found -.* from 0 to 1, expected zero or more",
        ),
        (
            lambda: co.joint_saving(
                pd.Series([1, 1], ["a", "b"]),
                distances=pd.DataFrame(SQUARE, ["a", "b"], ["b", "a"]),
            ),
            "distances: found 2 rows and 2 columns, expected the same labels",
        ),
        (lambda: co.joint_cost_game(np.ones(13)), "outputs: found 13 cities, expected 2 to 12"),
        (lambda: co.break_even_distance([1, 1], haul=-1), "haul: found -1, expected zero or more"),
    ],
)
def test_one_clear_message(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_arrays_lists_and_nullable_columns_cost_the_same():
    right = co.joint_saving(np.array([1.0, 2, 4]), haul=0.01, distances=TRIANGLE)
    for outputs in ([1, 2, 4], (1, 2, 4), pd.array([1, 2, 4], dtype="Int64")):
        assert co.joint_saving(outputs, haul=0.01, distances=TRIANGLE) == right
    frame = pd.DataFrame(TRIANGLE).astype("double[pyarrow]")
    arrow = pd.Series([1, 2, 4], dtype="int64[pyarrow]")
    assert co.joint_saving(arrow, haul=0.01, distances=frame) == right
    assert co.joint_saving([1, 2, 4], haul=0.01, distances=TRIANGLE.tolist()) == right


def test_a_plant_that_saves_nothing_but_rounding_reaches_nobody():
    for outputs in ([1, 1], [0.1, 0.2, 0.3], [3, 7, 11]):
        assert co.break_even_distance(outputs, haul=0, exponent=1) == 0


def test_a_tiny_city_beside_a_huge_one_still_has_something_to_haul():
    assert np.isfinite(co.break_even_distance([1e30, 1], haul=1, exponent=0.9, fixed=1))
