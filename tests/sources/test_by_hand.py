"""What is changed by hand is looked at before it is described, and told with its line."""

import shutil

import pytest
from click.testing import CliRunner

from scsreport.sources import __main__ as entry
from scsreport.sources import by_hand
from scsreport.tables import datasets, paths


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Return a copy of the tables of the ledger; others are as they were."""
    folder = tmp_path / "data"
    shutil.copytree(paths.DATA, folder)
    monkeypatch.setattr(paths, "DATA", folder)
    monkeypatch.setattr(paths, "MANIFEST", folder / "datapackage.json")
    datasets.forget()
    yield folder
    datasets.forget()


def add(file, line):
    """Add a line, and return its number."""
    text = file.read_text("utf-8")
    file.write_text(f"{text}{line}\n", "utf-8")
    return text.count("\n") + 1


def described():
    return CliRunner().invoke(entry.main, ["manifest"])


ROW = "C99,feature,Nobody,2020,nobody2020,A statement that no other row has.,one figure"


def test_a_sound_row_is_described(data):
    add(data / "claims.csv", ROW)
    found = described()
    assert (found.exit_code, found.output) == (0, "described anew: data/claims.csv\n")
    assert by_hand.altered() == []
    assert datasets.load("claims")["id"].iloc[-1] == "C99"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("C99,feature", "column statement: found nothing, expected a value"),
        (ROW.replace("feature", "featrue"), "column kind: found 'featrue', expected one of"),
        (ROW.replace("C99", "C10"), "column id: found 'C10', expected a value that no other"),
    ],
)
def test_a_row_that_breaks_the_schema_is_named_and_nothing_described(data, line, told):
    before = paths.MANIFEST.read_bytes()
    number = add(data / "claims.csv", line)
    found = described()
    assert found.exit_code == 1
    assert f"data/claims.csv, line {number}, {told}" in found.output
    assert paths.MANIFEST.read_bytes() == before


def test_a_figure_of_no_row_is_named(data):
    figures = data / "claim-figures.csv"
    last = figures.read_text("utf-8").splitlines()[-1]
    _, _, rest = last.split(",", 2)
    number = add(figures, f"X1,X1,{rest}")
    found = described()
    assert found.exit_code == 1
    place = f"data/claim-figures.csv, line {number}, column claim: found 'X1'"
    assert f"{place}, expected an id of data/claims.csv" in found.output
