"""Own rules, thresholds, decay and speeds, from a TOML file; each is printed on every exhibit."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from scsreport import definitions
from scsreport.brief.faults import FileError
from scsreport.brief.schemas import LEAST_PEOPLE, VERSION
from scsreport.definitions import Rule
from scsreport.findings.connectivity import HALF_LIVES, KMH
from scsreport.tables.schema import Problem
from scsreport.typology import Thresholds
from scsreport.typology.measures import DEFAULT

__all__ = ["MAP_RULE", "Settings", "settings_of"]

MAP_RULE = "D7"
"""The rule by which maps and lists mark secondary cities, where no other is set."""

TABLES = ("country", "rules", "thresholds", "decay", "speeds")
PARTS = {
    "country": ("is_new",),
    "rules": (),
    "thresholds": tuple(each.name for each in fields(Thresholds)),
    "decay": ("half_life",),
    "speeds": (),
}
"""What each table of the file may hold; the names in rules and speeds are free."""

OF_A_RULE = ("label", "minimum", "maximum", "share_min", "share_max", "below")
LIMITS_OF_A_RULE = {
    "minimum": (LEAST_PEOPLE, 1e9),
    "maximum": (LEAST_PEOPLE, 1e9),
    "share_min": (0.0, 1.0),
    "share_max": (0.0, 1.0),
}
"""Between which numbers the bounds of a rule lie: people, or a share of the largest city."""

UNITS = {"size_floor": " people", "large": " people", "reach": " km"}
"""Of thresholds that have one."""

OF_PEOPLE = ("size_floor", "large")
"""Thresholds that count people."""

LONGEST_RULE = 12
MOST_RULES = 8
SLOWEST, FASTEST = 1.0, 400.0
SHORTEST_HALF_LIFE, LONGEST_HALF_LIFE = 1.0, 600.0


@dataclass(frozen=True)
class Settings:
    """What an analyst sets otherwise than the book.

    Parameters
    ----------
    rule : str
        By which maps and lists mark secondary cities: one of the eight, or an own one.
    rules : mapping of Rule
        Own rules by name, beside the eight.
    thresholds : Thresholds
        Of the typing of forms.
    half_life : float
        Minutes after which people count half.
    kmh : float
        Speed on roads, km an hour.
    speeds : mapping of float
        Speeds by class of road.
    is_new : bool
        Whether the country is one that the book does not know, however it is spelt.
    file : str
        Where they come from; empty without a file.
    """

    rule: str = MAP_RULE
    rules: Mapping[str, Rule] = field(default_factory=dict)
    thresholds: Thresholds = DEFAULT
    half_life: float = HALF_LIVES[0]
    kmh: float = KMH
    speeds: Mapping[str, float] = field(default_factory=dict)
    is_new: bool = False
    file: str = ""

    @property
    def every_rule(self) -> Mapping[str, Rule]:
        """The eight rules in circulation and the own ones, by name."""
        return {**definitions.RULES, **self.rules}

    def told(self) -> list[str]:
        """Return each setting that is not the book's in words; none where all are."""
        usual = Settings()
        lines = [f"Own rule {name}: {rule.label}." for name, rule in self.rules.items()]
        if self.rule != usual.rule:
            lines.append(f"Cities are marked by rule {self.rule}, not by {usual.rule}.")
        for each in fields(Thresholds):
            mine, book = (getattr(of.thresholds, each.name) for of in (self, usual))
            if mine != book:
                unit = UNITS.get(each.name, "")
                lines.append(f"Threshold {each.name}: {mine:,g}{unit}, not {book:,g}.")
        if self.half_life != usual.half_life:
            half_lives = f"{self.half_life:g} minutes, not {usual.half_life:g}"
            lines.append(f"Decay: people count half for every {half_lives}.")
        if self.kmh != usual.kmh:
            lines.append(f"Speed: {self.kmh:g} km an hour, not {usual.kmh:g}.")
        if self.speeds:
            named = ", ".join(f"{name} {kmh:g}" for name, kmh in self.speeds.items())
            lines.append(f"Speeds by class of road, km an hour: {named}.")
        return lines


