"""What a stored result was made from: the code behind its function, and the bytes of its inputs.

A result that takes minutes is kept in ``data/``. It is stale once the code that made it, or a table
that it was made from, is no longer the same. Both are kept as digests in ``data/provenance.json``.

The code behind a function is found by reading, not by running: its own text, that of every
definition of this package that it names, and so on. Comments, docstrings and spacing do not count,
nor does the door to the tables, which hands out bytes that are compared themselves.
"""

import ast
import hashlib
import io
import json
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scsreport.tables import datasets, paths
from scsreport.tables.schema import Problem

__all__ = [
    "code_behind",
    "code_digest",
    "defined",
    "digests",
    "record",
    "remember",
    "stale",
    "tables_named",
]

DOOR = "scsreport.tables"
"""What reads tables; its code is left out."""

TEXTS = (".toml",)
"""Endings of files beside a module that count as its code where it reads them."""


@dataclass(frozen=True)
class Module:
    """The definitions of a module, and the names that it takes from elsewhere."""

    name: str
    lines: tuple[str, ...]
    definitions: Mapping[str, tuple[ast.stmt, ...]]
    imported: Mapping[str, str]


def code_digest(function: str) -> str:
    """Return one name for all code behind a function.

    Parameters
    ----------
    function : str
        Dotted, such as ``scsreport.findings.access.access``.

    Returns
    -------
    str
        Sixteen hexadecimal digits, the same on every version of Python.

    Raises
    ------
    KeyError
        If there is no such function.
    """
    total = hashlib.sha256()
    for name, text in sorted(code_behind(function).items()):
        total.update(f"{name}\0{text}\n".encode())
    return total.hexdigest()[:16]


def code_behind(function: str) -> dict[str, str]:
    """Return the text of every definition that a function leads to.

    Parameters
    ----------
    function : str
        Dotted.

    Returns
    -------
    dict
        Text without comments, docstrings and spaces, by dotted name.

    Raises
    ------
    KeyError
        If there is no such function.
    """
    if _home(function) is None:
        raise KeyError(f"{function} is no definition of this package")
    found: dict[str, str] = {}
    waiting = [function]
    while waiting:
        home = _resolve(waiting.pop())
        if home is None:
            continue
        module, own = home
        name = f"{module.name}.{own}"
        if name in found:
            continue
        found[name] = "".join(_bare_text(module, node) for node in module.definitions[own])
        found |= _files_read(module, own)
        waiting += _names_used(module, own)
    return found


def tables_named(function: str) -> set[str]:
    """Return the tables that the code behind a function loads by a name written out.

    Parameters
    ----------
    function : str
        Dotted.

    Returns
    -------
    set of str
    """
    calls = (
        node
        for name in code_behind(function)
        if (home := _home(name)) is not None
        for node in _inner(*home)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "load"
    )
    arguments = (call.args[0] for call in calls if call.args)
    return {
        argument.value
        for argument in arguments
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def record() -> dict[str, dict[str, str]]:
    """Return what each stored result was made from: digests by input, and of the ``code``."""
    if not paths.PROVENANCE.exists():
        return {}
    content: dict[str, dict[str, str]] = json.loads(paths.PROVENANCE.read_text(encoding="utf-8"))
    return content


def remember(result: str, made_from: Mapping[str, str]) -> None:
    """Write down what a stored result was made from.

    Parameters
    ----------
    result : str
        Its name.
    made_from : mapping of str to str
        Digests, as of :func:`digests`.
    """
    content = dict(sorted((record() | {result: dict(made_from)}).items()))
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    datasets.write_atomically(paths.PROVENANCE, text.encode())


def digests(function: str, inputs: Iterable[str]) -> dict[str, str]:
    """Return the digests of today's code and tables.

    Parameters
    ----------
    function : str
        Dotted name of what makes the result.
    inputs : iterable of str
        Tables of ``data/``.

    Returns
    -------
    dict
        ``code``, and one digest per table.
    """
    tables = {name: datasets.resource(name).sha256[:16] for name in inputs}
    return {"code": code_digest(function), **tables}


def stale(result: str, function: str, inputs: Iterable[str]) -> list[Problem]:
    """Compare what a stored result was made from with what there is today.

    Parameters
    ----------
    result : str
        Its name.
    function : str
        Dotted name of what makes it.
    inputs : iterable of str
        Tables of ``data/``.

    Returns
    -------
    list of Problem
        One for each input that has changed; empty when the result is up to date.
    """
    before, today = record().get(result, {}), digests(function, inputs)
    changed = [name for name, digest in today.items() if before.get(name) != digest]
    expected = "today's; run `make results`"
    return [
        Problem(f"stored result {result}", None, None, _said(name, function), expected)
        for name in changed
    ]


def _said(name: str, function: str) -> str:
    return f"other code of {function}" if name == "code" else f"another table {name}"


def _file(module: str) -> Path:
    parts = module.split(".")[1:]
    folder = paths.PACKAGE.joinpath(*parts)
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")


@cache
def _module(name: str) -> Module | None:
    """Read a module of this package; None if it is none, or belongs to the door."""
    if name.split(".")[0] != "scsreport" or name.startswith(DOOR) or not _file(name).is_file():
        return None
    text = _file(name).read_text(encoding="utf-8")
    tree = ast.parse(text)
    definitions: dict[str, tuple[ast.stmt, ...]] = {}
    for node in tree.body:
        for own in defined(node):
            definitions[own] = (*definitions.get(own, ()), node)
    lines = tuple(text.splitlines())
    return Module(name, lines, definitions, dict(_imports(tree)))


def defined(node: ast.stmt) -> list[str]:
    """Return the names that a statement at the top of a module gives a value.

    Parameters
    ----------
    node : ast.stmt
        A definition or an assignment; any other statement gives none.

    Returns
    -------
    list of str
    """
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        targets = [node.target]
    inner = (part for target in targets for part in ast.walk(target))
    return [part.id for part in inner if isinstance(part, ast.Name)]


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield each name that a module imports, at any depth, and what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname or alias.name.split(".")[0]), alias.name


