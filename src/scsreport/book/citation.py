"""How to cite the book, a page of it or an exhibit: as a sentence and for a reference manager.

Authors, title, version and date are those of ``CITATION.cff``, so nothing hangs on the day of a
build. An address is given where the site or the repository has a public one, and no other.
"""

# mypy: disallow-untyped-calls=False
# (pybtex has no types)

import datetime
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from scsreport import __version__
from scsreport.book import markup
from scsreport.book.execution import BookError
from scsreport.tables import paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["LABEL", "Work", "as_html", "cited_book", "page_address", "part"]

PUBLIC = ("doi", "url", "repository-code")
"""Where ``CITATION.cff`` may give an address of the book, the best first."""

LABEL = "How to cite"
VERBATIM = "the address of this work"
"""Stands for an address while an entry is written: its signs are not to be escaped."""


@dataclass(frozen=True)
class Work:
    """What is cited: the book, or a part of it.

    Attributes
    ----------
    authors : tuple of str
        As they are printed.
    title : str
        Of the book or the part.
    within : str
        Title of the book, where ``title`` is a part of it.
    version : str
        Of the book.
    released : date
        Of this version.
    address : str
        Empty where there is no public one.
    key : str
        By which a reference manager tells works apart.
    """

    authors: tuple[str, ...]
    title: str
    within: str
    version: str
    released: datetime.date
    address: str
    key: str

    @property
    def day(self) -> str:
        """The date of the version, in words."""
        return f"{self.released.day} {self.released:%B %Y}"

    @property
    def text(self) -> str:
        """A sentence that cites the work."""
        who = " and ".join(self.authors)
        where = f" In: {self.within}," if self.within else ""
        stop = "." if self.within else ","
        address = f" {self.address}" if self.address else ""
        return (
            f"{who} ({self.released.year}). “{self.title}{stop}”{where} "
            f"version {self.version}, {self.day}.{address}"
        )

    @property
    def bibtex(self) -> str:
        """An entry of BibTeX that cites the work."""
        from pybtex.database import BibliographyData, Entry, Person
        from pybtex.database.output.bibtex import Writer

        fields = {
            "title": self.title,
            "booktitle": self.within,
            "year": str(self.released.year),
            "url": VERBATIM if self.address else "",
            "note": f"Version {self.version}, {self.day}",
        }
        persons = {"author": [Person(f"{{{name}}}") for name in self.authors]}
        kind = "incollection" if self.within else "misc"
        entry = Entry(kind, {name: text for name, text in fields.items() if text}, persons)
        # Not to_string of the data itself, which would look through all installed packages.
        text: str = Writer().to_string(BibliographyData({self.key: entry}))
        return text.strip().replace(VERBATIM, self.address)


@cache
def cited_book() -> Work:
    """Return the book, as ``CITATION.cff`` has it.

    Returns
    -------
    Work

    Raises
    ------
    BookError
        If the file lacks what a citation needs, or names another version than the package.
    """
    import yaml

    text = paths.CITATION.read_text(encoding="utf-8")
    told: Mapping[str, Any] = yaml.safe_load(text)
    missing = [key for key in ("title", "authors", "version", "date-released") if key not in told]
    if missing:
        raise BookError(f"CITATION.cff: found no {', '.join(missing)}, which a citation needs")
    if told["version"] != __version__:
        raise BookError(
            f"CITATION.cff, version: found {told['version']}, expected {__version__}, which is the "
            "version of the package. docs/releasing.md lists the places that name it."
        )
    released: datetime.date = told["date-released"]
    authors = tuple(map(_name, told["authors"]))
    key = f"scsreport{released.year}"
    return Work(authors, told["title"], "", __version__, released, _public_address(told), key)


def _name(author: Mapping[str, str]) -> str:
    """Return an author of ``CITATION.cff``: a body has a name, a person has several."""
    names = (author.get("given-names"), author.get("name-particle"), author.get("family-names"))
    return author.get("name") or " ".join(filter(None, names))


def _public_address(told: Mapping[str, str]) -> str:
    address = next((told[place] for place in PUBLIC if told.get(place)), "")
    return f"https://doi.org/{address}" if address and address == told.get("doi") else address


def page_address(app: "Sphinx", file: str) -> str:
    """Return the public address of a file of the site.

    Parameters
    ----------
    app : Sphinx
        The application.
    file : str
        From the root of the site.

    Returns
    -------
    str
        Empty where ``html.baseurl`` of ``_config.yml`` is not set.
    """
    base = app.config.html_baseurl
    return posixpath.join(base, "" if file == "index.html" else file) if base else ""


def part(app: "Sphinx", title: str, file: str, anchor: str = "") -> Work:
    """Return a part of the book.

    Parameters
    ----------
    app : Sphinx
        The application.
    title : str
        Of the part.
    file : str
        Its page, from the root of the site.
    anchor : str
        Its place on the page.

    Returns
    -------
    Work
    """
    book = cited_book()
    address = page_address(app, file)
    address = f"{address}#{anchor}" if address and anchor else address or book.address
    name = anchor or posixpath.splitext(posixpath.basename(file))[0]
    whole = file == "index.html" and not anchor
    return Work(
        book.authors,
        book.title if whole else title,
        "" if whole else book.title,
        book.version,
        book.released,
        address,
        book.key if whole else f"{book.key}-{name}",
    )


def as_html(work: Work, after: str = "") -> str:
    """Return both forms of a citation behind a line that opens them.

    Parameters
    ----------
    work : Work
        What is cited.
    after : str
        A sentence to follow, such as a licence.

    Returns
    -------
    str
    """
    sentence = f"{work.text} {after}".strip()
    return markup.render("cite", label=LABEL, sentence=sentence, bibtex=work.bibtex)
