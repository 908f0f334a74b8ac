"""The lines of a CSV file as they stand, judged before anything makes a table of them."""

import csv
import difflib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scsreport.tables.added.messages import SHOWN, AddedError, raise_first
from scsreport.tables.added.opened import packed_with

__all__ = ["Judged", "Lines", "OtherEncodingError", "judged_lines", "lines_of", "text_of"]

MARKS = {  # the longer first: that of UTF-32 begins with that of UTF-16
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
SAVE = "save it as CSV in UTF-8"
SAVE_SHEET = "save its sheet as CSV in UTF-8"
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
WORKBOOKS = {
    b"xl/workbook.xml": "Excel (.xlsx)",
    b"xl/workbook.bin": "Excel (.xlsb)",
    b"opendocument.spreadsheet": "LibreOffice (.ods)",
    b"Index/Document.iwa": "Numbers (.numbers)",
}
"""What is read in a packed file that is a workbook of some program."""

OTHERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"{": "JSON",
    b"[": "JSON",
}
"""First bytes of files that are no table."""

ABOVE = 30
"""Lines above the headings among which these are looked for."""

LONGEST = 500
"""Letters of the longest cell; no name of a region comes near."""

UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]")
"""Marks of no width, turned writing, and the sign for a letter that was lost."""


@dataclass(frozen=True)
class Lines:
    """The rows of a file, each with the number of its line."""

    headings: list[str]
    rows: list[list[str]]
    numbers: list[int]


class Judged(NamedTuple):
    """The lines of a file as far as they can be read, and all that is wrong with them.

    Attributes
    ----------
    lines : Lines
        Their headings as they are meant; rows with as many fields as there are headings.
    of_whole : list of str
        A sentence on each fault of encoding, separators and headings. With one, the rows are there
        to be judged, not to be used.
    of_lines : list of str
        A sentence on each fault of a line.
    """

    lines: Lines
    of_whole: list[str]
    of_lines: list[str]


class OtherEncodingError(AddedError):
    """A file is in another encoding than UTF-8.

    Attributes
    ----------
    text : str
        What it says, read in the encoding that it seems to be in; for judging, not for use.
    """

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


def text_of(content: bytes) -> str:
    """Return the text of a file in UTF-8.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    str

    Raises
    ------
    AddedError
        If it is packed, a workbook or in another encoding, which is named.
    """
    if packed := packed_with(content):
        program = next((name for mark, name in WORKBOOKS.items() if mark in content), "")
        if program:
            raise AddedError(f"found a workbook of {program}, expected plain CSV; {SAVE_SHEET}")
        raise AddedError(f"found a file packed with {packed}, expected plain CSV; unpack it")
    for mark, name in OTHERS.items():
        if content.startswith(mark):
            raise AddedError(f"found {name}, expected plain CSV")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise AddedError(f"found a workbook (.xls), expected plain CSV; {SAVE}")
    for mark, name in MARKS.items():
        if content.startswith(mark):
            message = f"found text in {name}, expected UTF-8; {SAVE}"
            raise OtherEncodingError(message, content.decode(name, "replace"))
    content = content.removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in content:
        raise AddedError(_nul(content))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = _no_utf8(content, error.start)
        raise OtherEncodingError(message, content.decode("cp1252", "replace")) from error
    return _as_table(text)


def _as_table(text: str) -> str:
    """Return the text of a file that may be a table."""
    if not text.strip():
        raise AddedError("found an empty file, expected a line of headings and rows")
    if text.lstrip().startswith("<"):
        raise AddedError("found a page of a web site (HTML or XML), expected plain CSV")
    return text


def _line_at(content: bytes, place: int) -> int:
    before = content[:place].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


def _nul(content: bytes) -> str:
    head = content[:1000]
    if head.count(0) > len(head) / 4:
        name = "UTF-32" if head.count(0) > len(head) / 2 else "UTF-16"
        return f"found what looks like text in {name}, expected UTF-8; {SAVE}"
    line = _line_at(content, content.index(0))
    return f"line {line}: found a NUL byte, expected text; the file is damaged, fetch it anew"


def _no_utf8(content: bytes, place: int) -> str:
    line = _line_at(content, place)
    around = re.split(rb"[,;\t\r\n\"]", content[max(0, place - 40) : place])[-1]
    after = re.split(rb"[,;\t\r\n\"]", content[place : place + 40])[0]
    word = (around + after).decode("cp1252", "replace")
    return (
        f"line {line}: found byte {content[place]:#04x}, which is no UTF-8; the file seems to be "
        f"in Latin-1 (Windows-1252), where the word is {word!r}; {SAVE}"
    )


