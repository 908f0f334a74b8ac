"""The one door to ``data/``: what each table is, whether it is intact, and its rows.

Nothing is downloaded here. A table is described in ``data/datapackage.json``, and is handed out
only while its bytes are those that were published.
"""

import difflib
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from scsreport.tables import paths
from scsreport.tables.schema import Field, Problem, faults

__all__ = [
    "ADVICE",
    "CHANGED",
    "LICENCES",
    "PLAIN",
    "SHOWN",
    "UNLISTED",
    "DataError",
    "Resource",
    "check",
    "forget",
    "load",
    "mend",
    "problems",
    "resource",
    "resources",
    "strictest_licence",
    "validate",
    "write_atomically",
]

ADVICE = (
    "Run `scsreport data check` to see every fault. If you meant the change, "
    "`python -m scsreport.sources manifest` describes the file anew. If not, "
    "`scsreport data check --mend` restores the published file."
)
UNLISTED = {"README.md", "datapackage.json", "provenance.json"}  # of data/, but not tables
CHANGED = ".changed"
PLAIN = ("name", "type", "description", "unit", "nulls")
SHOWN = 5  # faults named in one message; the command shows all

# From the freest to the strictest: a mixture carries the strictest of its parts.
LICENCES = {
    "public domain": 0,
    "CC0-1.0": 0,
    "MIT": 1,
    "Apache-2.0": 1,
    "BSD-3-Clause": 1,
    "CC-BY-3.0-IGO": 2,
    "CC-BY-4.0": 3,
    "ODbL-1.0": 4,
    "GPL-3.0": 5,
}


class DataError(ValueError):
    """A table of ``data/`` is absent, altered or not described."""


@dataclass(frozen=True)
class Resource:
    """What ``data/datapackage.json`` says of one table."""

    name: str
    path: str
    title: str
    description: str
    vintage: str
    licence: str
    attribution: str
    redistribution: str
    obligations: str
    caveats: tuple[str, ...]
    chapters: tuple[str, ...]
    sources: tuple[str, ...]
    fields: tuple[Field, ...]
    missing_values: tuple[str, ...]
    row_floor: int
    sha256: str

    @property
    def file(self) -> Path:
        """Where the table lies."""
        return paths.DATA / self.path

    @property
    def label(self) -> str:
        """The file as messages name it."""
        return f"{paths.DATA.name}/{self.path}"

    @property
    def intact(self) -> bool:
        """True when its bytes are the published ones."""
        return _hash(self.file) == self.sha256

    @property
    def geographic(self) -> bool:
        """True when rows have a shape."""
        return any(field.name == "geometry" for field in self.fields)


def resources() -> dict[str, Resource]:
    """Return the description of every table, by name.

    Raises
    ------
    DataError
        If the manifest is missing or cannot be read.

    Examples
    --------
    >>> 'cities' in resources()
    True
    """
    return dict(_manifest(paths.MANIFEST))


def resource(name: str) -> Resource:
    """Return the description of one table.

    Parameters
    ----------
    name : str
        Name of the table, without folder or ending.

    Returns
    -------
    Resource
        Title, licence, vintage, columns and all else the manifest holds.

    Raises
    ------
    DataError
        If no table has this name; the message lists those that exist.

    Examples
    --------
    >>> resource('cities').licence
    'CC-BY-4.0'
    """
    known = _manifest(paths.MANIFEST)
    if not isinstance(name, str):
        raise DataError(f"name: found {name!r}, expected one of {', '.join(sorted(known))}")
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise DataError(f"no table {name!r} in data/.{hint} Known: {', '.join(sorted(known))}")
    return known[name]


def load(name: str) -> pd.DataFrame:
    """Return a table of ``data/``; a GeoDataFrame when its rows have a shape.

    Parameters
    ----------
    name : str
        Name of the table, without folder or ending.

    Returns
    -------
    DataFrame
        A copy, so that changing it changes nothing for the next caller.

    Raises
    ------
    DataError
        If the table is unknown, missing, or is not the published one: the message says which
        row and column break the schema, and what to do.

    Examples
    --------
    >>> cities = load('cities')
    >>> cities.loc[cities['name'] == 'Bandung', ['country', 'kind']].to_numpy().tolist()
    [['ID', 'city']]
    """
    return _read(resource(name).file, resource(name)).copy()


def strictest_licence(names: Sequence[str]) -> str:
    """Return the licence of something made from several tables.

    Parameters
    ----------
    names : sequence of str
        Names of tables.

    Returns
    -------
    str
        Short id of the licence.

    Raises
    ------
    DataError
        If a table is unknown, or none is named.

    Examples
    --------
    >>> strictest_licence(['regions', 'cities'])
    'CC-BY-4.0'
    """
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise DataError(f"names: found {names!r}, expected a list of names of tables")
    licences = [resource(name).licence for name in names]
    if not licences:
        raise DataError("names: found none, expected the name of a table or more")
    return max(licences, key=LICENCES.__getitem__)


def validate(frame: pd.DataFrame, resource: Resource) -> list[Problem]:
    """Compare rows with the schema of a table.

    Parameters
    ----------
    frame : DataFrame
        Rows as text or typed, in the order of the file.
    resource : Resource
        The description to compare with.

    Returns
    -------
    list of Problem
        Every fault, in the order of the columns; empty when there is none.
    """
    return faults(frame, resource.fields, resource.row_floor, resource.label)


