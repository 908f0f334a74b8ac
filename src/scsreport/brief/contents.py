"""What a brief consists of, before it is written as a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
from matplotlib.figure import Figure

from scsreport.exhibits import arguments, pictures, style
from scsreport.exhibits.contract import Exhibit
from scsreport.exhibits.pages import Entry, Section, Table

__all__ = ["Brief", "Piece", "of_exhibit"]


@dataclass(frozen=True)
class Piece:
    """One figure or table of a brief.

    Parameters
    ----------
    id : str
        ``fig-...`` or ``tab-...``.
    title, caption, alt : str
        The finding; what is shown; what it shows, for those who cannot see it.
    notes : sequence of str
        What to beware of.
    sources : sequence of str
        Where its numbers come from, one sentence each.
    licence : str
        Under which it may be used.
    data : DataFrame
        What is behind it.
    columns : sequence of tuple of str
        Of a table: column, heading and form.
    draw : callable, optional
        Of a figure: ``draw(data, theme) -> Figure``.
    """

    id: str
    title: str
    caption: str
    alt: str
    notes: Sequence[str]
    sources: Sequence[str]
    licence: str
    data: pd.DataFrame = field(repr=False)
    columns: Sequence[Sequence[str]] = ()
    draw: pictures.Drawing | None = field(default=None, repr=False)

    @property
    def figure(self) -> Figure:
        """The figure as matplotlib draws it, anew each time; ValueError for a table."""
        if self.draw is None:
            raise ValueError(f"{self.id} is a table, which has no figure; its rows are in .data")
        return pictures.drawn(self.draw, self.data, style.LIGHT)


@dataclass(frozen=True)
class Brief:
    """All that a brief says of a country.

    Parameters
    ----------
    name : str
        Of the country.
    slug : str
        Its name in a file.
    lead : str
        The answer, in a sentence.
    basis : Table
        What each part rests on: the book's table or a file, and what was replaced.
    settings : sequence of str
        Own rules, thresholds, decay and speeds; empty where all are the book's.
    not_run : sequence of str
        What could not be said, and why.
    sections : sequence of Section
        Questions and answers.
    pieces : sequence of Piece
        Figures and tables.
    entries : sequence of Entry
        What is told of single cities.
    sources : sequence of str
        Who is to be named.
    """

    name: str
    slug: str
    lead: str
    basis: Table
    settings: Sequence[str]
    not_run: Sequence[str]
    sections: Sequence[Section]
    pieces: Sequence[Piece]
    entries: Sequence[Entry] = field(repr=False)
    sources: Sequence[str] = field(repr=False)

    @property
    def exhibits(self) -> Mapping[str, Piece]:
        """The figures and tables by id: each has ``data``, and a figure its ``figure``."""
        return {piece.id: piece for piece in self.pieces}

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The rows behind each figure and table, by id."""
        return {piece.id: pd.DataFrame(piece.data) for piece in self.pieces}

    def html(self) -> bytes:
        """Return the brief as one page that needs no other file, the same bytes each time."""
        from scsreport.brief.page import page

        return page(self).encode()


def of_exhibit(exhibit: Exhibit, sources: Sequence[str], licence: str) -> Piece:
    """Return an exhibit of the book as a part of a brief.

    Parameters
    ----------
    exhibit : Exhibit
        As a function of :mod:`scsreport.exhibits` returns it.
    sources : sequence of str
        Its sources, one sentence each.
    licence : str
        Under which it may be used.

    Returns
    -------
    Piece
    """
    # A brief is of one country: that is no deviation, and no column of a table.
    is_of_country = set(exhibit.changed) == {"country"}
    told = {arguments.said(exhibit.changed)} if is_of_country else set()
    return Piece(
        exhibit.id,
        exhibit.title,
        exhibit.caption,
        exhibit.alt,
        [note for note in exhibit.notes if note not in told],
        sources,
        licence,
        exhibit.data,
        [column for column in exhibit.columns if not is_of_country or column[0] != "country"],
        exhibit.parts.draw,
    )
