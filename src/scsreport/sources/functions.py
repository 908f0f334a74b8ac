"""What a city could do for others: capital, hub of communication, place on a coast or border."""

# mypy: disallow-untyped-calls=False
# (scipy and shapely have no types)

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import KDTree

from scsreport.geometry import Floats, km_to_chord, nearest, unit_vectors

__all__ = [
    "COASTAL_KM",
    "EDGE_LAT",
    "EDGE_LON",
    "FAR_KM",
    "GRID",
    "SHORE_KM",
    "STEP",
    "edges",
    "of_cities",
    "of_regions",
]

STEP = 0.05  # degrees between the points that stand for a coast or border, some 5 km
SHORE_KM = 3.0  # from a point of an outline to one of the shore: half a step
GRID = 1e-3  # degrees, to which neighbours are rounded so that they meet
EDGE_LON, EDGE_LAT = 179.999, -89.0  # beyond them outlines follow the edges of the map
FAR_KM = 500.0  # beyond it a distance is not told
COASTAL_KM = 10.0  # a region whose outline comes this near the sea is on the coast


def edges(outlines: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Return points of coasts and of land borders, as unit vectors (derived step).

    All countries together are land. Where land ends at the open sea is coast: its outer rings, but
    for the map's own edges at 180 degrees and at the pole. An inner ring is a lake without a
    country, of which this map has one, the Caspian; other lakes are land. Outlines that are no end
    of land are land borders.

    Parameters
    ----------
    outlines : GeoDataFrame
        Of :func:`scsreport.sources.shapes.outlines`.

    Returns
    -------
    coast, frontier : ndarray of shape (n, 3)
    """
    land = shapely.union_all(outlines.geometry.to_numpy(), grid_size=GRID)
    parts = shapely.get_parts(land)
    lakes = shapely.polygons(np.concatenate([shapely.get_rings(part)[1:] for part in parts]))
    islands_of_lakes = shapely.covered_by(parts, shapely.union_all(lakes))
    outer = _points(shapely.get_exterior_ring(parts[~islands_of_lakes]))
    at_sea = (np.abs(outer[:, 0]) < EDGE_LON) & (outer[:, 1] > EDGE_LAT)
    shores = _points(np.concatenate([shapely.get_exterior_ring(parts), lakes]))
    every = _points(outlines.geometry.boundary.to_numpy())
    reach = km_to_chord(SHORE_KM)
    within = KDTree(_vectors(shores)).query(_vectors(every), distance_upper_bound=reach)[0]
    return _vectors(outer[at_sea]), _vectors(every[np.isinf(within)])


def _points(lines: Any) -> Floats:
    """Return points on lines, longitude and latitude, so near that they stand for them."""
    return np.asarray(shapely.get_coordinates(shapely.segmentize(lines, STEP)))


def _vectors(points: Floats) -> Floats:
    return unit_vectors(points[:, 1], points[:, 0])


def of_cities(
    cities: pd.DataFrame,
    nodes: pd.DataFrame,
    airports: pd.DataFrame,
    ports: pd.DataFrame,
    outlines: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """Return the table ``city-functions``, distances in km (derived step).

    Parameters
    ----------
    cities, nodes, airports, ports : DataFrame
        The tables of these names (``nodes`` is ``city-nodes``).
    outlines : GeoDataFrame
        Of :func:`scsreport.sources.shapes.outlines`.
    """
    coast, frontier = edges(outlines)
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


def of_regions(regions: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the table ``region-coast`` (derived step).

    Parameters
    ----------
    regions : GeoDataFrame
        The table of this name.
    outlines : GeoDataFrame
        Of :func:`scsreport.sources.shapes.outlines`.
    """
    coast, _ = edges(outlines)
    outlines = shapely.segmentize(regions.geometry.boundary.to_numpy(), STEP)
    points, owner = shapely.get_coordinates(outlines, return_index=True)
    km = nearest(unit_vectors(points[:, 1], points[:, 0]), coast, FAR_KM)[1]
    near = pd.Series(km).groupby(owner).min().reindex(range(len(regions)))
    frame = pd.DataFrame(regions[["region_id", "name", "country"]])
    return frame.assign(coastal=(near <= COASTAL_KM).to_numpy())
