"""The rules of the house: arrows go one way, chapters stay short, numbers are computed.

Each rule is a function that reads text and returns what breaks it. One test runs it over the
repository, another proves on a bad example that it can fail.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from scsreport.tables.paths import PACKAGE, ROOT

LINES = 7_300  # of the package that readers and students use
SOURCES = 1_600  # of sources/, which only authors run
CELL_LINES = 6

MEASURES = {
    "citysize",
    "collaboration",
    "connectivity",
    "definitions",
    "geometry",
    "growth",
    "inequality",
    "infrastructure",
    "typology",
}
DATA = {"added", "datasets", "paths", "schema"}
RESULTS = {
    "answers",
    "cases",
    "claims",
    "forms",
    "gaps",
    "hardsoft",
    "joint",
    "levels",
    "links",
    "literature",
}
# What each room may call; the innermost room that is listed decides. "package" is the package
# itself, for its version. A new arrow is an entry here, with a reason in the commit.
ARROWS: dict[str, set[str]] = {
    "paths": set(),
    "schema": set(),
    "datasets": {"paths", "schema"},
    "added": {"datasets", "paths", "schema"},
    **{measure: set() for measure in MEASURES},
    "collaboration": {"collaboration"},
    "connectivity": {"geometry"},
    "growth": {"geometry"},
    "typology": {"geometry", "typology"},
    "typology.world": {"datasets", "typology"},
    "answers": {"cases", "datasets", "forms", "gaps", "joint", "levels", "links", "literature"}
    | MEASURES,
    "cases": {"added", "datasets", "forms", "links", "literature"} | MEASURES,
    "forms": {"added", "datasets", "literature"} | MEASURES,
    "gaps": {"added", "datasets"} | MEASURES,
    "hardsoft": {"datasets"} | MEASURES,
    "joint": {"datasets", "forms", "links", "literature"} | MEASURES,
    "levels": {"datasets", "forms", "links", "literature"} | MEASURES,
    "links": {"datasets", "forms", "literature"} | MEASURES,
    "literature": {"added", "datasets"} | MEASURES,
    "claims": {"datasets", "answers"},
    "exhibits": {"datasets", "exhibits"} | MEASURES | RESULTS,
    "exhibits.contract": {"datasets", "exhibits.style", "exhibits.text"},
    "exhibits.style": set(),
    "exhibits.text": set(),
    "exhibits.charts": {"exhibits.style", "exhibits.text"},
    "exhibits.maps": {"exhibits.style", "geometry"},
    "book": {"datasets", "paths", "exhibits.contract", "book", "package"},
    "sources": {"sources", "cases", "forms", "gaps", "hardsoft", "joint", "levels", "links"}
    | DATA
    | MEASURES,
    "cli": {"answers", "claims", "exhibits", "book", "sources", "package"} | DATA | MEASURES,
    "__main__": {"cli"},
    "package": {"datasets"},
}
CHAPTERS = {"exhibits", "definitions", "datasets", "package"}  # what a chapter may call

FENCE = re.compile(r"^(?P<mark>`{3,}|~{3,}|:{3,})(?P<head>.*)$")
# A number in prose goes through glue. These are names, not findings.
ADMITTED = {"4.0"}  # of a licence
NUMBER = re.compile(r"\d+(?:[.,\u202f\u00a0]\d+)*")
YEAR = re.compile(r"(?:19\d\d|20\d\d|2100)")
ASIDE = re.compile(
    r"\$\$.+?\$\$|\$[^$\n]+\$"  # formulas
    r"|\{[\w:.-]+\}`[^`]*`"  # roles: citations, glue, cross-references
    r"|(`+).+?\1"  # code
    r"|<!--.*?-->|\]\([^)]*\)|<?https?://\S+"  # comments, link targets
    r"|\b[A-Z]\d+[a-z]?\b",  # ids of the ledger
    re.DOTALL,
)
# Written so that this file does not contain what it forbids.
FORBIDDEN = re.compile(
    r"pypi[.]org|pythonhosted[.]org|anaconda[.]org|npmjs[.](?:org|com)|crates[.]io|unpkg[.]com"
    r"|jsdelivr[.]net|cran[.]r-project[.]org|r-universe[.]dev|proxy[.]golang[.]org"
    r"|(?<![\w.:/<-])/(?:work|tmp|root|home|Users|mnt|opt)/\w",
    re.IGNORECASE,
)
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".in", ".cff", ".css", ".js", ".json", ".bib"}


def modules() -> dict[str, Path]:
    """Every module of the package by its name below the package."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name or "package"] = path
    return found


