"""One style sheet for all pages, which holds only the rules that some page can use.

The theme and the extensions bring nine sheets, 540 kB of which a page uses a tenth. A rule stays if
every class, id and element that it names is in some page, or in a script, which may set it.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2

from scsreport.tables import datasets

__all__ = [
    "SHEET",
    "Namer",
    "Names",
    "digest",
    "joined",
    "names_of_page",
    "names_of_script",
    "names_of_sheet",
    "one_sheet",
    "used_rules",
]

SHEET = "site.css"
"""The sheet's name, in ``_static``."""

PROPERTY = re.compile(r"--[\w-]+")
"""A custom property."""

GROUPS = {"media", "supports", "layer", "container"}
"""At-rules that hold rules."""


@dataclass(frozen=True)
class Names:
    """What pages and scripts name.

    Attributes
    ----------
    words : frozenset of str
        Classes and ids, and all words of scripts.
    elements : frozenset of str
        Names of elements, in lower case.
    properties : frozenset of str
        Custom properties.
    """

    words: frozenset[str]
    elements: frozenset[str]
    properties: frozenset[str]

    @classmethod
    def of_all(cls, found: Iterable["Names"]) -> "Names":
        """Return what any of several name."""
        words, elements, properties = set[str](), set[str](), set[str]()
        for names in found:
            words |= names.words
            elements |= names.elements
            properties |= names.properties
        return cls(frozenset(words), frozenset(elements), frozenset(properties))

    def among(self, others: "Names") -> "Names":
        """Return those that others have, too."""
        return Names(
            self.words & others.words,
            self.elements & others.elements,
            self.properties & others.properties,
        )


class Namer:
    """Finds what pages and scripts name of what a style sheet knows.

    Parameters
    ----------
    sheet : str
        CSS.
    notes : Path
        Where what was found in each file is kept, so that a file is read again once it changed.
    """

    def __init__(self, sheet: str, notes: Path) -> None:
        self._known = names_of_sheet(sheet)
        self._notes = notes
        how = Path(__file__).read_text(encoding="utf-8")
        self._state = hashlib.sha256(f"{how}\0{sheet}".encode()).hexdigest()[:16]
        self._kept = _kept(notes, self._state)

    def names_in(self, pages: Iterable[str], scripts: Iterable[str]) -> Names:
        """Collect what pages and scripts name.

        Parameters
        ----------
        pages : iterable of str
            HTML.
        scripts : iterable of str
            JavaScript that some page loads.

        Returns
        -------
        Names
        """
        found = dict(self._named(names_of_page, pages))
        found |= dict(self._named(names_of_script, scripts))
        if found != self._kept:
            note = {"sheet": self._state, "files": found}
            datasets.write_atomically(self._notes, json.dumps(note).encode())
        return Names.of_all(Names(*map(frozenset, names)) for names in found.values())

    def _named(
        self, find: Callable[[str], Names], texts: Iterable[str]
    ) -> Iterator[tuple[str, list[list[str]]]]:
        """Yield a key of each text, and what it names."""
        for text in texts:
            key = hashlib.sha256(text.encode()).hexdigest()[:16]
            if key in self._kept:
                yield key, self._kept[key]
            else:
                names = find(text).among(self._known)
                yield key, [sorted(names.words), sorted(names.elements), sorted(names.properties)]


def names_of_page(markup: str) -> Names:
    """Collect what a page names.

    Parameters
    ----------
    markup : str
        HTML.

    Returns
    -------
    Names
    """
    values = re.findall(r'\b(?:class|id)="([^"]*)"', markup)
    elements = {name.lower() for name in re.findall(r"<([A-Za-z][\w-]*)", markup)}
    styles = re.findall(r'\bstyle="([^"]*)"', markup)
    styles += re.findall(r'="(var\([^"]*)"', markup)  # colours of figures
    properties = PROPERTY.findall("\n".join(styles))
    return Names(frozenset(" ".join(values).split()), frozenset(elements), frozenset(properties))


def names_of_script(code: str) -> Names:
    """Collect what a script may name: any word of it.

    Parameters
    ----------
    code : str
        JavaScript.

    Returns
    -------
    Names
    """
    elements = {name.lower() for name in re.findall(r"\w+", code)}
    words = re.findall(r"[\w-]+", code)
    return Names(frozenset(words), frozenset(elements), frozenset(PROPERTY.findall(code)))


def names_of_sheet(sheet: str) -> Names:
    """Collect all that a style sheet may name, and more.

    Parameters
    ----------
    sheet : str
        CSS.

    Returns
    -------
    Names
    """
    words = frozenset(re.findall(r"[\w-]+", sheet.replace("\\", "")))
    return Names(words, frozenset(map(str.lower, words)), frozenset(PROPERTY.findall(sheet)))


def _kept(notes: Path, state: str) -> dict[str, list[list[str]]]:
    """Return what was noted of files when the sheet was the same."""
    try:
        note = json.loads(notes.read_text(encoding="utf-8"))
        files: dict[str, list[list[str]]] = note["files"]
        return files if note["sheet"] == state else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def joined(sheets: Iterable[Path], static: Path) -> str:
    """Join style sheets in their order.

    Parameters
    ----------
    sheets : iterable of Path
        In the order in which pages load them.
    static : Path
        The folder in which the sheet will lie; addresses are made relative to it.

    Returns
    -------
    str
        CSS.
    """
    return "\n".join(_moved(sheet, static) for sheet in sheets)


