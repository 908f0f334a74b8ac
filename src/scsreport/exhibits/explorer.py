"""Explorers: a map, sizes by rank and a table of cities, of each country and of the world."""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.affinity import scale, translate
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from scsreport.exhibits import maps
from scsreport.exhibits.contract import listing
from scsreport.exhibits.pages import Explorer, Files
from scsreport.exhibits.systems import CONTINENTS
from scsreport.findings import explorer, profiles
from scsreport.findings.forms import NAMES
from scsreport.findings.profiles import RULES
from scsreport.findings.rules import WORKING
from scsreport.tables.datasets import load

__all__ = ["files", "of_country", "world"]
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


WORLD = "world"
"""The file of all cities; no country bears its name."""

WORLD_WIDTH = 3000
WORLD_MARGIN = 0.02
"""Of the width, around the outermost cities."""

SOURCES = (
    "GeoNames; European Commission, Joint Research Centre (GHS-WUP-DEGURBA R2025A); OpenStreetMap "
    "contributors (ODbL 1.0); OurAirports; OpenFlights (ODbL 1.0); Wikidata; searoute; Natural "
    "Earth; CIA World Factbook; IP Geolocation by DB-IP (db-ip.com, CC BY 4.0). Typed by the "
    "scsreport authors."
)
"""Who is to be named for what is told of a city."""


def world() -> Explorer:
    """Explore all cities of the world."""
    return Explorer(
        WORLD,
        "Cities of the world",
        "Explore the cities",
        "the world",
        _rules(),
        SOURCES,
        has_countries=True,
    )


def of_country(slug: str, name: str) -> Explorer:
    """Explore the cities of a country.

    Parameters
    ----------
    slug : str
        Its part of an address.
    name : str
        As printed.

    Returns
    -------
    Explorer
    """
    return Explorer(slug, name, "Explore its cities", "the country", _rules(), SOURCES)


def _rules() -> list[tuple[str, str]]:
    return [(rule, f"{rule}, {label}") for rule, label in profiles.labels().items()]


def files() -> Files:
    """Hand over a map of the world, and of each country with two cities or more."""
    cities = profiles.cities()
    slugs = profiles.countries()["slug"]
    borders: Any = load("borders")
    land = borders.dissolve("country")["geometry"]
    of_countries = {
        slugs[country]: _of_country(part, land.get(country))
        for country, part in cities.groupby("country")
        if len(part) >= FEWEST
    }
    return Files(FOLDER, {WORLD: _of_world(land), **of_countries})


def _of_country(cities: pd.DataFrame, land: BaseGeometry | None) -> dict[str, Any]:
    """Return a map of a country with its cities, the largest first."""
    frame = _Frame(cities)
    shape = "" if land is None else frame.path(land)
    rows = _rows(cities, *frame.places(cities))
    return {"size": frame.size, "land": shape, "cities": [list(row) for row in rows]}


def _of_world(land: gpd.GeoSeries) -> dict[str, Any]:
    """Return a map of the world with all cities, the largest first, each with its country."""
    cities = explorer.cities()
    countries = explorer.countries()
    frame = _WorldFrame(cities)
    numbers = countries.index.get_indexer(pd.Index(cities["country"])).tolist()
    rows = _rows(cities, *frame.places(cities))
    return {
        "size": frame.size,
        "land": frame.path(land),
        "continents": CONTINENTS,
        "countries": countries[["slug", "name", "continent"]].to_numpy().tolist(),
        "cities": [[*row, number] for row, number in zip(rows, numbers, strict=True)],
    }


def _rows(cities: pd.DataFrame, x: Any, y: Any) -> Iterator[tuple[Any, ...]]:
    """Return what is told of each city, in the order in which ``explorer-cities.js`` reads it."""
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
    return zip(*(np.asarray(column).tolist() for column in columns), strict=True)


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
        window = (self.west, self.south, self.east, self.north)
        return _path(gpd.GeoSeries(turned), window, self.per_lon, self.units)


class _WorldFrame:
    """What the map of the world shows: the box around all cities, in an equal-area projection.

    Parameters
    ----------
    cities : DataFrame
        With ``lon`` and ``lat``.
    """

    def __init__(self, cities: pd.DataFrame) -> None:
        placed = maps.project(cities)[["x", "y"]]
        low, high = placed.min().to_numpy(), placed.max().to_numpy()
        room = WORLD_MARGIN * (high - low)[0]
        self.west, self.south = low - room
        self.east, self.north = high + room
        self.units = WORLD_WIDTH / (self.east - self.west)
        self.size = [WORLD_WIDTH, round((self.north - self.south) * self.units)]

    def places(self, cities: pd.DataFrame) -> tuple[Any, Any]:
        """Return where cities stand on the map."""
        placed = maps.project(cities)
        x = (placed["x"] - self.west) * self.units
        y = (self.north - placed["y"]) * self.units
        return x.round().astype(int), y.round().astype(int)

    def path(self, land: gpd.GeoSeries) -> str:
        """Return the land within the map as the path of a drawing."""
        window = (self.west, self.south, self.east, self.north)
        return _path(land.to_crs(maps.EQUAL_EARTH), window, self.units, self.units)


def _path(
    land: gpd.GeoSeries, window: tuple[float, float, float, float], per_x: float, per_y: float
) -> str:
    """Return the land within a window (west, south, east, north) as a path, in units a length."""
    west, _, _, north = window
    drawn = land.clip(box(*window)).map(
        lambda part: scale(
            translate(part, -west, -north),
            per_x,
            -per_y,
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
    """Return a closed line in whole units; nothing where it shrinks to a point.

    Steps from corner to corner take half the letters of places, and a third less once packed.
    """
    whole = corners.round().astype(int)
    kept = whole[np.append(True, (np.diff(whole, axis=0) != 0).any(axis=1))]
    if len(kept) < FEWEST_CORNERS:
        return ""
    x, y = kept[0]
    steps = " ".join(f"{across} {down}" for across, down in np.diff(kept[:-1], axis=0).tolist())
    return f"M{x} {y}l{steps}z"
