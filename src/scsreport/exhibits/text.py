"""Numbers as text, and the words around them: the one place that decides how digits are printed."""

import difflib
import math
import re
import string
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any  # a cell of a frame: any kind of number

import pandas as pd

from scsreport.exhibits import grammar
from scsreport.exhibits.grammar import listing
from scsreport.exhibits.said import Said

__all__ = [
    "FORMS",
    "MISSING",
    "UNITS",
    "WHOLE",
    "WORDED",
    "WORDS",
    "Sentence",
    "cell",
    "count",
    "extremes",
    "fill",
    "has_prose",
    "in_unit",
    "listing",
    "number",
    "people",
    "points",
    "prose",
    "share",
    "short",
    "spelled",
    "tenths",
    "verdict",
    "words",
]

MISSING = "–"
NOTHING_BELOW = re.compile(r"^-(?=0(\.0*)?(?![.\d]))")
"""The sign of a number that is nought in the digits shown."""
WORDS = Path(__file__).with_name("words.toml")
PARTS = ("title", "caption", "alt", "notes", "columns", "prose")
"""What a section of an exhibit has; every exhibit has the first three."""


def count(value: Any) -> str:
    """Return a whole number with thousands separated, ``6,204``."""
    return _unless_absent("{:,.0f}", value)


def people(value: Any) -> str:
    """Return a number of people in words, ``1.6 billion``, ``740 million``, ``85,000``."""
    if pd.isna(value):
        return MISSING
    if value >= 995e6:
        return f"{value / 1e9:.1f}\u00a0billion"
    if value >= 9.95e6:
        return f"{value / 1e6:,.0f}\u00a0million"
    if value >= 999_500:
        return f"{value / 1e6:.1f}\u00a0million"
    return f"{round(value, -3 if value >= 1000 else -1):,.0f}"


def short(value: Any) -> str:
    """Return a size for an axis, with the digits it has: ``30``, ``100,000``, ``2 million``."""
    for unit, name in ((1e9, "billion"), (1e6, "million")):
        if value >= unit:
            return f"{value / unit:g}\u00a0{name}"
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"


def spelled(label: str) -> str:
    """Return a label whose millions are a letter, ``150,000–5 m``, with the word for them."""
    return grammar.typeset(re.sub(r"(?<=\d) m(?!\w)", " million", label))


def share(value: Any, digits: int = 0) -> str:
    """Return a share as a percentage, ``20 %``."""
    return _unless_absent(f"{{:.{digits}f}}\u00a0%", 100 * value)


def tenths(value: Any) -> str:
    """Return a share as a percentage with one decimal, ``12.5 %``."""
    return share(value, 1)


def points(value: Any) -> str:
    """Return a difference of shares in points, ``0.6 points``."""
    return _unless_absent("{:.1f}\u00a0points", 100 * value)


def number(value: Any, digits: int = 2) -> str:
    """Return a plain number with fixed digits, ``1.08``."""
    return _unless_absent(f"{{:,.{digits}f}}", value)


def cell(value: Any) -> str:
    """Return the text of a cell, empty where it is missing."""
    return "" if pd.isna(value) else str(value)


def verdict(label: str, part: str) -> str:
    """Return a verdict of the ledger as a part of a sentence.

    Parameters
    ----------
    label : str
        As the ledger prints it, ``depends on the definition``.
    part : str
        ``adjective`` (what follows *is*), ``clause`` (what follows the statement) or ``noun``
        (its name).

    Returns
    -------
    str
    """
    if part == "noun":
        return f"“{label}”"
    if label in (forms := _all_words()["verdicts"]):
        return str(forms[label][part])
    # A row whose parts differ counts them: "holds in 1 of 3 parts", "2 parts: 1 inconclusive, ...".
    if label.startswith("holds"):
        return label if part == "clause" else label.replace("holds", "found to hold", 1)
    return f"comes in {label}" if part == "clause" else f"in {label}"


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
    "year": "{:.0f}".format,
    "tenth": lambda value: number(value, 1),
    "number3": lambda value: number(value, 3),
    "points": points,
    "reached": lambda value: people(value) if value else "nobody",
    "listed": grammar.listing,
    "none": grammar.none,
    "adjective": lambda label: verdict(label, "adjective"),
    "clause": lambda label: verdict(label, "clause"),
    "noun": lambda label: verdict(label, "noun"),
    "hundredths": lambda value: share(value, 2),
}
"""How a cell of a table or a fact in a sentence is printed, by name."""

WORDED: Mapping[str, Callable[[Any, str], str]] = {
    "many": grammar.many,
    "verb": grammar.by_number,
}
"""Forms of a count in a sentence that are told the words, behind a colon."""

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


