"""What cities would save together, by hand, on invented roads and in the stored table."""

import numpy as np
import pandas as pd
import pytest

from scsreport import claims
from scsreport import collaboration as measures
from scsreport.findings import city_groups, collaboration
from scsreport.findings.city_groups import CityGroup
from scsreport.tables.datasets import load


def alone(monkeypatch, *systems):
    """Leave only these systems."""
    monkeypatch.setattr(city_groups, "systems", lambda: dict(systems))
    monkeypatch.setattr(city_groups, "worked", dict)


@pytest.fixture
def line():
    """Three cities of 300,000 people on a road, 10 km from the next."""
    names = pd.Index([1835235, 1841811, 1845604])
    at = np.array([0.0, 10.0, 20.0])
    km = pd.DataFrame(abs(at[:, None] - at), names, names)
    return CityGroup(pd.Series(300_000.0, names), km)


def some(count=6):
    """Return a few real systems, the cut ones among them."""
    known = city_groups.systems()
    return {name: known[name] for name in list(known)[:: len(known) // count]}


def test_three_cities_on_a_road_by_hand(monkeypatch, line):
    alone(monkeypatch, ("corridor-0", line))
    found = collaboration.savings().set_index("kind")["saving"]
    # Each plant costs 1; a joint one 3**0.7 in the middle, and two loads come over 10 km.
    assert found["waste"] == pytest.approx(1 - (3**0.7 + 2 * 10 * 0.0036) / 3)
    assert found["freight"] == pytest.approx(1 - (3**0.6 + 2 * 10 * 0.012) / 3)
    shared = collaboration.shares("corridor-0", "waste")
    assert shared["group"].to_list() == [1, 1, 1]
    assert (shared["own"] == 1).all()
    assert shared["by people"].to_numpy() == pytest.approx((3**0.7 + 0.072) / 3)
    # The city in the middle adds least: its neighbours' hauls are shorter with it.
    assert shared["Shapley"].idxmin() == line.people.index[1]


def test_far_cities_keep_their_own_plants(monkeypatch, line):
    alone(monkeypatch, ("corridor-0", line._replace(km=line.km * 50)))
    shared = collaboration.shares("corridor-0", "freight")
    assert sorted(shared["group"]) == [1, 2, 3]
    for rule in [*collaboration.RULES, "nucleolus"]:
        assert shared[rule].to_numpy() == pytest.approx(1)
    row = collaboration.joint_savings().set_index("kind").loc["freight"]
    assert row["plants"] == 3
    assert row[["empty", *collaboration.RULES]].isna().all()


def test_every_rule_shares_the_cost_of_the_groups_and_the_nucleolus_keeps_them(monkeypatch):
    few = some()
    alone(monkeypatch, *few.items())
    for name, group in few.items():
        shared = collaboration.shares(name, "waste")
        size = group.people / collaboration.REFERENCE
        cost = sum(
            size[own].sum() ** 0.7 + 0.0036 * (group.km.loc[own, own] @ size[own]).min()
            for own in (part.index for _, part in shared.groupby("group"))
        )
        for rule in [*collaboration.RULES, "nucleolus"]:
            assert shared[rule].sum() == pytest.approx(cost)
        assert not shared.attrs["empty"]
        assert not shared.attrs["left"]["nucleolus"]


def test_a_longer_haul_never_saves_more(monkeypatch):
    alone(monkeypatch, *some(20).items())
    costly = [collaboration.savings(haul=haul)["saving"] for haul in (0, 0.001, 0.01)]
    assert (costly[0] >= costly[1]).all()
    assert (costly[1] >= costly[2]).all()
    stored = load("joint-savings")
    assert (stored["low hauls"] >= stored["high hauls"]).all()
    assert (stored["as declared"] - stored["coordination"] - 0.1).abs().max() < 2e-6


def test_without_haul_shapley_keeps_every_group(monkeypatch):
    """Costs that grow ever more slowly with size make a concave game: haul is what breaks it."""
    few = some()
    alone(monkeypatch, *few.items())
    assert not any(
        collaboration.shares(name, "waste", haul=0).attrs["left"]["Shapley"] for name in few
    )


def test_one_plant_for_all_has_a_core_only_where_it_is_cheapest(line):
    size, far = line.people / collaboration.REFERENCE, line.km * 12
    options = {"distances": far, **collaboration.curve("waste")}
    best, one = (measures.joint_cost_game(size, may_split=may, **options) for may in (True, False))
    free, whole = vars(best)["values"], vars(one)["values"][-1]
    assert free[-1] < whole
    forced = measures.Game(best.players, np.append(free[:-1], whole))
    assert measures.core_is_empty(forced)
    assert not measures.core_is_empty(best)


def test_where_scale_is_used_up_before_all_are_in_the_core_is_empty(monkeypatch, line):
    alone(monkeypatch, ("corridor-0", line._replace(km=30.0 * (line.km > 0))))
    assert not collaboration.shares("corridor-0", "waste").attrs["empty"]
    limited = collaboration.shares("corridor-0", "waste", limit=600_000)
    assert limited.attrs["empty"]
    assert limited.attrs["left"]["nucleolus"]
    assert not collaboration.shares("corridor-0", "freight", limit=600_000).attrs["empty"]


def test_the_stored_table_is_what_is_computed(monkeypatch):
    few = some(5)
    alone(monkeypatch, *few.items())
    kept = load("joint-savings").query("system in @few").reset_index(drop=True)
    pd.testing.assert_frame_equal(collaboration.joint_savings(), kept, check_dtype=False, atol=2e-6)


def test_routine_services_never_pay_beyond_their_limit():
    rows, kinds = load("joint-savings"), load("facilities").set_index("kind")["service"]
    routine = rows["kind"].map(kinds) == "routine"
    for limit in collaboration.LIMITS:
        assert (rows.loc[routine, f"routine to {limit:,}"] <= 0).all()
        assert rows.loc[~routine, f"routine to {limit:,}"].equals(rows.loc[~routine, "as declared"])
    assert rows["used_up"].notna().equals(routine)


def test_sites_are_the_best_of_their_rule():
    plans = collaboration.sites().set_index(["region", "p", "objective"])
    assert plans["optimal"].all()
    assert (plans["gap"] == 0).all()
    for column, rule, better in (
        ("mean_km", "p-median", min),
        ("farthest", "p-centre", min),
        ("covered", "max-cover", max),
    ):
        for _, part in plans.groupby(["region", "p"]):
            values = part[column].droplevel([0, 1])
            assert values[rule] == pytest.approx(better(values))
    for region, group in city_groups.worked().items():
        size = (group.people / collaboration.REFERENCE).to_numpy()
        ways = group.km.to_numpy() @ size  # one site for all: a plant there
        one = (size.sum() ** 0.7 + 0.0036 * ways.min()) / (size**0.7).sum()
        assert plans.loc[(region, 1, "p-median"), "cost"] == pytest.approx(one)


def test_one_market_by_hand(monkeypatch, line):
    alone(monkeypatch, ("corridor-0", line._replace(km=line.km * 3)))
    found = collaboration.markets().set_index("elasticity")["gain"]
    # Half counts at 30 minutes, which is 30 km, and a quarter at 60.
    for power in (0.08, 0.125):
        expected = (1.75**power + 2**power + 1.75**power) / 3 - 1
        assert found[power] == pytest.approx(expected)
    alone(monkeypatch, ("corridor-0", line._replace(km=line.km * 1e4)))
    assert collaboration.markets()["gain"].abs().max() < 1e-12


def test_a_contact_never_costs_a_market():
    rows = collaboration.markets()
    assert (rows["gain"] > 0).all()
    low, high = (part["gain"].to_numpy() for _, part in rows.groupby("elasticity"))
    assert (low < high).all()
    assert len(low) == len(city_groups.systems()) + 3


def test_two_cities_break_even_where_they_save_nothing():
    table = collaboration.break_even().query("kind == 'waste'").set_index("people")
    for size, km in table["km"].items():
        assert collaboration.pairs("waste", [size], [km])["saving"][0] == pytest.approx(
            0, abs=1e-12
        )
    assert table["km"].is_monotonic_decreasing
    assert table["beside"].to_numpy() == pytest.approx(1 - 2**-0.3)


def test_what_is_unknown_is_said():
    with pytest.raises(ValueError, match="found 'theatre', expected one of water, waste"):
        collaboration.curve("theatre")
    with pytest.raises(ValueError, match="found 'corridor-0', expected one of the table systems"):
        collaboration.shares("corridor-0", "waste")


def test_the_statement_is_illustrated_and_no_more():
    row = claims.figures().loc["A6a"]
    rows = load("joint-savings")
    assert row["value"] == pytest.approx((rows["as declared"] > 0).mean())
    assert row["verdict"] == "illustrated"
    assert row["countings"] == len(collaboration.COUNTINGS)
    assert claims.ledger().loc["A6", ["verdict", "tested"]].to_list() == ["illustrated", 1]
