"""What stands before the first page: title, version, licence, and what the paper leaves out."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from scsreport.book import citation
from scsreport.paper.pages import Paper
from scsreport.tables import paths

__all__ = ["Front", "front"]

ABOUT = (
    "An executable report: every figure, table and number was computed from open data when the "
    "book was built. This is its text, to be printed or read without a network."
)


@dataclass(frozen=True)
class Front:
    """The title page.

    Attributes
    ----------
    title, about : str
        What the book is.
    authors : tuple of str
        Who made it.
    version : str
        Of the book.
    released : date
        Of this version.
    licences : str
        What is under which licence.
    lines : tuple of str
        Paragraphs on version, licences, citing, and what is on the site alone.
    """

    title: str
    about: str
    authors: tuple[str, ...]
    version: str
    released: datetime.date
    licences: str
    lines: tuple[str, ...]

    @property
    def noon(self) -> int:
        """Seconds since 1970 at noon of the day of the version: a time that no build changes."""
        noon = datetime.time(12, tzinfo=datetime.UTC)
        return int(datetime.datetime.combine(self.released, noon).timestamp())


def front(paper: Paper, site: Path) -> Front:
    """Gather the title page.

    Parameters
    ----------
    paper : Paper
        What follows it.
    site : Path
        Folder of the built site.

    Returns
    -------
    Front
    """
    book = citation.cited_book()
    countries = len(list((site / "countries").glob("*.html")))
    *titles, last = paper.only_on_site
    licences = _licences()
    lines = (
        f"Version {book.version}, {book.day}",
        licences,
        f"{citation.LABEL}: {book.text}",
        f"On the site alone: a page for each of {countries} countries and territories with its "
        f"cities, the numbers behind each exhibit, and the pages {', '.join(titles)} and {last}.",
    )
    return Front(book.title, ABOUT, book.authors, book.version, book.released, licences, lines)


def _licences() -> str:
    """Return the first paragraph of ``LICENSE``, which says what is under which licence."""
    text = (paths.ROOT / "LICENSE").read_text(encoding="utf-8")
    return " ".join(text.partition("\n\n")[0].split())
