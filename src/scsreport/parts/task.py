"""One part of a run: what is computed, its random stream, and what is said when it fails."""

import pickle
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

__all__ = ["Finished", "Function", "PartError", "Task", "done", "packed"]

SHOWN = 60  # letters of a part that a message names

Function = Callable[..., Any]
Finished = Iterator[tuple[int, Any]]
"""Place and result of each part, as they are finished."""


class PartError(RuntimeError):
    """A part failed, or where parts are computed cannot be reached; says which and what to do."""


class Task(NamedTuple):
    """A part: its place in the run, what the function is handed, the seed of all streams."""

    place: int
    part: Any
    seed: int | None


def done(function: Function, task: Task) -> tuple[int, Any]:
    """Compute one part.

    Parameters
    ----------
    function : callable
    task : Task

    Returns
    -------
    tuple
        The place of the part, and what the function returned.

    Raises
    ------
    PartError
        If the function raises; names the part.
    """
    stream = () if task.seed is None else (_stream(task.seed, task.place),)
    try:
        # Sums of several threads are rounded in another order.
        with threadpool_limits(1):
            return task.place, function(task.part, *stream)
    except Exception as error:
        message = f"part {task.place + 1}, {_shown(task.part)}: {type(error).__name__}: {error}"
        raise PartError(message) from error


def _stream(seed: int, place: int) -> np.random.Generator:
    """Return the random stream of one part, independent of that of any other."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(place,)))


def _shown(part: Any) -> str:
    text = repr(part)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def packed(library: Any, function: Function) -> bytes:
    """Return a function and what is bound to it as bytes.

    Parameters
    ----------
    library : module
        ``pickle`` or ``cloudpickle``.
    function : callable

    Returns
    -------
    bytes

    Raises
    ------
    PartError
        If it cannot be sent to another process.
    """
    try:
        content: bytes = library.dumps(function)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise PartError(
            f"function: {error}. It cannot be sent to another process; define it in a module, and "
            "bind to it only what can be pickled"
        ) from error
    return content
