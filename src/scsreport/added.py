"""Official files that a reader adds: recognised, checked, and kept outside the project.

The project holds the reader of such a file, never the file. What is added lies in the reader's own
folder (:data:`scsreport.paths.USER_DATA`) as Parquet, and no part of it goes into ``data/``.
"""

import hashlib
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from scsreport import paths
from scsreport.datasets import DataError, load, write_atomically
from scsreport.schema import Field, faults

LAYOUT = 1  # of the converted file; raise it when a reader gives other columns
SHOWN = 5  # faults named in one message

WUP_SHEET, WUP_REVISION, WUP_FILE, WUP_ROWS = "Data", "2018", "12", 1860
WUP_FIELDS = (
    Field("Index", "integer", "row", required=True, unique=True, minimum=1, maximum=WUP_ROWS),
    Field("Country Code", "integer", "M49 code", required=True),
    Field("Country or area", "string", "name", required=True),
    Field("City Code", "integer", "the UN's code", required=True, unique=True, minimum=1),
    Field("Urban Agglomeration", "string", "name", required=True),
    Field("Note", "string", "number of a note", nulls="no note"),
    Field("Latitude", "number", "degrees", required=True, minimum=-90, maximum=90),
    Field("Longitude", "number", "degrees", required=True, minimum=-180, maximum=180),
    *(
        Field(str(year), "number", "thousands of people", required=True, minimum=0, maximum=60_000)
        for year in range(1950, 2036, 5)
    ),
)
REGIONAL_FIELDS = (
    Field("iso3", "string", "ISO 3166-1 alpha-3", required=True, pattern="[A-Z]{3}"),
    Field("region_code", "string", "stable code of the region", required=True),
    Field("region", "string", "name", required=True),
    Field("year", "integer", "year", required=True, minimum=1800, maximum=2100),
    Field("population", "integer", "people", required=True, minimum=1, maximum=1_500_000_000),
    Field("source", "string", "who counted or estimated", required=True),
)
PLAUSIBLE = (0.1, 2.0)  # sum of the regions over the country's population; thousands fall outside


class AddedError(DataError):
    """A file that a reader adds, or has added, is not what it should be."""


@dataclass(frozen=True)
class Kind:
    """One official file that the project can read."""

    title: str
    licence: str
    advice: str
    read: Callable[[Path], pd.DataFrame]


def read(kind: str, file: str | Path) -> pd.DataFrame:
    """Read and check an official file without keeping anything.

    Parameters
    ----------
    kind : str
        A name of :data:`KINDS`.
    file : str or Path
        The file as its producer published it.

    Returns
    -------
    DataFrame
        For ``wup2018`` one row per agglomeration and year: ``city`` (the UN's code), ``name``,
        ``country``, ``iso3``, ``region``, ``sub_saharan``, ``lat``, ``lon``, ``year`` and
        ``population`` (people). For ``regional-population`` one row per region and year: ``iso3``,
        ``region_code``, ``region``, ``year``, ``population``, ``source``. ``attrs`` holds ``file``,
        ``sha256`` and ``layout``.

    Raises
    ------
    AddedError
        If the kind is unknown or the file is another, older, renamed or cut one: the message names
        the file, what was found, what was expected, and what to do.
    """
    chosen, file = _kind(kind), Path(file)
    try:
        content = file.read_bytes()
        table = chosen.read(file)
    except OSError as error:
        raise AddedError(
            f"{file.name} cannot be read ({error.strerror}). {chosen.advice}"
        ) from error
    except _Unexpected as error:
        raise AddedError(f"{file.name}: {error} {chosen.advice}") from error
    digest = hashlib.sha256(content).hexdigest()
    table.attrs = {"file": file.name, "sha256": digest, "layout": LAYOUT}
    return table


def add(kind: str, file: str | Path) -> Path:
    """Check an official file, convert it and keep it for this reader, in place of an earlier one.

    Parameters
    ----------
    kind : str
        A name of :data:`KINDS`.
    file : str or Path
        The file as its producer published it.

    Returns
    -------
    Path
        The converted file.

    Raises
    ------
    AddedError
        As :func:`read`, or if the folder cannot be written to; an earlier file then stays.
    """
    table, target = read(kind, file), _file(kind)
    buffer = io.BytesIO()
    table.to_parquet(buffer, compression="zstd", index=False)
    try:
        write_atomically(target, buffer.getvalue())
    except OSError as error:
        for draft in target.parent.glob(f".{target.name}*"):
            draft.unlink()
        raise AddedError(
            f"{target} cannot be written ({error.strerror}). Free some space, or set "
            "SCSREPORT_USER_DATA to a folder of your own."
        ) from error
    return target


