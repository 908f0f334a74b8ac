"""Finished parts, kept as files under a name that follows from all that made them."""

import contextlib
import hashlib
import inspect
import pickle
from functools import partial
from pathlib import Path
from typing import Any

import joblib

from scsreport.parts.task import Function, PartError, Task
from scsreport.tables.datasets import write_atomically
from scsreport.tables.remembered import state

__all__ = ["Kept"]

NAME = "{place:06d}-{made_from}.part"
DIGITS = 16
SEAL = 64  # letters of the digest that a file begins with


class Kept:
    """A folder of finished parts.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    function : callable
        What makes the parts.

    Raises
    ------
    PartError
        If the folder cannot be written to.
    """

    def __init__(self, folder: Path, function: Function) -> None:
        self.folder = folder
        self.made_by = _made_by(function)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PartError(f"{folder}: finished parts cannot be kept there ({error})") from error

    def read(self, tasks: list[Task]) -> dict[int, Any]:
        """Return the results that are there and whole, by their place.

        Parameters
        ----------
        tasks : list of Task

        Returns
        -------
        dict
        """
        found = {}
        for task in tasks:
            # What is missing or was cut short is computed again.
            with contextlib.suppress(OSError, ValueError):
                found[task.place] = _unsealed(self._file(task).read_bytes())
        return found

    def write(self, task: Task, result: Any) -> None:
        """Keep one result.

        Parameters
        ----------
        task : Task
        result : object

        Raises
        ------
        PartError
            If it cannot be pickled or written.
        """
        try:
            write_atomically(self._file(task), _sealed(result))
        except (OSError, pickle.PicklingError, AttributeError, TypeError) as error:
            raise PartError(
                f"part {task.place + 1} cannot be kept in {self.folder} ({error}); parts kept so "
                "far stay"
            ) from error

    def _file(self, task: Task) -> Path:
        made_from = joblib.hash((self.made_by, task.part, task.seed), hash_name="sha1")
        return self.folder / NAME.format(place=task.place, made_from=made_from[:DIGITS])


def _sealed(result: Any) -> bytes:
    content = pickle.dumps(result)
    return hashlib.sha256(content).hexdigest().encode() + content


def _unsealed(sealed: bytes) -> Any:
    seal, content = sealed[:SEAL], sealed[SEAL:]
    if hashlib.sha256(content).hexdigest().encode() != seal:
        raise ValueError("a part that was cut short")
    return pickle.loads(content)


def _made_by(function: Function) -> tuple[Any, ...]:
    """Return what stands for a function: its code, what is bound to it, the package's state."""
    bound: list[Any] = []
    while isinstance(function, partial):
        bound.append((function.args, sorted(function.keywords.items())))
        function = function.func
    name = f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', function)}"
    return state(), name, _text(function), bound


def _text(function: Function) -> str:
    """Return the source of the module a function stands in, or its own, where there is one."""
    for source in (inspect.getmodule(function), function):
        with contextlib.suppress(OSError, TypeError):
            return inspect.getsource(source)  # type: ignore[arg-type]
    return ""
