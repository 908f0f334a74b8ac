"""What cells cannot tell alone: doubled names, swapped coordinates, mixed units, loose roads."""

# scipy.spatial carries no types
# mypy: disable-error-code="no-untyped-call"
import difflib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from scsreport.brief.countries import Country, plain
from scsreport.brief.reading import Table, is_total
from scsreport.findings.counting import units
from scsreport.geometry import Floats, kilometres, unit_vectors
from scsreport.tables.datasets import load
from scsreport.tables.schema import Problem

__all__ = [
    "JUNCTION",
    "Box",
    "box_of",
    "lacking_regions",
    "of_both_regions",
    "of_cities",
    "of_regions",
    "of_roads",
    "of_speeds",
    "whose",
]

JUNCTION = "junction:"
"""How the end of a road begins that is no city."""

MARGIN = 1.0
"""Degrees around a country within which its cities may lie."""

SAME_PLACE_KM = 50.0
THOUSANDFOLD = (600.0, 1_500.0)
"""Between these factors, one number is the other in thousands."""

FAR_KM, NEAR_KM = 2_000.0, 1_000.0
"""From the middle of all cities: so far a city lies astray, so near it would lie if swapped."""

FOOTPRINT_KM = 200.0
"""From its largest city to the farthest of a built-up area; those of the book reach less."""

SHORT, LONG, LONG_KM = 0.98, 10.0, 50.0
"""A road is no shorter than the straight line (but for rounding), and not ten times as long and
50 km longer."""

LEAST_SUMMED, MANY_SUMMED = 3, 10
"""Rows that another one adds up, for it to be a total: by two figures, by one that may be round."""

EXACT = 1e-6
"""How near a total must come to the sum, as a share; rounding aside, none does by chance."""

ALIKE = 0.85
"""How alike the spellings of a region are, 0 to 1, where one lacks the years of the other; ours."""

MOST_OF_ITS = 0.5
"""Share of the cities of a list that the book has in one country, for it to be that one; ours."""

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
        *_doubled_spellings(rows, file),
        *_doubled_places(rows, file),
        *_nowhere(rows, file, country),
        *_total_of_cities(rows, file),
        *_far_footprints(rows, file),
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


