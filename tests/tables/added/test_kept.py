"""What is kept of a file that a reader adds."""

from pathlib import Path

import pandas as pd
import pytest

from scsreport.tables import paths
from scsreport.tables.added import kept
from scsreport.tables.added.messages import AddedError

TABLE = pd.DataFrame({"people": [1, 2]})


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of the test's own."""
    monkeypatch.setattr(paths, "USER_DATA", tmp_path / "user")
    return tmp_path / "user"


def damaged(folder, ending):
    (file,) = folder.glob(f"*{ending}")
    file.write_bytes(b"PAR1")
    return file


def test_a_converted_copy_that_fails_its_checksum_is_made_anew(folder):
    kept.keep("kind", "a.csv", b"the file", TABLE)
    copy = damaged(folder, ".parquet")
    asked = []

    def convert(content):
        asked.append(content)
        return TABLE

    for _ in range(2):
        assert kept.kept("kind", convert)["people"].tolist() == [1, 2]
    assert asked == [b"the file"]
    assert copy.read_bytes() != b"PAR1"


def test_a_damaged_original_is_named(folder):
    kept.keep("kind", "a.csv", b"the file", TABLE)
    damaged(folder, ".parquet")
    damaged(folder, ".original")
    with pytest.raises(AddedError, match=r"a\.csv, which you added, is damaged; add"):
        kept.kept("kind", lambda content: TABLE)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"file": 1}', b"\xff", b"null"])
def test_a_damaged_receipt_is_named(folder, content):
    folder.mkdir()
    (folder / "kind.json").write_bytes(content)
    with pytest.raises(AddedError, match=r"kind\.json is damaged; add the file again"):
        kept.receipt("kind")


def test_nothing_half_written_stays(folder, monkeypatch):
    def full(self, content):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(AddedError, match=r"cannot be written to \(No space.*SCSREPORT_USER_DATA"):
        kept.keep("kind", "a.csv", b"the file", TABLE)
    assert list(folder.iterdir()) == []


def test_a_new_file_takes_the_place_of_the_earlier_one(folder):
    kept.keep("kind", "a.csv", b"the file", TABLE)
    kept.keep("kind", "b.csv", b"another", TABLE * 2)
    assert kept.receipt("kind").file == "b.csv"
    assert len(list(folder.iterdir())) == 3


@pytest.mark.parametrize("place", ["x", "~/x"])
def test_a_folder_that_is_no_whole_path_is_refused(monkeypatch, place):
    monkeypatch.setattr(paths, "USER_DATA", Path(place))
    with pytest.raises(AddedError, match=r"SCSREPORT_USER_DATA is .*expected a whole path"):
        kept.checked_folder()


def test_a_folder_that_is_a_file_is_refused(folder, monkeypatch):
    folder.touch()
    monkeypatch.setattr(paths, "USER_DATA", folder / "below")
    with pytest.raises(AddedError, match=r"expected a folder, but .*user is a file"):
        kept.checked_folder()
