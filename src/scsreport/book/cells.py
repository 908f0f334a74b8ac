"""Run the cells of a notebook in this process, and keep what a Jupyter kernel would send of each.

The outputs are those of IPython itself, which a kernel wraps as well: what is displayed, the last
value of a cell, what is printed, and the error at which it ends.
"""

# mypy: disallow-untyped-calls=False, disallow-subclassing-any=False
# (IPython has no types)

import ast
import os
import signal
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

__all__ = ["CellError", "run"]

STREAMS = ("stdout", "stderr")

LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": ".".join(map(str, sys.version_info[:3])),
}
"""What a kernel says of its language, and a notebook keeps."""


class CellError(Exception):
    """A cell ended in an error; the message shows the cell and the error."""


class _Publisher(DisplayPublisher):
    """Keeps what a cell displays."""

    def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
        kept = {"data": data, "metadata": metadata or {}}
        cast(_Shell, self.shell).keep({"output_type": "display_data", **kept})


class _Result(DisplayHook):
    """Keeps the last value of a cell."""

    def write_output_prompt(self) -> None:
        """Leave out the prompt, which is for a terminal."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        kept = {"data": format_dict, "metadata": md_dict or {}}
        number = self.prompt_count
        cast(_Shell, self.shell).keep(
            {"output_type": "execute_result", "execution_count": number, **kept}
        )

    def finish_displayhook(self) -> None:
        """Leave out the empty line, which is for a terminal."""


class _Shell(InteractiveShell):
    """An IPython whose outputs are kept, cell by cell."""

    def begin(self, streams: "_Streams") -> None:
        self.streams = streams
        self.outputs: list[dict[str, Any]] = []
        self.failure: dict[str, Any] = {}

    def keep(self, output: dict[str, Any]) -> None:
        """Keep an output, behind what was printed before it."""
        self.outputs += self.streams.taken()
        self.outputs.append(output)

    def enable_gui(self, gui: str | None = None) -> None:
        """Have no windows."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        # Also of what fails while it is displayed, which IPython lets pass.
        self.failure = {"ename": etype.__name__, "evalue": str(evalue), "traceback": stb}


class _Streams:
    """What is printed, by Python or by a library below it, since it was taken last."""

    def __init__(self, folder: Path) -> None:
        self._files = []
        for number, name in enumerate(STREAMS, 1):
            file = (folder / name).open("w+", encoding="utf-8", errors="replace")
            os.dup2(file.fileno(), number)
            setattr(sys, name, os.fdopen(number, "w", 1, encoding="utf-8", closefd=False))
            self._files.append(file)

    def taken(self) -> list[dict[str, Any]]:
        """Return what was printed as outputs of a cell, and forget it."""
        sys.stdout.flush()
        sys.stderr.flush()
        found = []
        for name, file in zip(STREAMS, self._files, strict=True):
            file.seek(0)
            if text := file.read():
                found.append({"output_type": "stream", "name": name, "text": text})
                file.seek(0)
                file.truncate()
        return found


def run(notebook: dict[str, Any], timeout: int, kept: Collection[int] = ()) -> None:
    """Run the code cells of a notebook in this process, which is changed by it, and keep outputs.

    Parameters
    ----------
    notebook : dict
        In format 4; it gets the outputs.
    timeout : int
        Seconds that a cell may take: after them the process ends by the signal of the alarm, as
        nothing else would stop code that is not Python's.
    kept : collection of int
        Places, among the code cells, of those that have their outputs already: of them only the
        imports are run, which cells below need.

    Raises
    ------
    CellError
        If a cell ends in an error.
    """
    with tempfile.TemporaryDirectory() as folder:
        shell = _shell(Path(folder))
        code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        for place, cell in enumerate(code):
            if not _is_run(cell):
                continue
            signal.alarm(timeout)
            if place in kept:
                _take_over(shell, cell)
            else:
                _run_cell(shell, cell)
            signal.alarm(0)
    notebook["metadata"]["language_info"] = LANGUAGE


def _is_run(cell: dict[str, Any]) -> bool:
    skipped = "skip-execution" in _tags(cell)
    return bool(cell["source"].strip()) and not skipped


def _tags(cell: dict[str, Any]) -> list[str]:
    tags: list[str] = cell["metadata"].get("tags", [])
    return tags


def _shell(folder: Path) -> _Shell:
    config = Config({"HistoryManager": {"enabled": False}})  # it would write, in a thread
    shell = _Shell.instance(
        config=config,
        ipython_dir=str(folder),
        display_pub_class=_Publisher,
        displayhook_class=_Result,
    )
    shell.begin(_Streams(folder))
    sys.path.insert(0, "")
    if "matplotlib.pyplot" in sys.modules:  # imported later, it asks for it by itself
        shell.enable_matplotlib("inline")
    return shell


def _take_over(shell: _Shell, cell: dict[str, Any]) -> None:
    """Leave a cell its outputs, run what it imports, and count it as run."""
    tree = ast.parse(cell["source"])
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    shell.ex(ast.unparse(tree))
    for counted in (cell, *cell["outputs"]):
        if "execution_count" in counted:
            counted["execution_count"] = shell.execution_count
    shell.execution_count += 1


def _run_cell(shell: _Shell, cell: dict[str, Any]) -> None:
    """Run one cell, and keep its outputs."""
    shell.outputs, shell.failure = [], {}
    result = shell.run_cell(cell["source"], store_history=True)
    shell.outputs += shell.streams.taken()
    cell["outputs"] = shell.outputs
    cell["execution_count"] = shell.execution_count - 1
    if not shell.failure and result.success:
        return
    if "raises-exception" not in _tags(cell):
        raise CellError(_told(cell, shell.failure))
    cell["outputs"].append({"output_type": "error", **shell.failure})


def _told(cell: dict[str, Any], failure: dict[str, Any]) -> str:
    """Return an error as nbclient tells it."""
    from nbclient.exceptions import CellExecutionError
    from nbformat import from_dict

    return str(CellExecutionError.from_cell_and_msg(from_dict(cell), failure))
