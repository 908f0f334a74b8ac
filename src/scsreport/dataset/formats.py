"""The same rows as CSV, GeoParquet and GeoPackage; the same bytes from the same rows."""

import contextlib
import io
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import geopandas
import pandas as pd
import pyogrio
import shapely

from scsreport import output

__all__ = ["csv", "geopackage", "geoparquet", "placed", "placed_by_members"]

WGS84 = "EPSG:4326"
CLOCK = "OGR_CURRENT_DATE"
"""What GDAL writes into a GeoPackage as the time of the last change, in place of the clock's."""


def csv(table: pd.DataFrame) -> bytes:
    """Return rows as CSV, marked as UTF-8 as all CSVs for people are.

    Parameters
    ----------
    table : DataFrame
        Without shapes.

    Returns
    -------
    bytes
    """
    return output.csv_bytes(output.csv_text(table))


def placed(cities: pd.DataFrame) -> geopandas.GeoDataFrame:
    """Return cities as points.

    Parameters
    ----------
    cities : DataFrame
        With ``lat`` and ``lon``.

    Returns
    -------
    GeoDataFrame
    """
    points = geopandas.points_from_xy(cities["lon"], cities["lat"])
    return geopandas.GeoDataFrame(cities, geometry=points, crs=WGS84)


def placed_by_members(systems: pd.DataFrame, cities: pd.DataFrame) -> geopandas.GeoDataFrame:
    """Return systems as the points of their cities.

    Parameters
    ----------
    systems : DataFrame
        With ``members``, ids with a space between.
    cities : DataFrame
        With ``geonameid``, ``lat`` and ``lon``.

    Returns
    -------
    GeoDataFrame
    """
    places = cities.set_index("geonameid")[["lon", "lat"]]
    ids = systems["members"].str.split().explode().astype("int64")
    points = shapely.points(places.loc[ids].to_numpy())
    shapes = shapely.multipoints(points, indices=ids.index.to_numpy())
    return geopandas.GeoDataFrame(systems, geometry=shapes, crs=WGS84)


def geoparquet(table: geopandas.GeoDataFrame) -> bytes:
    """Return rows as GeoParquet.

    Parameters
    ----------
    table : GeoDataFrame
        Rows with a shape.

    Returns
    -------
    bytes
    """
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def geopackage(
    layers: Mapping[str, geopandas.GeoDataFrame], titles: Mapping[str, str], dated: str
) -> bytes:
    """Return tables as layers of one GeoPackage.

    Parameters
    ----------
    layers : mapping of GeoDataFrame
        Rows with a shape, by name of the layer.
    titles : mapping of str
        What each layer holds.
    dated : str
        The day that it bears, as ``2026-11-21``.

    Returns
    -------
    bytes
    """
    with tempfile.TemporaryDirectory() as folder, _clock(f"{dated}T00:00:00.000Z"):
        file = Path(folder, "layers.gpkg")
        for name, table in layers.items():
            pyogrio.write_dataframe(
                table,
                file,
                layer=name,
                driver="GPKG",
                append=file.exists(),
                layer_options={"IDENTIFIER": name, "DESCRIPTION": titles[name]},
            )
        return file.read_bytes()


@contextlib.contextmanager
def _clock(time: str) -> Iterator[None]:
    """Have GDAL take a time for now, so that a file does not differ by when it was made."""
    before = pyogrio.get_gdal_config_option(CLOCK)
    pyogrio.set_gdal_config_options({CLOCK: time})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({CLOCK: before})
