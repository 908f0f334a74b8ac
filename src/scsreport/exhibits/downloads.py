"""Files that a page offers: each with what it holds, and below them what goes with all."""

import base64
import html
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["MIME", "Download", "Downloads"]

MIME = "application/vnd.scsreport.downloads+json"


@dataclass(frozen=True)
class Download:
    """One file.

    Parameters
    ----------
    name : str
        Of the file.
    said : str
        What it holds.
    size : str
        How large it is, as printed.
    content : bytes
        All of it.
    """

    name: str
    said: str
    size: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Downloads:
    """Files that stand in a folder of their own on the site.

    Parameters
    ----------
    folder : str
        Its name.
    files : sequence of Download
        In order.
    said : sequence of tuple of str
        A term and what is said of all: licence, citation.
    """

    folder: str
    files: Sequence[Download]
    said: Sequence[tuple[str, str]]

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        lines = [f"{file.name} ({file.size}): {file.said}" for file in self.files]
        return {
            MIME: {
                "folder": self.folder,
                "files": [_plain(file) for file in self.files],
                "said": [list(pair) for pair in self.said],
            },
            "text/html": "".join(f"<li>{html.escape(line)}</li>" for line in lines),
            "text/plain": "\n".join(lines),
        }


def _plain(file: Download) -> dict[str, str]:
    """Return a file as a notebook can hold it: packed, since tables are long."""
    packed = base64.b64encode(zlib.compress(file.content)).decode()
    return {"name": file.name, "said": file.said, "size": file.size, "content": packed}
