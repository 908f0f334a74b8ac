"""One style sheet for all pages, which holds only the rules that some page can use.

The theme and the extensions bring nine sheets, 540 kB of which a page uses a tenth. A rule stays if
every class, id and element that it names is in some page, or in a script, which may set it.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2

from scsreport.tables import datasets

__all__ = ["SHEET", "Names", "digest", "names_in", "one_sheet", "used_rules"]

SHEET = "site.css"
"""The sheet's name, in ``_static``."""

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
    text : str
        Everything that may name a custom property.
    """

    words: frozenset[str]
    elements: frozenset[str]
    text: str


def names_in(pages: Iterable[Path], scripts: Iterable[Path]) -> Names:
    """Collect what pages and scripts name.

    Parameters
    ----------
    pages : iterable of Path
        HTML.
    scripts : iterable of Path
        JavaScript that some page loads.

    Returns
    -------
    Names
    """
    words: set[str] = set()
    elements: set[str] = set()
    text: list[str] = []
    for page in pages:
        markup = page.read_text(encoding="utf-8")
        for values in re.findall(r'\b(?:class|id)="([^"]*)"', markup):
            words.update(values.split())
        elements.update(name.lower() for name in re.findall(r"<([A-Za-z][\w-]*)", markup))
        text += re.findall(r'\bstyle="([^"]*)"', markup)
        text += re.findall(r'="(var\([^"]*)"', markup)  # colours of figures
    for script in scripts:
        code = script.read_text(encoding="utf-8")
        words.update(re.findall(r"[\w-]+", code))
        elements.update(name.lower() for name in re.findall(r"\w+", code))
        text.append(code)
    return Names(frozenset(words), frozenset(elements), "\n".join(text))


def one_sheet(sheets: Sequence[Path], static: Path, names: Names, made: Path) -> str:
    """Join style sheets in their order and leave out what nothing on the site uses.

    Parameters
    ----------
    sheets : sequence of Path
        In the order in which pages load them.
    static : Path
        The folder in which the sheet will lie; addresses are made relative to it.
    names : Names
        What the pages and scripts of the site name.
    made : Path
        Folder of sheets made before, by what they were made from.

    Returns
    -------
    str
        The sheet.
    """
    joined = "\n".join(_moved(sheet, static) for sheet in sheets)
    how = Path(__file__).read_text(encoding="utf-8")
    parts = (how, joined, sorted(names.words), sorted(names.elements), names.text)
    state = hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
    kept = made / f"{state}.css"
    if not kept.exists():  # reading all rules takes a second
        datasets.write_atomically(kept, used_rules(joined, names).encode())
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
    >>> names = Names(frozenset({"note"}), frozenset({"p"}), "")
    >>> used_rules("p .note, h5 { --a: 1; color: red } .gone { top: 0 }", names)
    'p .note{color:red}'
    """
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    kept = "".join(_used(rules, names))
    before = ""
    while before != kept:
        before = kept
        kept = _without_unused_properties(kept, names.text)
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


def _without_unused_properties(sheet: str, text: str) -> str:
    """Drop the custom properties that neither the sheet nor a script or page asks for."""
    asked = set(re.findall(r"var\(\s*(--[\w-]+)", sheet)) | set(re.findall(r"--[\w-]+", text))
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
