"""What is said of a file, a country or a place that cannot be used."""

from collections.abc import Sequence

from scsreport.tables.datasets import DataError
from scsreport.tables.schema import Problem

__all__ = ["MOST_SHOWN", "BriefError", "FileError"]

MOST_SHOWN = 200
"""Faults of a file that one message lists; how many more there are stands below."""


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
        lines = [f"{problems[0].file}: {len(problems):,} {faults}; nothing was written"]
        lines += map(str, self.problems[:MOST_SHOWN])
        if len(problems) > MOST_SHOWN:
            lines.append(f"and {len(problems) - MOST_SHOWN:,} more")
        super().__init__("\n".join(lines))
