"""Published values, PySAL as a second opinion, and what must hold of any set of regions."""

import doctest
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inequality.atkinson import Atkinson
from inequality.gini import Gini
from inequality.schutz import Schutz
from inequality.theil import Theil, TheilD
from scipy.stats import bootstrap

from scsreport import inequality
from scsreport.tables.datasets import load

MEASURES = {
    "gini": inequality.gini,
    "theil": inequality.theil,
    "mean_log_deviation": inequality.mean_log_deviation,
    "hoover": inequality.hoover,
    "williamson": inequality.williamson,
    "atkinson": inequality.atkinson,
    "atkinson, 0.5": partial(inequality.atkinson, epsilon=0.5),
    "atkinson, 2": partial(inequality.atkinson, epsilon=2),
    "percentile_ratio": inequality.percentile_ratio,
    "percentile_ratio, 0.1": partial(inequality.percentile_ratio, share=0.1),
}
calm = settings(deadline=None, max_examples=20)
each = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
income = st.integers(1, 10_000)
people = st.integers(1, 1_000)
regions = st.lists(st.tuples(income, people), min_size=1, max_size=30)
close = partial(pytest.approx, rel=1e-9, abs=1e-12)


def columns(rows):
    return np.array(rows, dtype=float).T


def least(measure):
    """What a measure gives where all are equal."""
    return 1 if "percentile" in str(measure) else 0


# --- published values -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mexico():
    rows = load("mexico")
    wide = rows.pivot_table(values="gdp_per_head", index="state", columns="year")
    return wide, rows.groupby("state")["hanson_region"].first()


@pytest.fixture(scope="module")
def states():
    return load("us-states").pivot_table(values="income_per_head", index="state", columns="year")


def test_states_of_mexico(mexico):
    wide, _ = mexico
    assert len(wide) == 32
    assert inequality.theil(wide[1940]) == pytest.approx(0.20894, abs=5e-6)
    assert inequality.theil(wide[2000]) == pytest.approx(0.10661, abs=5e-6)
    assert inequality.gini(wide[1940]) == pytest.approx(0.35372, abs=5e-6)


@pytest.mark.parametrize(("year", "between"), [(1940, 0.03459), (2000, 0.03636)])
def test_between_the_regions_of_hanson(mexico, year, between):
    wide, group = mexico
    found = inequality.decompose_theil(wide[year], group)
    assert found["between"] == pytest.approx(between, abs=5e-6)
    assert found["between"] + found["within"] == close(found["total"])


def test_mexico_came_closer_until_1980_and_not_since(mexico):
    sigma = inequality.sigma_convergence(mexico[0])
    assert sigma.index.tolist() == list(range(1940, 2001, 10))
    assert sigma.idxmax() == 1940
    assert sigma[1980] < sigma[2000]


@pytest.fixture(scope="module")
def growth():
    return load("growth-of-countries").dropna(subset=["gdp_1960", "gdp_1985"])


def test_countries_are_those_of_the_package():
    rows = load("growth-of-countries")
    assert rows["number"].tolist() == list(range(1, 122))
    assert rows[["oil", "better_data", "oecd"]].sum().tolist() == [23, 75, 22]


def test_countries_do_not_converge_and_those_of_the_oecd_do(growth):
    for rows, n, slope, se in (
        (growth[~growth["oil"]], 98, 0.094, 0.050),
        (growth[growth["oecd"]], 22, -0.341, 0.079),
    ):
        found = inequality.beta_convergence(rows["gdp_1960"], rows["gdp_1985"], 25)
        assert found.n == n
        assert found.slope == pytest.approx(slope, abs=5e-4)
        assert found.se == pytest.approx(se, abs=6e-4)
        assert found.speed == close(-np.log(1 + found.slope) / 25)


def test_they_do_once_savings_and_schools_are_held_equal(growth):
    rows = growth[~growth["oil"]]
    controls = np.log(
        pd.DataFrame(
            {
                "savings": rows["investment"] / 100,
                "people": rows["population_growth"] / 100 + 0.05,
                "schools": rows["schooling"] / 100,
            }
        )
    )
    found = inequality.beta_convergence(
        rows["gdp_1960"], rows["gdp_1985"], 25, controls=controls, errors="HC3"
    )
    assert found.slope == pytest.approx(-0.288, abs=1e-3)
    assert found.se > 0
    assert found.speed == pytest.approx(0.0137, abs=1e-3)  # printed in the same table
    assert found.half_life == close(np.log(2) / found.speed)


