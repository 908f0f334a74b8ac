"""The stored tables are what is computed; what the chapter says of them adds up."""

import numpy as np
import pandas as pd
import pytest

from scsreport import claims
from scsreport.findings import investment, levels, system_roads
from scsreport.findings.investment import BASE, SCENARIOS
from scsreport.findings.system_roads import LEVELS
from scsreport.tables.datasets import load


def test_the_stored_rows_are_those_of_the_measure():
    for system in levels.examples():
        stored = load("levels").query("system == @system").set_index("level")
        _, region = levels.find_region(system)
        gained = investment.gains(region, BASE, investment.pure_levels(region))
        assert (gained.output >= -1e-12).all()
        rows = investment.outcomes(region, gained)
        rows["gap_country"] = investment.country_gap(region, BASE, gained.after)
        assert np.allclose(stored[rows.columns], rows, rtol=0, atol=1e-6)


def test_inequality_is_never_outside_its_bounds_and_shares_add_up():
    table = load("levels")
    assert (table["gain"] >= 0).all()
    assert table["gap_before"].between(0, 1).all()
    assert (table[["outside", "abroad"]].sum(axis=1) <= 1 + 1e-6).all()
    runs = load("level-runs")
    for aim in ("best", "even"):
        shares = runs[[f"{aim}_{level}" for level in LEVELS]].sum(axis=1)
        assert shares.to_numpy() == pytest.approx(1, abs=1e-3)


def test_a_summary_counts_by_hand():
    """In one system the local level is best and inclusive; in the other it is overtaken."""
    rows = pd.DataFrame(
        [
            ("all", "as declared first", "one", "local", 0.02, -0.1),
            ("all", "as declared first", "one", "national", 0.01, -0.2),
            ("all", "as declared first", "two", "local", 0.02, 0.1),
            ("all", "as declared first", "two", "national", 0.01, -0.1),
            ("all", "twice as fast", "one", "local", 0.02, -0.1),
            ("all", "twice as fast", "one", "national", 0.01, 0.2),
            ("all", "twice as fast", "two", "local", 0.02, 0.1),
            ("all", "twice as fast", "two", "national", 0.03, -0.1),
        ],
        columns=["form", "plan", "system", "level", "gain", "gap"],
    )
    first, faster = levels._summary(rows).set_index("plan").to_dict("index").values()
    assert (first["several"], first["aimed"]) == (0.5, 0.5)
    assert (first["best_local"], first["even_national"], first["best_same"]) == (1, 1, 1)
    assert (faster["several"], faster["aimed"]) == (0, 1)
    assert (faster["best_local"], faster["best_same"], faster["even_same"]) == (0.5, 0.5, 0.5)
    assert first["systems"] == faster["systems"] == 2


def test_systems_without_a_level_are_those_that_have_no_row_of_it():
    table = load("levels")
    rows = table.groupby("system").size()
    missing = [levels.without_level(level) for level in LEVELS]
    assert sum(map(len, missing)) == (len(LEVELS) - rows).sum()
    assert len(levels.without_level("local")) == 0
    assert not table["system"][table["level"] == "national"].isin(missing[2]).any()


def test_the_worked_examples_are_the_largest_that_take_the_whole_budget():
    examples = levels.examples()
    assert set(examples.index) == {"hub", "cluster", "corridor"}
    rows = load("levels").query("system in @examples")
    assert not rows["cut"].any()
    assert (rows.groupby("system").size() == len(LEVELS)).all()


def test_an_illustration_makes_nothing_true():
    figures = claims.figures().loc[["A7a", "A7b"]]
    assert (figures["verdict"] == "illustrated").all()
    assert (figures["countings"] == len(SCENARIOS) + len(levels.other_readings())).all()


def test_an_unknown_system_is_named_and_a_city_finds_its_own():
    with pytest.raises(ValueError, match="'cluster-99999'"):
        levels.find_region("cluster-99999")
    _, region = levels.find_region("Bandung")
    assert "Bandung" in system_roads.cities()["name"][region.cities.index].to_list()