def _home(name: str) -> tuple[Module, str] | None:
    """Return the module in which a dotted name is defined, and its name there."""
    place, _, own = name.rpartition(".")
    module = _module(place)
    if module is None:
        return None
    if own in module.definitions:
        return module, own
    return _home(module.imported[own]) if own in module.imported else None


def _resolve(name: str) -> tuple[Module, str] | None:
    """Return the definition that a dotted name leads to, or begins with."""
    while "." in name:
        if home := _home(name):
            return home
        name = name.rpartition(".")[0]
    return None


def _names_used(module: Module, own: str) -> Iterator[str]:
    """Yield the dotted names of this package that a definition leads to."""
    for node in _inner(module, own):
        if isinstance(node, ast.Name):
            yield from _dotted(module, node.id)
        elif isinstance(node, ast.Attribute):
            yield from _dotted(module, ast.unparse(node))


def _dotted(module: Module, text: str) -> Iterator[str]:
    first, _, rest = text.partition(".")
    if first in module.definitions:
        yield f"{module.name}.{first}"
    elif target := module.imported.get(first):
        yield f"{target}.{rest}" if rest else target


def _bare_text(module: Module, node: ast.stmt) -> str:
    """Return the text of a definition without comments, docstrings and spaces."""
    decorators = getattr(node, "decorator_list", [])
    start = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    kept = dict(enumerate(module.lines[start - 1 : node.end_lineno], start))
    for inner in ast.walk(node):
        if isinstance(inner, ast.Expr) and _is_text(inner.value):
            for line in range(inner.lineno, (inner.end_lineno or inner.lineno) + 1):
                kept[line] = ""
    rows = list(kept.values())
    for row, column in _comments(rows):
        rows[row] = rows[row][:column]
    return "".join("".join(rows).split())


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _comments(rows: list[str]) -> list[tuple[int, int]]:
    """Return row and column at which each comment begins."""
    text = io.StringIO("\n".join(rows) + "\n")
    tokens = tokenize.generate_tokens(text.readline)
    return [
        (token.start[0] - 1, token.start[1]) for token in tokens if token.type == tokenize.COMMENT
    ]


def _files_read(module: Module, own: str) -> dict[str, str]:
    """Return the texts beside a module that a definition reads, by the name of the file."""
    inner = list(_inner(module, own))
    if not any(isinstance(node, ast.Name) and node.id == "__file__" for node in inner):
        return {}
    words = {node.value for node in inner if isinstance(node, ast.Constant)}
    file = _file(module.name)
    endings = [ending for ending in TEXTS if ending in words]
    named = [word for word in words if isinstance(word, str) and Path(word).suffix in TEXTS]
    files = [file.with_suffix(ending) for ending in endings] + [file.parent / n for n in named]
    return {f"{module.name}: {text.name}": text.read_text("utf-8") for text in files}


def _inner(module: Module, own: str) -> Iterator[ast.AST]:
    """Yield every node of a definition."""
    for definition in module.definitions[own]:
        yield from ast.walk(definition)
