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

__all__ = [
    "HIGH",
    "SEATS",
    "admin_rank",
    "find",
    "radius_km",
    "single_city_density",
]

MUCH_LARGER = 3.0
"""A borough is at least this much smaller than its city.

Below it the two are of one order and may well be neighbours, as Manila and Quezon City or Yokohama
and Kawasaki are.
"""

NEARLY_ONE = 0.5
"""Radii apart at which discs of one order are nearly one: equal ones then share 69 %."""

PAIR_KM = 100.0
"""Reach of the candidates: wider than any two discs, so that only the rules decide."""

LISTED_CITY = 100_000
"""People from which an entry that is alone in its footprint tells the density."""

RANKS = declared.read("names")["feature_codes"]
HIGH = ("national capital", "first-order capital")
SEATS = (*HIGH, "second-order capital", "lower capital")


def admin_rank(feature_code: "pd.Series[str]") -> "pd.Series[str]":
    """Return what each entry administers, in words; ``unknown`` where the code is missing.

    Parameters
    ----------
    feature_code : Series
        GeoNames' codes.

    Returns
    -------
    Series
        On the same index.
    """
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
    people = places.groupby("footprint")["population"].agg(["size", "sum"])
    alone = people[(people["size"] == 1) & (people["sum"] >= LISTED_CITY)]
    return float((alone["sum"] / area_km2.loc[alone.index]).median())


def radius_km(population: "pd.Series[float]", density: float) -> Floats:
    """Return the radius of the disc that would hold these people at this density.

    Parameters
    ----------
    population : Series
        People; missing counts as none.
    density : float
        People per km2.

    Returns
    -------
    ndarray
        Kilometres.
    """
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
    pairs = _candidates(places)
    entries = _entries(places, density)
    smaller = entries.iloc[pairs["smaller"]].reset_index(drop=True)
    larger = entries.iloc[pairs["larger"]].reset_index(drop=True)
    twin = _is_twin(smaller, larger, pairs["km"])
    borough = _is_borough(smaller, larger, pairs["km"])
    pairs["depth"] = pairs["km"] / np.maximum(larger["radius_km"], 1e-9)
    pairs["kind"] = np.where(twin & ~borough, "twin", "borough")
    parts = pairs[twin | borough].sort_values(["smaller", "depth", "larger"])
    parts = parts.drop_duplicates("smaller")

    kind = np.full(len(places), "city", dtype=object)
    kind[parts["smaller"]] = parts["kind"]
    whole = _whole(len(places), parts)
    ids = places["geonameid"].to_numpy()
    part_of = pd.Series(ids[whole], index=places.index).astype("Int64")
    return pd.DataFrame({"kind": kind, "part_of": part_of.where(kind != "city")})


def _entries(places: pd.DataFrame, density: float) -> pd.DataFrame:
    """Return what the rules ask of each entry: people, disc, and what its code says."""
    rank = admin_rank(places["feature_code"])
    section = rank == "section of a city"
    return pd.DataFrame(
        {
            "people": places["population"].astype(float),
            "radius_km": radius_km(places["population"], density),
            "is_section": section,
            "is_high_capital": rank.isin(HIGH),
            "is_section_or_unknown": section | (rank == "unknown"),
        }
    )


def _of_one_order(smaller: pd.DataFrame, larger: pd.DataFrame) -> "pd.Series[bool]":
    return larger["people"] < MUCH_LARGER * smaller["people"]


def _is_twin(
    smaller: pd.DataFrame, larger: pd.DataFrame, km: "pd.Series[float]"
) -> "pd.Series[bool]":
    nearly_one = km < NEARLY_ONE * smaller["radius_km"]
    overlap = km < smaller["radius_km"] + larger["radius_km"]
    capital_of_section = smaller["is_high_capital"] & larger["is_section_or_unknown"]
    return (_of_one_order(smaller, larger) & nearly_one) | (capital_of_section & overlap)


def _is_borough(
    smaller: pd.DataFrame, larger: pd.DataFrame, km: "pd.Series[float]"
) -> "pd.Series[bool]":
    section_of_city = smaller["is_section"] & ~larger["is_section"]
    inside = km < larger["radius_km"]
    return section_of_city | (~_of_one_order(smaller, larger) & inside)


def _whole(n: int, parts: pd.DataFrame) -> np.ndarray:
    """Return of which entry each is part in the end: a part of a part is part of the whole."""
    whole = np.arange(n)
    whole[parts["smaller"]] = parts["larger"]
    while (whole[whole] != whole).any():
        whole = whole[whole]
    return whole


def _candidates(places: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that share country, region and footprint and are not far apart.

    Returns
    -------
    DataFrame
        ``smaller`` and ``larger``, positions in ``places``, and ``km``.
    """
    grouped = np.flatnonzero(places["footprint"].notna() & places["admin1"].ne(""))
    rows = places.iloc[grouped]
    points = unit_vectors(rows["lat"], rows["lon"])
    near = KDTree(points).query_pairs(km_to_chord(PAIR_KM), output_type="ndarray")
    group = rows.groupby(["country", "admin1", "footprint"]).ngroup().to_numpy()
    near = near[group[near[:, 0]] == group[near[:, 1]]]
    # Of two equal entries the one with the lower id, the older record, is the whole.
    by_size = np.lexsort((rows["geonameid"], -rows["population"]))
    rank = np.argsort(by_size)
    pair = np.arange(len(near))
    first = rank[near].argmin(axis=1)
    larger = near[pair, first]
    smaller = near[pair, 1 - first]
    km = chord_to_km(np.linalg.norm(points[smaller] - points[larger], axis=1))
    return pd.DataFrame({"smaller": grouped[smaller], "larger": grouped[larger], "km": km})
