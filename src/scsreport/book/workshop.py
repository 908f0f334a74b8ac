"""A process of its own that runs chapters, each in a fork of it: what they share is done once.

Everything that chapters import, and the numbers that they hand to prose, are the same in each. Here
one process imports and computes them and then forks for each chapter, which begins with all that
is there and changes nothing for the next. It reads orders, a line each, and answers a line for each
chapter that has ended and an empty one at the end::

    python -P -m scsreport.book.workshop

Systems other than Linux cannot be trusted to fork a process that has used their libraries;
``execution.py`` starts a kernel for each chapter there.
"""

import gc
import hashlib
import json
import os
import signal
import sys
import time
import warnings
from collections.abc import Mapping
from importlib import import_module
from multiprocessing import connection, get_context
from pathlib import Path
from typing import IO, Any

__all__ = ["AVAILABLE", "main"]

AVAILABLE = sys.platform == "linux"

CONTRACT = "scsreport.exhibits.contract"

HIDDEN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
"""Warnings that Python shows to nobody where a library raises them."""


def main() -> None:
    """Take an order from standard input, and answer on standard output."""
    # What is printed while modules are imported must not stand between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    for line in sys.stdin:
        order = json.loads(line)
        if "value" in order:
            answers.write(json.dumps({"value": _value(order["value"])}) + "\n")
        else:
            _work_off(order, answers)


def _value(function: str) -> str:
    """Return one name for the table that a function returns, or for the error that it raises."""
    module, _, name = function.rpartition(".")
    try:
        table = getattr(import_module(module), name)()
    except Exception as error:  # the chapters that show it tell it
        return f"error {error!r}"
    rows = list(table.itertuples(name=None))
    kinds = [(name, str(kind)) for name, kind in table.dtypes.items()]
    return hashlib.sha256(repr((kinds, rows)).encode()).hexdigest()[:16]


def _work_off(order: Mapping[str, Any], answers: IO[str]) -> None:
    """Run the chapters of an order; after one that fails, only those that are under way."""
    for name in ("scsreport.book.cells", "scsreport.book.results", "jupyter_client.jsonutil"):
        import_module(name)
    running: dict[Any, tuple[dict[str, Any], Any, float]] = {}
    failed = False
    for chapter in order["chapters"]:
        _prepare(chapter)
        while len(running) >= order["together"]:
            failed |= _await_one(running, answers)
        if failed:
            break
        process = _started(chapter, order["timeout"])
        running[process.sentinel] = (chapter, process, time.perf_counter())
    while running:
        _await_one(running, answers)
    answers.write("{}\n")


def _prepare(chapter: Mapping[str, Any]) -> None:
    """Import what a chapter imports, and make the numbers that it hands to prose.

    What fails or warns here does so again in the chapter, whose page then tells it.
    """
    for name in chapter["imports"]:
        _tried(import_module, name)
    if published := [sys.modules[name] for name in chapter["published"] if name in sys.modules]:
        contract = import_module(CONTRACT)
        for module in published:
            _tried(contract.prose_by_definition, module)


def _tried(function: Any, argument: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning is shown once, and here nobody would see it
        for kind in HIDDEN:
            warnings.simplefilter("ignore", kind)
        try:
            function(argument)
        except Exception:  # whatever a chapter may raise
            return


def _started(chapter: Mapping[str, Any], timeout: int) -> Any:
    gc.freeze()  # what all share is not looked through again, and so not copied
    with warnings.catch_warnings():
        # The threads of Arrow, which makes new ones in the fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = get_context("fork").Process(target=_run, args=(chapter, timeout))
        process.start()
    return process


def _run(chapter: Mapping[str, Any], timeout: int) -> None:
    """Run a chapter in this process; its file gets the results, or a file beside it the error."""
    from scsreport.book import cells, results

    file = Path(chapter["file"])
    notebook = json.loads(file.read_text(encoding="utf-8"))
    os.chdir(chapter["folder"])
    try:
        cells.run(notebook, timeout, chapter["kept"])
    except cells.CellError as error:
        file.with_suffix(".error").write_text(str(error), encoding="utf-8")
        return
    file.write_bytes(results.packed(notebook))


def _await_one(running: dict[Any, tuple[dict[str, Any], Any, float]], answers: IO[str]) -> bool:
    """Wait until a chapter has ended, answer how, and return whether one failed."""
    failed = False
    for sentinel in connection.wait(list(running)):
        chapter, process, began = running.pop(sentinel)
        process.join()
        told = Path(chapter["file"]).with_suffix(".error")
        error = told.read_text(encoding="utf-8") if told.exists() else _said(process.exitcode)
        seconds = time.perf_counter() - began
        answer = {"chapter": chapter["name"], "seconds": seconds, "error": error}
        answers.write(json.dumps(answer) + "\n")
        failed |= bool(error)
    return failed


def _said(code: int) -> str:
    """Return why a process ended, if not by itself."""
    if code == -signal.SIGALRM:
        return "A cell took longer than `timeout` of _config.yml allows."
    return f"Its process died (exit code {code})." if code else ""


if __name__ == "__main__":
    main()