def _doubled_spellings(rows: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield cities that only capitals or accents tell from a near one, where no id does."""
    alone = rows[rows["id"] == rows["name"]].drop_duplicates("name")
    first = alone.index.to_series().groupby(alone["name"].map(plain)).transform("first")
    again = alone[alone.index != first]
    met = alone.loc[first[again.index]]
    away = kilometres(*(unit_vectors(each["lat"], each["lon"]) for each in (again, met)))
    for line, before in zip(
        again.index[away < SAME_PLACE_KM], met.index[away < SAME_PLACE_KM], strict=True
    ):
        found = f"{rows.loc[line, 'name']!r}, near {rows.loc[before, 'name']!r} in line {before}"
        expected = "each city once, or a column id that tells the two apart"
        yield Problem(file, line, "name", found, expected)


def _nowhere(rows: pd.DataFrame, file: str, country: Country) -> Iterator[Problem]:
    """Yield cities at zero degrees both ways, far from others: their place is not known."""
    if country.country:
        return
    points = unit_vectors(rows["lat"], rows["lon"])
    is_far = kilometres(points, _middle(points)) > NEAR_KM
    for line in rows.index[(rows["lat"] == 0) & (rows["lon"] == 0) & is_far]:
        expected = "the place of the city; zeros mostly stand for one that is not known"
        yield Problem(file, line, "lat", _point(rows, line), expected)


def _far_footprints(rows: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield cities that lie too far from the largest of their built-up area to be a part of it."""
    named = rows[rows["footprint"].notna()]
    if named.empty:
        return
    first = named.loc[named.groupby("footprint")["population"].idxmax()].set_index("footprint")
    largest = first.loc[named["footprint"]]
    ends = (unit_vectors(each["lat"], each["lon"]) for each in (named, largest))
    away = pd.Series(kilometres(*ends), named.index)
    for place, line in enumerate(named.index):
        if away[line] > FOOTPRINT_KM:
            found = f"{named.loc[line, 'footprint']!r}, {away[line]:.0f} km from "
            found += f"{largest['name'].iloc[place]!r}, the largest city of it"
            expected = f"a built-up area that reaches no farther than {FOOTPRINT_KM:.0f} km"
            yield Problem(file, line, "footprint", found, expected)


def _total_of_cities(rows: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield rows named like a total, and one with as many people as all others together."""
    people = rows["population"]
    is_named = rows["name"].map(is_total).astype(bool)
    is_sum = (2 * people == people.sum()) & (len(rows) > MANY_SUMMED)
    for line in rows.index[is_named | is_sum]:
        found = f"{rows.loc[line, 'name']!r} of {people[line]:,.0f}"
        found += ", the sum of all others" if is_sum[line] else ""
        yield Problem(file, line, "name", found, "a city; a row of totals is to be removed")


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
        meant = {
            "are lat and lon swapped?": box.holds(lon, lat),
            "does lon lack its minus, for west?": box.holds(lat, -lon),
            "does lat lack its minus, for south?": box.holds(-lat, lon),
        }
        for line in rows.index[~box.holds(lat, lon)]:
            near = next((words for words, holds in meant.items() if holds[line]), "")
            expected = f"a place in {country.called}, {box}{f' ({near})' if near else ''}"
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


def whose(table: Table) -> str:
    """Return the country of the book in which most cities of a list lie, by name and place.

    Parameters
    ----------
    table : Table
        Cities of a country that the book does not know.

    Returns
    -------
    str
        Its ISO code; empty where it is none.
    """
    places = units()
    rows = table.rows.assign(plain=table.rows["name"].map(plain))
    south, north, west, east = (
        rows["lat"].min() - MARGIN,
        rows["lat"].max() + MARGIN,
        rows["lon"].min() - MARGIN,
        rows["lon"].max() + MARGIN,
    )
    near = places[places["lat"].between(south, north) & places["lon"].between(west, east)]
    listed = near.assign(plain=near["name"].map(plain))[["plain", "country", "lat", "lon"]]
    both = rows.reset_index().merge(listed, on="plain", suffixes=("", "_book"))
    own = unit_vectors(both["lat"], both["lon"])
    book = unit_vectors(both["lat_book"], both["lon_book"])
    met = both[kilometres(own, book) < SAME_PLACE_KM].drop_duplicates(["plain", "country"])
    counted = met["country"].value_counts()
    if counted.empty or counted.iloc[0] <= MOST_OF_ITS * len(rows):
        return ""
    return str(counted.index[0])


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
        loose = ends[~ends.isin(names) & ~ends.str.match(f"{JUNCTION}.+")]
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


def of_speeds(
    speeds: Mapping[str, float], file: str, roads: Table | None, *, has_roads: bool
) -> Iterator[Problem]:
    """Yield speeds of classes that no road has, which would be printed and change nothing.

    Parameters
    ----------
    speeds : mapping of float
        Km an hour by class, of the settings.
    file : str
        Of the settings.
    roads : Table, optional
        A reader's roads, if they are sound.
    has_roads : bool
        Whether a reader gave some.

    Yields
    ------
    Problem
    """
    if roads is None and has_roads:
        return
    classes = [] if roads is None else sorted(roads.rows["class"].dropna().unique())
    for name in speeds:
        if name in classes:
            continue
        near = difflib.get_close_matches(name, classes, 1, 0.6)
        meant = f" (is {near[0]} meant?)" if near else ""
        known = f"a class of roads: {', '.join(classes) or 'they have none'}{meant}"
        expected = known if has_roads else "roads of your own beside it (--roads), with a class"
        yield Problem(file, None, f"speeds.{name}", "a speed of no road", expected)


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
    return [
        *_doubled_years(table),
        *_other_spellings(table),
        *_totals_of_regions(table),
        *_mixed_units(table),
    ]


def of_both_regions(cities: Table, regions: Table) -> Iterator[Problem]:
    """Yield cities whose region is spelt otherwise, by capitals or accents, than its rows.

    Parameters
    ----------
    cities, regions : Table
        Of one reader.

    Yields
    ------
    Problem
    """
    names = regions.rows["region"].drop_duplicates()
    spelt = dict(zip(names.map(plain), names, strict=True))
    known = set(names)
    for line, name in cities.rows["region"].dropna().items():
        meant = spelt.get(plain(name))
        if name not in known and meant is not None:
            expected = f"{meant!r}, as in {regions.file}"
            yield Problem(cities.file, int(str(line)), "region", repr(name), expected)


def lacking_regions(cities: pd.DataFrame, regions: pd.DataFrame) -> list[str]:
    """Return the regions of cities that no row of regions has.

    Parameters
    ----------
    cities, regions : DataFrame
        With the column ``region``.

    Returns
    -------
    list of str
        In the order of cities.
    """
    named = cities["region"].dropna().drop_duplicates()
    return named[~named.isin(regions["region"])].astype(str).to_list()


def _other_spellings(table: Table) -> Iterator[Problem]:
    """Yield rows of a region whose name differs from an earlier one in spelling alone."""
    rows = table.rows
    years = rows.groupby("region", sort=False)["year"].agg(frozenset)
    every = frozenset(rows["year"])
    often = years.map(len).sort_values(ascending=False, kind="stable").index
    for place, name in enumerate(often):
        before = [str(other) for other in often[:place]]
        same = [other for other in before if plain(other) == plain(str(name))]
        rest = [other for other in before if years[other] == every - years[name]]
        near = difflib.get_close_matches(str(name), rest, 1, ALIKE)
        meant = next(iter([*same, *near]), "")
        if meant:
            expected = f"one spelling of a region in all years (is {meant!r} meant?)"
            for line in rows.index[rows["region"] == name]:
                yield Problem(table.file, int(line), "region", repr(name), expected)


def _totals_of_regions(table: Table) -> Iterator[Problem]:
    """Yield rows that hold the people and the output of all other regions of their year."""
    rows = table.rows
    parts = rows[["output", "population"]]
    whole = parts.groupby(rows["year"]).transform("sum")
    n = rows.groupby("year")["region"].transform("size")
    near = (2 * parts - whole).abs() <= EXACT * whole
    for line in rows.index[near.all(axis=1) & (n > LEAST_SUMMED)]:
        name, year = rows.loc[line, "region"], rows.loc[line, "year"]
        found = f"{name!r}, the sum of all others in {year:.0f}"
        yield Problem(table.file, int(line), "region", found, "a region; remove rows of totals")


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
