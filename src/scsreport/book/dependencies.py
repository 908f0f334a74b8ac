"""What the results of a chapter depend on: the code that it leads to, its words, and the tables.

Code is found by reading, not by running: from what the cells of a chapter use to the definitions
that these use, at any depth, without comments and docstrings. A module that is used as a whole
counts with all of its definitions, and so does what is named in a text, since some modules are
looked up by name. Words count by exhibit. What cannot be told apart counts for every chapter: all
tables and what reads them, words that no definition names, the lock file, the version of Python.

The ledger takes an answer from every finding, and most chapters print a verdict: by its code, a
change anywhere would run all of them again. So what it takes counts by the value that came out.
"""

import ast
import hashlib
import json
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from scsreport.book import faults, sums
from scsreport.tables import datasets, paths
from scsreport.tables.provenance import defined

__all__ = [
    "BY_VALUE",
    "NOT_EXECUTED",
    "Calls",
    "Package",
    "UnreadableError",
    "calls",
    "calls_of_each",
    "digest_of",
]

NOT_EXECUTED = {"book", "paper", "sources"}
"""Folders of the package that no chapter imports (a test sees to it)."""

BY_VALUE = "scsreport.claims.answers"
"""What takes from all findings, and counts by the value that it returns."""

DOOR = "tables/"
"""What reads tables; it counts for every chapter, as the tables do."""

EXECUTED = {".py", ".toml", ".mplstyle"}
WORDS = "exhibits/words.toml"
PUBLISH = "contract.publish"
PROSE = "prose"
REST = ""
"""Stands for the statements of a module that define nothing, and are run with any of it."""

NAME = 80
"""Letters of the longest text that may be a name."""


class UnreadableError(ValueError):
    """A file of the package that is no Python, or no TOML; the message says where."""


Definition = tuple[str, str]
"""File within the package, and name in it."""

OWN = f"{paths.PACKAGE.name}."


@dataclass(frozen=True)
class Calls:
    """What a chapter leads to.

    Parameters
    ----------
    imports : tuple of str
        Dotted names that it imports.
    published : tuple of str
        Modules whose numbers it hands to prose.
    shown : tuple of str
        Dotted names that it uses otherwise.
    """

    imports: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


def calls(cells: Iterable[str]) -> Calls:
    """Return what the cells of a chapter lead to.

    Parameters
    ----------
    cells : iterable of str
        Code; what cannot be parsed, such as a magic of IPython, leads to nothing.

    Returns
    -------
    Calls
    """
    trees = [tree for cell in cells if (tree := _parsed(cell)) is not None]
    return _calls(trees, dict(_imported_in(trees)))


def calls_of_each(cells: Sequence[str]) -> list[Calls] | None:
    """Return what each cell of a chapter leads to.

    Parameters
    ----------
    cells : sequence of str
        Code.

    Returns
    -------
    list of Calls or None
        None if one cell may depend on another by more than what it imports: if one gives a name to
        something, or cannot be parsed.
    """
    trees = [_parsed(cell) for cell in cells]
    parsed = [tree for tree in trees if tree is not None]
    if len(parsed) < len(trees) or any(map(_gives_names, parsed)):
        return None
    named = dict(_imported_in(parsed))
    return [_calls([tree], named) for tree in parsed]


def _imported_in(trees: Iterable[ast.Module]) -> Iterator[tuple[str, str]]:
    return (pair for tree in trees for pair in _imported(tree))


def _gives_names(tree: ast.Module) -> bool:
    """Return whether code gives a name to something, by other means than an import."""
    defines = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(
        isinstance(node, defines) or isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
        for node in ast.walk(tree)
    )


def _calls(trees: Iterable[ast.Module], named: Mapping[str, str]) -> Calls:
    """Return what code leads to, where names stand for what they were imported as."""
    published: list[str] = []
    shown: list[str] = []
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == PUBLISH:
                published += [part.id for part in node.args if isinstance(part, ast.Name)]
                node.args = []
        shown += _used(tree, named)
    handed = [named[own] for own in published if own in named]
    imports = tuple(sorted({*named.values()}))
    return Calls(imports, tuple(dict.fromkeys(handed)), tuple(sorted(set(shown))))


