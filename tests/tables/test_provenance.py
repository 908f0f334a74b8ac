"""What a stored result was made from: what counts as its code, and what makes it stale."""

import pytest

from scsreport.tables import datasets, paths, provenance

MEASURE = '''"""A measure."""

RATE = 2.0


def scaled(value):
    """Scale a value."""
    return _times(value)  # why


def _times(value):
    return RATE * value


def other(value):
    return value + 1
'''
FINDING = """from pathlib import Path

from scsreport import measure
from scsreport.tables.datasets import load

WORDS = Path(__file__).with_suffix(".toml").read_text()


def table():
    return measure.scaled(load("cities")), load(name_of("x"))


def worded():
    return WORDS


def name_of(text):
    from scsreport.measure import other

    return other(text)
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a function that writes a package of two modules and gives digests of its code."""
    monkeypatch.setattr(paths, "PACKAGE", tmp_path)
    (tmp_path / "findings").mkdir()
    (tmp_path / "findings" / "invented.toml").write_text("a = 1")

    def digest(function="table", measure=MEASURE, finding=FINDING):
        (tmp_path / "measure.py").write_text(measure)
        (tmp_path / "findings" / "invented.py").write_text(finding)
        provenance._module.cache_clear()
        return provenance.code_digest(f"scsreport.findings.invented.{function}")

    yield digest
    provenance._module.cache_clear()


@pytest.mark.parametrize(
    ("old", "new"),
    [("# why", "# because"), ("Scale a value", "Double a value"), ("RATE = 2.0", "RATE  =  2.0")],
)
def test_comments_docstrings_and_spaces_do_not_count(package, old, new):
    assert old in MEASURE
    assert package() == package(measure=MEASURE.replace(old, new))


@pytest.mark.parametrize(("old", "new"), [("RATE = 2.0", "RATE = 2.1"), ("value + 1", "value + 2")])
def test_a_constant_or_step_far_below_counts(package, old, new):
    assert package() != package(measure=MEASURE.replace(old, new))


def test_what_a_function_does_not_lead_to_does_not_count(package):
    before = package("worded")
    assert before == package("worded", measure=MEASURE.replace("RATE = 2.0", "RATE = 3.0"))


def test_a_text_that_is_read_counts(package, tmp_path):
    before = package("worded")
    (tmp_path / "findings" / "invented.toml").write_text("a = 2")
    assert package("worded") != before


def test_tables_loaded_by_name_are_found(package):
    package()
    assert provenance.tables_named("scsreport.findings.invented.table") == {"cities"}


def test_an_unknown_function_is_named(package):
    with pytest.raises(KeyError, match="absent"):
        package("absent")


@pytest.fixture
def record(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PROVENANCE", tmp_path / "provenance.json")


def test_a_result_is_stale_until_it_is_remembered_and_again_when_a_table_changes(record):
    function, inputs = "scsreport.findings.systems.tails", ["places"]
    assert len(provenance.stale("tails", function, inputs)) == 2
    provenance.remember("tails", provenance.digests(function, inputs))
    assert provenance.stale("tails", function, inputs) == []
    other = provenance.digests(function, inputs) | {"places": "0" * 16}
    provenance.remember("tails", other)
    (problem,) = provenance.stale("tails", function, inputs)
    assert "another table places" in str(problem) and "make results" in str(problem)
    assert other["places"] != datasets.resource("places").sha256[:16]


def test_what_is_remembered_of_others_stays(record):
    provenance.remember("one", {"code": "a"})
    provenance.remember("two", {"code": "b"})
    assert provenance.record() == {"one": {"code": "a"}, "two": {"code": "b"}}
