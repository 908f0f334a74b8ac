"""Coasts and land borders, and how far cities lie from them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from scsreport.findings.functions import NEAR_KM
from scsreport.geometry import degrees, kilometres, unit_vectors
from scsreport.sources import functions, ports_and_airports
from scsreport.tables.datasets import load

LANDLOCKED = 44 + 1  # states, as usually counted, and Kosovo

# A place on the open sea that lies near each city, as any atlas has it. The sea may be somewhat
# nearer elsewhere. Those above the line were wrong while Fiji lay around the world as a strip, or
# while the Caspian counted as a sea.
SHORES = {
    "La Paz": ("BO", "Arica", -18.48, -70.33),
    "Harare": ("ZW", "Beira", -19.84, 34.84),
    "Blantyre": ("MW", "Quelimane", -18.01, 36.97),
    # ---
    "Belo Horizonte": ("BR", "Rio de Janeiro", -22.97, -43.18),
    "Madrid": ("ES", "Valencia", 39.46, -0.33),
    "Paris": ("FR", "Dieppe", 49.93, 1.08),
    "Berlin": ("DE", "Ueckermünde", 53.74, 14.05),
    "Rome": ("IT", "Ostia", 41.73, 12.28),
    "Milan": ("IT", "Genoa", 44.41, 8.92),
    "Munich": ("DE", "Venice", 45.43, 12.37),
    "Prague": ("CZ", "Świnoujście", 53.92, 14.27),
    "Johannesburg": ("ZA", "Maputo", -25.97, 32.57),
    "Nairobi": ("KE", "Mombasa", -4.05, 39.67),
    "Bengaluru": ("IN", "Chennai", 13.08, 80.29),
    "Mexico City": ("MX", "Veracruz", 19.20, -96.13),
    "Bogotá": ("CO", "Buenaventura", 3.88, -77.03),
    "Quito": ("EC", "Esmeraldas", 0.98, -79.65),
    "Santiago": ("CL", "Valparaíso", -33.03, -71.63),
    "Atlanta": ("US", "Savannah", 32.00, -80.85),
    "Canberra": ("AU", "Batemans Bay", -35.71, 150.18),
    "Hanoi": ("VN", "Đồ Sơn", 20.72, 106.79),
    "Lima": ("PE", "Miraflores", -12.13, -77.03),
}
FAR_FROM_THE_SEA = {
    "Ashgabat": "TM",
    "Baku": "AZ",
    "Goiânia": "BR",
    # ---
    "Kampala": "UG",
    "New Delhi": "IN",
    "Moscow": "RU",
    "Ulan Bator": "MN",
}

# Drawn without repetition (seed 2019) from the whole cities of 300,000 and more that have a row of
# the table ports within 25 km, after the rule was written and before it was counted on them; judged
# from general knowledge, not from a register: whether the city, or the edge of its built-up area,
# has a port of the sea, a river or a lake that handles goods. Sumgayit could not be judged.
HAS_PORT = {
    "Damietta": "EG",
    "Lima": "PE",
    "Sendai": "JP",
    "Wuhu": "CN",
    "Kagoshima": "JP",
    "Nishinomiya": "JP",
    "Canoas": "BR",
    "Kolkata": "IN",
    "Balikpapan": "ID",
    "Haiphong": "VN",
    "Pasir Gudang": "MY",
    "Bari": "IT",
    "Cotonou": "BJ",
    "Houston": "US",
    "Cumaná": "VE",
    "Tongling": "CN",
    "San Juan": "PR",
    "Port Sudan": "SD",
    "Kaohsiung": "TW",
}
HAS_NO_PORT = {
    "Heroica Matamoros": "MX",
    "Sha Tin": "HK",
    "Bursa": "TR",
    "Ludhiana": "IN",
    "Brahmapur": "IN",
    "Xiaogan": "CN",
    "Kimhae": "KR",
    "Yiwu": "CN",
    "Kharkiv": "UA",
    "Caucaia": "BR",
}


def two_countries():
    """Two squares side by side in the sea, with a lake of their own and an island in it."""
    lake = shapely.box(0.4, 0.4, 0.6, 0.6)
    west = shapely.box(0, 0, 1, 1).difference(lake)
    island = shapely.box(0.48, 0.48, 0.52, 0.52)
    shapes_of = [shapely.MultiPolygon([west, island]), shapely.box(1, 0, 2, 1)]
    return gpd.GeoDataFrame({"country": ["WW", "EE"]}, geometry=shapes_of, crs="EPSG:4326")


def test_the_sea_is_outside_and_the_border_between():
    coast, frontier = (
        np.column_stack(degrees(points)) for points in functions.edges(two_countries())
    )
    inner = (coast > 0.01).all(axis=1) & (coast[:, 0] < 0.99) & (coast[:, 1] < 1.99)
    assert len(coast) > 100
    assert not inner.any()
    assert frontier[:, 1] == pytest.approx(np.ones(len(frontier)))
    assert frontier[:, 0].min() < 0.1
    assert frontier[:, 0].max() > 0.9


def test_the_edge_of_the_map_is_no_coast():
    strip = gpd.GeoDataFrame(
        {"country": ["FJ"]}, geometry=[shapely.box(179, -17, 180, -16)], crs="EPSG:4326"
    )
    coast, _ = functions.edges(strip)
    assert degrees(coast)[1].max() < 179.999


def test_no_landlocked_country_has_a_coast():
    countries = load("countries").set_index("country")
    landlocked = countries.index[countries["landlocked"]]
    assert len(landlocked) == LANDLOCKED
    regions = load("region-coast")
    assert not regions.loc[regions["country"].isin(landlocked), "coastal"].any()
    cities = load("cities").merge(load("city-functions"), on="geonameid")
    inland = cities[cities["country"].isin(landlocked)]
    assert len(inland) > 200
    assert not (inland["coast_km"] < 50).any()


@pytest.fixture(scope="module")
def largest():
    """Return the largest city of each name and country, with its functions."""
    cities = load("cities").merge(load("city-functions"), on="geonameid")
    cities = cities.sort_values("population").drop_duplicates(["name", "country"], keep="last")
    return cities.set_index(["name", "country"])


@pytest.mark.parametrize("name", SHORES)
def test_the_sea_is_where_any_atlas_has_it(name, largest):
    country, _, lat, lon = SHORES[name]
    city = largest.loc[(name, country)]
    km = float(kilometres(unit_vectors(city["lat"], city["lon"]), unit_vectors(lat, lon)))
    assert 0.7 * km < city["coast_km"] < 1.1 * km + 5


@pytest.mark.parametrize(("name", "country"), FAR_FROM_THE_SEA.items())
def test_far_from_the_sea_no_distance_is_told(name, country, largest):
    assert pd.isna(largest.loc[(name, country), "coast_km"])


def test_ports_that_were_judged_are_found_and_depots_are_not(largest):
    near = largest["port_km"] <= NEAR_KM["port_km"]
    right = sum(near.loc[city] for city in HAS_PORT.items())
    wrong = sum(near.loc[city] for city in HAS_NO_PORT.items())
    told = f"{right} of {right + wrong} are ports, of {len(HAS_PORT)} to be found"
    assert right / (right + wrong) > 0.85, told
    assert right / len(HAS_PORT) > 0.8, told


def test_a_port_is_measured_from_the_edge_of_the_city_that_it_lies_nearest_to():
    cities = pd.DataFrame(
        {
            "geonameid": [1, 2, 3],
            "admin_rank": "populated place",
            "part_of": pd.array([None, None, 1], "Int64"),
            "footprint": pd.array([7, 7, None], "Int64"),
            "lat": 0.0,
            "lon": [0.0, 1.0, 0.2],
        }
    )
    cells = pd.DataFrame({"footprint": [7, 7, 8]})
    middles = unit_vectors([0.0, 0.0, 0.0], [0.4, 0.6, 0.49])
    ports = pd.DataFrame({"lat": 0.0, "lon": [0.5, 0.2], "water": ["sea", "unconfirmed"]})
    airports = pd.DataFrame({"lat": [0.0], "lon": [0.0], "scheduled": [True]})
    nodes = pd.DataFrame({"geonameid": [1, 2, 3], "rail_snap_km": [0.0, 0.0, 0.0]})
    shores = unit_vectors([0.0], [0.0]), unit_vectors([0.0], [0.0])
    tables = {"ports": ports, "airports": airports, "city-nodes": nodes}
    found = functions.of_cities(cities, tables, shores, middles, cells)
    degree = 111.195
    # Own cells count, those of another footprint do not; a part has its point alone here.
    assert found["port_km"].tolist() == pytest.approx([0.1 * degree] * 2 + [0.3 * degree], abs=0.1)
    assert found["coast_km"].tolist() == pytest.approx([0, degree, 0.2 * degree], abs=0.1)


def test_a_whole_has_the_built_up_area_of_its_parts():
    cities = pd.DataFrame(
        {
            "geonameid": [1, 2],
            "part_of": pd.array([None, 1], "Int64"),
            "footprint": pd.array([7, 7], "Int64"),
            "lat": 0.0,
            "lon": [0.0, 0.3],
        }
    )
    km = functions.km_from_edge(
        cities,
        unit_vectors([0.0], [0.4]),
        pd.DataFrame({"footprint": [7]}),
        unit_vectors([0], [0.5]),
    )
    assert km[0] == km[1] == pytest.approx(0.1 * 111.195, abs=0.01)


def test_a_port_of_the_sea_lies_where_a_city_is_on_the_coast():
    assert NEAR_KM["coast_km"] == ports_and_airports.COAST_KM
