"""Exhibits of what to do say what their tables hold, and follow the ledger."""

from scsreport.exhibits import advice as exhibits
from scsreport.exhibits.contract import prose_of
from scsreport.findings import advice
from scsreport.tables.datasets import load


def test_every_action_has_its_grade_and_its_findings():
    data = exhibits.options().parts.data.set_index("id")
    assert data.loc["cluster-local", "where"] == "Cluster, local"
    assert data.loc["cluster-sub-national", "found"] == "no study"
    of_port = advice.bearing("a link to a port", load("studies"))
    assert data.loc["hub-cross-border", "found"] == f"{len(of_port)} for"
    assert data["book"].str.contains(" ").all()


def test_the_lead_names_what_is_strong(monkeypatch):
    said = prose_of(exhibits)
    data = exhibits.options().parts.data
    strong = data.loc[data["grade"] == "strong", "kinds"]
    assert len(strong)
    assert all(kind in said["advice_strong_kinds"] for kind in strong)
    monkeypatch.setattr(exhibits.claims, "ledger", everything_contradicted)
    exhibits.options.declaration.forget()
    try:
        assert prose_of(exhibits)["advice_strong_kinds"] == "none of them"
    finally:
        exhibits.options.declaration.forget()


def everything_contradicted():
    """The rows of the ledger, each contradicted."""
    return load("claims").set_index("id").assign(verdict="contradicted")


def test_the_picture_counts_every_finding_once():
    exhibit = exhibits.evidence()
    assert exhibit.parts.data["findings"].sum() == len(load("studies"))
    assert set(exhibits.TONES) == set(advice.FINDS)


def test_no_interval_is_shown_that_was_not_seen():
    shown = exhibits.studies().parts.data
    assert set(shown["interval"]) == {"not printed in what we could read"}
