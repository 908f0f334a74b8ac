"""Make pages of data alone, one like the other: a frame is set once and filled for each."""

# mypy: disallow-untyped-calls=False
# (docutils has no types)

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.osutil import relative_uri

from scsreport import output
from scsreport.book import citation, head, markup, sums
from scsreport.tables import datasets

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = [
    "FRAME",
    "NAMES",
    "OTHERS",
    "as_script",
    "file_of",
    "folders",
    "frames",
    "index",
    "keep",
    "keep_data",
    "replace_changed",
    "write_data",
    "write_pages",
]

FRAME = "frame"
"""The page of a folder that is set by the theme, and which all others are made from."""

NAMES = "names.js"
"""The file of a folder by which its pages and their entries are found."""

OTHERS = 64
"""Files of other names, of which a search loads one: that of the letter a name begins with."""

KEPT = "pages.json"
KEPT_DATA = "files.json"
WRITTEN = "written"
"""The folder beside the site that says from what pages were written."""

BODY = re.compile(r"<!--body-->.*<!--/body-->", re.DOTALL)
TITLE = "The title of a page"
DESCRIPTION = "What a page answers"
MARKS = {*map(chr, range(0x300, 0x370)), "\u200e", "\u200f"}
"""Accents and marks of direction, which nobody has to type; as in ``finder.js``."""

STROKED = str.maketrans("đøłıħŧßæœþð", "doliht" + "saotd")
"""Letters that hold their stroke, and what they begin with; as in ``finder.js``."""


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
    for payload in map(_read, _payloads(app, KEPT)):
        body = f"<!--body-->{_body(payload, payload['pages'][0])}<!--/body-->"
        context = {"title": TITLE, "body": body, "description": DESCRIPTION}
        yield f"{payload['folder']}/{FRAME}", context, "page.html"


def write_pages(app: "Sphinx") -> None:
    """Write each page whose text changed, and the names by which it is found.

    Parameters
    ----------
    app : Sphinx
        The application; its frames are written.
    """
    for made_by in _payloads(app, KEPT):
        folder = Path(app.outdir, made_by.parent.name)
        frame_file = folder / f"{FRAME}.html"
        frame = frame_file.read_text(encoding="utf-8")
        frame_file.unlink()
        written = Path(app.outdir).parent / WRITTEN / f"{folder.name}.json"
        state = _state(app, made_by, frame)
        if written.exists() and json.loads(written.read_text()) == [state, _names_of(folder)]:
            continue
        payload = _read(made_by)
        made = {NAMES: _names(payload).encode()}
        made |= {name: text.encode() for name, text in _other_names(payload).items()}
        for page in payload["pages"]:
            address = f"{payload['folder']}/{page['id']}.html"
            cited = citation.part(app, page["title"], address)
            made[f"{page['id']}.html"] = _fill(
                frame, _body(payload, page), page, citation.as_html(cited)
            ).encode()
            made[f"{page['id']}.js"] = _said(page).encode()
            if page["csv"]:
                made[f"{page['id']}.csv"] = output.csv_bytes(page["csv"])
        replace_changed(folder, made)
        note = json.dumps([state, _names_of(folder)]).encode()
        datasets.write_atomically(written, note)


def _state(app: "Sphinx", payload: Path, frame: str) -> str:
    """Return one name for all that the pages of a folder are made from."""
    cited = [citation.cited_book(), app.config.html_baseurl, app.config.html_title]
    text = repr((sums.of_file(payload), frame, cited, app.config.scsreport_pages))
    return hashlib.sha256(text.encode()).hexdigest()


