import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from scsreport import claims, connectivity
from scsreport.exhibits import levels as exhibits
from scsreport.findings import connectivity, levels
from scsreport.findings.levels import BASE, LEVELS, Plan
from scsreport.tables.datasets import load

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
            "streets": [40.0, 80, 300, 300],
            "is_primary": False,
            "footprint": [1, 2, 3, 4],
        },
        index=list("ABCF"),
    )
    a, b = (["ABCF".index(pair[end]) for pair in KM] for end in (0, 1))
    half = csr_array((np.array([*KM.values()], float), (a, b)), shape=(4, 4))
    return levels.place(pd.Index(["A", "B"]), table=table, roads=half + half.T)


@pytest.fixture
def spot(monkeypatch):
    found = invented()
    start = lambda half_life, wait: pd.Series(  # noqa: E731
        levels.access(found, Plan(half_life=half_life, wait=wait), {}), found.around.index
    )
    monkeypatch.setattr(levels, "before", start)
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
def test_access_is_that_worked_by_hand(spot, level):
    assert spot.budget(BASE) == 30 and list(spot.ways) == list(LEVELS)
    assert levels.access(spot, BASE, {level: 30.0} if level else {})[0] == pytest.approx(
        reach(HAND[level])
    )


def test_a_road_that_ends_the_wait_and_a_price_that_halves_the_road(spot):
    opens = levels.access(spot, Plan(opens=True), {"cross-border": 30.0})
    assert opens[0] == pytest.approx(reach((6, 67, 171, 51)))
    dear = levels.access(spot, Plan(dear="cross-border"), {"cross-border": 30.0})
    assert dear[0] == pytest.approx(reach((6, 67, 171, 116)))


def test_nothing_is_gained_for_nothing_and_twice_the_money_never_gains_less(spot):
    for level in LEVELS:
        none, one, two = (levels.access(spot, BASE, {level: km}) for km in (0.0, 15.0, 30.0))
        assert (none == levels.access(spot, BASE, {})).all()
        assert (one >= none).all() and (two >= one).all() and (two > none).any()


def test_the_same_km_are_spent_at_each_level():
    rng = np.random.default_rng(1)
    for _ in range(20):
        people, room = rng.uniform(1, 9, (2, 6))
        budget = rng.uniform(0, room.sum())
        split = levels._shared(budget, people, room)
        assert split.sum() == pytest.approx(budget)
        assert (split <= room + 1e-9).all()
        free = split < room - 1e-9
        assert np.ptp((split / people)[free]) < 1e-9 if free.any() else True


def test_names_of_countries_do_not_count(spot):
    other = invented("Q", "P")
    for level in LEVELS:
        spent = {level: 30.0}
        assert (levels.access(spot, BASE, spent) == levels.access(other, BASE, spent)).all()


def test_corners_are_pure_levels_and_no_mix_of_the_frontier_is_beaten(spot):
    table = levels.mixes(spot)
    assert len(table) == 35 and np.allclose(table[list(LEVELS)].sum(axis=1), 1)
    for level in LEVELS:
        corner = table[table[level] == 1].iloc[0]
        pure = levels.outcomes(spot, BASE, pd.DataFrame({level: [1.0]})).iloc[0]
        assert (corner["gain"], corner["gap"]) == pytest.approx((pure["gain"], pure["gap"]))
        assert corner["level"] == level
    for row in table.itertuples():
        better = (table["gain"] > row.gain + 1e-9) & (table["gap"] < row.gap - 1e-9)
        assert not (row.frontier and better.any())
    assert table["frontier"].any() and table.loc[table["gain"].idxmax(), "frontier"]


def test_a_road_serves_the_cities_on_its_way():
    km = np.array([[0, 30, 100], [30, 0, 70.5], [100, 70.5, 0]])
    assert levels._stops(km, 0, 2) == [(0, 1), (1, 2)]
    km[1, 2] = km[2, 1] = 80
    assert levels._stops(km, 0, 2) == [(0, 2)]


def test_a_system_that_no_road_joins_has_no_place():
    table, roads = levels.cities(), levels.roads()
    own = pd.Index(table[table["name"].isin(["Honolulu", "Bandung"])].index)
    assert levels.place(own, table=table, roads=roads) is None


def test_the_stored_rows_are_those_of_the_measure():
    for system in levels.examples():
        rows = load("levels").query("system == @system").set_index("level")
        _, spot = levels.find(system)
        pure = pd.DataFrame(np.eye(len(spot.ways)), list(spot.ways), list(spot.ways))
        _, end, gain = levels.gains(spot, BASE, pure)
        assert (gain >= -1e-12).all()
        told = levels.outcomes(spot, BASE, pure)
        told["gap_country"] = levels.country_gap(spot, BASE, end)
        assert np.allclose(rows[told.columns], told, rtol=0, atol=1e-6)


def test_access_before_is_market_access_with_legs():
    table, far = levels.cities(), levels.roads().tocoo()
    once = far.coords[0] < far.coords[1]
    a, b = (table.iloc[end[once]] for end in far.coords)
    minutes = far.data[once] * 60 / connectivity.KMH + a["leg"].to_numpy() + b["leg"].to_numpy()
    minutes += 60 * (a["country"].to_numpy() != b["country"].to_numpy())
    own = pd.DataFrame({"a": table.index, "b": table.index, "minutes": 2 * table["leg"]})
    pairs = pd.concat([pd.DataFrame({"a": a.index, "b": b.index, "minutes": minutes}), own])
    wanted = connectivity.market_access(pairs, table["people"])
    assert np.allclose(levels.before(30.0, 60.0), wanted, rtol=1e-9)


def test_inequality_is_never_outside_its_bounds_and_shares_add_up():
    table = load("levels")
    assert (table["gain"] >= 0).all() and table["gap_before"].between(0, 1).all()
    assert (table[["outside", "abroad"]].sum(axis=1) <= 1 + 1e-6).all()
    runs = load("level-runs")
    for aim in ("best", "even"):
        assert np.allclose(runs[[f"{aim}_{level}" for level in LEVELS]].sum(axis=1), 1, atol=1e-3)


def test_an_illustration_makes_nothing_true():
    figures = claims.figures().loc[["A7a", "A7b"]]
    assert (figures["verdict"] == "illustrated").all()
    assert (figures["countings"] == len(levels.PLANS) + 2).all()


def test_an_unknown_system_is_named_and_a_city_finds_its_own():
    with pytest.raises(ValueError, match="'cluster-99999'"):
        exhibits.frontier("cluster-99999")
    assert "Bandung" in levels.cities()["name"][levels.find("Bandung")[1].around.index].to_list()
