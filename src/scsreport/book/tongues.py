"""Say messages in another language: gettext catalogues, and the numbers of Unicode's locales.

A message is an English sentence with places for facts. Its translation has the same places. What
has no translation is said in English, marked as such, and noted.
"""

import gettext
import html
import math
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any  # a fact of a sentence: any kind of value

from babel import Locale
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from scsreport.tables import paths

__all__ = [
    "DOMAIN",
    "LANGUAGES",
    "WORD",
    "Tongue",
    "catalogue",
    "catalogue_file",
    "english",
    "faults",
    "pattern",
]

ENGLISH = "en"
LANGUAGES = {"es": "es", "fr": "fr", "zh": "zh_Hans"}
"""Folder of the site, and locale, of each language but English."""

DIGITS = {"es": "es_CR"}
"""Whose signs numbers take, if others: a point before thousands is the decimal sign in Mexico and
Peru, and a space, as the academies of the language advise, is read the same everywhere."""

DOMAIN = "book"
WORD = "word"
"""Context of messages that are facts of others: verdicts, forms, grades."""

Made = Sequence[Sequence[Any]]
"""Messages and their facts, as :func:`scsreport.exhibits.said.parts` gives them."""

NAMES = {"name", "names", "largest", "second"}
"""Facts that are names of places, which are no words of a language."""

TOKEN = re.compile(r"\b[A-Z]\d+[a-z]?\b|(?<![\w.])\d[\d,]*(?:\.\d+)?(?:[ \u00a0]%)?")
"""A number, or the name of a rule or a statement, in a text."""

VERB = "verb"
ROLES = re.compile(r"\{([a-z:]+)\}`([^`]+)`")
LINKS = re.compile(r"\]\(([^)]+)\)")
NUMBERED = re.compile(r"\{\d+\}")
JOINTS = re.compile(r" (to|and) (?![^\[]*\])")
SEVERAL = re.compile(r"(: |; |, )")
ROW = re.compile(r"(?P<name>[A-Z]\d+[a-z]?) (?P<said>[^,]+)$")
"""A row of the ledger and its verdict."""

LISTS = re.compile(r"\d+ parts: |[A-Z]\d+[a-z]? |\d+ [a-z ]+(, |$)|[A-Z][a-z]+, [a-z-]+$")
"""Lists by their making: verdicts on parts, findings, a form with a level."""
SOUND_OF_I = re.compile(r"(?:<[^>]*>)*h?i(?![aeou])", re.IGNORECASE)
"""The beginning of what Spanish joins with *e* where it else says *y*: *Chile e Israel*."""
MANY_WORDED = 2
FROM_MILLION, FROM_BILLION = 999_500, 995e6
LARGE = 9.95e6
"""From here millions are told without a decimal."""


def catalogue(language: str) -> Catalog:
    """Read the catalogue of a language.

    Parameters
    ----------
    language : str
        One of :data:`LANGUAGES`.

    Returns
    -------
    Catalog
        Empty where there is no file.
    """
    file = catalogue_file(language)
    locale = LANGUAGES[language]
    if not file.is_file():
        return Catalog(locale=locale, domain=DOMAIN)
    with file.open("rb") as stream:
        return read_po(stream, locale=locale, domain=DOMAIN)


def catalogue_file(language: str) -> Path:
    """Return the file of a catalogue.

    Parameters
    ----------
    language : str
        One of :data:`LANGUAGES`.

    Returns
    -------
    Path
    """
    return paths.LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def english(out: Path) -> list[Path]:
    """Return the pages of a site that are in English.

    Parameters
    ----------
    out : Path
        The folder of the site.

    Returns
    -------
    list of Path
        In order.
    """
    folders = [folder for folder in sorted(out.iterdir()) if folder.is_dir()]
    within = (page for f in folders if f.name not in LANGUAGES for page in f.rglob("*.html"))
    return sorted([*out.glob("*.html"), *within])


def pattern(text: str) -> tuple[str, list[str]]:
    """Return a text with numbered places for its numbers, and the numbers.

    Parameters
    ----------
    text : str
        A fact in English.

    Returns
    -------
    tuple of str and list

    Examples
    --------
    >>> pattern("holds in 2 of 5 parts")
    ('holds in {1} of {2} parts', ['2', '5'])
    """
    found = TOKEN.findall(text)
    numbers = iter(range(1, len(found) + 1))
    return TOKEN.sub(lambda _: f"{{{next(numbers)}}}", text), found


def faults(known: Catalog) -> list[str]:
    """Return what translations lack that their messages have, or the other way round.

    Parameters
    ----------
    known : Catalog
        Of a language.

    Returns
    -------
    list of str
        For each fault the message, what was found and what is expected; empty where all is well.
    """
    forms = known.num_plurals
    return [
        f"{known.locale}: {entry.id!r}: {fault}"
        for entry in known
        if entry.id and entry.string and not entry.fuzzy
        for fault in _faults(str(entry.id), str(entry.string), forms)
    ]


