"""A real scheduler and two workers: one is killed in the middle, and nothing is lost."""

import json
import os
import subprocess
import sys
import time
from functools import partial

import pytest

from scsreport import parts
from scsreport.parts import cluster

MODULE = '''
import os
import time
from pathlib import Path


def slow(part, rng, *, log, seconds=0.05):
    """A number that hangs on the part and on its stream; writes down where it was computed."""
    with Path(log).open("a") as lines:
        lines.write(f"{part} {os.getpid()}\\n")
    time.sleep(seconds)
    return part + rng.normal()


def failing(part):
    raise ValueError("no such city")
'''


def started(*words):
    """Begin a command of Dask in a process of its own."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", *words], stdout=quiet, stderr=quiet)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a module that all processes import."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "invented_slow.py").write_text(MODULE, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        patch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        yield folder


class Cluster:
    """A scheduler on a free port of this machine, and two workers of one thread."""

    def __init__(self, folder, workers=2):
        file = folder / f"scheduler-{time.time_ns()}.json"
        address = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file))
        self.scheduler = started("distributed.cli.dask_scheduler", "--port", "0", *address)
        options = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", folder)
        self.workers = [
            started(
                "distributed.cli.dask_worker", *map(str, options), "--scheduler-file", str(file)
            )
            for _ in range(workers)
        ]
        self.address = self._address(file)

    def _address(self, file):
        while not file.exists() or not (text := file.read_text("utf-8")).endswith("}"):
            assert self.scheduler.poll() is None, "the scheduler ended"
            time.sleep(0.05)
        return json.loads(text)["address"]

    def end(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def dask(folder):
    distributed = pytest.importorskip("distributed")
    running = Cluster(folder)
    with distributed.Client(running.address, set_as_default=False) as client:
        client.wait_for_workers(len(running.workers))
    yield running
    running.end()


@pytest.fixture
def slow(folder, tmp_path):
    import invented_slow

    return partial(invented_slow.slow, log=str(tmp_path / "log"))


def computed(tmp_path):
    """Parts and processes in the order in which they were begun."""
    lines = (tmp_path / "log").read_text().splitlines()
    return [tuple(map(int, line.split())) for line in lines]


def test_a_cluster_gives_what_this_process_gives(dask, slow, tmp_path):
    told = []
    found = parts.run(
        slow, range(8), seed=1, where=dask.address, progress=lambda *now: told.append(now)
    )
    assert told == [(done, 8) for done in range(9)]
    assert {process for _, process in computed(tmp_path)} <= {w.pid for w in dask.workers}
    assert found == parts.run(partial(slow, seconds=0), range(8), seed=1)


def test_a_part_that_fails_is_named(dask, folder):
    from invented_slow import failing

    with pytest.raises(parts.PartError, match=r"^part 1, 7: ValueError: no such city$"):
        parts.run(failing, [7], where=dask.address)


def test_a_worker_with_another_package_is_told(dask, monkeypatch):
    monkeypatch.setattr(cluster, "state", lambda: "another")
    with pytest.raises(parts.PartError, match=r"worker tcp://.*has another scsreport"):
        parts.run(abs, [1], where=dask.address)


def test_a_worker_that_joins_later_with_another_package_is_told():
    with pytest.raises(parts.PartError, match="has another scsreport"):
        cluster._done_there(abs, None, "another")


def test_a_killed_worker_loses_nothing(dask, slow, tmp_path):
    """Runs last with two workers: it kills one of them, at work."""
    first = dask.workers[0]

    def kill_in_the_middle(done, _):
        if done == 10:
            first.kill()

    found = parts.run(
        slow,
        range(40),
        seed=1,
        where=dask.address,
        keep=tmp_path / "kept",
        progress=kill_in_the_middle,
    )
    assert first.wait() != 0
    begun = computed(tmp_path)
    assert first.pid in {process for _, process in begun[:12]}
    assert {process for _, process in begun[-10:]} == {dask.workers[1].pid}
    assert found == parts.run(partial(slow, seconds=0), range(40), seed=1)
    assert len(list((tmp_path / "kept").iterdir())) == 40


def test_after_the_scheduler_was_lost_a_run_goes_on_elsewhere(dask, slow, tmp_path):
    """Runs last of all: it ends the scheduler."""

    def end_in_the_middle(done, _):
        if done == 3:
            dask.scheduler.kill()

    way = {"seed": 1, "keep": tmp_path / "kept"}
    with pytest.raises(parts.PartError, match="scheduler"):
        parts.run(slow, range(20), where=dask.address, progress=end_in_the_middle, **way)
    before = len(computed(tmp_path))
    assert before < 20
    finished = len(list((tmp_path / "kept").iterdir()))
    assert finished >= 3
    found = parts.run(slow, range(20), **way)
    assert len(computed(tmp_path)) - before == 20 - finished
    assert found == parts.run(partial(slow, seconds=0), range(20), seed=1)


def test_when_no_worker_is_left_it_is_told(folder, slow, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 2)
    small = Cluster(folder, workers=1)

    def kill_the_last(done, _):
        if done == 2:
            small.workers[0].kill()

    try:
        with pytest.raises(parts.PartError, match="all workers are lost"):
            way = {"where": small.address, "keep": tmp_path / "kept", "progress": kill_the_last}
            parts.run(slow, range(30), seed=1, **way)
    finally:
        small.end()
    assert len(list((tmp_path / "kept").iterdir())) >= 2


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(parts.PartError, match=r"scheduler tcp://127.0.0.1:9: no answer"):
        parts.run(abs, [1], where="tcp://127.0.0.1:9")


def test_a_scheduler_without_workers_is_told(folder, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 2)
    alone = Cluster(folder, workers=0)
    try:
        with pytest.raises(parts.PartError, match="no worker has joined"):
            parts.run(abs, [1], where=alone.address)
    finally:
        alone.end()


def test_without_its_library_a_cluster_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(parts.PartError, match=r"install \"scsreport\[cluster\]\""):
        parts.run(abs, [1], where="tcp://127.0.0.1:9")
