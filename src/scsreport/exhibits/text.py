"""Numbers as text, and the words around them: the one place that decides how digits are printed."""

import math
import string
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any  # a cell of a frame: any kind of number

import pandas as pd

__all__ = [
    "FORMS",
    "MISSING",
    "UNITS",
    "WHOLE",
    "WORDS",
    "cell",
    "count",
    "extremes",
    "fill",
    "has_prose",
    "in_unit",
    "listing",
    "number",
    "people",
    "prose",
    "share",
    "short",
    "tenths",
    "words",
]

MISSING = "–"
WORDS = Path(__file__).with_name("words.toml")


def count(value: Any) -> str:
    """Return a whole number with thousands separated, ``6,204``."""
    return _unless_absent("{:,.0f}", value)


def people(value: Any) -> str:
    """Return a number of people in words, ``1.6 billion``, ``740 million``, ``85,000``."""
    if pd.isna(value):
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
    return _unless_absent(f"{{:.{digits}f}}\u00a0%", 100 * value)


def tenths(value: Any) -> str:
    """Return a share as a percentage with one decimal, ``12.5 %``."""
    return share(value, 1)


def number(value: Any, digits: int = 2) -> str:
    """Return a plain number with fixed digits, ``1.08``."""
    return _unless_absent(f"{{:,.{digits}f}}", value)


def cell(value: Any) -> str:
    """Return the text of a cell, empty where it is missing."""
    return "" if pd.isna(value) else str(value)


def listing(items: Iterable[str]) -> str:
    """Return items as a phrase, ``A, B and C``."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last


FORMS: Mapping[str, Callable[[Any], str]] = {
    "text": cell,
    "cell": cell,
    "claim": cell,
    "exhibit": cell,
    "count": count,
    "people": people,
    "share": share,
    "tenths": tenths,
    "number": number,
    "whole": lambda value: number(value, 0),
    "tenth": lambda value: number(value, 1),
    "number3": lambda value: number(value, 3),
    "hundredths": lambda value: share(value, 2),
}
"""How a cell of a table or a fact in a sentence is printed, by name."""

WHOLE = (
    "cities",
    "places",
    "regions",
    "pairs",
    "groups",
    "people",
    "minutes",
    "km",
    "wards",
    "homes",
    "jobs",
    "firms",
    "universities",
    "years",
    "billion CNY",
    "million AUD",
)
UNITS = {"share": tenths, "rate": tenths, "year": "{:.0f}".format, **dict.fromkeys(WHOLE, count)}


def in_unit(values: Iterable[Any], units: Iterable[Any]) -> list[str]:
    """Return values of the ledger in their units: shares as percentages, counts whole."""
    return [
        cell(value) and UNITS.get(unit, number)(value)
        for value, unit in zip(values, units, strict=True)
    ]


def extremes(values: "pd.Series[Any]", prefix: str = "") -> dict[str, Any]:
    """Return the ``low`` and ``high`` of a series as facts, and where they are found."""
    facts = {"low": values.min(), "high": values.max()}
    facts |= {"lowest": values.idxmin(), "highest": values.idxmax()}
    return {prefix + key: value for key, value in facts.items()}


class _Sentence(string.Formatter):
    def format_field(self, value: Any, form: str) -> str:
        return FORMS[form or "text"](value)


@cache
def _all_words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def words(id: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of an exhibit with its facts filled in.

    Parameters
    ----------
    id : str
        The exhibit, a section of ``words.toml``.
    facts : mapping
        What the sentences need, by name.

    Returns
    -------
    dict
        ``title``, ``caption``, ``alt``, ``notes`` and ``columns``; empty where not given.

    Raises
    ------
    ValueError
        If the exhibit has no section, or a sentence asks for a fact that is not given or a form
        that there is not.
    """
    section = _section(id)
    caveats = _all_words()["caveats"]
    notes = [
        caveats[note[1:]] if note.startswith("@") else note for note in section.get("notes", ())
    ]
    sentences = {
        part: fill(section.get(part, ""), facts, id) for part in ("title", "caption", "alt")
    }
    filled_notes = [fill(note, facts, id) for note in notes]
    return sentences | {"notes": filled_notes, "columns": section.get("columns", [])}


def has_prose(id: str) -> bool:
    """Say whether an exhibit declares facts for the prose of a chapter.

    Parameters
    ----------
    id : str
        The exhibit.

    Returns
    -------
    bool
    """
    return bool(_all_words().get(id, {}).get("prose"))


def prose(id: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts that an exhibit declares for the prose of a chapter, as text.

    Parameters
    ----------
    id : str
        The exhibit, whose section of ``words.toml`` has a table ``prose``.
    facts : mapping
        As in :func:`words`.

    Returns
    -------
    dict
        Text by key.

    Raises
    ------
    ValueError
        As :func:`words`.
    """
    declared: Mapping[str, str] = _section(id).get("prose", {})
    return {key: fill(sentence, facts, id) for key, sentence in declared.items()}


def fill(sentence: str, facts: Mapping[str, Any], id: str) -> str:
    """Fill facts into a sentence.

    Parameters
    ----------
    sentence : str
        With places such as ``{share:tenths}``: a fact, and its form, one of :data:`FORMS`.
    facts : mapping
        By name.
    id : str
        The exhibit, for messages.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the sentence asks for a fact that is not given or a form that there is not.
    """
    try:
        return _Sentence().vformat(sentence, args=(), kwargs=facts)
    except KeyError as absent:
        raise ValueError(
            f"{WORDS.name}, [{id}]: found {absent}, expected one of the facts "
            f"{', '.join(sorted(facts)) or '(none)'} or, behind a colon, of the forms "
            f"{', '.join(FORMS)}"
        ) from None


def _section(id: str) -> dict[str, Any]:
    section: dict[str, Any] | None = _all_words().get(id)
    if section is None:
        raise ValueError(f"{WORDS.name} has no section [{id}]; write its title, caption and alt")
    return section


def _unless_absent(form: str, value: Any) -> str:
    return MISSING if pd.isna(value) or not math.isfinite(value) else form.format(value)
