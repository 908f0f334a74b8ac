"""What a measure may be handed, and how a message names what is wrong."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from scsreport import checks

VALUES = [1.0, 2.0, 5.0]
ROWS = list("abc")


@pytest.mark.parametrize(
    "given",
    [
        VALUES,
        tuple(VALUES),
        [1, Decimal(2), Fraction(5)],
        np.array(VALUES),
        np.array(VALUES, ">f8"),
        np.array(VALUES, np.longdouble),
        np.array(VALUES, object),
        np.ma.array(VALUES),
        np.repeat(VALUES, 2)[::2],
        pd.Index(VALUES),
        pd.array(VALUES),
        pd.Series(VALUES, ROWS, dtype="Float64"),
        pd.Series(VALUES, ROWS, dtype="double[pyarrow]"),
        pd.Series(VALUES, ROWS, dtype="int64[pyarrow]"),
        pd.Series([1, 2, 5], ROWS, dtype="Int64"),
    ],
    ids=lambda given: f"{type(given).__name__} {getattr(given, 'dtype', '')}",
)
def test_numbers_are_taken_wherever_their_meaning_is_clear(given):
    assert checks.numbers("values", given).to_list() == VALUES


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "values: found None, expected a list, an array or a Series"),
        ("123", "values: found '123', expected a list"),
        ({"a": 1}, "values: found {'a': 1}, expected a list"),
        ({1, 2}, "values: found {1, 2}, expected a list"),
        pytest.param((x for x in VALUES), "values: found <generator", id="generator"),
        (3.0, "values: found 3.0, expected one column"),
        (np.array([VALUES]), r"values: found an array of shape \(1, 3\), expected one column"),
        (pd.DataFrame({"y": VALUES}), r"values: found a DataFrame of shape \(3, 1\)"),
        ([[1, 2], [3]], r"values: row 0 holds \[1, 2\], expected a number"),
        (["1", "2"], "values: row 0 holds '1', expected a number"),
        ([1.0, "x"], "values: row 1 holds 'x', expected a number"),
        ([1, 1j], "values: found values of type complex128, expected numbers"),
        (pd.to_timedelta([1, 2], "D"), "values: found values of type timedelta64"),
        (pd.date_range("2000", periods=2), "values: found values of type datetime64"),
        (pd.Series(["1", "2"], dtype="string"), "values: found values of type string"),
        (pd.Series([1, 2], dtype="category"), "values: found values of type category"),
    ],
    ids=str,
)
def test_what_is_no_column_of_numbers_is_refused(given, message):
    with pytest.raises(TypeError, match=f"^{message}"):
        checks.numbers("values", given)


@pytest.mark.parametrize(
    ("given", "within", "message"),
    [
        ([1, np.nan], checks.FINITE, "row 1 holds nan, expected a finite number"),
        ([1, None], checks.FINITE, "row 1 holds nan"),
        (pd.array([1, pd.NA]), checks.FINITE, "row 1 holds nan"),
        (np.ma.array([1.0, 2], mask=[0, 1]), checks.FINITE, "row 1 holds nan"),
        ([1, np.inf], checks.ZERO_OR_MORE, "row 1 holds inf, expected zero or more"),
        ([1, 10**400], checks.ZERO_OR_MORE, "row 1 holds inf, expected zero or more"),
        (pd.Series([1, -2], ["x", "y"]), checks.ZERO_OR_MORE, r"row y holds -2, .* \(1 such"),
        ([0, 1], checks.ABOVE_ZERO, "row 0 holds 0, expected a number above zero"),
        ([0.5, 1.5], checks.SHARE, "row 1 holds 1.5, expected a share from 0 to 1"),
        ([], checks.FINITE, "found no rows, expected 1 or more"),
    ],
    ids=str,
)
def test_a_number_out_of_bounds_is_named_with_its_row(given, within, message):
    with pytest.raises(ValueError, match=f"^values: {message}"):
        checks.numbers("values", given, within)


def test_a_missing_value_stays_where_it_may():
    found = checks.numbers("values", [1, None, 3], missing=True)
    assert found.isna().to_list() == [False, True, False]


def test_nothing_that_is_handed_in_is_changed():
    given = pd.Series([1, None], dtype=object)
    checks.numbers("values", given, missing=True)
    assert given.to_list() == [1, None]


@pytest.mark.parametrize("value", [4, 4.0, np.int64(4), np.float64(4), Fraction(4), np.array(4)])
def test_a_whole_number_may_be_given_as_any_number(value):
    assert checks.whole("draws", value, least=1) == 4
    assert checks.number("draws", value) == 4.0


@pytest.mark.parametrize("value", [None, "4", True, 1j, [4], pd.NA, np.array([4])])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match=r"^draws: found .*, expected a whole number, 1 or more"):
        checks.whole("draws", value, least=1)
    with pytest.raises(TypeError, match=r"^draws: found .*, expected a finite number"):
        checks.number("draws", value)


@pytest.mark.parametrize("value", [0, -5, 2.5, np.nan, np.inf, 11, 10**400])
def test_a_count_out_of_bounds_is_refused(value):
    with pytest.raises(ValueError, match=r"^draws: found .*, expected a whole number, 1 to 10"):
        checks.whole("draws", value, least=1, most=10)


@pytest.mark.parametrize("value", ["mean ", "MEAN", None, 3, ["mean"]])
def test_a_word_out_of_the_list_is_refused(value):
    with pytest.raises(ValueError, match=r"^method: found .*, expected one of mean, component"):
        checks.choice("method", value, ["mean", "component"])


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"^rng: found 1, expected a numpy.random.Generator"):
        checks.generator("rng", 1)


@pytest.mark.parametrize("kind", ["category", "string", "string[pyarrow]", object])
def test_labels_of_any_text_are_the_same(kind):
    given = pd.Series(["x", "y", "x"], ROWS, dtype=kind)
    assert checks.labels("groups", given).to_list() == ["x", "y", "x"]


def test_labels_may_be_tuples_and_of_mixed_types():
    assert checks.labels("groups", [("x", 1), "y", 2]).to_list() == [("x", 1), "y", 2]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (["x", None, "y"], ValueError, "row b has no label"),
        (["x", [1], "y"], TypeError, r"row b holds \[1\], expected a name"),
        (["x", "y"], ValueError, "found 2 rows, expected 3"),
        (pd.Series(["x", "y", "x"], list("abd")), ValueError, "found row d, expected c there"),
        (np.full((3, 2), "x"), TypeError, "found an array of shape"),
        ("xyx", TypeError, "found 'xyx'"),
    ],
    ids=str,
)
def test_labels_that_cannot_go_with_the_rows_are_refused(given, error, message):
    with pytest.raises(error, match=f"^groups: {message}"):
        checks.labels("groups", given, like=pd.Series(VALUES, ROWS))


def test_numbers_are_found_by_label_or_by_place():
    wanted = pd.Index(["c", "a"])
    assert checks.by_label("mass", pd.Series(VALUES, ROWS), wanted).tolist() == [5, 1]
    assert checks.by_label("mass", {"a": 1, "c": 5}, wanted).tolist() == [5, 1]
    assert checks.by_label("mass", [5, 1], wanted).tolist() == [5, 1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (pd.Series(VALUES, list("aab")), "found 'a' twice, expected each label once"),
        (pd.Series(VALUES, ["a", "b", None]), "found a row without a label"),
        (pd.Series(VALUES, list("abd")), "found no c, expected a number for each label of km"),
        ([1, 2, 3], "found 3 numbers, expected 2, one for each label of km"),
    ],
    ids=str,
)
def test_numbers_that_cannot_be_found_by_label_are_refused(given, message):
    with pytest.raises(ValueError, match=f"^mass: {message}"):
        checks.by_label("mass", given, pd.Index(["c", "a"]), whose="km")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (None, TypeError, "found None, expected a DataFrame"),
        (np.ones((2, 2)), TypeError, r"found an array of shape \(2, 2\), expected a DataFrame"),
        (pd.DataFrame({"a": [1]}), ValueError, "column 'b' is missing; expected a, b"),
        (
            pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"]),
            ValueError,
            "column 'a' is there twice",
        ),
        (pd.DataFrame([[1, 2]] * 2, [7, 7], ["a", "b"]), ValueError, "row 7 is there twice"),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), ValueError, "found"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_table_that_lacks_something_is_refused(given, error, message):
    with pytest.raises(error, match=f"^cities: {message}"):
        checks.frame("cities", given, ["a", "b"], each_row_once=True)


def test_a_cell_is_named_with_table_row_and_column():
    table = pd.DataFrame({"people": [5, -1]}, ["Can Tho", "Hue"])
    message = "^cities: row Hue, column 'people' holds -1, expected zero or more"
    with pytest.raises(ValueError, match=message):
        checks.column("cities", table, "people", checks.ZERO_OR_MORE)
    with pytest.raises(TypeError, match=r"^cities: row Hue, .* holds '5', expected a"):
        checks.column("cities", table.assign(people=[1, "5"]), "people")


KM = pd.DataFrame([[0.0, 3], [3, 0]], list("AB"), list("AB"))


@pytest.mark.parametrize("kind", ["float64", "int64", "Float64", "double[pyarrow]", object])
def test_a_square_table_is_read_from_any_type(kind):
    found = checks.square("km", KM.astype(kind), "km", diagonal=1.0)
    assert found.tolist() == [[1, 3], [3, 1]]
    assert KM.iloc[0, 0] == 0, "the table itself stays as it is"


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (KM.to_numpy(), TypeError, "found an array of shape"),
        (KM.iloc[:, :1], ValueError, "found 2 rows and 1 columns, expected the same labels"),
        (KM.iloc[:, ::-1], ValueError, "found 2 rows and 2 columns, expected the same labels"),
        (KM.replace(3, np.nan), ValueError, "found nan from A to B"),
        (KM.replace(3, -1), ValueError, "found -1 from A to B, -1 back, expected km, zero or more"),
        (KM + np.array([[0, 1], [0, 0]]), ValueError, "found 3 from B to A, 4 back, .*symmetric"),
        (KM + 1j, TypeError, "column 'A': found values of type complex128"),
        (KM.astype(str), TypeError, "column 'A': found values of type str"),
    ],
    ids=str,
)
def test_a_table_that_is_not_square_or_not_symmetric_is_refused(given, error, message):
    with pytest.raises(error, match=f"^km: {message}"):
        checks.square("km", given, "km")


@pytest.mark.parametrize("largest", [5e-324, 1e-300, 1.0, 3e300, np.finfo(float).max])
def test_numbers_in_another_unit_have_a_sum_and_the_same_ratios(largest):
    values = np.array([largest, largest / 2, largest])
    found = checks.scaled(values)
    assert 0.5 <= found.max() < 1
    assert found[0] == found[2]
    assert (found[1] / found[0]) == values[1] / values[0]


def test_a_position_is_found_once():
    index = pd.Index(["Can Tho", "Hue", "Hue"])
    assert checks.position("a", "Can Tho", index) == 0
    with pytest.raises(ValueError, match="a: found 'Da Nang', which is none of the cities"):
        checks.position("a", "Da Nang", index, whose="the cities")
    with pytest.raises(ValueError, match="a: found several 'Hue'"):
        checks.position("a", "Hue", index)
    with pytest.raises(TypeError, match=r"a: found \['Hue'\], expected a label"):
        checks.position("a", ["Hue"], index)
