"""Chapters are executed as in a kernel: the same outputs, the same errors."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from myst_nb.core.render import strip_ansi
from nbformat import v4

from scsreport.book import runs, workshop
from scsreport.book.dependencies import Calls

CELLS = (
    "from IPython.display import display, HTML\nimport pandas as pd",
    "print('first')\ndisplay(HTML('<b>two</b>'))\nprint('third')\n4",
    "pd.DataFrame({'a': [1, 2]})",
    "import sys; print('aside', file=sys.stderr)",
    "display({'application/vnd.x+json': {'n': 1}}, raw=True, metadata={'k': 2})",
    "'quiet';",
    "",
)


def chapter(*cells, page="one", **named):
    made = [v4.new_code_cell(cell) for cell in cells]
    notebook = v4.new_notebook(cells=made, metadata={"kernelspec": KERNEL})
    return runs.Chapter(page, notebook, Path.cwd(), Calls(**named))


BY_KERNELS = """
import json, sys
from pathlib import Path
from nbformat import from_dict
from scsreport.book import runs
from scsreport.book.dependencies import Calls
made = runs.Chapter("one", from_dict(json.loads(sys.argv[1])), Path.cwd(), Calls())
(ended,) = runs.Kernels().run([made], 60)
Path(sys.argv[2]).write_bytes(ended.packed or ended.error.encode())
"""


def in_a_kernel(made, folder):
    """Return what a kernel gives; in another process, where nbclient may leave its sockets open."""
    words = [sys.executable, "-c", BY_KERNELS, json.dumps(made.notebook), str(folder / "ended")]
    subprocess.run(words, check=True, capture_output=True)
    return (folder / "ended").read_bytes()


KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@pytest.fixture
def shop():
    """Return a workshop, and end it."""
    if not workshop.AVAILABLE:
        pytest.skip("this system cannot be trusted to fork")
    shop = runs.Workshop()
    yield shop
    shop.close()


def test_outputs_are_those_of_a_kernel(shop, tmp_path):
    (ours,) = shop.run([chapter(*CELLS)], 60)
    assert not ours.error
    assert ours.packed == in_a_kernel(chapter(*CELLS), tmp_path)


def test_what_a_library_prints_is_kept(shop):
    (ours,) = shop.run([chapter("import os; os.write(2, b'below Python'); None")], 60)
    assert b"below Python" in ours.packed


def test_an_error_is_told_as_of_a_kernel(shop):
    (ours,) = shop.run([chapter("x = 1", "print('so far')\nx / 0")], 60)
    for part in ("An error occurred while executing", "so far", "x / 0", "ZeroDivisionError"):
        assert part in ours.error
    assert not ours.packed


def test_what_fails_while_it_is_shown_is_an_error(shop):
    cell = "class A:\n    def _repr_html_(self):\n        raise ValueError('no title')\nA()"
    (ours,) = shop.run([chapter(cell)], 60)
    assert "no title" in ours.error


def test_a_cell_that_takes_too_long_is_stopped(shop):
    (ours,) = shop.run([chapter("import time; time.sleep(60)")], 1)
    assert "longer than `timeout`" in ours.error


def test_a_process_that_dies_is_told(shop):
    (ours,) = shop.run([chapter("import os; os.kill(os.getpid(), 9)")], 60)
    assert "its process died" in ours.error.lower()


def test_chapters_share_nothing_that_they_change(shop):
    cell = "import scsreport; found = hasattr(scsreport, 'left'); scsreport.left = 1; found"
    ended = list(shop.run([chapter(cell, page=page) for page in "abc"], 60))
    assert [b"False" in one.packed for one in ended] == [True] * 3


def test_tags_are_heeded(shop):
    made = chapter("1 / 0", "2 / 0")
    made.notebook.cells[0].metadata["tags"] = ["raises-exception"]
    made.notebook.cells[1].metadata["tags"] = ["skip-execution"]
    (ours,) = shop.run([made], 60)
    assert not ours.error and b"ZeroDivisionError" in ours.packed


def test_after_a_failure_the_workshop_takes_the_next_order(shop):
    (failed,) = shop.run([chapter("1 / 0")], 60)
    (good,) = shop.run([chapter("1")], 60)
    assert failed.error and not good.error


def test_a_value_has_one_name_and_a_failure_is_none_of_it(shop):
    shop.ask("scsreport.exhibits.gone.answers")
    assert shop.value().startswith("error")


def test_an_ended_workshop_leaves_no_process(shop):
    shop.run([chapter("import time; time.sleep(60)", page=page) for page in "ab"], 60)
    time.sleep(0.5)
    group = shop._process.pid
    shop.close()
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.killpg(group, 0)
            time.sleep(0.05)


def test_kernels_tell_an_error_too(shop, tmp_path):
    (ours,) = shop.run([chapter("x = 1\n1 / 0")], 60)
    theirs = in_a_kernel(chapter("x = 1\n1 / 0"), tmp_path).decode()
    assert strip_ansi(ours.error).split() == strip_ansi(theirs).split()


def test_nothing_but_answers_is_said(tmp_path):
    words = [sys.executable, "-P", "-m", workshop.__name__]
    order = '{"chapters": [], "together": 1, "timeout": 1}'
    ran = subprocess.run(words, input=order, capture_output=True, text=True, check=True)
    assert ran.stdout == "{}\n"


def test_of_a_cell_that_is_kept_only_the_imports_run(shop):
    made = chapter("import math\nprint('again')\n1 / 0", "math.floor(2.5)")
    made.notebook.cells[0]["outputs"] = [v4.new_output("stream", text="kept", name="stdout")]
    made = runs.Chapter(made.page, made.notebook, made.folder, made.calls, kept=(0,))
    (ours,) = shop.run([made], 60)
    first, second = json.loads(ours.packed)["cells"]
    assert first["outputs"][0]["text"] == "kept"
    assert second["outputs"][0]["data"]["text/plain"] == "2"
    assert [first["execution_count"], second["execution_count"]] == [1, 2]


def test_a_chapter_with_kept_cells_is_as_one_that_was_run(shop):
    (whole,) = shop.run([chapter(*CELLS)], 60)
    made = chapter(*CELLS)
    for place, given in enumerate(json.loads(whole.packed)["cells"]):
        made.notebook.cells[place].update(given)
    made = runs.Chapter(made.page, made.notebook, made.folder, made.calls, kept=(0, 2, 4, 5))
    (ours,) = shop.run([made], 60)
    assert ours.packed == whole.packed
