"""Ways to damage a file: bytes at random, and faults that a CSV file can have."""

import csv
import io
import random
from collections.abc import Callable

__all__ = ["of_bytes", "of_lines"]

Table = list[list[str]]
PEOPLE = 4
YEAR = 3

BAD = [
    "",
    " ",
    "nan",
    "NaN",
    "inf",
    "-inf",
    "-1",
    "0",
    "1e400",
    "1e15",
    "9" * 30,
    "1,5",
    "1.234.567",
    "1 234 567",
    "1'234'567",
    "0x1F",
    "1_000",
    "12:30",
    "2020-01-01",
    "31/12/2020",
    "=1+1",
    '=HYPERLINK("http://x")',
    "@SUM(1)",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "\x00",
    "\x07",
    "\u202eabc",
    "٣٤٥",
    "１２３",
    "−5",
    "+5",
    "5.0",
    "5.5",
    "1e3",
    "True",
    "None",
    "NULL",
    "N/A",
    "NA",
    "#N/A",
    "a\nb",
    "a,b",
    'a"b',
    "x" * 100_000,
    " 7 ",
    "\u00a07",
    "${HOME}",
    "{{7*7}}",
    "$x^2$",
    "`ls`",
]


TOKENS = [
    *(b"nan", b"inf", b"-1", b"1e309", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"9" * 40),
    *(b'"', b"'", b"\n", b"\r", b",", b";", b"<script>", b"=1+1", b"../", b"0x10", b"1_000"),
    *(b"1,5", b"\xe2\x88\x925", b"\xd9\xa3", b"None", b"True", b"1e3", b" 7", b"\xc2\xa0"),
]
SIZES = [1, 2, 4, 8, 64, 512, 4096]


def of_bytes(content: bytes, source: random.Random) -> tuple[str, bytes]:
    """Return what was done to the bytes, and the bytes."""
    data = bytearray(content)
    place = source.randrange(len(data)) if data else 0
    part = slice(place, place + source.choice(SIZES))
    other = slice(*sorted(source.choices(range(len(data) + 1), k=2)))
    name = source.choice(list(BYTES))
    BYTES[name](data, part, other, source)
    return f"bytes, {name}", bytes(data)


def _flip(data: bytearray, part: slice, other: slice, source: random.Random) -> None:
    if data:
        data[part.start] ^= 1 << source.randrange(8)


def _rubbish(data: bytearray, part: slice, other: slice, source: random.Random) -> None:
    for _ in range(source.choice([2, 8, 64, 512]) if data else 0):
        data[source.randrange(len(data))] = source.randrange(256)


def _cut(data: bytearray, part: slice, other: slice, source: random.Random) -> None:
    del data[part.start :]


def _head_cut(data: bytearray, part: slice, other: slice, source: random.Random) -> None:
    del data[: part.stop - part.start]


def _zeros(data: bytearray, part: slice, other: slice, source: random.Random) -> None:
    data[part] = bytes(len(data[part]))


def _insert(data: bytearray, part: slice, other: slice, source: random.Random) -> None:
    data[part.start : part.start] = source.randbytes(part.stop - part.start)


def _delete(data: bytearray, part: slice, other: slice, source: random.Random) -> None:
    del data[part]


def _copy(data: bytearray, part: slice, other: slice, source: random.Random) -> None:
    data[other.start : other.start + len(data[part])] = data[part]


def _repeat(data: bytearray, part: slice, other: slice, source: random.Random) -> None:
    data[part.start : part.start] = data[part] * source.choice([1, 10])


def _token(data: bytearray, part: slice, other: slice, source: random.Random) -> None:
    word = source.choice(TOKENS)
    data[part.start : part.start + source.choice([0, len(word)])] = word


Mutation = Callable[[bytearray, slice, slice, random.Random], None]
BYTES: dict[str, Mutation] = {
    **{"a bit turned": _flip, "rubbish": _rubbish, "cut": _cut, "head cut": _head_cut},
    **{"zeros": _zeros, "insert": _insert, "delete": _delete, "copy": _copy},
    **{"repeat": _repeat, "a word put in": _token},
}


