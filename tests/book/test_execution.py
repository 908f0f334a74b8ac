"""What makes a chapter run again, and what does not."""

import ast

import pytest

from scsreport.book import execution


@pytest.mark.parametrize(
    "name", ["src/scsreport/a.py", "src/scsreport/b.py", "data/t.csv", "requirements.lock"]
)
def test_what_a_result_depends_on_changes_its_cache(house, name):
    before = execution.digest(execution.executed())
    (house / name).write_text("2")
    assert execution.digest(execution.executed()) != before


@pytest.mark.parametrize("name", ["src/scsreport/book/x.py", "chapters/c.md", "README.md"])
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
