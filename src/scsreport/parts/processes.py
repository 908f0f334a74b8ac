"""Parts computed here one after the other, or in processes of this machine."""

import pickle
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from scsreport.parts.task import Finished, Function, PartError, Task, done, packed

__all__ = ["here", "in_processes"]

_held: list[Function] = []
"""In a process that computes parts: the function, with what is bound to it."""


def here(function: Function, tasks: Sequence[Task]) -> Finished:
    """Compute parts one after the other.

    Parameters
    ----------
    function : callable
    tasks : sequence of Task

    Yields
    ------
    tuple
        Place and result.
    """
    for task in tasks:
        yield done(function, task)


def in_processes(function: Function, tasks: Sequence[Task], *, workers: int) -> Finished:
    """Compute parts in processes; those of a process that was killed are computed again.

    Parameters
    ----------
    function : callable
    tasks : sequence of Task
    workers : int
        How many processes.

    Yields
    ------
    tuple
        Place and result.

    Raises
    ------
    PartError
        If a part fails, or processes end before any part is finished.
    """
    content = packed(pickle, function)
    left = {task.place: task for task in tasks}
    while left:
        before = len(left)
        pool = ProcessPoolExecutor(
            min(workers, before), get_context("spawn"), initializer=_hold, initargs=(content,)
        )
        try:
            waiting = [pool.submit(_done_by_held, task) for task in left.values()]
            for finished in as_completed(waiting):
                place, result = finished.result()
                del left[place]
                yield place, result
        except BrokenProcessPool as error:
            if len(left) == before:
                raise PartError(
                    f"processes of this machine: they ended before any of {before:,} parts was "
                    "finished. Perhaps memory runs out (take fewer workers); a script of your own "
                    'has to begin its work under `if __name__ == "__main__":`'
                ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _hold(content: bytes) -> None:
    # Interrupted in a terminal, a process ends without a word; the one that began it speaks.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _held[:] = [pickle.loads(content)]


def _done_by_held(task: Task) -> tuple[int, Any]:
    return done(_held[0], task)
