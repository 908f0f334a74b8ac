"""Every public function that others build on has an example, and every example runs."""

import ast
import doctest
import importlib
import inspect
import re

import pandas as pd
import pytest

from scsreport.exhibits import gaps
from scsreport.exhibits.contract import Exhibit
from scsreport.tables.paths import ROOT

PAGE = (ROOT / "chapters" / "api.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"automodule:: (\S+)\n((?:   :.*\n)*)", PAGE)
MODULES = [name for name, _ in SHOWN]
BLOCKS = [
    block
    for page in sorted((ROOT / "chapters").glob("*.md"))
    for block in re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.S | re.M)
]


def public(name, options):
    """Return the functions of a module that the page shows."""
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    named = re.search(r":members: ?(.*)", options)[1].replace(",", " ").split()
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and (node.name in named if named else node.name[0] != "_")
    ]


def without_example(functions):
    return [f.name for f in functions if "Examples\n---" not in (ast.get_docstring(f) or "")]


@pytest.mark.parametrize(("name", "options"), SHOWN, ids=MODULES)
def test_every_function_has_an_example(name, options):
    functions = public(name, options)
    assert functions and without_example(functions) == []


@pytest.mark.parametrize("name", MODULES)
def test_every_example_runs(name):
    result = doctest.testmod(
        importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    )
    assert result.attempted > 0 and result.failed == 0


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_block_of_code_on_a_page_runs(block):
    names = {}
    *before, last = ast.parse(block).body
    exec(compile(ast.Module(before, []), "block", "exec"), names)
    if isinstance(last, ast.Expr):
        found = eval(compile(ast.Expression(last.value), "block", "eval"), names)
        assert found is not None
        assert not isinstance(found, pd.DataFrame | pd.Series) or len(found)
        assert not isinstance(found, Exhibit) or found.payload()["title"]
    else:
        exec(compile(ast.Module([last], []), "block", "exec"), names)
    assert len(names) > 1


def test_every_exercise_has_a_solution_and_every_box_is_run():
    page = (ROOT / "chapters" / "exercises.md").read_text("utf-8")
    sections = page.split("\n## ")[1:]
    assert len(sections) >= 13
    for section in sections:
        assert section.count(":::{dropdown} ") == 3
        box, *solutions = re.findall(r"^```python\n(.*?)^```", section, re.S | re.M)
        (run,) = re.findall(r"^```{code-cell}.*?\n\n(.*?)^```", section, re.S | re.M)
        assert len(solutions) == 3
        assert box.endswith(run)


def test_the_example_of_an_exhibit_runs():
    found = doctest.DocTestFinder().find(gaps.changes, globs={"changes": gaps.changes})
    assert doctest.DocTestRunner().run(found[0]) == doctest.TestResults(0, 1)


def test_a_function_without_example_is_seen():
    functions = ast.parse('def f():\n    """Do."""').body
    assert without_example(functions) == ["f"]
