"""Graphs of roads and rails: read, cleaned, bridged, and with through nodes eliminated.

A node is a position in a table of nodes; a link joins two nodes, both ways, and has a length.
"""

# scipy.sparse carries no types
# mypy: disable-error-code="no-untyped-call"

import json
import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from scsreport.geometry import Floats, chord_to_km, km_to_chord, nearest, unit_vectors
from scsreport.sources import packages

__all__ = [
    "ENDS",
    "RAIL",
    "ROADS",
    "Flags",
    "Graph",
    "Ints",
    "bridged",
    "components",
    "contract",
    "matrix",
    "read",
    "simple",
    "snap",
]

PACKAGE = "scgraph-data"
ROADS = "scgraph_data/world_highways.py"
RAIL = "scgraph_data/world_railways.py"

BRIDGE_KM = 2.0
"""The roads come in 1,198 pieces. Up to this far apart two are taken to be one, also over water."""

LARGE = 100
"""Nodes of a component that is more than a scrap."""

DETOUR_KM = 5.0
"""How much farther than a scrap a large component may lie and still be chosen."""

HALF_THE_EARTH = 20_100.0
"""Kilometres within which every point has a nearest node."""

ENDS = ["node_a", "node_b"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Graph(NamedTuple):
    """Nodes (``lat``, ``lon``, in degrees) and links (``node_a`` < ``node_b``, and ``km``)."""

    nodes: pd.DataFrame
    links: pd.DataFrame


def read(module: str) -> Graph:
    """Read (clean step) one graph of the source.

    The source is a module of Python literals, which is read as text and never run: ``graph``, for
    each node its neighbours and km, and ``nodes``, latitude and longitude.

    Parameters
    ----------
    module : str
        Its path in the package.

    Returns
    -------
    Graph
        Its links are simple.
    """
    lines = packages.member(PACKAGE, module).decode().splitlines()
    literals = dict(line.split("=", 1) for line in lines if line.startswith(("graph=", "nodes=")))
    # Keys of JSON are text: with quotes the literal of 25 MB is read in seconds, not in minutes.
    neighbours = json.loads(re.sub(r"(\d+):", r'"\1":', literals["graph"]))
    links = [
        (node, int(neighbour), km)
        for node, lengths in enumerate(neighbours)
        for neighbour, km in lengths.items()
    ]
    nodes = pd.DataFrame(json.loads(literals["nodes"]), columns=["lat", "lon"])
    return Graph(nodes, simple(pd.DataFrame(links, columns=[*ENDS, "km"])))


def simple(links: pd.DataFrame) -> pd.DataFrame:
    """Return links without self-loops, each once and at its shortest, in order of their ends.

    Parameters
    ----------
    links : DataFrame
        ``node_a``, ``node_b`` and ``km``; a link may stand in either direction or in both.

    Returns
    -------
    DataFrame
        The same columns, with ``node_a`` < ``node_b``.
    """
    frame = pd.DataFrame(np.sort(links[ENDS].to_numpy(), axis=1), columns=ENDS)
    frame["km"] = links["km"].to_numpy()
    without_loops = frame[frame["node_a"] != frame["node_b"]]
    shortest_first = without_loops.sort_values([*ENDS, "km"])
    return shortest_first.drop_duplicates(ENDS).reset_index(drop=True)


def matrix(links: pd.DataFrame, n: int) -> csr_array:
    """Return links of a graph of ``n`` nodes as a matrix for the routines of scipy.

    Both directions are listed: adding the transpose would lose links of 0 km. No link may stand
    twice, for a sparse matrix sums such.

    Parameters
    ----------
    links : DataFrame
        Simple links, as of :func:`simple`.
    n : int
        Nodes of the graph.

    Returns
    -------
    csr_array of shape (n, n)
        Kilometres.
    """
    start, end, km = (links[name].to_numpy() for name in (*ENDS, "km"))
    rows, columns = np.r_[start, end], np.r_[end, start]
    return csr_array((np.r_[km, km], (rows, columns)), shape=(n, n))


def components(graph: Graph) -> Ints:
    """Return for each node the number of its component."""
    n = len(graph.nodes)
    links = graph.links.assign(km=1.0)
    labels: Ints = connected_components(matrix(links, n), directed=False)[1]
    return labels


def bridged(graph: Graph, within: float = BRIDGE_KM) -> Graph:
    """Join components that nearly touch: a link between the nearest nodes of each such pair.

    Parameters
    ----------
    graph : Graph
    within : float, default 2
        The longest bridge in km.

    Returns
    -------
    Graph
        The same nodes, and the links with the bridges.
    """
    component = components(graph)
    points = unit_vectors(graph.nodes["lat"], graph.nodes["lon"])
    # All pairs but those inside the largest component, which would be nearly all.
    rest = np.flatnonzero(component != np.bincount(component).argmax())
    near = KDTree(points[rest]).sparse_distance_matrix(
        KDTree(points), km_to_chord(within), output_type="ndarray"
    )
    pairs = pd.DataFrame({"node_a": rest[near["i"]], "node_b": near["j"]})
    pairs["km"] = chord_to_km(near["v"])
    joined = ["component_a", "component_b"]
    pairs[joined] = np.sort(component[pairs[ENDS].to_numpy()], axis=1)
    apart = pairs[pairs["component_a"] != pairs["component_b"]]
    bridges = apart.sort_values(["km", *ENDS]).drop_duplicates(joined)[[*ENDS, "km"]]
    return Graph(graph.nodes, simple(pd.concat([graph.links, bridges])))


def snap(graph: Graph, lat: npt.ArrayLike, lon: npt.ArrayLike) -> tuple[Ints, Floats]:
    """Return for each point its node and the distance to it in km.

    The nearest node of a large component is preferred to a nearer one of a scrap, if it is not
    much farther: the node nearest to Busan belongs to an island of four.

    Parameters
    ----------
    graph : Graph
    lat, lon : array_like of shape (n,)
        Degrees.

    Returns
    -------
    node : ndarray of int of shape (n,)
        Rows of the table of nodes.
    km : ndarray of shape (n,)
    """
    points = unit_vectors(lat, lon)
    nodes = unit_vectors(graph.nodes["lat"], graph.nodes["lon"])
    any_node, km = nearest(points, nodes, HALF_THE_EARTH)
    component = components(graph)
    large = np.flatnonzero(np.bincount(component)[component] >= LARGE)
    place, km_to_large = nearest(points, nodes[large], HALF_THE_EARTH)
    # Where no component is large, all places lie past the end: there -1 is never chosen.
    large_node = np.append(large, -1)[place]
    preferred = km_to_large <= km + DETOUR_KM
    node = np.where(preferred, large_node, any_node)
    return node, np.where(preferred, km_to_large, km)


def contract(graph: Graph, keep: Flags) -> tuple[Graph, Ints]:
    """Eliminate nodes that only carry a road on: those with two links, unless they are kept.

    Distances between the nodes that stay are those of the whole graph. Junctions and dead ends
    stay. Rings without a kept node and without a junction vanish.

    Parameters
    ----------
    graph : Graph
        Its links must be simple.
    keep : ndarray of bool of shape (n,)
        Nodes to keep in any case.

    Returns
    -------
    graph : Graph
    row : ndarray of shape (n,)
        New row of each old node, -1 for those that are gone.
    """
    n = len(graph.nodes)
    links = graph.links
    through = _through_nodes(links, keep)
    # Chains that ran side by side are parallel once they are links: without the longer ones there
    # may be new through nodes.
    while through.any():
        links = _with_chains_as_links(links, through)
        through = _through_nodes(links, keep)
    stay = keep | (_degree(links, n) > 0)
    row = np.where(stay, np.cumsum(stay) - 1, -1)
    renumbered = links.assign(**{end: row[links[end].to_numpy()] for end in ENDS})
    return Graph(graph.nodes[stay].reset_index(drop=True), renumbered), row


def _degree(links: pd.DataFrame, n: int) -> Ints:
    """Return how many links each node has."""
    from_start, from_end = (np.bincount(links[end].to_numpy(), minlength=n) for end in ENDS)
    degree: Ints = from_start + from_end
    return degree


def _through_nodes(links: pd.DataFrame, keep: Flags) -> Flags:
    """Return which nodes only carry a road on and need not be kept."""
    through: Flags = (_degree(links, len(keep)) == 2) & ~keep
    return through


def _with_chains_as_links(links: pd.DataFrame, through: Flags) -> pd.DataFrame:
    """Replace every chain of through nodes by one link between its two ends."""
    untouched = ~through[links[ENDS].to_numpy()].any(axis=1)
    return simple(pd.concat([links[untouched], _chains(links, through)]))


def _chains(links: pd.DataFrame, through: Flags) -> pd.DataFrame:
    """Return each chain of through nodes as a link, as long as all links of the chain."""
    n = len(through)
    start, end, km = (links[name].to_numpy() for name in (*ENDS, "km"))
    start_through, end_through = through[start], through[end]
    # Chains are the components of what is left of the graph when only through nodes are.
    inside = links[start_through & end_through].assign(km=1.0)
    chain_of_node = connected_components(matrix(inside, n), directed=False)[1]
    chain_of_link = chain_of_node[np.where(start_through, start, end)]
    touched = start_through | end_through
    length = np.bincount(chain_of_link[touched], km[touched], minlength=n).astype(float)
    # A chain leaves through two links, a ring through none.
    leaving = start_through != end_through
    far_end = np.where(start_through, end, start)
    return _joined_exits(chain_of_link[leaving], far_end[leaving], length)


def _joined_exits(chain: Ints, end: Ints, length: Floats) -> pd.DataFrame:
    """Join the two ends of every chain by a link.

    Parameters
    ----------
    chain, end : ndarray of shape (2 * k,)
        Number of the chain, and node to which it leads; two of each chain, in any order.
    length : ndarray
        Kilometres by number of the chain.

    Returns
    -------
    DataFrame
        ``node_a``, ``node_b`` and ``km``, in order of the chains.
    """
    exits = pd.DataFrame({"chain": chain, "end": end}).sort_values(["chain", "end"])
    both_ends = exits["end"].to_numpy().reshape(-1, 2)
    each_chain = exits["chain"].to_numpy()[::2]
    return pd.DataFrame(both_ends, columns=ENDS).assign(km=length[each_chain])
