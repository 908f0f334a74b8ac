from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
import pytest

from scsreport.tables.once import computed_once


class Pair(NamedTuple):
    table: pd.DataFrame
    number: int


TABLE = pd.DataFrame({"x": [1, 2]})


@pytest.mark.parametrize(
    ("result", "table_of"),
    [
        (TABLE, lambda result: result),
        ((TABLE, "words"), lambda result: result[0]),
        (Pair(TABLE, 1), lambda result: result.table),
        ({"a": TABLE}, lambda result: result["a"]),
    ],
    ids=["table", "tuple", "named", "dict"],
)
def test_what_a_caller_writes_reaches_nobody_else(result, table_of):
    made = computed_once(lambda: result)
    mine = table_of(made())
    mine["y"] = 0
    mine.loc[0, "x"] = 9
    pd.testing.assert_frame_equal(table_of(made()), TABLE)
    assert isinstance(made(), Mapping if isinstance(result, dict) else type(result))


def test_tables_by_name_are_looked_up_and_listed_like_a_dict():
    made = computed_once(lambda: {"a": TABLE, "b": TABLE})
    assert list(made()) == ["a", "b"]
    assert len(made()) == 2
    for table in made().values():
        table["x"] = 0
    for table in {**made()}.values():
        pd.testing.assert_frame_equal(table, TABLE)
    with pytest.raises(TypeError):
        made()["a"] = TABLE


def test_it_is_computed_once_until_it_is_forgotten():
    calls = []

    @computed_once
    def made(key):
        calls.append(key)
        return pd.Series([key])

    assert [int(made(1)[0]), int(made(1)[0]), int(made(2)[0])] == [1, 1, 2]
    made.cache_clear()
    made(1)
    assert calls == [1, 2, 1]