def load_added(kind: str) -> pd.DataFrame | None:
    """Return a file that the reader has added.

    Parameters
    ----------
    kind : str
        A name of :data:`KINDS`.

    Returns
    -------
    DataFrame or None
        The table that :func:`read` describes; None if it has not been added.

    Raises
    ------
    AddedError
        If the kind is unknown, or the converted file is damaged or from another version.
    """
    chosen, file = _kind(kind), _file(kind)
    if not file.exists():
        return None
    try:
        table = pd.read_parquet(file)
        layout = table.attrs["layout"]
    except (OSError, ValueError, KeyError) as error:
        raise AddedError(f"{file} is damaged; add the file again. {chosen.advice}") from error
    if layout != LAYOUT:
        raise AddedError(
            f"{file}: found layout {layout}, expected {LAYOUT}: it was added with another version "
            f"of scsreport; add the file again. {chosen.advice}"
        )
    return table


def listing() -> pd.DataFrame:
    """Return what can be added and what has been.

    Returns
    -------
    DataFrame
        Indexed by kind: ``title``, ``licence``, and ``state`` in words.
    """
    rows = {
        name: {"title": kind.title, "licence": kind.licence, "state": _state(name)}
        for name, kind in KINDS.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("kind")


class _Unexpected(Exception):
    """Says what was found in a file and what was expected."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"found {found}, expected {expected}.")


def _state(kind: str) -> str:
    try:
        table = load_added(kind)
    except AddedError:
        return "damaged, add it again"
    if table is None:
        return "not added"
    return f"added from {table.attrs['file']}, {len(table):,} rows"


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise AddedError(f"kind: found {name!r}, expected one of {', '.join(KINDS)}.")
    return KINDS[name]


def _file(kind: str) -> Path:
    _kind(kind)
    return paths.USER_DATA / f"{kind}.parquet"


def _check(table: pd.DataFrame, fields: Sequence[Field], file: Path) -> None:
    problems = faults(table, fields, 1, file.name)
    if not problems:
        return
    lines = [str(problem).removeprefix(f"{file.name}, ") for problem in problems[:SHOWN]]
    more = f" ({len(problems) - SHOWN} more such faults)" if len(problems) > SHOWN else ""
    raise _Unexpected("; ".join(lines).removeprefix("found ") + more, "a file without faults")


def _cells(file: Path) -> list[list[Any]]:
    """Return the cells of the sheet with the cities."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(file)
        if WUP_SHEET not in book.sheet_names:
            raise _Unexpected(f"sheets {book.sheet_names}", f"a sheet {WUP_SHEET!r}")
        return book.get_sheet_by_name(WUP_SHEET).to_python(skip_empty_area=False)
    except BaseException as error:
        # A file cut short can make the reader's Rust code panic, which is no Exception.
        if not isinstance(error, CalamineError) and type(error).__name__ != "PanicException":
            raise
        raise _Unexpected(f"no readable workbook ({error})", "an .xls workbook") from error


def _wup2018(file: Path) -> pd.DataFrame:
    cells = _cells(file)
    top = next((row for row, line in enumerate(cells) if line[:1] == ["Index"]), len(cells))
    title = " ".join(str(cell) for line in cells[:top] for cell in line if cell)
    for pattern, wanted, words in (
        (r"World Urbanization Prospects: The (\d{4}) Revision", WUP_REVISION, "the {} revision"),
        (r"\bFile (\w+):", WUP_FILE, "File {}"),
    ):
        told = re.search(pattern, title)
        if told is None or told[1] != wanted:
            found = words.format(told[1]) if told else "no such title"
            expected = f"{words.format(wanted)} of World Urbanization Prospects"
            raise _Unexpected(found, f"{expected} in the cells above the table")
    names = [field.name for field in WUP_FIELDS]
    if top == len(cells):
        raise _Unexpected("no line that begins with 'Index'", "the headings of the table")
    heads = [str(int(cell)) if isinstance(cell, float) else str(cell) for cell in cells[top]]
    if heads != names:
        absent = [name for name in names if name not in heads] or ["another order"]
        raise _Unexpected(
            f"columns {heads[0]} to {heads[-1]} without {', '.join(absent)}"
            if absent != ["another order"]
            else f"columns {', '.join(heads)}",
            f"{len(names)} columns, {names[0]} to {names[-1]}",
        )
    table = pd.DataFrame(cells[top + 1 :], columns=names).replace("", None)
    table = table.dropna(how="all")
    if len(table) != WUP_ROWS:
        raise _Unexpected(f"{len(table):,} agglomerations", f"{WUP_ROWS:,}")
    _check(table, WUP_FIELDS, file)
    return _long(table)


def _long(table: pd.DataFrame) -> pd.DataFrame:
    """Turn the sheet into one row per agglomeration and year, in people."""
    areas = load("un-areas").set_index("m49")
    codes = table["Country Code"].astype("int64")
    if (strange := ~codes.isin(areas.index)).any():
        code, name = codes[strange].iloc[0], table.loc[strange, "Country or area"].iloc[0]
        raise _Unexpected(f"country {code} ({name})", "a country of the table un-areas")
    table = table.assign(m49=codes).join(areas, on="m49")
    names = {
        "City Code": "city", "Urban Agglomeration": "name", "Latitude": "lat", "Longitude": "lon",
    }  # fmt: skip
    kept = ["city", "name", "country", "iso3", "region", "sub_saharan", "lat", "lon"]
    years = [field.name for field in WUP_FIELDS if field.name.isdigit()]
    long = table.rename(columns=names).melt(kept, years, "year", "population")
    long["population"] = long["population"].astype("float64") * 1000
    types = {"city": "int64", "lat": "float64", "lon": "float64", "year": "int64"}
    return long.round({"population": 0}).astype(types | {"population": "int64"})


def _regional(file: Path) -> pd.DataFrame:
    names = [field.name for field in REGIONAL_FIELDS]
    try:
        table = pd.read_csv(
            file, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig"
        )
    except ValueError as error:  # parser and encoding errors are all these
        words = " ".join(str(error).split())
        raise _Unexpected(f"no readable table ({words})", "a CSV file in UTF-8") from error
    if "gdlcode" in table:
        table = table.rename(columns={"gdlcode": "region_code"})
        table["source"] = table.get("source", "Global Data Lab")
    if set(table) != set(names):
        raise _Unexpected(f"columns {', '.join(map(str, table))}", f"columns {', '.join(names)}")
    _check(table, REGIONAL_FIELDS, file)
    for name in ("year", "population"):
        table[name] = pd.to_numeric(table[name]).astype("int64")
    twice = table.duplicated(["iso3", "region_code", "year"])
    if twice.any():
        row = table[twice].iloc[0]
        raise _Unexpected(f"{row['region_code']} twice in {row['year']}", "one row a year")
    people = load("countries").set_index("iso3")["population"].astype("float64")
    last = table[table["year"] == table.groupby("iso3")["year"].transform("max")]
    ratio = last.groupby("iso3")["population"].sum() / people.reindex(last["iso3"].unique())
    wrong = ratio[~ratio.between(*PLAUSIBLE)]
    if len(wrong):
        total = people.get(wrong.index[0])
        raise _Unexpected(
            f"{last.loc[last['iso3'] == wrong.index[0], 'population'].sum():,} people in "
            f"{wrong.index[0]}",
            "a country code" if total is None else f"about {total:,.0f}, in persons",
        )
    return table[names]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "wup2018": Kind(
            "World Urbanization Prospects 2018, File 12: agglomerations of 300,000 and more",
            "CC-BY-3.0-IGO",
            "Download File 12 of the 2018 revision (WUP2018-F12-Cities_Over_300K.xls) from the "
            "United Nations Population Division and add that file unchanged.",
            _wup2018,
        ),
        "regional-population": Kind(
            "Population of sub-national regions by year",
            "as its producer says",
            "Save a CSV file with the columns iso3, region_code (or gdlcode), region, year, "
            "population (persons) and source, and add it again.",
            _regional,
        ),
    }
)
"""What can be added, by name."""
