from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scsreport import claims
from scsreport.datasets import load

GOLDEN = Path(__file__).parent / "golden" / "verdicts.csv"


def judged(value, *, low=None, high=None, printed=(100.0, 100.0), tolerance=0.1, on_miss="x"):
    figures = pd.DataFrame(
        {
            "printed_low": printed[0],
            "printed_high": printed[1],
            "tolerance": tolerance,
            "on_miss": on_miss,
        },
        index=["F"],
    )
    values = pd.DataFrame(
        {"value": value, "low": value if low is None else low, "high": high or value}, index=["F"]
    )
    return claims.judge(figures, values).loc["F", "verdict"]


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (109, None, None, "reproduced"),
        (91, None, None, "reproduced"),
        (119, None, None, "close"),
        (121, None, None, "contradicted"),
        (150, 105, 200, "depends on the definition"),
        (150, 130, 200, "contradicted"),
    ],
)
def test_a_verdict_follows_from_value_range_and_tolerance(value, low, high, verdict):
    assert judged(value, low=low, high=high, on_miss="contradicted") == verdict


def test_a_printed_range_is_met_anywhere_inside_it():
    assert judged(135, printed=(125, 150)) == "reproduced"


def test_a_declared_miss_is_used():
    assert judged(300, on_miss="depends on the definition") == "depends on the definition"


def test_a_figure_without_value_waits():
    figures = load("claim-figures").set_index("figure")
    empty = pd.DataFrame({"value": [], "low": [], "high": []}, dtype=float)
    assert (claims.judge(figures, empty)["verdict"] == "not yet rebuilt").all()


def test_a_value_without_a_declared_tolerance_is_refused():
    figures = load("claim-figures").set_index("figure")
    values = pd.DataFrame({"value": [1.0], "low": [1.0], "high": [1.0]}, index=["N99"])
    with pytest.raises(ValueError, match=r"N99.*tolerance must stand before the value"):
        claims.judge(figures, values)


@given(
    value=st.floats(1, 1000),
    tolerance=st.floats(0.001, 0.5),
    wider=st.floats(0, 0.4),
)
def test_a_wider_tolerance_never_worsens_a_verdict(value, tolerance, wider):
    order = list(claims.VERDICTS)
    strict = judged(value, tolerance=tolerance, on_miss="contradicted")
    loose = judged(value, tolerance=tolerance + wider, on_miss="contradicted")
    assert order.index(loose) <= order.index(strict)


def test_the_ledger_has_every_row_once_and_only_closed_verdicts():
    table = claims.ledger()
    expected = [
        f"{letter}{n:02d}" if letter in "NC" else f"{letter}{n}"
        for letter, last in (("A", 7), ("N", 10), ("D", 8), ("C", 10))
        for n in range(1, last + 1)
    ]
    assert sorted(table.index) == sorted(expected)
    assert set(table["verdict"]) <= set(claims.VERDICTS)
    answered = table["verdict"] != "not yet rebuilt"
    assert table.loc[answered, ["ours", "tolerance", "our_source", "exhibit"]].notna().all(None)
    assert table.loc[~answered, "waits_for"].notna().all()


def test_every_figure_belongs_to_a_row_and_has_a_reasoned_tolerance():
    figures = load("claim-figures")
    assert set(figures["claim"]) <= set(load("claims")["id"])
    assert (figures["tolerance"] > 0).all() and figures["tolerance_reason"].str.len().gt(10).all()


def test_a_row_carries_the_least_favourable_verdict_of_its_figures():
    figures, rows = claims.figures(), claims.ledger()
    order = {verdict: rank for rank, verdict in enumerate(claims.VERDICTS)}
    for claim, part in figures.groupby("claim"):
        assert rows.loc[claim, "verdict"] == max(part["verdict"], key=order.__getitem__)


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