@pytest.mark.parametrize(
    ("start", "end", "speed"), [(1929, 2009, 0.0165), (1969, 2009, 0.0104), (1929, 1994, 0.0195)]
)
def test_states_of_the_us_in_their_periods(states, start, end, speed):
    found = inequality.beta_convergence(states[start], states[end], end - start)
    assert found.n == 48
    assert found.speed == pytest.approx(speed, abs=5e-5)
    sigma = inequality.sigma_convergence(states[[start, end]])
    assert sigma[end] < sigma[start]


# --- second opinions --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_pysal_agrees_where_there_are_no_weights(seed):
    draw = np.random.default_rng(seed)
    y, groups = draw.lognormal(size=200), draw.integers(4, size=200)
    assert inequality.gini(y) == close(Gini(y).g)
    assert inequality.theil(y) == close(Theil(y).T)
    for epsilon in (0.5, 1, 2):
        assert inequality.atkinson(y, epsilon=epsilon) == close(Atkinson(y, epsilon).A)
    assert inequality.hoover(y) == close(Schutz(pd.DataFrame({"y": y}), "y").distance)
    parts, found = TheilD(y, groups), inequality.decompose_theil(y, groups)
    assert found["between"] == close(float(np.squeeze(parts.bg)))
    assert found["within"] == close(float(np.squeeze(parts.wg)))


@calm
@given(regions)
def test_gini_is_the_mean_difference(rows):
    y, w = columns(rows)
    p = w / w.sum()
    pairs = np.abs(y[:, None] - y) * p[:, None] * p
    assert inequality.gini(y, w) == close(pairs.sum() / 2 / (p @ y))


def test_gini_of_millions_is_sorted_in_parts(monkeypatch):
    draw = np.random.default_rng(3)
    y, w = draw.integers(1, 50, 20_000), draw.random(20_000)  # many ties, so cuts fall on values
    whole = inequality.gini(y, w)
    monkeypatch.setattr(inequality, "SORTED_IN_PARTS", 1_000)
    assert inequality.gini(y, w) == close(whole)
    assert inequality.gini(np.ones(5_000)) == close(0)


def test_interval_is_that_of_scipy():
    draw = np.random.default_rng(5)
    before = draw.lognormal(size=40)
    after = before * draw.lognormal(0, 0.2, 40)
    found = inequality.bootstrap_change(inequality.gini, before, after, draws=4_000, rng=draw)

    def change(one, two, axis):
        pairs = zip(np.atleast_2d(one), np.atleast_2d(two), strict=True)
        values = [inequality.gini(b) - inequality.gini(a) for a, b in pairs]
        return np.array(values) if one.ndim > 1 else values[0]

    told = bootstrap(
        (before, after), change, paired=True, n_resamples=1_000, rng=draw, method="percentile"
    )
    low, high = told.confidence_interval
    assert found.low == pytest.approx(low, abs=0.15 * (high - low))
    assert found.high == pytest.approx(high, abs=0.15 * (high - low))


# --- what must hold ---------------------------------------------------------------------------


@each
@calm
@given(rows=regions, factor=st.sampled_from([1e-6, 0.3, 7, 1e9]))
def test_neither_scale_nor_order_nor_copies_matter(measure, rows, factor):
    y, w = columns(rows)
    found = measure(y, w)
    assert measure(y * factor, w) == close(found)
    assert measure(y, w * factor) == close(found)
    assert measure(y[::-1], w[::-1]) == close(found)
    assert measure(np.tile(y, 3), np.tile(w, 3)) == close(found)
    assert measure(np.tile(y, 2)) == close(measure(y))


@each
@calm
@given(rows=regions, data=st.data())
def test_splitting_a_region_changes_no_weighted_measure(measure, rows, data):
    y, w = columns(rows)
    at = data.draw(st.integers(0, len(y) - 1))
    share = data.draw(st.floats(0.01, 0.99))
    parts = np.append(w, w[at] * share)
    parts[at] *= 1 - share
    assert measure(np.append(y, y[at]), parts) == close(measure(y, w))


