"""Sentences stand whatever the numbers are: every title, caption, alt and phrase of the prose.

Each is filled with the facts of today, and again with each count at none, one and two, each
verdict turned into every other, each list empty and full, and each measured number below zero.
"""

import functools
import importlib
import inspect
import pkgutil
import re
import string

import numpy as np
import pytest

import scsreport.exhibits
from scsreport import claims
from scsreport.exhibits import contract, grammar, text

# Words and drawings are the same on every Python: `make check` looks at them once.
pytestmark = pytest.mark.site


MODULES = [
    importlib.import_module(f"scsreport.exhibits.{module.name}")
    for module in pkgutil.iter_modules(scsreport.exhibits.__path__)
]
EXHIBITS = {
    contract.declaration(function).id: function
    for module in MODULES
    for function in contract.exhibits_of(module).values()
}
COUNTS = {"none", "many", "verb"}
MEASURED = {"share", "tenths", "hundredths", "number", "number3", "tenth", "points"}
LISTS = (["Ghana"], ["Ghana", "Peru"], ["Ghana", "Peru", "Fiji"], [])

# Verbs that end in s and follow "one".
SINGULAR = (
    "is|was|has|does|goes|lies|holds|joins|pays|plus|rises|falls|leans|gets|comes|stays|spends"
    "|counts|winds|finds|belongs|includes|as|across"
)
ONE = rf"(?<!\bof )\b(?:[Oo]ne|(?<![\d.,{grammar.MINUS}])1)"
FAULTS = {
    "one with a plural": rf"{ONE} (?!(?:{SINGULAR})\b)[a-z-]+s\b",
    "one with a verb of many": (
        rf"(?<!\b[Ii]n ){ONE} (?:[a-z-]+ )?(?:are|have|were|lie|hold|find|go)\b"
    ),
    "many with a verb of one": (
        r"(?<!\bof )\b(?:[Nn]o|[2-9]|\d+,\d+) [a-z-]+s (?:is|has|was|lies|holds)\b"
    ),
    "nought in digits": r"(?<![\d.,])\b0 (?=[a-z])",
    "nought or nothing at a place": r"\bin 0(?![.,\d\u00a0])|\bnothing in\b",
    "a sentence that begins small": r"^[a-z]|[.] [a-z]",
    "two verbs": r"\b(?:is|are|be) (?:depends|holds|comes|is|are|cannot|stays)\b",
    "a gain below zero": (
        rf"\b(?:saves?|gains?|adds?|falls? by|grew by|faster by) {grammar.MINUS}"
    ),
    "an empty list": r"[:(] *[;.,)]|: *$|\bamong *[;.,)]",
    "a missing value": rf"(?<!\w){text.MISSING}(?!\w)|\bnan\b|\bNaT\b|<NA>|\binf\b",
    "a hyphen for a minus": r"(?<![\w.,])-\.?\d",
    "a space that may break": r"\d (?:%|km|million|billion|points)(?!\w)",
    "a letter for thousands": r"\d(?:k|m)\b(?!²)",
    "no nought before the point": r"(?<![\d\w])\.\d",
    "a word twice": r"\b(and|the|of|in|to|by) \1\b",
    "two spaces or stops": r"  |\.\.",
    "an item twice": r"\b((?:[a-z]+ )+[a-z]+|[A-Z][a-z]+)(?:,| and) \1\b",
}
PARTLY = {"a sentence that begins small"}
"""Kinds that phrases of the prose, which stand inside a sentence, may show."""


@functools.cache
def templates():
    """Return the words of each exhibit that facts fill: (id, part) and sentence."""
    words = text._all_words()
    found = {}
    for id in EXHIBITS:
        for part in ("title", "caption", "alt"):
            found[id, part] = words[id].get(part, "")
        for key, sentence in words[id].get("prose", {}).items():
            found[id, f"prose {key}"] = sentence
    return found


@functools.cache
def facts_of(id):
    return EXHIBITS[id]().parts.facts


def places(id, sentence):
    """Return a sentence with its places numbered, and by place the facts, joint and form."""
    numbered, found = "", {}
    for literal, path, form, _ in string.Formatter().parse(sentence):
        numbered += literal
        if path is None:
            continue
        paths, joint = grammar.joined(path)
        values = [text.Sentence().get_field(each, (), facts_of(id))[0] for each in paths]
        names = []
        for each, value in zip(paths, values, strict=True):
            known = {name: place for name, (place, _, _) in found.items() if place == each}
            name = next(iter(known), f"f{len(found)}")
            forms = (
                found[name][2] | {form.partition(":")[0].lower()}
                if known
                else {form.partition(":")[0].lower()}
            )
            found[name] = (each, value, forms)
            names.append(name)
        numbered += "{" + f" {joint} ".join(names) + (f":{form}" if form else "") + "}"
    return numbered, found


def other_values(path, value, forms):
    """Return what a fact could be on another day."""
    if forms & COUNTS:
        return [0, 1, 2]
    if forms & {"adjective", "clause", "noun"} or str(value) in claims.VERDICTS:
        return [*claims.VERDICTS, "holds in 1 of 3 parts", "2 parts: 1 close, 1 inconclusive"]
    if forms & MEASURED:
        return [-value, 0 * value]
    if "listed" in forms:
        return LISTS
    if isinstance(value, str) and " and " in value and not path.endswith(("highest", "lowest")):
        return [text.listing(items) for items in LISTS]
    return []


