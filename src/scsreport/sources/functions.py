"""What a city could do for others: capital, hub of communication, place on a coast or border."""

# mypy: disallow-untyped-calls=False
# (scipy and shapely have no types)

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import KDTree

from scsreport.geometry import Floats, km_to_chord, nearest, unit_vectors

__all__ = [
    "COASTAL_KM",
    "FAR_KM",
    "NEIGHBOURS",
    "SHARED_KM",
    "STEP",
    "edges",
    "of_cities",
    "of_regions",
]

STEP = 0.05  # degrees between the points that stand for a coast or border, some 5 km
SHARED_KM = 6.0  # between outlines of neighbours: half a step, and what was simplified away
NEIGHBOURS = 12  # points looked at around each; along one outline some six lie within reach
FAR_KM = 500.0  # beyond it a distance is not told
COASTAL_KM = 10.0  # a region whose outline comes this near the sea is on the coast


def edges(borders: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Return points of coasts and of land borders, as unit vectors (derived step).

    A point of an outline is on a land border when a point of another country's outline is near;
    the outlines of neighbours were made light one by one and do not match exactly. All other
    points are on a coast. Lakes are land on this map.

    Parameters
    ----------
    borders : GeoDataFrame
        The table ``borders``.

    Returns
    -------
    coast, frontier : ndarray of shape (n, 3)
    """
    outlines = shapely.segmentize(borders.geometry.boundary.to_numpy(), STEP)
    points, owner = shapely.get_coordinates(outlines, return_index=True)
    vectors = unit_vectors(points[:, 1], points[:, 0])
    reach = km_to_chord(SHARED_KM)
    _, near = KDTree(vectors).query(vectors, k=NEIGHBOURS, distance_upper_bound=reach)
    shared = (np.append(owner, -1)[near] != owner[:, None]) & (near < len(owner))
    return vectors[~shared.any(axis=1)], vectors[shared.any(axis=1)]


def of_cities(
    cities: pd.DataFrame,
    nodes: pd.DataFrame,
    airports: pd.DataFrame,
    ports: pd.DataFrame,
    borders: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """Return the table ``city-functions``, distances in km (derived step).

    Parameters
    ----------
    cities, nodes, airports, ports, borders : DataFrame
        The tables of these names (``nodes`` is ``city-nodes``).
    """
    coast, frontier = edges(borders)
    scheduled = airports[airports["scheduled"]]
    to = {
        "airport_km": unit_vectors(scheduled["lat"], scheduled["lon"]),
        "port_km": unit_vectors(ports["lat"], ports["lon"]),
        "coast_km": coast,
        "border_km": frontier,
    }
    places = unit_vectors(cities["lat"], cities["lon"])
    frame = cities[["geonameid"]].copy()
    capitals = ["national capital", "first-order capital"]
    frame["regional_capital"] = cities["admin_rank"].isin(capitals)
    for name, points in to.items():
        km = nearest(places, points, FAR_KM)[1]
        frame[name] = pd.Series(np.where(np.isfinite(km), km, np.nan)).round(1)
    rail = nodes.set_index("geonameid")["rail_snap_km"]
    return frame.assign(rail_km=frame["geonameid"].map(rail).round(1))


def of_regions(regions: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the table ``region-coast`` (derived step).

    Parameters
    ----------
    regions, borders : GeoDataFrame
        The tables of these names.
    """
    coast, _ = edges(borders)
    outlines = shapely.segmentize(regions.geometry.boundary.to_numpy(), STEP)
    points, owner = shapely.get_coordinates(outlines, return_index=True)
    km = nearest(unit_vectors(points[:, 1], points[:, 0]), coast, FAR_KM)[1]
    near = pd.Series(km).groupby(owner).min().reindex(range(len(regions)))
    frame = pd.DataFrame(regions[["region_id", "name", "country"]])
    return frame.assign(coastal=(near <= COASTAL_KM).to_numpy())
