"""What is said of a file that is not what it should be."""

from collections.abc import Sequence

from scsreport.tables.datasets import DataError

__all__ = ["SHOWN", "AddedError", "raise_first"]

SHOWN = 5
"""Faults named in one message."""


class AddedError(DataError):
    """A file that a reader adds, or has added, is not what it should be."""


def raise_first(faults: Sequence[str]) -> None:
    """Raise what is wrong, the first few of it.

    Parameters
    ----------
    faults : sequence of str
        One sentence each, without a full stop.

    Raises
    ------
    AddedError
        If there is any.
    """
    if not faults:
        return
    more = len(faults) - SHOWN
    end = f" ({more:,} more such faults)" if more > 0 else ""
    raise AddedError("; ".join(faults[:SHOWN]) + end)
