"""Which country is meant: by name or ISO code, with suggestions where none is."""

import difflib
import re
import unicodedata
from functools import cache
from typing import NamedTuple

from scsreport.brief.faults import BriefError
from scsreport.findings.profiles import slug
from scsreport.tables.country_names import names_in_a_sentence, other_spellings, short_names
from scsreport.tables.datasets import load

__all__ = ["LONGEST_NAME", "Country", "known", "new", "of_code", "suggestions"]

LONGEST_NAME = 80
NEAR = 0.72
"""How alike two spellings are, 0 to 1, from which one is suggested for the other; ours."""

SUGGESTED = 3
LONGEST_CODE = 3
"""Letters of a code, which is no part of a name."""

SMALL = ("of", "the", "and")
"""Words that initials pass over."""


class Country(NamedTuple):
    """A country of the book, or a new one without codes.

    Attributes
    ----------
    name, called, slug : str
        As printed, within a sentence, and in the name of a file.
    country, iso3 : str
        ISO codes of two and three letters; empty for a country that the book does not know.
    """

    name: str
    called: str
    slug: str
    country: str = ""
    iso3: str = ""


def plain(name: str) -> str:
    """Return a name as it is compared: small letters without accents, words by one space.

    Parameters
    ----------
    name : str
        As typed.

    Returns
    -------
    str

    Examples
    --------
    >>> plain("  Côte  d'Ivoire")
    'cote d ivoire'
    """
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", letters.casefold()))


@cache
def _codes() -> dict[str, str]:
    """Return the ISO alpha-2 code of each spelling and code, as they are compared."""
    codes: dict[str, str] = {}
    printed = short_names("country")
    for code, names in other_spellings("country").items():
        codes |= {plain(name): code for name in names}
    codes |= {plain(name): str(code) for code, name in printed.items()}
    table = load("countries")
    for column in ("iso3", "country"):
        codes |= dict(zip(table[column].str.lower(), table["country"], strict=True))
    return codes


def known(asked: str) -> Country | None:
    """Return the country of the book that a name or an ISO code stands for, if any.

    Parameters
    ----------
    asked : str
        In any spelling the book knows: "Colombia", "COL", "co", "Cote d'Ivoire".

    Returns
    -------
    Country or None

    Examples
    --------
    >>> known("viet nam").iso3, known("Freedonia")
    ('VNM', None)
    """
    name = plain(asked)
    code = _codes().get(name)
    if code is None or _is_of_several(name, code):
        return None
    return of_code(code)


def _is_of_several(name: str, code: str) -> bool:
    """Say whether a word that is no printed name stands in the names of several: Korea."""
    if " " in name or len(name) <= LONGEST_CODE or name == plain(str(short_names("country")[code])):
        return False
    longer = [each for each in _holding(name) if len(each) >= len(name)]
    return len({_codes()[spelling] for spelling in longer}) > 1


def _holding(name: str) -> list[str]:
    """Return the spellings that hold a name as whole words, or lie within it, the nearest first."""
    every = [spelling for spelling in _codes() if len(spelling) > LONGEST_CODE]
    held = [each for each in every if f" {name} " in f" {each} " or f" {each} " in f" {name} "]
    return sorted(held, key=lambda each: abs(len(each) - len(name)))


def _of_initials(name: str) -> list[str]:
    """Return the spellings of several words whose first letters a name is made of."""
    words = {each: [word for word in each.split() if word not in SMALL] for each in _codes()}
    initials = {each: "".join(word[0] for word in parts) for each, parts in words.items()}
    return [each for each, letters in initials.items() if letters == name and len(letters) > 1]


def of_code(code: str) -> Country:
    """Return the country of the book that has a code.

    Parameters
    ----------
    code : str
        ISO alpha-2, in capitals.

    Returns
    -------
    Country
    """
    iso3 = load("countries").set_index("country")["iso3"][code]
    name = short_names("country")[code]
    return Country(name, names_in_a_sentence("country")[code], slug(name), code, str(iso3))


def suggestions(asked: str) -> list[str]:
    """Return the countries whose names are near to what was asked, the nearest first.

    Parameters
    ----------
    asked : str
        A name that :func:`known` does not know.

    Returns
    -------
    list of str
        Names as printed; at most three.

    Examples
    --------
    >>> suggestions("Columbia")
    ['Colombia']
    """
    name = plain(asked)[:LONGEST_NAME]
    spellings = [each for each in _codes() if len(each) > LONGEST_CODE]
    near = _holding(name) if name else []
    # What only sounds alike is not told beside a name that is there.
    near = near or difflib.get_close_matches(name, spellings, SUGGESTED, NEAR)
    names = short_names("country")
    meant = [str(names[_codes()[spelling]]) for spelling in [*_of_initials(name), *near]]
    return list(dict.fromkeys(meant))[:SUGGESTED]


def new(asked: str) -> Country:
    """Return a country that the book does not know.

    Parameters
    ----------
    asked : str
        Its name.

    Returns
    -------
    Country

    Raises
    ------
    BriefError
        If that is no name.
    """
    name = " ".join(asked.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BriefError(
            f"country: found {asked[:LONGEST_NAME]!r}, expected a name of 1 to {LONGEST_NAME} "
            "letters that are seen"
        )
    return Country(name, name, slug(name) or "country")