def digest_of(parts: Any) -> str:
    """Return one name for plain values.

    Parameters
    ----------
    parts : object
        What JSON can say.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Package:
    """The package as its files are now.

    Parameters
    ----------
    notes : Path
        Where what was found in each file is kept, so that a file is read again once it changed.
    common : str
        One name for what every result depends on: tables, libraries, Python.
    """

    def __init__(self, notes: Path, common: str) -> None:
        self._sums = {name: sums.of_file(file) for name, file in _files().items()}
        reader = sums.of_file(Path(__file__))  # another way of reading finds other things
        code = {name: f"{name} {content} {reader}" for name, content in self._sums.items()}
        kept, found = _kept(notes), {}
        for name in (name for name in code if name.endswith(".py")):
            found[name] = kept.get(code[name]) or _read(paths.PACKAGE / name)
        keep = {code[name]: read for name, read in found.items()}
        if keep != kept:
            notes.parent.mkdir(parents=True, exist_ok=True)
            datasets.write_atomically(notes, json.dumps(keep).encode())
        self._found: dict[str, dict[str, Any]] = found
        self._stands_for: dict[str, list[Definition]] = {}
        door = [[name, sum_] for name, sum_ in self._sums.items() if name.startswith(DOOR)]
        self._common = digest_of([common, door])

    def state(self, chapter: Calls, value: str) -> str:
        """Return one name for all that the results of a chapter depend on, its own cells aside.

        Parameters
        ----------
        chapter : Calls
            What it leads to.
        value : str
            One name for the value of what counts by it (:data:`BY_VALUE`).

        Returns
        -------
        str
            Sixteen hexadecimal digits.
        """
        shown, told = self.behind(chapter.shown), self.behind(chapter.published)
        both = shown | told
        counted = value if self._counts_by_value(both) else ""
        return digest_of([self._text(both), self._words(shown, told), counted, self._common])

    def state_of_value(self) -> str:
        """Return one name for what the value of :data:`BY_VALUE` depends on."""
        return digest_of([self._text(self.behind([BY_VALUE], whole=True)), self._common])

    def asks_for_value(self, chapter: Calls) -> bool:
        """Return whether a chapter depends on the value of :data:`BY_VALUE`."""
        return self._counts_by_value(self.behind([*chapter.shown, *chapter.published]))

    def behind(self, names: Iterable[str], *, whole: bool = False) -> set[Definition]:
        """Return all definitions that names lead to.

        Parameters
        ----------
        names : iterable of str
            Dotted names of modules, or of what is in them.
        whole : bool
            Follow also what counts by its value.

        Returns
        -------
        set of tuple
            File and name of each.
        """
        found: set[Definition] = set()
        waiting = [place for name in names for place in self._places(name)]
        while waiting:
            place = waiting.pop()
            if place in found:
                continue
            found.add(place)
            if whole or not self._counts_by_value([place]):
                uses = self._found[place[0]]["definitions"][place[1]]["uses"]
                waiting += [other for name in uses for other in self._places(name)]
        return found

    def _counts_by_value(self, places: Collection[Definition]) -> bool:
        return any(place in places for place in self._places(BY_VALUE) if place[1] != REST)

    def _places(self, name: str) -> list[Definition]:
        """Return what a name stands for: a definition, or all of a module that is used as one."""
        if name not in self._stands_for:
            self._stands_for[name] = list(self._looked_up(name))
        return self._stands_for[name]

    def _looked_up(self, name: str) -> Iterator[Definition]:
        if not name.startswith(OWN):
            return
        file, rest = self._file(name)
        if not file:
            return
        found = self._found[file]
        own, _, more = rest.partition(".")
        if own and own in found["definitions"]:
            yield from ((file, own), (file, REST))
        elif own in found["imported"]:
            target = found["imported"][own]
            yield (file, REST)
            yield from self._places(f"{target}.{more}" if more else target)
        else:
            yield from ((file, each) for each in found["definitions"])

    def _file(self, name: str) -> tuple[str, str]:
        """Return the file of the module that a name begins with, and the rest of the name."""
        words = name.split(".")[1:]
        for end in range(len(words), -1, -1):
            path = "/".join(words[:end])
            for file in (f"{path}.py", f"{path}/__init__.py".lstrip("/")):
                if file in self._found:
                    return file, ".".join(words[end:])
        return "", ""

    def _text(self, places: Iterable[Definition]) -> list[list[str]]:
        """Return the digests of definitions, and of files beside them that they name."""
        code, beside = [], set[str]()
        for file, own in places:
            found = self._found[file]["definitions"][own]
            code.append([file, own, found["text"]])
            beside |= {*self._named_by(file, found["names"])}
        data = [[name, "", self._sums[name]] for name in {*beside, *self._of_nobody} - {WORDS}]
        return sorted(code + data)

    def _named_by(self, file: str, names: Iterable[str]) -> Iterator[str]:
        """Yield the files beside a module that are named, by their name or by their ending."""
        folder, _, own = file.rpartition("/")
        for word in names:
            beside = own.replace(".py", word) if word in EXECUTED else word
            name = f"{folder}/{beside}".lstrip("/")
            if name in self._sums and not name.endswith(".py"):
                yield name

    @cached_property
    def _of_nobody(self) -> set[str]:
        """The files beside modules that no definition names: they may be anybody's."""
        claimed = {
            name
            for file, found in self._found.items()
            for definition in found["definitions"].values()
            for name in self._named_by(file, definition["names"])
        }
        return {name for name in self._sums if not name.endswith(".py")} - claimed

    @cached_property
    def _all_words(self) -> dict[str, Any]:
        return _tables(paths.PACKAGE / WORDS)

    @cached_property
    def _named_somewhere(self) -> set[str]:
        return self._names(
            (f, own) for f, found in self._found.items() for own in found["definitions"]
        )

    def _words(self, shown: Iterable[Definition], told: Iterable[Definition]) -> dict[str, Any]:
        """Return the words of what is shown, and what prose prints of all else."""
        content = self._all_words
        in_shown, in_told = (self._names(places) & content.keys() for places in (shown, told))
        anybodys = content.keys() - self._named_somewhere
        whole = {key: content[key] for key in in_shown | anybodys}
        return whole | {key: {PROSE: content[key].get(PROSE)} for key in in_told - in_shown}

    def _names(self, places: Iterable[Definition]) -> set[str]:
        found = (self._found[file]["definitions"][own]["names"] for file, own in places)
        return {name for names in found for name in names}


