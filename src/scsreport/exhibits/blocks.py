"""Blocks of a page, each with an address: a title, and terms with what is said of them."""

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["MIME", "Block", "Blocks"]

MIME = "application/vnd.scsreport.blocks+json"


@dataclass(frozen=True)
class Block:
    """One block.

    Parameters
    ----------
    id : str
        Its address on the page.
    title : str
        A line.
    terms : sequence of tuple
        A term and what is said of it, in one paragraph or in several.
    """

    id: str
    title: str
    terms: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Blocks:
    """Blocks one below the other, which a notebook and the book both show.

    Parameters
    ----------
    blocks : sequence of Block
        In order.
    """

    blocks: Sequence[Block]

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {
            MIME: {"blocks": [asdict(block) for block in self.blocks]},
            "text/html": "".join(map(_as_html, self.blocks)),
            "text/plain": "\n".join(block.title for block in self.blocks),
        }


def _as_html(block: Block) -> str:
    """Return a plain version for notebooks."""
    terms = "".join(
        f"<dt>{html.escape(term)}</dt>" + "".join(f"<dd>{html.escape(text)}</dd>" for text in texts)
        for term, texts in block.terms
    )
    return f"<h4>{html.escape(block.title)}</h4><dl>{terms}</dl>"
