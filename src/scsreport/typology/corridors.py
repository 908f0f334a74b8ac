"""Corridors of one country: strings of cities that hang on larger ones.

Where a trip costs the square of each leg it stops at every city near its way. Among such trips
from the larger cities the one that serves most corridor cities becomes a corridor if it is
line-like; of as many, one between two larger cities, then the shortest. Then comes the one that
serves most of the rest, until none serves another.
"""

from __future__ import annotations

# scipy carries no types
# mypy: disable-error-code="no-untyped-call"
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csc_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from scsreport.geometry import Floats, chord_to_km, kilometres, km_to_chord
from scsreport.typology.shape import axis_ratio

__all__ = ["NEIGHBOURS", "Corridor", "corridors"]

NEIGHBOURS = 12  # of a city that a trip may go to next

Array = npt.NDArray[Any]


class Corridor(NamedTuple):
    """A string of cities.

    Attributes
    ----------
    string : ndarray of int
        Positions of its cities, in order from one end to the other.
    served : ndarray of int
        Positions of the corridor cities that it is the first to serve.
    """

    string: Array
    served: Array


@dataclass(frozen=True)
class _Trips:
    """Trips from each larger city to each other city, over every city near the way."""

    back: Array  # by source and city, the stop before; negative where there is none
    first: Array  # by trip, the city that it starts from
    source: Array  # by trip, the row of that city in ``back``
    target: Array  # by trip, the city that it leads to
    length: Floats  # by trip, km; of one over the longest, only as far as it was walked
    stops: csc_array  # trips by cities, 1 where the trip stops

    def path(self, trip: int) -> Array:
        """Return the cities of a trip, from its target back to its start."""
        path = [int(self.target[trip])]
        while path[-1] != self.first[trip]:
            path.append(int(self.back[self.source[trip], path[-1]]))
        return np.array(path)


def corridors(
    at: Floats, ends: Array, wanting: Array, *, link: float, longest: float, axis_cut: float
) -> list[Corridor]:
    """Find the corridors of a country, the one that serves most cities first.

    Parameters
    ----------
    at : ndarray of shape (n, 3)
        Unit vectors of the cities.
    ends, wanting : ndarray of bool, shape (n,)
        Whether a city is a larger one, where trips begin; whether it is to be served.
    link, longest : float
        Longest leg between neighbours, and longest corridor, km.
    axis_cut : float
        Largest ratio of minor to major axis.

    Returns
    -------
    list of Corridor
    """
    if len(at) < 3 or not wanting.any():
        return []
    trips = _trips(at, ends, link, longest)
    wanting = wanting.copy()
    gain = np.where(trips.length <= longest, trips.stops @ wanting, -np.inf)
    # Most corridor cities first; of as many, trips between larger cities, then the shortest.
    tie = ends[trips.target] / 2 - trips.length / longest / 2
    found: list[Corridor] = []
    while len(gain) and gain[best := int(np.argmax(gain + tie))] > 0:
        corridor = _between_ends(trips.path(best), ends, wanting)
        if len(corridor.string) < 3 or axis_ratio(at[corridor.string]) > axis_cut:
            gain[best] = -np.inf
            continue
        found.append(corridor)
        wanting[corridor.served] = False
        gain -= trips.stops[:, corridor.served].sum(axis=1)
    return found


def _trips(at: Floats, ends: Array, link: float, longest: float) -> _Trips:
    """Return the cheapest trips from each larger city, each pair of larger cities once."""
    starts = np.flatnonzero(ends)
    legs = _legs(at, link)
    _, back = dijkstra(legs, indices=starts, return_predecessors=True)
    source, target = np.nonzero((back >= 0) & (~ends | (starts[:, None] < np.arange(len(at)))))
    length, stops = _walk(at, back, starts, source, target, longest)
    return _Trips(back, starts[source], source, target, length, stops)


def _legs(at: Floats, link: float) -> csr_array:
    """Return what a leg between neighbours costs: the square of its km, at least one."""
    near = range(2, min(NEIGHBOURS + 1, len(at)) + 1)
    chord, other = KDTree(at).query(at, k=near, distance_upper_bound=km_to_chord(link))
    place, rank = np.nonzero(np.isfinite(chord))
    cost = np.maximum(chord_to_km(chord[place, rank]), 1) ** 2
    legs = coo_array((cost, (place, other[place, rank])), shape=(len(at), len(at))).tocsr()
    return csr_array(legs.maximum(legs.T))


def _walk(
    at: Floats, back: Array, starts: Array, source: Array, target: Array, longest: float
) -> tuple[Floats, csc_array]:
    """Walk all trips back to their start at once, one stop at a time; return km and stops."""
    trip, stop, length = np.arange(len(target)), target, np.zeros(len(target))
    walked = [(trip, stop)]
    while len(trip):
        before = back[source[trip], stop]
        length[trip] += kilometres(at[before], at[stop])
        walked.append((trip, before))
        going = (before != starts[source[trip]]) & (length[trip] <= longest)
        trip, stop = trip[going], before[going]
    row, column = (np.concatenate(part) for part in zip(*walked, strict=True))
    stops = csr_array((np.ones(len(row)), (row, column)), shape=(len(length), len(at)))
    return length, stops.tocsc()


def _between_ends(path: Array, ends: Array, wanting: Array) -> Corridor:
    """Cut a trip to what lies between the larger cities around those that it serves."""
    served = np.flatnonzero(wanting[path])
    larger = np.flatnonzero(ends[path])
    low = max(larger[larger <= served[0]], default=served[0])
    high = min(larger[larger >= served[-1]], default=served[-1])
    return Corridor(path[low : high + 1], path[served])
