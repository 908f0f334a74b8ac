"""Cities on the road and rail graphs, and the road distances between them, checked."""

# scipy.sparse carries no types
# mypy: disable-error-code="no-untyped-call"

import logging
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial.distance import squareform

from scsreport.geometry import Floats, kilometres, unit_vectors
from scsreport.sources import declared, graphs, packages
from scsreport.sources.graphs import Graph, Ints

__all__ = [
    "CHUNK",
    "CIRCUITY",
    "NEIGHBOURS_KM",
    "OFF_KM",
    "REACH_KM",
    "check",
    "distances",
    "network",
    "published",
    "tables",
]

log = logging.getLogger("scsreport.sources")

OFF_KM = 10.0
"""A city farther from the graph than this is not on it."""

REACH_KM = 600.0
"""Distances are kept up to here."""

CHUNK = 32
"""Sources at once: all would need the distance to every node of each, 27 GB; a chunk needs 0.1."""

PROCESSES = 2

CIRCUITY = 1.8
"""A road that winds more than this goes around a gap in the data, not around a lake ..."""

NEIGHBOURS_KM = 30.0
"""... unless it joins cities that are no farther apart than this."""


def tables(cities: pd.DataFrame, places: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Derive all tables of roads and rails, by name.

    Parameters
    ----------
    cities, places : DataFrame
        The derived tables.

    Returns
    -------
    dict of str to DataFrame
        ``roads``, ``road-nodes``, ``rail``, ``rail-nodes``, ``city-nodes``, ``road-distances`` and
        ``road-check``.
    """
    road, on_road = network(graphs.ROADS, cities)
    rail, on_rail = network(graphs.RAIL, cities)
    within_reach, dropped = distances(cities, on_road, road)
    log.info("road-distances: %d pairs dropped, circuity above %s", dropped, CIRCUITY)
    on_both = on_road.add_prefix("road_").join(on_rail.add_prefix("rail_"))
    return {
        "roads": road.links,
        "road-nodes": road.nodes,
        "rail": rail.links,
        "rail-nodes": rail.nodes,
        "city-nodes": pd.concat([cities["geonameid"], on_both], axis=1),
        "road-distances": within_reach,
        "road-check": check(places, road),
    }


def network(module: str, cities: pd.DataFrame) -> tuple[Graph, pd.DataFrame]:
    """Derive one contracted graph, and the place of each city on it.

    Parameters
    ----------
    module : str
        Which graph of the source.
    cities : DataFrame
        The table ``cities``.

    Returns
    -------
    graph : Graph
        Its lengths are rounded to metres.
    on_graph : DataFrame
        ``node``, ``snap_km`` and ``near`` of each city, on the index of the cities.
    """
    whole = graphs.bridged(graphs.read(module))
    node, km = graphs.snap(whole, cities["lat"], cities["lon"])
    keep = np.zeros(len(whole.nodes), bool)
    keep[node] = True
    contracted, row = graphs.contract(whole, keep)
    graph = Graph(contracted.nodes, contracted.links.round(3))
    on_graph = pd.DataFrame({"node": row[node], "snap_km": km.round(3), "near": km <= OFF_KM})
    return graph, on_graph.set_axis(cities.index)


def distances(
    cities: pd.DataFrame, on_graph: pd.DataFrame, graph: Graph
) -> tuple[pd.DataFrame, int]:
    """Derive the table ``road-distances``.

    A distance is the shortest way along the graph and the straight ways to it from both cities,
    so that none is shorter than the great circle.

    Parameters
    ----------
    cities : DataFrame
        The table ``cities``.
    on_graph : DataFrame
        As :func:`network` returns it.
    graph : Graph

    Returns
    -------
    table : DataFrame
    dropped : int
        Pairs that were left out because the road winds too much.
    """
    near = on_graph["near"].to_numpy()
    reached = cities[near]
    first, second, km = _pairs_within_reach(on_graph[near], graph)
    points = unit_vectors(reached["lat"], reached["lon"])
    winding = _winds(km, kilometres(points[first], points[second]))
    ids = reached["geonameid"].to_numpy()
    table = pd.DataFrame(
        {"geonameid_a": ids[first], "geonameid_b": ids[second], "km": km.round(1)},
    )
    return table[~winding].reset_index(drop=True), int(winding.sum())


def _pairs_within_reach(on_graph: pd.DataFrame, graph: Graph) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of positions among these cities that are within reach, and their km."""
    nodes = on_graph["node"].to_numpy()
    legs = on_graph["snap_km"].to_numpy()
    links = graphs.matrix(graph.links, len(graph.nodes))
    chunks = np.array_split(np.arange(len(nodes)), np.arange(CHUNK, len(nodes), CHUNK))
    # Processes, for threads would wait for one another; fresh ones, on every system.
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        pairs_of = partial(_pairs_of_chunk, links, nodes, legs)
        # Each batch of chunks brings the graph to a process anew.
        parts = list(pool.map(pairs_of, chunks, chunksize=len(chunks) // 8 + 1))
    first, second, km = (np.concatenate(part) for part in zip(*parts, strict=True))
    return first, second, km


def _pairs_of_chunk(
    links: csr_array, nodes: Ints, legs: Floats, chunk: Ints
) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of positions within reach whose first lies in the chunk, and their km."""
    km = dijkstra(links, indices=nodes[chunk], limit=REACH_KM)[:, nodes]
    km += legs[chunk, None] + legs
    later = chunk[:, None] < np.arange(len(nodes))
    row, second = np.nonzero((km <= REACH_KM) & later)
    return chunk[row], second, km[row, second]


def published(places: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, Floats]]:
    """Read (clean step) published road distances.

    Parameters
    ----------
    places : DataFrame
        The table ``places``, for where the cities of Europe lie.

    Returns
    -------
    dict
        By region: ``lat`` and ``lon`` by name (missing where the city is not among the places),
        and the square table of km.
    """
    names = declared.read("names")
    largest = places.sort_values("population").drop_duplicates(["name", "country"], keep="last")
    positions = largest.set_index(["name", "country"])[["lat", "lon"]]
    europe = positions.reindex(list(names["europe"].items())).droplevel("country")
    # The columns of this table are swapped.
    swapped = {"latitude": "lon", "longitude": "lat"}
    australia = packages.pickled("DAAG/aulatlong").rename(columns=swapped)
    australia = australia.set_axis(names["australia"])[["lat", "lon"]]
    return {
        "Europe": (europe, squareform(packages.pickled("datasets/eurodist")["x"])),
        "Australia": (australia, squareform(packages.pickled("DAAG/audists")["x"])),
    }


def check(places: pd.DataFrame, graph: Graph) -> pd.DataFrame:
    """Derive the table ``road-check``, as it comes out: by region, and by city within it.

    Parameters
    ----------
    places : DataFrame
        The table ``places``.
    graph : Graph
        The contracted roads.

    Returns
    -------
    DataFrame
        One row per ``region`` and ``city``; the city of the row of a whole region is empty.
    """
    rows = []
    for region, (towns, printed) in published(places).items():
        known = towns["lat"].notna().to_numpy()
        towns = towns[known]
        pairs = _compared(towns, printed[np.ix_(known, known)], graph)
        rows.append({"region": region, "city": "", **_score(pairs)})
        for position, name in enumerate(towns.index):
            with_city = (pairs["first"] == position) | (pairs["second"] == position)
            rows.append({"region": region, "city": name, **_score(pairs[with_city])})
    return pd.DataFrame(rows)


def _compared(towns: pd.DataFrame, printed: Floats, graph: Graph) -> pd.DataFrame:
    """Return every pair of towns by position, with km in a straight line, printed and by us."""
    node, leg = graphs.snap(graph, towns["lat"], towns["lon"])
    links = graphs.matrix(graph.links, len(graph.nodes))
    first, second = np.triu_indices(len(towns), k=1)
    points = unit_vectors(towns["lat"], towns["lon"])
    along_roads = dijkstra(links, indices=node)[first, node[second]]
    return pd.DataFrame(
        {
            "first": first,
            "second": second,
            "straight": kilometres(points[first], points[second]),
            "printed": printed[first, second],
            "ours": along_roads + leg[first] + leg[second],
        }
    )


def _score(pairs: pd.DataFrame) -> dict[str, float]:
    """Compare our distances with published ones, as far as both can be right."""
    # A road is not shorter than the great circle: four entries of the table for Europe are.
    impossible = pairs["printed"] < pairs["straight"]
    cut = ~impossible & ~np.isfinite(pairs["ours"])
    winding = ~impossible & ~cut & _winds(pairs["ours"], pairs["straight"])
    compared = pairs[~impossible & ~cut & ~winding]
    error_pct = 100 * (compared["ours"] / compared["printed"] - 1)
    correlation = np.nan
    if len(compared) > 2:
        correlation = round(compared["ours"].corr(compared["printed"]), 3)
    return {
        "pairs": len(pairs),
        "impossible": int(impossible.sum()),
        "cut": int(cut.sum()),
        "winding": int(winding.sum()),
        "compared": len(compared),
        "error_pct": round(error_pct.abs().mean(), 1),
        "bias_pct": round(error_pct.mean(), 1),
        "correlation": correlation,
    }


def _winds(km: Any, straight: Any) -> Any:
    """Say which roads wind too much to be the way that exists."""
    return (straight > NEIGHBOURS_KM) & (km > CIRCUITY * straight)
