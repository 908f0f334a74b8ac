"""One seam for all large runs: parts, where they are computed, and what is kept of them."""

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from scsreport import checks
from scsreport.parts.cluster import SCHEMES, on_cluster
from scsreport.parts.kept import Kept
from scsreport.parts.processes import here, in_processes
from scsreport.parts.task import Function, Task

__all__ = ["HERE", "PROCESSES", "Progress", "run"]

HERE, PROCESSES = "here", "processes"
MOST_WORKERS = 1_000
MOST_SEED = 2**63

Progress = Callable[[int, int], None]
"""Told how many parts are finished, and of how many."""


def run(
    function: Function,
    parts: Sequence[Any],
    *,
    where: str = HERE,
    workers: int | None = None,
    seed: int | None = None,
    keep: str | Path | None = None,
    progress: Progress | None = None,
) -> list[Any]:
    """Call a function for each of many parts, and return what it returned, in their order.

    Parameters
    ----------
    function : callable
        Takes a part and, with ``seed``, a ``numpy.random.Generator``. Bind what all parts share by
        ``functools.partial``: it travels once to each worker. Define it in a module; a cluster also
        takes one of a notebook.
    parts : sequence
        Independent of each other, and small.
    where : str, default "here"
        ``"here"``; ``"processes"`` of this machine; or the address of a Dask scheduler, such as
        ``"tcp://10.0.0.5:8786"``, whose workers have this package, its tables and all that it
        needs in the same versions.
    workers : int, optional
        How many processes, up to 1,000; by default as many as there are cores.
    seed : int, optional
        Of the random streams. Part *k* has the same one, however many parts there are.
    keep : path, optional
        A folder for finished parts. One that was finished before, by the same code from the same
        tables, arguments and seed, is read from there. The files are pickles: name only a folder
        that nobody else writes to.
    progress : callable, optional
        Called with the number of finished parts and of all.

    Returns
    -------
    list

    Raises
    ------
    PartError
        If a part fails, a scheduler does not answer, or a worker has another version of the
        package or of its tables. Finished parts stay kept.
    TypeError, ValueError
        If there is no such place to compute at, or the number of workers or the seed is none.

    Examples
    --------
    >>> run(abs, [-1, -2, 3])
    [1, 2, 3]
    """
    if not callable(function):
        raise TypeError(f"function: found {checks.shown(function)}, expected a function")
    way = _way(where, workers)
    if seed is not None:
        seed = checks.whole("seed", seed, 0, MOST_SEED)
    tasks = [Task(place, part, seed) for place, part in enumerate(parts)]
    kept = None if keep is None else Kept(Path(keep), function)
    found = {} if kept is None else kept.read(tasks)
    waiting = [task for task in tasks if task.place not in found]
    tell = progress or _silent
    tell(len(found), len(tasks))
    with closing(way(function, waiting) if waiting else _nothing()) as finished:
        for place, result in finished:
            if kept is not None:
                kept.write(tasks[place], result)
            found[place] = result
            tell(len(found), len(tasks))
    return [found[task.place] for task in tasks]


def _silent(done: int, all_of_them: int) -> None:
    """Tell nobody."""


def _nothing() -> Any:
    yield from ()


def _way(where: str, workers: int | None) -> Callable[[Function, Sequence[Task]], Any]:
    """Return what computes the parts."""
    if workers is not None:
        workers = checks.whole("workers", workers, 1, MOST_WORKERS)
    if where == HERE:
        return here
    if where == PROCESSES:
        return partial(in_processes, workers=workers or os.cpu_count() or 1)
    if isinstance(where, str) and where.startswith(SCHEMES):
        return partial(on_cluster, address=where)
    raise ValueError(
        f'where: found {checks.shown(where)}, expected "{HERE}", "{PROCESSES}" or the address of a '
        'Dask scheduler, such as "tcp://10.0.0.5:8786"'
    )
