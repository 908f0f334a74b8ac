"""The book on paper, offered on the site: files that lie in the build folder, and links to them.

They are made from a site that is there (:mod:`scsreport.paper`), so they come to it later, or
never: pages hold a place for the links, which is empty until there is something to link to.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from scsreport.book import sums
from scsreport.tables import datasets, paths

__all__ = ["KINDS", "Made", "file_of", "made", "note", "put"]

FOLDER = "paper"
"""In the build folder, and in the site."""

KINDS = ("pdf", "epub")
NOTES = ".made-from.json"

PLACE = '<p class="paper" hidden></p>'
"""What a page has where the links go."""

OFFERED = re.compile(r'<p class="paper".*?</p>', re.DOTALL)
"""The place, empty or filled before."""

PAGES = {"index.html": "", "chapters/how-to-read.html": "../"}
"""Pages with such a place, and their way to the root of the site."""

WORDS = "To print, or to read without a network: {links}.{outdated}"
OUTDATED = " They are of an earlier state of this book."


@dataclass(frozen=True)
class Made:
    """What is known of a file on paper.

    Attributes
    ----------
    state : str
        Of the site that it was made from; the code that made it counts among that.
    sum : str
        The sha256 of the file.
    """

    state: str
    sum: str


def made(kind: str) -> Made | None:
    """Return what is known of a file; None if there is none, or it is not as it was made.

    Parameters
    ----------
    kind : str
        One of ``KINDS``.

    Returns
    -------
    Made or None
    """
    try:
        noted = Made(**json.loads(_notes().read_text(encoding="utf-8"))[kind])
        return noted if noted.sum == sums.of_file(file_of(kind)) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note(kind: str, content: bytes, *, state: str) -> Path:
    """Keep a file that was made, and what it was made from.

    Parameters
    ----------
    kind : str
        One of ``KINDS``.
    content : bytes
        Of the file.
    state : str
        As in `Made`.

    Returns
    -------
    Path
        Where it lies.
    """
    kept = {kind: asdict(what) for kind in KINDS if (what := made(kind))}
    kept[kind] = asdict(Made(state, hashlib.sha256(content).hexdigest()))
    _notes().parent.mkdir(parents=True, exist_ok=True)
    datasets.write_atomically(file_of(kind), content)
    datasets.write_atomically(_notes(), json.dumps(kept, indent=1).encode())
    return file_of(kind)


def file_of(kind: str) -> Path:
    """Return where a file lies.

    Parameters
    ----------
    kind : str
        One of ``KINDS``.

    Returns
    -------
    Path
    """
    return paths.BUILD / FOLDER / f"scsreport.{kind}"


def put(site: Path, state: str) -> None:
    """Put what there is on paper into a site that is not published yet, and link to it.

    Parameters
    ----------
    site : Path
        Its folder.
    state : str
        Of the site: what was made from another is offered as outdated.
    """
    there = {kind: what for kind in KINDS if (what := made(kind))}
    if not there:
        return
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    (site / FOLDER).mkdir()
    for kind in there:
        shutil.copyfile(file_of(kind), site / FOLDER / file_of(kind).name)
    outdated = OUTDATED if any(what.state != state for what in there.values()) else ""
    for page, root in PAGES.items():
        file = site / page
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            words = WORDS.format(links=", ".join(_links(there, root)), outdated=outdated)
            text = OFFERED.sub(f'<p class="paper">{words}</p>', text)
            # Not into the file as it lies: it may be one with that of the published site.
            datasets.write_atomically(file, text.encode())


def _links(kinds: dict[str, Made], root: str) -> Iterator[str]:
    for kind in kinds:
        file = file_of(kind)
        size = f"{file.stat().st_size / 1e6:.1f} MB"
        yield f'<a href="{root}{FOLDER}/{file.name}" download>{kind.upper()}</a> ({size})'


def _notes() -> Path:
    return paths.BUILD / FOLDER / NOTES
