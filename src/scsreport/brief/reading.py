"""Files of a reader: opened, judged cell by cell, and every fault of a file told at once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pandas as pd

from scsreport.brief.faults import BriefError, FileError
from scsreport.brief.schemas import SCHEMAS, Schema, bounds
from scsreport.tables.added.lines import Lines, judged_lines
from scsreport.tables.added.messages import AddedError
from scsreport.tables.added.opened import content_of
from scsreport.tables.schema import Field, Problem, faults

__all__ = ["MOST_MB", "Table", "bytes_of", "name_of", "table_of"]

MOST_MB = 20.0
MOST_ROWS = 20_000
"""Rows of a file; all pairs of so many cities would not fit into memory."""

PLACE = r"(?:line (?P<row>\d+)(?:, column (?P<column>.+?))?: )?found (?P<found>.+?)"
SENTENCE = re.compile(f"{PLACE}, expected (?P<expected>.+)", re.DOTALL)
NO_UTF8 = re.compile(f"{PLACE}; (?P<expected>.+)", re.DOTALL)
"""How faults of lines are told elsewhere; of an encoding, with what to do."""

PLAIN = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
SPELLINGS = (
    (re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?"), "without commas; a decimal point, if any"),
    (re.compile(r"-?\d+,\d+"), "with a decimal point, not a comma"),
    (re.compile(r"-?\d{1,3}(\.\d{3}){2,}(,\d+)?"), "without points between thousands"),
    (re.compile(r"-?\d{1,3}([ \u00a0\u202f']\d{3})+([.,]\d+)?"), "without marks between thousands"),
    (re.compile(r"-?[\d.,]+\s?[^\d\s.,].*"), "alone, without a unit behind it"),
)
"""How numbers are written elsewhere, and what is expected instead."""


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
    BriefError
        If it cannot be read.
    """
    if isinstance(given, pd.DataFrame):
        return given.to_csv(index=False, lineterminator="\n").encode()
    file = Path(given)
    try:
        return content_of(file, MOST_MB)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BriefError(f"{kind}: {file} cannot be read ({reason})") from error
    except AddedError as error:
        words = str(error).removesuffix("; the option --max-mb sets another limit")
        raise BriefError(f"{kind}: {file.name}: {words}") from error


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
        lines, sentences = judged_lines(content, schema.names)
    except AddedError as error:
        raise FileError([_problem(str(error), file)]) from error
    problems = [_problem(sentence, file) for sentence in sentences]
    problems += _wrong_columns(lines.headings, schema, file, sentences)
    if problems and not lines.rows:
        raise FileError(problems)
    if len(lines.rows) > MOST_ROWS:
        found = f"{len(lines.rows):,} rows"
        raise FileError([Problem(file, None, None, found, f"{MOST_ROWS:,} or fewer")])
    if any(problem.row is None for problem in problems):
        raise FileError(problems)
    return _typed(lines, schema, file, content, problems)


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
    absent = [name for name in schema.asked if name not in headings and repr(name) not in told]
    strange = [name for name in headings if name.strip() and name not in schema.names]
    surplus = [name for name in strange if repr(name) not in told]
    wanted = f"only {', '.join(schema.names)}"
    return [
        *(Problem(file, None, name, "no such column", "this column") for name in absent),
        *(Problem(file, None, name[:60], "a column too many", wanted) for name in surplus),
    ]


def _typed(
    lines: Lines, schema: Schema, file: str, content: bytes, problems: list[Problem]
) -> tuple[Table, list[Problem]]:
    """Return the rows with their types, and the faults of cells beside those of lines."""
    texts = pd.DataFrame(lines.rows, lines.numbers, lines.headings, dtype="str")
    has_id = "id" in texts
    if "id" in schema.names and not has_id:
        texts["id"] = texts["name"]
    texts = texts.reindex(columns=schema.names, fill_value="").astype("str")
    # What is told of a line, or of a cell as it stands, is not told again of its value.
    told = {(problem.row, problem.column) for problem in problems}
    fields = [_as_text_allows(field, has_id=has_id) for field in schema.fields]
    found = faults(texts.mask(texts == ""), fields, schema.row_floor, file)
    of_cells = [
        _worded(problem, fields)
        for problem in _by_line(found, lines.numbers)
        if (problem.row, problem.column) not in told and (problem.row, None) not in told
    ]
    # Of several faults of one cell the first explains the others.
    first = {(problem.row, problem.column): problem for problem in reversed(of_cells)}
    every = sorted([*problems, *first.values()], key=lambda problem: problem.row or 0)
    wrong = {problem.row for problem in every}
    sound = texts[~texts.index.isin([row for row in wrong if row is not None])]
    digest = sha256(content).hexdigest()[:12]
    ids = frozenset(texts["id"]) if "id" in texts else frozenset()
    return Table(schema.kind, file, _with_types(sound, schema), digest, ids), every


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
    return 2 if problem.file.endswith(".csv") else 1


def _worded(problem: Problem, fields: Sequence[Field]) -> Problem:
    """Return a fault of a cell with what is expected in words that say how to mend it."""
    field = next((each for each in fields if each.name == problem.column), None)
    if field is None or problem.row is None:
        return problem
    value = problem.found.strip("'\"")
    if problem.expected in ("a number", "a whole number"):
        if PLAIN.fullmatch(value):
            return replace(problem, expected=f"{problem.expected} ({field.description})")
        how = next((words for form, words in SPELLINGS if form.fullmatch(value)), "")
        return replace(problem, expected=f"{problem.expected} {how}".strip())
    if problem.expected.startswith("like "):
        return replace(problem, expected=field.description)
    if problem.expected.endswith((" or more", " or less")):
        unit = field.unit or "a number"
        expected = f"{unit}, {bounds(field)}"
        return replace(problem, expected=f"{expected} ({field.description})")
    return problem


def _with_types(texts: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return sound rows typed; a cell left empty is missing."""
    numbers = [field.name for field in schema.fields if field.type != "string"]
    typed = texts.mask(texts == "")
    return typed.assign(**{name: pd.to_numeric(typed[name]).astype(float) for name in numbers})
