"""Published values of the US states, a second opinion on each number, and the declared set."""

import doctest
from functools import partial
from itertools import chain, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.outliers_influence import variance_inflation_factor

from scsreport import infrastructure
from scsreport.tables.datasets import load

calm = settings(deadline=None, max_examples=8)
close = partial(pytest.approx, rel=1e-9, abs=1e-9)
seeds = st.integers(0, 10_000)


def table(seed=1, n=60):
    """An outcome, two scores that hang together, and a control."""
    draw = np.random.default_rng(seed)
    hard, other = draw.normal(size=(2, n))
    soft = 0.6 * hard + draw.normal(size=n)
    outcome = 0.2 * hard + 0.5 * soft + 0.3 * other + draw.normal(size=n) * (1 + np.abs(hard))
    labels = [f"u{number}" for number in range(n)]
    columns = {"outcome": outcome, "hard": hard, "soft": soft, "other": other}
    return pd.DataFrame(columns, labels)


def compare(data, **more):
    return infrastructure.compare(data["outcome"], data["hard"], data["soft"], **more)


# --- published values: Munnell 1990; Baltagi and Pinnoi 1995, table 1 --------------------------

PUBLISHED = {
    "pooled": {
        "capital": (0.155, 0.017),
        "private": (0.309, 0.010),
        "jobs": (0.594, 0.014),
        "unemployment": (-0.007, 0.001),
    },
    "between": {
        "capital": (0.179, 0.072),
        "private": (0.302, 0.042),
        "jobs": (0.576, 0.056),
        "unemployment": (-0.004, 0.010),
    },
    "fixed": {
        "capital": (-0.026, 0.029),
        "private": (0.292, 0.025),
        "jobs": (0.768, 0.030),
        "unemployment": (-0.005, 0.001),
    },
    "random": {
        "capital": (0.004, 0.023),
        "private": (0.311, 0.020),
        "jobs": (0.730, 0.025),
        "unemployment": (-0.006, 0.001),
    },
}


@pytest.fixture(scope="module")
def states():
    rows = load("us-capital")
    regressors = pd.DataFrame(
        {
            "capital": np.log(rows["public_capital"]),
            "private": np.log(rows["private_capital"]),
            "jobs": np.log(rows["jobs"]),
            "unemployment": rows["unemployment"],
        }
    )
    return np.log(rows["product"]), regressors, rows["state"]


@pytest.mark.parametrize("model", PUBLISHED)
def test_public_capital_of_the_states(states, model):
    found = infrastructure.panel_effects(*states).table.loc[model]
    assert found.index.tolist() == list(PUBLISHED[model])
    for term, (estimate, se) in PUBLISHED[model].items():
        assert found.loc[term, "estimate"] == pytest.approx(estimate, abs=5.1e-4), term
        assert found.loc[term, "se"] == pytest.approx(se, abs=5.1e-4), term


def test_what_the_states_teach(states):
    found = infrastructure.panel_effects(*states)
    capital = found.table.xs("capital", level="term")
    assert capital["n"].tolist() == [816, 48, 816, 816]
    assert capital.loc["pooled", "low"] > 0.1
    assert capital.loc["fixed", "low"] < 0 < capital.loc["fixed", "high"]
    # The printed error takes 17 years of one state for 17 states.
    assert capital.loc["pooled", "clustered"] > 3 * capital.loc["pooled", "se"]
    assert 0.85 < found.theta < 0.9


def test_fixed_effects_are_a_constant_for_each_state(states):
    outcome, regressors, units = states
    own = pd.get_dummies(units, dtype=float)
    fit = OLS(outcome, regressors.join(own)).fit()
    found = infrastructure.panel_effects(*states).table.loc["fixed"]
    assert found["estimate"].to_numpy() == close(fit.params.iloc[:4].to_numpy())
    assert found["se"].to_numpy() == close(fit.bse.iloc[:4].to_numpy())


