"""Which mistakes no test sees: constants and operators of the measures and findings, changed.

Run with ``python benchmarks/mutate.py``. It draws changes by chance (``--seed``, ``--count``), the
same number from each module as far as they go, makes one at a time in a copy of the package, runs
the tests of that module and prints those changes that every test let pass. Either a test is
missing, or the change has no effect that matters: say which, here or in the test.

Libraries do this too. mutmut and cosmic-ray change all there is to change and run all tests for
each, so a sample by module, with the tests that bear its name, would be most of this file still.
"""

import argparse
import ast
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from pathlib import Path
from queue import Queue
from tokenize import OP, TokenInfo, generate_tokens

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "scsreport"
MEASURES = (
    "citysize.py",
    "connectivity.py",
    "definitions.py",
    "geometry.py",
    "growth.py",
    "inequality.py",
    "infrastructure.py",
    "collaboration/*.py",
    "typology/*.py",
)
FINDINGS = "findings/*.py"
# Tests of the house and of the examples read every module, so they belong to none.
OF_NO_MODULE = {"test_house.py", "test_examples.py", "test_claims.py"}

COPIED = ("src", "tests", "chapters")
LINKED = ("data", "pyproject.toml", "requirements.lock", "index.md", "_config.yml", "_toc.yml")

OPERATORS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "==": "!=",
    "!=": "==",
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "&": "|",  # the "and" of frames
    "and": "or",
    "or": "and",
}
# Arguments that change how a number is shown or how long a cache is, never a result.
SHOWN_ONLY = {"digits", "decimals", "maxsize", "stacklevel"}
TOLERANCE = 1e-4  # a constant below it guards against rounding: a tenth more would mean nothing


@dataclass(frozen=True)
class Change:
    """A module with one piece of it replaced, and the line where that shows."""

    module: str  # as a path inside the package
    source: str
    line: int
    before: str
    after: str


def replace(module: str, source: str, start: int, end: int, piece: str) -> Change:
    changed = source[:start] + piece + source[end:]
    line = source.count("\n", 0, start)
    before, after = (text.splitlines()[line].strip() for text in (source, changed))
    return Change(module, changed, line + 1, before, after)


@dataclass(frozen=True)
class Outcome:
    change: Change
    result: str  # "caught", "survived" or "out of time"
    seconds: float


# What can be changed


class Finder(ast.NodeVisitor):
    """Collect the changes that one module offers."""

    def __init__(self, module: str, source: str) -> None:
        self.module = module
        self.source = source
        self.changes: list[Change] = []
        self.lines = source.splitlines(keepends=True)
        self.offsets = np.cumsum([0, *(len(line) for line in self.lines)]).tolist()
        self.tokens = list(generate_tokens(StringIO(source).readline))
        self.visit(ast.parse(source))

    # What is no part of a result: words, types, decorators, the message of an error, the list of
    # public names. Strings are never changed, so docstrings need no rule; the places of f-strings
    # are wrong before Python 3.12.

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        pass

    def visit_Raise(self, node: ast.Raise) -> None:
        pass

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if "__all__" not in names:
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        for statement in node.body:
            self.visit(statement)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            self.visit(statement)

    def visit_keyword(self, node: ast.keyword) -> None:
        # zip(strict=True) is a guard: on right input it changes nothing.
        if node.arg not in SHOWN_ONLY | {"strict"}:
            self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)
        if not any(is_zero_or_one(part) for part in ast.walk(node.slice)):
            self.visit(node.slice)

    # What is changed

    def visit_Constant(self, node: ast.Constant) -> None:
        after = other_constant(node.value)
        if after is not None:
            start = self.position(node.lineno, node.col_offset)
            end = self.position(node.end_lineno, node.end_col_offset)
            self.replace(start, end, after)

    def visit_Compare(self, node: ast.Compare) -> None:
        for left, right in pairwise([node.left, *node.comparators]):
            self.operator_between(left, right)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if not (is_text(node.left) or is_text(node.right)):
            self.operator_between(node.left, node.right)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in pairwise(node.values):
            self.operator_between(left, right)
        self.generic_visit(node)

    def operator_between(self, left: ast.expr, right: ast.expr) -> None:
        """Change the one operator between two operands; the tree does not say where it stands."""
        start = self.position(left.end_lineno, left.end_col_offset)
        end = self.position(right.lineno, right.col_offset)
        for token in self.tokens:
            place = self.offsets[token.start[0] - 1] + token.start[1]
            if start <= place < end and is_operator(token):
                self.replace(place, place + len(token.string), OPERATORS[token.string])

    def replace(self, start: int, end: int, piece: str) -> None:
        self.changes.append(replace(self.module, self.source, start, end, piece))

    def position(self, line: int | None, column: int | None) -> int:
        """Turn a line and a column of bytes into a place in the text."""
        assert line is not None and column is not None
        before = self.lines[line - 1].encode()[:column].decode()
        return self.offsets[line - 1] + len(before)


