"""The explorer on the page of a country: its land and its cities on a map, a file for each."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.affinity import scale, translate
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from scsreport.exhibits.contract import listing
from scsreport.exhibits.pages import Files
from scsreport.findings import profiles
from scsreport.findings.forms import NAMES
from scsreport.findings.profiles import RULES
from scsreport.findings.rules import WORKING
from scsreport.tables.datasets import load

__all__ = ["files"]
__dir__ = listing(__all__)

FOLDER = "explorer"
FEWEST = 2
"""Cities from which on there is something to explore."""

WIDTH = 1000
TALLEST = 1400
"""Units of a map; a tall country gets a narrower map."""

MARGIN = 0.06
LEAST_DEGREES = 0.5
DETAIL = 1.5
"""Units below which a bend of the coast is left out."""

FEWEST_CORNERS = 4
"""Of a closed line: a triangle, and back."""

FORMS = [*NAMES, "largest"]


def files() -> Files:
    """Hand over a map of each country with two cities or more."""
    cities = profiles.cities()
    slugs = profiles.countries()["slug"]
    borders: Any = load("borders")
    land = borders.dissolve("country")["geometry"]
    return Files(
        FOLDER,
        {
            slugs[country]: _of_country(part, land.get(country))
            for country, part in cities.groupby("country")
            if len(part) >= FEWEST
        },
    )


def _of_country(cities: pd.DataFrame, land: BaseGeometry | None) -> dict[str, Any]:
    """Return a map of a country with its cities, the largest first."""
    frame = _Frame(cities)
    x, y = frame.places(cities)
    form = cities["form"].fillna("largest").map(FORMS.index)
    met = cities[list(RULES)] == "secondary"
    met = met.assign(**{WORKING.id: cities["form"].notna()})
    bits = met.to_numpy() @ (2 ** np.arange(met.shape[1]))
    columns = [
        cities["name"],
        cities["anchor"],
        cities["population"],
        x,
        y,
        form,
        (100 * cities["sure"]).round().fillna(0).astype(int),
        cities["contested"].eq(True).astype(int),
        bits,
    ]
    rows = zip(*(np.asarray(column).tolist() for column in columns), strict=True)
    shape = "" if land is None else frame.path(land)
    return {"size": frame.size, "land": shape, "cities": [list(row) for row in rows]}


class _Frame:
    """What a map shows: the box around cities, and the units that stand for degrees.

    Parameters
    ----------
    cities : DataFrame
        With ``lon`` and ``lat``.
    """

    def __init__(self, cities: pd.DataFrame) -> None:
        self.turn = _turn(cities["lon"].to_numpy(float))
        lon = self._turned(cities["lon"].to_numpy(float))
        lat = cities["lat"].to_numpy(float)
        low = np.array([lon.min(), lat.min()])
        high = np.array([lon.max(), lat.max()])
        room = np.maximum(MARGIN * (high - low).max(), (LEAST_DEGREES - (high - low)) / 2)
        self.west, self.south = low - room
        self.east, self.north = high + room
        # A degree of longitude is shorter than one of latitude.
        narrowed = np.cos(np.radians((self.south + self.north) / 2))
        wide = (self.east - self.west) * narrowed
        high_in_degrees = self.north - self.south
        self.units = min(WIDTH / wide, TALLEST / high_in_degrees)
        self.per_lon = self.units * narrowed
        self.size = [round(wide * self.units), round(high_in_degrees * self.units)]

    def _turned(self, lon: Any) -> Any:
        return np.where(lon < self.turn, lon + 360, lon)

    def places(self, cities: pd.DataFrame) -> tuple[Any, Any]:
        """Return where cities stand on the map."""
        x = (self._turned(cities["lon"].to_numpy(float)) - self.west) * self.per_lon
        y = (self.north - cities["lat"].to_numpy(float)) * self.units
        return x.round().astype(int), y.round().astype(int)

    def path(self, land: BaseGeometry) -> str:
        """Return the land within the map as the path of a drawing."""
        turned = [
            translate(part, 360 if part.bounds[2] <= self.turn else 0) for part in _polygons(land)
        ]
        shown = gpd.GeoSeries(turned).clip(box(self.west, self.south, self.east, self.north))
        drawn = shown.map(
            lambda part: scale(
                translate(part, -self.west, -self.north),
                self.per_lon,
                -self.units,
                origin=(0, 0),
            ).simplify(DETAIL)
        )
        rings = [part.exterior for whole in drawn for part in _polygons(whole)]
        return "".join(_ring(np.asarray(ring.coords)) for ring in rings)


def _turn(lon: Any) -> float:
    """Return the meridian in the widest gap between cities, where a map is cut."""
    ordered = np.sort(lon)
    gaps = np.diff(ordered, append=ordered[0] + 360)
    widest = int(gaps.argmax())
    return -180.0 if widest == len(ordered) - 1 else float(ordered[widest] + gaps[widest] / 2)


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    if isinstance(shape, Polygon):
        return [] if shape.is_empty else [shape]
    if isinstance(shape, MultiPolygon):
        return list(shape.geoms)
    return []


def _ring(corners: Any) -> str:
    """Return a closed line in whole units; nothing where it shrinks to a point."""
    whole = corners.round().astype(int)
    kept = whole[np.append(True, (np.diff(whole, axis=0) != 0).any(axis=1))]
    if len(kept) < FEWEST_CORNERS:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in kept[:-1].tolist()) + "Z"
