"""Have chapters executed: in forks of one process, or in a kernel each where that cannot be had."""

# mypy: disallow-untyped-calls=False
# (nbformat has no types)

import json
import os
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scsreport.book import results, workshop
from scsreport.book.dependencies import Calls

__all__ = ["Chapter", "Ended", "Kernels", "Workshop", "hired"]

SETTINGS = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
"""Sums in one order, sets in one order, on any machine; and drawings as in any notebook."""


@dataclass(frozen=True)
class Chapter:
    """A chapter to be executed.

    Parameters
    ----------
    page : str
        What the book calls it.
    notebook : NotebookNode
        Its cells.
    folder : Path
        Where it is run.
    calls : Calls
        What those of its cells lead to that are to be run.
    kept : tuple of int
        Places, among the cells of code, of those that have their outputs already. A kernel runs
        all.
    """

    page: str
    notebook: Any
    folder: Path
    calls: Calls
    kept: tuple[int, ...] = ()


@dataclass(frozen=True)
class Ended:
    """How the execution of a chapter ended: with its results, or with an error."""

    page: str
    seconds: float
    packed: bytes = b""
    error: str = ""


class Workshop:
    """A process that imports what chapters share, once, and forks for each of them."""

    def __init__(self) -> None:
        self._value = ""
        self._folder = tempfile.TemporaryDirectory()
        self._process = subprocess.Popen(
            # Not from the folder of the build, whose files are not to be imported.
            [sys.executable, "-P", "-m", workshop.__name__],
            env=SETTINGS | os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        self.close = weakref.finalize(self, _end, self._process, self._folder)

    def ask(self, function: str) -> None:
        """Begin to compute the table that a function of the package returns.

        Parameters
        ----------
        function : str
            Dotted.
        """
        self._say({"value": function})

    def value(self) -> str:
        """Return one name for the table that was asked for, before any chapter was begun."""
        while not self._value:
            self._value = self._answer().get("value", "")
        return self._value

    def run(self, chapters: Sequence[Chapter], timeout: int) -> Iterator[Ended]:
        """Run chapters, two at a time on two cores, and return each as it ends.

        Parameters
        ----------
        chapters : sequence of Chapter
            In the order in which they begin.
        timeout : int
            Seconds that a cell may take.

        Returns
        -------
        iterator of Ended
            After one with an error, only those that were under way.
        """
        folder = Path(tempfile.mkdtemp(dir=self._folder.name))
        files = {c.page: folder / f"{number}.json" for number, c in enumerate(chapters)}
        for chapter in chapters:
            files[chapter.page].write_text(json.dumps(chapter.notebook), encoding="utf-8")
        asked = [
            {
                "name": chapter.page,
                "file": str(files[chapter.page]),
                "folder": str(chapter.folder),
                "imports": chapter.calls.imports,
                "published": chapter.calls.published,
                "kept": chapter.kept,
            }
            for chapter in chapters
        ]
        self._say({"chapters": asked, "together": os.cpu_count() or 1, "timeout": timeout})
        return self._ended(files)

    def _ended(self, files: Mapping[str, Path]) -> Iterator[Ended]:
        while answer := self._answer():
            if "value" in answer:
                self._value = answer["value"]
                continue
            packed = b"" if answer["error"] else files[answer["chapter"]].read_bytes()
            yield Ended(answer["chapter"], answer["seconds"], packed, answer["error"])

    def _say(self, order: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None  # it was asked for
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> Any:
        assert self._process.stdout is not None  # it was asked for
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process died (exit code {self._process.wait()})")
        return json.loads(line)


def _end(process: "subprocess.Popen[str]", folder: "tempfile.TemporaryDirectory[str]") -> None:
    """End the process, and those that it has forked; it runs as the group of its own number."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
    folder.cleanup()


class Kernels:
    """A Jupyter kernel for each chapter: slower, and of every system."""

    def __init__(self) -> None:
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)
        self._asked = ""

    def close(self) -> None:
        """Do nothing: kernels end with their chapter."""

    def ask(self, function: str) -> None:
        """Begin to compute the table that a function of the package returns.

        Parameters
        ----------
        function : str
            Dotted.
        """
        self._asked = json.dumps({"value": function})

    def value(self) -> str:
        """Return one name for the table that was asked for."""
        words = [sys.executable, "-P", "-m", workshop.__name__]
        found = subprocess.run(words, input=self._asked, capture_output=True, text=True, check=True)
        value: str = json.loads(found.stdout)["value"]
        return value

    def run(self, chapters: Sequence[Chapter], timeout: int) -> Iterator[Ended]:
        """Run chapters, two at a time on two cores, and yield each as it ends.

        Parameters
        ----------
        chapters : sequence of Chapter
            In the order in which they begin.
        timeout : int
            Seconds that a cell may take.

        Yields
        ------
        Ended
            After one with an error, only those that were under way.
        """
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            running = {pool.submit(_in_kernel, chapter, timeout) for chapter in chapters}
            for done in as_completed(running):
                if done.cancelled():
                    continue
                if done.result().error:
                    pool.shutdown(wait=False, cancel_futures=True)
                yield done.result()


def _in_kernel(chapter: Chapter, timeout: int) -> Ended:
    """Execute a chapter in a kernel of its own."""
    from jupyter_cache.executors.utils import single_nb_execution

    try:
        result = single_nb_execution(
            chapter.notebook,
            cwd=str(chapter.folder),
            timeout=timeout,
            allow_errors=False,
            extra_arguments=["--log-level=ERROR"],  # each kernel warns that it is local
        )
    except Exception as error:  # such as a kernel that died
        return Ended(chapter.page, 0.0, error=str(error))
    if result.err:
        return Ended(chapter.page, result.time, error=str(result.err))
    return Ended(chapter.page, result.time, results.packed(chapter.notebook))


def hired() -> Workshop | Kernels:
    """Return what executes chapters on this system.

    Returns
    -------
    Workshop or Kernels
    """
    return Workshop() if workshop.AVAILABLE else Kernels()
