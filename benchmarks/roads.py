"""Times road distances from a sample of cities: scipy in chunks against networkx, whole graph
against contracted one (``make data`` first; networkx is no dependency, install it by hand)."""

import time

import networkx as nx
import numpy as np
from scipy.sparse.csgraph import dijkstra

from scsreport.sources import graphs, roads
from scsreport.tables import datasets

CHUNKS, SEED = 3, 1


def timed(call):
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def main():
    cities, at = datasets.load("cities"), datasets.load("city-nodes")
    whole, reading = timed(lambda: graphs.read(graphs.ROADS))
    whole, bridging = timed(lambda: graphs.bridged(whole))
    node, _ = graphs.snap(whole, cities["lat"], cities["lon"])
    keep = np.zeros(len(whole.nodes), bool)
    keep[node] = True
    (small, row), contracting = timed(lambda: graphs.contract(whole, keep))
    print(f"read {reading:.1f} s, bridge {bridging:.1f} s, contract {contracting:.1f} s")

    near = at["road_near"].to_numpy()
    sample = np.random.default_rng(SEED).choice(node[near], CHUNKS * roads.CHUNK, replace=False)
    found = {}
    for name, graph, place in (("whole", whole, np.arange(len(row))), ("contracted", small, row)):
        n, sources, targets = len(graph.nodes), place[sample], place[node[near]]
        links = graphs.matrix(graph.links, n)
        rows, taken = [], []
        for chunk in np.split(sources, CHUNKS):
            km, seconds = timed(
                lambda at=chunk, g=links: dijkstra(g, indices=at, limit=roads.REACH_KM)
            )
            rows.append(km[:, targets])
            taken.append(seconds)
        found[name, "scipy"] = np.concatenate(rows)
        print(f"{name}, {n:,} nodes, {len(graph.links):,} links")
        print(f"  scipy: {1000 * sum(taken) / len(sources):.1f} ms a source")

        network = nx.Graph()
        ends = graph.links[graphs.ENDS].to_numpy().tolist()
        network.add_weighted_edges_from(
            (a, b, km) for (a, b), km in zip(ends, graph.links["km"].tolist(), strict=True)
        )
        ways, seconds = timed(
            lambda net=network, at=sources[: roads.CHUNK]: [
                nx.single_source_dijkstra_path_length(net, int(s), cutoff=roads.REACH_KM)
                for s in at
            ]
        )
        print(f"  networkx: {1000 * seconds / roads.CHUNK:.1f} ms a source")
        theirs = np.array([[way.get(int(t), np.inf) for t in targets] for way in ways])
        np.testing.assert_allclose(found[name, "scipy"][: roads.CHUNK], theirs)
        del network
    np.testing.assert_allclose(found["whole", "scipy"], found["contracted", "scipy"])

    place = at.rename(columns=lambda name: name.removeprefix("road_"))
    graph = graphs.Graph(datasets.load("road-nodes"), datasets.load("roads"))
    (table, _), seconds = timed(lambda: roads.distances(cities, place, graph))
    print(f"all {len(table):,} pairs, two processes: {seconds:.1f} s")


if __name__ == "__main__":
    main()
