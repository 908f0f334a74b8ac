"""Times the siting of shared facilities, in the plane and in clusters, up to 3,000 places, beside
the plain integer program: one variable for each pair of a place and a site.
"""

import os
import time

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from scsreport.collaboration import facility_location

SEED, LIMIT, SIDE, RADIUS, APART = 1, 60.0, 1_000.0, 60.0, 30.0
CASES = ((400, 10), (1_000, 20), (3_000, 30))


def invented(count, kind):
    """Places at random, or in clusters of 20; people by Zipf's law, 100,000 and more."""
    rng = np.random.default_rng(SEED)
    at = rng.uniform(0, SIDE, (count, 2))
    if kind == "clusters":
        at = at[rng.integers(0, count // 20, count)] + rng.normal(0, APART, (count, 2))
    people = np.minimum(1e5 / (1 - rng.random(count)), 2e7)
    far = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    return pd.DataFrame(far), pd.Series(people)


def plain(distance, demand, p):
    """Objective, and whether proved, of the textbook program."""
    count = len(distance)
    cost = (distance.to_numpy() * demand.to_numpy()[:, None]).ravel()
    pair = np.arange(count**2)
    one = np.ones(pair.size)
    served = sparse.coo_array((one, (pair // count, pair)), (count, pair.size))
    site = sparse.coo_array((-one, (pair, pair % count)), (pair.size, count))
    rows = [[None, served], [site, sparse.eye_array(pair.size)], [np.ones((1, count)), None]]
    counts = [count, pair.size, 1]
    found = milp(
        np.concatenate([np.zeros(count), cost / cost.mean()]),
        integrality=np.repeat([1, 0], [count, pair.size]),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(
            sparse.block_array(rows, format="csr"),
            np.repeat([1, -np.inf, p], counts),
            np.repeat([1, 0, p], counts),
        ),
        options={"time_limit": LIMIT, "mip_rel_gap": 0},
    )
    return None if found.x is None else found.fun * cost.mean(), found.status == 0


def main():
    print(f"load {os.getloadavg()[0]:.1f} at the start", flush=True)
    for count, p in CASES:
        for kind in ("plane", "clusters"):
            distance, demand = invented(count, kind)
            for objective in ("p-median", "max-cover", "p-centre"):
                start = time.perf_counter()
                radius = RADIUS if objective == "max-cover" else None
                found = facility_location(
                    distance, demand, p, objective=objective, radius=radius, time_limit=LIMIT
                )
                taken = time.perf_counter() - start
                state = "proved" if found.optimal else f"gap {100 * found.gap:.3f} %"
                print(f"{count:,} {kind}, p = {p}, {objective}: {taken:.1f} s, {state}", flush=True)
            if count == CASES[0][0]:
                capacity = 1.2 * max(demand.sum() / p, demand.max())
                start = time.perf_counter()
                found = facility_location(distance, demand, p, capacity=capacity, time_limit=LIMIT)
                taken = time.perf_counter() - start
                print(f"  with capacity: {taken:.1f} s, gap {100 * found.gap:.3f} %", flush=True)
    for count, p in ((100, 10), (200, 10), (400, 10)):
        for kind in ("plane", "clusters"):
            distance, demand = invented(count, kind)
            start = time.perf_counter()
            ours = facility_location(distance, demand, p).objective
            middle = time.perf_counter()
            theirs, proved = plain(distance, demand, p)
            end = time.perf_counter()
            if proved:
                np.testing.assert_allclose(ours, theirs, rtol=1e-6)
            state = "proved, the same" if proved else "not proved in time"
            print(
                f"{count} {kind}: {middle - start:.2f} s, plain {end - middle:.1f} s, {state}",
                flush=True,
            )
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
