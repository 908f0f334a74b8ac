"""Output or income per head of the regions of many countries by year, from one of three layouts.

All end in the same columns, so that whatever measures gaps need not know who made the file.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from scsreport.tables.added import codes
from scsreport.tables.added.lines import lines_of
from scsreport.tables.added.messages import SHOWN, AddedError, raise_first
from scsreport.tables.schema import Field, faults

__all__ = ["COLUMNS", "FAR", "LAYOUTS", "reader"]

COLUMNS = ("iso3", "country", "region_code", "region", "year", "gdp_per_head", "people")
"""What every layout ends in; ``people`` may be a gridded estimate, good as a weight only."""

LAYOUTS: Mapping[str, Mapping[str, str]] = {
    "growth-in-regions": {
        "iso3": "iso3",
        "country": "country",
        "region": "region",
        "year": "year",
        "gdp_per_head": "gdp_per_head",
        "people_gridded": "people",
    },
    "dose": {
        "GID_0": "iso3",
        "GID_1": "region_code",
        "country": "country",
        "region": "region",
        "year": "year",
        "pop": "people",
        "grp_pc_lcu": "gdp_per_head",
    },
    "regional-income": {
        "iso3": "iso3",
        "region_code": "region_code",
        "region": "region",
        "year": "year",
        "gdp_per_head": "gdp_per_head",
        "people": "people",
    },
}
"""Headings of each layout and what they become. DOSE is taken in local prices: within a country
and a year all measures of a gap are the same in any currency, and its dollars follow the rates."""

STATA = (b"<stata_dta>", b"\x71", b"\x72", b"\x73")
"""First bytes of Stata's files."""

WINDOWS_SIGNS = {
    code: sign for code in range(0x80, 0xA0) if (sign := bytes([code]).decode("cp1252", "ignore"))
}
"""Letters and signs of Windows-1252 by the unseen signs that they are in Latin-1."""

FAR = 1_000.0
"""The most by which a region lies above or below the middle one of its country and year."""

NUMBERS = ("year", "gdp_per_head", "people")
KEYS = ["iso3", "country", "region_code", "year"]


def reader(kind: str) -> Callable[[bytes, Sequence[Field]], pd.DataFrame]:
    """Return the reader of one layout.

    Parameters
    ----------
    kind : str
        A key of :data:`LAYOUTS`.

    Returns
    -------
    callable
        Of the bytes of a file and the rules of its columns. It returns a table with
        :data:`COLUMNS`, one row per region and year that has output and people; it raises
        :exc:`AddedError` where the file is not what it should be: the message names the line.
    """
    return partial(_table_of, LAYOUTS[kind])


def _table_of(layout: Mapping[str, str], content: bytes, fields: Sequence[Field]) -> pd.DataFrame:
    table = _cells(content, list(layout))
    raise_first(_wrong_numbers(table, layout))
    table = table.rename(columns=layout)
    raise_first(_wrong_countries(table, next(iter(layout))))
    told = table.dropna(subset=list(NUMBERS))
    if told.empty:
        raise AddedError("found no row with output and people, expected one for each region")
    raise_first(_broken_rules(told.rename(columns={v: k for k, v in layout.items()}), fields))
    told = told.astype({"year": "int64"})
    for column, other in (("region_code", "region"), ("country", "iso3")):
        if column not in told:
            told[column] = told[other]
    raise_first(_wrong_keys(told))
    raise_first(_far_off(told))
    return told[list(COLUMNS)].reset_index(drop=True)


def _cells(content: bytes, headings: list[str]) -> pd.DataFrame:
    """Return the columns asked for, each row under the number of its line; blanks are missing."""
    if content.startswith(STATA):
        table = _of_stata(content)
    else:
        lines = lines_of(_with_letters(content), headings)
        table = pd.DataFrame(lines.rows, lines.numbers, lines.headings, dtype=str)
    absent = [name for name in headings if name not in table]
    if absent:
        found = ", ".join(map(str, table.columns))[:300]
        raise AddedError(f"found columns {found}; expected also {', '.join(absent)}")
    cells = table[headings]
    return cells.mask(
        cells.isna() | (cells.astype("str").apply(lambda text: text.str.strip()) == "")
    )


def _with_letters(content: bytes) -> bytes:
    """Put letters in place of signs that are not seen: the published names were read as Latin-1."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content  # which is named when the lines are looked at
    return text.translate(WINDOWS_SIGNS).encode()


def _of_stata(content: bytes) -> pd.DataFrame:
    table: Any = pd.read_stata(io.BytesIO(content), convert_categoricals=False)
    if table.empty:
        raise AddedError("found a Stata file without a row, expected one for each region and year")
    numbered: pd.DataFrame = table.set_axis(range(1, len(table) + 1))
    return numbered


def _wrong_numbers(table: pd.DataFrame, layout: Mapping[str, str]) -> list[str]:
    """Turn columns of numbers into numbers, and say what is none."""
    messages = []
    for heading, name in layout.items():
        if name not in NUMBERS:
            continue
        given = table[heading]
        numbers = pd.to_numeric(given, errors="coerce")
        odd = given[numbers.isna() & given.notna()]
        messages += [
            f"line {line}, column {heading}: found {str(found)[:60]!r}, expected a number"
            for line, found in odd.head(SHOWN + 1).items()
        ]
        table[heading] = numbers.astype("float64")
    return messages


def _wrong_countries(table: pd.DataFrame, heading: str) -> list[str]:
    known = codes.known_countries()
    odd = table[~table["iso3"].isin(list(known))].drop_duplicates("iso3")
    return [
        f"line {line}, column {heading}: found {str(row['iso3'])[:60]!r}, expected the "
        f"ISO 3166-1 alpha-3 code of a country, {_meant(row['iso3'])}"
        for line, row in odd.head(SHOWN + 1).iterrows()
    ]


def _meant(found: Any) -> str:
    meant = codes.country_meant(str(found)) if isinstance(found, str) else ""
    return f"{meant} ({codes.country_names()[meant]})" if meant else "like NAM for Namibia"


def _broken_rules(table: pd.DataFrame, fields: Sequence[Field]) -> list[str]:
    """Compare rows with the rules of the columns."""
    names = [field.name for field in fields]
    return [
        f"{'' if problem.row is None else f'line {table.index[problem.row - 1]}, '}"
        f"{f'column {problem.column}: ' if problem.column else ''}"
        f"found {problem.found}, expected {problem.expected}"
        for problem in faults(table[names], fields, 1, "")
    ]


def _wrong_keys(table: pd.DataFrame) -> list[str]:
    twice = table[table.duplicated(KEYS)]
    return [
        f"line {line}: found {row['region']} of {row['country']} twice in {row['year']}, "
        "expected one row a year"
        for line, row in twice.head(SHOWN + 1).iterrows()
    ]


def _far_off(table: pd.DataFrame) -> list[str]:
    """Name regions so far from the others of their country that units must differ."""
    by_country_year = table.groupby(["iso3", "country", "year"])["gdp_per_head"]
    ratio: Any = table["gdp_per_head"] / by_country_year.transform("median")
    far = table[(ratio > FAR) | (ratio < 1 / FAR)]
    return [
        f"line {line}: found {row['gdp_per_head']:g} a head in {row['region']} of {row['country']} "
        f"in {row['year']}, {ratio[line]:.3g} times the middle region; expected one unit for all"
        for line, row in far.head(SHOWN + 1).iterrows()
    ]