def check() -> list[Problem]:
    """Compare every file of ``data/`` with the manifest.

    Returns
    -------
    list of Problem
        Missing, unlisted and changed files, and every row that breaks a schema.

    Examples
    --------
    >>> [problem.file for problem in check()]
    []
    """
    known = resources()
    listed = {table.path for table in known.values()} | UNLISTED
    found = (p.relative_to(paths.DATA) for p in paths.DATA.rglob("*") if p.is_file())
    problems = [
        Problem(f"{paths.DATA.name}/{path}", None, None, "a file", "only files of the manifest")
        for path in sorted(found)
        if path.as_posix() not in listed and not path.name.endswith(CHANGED)
    ]
    for table in known.values():
        problems += _problems(table)
    return problems


def problems(name: str) -> list[Problem]:
    """Compare the file of one table with the manifest.

    Parameters
    ----------
    name : str
        Name of the table, without folder or ending.

    Returns
    -------
    list of Problem
        As :func:`check`.

    Examples
    --------
    >>> problems('claims')
    []
    """
    return _problems(resource(name))


def mend(*names: str) -> list[Path]:
    """Restore tables from version control; an altered file is kept beside, as ``*.changed``.

    Parameters
    ----------
    *names : str
        Tables to restore; by default all whose bytes are not the published ones.

    Returns
    -------
    list of Path
        The files restored.

    Raises
    ------
    DataError
        If the data do not lie in a git checkout, or git does not hold the published file.
    """
    chosen = [resource(name) for name in names] or list(resources().values())
    broken = [table for table in chosen if not table.intact]
    for table in broken:
        words = ["git", "-C", str(paths.DATA), "show", f":./{table.path}"]
        tracked = subprocess.run(words, capture_output=True, check=False)
        if tracked.returncode:
            raise DataError(
                f"{table.label} cannot be restored: {tracked.stderr.decode().strip()}. It is "
                "restored from git: work in a clone of the project, or copy the file from a fresh "
                "one."
            )
        if hashlib.sha256(tracked.stdout).hexdigest() != table.sha256:
            raise DataError(
                f"{table.label} cannot be restored: git holds a file that the manifest does not "
                "describe. Update the clone, or, as an author, run `make data`."
            )
        if table.file.exists():
            shutil.copy2(table.file, table.file.with_name(table.file.name + CHANGED))
        write_atomically(table.file, tracked.stdout)
    return [table.file for table in broken]


def write_atomically(file: Path, content: bytes) -> None:
    """Replace a file in one step, so that no reader ever sees half of it.

    Parameters
    ----------
    file : Path
        The file to write.
    content : bytes
        All of it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.draft")
    draft.write_bytes(content)
    draft.replace(file)


def forget() -> None:
    """Read manifest and tables anew when they are next asked for: after a table was written."""
    _manifest.cache_clear()
    _read.cache_clear()


@cache
def _manifest(file: Path) -> Mapping[str, Resource]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return {entry["name"]: _resource(entry) for entry in content["resources"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{file.parent.name}/{file.name} cannot be read ({error!r}). {_way_back()}"
        ) from error


def _way_back() -> str:
    """Say how a lost manifest comes back."""
    if os.environ.get("SCSREPORT_DATA"):
        return f"SCSREPORT_DATA is {str(paths.DATA)!r}, expected a folder with the tables."
    if paths.IN_CLONE:
        return "Restore it with `git checkout -- data/datapackage.json`."
    return (
        "The tables are not where the package was installed. Install it again with `pip install`, "
        "or set SCSREPORT_DATA to the folder data of a clone."
    )


def _field(entry: Mapping[str, Any]) -> Field:
    rules = entry.get("constraints", {})
    plain = {key: entry[key] for key in PLAIN if key in entry}
    return Field(**plain, **{**rules, "enum": tuple(rules.get("enum", ()))})


def _resource(entry: Mapping[str, Any]) -> Resource:
    same = ("name", "path", "title", "description", "vintage", "attribution", "redistribution")
    return Resource(
        **{key: entry[key] for key in (*same, "obligations")},
        licence=entry["licenses"][0]["name"],
        caveats=tuple(entry["caveats"]),
        chapters=tuple(entry["chapters"]),
        sources=tuple(source["title"] for source in entry["sources"]),
        fields=tuple(_field(field) for field in entry["schema"]["fields"]),
        missing_values=tuple(entry["schema"]["missingValues"]),
        row_floor=entry["rowFloor"],
        sha256=entry["hash"].removeprefix("sha256:"),
    )


@cache
def _read(file: Path, table: Resource) -> pd.DataFrame:
    if _hash(file) == table.sha256:
        return _rows(file, table)
    problems = _problems(table)
    lines = [str(problem) for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(f"and {len(problems) - SHOWN} more")
    raise DataError("\n  ".join([f"{table.label} is not the published file.", *lines, ADVICE]))


def _rows(file: Path, table: Resource, *, text: bool = False) -> pd.DataFrame:
    if file.suffix == ".csv":
        # "NA" is Namibia and North America: only what the schema declares counts as missing.
        return pd.read_csv(
            file,
            dtype=str if text else {field.name: field.dtype for field in table.fields},
            keep_default_na=False,
            na_values=list(table.missing_values),
        )
    if table.geographic:
        import geopandas

        shapes: pd.DataFrame = geopandas.read_parquet(file)
        return shapes
    return pd.read_parquet(file)


def _problems(table: Resource) -> list[Problem]:
    if not table.file.exists():
        return [Problem(table.label, None, None, "no file", "the published file")]
    digest, problems = _hash(table.file), []
    if digest != table.sha256:
        found, expected = f"sha256 {digest[:12]}…", f"sha256 {table.sha256[:12]}…"
        problems.append(Problem(table.label, None, None, found, expected))
    try:
        return problems + validate(_rows(table.file, table, text=True), table)
    except (ValueError, OSError) as error:  # parser, encoding and Parquet errors are all these
        words = " ".join(str(error).split())
        return [*problems, Problem(table.label, None, None, f"unreadable: {words}", "a table")]


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""
