"""What a measure may be handed in the place of a good argument, and what ought to come of it."""

from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

__all__ = ["ANY", "REFUSED", "SAME", "Odd", "of"]

REFUSED = "refused"
SAME = "same"
ANY = "any"
HUGE = np.finfo(float).max


class Odd(NamedTuple):
    """A change of a good value.

    Attributes
    ----------
    change : callable
        From the good value to the odd one.
    wanted : str
        A clear refusal, the same result as of the good value, or either of a result and a refusal.
    """

    change: Callable[[Any], Any]
    wanted: str


# --- one column ----------------------------------------------------------------------------------


def _like(column: Any, values: Any) -> Any:
    """Return values as a Series where the good column is one."""
    return pd.Series(values, column.index) if isinstance(column, pd.Series) else values


def _with(value: Any) -> Callable[[Any], Any]:
    """Return a change of the second value of a column."""

    def change(column: Any) -> Any:
        found = pd.Series(column).astype(object).copy()
        found.iloc[1] = value
        if isinstance(value, float):
            found = found.astype(float)
        return found if isinstance(column, pd.Series) else found.tolist()

    return change


def _floats(column: Any) -> Any:
    return np.asarray(column, dtype=float)


def _labelled(column: Any, kind: str) -> Any:
    return pd.Series(list(column), getattr(column, "index", None), dtype=kind)


def _strided(column: Any) -> Any:
    wide = np.repeat(_floats(column), 2)
    wide[1::2] = 9e9
    return wide[::2]


def _frozen(column: Any) -> Any:
    values = _floats(column)
    values.flags.writeable = False
    return values


