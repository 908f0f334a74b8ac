"""Make pages of data alone, one like the other: a frame is set once and filled for each."""

# mypy: disallow-untyped-calls=False
# (docutils has no types)

import html
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.osutil import relative_uri

from scsreport.book import citation, head, markup
from scsreport.tables import datasets

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = [
    "FRAME",
    "NAMES",
    "frames",
    "index",
    "keep",
    "keep_data",
    "write_data",
    "write_pages",
]

FRAME = "frame"
"""The page of a folder that is set by the theme, and which all others are made from."""

NAMES = "names.js"
"""The file of a folder by which its pages and their entries are found."""

KEPT = "pages.json"
KEPT_DATA = "files.json"
BODY = re.compile(r"<!--body-->.*<!--/body-->", re.DOTALL)
TITLE = "The title of a page"
DESCRIPTION = "What a page answers"


def keep(renderer: Any, payload: Mapping[str, Any]) -> None:
    """Keep pages beside the notebook that made them, until the site is written.

    Parameters
    ----------
    renderer : NbElementRenderer
        MyST-NB's renderer of the page.
    payload : mapping
        ``folder`` and ``pages``.
    """
    content = json.dumps(payload, ensure_ascii=False).encode()
    renderer.write_file([payload["folder"], KEPT], content, overwrite=True)


def keep_data(renderer: Any, payload: Mapping[str, Any]) -> None:
    """Keep data for scripts beside the notebook that made it, until the site is written.

    Parameters
    ----------
    renderer : NbElementRenderer
        MyST-NB's renderer of the page.
    payload : mapping
        ``folder`` and ``files``.
    """
    content = json.dumps(payload, ensure_ascii=False).encode()
    renderer.write_file([payload["folder"], KEPT_DATA], content, overwrite=True)


def index(payload: Mapping[str, Any], page: str) -> nodes.raw:
    """Return links to all pages, by name.

    Parameters
    ----------
    payload : mapping
        ``folder`` and ``pages``.
    page : str
        Where the links stand.

    Returns
    -------
    raw
    """
    folder = relative_uri(f"{page}.html", payload["folder"])
    links = "".join(
        f'<li><a href="{folder}/{made["id"]}.html">{html.escape(made["title"])}</a></li>'
        for made in payload["pages"]
    )
    return nodes.raw("", f'<ul class="page-index">{links}</ul>', format="html")


def frames(app: "Sphinx") -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page of each folder that the theme is to set.

    Parameters
    ----------
    app : Sphinx
        The application.

    Yields
    ------
    tuple
        Page, context and template, as Sphinx asks for them.
    """
    for payload in _payloads(app, KEPT):
        body = f"<!--body-->{_body(payload['pages'][0])}<!--/body-->"
        context = {"title": TITLE, "body": body, "description": DESCRIPTION}
        yield f"{payload['folder']}/{FRAME}", context, "page.html"


def write_pages(app: "Sphinx") -> None:
    """Write each page whose text changed, and the names by which it is found.

    Parameters
    ----------
    app : Sphinx
        The application; its frames are written.
    """
    for payload in _payloads(app, KEPT):
        folder = Path(app.outdir, payload["folder"])
        frame_file = folder / f"{FRAME}.html"
        frame = frame_file.read_text(encoding="utf-8")
        frame_file.unlink()
        made = {NAMES: _names(payload)}
        for page in payload["pages"]:
            address = f"{payload['folder']}/{page['id']}.html"
            cited = citation.part(app, page["title"], address)
            made[f"{page['id']}.html"] = _fill(frame, page, citation.as_html(cited))
        _replace_changed(folder, made)


def write_data(app: "Sphinx") -> None:
    """Write the data of scripts, each file as a script, so that it works from disk, too.

    Parameters
    ----------
    app : Sphinx
        The application.
    """
    for payload in _payloads(app, KEPT_DATA):
        folder = Path(app.outdir, payload["folder"])
        folder.mkdir(exist_ok=True)
        made = {
            f"{name}.js": f"(window.scsreportData??={{}})[{_as_json(name)}]={_as_json(held)};\n"
            for name, held in payload["files"].items()
        }
        _replace_changed(folder, made)


def _as_json(held: Any) -> str:
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def _replace_changed(folder: Path, made: Mapping[str, str]) -> None:
    """Write files that changed, and remove those that are not made any more."""
    for stale in {file.name for file in folder.iterdir()} - set(made):
        (folder / stale).unlink()
    for name, content in made.items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != content:
            datasets.write_atomically(file, content.encode())


def _payloads(app: "Sphinx", kept: str) -> list[dict[str, Any]]:
    """Return what the notebooks of this book made for folders of their own."""
    made = Path(app.outdir).parent / "jupyter_execute"
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(made.glob(f"*/{kept}"))]


def _fill(frame: str, page: Mapping[str, Any], cited: str) -> str:
    """Return a frame with the title, the description, the body and the citation of a page."""
    body = f"<!--body-->{_body(page)}{cited}<!--/body-->"
    filled = BODY.sub(lambda _: body, frame, count=1)
    filled = filled.replace(f"{FRAME}.html", f"{page['id']}.html")
    return filled.replace(TITLE, html.escape(page["title"])).replace(
        DESCRIPTION, html.escape(head.shortened(page["lead"]))
    )


def _body(page: Mapping[str, Any]) -> str:
    """Return the body of a page."""
    return markup.render("page", page=page)


def _names(payload: Mapping[str, Any]) -> str:
    """Return what finds pages and entries by name, as a script that works from disk, too."""
    names = [
        [
            page["title"],
            page["id"],
            page["also"],
            [[entry["name"], entry["id"], *entry["also"]] for entry in page["entries"]],
        ]
        for page in payload["pages"]
    ]
    return f"window.scsreportNames={_as_json(names)};\n"
