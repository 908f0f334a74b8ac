"""Numbers as text: the one place where the book decides how many digits to print."""

import math
from collections.abc import Iterable
from typing import Any  # a cell of a frame: any kind of number

MISSING = "–"


def count(value: Any) -> str:
    """Return a whole number with thousands separated, ``6,204``."""
    return MISSING if _absent(value) else f"{value:,.0f}"


def people(value: Any) -> str:
    """Return a number of people in words, ``1.6 billion``, ``740 million``, ``85,000``."""
    if _absent(value):
        return MISSING
    if value >= 995e6:
        return f"{value / 1e9:.1f} billion"
    if value >= 9.95e6:
        return f"{value / 1e6:,.0f} million"
    if value >= 1e6:
        return f"{value / 1e6:.1f} million"
    return f"{round(value, -3):,.0f}"


def short(value: Any) -> str:
    """Return a size for an axis, ``30``, ``100k``, ``2m``."""
    for unit, name in ((1e6, "m"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"


def share(value: Any, digits: int = 0) -> str:
    """Return a share as a percentage, ``20 %``."""
    return MISSING if _absent(value) else f"{100 * value:.{digits}f}\u00a0%"


def tenths(value: Any) -> str:
    """Return a share as a percentage with one decimal, ``12.5 %``."""
    return share(value, 1)


def number(value: Any, digits: int = 2) -> str:
    """Return a plain number with fixed digits, ``1.08``."""
    return MISSING if _absent(value) else f"{value:,.{digits}f}"


def interval(low: Any, high: Any, digits: int = 2) -> str:
    """Return an interval, ``0.98 to 1.18``."""
    return f"{number(low, digits)} to {number(high, digits)}"


def listing(items: Iterable[str]) -> str:
    """Return items as a phrase, ``A, B and C``."""
    words = list(items)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def in_unit(value: Any, unit: str) -> str:
    """Return a ledger value in its unit: shares as percentages, counts whole."""
    if unit == "share":
        return share(value, 1)
    if unit == "cities":
        return count(value)
    return number(value, 2)


def _absent(value: Any) -> bool:
    return value is None or math.isnan(value)