def fillings(id, sentence):
    """Return a sentence as it is, with each fact changed, and with all counts changed at once."""
    numbered, found = places(id, sentence)
    today = {name: value for name, (_, value, _) in found.items()}
    days = [today]
    for name, (path, value, forms) in found.items():
        days += [{**today, name: other} for other in other_values(path, value, forms)]
    counted = [name for name, (_, _, forms) in found.items() if forms & COUNTS]
    days += [{**today, **dict.fromkeys(counted, n)} for n in (0, 1, 2)]
    return list(dict.fromkeys(text.fill(numbered, day, id) for day in days))


def faults(filled, part=""):
    """Return the kinds of fault in a filled sentence."""
    return [
        kind
        for kind, pattern in FAULTS.items()
        if re.search(pattern, filled) and not (part.startswith("prose") and kind in PARTLY)
    ]


@pytest.mark.parametrize("id", EXHIBITS)
def test_no_sentence_breaks_whatever_the_numbers(id):
    broken = [
        f"[{id}] {part}: {', '.join(kinds)}: {filled}"
        for (owner, part), sentence in templates().items()
        if owner == id
        for filled in fillings(id, sentence)
        if (kinds := faults(filled, part))
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("id", EXHIBITS)
def test_counts_are_printed_as_counts(id):
    """A whole number that is no year and no limit has a form that knows none and one."""
    bare = []
    for (owner, part), sentence in templates().items():
        _, found = places(id, sentence) if owner == id else ("", {})
        for path, value, forms in found.values():
            whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
            if whole and forms & {"", "text"} and not 1900 <= value <= 2100:
                bare.append(f"[{id}] {part}: {path} is {value}")
    assert not bare, "\n".join(bare)


BROKEN = {
    "1 of 7 countries and 1 cities": "one with a plural",
    "One cities": "one with a plural",
    "In one country, one are": "one with a verb of many",
    "Here 2 cities is": "many with a verb of one",
    "Of them 0 cities": "nought in digits",
    "leaving out oil in 0": "nought or nothing at a place",
    "one year more, and nothing in 236": "nought or nothing at a place",
    "0 rises beyond chance": "nought in digits",
    "they are depends on the definition": "two verbs",
    "one plant saves \u221219\u00a0%": "a gain below zero",
    "slower among: ; faster": "an empty list",
    "it is \u2013 of all": "a missing value",
    "It is -3": "a hyphen for a minus",
    "It is 95 %": "a space that may break",
    "From 100k to 1m": "a letter for thousands",
    "An F1 of .85": "no nought before the point",
    "this and and that": "a word twice",
    "Down in Egypt, Arab Rep..": "two spaces or stops",
    "Typed regional hub and regional hub": "an item twice",
}


@pytest.mark.parametrize(("sentence", "kind"), BROKEN.items())
def test_each_kind_of_fault_is_found(sentence, kind):
    assert kind in faults(sentence)


@pytest.mark.parametrize(
    ("sentence", "facts", "expected"),
    [
        ("{n:Many:city|cities} {n:verb:is|are} left", {"n": 0}, "No cities are left"),
        ("{n:many:city|cities} {n:verb:is|are} left", {"n": 1}, "one city is left"),
        ("{n:many:city|cities} {n:verb:is|are} left", {"n": 1200}, "1,200 cities are left"),
        ("{n:None} of 8", {"n": 0}, "None of 8"),
        ("{low to high:share}", {"low": 0.1, "high": 0.104}, "10\u00a0%"),
        ("{low to high:share}", {"low": 0.1, "high": 0.2}, "10\u00a0% to 20\u00a0%"),
        ("are {a and b}", {"a": "hubs", "b": "hubs"}, "are both hubs"),
        ("are {a and b}", {"a": "hubs", "b": "corridors"}, "are hubs and corridors"),
        ("are {a and a and a:adjective}", {"a": "close"}, "are all close"),
        (
            "they are {a:adjective}",
            {"a": "holds in 1 of 3 parts"},
            "they are found to hold in 1 of 3 parts",
        ),
        ("faster by {d:points}", {"d": 0.0061}, "faster by 0.6\u00a0points"),
        ("it is {d:number}, -3 at 5 km", {"d": -0.001}, "it is 0.00, \u22123 at 5\u00a0km"),
        ("in {of:listed}", {"of": []}, "in none"),
    ],
)
def test_forms_of_the_grammar(sentence, facts, expected):
    assert text.fill(sentence, facts, "fig-test") == expected


def test_every_verdict_has_its_forms():
    assert set(text._all_words()["verdicts"]) == set(claims.VERDICTS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (30, "30"),
        (0.5, "0.5"),
        (1e5, "100,000"),
        (1.5e6, "1.5\u00a0million"),
        (1e9, "1\u00a0billion"),
    ],
)
def test_axes_and_sentences_name_sizes_in_one_style(value, expected):
    assert text.short(value) == expected
    assert value < 1e5 or text.people(value).split("\u00a0")[-1] == expected.split("\u00a0")[-1]


def draws_borders(id):
    draw = EXHIBITS[id]().parts.draw
    function = getattr(draw, "func", draw)
    return function is not None and bool(
        re.search(
            r"maps\.(?:(?:world|country)\((?!None)|draw_world\()", inspect.getsource(function)
        )
    )


@pytest.mark.parametrize("id", EXHIBITS)
def test_the_last_note_under_a_map_says_whose_boundaries_are_drawn(id):
    notes = text._all_words()[id].get("notes", [])
    assert (notes[-1:] == ["@boundaries"]) == draws_borders(id)
