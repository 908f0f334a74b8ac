"""What makes a chapter run again, and what does not."""

import ast
import os
from types import SimpleNamespace

import nbformat
import pytest
from nbformat import v4

from scsreport.book import execution
from scsreport.tables import datasets, paths


@pytest.mark.parametrize(
    "name", ["src/scsreport/a.py", "src/scsreport/b.py", "data/t.csv", "requirements.lock"]
)
def test_what_a_result_depends_on_changes_its_cache(house, name):
    before = execution.digest(execution.executed())
    (house / name).write_text("2")
    assert execution.digest(execution.executed()) != before


@pytest.mark.parametrize(
    "name", ["src/scsreport/book/x.py", "chapters/c.md", "README.md", "data/unlisted.csv"]
)
def test_prose_and_layout_execute_nothing(house, name):
    before = execution.digest(execution.executed())
    (house / name).write_text("2")
    assert execution.digest(execution.executed()) == before


def test_nothing_executed_imports_what_the_cache_leaves_out():
    for file in execution.executed():
        if file.suffix != ".py" or file.name in ("cli.py", "__main__.py"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                assert name.split(".")[:2] not in (
                    [["scsreport", folder] for folder in execution.NOT_EXECUTED]
                ), f"{file.name} imports {name}"


def test_bytecode_is_no_change(house):
    (house / "src/scsreport/book/x.py").write_text("1")
    before = execution.digest([*execution.executed(), *execution.layout()])
    (house / "src/scsreport/book/__pycache__").mkdir()
    (house / "src/scsreport/book/__pycache__/x.cpython-311.pyc").write_text("1")
    assert execution.digest([*execution.executed(), *execution.layout()]) == before


def test_a_name_outside_the_project_says_nothing_of_where(house, tmp_path_factory):
    names = []
    for folder in ("a", "b/c"):
        file = tmp_path_factory.mktemp("readers") / folder / "added.parquet"
        file.parent.mkdir(parents=True)
        file.write_text("1")
        names.append(execution.digest([file]))
    assert names[0] == names[1]


@pytest.mark.parametrize("harm", ["folder", "altered", "missing"])
def test_a_table_that_is_not_the_published_one_is_named(house, monkeypatch, harm):
    table = house / "data" / "t.csv"
    if harm != "altered":
        table.unlink()
    if harm == "folder":
        table.mkdir()
    entry = SimpleNamespace(file=table, label="data/t.csv", intact=False)
    monkeypatch.setattr(datasets, "resources", lambda: {"t": entry})
    with pytest.raises(execution.BookError, match=r"changed or missing in the data: data/t\.csv"):
        execution.check_data()


def test_a_manifest_that_cannot_be_read_is_told_without_a_traceback(monkeypatch):
    def broken():
        raise datasets.DataError("data/datapackage.json cannot be read")

    monkeypatch.setattr(datasets, "resources", broken)
    with pytest.raises(execution.BookError, match=r"datapackage\.json cannot be read"):
        execution.check_data()


# --- stored results ---------------------------------------------------------------------------


@pytest.fixture
def notebook():
    """Return a notebook as if executed."""
    cell = v4.new_code_cell("1 + 1", outputs=[v4.new_output("execute_result", {"text/plain": "2"})])
    return v4.new_notebook(cells=[cell])


@pytest.fixture
def cache(tmp_path, notebook):
    """Return a cache that holds the notebook."""
    folder = tmp_path / "state"
    folder.mkdir()
    with execution._opened(folder) as cache:
        execution._store(cache, notebook, str(tmp_path / "page.md"), 1.0)
        yield cache


def test_a_stored_notebook_is_found(cache, notebook):
    with execution._opened(cache.path) as again:
        assert execution._stored(again, notebook)


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_text(file.read_text().replace('"2"', '"3"')),
        lambda file: file.write_text(file.read_text()[:40]),
        lambda file: file.write_text(""),
        lambda file: file.unlink(),
        lambda file: file.with_name(file.name + execution.SUM).unlink(),
    ],
    ids=["altered", "cut", "empty", "removed", "killed before the sum"],
)
def test_a_stored_notebook_that_was_harmed_is_not_taken_and_can_be_stored_again(
    cache, notebook, harm, tmp_path
):
    harm(next(cache.path.rglob("base.ipynb")))
    assert not execution._stored(cache, notebook)
    execution._store(cache, notebook, str(tmp_path / "page.md"), 1.0)
    assert execution._stored(cache, notebook)
    assert nbformat.read(next(cache.path.rglob("base.ipynb")), 4).cells[0].outputs[0].data


@pytest.mark.parametrize("harm", [b"", b"x" * 4096, "cut"], ids=["empty", "rubbish", "cut"])
def test_a_database_that_was_harmed_is_begun_anew(cache, notebook, harm, tmp_path):
    database = cache.path / "global.db"
    database.write_bytes(database.read_bytes()[:1000] if harm == "cut" else harm)
    with execution._opened(cache.path) as begun:
        assert not execution._stored(begun, notebook)
        execution._store(begun, notebook, str(tmp_path / "page.md"), 1.0)
    with execution._opened(cache.path) as again:
        assert execution._stored(again, notebook)


def test_no_connection_to_the_cache_is_left_open(cache, notebook):
    with execution._opened(cache.path) as opened:
        execution._stored(opened, notebook)
    assert opened.db.pool.checkedin() == 0


def test_the_state_in_use_is_never_thrown_away(house, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "EXECUTION", tmp_path / "execution")
    monkeypatch.setattr(execution, "check_data", lambda: None)
    config = {}
    for number in range(5):  # states of the future: the clock was set back
        (paths.EXECUTION / f"future-{number}").mkdir(parents=True)
        os.utime(paths.EXECUTION / f"future-{number}", (4e9 + number, 4e9 + number))
    execution._choose_cache(None, config)
    left = {folder.name for folder in paths.EXECUTION.iterdir()}
    now = paths.EXECUTION / execution.digest(execution.executed())
    assert left == {now.name, "future-3", "future-4"}
    assert config["nb_execution_cache_path"] == str(now)
