"""The entry of the sources: nothing is built for help or a misspelt word."""

import pytest
from click.testing import CliRunner

from scsreport.sources import __main__ as entry


@pytest.fixture
def done(monkeypatch):
    """Return what was done, instead of doing it."""
    steps = []
    monkeypatch.setattr(entry, "build", lambda: steps.append("build"))
    monkeypatch.setattr(entry.manifest, "write", lambda: steps.append("describe") or [])
    return steps


@pytest.mark.parametrize(
    ("words", "code", "steps"),
    [
        (["--help"], 0, []),
        (["manifset"], 2, []),
        (["manifest"], 0, ["describe"]),
        ([], 0, ["build", "describe"]),
    ],
)
def test_only_what_is_asked_for_is_done(done, words, code, steps):
    found = CliRunner().invoke(entry.main, words)
    assert (found.exit_code, done) == (code, steps)


def test_a_misspelt_word_is_answered_with_the_near_one(done):
    assert "manifest" in CliRunner().invoke(entry.main, ["manifset"]).output
