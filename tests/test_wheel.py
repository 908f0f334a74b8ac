import os
import subprocess
import sys
import zipfile

import pytest
from hatchling.builders.wheel import WheelBuilder

from scsreport.tables import datasets, paths


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Return the wheel, and a folder that holds what it installs."""
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(paths.ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(built) as package:
        package.extractall(folder / "installed")
    return built, folder / "installed"


def run(wheel, *words):
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("SCSREPORT_")}
    environment = inherited | {"PYTHONPATH": str(wheel[1]), "PYTHONIOENCODING": "utf-8"}
    words = [sys.executable, *words]
    return subprocess.run(
        words,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=wheel[1].parent,
        check=False,
        env=environment,
    )


def test_the_tables_and_their_licences_travel(wheel):
    with zipfile.ZipFile(wheel[0]) as package:
        names = set(package.namelist())
    wanted = {f"scsreport/data/{table.path}" for table in datasets.resources().values()}
    wanted |= {f"scsreport/data/{name}" for name in ("datapackage.json", "README.md")}
    assert wanted <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "chapters/"))]


def test_tables_are_loaded_from_the_package(wheel):
    code = "import scsreport; print(scsreport.__file__, len(scsreport.load('cities')))"
    done = run(wheel, "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(wheel[1]))
    assert int(done.stdout.split()[-1]) == len(datasets.load("cities"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["claims"], "A1"),
        (["forms", "1586203"], "Cần Thơ"),
        (["forms"], "classifier over plain logit"),
    ],
)
def test_commands_run_without_a_clone(wheel, words, expected):
    done = run(wheel, "-m", "scsreport", *words)
    assert done.returncode == 0, done.stderr
    assert expected in done.stdout


def test_the_book_is_said_to_need_a_clone(wheel):
    done = run(wheel, "-m", "scsreport", "book")
    assert done.returncode == 1
    assert "clone" in done.stderr and "Traceback" not in done.stderr


def test_a_package_without_tables_says_so(wheel, tmp_path):
    done = run((None, wheel[1]), "-c", "import scsreport; scsreport.load('cities')")
    assert done.returncode == 0, done.stderr
    (wheel[1] / "scsreport/data").rename(tmp_path / "away")
    try:
        done = run((None, wheel[1]), "-m", "scsreport", "claims")
    finally:
        (tmp_path / "away").rename(wheel[1] / "scsreport/data")
    assert done.returncode == 1
    assert "SCSREPORT_DATA" in done.stderr and "git" not in done.stderr
