"""One place for what a measure may be handed: numbers, columns, labels, tables, choices, counts.

Each function takes the name of the argument first, so that its message can say which one is wrong,
at which row or label, what was found, what is expected and what to do. TypeError is raised for what
is not of the kind asked for (text, dates, complex numbers, a table in place of a column),
ValueError for a value that is missing, infinite or out of bounds. Lists, tuples, arrays, Series and
Index are taken, nullable and Arrow types too; nothing that is handed in is changed.
"""

from __future__ import annotations

import numbers as _numbers
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = [
    "ABOVE_ZERO",
    "FINITE",
    "PEOPLE",
    "SHARE",
    "ZERO_OR_MORE",
    "Range",
    "aligned",
    "array",
    "by_label",
    "choice",
    "choice_column",
    "column",
    "flags",
    "frame",
    "generator",
    "grid",
    "instance",
    "label_column",
    "labelled",
    "labels",
    "number",
    "numbers",
    "position",
    "scaled",
    "shown",
    "square",
    "unique",
    "whole",
    "whole_column",
    "without_names",
]

Array = NDArray[np.float64]
TIE = 1e-9
"""Two directions of one way may differ by this share, as rounding makes them."""


class Range(NamedTuple):
    """Numbers that an argument may hold.

    Attributes
    ----------
    words : str
        What messages call them.
    low, high : float
        Bounds; a number on a bound is inside.
    """

    words: str
    low: float
    high: float

    def holds(self, values: Any) -> Any:
        """Return which values are inside; a missing one never is."""
        return (values >= self.low) & (values <= self.high)


LARGEST = float(np.finfo(float).max)
SMALLEST = float(np.nextafter(0, 1))
FINITE = Range("a finite number", -LARGEST, LARGEST)
ZERO_OR_MORE = Range("zero or more", 0.0, LARGEST)
ABOVE_ZERO = Range("a number above zero", SMALLEST, LARGEST)
PEOPLE = Range("people, 0 to 1e12", 0.0, 1e12)
SHARE = Range("a share from 0 to 1", 0.0, 1.0)


# --- one value ------------------------------------------------------------------------------------


def number(name: str, value: Any, within: Range = FINITE) -> float:
    """Return one number.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    value : number
        Any real number; a truth value is none.
    within : Range
        What is admitted.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If it is not a real number.
    ValueError
        If it is not within the range.
    """
    if isinstance(value, (bool, np.bool_)) or not _is_real(value):
        raise TypeError(f"{name}: found {shown(value)}, expected {within.words}")
    found = _as_float(value)
    if not within.holds(found):
        raise ValueError(f"{name}: found {shown(value)}, expected {within.words}")
    return found


def whole(name: str, value: Any, least: int = 0, most: int | None = None) -> int:
    """Return one whole number; 4.0 is one too.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    value : number
        The count.
    least, most : int
        Bounds, both inside.

    Returns
    -------
    int

    Raises
    ------
    TypeError
        If it is not a number.
    ValueError
        If it has decimals or lies outside the bounds.
    """
    upper = "or more" if most is None else f"to {most}"
    expected = f"a whole number, {least} {upper}"
    if isinstance(value, (bool, np.bool_)) or not _is_real(value):
        raise TypeError(f"{name}: found {shown(value)}, expected {expected}")
    found = _as_float(value)
    inside = np.isfinite(found) and found == int(found) and found >= least
    if not inside or (most is not None and found > most):
        raise ValueError(f"{name}: found {shown(value)}, expected {expected}")
    return int(value)


def choice(name: str, value: Any, options: Iterable[str]) -> str:
    """Return a word of a closed list.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    value : str
        The word.
    options : iterable of str
        The list.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it is no word of the list.
    """
    known = list(options)
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name}: found {shown(value)}, expected one of {', '.join(known)}")
    return value