class Sentence(string.Formatter):
    """Fills facts into a sentence; a place may join two facts and name a form with its words."""

    def get_field(self, path: str, args: Any, facts: Any) -> Any:
        """Return the fact at a place, or those that it joins by *to* or *and*."""
        paths, joint = grammar.joined(path)
        found = [super(Sentence, self).get_field(each, args, facts)[0] for each in paths]
        if joint == "to":
            return grammar.Span(*found), path
        return grammar.Several(tuple(found)) if joint else found[0], path

    def format_field(self, value: Any, form: str) -> str:
        """Print a fact in a form; one with a capital begins a sentence."""
        if isinstance(value, grammar.Span):
            return grammar.span(
                self.format_field(value.low, form), self.format_field(value.high, form)
            )
        if isinstance(value, grammar.Several):
            return grammar.alike(self.format_field(each, form) for each in value.facts)
        name, _, worded = (form or "text").partition(":")
        printed = WORDED[name.lower()](value, worded) if worded else FORMS[name.lower()](value)
        return printed[:1].upper() + printed[1:] if name[0].isupper() else printed


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
    _check_parts(section, id)
    caveats = _all_words()["caveats"]
    notes = [
        caveats[note[1:]] if note.startswith("@") else note for note in section.get("notes", ())
    ]
    sentences = {
        part: fill(section.get(part, ""), facts, id) for part in ("title", "caption", "alt")
    }
    filled_notes = [fill(note, facts, id) for note in notes]
    columns = [_column(column, facts, id) for column in section.get("columns", [])]
    return sentences | {"notes": filled_notes, "columns": columns}


def _column(column: Sequence[str], facts: Mapping[str, Any], id: str) -> list[str]:
    """Return name, heading and form of a column; arguments of an exhibit may be in them."""
    return [fill(part, facts, id) if "{" in part else part for part in column]


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


def fill(sentence: str, facts: Mapping[str, Any], id: str) -> Said:
    """Fill facts into a sentence, which remembers them.

    Parameters
    ----------
    sentence : str
        With places such as ``{share:tenths}``: a fact, and its form, one of :data:`FORMS`, or of
        :data:`WORDED` with its words, ``{n:many:city|cities}``. ``{low to high:share}`` is a range,
        ``{one and other}`` two facts that are named once where they are alike, and a form with a
        capital begins a sentence.
    facts : mapping
        By name.
    id : str
        The exhibit, for messages.

    Returns
    -------
    Said

    Raises
    ------
    ValueError
        If the sentence asks for a fact that is not given or a form that there is not.
    """
    try:
        printed = grammar.typeset(Sentence().vformat(sentence, args=(), kwargs=facts))
        return Said(printed, (sentence, facts))
    except KeyError as absent:
        near = _near(str(absent.args[0]), [*facts, *FORMS, *WORDED])
        raise ValueError(
            f"{_place(id, sentence)}, [{id}]: found {absent}, expected one of the facts "
            f"{', '.join(sorted(facts)) or '(none)'} or, behind a colon, of the forms "
            f"{', '.join([*FORMS, *WORDED])}{near}"
        ) from None


def _section(id: str) -> dict[str, Any]:
    section: dict[str, Any] | None = _all_words().get(id)
    if section is None:
        raise ValueError(
            f"{WORDS.name} has no section [{id}]; write its title, caption and alt"
            f"{_near(id, _all_words())}"
        )
    return section


def _check_parts(section: Mapping[str, Any], id: str) -> None:
    """See that the words of an exhibit have the names by which they are asked for."""
    if surplus := sorted(section.keys() - PARTS):
        raise ValueError(
            f"{_place(id, surplus[0])}, [{id}]: found {surplus[0]!r}, expected one of "
            f"{', '.join(PARTS)}{_near(surplus[0], PARTS)}"
        )
    if not section.keys() & {*PARTS[:3]}:
        raise ValueError(
            f"{_place(id)}, [{id}]: found no {', no '.join(PARTS[:3])}"
            f"{_near(id, _all_words().keys() - {id})}"
        )


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f". Did you mean {near[0]!r}?" if near else ""


def _place(id: str, sentence: str = "") -> str:
    """Return the file of words and the line of a sentence, or else of the section of an exhibit."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    own = [n for n, line in enumerate(lines) if line.startswith((f"[{id}]", f"[{id}."))]
    if not own:
        return WORDS.name
    after = (n for n in range(own[-1] + 1, len(lines)) if lines[n].startswith("["))
    end = next(after, len(lines))
    first = sentence.partition("\n")[0]
    found = (n for n in range(own[0], end) if first and first in lines[n])
    return f"{WORDS.name}:{next(found, own[0]) + 1}"


def _unless_absent(form: str, value: Any) -> str:
    if pd.isna(value) or not math.isfinite(value):
        return MISSING
    return NOTHING_BELOW.sub("", form.format(value)).replace("-", grammar.MINUS, 1)
