from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scsreport import claims
from scsreport.tables.datasets import load

GOLDEN = Path(__file__).parent / "golden" / "verdicts.csv"


def judged(
    values, *, printed=(100.0, 100.0), tolerance=0.1, on_miss="contradicted", relation="equals"
):
    figures = pd.DataFrame(
        {
            "printed_low": printed[0],
            "printed_high": printed[1],
            "tolerance": tolerance,
            "on_miss": on_miss,
            "relation": relation,
        },
        index=["F"],
    )
    answered = pd.DataFrame({"figure": "F", "value": values, "our_source": "x", "exhibit": "y"})
    answered["headline"] = answered.index == 0
    answered["from_added"] = False
    return claims.judge(figures, answered).loc["F"]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([109.0], "reproduced"),
        ([91.0], "reproduced"),
        ([119.0], "close"),
        ([121.0], "contradicted"),
        ([105.0, 95.0], "reproduced"),
        ([105.0, 118.0], "close"),
        ([105.0, 150.0], "depends on the definition"),
        ([150.0, 105.0], "depends on the definition"),
        ([150.0, 130.0], "contradicted"),
        ([50.0, 150.0], "contradicted"),  # on either side, and none meets it
    ],
)
def test_a_verdict_follows_from_every_admissible_counting(values, verdict):
    row = judged(values)
    assert row["verdict"] == verdict
    assert (row["value"], row["low"], row["high"]) == (values[0], min(values), max(values))


def test_a_printed_range_is_met_anywhere_inside_it():
    assert judged([135.0], printed=(125, 150))["verdict"] == "reproduced"


def test_a_declared_miss_is_used():
    row = judged([300.0], on_miss="depends on the definition")
    assert row["verdict"] == "depends on the definition" and row["met"] == 0


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([300.0, 200.0], "not testable with open data"),
        ([95.0, 300.0], "not testable with open data"),
        ([300.0, 50.0], "contradicted"),
    ],
)
def test_a_bound_can_only_contradict(values, verdict):
    assert judged(values, relation="upper bound")["verdict"] == verdict


NONE = pd.DataFrame(
    {
        "figure": pd.Series(dtype=str),
        "value": pd.Series(dtype=float),
        "headline": pd.Series(dtype=bool),
        "our_source": pd.Series(dtype=str),
        "exhibit": pd.Series(dtype=str),
        "from_added": pd.Series(dtype=bool),
    }
)


def test_a_figure_without_value_waits():
    figures = load("claim-figures").set_index("figure")
    told = figures["relation"].isin(["indication", "none"])
    verdicts = claims.judge(figures, NONE)["verdict"]
    assert (verdicts[~told] == "not yet rebuilt").all()
    assert (verdicts[told] == claims.UNTESTED).all()


ASIDE = {"our_source": "a table", "exhibit": "tab-a", "from_added": False}
PRINTED = pd.DataFrame(
    {
        "printed_low": [0.0, 5.0],
        "printed_high": [0.2, 6.0],
        "tolerance": 0.1,
        "on_miss": "contradicted",
        "relation": "equals",
    },
    index=["F", "G"],
)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(0.0, "reproduced"), (0.21, "reproduced"), (-0.01, "contradicted"), (0.3, "contradicted")],
)
def test_a_range_may_begin_at_nothing(value, verdict):
    values = pd.DataFrame({"figure": ["F"], "value": [value], "headline": [True], **ASIDE})
    assert claims.judge(PRINTED, values).loc["F", "verdict"] == verdict


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(-4.5, "reproduced"), (-5.4, "reproduced"), (-3.5, "close"), (-7.0, "contradicted")],
)
def test_a_range_may_lie_below_zero(value, verdict):
    printed = PRINTED.assign(printed_low=-5.0, printed_high=-4.0)
    values = pd.DataFrame({"figure": ["F"], "value": [value], "headline": [True], **ASIDE})
    assert claims.judge(printed, values).loc["F", "verdict"] == verdict


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"printed_low": -1.0}, "figures: row F prints -1 to 0.2; expected a range in order"),
        ({"printed_low": 9.0}, "figures: row F prints 9 to 0.2"),
        ({"printed_low": np.nan}, "figures: row F, column 'printed_low' holds nan"),
        ({"tolerance": [np.nan, 0.1]}, "figures: row F, column 'tolerance' holds nan"),
        ({"relation": "like"}, "figures: row F, column 'relation' holds 'like', expected one of"),
        ({"on_miss": "wrong"}, "figures: row F, column 'on_miss' holds 'wrong'"),
    ],
)
def test_a_printed_figure_that_nothing_can_be_held_against_is_refused(change, message):
    values = pd.DataFrame({"figure": ["F"], "value": [0.1], "headline": [True], **ASIDE})
    with pytest.raises(ValueError, match=message):
        claims.judge(PRINTED.assign(**change), values)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": [np.inf]}, "values: row 0, column 'value' holds inf"),
        ({"headline": [2]}, "values: row 0, column 'headline' holds 2"),
        ({"figure": [None]}, "values: row 0, column 'figure' is missing"),
    ],
)
def test_a_rebuilt_value_that_is_none_is_refused(change, message):
    values = pd.DataFrame({"figure": ["F"], "value": [0.1], "headline": [True], **ASIDE})
    with pytest.raises(ValueError, match=message):
        claims.judge(PRINTED, values.assign(**change))


