"""Put the files that a page offers on the site, and link them."""

# mypy: disallow-untyped-calls=False
# (docutils has no types)

import base64
import html
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.osutil import relative_uri

from scsreport.book import pages

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["keep", "links", "write"]

KEPT = "downloads.json"
"""Beside the files of a folder: their names."""


def keep(renderer: Any, payload: Mapping[str, Any]) -> None:
    """Keep files beside the notebook that made them, until the site is written.

    Parameters
    ----------
    renderer : NbElementRenderer
        MyST-NB's renderer of the page.
    payload : mapping
        ``folder`` and ``files``.
    """
    folder = payload["folder"]
    for file in payload["files"]:
        content = zlib.decompress(base64.b64decode(file["content"]))
        renderer.write_file([folder, file["name"]], content, overwrite=True)
    names = json.dumps([file["name"] for file in payload["files"]]).encode()
    renderer.write_file([folder, KEPT], names, overwrite=True)


def links(payload: Mapping[str, Any], page: str) -> nodes.raw:
    """Return links to all files with what they hold, and what is said of them together.

    Parameters
    ----------
    payload : mapping
        ``folder``, ``files`` and ``said``.
    page : str
        Where the links stand.

    Returns
    -------
    raw
    """
    folder = relative_uri(f"{page}.html", payload["folder"])
    items = "".join(
        f'<li><a href="{folder}/{file["name"]}" download>{html.escape(file["name"])}</a> '
        f"({file['size']}): {html.escape(file['said'])}</li>"
        for file in payload["files"]
    )
    said = "".join(
        f"<p><strong>{html.escape(term)}.</strong> {html.escape(text)}</p>"
        for term, text in payload["said"]
    )
    return nodes.raw("", f'<ul class="downloads">{items}</ul>{said}', format="html")


def write(app: "Sphinx") -> None:
    """Put each file that changed in its place on the site.

    Parameters
    ----------
    app : Sphinx
        The application.
    """
    made = Path(app.outdir).parent / "jupyter_execute"
    for kept in sorted(made.glob(f"*/{KEPT}")):
        names = json.loads(kept.read_text(encoding="utf-8"))
        folder = Path(app.outdir, kept.parent.name)
        folder.mkdir(exist_ok=True)
        pages.replace_changed(folder, {name: (kept.parent / name).read_bytes() for name in names})
