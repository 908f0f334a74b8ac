"""Which changes of the measures and findings no test notices.

Run with ``python benchmarks/mutate.py``: it changes one operator or number at a time in a copy of
the project and runs the tests of that file, then those of all measures and findings. A change
that no test notices has survived. The choice follows the text of the lines, so that the same
changes are tried while their lines stand as they are.
"""

import argparse
import ast
import hashlib
import itertools
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "scsreport"
MEASURES = [
    *("citysize", "connectivity", "definitions", "geometry"),
    *("growth", "inequality", "infrastructure"),
]
FOLDERS = ("collaboration", "typology", "findings")
# The measures import no findings, so most of their tests cannot see a change of these.
SEE_FINDINGS = [
    "tests/findings",
    "tests/test_claims.py",
    "tests/test_examples.py",
    "tests/typology",
]
TESTS = [
    *SEE_FINDINGS,
    "tests/collaboration",
    *(f"tests/test_{name}.py" for name in MEASURES),
]
# It sees that the code of stored results has changed at all, whatever the change.
BLIND = ("--ignore", "tests/findings/test_stored.py")
FIRST_LIMIT, SECOND_LIMIT = 240, 600  # seconds; the tests take 60 and 130 on an idle machine

SWAPS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lt: ("<", ">="),
    ast.LtE: ("<=", ">"),
    ast.Gt: (">", "<="),
    ast.GtE: (">=", "<"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}

# Changes that must always be noticed: file, text, new text.
KNOWN = [
    ("growth.py", 'groups["rate"].std() / n**0.5', 'groups["rate"].std() / n'),
    ("findings/gaps.py", "SIGNIFICANCE = 0.05", "SIGNIFICANCE = 0.10"),
    ("collaboration/games.py", "TOLERANCE = 1e-8", "TOLERANCE = 1e-5"),
    ("inequality.py", "<= 1e-12 *", "<= 1e-3 *"),
]

# Survivors that change no result: file, line of code, before and after, and why.
EXPLAINED: dict[tuple[str, str, str, str], str] = {
    (
        "inequality.py",
        "rich = np.clip(np.round(upto - 1 + share, 14), 0, p)",
        "14",
        "28",
    ): "what rounding leaves there, 1e-16 of the people, is of a poorer region than the rest",
    (
        "typology/systems.py",
        "area = np.where(footprint < 0, count + np.arange(count), footprint) * (count + 1) + country",  # noqa: E501
        "+",
        "-",
    ): "each pair of area and country still has a number of its own",
    (
        "collaboration/prices.py",
        "LEAST_WEIGHT = 1e-4",
        "1e-4",
        "0.0002",
    ): "it weighs steps towards the same bound, for places without people",
}


@dataclass(frozen=True)
class Change:
    """One replacement in a file: bytes from start to end become new."""

    file: Path
    start: int
    end: int
    new: str

    def applied(self) -> bytes:
        source = self.file.read_bytes()
        return source[: self.start] + self.new.encode() + source[self.end :]

    @property
    def old(self) -> str:
        return self.file.read_bytes()[self.start : self.end].decode()

    @property
    def line(self) -> int:
        return self.file.read_bytes().count(b"\n", 0, self.start) + 1

    @property
    def code(self) -> str:
        return self.file.read_bytes().splitlines()[self.line - 1].decode().strip()

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.file.relative_to(PACKAGE).as_posix(), self.code, self.old, self.new)

    def __str__(self) -> str:
        place = f"{self.file.relative_to(ROOT)}:{self.line}"
        return f"{place}  {self.old.strip()} -> {self.new.strip()}  in: {self.code}"


