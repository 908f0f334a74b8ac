"""Prose of a chapter without a build: numbers, names and works in place of roles."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["Words", "cited", "filled"]

ROLE = re.compile(r"\{([a-z:]+)\}`([^`]+)`")
TARGETED = re.compile(r"(?P<text>[^<]+?)\s*<(?P<target>[^>]+)>$")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]+\)")
LABEL = re.compile(r"^\([a-z0-9-]+\)=\n", re.MULTILINE)
RAW = re.compile(r"^```\{raw\}.*?^```\n?", re.MULTILINE | re.DOTALL)
BOX = re.compile(
    r"^:::\{[a-z]+\} ?([^\n]*)\n(?::[a-z]+:[^\n]*\n)*(.*?)^:::$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Words:
    """What stands in place of roles.

    Parameters
    ----------
    numbers : mapping of str
        What prose prints, by key.
    exhibits : mapping of str
        How the book calls an exhibit, "Figure 3", by its id.
    pages : mapping of str
        Titles of sections, by label.
    works : mapping of tuple of str
        Who signed a work, and when, by its key in the bibliography.
    """

    numbers: Mapping[str, str] = field(default_factory=dict)
    exhibits: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    works: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def filled(text: str, words: Words) -> str:
    """Return prose of a chapter as it reads without a build.

    Parameters
    ----------
    text : str
        In the Markdown of the chapters.
    words : Words
        What stands in place of roles. What is not known keeps its key.

    Returns
    -------
    str
    """

    def of_role(found: re.Match[str]) -> str:
        role, content = found.groups()
        return FILLED.get(role, _plain)(content, words)

    without = LABEL.sub("", RAW.sub("", text))
    boxed = BOX.sub(r"**\1**\n\n\2", without)
    return ROLE.sub(of_role, LINK.sub(r"\1", boxed))


def _plain(content: str, words: Words) -> str:
    """Return the text of a role whose target does not matter."""
    targeted = TARGETED.match(content)
    return targeted["text"] if targeted else content


def _number(content: str, words: Words) -> str:
    return words.numbers.get(content, content)


def _exhibit(content: str, words: Words) -> str:
    return words.exhibits.get(content, content)


def _page(content: str, words: Words) -> str:
    return _plain(content, words) if TARGETED.match(content) else words.pages.get(content, content)


def _code(content: str, words: Words) -> str:
    name = content.rpartition(".")[2] if content.startswith("~") else content
    return f"`{name}()`"


def _in_brackets(content: str, words: Words) -> str:
    return f"[{', '.join(', '.join(work) for work in _works(content, words))}]"


def _in_sentence(content: str, words: Words) -> str:
    signed = [f"{who} [{year}]" if year else who for who, year in _works(content, words)]
    *before, last = signed
    return f"{', '.join(before)} and {last}" if before else last


def _works(content: str, words: Words) -> list[tuple[str, str]]:
    """Return works in the order of the bibliography, as the pages have them."""
    keys = [key.strip() for key in content.split(",")]
    return sorted(words.works.get(key, (key, "")) for key in keys)


FILLED: Mapping[str, Callable[[str, Words], str]] = {
    "glue:text": _number,
    "numref": _exhibit,
    "ref": _page,
    "doc": _page,
    "py:func": _code,
    "cite:p": _in_brackets,
    "cite:t": _in_sentence,
}
"""How each role is filled; of others, terms among them, the text is kept."""


def cited(text: str) -> set[str]:
    """Return the works that prose cites, by their keys in the bibliography.

    Parameters
    ----------
    text : str
        In the Markdown of the chapters.

    Returns
    -------
    set of str
    """
    contents = [content for role, content in ROLE.findall(text) if role.startswith("cite")]
    return {key.strip() for content in contents for key in content.split(",")}
