import io
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from scsreport import output

FULL = Path("/dev/full")
COMMAND = [sys.executable, "-m", "scsreport"]


def test_a_spreadsheet_takes_no_text_for_a_formula():
    table = pd.DataFrame({"name": ["=cmd|' /C calc'!A0", "@x", "Can Tho"], "change": [-2.5, 0, 1]})
    read = pd.read_csv(io.StringIO(output.csv_text(table)))
    assert read["name"].tolist() == ["'=cmd|' /C calc'!A0", "'@x", "Can Tho"]
    assert read["change"].tolist() == [-2.5, 0, 1]


def test_a_named_index_is_written_and_another_is_not():
    table = pd.DataFrame({"x": [1, 2]}, index=pd.Index(["a", "-b"], name="city"))
    assert output.csv_text(table) == "city,x\na,1\n'-b,2\n"
    assert output.csv_text(table.reset_index(drop=True)) == "x\n1\n2\n"


def test_an_index_that_bears_the_name_of_a_column_is_written_beside_it():
    table = pd.DataFrame({"x": [1]}, index=pd.Index([7], name="x"))
    assert output.csv_text(table) == "x,x\n7,1\n"


@pytest.mark.parametrize("page", ["ascii", "cp932", "gbk", "cp1252"])
def test_signs_that_a_code_page_lacks_are_replaced(page):
    words = [*COMMAND, "forms", "1650357"]
    environment = {**os.environ, "PYTHONIOENCODING": page}
    done = subprocess.run(words, capture_output=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "Bandung" in done.stdout.decode(page)
    assert b"\r" not in done.stdout


def test_signs_become_plain_ones(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="\r\n")
    monkeypatch.setattr(sys, "stdout", stream)
    output.plain_streams()
    stream.write("1\u202f000 \u2013 C\u1ea7n Th\u01a1, \u6771\n")
    stream.flush()
    assert stream.buffer.getvalue() == b"1 000 - Can Tho, ?\n"


@pytest.mark.skipif(not FULL.exists(), reason="only where a full device is at hand")
@pytest.mark.parametrize("words", [["claims"], ["claims", "--csv"], ["data", "list"], ["--help"]])
def test_a_full_disk_is_told_in_one_sentence(words):
    with FULL.open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [*COMMAND, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="streams are closed in another way there")
@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_closed_stream_is_no_fault(closed):
    shell = f'"$0" -m scsreport claims {closed}>&-'
    done = subprocess.run(["sh", "-c", shell, sys.executable], capture_output=True, check=False)
    assert done.returncode == 0
    assert b"Traceback" not in done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes end in another way there")
def test_a_reader_who_stops_reading_is_no_fault():
    shell = '"$0" -m scsreport claims --csv | head -n 1'
    done = subprocess.run(["sh", "-c", shell, sys.executable], capture_output=True, check=False)
    assert done.stdout.decode("utf-8-sig").startswith("id,")
    assert b"Traceback" not in done.stderr
