"""What makes a chapter run again, and what does not."""

import ast
from types import SimpleNamespace

import pytest

from scsreport.book import execution
from scsreport.tables import datasets


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
