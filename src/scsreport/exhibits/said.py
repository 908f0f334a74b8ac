"""Sentences that remember what they were made from, so that they can be said in other languages."""

import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Any  # a fact of a sentence: any kind of value

import pandas as pd

from scsreport.exhibits import grammar

__all__ = ["Said", "joined", "parts"]


class Said(str):
    """A sentence in English, with its messages and their facts.

    It is a text like any other: what is made of it by methods of texts is a plain text again.

    Attributes
    ----------
    made_of : tuple of tuple
        Each message, with its places, and the facts that fill them.
    """

    made_of: tuple[tuple[str, Mapping[str, Any]], ...]

    def __new__(cls, text: str, *made_of: tuple[str, Mapping[str, Any]]) -> "Said":
        """Return a text that remembers."""
        said = super().__new__(cls, text)
        said.made_of = made_of
        return said

    def __deepcopy__(self, _: object) -> "Said":
        """Return itself: the facts may be whole tables, and nobody changes them."""
        return self


def joined(sentences: Iterable[str]) -> Said:
    """Return sentences as one text.

    Parameters
    ----------
    sentences : iterable of str
        In order.

    Returns
    -------
    Said
    """
    found = list(sentences)
    made_of = (part for each in found for part in getattr(each, "made_of", ()))
    return Said(" ".join(found), *made_of)


def parts(text: str) -> list[list[Any]]:
    """Return what a text was made from, as plain values.

    Parameters
    ----------
    text : str
        Filled in by :func:`scsreport.exhibits.text.fill`, or any other, which is a name.

    Returns
    -------
    list of list
        Each message and its facts, by place: numbers, texts and lists of texts. None where the
        text is a name.
    """
    made_of = getattr(text, "made_of", ())
    return [[message, dict(_used(message, facts))] for message, facts in made_of]


def _used(message: str, facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the facts that the places of a message name."""
    formatter = string.Formatter()
    for _, path, _, _ in formatter.parse(message):
        for each in grammar.joined(path)[0] if path else ():
            yield each, _plain(formatter.get_field(each, (), facts)[0])


def _plain(fact: Any) -> Any:
    """Return a fact as JSON can say it."""
    if isinstance(fact, (list, tuple)):
        return [str(each) for each in fact]
    if isinstance(fact, str):
        return str(fact)
    if pd.isna(fact):
        return None
    return fact.item() if hasattr(fact, "item") else fact