def lines_of(content: bytes, known: Sequence[str], others: Sequence[str] = ()) -> Lines:
    """Return the rows of a CSV file once headings, numbers of fields and cells are sound.

    Parameters
    ----------
    content : bytes
        The file.
    known : sequence of str
        The headings that are expected.
    others : sequence of str
        Headings that may stand for one of them.

    Returns
    -------
    Lines

    Raises
    ------
    AddedError
        If anything is wrong with a line: the message says which and what.
    """
    records = _records(text_of(content))
    try:
        number, headings = next(records, (1, []))
        raise_first(_wrong_headings(number, headings, [*known, *others]))
        rows: list[list[str]] = []
        numbers: list[int] = []
        for number, fields in records:
            if len(fields) != len(headings):
                raise AddedError(_wrong_count(number, fields, headings, records))
            numbers.append(number)
            rows.append(fields)
    except csv.Error as error:
        raise AddedError(
            f"found no readable table ({error}), expected plain CSV; {SAVE}"
        ) from error
    lines = Lines(headings, rows, numbers)
    raise_first(_wrong_cells(lines))
    return lines


def judged_lines(
    content: bytes, known: Sequence[str], also: Mapping[str, str] | None = None
) -> Judged:
    """Judge the rows of a CSV file as far as they can be read, so that all faults come at once.

    Parameters
    ----------
    content, known
        As in :func:`lines_of`.
    also : mapping of str, optional
        Other names of headings, by which the one that is meant is told.

    Returns
    -------
    Judged

    Raises
    ------
    AddedError
        If the file is no text that can be read as a table.
    """
    text, of_whole = _read_on(content)
    try:
        records, sentences = _parted(text)
    except csv.Error as error:
        where = f"{error}; a quotation mark may not be closed"
        sentence = f"found no readable table ({where}), expected plain CSV; {SAVE}"
        raise AddedError("; ".join([*of_whole, sentence])) from error
    of_whole += sentences
    records, sentences = _from_headings_on(records, known)
    of_whole += sentences
    number, found = records[0] if records else (1, [])
    of_whole += _wrong_headings(number, found, known, also or {})
    rows = records[1:]
    of_lines = [
        _wrong_count(number, fields, found, iter(rows[place + 1 : place + 1 + SHOWN]))
        for place, (number, fields) in enumerate(rows)
        if len(fields) != len(found)
    ]
    whole = [(number, fields) for number, fields in rows if len(fields) == len(found)]
    lines = Lines(found, [fields for _, fields in whole], [number for number, _ in whole])
    of_lines += _wrong_cells(lines, most=len(content))
    meant = _as_meant(found, known, also or {})
    return Judged(Lines(meant, lines.rows, lines.numbers), of_whole, of_lines)


def _read_on(content: bytes) -> tuple[str, list[str]]:
    """Return the text of a file, also in another encoding, and what is wrong with that."""
    try:
        return text_of(content), []
    except OtherEncodingError as error:
        return _as_table(error.text.removeprefix("\ufeff")), [str(error)]


def _parted(text: str) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Return the records of a file, also by another separator, and what is wrong with that."""
    records = list(_records(text))
    number, head = records[0] if records else (1, [])
    sign = _other_separator(head)
    if not sign:
        return records, []
    return list(_records(text, sign)), [_wrong_separator(number, head, sign)]


def _from_headings_on(
    records: list[tuple[int, list[str]]], known: Sequence[str]
) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Return the records from the headings on, and what is wrong with lines above them."""
    for place, (number, fields) in enumerate(records[:ABOVE]):
        if len(set(map(_plain, fields)) & set(known)) > 1:
            if not place:
                break
            first, above = records[0]
            shown = ", ".join(filter(None, above))[:60]
            fault = (
                f"line {first}: found {shown!r} above the headings, which stand in line {number}"
            )
            return records[place:], [f"{fault}, expected the headings first; remove what is above"]
    return records, []


def _records(text: str, sign: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield number of line and fields of each record; lines without a letter are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    number = 1
    try:
        for fields in reader:
            if fields:
                yield number, fields
            number = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"line {number}: {error}") from error


def _other_separator(head: list[str]) -> str:
    """Return the sign that parts the columns of a line in place of commas, if any."""
    if len(head) != 1:
        return ""
    return next((sign for sign in SEPARATORS if sign in head[0]), "")


def _wrong_separator(number: int, head: list[str], sign: str) -> str:
    shown = head[0][:60]
    return f"line {number}: found columns parted by {SEPARATORS[sign]} ({shown}), expected commas"


