"""Parts computed by the workers of a Dask scheduler, which this package need not be told of."""

import functools
import pickle
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from scsreport.parts.task import Finished, Function, PartError, Task, done, packed
from scsreport.tables.remembered import state

__all__ = ["SCHEMES", "on_cluster"]

SCHEMES = ("tcp://", "tls://", "ucx://", "ws://", "wss://")
"""How the address of a scheduler begins."""

PATIENCE = 20
"""Seconds in which a scheduler has to answer, and its first worker to join."""

GLANCE = 0.02
"""Seconds between two looks at what is finished."""

OTHER = "has another scsreport, other tables or other libraries than this process"
SAME = (
    "Install the same Python, the same package and all that it needs (requirements.lock) on every "
    "worker, and add the same official files"
)


def on_cluster(function: Function, tasks: Sequence[Task], *, address: str) -> Finished:
    """Compute parts on a cluster; those of a worker that is lost go to others.

    Parameters
    ----------
    function : callable
    tasks : sequence of Task
    address : str
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.

    Yields
    ------
    tuple
        Place and result.

    Raises
    ------
    PartError
        If a part fails, the scheduler cannot be reached, no worker is left, or a worker has another
        package than this process.
    """
    distributed, cloudpickle = _libraries()
    content, made_from = packed(cloudpickle, function), state()
    with _client(distributed, address) as client:
        _check_workers(client, address, made_from)
        # Unlike what is scattered, a result is made again when the worker that holds it is lost.
        held = client.submit(pickle.loads, content, pure=False)
        waiting = [client.submit(_done_there, held, task, made_from, pure=False) for task in tasks]
        try:
            for finished in _as_finished(distributed, client, waiting, address):
                yield _result(distributed, finished, address)
                finished.release()
        finally:
            client.cancel([held, *waiting])


def _libraries() -> tuple[Any, Any]:
    try:
        import cloudpickle
        import dask
        import distributed
    except ModuleNotFoundError as error:
        raise PartError(
            f"{error.name} is missing, and a cluster is reached with it: "
            'install "scsreport[cluster]"'
        ) from error
    # What is bound to a function may be tables of many megabytes, and is sent once.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"})
    return distributed, cloudpickle


def _client(distributed: Any, address: str) -> Any:
    """Return the connection to a scheduler that has a worker."""
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PartError(
            f"scheduler {address}: no answer within {PATIENCE} s ({error}). Is `dask scheduler` "
            "running there, and can its port be reached from here?"
        ) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        client.close()
        raise PartError(
            f"scheduler {address}: no worker has joined it within {PATIENCE} s; start some by "
            f"`dask worker {address}`"
        ) from error
    return client


def _check_workers(client: Any, address: str, made_from: str) -> None:
    """Raise unless all workers have this package and these tables."""
    for worker, found in client.run(_asked(), on_error="return").items():
        if found is None or isinstance(found, Exception):
            reason = f" ({found})" if found else ""
            raise PartError(
                f"worker {worker} of {address}: cannot import scsreport{reason}. {SAME}"
            )
        if found != made_from:
            raise PartError(f"worker {worker} of {address}: {OTHER}. {SAME}")


def _asked() -> Callable[[], str | None]:
    """Return what a worker is asked: a function that is sent whole, the package may be missing."""

    def asked() -> str | None:
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("scsreport") is None:
            return None
        answer: str = import_module("scsreport.tables.remembered").state()
        return answer

    return asked


@functools.cache
def _state_of_worker() -> str:
    return state()


def _done_there(function: Function, task: Task, made_from: str) -> tuple[int, Any]:
    """Compute one part on a worker, which may have joined after all were asked."""
    if _state_of_worker() != made_from:
        raise PartError(f"worker on {platform.node()}: {OTHER}. {SAME}")
    return done(function, task)


def _as_finished(distributed: Any, client: Any, waiting: list[Any], address: str) -> Iterator[Any]:
    """Yield what is finished, and end when no worker is left to finish more."""
    finished = distributed.as_completed(waiting, loop=client.loop)
    heard = time.monotonic()
    while not finished.is_empty():
        batch = finished.next_batch(block=False)
        if batch:
            heard = time.monotonic()
            yield from batch
        elif time.monotonic() - heard > PATIENCE:
            heard = time.monotonic()
            if not client.nthreads():
                raise PartError(
                    f"cluster {address}: all workers are lost; start others by `dask worker "
                    f"{address}`, and run it again"
                )
        else:
            time.sleep(GLANCE)


def _result(distributed: Any, finished: Any, address: str) -> tuple[int, Any]:
    """Return what a worker sent back, or say why there is nothing."""
    try:
        place, result = finished.result()
    except PartError:
        raise
    except distributed.KilledWorker as error:
        raise PartError(
            f"cluster {address}: a part ended every worker that it was given to; perhaps memory "
            f"runs out ({error})"
        ) from error
    except Exception as error:
        raise PartError(
            f"cluster {address}: a part was lost ({type(error).__name__}: {error}); run it again"
        ) from error
    return place, result