def _faults(message: str, said: str, forms: int) -> Iterator[str]:
    """Yield what is wrong with a translation."""
    try:
        pairs = [("places", *map(_places, (message, said)))]
    except ValueError as error:
        yield f"its places cannot be read ({error}): write them as in the message"
        return
    pairs += [(what, sorted(of(message)), sorted(of(said))) for what, of in KEPT.items()]
    for what, expected, found in pairs:
        if expected != found:
            yield f"found {what} {found or 'none'}, expected {expected or 'none'}"
    for word in _worded(said):
        if len(word.split("|")) != forms:
            yield f"found {word!r}, expected {forms} forms divided by |, one for each plural"


def _places(message: str) -> list[tuple[str, str]]:
    """Return the facts of a message, each with its form; how often each stands is free.

    A verb may be without a fact of its own that the message has, since not all languages have one.
    """
    if ROLES.search(message):
        return []
    parsed = string.Formatter().parse(message)
    found = {(path, (form or "").partition(":")[0]) for _, path, form, _ in parsed if path}
    told = {path for path, form in found if form != VERB}
    return sorted((path, form) for path, form in found if form != VERB or path not in told)


def _worded(message: str) -> list[str]:
    if ROLES.search(message):
        return []
    forms = (form or "" for _, _, form, _ in string.Formatter().parse(message))
    return [form.partition(":")[2] for form in forms if ":" in form]


def _role_targets(message: str) -> list[str]:
    """Return what roles print or lead to; the words of a link may differ."""
    return [
        f"{role} {content.rpartition('<')[2].rstrip('>')}"
        for role, content in ROLES.findall(message)
    ]


KEPT: Mapping[str, Callable[[str], list[str]]] = {
    "roles": _role_targets,
    "links": LINKS.findall,
}
"""What a translation keeps, each as often as the message has it."""