@calm
@given(seeds)
def test_panels_ignore_order_and_levels_of_their_own(seed):
    draw = np.random.default_rng(seed)
    units = pd.Series(np.repeat(list("abcdefgh"), 6))
    x = pd.DataFrame(draw.normal(size=(48, 2)), columns=["a", "b"])
    y = 0.4 * x["a"] + draw.normal(size=48)
    found = infrastructure.panel_effects(y, x, units)
    order = draw.permutation(48)
    shuffled = infrastructure.panel_effects(y[order], x.loc[order], units[order])
    pd.testing.assert_frame_equal(found.table, shuffled.table)
    assert 0 <= found.theta < 1
    level = units.map(dict(zip("abcdefgh", draw.normal(size=8) * 9, strict=True)))
    lifted = infrastructure.panel_effects(y + level, x, units)
    one, other = (part.table.loc["fixed", "estimate"].to_numpy() for part in (found, lifted))
    assert one == close(other)
    assert lifted.theta > found.theta or found.theta > 0.9


# --- the index --------------------------------------------------------------------------------


@calm
@given(seeds, st.sampled_from(["component", "mean"]))
def test_an_index_ignores_units_and_order(seed, method):
    draw = np.random.default_rng(seed)
    items = table(seed)[["hard", "soft", "other"]] + draw.normal(size=(60, 1))
    found = infrastructure.index(items, method=method)
    assert found.scores.mean() == close(0)
    assert found.scores.std(ddof=0) == close(1)
    assert found.loadings.mean() > 0
    assert found.loadings.to_numpy() == close(items.corrwith(found.scores).to_numpy())
    assert 1 / 3 - 1e-9 <= found.explained <= 1 or method == "mean"
    other = items.iloc[draw.permutation(60), ::-1] * [3, 0.001, 100] - [5, 0, 1]
    again = infrastructure.index(other, method=method)
    assert again.scores[items.index].to_numpy() == close(found.scores.to_numpy())
    assert again.loadings[found.loadings.index].to_numpy() == close(found.loadings.to_numpy())
    assert again.explained == close(found.explained)


def test_the_component_explains_what_its_eigenvalue_says():
    items = table()[["hard", "soft", "other"]]
    largest = np.linalg.eigvalsh(items.corr())[-1]
    component, mean = (infrastructure.index(items, method=m) for m in ("component", "mean"))
    assert component.explained == close(largest / 3)
    assert mean.explained < component.explained


def test_one_item_is_its_own_index_and_two_weigh_alike():
    data = table()
    for method in ("component", "mean"):
        found = infrastructure.index(data[["hard"]], method=method)
        assert found.scores.corr(data["hard"]) == close(1)
        assert (found.loadings.tolist(), found.explained) == (close([1]), close(1))
    pair = data[["hard", "soft"]]
    one, two = (infrastructure.index(pair, method=m).scores for m in ("component", "mean"))
    assert one.to_numpy() == close(two.to_numpy())


def test_the_sign_is_that_of_the_first_item_where_items_cancel():
    data = table()[["hard"]].assign(back=-table()["hard"])
    assert infrastructure.index(data).loadings.tolist() == close([1, -1])


def test_a_row_without_an_item_has_no_score_and_moves_no_other():
    items = table()[["hard", "soft"]]
    found = infrastructure.index(pd.concat([items, pd.DataFrame({"hard": [99.0]}, ["x"])]))
    assert np.isnan(found.scores["x"])
    assert found.scores[:-1].to_numpy() == close(infrastructure.index(items).scores.to_numpy())


# --- hard against soft ------------------------------------------------------------------------


@calm
@given(seeds)
def test_swapping_both_flips_the_difference(seed):
    data = table(seed)
    found = compare(data, controls=data[["other"]])
    swapped = compare(data.rename(columns={"hard": "soft", "soft": "hard"}), controls=data["other"])
    assert swapped.difference == close(-found.difference)
    assert (swapped.low, swapped.high) == close((-found.high, -found.low))
    assert (swapped.p_value, swapped.vif) == close((found.p_value, found.vif))
    assert swapped.without.to_numpy() == close(-found.without.to_numpy())


