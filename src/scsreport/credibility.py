"""Whether the population that a list gives for a city can be that of a city.

Lists of cities hold numbers that belong to something else: the people of a whole district or
county under the name of its seat, one number given to two places, a place listed twice. Five rules
find what is suspicious in such a number; none proves it wrong. They were written down from what
goes wrong in lists, before any city was looked up; that of names was widened once, when readers
had pointed at New South Memphis, which is Memphis, and that of urban centres when they had pointed
at Budta, a village with the people of a province near a small one.

========================  ==================================================================
``same_population``       another city of the country has exactly the same number of people,
                          and it is no multiple of 1,000
``same_name``             another city of that name lies within 100 km in the same country, or one
                          in the same footprint whose name holds its own has as many people, give
                          or take a twentieth
``above_second_source``   more than three times the people that a second list has
``too_dense``             the city is most of its urban footprint, and the footprint would hold
                          more than 30,000 people a square km
``unconfirmed``           no urban centre within 10 km has room for its people beside its own, at
                          30,000 a square km, and no second list has the city within three times
========================  ==================================================================

A number below a third of the second list's is told apart, ``below_second_source``: there it is as
a rule the other list that counts a district.
"""

import numpy as np
import pandas as pd

from scsreport import checks
from scsreport.checks import ABOVE_ZERO, PEOPLE, Range
from scsreport.geometry import kilometres, unit_vectors, within_reach

__all__ = [
    "APART",
    "AS_MANY",
    "CENTRE_KM",
    "LATITUDES",
    "LONGITUDES",
    "MOST_DENSE",
    "ROUND",
    "RULES",
    "SAME_NAME_KM",
    "doubts",
]

ROUND = 1_000
"""Two cities may well have the same rounded number of people."""

AS_MANY = 0.05
"""Two entries of one city may be of different years."""

SAME_NAME_KM = 100.0
"""Two places of one name and country are farther apart as a rule."""

APART = 3.0
"""Two lists may differ by that factor for reasons of where a city ends."""

MOST_DENSE = 30_000.0
"""People a square km of a whole urban centre; the densest cities of millions come near it. A centre
that would have to hold more for a city near it does not confirm that city."""

CENTRE_KM = 10.0
"""A list's point of a city may lie that far outside its urban centre."""

RULES = ("same_population", "same_name", "above_second_source", "too_dense", "unconfirmed")
"""The rules, each a column of flags; a city that one of them flags is ``doubtful``."""

LATITUDES = Range("degrees from -90 to 90", -90, 90)
LONGITUDES = Range("degrees from -180 to 180", -180, 180)
CITY_COLUMNS = (
    "name",
    "country",
    "lat",
    "lon",
    "population",
    "population_agglomeration",
    "footprint",
    "footprint_population",
)
FOOTPRINT_COLUMNS = ("footprint", "lat", "lon", "area_km2")


def doubts(cities: pd.DataFrame, footprints: pd.DataFrame) -> pd.DataFrame:
    """Flag cities whose population may not be that of a city, rule by rule.

    Parameters
    ----------
    cities : DataFrame
        One row per city, labelled by it: ``name``, ``country``, ``lat`` and ``lon`` (degrees),
        ``population`` (people), ``population_agglomeration`` (people by a second list, missing
        where it has none), ``footprint`` (missing where none) and ``footprint_population``
        (people of all its cities).
    footprints : DataFrame
        One row per ``footprint``: ``lat`` and ``lon`` of its middle, ``area_km2``.

    Returns
    -------
    DataFrame
        On the index of ``cities``: one column of flags for each of :data:`RULES`,
        ``below_second_source``, and ``doubtful``, whether one of the rules flags the city.

    Raises
    ------
    ValueError
        If a column is missing or there twice, a row is there twice, a value is missing or out of
        range, a footprint is not in ``footprints``.
    TypeError
        If one is no DataFrame, or a number is none.

    Examples
    --------
    >>> towns = pd.DataFrame({"name": ["A", "B"], "country": "X", "lat": [0, 1], "lon": [0, 1],
    ...                       "population": [1_900_000, 120_000], "footprint": [1, 2],
    ...                       "population_agglomeration": [90_000, 110_000],
    ...                       "footprint_population": [1_900_000, 120_000]})
    >>> centres = pd.DataFrame({"footprint": [1, 2], "lat": [0, 1], "lon": [0, 1],
    ...                         "area_km2": [20, 20]})
    >>> doubts(towns, centres)[["above_second_source", "too_dense", "doubtful"]].values.tolist()
    [[True, True, True], [False, False, False]]
    """
    table = _checked_cities(cities)
    centres = _checked_footprints(footprints)
    unknown = ~table["footprint"].isna() & ~table["footprint"].isin(centres.index)
    if unknown.any():
        row = table.index[unknown][0]
        raise ValueError(
            f"cities: row {row} lies in footprint {table['footprint'][row]}, which footprints does "
            "not hold; expected all of them there"
        )
    ratio = table["population"] / table["population_agglomeration"]
    of_footprint = table["footprint_population"] / table["population_agglomeration"]
    flags = pd.DataFrame(
        {
            "same_population": _same_population(table),
            "same_name": _same_name(table),
            "above_second_source": ratio > APART,
            "too_dense": _too_dense(table, centres["area_km2"]),
            "unconfirmed": _without_room(table, centres) & ~ratio.between(1 / APART, APART),
        }
    )
    # A second list of agglomerations counts the footprint where ours counts one city of it.
    below = (ratio < 1 / APART) & ~(of_footprint >= 1 / APART)
    return flags.assign(below_second_source=below, doubtful=flags.any(axis=1))


