"""Base maps: land under points, in an equal-area projection."""

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scsreport.exhibits.style import WIDTH, Theme
from scsreport.geometry import Floats

__all__ = [
    "EQUAL_EARTH",
    "KM_A_DEGREE",
    "bare",
    "country",
    "draw_world",
    "project",
    "scale_bar",
    "world",
]

EQUAL_EARTH = "EPSG:8857"
KM_A_DEGREE = 111.2  # of latitude
WORLD_X = (-1.36e7, 1.62e7)
WORLD_Y = (-5.9e6, 7.7e6)
"""Metres within which nearly all cities lie; a few islands of the Pacific are outside."""

LEAST_SPAN = 0.5
"""Degrees that a map without an outline shows at least."""


def world(
    land: gpd.GeoDataFrame | None, theme: Theme, *, height: float = 2.5
) -> tuple[Figure, Axes]:
    """Return a figure with the land of the world, without Antarctica, in Equal Earth.

    Parameters
    ----------
    land : GeoDataFrame, optional
        Country polygons in degrees; none where the points alone draw the land.
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
    draw_world(axes, land, theme)
    return figure, axes


def draw_world(axes: Axes, land: gpd.GeoDataFrame | None, theme: Theme) -> None:
    """Draw the inhabited land of the world into axes that it fills.

    Parameters
    ----------
    axes : Axes
        To draw in.
    land : GeoDataFrame, optional
        Country polygons in degrees.
    theme : Theme
        Colours.
    """
    if land is not None:
        land.cx[:, -56:76].to_crs(EQUAL_EARTH).plot(ax=axes, color=theme.land, linewidth=0)
    axes.set_axis_off()
    axes.set(xlim=WORLD_X, ylim=WORLD_Y, aspect="equal")


def country(
    outline: gpd.GeoDataFrame,
    regions: gpd.GeoDataFrame,
    theme: Theme,
    *,
    box: Floats | None = None,
) -> tuple[Figure, Axes]:
    """Return a figure with one country and its regions, true to scale at its middle latitude.

    Parameters
    ----------
    outline, regions : GeoDataFrame
        Polygons in degrees.
    theme : Theme
        Colours.
    box : array of four, optional
        West, south, east and north end of what is shown, degrees; all of it by default.

    Returns
    -------
    tuple of Figure and Axes
        In degrees.
    """
    west, south, east, north = outline.total_bounds if box is None else box
    # A degree of longitude is shorter than one of latitude.
    narrowed = (east - west) * np.cos(np.radians((south + north) / 2))
    shape = (north - south) / max(narrowed, 1e-6)
    figure = Figure(figsize=(WIDTH, min(max(WIDTH * shape, 1.8), 5.5) + 0.7))
    axes = figure.add_subplot()
    outline.plot(ax=axes, color=theme.land, linewidth=0)
    regions.boundary.plot(ax=axes, color=theme.quiet, linewidth=0.3)
    axes.set_axis_off()
    if box is not None:
        axes.set(xlim=(west, east), ylim=(south, north))
    return figure, axes


def bare(lat: "pd.Series[float]", lon: "pd.Series[float]") -> tuple[Figure, Axes]:
    """Return a figure with room for points and no land, true to scale at its middle latitude.

    Parameters
    ----------
    lat, lon : Series
        Of the points, degrees.

    Returns
    -------
    tuple of Figure and Axes
        In degrees.
    """
    north, east = _span(lat), _span(lon)
    narrowed = max(np.cos(np.radians(np.mean(north))), 0.05)
    shape = (north[1] - north[0]) / ((east[1] - east[0]) * narrowed)
    figure = Figure(figsize=(WIDTH, float(np.clip(WIDTH * shape, 1.8, 5.5)) + 0.7))
    axes = figure.add_subplot()
    axes.set(xlim=east, ylim=north, aspect=1 / narrowed)
    axes.set_axis_off()
    return figure, axes


def _span(degrees: "pd.Series[float]") -> tuple[float, float]:
    """Return the ends of what a map shows, with room around the points."""
    middle = (degrees.max() + degrees.min()) / 2
    half = max(degrees.max() - degrees.min(), LEAST_SPAN) * 0.55
    return middle - half, middle + half


def scale_bar(axes: Axes, theme: Theme, *, share: float = 0.3) -> None:
    """Draw a bar of round length in km below the left end of a map in degrees.

    Parameters
    ----------
    axes : Axes
        With its final limits.
    theme : Theme
        Colours.
    share : float
        Length over the width of the map that it does not exceed.
    """
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    km_a_degree = KM_A_DEGREE * np.cos(np.radians((south + north) / 2))
    longest = share * (east - west) * km_a_degree
    power = 10.0 ** np.floor(np.log10(longest))
    km = max(round_length * power for round_length in (1, 2, 5) if round_length * power <= longest)
    ends = west + 0.02 * (east - west) + np.array([0, km / km_a_degree])
    below = axes.get_xaxis_transform()
    axes.plot(ends, [-0.03] * 2, color=theme.ink, linewidth=1.5, transform=below, clip_on=False)
    axes.annotate(
        f"{km:g}\u00a0km",
        (ends[1], -0.03),
        xycoords=below,
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
    )


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
