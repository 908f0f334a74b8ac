import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scsreport import claims, growth
from scsreport.exhibits import cases as exhibits
from scsreport.findings import cases
from scsreport.tables import datasets, official_files
from scsreport.tables.datasets import load

YEARS = (2010, 2015, 2020)


def listed(sizes):
    """A list of invented cities: one row of sizes for each, at three dates."""
    rows = [
        {
            "city": city,
            "country": "X",
            "region": "Asia",
            "sub_saharan": False,
            "year": year,
            "population": float(size),
        }
        for city, row in enumerate(sizes, 1)
        for year, size in zip(YEARS, row, strict=True)
    ]
    return pd.DataFrame(rows)


def test_growth_of_a_group_is_that_of_its_people():
    sizes = [(1e6, 2e6, 2e6), (2e6, 4e6, 4e6), (3e6, 6e6, 6e6), (4e6, 4e6, 8e6)]
    table = growth.growth_of_named(listed(sizes), pd.Series("ours", [1, 2, 3]))
    table = table.set_index(["start", "floor", "group"])
    assert np.allclose(table["growth"][2010, 300_000, "ours"], np.log(2) / 5, atol=1e-5)
    assert np.allclose(table["growth"][2010, 300_000, "all"], np.log(16 / 10) / 5, atol=1e-5)
    assert table["lowest"][2010, 300_000, "ours"] == 1  # three share the first rank
    assert table["lowest"][2015, 300_000, "ours"] == 2
    assert table["within_10"][2015, 300_000, "ours"] == 3


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(100_000, 9_000_000), min_size=12, max_size=30), st.integers(0, 9))
def test_no_group_of_fewer_than_three_tells_anything(first, chosen):
    sizes = [(size, size * 1.1, size * 1.3) for size in first]
    ours = pd.Series("ours", range(1, chosen + 1), dtype="str")
    table = growth.growth_of_named(listed(sizes), ours)
    told = table.drop(columns=["start", "floor", "group", "n"])
    assert told[table["n"] < growth.FEWEST].isna().all(axis=None)
    assert told[table["n"] >= growth.FEWEST].notna().all(axis=None)
    assert table["within_10"].le(table["within_50"]).where(table["n"] >= 3, True).all()


def test_the_stored_groups_are_those_of_the_official_file(shared):
    table = official_files.read("wup2018", shared("WUP2018-F12-Cities_Over_300K.xls"))
    made = growth.growth_of_named(table, cases.groups_in_list(table))
    pd.testing.assert_frame_equal(made, load("wup-named"), check_dtype=False, atol=1e-9)
    source = datasets.resource("wup-named").sources[0]
    assert table.attrs["sha256"] in source and "growth.growth_of_named" in source


def test_a_named_city_that_is_not_there_is_said():
    table = pd.DataFrame({"city": [1], "name": ["Abuja"], "country": "NG", "lat": 9.0, "lon": 7.5})
    with pytest.raises(ValueError, match="Malappuram: found 0 cities of that name, expected one"):
        cases.groups_in_list(table)


def test_groups_of_korea_are_told_apart_by_place():
    five = {"name": list(cases.FIVE_CITIES), "country": list(cases.FIVE_CITIES.values())}
    korea = {"name": ["Suwon", "Busan"], "country": "KR", "lat": [37.29, 35.1], "lon": [127, 129.0]}
    table = pd.concat([pd.DataFrame(five), pd.DataFrame(korea)], ignore_index=True)
    found = cases.groups_in_list(table.assign(city=table.index))
    assert found.to_dict() == dict.fromkeys(range(5), "C01") | {5: "C04", 6: "C04 others"}


def test_distances_are_those_of_the_map():
    table = cases.places().set_index(["case", "name"])
    linked = table.dropna(subset="lat").query("place != to")
    start = table.drop_duplicates("place").set_index("place")[["lat", "lon"]].loc[linked["to"]]
    (lat, lon), (to_lat, to_lon) = (
        np.radians(ends[["lat", "lon"]].to_numpy(float)).T for ends in (linked, start)
    )
    half = np.sin((lat - to_lat) / 2) ** 2
    half += np.cos(lat) * np.cos(to_lat) * np.sin((lon - to_lon) / 2) ** 2
    assert np.allclose(linked["km"], 2 * 6371 * np.arcsin(half**0.5), rtol=0.001)  # haversine
    road = table["road"].dropna()
    assert (road >= table["km"][road.index]).all()
    assert table["form"]["C08", "Sluis"] == cases.ABSENT
    assert table["form"]["C09", "Chapel Hill"] == cases.SMALL
    assert table["form"]["C10", "Oslo"] == "largest city"


def test_arithmetic_on_the_printed_numbers():
    found, figures = cases.implied_numbers(), claims.figures()
    assert found["gyeonggi"] * 1.158 == pytest.approx(13.11)
    assert found["seoul"] * 0.956 == pytest.approx(9.77)
    assert found["cny"] == pytest.approx(figures["printed_low"]["C05a"], abs=0.005)
    assert 1 / found["aud"] == pytest.approx(figures["printed_low"]["C06c"])
    assert found["after"] == 213 and found["before"] == pytest.approx(142 / 3)
    assert figures["value"]["C09a"] == pytest.approx(28.328, abs=0.001)


def test_every_rule_and_counting_is_counted():
    table = cases.by_rule()
    assert table.index[0] == "D3, as listed" and len(table) == 24
    small = load("places").query(
        "country == 'KH' and kind == 'city' and 1e5 <= population <= 1.5e6"
    )
    assert table["C02"]["D1, as listed"] == len(small)
    assert table["C01"].between(0, 5).all()


def test_the_atlantic_provinces_are_four_of_thirteen():
    shares = cases.atlantic()
    assert shares.shape == (16, 4) and cases.NEWFOUNDLAND in shares
    assert shares.sum(axis=1).between(0.05, 0.07).all()


def test_every_case_is_read_and_shown_and_says_what_is_missing():
    figures = claims.figures()
    names = [f"C{n:02d}" for n in range(1, 11)]
    assert list(cases.READING) == list(exhibits.CASE_USES) == names
    assert set(names) <= set(figures["claim"])
    missing = figures[figures["relation"] == "none"]
    assert (missing["verdict"] == claims.UNTESTED).all()
    rows = claims.ledger().loc[names]
    assert (rows["parts"] > 0).all()
    for name in names:
        shown, own = getattr(exhibits, name.lower())(), figures[figures["claim"] == name]
        listed = set(shown.parts.data["figure"])
        assert listed == set(own.index[own["value"].notna()])
        for _, figure in own.drop(listed).iterrows():
            assert figure["quantity"] in shown.notes[0]


def test_cities_of_an_area_lie_in_its_country():
    found = cases._places_of_areas().join(load("cities").set_index("geonameid")["country"], "place")
    countries = found.groupby("case")["country"].unique().map(list).to_dict()
    assert countries == {"C02": ["KH"], "C03": ["CA"], "C04": ["KR"]}
