"""The open data set says what the findings say."""

import numpy as np
import pandas as pd
import pytest

from scsreport import definitions
from scsreport.collaboration import games
from scsreport.findings import (
    connectivity,
    counting,
    credibility,
    dataset,
    forms,
    functions,
    profiles,
)
from scsreport.tables.datasets import load

ROUNDED = 2e-4
"""What three shares of four places may miss one by."""


@pytest.fixture(scope="module")
def cities():
    return dataset.cities().set_index("geonameid")


@pytest.fixture(scope="module")
def systems():
    return dataset.systems().set_index("system")


def test_each_city_of_the_pages_of_countries_has_one_row(cities):
    assert cities.index.is_unique
    assert set(cities.index) == set(profiles.cities().index)
    assert len(cities) == len(forms.cities()) + cities["is_primary"].sum()


@pytest.mark.parametrize("rule", definitions.RULES)
def test_flags_are_those_of_the_definitions(cities, rule):
    rows, unit, _ = counting.counting("as listed")
    expected = definitions.members(rule, rows, unit=unit)
    assert cities[rule].equals(expected.reindex(cities.index).rename(rule))


def test_forms_and_their_shares_are_those_of_the_chapter(cities):
    typed = cities[cities["form"].notna()]
    counted = forms.counts().query("scope == 'all' and by == 'continent' and group == 'World'")
    told = counted.set_index("type")["cities"]
    assert typed["form"].value_counts().to_dict() == told.astype(int).to_dict()
    shares = typed[forms.SHARES].astype(float)
    assert np.abs(shares.sum(axis=1) - 1).max() <= ROUNDED
    assert (shares.idxmax(axis=1).str.removeprefix("p_") == typed["form"]).all()
    assert (typed["contested"] == (shares.max(axis=1) < 0.6)).all()
    assert not cities.loc[cities["form"].isna(), "is_primary"].eq(False).any()


def test_doubts_are_those_of_the_list_and_parts_are_not_judged(cities):
    assert set(cities.index[cities["doubtful"].fillna(False)]) == set(credibility.doubtful())
    assert (cities["doubtful"].isna() == (cities["kind"] != "city")).all()


def test_reach_and_functions_are_those_of_the_chapters(cities):
    reach = connectivity.cities()
    expected = reach["ratio"].reindex(cities.index)
    np.testing.assert_allclose(cities["intermediacy"].astype(float), expected, atol=1e-6)
    assert cities["access_30"].equals(reach["access_30"].reindex(cities.index))
    flags = functions.flags().loc[cities.index]
    pd.testing.assert_frame_equal(cities[list(flags)], flags)


def test_a_city_is_in_the_systems_that_list_it(cities, systems):
    members = systems["members"].str.split().explode().astype("int64")
    listed = {(city, system) for system, city in members.items()}
    told = cities["systems"].dropna().str.split().explode()
    assert {(city, system) for city, system in told.items()} == listed
    own = cities["system"].dropna()
    assert {(city, system) for city, system in own.items()} <= listed
    assert (systems.loc[own, "form"].to_numpy() == cities.loc[own.index, "form"]).all()


def test_systems_are_those_that_were_detected(cities, systems):
    assert systems.index.is_unique
    assert len(systems) == len(load("systems"))
    people = cities["population"]
    largest = systems["members"].str.split().map(lambda ids: people[list(map(int, ids))].max())
    assert (largest == systems["largest_people"]).all()
    assert (people[systems["largest"]].to_numpy() == systems["largest_people"]).all()


def test_a_part_is_counted_once_and_with_its_city(cities, systems):
    part_of = cities["part_of"].fillna(0).to_dict()
    for system in systems.itertuples():
        ids = [int(city) for city in system.members.split()]
        whole = [city for city in ids if part_of[city] not in ids]
        assert system.n == len(whole)
        assert system.people == cities.loc[whole, "population"].sum()
    assert (systems["n"] < systems["members"].str.split().str.len()).any()


def test_plants_are_counted_for_the_cities_that_roads_join(systems):
    shared = systems["sharing"].dropna()
    assert shared.between(2, games.MOST).all()
    assert (shared <= systems.loc[shared.index, "n"]).all()
    plants = systems.filter(like="plants_")
    assert (plants.notna().all(axis=1) == systems["sharing"].notna()).all()
    assert plants.shape[1] == len(load("facilities"))
    assert plants.dropna().le(shared, axis=0).all(axis=None)


def test_the_rule_that_is_nearly_met_is_not_met(cities):
    for rule in definitions.RULES:
        nearly = cities[cities["nearly"] == rule]
        assert (nearly["nearly_by"] != 0).all()
        assert not nearly[rule].any()
