"""The texts that travel with the tables: README, licence, dictionary and data package."""

import hashlib
import json
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from scsreport import __version__, definitions
from scsreport.dataset.facts import facts, licence, licences, sources, words
from scsreport.findings import dataset
from scsreport.tables.dictionary import NAME, Column, Described
from scsreport.tables.schema import Field

__all__ = ["data_package", "dictionary_table", "licence_text", "readme"]

WIDTH = 110
UNBROKEN: Any = {"break_on_hyphens": False, "break_long_words": False}
RULES = ("required", "unique", "minimum", "maximum", "enum", "pattern")
FORMATS = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
    "md": "text/markdown",
    "txt": "text/plain",
}
REFERENCES = {
    "cities": {
        "system": ("systems", "system"),
        "part_of": ("", "geonameid"),
        "larger": ("", "geonameid"),
    },
    "systems": {"largest": ("cities", "geonameid")},
}
"""Columns that name a row: of which table ("" is its own) and by which of its columns."""


def dictionary_table() -> pd.DataFrame:
    """Return the dictionary as rows, one a column of the data set."""
    rows = [
        _row(table.name, column)
        for table in dataset.described().values()
        for column in table.columns
    ]
    return pd.DataFrame(rows)


def _row(table: str, column: Column) -> dict[str, str]:
    field = column.field
    return {
        "table": table,
        "column": field.name,
        "type": field.type,
        "unit": field.unit,
        "meaning": field.description,
        "missing": field.nulls,
        "made_from": ", ".join(column.made_from),
        "licence": column.licence,
    }


def readme() -> bytes:
    """Return the README, as Markdown."""
    files = "\n".join(f"- `{name}`: {said}" for name, said in words()["files"].items())
    rules = "\n".join(
        f"- {rule.id}: {rule.sentence} ({rule.source})" for rule in definitions.RULES.values()
    )
    caveats = "\n\n".join(
        f"### {table.title}\n\n{_list(table.caveats)}"
        for table in sources().values()
        if table.caveats and table.name not in words()["without_caveats"]
    )
    text: str = words()["texts"]["readme"]
    return text.lstrip().format(files=files, rules=rules, caveats=caveats, **facts()).encode()


def _list(lines: Iterable[str]) -> str:
    """Return lines as a list, each wrapped."""
    return "\n".join(
        textwrap.fill(line, WIDTH, initial_indent="- ", subsequent_indent="  ", **UNBROKEN)
        for line in lines
    )


def licence_text() -> bytes:
    """Return what the licence asks, and whom one names."""
    table = dictionary_table()
    free = (
        table[table["licence"] != licence()].groupby("table", sort=False)["column"].agg(", ".join)
    )
    by_table = [f"{name}: {columns}" for name, columns in free.items()]
    made_from = [
        f"{source.title} ({source.name}). {source.attribution}. Licence: {source.licence}. "
        f"Obligations: {source.obligations}."
        for source in sources().values()
    ]
    text: str = words()["texts"]["licence"]
    told = {"free": _list(by_table), "sources": _list(made_from), **facts()}
    return text.lstrip().format(**told).encode()


def data_package(files: Mapping[str, bytes]) -> bytes:
    """Return the description for programs, after the Frictionless specification.

    Parameters
    ----------
    files : mapping of bytes
        Every other file of the data set, by name.

    Returns
    -------
    bytes
    """
    described = dataset.described()
    told = words()
    terms = [{"name": licence(), **licences()[licence()]}]
    package = {
        "profile": "data-package",
        "name": NAME,
        "title": told["title"],
        "description": " ".join(f"{t.title}: {t.description}" for t in described.values()),
        "version": __version__,
        "created": f"{told['released']}T00:00:00Z",
        "licenses": terms,
        "sources": [
            {"title": f"{source.title}. {source.attribution}. Licence: {source.licence}."}
            for source in sources().values()
        ],
        "resources": [
            _resource(name, content, described) | {"licenses": terms}
            for name, content in files.items()
        ],
    }
    return (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode()


def _resource(name: str, content: bytes, described: Mapping[str, Described]) -> dict[str, Any]:
    """Return the description of one file; that of a table's CSV has its columns."""
    stem, _, ending = name.rpartition(".")
    about = {
        "name": stem.lower() if ending == "csv" else name.lower(),
        "path": name,
        "format": ending,
        "mediatype": FORMATS[ending],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if ending != "csv" or stem not in described:
        return {
            **about,
            "profile": "data-resource",
            "type": "file",
            "title": words()["files"][name],
        }
    table = described[stem]
    keys = [
        {"fields": column, "reference": {"resource": other, "fields": of}}
        for column, (other, of) in REFERENCES[stem].items()
    ]
    return {
        **about,
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "title": table.title,
        "description": table.description,
        "schema": {
            "fields": [_field(field) for field in table.fields],
            "primaryKey": table.key,
            "foreignKeys": keys,
            "missingValues": [""],
        },
    }


def _field(field: Field) -> dict[str, Any]:
    rules = {rule: getattr(field, rule) for rule in RULES}
    kept = {rule: value for rule, value in rules.items() if value not in (None, False, (), "")}
    plain = {
        name: getattr(field, name) for name in ("name", "type", "description", "unit", "nulls")
    }
    described = {name: value for name, value in plain.items() if value}
    return {**described, **({"constraints": kept} if kept else {})}