def _names_of(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def write_data(app: "Sphinx") -> None:
    """Write the data of scripts, each file as a script, so that it works from disk, too.

    Parameters
    ----------
    app : Sphinx
        The application.
    """
    for payload in map(_read, _payloads(app, KEPT_DATA)):
        folder = Path(app.outdir, payload["folder"])
        folder.mkdir(exist_ok=True)
        made = {
            f"{name}.js": as_script(name, held).encode() for name, held in payload["files"].items()
        }
        replace_changed(folder, made)


def as_script(name: str, held: Any) -> str:
    """Return data as a script, which a page from disk may load, too.

    Parameters
    ----------
    name : str
        By which scripts find it, in ``scsreportData``.
    held : object
        Anything that JSON can say.

    Returns
    -------
    str
    """
    return f"(window.scsreportData??={{}})[{_as_json(name)}]={_as_json(held)};\n"


def _as_json(held: Any) -> str:
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def replace_changed(folder: Path, made: Mapping[str, bytes]) -> None:
    """Write files that changed, and remove those that are not made any more.

    Parameters
    ----------
    folder : Path
        Holds these files and no others.
    made : mapping of bytes
        By name.
    """
    for stale in {file.name for file in folder.iterdir()} - set(made):
        (folder / stale).unlink()
    for name, content in made.items():
        file = folder / name
        if not file.exists() or file.read_bytes() != content:
            datasets.write_atomically(file, content)


def folders(app: "Sphinx") -> list[str]:
    """Return the folders of the site that hold pages of data alone.

    Parameters
    ----------
    app : Sphinx
        The application; chapters are read.

    Returns
    -------
    list of str
        In order.
    """
    return [file.parent.name for file in _payloads(app, KEPT)]


def _payloads(app: "Sphinx", kept: str) -> list[Path]:
    """Return the files of what the notebooks of this book made for folders of their own."""
    made = Path(app.outdir).parent / "jupyter_execute"
    return sorted(made.glob(f"*/{kept}"))


def _read(payload: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(payload.read_text(encoding="utf-8"))
    return made


def _fill(frame: str, body: str, page: Mapping[str, Any], cited: str) -> str:
    """Return a frame with the title, the description, the body and the citation of a page."""
    body = f"<!--body-->{body}{cited}<!--/body-->"
    filled = BODY.sub(lambda _: body, frame, count=1)
    filled = filled.replace(f"{FRAME}.html", f"{page['id']}.html")
    return filled.replace(TITLE, html.escape(page["title"])).replace(
        DESCRIPTION, html.escape(head.shortened(page["lead"]))
    )


def _body(payload: Mapping[str, Any], page: Mapping[str, Any]) -> str:
    """Return the body of a page, with what a reader may choose on all of its folder."""
    return markup.render("page", page=page, switch=payload["switch"])


def _names(payload: Mapping[str, Any]) -> str:
    """Return what finds pages and entries by name, as a script that works from disk, too.

    Each page tells how far the rank by size is from each of its entries to the next: a page has
    them the largest first, so that the steps are short and weigh half of what ranks would.
    """
    entries = [entry for page in payload["pages"] for entry in page["entries"]]
    by_size = sorted(range(len(entries)), key=lambda place: -entries[place]["size"])
    rank = {place: number for number, place in enumerate(by_size, 1)}
    places = count()
    names = []
    for page in payload["pages"]:
        listed = [_named(entry["name"], entry["id"]) for entry in page["entries"]]
        steps = _steps([rank[next(places)] for _ in listed])
        names.append([page["title"], page["id"], page["also"], listed, steps])
    return f"window.scsreportNames={_as_json(names)};\n"


def _named(name: str, address: str) -> list[str]:
    """Return a name with its address, which the script finds by itself where it is plain."""
    return [name] if address == name.lower().replace(" ", "-") else [name, address]


def _steps(numbers: Sequence[int]) -> list[int]:
    """Return the first number and what each other adds to the one before it."""
    return [after - before for before, after in pairwise([0, *numbers])]


def _other_names(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return what else entries are called, in files by the first letter of a name.

    An entry is told by its place among all of ``NAMES``.
    """
    files: list[dict[int, list[str]]] = [{} for _ in range(OTHERS)]
    entries = (entry for page in payload["pages"] for entry in page["entries"])
    for place, entry in enumerate(entries):
        for name in entry["also"]:
            files[file_of(name)].setdefault(place, []).append(name)
    return {
        f"names-{number}.js": f"(window.scsreportOtherNames??={{}})[{number}]="
        f"{_as_json([[place, *names] for place, names in found.items()])};\n"
        for number, found in enumerate(files)
    }


def file_of(name: str) -> int:
    """Return the number of the file of other names that holds a name.

    Parameters
    ----------
    name : str
        In any script.

    Returns
    -------
    int
        By its first letter or digit, without accents; 0 where it has none.

    Examples
    --------
    >>> file_of("Ångström") == file_of("angstrom")
    True
    """
    for sign in unicodedata.normalize("NFD", name.lower()):
        if sign not in MARKS and unicodedata.category(sign)[0] in "LN":
            return ord(sign.translate(STROKED)) % OTHERS
    return 0


def _said(page: Mapping[str, Any]) -> str:
    """Return what a search tells of a page and of its entries."""
    entries = {
        entry["id"]: head.shortened(" ".join(said for _, said in entry["terms"]))
        for entry in page["entries"]
    }
    told = _as_json([head.shortened(page["lead"]), entries])
    return f'(window.scsreportSaid??={{}})["{page["id"]}"]={told};\n'
