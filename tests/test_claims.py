import importlib
import pkgutil
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scsreport import claims, exhibits
from scsreport.exhibits import contract, ledger
from scsreport.tables.datasets import load

GOLDEN = Path(__file__).parent / "golden" / "verdicts.csv"


def judged(
    values,
    *,
    as_printed="equals",
    printed=(100.0, 100.0),
    tolerance=0.1,
    relation="measure",
    **of_values,
):
    figures = pd.DataFrame(
        {
            "as_printed": as_printed,
            "printed_low": printed[0],
            "printed_high": printed[1],
            "tolerance": tolerance,
            "relation": relation,
        },
        index=["F"],
    )
    answered = pd.DataFrame({"figure": "F", "value": values, "our_source": "x", "exhibit": "y"})
    answered["headline"] = answered.index == 0
    answered["from_added"] = False
    return claims.judge(figures, answered.assign(**of_values)).loc["F"]


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
    assert judged([135.0], as_printed="range", printed=(125, 150))["verdict"] == "reproduced"


@pytest.mark.parametrize(
    ("as_printed", "printed", "value", "verdict"),
    [
        ("at least", (2400, np.nan), 3969, "reproduced"),
        ("at least", (2400, np.nan), 2160, "reproduced"),
        ("at least", (2400, np.nan), 2159, "close"),
        ("at least", (2400, np.nan), 1900, "contradicted"),
        ("at most", (np.nan, 0.95), 0.2, "reproduced"),
        ("at most", (np.nan, 0.95), 1.045, "reproduced"),
        ("at most", (np.nan, 0.95), 1.2, "contradicted"),
        ("at most", (np.nan, -5), -9, "reproduced"),
        ("at most", (np.nan, -5), -4.6, "reproduced"),
        ("at most", (np.nan, -5), 0, "contradicted"),
        ("at least", (0, np.nan), 0, "reproduced"),
        ("at least", (0, np.nan), -0.01, "contradicted"),
        ("about", (-5, -5), -5.4, "reproduced"),
        ("about", (-5, -5), 5, "contradicted"),
    ],
)
def test_a_figure_with_one_end_is_missed_on_one_side_only(as_printed, printed, value, verdict):
    row = judged([value], as_printed=as_printed, printed=printed)
    assert row["verdict"] == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (95, 105, "reproduced"),
        (80, 105, "inconclusive"),
        (95, 400, "inconclusive"),
        (50, 400, "inconclusive"),
        (100, 100, "reproduced"),
    ],
)
def test_an_interval_that_reaches_in_and_out_can_tell_nothing(low, high, verdict):
    assert judged([100.0], value_low=low, value_high=high)["verdict"] == verdict


def test_an_interval_wholly_outside_contradicts():
    assert judged([300.0], value_low=200, value_high=400)["verdict"] == "contradicted"
    assert judged([30.0], value_low=20, value_high=40)["verdict"] == "contradicted"


@pytest.mark.parametrize("value", [100.0, 300.0])
def test_values_of_too_few_neither_confirm_nor_deny(value):
    assert judged([value], covered=0.49)["verdict"] == "inconclusive"
    assert judged([value], covered=claims.COVERAGE_FLOOR)["verdict"] != "inconclusive"


def test_a_sum_on_its_own_source_is_arithmetic():
    assert judged([100.0], relation="own source")["verdict"] == "arithmetic only"
    assert judged([300.0], relation="own source")["verdict"] == "contradicted"


def test_a_definition_is_compared_whatever_comes_out():
    assert {judged([v], relation="definition")["verdict"] for v in (100.0, 1.0)} == {"compared"}


def test_bounds_contradict_only_where_the_figure_lies_outside():
    inside = judged([50.0], relation="bounds", value_low=50, value_high=400)
    outside = judged([200.0], relation="bounds", value_low=200, value_high=400)
    assert (inside["verdict"], outside["verdict"]) == ("inconclusive", "contradicted")


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
        "as_printed": "range",
        "printed_low": [0.0, 5.0],
        "printed_high": [0.2, 6.0],
        "tolerance": 0.1,
        "relation": "measure",
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
        ({"as_printed": "at most"}, "row F, column 'printed_low' holds 0; expected none, as"),
        ({"as_printed": "more than"}, "row F, column 'as_printed' holds 'more than', expected one"),
        ({"printed_low": 9.0}, "figures: row F prints 9 to 0.2"),
        (
            {"printed_low": np.nan},
            "figures: row F, column 'printed_low' holds nan; expected a number",
        ),
        ({"tolerance": [np.nan, 0.1]}, "figures: row F, column 'tolerance' holds nan"),
        ({"relation": "like"}, "figures: row F, column 'relation' holds 'like', expected one of"),
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
        ({"value": [np.nan]}, "values: row 0, column 'value' holds nan"),
        ({"value_low": [0.2]}, "values: row 0 holds 0.1, outside its interval, 0.2 to 0.1"),
        ({"covered": [1.2]}, "values: row 0, column 'covered' holds 1.2"),
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
    assert table[["tested", "parts", "stands"]].notna().all(axis=None)
    assert table.loc[table["tested"] > 0, ["our_source", "exhibit"]].notna().all(axis=None)


