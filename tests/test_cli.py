"""The command line: help is there at once, and a fault is one message."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from scsreport import cli
from scsreport.dataset import files as of_dataset
from scsreport.dataset import folder
from scsreport.tables.dictionary import NAME


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
