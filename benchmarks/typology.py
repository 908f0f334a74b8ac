"""Times the typing of cities: the world from a cold process, more places at the same density, and
a plain version with networkx and loops, which must agree.

Run with ``python benchmarks/typology.py``; it also draws ``benchmarks/typology-scaling.svg``.
"""

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from unittest import mock

COLD, SAMPLE, SEED = 5, 200, 1
COPIES = (1, 2, 4, 8, 16)
PATCH, MIDDLE = 5_000, (28.0, 77.0)  # places nearest to Delhi: denser than the world's average
NEAR, WITHIN = 40, 300.0  # as in typology.measures: STRONGEST, THROUGH_KM
PICTURE = Path(__file__).with_name("typology-scaling.svg")


def timed(call):
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def peak():
    """Peak memory of this process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def cold():
    """Type the world once, in a process that has done nothing before."""
    begin = time.perf_counter()
    from scsreport.findings import classification
    from scsreport.typology import model

    taken = {"import": time.perf_counter() - begin}

    def split(module, name):
        call = getattr(module, name)

        def watched(*args, **options):
            result, seconds = timed(lambda: call(*args, **options))
            taken[name] = taken.get(name, 0) + seconds
            return result

        return mock.patch.object(module, name, watched)

    names = [(classification, "inputs"), (model, "measure"), (model, "shares"), (model, "detect")]
    patches = [split(*name) for name in names]
    for patch in patches:
        patch.start()
    table, taken["classify_world"] = timed(classification.classify_world)
    return taken | {"cities": len(table), "MB": peak()}


def copied(copies):
    """Places around Delhi and roads between them, so many times over the globe, none touching."""
    import numpy as np
    import pandas as pd
    from scipy.spatial.transform import Rotation

    from scsreport.findings import classification
    from scsreport.geometry import degrees, kilometres, unit_vectors

    tables = classification.inputs()
    places, roads, middle = tables["places"], tables["roads"], unit_vectors(*MIDDLE)
    points = unit_vectors(places["lat"], places["lon"])
    nearest = np.argsort(kilometres(points, middle))[:PATCH]
    patch, points = places.iloc[nearest], points[nearest]
    inside = roads["geonameid_a"].isin(patch.index) & roads["geonameid_b"].isin(patch.index)
    roads, turns = roads[inside], np.arange(max(COPIES))
    up, around = 1 - (2 * turns + 1) / len(turns), turns * np.pi * (3 - 5**0.5)
    flat = np.sqrt(1 - up**2)
    middles = np.stack([flat * np.cos(around), flat * np.sin(around), up], axis=-1)
    least = min(kilometres(a, b) for a, b in itertools.combinations(middles, 2))
    assert least > 2 * kilometres(points, middle).max()
    every, links = [], []
    for copy, to in enumerate(middles[:copies]):
        lat, lon = degrees(Rotation.align_vectors(to[None], middle[None])[0].apply(points))
        moved = patch.assign(lat=lat, lon=lon, country=patch["country"].astype(str) + f"-{copy}")
        every.append(moved.set_axis(moved.index + copy * 10**9))
        ends = {name: roads[name] + copy * 10**9 for name in ("geonameid_a", "geonameid_b")}
        links.append(roads.assign(**ends))
    return pd.concat(every), pd.concat(links, ignore_index=True)


def scaled(copies):
    """Measure and draw for copies of a patch: seconds, then the most that their arrays hold."""
    import numpy as np

    from scsreport.findings import classification
    from scsreport.typology import model

    def measured(places, roads):
        cities = places[(places["population"] >= classification.CITY_FLOOR) & ~places["is_primary"]]
        return model.measure(cities, places, roads=roads)[1]

    def drawn(grid):
        runs = model.draw(1_000, np.random.default_rng(0))
        return len(model.shares(grid, model.fitted(), runs))

    drawn(measured(*copied(1)))  # what is imported late is there now
    places, roads = copied(copies)
    taken = {"places": len(places)}
    grid, taken["measure"] = timed(lambda: measured(places, roads))
    taken["cities"], taken["draws"] = timed(lambda: drawn(grid))
    taken["process"] = peak()
    tracemalloc.start()
    drawn(measured(places, roads))
    return taken | {"MB": tracemalloc.get_traced_memory()[1] / 1e6}


def plain(places, city, floor=100_000.0, detour=1.10):
    """Nearest larger city and interposition of a city, one pair at a time."""
    from math import asin, cos, inf, radians, sin, sqrt

    def km(a, b):
        (lat, lon), (to, off) = ((radians(x), radians(y)) for x, y, *_ in (a, b))
        h = sin((to - lat) / 2) ** 2 + cos(lat) * cos(to) * sin((off - lon) / 2) ** 2
        return 2 * 6371.0088 * asin(sqrt(min(h, 1)))

    own = places[city]
    others = [
        (km(own, place), place, name)
        for name, place in places.items()
        if name != city and place[3] == own[3] and place[4] and place[2] >= floor / 2
    ]
    larger = min((gap for gap, place, _ in others if place[2] > own[2]), default=inf)
    pull = [(place[2] / max(gap, 20), gap, place) for gap, place, _ in others if gap <= WITHIN]
    near = sorted(pull, key=lambda one: -one[0])[:NEAR]
    passing = 0.0
    for (_, first, a), (_, second, b) in itertools.combinations(near, 2):
        way = first + second
        on = min(first, second) >= 10 and way <= detour * max(km(a, b), 1)
        if on and min(a[2], b[2]) >= floor:
            passing += a[2] * b[2] / max(way, 20)
    trips = sum(own[2] * weight for weight, _, place in near if place[2] >= floor)
    return min(larger, 400.0), passing / trips if trips else 0.0


def compared():
    """Seconds a city of the plain version and of ours, once both agree."""
    import numpy as np

    from scsreport.findings import classification
    from scsreport.typology import measure

    tables = classification.inputs()
    cities, places = tables["cities"], tables["places"]
    (values, _), ours = timed(lambda: measure(**tables))
    ours = min(ours, timed(lambda: measure(**tables))[1])
    whole = (places["kind"] == "city").tolist()
    columns = (places[name].tolist() for name in ("lat", "lon", "population", "country"))
    held = dict(zip(places.index.tolist(), zip(*columns, whole, strict=True), strict=True))
    sample = cities.index[np.random.default_rng(SEED).choice(len(cities), SAMPLE, replace=False)]
    found, theirs = timed(lambda: [plain(held, city) for city in sample.tolist()])
    names = ["km_larger", "interposition"]
    expected = values.loc[sample, names].to_numpy(float)
    np.testing.assert_allclose(np.array(found), expected, rtol=1e-6, atol=1e-6)
    passed = int((expected[:, 1] > 0).sum())
    return {"plain": theirs / SAMPLE, "ours": ours / len(cities), "passed": passed}


def draw(rows):
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "typology", "font.size": 9})
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2), layout="constrained")
    n = [row["places"] for row in rows]
    total = [row["measure"] + row["draws"] for row in rows]
    series = {"both": total, **{k: [row[k] for row in rows] for k in ("measure", "draws")}}
    colours = ("#1b1b1b", "#0072b2", "#d55e00")
    for (name, values), colour in zip(series.items(), colours, strict=True):
        left.plot(n, values, marker="o", color=colour, label=name)
    left.plot(n, [total[0] * k / n[0] for k in n], "--", color="#888888", label="slope 1")
    left.set(title="Seconds", xlabel="places", xscale="log", yscale="log")
    held = [row["MB"] for row in rows]
    right.plot(n, held, marker="o", color="#1b1b1b", label="most held")
    right.plot(n, [8 * k * k / 1e6 for k in n], ":", color="#d55e00", label="one number a pair")
    right.plot(n, [held[0] * k / n[0] for k in n], "--", color="#888888", label="slope 1")
    right.set(title="Memory, MB", xlabel="places", xscale="log", yscale="log")
    for axes in (left, right):
        axes.set_xticks(n, [f"{k:,}" for k in n])
        axes.yaxis.set_major_formatter("{x:,g}")
        axes.minorticks_off()
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    figure.savefig(PICTURE, metadata={"Date": None, "Creator": None})


def apart(*words):
    """Call a part of this script in a new process; one thread keeps the times steady."""
    steady = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, __file__, *map(str, words)],
        env=os.environ | steady,
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(done.stdout)


def main():
    import numpy as np

    print(f"load {os.getloadavg()[0]:.1f} at the start")
    runs = sorted((apart("cold") for _ in range(COLD)), key=lambda run: run["classify_world"])
    print(f"classify_world() of {runs[0]['cities']:,} cities, cold, best of {COLD} and worst:")
    for name in ("classify_world", "inputs", "measure", "shares", "detect", "import"):
        print(f"| {name} | {runs[0][name]:.2f} | {runs[-1][name]:.2f} |")
    print(f"peak {max(run['MB'] for run in runs) / 1e3:.2f} GB")

    rows = []
    for copies in COPIES:
        tries = [apart("scaled", copies) for _ in range(3)]
        best = {name: min(run[name] for run in tries) for name in ("measure", "draws")}
        rows.append(tries[0] | best)
    for row in rows:
        print(
            f"| {row['places']:,} | {row['cities']:,} | {row['measure']:.2f} | {row['draws']:.2f} "
            f"| {row['MB']:.0f} | {row['process']:.0f} | {8e-6 * row['places'] ** 2:,.0f} |"
        )
    total = [row["measure"] + row["draws"] for row in rows]
    slope = np.polyfit(np.log([row["places"] for row in rows]), np.log(total), 1)[0]
    print(f"slope {slope:.2f}")
    draw(rows)

    both = apart("compared")
    print(f"plain {1e3 * both['plain']:.2f} ms a city, three measures at one set of thresholds")
    print(f"ours {1e3 * both['ours']:.3f} ms a city, all measures at all thresholds")
    print(f"{SAMPLE} cities agree; trips pass through {both['passed']}")
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=("cold", "scaled", "compared"))
    parser.add_argument("copies", nargs="?", type=int, default=1)
    given = parser.parse_args()
    if given.part is None:
        main()
    else:
        part = {"cold": cold, "compared": compared, "scaled": lambda: scaled(given.copies)}
        sys.stdout.write(json.dumps(part[given.part]()))
