"""Official files that a reader adds: recognised, checked, and kept outside the project.

The project holds the reader of such a file, never the file. What is added lies in the reader's own
folder (:data:`scsreport.tables.paths.USER_DATA`) as Parquet, and no part of it goes into ``data/``.
What can be added, and the rules for its columns, stands in ``official_files.toml``.
"""

import hashlib
import io
import tomllib
from collections.abc import Callable
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from scsreport.tables import paths
from scsreport.tables.datasets import DataError, load, resource, write_atomically
from scsreport.tables.schema import Field, faults

__all__ = [
    "LAYOUT",
    "PLAUSIBLE",
    "SHOWN",
    "WUP_NAMES",
    "WUP_ROWS",
    "WUP_SHEET",
    "WUP_TITLES",
    "AddedError",
    "add",
    "best",
    "kinds",
    "listing",
    "load_added",
    "read",
]

LAYOUT = 1  # in the name of a converted file; raise it when a reader gives other columns
SHOWN = 5  # faults named in one message
WUP_SHEET, WUP_ROWS = "Data", 1860
WUP_TITLES = ("World Urbanization Prospects: The 2018 Revision", "File 12:")
WUP_NAMES = {
    "City Code": "city",
    "Urban Agglomeration": "name",
    "Latitude": "lat",
    "Longitude": "lon",
}
PLAUSIBLE = (0.1, 2.0)  # sum of the regions over the country's population; thousands fall outside


class AddedError(DataError):
    """A file that a reader adds, or has added, is not what it should be."""


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """Return what can be added, by name: ``title``, ``licence``, ``advice`` and ``fields``."""
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    for kind in content.values():
        rules = [(rule.pop("names"), rule) for rule in kind["fields"]]
        kind["fields"] = [Field(name=name, **rule) for names, rule in rules for name in names]
    return content


def read(kind: str, file: str | Path) -> pd.DataFrame:
    """Read and check an official file without keeping anything.

    Parameters
    ----------
    kind : {"wup2018", "regional-population"}
        What the file is.
    file : str or Path
        The file as its producer published it.

    Returns
    -------
    DataFrame
        For ``wup2018`` one row per agglomeration and year: ``city`` (the UN's code), ``name``,
        ``country``, ``iso3``, ``region``, ``sub_saharan``, ``lat``, ``lon``, ``year`` and
        ``population`` (people). For ``regional-population`` one row per region and year: ``iso3``,
        ``region_code``, ``region``, ``year``, ``population``, ``source``. ``attrs`` holds ``file``,
        and ``sha256``.

    Raises
    ------
    AddedError
        If the kind is unknown or the file is another, older, renamed or cut one: the message names
        the file, what was found, what was expected, and what to do.
    """
    file, advice, fields = Path(file), _kind(kind)["advice"], _kind(kind)["fields"]
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        table = (_wup2018 if kind == "wup2018" else _regional)(file, fields)
    except OSError as error:
        raise AddedError(f"{file.name} cannot be read ({error.strerror}). {advice}") from error
    except AddedError as error:
        raise AddedError(f"{file.name}: {error}. {advice}") from error
    table.attrs = {"file": file.name, "sha256": digest}
    return table


def add(kind: str, file: str | Path) -> Path:
    """Check an official file, convert it and keep it for this reader, in place of an earlier one.

    Parameters
    ----------
    kind : {"wup2018", "regional-population"}
        What the file is.
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
    buffer, target = io.BytesIO(), _file(kind)
    read(kind, file).to_parquet(buffer, compression="zstd", index=False)
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
    kind : {"wup2018", "regional-population"}
        What the file is.

    Returns
    -------
    DataFrame or None
        The table that :func:`read` describes; None if it has not been added.

    Raises
    ------
    AddedError
        If the kind is unknown, or the converted file is damaged.
    """
    file = _file(kind)
    try:
        return pd.read_parquet(file) if file.exists() else None
    except (OSError, ValueError) as error:
        advice = _kind(kind)["advice"]
        raise AddedError(f"{file} is damaged; add the file again. {advice}") from error


def best(kind: str, name: str, make: Callable[[pd.DataFrame], pd.DataFrame]) -> tuple[Any, str]:
    """Return a table made from an official file, from the best source there is.

    Parameters
    ----------
    kind : {"wup2018", "regional-population"}
        What the file is.
    name : str
        The table of ``data/`` in which a result is stored.
    make : callable
        Makes the table from the file.

    Returns
    -------
    tuple
        The table, made anew if the reader has added the file, else as stored; and one sentence on
        which of the two it is.
    """
    if (listed := load_added(kind)) is None:
        return load(name), f"Stored aggregate of {resource(name).vintage}."
    return make(listed), f"Made anew from the file you added, {listed.attrs['file']}."


def listing() -> pd.DataFrame:
    """Return what can be added and what has been.

    Returns
    -------
    DataFrame
        ``kind``, ``state`` in words, ``licence`` and ``title``.
    """
    rows = [(name, _state(name), k["licence"], k["title"]) for name, k in kinds().items()]
    return pd.DataFrame(rows, columns=["kind", "state", "licence", "title"])


