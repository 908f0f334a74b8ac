"""Ensembles: shares of worlds that add up, and the same numbers as without parts."""

import numpy as np
import pandas as pd
import pytest

from scsreport.findings import classification, ensembles, world_gaps
from scsreport.typology import FORMS, worlds


def test_forms_of_worlds_are_counted_city_by_city():
    table = ensembles.forms(12, country="LK")
    assert set(table["country"]) == {"LK"}
    np.testing.assert_allclose(table[list(FORMS)].sum(axis=1), 1)
    tables = classification.inputs_of("LK")
    cities = tables.pop("cities").index
    stream = np.random.default_rng(np.random.SeedSequence(ensembles.SEED, spawn_key=(3,)))
    fourth = worlds.world(cities, stream, **tables)
    three, four = (ensembles.forms(number, country="LK")[list(FORMS)] for number in (3, 4))
    added = (4 * four - 3 * three).round(6)
    pd.testing.assert_series_equal(added.idxmax(axis=1), fourth, check_names=False)


def test_where_nothing_is_disturbed_most_cities_keep_their_form():
    still = ensembles.forms(20, country="VN", people=0, km=0)
    moved = ensembles.forms(20, country="VN", people=1, km=50)
    assert still["steady"].mean() > 0.8
    assert moved["steady"].mean() < still["steady"].mean()


def test_worlds_go_on_where_they_were_interrupted(tmp_path):
    told = []
    first = ensembles.forms(3, country="LK", keep=tmp_path)
    again = ensembles.forms(3, country="LK", keep=tmp_path, progress=lambda *now: told.append(now))
    assert told == [(3, 3)]
    pd.testing.assert_frame_equal(first, again)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_country_without_typed_cities_is_told():
    with pytest.raises(ValueError, match="country: found 'ZZ', expected one of AE"):
        ensembles.forms(1, country="ZZ")


@pytest.fixture
def listed():
    """Invented regions of two countries, and one that is too short to measure."""
    rng = np.random.default_rng(1)
    rows = [
        {"iso3": iso3, "country": iso3, "year": year, "region": f"{iso3} {k}", "region_code": k}
        for iso3, years in (("AAA", (1990, 2000)), ("BBB", (1995, 2010)), ("CCC", (2000, 2001)))
        for year in years
        for k in range(6)
    ]
    table = pd.DataFrame(rows)
    table["region_code"] = table["iso3"] + table["region_code"].astype(str)
    return table.assign(
        gdp_per_head=np.exp(rng.normal(9, 0.5, len(table))),
        people=rng.uniform(1e5, 1e6, len(table)),
    )


def test_gaps_country_by_country_are_those_of_all_at_once(listed):
    told = []
    by_country = ensembles.gap_changes(listed, progress=lambda *now: told.append(now))
    assert told[-1] == (3, 3)
    pd.testing.assert_frame_equal(by_country, world_gaps.changes(listed))
    assert set(by_country["iso3"]) == {"AAA", "BBB"}
    none = ensembles.gap_changes(listed[listed["iso3"] == "CCC"])
    assert none.empty
    assert list(none.columns) == world_gaps.NAMES


def test_without_a_panel_what_to_add_is_told(monkeypatch):
    monkeypatch.setattr(ensembles, "load_added", lambda kind: None)
    with pytest.raises(ValueError, match="`scsreport data add KIND FILE`"):
        ensembles.gap_changes()
