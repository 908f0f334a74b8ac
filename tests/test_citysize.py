"""Published values, and what must hold of any set of cities."""

from math import lgamma, log
from pathlib import Path

import numpy as np
import pandas as pd
import powerlaw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scsreport import citysize

sizes = st.lists(st.integers(1, 10_000), min_size=5, max_size=40).filter(lambda s: len(set(s)) > 1)
calm = settings(deadline=None, max_examples=60)


@pytest.fixture(scope="module")
def us_cities():
    return np.loadtxt(Path(powerlaw.__file__).parent / "reference_data" / "cities.txt")


@pytest.fixture(scope="module")
def simulated():
    """Gabaix and Ibragimov's experiment: samples of 50 from a Pareto law with exponent 1."""
    draws = 1 + np.random.default_rng(2011).pareto(1.0, size=(6_000, 50))
    fits = pd.DataFrame([citysize.rank_size(row) for row in draws])
    ordered, ranks = np.log(-np.sort(-draws, axis=1)), np.log(np.arange(1, 51))
    centred = ordered - ordered.mean(axis=1, keepdims=True)
    plain = -(centred @ ranks) / (centred**2).sum(axis=1)
    return fits.assign(plain=plain)


def test_us_cities_give_the_published_tail(us_cities):
    fit = citysize.tail_fit(us_cities)
    assert len(us_cities) == 19_447
    assert fit.xmin == 52_457
    assert fit.n_tail == 580
    assert fit.alpha == pytest.approx(2.370, abs=0.0005)
    assert fit.exponent == pytest.approx(1.370, abs=0.0005)
    # Clauset, Shalizi and Newman could not tell it from a lognormal either.
    assert fit.lognormal_ratio == pytest.approx(-0.09, abs=0.03)
    assert fit.lognormal_p > 0.5


def test_a_lognormal_is_recognised_by_the_sign():
    draws = np.random.default_rng(5).lognormal(10, 0.5, size=800)
    fit = citysize.tail_fit(draws, xmin=float(np.quantile(draws, 0.2)))
    assert fit.lognormal_ratio < -2
    assert fit.lognormal_p < 0.05


def test_whole_numbers_are_fitted_as_discrete():
    small = np.random.default_rng(3).zipf(2.5, size=2_000)
    whole = citysize.tail_fit(small, xmin=1)
    assert whole.alpha == pytest.approx(2.5, abs=0.06)
    assert citysize.tail_fit(small + 1e-9, xmin=1).alpha > whole.alpha + 0.3  # wrongly continuous


def test_rank_minus_one_half_removes_the_bias(simulated):
    assert simulated["plain"].mean() == pytest.approx(0.924, abs=0.008)
    assert simulated["exponent"].mean() == pytest.approx(1.011, abs=0.008)


def test_the_formula_gives_the_true_error(simulated):
    assert simulated["se"].mean() == pytest.approx(0.202, abs=0.002)
    assert simulated["exponent"].std() == pytest.approx(0.199, abs=0.006)
    assert simulated["se"].mean() == pytest.approx(simulated["exponent"].std(), rel=0.06)


def test_hill_is_unbiased_and_the_usual_form_is_not():
    draws = 1 + np.random.default_rng(1975).pareto(1.2, size=(4_000, 40))
    found = np.array([citysize.hill(row, 12) for row in draws])
    assert found.mean() == pytest.approx(1.2, abs=0.025)
    assert (found * 11 / 10).mean() > 1.28
    assert found.std() == pytest.approx(1.2 / np.sqrt(12 - 3), rel=0.1)


@given(st.integers(3, 300), st.floats(0.3, 3))
def test_hill_on_an_exact_pareto_law(n, zeta):
    exact = np.arange(1, n + 20) ** (-1 / zeta) * 1e6
    expected = (n - 2) * zeta / (n * log(n) - lgamma(n + 1))
    assert citysize.hill(exact, n) == pytest.approx(expected, rel=1e-9)


@calm
@given(sizes, st.floats(0.01, 1000))
def test_exponents_do_not_depend_on_the_unit_of_count(people, factor):
    scaled = np.array(people) * factor
    assert citysize.rank_size(scaled)[:3] == pytest.approx(citysize.rank_size(people)[:3])
    assert citysize.primacy(scaled) == pytest.approx(citysize.primacy(people))


