"""Label the works of the bibliography as they are cited: by author and year."""

# mypy: disallow-untyped-calls=False, disallow-untyped-defs=False
# (pybtex has no types)

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style as Unsorted
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["STYLE", "AuthorYear", "label", "setup"]

STYLE = "author_year"
SHORT = 2
"""Authors that a label names; of more, the first."""


def label(entry: Any) -> str:
    """Return author and year of a work, or its editor, or its publisher where nobody signs.

    Parameters
    ----------
    entry : pybtex.database.Entry
        A work.

    Returns
    -------
    str
    """
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [_family_name(person) for person in people]
    if not names:
        names = [str(entry.fields.get("organization") or entry.fields.get("publisher", ""))]
    who = " and ".join(names) if len(names) <= SHORT else f"{names[0]} et al."
    return f"{who}, {entry.fields.get('year', 'no year')}"


def _family_name(person: Any) -> str:
    return " ".join(str(part) for part in person.rich_prelast_names + person.rich_last_names)


class AuthorYear(BaseLabelStyle):
    """Labels by author and year, with a letter where two would be alike."""

    def format_labels(self, sorted_entries: Sequence[Any]) -> Iterator[str]:
        """Yield the label of each work, in the order given.

        Parameters
        ----------
        sorted_entries : sequence
            Works.
        """
        labels = [label(entry) for entry in sorted_entries]
        many, seen = Counter(labels), Counter[str]()
        for text in labels:
            letter = chr(ord("a") + seen[text]) if many[text] > 1 else ""
            seen[text] += 1
            yield f"{text}{letter}"


class _ByLabel(BaseSortingStyle):
    """Order by label, whatever a work is signed with; accents count as the letters below them."""

    def sorting_key(self, entry: Any) -> tuple[str, str]:
        plain = unicodedata.normalize("NFKD", label(entry)).encode("ascii", "ignore").decode()
        return plain.lower(), entry.fields.get("title", "")


class _Style(Unsorted):
    """Works by label."""

    default_label_style = AuthorYear  # type: ignore[assignment]
    default_sorting_style = _ByLabel  # type: ignore[assignment]

    def format_entry(self, label: str, entry: Any, bib_data: Any = None) -> Any:
        """Format a work once, for it is asked for twice: for the list and for the tip of a link."""
        key = label, entry.key
        if key not in self._formatted:
            self._formatted[key] = super().format_entry(label, entry, bib_data)
        return self._formatted[key]

    @cached_property
    def _formatted(self) -> dict[tuple[str, str], Any]:
        return {}


def setup(app: "Sphinx") -> None:
    """Make the style known to what sets the bibliography."""
    register_plugin("pybtex.style.formatting", STYLE, _Style)
    app.config.bibtex_default_style = STYLE