@each
@calm
@given(rows=regions)
def test_equal_weights_count_for_nothing_and_whole_ones_as_copies(measure, rows):
    y, w = columns(rows)
    assert measure(y, np.full(len(y), 13.0)) == close(measure(y))
    few = np.ceil(w / 100)
    assert measure(y, few) == close(measure(np.repeat(y, few.astype(int))))
    empty = measure(np.append(y, [0, 1e6]), np.append(w, [0, 0]))
    assert empty == close(measure(y, w))


@each
@calm
@given(level=st.floats(1e-3, 1e9), counts=st.lists(people, min_size=1, max_size=20))
def test_equality_is_zero_and_one_region_too(measure, level, counts):
    y = np.full(len(counts), level)
    assert measure(y, counts) == pytest.approx(least(measure), abs=1e-7)
    assert measure([level]) == pytest.approx(least(measure), abs=1e-7)


@calm
@given(st.lists(st.tuples(st.integers(0, 10_000), people), min_size=1, max_size=30))
def test_bounds(rows):
    y, w = columns(rows)
    if not y.any():
        return
    p = w / w.sum()
    assert 0 <= inequality.gini(y, w) <= 1 - p.min() + 1e-12
    assert 0 <= inequality.hoover(y, w) <= 1 - p.min() + 1e-12
    assert 0 <= inequality.theil(y, w) <= -np.log(p.min()) + 1e-12
    assert 0 <= inequality.williamson(y, w) <= (1 / p.min() - 1) ** 0.5 + 1e-9
    assert inequality.mean_log_deviation(y, w) >= 0
    assert inequality.percentile_ratio(y, w) >= 1 - 1e-9
    assert inequality.hoover(y, w) <= inequality.gini(y, w) + 1e-12
    found = [inequality.atkinson(y, w, epsilon=e) for e in (0, 0.5, 1, 2, 50)]
    assert found[0] == pytest.approx(0, abs=1e-12)
    assert all(0 <= a <= b + 1e-9 <= 1 + 2e-9 for a, b in pairwise(found))


@calm
@given(regions, st.integers(1, 5))
def test_between_and_within_make_the_total(rows, count):
    y, w = columns(rows)
    groups = np.arange(len(y)) % count
    found = inequality.decompose_theil(y, groups, w)
    assert found.index.tolist() == ["total", "between", "within"]
    assert found["total"] == close(inequality.theil(y, w))
    assert found["between"] + found["within"] == close(found["total"])
    assert (found >= 0).all()
    single = inequality.decompose_theil(y, np.arange(len(y)), w)
    assert single["within"] == pytest.approx(0, abs=1e-12)
    whole = inequality.decompose_theil(y, np.zeros(len(y)), w)
    assert whole["between"] == pytest.approx(0, abs=1e-12)


def test_groups_without_income_or_people():
    found = inequality.decompose_theil([0, 0, 4, 8, 7], list("aabbc"), [1, 1, 1, 1, 0])
    assert found["between"] == close(np.log(2))
    assert found["within"] == close(inequality.theil([4, 8]))


def test_zeros_have_the_value_of_the_limit():
    y = [0, 1, 3]
    tiny = [1e-300, 1, 3]
    assert inequality.theil(y) == close(inequality.theil(tiny))
    assert inequality.gini(y) == close(inequality.gini(tiny))
    assert inequality.mean_log_deviation(y) == np.inf
    assert inequality.atkinson(y) == inequality.atkinson(y, epsilon=3) == 1
    assert inequality.atkinson(y, epsilon=0.5) < 1
    assert inequality.percentile_ratio(y) == np.inf
    assert inequality.percentile_ratio([0, 1, 1, 1, 1]) == np.inf
    nobody = [0, 1, 1]  # nobody lives where there is nothing
    for measure in MEASURES.values():
        assert np.isfinite(measure(y, nobody))


