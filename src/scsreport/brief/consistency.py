"""What cells cannot tell alone: doubled names, swapped coordinates, mixed units, loose roads."""

# scipy.spatial carries no types
# mypy: disable-error-code="no-untyped-call"
import difflib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from scsreport.brief.countries import Country, plain
from scsreport.brief.reading import Table
from scsreport.findings.counting import units
from scsreport.geometry import Floats, kilometres, unit_vectors
from scsreport.tables.datasets import load
from scsreport.tables.schema import Problem

__all__ = ["JUNCTION", "Box", "box_of", "of_cities", "of_regions", "of_roads"]

JUNCTION = "junction:"
"""How the end of a road begins that is no city."""

MARGIN = 1.0
"""Degrees around a country within which its cities may lie."""

SAME_PLACE_KM = 50.0
THOUSANDFOLD = (600.0, 1_500.0)
"""Between these factors, one number is the other in thousands."""

FAR_KM, NEAR_KM = 2_000.0, 1_000.0
"""From the middle of all cities: so far a city lies astray, so near it would lie if swapped."""

SHORT, LONG, LONG_KM = 0.98, 10.0, 50.0
"""A road is no shorter than the straight line (but for rounding), and not ten times as long and
50 km longer."""

MOST_TIMES_PEOPLE = 20.0
MOST_TIMES_OUTPUT = 1_000.0
"""Over the median of a region's own years, and of all regions a head in a year."""


class Box(NamedTuple):
    """Degrees between which a country lies."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, lat: "pd.Series[float]", lon: "pd.Series[float]") -> "pd.Series[bool]":
        """Say which points lie in it, or within a degree of it."""
        in_lat = lat.between(self.south - MARGIN, self.north + MARGIN)
        return in_lat & lon.between(self.west - MARGIN, self.east + MARGIN)

    def __str__(self) -> str:
        return f"lat {self.south:.1f} to {self.north:.1f}, lon {self.west:.1f} to {self.east:.1f}"


def box_of(country: Country) -> Box | None:
    """Return the box around a country of the book: its outline and its listed places.

    Parameters
    ----------
    country : Country
        Without codes there is none.

    Returns
    -------
    Box or None
    """
    if not country.country:
        return None
    places = units()[units()["country"] == country.country]
    borders = load("borders")
    outline = borders[borders["country"] == country.country]
    if places.empty and outline.empty:
        return None
    west, south, east, north = (
        outline.total_bounds if len(outline) else (np.inf, np.inf, -np.inf, -np.inf)
    )
    lat, lon = places["lat"], places["lon"]
    if places.empty:
        return Box(south, north, west, east)
    return Box(
        min(south, lat.min()), max(north, lat.max()), min(west, lon.min()), max(east, lon.max())
    )


def of_cities(table: Table, country: Country) -> list[Problem]:
    """Return the faults of a list of cities that single cells do not tell.

    Parameters
    ----------
    table : Table
        Cities.
    country : Country
        Theirs.

    Returns
    -------
    list of Problem
    """
    rows, file = table.rows, table.file
    return [
        *_doubled_names(rows, file),
        *_doubled_places(rows, file),
        *_astray(rows, file, country),
        *_in_thousands(rows, file, country),
    ]


def _doubled_names(rows: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield cities whose id, or name where there is none, was met before."""
    first = rows.index.to_series().groupby(rows["id"]).transform("first")
    for line, name, met in zip(rows.index, rows["id"], first, strict=True):
        if line != met:
            expected = "a name that no other city has, or a column id that tells them apart"
            yield Problem(file, line, "name", f"{name!r}, as in line {met}", expected)


def _doubled_places(rows: pd.DataFrame, file: str) -> Iterator[Problem]:
    places = [rows["lat"], rows["lon"]]
    first = rows.index.to_series().groupby(places).transform("first")
    for line, met in zip(rows.index, first, strict=True):
        if line != met and rows.loc[line, "id"] != rows.loc[met, "id"]:
            found = f"the same place as in line {met}"
            yield Problem(file, line, "lat", found, "a place of its own; a city stands once")


def _astray(rows: pd.DataFrame, file: str, country: Country) -> Iterator[Problem]:
    """Yield cities that lie outside the country, or far from all others as if swapped."""
    lat, lon = rows["lat"], rows["lon"]
    box = box_of(country)
    if box is not None:
        swapped = box.holds(lon, lat)
        for line in rows.index[~box.holds(lat, lon)]:
            expected = f"a place in {country.called}, {box}"
            expected += " (are lat and lon swapped?)" if swapped[line] else ""
            yield Problem(file, line, "lat", _point(rows, line), expected)
        return
    middle = unit_vectors(lat, lon)
    away = kilometres(middle, _middle(middle))
    if_swapped = kilometres(unit_vectors(lon.clip(-90, 90), lat), _middle(middle))
    for line in rows.index[(away > FAR_KM) & (if_swapped < NEAR_KM) & (lon.abs() <= 90)]:
        expected = "a place near the other cities (are lat and lon swapped?)"
        yield Problem(file, line, "lat", _point(rows, line), expected)


def _middle(points: Floats) -> Floats:
    """Return the point in whose three coordinates half of the others lie on either side."""
    middle = np.median(points, axis=0) if len(points) else np.array([1.0, 0.0, 0.0])
    length = float(np.linalg.norm(middle))
    return middle / length if length > 0 else np.array([1.0, 0.0, 0.0])


