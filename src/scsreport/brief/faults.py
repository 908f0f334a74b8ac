"""What is said of a file, a country or a place that cannot be used."""

import re
from collections.abc import Iterator, Sequence

from scsreport.tables.datasets import DataError
from scsreport.tables.schema import Problem

__all__ = ["MOST_SHOWN", "BriefError", "FileError"]

MOST_SHOWN = 200
"""Lines of one message; how many more faults there are stands below."""

ALIKE = 3
"""Faults of one kind in a column that are told one by one; of others their lines are."""

MOST_STRETCHES = 30
"""Stretches of lines that are told of faults that are alike."""

FACTS = re.compile(r"'[^']*'|\d[\d.,]*")
NUMBERS = re.compile(r"\d[\d.,]*")
"""What differs between faults of one kind, in a column and of whole lines."""


class BriefError(DataError):
    """A brief cannot be made; the message says what to do."""


class FileError(BriefError):
    """A file is not what it should be.

    Parameters
    ----------
    problems : sequence of Problem
        Every fault that was found.

    Attributes
    ----------
    problems : tuple of Problem
        As given: file, row, column, found, expected.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        faults = "fault" if len(problems) == 1 else "faults"
        files = dict.fromkeys(problem.file for problem in problems)
        lines = list(_lines(self.problems))
        shown = lines[:MOST_SHOWN]
        if len(lines) > MOST_SHOWN:
            shown.append(f"and {len(lines) - MOST_SHOWN:,} more lines of faults")
        head = f"{', '.join(files)}: {len(problems):,} {faults}; nothing was written"
        super().__init__("\n".join([head, *shown]))


def _lines(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield a line on each fault; of many that are alike in a column, the first and the lines."""
    kinds: dict[tuple[str | None, ...], list[Problem]] = {}
    for problem in problems:
        facts = NUMBERS if problem.column is None else FACTS
        kind = (problem.file, problem.column, facts.sub("", problem.expected))
        kinds.setdefault(kind, []).append(problem)
    for alike in kinds.values():
        are_few = len(alike) <= ALIKE + 1
        yield from map(str, alike if are_few else alike[:ALIKE])
        if not are_few:
            yield _more(alike[ALIKE:])


def _more(alike: Sequence[Problem]) -> str:
    """Return a line on faults that are like the one before."""
    first = alike[0]
    place = f"{first.file}, column {first.column}" if first.column else first.file
    rows = [problem.row for problem in alike if problem.row is not None]
    where = f", in lines {_stretches(rows)}" if rows else ""
    return f"{place}: {len(alike):,} more like the last{where}"


def _stretches(rows: Sequence[int]) -> str:
    """Return numbers of lines, those that follow one another from the first to the last."""
    ends: list[list[int]] = []
    for row in sorted(set(rows)):
        if ends and row == ends[-1][1] + 1:
            ends[-1][1] = row
        else:
            ends.append([row, row])
    told = [f"{low}" if low == high else f"{low} to {high}" for low, high in ends]
    more = len(told) - MOST_STRETCHES
    shown = told[:MOST_STRETCHES] if more > 0 else told
    return ", ".join([*shown, f"and {more:,} more places"] if more > 0 else shown)