def test_the_ends_of_a_ratio_split_regions():
    assert inequality.percentile_ratio([1, 3], [1, 9]) == close(3 / 2)
    assert inequality.percentile_ratio([1, 3], [1, 9], share=0.1) == close(3)
    assert inequality.percentile_ratio([1, 3], [1, 9], share=0.5) == close(
        3 / (0.6 * 3 - 0.6 + 1.4)
    )


# --- convergence ------------------------------------------------------------------------------


def test_a_known_slope_is_found_with_controls_and_within_groups():
    draw = np.random.default_rng(11)
    group = np.repeat(list("abcd"), 30)
    start = draw.lognormal(size=120) * np.repeat([1, 5, 20, 90], 30)
    other = draw.normal(size=120)
    own = np.repeat([0.1, 0.9, 2.0, 4.0], 30)
    end = start * np.exp(0.3 - 0.25 * np.log(start) + 0.5 * other + own)
    found = inequality.beta_convergence(start, end, 10, controls=other, groups=group)
    assert found.slope == close(-0.25)
    assert found.speed == close(-np.log(0.75) / 10)
    assert found.r_squared == close(1)
    alone = inequality.beta_convergence(
        [*start, 5], [*end, 500], 10, controls=[*other, 3], groups=[*group, "e"]
    )
    assert alone.slope == close(-0.25)
    assert alone.n == 120
    noisy = end * draw.lognormal(0, 0.3, 120)
    ways = {
        errors: inequality.beta_convergence(start, noisy, 10, groups=group, errors=errors)
        for errors in ("classical", "HC3", "cluster")
    }
    assert len({fit.slope for fit in ways.values()}) == 1
    assert len({fit.se for fit in ways.values()}) == 3


@pytest.mark.parametrize(
    ("end", "speed", "half_life"),
    [([2, 4, 8], 0, np.inf), ([1, 4, 16], -np.log(2) / 10, np.inf), ([16, 4, 1], np.nan, np.nan)],
)
def test_what_does_not_converge_has_no_half_life(end, speed, half_life):
    found = inequality.beta_convergence([1, 2, 4], end, 10)
    assert found.speed == pytest.approx(speed, abs=1e-12, nan_ok=True)
    assert found.half_life > 1e12 if half_life == np.inf else np.isnan(found.half_life)


@calm
@given(regions, st.sampled_from([0.01, 5]))
def test_sigma_ignores_scale_and_copies(rows, factor):
    panel = pd.DataFrame(columns(rows).T, columns=[1990, 2000])
    found = inequality.sigma_convergence(panel)
    assert found.to_numpy() == close(inequality.sigma_convergence(panel * factor).to_numpy())
    assert found.to_numpy() == close(
        inequality.sigma_convergence(pd.concat([panel] * 2)).to_numpy()
    )


# --- changes ----------------------------------------------------------------------------------


@each
@calm
@given(rows=regions, scale=st.sampled_from([1, 3.7]))
def test_no_change_is_exactly_none(measure, rows, scale):
    y, w = columns(rows)
    for weights in ({}, {"weights_before": w, "weights_after": w}):
        found = inequality.bootstrap_change(
            measure, y, y * scale, **weights, draws=50, rng=np.random.default_rng(1)
        )
        assert found == (0, 0, 0, 1, 50)


def test_a_change_of_a_billionth_is_one():
    """Of incomes 1 and x the Gini is (x - 1) / (2 (x + 1)), which rises by 1/16 from x = 3 on."""
    found = inequality.bootstrap_change(
        inequality.gini, [1, 3], [1, 3 + 16e-9], draws=50, rng=np.random.default_rng(1)
    )
    assert found.estimate == pytest.approx(1e-9, rel=1e-3)
    assert found.high == pytest.approx(1e-9, rel=1e-3)


@each
def test_draws_are_pairs_of_resampled_regions(measure):
    draw = np.random.default_rng(2)
    y, later, w = draw.lognormal(size=(3, 12))
    found = inequality.bootstrap_change(
        measure, y, later, weights_before=w, weights_after=w, draws=1, rng=np.random.default_rng(9)
    )
    counts = np.random.default_rng(9).multinomial(12, np.full(12, 1 / 12))
    at = np.repeat(np.arange(12), counts)
    assert found.estimate == pytest.approx(measure(later, w) - measure(y, w), abs=1e-11)
    assert found.low == found.high
    assert found.low == pytest.approx(measure(later[at], w[at]) - measure(y[at], w[at]), abs=1e-11)


