"""Which cities an airport serves, and which city a place of another list is (derived step).

A city is found by its name where it has the name asked for, and by place where nothing near bears
it. Places of one name are told apart by country and distance.
"""

# mypy: disallow-untyped-calls=False
# (scipy has no types)

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import pandas as pd
from scipy.spatial import KDTree

from scsreport.geometry import Floats, chord_to_km, km_to_chord, unit_vectors
from scsreport.tables.datasets import load

__all__ = [
    "AIRPORT_KM",
    "NEAR_KM",
    "PLACE_KM",
    "SAME_POINT_KM",
    "airport_cities",
    "place_cities",
    "tables",
    "whole_cities",
]

AIRPORT_KM = 100.0
"""An airport that bears a city's name lies no farther from it (Narita is 60 km from Tokyo)."""

NEAR_KM = 20.0
"""An airport that bears no city's name serves the nearest city, if it is as near as this."""

PLACE_KM = 40.0
"""How far two lists may put the middle of one city apart."""

SAME_POINT_KM = 1.0
"""A place of another spelling is the city at whose middle it lies, if it is that near."""

FEWEST_LETTERS = 4  # of a name that is looked for within that of an airport
UNIT = r" (?:City|Municipality|District)$"  # that a name of Wikidata may end with
REGION = r"\b(?:County|Department|Emirate|Oblast|Prefecture|Province|Region|State|Voivodeship)\b"