@calm
@given(sizes, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(people, random):
    mixed = random.sample(people, len(people))
    assert citysize.rank_size(mixed) == pytest.approx(citysize.rank_size(people))
    assert citysize.primacy(mixed) == citysize.primacy(people)


@calm
@given(sizes)
def test_primacy_stays_in_its_bounds(people):
    found = citysize.primacy(people)
    assert found.first_second >= 1
    assert found.first_next3 >= 1 / 3
    assert 0.2 <= found.first_top5_share <= 1
    assert 1 / len(people) <= found.first_share <= found.first_top5_share


def test_primacy_of_known_cities():
    found = citysize.primacy(pd.Series([100, 400, 200, 200, 100]))
    assert found == (2.0, 0.8, 0.4, 0.4)
    few = citysize.primacy([300, 100])
    assert few.first_second == 3
    assert few.first_share == 0.75
    assert np.isnan([few.first_next3, few.first_top5_share]).all()
    assert np.isnan(citysize.primacy([5, 0]).first_second)


def test_zipf_holds_when_it_was_put_in():
    exact = 1e7 / (np.arange(1, 201) - 0.5)
    fit = citysize.rank_size(exact)
    assert fit.exponent == pytest.approx(1)
    assert fit.r_squared == pytest.approx(1)
    assert fit.se == pytest.approx(0.1)


def test_cutoff_and_n_select_and_are_reported():
    people = pd.Series([50, 900, 400, 100, 100, 300, 0, 700])
    assert citysize.rank_size(people, cutoff=100)[2:4] == (6, 100)
    assert citysize.rank_size(people, n=3)[2:4] == (3, 400)
    assert citysize.rank_size(people, cutoff=300, n=3) == citysize.rank_size([900, 700, 400])


def test_one_row_per_country_with_enough_cities():
    rng = np.random.default_rng(8)
    people = pd.Series(1e5 * (1 + rng.pareto(1.1, 90)), index=[7] * 90)
    country = np.array(["NA"] * 50 + ["FR"] * 38 + ["SG"] * 2)
    table = citysize.rank_size_by(people, country, cutoff=1.2e5)
    assert list(table.index) == ["FR", "NA"]
    for code, row in table.iterrows():
        alone = citysize.rank_size(people.to_numpy()[country == code], cutoff=1.2e5)
        assert tuple(row) == pytest.approx(tuple(alone))
    assert citysize.rank_size_by(people, country, least=45).index.tolist() == ["NA"]
    assert citysize.rank_size_by(people, country, n=45)["n"].to_dict() == {"NA": 45}


def test_exponent_by_cutoff_counts_what_is_left():
    people = 1e6 / np.arange(1, 101)
    table = citysize.exponent_by_cutoff(people, [1e4, 1e5, 4e5])
    assert table["n"].tolist() == [100, 10, 2]
    assert table["exponent"].isna().tolist() == [False, False, True]
    assert table.loc[1e5, "exponent"] == citysize.rank_size(people, n=10).exponent


named = pd.Series([500.0, 400, 300, 200, 100], index=["Oslo", "Bergen", "Moss", "Hamar", "Odda"])


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: citysize.rank_size(named.replace(300, np.nan)), ValueError, "row Moss holds nan"),
        (lambda: citysize.primacy(named.replace(300, -3)), ValueError, "row Moss holds -3"),
        (lambda: citysize.tail_fit(named.replace(300, np.inf)), ValueError, "row Moss holds inf"),
        (lambda: citysize.rank_size(named.replace(300, 0)), ValueError, "row Moss holds 0.*cutoff"),
        (lambda: citysize.tail_fit(named.replace(300, 0)), ValueError, "row Moss holds 0"),
        (lambda: citysize.rank_size(named, cutoff=400), ValueError, "2 cities of 400.*at least 3"),
        (lambda: citysize.rank_size(named * 0 + 7), ValueError, "1 different sizes"),
        (lambda: citysize.rank_size(named, n=9), ValueError, "found 5 cities.*at least 9"),
        (lambda: citysize.rank_size([]), ValueError, "found 0 cities"),
        (lambda: citysize.hill(named, 2), ValueError, "n: found 2, expected a whole number, 3"),
        (lambda: citysize.hill(named, 6), ValueError, "found 5 cities"),
        (lambda: citysize.primacy([]), ValueError, "no city above zero"),
        (lambda: citysize.tail_fit([4, 4, 4, 3, 3, 2]), ValueError, "3 different sizes"),
        (
            lambda: citysize.rank_size(["a", "b", "c"]),
            TypeError,
            "population: row 0 holds .a., expected a number",
        ),
        (
            lambda: citysize.rank_size_by(named, ["A"]),
            ValueError,
            "groups: found 1 rows, expected 5",
        ),
        (
            lambda: citysize.rank_size_by(named, ["A", "A", None, "A", "A"]),
            ValueError,
            "row Moss has no label",
        ),
    ],
)
def test_errors_name_the_row_and_what_to_do(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_nullable_columns_are_read_like_plain_ones():
    people = pd.Series([500, 300, 200], dtype="Int64")
    assert citysize.rank_size(people) == citysize.rank_size([500, 300, 200])
    with pytest.raises(ValueError, match="row 3 holds nan"):
        citysize.rank_size(pd.concat([people, pd.Series([pd.NA], index=[3], dtype="Int64")]))


def test_the_library_is_kept_quiet(capfd, recwarn):
    citysize.tail_fit([round(1_000_000 / rank) for rank in range(1, 61)])
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


@pytest.mark.parametrize("zeta", [1.2, 2.3, 3.0, 6.0])
@pytest.mark.parametrize("whole", [False, True])
def test_a_tail_of_any_steepness_has_the_exponent_of_its_closed_form(zeta, whole):
    floor, n = 100_000.0, 300
    sizes = floor * ((np.arange(1, n + 1) - 0.5) / n) ** (-1 / zeta)
    sizes = sizes.round() if whole else sizes
    found = citysize.tail_fit(sizes, xmin=floor)
    assert found.alpha == pytest.approx(1 + n / np.log(sizes / floor).sum(), abs=0.01)
    assert found.lognormal_p > 0.1


def test_sizes_that_hardly_differ_have_no_power_law():
    sizes = 1e6 * (1 + np.arange(1, 50) * 1e-6)
    with pytest.raises(ValueError, match=r"^population: found no power law that fits"):
        citysize.tail_fit(sizes, xmin=1e6)


@pytest.mark.parametrize("spread", [1e-16, 1e-12])
def test_sizes_that_differ_by_rounding_are_one_size(spread):
    with pytest.raises(citysize.TooFewCitiesError, match="2 sizes"):
        citysize.rank_size(1e6 * (1 + np.arange(9) * spread))


def test_shares_of_the_largest_city_hold_in_any_unit():
    sizes = np.array([600.0, 300, 200, 100, 50])
    for power in (-1050, 1010):
        assert citysize.primacy(np.ldexp(sizes, power)) == citysize.primacy(sizes)


def test_cutoffs_come_back_as_they_were_given():
    sizes = [1_000_000 / rank for rank in range(1, 101)]
    table = citysize.exponent_by_cutoff(sizes, (cutoff for cutoff in (50_000, 10_000)))
    assert table.index.tolist() == [50_000, 10_000]
    with pytest.raises(ValueError, match="cutoffs: row 1 holds 0, expected a number above zero"):
        citysize.exponent_by_cutoff(sizes, [5, 0])


def test_the_form_of_lotka_is_one_over_that_of_pareto_on_an_exact_line():
    rank = np.arange(1, 201)
    people = 1e6 * (rank - 0.5) ** -0.8
    pareto, lotka = citysize.rank_size(people), citysize.rank_size(people, form="Lotka")
    assert lotka.exponent == pytest.approx(0.8) and pareto.exponent == pytest.approx(1 / 0.8)
    assert lotka.se == pytest.approx(0.8 * (2 / 200) ** 0.5)
    with pytest.raises(ValueError, match="form: found 'Zipf', expected one of Pareto, Lotka"):
        citysize.rank_size(people, form="Zipf")


def test_the_product_of_both_forms_is_the_r_squared():
    people = np.exp(np.random.default_rng(3).normal(12, 1, 80))
    pareto, lotka = citysize.rank_size(people), citysize.rank_size(people, form="Lotka")
    assert pareto.exponent * lotka.exponent == pytest.approx(pareto.r_squared)
