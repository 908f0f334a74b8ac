"""What a city could do for others: capital, hub of communication, place on a coast or border."""

# mypy: disallow-untyped-calls=False
# (scipy and shapely have no types)

from collections.abc import Mapping
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
    "km_from_edge",
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
    to: Mapping[str, pd.DataFrame],
    shores: tuple[Floats, Floats],
    middles: Floats,
    cells: pd.DataFrame,
) -> pd.DataFrame:
    """Return the table ``city-functions``, distances in km (derived step).

    Parameters
    ----------
    cities : DataFrame
        The table of this name.
    to : mapping of str to DataFrame
        The tables ``airports``, ``ports`` and ``city-nodes``.
    shores : tuple of ndarray
        Coast and frontier, of :func:`edges`.
    middles, cells
        As :func:`scsreport.sources.cities.urban_centres` returns them.
    """
    coast, frontier = shores
    airports, ports = to["airports"], to["ports"]
    scheduled = airports[airports["scheduled"]]
    harbours = ports[ports["water"] != "unconfirmed"]
    places = unit_vectors(cities["lat"], cities["lon"])
    km = {
        "airport_km": _km(places, unit_vectors(scheduled["lat"], scheduled["lon"])),
        "port_km": km_from_edge(
            cities, middles, cells, unit_vectors(harbours["lat"], harbours["lon"])
        ),
        "coast_km": _km(places, coast),
        "border_km": _km(places, frontier),
    }
    frame = cities[["geonameid"]].copy()
    capitals = ["national capital", "first-order capital"]
    frame["regional_capital"] = cities["admin_rank"].isin(capitals)
    frame = frame.assign(**pd.DataFrame(km, cities.index).round(1))
    nodes = to["city-nodes"]
    rail = nodes.set_index("geonameid")["rail_snap_km"]
    return frame.assign(rail_km=frame["geonameid"].map(rail).round(1))


def _km(points: Floats, others: Floats) -> Floats:
    """Return how far the nearest of the others is, missing where it is too far to be told."""
    km = nearest(points, others, FAR_KM)[1]
    return np.where(np.isfinite(km), km, np.nan)


def km_from_edge(
    cities: pd.DataFrame, middles: Floats, cells: pd.DataFrame, others: Floats
) -> Floats:
    """Return how far the nearest of the others is from the built-up area of each city.

    A footprint may hold many cities: each of its cells is built-up area of the city nearest to it,
    and that of a part is its whole's too. The point that the list gives counts always.

    Parameters
    ----------
    cities : DataFrame
        The table of this name.
    middles, cells
        As :func:`scsreport.sources.cities.urban_centres` returns them.
    others : ndarray of shape (m, 3)
        Unit vectors.

    Returns
    -------
    ndarray
        Kilometres, one for each city; missing beyond :data:`FAR_KM`.
    """
    points = unit_vectors(cities["lat"], cities["lon"])
    near = pd.DataFrame({"city": cities["geonameid"], "km": _km(points, others)})
    owner = _owners(cities, points, middles, cells)
    owned = owner >= 0
    built_up = pd.DataFrame(
        {
            "city": cities["geonameid"].to_numpy()[owner[owned]],
            "km": _km(middles[owned], others),
        }
    )
    whole = cities.set_index("geonameid")["part_of"].dropna()
    of_parts = pd.concat([near, built_up])
    of_parts = of_parts.assign(city=of_parts["city"].map(whole)).dropna(subset="city")
    least = pd.concat([near, built_up, of_parts]).astype({"city": "int64"})
    km = cities["geonameid"].map(least.groupby("city")["km"].min())
    return km.to_numpy(float)


def _owners(
    cities: pd.DataFrame, points: Floats, middles: Floats, cells: pd.DataFrame
) -> "np.ndarray[Any, np.dtype[np.intp]]":
    """Return the position of the nearest city of its footprint for each cell, -1 where is none."""
    inside = np.flatnonzero(cities["footprint"].notna())
    ids = cities["footprint"].to_numpy()[inside].astype(np.int64)
    known = np.unique(ids)
    cell_ids = cells["footprint"].to_numpy(np.int64)
    owner = np.full(len(cells), -1)
    held = np.isin(cell_ids, known)
    # A fourth dimension keeps footprints apart, farther than two points of the sphere can be.
    lift = 4.0 * np.searchsorted(known, ids)
    tree = KDTree(np.column_stack([points[inside], lift]))
    sought = np.column_stack([middles[held], 4.0 * np.searchsorted(known, cell_ids[held])])
    owner[held] = inside[tree.query(sought)[1]]
    return owner


def of_regions(regions: gpd.GeoDataFrame, coast: Floats) -> pd.DataFrame:
    """Return the table ``region-coast`` (derived step).

    Parameters
    ----------
    regions : GeoDataFrame
        The table of this name.
    coast : ndarray of shape (n, 3)
        Of :func:`edges`.
    """
    outlines = shapely.segmentize(regions.geometry.boundary.to_numpy(), STEP)
    points, owner = shapely.get_coordinates(outlines, return_index=True)
    km = nearest(unit_vectors(points[:, 1], points[:, 0]), coast, FAR_KM)[1]
    near = pd.Series(km).groupby(owner).min().reindex(range(len(regions)))
    frame = pd.DataFrame(regions[["region_id", "name", "country"]])
    return frame.assign(coastal=(near <= COASTAL_KM).to_numpy())
