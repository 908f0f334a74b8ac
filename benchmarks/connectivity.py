"""Times access of all cities, a link among 400, and intermediacy of the world's secondary cities,
beside loops of Python and networkx (which the requirements bring, the package does not need it).
"""

import os
import resource
import time

import networkx as nx
import numpy as np
import pandas as pd

from scsreport import connectivity, load

KMH, LIMIT, GAMMA, AROUND = 60.0, 300.0, 1.0, 5.0
CITIES, SAMPLE, SEED, BEST = 400, 64, 1, 5


def timed(call, times=1):
    """Result, and the least of some times in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        result = call()
        taken.append(time.perf_counter() - start)
    return result, min(taken)


def plain_access(pairs, mass):
    """Access one pair at a time."""
    found = dict(mass)
    for a, b, minutes in zip(*(pairs[name].tolist() for name in pairs), strict=True):
        weight = 0.5 ** (minutes / 30)
        found[a] += mass[b] * weight
        found[b] += mass[a] * weight
    return found


def plain_loads(network, node, mass, sources):
    """Brandes with gravity in networkx: trips from some sources, by node they pass inside."""
    at = {}
    for city, stop in node.items():
        at.setdefault(stop, []).append(city)
    endpoint, through = {}, dict.fromkeys(at, 0.0)
    for city in sources:
        start = node[city]
        before, km = nx.dijkstra_predecessor_and_distance(
            network, start, cutoff=1_000 * LIMIT, weight="weight"
        )
        order = sorted(km, key=km.get)
        ways, trips = {start: 1.0}, dict.fromkeys(order, 0.0)
        for stop in order[1:]:
            ways[stop] = sum(ways[back] for back in before[stop])
        ends = 0.0
        for stop in at.keys() & km.keys():
            own = sum(mass[other] for other in at[stop] if other != city)
            flow = mass[city] * own / max(km[stop] / 1_000, 20.0) ** GAMMA
            ends += flow
            trips[stop] += flow if stop != start else 0.0
        wanted = {stop: trips[stop] for stop in at.keys() & km.keys()}
        for stop in reversed(order[1:]):
            for back in before[stop]:
                trips[back] += trips[stop] * ways[back] / ways[stop]
        for stop in wanted.keys() - {start}:
            through[stop] += trips[stop] - wanted[stop]
        endpoint[city] = ends
    return endpoint, through


def main():
    print(f"load {os.getloadavg()[0]:.1f} at the start")
    cities = load("cities").set_index("geonameid")
    at = load("city-nodes").set_index("geonameid")
    people = cities["population"].astype(float)

    pairs = connectivity.travel_times(load("road-distances"), kmh=KMH)
    access, ours = timed(lambda: connectivity.market_access(pairs, people, own_time=0), BEST)
    plain, theirs = timed(lambda: plain_access(pairs, people.to_dict()))
    np.testing.assert_allclose(access, [plain[city] for city in access.index])
    print(f"market_access, {len(access):,} cities, {len(pairs):,} pairs: {1e3 * ours:.0f} ms")
    print(f"  plain loop: {1e3 * theirs:.0f} ms")

    rng = np.random.default_rng(SEED)
    some = np.sort(rng.choice(people.index, CITIES, replace=False))
    minutes = rng.uniform(20, 900, (CITIES, CITIES))
    table = pd.DataFrame(np.minimum(minutes, minutes.T), some, some)
    effect, ours = timed(
        lambda: connectivity.link_effect(table, people[some], some[0], some[1], 10, own_time=0),
        BEST,
    )
    print(f"link_effect, {CITIES} cities: {1e3 * ours:.1f} ms, gains in {(effect.ratio > 1).sum()}")

    near = at["road_near"] & ~cities["is_primary"].reindex(at.index)
    node, links = at.loc[near, "road_node"], load("roads")
    mass = people[node.index]
    graph, building = timed(lambda: connectivity.network(links, node))
    print(f"network: {building:.1f} s, {graph.links.shape[0]:,} nodes, {len(links):,} links")

    def world(cities=mass, **options):
        return connectivity.intermediacy(graph, cities, gamma=GAMMA, limit=LIMIT, **options)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    found, ours = timed(world)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"intermediacy, {len(mass):,} cities, {LIMIT:.0f} km, one process: {ours:.1f} s,")
    print(f"  {1e3 * ours / len(mass):.2f} ms a city, peak {before:.0f} to {after:.0f} MB")
    for around in (2.0, AROUND, 10.0):
        zoned, seconds = timed(lambda km=around: world(around=km))
        none = 100 * (zoned["through"] <= 0).mean()
        print(f"  around {around:.0f} km: {seconds:.1f} s; {none:.0f} % of cities are never passed")
    print(f"  around 0 km: {100 * (found['through'] <= 0).mean():.0f} % are never passed")
    print(f"load {os.getloadavg()[0]:.1f}")

    network = nx.Graph()
    ends = links[["node_a", "node_b"]].to_numpy().tolist()
    metres = (
        (1_000 * links["km"]).round().astype(int)
    )  # whole numbers: networkx sees exact ties only
    ways = ((a, b, km) for (a, b), km in zip(ends, metres.tolist(), strict=True))
    network.add_weighted_edges_from(ways)
    sample = rng.choice(mass.index, SAMPLE, replace=False).tolist()
    (endpoint, _), theirs = timed(
        lambda: plain_loads(network, node.to_dict(), mass.to_dict(), sample)
    )
    np.testing.assert_allclose(found.loc[sample, "endpoint"], [endpoint[c] for c in sample])
    print(f"networkx, {SAMPLE} of them: {1e3 * theirs / SAMPLE:.1f} ms a city")
    # Through loads compare where all sources are in: the cities of one part of the world.
    part = node.index[(cities.loc[node.index, "country"] == "MX").to_numpy()]
    own, seconds = timed(lambda: world(mass[part]))
    (_, through), theirs = timed(
        lambda: plain_loads(network, node[part].to_dict(), mass[part].to_dict(), part.tolist())
    )
    expected = [through[node[city]] / 2 for city in part]
    np.testing.assert_allclose(own["through"], expected, rtol=1e-6, atol=1e-9 * max(expected))
    print(f"Mexico, {len(part)} cities: {seconds:.2f} s, networkx {theirs:.2f} s, loads agree")
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
