"""Keep the catalogues of translations: what pages ask for, what has a translation, what is old."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from scsreport.book import citation, languages
from scsreport.book.execution import BookError
from scsreport.book.tongues import DOMAIN, LANGUAGES, catalogue, catalogue_file
from scsreport.tables import datasets, paths

__all__ = ["Counted", "counted", "update"]

HEADER = """\
# Translations of messages of the book into {language}.
# A message has the places of the English one; CONTRIBUTING.md tells how it is changed."""
AUTHORS = "The scsreport authors"
WIDTH = 100


class Counted(NamedTuple):
    """The messages of a language.

    Attributes
    ----------
    language : str
        Its folder.
    messages : int
        That the pages of the last build asked for.
    translated : int
        Of these, shown in the language.
    missing : int
        Of these, without any translation: shown in English.
    outdated : int
        Of these, with a translation of an earlier wording: shown in English, too.
    """

    language: str
    messages: int
    translated: int
    missing: int
    outdated: int


def counted() -> list[Counted]:
    """Count the messages of each language.

    Returns
    -------
    list of Counted

    Raises
    ------
    BookError
        If no pages were built.
    """
    found = []
    for language, asked in _asked().items():
        known = catalogue(language)
        entries = [known.get(message, context) for context, message in asked]
        old = [entry for entry in entries if entry is not None and entry.fuzzy and entry.string]
        new = [entry for entry in entries if entry is not None and entry.string and not entry.fuzzy]
        missing = len(asked) - len(old) - len(new)
        found.append(Counted(language, len(asked), len(new), missing, len(old)))
    return found


def update() -> list[Path]:
    """Write into each catalogue what the pages of the last build asked for.

    A new message stands there without a translation. One whose wording changed keeps the old
    translation, marked as fuzzy, until a translator has looked at it.

    Returns
    -------
    list of Path
        The catalogues.

    Raises
    ------
    BookError
        If no pages were built.
    """
    written = []
    for language, asked in _asked().items():
        known = catalogue(language)
        template = _dated(Catalog(domain=DOMAIN))
        for context, message in sorted(asked, key=lambda pair: (pair[0] or "", pair[1])):
            template.add(message, context=context)
        known.update(template)
        file = catalogue_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        datasets.write_atomically(file, _as_po(_dated(known)))
        written.append(file)
    return written


def _asked() -> dict[str, dict[tuple[str | None, str], bool]]:
    found = languages.counts(paths.STAGE)
    if not all(found.values()):
        absent = [language for language in LANGUAGES if not found[language]]
        raise BookError(
            f"no page in {', '.join(absent)} was built, and only pages know which messages they "
            "ask for: run `make book`, then this again"
        )
    return found


def _dated(known: Catalog) -> Catalog:
    """Return a catalogue with the date of the book, so that two runs write the same."""
    released = citation.cited_book().released
    day = datetime(released.year, released.month, released.day, tzinfo=UTC)
    known.creation_date = known.revision_date = day
    known.project = "scsreport"
    known.version = citation.cited_book().version
    known.fuzzy = False
    known.last_translator = known.language_team = known.msgid_bugs_address = AUTHORS
    known.header_comment = HEADER.format(language=known.locale.english_name if known.locale else "")
    return known


def _as_po(known: Any) -> bytes:
    from io import BytesIO

    held = BytesIO()
    write_po(held, known, width=WIDTH, ignore_obsolete=True, include_previous=False)
    return held.getvalue()


if __name__ == "__main__":
    update()