def test_any_function_of_values_and_weights_will_do():
    def top(values, weights=None):
        return inequality.gini(values, weights)

    y, later = np.random.default_rng(4).lognormal(size=(2, 15))
    first, second = (
        inequality.bootstrap_change(measure, y, later, draws=60, rng=np.random.default_rng(8))
        for measure in (top, inequality.gini)
    )
    assert first == pytest.approx(second)


def test_a_clear_change_is_found_and_its_sign():
    draw = np.random.default_rng(6)
    y = draw.lognormal(0, 0.5, 60)
    found = inequality.bootstrap_change(inequality.theil, y, y**1.5, rng=draw)
    assert 0 < found.low < found.estimate < found.high
    assert found.p_value == close(2 / 2_001)
    back = inequality.bootstrap_change(inequality.theil, y**1.5, y, rng=draw)
    assert back.high < 0
    wide = inequality.bootstrap_change(inequality.theil, y, y**1.5, level=0.99, rng=draw)
    assert wide.low < found.low


def test_draws_without_a_value_are_left_out_and_counted():
    found = inequality.bootstrap_change(
        inequality.gini, [0, 0, 5], [0, 1, 5], draws=500, rng=np.random.default_rng(1)
    )
    assert 300 < found.draws < 400  # (2/3)^3 of the draws have no income before
    with pytest.raises(ValueError, match="found inf before, inf after, expected finite"):
        inequality.bootstrap_change(
            inequality.mean_log_deviation, [0, 1], [0, 2], rng=np.random.default_rng(1)
        )


# --- concentration ----------------------------------------------------------------------------


@calm
@given(st.lists(income, min_size=1, max_size=30))
def test_concentration_lies_between_equal_and_single(output):
    found = inequality.concentration(output)
    n = len(output)
    assert found.n == n
    assert 1 / n - 1e-12 <= found.herfindahl <= found.largest_share + 1e-12 <= 1 + 1e-9
    assert output[found.largest] == max(output)
    assert np.isnan(found.primary_share)


def test_the_share_of_the_primary_region():
    output = pd.Series({"north": 30, "south": 60, "west": 10})
    found = inequality.concentration(output, primary="north")
    assert found.primary_share == close(0.3)
    assert found.largest == "south"
    with pytest.raises(ValueError, match="primary: found 'east', which is none of output"):
        inequality.concentration(output, primary="east")


def test_concentration_of_output_of_every_country():
    rows = load("regional-output").dropna(subset="output")
    rows = rows[rows["year"] == rows.groupby("iso3")["year"].transform("max")]
    found = {
        iso3: inequality.concentration(part.set_index("region")["output"])
        for iso3, part in rows.groupby("iso3")
    }
    assert len(found) == 14
    assert all(1 / part.n < part.herfindahl < 0.5 for part in found.values())
    assert found["ZAF"].largest == "Gauteng"


# --- errors name the position -----------------------------------------------------------------

WRONG = [
    ([1, np.nan, 3], None, "values: row 1 holds nan, expected zero or more"),
    ([1, 2, -3], None, r"values: row 2 holds -3, expected zero or more \(1 such rows\)"),
    ([np.inf, 2], None, "values: row 0 holds inf"),
    (pd.Series({"Oaxaca": 1.0, "Puebla": None}), None, "values: row Puebla holds nan"),
    (pd.Series([1, pd.NA], index=["a", "b"], dtype="Int64"), None, "values: row b holds nan"),
    ([1, 2], [1, -1], "weights: row 1 holds -1"),
    ([1, 2], [np.nan, 1], "weights: row 0 holds nan"),
    ([1, 2], [1, 2, 3], "weights: found 3 rows, expected 2, one for each"),
    ([], None, "values: found no rows, expected 1 or more"),
    ([0, 0], None, "values: all rows that count are zero"),
    ([0, 5], [1, 0], "values: all rows that count are zero"),
    ([1, 2], [0, 0], "weights: all rows that count are zero"),
    (
        pd.Series({"a": 1, "b": 2}),
        pd.Series({"b": 2, "a": 1}),
        "weights: found row b, expected a there; sort them alike",
    ),
    (
        [[1, 2], [3, 4]],
        [1, 2],
        "values: row 0 holds .1, 2., expected a number",
    ),
]


