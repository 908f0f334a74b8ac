"""The command line: help is there at once."""

import subprocess
import sys


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
