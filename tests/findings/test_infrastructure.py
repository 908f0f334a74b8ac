"""The chapter on hard and soft infrastructure: the stored curve, the mains, what words may say."""

import numpy as np
import pandas as pd
import pytest

from scsreport.exhibits import infrastructure as exhibits
from scsreport.findings import infrastructure
from scsreport.infrastructure import LEAST
from scsreport.tables.datasets import load

SAMPLE = 16


@pytest.fixture(scope="module")
def stored():
    return load("specification-curve")


def test_the_stored_curve_is_that_of_the_declared_set(stored):
    """A fixed sample, the mains, and one of too few countries."""
    declared = load("specifications")
    assert stored["id"].tolist() == declared["id"].tolist()
    drawn = declared.sample(SAMPLE, random_state=np.random.default_rng(2019))["id"]
    ids = {*drawn, *declared.loc[declared["main"], "id"], *declared["id"].tail(1)}
    again = infrastructure.run(ids).set_index("id")
    kept = stored.set_index("id").loc[again.index]
    numbers = [name for name in again if name != "note"]
    found, expected = (t[numbers].astype(float) for t in (again, kept))
    pd.testing.assert_frame_equal(found, expected, check_exact=False, atol=2e-5, rtol=0)
    assert again["note"].tolist() == kept["note"].fillna("").tolist()


def test_every_row_has_a_difference_or_says_why(stored):
    gone = stored["difference"].isna()
    assert gone.equals(stored["note"].notna())
    outcome = load("specifications").set_index("id")["outcome"]
    assert set(outcome[stored.loc[gone, "id"]]) == {"gap"}
    assert stored.loc[gone, "n"].max() < LEAST <= stored.loc[~gone, "n"].min()
    whole = stored[~gone]
    assert (whole["low"] < whole["difference"]).all()
    assert (whole["difference"] < whole["high"]).all()
    assert (whole["least"] <= whole["difference"]).all()
    assert (whole["difference"] <= whole["most"]).all()


def test_sides_are_those_of_the_intervals():
    table = infrastructure.curve()
    clear = table["p_value"] < 0.05
    assert clear.equals(table["side"] != "across")
    assert (np.sign(table.loc[clear, "difference"]) > 0).equals(table.loc[clear, "side"] == "above")
    ordered = table.groupby("outcome")["difference"].agg(lambda v: v.is_monotonic_increasing)
    assert ordered.all()


def test_every_choice_counts_the_whole_set():
    told = infrastructure.counts()
    assert (told["n"] == told[list(infrastructure.SIDES)].sum(axis=1)).all()
    whole = told.groupby("choice")[["n", *infrastructure.SIDES, "minus"]].sum()
    assert (whole == whole.loc["every"]).all(axis=None)
    assert whole.loc["every", "n"] == len(infrastructure.curve())


@pytest.mark.parametrize("outcome", infrastructure.OUTCOMES)
def test_the_main_run_anew_is_the_stored_one(outcome, stored):
    row = infrastructure.curve().query("main and outcome == @outcome").iloc[0]
    found = infrastructure.main_differences().loc[outcome]
    for name in ("difference", "low", "high", "vif", "least", "most", "n", "lost"):
        assert found[name] == pytest.approx(row[name], abs=2e-5), name
    one, data = infrastructure.main_run(outcome), infrastructure.main_run(outcome).data
    assert one.hard.scores.equals(data["hard_score"]) and len(data) == found["n"]
    assert data["name"].notna().all()


def test_gaps_get_a_picture_and_no_regression():
    own = infrastructure.main_run("gap")
    assert own.found is None
    assert len(own.data) < LEAST
    shown = exhibits.gaps()
    words = " ".join([shown.title, shown.caption, shown.alt, *shown.notes])
    assert "no regression" in words and "No line is fitted" in words
    with pytest.raises(AssertionError, match="gap"):
        infrastructure.main_comparison("gap")


def test_the_states_as_published_and_with_errors_that_hang_together():
    found = infrastructure.states()
    expected = {"pooled": 0.155, "between": 0.179, "fixed": -0.026, "random": 0.004}
    assert found["estimate"].to_dict() == pytest.approx(expected, abs=5.1e-4)
    assert found.loc["pooled", "times"] > 3
    assert found.loc["fixed", "least"] < 0 < found.loc["fixed", "most"]
    middle = found[["least", "most"]].mean(axis=1)
    assert middle.to_numpy() == pytest.approx(found["estimate"].to_numpy())


# --- what the words say beyond the facts -------------------------------------------------------


def test_a_gini_counts_to_neither_side():
    """Titles add up what leans to soft below zero; for a Gini below zero would be hard."""
    gini = infrastructure.counts().query("taken == 'household_gini'").iloc[0]
    assert gini["above"] == gini["below"] == 0


def test_those_lost_are_poorer_and_lack_schooling():
    every, used = infrastructure.countries(), infrastructure.main_run("income").data
    base = every.query("population >= 1000000").dropna(subset="income")
    lost = base.loc[base.index.difference(used.index)]
    assert len(lost) == infrastructure.main_differences()["lost"]["income"]
    assert lost["income"].median() < used["income"].median() - 1
    assert lost["school_years"].isna().mean() > 0.5


def test_the_headline_covers_zero_and_the_editions_disagree():
    found = infrastructure.main_differences()
    assert found["low"]["income"] < 0 < found["high"]["income"]
    assert (found["high"][["income_2016", "growth"]] < 0).all()
    ranked = infrastructure.curve().query("main").set_index("outcome")["rank"]
    assert ranked["growth"] <= 10  # among the strongest of its set, as a note says


def test_dense_countries_look_soft():
    off = infrastructure.main_run("income").data
    softer = (off["hard_score"] - off["soft_score"]).nsmallest(3).index
    assert {"SGP", "HKG"} <= set(softer)


def test_wide_gaps_lie_where_scores_are_low():
    data = infrastructure.main_run("gap").data
    for side in ("hard_score", "soft_score"):
        low = data.nsmallest(6, side)["gap"].mean()
        assert low > data.nlargest(6, side)["gap"].mean() + 0.05


def test_the_words_say_correlates_and_countries():
    """Wherever countries are compared by numbers, the caveat is printed."""
    for function in (
        exhibits.countries,
        exhibits.models,
        exhibits.differences,
        exhibits.curve,
        exhibits.gaps,
    ):
        assert any("not causes" in n and "not cities" in n for n in function().notes)


def test_the_loading_of_an_item_is_that_of_its_edition():
    data = exhibits.items().parts.data.set_index("item")["loading"]
    newer, older = (infrastructure.main_run(o) for o in ("income", "income_2016"))
    assert data["road"] == newer.hard.loadings["road"] != older.hard.loadings["road"]
    assert data["internet_users_2016"] == older.hard.loadings["internet_users_2016"]
    assert np.isnan(data["rail"])
