"""The lines of a CSV file as they stand, judged before anything makes a table of them."""

import csv
import difflib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scsreport.tables.added.messages import SHOWN, AddedError, raise_first
from scsreport.tables.added.opened import packed_with

__all__ = ["Lines", "judged_lines", "lines_of", "text_of"]

MARKS = {  # the longer first: that of UTF-32 begins with that of UTF-16
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
SAVE = "save it as CSV in UTF-8"
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
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
        raise AddedError(f"found a file packed with {packed}, expected plain CSV; unpack it")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise AddedError(f"found a workbook (.xls), expected plain CSV; {SAVE}")
    for mark, name in MARKS.items():
        if content.startswith(mark):
            raise AddedError(f"found text in {name}, expected UTF-8; {SAVE}")
    content = content.removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in content:
        raise AddedError(_nul(content))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AddedError(_no_utf8(content, error.start)) from error
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
    content: bytes, known: Sequence[str], others: Sequence[str] = ()
) -> tuple[Lines, list[str]]:
    """Return the rows of a CSV file that can be read, and every fault of its lines.

    Parameters
    ----------
    content, known, others
        As in :func:`lines_of`.

    Returns
    -------
    tuple of Lines and list of str
        Rows with as many fields as there are headings, and one sentence on each fault. Faults of
        headings come alone, since they explain others.

    Raises
    ------
    AddedError
        If the file is no text that can be read as a table.
    """
    try:
        records = list(_records(text_of(content)))
    except csv.Error as error:
        raise AddedError(
            f"found no readable table ({error}), expected plain CSV; {SAVE}"
        ) from error
    number, headings = records[0] if records else (1, [])
    if faults := _wrong_headings(number, headings, [*known, *others]):
        return Lines(headings, [], []), faults
    rows = records[1:]
    faults = [
        _wrong_count(number, fields, headings, iter(rows[place + 1 : place + 1 + SHOWN]))
        for place, (number, fields) in enumerate(rows)
        if len(fields) != len(headings)
    ]
    whole = [(number, fields) for number, fields in rows if len(fields) == len(headings)]
    lines = Lines(headings, [fields for _, fields in whole], [number for number, _ in whole])
    return lines, [*faults, *_wrong_cells(lines, most=len(content))]


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield number of line and fields of each record; lines without a letter are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    try:
        for fields in reader:
            if fields:
                yield number, fields
            number = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"line {number}: {error}") from error


def _wrong_headings(number: int, found: list[str], known: list[str]) -> list[str]:
    """Say what is wrong with the headings; of several faults, the one that explains the others."""
    place = f"line {number}"
    if len(found) == 1:
        for sign, name in SEPARATORS.items():
            if sign in found[0]:
                head = found[0][:60]
                return [f"{place}: found columns parted by {name} ({head}), expected commas"]
    if not set(map(_plain, found)) & set(known):
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
        if name.strip() and name not in known and (meant := _meant(name, known)) not in counts
        if meant
    ]
    return faults


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip(" \ufeff\u00a0").casefold())


def _meant(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(_plain(name)[:60], known, 1, 0.8)
    return near[0] if near else ""


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
