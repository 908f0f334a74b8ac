"""What large runs cost on one machine, as measured, and where one machine ends.

All numbers follow from the table ``run-costs``, which ``benchmarks/world_scale.py`` writes. What is
said of larger runs is drawn on in a straight line, and was not measured.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from scsreport import checks
from scsreport.tables.datasets import load

__all__ = ["LISTED_FROM", "Line", "costs", "limits", "per_place", "thousandfold"]

HOUR = 60 * 60
DAY = 24 * HOUR
THOUSANDFOLD = 1_000
LISTED_FROM = 500
"""People from which the list has a place (of some it knows no people)."""

MEMORY_GB = checks.Range("gigabytes, 0.1 to 100,000", 0.1, 1e5)
HERE = "here"


class Line(NamedTuple):
    """The straight line of least squares through what typing so many places took.

    Attributes
    ----------
    seconds, memory_mb : float
        Of one place more; seconds of one core.
    least_seconds, least_mb : float
        Of none.
    """

    seconds: float
    memory_mb: float
    least_seconds: float
    least_mb: float


def costs() -> pd.DataFrame:
    """Return what was measured.

    Returns
    -------
    DataFrame
        The table ``run-costs``, with ``each``, seconds of one core for one of ``size``, and
        ``gain``, how many times as fast as the same ``task`` in one process.
    """
    table = load("run-costs")
    alone = table[table["place"] == HERE].groupby("task")["seconds"].max()
    several = table["place"] != HERE
    gain = (table["task"].map(alone) / table["seconds"]).where(several)
    return table.assign(each=table["core_seconds"] / table["size"], gain=gain)


def per_place() -> Line:
    """Return what typing one place more costs.

    Returns
    -------
    Line
    """
    typed = costs().query("task == 'forms'")
    (seconds, least), (memory, least_mb) = (
        np.polyfit(typed["size"], typed[column], 1) for column in ("core_seconds", "memory_mb")
    )
    return Line(float(seconds), float(memory), float(least), float(least_mb))


def limits(memory_gb: float = 16.0) -> "pd.Series[float]":
    """Return how many places one machine types: as its memory and as a day allow.

    Parameters
    ----------
    memory_gb : float, default 16
        Memory of the machine, 0.1 to 100,000 gigabytes.

    Returns
    -------
    Series
        ``memory`` and ``day``: places, on one core; drawn on from :func:`per_place`.
    """
    memory_gb = checks.number("memory_gb", memory_gb, MEMORY_GB)
    line = per_place()
    places = {
        "memory": (1_000 * memory_gb - line.least_mb) / line.memory_mb,
        "day": (DAY - line.least_seconds) / line.seconds,
    }
    return pd.Series(places).clip(lower=0)


def thousandfold() -> pd.DataFrame:
    """Return what a thousand times each measured run would take.

    Returns
    -------
    DataFrame
        A row per task of one process: ``seconds`` of one core for one run, ``hours`` of a thousand,
        and ``workers``, how many do them in an hour.
    """
    alone = costs().query("place == @HERE").sort_values("size").groupby("task").last()
    # An ensemble is a thousand worlds, not a thousand ensembles.
    one = alone["core_seconds"].where(alone.index != "worlds", alone["each"])
    hours = one * THOUSANDFOLD / HOUR
    table = pd.DataFrame({"seconds": one, "hours": hours, "workers": np.ceil(hours).astype(int)})
    return table.reset_index()