@dataclass
class Tongue:
    """A language, and what was asked of it.

    Parameters
    ----------
    language : str
        One of :data:`LANGUAGES`, or ``en``, which needs no catalogue.
    """

    language: str
    asked: dict[tuple[str | None, str], bool] = field(default_factory=dict)
    """Context and message; whether it has a translation."""

    here: dict[tuple[str | None, str], bool] = field(default_factory=dict)
    """The same, of the page that is made."""

    def begin(self) -> None:
        """Begin a page."""
        self.here = {}

    @cached_property
    def locale(self) -> Locale:
        """Where numbers, lists and names of countries are from."""
        return Locale.parse(LANGUAGES.get(self.language, self.language))

    @cached_property
    def digits(self) -> Locale:
        """Where the signs in numbers are from."""
        return Locale.parse(DIGITS[self.language]) if self.language in DIGITS else self.locale

    @cached_property
    def tag(self) -> str:
        """How pages name the language."""
        return str(self.locale).replace("_", "-")

    @cached_property
    def known(self) -> Catalog:
        """The catalogue."""
        return catalogue(self.language)

    @cached_property
    def _plural(self) -> Callable[[int], int]:
        # By the catalogue: Babel gives one language more plurals in one version than in another.
        english = self.language == ENGLISH
        return gettext.c2py(get_plural(ENGLISH)[1] if english else self.known.plural_expr)

    @cached_property
    def _english(self) -> "Tongue":
        return Tongue(ENGLISH)

    def country(self, code: str, name: str) -> str:
        """Return the name of a country.

        Parameters
        ----------
        code : str
            ISO alpha-2.
        name : str
            In English.

        Returns
        -------
        str
        """
        return str(self.locale.territories.get(code, name))

    def find(self, message: str, context: str | None = None) -> str | None:
        """Return the translation of a message, and note that it was asked for.

        Parameters
        ----------
        message : str
            In English.
        context : str, optional
            :data:`WORD` for facts.

        Returns
        -------
        str or None
            None where there is none, or one of an earlier wording.
        """
        if self.language == ENGLISH:
            return message
        entry = self.known.get(message, context)
        found = str(entry.string) if entry is not None and not entry.fuzzy else ""
        self.asked[context, message] = self.here[context, message] = bool(found)
        return found or None

    def text(self, message: str, **facts: str) -> str:
        """Say a message of the frame.

        Parameters
        ----------
        message : str
            In English, with places.
        **facts
            HTML.

        Returns
        -------
        str
            HTML.
        """
        found = self.find(message)
        said = html.escape(found or message, quote=False).format(**facts)
        return said if found else _in_english(said)

    def plain(self, message: str) -> str:
        """Say a message without places, as plain text for an attribute."""
        return self.find(message) or message

    def said(self, made: Made, facts: Mapping[str, Any] | None = None) -> str:
        """Say sentences of an exhibit.

        Parameters
        ----------
        made : sequence
            Each message and its facts.
        facts : mapping, optional
            Instead of those.

        Returns
        -------
        str
            HTML.
        """
        sentences = [self._sentence(message, {**own, **(facts or {})}) for message, own in made]
        return self.space.join(sentences)

    @property
    def stop(self) -> str:
        """What ends a sentence, with what stands before the next."""
        return "。" if self.language == "zh" else ". "

    @property
    def space(self) -> str:
        """What stands between two sentences, or a number and a word."""
        return "" if self.language == "zh" else " "

    def _sentence(self, message: str, facts: Mapping[str, Any]) -> str:
        if not _has_words(message):
            return _Filled(self).vformat(message, (), facts)
        found = self.find(message)
        if found is None:
            return _in_english(self._english._sentence(message, facts))
        return _Filled(self).vformat(html.escape(found, quote=False), (), facts)

    def word(self, text: str) -> str:
        """Say a fact that is a word or a few, with its numbers.

        Parameters
        ----------
        text : str
            In English.

        Returns
        -------
        str
            HTML.
        """
        row = ROW.match(text)
        if row:
            return f"{row['name']} {self.word(row['said'])}"
        said = self._known(text)
        if said is not None:
            return said
        pieces = SEVERAL.split(text)
        if len(pieces) > 1 and (self._lists(text) or self._all_known(pieces[::2])):
            said_pieces = [
                self.word(piece) if n % 2 == 0 else self.mark(piece)
                for n, piece in enumerate(pieces)
            ]
            return "".join(said_pieces)
        return self._one(text)

    def mark(self, sign: str) -> str:
        """Return a mark between parts of a sentence, with its space."""
        return self.find(sign, WORD) or sign

    @staticmethod
    def _lists(text: str) -> bool:
        """Say whether a text is a list by its making."""
        return bool(LISTS.match(text))

    def _all_known(self, pieces: Iterable[str]) -> bool:
        return all(self._known(piece) is not None for piece in pieces)

    def _known(self, text: str) -> str | None:
        """Return a text without asking for what is not there."""
        message, numbers = pattern(text)
        if _is_sign(message):
            return self._with(message, numbers)
        if self.language != ENGLISH and self.known.get(message, WORD) is None:
            return None
        return self._one(text)

    def _one(self, text: str) -> str:
        message, numbers = pattern(text)
        if _is_sign(message):
            return self._with(message, numbers)
        found = self.find(message, WORD)
        return self._with(found, numbers) if found else _in_english(html.escape(text))

    def _with(self, message: str, numbers: Sequence[str]) -> str:
        printed = [self._number(number) for number in numbers]
        escaped = html.escape(message, quote=False)
        return NUMBERED.sub(lambda place: printed[int(place[0][1:-1]) - 1], escaped)

    def _number(self, token: str) -> str:
        """Print a number of a text in English with the same digits."""
        digits = token[:-1].rstrip() if token.endswith("%") else token
        if digits[0].isalpha():
            return token
        value = float(digits.replace(",", ""))
        decimals = len(digits.partition(".")[2])
        if token.endswith("%"):
            return self.percent(value / 100, decimals)
        return self.decimal(value, decimals, grouped="," in digits)

    def decimal(self, value: Any, decimals: int = 0, *, grouped: bool = True) -> str:
        """Print a number."""
        if _is_absent(value):
            return "–"
        begin = "#,##0" if grouped else "0"
        form = begin + ("." + "0" * decimals if decimals else "")
        return format_decimal(_rounded(value, decimals), format=form, locale=self.digits)

    def percent(self, value: Any, decimals: int = 0) -> str:
        """Print a share."""
        if _is_absent(value):
            return "–"
        form = self.locale.percent_formats[None].pattern
        form = form.replace("##0", "##0." + "0" * decimals) if decimals else form
        return format_percent(
            _rounded(100 * value, decimals) / 100, format=form, locale=self.digits
        )

    def people(self, value: Any) -> str:
        """Print a number of people, millions in words."""
        if _is_absent(value):
            return "–"
        if value < FROM_MILLION:
            return self.decimal(round(float(value), -3 if value >= 1000 else -1))
        unit = 10**9 if value >= FROM_BILLION else 10**6
        decimals = 0 if LARGE <= value < FROM_BILLION else 1
        rounded = _rounded(value / unit, decimals)
        words = self.locale.compact_decimal_formats.get("long", {})
        # Babel takes the plural for a whole one where a language has a word for exactly one.
        form = words.get(self.locale.plural_form(rounded), {}).get(str(unit))
        if form is None or form.pattern.count("0") > 1:  # a language that counts in ten thousands
            return format_compact_decimal(
                rounded * unit, format_type="short", locale=self.locale, fraction_digits=decimals
            )
        return str(form.apply(rounded, self.digits, decimal_quantization=False))

    def many(self, value: Any, words: str) -> str:
        """Print a count with what is counted, in the form that goes with it."""
        return self.space.join([self.decimal(value), self.form(value, words)])

    def form(self, value: Any, words: str) -> str:
        """Return the form that goes with a count, of those divided by ``|``."""
        forms = words.split("|")
        return forms[min(self._plural(round(value)), len(forms) - 1)]

    def listed(self, items: Iterable[str]) -> str:
        """Return items, HTML, as a phrase."""
        named = list(items)
        phrase = format_list(named, locale=self.locale)
        if self.language == "es" and len(named) > 1 and SOUND_OF_I.match(named[-1]):
            return f"{phrase.removesuffix(f' y {named[-1]}')} e {named[-1]}"
        return phrase

    def span(self, low: str, high: str) -> str:
        """Return two ends as a range."""
        return low if low == high else self.text("{low} to {high}", low=low, high=high)

    def alike(self, shown: Sequence[str]) -> str:
        """Return facts side by side, or once for all."""
        if len(set(shown)) > 1:
            return self.listed(shown)
        message = "both {same}" if len(shown) == MANY_WORDED else "all {same}"
        return self.text(message, same=shown[0])

    def fact(self, value: Any, form: str, path: str) -> str:
        """Print a fact in a form, as :data:`scsreport.exhibits.text.FORMS` has them."""
        name, _, words = form.partition(":")
        name = name.lower() or "text"
        if name in COUNTED:
            return html.escape(COUNTED[name](self, value, words), quote=False)
        if name in NUMERIC:
            return html.escape(NUMERIC[name](self, value), quote=False)
        if name == "points":
            return self.text("{n} points", n=self.decimal(100 * value, 1))
        if name == "listed":
            return self.listed(self._named(str(each), path) for each in value) if value else "–"
        return "" if value is None else self._named(str(value), path)

    def _named(self, text: str, path: str) -> str:
        return html.escape(text, quote=False) if path in NAMES else self.word(text)


