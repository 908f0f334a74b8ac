"""Which entries of the list are only part of another: twins and boroughs.

Decided by geometry and administrative codes alone, never by a list of names. Only entries of one
country, one first-order region and one urban footprint are compared.
"""

# scipy.spatial carries no types
# mypy: disable-error-code="no-untyped-call"

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from scsreport.geometry import Floats, chord_to_km, km_to_chord, unit_vectors
from scsreport.sources import declared

# A borough is at least this much smaller than its city. Below it the two are of one order and
# may well be neighbours, as Manila and Quezon City or Yokohama and Kawasaki are.
MUCH_LARGER = 3.0
# Entries of one order whose discs are nearly one: half a radius apart, equal discs share 69 %.
NEARLY_ONE = 0.5
PAIR_KM = 100.0  # candidates: wider than any two discs, so that only the rules decide
LISTED_CITY = 100_000  # people: the size from which an entry alone in its footprint tells density

RANKS = declared.read("names")["feature_codes"]
HIGH = ("national capital", "first-order capital")
SEATS = (*HIGH, "second-order capital", "lower capital")


def admin_rank(feature_code: "pd.Series[str]") -> "pd.Series[str]":
    """Return what each entry administers, in words; ``unknown`` where the code is missing."""
    rank = feature_code.map(RANKS).fillna("populated place")
    return rank.where(feature_code.notna(), "unknown")


def single_city_density(places: pd.DataFrame, area_km2: "pd.Series[float]") -> float:
    """Return the median density of the footprints that hold one listed city and nothing else.

    Parameters
    ----------
    places : DataFrame
        With ``footprint`` and ``population``.
    area_km2 : Series
        Area of each footprint, by its id.

    Returns
    -------
    float
        People per km2.
    """
    held = places.groupby("footprint")["population"].agg(["size", "sum"])
    alone = held[(held["size"] == 1) & (held["sum"] >= LISTED_CITY)]
    return float((alone["sum"] / area_km2.loc[alone.index]).median())


def radius_km(population: "pd.Series[float]", density: float) -> Floats:
    """Return the radius of the disc that would hold these people at this density, in km."""
    people = population.to_numpy(float, na_value=0.0)
    return np.asarray(np.sqrt(people / density / np.pi), float)


def find(places: pd.DataFrame, density: float) -> pd.DataFrame:
    """Return what each entry is, and of which larger entry it is part.

    A smaller entry B is part of a larger entry A

    - as a **twin**, when both are of one order of size and B lies within half its own radius
      of A; or when B is a national or first-order capital, A is called a section of a city or is
      younger than the list of codes, and their discs overlap: no section is larger than its
      capital, so A is the whole city under another name (Mosul, Basrah, Lhasa);
    - as a **borough**, when GeoNames calls B a section of a city and A is none; or when A is much
      larger and B lies within the disc that A's people would fill.

    Among several, A is the one in whose disc B lies deepest.

    Parameters
    ----------
    places : DataFrame
        With ``geonameid``, ``country``, ``admin1``, ``footprint``, ``lat``, ``lon``,
        ``population`` and ``feature_code``.
    density : float
        People per km2, for the discs.

    Returns
    -------
    DataFrame
        ``kind`` ("city", "twin", "borough") and ``part_of`` (geonameid of the city at the end
        of the chain), on the index of ``places``.
    """
    people = places["population"].to_numpy(float)
    radius = radius_km(places["population"], density)
    rank = admin_rank(places["feature_code"])
    section = (rank == "section of a city").to_numpy()
    high = rank.isin(HIGH).to_numpy()
    nameless = section | (rank == "unknown").to_numpy()

    small, large, km = _pairs(places)
    similar = people[large] < MUCH_LARGER * people[small]
    twin = similar & (km < NEARLY_ONE * radius[small])
    twin |= high[small] & nameless[large] & (km < radius[small] + radius[large])
    borough = section[small] & ~section[large]
    borough |= ~similar & (km < radius[large])

    kept = twin | borough
    pairs = pd.DataFrame(
        {
            "small": small,
            "large": large,
            "depth": km / np.maximum(radius[large], 1e-9),
            "kind": np.where(twin & ~borough, "twin", "borough"),
        }
    )[kept]
    pairs = pairs.sort_values(["small", "depth", "large"]).drop_duplicates("small")
    whole = np.arange(len(places))
    whole[pairs["small"]] = pairs["large"]
    while (whole[whole] != whole).any():  # a part of a part is part of the whole
        whole = whole[whole]
    kind = np.full(len(places), "city", dtype=object)
    kind[pairs["small"]] = pairs["kind"]
    ids = places["geonameid"].to_numpy()
    part_of = pd.Series(ids[whole], index=places.index).astype("Int64")
    return pd.DataFrame({"kind": kind, "part_of": part_of.where(kind != "city")})


def _pairs(places: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, Floats]:
    """Return smaller, larger and distance of the pairs that share country, region, footprint."""
    inside = np.flatnonzero(places["footprint"].notna() & places["admin1"].ne(""))
    rows = places.iloc[inside]
    points = unit_vectors(rows["lat"], rows["lon"])
    near = KDTree(points).query_pairs(km_to_chord(PAIR_KM), output_type="ndarray")
    group = rows.groupby(["country", "admin1", "footprint"]).ngroup().to_numpy()
    near = near[group[near[:, 0]] == group[near[:, 1]]]
    # Of two equal entries the one with the lower id, the older record, is the whole.
    order = np.lexsort((rows["geonameid"], -rows["population"]))
    place = np.empty(len(rows), int)
    place[order] = np.arange(len(rows))
    first = place[near].argmin(axis=1)
    large = near[np.arange(len(near)), first]
    small = near[np.arange(len(near)), 1 - first]
    km = chord_to_km(np.linalg.norm(points[small] - points[large], axis=1))
    return inside[small], inside[large], km
