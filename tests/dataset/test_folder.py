"""The folder of the data set: whole, or what was there."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from scsreport.dataset.folder import FolderError, write
from scsreport.tables.dictionary import NAME

FILES = {"cities.csv": b"new", "README.md": b"new"}
KILLED = """
import os, signal
from pathlib import Path
from scsreport.dataset.folder import write

plain = Path.write_bytes
def killed(file, content):
    if file.name == "README.md":
        plain(file, content[:1])
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(file, content)
Path.write_bytes = killed
write({"cities.csv": b"new", "README.md": b"new"}, Path("."))
"""


def content(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture
def earlier(tmp_path):
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / "cities.csv").write_bytes(b"old")
    return folder


def test_an_earlier_data_set_is_replaced_and_nothing_else_is_left(earlier):
    assert write(FILES, earlier.parent) == earlier
    assert content(earlier) == FILES
    assert [path.name for path in earlier.parent.iterdir()] == [NAME]


def test_the_first_one_is_as_readable_as_any_folder(tmp_path):
    (tmp_path / "plain").mkdir()
    folder = write(FILES, tmp_path)
    assert folder.stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("there", [True, False], ids=["earlier", "none"])
def test_a_killed_run_leaves_what_was_there(tmp_path, request, there):
    if there:
        request.getfixturevalue("earlier")
    done = subprocess.run([sys.executable, "-c", KILLED], cwd=tmp_path, check=False)
    assert done.returncode == -9
    folder = tmp_path / NAME
    assert (content(folder) == {"cities.csv": b"old"}) if there else not folder.exists()
    assert write(FILES, tmp_path) == folder and content(folder) == FILES


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_full_or_closed_disk_is_told_and_leaves_what_was_there(earlier, monkeypatch, number):
    def refuse(file, _):
        raise OSError(number, "no", str(file))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(FolderError, match=r"cannot be written .*untouched.* --out"):
        write(FILES, earlier.parent)
    assert content(earlier) == {"cities.csv": b"old"}
    assert [path.name for path in earlier.parent.iterdir()] == [NAME]


def test_a_folder_that_cannot_be_moved_in_gives_way_to_the_earlier(earlier, monkeypatch):
    plain = Path.rename

    def refuse(path, target):
        if path.name == "ready":
            raise OSError(errno.EXDEV, "no", str(path))
        return plain(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(FolderError, match="untouched"):
        write(FILES, earlier.parent)
    assert content(earlier) == {"cities.csv": b"old"}


def test_what_is_not_ours_is_not_replaced(earlier):
    (earlier / "notes.txt").write_bytes(b"mine")
    with pytest.raises(FolderError, match=r"found notes\.txt, expected only files of the data set"):
        write(FILES, earlier.parent)
    assert set(content(earlier)) == {"cities.csv", "notes.txt"}


def test_a_file_in_its_place_is_not_replaced(tmp_path):
    (tmp_path / NAME).write_bytes(b"mine")
    with pytest.raises(FolderError, match=f"found {NAME}, expected"):
        write(FILES, tmp_path)
