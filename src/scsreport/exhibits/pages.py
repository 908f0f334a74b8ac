"""Pages that are made of data alone, one like the other: what each says, without its look."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from scsreport.exhibits import said
from scsreport.exhibits.switch import Switch

__all__ = [
    "EXPLORER_MIME",
    "FILES_MIME",
    "MIME",
    "Entry",
    "Explorer",
    "Files",
    "Page",
    "Pages",
    "Section",
    "Table",
]

MIME = "application/vnd.scsreport.pages+json"
FILES_MIME = "application/vnd.scsreport.files+json"
EXPLORER_MIME = "application/vnd.scsreport.explorer+json"


@dataclass(frozen=True)
class Table:
    """A small table.

    Parameters
    ----------
    caption : str
        What it shows.
    headings : sequence of str
        Of its columns; the first column names the row.
    rows : sequence of sequence of str
        As printed.
    """

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """A question and its answer.

    Parameters
    ----------
    id : str
        Its address on the page.
    question : str
        The heading.
    paragraphs : sequence of str
        The answer.
    table : Table, optional
        What it rests on.
    """

    id: str
    question: str
    paragraphs: Sequence[str]
    table: Table | None = None


@dataclass(frozen=True)
class Entry:
    """One of many things of a kind that a page tells, under its own address.

    Parameters
    ----------
    id : str
        Its address on the page.
    name : str
        A line.
    also : sequence of str
        Other names that find it.
    terms : sequence of tuple of str
        A term and what is said of it.
    link : str
        A page and address where it goes on, from the root of the site; may be empty.
    link_text : str
        What the link says.
    tags : sequence of str
        Words by which a script finds it.
    size : int
        By which it comes before others that a search finds as well.
    """

    id: str
    name: str
    terms: Sequence[tuple[str, str]]
    also: Sequence[str] = ()
    link: str = ""
    link_text: str = ""
    tags: Sequence[str] = ()
    size: int = 0


@dataclass(frozen=True)
class Explorer:
    """A map, a plot and a table of cities, linked, which a script fills from a file of data.

    Parameters
    ----------
    id : str
        The file, without ending.
    title : str
        What a saved map is called.
    heading : str
        Above it.
    whole : str
        In which cities have their rank: "the country".
    rules : sequence of tuple of str
        Id and words of each rule, in the order of the bits of a city.
    sources : str
        Who is to be named.
    has_countries : bool
        Whether its cities are of several countries, and told on their pages.
    """

    id: str
    title: str
    heading: str
    whole: str
    rules: Sequence[tuple[str, str]]
    sources: str
    has_countries: bool = False

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        said = f"{self.title}: a map, a plot and a table, on the page of the book"
        return {
            EXPLORER_MIME: asdict(self),
            "text/html": html.escape(said),
            "text/plain": said,
        }


@dataclass(frozen=True)
class Page:
    """One page.

    Parameters
    ----------
    id : str
        Its file, without ending.
    title : str
        Its name.
    lead : str
        The answer, in a sentence.
    sections : sequence of Section
        In order.
    entries_title : str
        Heading of the entries.
    entries : sequence of Entry
        In order.
    sources : str
        Who is to be named.
    also : sequence of str
        Other names that find the page.
    csv : str
        Rows that the page offers, as CSV; may be empty.
    csv_said : str
        What they are, and under which licence.
    explorer : Explorer, optional
        Of its entries, which are cities.
    country : str
        Its ISO alpha-2 code, by which other languages name it; may be empty.
    """

    id: str
    title: str
    lead: str
    sections: Sequence[Section]
    entries_title: str
    entries: Sequence[Entry]
    sources: str
    also: Sequence[str] = ()
    csv: str = field(default="", repr=False)
    csv_said: str = ""
    explorer: Explorer | None = None
    country: str = ""

    def made_of(self) -> dict[str, Any]:
        """Return what its sentences and tables were made from, for other languages."""
        return {
            "lead": said.parts(self.lead),
            "sections": [_section(section) for section in self.sections],
            "entries_title": said.parts(self.entries_title),
        }


@dataclass(frozen=True)
class Pages:
    """Pages of one kind, which stand in a folder of their own.

    Parameters
    ----------
    folder : str
        Where they stand on the site.
    pages : sequence of Page
        In order.
    switch : Switch, optional
        What a reader may choose on each of them.
    """

    folder: str
    pages: Sequence[Page] = field(repr=False)
    switch: Switch | None = None

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {
            MIME: {
                "folder": self.folder,
                "pages": [asdict(page) | {"made_of": page.made_of()} for page in self.pages],
                "switch": None if self.switch is None else asdict(self.switch),
            },
            "text/html": "".join(f"<li>{html.escape(page.title)}</li>" for page in self.pages),
            "text/plain": "\n".join(page.title for page in self.pages),
        }


@dataclass(frozen=True)
class Files:
    """Data that a script of the site loads, a file at a time.

    Parameters
    ----------
    folder : str
        Where they stand on the site.
    files : mapping
        What each holds, by its name without ending: anything that JSON can say.
    """

    folder: str
    files: Mapping[str, Any] = field(repr=False)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        said = f"{len(self.files)} files of data in the folder {self.folder}"
        return {
            FILES_MIME: {"folder": self.folder, "files": dict(self.files)},
            "text/html": html.escape(said),
            "text/plain": said,
        }


def _section(section: Section) -> dict[str, Any]:
    """Return what a question and its answer were made from; a cell may be a name."""
    found: dict[str, Any] = {
        "id": section.id,
        "question": section.question,
        "paragraphs": [said.parts(paragraph) for paragraph in section.paragraphs],
    }
    if section.table:
        found["table"] = {
            "caption": said.parts(section.table.caption),
            "headings": list(section.table.headings),
            "rows": [[said.parts(cell) or cell for cell in row] for row in section.table.rows],
        }
    return found
