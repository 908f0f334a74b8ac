"""Base maps: land under points, in an equal-area projection."""

import geopandas as gpd
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scsreport.exhibits.style import WIDTH, Theme

__all__ = [
    "EQUAL_EARTH",
    "country",
    "project",
    "world",
]

EQUAL_EARTH = "EPSG:8857"


def world(land: gpd.GeoDataFrame, theme: Theme, *, height: float = 2.5) -> tuple[Figure, Axes]:
    """Return a figure with the land of the world, without Antarctica, in Equal Earth.

    Parameters
    ----------
    land : GeoDataFrame
        Country polygons in degrees.
    theme : Theme
        Colours.
    height : float
        Inches.

    Returns
    -------
    tuple of Figure and Axes
        To draw points on, projected with :func:`project`.
    """
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_subplot()
    land.cx[:, -56:84].to_crs(EQUAL_EARTH).plot(ax=axes, color=theme.land, linewidth=0)
    axes.set_axis_off()
    axes.set_ylim(-6.6e6, 8.2e6)
    return figure, axes


def country(
    outline: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, theme: Theme
) -> tuple[Figure, Axes]:
    """Return a figure with one country and its regions, true to scale at its middle latitude.

    Parameters
    ----------
    outline, regions : GeoDataFrame
        Polygons in degrees.
    theme : Theme
        Colours.

    Returns
    -------
    tuple of Figure and Axes
        In degrees.
    """
    west, south, east, north = outline.total_bounds
    shape = (north - south) / max(east - west, 1e-6)
    figure = Figure(figsize=(WIDTH, min(max(WIDTH * shape, 1.8), 5.5) + 0.7))
    axes = figure.add_subplot()
    outline.plot(ax=axes, color=theme.land, linewidth=0)
    regions.boundary.plot(ax=axes, color=theme.quiet, linewidth=0.3)
    axes.set_axis_off()
    return figure, axes


def project(frame: pd.DataFrame) -> pd.DataFrame:
    """Add ``x`` and ``y`` in the projection of :func:`world` to a frame with ``lon`` and ``lat``.

    Parameters
    ----------
    frame : DataFrame
        With coordinates in degrees.

    Returns
    -------
    DataFrame
        The same rows, metres in ``x`` and ``y``.
    """
    points = gpd.GeoSeries(gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")
    projected = points.to_crs(EQUAL_EARTH)
    return frame.assign(x=projected.x.to_numpy(), y=projected.y.to_numpy())
