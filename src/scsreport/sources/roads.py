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

log = logging.getLogger("scsreport.sources")

OFF_KM = 10.0  # a city farther from the graph than this is not on it
REACH_KM = 600.0
# All sources at once would need the distance to every node of each: 27 GB. A chunk needs 0.1.
CHUNK = 32
PROCESSES = 2
# A road that winds more than this between cities that are no neighbours goes around a gap in the
# data, not around a lake.
CIRCUITY = 1.8
NEIGHBOURS_KM = 30.0


def tables(cities: pd.DataFrame, places: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Derive all tables of roads and rails, by name.

    Parameters
    ----------
    cities, places : DataFrame
        The derived tables.
    """
    road, on_road = network(graphs.ROADS, cities)
    rail, on_rail = network(graphs.RAIL, cities)
    far, dropped = distances(cities, on_road, road)
    log.info("road-distances: %d pairs dropped, circuity above %s", dropped, CIRCUITY)
    at = on_road.add_prefix("road_").join(on_rail.add_prefix("rail_"))
    return {
        "roads": road.links,
        "road-nodes": road.nodes,
        "rail": rail.links,
        "rail-nodes": rail.nodes,
        "city-nodes": pd.concat([cities["geonameid"], at], axis=1),
        "road-distances": far,
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
    at : DataFrame
        ``node``, ``snap_km`` and ``near`` of each city.
    """
    whole = graphs.bridged(graphs.read(module))
    node, km = graphs.snap(whole, cities["lat"], cities["lon"])
    keep = np.zeros(len(whole.nodes), bool)
    keep[node] = True
    graph, row = graphs.contract(whole, keep)
    graph = graph._replace(links=graph.links.round(3))
    at = pd.DataFrame({"node": row[node], "snap_km": km.round(3), "near": km <= OFF_KM})
    return graph, at.set_axis(cities.index)


def distances(cities: pd.DataFrame, at: pd.DataFrame, graph: Graph) -> tuple[pd.DataFrame, int]:
    """Derive the table ``road-distances``.

    A distance is the shortest way along the graph and the straight ways to it from both cities,
    so that none is shorter than the great circle.

    Parameters
    ----------
    cities : DataFrame
        The table ``cities``.
    at : DataFrame
        As :func:`network` returns it.
    graph : Graph

    Returns
    -------
    table : DataFrame
    dropped : int
        Pairs that were left out because the road winds too much.
    """
    near = at["near"].to_numpy()
    rows, nodes, leg = cities[near], at["node"].to_numpy()[near], at["snap_km"].to_numpy()[near]
    links = graphs.matrix(graph.links, len(graph.nodes))
    chunks = np.array_split(np.arange(len(nodes)), np.arange(CHUNK, len(nodes), CHUNK))
    # Processes, for threads would wait for one another; fresh ones, on every system.
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        ways = partial(_pairs, links, nodes, leg)
        # Each batch of chunks brings the graph to a process anew.
        found = list(pool.map(ways, chunks, chunksize=len(chunks) // 8 + 1))
    i, j, km = (np.concatenate(part) for part in zip(*found, strict=True))
    points = unit_vectors(rows["lat"], rows["lon"])
    straight = kilometres(points[i], points[j])
    winding = _winds(km, straight)
    ids = rows["geonameid"].to_numpy()
    table = pd.DataFrame({"geonameid_a": ids[i], "geonameid_b": ids[j], "km": km.round(1)})
    return table[~winding].reset_index(drop=True), int(winding.sum())


def _pairs(links: csr_array, nodes: Ints, leg: Floats, chunk: Ints) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of positions within reach whose first lies in the chunk, and their km."""
    km = dijkstra(links, indices=nodes[chunk], limit=REACH_KM)[:, nodes]
    km += leg[chunk, None] + leg
    i, j = np.nonzero((km <= REACH_KM) & (chunk[:, None] < np.arange(len(nodes))))
    return chunk[i], j, km[i, j]


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
    largest = largest.set_index(["name", "country"])[["lat", "lon"]]
    europe = largest.reindex(list(names["europe"].items()))
    # The columns of this table are swapped.
    swapped = {"latitude": "lon", "longitude": "lat"}
    australia = (
        packages.pickled("DAAG/aulatlong").rename(columns=swapped).set_axis(names["australia"])
    )
    return {
        "Europe": (
            europe.droplevel("country"),
            squareform(packages.pickled("datasets/eurodist")["x"]),
        ),
        "Australia": (australia[["lat", "lon"]], squareform(packages.pickled("DAAG/audists")["x"])),
    }


def check(places: pd.DataFrame, graph: Graph) -> pd.DataFrame:
    """Derive the table ``road-check``, as it comes out: by region, and by city within it.

    Parameters
    ----------
    places : DataFrame
        The table ``places``.
    graph : Graph
        The contracted roads.
    """
    links, rows = graphs.matrix(graph.links, len(graph.nodes)), []
    for region, (towns, printed) in published(places).items():
        known = towns["lat"].notna().to_numpy()
        towns, printed = towns[known], printed[np.ix_(known, known)]
        node, leg = graphs.snap(graph, towns["lat"], towns["lon"])
        i, j = np.triu_indices(len(towns), k=1)
        points = unit_vectors(towns["lat"], towns["lon"])
        pairs = pd.DataFrame({"straight": kilometres(points[i], points[j])})
        pairs["printed"] = printed[i, j]
        pairs["ours"] = dijkstra(links, indices=node)[i, node[j]] + leg[i] + leg[j]
        for k, name in enumerate(["", *towns.index], -1):
            own = pairs[(i == k) | (j == k) | (k < 0)]
            rows.append({"region": region, "city": name, **_score(own)})
    return pd.DataFrame(rows)


def _score(pairs: pd.DataFrame) -> dict[str, float]:
    """Compare our distances with published ones, as far as both can be right."""
    # A road is not shorter than the great circle: four entries of the table for Europe are.
    wrong = pairs["printed"] < pairs["straight"]
    cut = ~wrong & ~np.isfinite(pairs["ours"])
    winding = ~wrong & ~cut & _winds(pairs["ours"], pairs["straight"])
    used = pairs[~wrong & ~cut & ~winding]
    off = 100 * (used["ours"] / used["printed"] - 1)
    return {
        "pairs": len(pairs),
        "impossible": int(wrong.sum()),
        "cut": int(cut.sum()),
        "winding": int(winding.sum()),
        "compared": len(used),
        "error_pct": round(off.abs().mean(), 1),
        "bias_pct": round(off.mean(), 1),
        "correlation": round(used["ours"].corr(used["printed"]), 3) if len(used) > 2 else np.nan,
    }


def _winds(km: Any, straight: Any) -> Any:
    return (straight > NEIGHBOURS_KM) & (km > CIRCUITY * straight)
