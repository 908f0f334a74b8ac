"""Exhibits of the reference pages: tables, columns, published values."""

import numpy as np
import pandas as pd

from scsreport import answers
from scsreport.datasets import load, resources
from scsreport.exhibits import text
from scsreport.exhibits.contract import Parts, exhibit
from scsreport.exhibits.ledger import STATEMENTS

TABLES = tuple(resources())
SHOWN = 3
"""How many values of each column are shown as a preview."""


@exhibit("tab-tables", serves=STATEMENTS, sources=TABLES)
def tables() -> Parts:
    """List every table with size, licence, obligations, vintage and caveats."""
    rows = [
        {
            "table": name,
            "title": table.title,
            "rows": len(load(name)),
            "kilobytes": table.file.stat().st_size / 1000,
            "licence": table.licence,
            "redistribution": table.redistribution,
            "obligations": table.obligations,
            "producers": table.attribution,
            "vintage": table.vintage,
            "caveats": " ".join(table.caveats),
        }
        for name, table in resources().items()
    ]
    data = pd.DataFrame(rows)
    facts = {"n": len(data), "megabytes": data["kilobytes"].sum() / 1000}
    facts |= text.extremes(data.set_index("table")["kilobytes"])
    return Parts(data, facts)


@exhibit("tab-columns", serves=STATEMENTS, sources=TABLES)
def columns() -> Parts:
    """List every column of every table with type, unit, meaning, gaps and a preview."""
    rows = []
    for name, table in resources().items():
        frame = load(name)
        for column in table.fields:
            values = frame[column.name].dropna().astype(str).unique()[:SHOWN]
            rows.append(
                {
                    "table": name,
                    "column": column.name,
                    "type": column.type,
                    "unit": column.unit,
                    "meaning": column.description,
                    "missing": frame[column.name].isna().mean(),
                    "why": column.nulls,
                    "preview": "a shape" if column.type == "any" else "; ".join(values)[:60],
                }
            )
    data = pd.DataFrame(rows)
    gaps = data.set_index(data["table"] + "." + data["column"])["missing"]
    return Parts(data, text.extremes(gaps) | {"n": len(data), "gaps": (gaps > 0).sum()})


@exhibit("tab-yardsticks", serves=["A1"], sources=("yardsticks", "cities"))
def yardsticks(seed: int = 2011) -> Parts:
    """Hold our measures against published values, computed while the page was made."""
    data = answers.yardsticks(np.random.default_rng(seed))
    missed = data.loc[~data["met"], "case"]
    facts = {
        "n": len(data),
        "met": data["met"].sum(),
        "missed": text.listing(missed if len(missed) else ["none"]),
    }
    return Parts(data.assign(verdict=np.where(data["met"], "met", "missed")), facts)