def of_lines(content: bytes, source: random.Random) -> tuple[str, bytes]:
    """Return what was done to a CSV file, and the file."""
    text = content.decode("utf-8-sig")
    name = source.choice([*CELLS, *TEXTS])
    if name in TEXTS:
        return f"text, {name}", TEXTS[name](text)
    table = list(csv.reader(io.StringIO(text)))
    return f"cells, {name}", _written(CELLS[name](table, source))


def _written(table: Table, separator: str = ",") -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator="\n").writerows(table)
    return stream.getvalue().encode()


def _spot(table: Table, source: random.Random) -> tuple[int, int]:
    return source.randrange(1, len(table)), source.randrange(len(table[0]))


def _without_column(table: Table, source: random.Random) -> Table:
    _, gone = _spot(table, source)
    return [row[:gone] + row[gone + 1 :] for row in table]


def _column_twice(table: Table, source: random.Random) -> Table:
    _, twice = _spot(table, source)
    return [[*row, row[twice]] for row in table]


def _columns_shuffled(table: Table, source: random.Random) -> Table:
    order = source.sample(range(len(table[0])), len(table[0]))
    return [[row[place] for place in order] for row in table]


def _columns_exchanged(table: Table, source: random.Random) -> Table:
    one, other = source.sample(range(len(table[0])), 2)
    for row in table[1:]:
        row[one], row[other] = row[other], row[one]
    return table


def _bad_cell(table: Table, source: random.Random) -> Table:
    row, column = _spot(table, source)
    table[row][column] = source.choice(BAD)
    return table


def _bad_column(table: Table, source: random.Random) -> Table:
    _, column = _spot(table, source)
    value = source.choice(BAD)[:500]
    for row in table[1:]:
        row[column] = value
    return table


def _heading(change: Callable[[str], str]) -> Callable[[Table, random.Random], Table]:
    def changed(table: Table, source: random.Random) -> Table:
        _, column = _spot(table, source)
        table[0][column] = change(table[0][column])
        return table

    return changed


def _one(change: Callable[[list[str]], list[str]]) -> Callable[[Table, random.Random], Table]:
    def changed(table: Table, source: random.Random) -> Table:
        row, _ = _spot(table, source)
        table[row] = change(table[row])
        return table

    return changed


def _all(change: Callable[[list[str]], list[str]]) -> Callable[[Table, random.Random], Table]:
    return lambda table, source: [table[0], *(change(row) for row in table[1:])]


def _of_people(change: Callable[[int], str]) -> Callable[[list[str]], list[str]]:
    return lambda row: [*row[:PEOPLE], change(int(row[PEOPLE])), *row[PEOPLE + 1 :]]


def _in_one_year(
    change: Callable[[list[str]], list[str]],
) -> Callable[[Table, random.Random], Table]:
    def changed(table: Table, source: random.Random) -> Table:
        year = source.choice(table[1:])[YEAR]
        return [change(row) if row[YEAR] == year else row for row in table]

    return changed


def _in_one_region(
    change: Callable[[list[str]], list[str]],
) -> Callable[[Table, random.Random], Table]:
    def changed(table: Table, source: random.Random) -> Table:
        code = source.choice(table[1:])[1]
        return [change(row) if row[1] == code else row for row in table]

    return changed


def _with_total(name: str, code: str) -> Callable[[Table, random.Random], Table]:
    def changed(table: Table, source: random.Random) -> Table:
        iso3, year = source.choice(table[1:])[0], source.choice(table[1:])[YEAR]
        people = sum(int(row[PEOPLE]) for row in table[1:] if (row[0], row[YEAR]) == (iso3, year))
        return [*table, [iso3, f"{iso3}{code}", name, year, str(people), "census"]]

    return changed