def meant(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through what computes: no annotation, message or decorator (they only cache)."""
    yield node
    unmeant = {"annotation", "returns", "decorator_list"}
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if (
                field not in unmeant
                and isinstance(child, ast.AST)
                and not isinstance(child, ast.Raise | ast.JoinedStr)
            ):
                yield from meant(child)


def operators(node: ast.AST) -> Iterator[tuple[ast.expr, ast.AST, ast.expr]]:
    """Each operator of a node with what stands left and right of it."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            yield from zip([left, *others], ops, others, strict=False)
        case ast.BoolOp(op=op, values=values):
            yield from ((left, op, right) for left, right in itertools.pairwise(values))
        case ast.BinOp(left=left, op=op, right=right):
            words = (ast.JoinedStr, ast.List, ast.Tuple)
            text = any(
                isinstance(side, words)
                or (isinstance(side, ast.Constant) and isinstance(side.value, str))
                for side in (left, right)
            )
            if not text:
                yield left, op, right


def another(value: object) -> str | None:
    """Return a number or truth that is visibly another; None for anything else."""
    match value:
        case bool():
            return str(not value)
        case int() | float() if value == 0 or 1900 <= value <= 2100:  # a year
            return repr(value + 1)
        case int() | float():
            return repr(value * (1000 if 0 < value < 1e-6 else 2))  # a tolerance, or not
    return None


def changes(file: Path) -> Iterator[Change]:
    source = file.read_bytes()
    starts = [0, *itertools.accumulate(map(len, source.splitlines(keepends=True)))]

    def span(node: ast.expr) -> tuple[int, int]:
        last = (node.end_lineno or 0, node.end_col_offset or 0)
        return starts[node.lineno - 1] + node.col_offset, starts[last[0] - 1] + last[1]

    for node in meant(ast.parse(source)):
        if isinstance(node, ast.Constant) and (new := another(node.value)):
            yield Change(file, *span(node), new)
        for left, operator, right in operators(node):
            old, new = SWAPS.get(type(operator), ("", ""))
            at = source.find(old.encode(), span(left)[1], span(right)[0])
            if old and at >= 0:
                yield Change(file, at, at + len(old), new)


def every_change() -> list[Change]:
    files = [PACKAGE / f"{name}.py" for name in MEASURES]
    files += [path for name in FOLDERS for path in sorted((PACKAGE / name).glob("*.py"))]
    return [c for file in files if file.name != "stored.py" for c in changes(file)]


def drawn(seed: int, n: int) -> list[Change]:
    """Draw n changes; the draw of one does not depend on other lines."""

    def rank(change: Change) -> str:
        column = change.start - change.file.read_bytes().rfind(b"\n", 0, change.start)
        return hashlib.sha256(f"{seed} {column} {change.key}".encode()).hexdigest()

    return sorted(every_change(), key=rank)[:n]


def known() -> list[Change]:
    found = []
    for name, old, new in KNOWN:
        file = PACKAGE / name
        start = file.read_bytes().find(old.encode())
        if start < 0:
            sys.exit(f"{name}: found no {old.strip()!r}; write into KNOWN what it is now")
        found.append(Change(file, start, start + len(old.encode()), new))
    return found


def copy_of_project(folder: Path) -> Path:
    """Copy sources and tests; the rest is only read."""
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name in ("src", "tests"):
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif not path.name.startswith((".", "_build")):
            (folder / path.name).symlink_to(path)
    return folder


def failure(copy: Path, tests: list[str], limit: int) -> str | None:
    """Return the first test that fails, or None."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *BLIND, *tests]
    # bytecode is left out: it is told from its source by second and size, which may be the same
    env = os.environ | {
        "PYTHONPATH": str(copy / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SCSREPORT_DATA": str(copy / "data"),
        "SCSREPORT_USER_DATA": str(copy / "none"),
    }
    try:
        run = subprocess.run(
            command, cwd=copy, env=env, capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return f"no end within {limit} s"
    if run.returncode not in (0, 1, 2, 3, 4):  # 4: conftest.py could not be imported
        raise RuntimeError(f"pytest ended with {run.returncode}: {run.stdout}{run.stderr}")
    named = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)
    return None if run.returncode == 0 else named[1] if named else "not imported"


def first_tests(copy: Path, file: Path) -> list[str]:
    """Return the test file that mirrors a source, else the folder that does."""
    inner = file.relative_to(PACKAGE).parent
    mirrored = Path("tests") / inner / f"test_{file.name}"
    if (copy / mirrored).exists():
        return [mirrored.as_posix()]
    return [f"tests/{inner}"]


def second_tests(file: Path, first: list[str]) -> list[str]:
    tests = SEE_FINDINGS if file.parent.name == "findings" else TESTS
    return [name for name in tests if name not in first]


def noticed(copies: "queue.Queue[Path]", change: Change) -> str | None:
    """Return which test notices a change, or None."""
    copy = copies.get()
    target = copy / change.file.relative_to(ROOT)
    target.write_bytes(change.applied())
    try:
        first = first_tests(copy, change.file)
        return failure(copy, first, FIRST_LIMIT) or failure(
            copy, second_tests(change.file, first), SECOND_LIMIT
        )
    finally:
        target.write_bytes(change.file.read_bytes())
        copies.put(copy)


def chosen(args: argparse.Namespace) -> list[Change]:
    if args.known:
        return known()
    if args.only:
        name, _, line = args.only.rpartition(":")
        return [c for c in every_change() if c.file == Path(name).resolve() and c.line == int(line)]
    return drawn(args.seed, args.n)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--n", type=int, default=60, help="how many changes")
    parser.add_argument("--workers", type=int, default=2, help="how many copies at once")
    parser.add_argument("--only", metavar="FILE:LINE", help="all changes of one line")
    parser.add_argument("--known", action="store_true", help="the changes that must be noticed")
    args = parser.parse_args()
    began, tried, survived = time.monotonic(), chosen(args), []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(args.workers) as pool:
        copies: queue.Queue[Path] = queue.Queue()
        for number in range(args.workers):
            copies.put(copy_of_project(Path(folder, str(number))))
        for change, test in zip(tried, pool.map(partial(noticed, copies), tried), strict=True):
            print(f"{'noticed ' if test else 'SURVIVED'} {change}  {test or ''}", flush=True)
            survived += [] if test else [change]
    explained = [change for change in survived if change.key in EXPLAINED]
    print(
        f"\n{len(tried)} changes: {len(tried) - len(survived)} noticed, {len(survived)} survived,"
    )
    print(f"{len(explained)} of them explained; {time.monotonic() - began:.0f} s")
    for change in survived:
        print(f"{change}\n    {EXPLAINED.get(change.key, 'not explained')}")


if __name__ == "__main__":
    main()
