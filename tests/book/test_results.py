"""Executed chapters are kept by their state, and taken only as they were put."""

import json

import numpy as np
import pytest
from nbformat import v4

from scsreport.book import results


@pytest.fixture
def notebook():
    """Return a notebook as if executed."""
    cell = v4.new_code_cell("1 + 1", outputs=[v4.new_output("execute_result", {"text/plain": "2"})])
    return v4.new_notebook(cells=[v4.new_markdown_cell("Text"), cell])


@pytest.fixture
def store(tmp_path, notebook):
    """Return a folder that holds the notebook."""
    store = results.Results(tmp_path)
    store.put("chapters/a", "now", results.packed(notebook))
    return store


def test_a_result_is_given_back(store):
    empty = v4.new_notebook(cells=[v4.new_markdown_cell("New"), v4.new_code_cell("1 + 1")])
    store.fill("chapters/a", "now", empty)
    assert empty.cells[1].outputs[0].data == {"text/plain": "2"}
    assert empty.cells[0].source == "New"


def test_a_result_is_of_its_page_and_state(store):
    assert store.has_any("chapters/a") and store.holds("chapters/a", "now")
    assert not store.holds("chapters/a", "then")
    assert not store.has_any("a") and not store.has_any("chapters")


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_text(file.read_text().replace('"2"', '"3"')),
        lambda file: file.write_text(file.read_text()[:40]),
        lambda file: file.write_text(""),
        lambda file: file.unlink(),
        lambda file: file.with_name(file.name + results.SUM).unlink(),
        lambda file: file.with_name(file.name + results.SUM).write_bytes(b"\xff"),
    ],
    ids=["altered", "cut", "empty", "removed", "killed before the sum", "sum of rubbish"],
)
def test_a_result_that_was_harmed_is_not_taken_and_can_be_put_again(
    store, notebook, harm, tmp_path
):
    harm(next(tmp_path.glob("*.json")))
    assert not store.holds("chapters/a", "now")
    store.put("chapters/a", "now", results.packed(notebook))
    assert store.holds("chapters/a", "now")


def test_the_last_states_of_a_page_are_kept(store, notebook):
    for state in ("b", "c", "d", "e"):
        store.put("chapters/a", state, results.packed(notebook))
    held = [state for state in ("now", "b", "c", "d", "e") if store.holds("chapters/a", state)]
    assert len(held) == results.KEPT and "e" in held


def test_a_page_that_is_no_more_is_forgotten(store):
    store.forget_others(["chapters/a-long-one"])
    assert not store.has_any("chapters/a")


def test_numbers_of_numpy_become_plain(notebook):
    notebook.cells[1].outputs[0].data["text/plain"] = [np.int64(2)]
    (cell,) = json.loads(results.packed(notebook))["cells"]
    assert cell["outputs"][0]["data"]["text/plain"] == [2]


def test_cells_are_found_by_their_states_in_any_result(store, notebook):
    assert store.cells("chapters/a", {"x"}) == {}
    store.put("chapters/a", "then", results.packed(notebook), ["x"])
    found = store.cells("chapters/a", {"x", "y"})
    assert found["x"]["outputs"][0]["data"] == {"text/plain": "2"} and found.keys() == {"x"}


def test_cells_of_a_result_that_was_harmed_are_not_taken(store, notebook, tmp_path):
    store.put("chapters/a", "then", results.packed(notebook), ["x"])
    file = tmp_path / "chapters--a-then.json"
    file.write_text(file.read_text().replace('"2"', '"3"'))
    assert store.cells("chapters/a", {"x"}) == {}