COLUMN = {
    "a gap": Odd(_with(np.nan), REFUSED),
    "None in it": Odd(_with(None), REFUSED),
    "pd.NA": Odd(lambda v: _like(v, pd.array([*list(v)[:-1], pd.NA])), REFUSED),
    "infinite": Odd(_with(np.inf), REFUSED),
    "minus infinite": Odd(_with(-np.inf), REFUSED),
    "negative": Odd(_with(-1.0), REFUSED),
    "a text in it": Odd(_with("x"), REFUSED),
    "texts of numbers": Odd(lambda v: _like(v, [str(x) for x in v]), REFUSED),
    "words": Odd(lambda v: _like(v, ["a"] * len(v)), REFUSED),
    "nothing in it": Odd(lambda v: v[:0], REFUSED),
    "one row": Odd(lambda v: v[:1], ANY),
    "a row less": Odd(lambda v: v[:-1], ANY),
    "a row more": Odd(lambda v: [*v, 3.0], ANY),
    "(n, 1)": Odd(lambda v: _floats(v)[:, None], REFUSED),
    "(1, n)": Odd(lambda v: _floats(v)[None, :], REFUSED),
    "(n, n)": Odd(lambda v: np.tile(_floats(v), (len(v), 1)), REFUSED),
    "a frame": Odd(lambda v: pd.DataFrame({"x": _floats(v)}), REFUSED),
    "a number": Odd(lambda v: 3.0, REFUSED),
    "None": Odd(lambda v: None, REFUSED),
    "a text": Odd(lambda v: "123", REFUSED),
    "complex": Odd(lambda v: _like(v, _floats(v) + 1j), REFUSED),
    "dates": Odd(lambda v: _like(v, pd.date_range("2000", periods=len(v))), REFUSED),
    "spans of time": Odd(lambda v: _like(v, pd.to_timedelta(np.arange(len(v)), "D")), REFUSED),
    "truth": Odd(lambda v: _like(v, np.arange(len(v)) % 2 == 0), ANY),
    "zeros": Odd(lambda v: _like(v, np.zeros(len(v))), ANY),
    "a zero": Odd(_with(0.0), ANY),
    "all alike": Odd(lambda v: _like(v, np.full(len(v), 5.0)), ANY),
    "huge": Odd(lambda v: _like(v, _floats(v) * 1e300), ANY),
    "tiny": Odd(lambda v: _like(v, _floats(v) * 1e-300), ANY),
    "largest floats": Odd(lambda v: _like(v, HUGE * np.linspace(0.5, 1, len(v))), ANY),
    "smallest floats": Odd(lambda v: _like(v, np.arange(1, len(v) + 1) * 5e-324), ANY),
    "large whole numbers": Odd(lambda v: _like(v, 2**62 + np.arange(len(v))), ANY),
    "an Index": Odd(pd.Index, SAME),
    "whole numbers of Arrow": Odd(lambda v: _labelled(v, "int64[pyarrow]"), ANY),
    "texts of Arrow": Odd(lambda v: _labelled([str(x) for x in v], "string[pyarrow]"), REFUSED),
    "bytes": Odd(lambda v: _like(v, (np.arange(len(v)) * 37 % 255 + 1).astype(np.uint8)), ANY),
    "list": Odd(list, SAME),
    "tuple": Odd(tuple, SAME),
    "array": Odd(np.asarray, SAME),
    "strided": Odd(_strided, SAME),
    "read-only": Odd(_frozen, SAME),
    "objects": Odd(lambda v: _like(v, np.asarray(list(v), object)), SAME),
    "Float64": Odd(lambda v: _labelled(v, "Float64"), SAME),
    "Arrow": Odd(lambda v: _labelled(v, "double[pyarrow]"), SAME),
    "big-endian": Odd(lambda v: _like(v, np.asarray(v, ">f8")), SAME),
    "long doubles": Odd(lambda v: _like(v, np.asarray(v, np.longdouble)), SAME),
    "masked": Odd(lambda v: np.ma.array(_floats(v), mask=np.arange(len(v)) == 0), REFUSED),
    "decimals": Odd(lambda v: _like(v, [Decimal(str(x)) for x in v]), ANY),
    "generator": Odd(lambda v: (x for x in v), ANY),
    "dict": Odd(lambda v: dict(enumerate(v)), ANY),
    "set": Odd(set, ANY),
    "one label for all": Odd(lambda v: pd.Series(_floats(v), [0] * len(v)), ANY),
    "labels of two levels": Odd(
        lambda v: pd.Series(_floats(v), pd.MultiIndex.from_arrays([range(len(v))] * 2)), ANY
    ),
    "rows reversed": Odd(lambda v: v[::-1], ANY),
    "other labels": Odd(lambda v: pd.Series(list(v), [f"q{k}" for k in range(len(v))]), ANY),
}
GROUPS = {
    "a gap": Odd(_with(np.nan), REFUSED),
    "None in it": Odd(_with(None), REFUSED),
    "a row less": Odd(lambda v: v[:-1], REFUSED),
    "one group": Odd(lambda v: _like(v, ["x"] * len(v)), ANY),
    "each alone": Odd(lambda v: _like(v, list(range(len(v)))), ANY),
    "list": Odd(list, SAME),
    "array": Odd(np.asarray, SAME),
    "categories": Odd(lambda v: _labelled(v, "category"), SAME),
    "string": Odd(lambda v: _labelled([str(x) for x in v], "string").set_axis(_rows(v)), SAME),
    "Arrow": Odd(
        lambda v: _labelled([str(x) for x in v], "string[pyarrow]").set_axis(_rows(v)), SAME
    ),
    "(2, n)": Odd(lambda v: np.tile(np.asarray(v, object), (2, 1)), REFUSED),
    "a text": Odd(lambda v: "x", REFUSED),
    "lists in it": Odd(lambda v: [[1]] * len(v), REFUSED),
    "infinite": Odd(_with(np.inf), REFUSED),
    "texts and numbers": Odd(lambda v: _like(v, [1, "a"] * (len(v) // 2)), ANY),
    "tuples": Odd(lambda v: [(x, 1) for x in v], ANY),
    "an empty text": Odd(_with(""), ANY),
    "rows reversed": Odd(lambda v: v[::-1], ANY),
    "other labels": Odd(lambda v: pd.Series(list(v), [f"q{k}" for k in range(len(v))]), ANY),
}


def _rows(column: Any) -> Any:
    return column.index if isinstance(column, pd.Series) else range(len(column))


# --- one value -----------------------------------------------------------------------------------

NUMBER = {
    "nan": Odd(lambda v: np.nan, REFUSED),
    "infinite": Odd(lambda v: np.inf, ANY),
    "minus infinite": Odd(lambda v: -np.inf, REFUSED),
    "negative": Odd(lambda v: -1, REFUSED),
    "zero": Odd(lambda v: 0, ANY),
    "a number as text": Odd(lambda v: "5", REFUSED),
    "a word": Odd(lambda v: "x", REFUSED),
    "None": Odd(lambda v: None, ANY),
    "list": Odd(lambda v: [v], REFUSED),
    "huge": Odd(lambda v: 1e308, ANY),
    "tiny": Odd(lambda v: 1e-308, ANY),
    "true": Odd(lambda v: True, REFUSED),
    "complex": Odd(lambda v: 1j, REFUSED),
    "two and a half": Odd(lambda v: 2.5, ANY),
    "float of numpy": Odd(np.float64, SAME),
    "whole number of numpy": Odd(lambda v: np.int64(v) if float(v).is_integer() else v, SAME),
    "array without axes": Odd(np.array, SAME),
    "pd.NA": Odd(lambda v: pd.NA, REFUSED),
    "a date": Odd(lambda v: pd.Timestamp("2000"), REFUSED),
    "a column": Odd(lambda v: pd.Series([v]), REFUSED),
    "fraction": Odd(Fraction, SAME),
}


def _capitals(word: str) -> str:
    if word == word.upper():
        raise ValueError("it has capitals already")
    return word.upper()


CHOICE = {
    "unknown": Odd(lambda v: "zzz", REFUSED),
    "None": Odd(lambda v: None, ANY),
    "a number": Odd(lambda v: 3, REFUSED),
    "capitals": Odd(_capitals, REFUSED),
    "list": Odd(lambda v: [v], REFUSED),
    "empty": Odd(lambda v: "", REFUSED),
}

# --- tables --------------------------------------------------------------------------------------


def _cell(column: Hashable, value: Any) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return a change of the second row of a column."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        found = table[column].astype(object)
        found.iloc[1] = value
        if isinstance(value, float) and pd.api.types.is_numeric_dtype(table[column]):
            found = found.astype(float)
        return table.assign(**{str(column): found}) if isinstance(column, str) else table

    return change


def _categories(table: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    return table.astype(dict.fromkeys(texts, "category"))


TABLE = {
    "no rows": Odd(lambda t: t[:0], ANY),
    "one row": Odd(lambda t: t[:1], ANY),
    "list": Odd(lambda t: t.to_numpy().tolist(), REFUSED),
    "array": Odd(lambda t: t.to_numpy(), REFUSED),
    "None": Odd(lambda t: None, REFUSED),
    "Series": Odd(lambda t: t.iloc[:, 0], REFUSED),
    "dict": Odd(lambda t: t.to_dict("list"), REFUSED),
    "one label for all": Odd(lambda t: t.set_axis([0] * len(t)), ANY),
    "labels of two levels": Odd(
        lambda t: t.set_axis(pd.MultiIndex.from_arrays([t.index, range(len(t))])), ANY
    ),
    "labels of text": Odd(lambda t: t.set_axis([f"r{k}" for k in t.index]), ANY),
    "a label missing": Odd(lambda t: t.set_axis([np.nan, *t.index[1:]]), ANY),
    "rows reversed": Odd(lambda t: t[::-1], ANY),
    "index named as a column": Odd(lambda t: t.rename_axis(t.columns[0]), ANY),
    "columns of two levels": Odd(
        lambda t: t.set_axis(pd.MultiIndex.from_product([["a"], t.columns]), axis=1), REFUSED
    ),
    "a column twice": Odd(lambda t: pd.concat([t, t.iloc[:, [0]]], axis=1), REFUSED),
    "nullable": Odd(lambda t: t.convert_dtypes(), SAME),
    "Arrow": Odd(lambda t: t.convert_dtypes(dtype_backend="pyarrow"), SAME),
    "categories": Odd(_categories, SAME),
    "objects": Odd(lambda t: t.astype(object), SAME),
    "a column more": Odd(lambda t: t.assign(zzz=1), SAME),
}


def of_table(numeric: list[Hashable], needed: list[Hashable]) -> dict[str, Odd]:
    """Return changes of a table, of its numbers and of the columns that it needs."""
    found = dict(TABLE)
    if numeric:
        found["numbers as texts"] = Odd(lambda t: t.astype(dict.fromkeys(numeric, str)), REFUSED)
        found["float32"] = Odd(lambda t: t.astype(dict.fromkeys(numeric, "float32")), ANY)
    for name in needed:
        found[f"without {name}"] = Odd(lambda t, c=name: t.drop(columns=c), REFUSED)
        found[f"{name}: a gap"] = Odd(_cell(name, np.nan), REFUSED)
        found[f"{name}: None"] = Odd(_cell(name, None), REFUSED)
    for name in (column for column in numeric if isinstance(column, str)):
        found[f"{name}: infinite"] = Odd(_cell(name, np.inf), REFUSED)
        found[f"{name}: a text"] = Odd(_cell(name, "12,5"), REFUSED)
        found[f"{name}: negative"] = Odd(_cell(name, -5.0), ANY)
        found[f"{name}: zero"] = Odd(_cell(name, 0.0), ANY)
        found[f"{name}: huge"] = Odd(_cell(name, 1e300), ANY)
        found[f"{name}: all alike"] = Odd(lambda t, c=name: t.assign(**{c: 7}), ANY)
        found[f"{name}: truth"] = Odd(lambda t, c=name: t.assign(**{c: True}), ANY)
        dates = pd.Timestamp("2000")
        found[f"{name}: dates"] = Odd(lambda t, c=name, d=dates: t.assign(**{c: d}), REFUSED)
    return found


def _entry(
    value: float, a: int = 0, b: int = 1, *, both: bool = True
) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        found = table.astype(float).copy()
        found.iloc[a, b] = value
        if both:
            found.iloc[b, a] = value
        return found

    return change


def _renamed(names: Callable[[int], list[str]]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda t: t.set_axis(names(len(t))).set_axis(names(len(t)), axis=1)


SQUARE = {
    "a gap": Odd(_entry(np.nan), REFUSED),
    "negative": Odd(_entry(-1.0), REFUSED),
    "infinite": Odd(_entry(np.inf), ANY),
    "minus infinite": Odd(_entry(-np.inf), REFUSED),
    "one direction": Odd(_entry(999.0, both=False), REFUSED),
    "diagonal": Odd(_entry(5.0, 0, 0), ANY),
    "a gap on the diagonal": Odd(_entry(np.nan, 0, 0), ANY),
    "zeros": Odd(lambda t: t * 0, ANY),
    "nothing in it": Odd(lambda t: t.iloc[:0, :0], ANY),
    "one place": Odd(lambda t: t.iloc[:1, :1], ANY),
    "not square": Odd(lambda t: t.iloc[:, :-1], REFUSED),
    "array": Odd(lambda t: t.to_numpy(), ANY),
    "list": Odd(lambda t: t.to_numpy().tolist(), ANY),
    "None": Odd(lambda t: None, ANY),
    "numbers as texts": Odd(lambda t: t.astype(str), REFUSED),
    "a text in it": Odd(lambda t: t.astype(object).replace(t.iloc[0, 1], "x"), REFUSED),
    "columns reversed": Odd(lambda t: t.iloc[:, ::-1], REFUSED),
    "one label for all": Odd(_renamed(lambda n: ["a"] * n), REFUSED),
    "other labels": Odd(_renamed(lambda n: [f"q{k}" for k in range(n)]), REFUSED),
    "Float64": Odd(lambda t: t.astype("Float64"), SAME),
    "Arrow": Odd(lambda t: t.astype("double[pyarrow]"), SAME),
    "objects": Odd(lambda t: t.astype(object), SAME),
    "a gap in Float64": Odd(lambda t: _entry(np.nan)(t).astype("Float64"), REFUSED),
    "huge": Odd(lambda t: t * 1e300, ANY),
    "truth": Odd(lambda t: t > 0, ANY),
    "complex": Odd(lambda t: t + 1j, REFUSED),
}
FROM_TO = SQUARE | {
    name: Odd(SQUARE[name].change, ANY)
    for name in ("one direction", "not square", "columns reversed")
}

# --- what cooperation needs ----------------------------------------------------------------------

LINKS = {
    "none": Odd(lambda v: [], ANY),
    "without minutes": Odd(lambda v: [("A", "B")], REFUSED),
    "an unknown city": Odd(lambda v: [("A", "Z", 3.0)], REFUSED),
    "to itself": Odd(lambda v: [("A", "A", 3.0)], REFUSED),
    "a gap": Odd(lambda v: [("A", "B", np.nan)], REFUSED),
    "negative": Odd(lambda v: [("A", "B", -1)], REFUSED),
    "a text in it": Odd(lambda v: [("A", "B", "x")], REFUSED),
    "None": Odd(lambda v: None, REFUSED),
    "frame": Odd(pd.DataFrame, ANY),
    "generator": Odd(lambda v: (x for x in v), SAME),
    "lists as labels": Odd(lambda v: [(["A"], "B", 1)], REFUSED),
    "a text": Odd(lambda v: "ABC", REFUSED),
}
PLAYERS = {
    "none": Odd(lambda v: type(v)(), ANY),
    "one twice": Odd(lambda v: type(v)([v[0], v[0]]), ANY),
    "a text": Odd(lambda v: "AB", ANY),
    "None": Odd(lambda v: None, REFUSED),
    "lists as labels": Odd(lambda v: [["A"], ["B"]], REFUSED),
    "numbers": Odd(lambda v: [1, 2], ANY),
    "too many": Odd(lambda v: list(range(40)), REFUSED),
    "generator": Odd(lambda v: (x for x in v), ANY),
    "an unknown one": Odd(lambda v: ["A", "ZZ"], ANY),
}
GAME = {
    "a gap": Odd(lambda v: v | {"A": np.nan}, REFUSED),
    "infinite": Odd(lambda v: v | {"A": np.inf}, REFUSED),
    "negative": Odd(lambda v: v | {"A": -1}, REFUSED),
    "a text in it": Odd(lambda v: v | {"A": "x"}, REFUSED),
    "a number as text": Odd(lambda v: v | {"A": "4"}, REFUSED),
    "None in it": Odd(lambda v: v | {"A": None}, REFUSED),
    "None": Odd(lambda v: None, REFUSED),
    "a coalition less": Odd(lambda v: {k: c for k, c in v.items() if k != ("A", "B")}, REFUSED),
    "a coalition twice": Odd(lambda v: v | {("B", "A"): 6}, REFUSED),
    "none": Odd(lambda v: {}, REFUSED),
    "one city": Odd(lambda v: {"A": 4}, ANY),
    "an unknown city": Odd(lambda v: v | {("A", "Z"): 3}, REFUSED),
    "zeros": Odd(lambda v: dict.fromkeys(v, 0), ANY),
    "nobody costs": Odd(lambda v: v | {(): 3}, REFUSED),
    "huge": Odd(lambda v: {k: c * 1e300 for k, c in v.items()}, ANY),
    "tiny": Odd(lambda v: {k: c * 1e-300 for k, c in v.items()}, ANY),
    "list": Odd(lambda v: list(v.items()), REFUSED),
    "array": Odd(lambda v: np.ones(8), REFUSED),
    "function without players": Odd(lambda v: len, REFUSED),
    "truth": Odd(lambda v: dict.fromkeys(v, True), ANY),
    "other order": Odd(lambda v: dict(reversed(v.items())), ANY),
    "complex": Odd(lambda v: v | {"A": 1j}, REFUSED),
    "pd.NA": Odd(lambda v: v | {"A": pd.NA}, REFUSED),
    "more together than apart": Odd(lambda v: v | {("A", "B", "C"): 99}, ANY),
}
BOUNDS = {
    "none": Odd(lambda v: {}, REFUSED),
    "descending": Odd(lambda v: dict(reversed(v.items())), REFUSED),
    "a gap": Odd(lambda v: {"a": np.nan, "b": 5}, REFUSED),
    "alike": Odd(lambda v: {"a": 5, "b": 5}, REFUSED),
    "infinite": Odd(lambda v: {"a": 5, "b": np.inf}, REFUSED),
    "text": Odd(lambda v: {"a": "5"}, REFUSED),
    "list": Odd(lambda v: [1, 2], REFUSED),
    "None": Odd(lambda v: None, REFUSED),
    "negative": Odd(lambda v: {"a": -5, "b": 5}, ANY),
}
KINDS: Mapping[str, dict[str, Odd]] = {
    "column": COLUMN,
    "groups": GROUPS,
    "number": NUMBER,
    "choice": CHOICE,
    "square": SQUARE,
    "from-to": FROM_TO,
    "links": LINKS,
    "players": PLAYERS,
    "game": GAME,
    "bounds": BOUNDS,
}


def of(kind: str | tuple[list[Hashable], list[Hashable]]) -> dict[str, Odd]:
    """Return the changes of an argument of one kind.

    Parameters
    ----------
    kind : str or tuple
        A word of KINDS; of a table its columns of numbers and those that it needs.
    """
    return KINDS[kind] if isinstance(kind, str) else of_table(*kind)
