"""Access by hand, what holds of any budget, and the frontier of mixes."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from scsreport.connectivity import market_access
from scsreport.findings import connectivity, investment, system_roads
from scsreport.findings.investment import BASE, SCENARIOS, Gains, Scenario
from scsreport.findings.system_roads import LEVELS

KM = {
    ("A", "B"): 60,
    ("B", "C"): 100,
    ("A", "C"): 160,
    ("A", "F"): 50,
    ("B", "F"): 110,
    ("C", "F"): 210,
}


def invented(home="X", abroad="Y"):
    """Two cities of a system, a large one beyond the second and a foreign one near the first."""
    table = pd.DataFrame(
        {
            "people": [1e5, 2e5, 1e6, 1e6],
            "country": [home, home, home, abroad],
            "form": "hub",
            "leg": [3.0, 4, 8, 8],
            "main_road_km": [40.0, 80, 300, 300],
            "is_primary": False,
            "footprint": [1, 2, 3, 4],
        },
        index=list("ABCF"),
    )
    a, b = (["ABCF".index(pair[end]) for pair in KM] for end in (0, 1))
    one_way = csr_array((np.array([*KM.values()], float), (a, b)), shape=(4, 4))
    return system_roads.region_of(pd.Index(["A", "B"]), table=table, roads=one_way + one_way.T)


@pytest.fixture
def region(monkeypatch):
    """The invented system, with nothing beyond its surroundings."""
    found = invented()

    def before(half_life, wait):
        scenario = Scenario(half_life=half_life, wait=wait)
        return pd.Series(investment.access(found, scenario, {}), found.cities.index)

    monkeypatch.setattr(investment, "access_before", before)
    return found


def reach(minutes, people=(1e5, 2e5, 1e6, 1e6)):
    return sum(m * 2 ** (-t / 30) for m, t in zip(people, minutes, strict=True))


HAND = {  # access of A by hand: minutes to A itself, B, C and F; F waits an hour
    (): (6, 67, 171, 121),
    "local": (6 * 11 / 12, 60 + 7 * 11 / 12, 160 + 8 + 3 * 11 / 12, 118 + 3 * 11 / 12),
    "sub-national": (6, 57, 161, 121),
    "national": (6, 67, 161, 121),
    "cross-border": (6, 67, 171, 111),
}


@pytest.mark.parametrize("level", HAND)
def test_access_is_that_worked_by_hand(region, level):
    spent = {level: 30.0} if level else {}
    assert investment.access(region, BASE, spent)[0] == pytest.approx(reach(HAND[level]))


def test_the_budget_is_half_of_the_tree_or_what_the_shortest_level_can_take(region):
    assert list(region.roads) == list(LEVELS)
    assert investment.budget_km(region, BASE) == 30
    assert investment.budget_km(region, Scenario(budget=2)) == 50  # all of the road abroad
    assert investment.budget_km(region, Scenario(budget=2, dear="cross-border")) == 60


def test_a_road_that_ends_the_wait_and_a_price_that_halves_the_road(region):
    opens = investment.access(region, Scenario(opens=True), {"cross-border": 30.0})
    assert opens[0] == pytest.approx(reach((6, 67, 171, 51)))
    dear = investment.access(region, Scenario(dear="cross-border"), {"cross-border": 30.0})
    assert dear[0] == pytest.approx(reach((6, 67, 171, 116)))


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_is_gained_for_nothing_and_twice_the_money_never_gains_less(region, level):
    none, one, two = (investment.access(region, BASE, {level: km}) for km in (0.0, 15.0, 30.0))
    assert (none == investment.access(region, BASE, {})).all()
    assert (one >= none).all()
    assert (two >= one).all()
    assert (two > none).any()


def test_the_same_km_are_spent_at_each_level():
    rng = np.random.default_rng(1)
    for _ in range(20):
        people, room = rng.uniform(1, 9, (2, 6))
        budget = rng.uniform(0, room.sum())
        split = investment._km_by_people(budget, people, room)
        assert split.sum() == pytest.approx(budget)
        assert (split <= room + 1e-9).all()
        km_a_head = (split / people)[split < room - 1e-9]
        assert km_a_head == pytest.approx(np.full(km_a_head.size, km_a_head.mean()))


@pytest.mark.parametrize("level", LEVELS)
def test_names_of_countries_do_not_count(region, level):
    spent = {level: 30.0}
    other = invented("Q", "P")
    same = investment.access(region, BASE, spent) == investment.access(other, BASE, spent)
    assert same.all()


def test_outcomes_are_those_worked_by_hand(region):
    """Of a people of three A has one; output rises by 1 % in A, 4 % in B, 2 % at C, 0 abroad."""
    gained = Gains(
        pd.Index(["run"]),
        np.array([1.0, 3, 9, 9]),
        np.array([[2.0, 3, 9, 9]]),
        np.array([[0.01, 0.04, 0.02, 0.0]]),
    )
    row = investment.outcomes(region, gained).loc["run"]
    assert row["gain"] == pytest.approx(0.03)
    assert row["least"] == pytest.approx(0.01)  # a fifth of the people, all of them in A
    assert row["behind"] == pytest.approx(1 / 3)
    # Output: 1,000 in A, 8,000 in B, 20,000 at C, in the country but outside the system.
    assert row["outside"] == pytest.approx(20 / 29)
    assert row["abroad"] == 0
    assert row["gap"] < 0 < row["gap_before"]


def test_corners_of_mixes_are_pure_levels(region):
    table = investment.mixes(region)
    assert len(table) == 35
    assert table[list(LEVELS)].sum(axis=1).to_numpy() == pytest.approx(1)
    pure = investment.pure_levels(region)
    outcomes = investment.outcomes(region, investment.gains(region, BASE, pure))
    corners = table[table["level"] != ""].set_index("level").loc[outcomes.index]
    assert (corners[list(LEVELS)].to_numpy() == np.eye(4)).all()
    for column in ("gain", "gap"):
        assert corners[column].to_numpy() == pytest.approx(outcomes[column].to_numpy())


def test_no_mix_of_the_frontier_is_beaten_and_every_other_is(region):
    table = investment.mixes(region)
    for row in table.itertuples():
        as_good = (table["gain"] >= row.gain) & (table["gap"] <= row.gap)
        better = (table["gain"] > row.gain + 1e-9) | (table["gap"] < row.gap - 1e-9)
        assert row.frontier != (as_good & better).any()
    assert table.loc[table["gain"].idxmax(), "frontier"]


def test_access_before_is_market_access_with_legs():
    table, far = system_roads.cities(), system_roads.road_km().tocoo()
    once = far.coords[0] < far.coords[1]
    a, b = (table.iloc[end[once]] for end in far.coords)
    minutes = far.data[once] * 60 / connectivity.KMH + a["leg"].to_numpy() + b["leg"].to_numpy()
    minutes += 60 * (a["country"].to_numpy() != b["country"].to_numpy())
    own = pd.DataFrame({"a": table.index, "b": table.index, "minutes": 2 * table["leg"]})
    pairs = pd.concat([pd.DataFrame({"a": a.index, "b": b.index, "minutes": minutes}), own])
    wanted = market_access(pairs, table["people"])
    assert np.allclose(investment.access_before(30.0, 60.0), wanted, rtol=1e-9)


def test_each_scenario_changes_one_thing():
    for scenario in list(SCENARIOS.values())[1:]:
        changed = [new != old for new, old in zip(scenario, BASE, strict=True)]
        assert sum(changed) == 1