COUNTED: Mapping[str, Callable[[Tongue, Any, str], str]] = {
    "many": Tongue.many,
    "verb": Tongue.form,
}
NUMERIC: Mapping[str, Callable[[Tongue, Any], str]] = {
    "count": Tongue.decimal,
    "none": Tongue.decimal,
    "whole": Tongue.decimal,
    "people": Tongue.people,
    "share": Tongue.percent,
    "tenths": lambda tongue, value: tongue.percent(value, 1),
    "hundredths": lambda tongue, value: tongue.percent(value, 2),
    "tenth": lambda tongue, value: tongue.decimal(value, 1),
    "number": lambda tongue, value: tongue.decimal(value, 2),
    "number3": lambda tongue, value: tongue.decimal(value, 3),
    "year": lambda tongue, value: tongue.decimal(value, grouped=False),
}


class _Filled(string.Formatter):
    """Fills facts, which are kept by the places that name them, into a message."""

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue

    def get_field(self, path: str, args: Any, facts: Any) -> Any:
        """Return the facts at a place with their names."""
        words = JOINTS.split(path)
        joint = words[1] if len(words) > 1 else ""
        return (joint, [(name, facts[name]) for name in words[::2]]), path

    def format_field(self, value: Any, form: str) -> str:
        """Print a place."""
        joint, found = value
        printed = [self._tongue.fact(fact, form, name) for name, fact in found]
        if joint == "to":
            return self._tongue.span(*printed)
        return self._tongue.alike(printed) if joint else printed[0]


def _has_words(message: str) -> bool:
    literals = "".join(literal for literal, *_ in string.Formatter().parse(message))
    forms = "".join(form or "" for _, _, form, _ in string.Formatter().parse(message))
    return bool(re.search(r"[^\W\d_]", literals)) or "|" in forms


def _is_sign(message: str) -> bool:
    """Return whether a text has no word: a number, the name of a rule."""
    left = NUMBERED.sub("", message)
    return not re.search(r"[^\W\d_]", left) or bool(re.fullmatch(r"[A-Z]", left))


def _in_english(said: str) -> str:
    return f'<span lang="en">{said}</span>'


def _rounded(value: Any, decimals: int) -> Decimal:
    """Round as the English pages do, so that both tell the same digits."""
    rounded = Decimal(f"{value:.{decimals}f}")
    return rounded if rounded else abs(rounded)


def _is_absent(value: Any) -> bool:
    return value is None or not math.isfinite(value)