def one_sheet(sheet: str, names: Names, made: Path) -> str:
    """Leave out of a sheet what nothing on the site uses.

    Parameters
    ----------
    sheet : str
        CSS.
    names : Names
        What the pages and scripts of the site name.
    made : Path
        Folder of sheets made before, by what they were made from.

    Returns
    -------
    str
        The sheet.
    """
    how = Path(__file__).read_text(encoding="utf-8")
    parts = (how, sheet, *map(sorted, (names.words, names.elements, names.properties)))
    state = hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
    kept = made / f"{state}.css"
    if not kept.exists():  # reading all rules takes a second
        datasets.write_atomically(kept, used_rules(sheet, names).encode())
    return kept.read_text(encoding="utf-8")


def used_rules(sheet: str, names: Names) -> str:
    """Return a sheet without the rules and custom properties that nothing uses.

    Parameters
    ----------
    sheet : str
        CSS.
    names : Names
        What pages and scripts name.

    Returns
    -------
    str
        CSS without comments.

    Examples
    --------
    >>> names = Names(frozenset({"note"}), frozenset({"p"}), frozenset())
    >>> used_rules("p .note, h5 { --a: 1; color: red } .gone { top: 0 }", names)
    'p .note{color:red}'
    """
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    kept = "".join(_used(rules, names))
    before = ""
    while before != kept:
        before = kept
        kept = _without_unused_properties(kept, names.properties)
    return kept


def _moved(sheet: Path, static: Path) -> str:
    """Return a sheet, with those that it imports, whose addresses hold from another folder."""
    here = posixpath.relpath(sheet.parent.as_posix(), static.as_posix())

    def imported(match: "re.Match[str]") -> str:
        return _moved((sheet.parent / match[1]).resolve(), static.resolve())

    def moved(match: "re.Match[str]") -> str:
        address = match[2]
        if re.match(r"data:|#|/|https?:", address):
            return match[0]
        return f'url("{posixpath.normpath(posixpath.join(here, address))}")'

    text = sheet.read_text(encoding="utf-8")
    text = re.sub(r"""url\(\s*(["']?)([^"')]+)\1\s*\)""", moved, text)
    return re.sub(r"""@import\s+["']([^"']+)["']\s*;""", imported, text)


def _used(rules: Iterable[Any], names: Names) -> Iterator[str]:
    """Yield the rules that something uses, as text."""
    for rule in rules:
        if rule.type == "qualified-rule":
            prelude = ",".join(_used_selectors(rule.prelude, names))
            body = _declarations(rule.content)
            if prelude and body:
                yield f"{prelude}{{{body}}}"
        elif rule.type == "at-rule":
            yield _at_rule(rule, names)


def _at_rule(rule: Any, names: Names) -> str:
    head = f"@{rule.lower_at_keyword}{_text(rule.prelude).rstrip()}"
    if rule.content is None:
        return "" if rule.lower_at_keyword == "charset" else f"{head};"
    if rule.lower_at_keyword not in GROUPS:
        return f"{head}{{{_text(rule.content).strip()}}}"
    inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
    body = "".join(_used(inner, names))
    return f"{head}{{{body}}}" if body else ""


def _used_selectors(prelude: Sequence[Any], names: Names) -> Iterator[str]:
    selector: list[Any] = []
    for token in [*prelude, None]:
        if token is not None and not (token.type == "literal" and token.value == ","):
            selector.append(token)
            continue
        if _is_used(selector, names):
            yield _text(selector).strip()
        selector = []


def _is_used(selector: Sequence[Any], names: Names) -> bool:
    """Return whether all that a selector names outside brackets is on some page."""
    before = ""
    for token in selector:
        if token.type == "ident" and before != ":":
            known = names.words if before == "." else names.elements
            word = token.value if before == "." else token.lower_value
            if word not in known:
                return False
        if token.type == "hash" and token.value not in names.words:
            return False
        before = token.value if token.type == "literal" else ""
    return True


def _declarations(content: Sequence[Any]) -> str:
    parts = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    texts = []
    for part in parts:
        if part.type != "declaration":
            texts.append(part.serialize())
            continue
        important = "!important" if part.important else ""
        texts.append(f"{part.name}:{_text(part.value).strip()}{important}")
    return ";".join(texts)


def _text(tokens: Sequence[Any]) -> str:
    plain = [token for token in tokens if token.type != "comment"]
    text: str = tinycss2.serialize(plain)
    return re.sub(r"\s+", " ", text) if '"' not in text and "'" not in text else text


def _without_unused_properties(sheet: str, named: frozenset[str]) -> str:
    """Drop the custom properties that neither the sheet nor a script or page asks for."""
    asked = named.union(re.findall(r"var\(\s*(--[\w-]+)", sheet))
    kept = re.sub(
        r"(?<=[{;])(--[\w-]+):((?:[^;{}\"']|\"[^\"]*\"|'[^']*')*)(;|(?=\}))",
        lambda match: match[0] if match[1] in asked else "",
        sheet,
    )
    kept = re.sub(r";(?=\})", "", kept)
    return re.sub(r"(?<=[};])[^{};@]+\{\}", "", kept)


def digest(sheet: str) -> str:
    """Return what an address of the sheet ends with, so that a browser fetches another one."""
    return hashlib.sha256(sheet.encode()).hexdigest()[:8]
