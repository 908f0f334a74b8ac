"""The switch by which a reader chooses who counts as a secondary city."""

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["MIME", "Switch"]

MIME = "application/vnd.scsreport.switch+json"


@dataclass(frozen=True)
class Switch:
    """What can be chosen, and what stands until somebody chooses.

    Parameters
    ----------
    rules : sequence of tuple of str
        Id of each rule, and what it asks for in a few words.
    countings : sequence of str
        Ways of counting.
    standard : tuple of str
        The rule and the way of counting under which the book is printed.
    """

    rules: Sequence[tuple[str, str]]
    countings: Sequence[str]
    standard: tuple[str, str]

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        said = f"Numbers stand under {', '.join(self.standard)}. The page lets a reader choose."
        return {
            MIME: asdict(self),
            "text/html": f"<p>{html.escape(said)}</p>",
            "text/plain": said,
        }