@calm
@given(seeds)
def test_a_constant_and_units_of_measure_change_nothing(seed):
    data = table(seed)
    moved = data * [1, 7, 0.01, 40] + [5, -3, 8, 1]
    found, other = (compare(rows, controls=rows["other"]) for rows in (data, moved))
    pd.testing.assert_frame_equal(found.table, other.table)
    assert found.difference == close(other.difference)
    assert found.without.to_numpy() == close(other.without.to_numpy())


@pytest.mark.parametrize("errors", ["HC3", "classical"])
def test_a_second_opinion_on_every_number(errors):
    data = table()
    found = compare(data, controls=data["other"], errors=errors)
    scores = data[["hard", "soft"]].apply(lambda score: (score - score.mean()) / score.std(ddof=0))
    x = scores.assign(other=data["other"], constant=1.0)
    kind = {"HC3": "HC3", "classical": "nonrobust"}[errors]
    fit = OLS(data["outcome"], x).fit(cov_type=kind, use_t=True)
    together = found.table.loc["together"]
    assert together["estimate"].to_numpy() == close(fit.params[:2].to_numpy())
    assert together["se"].to_numpy() == close(fit.bse[:2].to_numpy())
    test = fit.t_test("hard - soft = 0")
    assert (found.difference, found.low, found.high, found.p_value) == close(
        (test.effect[0], *test.conf_int()[0], float(test.pvalue))
    )
    assert found.vif == close(max(variance_inflation_factor(x.to_numpy(), at) for at in (0, 1)))
    for name in ("u0", "u17"):
        left = OLS(data["outcome"].drop(name), x.drop(name)).fit().params
        assert found.without[name] == close(left["hard"] - left["soft"])
    assert (found.n, found.lost) == (60, 0)
    models = found.table.index.get_level_values("model").unique()
    assert models.tolist() == list(infrastructure.MODELS)
    alone = OLS(data["outcome"], x.drop(columns="soft")).fit().params["hard"]
    assert found.table.loc[("hard alone", "hard"), "estimate"] == close(alone)


def test_missing_values_and_lonely_groups_are_lost_and_counted():
    data = table().assign(region=[*"ab" * 29, "c", "d"])
    data.loc["u3", "hard"] = data.loc["u4", "outcome"] = data.loc["u5", "region"] = np.nan
    found = compare(data, controls=data[["other", "region"]])
    assert (found.n, found.lost) == (55, 5)
    rest = data.drop(["u3", "u4", "u5", "u58", "u59"])
    whole = compare(rest, controls=rest[["other", "region"]])
    assert whole.difference == close(found.difference)
    assert found.without.index.tolist() == rest.index.tolist()


# --- the declared set -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def declared():
    return load("infrastructure-items"), load("specifications")


@pytest.fixture(scope="module")
def countries(declared):
    names = {"countries", *declared[0]["table"]}
    return infrastructure.gather(declared[0], {name: load(name) for name in names})


def test_every_way_of_an_outcome_is_declared_and_one_is_the_main(declared):
    items, specifications = declared
    known = {side: set(part["item"]) for side, part in items.groupby("side")}
    for outcome, rows in specifications.groupby("outcome"):
        ways = rows[["hard", "soft", "controls", "sample", "index"]]
        every = set(product(*(ways[name].unique() for name in ways)))
        assert set(ways.itertuples(index=False, name=None)) == every, outcome
        assert len(rows) == len(every)
        assert rows["main"].sum() == 1, outcome
    for name, side in (
        ("hard_items", "hard"),
        ("soft_items", "soft"),
        ("outcome", "outcome"),
        ("control_items", "control"),
    ):
        assert set(" ".join(specifications[name].dropna()).split()) <= known[side]
    assert set(items["per"].dropna()) <= known["control"]
    assert set(items["declared"]) == set(specifications["declared"]) == {"2026-11-22"}