def chapters() -> list[Path]:
    return [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]


def written() -> list[Path]:
    """Every text file that people wrote."""
    folders = [ROOT / name for name in ("src", "tests", "chapters", "benchmarks", "data", ".ci")]
    inner = [path for folder in folders for path in folder.rglob("*")]
    files = [path for path in (*ROOT.iterdir(), *inner) if path.is_file()]
    return [path for path in files if path.suffix in TEXT or path.name == "Makefile"]


# --- arrows -----------------------------------------------------------------------------------


def imported(text: str, room: str, known: Iterable[str]) -> set[str]:
    """Modules of the package that a module (or a cell, with room "") imports, at any depth."""
    known, found = set(known), set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = ["scsreport", *room.split(".")][: -node.level]
                base = ".".join([*here, *filter(None, [base])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            top, *rest = name.split(".")
            if top != "scsreport":
                continue
            while rest and ".".join(rest) not in known:
                rest.pop()
            found.add(".".join(rest) or "package")
    return found


def listed(room: str, table: Iterable[str]) -> str | None:
    """The entry of the table for a room: its own, or that of the folder it is in."""
    table = set(table)
    parts = room.split(".")
    candidates = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in candidates if name in table), None)


def wrong_arrows(text: str, room: str, known: Iterable[str]) -> list[str]:
    home = listed(room, ARROWS)
    if home is None:
        return [f"{room}: a new room; say in ARROWS what it may import"]
    wrong = imported(text, room, known) - {room}
    wrong = {name for name in wrong if listed(name, ARROWS[home]) is None}
    return [f"{room} imports {name}; allowed: {sorted(ARROWS[home])}" for name in sorted(wrong)]


def test_arrows_go_one_way():
    rooms = modules()
    assert [w for r, p in rooms.items() for w in wrong_arrows(p.read_text("utf-8"), r, rooms)] == []


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("citysize", "from scsreport import definitions"),
        ("citysize", "from .datasets import load"),
        ("definitions", "def f():\n    import scsreport.findings.counting"),
        ("datasets", "from scsreport.claims import ledger"),
        ("exhibits.systems", "from scsreport.book import build"),
        ("exhibits.systems", "from ..sources import raw"),
        ("exhibits.contract", "from scsreport.exhibits import systems"),
        ("book.build", "from scsreport.exhibits.systems import world"),
        ("claims", "from scsreport import load"),
        ("sources.raw", "from scsreport.exhibits import style"),
        ("attic", "import math"),
    ],
)
def test_an_arrow_back_is_seen(room, text):
    assert len(wrong_arrows(text, room, {*ARROWS, *modules(), "book.build", "sources.raw"})) == 1


def test_the_package_hands_out_load_and_its_version_only():
    import scsreport

    assert set(scsreport.__all__) == {"load", "__version__"}
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    assert names == {"load"}


# --- chapters ---------------------------------------------------------------------------------


def cells(text: str) -> Iterator[tuple[int, str, bool]]:
    """Line, code and visibility of each code cell."""
    lines, row = text.splitlines(), 0
    while row < len(lines):
        fence = FENCE.match(lines[row])
        row += 1
        if not (fence and fence["head"].startswith("{code-cell}")):
            continue
        start = row
        while row < len(lines) and not lines[row].startswith(fence["mark"]):
            row += 1
        body = lines[start:row]
        options = [line for line in body if re.match(r":[\w-]+:", line)]
        code = "\n".join(line for line in body if line not in options).strip("\n")
        yield start, code, not any("remove-cell" in line for line in options)
        row += 1


