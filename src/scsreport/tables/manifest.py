"""For authors: writes tables to ``data/``, and ``data/datapackage.json``, which describes them.

What is said of a table stands in ``manifest.yml``, by hand and once.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from scsreport.tables import datasets, paths

__all__ = [
    "describe",
    "save",
    "write",
]

RULES = ("required", "unique", "minimum", "maximum", "enum", "pattern")
FORMATS = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}


DESCRIPTIONS = Path(__file__).with_suffix(".yml")

# Fixed, so that the same rows give the same bytes.
PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 19, "index": False}
RISING = ["node_a", "node_b"]
"""Columns whose values rise slowly: their differences take a sixth of a dictionary's room."""


@cache
def describe() -> dict[str, dict[str, Any]]:
    """Return the hand-written description of every table, by name."""
    import yaml  # authors only

    text = DESCRIPTIONS.read_text(encoding="utf-8")
    content = yaml.safe_load(text)  # type: ignore[no-untyped-call]
    tables: dict[str, dict[str, Any]] = content["tables"]
    return tables


def save(name: str, table: pd.DataFrame) -> Path:
    """Write one table to where its description says, as CSV or Parquet.

    Parameters
    ----------
    name : str
        A key of ``manifest.yml``.
    table : DataFrame
        All of its rows.

    Returns
    -------
    Path
        The file, replaced in one step.
    """
    file = paths.DATA / str(describe()[name]["path"])
    content = _csv(table) if file.suffix == ".csv" else _parquet(table)
    datasets.write_atomically(file, content)
    return file


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rising = dict.fromkeys(table.columns.intersection(RISING), "DELTA_BINARY_PACKED")
    others = list(table.columns.difference(RISING))
    table.to_parquet(buffer, **PARQUET, use_dictionary=others, column_encoding=rising or None)
    return buffer.getvalue()


def write() -> list[str]:
    """Write the manifest of the files that lie in ``data/`` now.

    Returns
    -------
    list of str
        Tables that are described but have no file yet; they are left out.
    """
    described = describe()
    here = {name: t for name, t in described.items() if (paths.DATA / t["path"]).exists()}
    package = {
        "name": "scsreport",
        "title": "Open data behind Connecting Systems of Secondary Cities",
        "profile": "tabular-data-package",
        "resources": [_entry(name, table) for name, table in here.items()],
    }
    text = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
    datasets.write_atomically(paths.MANIFEST, text.encode())
    return [name for name in described if name not in here]


def _entry(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    content = (paths.DATA / table["path"]).read_bytes()
    same = ("title", "description", "vintage", "attribution", "redistribution", "obligations")
    return {
        "name": name,
        "path": table["path"],
        "profile": "tabular-data-resource",
        **{key: table[key].strip() for key in same},
        **({"kept": table["kept"]} if "kept" in table else {}),
        "mediatype": FORMATS[Path(table["path"]).suffix],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "licenses": [{"name": table["licence"]}],
        "sources": [{"title": source} for source in table["sources"]],
        "caveats": table.get("caveats", []),
        "chapters": table.get("chapters", []),
        "rowFloor": table["row_floor"],
        "schema": {
            "fields": [_field(column, rules) for column, rules in table["fields"].items()],
            "missingValues": [""],
        },
    }


def _field(name: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    constraints = {key: rules[key] for key in RULES if key in rules}
    plain = {key: value for key, value in rules.items() if key not in RULES}
    return {"name": name, **plain, **({"constraints": constraints} if constraints else {})}
