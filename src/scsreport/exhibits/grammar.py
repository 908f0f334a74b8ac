"""The grammar of numbers: none, one and many, ranges, lists, and how a sentence is set."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any  # a fact of a sentence: any kind of number

__all__ = [
    "MINUS",
    "Several",
    "Span",
    "alike",
    "by_number",
    "joined",
    "listing",
    "many",
    "none",
    "span",
    "typeset",
]

MINUS = "\u2212"
HARD_SPACE = "\u00a0"
UNITS = ("%", "km²", "km", "million", "billion", "points", "minutes", "megabytes", "kilobytes")
BEFORE_UNIT = re.compile(rf"(?<=\d) (?=(?:{'|'.join(UNITS)})(?!\w))")
BEFORE_DIGIT = re.compile(r"(?<![\w.,])-(?=\.?\d)")
JOINTS = re.compile(r" (to|and) (?![^\[]*\])")


@dataclass(frozen=True)
class Span:
    """The two ends of a range, as a place ``{low to high:share}`` asks for them."""

    low: Any
    high: Any


@dataclass(frozen=True)
class Several:
    """Facts that stand side by side, as a place ``{one and other}`` asks for them."""

    facts: tuple[Any, ...]


def joined(path: str) -> tuple[list[str], str]:
    """Return the facts that a place names, and the word that joins them.

    Parameters
    ----------
    path : str
        A fact, ``low to high`` or ``one and other``; not split inside brackets.

    Returns
    -------
    tuple of list and str
        The word is empty where there is one fact.
    """
    words = JOINTS.split(path)
    return words[::2], words[1] if len(words) > 1 else ""


def none(value: Any) -> str:
    """Return a count that stands by itself: ``none``, ``one``, ``12``."""
    return {0: "none", 1: "one"}.get(value, f"{value:,.0f}")


def many(value: Any, nouns: str) -> str:
    """Return a count with what is counted.

    Parameters
    ----------
    value : number
        The count.
    nouns : str
        For one and for several, ``city|cities``.

    Returns
    -------
    str
        ``no cities``, ``one city``, ``12 cities``.
    """
    return f"{'no' if value == 0 else none(value)} {by_number(value, nouns)}"


def by_number(value: Any, forms: str) -> str:
    """Return the form that goes with a count: ``is|are`` gives ``is`` for one alone.

    Parameters
    ----------
    value : number
        The count.
    forms : str
        For one and for several, divided by ``|``; a third one is that for none.

    Returns
    -------
    str
    """
    for_one, for_many, *for_none = forms.split("|")
    if value == 0 and for_none:
        return for_none[0]
    return for_one if value == 1 else for_many


def span(low: str, high: str) -> str:
    """Return two ends as a range, or the one value where both print alike."""
    return low if low == high else f"{low} to {high}"


def alike(facts: Iterable[str]) -> str:
    """Return facts side by side, ``A and B``, or once for all, ``both A``."""
    shown = list(facts)
    if len(set(shown)) > 1:
        return listing(shown)
    return f"{'both' if len(shown) == 2 else 'all'} {shown[0]}"


def listing(items: Iterable[str]) -> str:
    """Return items as a phrase, ``A, B and C``, or ``none``."""
    *most, last = list(items) or ["none"]
    return f"{', '.join(most)} and {last}" if most else last


def typeset(sentence: str) -> str:
    """Set a sentence: a true minus before digits, and a hard space between number and unit.

    Parameters
    ----------
    sentence : str
        Filled in.

    Returns
    -------
    str
    """
    return BEFORE_DIGIT.sub(MINUS, BEFORE_UNIT.sub(HARD_SPACE, sentence))