def _point(rows: pd.DataFrame, line: int) -> str:
    lat, lon = (float(rows[side][line]) for side in ("lat", "lon"))
    return f"lat {lat:g}, lon {lon:g}"


def _in_thousands(rows: pd.DataFrame, file: str, country: Country) -> Iterator[Problem]:
    """Yield cities that have a thousandth, or a thousand times, of the people in the book."""
    if not country.country:
        return
    places = units()[units()["country"] == country.country]
    largest = places.sort_values("population", ascending=False)
    listed = largest.assign(plain=largest["name"].map(plain)).drop_duplicates("plain")
    listed = listed.set_index("plain")[["name", "lat", "lon", "population"]]
    book = listed.reindex(rows["name"].map(plain)).set_axis(rows.index)
    own, other = (unit_vectors(frame["lat"], frame["lon"]) for frame in (rows, book.fillna(0.0)))
    near = (kilometres(own, other) < SAME_PLACE_KM) & book["population"].notna().to_numpy()
    times = rows["population"] / book["population"]
    apart = times.between(*THOUSANDFOLD) | (1 / times).between(*THOUSANDFOLD)
    for line in rows.index[near & apart.to_numpy()]:
        found = f"{rows.loc[line, 'population']:,.0f}"
        expected = f"people, as all others; the book lists {book.loc[line, 'population']:,.0f}"
        yield Problem(file, line, "population", found, f"{expected} (thousands?)")


def of_roads(table: Table, cities: Table | None) -> list[Problem]:
    """Return the faults of a table of roads that single cells do not tell.

    Parameters
    ----------
    table : Table
        Roads.
    cities : Table, optional
        The cities that they join.

    Returns
    -------
    list of Problem
    """
    if cities is None:
        expected = "a file of cities beside it, whose ids the roads name"
        return [Problem(table.file, None, None, "roads alone", expected)]
    known = cities.rows.drop_duplicates("id").set_index("id")
    return [
        *_loose_ends(table, cities),
        *_itself(table),
        *_wrong_lengths(table, known),
    ]


def _loose_ends(table: Table, cities: Table) -> Iterator[Problem]:
    names = sorted(cities.ids)
    for column in ("from", "to"):
        ends = table.rows[column]
        loose = ends[~ends.isin(names) & ~ends.str.startswith(JUNCTION)]
        for line, end in loose.items():
            near = difflib.get_close_matches(str(end), names, 1, 0.7)
            meant = f" (is {near[0]!r} meant?)" if near else ""
            expected = f"a city of {cities.file}{meant}, or {JUNCTION}NAME"
            yield Problem(table.file, int(str(line)), column, repr(end), expected)


def _itself(table: Table) -> Iterator[Problem]:
    rows = table.rows
    for line in rows.index[rows["from"] == rows["to"]]:
        end = rows.loc[line, "to"]
        yield Problem(table.file, line, "to", f"{end!r} at both ends", "two different ends")


def _wrong_lengths(table: Table, known: pd.DataFrame) -> Iterator[Problem]:
    """Yield roads between two cities that are shorter than a straight line, or far longer."""
    rows = table.rows
    rows = rows[rows["from"].isin(known.index) & rows["to"].isin(known.index)]
    ends = [
        unit_vectors(*(known.loc[rows[end], side] for side in ("lat", "lon")))
        for end in ("from", "to")
    ]
    straight = pd.Series(kilometres(*ends), rows.index)
    short = rows["km"] < SHORT * straight - 0.1
    long = rows["km"] > LONG * straight + LONG_KM
    for line in rows.index[short | long]:
        found = f"{rows.loc[line, 'km']:g} km"
        limit = "no less than" if short[line] else "not ten times as much and 50 km more than"
        unit = "miles, or hundreds?" if short[line] else "metres?"
        expected = f"{limit} the straight line, {straight[line]:.1f} km ({unit})"
        yield Problem(table.file, line, "km", found, expected)


def of_regions(table: Table) -> list[Problem]:
    """Return the faults of a table of regions that single cells do not tell.

    Parameters
    ----------
    table : Table
        Regions by year.

    Returns
    -------
    list of Problem
    """
    return [*_doubled_years(table), *_mixed_units(table)]


def _doubled_years(table: Table) -> Iterator[Problem]:
    rows = table.rows
    first = rows.index.to_series().groupby([rows["region"], rows["year"]]).transform("first")
    for line, met in zip(rows.index, first, strict=True):
        if line != met:
            found = (
                f"{rows.loc[line, 'region']!r} in {rows.loc[line, 'year']:.0f}, as in line {met}"
            )
            yield Problem(table.file, line, "region", found, "each region once a year")


def _mixed_units(table: Table) -> Iterator[Problem]:
    """Yield rows whose people or output a head are out of all proportion to the others."""
    rows = table.rows
    a_head = rows["output"] / rows["population"]
    usual = {
        "population": (rows["population"], [rows["region"]], MOST_TIMES_PEOPLE),
        "output": (a_head, [rows["year"]], MOST_TIMES_OUTPUT),
    }
    for column, (values, by, most) in usual.items():
        times = values / values.groupby(by).transform("median")
        for line in rows.index[~times.between(1 / most, most)]:
            other = "the region's other years" if column == "population" else "other regions a head"
            found = f"{rows.loc[line, column]:,g}"
            yield Problem(
                table.file, line, column, found, f"one unit throughout; {other} differ by far"
            )
