"""The rule that grades evidence, on made-up studies, and the tables it is used on."""

import pandas as pd
import pytest

from scsreport import claims
from scsreport.findings import advice, collaboration
from scsreport.tables import paths
from scsreport.tables.datasets import load

CONTROLS = "before and after with controls"


def studies(*rows):
    """Made-up findings: what each finds, how, where, and the study, its place by default."""
    full = [(*row, row[2])[:4] for row in rows]
    return pd.DataFrame(full, columns=["finds", "design", "country", "cite"])


TWO = (("for", advice.EXPERIMENT, "A"), ("for", advice.EXPERIMENT, "B"))


@pytest.mark.parametrize(
    ("rows", "grade"),
    [
        ((), "none"),
        (TWO, "strong"),
        ((TWO[0], ("for", advice.EXPERIMENT, "A", "b")), "some"),  # two studies, one country
        (TWO[:1], "some"),
        ((("for", CONTROLS, "A"), ("for", CONTROLS, "B")), "some"),
        ((("for", CONTROLS, "A", "a"), ("for", CONTROLS, "A", "a")), "weak"),  # one study, twice
        ((("for", CONTROLS, "A"),), "weak"),
        ((("for", "cross-section", "A"),), "none"),
        ((("for", "cross-section", "A"), ("for", CONTROLS, "B")), "weak"),
        ((*TWO, ("against", CONTROLS, "C")), "mixed"),
        ((*TWO, ("no effect", CONTROLS, "C")), "mixed"),
        ((*TWO, ("against", "cross-section", "C")), "mixed"),
        ((("both ways", advice.EXPERIMENT, "A"),), "mixed"),
        ((("no effect", advice.EXPERIMENT, "A"),), "no gain found"),
        ((("against", CONTROLS, "A"), ("no effect", CONTROLS, "B")), "no gain found"),
    ],
)
def test_the_first_rule_that_holds_is_the_grade(rows, grade):
    assert advice.grade(studies(*rows), {"A6": "illustrated"}) == grade


@pytest.mark.parametrize("verdict", claims.VERDICTS)
def test_a_row_of_the_ledger_can_only_speak_against(verdict):
    expected = "mixed" if verdict in advice.CONTRARY else "strong"
    assert advice.grade(studies(*TWO), {"A7": "reproduced", "A5": verdict}) == expected
    assert advice.grade(studies(), {"A5": verdict}) == "none"


def test_contrary_verdicts_are_verdicts():
    assert set(advice.CONTRARY) < set(claims.VERDICTS)


def test_an_action_is_graded_by_its_kinds_and_its_rows_of_the_ledger():
    found = studies(*TWO, ("against", CONTROLS, "C")).assign(kind=["a road", "a road", "a bridge"])
    actions = pd.DataFrame(
        {
            "action": ["road", "road, disputed", "both", "ferry"],
            "kinds": ["a road", "a road", "a road; a bridge", "a ferry"],
            "claims": ["A7", "A5 A7", "A7", "A7"],
        }
    )
    verdicts = {"A5": "contradicted", "A7": "illustrated"}
    table = advice.graded(verdicts, actions=actions, studies=found).set_index("action")
    assert table["grade"].to_list() == ["strong", "mixed", "mixed", "none"]
    assert table["bear"].to_list() == [2, 2, 3, 0]
    assert table.loc["both", ["for", "against", "countries"]].to_list() == [2, 1, 3]
    with pytest.raises(ValueError, match="found A5, expected rows of the ledger"):
        advice.graded({"A7": "illustrated"}, actions=actions, studies=found)


def test_grades_follow_the_ledger_of_the_day():
    verdicts = claims.ledger()["verdict"].to_dict()
    today = advice.graded(verdicts).set_index("id")["grade"]
    assert set(today) <= set(advice.GRADES)
    ports = today["hub-cross-border"]
    assert ports == "strong"
    doubted = advice.graded(verdicts | {"N10": "contradicted"}).set_index("id")["grade"]
    assert doubted["hub-cross-border"] == "mixed"
    assert (today.drop("hub-cross-border") == doubted.drop("hub-cross-border")).all()


def test_every_form_has_an_action_at_every_level():
    actions = load("actions")
    forms = actions[actions["form"] != "any"]
    cells = pd.crosstab(forms["form"], forms["level"])
    assert cells.shape == (3, 4)
    assert (cells == 1).all(axis=None)


def test_every_finding_bears_on_an_action_and_is_cited():
    found, actions = load("studies"), load("actions")
    kinds = {kind for row in actions["kinds"] for kind in row.split("; ")}
    assert set(found["kind"]) <= kinds
    bibliography = (paths.ROOT / "chapters" / "references.bib").read_text("utf-8")
    assert [cite for cite in found["cite"] if f"{{{cite}," not in bibliography] == []
    chapter = (paths.ROOT / "chapters" / "what-to-do.md").read_text("utf-8")
    assert [cite for cite in found["cite"] if cite not in chapter] == []


def test_a_figure_is_printed_where_one_was_seen():
    found = load("studies")
    has_figure = found["effect"].str.contains(r"\d")
    assert (has_figure == (found["size_seen"] == "yes")).all()


def test_only_a_direction_of_the_abstract_is_called_the_reports():
    actions = load("actions")
    kinds = load("claims").set_index("id")["kind"]
    reports = actions[actions["said_by"] != "ours alone"]
    assert len(reports)
    for row in reports["claims"]:
        assert "abstract" in set(kinds[row.split()]), row


def test_kinds_are_counted_by_what_is_found():
    table = advice.by_kind()
    assert table.sum(axis=None) == len(load("studies"))
    lead = table["for"] - table.drop(columns="for").sum(axis=1)
    assert lead.is_monotonic_decreasing


def test_a_joint_facility_pays_less_far_as_scale_weakens():
    table = advice.joint_facilities()
    assert (table["strong"] >= table["declared"]).all()
    assert (table["declared"] > table["weak"]).all()
    assert (table["cluster"] >= table["corridor"]).all()
    # Two cities of 300,000 save 1 - 2**.7 / 2 side by side; each load comes half of the way.
    waste = table.loc["waste"]
    assert waste["beside"] == pytest.approx(1 - 2**0.7 / 2)
    assert waste["declared"] == pytest.approx((2 - 2**0.7) / 0.0036)
    assert advice.robustness().index.to_list() == list(collaboration.COUNTINGS)


def test_what_the_chapter_says_in_words_is_in_the_tables():
    found = load("studies")
    assert advice.bearing("one joint plant", found).empty
    universities = advice.bearing("a university", found)
    experiments = universities[universities["design"] == advice.EXPERIMENT]
    assert set(experiments["country"]) == {"United States"}
    assert set(found["study"].str[-4:] + found["cite"].str[-4:]) == {
        year * 2 for year in found["study"].str[-4:]
    }
