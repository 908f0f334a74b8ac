"""What large runs cost: straight lines through what was measured."""

import pandas as pd
import pytest

from scsreport.findings import scale

INVENTED = pd.DataFrame(
    {
        "task": ["forms", "forms", "forms", "worlds", "worlds", "intermediacy"],
        "size": [1_000, 2_000, 4_000, 10, 10, 500],
        "place": ["here", "here", "here", "here", "processes", "here"],
        "workers": [1, 1, 1, 1, 2, 1],
        "seconds": [6.0, 10.0, 18.0, 20.0, 12.5, 1_700.0],
        "core_seconds": [3.0, 5.0, 9.0, 20.0, 22.0, 864.0],
        "memory_mb": [300, 400, 600, 400, 400, 500],
    }
)


@pytest.fixture
def invented(monkeypatch):
    monkeypatch.setattr(scale, "load", lambda name: INVENTED)


def test_a_place_costs_the_slope(invented):
    line = scale.per_place()
    assert line == pytest.approx((0.002, 0.1, 1.0, 200.0))


def test_a_machine_ends_where_its_memory_or_the_day_does(invented):
    limits = scale.limits(1.0)
    assert limits["memory"] == pytest.approx(8_000)
    assert limits["day"] == pytest.approx((86_400 - 1) / 0.002)
    assert scale.limits(0.1)["memory"] == 0
    with pytest.raises(ValueError, match="memory_gb: found 0"):
        scale.limits(0)


def test_workers_are_set_beside_one_process(invented):
    gain = scale.costs()["gain"]
    assert gain.dropna().tolist() == [1.6]
    assert gain.index[gain.notna()].tolist() == [4]


def test_a_thousandfold_is_a_thousand_times_as_much(invented):
    table = scale.thousandfold().set_index("task")
    assert table.loc["worlds", "seconds"] == 2  # one world of ten
    assert table.loc["forms", ["hours", "workers"]].tolist() == [2.5, 3]
    assert table.loc["intermediacy", "hours"] == pytest.approx(240)


def test_the_measured_world_is_whole_and_fits_a_small_machine():
    """The list of all places, in the memory of a laptop."""
    world = scale.costs().query("task == 'forms'").nlargest(1, "size").iloc[0]
    assert world["size"] > 200_000
    assert world["memory_mb"] < 4_000
