"""Maps of countries: cities and land in one frame, also where it is cut by the date line."""

import re

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, Polygon, box

from scsreport.exhibits import explorer
from scsreport.findings import profiles
from scsreport.findings.profiles import RULES


@pytest.fixture(scope="module")
def maps():
    return explorer.files().files


def corners(path):
    """Every corner of a path, which tells the first of each ring and then steps."""
    rings = [re.findall(r"(-?\d+) (-?\d+)", ring) for ring in path.split("z")]
    return np.concatenate([np.array(ring or np.empty((0, 2)), int).cumsum(0) for ring in rings])


def test_each_country_with_two_cities_has_a_map_with_all_of_them(maps):
    many = profiles.cities()["country"].value_counts()
    slugs = profiles.countries()["slug"]
    expected = set(slugs[many.index[many >= explorer.FEWEST]])
    assert explorer.WORLD not in expected
    assert set(maps) == {explorer.WORLD, *expected}
    for country, n in many[many >= explorer.FEWEST].items():
        assert len(maps[slugs[country]]["cities"]) == n


def test_cities_and_land_are_within_the_frame(maps):
    for name, held in maps.items():
        wide, high = held["size"]
        if name != explorer.WORLD:
            assert max(wide, high) <= explorer.TALLEST and wide <= explorer.WIDTH
        for place in [corners(held["land"]), [city[3:5] for city in held["cities"]]]:
            place = np.array(place).reshape(-1, 2)
            assert (place >= -1).all() and (place <= np.array([wide, high]) + 1).all()


def test_most_maps_have_land(maps):
    assert sum(bool(held["land"]) for held in maps.values()) > 0.95 * len(maps)


def test_a_city_bears_its_form_certainty_and_rules(maps):
    told = profiles.cities().query("country == 'VN'").set_index("anchor").loc["can-tho"]
    [row] = [city for city in maps["viet-nam"]["cities"] if city[1] == "can-tho"]
    assert row[0] == told["name"] and row[2] == told["population"]
    assert explorer.FORMS[row[5]] == told["form"]
    assert row[6] == round(100 * told["sure"]) and row[7] == int(told["contested"])
    met = [rule for bit, rule in enumerate(RULES) if row[8] & (1 << bit)]
    assert met == [rule for rule in RULES if told[rule] == "secondary"]


def test_the_world_has_each_city_once_by_size_with_its_country(maps):
    world = maps[explorer.WORLD]
    cities = profiles.cities()
    slugs = profiles.countries()["slug"]
    told = {(world["countries"][city[9]][0], city[1]) for city in world["cities"]}
    assert told == set(zip(cities["country"].map(slugs), cities["anchor"], strict=True))
    people = [city[2] for city in world["cities"]]
    assert len(people) == len(cities) and people == sorted(people, reverse=True)
    assert {country[2] for country in world["countries"]} == set(world["continents"])


def test_the_map_of_the_world_keeps_areas_true():
    """A patch of so many km has the same area on it at the equator and far from it."""
    frame = explorer._WorldFrame(profiles.cities())
    areas = []
    for south in (0, 60):
        half = 5 / np.cos(np.radians(south + 1))
        lon = np.concatenate([np.linspace(-half, half, 50), np.linspace(half, -half, 50)])
        lat = np.repeat([south, south + 2.0], 50)
        x, y = frame.places(pd.DataFrame({"lon": lon, "lat": lat}))
        areas.append(Polygon(zip(x, y, strict=True)).area)
    assert areas[0] == pytest.approx(areas[1], rel=0.05)


def test_a_country_across_the_date_line_is_one_piece():
    cities = pd.DataFrame({"lon": [170.0, 178.0, -178.0], "lat": [-17.0, -18.0, -16.0]})
    frame = explorer._Frame(cities)
    x, _ = frame.places(cities)
    assert list(x) == sorted(x)
    land = MultiPolygon([box(169, -19, 180, -15), box(-180, -19, -177, -15)])
    drawn = corners(frame.path(land))
    assert drawn[:, 0].max() - drawn[:, 0].min() > explorer.WIDTH * 0.9
