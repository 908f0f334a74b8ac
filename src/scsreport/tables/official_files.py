"""Official files that a reader adds: recognised, checked, and kept outside the project.

The project holds the reader of such a file, never the file. What is added lies in the reader's own
folder (:data:`scsreport.tables.paths.USER_DATA`), and no part of it goes into ``data/``.
What can be added, and the rules for its columns, stands in ``official_files.toml``; how a file is
opened, judged and kept, in :mod:`scsreport.tables.added`.
"""

import hashlib
import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from scsreport.tables.added import kept, opened, regional_income, regional_population, wup2018
from scsreport.tables.added.messages import AddedError
from scsreport.tables.datasets import load, resource, resources
from scsreport.tables.schema import Field

__all__ = [
    "AddedError",
    "add",
    "best",
    "kinds",
    "listing",
    "load_added",
    "made_from",
    "published",
    "read",
    "remove",
]

READERS = {
    "wup2018": wup2018.table_of,
    "regional-population": regional_population.table_of,
    **{layout: regional_income.reader(layout) for layout in regional_income.LAYOUTS},
}
CHECKSUM = re.compile(r"\(([^(),]+), sha256 ([0-9a-f]{64})\)")
"""How the sources of a table name a file and its bytes."""


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """Return what can be added, by name: ``title``, ``licence``, ``advice``, ``fields`` and more.

    ``result`` is a table of ``data/`` that was made from the published file.
    """
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    for kind in content.values():
        rules = [(rule.pop("names"), rule) for rule in kind["fields"]]
        kind["fields"] = [Field(name=name, **rule) for names, rule in rules for name in names]
    return content


def published(kind: str) -> tuple[str, str]:
    """Return the file that the stored results were made from.

    Parameters
    ----------
    kind : str
        What the file is, a name of :func:`kinds`.

    Returns
    -------
    tuple
        Its name and its sha256, both empty where the project does not know them.
    """
    table = resources().get(_kind(kind)["result"])
    found = CHECKSUM.search("\n".join(table.sources)) if table else None
    return (found[1], found[2]) if found else ("", "")


def read(kind: str, file: str | Path, *, most_mb: float = opened.MOST_MB) -> pd.DataFrame:
    """Read and check an official file without keeping anything.

    Parameters
    ----------
    kind : str
        What the file is, a name of :func:`kinds`.
    file : str or Path
        The file as its producer published it.
    most_mb : float
        The largest size that is taken, in megabytes.

    Returns
    -------
    DataFrame
        For ``wup2018`` one row per agglomeration and year: ``city`` (the UN's code), ``name``,
        ``country``, ``iso3``, ``region``, ``sub_saharan``, ``lat``, ``lon``, ``year`` and
        ``population`` (people). For ``regional-population`` one row per region and year: ``iso3``,
        ``region_code``, ``region``, ``year``, ``population``, ``source``. For the others as
        :data:`scsreport.tables.added.regional_income.COLUMNS`. ``attrs`` holds ``file``,
        ``sha256`` and ``published``, whether these are the bytes that the project knows.

    Raises
    ------
    AddedError
        If the kind is unknown or the file is another, older, renamed or cut one: the message names
        the file, what was found, what was expected, and what to do.
    """
    return _read(kind, Path(file), most_mb)[0]


def add(
    kind: str,
    file: str | Path,
    *,
    most_mb: float = opened.MOST_MB,
    trial: Callable[[str, str, bytes], None] | None = None,
) -> Path:
    """Check an official file, convert it and keep it for this reader, in place of an earlier one.

    Parameters
    ----------
    kind : str
        What the file is, a name of :func:`kinds`.
    file : str or Path
        The file as its producer published it.
    most_mb : float
        The largest size that is taken, in megabytes.
    trial : callable, optional
        Is handed the kind, the name and the bytes before anything is kept, and raises an
        :exc:`AddedError` where it cannot use them.

    Returns
    -------
    Path
        The receipt of what is kept.

    Raises
    ------
    AddedError
        As :func:`read`, or if the folder cannot be written to; an earlier file then stays.
    """
    kept.checked_folder()
    table, content = _read(kind, Path(file), most_mb)
    if trial is not None:
        trial(kind, _name(Path(file)), content)
    return kept.keep(kind, _name(Path(file)), content, table)


def load_added(kind: str) -> pd.DataFrame | None:
    """Return a file that the reader has added.

    Parameters
    ----------
    kind : str
        What the file is, a name of :func:`kinds`.

    Returns
    -------
    DataFrame or None
        The table that :func:`read` describes; None if it has not been added.

    Raises
    ------
    AddedError
        If the kind is unknown, or what was kept is damaged.
    """
    advice = _kind(kind)["advice"]
    kept.checked_folder()
    try:
        return kept.kept(kind, lambda content: _convert(kind, content))
    except AddedError as error:
        raise AddedError(
            f"{error}. {advice} `scsreport data remove {kind}` goes back to the stored results."
        ) from error


