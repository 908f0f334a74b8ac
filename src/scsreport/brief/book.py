"""What the book says of a country: its page, and the exhibits of chapters for it alone."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from scsreport.brief.contents import Piece, of_exhibit
from scsreport.brief.countries import Country
from scsreport.exhibits import connectivity, forms, profiles, systems
from scsreport.exhibits.contract import Exhibit
from scsreport.exhibits.pages import Page
from scsreport.tables.datasets import resource, strictest_licence

__all__ = ["EXHIBITS", "OF_OTHER_TABLES", "Shown", "page_of", "pieces_of", "source_lines"]


class Shown(NamedTuple):
    """An exhibit of a chapter that takes a country.

    Attributes
    ----------
    what : str
        What it shows.
    needs : str
        Without which it cannot be made.
    function : callable
        That makes it.
    """

    what: str
    needs: str
    function: Callable[..., Exhibit]


EXHIBITS = (
    Shown("Secondary cities by rule", "a listed place", systems.country_table),
    Shown("A map of its cities", "a city of 100,000 people", systems.country_map),
    Shown("Rank and size", "three cities of 100,000 people", systems.country_rank_size),
    Shown("Exponents by smallest size", "five cities of 100,000 people", systems.cutoffs),
    Shown("Forms", "a city with a form outside the suburbs of the largest", forms.counted),
    Shown("Contested forms", "a city on whose form the runs do not agree", forms.contested),
    Shown("People within reach", "a secondary city on a road that is known", connectivity.country),
)
"""The exhibits of chapters that take a country."""

OF_OTHER_TABLES = ("gap", "infrastructure")
"""Sections of the page of a country that rest on no list of cities."""


def page_of(country: Country) -> Page | None:
    """Return the page of a country of the book, if it has one.

    Parameters
    ----------
    country : Country
        With its codes.

    Returns
    -------
    Page or None
    """
    try:
        return profiles.page(country.country)
    except ValueError:
        return None


def pieces_of(country: Country) -> tuple[list[Piece], list[str]]:
    """Return the exhibits of chapters for a country, and what could not be made.

    Parameters
    ----------
    country : Country
        With its codes.

    Returns
    -------
    tuple of list
        Pieces, and one sentence on each that is left out.
    """
    pieces: list[Piece] = []
    left_out: list[str] = []
    for shown in EXHIBITS:
        try:
            exhibit = shown.function(country=country.iso3)
        except ValueError:  # what the country lacks; tests hold that others lack nothing
            left_out.append(f"{shown.what}: it needs {shown.needs}, and the book lists none.")
        else:
            lines = list(source_lines(exhibit.sources))
            pieces.append(of_exhibit(exhibit, lines, strictest_licence(exhibit.sources)))
    return pieces, left_out


def source_lines(tables: Iterable[str]) -> Iterator[str]:
    """Yield a sentence on each table of the book: title, who made it, vintage and licence.

    Parameters
    ----------
    tables : iterable of str
        Names of tables of ``data/``.

    Yields
    ------
    str
    """
    for name in tables:
        table = resource(name)
        words = (table.title, table.attribution, f"Vintage: {table.vintage}")
        yield f"{'. '.join(word.rstrip('.') for word in words)}. Licence: {table.licence}."
