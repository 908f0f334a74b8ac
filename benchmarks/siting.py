"""Times the siting of shared facilities, in the plane, in clusters and on networks.

``python benchmarks/siting.py rules``: the three rules, up to 3,000 places.
``python benchmarks/siting.py bound``: the p-median beside HiGHS alone, with all pairs of a place
and a site, and with the nearest sites of each place first.
"""

import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import shortest_path

from scsreport.collaboration import facility_location
from scsreport.findings import city_groups

SEED, LIMIT, SIDE, RADIUS, APART = 1, 60.0, 1_000.0, 60.0, 30.0
CASES = ((400, 10), (1_000, 20), (3_000, 30))
PMED1 = Path(__file__).parents[1] / "tests" / "data" / "pmed1.txt"
NEAREST = 3  # times m / p of the m sites, to begin with
MOST_PAIRS = 1_000_000  # given to the plain program


class Instance(NamedTuple):
    name: str
    distance: pd.DataFrame
    demand: pd.Series
    p: int


def scattered(count, kind, p):
    """Places at random, or in clusters of 20; people by Zipf's law, 100,000 and more."""
    rng = np.random.default_rng(SEED)
    at = rng.uniform(0, SIDE, (count, 2))
    if kind == "clusters":
        at = at[rng.integers(0, count // 20, count)] + rng.normal(0, APART, (count, 2))
    people = np.minimum(1e5 / (1 - rng.random(count)), 2e7)
    far = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    name = f"{count:,} in {'the plane' if kind == 'plane' else kind}, p = {p}"
    return Instance(name, pd.DataFrame(far), pd.Series(people), p)


def network(name, links, p):
    """Shortest ways along links (from, to, length); every place counts alike."""
    a, b, length = np.asarray(links, int).T
    count = b.max() + 1
    graph = np.zeros((count, count))
    graph[a, b] = graph[b, a] = length  # of links between the same two the last holds
    far = pd.DataFrame(shortest_path(graph))
    return Instance(f"{name}, {count} places, p = {p}", far, pd.Series(1.0, range(count)), p)


def like_pmed(count, p):
    """A network as those of the OR-Library: a path, and links at random, of lengths 1 to 100."""
    rng = np.random.default_rng(SEED)
    path = np.column_stack([np.arange(count - 1), np.arange(1, count)])
    others = np.sort(rng.integers(0, count, (count**2 // 50, 2)), axis=1)
    ends = np.vstack([others[others[:, 0] < others[:, 1]], path])
    return network("made as pmed", np.column_stack([ends, rng.integers(1, 101, len(ends))]), p)


def published():
    """The first instance of Beasley (1985); the best sum is 5,819."""
    links = np.loadtxt(PMED1, dtype=int)
    links[:, :2] -= 1
    return network("pmed1", links, 5)


def book():
    """The worked regions of the chapter, with two sites."""
    for form, group in city_groups.worked().items():
        name = f"{form} of the book, {len(group.people)} cities, p = 2"
        yield Instance(name, group.km, group.people, 2)


def ours(instance):
    found = facility_location(*instance[1:], time_limit=LIMIT)
    return found.objective, found.gap


def program(cost, p, kept, beyond, seconds):
    """The textbook program over the pairs kept; ``beyond`` is the cost of going elsewhere.

    Returns the sites, whether each place goes elsewhere, and the proved bound.
    """
    places, sites = cost.shape
    place, site = np.nonzero(kept)
    elsewhere = np.flatnonzero(np.isfinite(beyond))
    paid = np.concatenate([cost[place, site], beyond[elsewhere]])
    pair = np.arange(place.size)
    served = np.concatenate([place, elsewhere]), np.arange(paid.size)
    rows = [
        [None, sparse.coo_array((np.ones(paid.size), served), (places, paid.size))],
        [
            -sparse.coo_array((np.ones(pair.size), (pair, site)), (pair.size, sites)),
            sparse.eye_array(pair.size, paid.size),
        ],
        [np.ones((1, sites)), None],
    ]
    counts = [places, pair.size, 1]
    # Tolerances of the solver are absolute: a sum of some 10,000 suits them.
    scale = 1e4 / np.where(cost > 0, cost, np.inf).min(axis=1).sum()
    found = milp(
        np.append(np.zeros(sites), paid * scale),
        integrality=np.repeat([1, 0], [sites, paid.size]),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(
            sparse.block_array(rows, format="csr"),
            np.repeat([1, -np.inf, p], counts),
            np.repeat([1, 0, p], counts),
        ),
        options={"time_limit": max(seconds, 0.1), "mip_rel_gap": 0},
    )
    if found.x is None:
        return None, None, 0.0
    left = np.zeros(places, bool)
    left[elsewhere] = found.x[sites + pair.size :] > 1e-6
    return np.flatnonzero(found.x[:sites] > 0.5), left, found.mip_dual_bound / scale


def all_pairs(instance):
    """HiGHS alone."""
    cost = instance.distance.to_numpy() * instance.demand.to_numpy()[:, None]
    if cost.size > MOST_PAIRS:
        return None
    every, nowhere = np.ones(cost.shape, bool), np.full(len(cost), np.inf)
    sites, _, bound = program(cost, instance.p, every, nowhere, LIMIT)
    return judged(cost, sites, bound)


def nearest_first(instance):
    """HiGHS alone, with the nearest sites of each place, and more where these do not do."""
    end = time.monotonic() + LIMIT
    cost = instance.distance.to_numpy() * instance.demand.to_numpy()[:, None]
    places, count = cost.shape
    order = np.argsort(cost, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    ranked = np.column_stack([np.take_along_axis(cost, order, axis=1), np.full(places, np.inf)])
    number = np.full(places, min(NEAREST * count // instance.p + 1, count))
    while True:
        beyond = ranked[np.arange(places), number]
        sites, left, bound = program(
            cost, instance.p, rank < number[:, None], beyond, end - time.monotonic()
        )
        if sites is None or not left.any() or time.monotonic() > end:
            return judged(cost, sites, bound)
        number = np.where(left, np.minimum(2 * number, count), number)


def judged(cost, sites, bound):
    """Objective of a choice of sites, and its gap to the bound."""
    if sites is None:
        return np.inf, np.inf
    value = cost[:, sites].min(axis=1).sum()
    return value, max(value - bound, 0) / value


def timed(call, *args, **options):
    start = time.perf_counter()
    result = call(*args, **options)
    return result, time.perf_counter() - start


def shown(result, seconds):
    if result is None:
        return "–"
    _, gap = result
    if np.isinf(gap):
        return f"{seconds:.1f}, no plan"
    return f"{seconds:.2f}" + (f", gap {100 * gap:.1f} %" if gap > 1e-6 else "")


def rules():
    """Every rule, and a capacity where there are few enough places."""
    for count, p in CASES:
        for kind in ("plane", "clusters"):
            name, *given = scattered(count, kind, p)
            for objective in ("p-median", "max-cover", "p-centre"):
                radius = RADIUS if objective == "max-cover" else None
                report(f"{name}, {objective}", given, objective=objective, radius=radius)
            if count == CASES[0][0]:
                _, demand, _ = given
                capacity = 1.2 * max(demand.sum() / p, demand.max())
                report(f"{name}, with capacity", given, capacity=capacity)


def report(name, given, **options):
    found, taken = timed(facility_location, *given, time_limit=LIMIT, **options)
    state = "proved" if found.optimal else f"gap {100 * found.gap:.3f} %"
    print(f"{name}: {taken:.1f} s, {state}", flush=True)


def bound():
    """The p-median: ours, HiGHS with the nearest sites first, HiGHS with all pairs."""
    cases = [*book(), published(), like_pmed(400, 5), like_pmed(400, 40)]
    cases += [
        scattered(count, kind, p)
        for count, p in ((200, 10), *CASES)
        for kind in ("plane", "clusters")
    ]
    print("instance | ours, s | nearest sites first, s | all pairs, s", flush=True)
    for instance in cases:
        results = [timed(way, instance) for way in (ours, nearest_first, all_pairs)]
        values = [value for (value, gap), _ in filter(all, results) if gap <= 1e-6]
        np.testing.assert_allclose(values, values[0], rtol=1e-6)  # who proves, proves the same
        print(" | ".join([instance.name, *(shown(*result) for result in results)]), flush=True)


def main():
    print(f"load {os.getloadavg()[0]:.1f} at the start", flush=True)
    parts = {"rules": rules, "bound": bound}
    for name in sys.argv[1:] or parts:
        parts[name]()
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
