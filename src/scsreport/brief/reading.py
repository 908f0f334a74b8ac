"""Files of a reader: opened, judged cell by cell, and every fault of a file told at once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pandas as pd

from scsreport.brief.countries import plain
from scsreport.brief.faults import FileError
from scsreport.brief.schemas import HEADINGS, LETTERS, SCHEMAS, Schema, bounds
from scsreport.tables.added.lines import Lines, judged_lines
from scsreport.tables.added.messages import AddedError
from scsreport.tables.added.opened import content_of
from scsreport.tables.schema import Field, Problem, faults

__all__ = ["MOST_MB", "Table", "bytes_of", "is_total", "name_of", "table_of"]

MOST_MB = 20.0
MOST_ROWS = 20_000
"""Rows of a file; all pairs of so many cities would not fit into memory."""

PLACE = r"(?:line (?P<row>\d+)(?:, column (?P<column>.+?))?: )?found (?P<found>.+?)"
SENTENCE = re.compile(f"{PLACE}, expected (?P<expected>.+)", re.DOTALL)
NO_UTF8 = re.compile(f"{PLACE}; (?P<expected>.+)", re.DOTALL)
"""How faults of lines are told elsewhere; of an encoding, with what to do."""

PLAIN = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
ROUNDED = re.compile(r"-?\d+(\.\d+)?[eE][+-]?\d+")
BY_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")
ONE_COMMA = re.compile(r"-?\d+,\d+")
NO_COMMA = "with a decimal point, not a comma"
MANY_POINTS = 5
"""Numbers with three digits behind a point, from which this is no chance."""

NO_POINTS = "without points between thousands"
NO_POWERS = "written out, not as a spreadsheet rounds it"
SPELLINGS = (
    (ROUNDED, NO_POWERS),
    (re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?"), "without commas; a decimal point, if any"),
    (ONE_COMMA, NO_COMMA),
    (re.compile(r"-?\d{1,3}(\.\d{3}){2,}(,\d+)?|-?\d{1,3}(\.\d{3})+,\d+"), NO_POINTS),
    (re.compile(r"-?\d{1,3}([ \u00a0\u202f']\d{3})+([.,]\d+)?"), "without marks between thousands"),
    (re.compile(r"-?[\d.,]+\s?[^\d\s.,].*"), "alone, without a unit behind it"),
)
"""How numbers are written elsewhere, and what is expected instead."""

ON_A_MAP = re.compile(r".*\d.*[°º'′’\"″].*|[NSEWO]?\s*\d[\d.,]*\s*[NSEWO]?", re.IGNORECASE)
IN_DEGREES = "with a decimal point, and a minus in the south or west, as in -74.08"
OFF_THE_GLOBE = 360.0
"""Degrees beyond which a number is none of a place: mostly metres of the grid of a map."""

FORMULA = re.compile(r"#(N/?A|[A-Z/0]+[!?]|¡.+)")
"""What a spreadsheet shows where a formula fails."""

NOT_KNOWN = frozenset(
    [
        "nan",
        "NaN",
        "NULL",
        "null",
        "None",
        "NA",
        "N/A",
        "n/a",
        "n.a.",
        "-",
        "--",
        "–",
        ".",
        "..",
        "?",
    ]
)
"""How other programs write that nothing is known."""

TOTALS = frozenset(
    ["total", "totals", "subtotal", "grand total", "national total", "total general", "totales"]
)
"""Names of rows that add up the others."""


@dataclass(frozen=True)
class Table:
    """A file of a reader that its schema admits, row by row.

    Parameters
    ----------
    kind : str
        ``cities``, ``regions`` or ``roads``.
    file : str
        Its name.
    rows : DataFrame
        Typed, with a column for each of the schema; indexed by line of the file.
    digest : str
        The first letters of its SHA-256.
    ids : frozenset of str
        Of a file of cities, the ids of all rows, those with a fault among them.
    """

    kind: str
    file: str
    rows: pd.DataFrame
    digest: str
    ids: frozenset[str] = frozenset()

    @property
    def n(self) -> int:
        """How many rows it has."""
        return len(self.rows)


def name_of(given: Path | str | pd.DataFrame, kind: str) -> str:
    """Return how messages name a file or a frame.

    Parameters
    ----------
    given : path or DataFrame
        What was handed over.
    kind : str
        For a frame.

    Returns
    -------
    str
    """
    return f"{kind}.csv" if isinstance(given, pd.DataFrame) else Path(given).name


def bytes_of(given: Path | str | pd.DataFrame, kind: str) -> bytes:
    """Return the bytes of a file; a frame is taken as the file that it would be.

    Parameters
    ----------
    given : path or DataFrame
        A plain file of at most 20 MB.
    kind : str
        For messages.

    Returns
    -------
    bytes

    Raises
    ------
    FileError
        If it cannot be read.
    """
    if isinstance(given, pd.DataFrame):
        return given.to_csv(index=False, lineterminator="\n").encode()
    file = Path(given)
    try:
        return content_of(file, MOST_MB)
    except AddedError as error:
        words = str(error).removesuffix("; the option --max-mb sets another limit")
        raise FileError([_problem(words, str(file))]) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        found = f"nothing that can be read ({reason})"
        raise FileError([Problem(str(file), None, None, found, f"a file for --{kind}")]) from error


def table_of(content: bytes, kind: str, file: str) -> tuple[Table, list[Problem]]:
    """Read a file by its schema.

    Parameters
    ----------
    content : bytes
        The file.
    kind : {"cities", "regions", "roads"}
        Which.
    file : str
        Its name, for messages.

    Returns
    -------
    tuple of Table and list of Problem
        The rows whose cells are sound, and the faults of all others.

    Raises
    ------
    FileError
        If its lines are no table with the headings of the schema: with every fault of that kind.
    """
    schema = SCHEMAS[kind]
    try:
        judged = judged_lines(content, schema.names, HEADINGS)
    except AddedError as error:
        raise FileError([_problem(str(error), file)]) from error
    lines = judged.lines
    of_whole = [_problem(sentence, file) for sentence in judged.of_whole]
    of_whole += _wrong_columns(lines.headings, schema, file, judged.of_whole)
    of_lines = [_problem(sentence, file) for sentence in judged.of_lines]
    if len(lines.rows) > MOST_ROWS:
        found = f"{len(lines.rows):,} rows"
        of_whole.append(Problem(file, None, None, found, f"{MOST_ROWS:,} or fewer"))
        raise FileError([*of_whole, *of_lines])
    if (of_whole or of_lines) and not lines.rows:
        raise FileError([*of_whole, *of_lines])
    texts = _texts(lines, schema)
    every = [*of_whole, *_judged(texts, lines, schema, file, of_lines)]
    if of_whole:
        raise FileError(every)
    return _table(texts, schema, file, content, every), every


def _problem(sentence: str, file: str) -> Problem:
    """Return a fault that is told in a sentence by its parts."""
    parts, what = SENTENCE.fullmatch(sentence), ""
    if parts is None:
        parts, what = NO_UTF8.fullmatch(sentence), "text in UTF-8; "
    if parts is None:
        return Problem(file, None, None, sentence, "a CSV file in UTF-8")
    row = int(parts["row"]) if parts["row"] else None
    return Problem(file, row, parts["column"], parts["found"], what + parts["expected"])


def _wrong_columns(
    headings: Sequence[str], schema: Schema, file: str, sentences: Sequence[str]
) -> list[Problem]:
    """Return columns that lack and columns too many, but those that were told already."""
    if sentences and not set(headings) & set(schema.names):
        return []
    told = " ".join(sentences)
    absent = [name for name in schema.asked if name not in headings]
    strange = [name for name in headings if name.strip() and name not in schema.names]
    surplus = [name for name in strange if repr(name) not in told]
    wanted = f"only {', '.join(schema.names)}"
    other = _other_kind(headings, schema)
    is_other = f" (is it a file for --{other}?)" if other else ""
    return [
        *(Problem(file, None, name, "no such column", f"this column{is_other}") for name in absent),
        *(Problem(file, None, name[:60], "a column too many", wanted) for name in surplus),
    ]


def _other_kind(headings: Sequence[str], schema: Schema) -> str:
    """Return the other kind of file that headings are those of, if any."""
    others = (other for other in SCHEMAS.values() if other is not schema)
    return next((other.kind for other in others if set(other.asked) <= set(headings)), "")


def _texts(lines: Lines, schema: Schema) -> pd.DataFrame:
    """Return the cells of the columns of a schema; one that is asked for and lacks stays out."""
    texts = pd.DataFrame(lines.rows, lines.numbers, lines.headings, dtype="str")
    texts = texts.loc[:, ~texts.columns.duplicated()]
    if "id" in schema.names and "id" not in texts and "name" in texts:
        texts["id"] = texts["name"]
    names = [name for name in schema.names if name in texts or name not in schema.asked]
    return texts.reindex(columns=names, fill_value="").astype("str")


def _judged(
    texts: pd.DataFrame,
    lines: Lines,
    schema: Schema,
    file: str,
    of_lines: list[Problem],
) -> list[Problem]:
    """Return the faults of cells beside those of lines, by line."""
    has_id = "id" in lines.headings
    # What is told of a line, or of a cell as it stands, is not told again of its value.
    told = {(problem.row, problem.column) for problem in of_lines}
    fields = [_as_text_allows(field, has_id=has_id) for field in schema.fields]
    fields = [field for field in fields if field.name in texts]
    found = faults(texts.mask(texts == ""), fields, schema.row_floor, file)
    of_cells = [
        _worded(problem, fields, texts)
        for problem in _by_line(found, lines.numbers)
        if (problem.row, problem.column) not in told and (problem.row, None) not in told
    ]
    # Of several faults of one cell the first explains the others.
    every = [*of_lines, *_misleading(texts, fields, file), *of_cells]
    first = {(problem.row, problem.column): problem for problem in reversed(every)}
    return sorted(first.values(), key=lambda problem: problem.row or 0)


def _is_by_thousands(cells: "pd.Series[str]") -> bool:
    """Say whether numbers have three digits behind each point, and some have no point.

    Decimals would be fewer in some rows, or three in all.
    """
    with_point = cells[cells.str.contains(".", regex=False)]
    have_three = bool(with_point.str.fullmatch(BY_THOUSANDS).all())
    return have_three and MANY_POINTS <= len(with_point) < len(cells)


def _table(
    texts: pd.DataFrame, schema: Schema, file: str, content: bytes, every: list[Problem]
) -> Table:
    """Return the rows without a fault, with their types."""
    wrong = {problem.row for problem in every}
    sound = texts[~texts.index.isin([row for row in wrong if row is not None])]
    digest = sha256(content).hexdigest()[:12]
    ids = frozenset(texts["id"]) if "id" in texts else frozenset()
    return Table(schema.kind, file, _with_types(sound, schema), digest, ids)


def _misleading(texts: pd.DataFrame, fields: Sequence[Field], file: str) -> Iterator[Problem]:
    """Yield cells that could be read, as something else than what is meant."""
    for field in fields:
        cells = texts[field.name]
        if field.type == "integer":
            wrong = {BY_THOUSANDS: f"a whole number {NO_POINTS}"}
            wrong[ROUNDED] = f"a whole number {NO_POWERS}"
        elif field.type == "string":
            wrong = {FORMULA: "text; a formula of the spreadsheet fails here"}
        elif field.unit != "degree" and _is_by_thousands(cells):
            wrong = {BY_THOUSANDS: f"a number {NO_POINTS}, or with three decimals in every row"}
        else:
            continue
        for form, expected in wrong.items():
            for line, cell in cells[cells.str.fullmatch(form)].items():
                yield Problem(file, int(str(line)), field.name, repr(cell), expected)
        if field.type == "string" and field.nulls:
            for line, cell in cells[cells.isin(NOT_KNOWN)].items():
                expected = f"an empty cell where {field.nulls}, or the name written out"
                yield Problem(file, int(str(line)), field.name, repr(cell), expected)


def _as_text_allows(field: Field, *, has_id: bool) -> Field:
    """Return a column's rules; a name that stands for an id may be any name, doubled ones too.

    Doubled names are told elsewhere, in words of their own.
    """
    if field.name == "id" and not has_id:
        return replace(field, unique=False, required=False, pattern="")
    return field


def _by_line(problems: Sequence[Problem], numbers: Sequence[int]) -> Iterator[Problem]:
    """Yield faults with the line of the file in place of the row of the table."""
    for problem in problems:
        row = problem.row
        yield problem if row is None else replace(problem, row=numbers[row - _first(problem)])


def _first(problem: Problem) -> int:
    return 2 if problem.file.endswith(".csv") else 1  # as faults() numbers rows


def _worded(problem: Problem, fields: Sequence[Field], texts: pd.DataFrame) -> Problem:
    """Return a fault of a cell with what is expected in words that say how to mend it."""
    field = next((each for each in fields if each.name == problem.column), None)
    if field is None or problem.row is None:
        return problem
    value = str(texts.loc[problem.row, field.name])
    if problem.expected == "a value" and _adds_up(texts, problem.row):
        return replace(problem, expected="a value; a row of totals is to be removed")
    if problem.expected in ("a number", "a whole number"):
        return replace(problem, expected=_number_in_words(value, field, problem.expected))
    if problem.expected.startswith("like "):
        return replace(problem, expected=f"{field.description}{_letters(field)}")
    if problem.expected.endswith((" or more", " or less")):
        unit = field.unit or "a number"
        expected = f"{unit}, {bounds(field)} ({field.description}{_off_the_globe(value, field)})"
        return replace(problem, expected=expected)
    return problem


def _adds_up(texts: pd.DataFrame, line: int) -> bool:
    """Say whether a row is named like one that adds up the others."""
    return any(is_total(str(texts.loc[line, name])) for name in ("name", "region") if name in texts)


def is_total(name: str) -> bool:
    """Say whether a name is that of a row that adds up the others.

    Parameters
    ----------
    name : str
        Of a city or region.

    Returns
    -------
    bool
    """
    return plain(name) in TOTALS


def _number_in_words(value: str, field: Field, number: str) -> str:
    """Say which number is expected in place of a text that is none."""
    if field.unit == "a year":
        return field.description
    if PLAIN.fullmatch(value):
        return f"{number} ({field.description})"
    how = next((words for form, words in SPELLINGS if form.fullmatch(value)), "")
    if field.unit == "degree" and ONE_COMMA.fullmatch(value):
        how = NO_COMMA
    elif field.unit == "degree" and ON_A_MAP.fullmatch(value):
        how = IN_DEGREES
    return f"{number} {how}".strip() if how else f"{number} ({field.description})"


def _letters(field: Field) -> str:
    """Say which letters a short name may have."""
    return LETTERS.get(field.pattern, "")


def _off_the_globe(value: str, field: Field) -> str:
    """Say what a number of degrees mostly is that is none of a place."""
    if field.unit != "degree":
        return ""
    if abs(float(value)) <= OFF_THE_GLOBE:
        return "; are lat and lon swapped?" if field.name == "lat" else ""
    return "; metres of the grid of a map are to be turned into degrees, WGS 84"


def _with_types(texts: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return sound rows typed; a cell left empty is missing."""
    numbers = [field.name for field in schema.fields if field.type != "string"]
    typed = texts.mask(texts == "")
    return typed.assign(**{name: pd.to_numeric(typed[name]).astype(float) for name in numbers})
