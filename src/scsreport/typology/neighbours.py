"""Who is near whom: neighbours of cities in their own country, by great circle and by road."""

from __future__ import annotations

# scipy.spatial carries no types
# mypy: disable-error-code="no-untyped-call"
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from scsreport.geometry import Floats, chord_to_km, kilometres, km_to_chord

__all__ = ["Ints", "Neighbours", "Places", "Roads", "neighbours", "strongest"]

Ints = npt.NDArray[np.intp]


class Neighbours(NamedTuple):
    """Pairs of a city and another place.

    Attributes
    ----------
    city : ndarray of int
        Position of the city among those that are measured.
    place : ndarray of int
        Row of the other place among all places.
    km : ndarray
    """

    city: Ints
    place: Ints
    km: Floats


@dataclass(frozen=True)
class Places:
    """Columns of a frame as arrays.

    Attributes
    ----------
    point : ndarray of shape (n, 3)
        Unit vectors.
    people : ndarray of shape (n,)
    country : ndarray of shape (n,)
        As a number.
    row : ndarray of shape (n,)
        Row among the places that others may have as neighbours, or -1.
    """

    point: Floats
    people: Floats
    country: Ints
    row: Ints

    def between(self, a: Ints, b: Ints) -> Floats:
        """Return great-circle distances of pairs of places."""
        return kilometres(self.point[a], self.point[b])

    def __getitem__(self, rows: npt.NDArray[np.bool_] | Ints | slice) -> Places:
        return Places(self.point[rows], self.people[rows], self.country[rows], self.row[rows])


def neighbours(cities: Places, others: Places, tree: KDTree, within: float) -> Neighbours:
    """Return all pairs within reach, in the same country, nobody with oneself.

    Parameters
    ----------
    cities, others : Places
    tree : KDTree
        Of the points of the others.
    within : float
        Km.

    Returns
    -------
    Neighbours
    """
    near = KDTree(cities.point).sparse_distance_matrix(
        tree, km_to_chord(within), output_type="coo_matrix"
    )
    i, j = near.row.astype(np.intp), near.col.astype(np.intp)
    kept = (cities.country[i] == others.country[j]) & (cities.row[i] != others.row[j])
    return Neighbours(i[kept], others.row[j[kept]], chord_to_km(near.data[kept]))


def strongest(cities: int, pairs: Neighbours, weight: Floats, count: int) -> tuple[Ints, Floats]:
    """Return the neighbours of most weight.

    Parameters
    ----------
    cities : int
        How many cities are measured.
    pairs : Neighbours
    weight : ndarray
        Of each pair; pairs without weight do not count.
    count : int
        Neighbours of each city.

    Returns
    -------
    place : ndarray of int, shape (cities, count)
        The strongest first, -1 where there are fewer.
    km : ndarray of shape (cities, count)
        Infinite where there are fewer.
    """
    order = np.flatnonzero(weight > 0)
    order = order[np.lexsort((-weight[order], pairs.city[order]))]
    city = pairs.city[order]
    rank = np.arange(len(city)) - np.searchsorted(city, city)
    kept, order = rank < count, order[rank < count]
    place, km = np.full((cities, count), -1, np.intp), np.full((cities, count), np.inf)
    place[city[kept], rank[kept]] = pairs.place[order]
    km[city[kept], rank[kept]] = pairs.km[order]
    return place, km


class Roads:
    """Distances by road between places, both ways.

    Parameters
    ----------
    roads : DataFrame
        ``geonameid_a``, ``geonameid_b`` and ``km``, each pair once.
    places : Index
        Ids of all places, in the order of their rows.
    """

    def __init__(self, roads: pd.DataFrame, places: pd.Index) -> None:
        ends = [places.get_indexer(pd.Index(roads[f"geonameid_{end}"])) for end in "ab"]
        kept = (np.minimum(*ends) >= 0) & (ends[0] != ends[1])
        a, b, km = ends[0][kept], ends[1][kept], roads["km"].to_numpy(float)[kept]
        self.key = np.r_[a * len(places) + b, b * len(places) + a]
        order = np.argsort(self.key)
        self.key, self.km = self.key[order], np.r_[km, km][order]
        self.size = len(places)

    def neighbours(self, own: Places, world: Places, within: float) -> Neighbours:
        """Return pairs as :func:`neighbours` does."""
        first, last = (np.searchsorted(self.key, (own.row + end) * self.size) for end in (0, 1))
        i = np.repeat(np.arange(len(first)), last - first)
        at = first[i] + np.arange(len(i)) - np.searchsorted(i, i)
        j, km = self.key[at] % self.size, self.km[at]
        near = (km <= within) & (world.country[own.row[i]] == world.country[j])
        return Neighbours(i[near], j[near], km[near])

    def between(self, a: Ints, b: Ints) -> Floats:
        """Return the distance of pairs of places, NaN where there is none."""
        key = a * self.size + b
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.asarray(np.where(self.key[at] == key, self.km[at], np.nan))