def _wrong_headings(
    number: int, found: list[str], known: Sequence[str], also: Mapping[str, str] | None = None
) -> list[str]:
    """Say what is wrong with the headings; of several faults, the one that explains the others."""
    others = also or {}
    place = f"line {number}"
    if sign := _other_separator(found):
        return [_wrong_separator(number, found, sign)]
    if not set(_as_meant(found, known, others) if others else map(_plain, found)) & set(known):
        shown = ", ".join(found)[:100]
        return [f"{place}: found {shown!r}, expected the headings {', '.join(known)}"]
    counts = Counter(found)
    faults = [
        f"{place}: found no heading for column {spot} of {len(found)}, expected "
        + ("no comma at the end of a line" if spot == len(found) else "a heading for each column")
        for spot, name in enumerate(found, 1)
        if not name.strip()
    ]
    faults += [
        f"{place}: found the heading {name!r} {count} times, expected one column of each"
        for name, count in counts.items()
        if count > 1 and name.strip()
    ]
    faults += [
        f"{place}: found the heading {name[:60]!r}, expected {meant!r}"
        for name in counts
        if name.strip() and name not in known
        if (meant := _meant(name, known, others)) and meant not in counts
    ]
    return faults


def _as_meant(found: Sequence[str], known: Sequence[str], also: Mapping[str, str]) -> list[str]:
    """Return the headings as they are meant, each at most once; others as they are."""
    meant: list[str] = []
    for name in found:
        near = name if name in known else _meant(name, known, also)
        is_free = near and near not in meant and (near == name or near not in found)
        meant.append(near if is_free else name)
    return meant


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip(" \ufeff\u00a0").casefold())


def _meant(name: str, known: Sequence[str], also: Mapping[str, str] | None = None) -> str:
    """Return the heading that is meant by another one; empty where none is."""
    near = difflib.get_close_matches(_plain(name)[:60], known, 1, 0.8)
    if near or not also:
        return near[0] if near else ""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    # A year, a unit or a remark behind the name: "Population (2023)".
    first = re.split(r"[^a-z]", letters.strip().casefold(), maxsplit=1)[0]
    return also.get(first, "")


def _wrong_count(
    number: int,
    fields: list[str],
    headings: list[str],
    following: Iterator[tuple[int, list[str]]],
) -> str:
    """Say how a line differs from the headings, and whether the next ones do the same."""
    wanted = f"{len(headings)}, as there are headings"
    place = f"line {number}: found {len(fields)} fields, expected {wanted}"
    alike = [next_fields for _, next_fields in zip(range(SHOWN), following, strict=False)]
    rows = [fields, *(row for _, row in alike)]
    longer = len(fields) == len(headings) + 1
    if longer and all(len(row) == len(fields) and not row[-1] for row in rows):
        every = "its end, as in the lines after it" if len(rows) > 1 else "its end"
        return f"{place}; there is a comma too many at {every}: remove it"
    if longer and len(rows) > 1 and all(len(row) == len(fields) for row in rows):
        return f"{place}, as in the lines after it; a heading is missing, so columns are shifted"
    if len(list(filter(None, fields))) == 1 and len(headings) > 2:
        return f"{place}; a note is no row: remove {next(filter(None, fields))[:40]!r}"
    if len(fields) < len(headings) and len(rows) == 1:
        return f"{place}; it is the last line: the file may have been cut short, fetch it anew"
    if len(fields) > len(headings):
        return f"{place}; a comma within a name or a number needs quotation marks around it"
    return place


def _wrong_cells(lines: Lines, most: int = SHOWN) -> list[str]:
    """Say which cells hold what no eye sees, or more than a name."""
    faults = []
    for number, row in zip(lines.numbers, lines.rows, strict=True):
        if row == lines.headings:
            faults.append(f"line {number}: found the headings again, expected a row")
            continue
        if not any(row):
            faults.append(f"line {number}: found nothing but commas, expected a row; remove it")
            continue
        for name, cell in zip(lines.headings, row, strict=True):
            if fault := _wrong_cell(cell):
                faults.append(f"line {number}, column {name}: {fault}")
        if len(faults) > most:
            break
    return faults


def _wrong_cell(cell: str) -> str:
    if cell.isascii() and cell.isalnum() and len(cell) <= LONGEST:
        return ""
    if len(cell) > LONGEST:
        return f"found {len(cell):,} letters, expected {LONGEST} or fewer"
    if "\n" in cell or "\r" in cell:
        return f"found a break of lines in {cell[:40]!r}; a quotation mark may not be closed"
    if any(unicodedata.category(sign) == "Cc" for sign in cell) or UNSEEN.search(cell):
        return f"found a sign that is not seen in {cell[:60]!a}, expected plain text"
    if cell and not cell.strip():
        return "found nothing but spaces, expected a value"
    if cell != cell.strip():
        return f"found {cell[:60]!r}, expected {cell.strip()[:60]!r}, without spaces around it"
    if not cell.isascii() and (meant := _garbled(cell)):
        return f"found {cell[:60]!r}, expected {meant[:60]!r}; {SAVE}"
    return ""


def _garbled(cell: str) -> str:
    """Return what is meant by text in UTF-8 that was once read as Windows-1252."""
    try:
        return cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