def is_operator(token: TokenInfo) -> bool:
    return token.string in OPERATORS and (token.type == OP or token.string in {"and", "or"})


def is_zero_or_one(node: ast.AST) -> bool:
    # Other first rows or columns are often the same by symmetry.
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value in {0, 1}


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def other_constant(value: object) -> str | None:
    """Return what to put for a constant: a tenth more, the other truth, the next integer."""
    match value:
        case bool():
            return str(not value)
        case int():
            return str(value + 1 + abs(value) // 10)
        case float() if value == 0:
            return "0.1"
        case float() if value < TOLERANCE:
            return repr(value * 1e5)
        case float():
            return repr(round(value * 1.1, 12))
    return None


def modules(chosen: list[str]) -> list[str]:
    """Return the modules to change, as paths inside the package."""
    found = sorted(
        str(file.relative_to(PACKAGE))
        for pattern in (*MEASURES, FINDINGS)
        for file in PACKAGE.glob(pattern)
        if file.name != "__init__.py"
    )
    unknown = set(chosen) - set(found)
    if unknown:
        sys.exit(f"No measure or finding {sorted(unknown)}. There are: {', '.join(found)}")
    return chosen or found


def choose(copy: Path, chosen: list[str], count: int, seed: int) -> list[Change]:
    package = copy / "src" / "scsreport"
    names = modules(chosen)
    offers = {name: Finder(name, (package / name).read_text()).changes for name in names}
    changes = draw(offers, count, np.random.default_rng(seed))
    print(f"{len(changes)} of {sum(map(len, offers.values()))} possible changes, seed {seed}")
    return changes


def draw(offers: dict[str, list[Change]], count: int, rng: np.random.Generator) -> list[Change]:
    """Draw changes without looking: one of each module in turn, until there are enough."""
    orders = {name: rng.permutation(len(offers[name])) for name in offers}
    turns = [
        (turn, float(rng.random()), offers[name][place])
        for name, order in orders.items()
        for turn, place in enumerate(order)
    ]
    turns.sort(key=lambda entry: entry[:2])
    return [change for _, _, change in turns[:count]]


# Which tests belong to a module


def tests_of(module: str) -> list[str]:
    """Return the tests of a module, those of the same name first."""
    place = Path(module)
    mirror = Path("tests") / place.with_name(f"test_{place.name}")
    named = [mirror] if (ROOT / mirror).exists() else tests_that_import(place)
    if place.parts[0] == "findings":
        of_exhibits = Path("tests", "exhibits", mirror.name)
        named += [of_exhibits] if (ROOT / of_exhibits).exists() else []
        named.append(Path("tests", "test_claims.py"))
    return [str(file) for file in dict.fromkeys(named)]


def tests_that_import(module: Path) -> list[Path]:
    """Return the tests that import a module which has no tests of its own."""
    parent = ".".join(("scsreport", *module.parent.parts))
    files = [file for file in sorted(ROOT.glob("tests/**/test_*.py")) if "site" not in file.parts]
    return [
        file.relative_to(ROOT)
        for file in files
        if file.name not in OF_NO_MODULE and imports(file, parent, module.stem)
    ]


def imports(file: Path, parent: str, name: str) -> bool:
    """Say whether a file has ``from <parent>.<name> import`` or ``from <parent> import <name>``."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if node.module == f"{parent}.{name}" or (node.module == parent and name in names):
                return True
    return False


# Copies of the project, so that the working tree is never touched


@contextmanager
def copies(number: int) -> Iterator[list[Path]]:
    """Lay out copies of the project, one for each run at a time, and take them away again."""
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        laid_out = [Path(folder, str(index)) for index in range(number)]
        for copy in laid_out:
            # All from the first one: the working tree may change meanwhile.
            original = ROOT if copy == laid_out[0] else laid_out[0]
            for name in COPIED:
                shutil.copytree(original / name, copy / name)
            for name in LINKED:
                (copy / name).symlink_to(ROOT / name)
        # The tests of official files look for these beside the project.
        if (ROOT.parent / "shared").exists():
            Path(folder, "shared").symlink_to(ROOT.parent / "shared")
        yield laid_out


def passes(copy: Path, tests: list[str], limit: float) -> bool | None:
    """Run tests on a copy and say whether all passed; None if the time was up."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",  # a change within the same second would be overlooked
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-m",
        "not site",
        "-p",
        "no:cacheprovider",
    ]
    process = subprocess.Popen(
        [*command, "--hypothesis-seed=0", *tests],
        cwd=copy,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that what the tests start ends with them
    )
    try:
        return process.wait(limit) == 0
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def attempt(change: Change, free: "Queue[Path]", limit: float) -> Outcome:
    """Make one change in a free copy, run the tests of its module and undo it."""
    copy = free.get()
    file = copy / "src" / "scsreport" / change.module
    source = file.read_text()
    begun = time.perf_counter()
    try:
        file.write_text(change.source)
        passed = passes(copy, tests_of(change.module), limit)
    finally:
        file.write_text(source)
        free.put(copy)
    result = {True: "survived", False: "caught", None: "out of time"}[passed]
    return Outcome(change, result, time.perf_counter() - begun)