def cell_faults(text: str, known: Iterable[str]) -> list[str]:
    faults = []
    for row, code, visible in cells(text):
        if visible and len(code.splitlines()) > CELL_LINES:
            faults.append(f"line {row}: {len(code.splitlines())} lines, at most {CELL_LINES}")
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
                faults.append(f"line {row}: {type(node).__name__} belongs into the package")
        calls = sorted(imported(code, "", known))
        faults += [
            f"line {row}: imports {n}, not for chapters" for n in calls if not listed(n, CHAPTERS)
        ]
    return faults


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are neither front matter, heading, label nor inside a fence."""
    text = ASIDE.sub(lambda found: "\n" * found[0].count("\n") + " ", _without_fences(text))
    for row, line in enumerate(text.splitlines(), 1):
        if not re.match(r"\s*(#|\([\w-]+\)=)", line):
            yield row, re.sub(r"^\s*\d+[.)]\s", "", line)


def _without_fences(text: str) -> str:
    kept, mark, front = [], "", text.startswith("---\n")
    for row, line in enumerate(text.splitlines()):
        fence = FENCE.match(line.strip())
        if front:
            front = not (row and line == "---")
        elif mark:
            mark = "" if line.strip() == mark else mark
        elif fence:
            mark = fence["mark"]
        else:
            kept.append(line)
            continue
        kept.append("")
    return "\n".join(kept)


def typed_numbers(text: str) -> list[str]:
    found = [
        (row, number.rstrip(".,"))
        for row, line in prose(text)
        for number in NUMBER.findall(line)
        if sum(map(str.isdigit, number)) > 1
    ]
    return [
        f"line {row}: {number} is typed by hand, glue it"
        for row, number in found
        if not YEAR.fullmatch(number) and number not in ADMITTED
    ]


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_chapters_call_and_do_not_compute(path):
    assert cell_faults(path.read_text("utf-8"), modules()) == []


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_numbers_in_prose_are_computed(path):
    assert typed_numbers(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "code",
    [
        "\n".join(f"a{n} = {n}" for n in range(7)),
        "def f(): pass",
        "class A: pass",
        "sorted(x, key=lambda y: y)",
        "from scsreport.book import build",
        "import scsreport.sources.packages",
    ],
)
def test_a_cell_that_computes_is_seen(code):
    text = f"# Title\n\n```{{code-cell}} ipython3\n:tags: [hide-input]\n\n{code}\n```\n"
    assert len(cell_faults(text, {"book", "sources.raw", "exhibits"})) == 1


def test_a_hidden_cell_may_be_long_but_not_define():
    body = "\n".join(f"a{n} = {n}" for n in range(9))
    text = f"```{{code-cell}} ipython3\n:tags: [remove-cell]\n\n{body}\n```\n"
    assert cell_faults(text, set()) == []
    assert cell_faults(text.replace("a0 = 0", "def f(): pass"), set()) != []


@pytest.mark.parametrize(
    "line",
    [
        "Some 1,360 cities.",
        "It rose by 1.5 points.",
        "About 20 % of people.",
        "In 2345 places.",
        "- 12 countries",
        "| 24 | of a table |",
        "Twice 10,000.\n```text\n99\n```",
    ],
)
def test_a_number_typed_by_hand_is_seen(line):
    assert len(typed_numbers(f"---\na: 10\n---\n\n# Title 77\n\n{line}\n")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "In 2014 (N05, D1) {glue:text}`n_99` cities {cite:p}`soo2005, x1234567`.",
        "One of 7.",
        "[link](page-123.md) and `code 456`",
        "```text\n4567\n```",
        ":::{note}\n89 of them\n:::",
        "(label-12)=",
        "<!-- 1234567 -->",
        "Under CC BY 4.0.",
        "12. a list item",
        "From 1995 to 2025.",
    ],
)
def test_names_years_and_computed_numbers_pass(line):
    assert typed_numbers(f"# Title\n\n{line}\n") == []


# --- the package ------------------------------------------------------------------------------


def habits(text: str) -> list[str]:
    """Printing, and random numbers that come from a global state."""
    faults = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name == "print":
                faults.append(f"line {node.lineno}: print(); return the value instead")
            if re.fullmatch(r"(np|numpy)\.random\.(?!default_rng|Generator)[a-z_]+", name) or (
                name in {"random.seed", "np.random.RandomState", "numpy.random.RandomState"}
            ):
                faults.append(f"line {node.lineno}: {name}; take a numpy.random.Generator")
    return faults


def docstring_faults(text: str) -> list[str]:
    """Public functions and classes at the top of a module without a numpydoc docstring."""
    faults = []
    for node in ast.parse(text).body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        doc, arguments = ast.get_docstring(node) or "", ""
        if not doc:
            faults.append(f"line {node.lineno}: {node.name} has no docstring")
            continue
        decorators = {ast.unparse(d).split("(")[0].split(".")[-1] for d in node.decorator_list}
        if isinstance(node, ast.ClassDef) or decorators & {"command", "group"}:
            continue  # the docstring of a command is its help text
        arguments = ast.unparse(node.args)
        wanted = ["Parameters"] if arguments else []
        if arguments and node.returns is not None and ast.unparse(node.returns) != "None":
            wanted.append("Returns")
        for section in wanted:
            name = "(Returns|Yields)" if section == "Returns" else section
            if not re.search(rf"^{name}\n-+$", doc, re.MULTILINE):
                faults.append(f"line {node.lineno}: {node.name} does not document {section}")
    return faults


def forbidden(text: str) -> list[str]:
    return [
        f"line {row}: {found[0]}"
        for row, line in enumerate(text.splitlines(), 1)
        if (found := FORBIDDEN.search(line))
    ]


def named(paths: Iterable[Path], rule) -> list[str]:
    """Faults of a rule in each file, with the name of the file in front."""
    return [
        f"{path.relative_to(ROOT)}, {fault}"
        for path in paths
        for fault in rule(path.read_text("utf-8"))
    ]


def test_the_package_neither_prints_nor_seeds():
    assert named(modules().values(), habits) == []


def test_public_names_are_documented():
    """Every public name says what it is; what others build on says it in full."""
    found = modules()
    full = [p for n, p in found.items() if listed(n, MEASURES | RESULTS | {"added", "datasets"})]
    brief = [path for path in found.values() if path not in full]
    assert named(full, docstring_faults) == []
    assert [f for f in named(brief, docstring_faults) if "has no docstring" in f] == []


def test_nothing_names_a_registry_or_a_machine():
    assert named(written(), forbidden) == []


def code_lines(text: str) -> int:
    """Lines that hold code: no blank line, comment or docstring counts."""
    documentation = {
        row
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for row in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    layout = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    held = {
        row
        for token in tokens
        if token.type not in layout
        for row in range(token.start[0], token.end[0] + 1)
    }
    return len(held - documentation)


def test_the_package_can_be_read_in_a_day(capsys):
    lines = {name: code_lines(path.read_text("utf-8")) for name, path in modules().items()}
    apart = {name for name in lines if name.split(".")[0] == "sources"}
    sources = sum(lines[name] for name in apart)
    total = sum(lines.values()) - sources
    with capsys.disabled():
        print(f"\n{total} of {LINES} lines of code, {sources} of {SOURCES} in sources/")  # noqa: T201
    assert total <= LINES, f"{total} lines, at most {LINES}; longest: {max(lines, key=lines.get)}"
    assert sources <= SOURCES, f"{sources} lines in sources/, at most {SOURCES}"


def test_lines_of_code_are_counted_without_words():
    text = '"""Words\nand more."""\n\n# a comment\nx = (\n    1\n)\ny = """a\nb"""\n'
    assert code_lines(text) == 5


@pytest.mark.parametrize(
    "text",
    [
        "print(1)",
        "def f():\n    np.random.seed(1)",
        "numpy.random.normal()",
        "random.seed(3)",
        "np.random.RandomState(1)",
    ],
)
def test_a_bad_habit_is_seen(text):
    assert len(habits(text)) == 1
    assert habits("rng = np.random.default_rng(1)\npprint(rng.normal())") == []


@pytest.mark.parametrize(
    "text",
    [
        "def f(): pass",
        "class A: pass",
        'def f(a) -> None:\n    """Do."""',
        'def f(*, a) -> None:\n    """Do.\n\n    Returns\n    -------\n    None\n    """',
        'def f(a) -> int:\n    """Do.\n\n    Parameters\n    ----------\n    a : int\n    """',
    ],
)
def test_a_name_without_documentation_is_seen(text):
    assert len(docstring_faults(text)) == 1


def test_private_names_and_commands_need_no_sections():
    assert docstring_faults("def _f(a): pass") == []
    assert docstring_faults('@main.command("x")\ndef f(a) -> int:\n    """Help."""') == []


@pytest.mark.parametrize(
    "text",
    ["see https://pypi.org/x", "cd /work/x", 'open("/tmp/x")', "files.pythonhosted.org"],
)
def test_a_registry_or_a_machine_is_seen(text):
    assert len(forbidden(text)) == 1
    assert forbidden("https://example.org/home/x ../tmp/y src/work/z") == []