def settings_of(content: bytes, file: str) -> Settings:
    r"""Read settings from the bytes of a TOML file.

    Parameters
    ----------
    content : bytes
        The file.
    file : str
        Its name, for messages.

    Returns
    -------
    Settings

    Raises
    ------
    FileError
        With every fault of the file: table and key, found, expected.

    Examples
    --------
    >>> settings_of(b"[decay]\nhalf_life = 45", "own.toml").told()
    ['Decay: people count half for every 45 minutes, not 30.']
    """
    given = _parsed(content, file)
    found = _Found(file)
    _unknown_names(given, found)
    rules = _rules(found.table(given, "rules"), found)
    settings = Settings(
        rule=_choice(given, rules, found),
        rules=rules,
        thresholds=_thresholds(found.table(given, "thresholds"), found),
        half_life=_half_life(found.table(given, "decay"), found),
        speeds=_speeds(found.table(given, "speeds"), found),
        kmh=_default_speed(found.table(given, "speeds"), found),
        is_new=_is_new(found.table(given, "country"), found),
        file=file,
    )
    if found.problems:
        raise FileError(found.problems)
    return settings


def _parsed(content: bytes, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"byte {content[error.start]:#04x} in line {line}, which is no UTF-8"
        raise FileError([Problem(file, None, None, found, "TOML in UTF-8")]) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileError([_unreadable(f"{error}", file)]) from error


def _unreadable(error: str, file: str) -> Problem:
    """Return the fault of a file that is no TOML, with the line where reading ends."""
    line = re.search(r"line (\d+)", error)
    found = f"no TOML that can be read ({error})"
    expected = "a name, = and a value on each line: numbers with a point, text in quotation marks"
    return Problem(file, int(line[1]) if line else None, None, found, expected)


class _Found:
    """Faults of a file, gathered."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, where: str, found: object, expected: str) -> None:
        shown = found if isinstance(found, str) and found.startswith("no ") else _shown(found)
        self.problems.append(Problem(self.file, None, where, shown, expected))

    def table(self, given: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Return a table of the file, empty where there is none."""
        table = given.get(name, {})
        if isinstance(table, dict):
            return table
        self.add(name, table, f"a table [{name}]")
        return {}

    def number(self, where: str, value: object, low: float, high: float, usual: float) -> float:
        """Return a number within bounds, or note the fault and return the usual one."""
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and low <= value <= high:  # type: ignore[operator]
            return float(value)  # type: ignore[arg-type]
        self.add(where, value, f"a number from {_plainly(low)} to {_plainly(high)}")
        return usual


def _plainly(number: float) -> str:
    return f"{number:,.0f}" if number % 1 == 0 else f"{number:g}"


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"


def _unknown_names(given: Mapping[str, Any], found: _Found) -> None:
    top = ("schema", "rule", *TABLES)
    for name in given:
        if name not in top:
            found.add(name, "no known name", f"one of {', '.join(top)}{_meant(name, top)}")
    if given.get("schema", VERSION) != VERSION or isinstance(given.get("schema"), bool):
        found.add("schema", given["schema"], f"{VERSION}, the schema that this version reads")
    for table, names in PARTS.items():
        if not names:
            continue
        for name in found.table(given, table) if isinstance(given.get(table), dict) else ():
            if name not in names:
                expected = f"one of {', '.join(names)}{_meant(name, names)}"
                found.add(f"{table}.{name}", "no known name", expected)


def _meant(name: str, names: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name[:40], names, 1, 0.7)
    return f" (is {near[0]} meant?)" if near else ""


def _rules(table: Mapping[str, Any], found: _Found) -> dict[str, Rule]:
    if len(table) > MOST_RULES:
        found.add("rules", len(table), f"{MOST_RULES} rules or fewer")
    made = {name: _rule(name, given, found) for name, given in table.items()}
    return {name: rule for name, rule in made.items() if rule is not None}


def _rule(name: str, given: object, found: _Found) -> Rule | None:
    """Return an own rule, or none where it has a fault."""
    where = f"rules.{_shortened(name)}"
    before = len(found.problems)
    if name in definitions.RULES or name == "W":
        found.add(where, name, "another name: this one is a rule of the book")
    if not (name.isascii() and name.isalnum() and len(name) <= LONGEST_RULE):
        found.add(where, name, f"a name of 1 to {LONGEST_RULE} plain letters and digits")
    if not isinstance(given, dict):
        found.add(where, given, f"a table with {', '.join(OF_A_RULE)}")
        return None
    for key in given:
        if key not in OF_A_RULE:
            expected = f"one of {', '.join(OF_A_RULE)}{_meant(key, OF_A_RULE)}"
            found.add(f"{where}.{_shortened(key)}", "no known name", expected)
    bounds: dict[str, Any] = dict(_bounds(where, given, found))
    if not bounds:
        found.add(where, "no bound", "one or more of minimum, maximum, share_min, share_max")
    below = given.get("below", False)
    if not isinstance(below, bool):
        found.add(f"{where}.below", below, "true or false")
    label = given.get("label", _label(bounds, below=bool(below)))
    if not (isinstance(label, str) and label.isprintable() and 0 < len(label) <= 60):
        found.add(f"{where}.label", label, "1 to 60 letters that are seen")
    if len(found.problems) > before:
        return None
    try:
        return Rule(name, label, "own", label, below=below, **bounds)
    except ValueError as error:
        found.add(where, "no city that can meet it", str(error))
        return None


def _shortened(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"


def _bounds(where: str, given: Mapping[str, Any], found: _Found) -> Iterator[tuple[str, float]]:
    for key, (least, most) in LIMITS_OF_A_RULE.items():
        # Nought is no bound; a few people are thousands of them, or a point between thousands.
        low = 0.0 if given.get(key) == 0 else least
        if key in given:
            yield key, found.number(f"{where}.{key}", given[key], low, most, 0)


def _label(bounds: Mapping[str, float], *, below: bool) -> str:
    """Return the bounds of a rule in words."""
    words = {
        "minimum": "{:,.0f} people and more",
        "maximum": "up to {:,.0f} people",
        "share_min": "{:.0%} of the largest and more",
        "share_max": "less than {:.0%} of the largest" if below else "up to {:.0%} of the largest",
    }
    return ", ".join(words[key].format(value) for key, value in bounds.items())


def _choice(given: Mapping[str, Any], rules: Mapping[str, Rule], found: _Found) -> str:
    rule = given.get("rule", MAP_RULE)
    own = given.get("rules", {})
    known = (*definitions.RULES, *rules)
    # A rule that has a fault of its own is told there.
    if isinstance(rule, str) and (rule in known or (isinstance(own, dict) and rule in own)):
        return rule if rule in known else MAP_RULE
    found.add("rule", rule, f"one of {', '.join(known)}")
    return MAP_RULE


def _thresholds(table: Mapping[str, Any], found: _Found) -> Thresholds:
    usual = Thresholds()
    values = {name: value for name, value in table.items() if name in PARTS["thresholds"]}
    sound = {}
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            found.add(f"thresholds.{name}", value, "a number")
            continue
        if name in OF_PEOPLE and 0 < value < LEAST_PEOPLE:
            found.add(f"thresholds.{name}", value, f"people, {LEAST_PEOPLE:,} or more")
            continue
        try:
            Thresholds(**{name: value})
        except (ValueError, TypeError, OverflowError) as error:
            found.add(f"thresholds.{name}", value, str(error).rpartition("expected ")[2])
        else:
            sound[name] = float(value)
    return Thresholds(**sound) if sound else usual


def _half_life(table: Mapping[str, Any], found: _Found) -> float:
    usual = Settings.half_life
    given = table.get("half_life", usual)
    return found.number("decay.half_life", given, SHORTEST_HALF_LIFE, LONGEST_HALF_LIFE, usual)


def _speeds(table: Mapping[str, Any], found: _Found) -> dict[str, float]:
    return {
        name: found.number(f"speeds.{_shortened(name)}", kmh, SLOWEST, FASTEST, Settings.kmh)
        for name, kmh in table.items()
        if name != "default"
    }


def _default_speed(table: Mapping[str, Any], found: _Found) -> float:
    usual = Settings.kmh
    return found.number("speeds.default", table.get("default", usual), SLOWEST, FASTEST, usual)


def _is_new(table: Mapping[str, Any], found: _Found) -> bool:
    given = table.get("is_new", False)
    if isinstance(given, bool):
        return given
    found.add("country.is_new", given, "true or false")
    return False