def test_every_figure_belongs_to_a_row_and_has_a_reasoned_tolerance():
    figures = load("claim-figures")
    assert set(figures["claim"]) <= set(load("claims")["id"])
    untold = figures["relation"] == "none"
    assert (
        figures.loc[~untold, "tolerance"].gt(0).all()
        and figures.loc[untold, "tolerance"].isna().all()
    )
    assert figures["tolerance_reason"].str.len().gt(10).all()


HELD = ["reproduced", "close", "arithmetic only"]


@pytest.mark.parametrize(
    ("parts", "verdict", "stands"),
    [
        (["reproduced"] * 2, "reproduced", "reproduced"),
        (["reproduced", "close"], "holds in part", "holds in 2 of 2 parts"),
        (["reproduced", "contradicted", "close"], "holds in part", "holds in 2 of 3 parts"),
        (
            ["reproduced", claims.UNTESTED],
            "holds in part",
            "holds in 1 of 2 parts, 1 not testable",
        ),
        (
            ["contradicted", "inconclusive"],
            "holds in no part",
            "2 parts: 1 contradicted, 1 inconclusive",
        ),
        (
            ["contradicted", claims.UNTESTED],
            "contradicted",
            "2 parts: 1 contradicted, 1 not testable",
        ),
        ([claims.UNTESTED] * 2, claims.UNTESTED, claims.UNTESTED),
    ],
)
def test_a_row_says_in_how_many_parts_it_holds(parts, verdict, stands, monkeypatch):
    figures = pd.DataFrame(
        {
            **dict.fromkeys(["quantity", "unit", "our_source", "exhibit"], "x"),
            **dict.fromkeys(["value", "low", "high", "tolerance"], 1.0),
            **{"claim": "A1", "met": 1, "countings": 1, "from_added": False},
            "verdict": [*parts, "contradicted"],
            "bears_on": [*(["claim"] * len(parts)), "side"],
        }
    )
    monkeypatch.setattr(claims, "figures", lambda: figures)
    row = claims.ledger().loc["A1"]
    assert (row["verdict"], row["stands"], row["parts"]) == (verdict, stands, len(parts))
    assert row["hold"] == sum(part in HELD for part in parts)
    assert row["tested"] == sum(part != claims.UNTESTED for part in parts)


PRINTED_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def test_the_rule_that_is_printed_is_the_rule_that_is_applied():
    """A value at an end that a page prints meets the figure; one beyond it does not."""
    figures = claims.figures()
    tried = 0
    for name, figure in figures[figures["relation"].isin(["measure", "own source"])].iterrows():
        words, _, _ = ledger.rule(figure).partition(", a tolerance")
        scale = 100 if figure["unit"] in ("share", "rate") else 1
        ends = [float(end) / scale for end in PRINTED_NUMBER.findall(words)]
        step = 1e-4 * max(map(abs, ends))
        outward = {"or more": [-1], "or less": [1]}.get(words[-7:], [-1, 1])
        assert len(ends) == len(outward), words
        for end, out in zip(ends, outward, strict=True):
            inside, outside = end - out * step, end + out * step
            assert _met(name, figures, inside) and not _met(name, figures, outside), words
            tried += 1
    assert tried > 40


def _met(name, figures, value):
    values = pd.DataFrame({"figure": [name], "value": [value], "headline": [True], **ASIDE})
    return bool(claims.judge(figures.loc[[name], JUDGED_BY], values)["met"].iloc[0])


JUDGED_BY = ["as_printed", "printed_low", "printed_high", "tolerance", "relation"]


def test_every_figure_of_the_report_has_an_exhibit_that_says_it_rebuilds_it():
    figures = claims.figures()
    figures = figures[figures["claim"].str.startswith("A")].dropna(subset="exhibit")
    rebuilt = {(id, claim) for id, rebuilds in declared_rebuilds() for claim in rebuilds}
    assert set(zip(figures["exhibit"], figures["claim"], strict=True)) == rebuilt


def declared_rebuilds():
    for module in pkgutil.iter_modules(exhibits.__path__):
        room = importlib.import_module(f"scsreport.exhibits.{module.name}")
        for function in contract.exhibits_of(room).values():
            declared = contract.declaration(function)
            yield declared.id, declared.rebuilds


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