def _state(kind: str) -> str:
    try:
        table = load_added(kind)
    except AddedError:
        return "damaged, add it again"
    return "not added" if table is None else f"from {table.attrs['file']}, {len(table):,} rows"


def _kind(name: str) -> dict[str, Any]:
    if name not in kinds():
        raise AddedError(f"kind: found {name!r}, expected one of {', '.join(kinds())}.")
    return kinds()[name]


def _file(kind: str) -> Path:
    _kind(kind)
    return paths.USER_DATA / f"{kind}-{LAYOUT}.parquet"


def _unexpected(found: object, expected: object) -> AddedError:
    return AddedError(f"found {found}, expected {expected}")


def _check(table: pd.DataFrame, fields: list[Field], file: Path) -> None:
    if problems := faults(table, fields, 1, file.name):
        lines = [str(problem).removeprefix(file.name).lstrip(":, ") for problem in problems[:SHOWN]]
        more = f" ({len(problems) - SHOWN} more such faults)" if len(problems) > SHOWN else ""
        raise AddedError("; ".join(lines) + more)


def _cells(file: Path) -> list[list[Any]]:
    """Return the cells of the sheet with the cities."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(file)
        if WUP_SHEET not in book.sheet_names:
            raise _unexpected(f"sheets {book.sheet_names}", f"a sheet {WUP_SHEET!r}")
        return book.get_sheet_by_name(WUP_SHEET).to_python(skip_empty_area=False)
    except BaseException as error:
        # A file cut short can make the reader's Rust code panic, which is no Exception.
        if not isinstance(error, CalamineError) and type(error).__name__ != "PanicException":
            raise
        raise _unexpected(f"no readable workbook ({error})", "an .xls workbook") from error


def _wup2018(file: Path, fields: list[Field]) -> pd.DataFrame:
    cells, names = _cells(file), [field.name for field in fields]
    top = next((row for row, line in enumerate(cells) if line[:1] == ["Index"]), None)
    title = " ".join(str(cell) for line in cells[:top] for cell in line if cell)[:250]
    for words in WUP_TITLES:
        if words not in title:
            raise _unexpected(f"the title {title!r}", repr(words))
    if top is None:
        raise _unexpected("no line that begins with 'Index'", "the headings of the table")
    heads = [str(int(cell)) if isinstance(cell, float) else str(cell) for cell in cells[top]]
    for found, name in zip_longest(heads, names, fillvalue="no column"):
        if found != name:
            raise _unexpected(f"column {found!r}", repr(name))
    table = pd.DataFrame(cells[top + 1 :], columns=heads).replace("", None).dropna(how="all")
    if len(table) != WUP_ROWS:
        raise _unexpected(f"{len(table):,} agglomerations", f"{WUP_ROWS:,}")
    _check(table, fields, file)
    areas = load("un-areas").set_index("m49")
    # One row per agglomeration and year, in people.
    kept = [*WUP_NAMES.values(), *areas.columns]
    table = table.astype({"Country Code": "int64"}).join(areas, on="Country Code")
    for name in table.loc[table["country"].isna(), "Country or area"]:
        raise _unexpected(f"the country {name!r}", "one of the table un-areas")
    long = table.rename(columns=WUP_NAMES).melt(kept, names[8:], "year", "population")
    long["population"] = (long["population"].astype("float64") * 1000).round()
    whole = dict.fromkeys(["city", "year", "population"], "int64")
    return long.astype({**whole, "lat": "float64", "lon": "float64"})


def _regional(file: Path, fields: list[Field]) -> pd.DataFrame:
    try:
        table = pd.read_csv(
            file, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig"
        )
    except ValueError as error:  # parser and encoding errors are all these
        words = " ".join(str(error).split())
        raise _unexpected(f"no readable table ({words})", "a CSV file in UTF-8") from error
    names = [field.name for field in fields]
    if "gdlcode" in table:
        table = table.rename(columns={"gdlcode": "region_code"})
        table["source"] = table.get("source", "Global Data Lab")
    if set(table) != set(names):
        raise _unexpected(f"columns {', '.join(map(str, table))}", ", ".join(names))
    _check(table, fields, file)
    table = table[names].astype({"year": "float64", "population": "float64"})
    table = table.astype({"year": "int64", "population": "int64"})
    keys = ["iso3", "region_code", "year"]
    for row in table.loc[table.duplicated(keys), keys].to_numpy():
        raise _unexpected(f"{row[1]} twice in {row[2]}", "one row a year")
    people = load("countries").set_index("iso3")["population"].astype("float64")
    sums = table.groupby(["iso3", "year"])["population"].sum().groupby("iso3").last()
    for code, found in sums[~(sums / people.reindex(sums.index)).between(*PLAUSIBLE)].items():
        known = f"about {people[str(code)]:,.0f}, in persons" if code in people else "a country"
        raise _unexpected(f"{found:,} people in {code}", known)
    return table
