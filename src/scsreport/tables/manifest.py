"""Writes ``data/datapackage.json`` from the descriptions in ``manifest.yml`` and the files."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scsreport.tables import paths
from scsreport.tables.datasets import write_atomically
from scsreport.sources import declared

RULES = ("required", "unique", "minimum", "maximum", "enum", "pattern")
FORMATS = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}


def describe() -> dict[str, dict[str, Any]]:
    """Return the hand-written description of every table, by name."""
    tables: dict[str, dict[str, Any]] = declared.read("manifest")["tables"]
    return tables


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
    write_atomically(paths.MANIFEST, text.encode())
    return [name for name in described if name not in here]


def _entry(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    content = (paths.DATA / table["path"]).read_bytes()
    same = ("title", "description", "vintage", "attribution", "redistribution", "obligations")
    return {
        "name": name,
        "path": table["path"],
        "profile": "tabular-data-resource",
        **{key: table[key].strip() for key in same},
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
