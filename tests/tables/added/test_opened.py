"""What is opened of what a reader names."""

import gzip
import os
from pathlib import Path

import pytest

from scsreport.tables.added import opened
from scsreport.tables.added.lines import text_of
from scsreport.tables.added.messages import AddedError


def test_a_plain_file_is_read_up_to_the_limit(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(bytes(1_000))
    assert opened.content_of(file, 0.001) == bytes(1_000)
    file.write_bytes(bytes(1_001))
    with pytest.raises(AddedError, match=r"expected 0\.001 MB or less; the option --max-mb"):
        opened.content_of(file, 0.001)


@pytest.mark.parametrize("most", [0, -1, float("nan"), float("inf")])
def test_a_limit_is_a_size(tmp_path, most):
    with pytest.raises(AddedError, match=r"most_mb is .*, expected a number up to 2,000"):
        opened.content_of(tmp_path, most)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes in folders")
def test_nothing_but_a_plain_file_is_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    wrong = {tmp_path / "pipe": "a pipe", Path("/dev/zero"): "a device", tmp_path: "a folder"}
    for file, words in wrong.items():
        with pytest.raises(AddedError, match=f"found {words}, expected a plain file"):
            opened.content_of(file, 1)


def test_a_packed_file_is_not_unpacked():
    with pytest.raises(AddedError, match="packed with gzip, expected plain CSV; unpack it"):
        text_of(gzip.compress(b"iso3"))