def test_items_are_taken_as_declared(countries):
    assert countries.index.is_unique
    assert countries.loc["NAM", "region"] == "Sub-Saharan Africa"
    rows = load("worldbank").set_index(["iso3", "year"])["gdp_per_head"]
    growth = np.log(rows["CHN", 2019] / rows["CHN", 2012])
    assert countries.loc["CHN", "growth"] == close(growth)
    airports = load("airports").query("scheduled and country == 'NZ'")
    people = countries.loc["NZL", "population"]
    assert countries.loc["NZL", "airports"] == close(np.log(len(airports) / people))
    assert countries["gap"].count() < infrastructure.LEAST
    assert not np.isinf(countries.drop(columns="region")).any(axis=None)


def test_the_declared_set_runs(declared, countries):
    chosen = declared[1].query("main or (index == 'mean' and controls == 'region')")
    chosen = chosen[chosen["main"] | ~chosen["outcome"].duplicated(keep="last")]
    found = infrastructure.specification_curve(countries, chosen)
    assert found["id"].tolist() == chosen["id"].tolist()
    pictures = found["outcome"] == "gap"
    assert found.loc[pictures, "difference"].isna().all()
    assert found.loc[pictures, "note"].str.contains("draw a picture").all()
    run = found[~pictures]
    assert (run["note"] == "").all()
    assert (run["n"] >= infrastructure.LEAST).all()
    assert run["difference"].between(run["low"], run["high"]).all()
    assert run["difference"].between(run["least"], run["most"]).all()
    assert (run["n"] + run["lost"] <= countries[run["outcome"]].count().to_numpy()).all()
    assert (run["vif"] >= 1).all()


def test_a_specification_is_its_indices_compared(declared, countries):
    spec = declared[1][declared[1]["main"]].iloc[0]
    names = [spec[f"{side}_items"].split() for side in ("hard", "soft", "control")]
    used = countries.query(spec["where"]).dropna(subset=[spec["outcome"], *chain(*names)])
    hard, soft = (infrastructure.index(used[part]).scores for part in names[:2])
    one = infrastructure.compare(used[spec["outcome"]], hard, soft, used[names[2]])
    found = infrastructure.specification_curve(countries, declared[1].loc[[spec.name]]).iloc[0]
    assert (found["difference"], found["low"], found["n"]) == close(
        (one.difference, one.low, one.n)
    )
    outcomes = countries.query(spec["where"])[spec["outcome"]].count()
    assert found["n"] + found["lost"] == outcomes


# --- errors say what is wrong -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"flat": 2.0}, "flat: found the same in every row, expected some that differ"),
        ({"far": np.inf}, "indicators: row u0, column 'far' holds inf, expected a finite number"),
    ],
)
def test_wrong_items_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        infrastructure.index(table()[["hard"]].assign(**change))


def test_wrong_indices_are_told():
    items = table()[["hard", "soft"]]
    with pytest.raises(ValueError, match="method: found 'sum', expected one of component, mean"):
        infrastructure.index(items, method="sum")
    with pytest.raises(ValueError, match="found 2 whole rows, expected three or more"):
        infrastructure.index(items[:2])
    with pytest.raises(ValueError, match="indicators: found no columns"):
        infrastructure.index(items[[]])
    with pytest.raises(ValueError, match="indicators: found the same in every row"):
        infrastructure.index(items[["hard"]].assign(back=-items["hard"]), method="mean")
    with pytest.raises(
        TypeError, match="column 'name': found values of type str, expected numbers"
    ):
        infrastructure.index(items.assign(name="x"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"soft": table()["hard"] * 2}, "interacted: found collinear regressors"),
        ({"soft": 3.0}, "soft: found the same in every row"),
        ({"other": table()["hard"]}, "hard alone: found collinear regressors"),
        ({"other": -np.inf}, "controls, other: row u0 holds -inf"),
        ({"outcome": 2.5}, "outcome: found the same in every row"),
        (
            {"outcome": table()["outcome"] * 1e120},
            "outcome: row u0 holds .*, expected a number bet",
        ),
        ({"other": [1.0] * 59 + [2.0]}, "hard alone: row u59 alone decides a coefficient"),
        (
            {"hard": [np.nan] * 31 + [1.0, 2.0, 3.0] * 9 + [4.0, 5.0]},
            "outcome: found 29 whole units, expected 30; draw a picture",
        ),
    ],
)
def test_wrong_comparisons_are_told(change, message):
    data = table().assign(**change)
    with pytest.raises(ValueError, match=message):
        compare(data, controls=data["other"])