def _files() -> dict[str, Path]:
    """Return the files of the package that chapters run or read, by their name within it."""
    files = ((file.relative_to(paths.PACKAGE), file) for file in paths.PACKAGE.rglob("*.*"))
    return {
        name.as_posix(): file
        for name, file in sorted(files)
        if file.suffix in EXECUTED and name.parts[0] not in NOT_EXECUTED
    }


def _kept(notes: Path) -> dict[str, dict[str, Any]]:
    try:
        kept = json.loads(notes.read_text(encoding="utf-8"))
        return kept if isinstance(kept, dict) else {}
    except (OSError, ValueError):
        return {}


def _tables(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(faults.of_toml(_shown(file), error)) from error


def _shown(file: Path) -> str:
    """Return a file as messages name it."""
    return file.relative_to(paths.ROOT).as_posix() if paths.ROOT in file.parents else file.name


# --- reading a module -------------------------------------------------------------------------


def _read(file: Path) -> dict[str, Any]:
    """Return what a module imports, and what each of its definitions says, uses and names."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise UnreadableError(f"{_shown(file)}:{error.lineno}: {error.msg}") from error
    _drop_docstrings(tree)
    imported = dict(_imported(tree))
    parts: dict[str, list[ast.stmt]] = {REST: []}
    for node in tree.body:
        for own in defined(node) or [REST]:
            parts.setdefault(own, []).append(node)
    module = ".".join([paths.PACKAGE.name, *file.relative_to(paths.PACKAGE).with_suffix("").parts])
    here = {own: f"{module.removesuffix('.__init__')}.{own}" for own in parts if own != REST}
    return {
        "imported": imported,
        "definitions": {own: _definition(nodes, imported | here) for own, nodes in parts.items()},
    }


def _definition(nodes: list[ast.stmt], named: Mapping[str, str]) -> dict[str, Any]:
    whole = ast.Module(body=nodes, type_ignores=[])
    texts = {
        node.value
        for node in ast.walk(whole)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = sorted(text for text in texts if 0 < len(text) <= NAME and not text.isspace())
    by_name = [name for name in names if name.startswith(OWN) and " " not in name]
    by_group = [point.value.split(":")[0] for n in by_name for point in entry_points(group=n)]
    uses = {*_used(whole, named), *by_name, *by_group}
    return {
        "text": hashlib.sha256(ast.dump(whole).encode()).hexdigest()[:16],
        "uses": sorted(name for name in uses if name.startswith(OWN)),
        "names": names,
    }


def _drop_docstrings(tree: ast.AST) -> None:
    """Drop texts that stand as statements; nothing that is run has them."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [  # type: ignore[attr-defined]
                part
                for part in body
                if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
            ]


def _parsed(cell: str) -> ast.Module | None:
    try:
        return ast.parse(cell)
    except SyntaxError:
        return None


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield each name that is imported, at any depth, and what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                yield alias.asname or first, alias.name if alias.asname else first


def _used(tree: ast.AST, named: Mapping[str, str]) -> list[str]:
    """Return the dotted names that expressions use, as far as they stand for something known."""
    used: list[str] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        chain = _chain(node)
        if chain and (target := named.get(chain[0])):
            used.append(".".join([target, *chain[1:]]))
        elif not chain:
            waiting += ast.iter_child_nodes(node)
    return used


def _chain(node: ast.AST) -> list[str]:
    """Return the names of ``a.b.c``; none for any other expression."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return [node.id, *names] if isinstance(node, ast.Name) else []
