"""Times the measures of both networks of the world's cities, beside plain networkx in one run."""

import resource
import time

import networkx as nx
import numpy as np

from scsreport import networks
from scsreport.findings import ties

SEED = 1


def timed(call):
    """Result, and seconds."""
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def report(name, ours, theirs=None):
    beside = "" if theirs is None else f"networkx {theirs:.2f} s"
    print(f"| {name} | {ours:.2f} s | {beside} |")


def main():
    (graphs, table), seconds = timed(
        lambda: ({"air": ties.air(), "sister": ties.sisters()}, ties.cities())
    )
    report("tables to graphs", seconds)
    _, seconds = timed(ties.measures)
    report("all measures of both networks", seconds)
    for name, graph in graphs.items():
        plain = nx.from_scipy_sparse_array(graph.links)
        ours, seconds = timed(lambda graph=graph: networks.betweenness(graph))
        theirs, beside = timed(
            lambda plain=plain: nx.betweenness_centrality(plain, normalized=False)
        )
        assert np.allclose(ours, [theirs[city] for city in range(len(ours))], atol=1e-6)
        report(f"betweenness, {name}, {len(graph.ends[0]):,} ties", seconds, beside)
        ours, seconds = timed(lambda graph=graph: networks.constraint(graph))
        theirs, beside = timed(lambda plain=plain: nx.constraint(plain, weight="weight"))
        assert np.allclose(ours, [theirs[city] for city in range(len(ours))], equal_nan=True)
        report(f"constraint, {name}", seconds, beside)
        rng = np.random.default_rng(SEED)
        drawn, seconds = timed(lambda graph=graph, rng=rng: networks.rewired(graph, rng))
        assert (drawn.degrees == graph.degrees).all()
        swaps = 10 * len(graph.ends[0])
        _, beside = timed(
            lambda plain=plain, swaps=swaps: nx.double_edge_swap(
                plain.copy(), swaps // 2, max_tries=100 * swaps, seed=SEED
            )
        )
        report(f"null graph, {name}, {swaps:,} swaps tried (networkx: half made)", seconds, beside)
        _, seconds = timed(
            lambda graph=graph, rng=rng: networks.mixing(graph, table["country"], rng)
        )
        report(f"mixing by country, {name}, 999 draws of each kind", seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
