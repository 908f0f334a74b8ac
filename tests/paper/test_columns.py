"""No word is wider than its column, whatever a table holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from scsreport.paper import columns
from scsreport.paper.cleaning import PaperError

CELLS = st.text(alphabet="abcdefgh ij-/", max_size=40)


def table(rows):
    lines = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    return html.fromstring(f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>")


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6))
def test_columns_hold_their_longest_word_and_fill_the_side(rows):
    fit = columns.fit(table(rows))
    whole = columns.ALONG if fit.wide else columns.ACROSS
    assert sum(fit.widths) == pytest.approx(whole)
    for width, cells in zip(fit.widths, zip(*rows, strict=True), strict=True):
        longest = max(columns._widest_word(cell.strip()) for cell in cells)
        assert width - 2 * columns.INSET >= longest * fit.size * (1 - 1e-9)


def test_a_small_table_has_large_letters():
    assert columns.fit(table([("City", "People"), ("Bandung", "2,500,000")])).size == 8.5


def test_many_columns_turn_the_side():
    fit = columns.fit(table([["administrative"] * 12]))
    assert fit.wide
    assert np.allclose(fit.widths, fit.widths[0])


def test_more_columns_than_any_side_holds_have_smaller_letters():
    fit = columns.fit(table([["administrative"] * 40]))
    assert fit.wide
    assert fit.size < columns.SIZES[-1]
    assert sum(fit.widths) == pytest.approx(columns.ALONG)


def test_long_text_gets_more_room_than_short():
    words = "a city that is not the largest " * 9
    short, long = columns.fit(table([("one word", words), ("two words", words)])).widths
    assert long > 5 * short


def test_a_hard_space_keeps_a_number_whole():
    assert columns._widest_word("3.2 billion") < columns._widest_word("3.2\u00a0billion")
    assert columns._widest_word("two-way") < columns._widest_word("two-222")


def test_a_row_with_fewer_cells_is_refused():
    with pytest.raises(PaperError, match=r"\[1, 2\] cells"):
        columns.fit(table([("a", "b"), ("c",)]))
