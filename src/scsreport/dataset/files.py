"""Every file of the data set, made in memory: nothing half-made is ever on a disk."""

import pandas as pd

from scsreport import output
from scsreport.dataset import formats, texts
from scsreport.dataset.facts import words
from scsreport.findings import dataset
from scsreport.tables.dictionary import NAME

__all__ = ["country_tables", "files"]


def files() -> dict[str, bytes]:
    """Return all files of the data set, by name.

    Returns
    -------
    dict of bytes
        In the order in which they are told; the same bytes each time.
    """
    tables = {"cities": dataset.cities(), "systems": dataset.systems()}
    shapes = {
        "cities": formats.placed(tables["cities"]),
        "systems": formats.placed_by_members(tables["systems"], tables["cities"]),
    }
    titles = {name: table.title for name, table in dataset.described().items()}
    made = {
        **{f"{name}.csv": formats.csv(table) for name, table in tables.items()},
        "dictionary.csv": formats.csv(texts.dictionary_table()),
        **{f"{name}.parquet": formats.geoparquet(table) for name, table in shapes.items()},
        f"{NAME}.gpkg": formats.geopackage(shapes, titles, words()["released"]),
        "README.md": texts.readme(),
        "LICENCE.txt": texts.licence_text(),
    }
    made["datapackage.json"] = texts.data_package(made)
    return {name: made[name] for name in words()["files"]}


def country_tables() -> dict[str, str]:
    """Return the rows of each country as CSV, the columns of the data set.

    Returns
    -------
    dict of str
        By ISO alpha-2 code; countries without a row are not in it.
    """
    table = dataset.cities()
    # No cell holds the end of a line (a test sees to it), so that lines are rows.
    heading, *rows = output.csv_text(table).splitlines(keepends=True)
    lines = pd.Series(rows, table.index)
    joined = lines.groupby(table["country"]).agg("".join)
    return {str(country): heading + part for country, part in joined.items()}