def test_a_text_among_numbers_is_no_group():
    data = table()
    other = data["hard"].astype(object)
    other.iloc[3] = "12,5"
    with pytest.raises(TypeError, match="controls, other: row u3 holds '12,5', expected a number"):
        compare(data, controls=other.rename("other"))


@pytest.mark.parametrize("unit", [2.0**-900, 2.0**300])
def test_the_unit_of_an_item_changes_no_bit_of_its_index(unit):
    items = table()[["hard", "soft"]]
    found = infrastructure.index(items.assign(hard=items["hard"] * unit), method="mean").scores
    pd.testing.assert_series_equal(
        found, infrastructure.index(items, method="mean").scores, check_exact=True
    )


def test_columns_that_do_not_match_are_told():
    data = table()
    y, hard, soft = data["outcome"], data["hard"], data["soft"]
    with pytest.raises(ValueError, match="errors: found 'HC9', expected one of HC3, classical"):
        infrastructure.compare(y, hard, soft, errors="HC9")
    with pytest.raises(ValueError, match="soft: found 59 rows, expected 60"):
        infrastructure.compare(y, hard, soft[1:])
    with pytest.raises(ValueError, match="hard: found row u59, expected u0 there"):
        infrastructure.compare(y, hard[::-1], soft)
    with pytest.raises(TypeError, match="outcome: found values of type str"):
        infrastructure.compare(y.astype(str), hard, soft)
    with pytest.raises(infrastructure.TooFewError):
        infrastructure.compare(y[:29], hard[:29], soft[:29])
    assert infrastructure.compare(y[:30], hard[:30], soft[:30]).n == 30


def test_a_set_without_its_data_is_told(declared, countries):
    with pytest.raises(KeyError, match="broadband"):
        infrastructure.specification_curve(countries.drop(columns="broadband"), declared[1][:1])
    items = declared[0][:1]
    tables = {name: load(name) for name in ("indicators", "countries")}
    with pytest.raises(KeyError, match="indicators"):
        infrastructure.gather(items, {"countries": tables["countries"]})
    tables["indicators"] = pd.concat([tables["indicators"]] * 2)
    with pytest.raises(ValueError, match="electricity: found several values of ABW, expected one"):
        infrastructure.gather(items, tables)


def test_wrong_panels_are_told():
    units = pd.Series(np.repeat(list("abcdef"), 4))
    draw = np.random.default_rng(5)
    x = pd.DataFrame(draw.normal(size=(24, 2)), columns=["a", "b"])
    y = pd.Series(draw.normal(size=24))
    with pytest.raises(ValueError, match="units: found some with fewer rows"):
        infrastructure.panel_effects(y[1:], x[1:], units[1:])
    with pytest.raises(ValueError, match="outcome: row 7 holds nan"):
        infrastructure.panel_effects(y.drop(7).reindex(y.index), x, units)
    with pytest.raises(ValueError, match="fixed: found collinear regressors or no free rows"):
        infrastructure.panel_effects(y, x.assign(b=units.map(ord)), units)
    with pytest.raises(ValueError, match="pooled: found collinear regressors"):
        infrastructure.panel_effects(y, x.assign(b=2 * x["a"]), units)


def test_examples_in_the_words_hold():
    assert doctest.testmod(infrastructure).failed == 0
