"""Rules of doubt: each on a made-up list, and what must hold of any list."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scsreport.credibility import RULES, doubts

CENTRES = pd.DataFrame({"footprint": [1, 2], "lat": [0.0, 10.0], "lon": [0.0, 10.0]})
CENTRES["area_km2"] = 50


def town(name="A", lat=0.0, lon=0.0, people=200_111, second=np.nan, footprint=1.0, all_of_it=None):
    return {
        "name": name,
        "country": "XX",
        "lat": lat,
        "lon": lon,
        "population": people,
        "population_agglomeration": second,
        "footprint": footprint,
        "footprint_population": people if all_of_it is None else all_of_it,
    }


def flags(*towns):
    return doubts(pd.DataFrame(towns), CENTRES)


def test_an_ordinary_city_is_not_doubted():
    assert not flags(town(second=180_000)).any(axis=None)


@pytest.mark.parametrize(
    ("towns", "rule"),
    [
        ([town(), town("B", 10, 10, footprint=2)], "same_population"),
        ([town(), town("Á", 0.5, 0.5, people=90_000, footprint=np.nan)], "same_name"),
        (
            [town("Memphis", people=633_104), town("New Memphis", people=641_608)],
            "same_name",
        ),
        ([town(people=1_867_579, second=91_778)], "above_second_source"),
        ([town(people=1_600_001)], "too_dense"),
        ([town(lat=1, footprint=np.nan)], "unconfirmed"),
        ([town(lat=1, footprint=np.nan, second=20_000)], "unconfirmed"),
        ([town(lat=0.1, footprint=np.nan, people=1_600_001)], "unconfirmed"),  # no room for it
    ],
)
def test_each_rule_finds_its_kind(towns, rule):
    found = flags(*towns)
    assert found[rule].all() and found["doubtful"].all()


@pytest.mark.parametrize(
    "towns",
    [
        [town(people=200_000), town("B", 10, 10, people=200_000, footprint=2)],  # rounded
        [town(), town("A", 10, 10, people=150_001, footprint=2)],  # far apart
        [town(people=1_600_001, all_of_it=9_000_000)],  # a part of a dense footprint
        [town(lat=0.1, footprint=np.nan)],  # 11 km off, of which the centre's disc takes 4
        [town(lat=1, footprint=np.nan, second=150_000)],  # a second list confirms it
        [town(people=299_999, second=100_000)],
    ],
)
def test_what_may_well_be_is_not_doubted(towns):
    assert not flags(*towns)["doubtful"].any()


def test_the_room_of_a_centre_is_what_its_own_cities_leave():
    village = town("Village", lat=0.1, footprint=np.nan, people=700_001)
    assert not flags(village)["doubtful"].any()
    beside = flags(village, town("Seat", people=900_002, all_of_it=900_002))
    assert beside["unconfirmed"].tolist() == [True, False]


def test_a_number_far_below_the_second_list_is_told_apart():
    found = flags(town(people=100_001, second=900_000))
    assert found["below_second_source"].all() and not found["doubtful"].any()
    of_a_footprint = flags(town(people=100_001, second=900_000, all_of_it=800_000))
    assert not of_a_footprint["below_second_source"].any()


def test_a_footprint_that_is_not_listed_is_named():
    with pytest.raises(ValueError, match=r"cities: row 0 lies in footprint 9.0, which footprints"):
        flags(town(footprint=9.0))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-80, 80), st.floats(-179, 179), st.integers(1, 5_000_000)),
        min_size=1,
        max_size=12,
    ),
    st.randoms(),
)
def test_order_does_not_matter_and_doubtful_is_any_rule(places, random):
    towns = [
        town(f"T{n % 3}", lat, lon, people, footprint=np.nan)
        for n, (lat, lon, people) in enumerate(places)
    ]
    table = pd.DataFrame(towns)
    found = doubts(table, CENTRES)
    assert (found["doubtful"] == found[list(RULES)].any(axis=1)).all()
    order = list(table.index)
    random.shuffle(order)
    pd.testing.assert_frame_equal(doubts(table.loc[order], CENTRES).sort_index(), found)
