"""The rules a table must keep, and the faults found against them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

__all__ = [
    "DTYPES",
    "EXPECTED",
    "Field",
    "Problem",
    "faults",
]

DTYPES = {  # Frictionless type: dtype when every row is filled, dtype when some are not
    "string": ("str", "str"),
    "integer": ("int64", "Int64"),
    "number": ("float64", "float64"),
    "boolean": ("bool", "boolean"),
}
EXPECTED = {  # pandera's own rules, in words
    "not_nullable": "a value",
    "field_uniqueness": "a value that no other row has",
}


@dataclass(frozen=True)
class Problem:
    """One fault of one file: where it is, what is there and what should be."""

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str

    def __str__(self) -> str:
        is_text = self.file.lower().endswith((".csv", ".txt", ".tsv", ".toml"))
        unit = "line" if is_text else "row"
        part = "key" if self.file.endswith(".toml") else "column"
        place = [self.file, f"{unit} {self.row}" if self.row is not None else ""]
        place.append(f"{part} {self.column}" if self.column else "")
        return f"{', '.join(filter(None, place))}: found {self.found}, expected {self.expected}"


@dataclass(frozen=True)
class Field:
    """One column of a table; ``nulls`` says why a value may be missing."""

    name: str
    type: str
    description: str
    unit: str = ""
    nulls: str = ""
    required: bool = False
    unique: bool = False
    minimum: float | None = None
    maximum: float | None = None
    enum: tuple[str, ...] = ()
    pattern: str = ""

    @property
    def dtype(self) -> str:
        """The pandas dtype of the column."""
        return DTYPES[self.type][not self.required]


def faults(
    frame: pd.DataFrame, fields: Sequence[Field], row_floor: int, file: str
) -> list[Problem]:
    """Compare rows, as text or typed, with the rules of a table.

    Parameters
    ----------
    frame : DataFrame
        Rows in the order of the file.
    fields : sequence of Field
        The columns and their rules.
    row_floor : int
        The fewest rows the table may have.
    file : str
        The file as the faults name it.

    Returns
    -------
    list of Problem
        Every fault; empty when there is none.
    """
    names = [field.name for field in fields]
    absent = [name for name in names if name not in frame]
    surplus = [str(name) for name in frame if name not in names]
    problems = [Problem(file, None, name, "no such column", "this column") for name in absent]
    only = "only columns of the schema"
    problems += [Problem(file, None, name, "a column too many", only) for name in surplus]
    if len(frame) < row_floor:
        problems.append(Problem(file, None, None, f"{len(frame)} rows", f"{row_floor} or more"))

    # pandera takes a second to import, and a reader with intact files never needs it.
    import pandera.pandas as pa

    columns = {
        field.name: pa.Column(
            nullable=not field.required,
            unique=field.unique,
            required=False,
            checks=[pa.Check(rule, error=words) for words, rule in _rules(field)],
        )
        for field in fields
    }
    try:
        plain = pd.DataFrame(frame).reset_index(drop=True)
        pa.DataFrameSchema(columns).validate(plain, lazy=True)
    except pa.errors.SchemaErrors as errors:
        first = 2 if file.endswith(".csv") else 1  # line 1 of a CSV file holds the headings
        cases = errors.failure_cases[["index", "column", "failure_case", "check"]].to_numpy()
        for row, column, value, check in cases:
            found = "nothing" if pd.isna(value) else repr(value)
            expected = EXPECTED.get(check, check)
            problems.append(Problem(file, int(row) + first, column, found, expected))
    return problems


def _numbers(values: "pd.Series[Any]") -> "pd.Series[float]":
    return pd.to_numeric(values, errors="coerce").astype(float)


def _rules(field: Field) -> Iterator[tuple[str, Any]]:
    """Yield the rules of a column: what is expected, and the test that each filled row passes.

    Only the rule on the type speaks of text that is no number.
    """
    if field.type == "integer":
        yield "a whole number", lambda values: _numbers(values) % 1 == 0
    if field.type == "number":
        yield "a number", lambda values: _numbers(values).notna()
    if field.type == "boolean":
        yield "True or False", lambda values: values.astype(str).isin(["True", "False"])
    if field.minimum is not None:
        yield f"{field.minimum} or more", lambda values: ~(_numbers(values) < field.minimum)
    if field.maximum is not None:
        yield f"{field.maximum} or less", lambda values: ~(_numbers(values) > field.maximum)
    if field.enum:
        yield f"one of {', '.join(field.enum)}", lambda values: values.isin(field.enum)
    if field.pattern:
        yield f"like {field.pattern}", lambda values: values.str.fullmatch(field.pattern)
