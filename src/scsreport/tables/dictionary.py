"""The dictionary of the open data set: its tables, and what each column means.

Declared once, in ``dictionary.toml``. What a table of ``data/`` says of a column is taken over, so
that no description is kept twice.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from scsreport.tables.datasets import DataError, resource, strictest_licence
from scsreport.tables.schema import Field, Problem, faults

__all__ = ["NAME", "Column", "Described", "dictionary"]

NAME = "world-systems-of-cities"
"""The name of the data set, of its folder and of its GeoPackage."""


@dataclass(frozen=True)
class Column:
    """One column of the data set.

    Attributes
    ----------
    field : Field
        Its name, type, meaning, unit, the reason of a missing value, and its rules.
    made_from : tuple of str
        The tables of ``data/`` that it is taken or made from.
    """

    field: Field
    made_from: tuple[str, ...]

    @property
    def licence(self) -> str:
        """The strictest licence of the tables that it is made from."""
        return strictest_licence(self.made_from)


@dataclass(frozen=True)
class Described:
    """One table of the data set.

    Attributes
    ----------
    name, title, description : str
        What it is called and what it holds.
    key : str
        The column that no two rows share.
    columns : tuple of Column
        In the order of the table.
    """

    name: str
    title: str
    description: str
    key: str
    columns: tuple[Column, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns without what they are made from."""
        return tuple(column.field for column in self.columns)

    def shaped(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return rows with the columns of the dictionary, in its order and types.

        Parameters
        ----------
        frame : DataFrame
            With these columns, among others.

        Returns
        -------
        DataFrame
            Sorted by the key.

        Raises
        ------
        DataError
            If a row breaks the dictionary.
        """
        types = {field.name: field.dtype for field in self.fields}
        table = frame[list(types)].astype(types).sort_values(self.key, ignore_index=True)
        problems = self.faults(table)
        if problems:
            raise DataError("\n  ".join([f"{NAME}, {self.name}:", *map(str, problems)]))
        return table

    def faults(self, frame: pd.DataFrame) -> list[Problem]:
        """Compare rows with the dictionary.

        Parameters
        ----------
        frame : DataFrame
            Rows as text or typed.

        Returns
        -------
        list of Problem
            Every fault; empty when there is none.
        """
        return faults(frame, self.fields, 1, self.name)


def dictionary(facts: Mapping[str, object]) -> dict[str, Described]:
    """Return the tables of the data set with their columns, by name.

    Parameters
    ----------
    facts : mapping
        What the descriptions name and only other rooms know, such as the bounds of a rule.

    Returns
    -------
    dict of Described

    Raises
    ------
    KeyError
        If a fact or a reason is not given.
    """
    content = _declared()
    reasons = content["missing"]
    return {
        name: Described(
            name,
            table["title"],
            table["description"],
            table["key"],
            tuple(
                _column(column, _filled(rules, facts, reasons), is_key=column == table["key"])
                for column, rules in table["columns"].items()
            ),
        )
        for name, table in content.items()
        if name != "missing"
    }


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _filled(
    rules: Mapping[str, Any], facts: Mapping[str, object], reasons: Mapping[str, str]
) -> dict[str, Any]:
    """Return what is declared of a column with facts and reasons in their places."""
    filled = dict(rules)
    if "description" in filled:
        filled["description"] = filled["description"].format_map(facts)
    if filled.get("nulls", "").startswith("@"):
        filled["nulls"] = reasons[filled["nulls"].removeprefix("@")]
    return filled


def _column(name: str, rules: dict[str, Any], *, is_key: bool) -> Column:
    """Return a column: taken over from a table, or described here alone."""
    made_from = tuple(rules.pop("made_from", ()))
    if "of" not in rules:
        rules["enum"] = tuple(rules.get("enum", ()))
        return Column(Field(name=name, unique=is_key, **rules), made_from)
    table, _, of = rules.pop("of").partition(".")
    source = next(field for field in resource(table).fields if field.name == (of or name))
    required = source.required and "nulls" not in rules
    changed = replace(source, name=name, unique=is_key, required=required, **rules)
    return Column(changed, (table, *made_from))
