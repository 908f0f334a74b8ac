"""Parts: the same result whichever way, each with a stream of its own, kept and read again."""

import os
import sys
from functools import partial

import numpy as np
import pandas as pd
import pytest

from scsreport import parts

MODULE = '''
import os
import signal
import time
from pathlib import Path

import numpy as np


def drawn(part, rng):
    """A number that hangs on the part and on its stream."""
    return part + rng.normal()


def logged(part, rng, *, folder):
    """As drawn, and writes down that it was computed."""
    with Path(folder, f"{part}-{time.time_ns()}").open("w"):
        return drawn(part, rng)


def product(part, rng, *, size):
    """A product of matrices, whose rounding hangs on the number of threads."""
    return float((rng.normal(size=(size, size)) @ rng.normal(size=(size, size))).sum())


def failing(part, rng):
    if part == 3:
        raise ValueError("no such city")
    return part


def killed_once(part, rng, *, mark):
    """Kills its process the first time it computes the part with the number 2."""
    if part == 2 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return drawn(part, rng)


def killed(part, rng):
    os.kill(os.getpid(), signal.SIGKILL)
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of functions that other processes can import too."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "invented_parts.py").write_text(MODULE, "utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    import invented_parts

    yield invented_parts
    sys.modules.pop("invented_parts")


def test_results_are_in_the_order_of_parts_and_the_same_in_processes(module):
    here = parts.run(module.drawn, range(6), seed=1)
    assert here == parts.run(module.drawn, range(6), seed=1, where="processes", workers=2)
    assert len(set(np.subtract(here, range(6)))) == 6  # each stream is another one


def test_a_part_has_the_same_stream_however_many_there_are(module):
    assert (
        parts.run(module.drawn, range(3), seed=1) == parts.run(module.drawn, range(9), seed=1)[:3]
    )
    assert parts.run(module.drawn, range(3), seed=2) != parts.run(module.drawn, range(3), seed=1)


def test_products_of_matrices_are_the_same_to_the_last_bit(module):
    function = partial(module.product, size=300)
    here = parts.run(function, range(2), seed=1)
    assert here == parts.run(function, range(2), seed=1, where="processes", workers=1)


def test_progress_is_told_from_the_start_to_the_end(module, tmp_path):
    told = []
    parts.run(module.drawn, range(3), seed=1, progress=lambda *now: told.append(now))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.fixture
def logged(module, tmp_path):
    """Run parts that say when they were computed; returns the results and the parts computed."""
    log, keep = tmp_path / "log", tmp_path / "kept"
    log.mkdir()

    def call(number, *, seed=1, **options):
        before = set(log.iterdir())
        function = partial(module.logged, folder=str(log))
        found = parts.run(function, range(number), seed=seed, keep=keep, **options)
        return found, sorted(int(f.name.split("-")[0]) for f in set(log.iterdir()) - before)

    call.kept = keep
    return call


def test_finished_parts_are_read_and_only_the_rest_is_computed(logged):
    first, computed = logged(3)
    assert computed == [0, 1, 2]
    again, computed = logged(5)
    assert computed == [3, 4]
    assert again[:3] == first
    assert logged(5) == (again, [])


@pytest.mark.parametrize("broken", [b"", b"half of it", None])
def test_a_part_that_was_cut_short_is_computed_again(logged, broken):
    first, _ = logged(3)
    file = sorted(logged.kept.iterdir())[1]
    file.write_bytes(file.read_bytes()[:-3] if broken is None else broken)
    assert logged(3) == (first, [1])


def test_another_seed_argument_or_table_is_not_mistaken_for_what_is_kept(logged, module):
    first, _ = logged(2)
    assert logged(2, seed=7)[1] == [0, 1]
    assert logged(2) == (first, [])
    for size in (2, 3):
        function = partial(module.product, size=size)
        parts.run(function, [0], seed=1, keep=logged.kept)
    tables = [pd.DataFrame({"people": [1.0, people]}) for people in (2.0, 2.0, 3.0)]
    sums = [
        parts.run(partial(_sum_of, table=t), [0], keep=logged.kept, progress=None) for t in tables
    ]
    assert sums == [[3.0], [3.0], [4.0]]
    assert len(list(logged.kept.iterdir())) == 2 + 2 + 2 + 2


def _sum_of(part, *, table):
    return float(table["people"].sum()) + part


def test_another_state_of_package_or_tables_is_computed_again(logged, monkeypatch):
    logged(2)
    from scsreport.parts import kept

    monkeypatch.setattr(kept, "state", lambda: "another")
    assert logged(2)[1] == [0, 1]


@pytest.mark.parametrize("where", ["here", "processes"])
def test_a_part_that_fails_is_named_and_the_others_stay(module, tmp_path, where):
    with pytest.raises(parts.PartError, match=r"^part 4, 3: ValueError: no such city$"):
        parts.run(module.failing, range(4), seed=1, where=where, workers=1, keep=tmp_path / "kept")
    assert len(list((tmp_path / "kept").iterdir())) == 3


def test_parts_of_a_process_that_was_killed_are_computed_again(module, tmp_path):
    function = partial(module.killed_once, mark=str(tmp_path / "mark"))
    found = parts.run(function, range(5), seed=1, where="processes", workers=1)
    assert (tmp_path / "mark").exists()
    assert found == parts.run(module.drawn, range(5), seed=1)


def test_processes_that_always_end_are_told(module):
    with pytest.raises(parts.PartError, match="ended before any of 2 parts"):
        parts.run(module.killed, range(2), seed=1, where="processes", workers=1)


def test_a_function_that_cannot_be_sent_is_told():
    with pytest.raises(parts.PartError, match="define it in a module"):
        parts.run(lambda part: part, [1], where="processes")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"where": "moon"}, '"here", "processes" or the address of a Dask scheduler'),
        ({"where": 3}, "where: found 3"),
        ({"workers": 0}, "workers: found 0"),
        ({"seed": -1}, "seed: found -1"),
    ],
)
def test_wrong_arguments_are_told(options, message):
    with pytest.raises((ValueError, TypeError), match=message):
        parts.run(abs, [1], **options)
    with pytest.raises(TypeError, match="expected a function"):
        parts.run(3, [1])


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(parts.PartError, match="finished parts cannot be kept there"):
        parts.run(abs, [1], keep=tmp_path / "file" / "kept")