def generator(name: str, value: Any) -> np.random.Generator:
    """Return a source of random numbers.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    value : Generator
        As ``numpy.random.default_rng(1)`` makes it.

    Returns
    -------
    Generator

    Raises
    ------
    TypeError
        If it is anything else, such as a seed.
    """
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{name}: found {shown(value)}, expected a numpy.random.Generator; "
            "make one with numpy.random.default_rng(1)"
        )
    return value


def instance(name: str, value: Any, kind: type, how: str) -> None:
    """Raise unless a value is of one class.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    value : object
        What was handed in.
    kind : type
        The class.
    how : str
        How one is made, for messages.

    Raises
    ------
    TypeError
        If it is of another.
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name}: found {shown(value)}, expected what {how} returns")


# --- one column -----------------------------------------------------------------------------------


def numbers(
    name: str,
    values: Any,
    within: Range = FINITE,
    *,
    like: Any = None,
    least: int = 1,
    missing: bool = False,
    what: str = "rows",
) -> pd.Series[float]:
    """Return one column of numbers with the labels it came with.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    values : array_like, shape (n,)
        A list, tuple, array, Series or Index of real numbers. A masked value is a missing one.
    within : Range
        What each number must be.
    like : Series, array or list, optional
        A column that it must go with, row by row (see :func:`aligned`).
    least : int
        Rows needed.
    missing : bool
        Whether a missing value stays as NaN; otherwise it is an error.
    what : str
        What rows are called in messages.

    Returns
    -------
    Series
        Floats, labelled as ``values`` or from zero.

    Raises
    ------
    TypeError
        If it is not one column of real numbers.
    ValueError
        If there are too few rows, the rows are not those of ``like``, or one holds what is not
        admitted.
    """
    given = _one_column(name, values)
    if len(given) < least:
        found = "no" if not len(given) else str(len(given))
        raise ValueError(f"{name}: found {found} {what}, expected {least} or more")
    if like is not None:
        given = _alongside(name, values, given, like)
    floats = pd.Series(_floats(name, given), index=given.index, name=given.name)
    _within(name, given, floats, within, missing)
    return floats


def array(name: str, values: Any, within: Range = FINITE, **options: Any) -> Array:
    """Return one column of numbers without labels.

    Parameters
    ----------
    name, values, within, **options
        As in :func:`numbers`.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    TypeError, ValueError
        As :func:`numbers`.
    """
    return np.asarray(numbers(name, values, within, **options), dtype=np.float64)


def column(
    name: str, table: pd.DataFrame, key: Hashable, within: Range = FINITE, *, missing: bool = False
) -> pd.Series[float]:
    """Return one column of a table as numbers.

    Parameters
    ----------
    name : str
        Of the table, for messages.
    table : DataFrame
        As :func:`frame` has checked it.
    key : label
        Of the column.
    within : Range
        What each number must be.
    missing : bool
        Whether a missing value stays as NaN; otherwise it is an error.

    Returns
    -------
    Series
        Floats on the index of the table.

    Raises
    ------
    TypeError, ValueError
        As :func:`numbers`; messages name table, row and column.
    """
    given = table[key]
    floats = pd.Series(_floats(name, given, key), index=given.index, name=given.name)
    _within(name, given, floats, within, missing, key)
    return floats


def whole_column(
    name: str, table: pd.DataFrame, key: Hashable, within: Range = FINITE
) -> pd.Series[int]:
    """Return a column of whole numbers, such as years.

    Parameters
    ----------
    name, table, key, within
        As in :func:`column`.

    Returns
    -------
    Series of int

    Raises
    ------
    TypeError, ValueError
        As :func:`column`, and if a number has decimals.
    """
    found = column(name, table, key, within)
    between = (found != found.round()).to_numpy()
    if between.any():
        row = found.index[between][0]
        raise ValueError(
            f"{name}: row {row}, column {key!r} holds {found[between].iloc[0]:g}, "
            "expected a whole number"
        )
    return found.astype(np.int64)


def label_column(name: str, table: pd.DataFrame, key: Hashable, hint: str = "a name") -> None:
    """Raise unless each row of a table has a label in a column.

    Parameters
    ----------
    name : str
        Of the table, for messages.
    table : DataFrame
        As :func:`frame` has checked it.
    key : label
        Of the column.
    hint : str
        What is expected there.

    Raises
    ------
    TypeError
        If a value cannot be a label.
    ValueError
        If one is missing; the message names the row.
    """
    given = table[key]
    gaps = given.isna().to_numpy()
    if gaps.any():
        raise ValueError(
            f"{name}: row {given.index[gaps][0]}, column {key!r} is missing; expected {hint}"
        )
    wrong = ~given.map(_is_label).to_numpy(dtype=bool) if _may_be_no_label(given) else gaps
    if wrong.any():
        raise TypeError(
            f"{name}: row {given.index[wrong][0]}, column {key!r} holds "
            f"{shown(given[wrong].iloc[0])}, which is no label; expected {hint}"
        )


def flags(name: str, table: pd.DataFrame, key: Hashable) -> pd.Series[bool]:
    """Return a column of true and false.

    Parameters
    ----------
    name : str
        Of the table, for messages.
    table : DataFrame
        As :func:`frame` has checked it.
    key : label
        Of the column: truth values, or 0 and 1.

    Returns
    -------
    Series of bool

    Raises
    ------
    TypeError
        If it holds text or dates.
    ValueError
        If a value is missing, or a number is neither 0 nor 1; the message names the row.
    """
    found = column(name, table, key, SHARE)
    between = ~found.isin([0, 1]).to_numpy()
    if between.any():
        row = found.index[between][0]
        raise ValueError(
            f"{name}: row {row}, column {key!r} holds {found[between].iloc[0]:g}, "
            "expected True or False"
        )
    return found.astype(bool)


def choice_column(name: str, table: pd.DataFrame, key: Hashable, options: Iterable[str]) -> None:
    """Raise unless a column holds words of a closed list.

    Parameters
    ----------
    name : str
        Of the table, for messages.
    table : DataFrame
        As :func:`frame` has checked it.
    key : label
        Of the column.
    options : iterable of str
        The list.

    Raises
    ------
    ValueError
        If a word is missing or none of the list; the message names the row.
    """
    known = list(options)
    expected = f"one of {', '.join(known)}"
    label_column(name, table, key, expected)
    odd = ~table[key].isin(known).to_numpy()
    if odd.any():
        row, found = table.index[odd][0], table[key][odd].iloc[0]
        raise ValueError(
            f"{name}: row {row}, column {key!r} holds {shown(found)}, expected {expected}"
        )


def labels(name: str, values: Any, *, like: Any = None, missing: bool = False) -> pd.Series[Any]:
    """Return one label a row, such as the group of each region.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    values : array_like, shape (n,)
        Hashable labels; categories and text of any kind become plain objects.
    like : Series or array, optional
        A column that it must go with, row by row (see :func:`aligned`).
    missing : bool
        Whether a row may have no label; otherwise that is an error.

    Returns
    -------
    Series
        Of objects.

    Raises
    ------
    TypeError
        If it is not one column, or a label cannot be one.
    ValueError
        If a label is missing, or the rows are not those of ``like``.
    """
    given = _one_column(name, values)
    if given.dtype == np.longdouble:
        given = given.astype(float)
    given = given.astype(object)
    if like is not None:
        given = _alongside(name, values, given, like)
    wrong = ~given.map(_is_label).to_numpy(dtype=bool)
    if wrong.any():
        row, found = given.index[wrong][0], given[wrong].iloc[0]
        raise TypeError(f"{name}: row {row} holds {shown(found)}, expected a name or a number")
    gaps = given.isna().to_numpy()
    if gaps.any() and not missing:
        raise ValueError(f"{name}: row {given.index[gaps][0]} has no label, expected one")
    return given


def position(name: str, label: Any, index: pd.Index[Any], *, whose: str = "the table") -> int:
    """Return where one label stands.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    label : hashable
        The label.
    index : Index
        Where it must be, once.
    whose : str
        What the labels are of, for messages.

    Returns
    -------
    int
        From zero.

    Raises
    ------
    TypeError
        If it cannot be a label.
    ValueError
        If it is not there, or several times.
    """
    if not isinstance(label, Hashable):
        raise TypeError(f"{name}: found {shown(label)}, expected a label of {whose}")
    try:
        at = index.get_loc(label)
    except KeyError:
        raise ValueError(
            f"{name}: found {shown(label)}, which is none of {whose}; expected one"
        ) from None
    if not isinstance(at, int):
        raise ValueError(f"{name}: found several {shown(label)} in {whose}, expected one")
    return at


def aligned(name: str, data: Any, like: Any) -> None:
    """Raise unless two columns have the same rows.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    data, like : sized
        The column, and the one whose rows it must have: as many and, where both bear labels, the
        same ones in the same order.

    Raises
    ------
    ValueError
        If they do not.
    """
    if len(data) != len(like):
        raise ValueError(f"{name}: found {len(data)} rows, expected {len(like)}, one for each")
    labelled = (pd.Series, pd.DataFrame)
    if not (isinstance(data, labelled) and isinstance(like, labelled)):
        return
    apart = np.flatnonzero(np.asarray(data.index != like.index))
    if len(apart):
        row, expected = data.index[apart[0]], like.index[apart[0]]
        raise ValueError(f"{name}: found row {row}, expected {expected} there; sort them alike")


def by_label(
    name: str,
    values: Any,
    wanted: pd.Index[Any],
    within: Range = FINITE,
    *,
    whose: str = "the table",
    only: bool = False,
) -> Array:
    """Return the number of each label.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    values : Series, mapping or array_like
        Numbers by label; without labels as many as there are labels, in their order.
    wanted : Index
        The labels.
    within : Range
        What each number must be.
    whose : str
        What the labels are of, for messages.
    only : bool
        Whether a number of any other label is an error.

    Returns
    -------
    ndarray of shape (n,)
        In the order of ``wanted``.

    Raises
    ------
    TypeError, ValueError
        As :func:`numbers`, and if a label is there twice or not at all.
    """
    given = pd.Series(dict(values), dtype=object) if isinstance(values, Mapping) else values
    found = numbers(name, given, within, least=0)
    if not isinstance(given, pd.Series):
        if len(found) != len(wanted):
            raise ValueError(
                f"{name}: found {len(found)} numbers, expected {len(wanted)}, one for each label "
                f"of {whose}"
            )
        return np.asarray(found)
    unique(name, found.index)
    at = found.index.get_indexer(wanted)
    if (at < 0).any():
        lost = wanted[at < 0]
        raise ValueError(
            f"{name}: found no {lost[0]}, expected a number for each label of {whose} "
            f"({len(lost)} such)"
        )
    strange = found.index.difference(wanted)
    if only and len(strange):
        raise ValueError(
            f"{name}: found a number of {strange[0]}, which {whose} does not have; expected labels "
            f"of {whose} alone ({len(strange)} such)"
        )
    return np.asarray(found)[at]


def labelled(name: str, values: Any) -> pd.Series[Any]:
    """Return a Series, or raise for what bears no labels.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    values : Series or mapping
        Anything by label.

    Returns
    -------
    Series

    Raises
    ------
    TypeError
        If it bears no labels.
    """
    if isinstance(values, pd.Series):
        return values
    if isinstance(values, Mapping):
        return pd.Series(dict(values), dtype=object)
    raise TypeError(f"{name}: found {shown(values)}, expected a Series with labels")


def unique(name: str, index: pd.Index[Any]) -> None:
    """Raise unless each label is there, and once.

    Parameters
    ----------
    name : str
        Of what bears the labels, for messages.
    index : Index
        The labels.

    Raises
    ------
    ValueError
        If one is missing or comes twice.
    """
    twice = index.duplicated()
    if twice.any():
        raise ValueError(f"{name}: found {shown(index[twice][0])} twice, expected each label once")
    if not isinstance(index, pd.MultiIndex) and index.isna().any():
        raise ValueError(f"{name}: found a row without a label, expected one for each")


def without_names(index: pd.Index[Any]) -> pd.Index[Any]:
    """Return labels of rows that cannot be taken for a column of the same name.

    Parameters
    ----------
    index : Index
        Labels of any number of levels.

    Returns
    -------
    Index
    """
    return index.set_names([None] * index.nlevels)


def scaled(values: Array) -> Array:
    """Return numbers in a unit in which the largest is below one, so that squares stay finite.

    The unit is a power of two: nothing is rounded.

    Parameters
    ----------
    values : ndarray
        Finite numbers.

    Returns
    -------
    ndarray
    """
    return np.asarray(np.ldexp(values, -np.frexp(np.abs(values).max())[1]))


# --- one table ------------------------------------------------------------------------------------


def frame(
    name: str, table: Any, columns: Sequence[Hashable] = (), *, each_row_once: bool = False
) -> pd.DataFrame:
    """Return a table that has the columns asked for.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    table : DataFrame
        Any frame.
    columns : sequence of labels
        Those needed.
    each_row_once : bool
        Whether labels of rows must differ.

    Returns
    -------
    DataFrame
        The same.

    Raises
    ------
    TypeError
        If it is no DataFrame.
    ValueError
        If a column is missing or there twice, or a row is there twice.
    """
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"{name}: found {shown(table)}, expected a DataFrame")
    wanted = ", ".join(map(str, columns))
    if isinstance(table.columns, pd.MultiIndex):
        raise ValueError(f"{name}: found columns of several levels, expected plain names")
    for key in columns:
        if key not in table.columns:
            raise ValueError(f"{name}: column {key!r} is missing; expected {wanted}")
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise ValueError(f"{name}: column {twice[0]!r} is there twice; expected each once")
    if each_row_once:
        repeated = table.index.duplicated()
        if repeated.any():
            row = table.index[repeated][0]
            raise ValueError(f"{name}: row {row} is there twice; drop one of them")
        if table.index.nlevels == 1 and table.index.isna().any():
            raise ValueError(f"{name}: found a row without a label, expected one for each")
    return table


def square(
    name: str,
    table: Any,
    unit: str,
    within: Range = ZERO_OR_MORE,
    *,
    diagonal: float | None = None,
    symmetric: bool = True,
) -> Array:
    """Return the numbers of a table from each label to each, such as travel times.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    table : DataFrame
        The same labels once in rows and columns, in one order.
    unit : str
        Of its numbers, for messages.
    within : Range
        What each number must be.
    diagonal : float, optional
        What stands from a label to itself, whatever the table has there.
    symmetric : bool
        Whether both directions must be alike.

    Returns
    -------
    ndarray of shape (n, n)
        A copy.

    Raises
    ------
    TypeError, ValueError
        If it is not such a table; the message names the pair.
    """
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"{name}: found {shown(table)}, expected a DataFrame with labels")
    index, (rows, columns) = table.index, table.shape
    if not (index.equals(table.columns) and index.is_unique and not index.isna().any()):
        raise ValueError(
            f"{name}: found {rows} rows and {columns} columns, expected the same labels once in "
            "rows and columns"
        )
    values = _table_of_floats(name, table)
    if diagonal is not None:
        np.fill_diagonal(values, diagonal)
    wrong = ~within.holds(values)
    expected = f"{unit}, {within.words}"
    if symmetric:
        wrong |= ~(values * (1 + TIE) >= values.T)
        expected += ", symmetric"
    for a, b in np.argwhere(wrong)[:1]:
        found = f"{values[a, b]:g} from {index[a]} to {index[b]}, {values[b, a]:g} back"
        raise ValueError(f"{name}: found {found}, expected {expected}")
    return values


def grid(
    name: str, table: Any, within: Range = ZERO_OR_MORE
) -> tuple[Array, pd.Index[Any], pd.Index[Any]]:
    """Return the numbers of a table from some labels to others, such as km from place to site.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    table : DataFrame, array_like of two axes
        Rows and columns may bear labels, each once; without them they are 0, 1, ...
    within : Range
        What each number must be.

    Returns
    -------
    tuple of ndarray, Index, Index
        Numbers of shape (n, m), labels of rows, labels of columns.

    Raises
    ------
    TypeError, ValueError
        If it is no such table; the message names row and column.
    """
    if isinstance(table, (list, tuple)) or (isinstance(table, np.ndarray) and table.ndim == 2):
        rows_of_one_length = (
            isinstance(table, np.ndarray) or len({_length(row) for row in table}) == 1
        )
        if not rows_of_one_length:
            raise ValueError(f"{name}: found rows of different lengths, expected a table")
        table = pd.DataFrame(table)
    if not isinstance(table, pd.DataFrame):
        raise TypeError(
            f"{name}: found {shown(table)}, expected a DataFrame or an array of two axes"
        )
    unique(f"{name}, rows", table.index)
    unique(f"{name}, columns", table.columns)
    values = _table_of_floats(name, table)
    for row, column_ in np.argwhere(~within.holds(values))[:1]:
        where = f"{table.index[row]} to {table.columns[column_]}"
        raise ValueError(
            f"{name}: found {values[row, column_]:g} from {where}, expected {within.words}"
        )
    return values, table.index, table.columns


def _length(row: Any) -> int:
    return len(row) if isinstance(row, (list, tuple, np.ndarray)) else -1


def _table_of_floats(name: str, table: pd.DataFrame) -> Array:
    """Return a copy of a table as floats, at once where all columns are of plain numbers."""
    if all(isinstance(kind, np.dtype) and kind.kind in "iufb" for kind in table.dtypes):
        return table.to_numpy(dtype=float, copy=True)
    values = np.empty(table.shape)
    for at, key in enumerate(table.columns):
        values[:, at] = _floats(name, table.iloc[:, at], key)
    return values


# --- how values are read --------------------------------------------------------------------------


def _is_real(value: Any) -> bool:
    """Return whether a value is a number on the line, and there."""
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iuf"
    return isinstance(value, (_numbers.Real, Decimal, np.integer, np.floating, np.bool_))


def _is_label(value: Any) -> bool:
    """Return whether a value can name something; a missing one is judged elsewhere."""
    if isinstance(value, (float, np.floating)):
        return not np.isinf(value)
    return isinstance(value, Hashable) and not isinstance(value, (complex, np.complexfloating))


def _may_be_no_label(given: pd.Series[Any]) -> bool:
    """Return whether a column is of a type that holds more than labels."""
    kind = given.dtype
    return isinstance(kind, np.dtype) and kind.kind in "Ofc"


def _as_float(value: Any) -> float:
    """Return a real number as a float; infinite where it is too large."""
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def shown(value: Any) -> str:
    """Return a value as messages show it, on one short line.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    str
    """
    if isinstance(value, (pd.DataFrame, pd.Series, np.ndarray)):
        return f"{_kind(value)} of shape {value.shape}"
    if isinstance(value, (np.integer, np.floating, np.bool_)):
        return str(value)
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _kind(value: Any) -> str:
    names = {pd.DataFrame: "a DataFrame", pd.Series: "a Series", np.ndarray: "an array"}
    return next(word for kind, word in names.items() if isinstance(value, kind))


UNORDERED = (str, bytes, Mapping, Set, Iterator, type(None))


def _one_column(name: str, values: Any) -> pd.Series[Any]:
    """Return what was handed in as one column, or raise for what is none."""
    if isinstance(values, pd.Series):
        return values
    if isinstance(values, (pd.Index, pd.api.extensions.ExtensionArray)):
        return pd.Series(values)
    if isinstance(values, UNORDERED):
        raise TypeError(f"{name}: found {shown(values)}, expected a list, an array or a Series")
    if isinstance(values, np.ma.MaskedArray):
        gaps, plain = np.ma.getmaskarray(values), np.ma.getdata(values)
        values = np.where(gaps, np.nan, plain) if plain.dtype.kind in "iufb" else plain
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different lengths
        array = np.empty((0, 0))
    # A list of tuples is a list of labels; only an array or a frame is a table by intent.
    if array.ndim > 1 and isinstance(values, (list, tuple)):
        labels_of = np.empty(len(values), dtype=object)
        labels_of[:] = list(values)
        array = labels_of
    if array.ndim != 1:
        found = shown(values if array.ndim == 0 or isinstance(values, pd.DataFrame) else array)
        raise TypeError(f"{name}: found {found}, expected one column")
    if array.dtype.kind in "US" and isinstance(values, (list, tuple)):
        # numpy turns a list of numbers and one text into texts
        return pd.Series(list(values), dtype=object)
    return pd.Series(array)


def _alongside(name: str, values: Any, given: pd.Series[Any], like: Any) -> pd.Series[Any]:
    """Return a column with the labels of the one it goes with."""
    if isinstance(values, pd.Series) or not isinstance(like, (pd.Series, pd.DataFrame)):
        aligned(name, given if isinstance(values, pd.Series) else given.to_numpy(), like)
        return given
    aligned(name, given.to_numpy(), like)
    return given.set_axis(like.index)


def _floats(name: str, given: pd.Series[Any], key: Hashable | None = None) -> Array:
    """Return the numbers of a column, NaN where one is missing, or raise for what is no number."""
    kind = given.dtype
    if isinstance(kind, np.dtype) and kind.kind in "iufb":
        with np.errstate(over="ignore"):
            return given.to_numpy(dtype=float)
    decimal = isinstance(kind, pd.ArrowDtype) and "decimal" in str(kind)
    if decimal or pd.api.types.is_object_dtype(kind):
        return _each_as_float(name, given.astype(object), key)
    numeric = pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind)
    if numeric and not isinstance(kind, pd.CategoricalDtype):
        return np.asarray(given.to_numpy(dtype=float, na_value=np.nan))
    raise TypeError(f"{name}: {_where(key)}found values of type {kind}, expected numbers")


def _each_as_float(name: str, given: pd.Series[Any], key: Hashable | None) -> Array:
    """Return a column of objects as floats."""
    gaps = given.isna().to_numpy()
    found = np.full(len(given), np.nan)
    for at in np.flatnonzero(~gaps):
        value = given.iloc[at]
        if not _is_real(value):
            where = f"row {given.index[int(at)]}{'' if key is None else f', column {key!r}'}"
            raise TypeError(f"{name}: {where} holds {shown(value)}, expected a number")
        found[at] = _as_float(value)
    return found


def _where(key: Hashable | None) -> str:
    return "" if key is None else f"column {key!r}: "


def _within(
    name: str,
    given: pd.Series[Any],
    floats: pd.Series[float],
    within: Range,
    missing: bool,
    key: Hashable | None = None,
) -> None:
    """Raise for the first number that is not admitted, and name its row."""
    values = floats.to_numpy()
    right = within.holds(values)
    if missing:
        right |= np.isnan(values)
    if right.all():
        return
    wrong = np.flatnonzero(~right)
    first = int(wrong[0])
    where = f"row {given.index[first]}" + ("" if key is None else f", column {key!r}")
    raise ValueError(
        f"{name}: {where} holds {values[first]:g}, expected {within.words} "
        f"({len(wrong)} such rows); drop or fill them first"
    )
