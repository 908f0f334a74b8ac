"""Coasts and land borders, and how far cities lie from them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from scsreport.geometry import degrees, kilometres, unit_vectors
from scsreport.sources import functions
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
