"""File 12 of World Urbanization Prospects 2018, tested for what it says it is."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd

from scsreport.tables.added import sums
from scsreport.tables.added.lines import UNSEEN
from scsreport.tables.added.messages import SHOWN, AddedError, raise_first
from scsreport.tables.added.workbook import NoWorkbookError, cells_of
from scsreport.tables.datasets import load
from scsreport.tables.schema import Field, faults

__all__ = ["NAMES", "ROWS", "SHEET", "TITLES", "table_of"]

SHEET, ROWS = "Data", 1860
TITLES = ("World Urbanization Prospects: The 2018 Revision", "File 12:")
NAMES = {
    "City Code": "city",
    "Urban Agglomeration": "name",
    "Latitude": "lat",
    "Longitude": "lon",
}
BEFORE = 200
"""Rows that titles and headings may take."""

TEXTS = {"Country or area", "Urban Agglomeration", "Note"}
WORKBOOKS = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK")
STEP = np.log(100)
"""The most by which a city changes in five years: one of Florida did by 38."""

AT_MOST = 1.15
"""Cities of a country over its people: Hong Kong has 1.05, by two sources."""


def table_of(content: bytes, fields: Sequence[Field]) -> pd.DataFrame:
    """Return one row per agglomeration and year of a file that stands every test.

    Parameters
    ----------
    content : bytes
        The file.
    fields : sequence of Field
        The columns and their rules.

    Returns
    -------
    DataFrame

    Raises
    ------
    AddedError
        If a test fails: the message says where, what was found and what was expected.
    """
    names = [field.name for field in fields]
    table = _rows(_cells(content), names)
    raise_first(_wrong_cells(table, names))
    raise_first(_broken_rules(table, fields))
    raise_first(_wrong_countries(table))
    long = _long(table, names)
    raise_first([*_wrong_steps(long), *_wrong_sums(long)])
    return long


def _cells(content: bytes) -> list[list[Any]]:
    if not content.startswith(WORKBOOKS):
        raise AddedError("found no readable workbook, expected an .xls workbook")
    try:
        return cells_of(content, SHEET, ROWS + BEFORE)
    except NoWorkbookError as error:
        end = "" if "expected" in str(error) else ", expected an .xls workbook"
        raise AddedError(f"found {error}{end}") from error


def _rows(cells: list[list[Any]], names: list[str]) -> pd.DataFrame:
    """Return the rows below the headings, once titles and headings are those of the file."""
    top = next((row for row, line in enumerate(cells) if line[:1] == ["Index"]), None)
    title = " ".join(str(cell) for line in cells[:top] for cell in line if cell)[:250]
    for words in TITLES:
        if words not in title:
            raise AddedError(f"found the title {title!r}, expected {words!r}")
    if top is None:
        words = "found no line that begins with 'Index', expected the headings of the table"
        raise AddedError(words)
    heads = [_heading(cell) for cell in cells[top]]
    for found, name in zip_longest(heads, names, fillvalue="no column"):
        if found != name:
            raise AddedError(f"found column {found!r}, expected {name!r}")
    lines = cells[top + 1 :]
    table = pd.DataFrame(lines, columns=heads, dtype=object).replace("", None).dropna(how="all")
    if len(table) != ROWS:
        raise AddedError(f"found {len(table):,} agglomerations, expected {ROWS:,}")
    return table.reset_index(drop=True)


def _heading(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _wrong_cells(table: pd.DataFrame, names: list[str]) -> list[str]:
    """Name cells of another type than the published ones: texts, numbers, truth values."""
    messages: list[str] = []
    for name in names:
        for row, cell in enumerate(table[name], 1):
            if cell is None or len(messages) > SHOWN:
                continue
            is_number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
            expected = "a text" if name in TEXTS else "a number"
            wrong = is_number if name in TEXTS else not is_number
            if name == "Note":  # a number of a note, or several as a text
                wrong = isinstance(cell, bool)
            if wrong:
                messages.append(f"row {row}, column {name}: found {cell!r}, expected {expected}")
            elif isinstance(cell, str) and (not cell.isprintable() or UNSEEN.search(cell)):
                found = ascii(cell)[:80]
                messages.append(f"row {row}, column {name}: found {found}, expected plain text")
    return messages


def _broken_rules(table: pd.DataFrame, fields: Sequence[Field]) -> list[str]:
    return [
        f"{'' if problem.row is None else f'row {problem.row}, '}"
        f"{f'column {problem.column}: ' if problem.column else ''}"
        f"found {problem.found}, expected {problem.expected}"
        for problem in faults(table, fields, 1, "")
    ]


def _wrong_countries(table: pd.DataFrame) -> list[str]:
    """Name unknown codes, and rows whose code and name of a country do not belong together."""
    areas = set(load("un-areas")["m49"])
    unknown = table[~table["Country Code"].isin(areas)]
    if not unknown.empty:
        row = unknown.iloc[0]
        return [
            f"row {unknown.index[0] + 1}, column Country Code: found "
            f"{row['Country Code']:.0f}, the country {row['Country or area']!r}, "
            "expected one of the table un-areas"
        ]
    messages = []
    for one, other in (("Country Code", "Country or area"), ("Country or area", "Country Code")):
        usual = table.groupby(one)[other].agg(lambda values: values.mode().iloc[0])
        odd = table[other] != table[one].map(usual)
        messages += [
            f"row {row + 1}, column {other}: found {table[other][row]!r} for {table[one][row]!r}, "
            f"expected {usual[table[one][row]]!r} as in other rows"
            for row in table.index[odd][: SHOWN + 1]
        ]
    return messages


def _long(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return one row per agglomeration and year, in people."""
    areas = load("un-areas").set_index("m49")
    kept = [*NAMES.values(), *areas.columns]
    table = table.astype({"Country Code": "int64"}).join(areas, on="Country Code")
    long = table.rename(columns=NAMES).melt(kept, names[8:], "year", "population")
    long["population"] = (long["population"].astype("float64") * 1000).round()
    whole = dict.fromkeys(["city", "year", "population"], "int64")
    return long.astype({**whole, "lat": "float64", "lon": "float64"})


def _wrong_steps(long: pd.DataFrame) -> list[str]:
    """Name cities that grow or shrink as none does: a lost digit, another unit."""
    rows: Any = long.sort_values(["city", "year"])
    size = np.log(rows["population"].clip(lower=1))
    steps = size.groupby(rows["city"]).diff().abs()
    messages = []
    for place in rows.index[steps > STEP][: SHOWN + 1]:
        row = rows.loc[place]
        before = rows.iloc[rows.index.get_loc(place) - 1]
        messages.append(
            f"{row['name']} ({row['iso3']}) {row['year']}: found {row['population'] / 1000:,.0f} "
            f"thousand people after {before['population'] / 1000:,.0f} in {before['year']}, "
            "expected growth that a city can have"
        )
    return messages


def _wrong_sums(long: pd.DataFrame) -> list[str]:
    """Name countries whose cities have more people than they have themselves."""
    found: Any = long.groupby(["iso3", "year"])["population"].sum()
    messages = []
    for (iso3, year), cities in found.items():
        people, gap = sums.people_of(str(iso3), int(year))
        if cities > people * AT_MOST * np.exp(sums.SLACK * gap):
            messages.append(
                f"{iso3} {year}: found {cities:,.0f} people in its cities, expected no more than "
                f"the {people:,.0f} of the country"
            )
    return messages
