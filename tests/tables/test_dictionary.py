"""The dictionary of the open data set: nothing is described twice."""

import tomllib

import pandas as pd
import pytest

from scsreport.findings import dataset
from scsreport.tables import datasets, dictionary
from scsreport.tables.datasets import DataError

DECLARED = tomllib.loads(
    datasets.paths.PACKAGE.joinpath("tables/dictionary.toml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def described():
    return dataset.described()


def column(table, name):
    return next(column for column in table.columns if column.field.name == name)


def test_a_column_is_described_as_in_the_table_that_holds_it(described):
    found = column(described["cities"], "lat").field
    (source,) = [f for f in datasets.resource("cities").fields if f.name == "lat"]
    assert found == source
    assert column(described["cities"], "form").made_from == ("city-forms",)


def test_a_column_that_joins_may_be_missing_where_its_own_table_has_no_gap(described):
    found = column(described["cities"], "p_hub").field
    assert not found.required
    assert found.nulls == DECLARED["missing"]["no_form"]


def test_no_description_is_written_twice():
    taken_over = [
        (name, rules["of"], rules["description"])
        for table in ("cities", "systems")
        for name, rules in DECLARED[table]["columns"].items()
        if "of" in rules and "description" in rules
    ]
    for name, of, description in taken_over:
        table, _, held = of.partition(".")
        fields = {field.name: field for field in datasets.resource(table).fields}
        assert fields[held or name].description != description


def test_facts_stand_in_descriptions(described):
    assert "100,000" in column(described["cities"], "D1").field.description
    with pytest.raises(KeyError):
        dictionary.dictionary({})


def test_rows_that_break_the_dictionary_are_refused(described):
    table = described["systems"]
    rows = dataset.systems()
    with pytest.raises(DataError, match=r"column system: found .*, expected a value that no other"):
        table.shaped(pd.concat([rows, rows.head(1)]))
    with pytest.raises(DataError, match="column people: found -1, expected 0 or more"):
        table.shaped(rows.assign(people=-1))