def fault_unchanged(module: str, free: "Queue[Path]", limit: float) -> str:
    """Run the tests of a module as it is and say what is wrong, if anything."""
    tests = tests_of(module)
    if not tests:
        return "no test imports it"
    copy = free.get()
    try:
        passed = passes(copy, tests, limit)
    finally:
        free.put(copy)
    return {True: "", False: "its tests fail unchanged", None: "its tests take too long"}[passed]


# What is said


def describe(change: Change) -> str:
    place = f"src/scsreport/{change.module}:{change.line}"
    return f"{place}\n    - {change.before}\n    + {change.after}"


def report(outcomes: list[Outcome], broken: dict[str, str]) -> None:
    print(f"\n{'Module':34} {'Changed':>7} {'Caught':>7} {'Seconds':>8}")
    for module in sorted({outcome.change.module for outcome in outcomes}):
        own = [outcome for outcome in outcomes if outcome.change.module == module]
        caught = sum(outcome.result == "caught" for outcome in own)
        seconds = sum(outcome.seconds for outcome in own)
        print(f"{module:34} {len(own):7} {caught:7} {seconds:8.0f}")
    for result, title in (("survived", "No test saw"), ("out of time", "Not decided in time")):
        left = [outcome.change for outcome in outcomes if outcome.result == result]
        print(f"\n{title}: {len(left)} of {len(outcomes)}")
        for change in sorted(left, key=lambda change: (change.module, change.line)):
            print(describe(change))
    for module, reason in broken.items():
        print(f"\nNot tried: {module}: {reason}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="which changes are drawn")
    parser.add_argument("--count", type=int, default=60, help="how many changes")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    parser.add_argument("--limit", type=float, default=120, help="seconds for one run of tests")
    parser.add_argument("--module", action="append", default=[], help="e.g. findings/gaps.py")
    parser.add_argument("--list", action="store_true", help="print the changes and try none")
    given = parser.parse_args()

    with copies(given.jobs) as laid_out, ThreadPoolExecutor(given.jobs) as pool:
        changes = choose(laid_out[0], given.module, given.count, given.seed)
        if given.list:
            print("\n".join(map(describe, changes)))
            return
        free: Queue[Path] = Queue()
        for copy in laid_out:
            free.put(copy)
        touched = sorted({change.module for change in changes})
        faults = pool.map(lambda module: fault_unchanged(module, free, given.limit), touched)
        broken = {module: fault for module, fault in zip(touched, faults, strict=True) if fault}
        sound = [change for change in changes if change.module not in broken]
        outcomes = []
        for outcome in pool.map(lambda change: attempt(change, free, given.limit), sound):
            seconds = f"{outcome.seconds:5.0f} s"
            print(f"{outcome.result:12}{seconds}  {outcome.change.module}", flush=True)
            outcomes.append(outcome)
    report(outcomes, broken)


if __name__ == "__main__":
    main()
