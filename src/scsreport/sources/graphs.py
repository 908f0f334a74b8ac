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

PACKAGE = "scgraph-data"
ROADS = "scgraph_data/world_highways.py"
RAIL = "scgraph_data/world_railways.py"

# The roads come in 1,198 pieces. Up to this far apart two pieces are taken to be one; narrow water
# is crossed too.
BRIDGE_KM = 2.0
LARGE = 100  # nodes of a component that is more than a scrap
DETOUR_KM = 5.0  # how much farther than a scrap a large component may lie and still be chosen
HALF_THE_EARTH = 20_100.0  # km: every point has a nearest node

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
    """
    lines = packages.member(PACKAGE, module).decode().splitlines()
    text = dict(line.split("=", 1) for line in lines if line.startswith(("graph=", "nodes=")))
    # Keys of JSON are text: with quotes the literal of 25 MB is read in seconds, not in minutes.
    rows = json.loads(re.sub(r"(\d+):", r'"\1":', text["graph"]))
    links = [(a, int(b), km) for a, row in enumerate(rows) for b, km in row.items()]
    nodes = pd.DataFrame(json.loads(text["nodes"]), columns=["lat", "lon"])
    return Graph(nodes, simple(pd.DataFrame(links, columns=[*ENDS, "km"])))


def simple(links: pd.DataFrame) -> pd.DataFrame:
    """Return links without self-loops, each once and at its shortest, in order of their ends.

    Parameters
    ----------
    links : DataFrame
        ``node_a``, ``node_b`` and ``km``; a link may stand in either direction or in both.
    """
    frame = pd.DataFrame(np.sort(links[ENDS].to_numpy(), axis=1), columns=ENDS)
    frame["km"] = links["km"].to_numpy()
    frame = frame[frame["node_a"] != frame["node_b"]].sort_values([*ENDS, "km"])
    return frame.drop_duplicates(ENDS).reset_index(drop=True)


def matrix(links: pd.DataFrame, n: int) -> csr_array:
    """Return links of a graph of ``n`` nodes as a matrix for the routines of scipy.

    Both directions are listed: adding the transpose would lose links of 0 km. No link may stand
    twice, for a sparse matrix sums such.
    """
    a, b, km = (links[name].to_numpy() for name in (*ENDS, "km"))
    return csr_array((np.r_[km, km], (np.r_[a, b], np.r_[b, a])), shape=(n, n))


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
    """
    part = components(graph)
    points = unit_vectors(graph.nodes["lat"], graph.nodes["lon"])
    # All pairs but those inside the largest component, which would be nearly all.
    rest = np.flatnonzero(part != np.bincount(part).argmax())
    near = KDTree(points[rest]).sparse_distance_matrix(
        KDTree(points), km_to_chord(within), output_type="ndarray"
    )
    pairs = pd.DataFrame({"node_a": rest[near["i"]], "node_b": near["j"]})
    pairs["km"] = chord_to_km(near["v"])
    pairs[["p", "q"]] = np.sort(part[pairs[ENDS].to_numpy()], axis=1)
    pairs = pairs[pairs["p"] != pairs["q"]].sort_values(["km", *ENDS])
    bridges = pairs.drop_duplicates(["p", "q"])[[*ENDS, "km"]]
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
    """
    part = components(graph)
    points, nodes = unit_vectors(lat, lon), unit_vectors(graph.nodes["lat"], graph.nodes["lon"])
    index, km = nearest(points, nodes, HALF_THE_EARTH)
    large = np.flatnonzero(np.bincount(part)[part] >= LARGE)
    among, farther = nearest(points, nodes[large], HALF_THE_EARTH)
    better = farther <= km + DETOUR_KM
    return np.where(better, np.append(large, -1)[among], index), np.where(better, farther, km)


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
    n, links = len(graph.nodes), graph.links
    while True:
        a, b, km = (links[name].to_numpy() for name in (*ENDS, "km"))
        degree = np.bincount(a, minlength=n) + np.bincount(b, minlength=n)
        through = (degree == 2) & ~keep
        if not through.any():
            break
        # Chains are the components of what is left of the graph when only through nodes are.
        inside = links[through[a] & through[b]].assign(km=1.0)
        chain = connected_components(matrix(inside, n), directed=False)[1]
        touched = through[a] | through[b]
        of = chain[np.where(through[a], a, b)]
        length = np.bincount(of[touched], km[touched], minlength=n)
        # A chain leaves through two links, a ring through none.
        leaves = through[a] != through[b]
        ends = pd.DataFrame({"of": of[leaves], "end": np.where(through[a], b, a)[leaves]})
        ends = ends.sort_values(["of", "end"])
        both, number = ends["end"].to_numpy().reshape(-1, 2), ends["of"].to_numpy()[::2]
        new = pd.DataFrame(both, columns=ENDS).assign(km=length[number])
        # Chains that ran side by side are now parallel: without the longer ones there may be new
        # through nodes.
        links = simple(pd.concat([links[~touched], new]))
    stay = keep | (degree > 0)
    row = np.where(stay, np.cumsum(stay) - 1, -1)
    links = links.assign(node_a=row[a], node_b=row[b])
    return Graph(graph.nodes[stay].reset_index(drop=True), links), row