@each
@pytest.mark.parametrize(("values", "weights", "message"), WRONG)
def test_wrong_rows_are_named(measure, values, weights, message):
    with pytest.raises((ValueError, TypeError), match=message):
        measure(values, weights)


def test_words_are_no_numbers():
    with pytest.raises(TypeError, match="values: found values of type str, expected numbers"):
        inequality.gini(pd.Series(["1", "2"], dtype="str"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: inequality.atkinson([1, 2], epsilon=-1),
            "epsilon: found -1, expected a number from 0 to 1000",
        ),
        (lambda: inequality.atkinson([1, 2], epsilon=np.inf), "epsilon: found inf"),
        (lambda: inequality.percentile_ratio([1, 2], share=0), "share: found 0, expected"),
        (lambda: inequality.percentile_ratio([1, 2], share=0.6), "share: found 0.6"),
        (lambda: inequality.decompose_theil([1, 2], ["a", None]), "groups: row 1 has no label"),
        (lambda: inequality.decompose_theil([1, 2], ["a"]), "groups: found 1 rows, expected 2"),
        (
            lambda: inequality.sigma_convergence(pd.DataFrame({1990: [1.0, 0.0]}, list("ab"))),
            "panel, 1990: row b holds 0, expected a number above zero",
        ),
        (lambda: inequality.concentration([0, 0]), "output: all rows that count are zero"),
        (lambda: inequality.concentration([1, -2]), "output: row 1 holds -2"),
    ],
)
def test_wrong_calls_are_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": [1, 0, 3, 4]}, "start: row 1 holds 0, expected a number above zero"),
        ({"end": [1, 2, 3, np.nan]}, "end: row 3 holds nan"),
        ({"end": [1, 2, 3]}, "end: found 3 rows, expected 4"),
        ({"years": 0}, "years: found 0, expected years, 0.01"),
        ({"start": [2, 2, 2, 2]}, "start: found collinear regressors"),
        ({"start": [1], "end": [2]}, "start: found 1 places, expected more than the 2 regressors"),
        ({"controls": [1, 2, np.nan, 3]}, "controls, 0: row 2 holds nan, expected a finite number"),
        ({"controls": np.log([1, 2, 3, 5])}, "start: found collinear regressors"),
        ({"groups": [1, 2, 3, None]}, "groups: row 3 has no label"),
        ({"groups": [1, 2, 3, 4]}, "start: found 0 places"),
        ({"errors": "HC9"}, "errors: found 'HC9', expected one of classical, HC3, cluster"),
        ({"errors": "cluster"}, "groups: found fewer than two to cluster by"),
    ],
)
def test_wrong_regressions_are_told(change, message):
    given = {"start": [1, 2, 3, 5], "end": [2, 3, 5, 6], "years": 10, **change}
    with pytest.raises(ValueError, match=message):
        inequality.beta_convergence(**given)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"after": [1, 2]}, "after: found 2 rows, expected 3"),
        ({"before": [1, -2, 3]}, "before: row 1 holds -2"),
        ({"after": [1, 2, np.nan]}, "after: row 2 holds nan"),
        ({"weights_before": [1, 2, 3]}, "weights_after: found none, expected weights at both"),
        (
            {"weights_before": [1, 2, 3], "weights_after": [1, np.inf, 3]},
            "weights_after: row 1 holds inf",
        ),
        ({"draws": 0}, "draws: found 0, expected a whole number, 1 to 100000"),
        ({"draws": 2.5}, "draws: found 2.5, expected a whole number"),
        ({"level": 95}, "level: found 95, expected a share above 0 and below 1"),
        ({"before": pd.Series([1, 2, 3], list("abc"))}, None),
        (
            {
                "before": pd.Series([1, 2, 3], list("abc")),
                "after": pd.Series([1, 2, 3], list("acb")),
            },
            "after: found row c, expected b there",
        ),
    ],
)
def test_wrong_pairs_are_told(change, message):
    given = {"before": [1, 2, 3], "after": [1, 2, 4], "rng": np.random.default_rng(1), **change}
    if message is None:
        assert inequality.bootstrap_change(inequality.gini, **given).draws == 2_000
        return
    with pytest.raises(ValueError, match=message):
        inequality.bootstrap_change(inequality.gini, **given)