def remove(kind: str) -> list[Path]:
    """Remove what the reader has added of a kind; the stored results are then used again.

    Parameters
    ----------
    kind : str
        What the file is, a name of :func:`kinds`.

    Returns
    -------
    list of Path
        The files removed; empty where nothing had been added.

    Raises
    ------
    AddedError
        If the kind is unknown, or the folder cannot be written to.
    """
    _kind(kind)
    return kept.remove(kind)


def best(kind: str, name: str, make: Callable[[pd.DataFrame], pd.DataFrame]) -> tuple[Any, str]:
    """Return a table made from an official file, from the best source there is.

    Parameters
    ----------
    kind : str
        What the file is, a name of :func:`kinds`.
    name : str
        The table of ``data/`` in which a result is stored.
    make : callable
        Makes the table from the file.

    Returns
    -------
    tuple
        The table, made anew if the reader has added the file, else as stored; and one sentence on
        which of the two it is.

    Raises
    ------
    AddedError
        If what the reader has added cannot be used: the message names the file.
    """
    if (listed := load_added(kind)) is None:
        return load(name), f"Stored aggregate of {resource(name).vintage}."
    return made_from(kind, listed, make), f"Made anew from the file you added, {_file(listed)}."


def made_from(
    kind: str, listed: pd.DataFrame, make: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    """Make a table from an added file; what goes wrong names the file and the way back.

    Parameters
    ----------
    kind : str
        What the file is, a name of :func:`kinds`.
    listed : DataFrame
        The file as :func:`load_added` returns it.
    make : callable
        Makes the table.

    Returns
    -------
    DataFrame

    Raises
    ------
    AddedError
        If the table cannot be made.
    """
    try:
        return make(listed)
    except AddedError:
        raise
    except Exception as error:  # whatever a measure says of it, the cause is the file
        words = " ".join(str(error).split()) or type(error).__name__
        raise AddedError(
            f"{_file(listed)}, the file you added for {kind}, cannot be used: {words}. "
            f"`scsreport data remove {kind}` goes back to the stored results."
        ) from error


def listing() -> pd.DataFrame:
    """Return what can be added and what has been.

    Returns
    -------
    DataFrame
        ``kind``, ``state`` in words, ``licence`` and ``title``.

    Raises
    ------
    AddedError
        If the place that was set for the reader's own files can be none.
    """
    kept.checked_folder()
    rows = [(name, _state(name), k["licence"], k["title"]) for name, k in kinds().items()]
    return pd.DataFrame(rows, columns=["kind", "state", "licence", "title"])


def _read(kind: str, file: Path, most_mb: float) -> tuple[pd.DataFrame, bytes]:
    """Return the table and the very bytes that it was read from."""
    advice, name = _kind(kind)["advice"], _name(file)
    try:
        content = opened.content_of(file, most_mb)
        table = _convert(kind, content)
    except OSError as error:
        raise AddedError(f"{name} cannot be read ({error.strerror}). {advice}") from error
    except AddedError as error:
        raise AddedError(f"{name}: {error}. {advice}") from error
    digest = hashlib.sha256(content).hexdigest()
    is_published = digest == published(kind)[1]
    table.attrs = {"file": name, "sha256": digest, "published": is_published}
    return table, content


def _convert(kind: str, content: bytes) -> pd.DataFrame:
    """Read a file; whatever a library says of bytes that nobody foresaw is named as a fault."""
    try:
        return READERS[kind](content, _kind(kind)["fields"])
    except AddedError:
        raise
    except Exception as error:
        words = " ".join(str(error).split())[:200] or type(error).__name__
        raise AddedError(f"found no readable table ({words})") from error


def _name(file: Path) -> str:
    """Return the name of a file with nothing in it that a terminal or a page cannot show."""
    name = file.name.encode("utf-8", "replace").decode("utf-8")
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def _file(listed: pd.DataFrame) -> str:
    return str(listed.attrs["file"])


def _state(kind: str) -> str:
    try:
        table = load_added(kind)
        if table is None:
            return (
                "added to an earlier edition, add it again" if kept.earlier(kind) else "not added"
            )
    except AddedError:
        return "damaged, add it again"
    return f"from {_file(table)}, {len(table):,} rows"


def _kind(name: str) -> dict[str, Any]:
    if name not in kinds():
        raise AddedError(f"kind: found {name!r}, expected one of {', '.join(kinds())}.")
    return kinds()[name]
