"""The command line: help is there at once, and a fault is one message."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from scsreport import cli
from scsreport.dataset import files as of_dataset
from scsreport.dataset import folder
from scsreport.tables.dictionary import NAME
from scsreport.typology import worlds


def test_help_is_there_at_once():
    result = subprocess.run(
        [sys.executable, "-m", "scsreport", "book", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Examples" in result.stdout
    wrong = subprocess.run(
        [sys.executable, "-m", "scsreport", "books"], capture_output=True, check=False
    )
    assert wrong.returncode == 2


@pytest.fixture
def run(monkeypatch):
    """Run `scsreport dataset` with small files."""
    monkeypatch.setattr(of_dataset, "files", lambda: {"cities.csv": b"name\n"})
    return lambda *words: CliRunner().invoke(cli.main, ["dataset", *words])


def test_the_data_set_goes_to_a_folder_of_its_own(run, tmp_path):
    done = run("--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert (tmp_path / NAME / "cities.csv").read_bytes() == b"name\n"
    assert done.output.strip().endswith("cities.csv  5 bytes")


def test_a_folder_that_is_not_there_is_told_in_one_message(run, tmp_path):
    done = run("--out", str(tmp_path / "nowhere"))
    assert done.exit_code == 2
    assert done.output.count("Error:") == 1 and "does not exist" in done.output
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_may_not_be_written_to_is_told_in_one_message(run, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(folder.tempfile, "TemporaryDirectory", refuse)
    done = run("--out", str(tmp_path))
    assert done.exit_code == 1
    assert done.output.count("Error:") == 1
    assert "cannot be written (Permission denied)" in done.output
    assert list(tmp_path.iterdir()) == []


def test_an_ensemble_is_written_and_goes_on_where_it_was_interrupted(tmp_path, monkeypatch):
    out, whole, computed = tmp_path / "forms.csv", worlds.world, []

    def interrupted_once(cities, rng, **tables):
        computed.append(cities)
        if len(computed) == 3:
            raise KeyboardInterrupt
        return whole(cities, rng, **tables)

    monkeypatch.setattr(worlds, "world", interrupted_once)
    words = ["ensemble", "forms", "--country", "lk", "--out", str(out), "--worlds", "4"]
    stopped = CliRunner().invoke(cli.main, words)
    assert stopped.exit_code == 1
    assert "interrupted after 2 parts" in stopped.output
    assert f"kept in {out}.parts" in stopped.output
    assert not out.exists()
    done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 0, done.output
    assert "4 of 4 parts" in done.output
    assert len(computed) == 3 + 2
    assert out.read_text("utf-8-sig").startswith("geonameid,name,country,type,hub,cluster")


def test_where_an_ensemble_cannot_run_is_one_message(tmp_path):
    words = ["ensemble", "forms", "--out", str(tmp_path / "forms.csv"), "--worlds", "2"]
    wrong = CliRunner().invoke(cli.main, [*words, "--where", "moon"])
    assert wrong.exit_code == 1
    assert "the address of a Dask scheduler" in wrong.output
    unknown = CliRunner().invoke(cli.main, [*words, "--country", "ZZ"])
    assert unknown.exit_code == 1
    assert "country: found 'ZZ'" in unknown.output