def _row_twice(table: Table, source: random.Random) -> Table:
    row, _ = _spot(table, source)
    return [*table, table[row]]


def _row_gone(table: Table, source: random.Random) -> Table:
    row, _ = _spot(table, source)
    return [*table[:row], *table[row + 1 :]]


def _region_gone(table: Table, source: random.Random) -> Table:
    code = source.choice(table[1:])[1]
    return [row for row in table if row[1] != code]


THOUSANDS = _of_people(lambda people: str(max(1, people // 1000)))
TIMES = _of_people(lambda people: str(people * 1000))
CELLS: dict[str, Callable[[Table, random.Random], Table]] = {
    "a column missing": _without_column,
    "a column twice": _column_twice,
    "columns in another order": _columns_shuffled,
    "values of two columns exchanged": _columns_exchanged,
    "a column more": lambda table, source: [[*row, "x"] for row in table],
    "a heading in capitals": _heading(str.upper),
    "a heading with spaces": _heading(lambda name: f" {name} "),
    "no headings": lambda table, source: table[1:],
    "headings twice": lambda table, source: [table[0], *table],
    "headings only": lambda table, source: table[:1],
    "rows in another order": lambda table, source: [
        table[0],
        *source.sample(table[1:], len(table) - 1),
    ],
    "a row twice": _row_twice,
    "a row gone": _row_gone,
    "a region gone": _region_gone,
    "a cell more": _one(lambda row: [*row, "x"]),
    "a cell less": _one(lambda row: row[:-1]),
    "a cell more in each row": _all(lambda row: [*row, "x"]),
    "a comma at each end": _all(lambda row: [*row, ""]),
    "a cell before each row": _all(lambda row: ["x", *row]),
    "a comment": lambda table, source: [["# made by x"], *table],
    "a total by name": _with_total("Total", "t"),
    "a total by sum": _with_total("Mainland", "m9"),
    "all in thousands": _all(THOUSANDS),
    "a row in thousands": _one(THOUSANDS),
    "a row times 1,000": _one(TIMES),
    "a year in thousands": _in_one_year(THOUSANDS),
    "a region in thousands": _in_one_region(THOUSANDS),
    "a region times 1,000": _in_one_region(TIMES),
    "decimal commas": _all(_of_people(lambda people: f"{people},0")),
    "commas between thousands": _all(_of_people(lambda people: f"{people:,}")),
    "dots between thousands": _all(_of_people(lambda people: f"{people:,}".replace(",", "."))),
    "years as dates": _all(lambda row: [*row[:YEAR], f"{row[YEAR]}-01-01", *row[YEAR + 1 :]]),
    "a code with a space": _one(lambda row: [row[0], f" {row[1]}", *row[2:]]),
    "a code in small letters": _one(lambda row: [row[0], row[1].lower(), *row[2:]]),
    "a blank code": _one(lambda row: [row[0], "  ", *row[2:]]),
    "another code of a country": _in_one_region(lambda row: ["XKO", *row[1:]]),
    "a bad cell": _bad_cell,
    "a bad column": _bad_column,
}
TEXTS: dict[str, Callable[[str], bytes]] = {
    "mark of UTF-8": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "Latin-1": lambda text: text.encode("latin-1", "replace"),
    "read as Latin-1 once": lambda text: text.encode().decode("latin-1").encode(),
    "semicolons": lambda text: text.replace(",", ";").encode(),
    "tabs": lambda text: text.replace(",", "\t").encode(),
    "lines of old Macs": lambda text: text.replace("\n", "\r").encode(),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "a quotation mark left open": lambda text: text.replace("\n", '\n"', 1).encode(),
    "empty": lambda text: b"",
    "spaces": lambda text: b"  \n \n",
    "a page": lambda text: b"<!DOCTYPE html><html><body>404</body></html>",
    "JSON": lambda text: b'{"iso3": ["BRA"]}',
    "a zip": lambda text: b"PK\x03\x04" + bytes(100),
    "a workbook": lambda text: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
}
