"""Hand odd arguments to every public measure, and count what happens.

    python tests/fuzz/fuzz_measures.py [--only NAME] [--show OUTCOME] [--out FILE]

Each argument of a good call is replaced in turn by every odd value of its kind. A refusal is
*clear* where the package itself raises ValueError, TypeError or KeyError; *foreign* where a library
or another error does. A result is *silent* where a refusal was due, and *other* where the same
result was. Exit code 1: a foreign error, a hang, an argument changed, a warning, or a silent or
other result that is not in EXPLAINED.
"""

import copy
import json
import signal
import sys
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
import odd_values
import pandas as pd
from good_calls import CALLS, Call

import scsreport

SECONDS = 30
HOME = str(Path(scsreport.__file__).parent)
BAD = ("foreign", "hang", "changed", "silent", "other", "warned")

EXPLAINED = {
    ("inequality", "weights", "None"): "without weights every region counts once",
    ("inequality", "weights_before", "None"): "without weights every region counts once",
    ("inequality", "controls", "None"): "without controls",
    ("inequality", "controls", "negative"): "a control may be of any sign",
    ("inequality", "panel", "a column more"): "each column is a date",
    ("infrastructure", "indicators", "a column more"): "each column is an item",
    ("infrastructure", "regressors", "a column more"): "each column is a regressor",
    ("connectivity", "regressors", "a column more"): "each column is a regressor",
    ("infrastructure.compare", "", "a gap"): "a unit with a gap is left out and counted",
    ("infrastructure.compare", "", "None in it"): "a unit with a gap is left out and counted",
    ("infrastructure.compare", "", "pd.NA"): "a unit with a gap is left out and counted",
    ("infrastructure.compare", "", "masked"): "a unit with a gap is left out and counted",
    ("infrastructure", "", "negative"): "outcomes and scores may be of any sign",
    ("definitions", "cities", "footprint_population: a text"): "no such rows",
    ("credibility", "cities", "population_agglomeration: a gap"): "a second list may lack a city",
    ("credibility", "cities", "population_agglomeration: None"): "a second list may lack a city",
    ("credibility", "cities", "footprint: a gap"): "a city may lie in no footprint",
    ("credibility", "cities", "footprint: None"): "a city may lie in no footprint",
    ("connectivity", "", "minutes: infinite"): "no way",
    ("connectivity", "", "km: infinite"): "no way",
    ("connectivity.straightness", "road_km", "infinite"): "no way",
    ("connectivity.travel_times of", "distances", "a column more"): "other columns stay",
    ("worlds.disturbed", "places", "a column more"): "other columns stay",
    ("connectivity.network", "node", "negative"): "a name of a node, which no link has: an island",
    ("connectivity.network", "node", "nothing in it"): "a network without cities",
    ("connectivity.intermediacy", "mass", "nothing in it"): "no city has no trips",
    ("connectivity.travel_times", "distances", "other labels"): "labels are those of the caller",
    ("connectivity.harmonic", "travel_time", "other labels"): "labels are those of the caller",
    ("growth", "floor", "negative"): "no floor",
    ("games.in_core", "shares", "negative"): "shares of any kind are judged",
    ("games.synergy", "value", "negative"): "a set may be worth less than nothing",
    ("games.synergy", "value", "an unknown city"): "other sets are not looked at",
    ("games.synergy", "value", "nobody costs"): "other sets are not looked at",
    ("games.synergy", "value", "function without players"): "the system names them",
    ("costs.plant_cost", "output", "(n, 1)"): "plants in an array of any shape",
    ("costs.plant_cost", "output", "(1, n)"): "plants in an array of any shape",
    ("costs.plant_cost", "output", "(n, n)"): "plants in an array of any shape",
    ("costs.plant_cost", "output", "a number"): "one plant",
    ("typology.classify with", "roads", "None"): "without roads the ways are straight",
    ("typology.classify with", "roads", "geonameid_a: a text"): "a row that joins no two places",
    ("typology.detect", "forms", "type: a gap"): "a city without a form counts as larger",
    ("typology.detect", "forms", "type: None"): "a city without a form counts as larger",
    ("typology.polycentricity", "sizes", "nothing in it"): "no slope of fewer than two: missing",
    ("typology.green", "sizes", "nothing in it"): "no index of fewer than two: missing",
    ("networks.mixing_by_number", "number", "negative"): "a number of any sign",
    ("networks.agreement", "", "None in it"): "cities that one does not have are left out",
    ("networks.agreement", "", "a row less"): "cities that one does not have are left out",
    ("networks", "functions", "a column more"): "each column is a function",
    ("claims", "", "a column more"): "figures keep their other columns",
}
"""What may pass though it looks wrong, by beginning of the name, argument and case."""


class Late(Exception):
    """Raised when a call takes too long."""


class Outcome(NamedTuple):
    """What came of one call."""

    name: str
    argument: str
    case: str
    state: str
    said: str


def _late(*_: Any) -> None:
    raise Late