def test_a_value_without_a_declared_tolerance_is_refused():
    figures = load("claim-figures").set_index("figure")
    values = pd.DataFrame({"figure": ["N99"], "value": [1.0], "headline": [True], **ASIDE})
    with pytest.raises(ValueError, match=r"N99.*tolerance must stand before the value"):
        claims.judge(figures, values)


def test_two_headlines_are_refused():
    figures = load("claim-figures").set_index("figure")
    values = pd.DataFrame(
        {"figure": ["N01", "N01"], "value": [1.0, 2.0], "headline": True, **ASIDE}
    )
    with pytest.raises(ValueError, match=r"'N01' has 2 headline"):
        claims.judge(figures, values)


@given(
    values=st.lists(st.floats(1, 1000), min_size=1, max_size=5),
    tolerance=st.floats(0.001, 0.5),
    wider=st.floats(0, 0.4),
)
def test_a_wider_tolerance_never_worsens_a_verdict(values, tolerance, wider):
    order = list(claims.VERDICTS)
    strict, loose = judged(values, tolerance=tolerance), judged(values, tolerance=tolerance + wider)
    assert order.index(loose["verdict"]) <= order.index(strict["verdict"])
    assert loose["met"] >= strict["met"]


def test_the_ledger_has_every_row_once_and_only_closed_verdicts():
    table = claims.ledger()
    expected = [
        f"{letter}{n:02d}" if letter in "NC" else f"{letter}{n}"
        for letter, last in (("A", 7), ("N", 10), ("D", 8), ("C", 10))
        for n in range(1, last + 1)
    ]
    assert sorted(table.index) == sorted(expected)
    assert set(table["verdict"]) <= set(claims.VERDICTS)
    assert (table["verdict"] != "not yet rebuilt").all()
    assert table[["tested", "our_source", "exhibit"]].notna().all(axis=None)


def test_every_figure_belongs_to_a_row_and_has_a_reasoned_tolerance():
    figures = load("claim-figures")
    assert set(figures["claim"]) <= set(load("claims")["id"])
    untold = figures["relation"] == "none"
    assert (
        figures.loc[~untold, "tolerance"].gt(0).all()
        and figures.loc[untold, "tolerance"].isna().all()
    )
    assert figures["tolerance_reason"].str.len().gt(10).all()


def test_a_row_carries_the_least_favourable_verdict_of_the_figures_that_could_be_tested():
    figures, rows = claims.figures(), claims.ledger()
    order = {verdict: rank for rank, verdict in enumerate(claims.VERDICTS)}
    for claim, part in figures.groupby("claim"):
        could = part[part["verdict"] != claims.UNTESTED]
        assert rows.loc[claim, "tested"] == f"{len(could)} of {len(part)}"
        told = could if len(could) else part
        assert rows.loc[claim, "verdict"] == max(told["verdict"], key=order.__getitem__)


@pytest.mark.parametrize(
    ("relation", "verdict"),
    [("illustration", "illustrated"), ("indication", claims.UNTESTED), ("none", claims.UNTESTED)],
)
def test_assumptions_illustrate_and_never_reproduce(relation, verdict):
    assert judged([100.0], relation=relation)["verdict"] == verdict
    assert judged([300.0], relation=relation)["verdict"] == verdict


def test_an_added_file_fills_its_own_column(monkeypatch):
    now = claims.answers()
    assert claims.ledger()["with_added"].isna().all()
    monkeypatch.setattr(claims, "answers", lambda: now.assign(from_added=now["figure"] == "N10"))
    table = claims.ledger()
    assert table.loc["N10", "with_added"] == table.loc["N10", "ours"]
    assert table["with_added"].notna().sum() == 1


def test_no_verdict_changes_unannounced(accept):
    """Golden. If a change is right: `make golden`, read the difference, commit it with why."""
    figures = claims.figures()
    now = pd.DataFrame(
        {
            "verdict": figures["verdict"],
            "value": figures["value"].map(lambda v: "" if np.isnan(v) else f"{v:.4g}"),
        }
    ).rename_axis("figure")
    if accept:
        now.to_csv(GOLDEN, lineterminator="\n")
    then = pd.read_csv(GOLDEN, index_col="figure", dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(now, then, obj="tests/golden/verdicts.csv (see `make golden`)")
