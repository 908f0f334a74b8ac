"""What a command keeps is used while all stays as it is, and never after."""

import pandas as pd
import pytest

from scsreport.tables import paths
from scsreport.tables import remembered as module
from scsreport.tables.remembered import remembered


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Return a maker that counts its calls, with places of its own for what is kept and added."""
    monkeypatch.setattr(paths, "USER_CACHE", tmp_path / "cache")
    monkeypatch.setattr(paths, "USER_DATA", tmp_path / "added")

    def make():
        make.calls += 1
        return pd.DataFrame({"id": ["A1", None], "ours": [0.1, None], "year": [2019, None]}).astype(
            {"year": "Int64"}
        )

    make.calls = 0
    return make


def test_a_second_call_reads_what_was_kept(made):
    first = remembered("ledger", made)
    pd.testing.assert_frame_equal(remembered("ledger", made), first)
    assert made.calls == 1


def test_another_library_makes_it_again(made, monkeypatch):
    remembered("ledger", made)
    monkeypatch.setattr(module, "version", lambda library: "0.0")
    remembered("ledger", made)
    assert made.calls == 2


def test_a_file_that_a_reader_adds_makes_it_again(made):
    remembered("ledger", made)
    paths.USER_DATA.mkdir()
    (paths.USER_DATA / "wup2018.parquet").write_bytes(b"added")
    remembered("ledger", made)
    assert made.calls == 2


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"\x00" * 500])
def test_a_damaged_file_makes_it_again(made, damage):
    first = remembered("ledger", made)
    (paths.USER_CACHE / "ledger.parquet").write_bytes(damage)
    pd.testing.assert_frame_equal(remembered("ledger", made), first)
    assert made.calls == 2


def test_where_nothing_can_be_kept_it_is_made_each_time(made):
    paths.USER_CACHE.parent.mkdir(exist_ok=True)
    paths.USER_CACHE.write_text("a file where the folder should be")
    remembered("ledger", made)
    remembered("ledger", made)
    assert made.calls == 2


def test_the_kept_ledger_is_the_ledger(monkeypatch, tmp_path):
    from scsreport.claims import ledger

    monkeypatch.setattr(paths, "USER_CACHE", tmp_path)
    table = ledger().reset_index()
    remembered("ledger", lambda: table)
    kept = remembered("ledger", lambda: pd.DataFrame())
    pd.testing.assert_frame_equal(kept, table)