def _run(call: Call, arguments: dict[str, Any]) -> tuple[str, Any, list[str]]:
    """Return ``result``, ``clear``, ``foreign`` or ``hang``, with the result or the message."""
    signal.alarm(SECONDS)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            state, result = "result", call.function(**arguments)
        except Late:
            state, result = "hang", ""
        except Exception as error:
            state, result = _judged(error), f"{type(error).__name__}: {str(error)[:200]}"
        finally:
            signal.alarm(0)
    return state, result, sorted({f"{one.category.__name__}: {one.message}" for one in told})


def _judged(error: Exception) -> str:
    """Return whether the package itself raised an error of a kind that callers expect."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    ours = last.filename.startswith(HOME) and _is_raised_at(last)
    return "clear" if ours and isinstance(error, (ValueError, TypeError, KeyError)) else "foreign"


def _is_raised_at(frame: traceback.FrameSummary) -> bool:
    lines = Path(frame.filename).read_text(encoding="utf-8").splitlines()
    number = frame.lineno or 1
    return "raise " in " ".join(lines[max(0, number - 4) : number + 3])


def _alike(one: Any, other: Any) -> bool:
    """Return whether two results are the same, whatever type their numbers have."""
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(_alike, one, other))
    loose = {"check_dtype": False, "check_names": False, "rtol": 1e-9}
    try:
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(
                one,
                other,
                check_index_type=False,
                check_column_type=False,
                check_categorical=False,
                **loose,
            )
        elif isinstance(one, pd.Series):
            pd.testing.assert_series_equal(
                pd.Series(np.asarray(one)), pd.Series(np.asarray(other)), **loose
            )
        elif isinstance(one, (float, np.ndarray)):
            np.testing.assert_allclose(one, other, rtol=1e-9)
        else:
            return bool(one == other)
    except (AssertionError, TypeError, ValueError):
        return False
    return True


def outcomes(name: str, call: Call) -> list[Outcome]:
    """Replace each argument of a good call by every odd value of its kind."""
    state, good, told = _run(call, copy.deepcopy(call.arguments))
    if state != "result" or told:
        return [Outcome(name, "", "the good call", "foreign", f"{good} {told}")]
    return [
        _outcome(name, call, argument, case, good)
        for argument, kind in call.kinds.items()
        for case in odd_values.of(kind)
        if _changed(call, argument, case) is not None
    ]


def _changed(call: Call, argument: str, case: str) -> tuple[Any] | None:
    """Return the odd value alone in a tuple, or None where the case does not apply."""
    change = odd_values.of(call.kinds[argument])[case].change
    try:
        return (change(copy.deepcopy(call.arguments[argument])),)
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
        return None


def _outcome(name: str, call: Call, argument: str, case: str, good: Any) -> Outcome:
    (value,) = _changed(call, argument, case) or (None,)
    wanted = odd_values.of(call.kinds[argument])[case].wanted
    arguments = copy.deepcopy(call.arguments) | {argument: value}
    before = _printed(value)
    state, result, told = _run(call, arguments)
    if state != "result":
        return Outcome(name, argument, case, state, str(result))
    said = " ".join(str(result).split())[:200]
    if _printed(value) != before:
        return Outcome(name, argument, case, "changed", said)
    if told:
        return Outcome(name, argument, case, "warned", "; ".join(told))
    same = _alike(good, result)
    if wanted == odd_values.REFUSED:
        return Outcome(name, argument, case, "silent", said)
    if wanted == odd_values.SAME and not same:
        return Outcome(name, argument, case, "other", said)
    return Outcome(name, argument, case, "same" if same else "a result", said)


def _printed(value: Any) -> str:
    """Return all that a change of a value in place would alter."""
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return value.to_string()
    if isinstance(value, (dict, list, np.ndarray)):
        return repr(value)
    return ""


def _reason(found: Outcome) -> str:
    for (name, argument, case), reason in EXPLAINED.items():
        fits = found.name.startswith(name) and argument in found.argument and case == found.case
        if fits and found.state in ("silent", "other"):
            return reason
    return ""


@click.command(help=__doc__)
@click.option("--only", default="", help="Part of the name of a measure.")
@click.option("--show", default="", help="Print the calls of one outcome too, such as 'a result'.")
@click.option("--out", type=click.Path(path_type=Path), help="Write all outcomes as JSON.")
def main(only: str, show: str, out: Path | None) -> None:
    signal.signal(signal.SIGALRM, _late)
    found = [one for name, call in CALLS.items() if only in name for one in outcomes(name, call)]
    reasons = Counter(_reason(one) for one in found)
    faults = [one for one in found if one.state in BAD and not _reason(one)]
    for one in [*faults, *(one for one in found if one.state == show)]:
        click.echo(" | ".join(one))
    counts = Counter("explained" if _reason(one) else one.state for one in found)
    click.echo(f"{len(found)} odd arguments of {len(CALLS)} calls: {dict(counts)}")
    for reason, number in reasons.items():
        if reason:
            click.echo(f"  {number} explained: {reason}")
    if out:
        out.write_text(json.dumps([one._asdict() for one in found], indent=1), encoding="utf-8")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
