"""Which roads a system has at each level."""

import numpy as np
import pandas as pd
import pytest

from scsreport.findings import system_roads


def test_a_road_serves_the_cities_on_its_way():
    km = np.array([[0, 30, 100], [30, 0, 70.5], [100, 70.5, 0]])
    assert system_roads._stretches(km, 0, 2) == [(0, 1), (1, 2)]
    km[1, 2] = km[2, 1] = 80
    assert system_roads._stretches(km, 0, 2) == [(0, 2)]


def test_a_stop_that_no_road_joins_to_the_next_is_passed_over():
    km = np.array([[0, 30, 60, 100], [30, 0, np.inf, 70], [60, np.inf, 0, 40], [100, 70, 40, 0]])
    assert system_roads._stretches(km, 0, 3) == [(0, 3)]


def test_targets_are_joined_by_the_pair_with_most_gravity_and_lead_on_to_others():
    gravity = np.array([[0, 5, 1, 2], [5, 0, 9, 8], [1, 9, 0, 3], [2, 8, 3, 0]], float)
    joined = system_roads._join(gravity, np.array([0]), np.array([1, 2, 3]))
    assert list(joined) == [(0, 1), (1, 2), (1, 3)]


def test_a_system_that_no_road_joins_has_no_region():
    table = system_roads.cities()
    members = pd.Index(table[table["name"].isin(["Makassar", "Bandung"])].index)
    found = system_roads.region_of(members, table=table, roads=system_roads.road_km())
    assert found is None


def test_a_leg_is_two_thirds_of_the_radius_and_main_roads_are_two_km_a_square_km():
    table = system_roads.cities()
    area = table["main_road_km"] / 2
    radius = table["leg"] / 60 * 30 * 3 / 2
    assert (np.pi * radius**2).to_numpy() == pytest.approx(area.to_numpy())


def test_a_hub_comes_with_smaller_cities_within_reach():
    members = system_roads.systems().query("form == 'hub'")
    hub = members["system"].str.removeprefix("hub-").astype(int)
    smaller = members["geonameid"] != hub
    people_of_hub = system_roads.cities()["people"][hub]
    assert (members["people"].to_numpy() <= people_of_hub.to_numpy()).all()
    ids = system_roads.cities().index
    rows = ids.get_indexer(members.loc[smaller, "geonameid"])
    km = system_roads.road_km()[rows, ids.get_indexer(hub[smaller])]
    assert km.max() <= 300
    assert km.min() > 0
