"""Exhibits of investment at four levels say where the road runs, and can be asked for a system."""

import pytest

from scsreport.exhibits import levels as exhibits
from scsreport.exhibits.contract import prose_of
from scsreport.findings import levels


def test_the_prose_says_where_the_road_runs():
    said = prose_of(exhibits)
    table = levels.by_level()["inclusive"]
    assert said["levels_most_inclusive"].startswith(exhibits.ROAD_PLACES[table.idxmax()])
    assert said["levels_least_inclusive"].startswith(exhibits.ROAD_PLACES[table.idxmin()])


def test_half_lives_are_named_from_the_shortest_beside_their_shares():
    facts = exhibits.plans().parts.facts
    assert facts["half_lives"] == "15, 30 and 60"
    runs = levels.by_scenario().set_index("plan")["best_local"]
    first = f"{100 * runs['half-life of 15 minutes']:.0f}"
    assert facts["best_local"].startswith(first)


def test_mixes_of_a_system_of_choice_are_drawn():
    data = exhibits.frontier("Bandung").parts.data
    assert data["name"].nunique() == 1
    with pytest.raises(ValueError, match="'cluster-99999'"):
        exhibits.frontier("cluster-99999")