def tables(cities: pd.DataFrame, names: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Match the kept lists of airports and of sister cities to cities.

    Parameters
    ----------
    cities, names : DataFrame
        The tables ``cities`` and ``city-names``.

    Returns
    -------
    dict of str to DataFrame
        The tables ``airport-cities`` and ``sister-cities``.
    """
    return {
        "airport-cities": airport_cities(load("route-airports"), cities, names),
        "sister-cities": place_cities(load("sister-places"), cities, names),
    }


def whole_cities(cities: pd.DataFrame) -> "pd.Series[int]":
    """Return for each entry the city that it counts to.

    Parameters
    ----------
    cities : DataFrame
        The table ``cities``.

    Returns
    -------
    Series
        ``geonameid`` by ``geonameid``: of a twin or borough the city it is part of, of a suburb in
        the footprint of the primary city that city, of others their own.
    """
    by_id = cities.set_index("geonameid")
    own = pd.Series(by_id.index, by_id.index)
    whole = by_id["part_of"].fillna(own).astype("int64")
    primary = cities[cities["is_primary"]].set_index("country")["geonameid"]
    within = whole.isin(by_id.index[by_id["in_primary_footprint"]])
    return whole.mask(within, by_id["country"].map(primary)).astype("int64")


def airport_cities(
    airports: pd.DataFrame, cities: pd.DataFrame, names: pd.DataFrame
) -> pd.DataFrame:
    """Derive the table ``airport-cities``: which cities each airport serves.

    Parameters
    ----------
    airports : DataFrame
        The table ``route-airports``.
    cities, names : DataFrame
        The tables ``cities`` and ``city-names``.

    Returns
    -------
    DataFrame
        ``iata``, ``geonameid``, ``rule`` and ``km``. By rule: ``named``, the largest city of the
        country within :data:`AIRPORT_KM` that has the name of the airport's city; ``shared``,
        others that the airport's city names too (Raleigh-Durham), or its own name beside the first,
        across borders as well (Cologne Bonn); ``near``, where none is named, the nearest city of
        the country within :data:`NEAR_KM`. An airport of a suburb of the primary city serves the
        primary city.
    """
    placed = airports[airports["lat"].notna()].reset_index(drop=True)
    pairs = _pairs(placed, cities, AIRPORT_KM)
    pairs["whole"] = pairs["geonameid"].map(whole_cities(cities))
    known = _names_of(cities, names)
    by_city = _named_by_city(pairs, placed["city"], known)
    first = _largest(by_city).assign(rule="named")
    by_title = _named_by_title(pairs, placed["name"], known, first)
    others = pd.concat([by_city, by_title]).assign(rule="shared")
    nameless = pairs[pairs["home"] & (pairs["km"] <= NEAR_KM) & ~pairs["row"].isin(first["row"])]
    near = _nearest(nameless).assign(rule="near")
    found = pd.concat([first, others, near]).drop_duplicates(["row", "whole"])
    return _table(found.assign(iata=placed["iata"].loc[found["row"]].to_numpy()), "iata")


def _named_by_city(
    pairs: pd.DataFrame, of_airports: "pd.Series[str]", known: dict[int, set[str]]
) -> pd.DataFrame:
    """Return the largest city of each name that the airports' cities have, one or several.

    A name with a sign in it (``Dallas-Fort Worth``) stands for its parts where no city bears it.
    """
    home = pairs[pairs["home"]]
    whole = {row: {_bare(name)} for row, name in of_airports.items()}
    parts = {row: _parts(name) for row, name in of_airports.items()}
    by_whole = _largest(_bearing(home, whole, known), "name")
    by_part = _largest(_bearing(home[~home["row"].isin(by_whole["row"])], parts, known), "name")
    return pd.concat([by_whole, by_part])


def _named_by_title(
    pairs: pd.DataFrame,
    titles: "pd.Series[str]",
    known: dict[int, set[str]],
    first: pd.DataFrame,
) -> pd.DataFrame:
    """Return further cities in names of airports that begin with, or hold, the first city's name.

    ``Narita International Airport`` is Tokyo's: only its name holds no other city than Narita.
    """
    runs = {row: _runs(title) for row, title in titles.items()}
    of_first = {
        row: known[city] for row, city in zip(first["row"], first["geonameid"], strict=True)
    }
    titled = {row: runs[row] - names for row, names in of_first.items() if runs[row] & names}
    return _largest(_bearing(pairs[pairs["row"].isin(list(titled))], titled, known), "name")


def _bearing(
    pairs: pd.DataFrame, wanted: Mapping[Any, set[str]], known: Mapping[int, set[str]]
) -> pd.DataFrame:
    """Return the pairs whose city bears a name that the row asks for, with that ``name``."""
    hits = [
        sorted(known[city] & wanted[row])
        for row, city in zip(pairs["row"], pairs["geonameid"], strict=True)
    ]
    return (
        pairs.assign(name=pd.Series(hits, pairs.index, dtype=object))
        .explode("name")
        .dropna(subset="name")
    )


def place_cities(places: pd.DataFrame, cities: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``sister-cities``: which city each place with ties is.

    Parameters
    ----------
    places : DataFrame
        The table ``sister-places``.
    cities, names : DataFrame
        The tables ``cities`` and ``city-names``.

    Returns
    -------
    DataFrame
        ``wikidata``, ``geonameid``, ``rule`` and ``km``. By rule: ``named``, the nearest entry of
        the country within :data:`PLACE_KM` that has the place's name; ``near``, where none has, the
        nearest within :data:`SAME_POINT_KM`, unless the name is that of a region. A twin is the
        city itself; boroughs are no cities and left out, as are smaller places. A city may be
        several places (Tokyo is a town and a prefecture): all of their ties are its.
    """
    pairs = _pairs(places, cities, PLACE_KM)
    pairs = pairs[pairs["home"]]
    wanted = {
        row: {_bare(name), _bare(re.sub(UNIT, "", name))} for row, name in places["name"].items()
    }
    named = _nearest(_bearing(pairs, wanted, _names_of(cities, names))).assign(rule="named")
    region = places.index[places["name"].str.contains(REGION)]
    nameless = pairs[(pairs["km"] <= SAME_POINT_KM) & ~pairs["row"].isin([*named["row"], *region])]
    found = pd.concat([named, _nearest(nameless).assign(rule="near")])
    by_id = cities.set_index("geonameid")
    found = found[found["geonameid"].map(by_id["kind"]) != "borough"]
    found["whole"] = found["geonameid"].map(by_id["part_of"]).fillna(found["geonameid"])
    return _table(
        found.assign(wikidata=places["wikidata"].loc[found["row"]].to_numpy()), "wikidata"
    )


def _pairs(points: pd.DataFrame, cities: pd.DataFrame, within: float) -> pd.DataFrame:
    """Return every pair of a point and a city that are near, with km and whether one country."""
    tree = KDTree(_vectors(points))
    other = KDTree(_vectors(cities))
    near = tree.sparse_distance_matrix(other, km_to_chord(within), output_type="coo_matrix")
    city = cities.iloc[near.col]
    return pd.DataFrame(
        {
            "row": near.row,
            "geonameid": city["geonameid"].to_numpy(),
            "population": city["population"].to_numpy(),
            "home": city["country"].to_numpy() == points["country"].to_numpy()[near.row],
            "km": chord_to_km(near.data),
        }
    )


def _vectors(points: pd.DataFrame) -> Floats:
    return unit_vectors(points["lat"], points["lon"])


def _largest(pairs: pd.DataFrame, *each: str) -> pd.DataFrame:
    """Return the pair of the largest city for each row, and for each name asked for."""
    ordered = pairs.sort_values(["population", "km"], ascending=[False, True])
    return ordered.drop_duplicates(["row", *each])


def _nearest(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pair of the nearest city for each row, those of the nearest first."""
    return pairs.sort_values(["km", "geonameid"]).drop_duplicates("row")


def _bare(name: str) -> str:
    """Return a name as bare letters, so that accents, case and signs do not matter."""
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", str(name)).casefold()
    return re.findall(r"[^\W\d_]+", re.sub("[\u0300-\u036f'’`]", "", letters))


def _parts(name: str) -> set[str]:
    """Return the parts of a name that a sign divides."""
    return {_bare(part) for part in re.split(r"[/,()-]", str(name))} - {""}


def _runs(title: str) -> set[str]:
    """Return all runs of up to four words of a title that could be a city's name."""
    words = _words(title)
    starts = range(len(words))
    runs = {"".join(words[at : at + count]) for at in starts for count in range(1, 5)}
    return {run for run in runs if len(run) >= FEWEST_LETTERS}


def _names_of(cities: pd.DataFrame, names: pd.DataFrame) -> dict[int, set[str]]:
    """Return all names of each entry as bare letters."""
    every = pd.concat([cities[["geonameid", "name"]], names], ignore_index=True)
    every = every.assign(bare=every["name"].map(_bare)).query("bare != ''")
    known: dict[int, set[str]] = {}
    for city, bare in zip(every["geonameid"], every["bare"], strict=True):
        known.setdefault(city, set()).add(bare)
    return known


def _table(found: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the columns of a table of matches, in order."""
    frame = found.assign(geonameid=found["whole"].astype("int64"), km=found["km"].round(1))
    frame = frame.sort_values([key, "geonameid"], ignore_index=True)
    return frame[[key, "geonameid", "rule", "km"]]
