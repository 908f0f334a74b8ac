"""Exhibits on what large runs cost, and where one machine ends."""

from typing import Any

from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.findings import scale

__all__ = ["costs", "thousandfold"]
__dir__ = listing(__all__)

TASKS = {
    "forms": "Forms of cities among all places of 500 people and more",
    "classify": "Forms and systems of the cities of 100,000 people and more among all places",
    "intermediacy": "Intermediacy of secondary cities on the world's road graph",
    "worlds": "Forms of all cities in other worlds",
    "briefs": "Briefs of all countries",
}
PLACES = {"here": "one process", "processes": "{} processes", "cluster": "{} Dask workers"}
MEMORY_GB = 16.0


@exhibit("tab-run-costs", serves=["A2"], sources=("run-costs",))
def costs() -> Parts:
    """List what large runs took on one machine."""
    data = scale.costs()
    by = [PLACES[place].format(n) for place, n in zip(data["place"], data["workers"], strict=True)]
    data = data.assign(words=data["task"].map(TASKS), by=by)
    data["each"] = 1_000 * data["each"]
    world: Any = data[data["task"] == "forms"].nlargest(1, "size").iloc[0]
    line, limits = scale.per_place(), scale.limits(MEMORY_GB)
    facts = {
        "n": len(data),
        "size": world["size"],
        "floor": scale.LISTED_FROM,
        "seconds": world["core_seconds"],
        "gigabytes": world["memory_mb"] / 1_000,
        "each": 1_000 * line.seconds,
        "kilobytes": 1_000 * line.memory_mb,
        "by_memory": limits["memory"],
        "by_day": limits["day"],
        "machine": MEMORY_GB,
        "cores": int(data["cores"].max()),
        "least_load": data["load"].min(),
        "most_load": data["load"].max(),
        "days": sorted(data["measured_on"].unique()),
        "gain": data["gain"].max(),
    }
    return Parts(data, facts)


@exhibit("tab-thousandfold", serves=["A2"], sources=("run-costs",))
def thousandfold() -> Parts:
    """Say what a thousand times each run would take, on one core and in an hour."""
    data = scale.thousandfold()
    data = data.assign(words=data["task"].map(TASKS))
    by_task: Any = data.set_index("task")
    return Parts(
        data, {"by": by_task, "n": len(data), "minutes": 60 * by_task.loc["worlds", "hours"]}
    )
