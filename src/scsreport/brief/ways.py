"""Ways by road between the cities of a country, over a reader's roads or the book's map of them."""

# scipy carries no types
# mypy: disable-error-code="no-untyped-call"
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from scsreport import connectivity
from scsreport.brief.consistency import MARGIN, Box
from scsreport.geometry import Floats, kilometres, nearest, unit_vectors
from scsreport.tables.datasets import load

__all__ = [
    "CIRCUITY",
    "MOST_CITIES",
    "NEIGHBOURS_KM",
    "OFF_KM",
    "REACH_KM",
    "Links",
    "links_of_book",
    "links_of_file",
    "pairs",
    "without_winding",
]

REACH_KM = 600.0
"""How far a way is followed, as in the table ``road-distances``."""

OFF_KM = 10.0
"""How far a city may lie from the nearest node of the book's roads, as in that table."""

CIRCUITY, NEIGHBOURS_KM = 1.8, 30.0
"""A way on the book's map of roads that is so many times the straight line is none, but between
neighbours: the map lacks a piece there. As in the table ``road-distances``."""

MOST_CITIES = 1_500
"""Cities between which ways are looked for, the largest first: pairs grow with the square."""

CHUNK = 32  # sources at a time, which bounds memory
ENDS = ["geonameid_a", "geonameid_b"]


class Links(NamedTuple):
    """Roads between nodes, and where cities lie on them.

    Attributes
    ----------
    table : DataFrame
        ``node_a``, ``node_b``, ``km`` and ``minutes``.
    node : Series
        By city, its node.
    leg : Series
        By city, km in a straight line to its node.
    """

    table: pd.DataFrame
    node: "pd.Series[int]"
    leg: "pd.Series[float]"


def links_of_file(
    roads: pd.DataFrame, ids: "pd.Series[str]", kmh: float, speeds: "dict[str, float]"
) -> Links:
    """Return the roads of a reader as links between numbered nodes.

    Parameters
    ----------
    roads : DataFrame
        ``from``, ``to``, ``km`` and ``class``.
    ids : Series
        By number of a city, the name that roads call it by.
    kmh : float
        Speed on roads whose class has none of its own.
    speeds : dict
        Km an hour by class.

    Returns
    -------
    Links
        Each city is a node.
    """
    names = pd.concat([ids, roads["from"], roads["to"]], ignore_index=True)
    codes, _ = pd.factorize(names)
    n = len(ids)
    speed = roads["class"].map(speeds).fillna(kmh).astype(float)
    table = pd.DataFrame(
        {
            "node_a": codes[n : n + len(roads)],
            "node_b": codes[n + len(roads) :],
            "km": roads["km"].to_numpy(),
            "minutes": (60 * roads["km"] / speed).to_numpy(),
        }
    )
    node = pd.Series(codes[:n], ids.index)
    return Links(table, node, pd.Series(0.0, ids.index))


def links_of_book(cities: pd.DataFrame, box: Box, kmh: float) -> Links:
    """Return the book's roads around a country, with cities put on their nearest nodes.

    Parameters
    ----------
    cities : DataFrame
        ``lat`` and ``lon``, by number.
    box : Box
        Around the country.
    kmh : float
        Speed everywhere.

    Returns
    -------
    Links
        Of cities within 10 km of a node.
    """
    nodes = load("road-nodes")
    inside = nodes["lat"].between(box.south - MARGIN, box.north + MARGIN)
    inside &= nodes["lon"].between(box.west - MARGIN, box.east + MARGIN)
    near = nodes[inside]
    roads = load("roads")
    is_near = inside.to_numpy()
    kept = roads[is_near[roads["node_a"]] & is_near[roads["node_b"]]]
    table = kept.assign(minutes=60 * kept["km"] / kmh)
    if near.empty:
        nobody = cities.index[:0]
        return Links(table, pd.Series(0, nobody), pd.Series(0.0, nobody))
    spot, km = nearest(
        unit_vectors(cities["lat"], cities["lon"]), unit_vectors(near["lat"], near["lon"]), OFF_KM
    )
    found = np.isfinite(km)
    reached = cities.index[found]
    return Links(
        table,
        pd.Series(near.index.to_numpy()[spot[found]], reached),
        pd.Series(km[found], reached),
    )


def pairs(links: Links, kmh: float) -> pd.DataFrame | None:
    """Return the shortest ways between cities that roads join, up to 600 km.

    Parameters
    ----------
    links : Links
        Roads and cities.
    kmh : float
        Speed on the straight way from a city to its node.

    Returns
    -------
    DataFrame or None
        Each pair once: ``geonameid_a`` and ``geonameid_b``, the numbers of the cities, ``km`` of
        the shortest way and ``minutes`` of the fastest; None where no road joins two cities.
    """
    joined = links.node.isin(links.table[["node_a", "node_b"]].to_numpy().ravel())
    node = links.node[joined]
    if len(node) < 2:
        return None
    parts = {
        "km": _between(links.table[["node_a", "node_b", "km"]], node, REACH_KM),
        "minutes": _between(
            links.table[["node_a", "node_b"]].assign(km=links.table["minutes"]), node, np.inf
        ),
    }
    legs = links.leg[node.index].to_numpy()
    first, second = np.triu_indices(len(node), 1)
    km = parts["km"][first, second] + legs[first] + legs[second]
    minutes = parts["minutes"][first, second] + 60 / kmh * (legs[first] + legs[second])
    within = km <= REACH_KM
    if not within.any():
        return None
    ids = node.index.to_numpy()
    found = {ENDS[0]: ids[first], ENDS[1]: ids[second], "km": km, "minutes": minutes}
    return pd.DataFrame(found)[within].reset_index(drop=True)


def without_winding(found: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame | None:
    """Leave out ways that wind too much to be the way that exists.

    Parameters
    ----------
    found : DataFrame
        Of :func:`pairs`.
    cities : DataFrame
        ``lat`` and ``lon``, by number.

    Returns
    -------
    DataFrame or None
        None where no way is left.
    """
    ends = [cities.loc[found[end]] for end in ENDS]
    straight = kilometres(*(unit_vectors(end["lat"], end["lon"]) for end in ends))
    winds = (straight > NEIGHBOURS_KM) & (found["km"].to_numpy() > CIRCUITY * straight)
    return None if winds.all() else found[~winds].reset_index(drop=True)


def _between(table: pd.DataFrame, node: "pd.Series[int]", limit: float) -> Floats:
    """Return the lengths of the shortest ways between the nodes of cities."""
    network = connectivity.network(table, node)
    rows = network.node.to_numpy()
    chunks = np.array_split(rows, np.arange(CHUNK, len(rows), CHUNK))
    parts = [dijkstra(network.links, indices=part, limit=limit)[:, rows] for part in chunks]
    return np.concatenate(parts)