def _same_population(table: pd.DataFrame) -> "pd.Series[bool]":
    twice = table.duplicated(["country", "population"], keep=False)
    return twice & (table["population"] % ROUND != 0)


def _same_name(table: pd.DataFrame) -> "pd.Series[bool]":
    """Say which cities have a namesake near, or one in their footprint under a longer name."""
    key = table["name"].str.normalize("NFKD").str.casefold()
    key = key.str.replace("[\\W\\d_]|[\u0300-\u036f]", "", regex=True)
    columns = ["country", "lat", "lon", "footprint", "population"]
    cities = table[columns].assign(key=key, city=np.arange(len(table)))
    near = [_namesakes(cities), _under_longer_names(cities)]
    return pd.Series(np.isin(np.arange(len(table)), np.concatenate(near)), table.index)


def _namesakes(cities: pd.DataFrame) -> "pd.Series[int]":
    pairs = cities.merge(cities, on=["country", "key"], suffixes=("", "_2"))
    pairs = pairs[pairs["city"] != pairs["city_2"]]
    ends = unit_vectors(pairs["lat"], pairs["lon"]), unit_vectors(pairs["lat_2"], pairs["lon_2"])
    near: pd.Series[int] = pairs.loc[kilometres(*ends) <= SAME_NAME_KM, "city"]
    return near


def _under_longer_names(cities: pd.DataFrame) -> "pd.Series[int]":
    inside = cities.dropna(subset="footprint")
    pairs = inside.merge(inside, on=["country", "footprint"], suffixes=("", "_2"))
    pairs = pairs[pairs["city"] != pairs["city_2"]]
    apart = (pairs["population"] - pairs["population_2"]).abs()
    pairs = pairs[apart <= AS_MANY * pairs[["population", "population_2"]].max(axis=1)]
    holds = [
        own in other or other in own
        for own, other in zip(pairs["key"], pairs["key_2"], strict=True)
    ]
    alike: pd.Series[int] = pairs.loc[np.array(holds, dtype=bool), "city"]
    return alike


def _too_dense(table: pd.DataFrame, area_km2: "pd.Series[float]") -> "pd.Series[bool]":
    density = table["footprint_population"] / table["footprint"].map(area_km2)
    is_most = table["population"] >= table["footprint_population"] / 2
    return is_most & (density > MOST_DENSE)


def _without_room(table: pd.DataFrame, centres: pd.DataFrame) -> "pd.Series[bool]":
    """Say for which cities no urban centre near has room; a centre is taken as a disc of its area.

    A small centre near a place confirms no million.
    """
    radius = np.sqrt(centres["area_km2"].to_numpy() / np.pi)
    points = unit_vectors(table["lat"], table["lon"])
    middles = unit_vectors(centres["lat"], centres["lon"])
    city, centre = within_reach(points, middles, radius + CENTRE_KM)
    own = table.dropna(subset="footprint").groupby("footprint")["footprint_population"].first()
    room = centres["area_km2"] * MOST_DENSE - own.reindex(centres.index).fillna(0)
    fits = table["population"].to_numpy()[city] <= room.to_numpy()[centre]
    confirmed = np.isin(np.arange(len(table)), city[fits])
    return table["footprint"].isna() & ~confirmed


def _checked_cities(cities: pd.DataFrame) -> pd.DataFrame:
    table = checks.frame("cities", cities, CITY_COLUMNS, each_row_once=True)
    checks.label_column("cities", table, "name")
    checks.label_column("cities", table, "country", "a code")
    numbers = {
        "lat": checks.column("cities", table, "lat", LATITUDES),
        "lon": checks.column("cities", table, "lon", LONGITUDES),
        "population": checks.column("cities", table, "population", PEOPLE),
    }
    for key in ("population_agglomeration", "footprint_population"):
        numbers[key] = checks.column("cities", table, key, PEOPLE, missing=True)
    numbers["footprint"] = checks.column("cities", table, "footprint", missing=True)
    of_none = numbers["footprint"].notna() & numbers["footprint_population"].isna()
    if of_none.any():
        row = table.index[of_none][0]
        raise ValueError(
            f"cities: row {row}, column 'footprint_population' is missing; expected the people of "
            "its footprint"
        )
    return table[["name", "country"]].astype("str").assign(**numbers)


def _checked_footprints(footprints: pd.DataFrame) -> pd.DataFrame:
    table = checks.frame("footprints", footprints, FOOTPRINT_COLUMNS)
    numbers = {
        "lat": checks.column("footprints", table, "lat", LATITUDES),
        "lon": checks.column("footprints", table, "lon", LONGITUDES),
        "area_km2": checks.column("footprints", table, "area_km2", ABOVE_ZERO),
    }
    index = pd.Index(checks.column("footprints", table, "footprint"), name="footprint")
    checks.unique("footprints", index)
    return pd.DataFrame({key: values.to_numpy() for key, values in numbers.items()}, index)
