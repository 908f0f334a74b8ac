"""Slow results: declared once, with all that they read, in an order that serves."""

import pandas as pd
import pytest
from click.testing import CliRunner

from scsreport import cli
from scsreport.findings import gaps, stored
from scsreport.tables import datasets, provenance
from scsreport.tables.official_files import AddedError
from scsreport.tables.schema import Problem

RESULTS = {result.name: result for result in stored.STORED}
OF_A_VARIABLE = {
    **dict.fromkeys(
        [
            *("gap-changes", "gap-joins", "gap-parts", "system-gap-changes"),
            *("access-regressions", "external-factors"),
        ],
        gaps.PER_HEAD,
    ),
    "specification-curve": set(datasets.load("infrastructure-items")["table"]),
}
"""Tables that code loads under a name that it reads elsewhere."""


@pytest.mark.parametrize("name", RESULTS)
def test_what_is_declared_is_what_the_code_reads(name):
    result = RESULTS[name]
    named = provenance.tables_named(result.function)
    assert set(result.inputs) == named | set(OF_A_VARIABLE.get(name, ()))


def test_every_table_is_made_once_and_described():
    tables = [table for result in stored.STORED for table in result.tables]
    assert len(tables) == len(set(tables))
    assert set(tables) - {"typology-weights"} <= set(datasets.resources())


def test_what_a_result_reads_is_made_before_it():
    made = {t: place for place, result in enumerate(stored.STORED) for t in result.tables}
    late = [
        (result.name, table)
        for place, result in enumerate(stored.STORED)
        for table in result.inputs
        if made.get(table, -1) >= place
    ]
    assert late == []


@pytest.mark.parametrize("name", RESULTS)
def test_every_function_is_there(name):
    assert callable(RESULTS[name].call())


def test_without_the_official_file_it_is_said_what_to_do(monkeypatch):
    monkeypatch.setattr(stored, "load_added", lambda kind: None)
    with pytest.raises(AddedError, match=r"wup-named.*wup2018.*data add wup2018.*make results"):
        stored.redo(RESULTS["wup-named"])


def test_other_tables_than_declared_are_refused(monkeypatch):
    wrong = stored.Stored("scsreport.growth.size_classes", ("tails", "more"), ())
    monkeypatch.setattr(stored.Stored, "call", lambda self: pd.DataFrame)
    with pytest.raises(ValueError, match=r"made \['tails'\], expected"):
        stored.redo(wrong)


def test_only_what_is_stale_is_chosen_unless_all_is_asked_for(monkeypatch):
    fault = Problem("stored result tails", None, None, "other code", "today's")
    monkeypatch.setattr(stored, "_problems", lambda r: [fault] if r.name == "tails" else [])
    assert [result.name for result in stored._chosen((), every=False)] == ["tails"]
    assert len(list(stored._chosen((), every=True))) == len(stored.STORED)
    assert [r.name for r in stored._chosen(("levels",), every=False)] == ["levels"]


def test_data_check_refuses_what_is_stale(monkeypatch):
    fault = Problem("stored result tails", None, None, "other code", "today's")
    monkeypatch.setattr(stored, "stale", lambda: [fault])
    done = CliRunner().invoke(cli.main, ["data", "check"])
    assert done.exit_code == 1
    assert "stored result tails" in done.output and "make results" in done.output


def test_nothing_runs_for_help_a_list_or_a_misspelt_word(monkeypatch):
    monkeypatch.setattr(stored, "_redo_apart", None)
    run = CliRunner().invoke
    assert "--all" in run(stored.main, ["--help"]).output
    assert len(run(stored.main, ["--list"]).output.splitlines()) == len(stored.STORED)
    assert run(stored.main, ["tales"]).exit_code == 2