def test_a_seed_is_no_source_of_random_numbers():
    with pytest.raises(TypeError, match="rng: found 1, expected a numpy"):
        inequality.bootstrap_change(inequality.gini, [1, 2], [1, 3], rng=1)


NOT_A_COLUMN = {
    "column of a table": np.array([[1.0], [2.0]]),
    "frame": pd.DataFrame({"y": [1.0, 2.0]}),
    "row of a table": np.array([[1.0, 2.0]]),
    "text": ["1", "2"],
    "text beside numbers": [1.0, "2"],
    "dates": pd.Series(pd.date_range("2000", periods=2)),
    "spans": pd.to_timedelta([1, 2], "D"),
    "complex": np.array([1, 2j]),
    "scalar": 3.0,
    "nothing": None,
    "a word": "12",
    "a set": {1.0, 2.0},
}


@each
@pytest.mark.parametrize("given", NOT_A_COLUMN.values(), ids=NOT_A_COLUMN)
def test_what_is_no_column_of_numbers_is_refused_by_name(measure, given):
    with pytest.raises(TypeError, match=r"^values: "):
        measure(given)


@each
def test_every_kind_of_column_gives_one_result(measure):
    incomes = [1.0, 2.0, 5.0, 9.0]
    right = measure(incomes, [3, 1, 1, 2])
    for column in (
        tuple(incomes),
        np.array(incomes, dtype=object),
        np.array(incomes, dtype=">f8"),
        pd.Series(incomes, dtype="Float64"),
        pd.Series(incomes, dtype="double[pyarrow]"),
        pd.Index(incomes),
    ):
        assert measure(column, pd.array([3, 1, 1, 2], dtype="Int64")) == right


@each
@pytest.mark.parametrize("power", [-1070, -300, 300, 1019])
def test_the_unit_of_incomes_and_people_changes_no_bit(measure, power):
    incomes = np.array([1.0, 2, 4, 16])
    weights = np.array([3.0, 1, 1, 2])
    assert measure(np.ldexp(incomes, power), weights) == measure(incomes, weights)
    assert measure(incomes, np.ldexp(weights, power)) == measure(incomes, weights)


@pytest.mark.parametrize("epsilon", [1 - 1e-9, 1 - 1e-15, 1 + 1e-15, 1 + 1e-12, 0.999999, 1.000001])
def test_atkinson_is_smooth_where_its_aversion_is_nearly_one(epsilon):
    found = inequality.atkinson([1, 2, 3, 10], epsilon=epsilon)
    assert found == pytest.approx(inequality.atkinson([1, 2, 3, 10]), abs=1e-6)


def test_atkinson_on_both_sides_of_where_its_sum_changes_form():
    for edge in (1 - inequality.NEAR_ONE, 1 + inequality.NEAR_ONE):
        just_in, just_out = (
            inequality.atkinson([1, 2, 3, 10], epsilon=edge + step) for step in (-1e-12, 1e-12)
        )
        assert just_in == pytest.approx(just_out, abs=1e-11)


def test_great_aversion_leaves_the_poorest_region():
    assert inequality.atkinson([1, 2, 3, 10], epsilon=1000) == pytest.approx(1 - 1 / 4, abs=1e-3)


def test_places_that_grow_alike_do_not_come_closer():
    found = inequality.beta_convergence([1, 2, 3, 5], [1.1, 2.2, 3.3, 5.5], 10)
    assert found.slope == 0
    assert found.half_life == np.inf
    assert np.isnan(found.r_squared)


def test_places_that_end_alike_have_no_half_life():
    found = inequality.beta_convergence([1, 2, 3, 5], [7, 7, 7, 7], 10)
    assert found.slope == -1
    assert np.isnan(found.speed)


def test_examples_in_the_words_hold():
    assert doctest.testmod(inequality).failed == 0
