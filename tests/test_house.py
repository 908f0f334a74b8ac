"""The rules of the house: arrows go one way, chapters stay short, numbers are computed.

Each rule is a function that reads text and returns what breaks it. One test runs it over the
repository, another proves on a bad example that it can fail.
"""

import ast
import contextlib
import functools
import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from scsreport.tables.paths import PACKAGE, ROOT

CELL_LINES = 6

ROOMS, FLOORS = 26, 8  # at most, at the top of the package

MEASURES = {
    "citysize",
    "collaboration",
    "connectivity",
    "credibility",
    "definitions",
    "geometry",
    "growth",
    "inequality",
    "infrastructure",
    "networks",
    "typology",
}
# What each room may call; the innermost room that is listed decides. "package" is the package
# itself, for its version. A new arrow is an entry here, with a reason in the commit.
ARROWS: dict[str, set[str]] = {
    "checks": set(),
    "output": set(),
    **{measure: {"checks"} for measure in MEASURES},
    "collaboration": {"checks", "collaboration"},
    "connectivity": {"checks", "geometry"},
    "credibility": {"checks", "geometry"},
    "growth": {"checks", "geometry"},
    "networks": {"checks", "geometry", "networks"},
    "typology": {"checks", "geometry", "typology"},
    "tables": {"tables"},
    "tables.paths": set(),
    "tables.schema": set(),
    "sources": {"sources", "tables", "geometry"},
    "parts": {"checks", "parts", "tables"},
    "findings": {"checks", "findings", "parts", "tables"} | MEASURES,
    "findings.answer": set(),
    "claims": {"checks", "findings", "tables"},
    "trial": {"claims", "findings", "tables"},
    "dataset": {"dataset", "definitions", "findings", "output", "package", "tables"},
    "dataset.folder": {"tables"},
    "exhibits": {"checks", "claims", "dataset", "exhibits", "findings", "tables"} | MEASURES,
    "exhibits.arguments": set(),
    "exhibits.contract": {
        *("exhibits.arguments", "exhibits.pictures", "exhibits.said", "exhibits.style"),
        *("exhibits.text", "output", "tables"),
    },
    "exhibits.pictures": {"exhibits.style"},
    "exhibits.blocks": set(),
    "exhibits.style": set(),
    "exhibits.grammar": set(),
    "exhibits.pages": {"exhibits.said", "exhibits.switch"},
    "exhibits.said": {"exhibits.grammar"},
    "exhibits.switch": set(),
    "exhibits.text": {"exhibits.grammar", "exhibits.said"},
    "exhibits.charts": {"exhibits.style", "exhibits.text"},
    "exhibits.maps": {"exhibits.style", "geometry"},
    "book": {"book", "exhibits.contract", "output", "package", "tables"},
    "paper": {"book", "paper", "tables"},
    "brief": {
        *("brief", "definitions", "exhibits", "findings", "geometry", "package", "parts", "tables"),
        *("citysize", "connectivity", "inequality", "typology"),
    },
    "brief.faults": {"tables"},
    "brief.schemas": {"tables"},
    "brief.writing": {"brief.faults"},
    "cli": {
        *("book", "brief", "claims", "dataset", "exhibits.text", "findings"),
        *("output", "package", "paper", "parts", "tables", "trial"),
    },
    "__main__": {"cli"},
    "package": {"tables"},
}
# Each holds whatever the list above says: no entry there may open one of these doors.
NEVERS = {
    "a measure reaches no table, finding, exhibit or book": (
        MEASURES,
        {"tables", "findings", "claims", "exhibits", "book", "paper", "sources"},
    ),
    "a source reaches no finding": ({"sources"}, {"findings", "claims", "exhibits", "book"}),
    "a table is reached, and reaches nothing": (
        {"tables"},
        {"findings", "claims", "exhibits", "book", "sources"} | MEASURES,
    ),
    "a finding knows no ledger and no exhibit": (
        {"findings"},
        {"claims", "exhibits", "book", "sources"},
    ),
    "the book knows exhibits by their contract": (
        {"book"},
        {"findings", "claims", "sources"} | MEASURES,
    ),
}
CHAPTER_WORDS = {
    "systems-of-secondary-cities": "systems",
    "three-spatial-forms": "forms",
    "growth-and-change": "growth",
    "gaps": "gaps",
    "connectivity": "connectivity",
    "networks": "networks",
    "beyond-roads": "external_factors",
    "hard-and-soft-infrastructure": "infrastructure",
    "collaboration": "collaboration",
    "investing-at-four-levels": "levels",
    "cases": "cases",
    "figures-of-the-literature": "literature",
    "what-to-do": "advice",
    "data": "credibility",
    "your-country": "profiles",
    "all-cities": "explorer",
    "link-laboratory": "laboratory",
    "beyond-one-machine": "scale",
}
"""The one word of each chapter: its exhibits, its finding and its keys bear it."""

BESIDE = {
    "data": ["dataset"],
    "gaps": ["world_gaps"],
    "systems-of-secondary-cities": ["credibility", "rules"],
    "three-spatial-forms": ["rules"],
    "connectivity": ["rules"],
    "figures-of-the-literature": ["rules"],
    "all-cities": ["rules"],
}
"""Chapters that draw on further modules, which are about more than one of them."""

MATRICES = {"sources/degurba_grid.py"}  # where rows of numbers keep their places
GLUED = 3  # keys in one sentence, at most
SENTENCE_END = re.compile(r"[.!?](?:\*\*|[)”\"'*_])*\s+(?=[A-Z“(\"*`{\[])")
ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|cf|vs|[A-Z])\.$")
# What a chapter may call; thresholds, of the typology, are arguments of exhibits.
CHAPTERS = {"exhibits", "definitions", "tables", "typology", "package"}

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


def broken_nevers(text: str, room: str, known: Iterable[str]) -> list[str]:
    top = room.split(".")[0]
    reached = {name.split(".")[0] for name in imported(text, room, known)}
    return [
        f"{room} imports {name}: {never}"
        for never, (rooms, forbidden_rooms) in NEVERS.items()
        for name in sorted(reached & forbidden_rooms)
        if top in rooms
    ]


def test_nevers_are_kept():
    rooms = modules()
    assert [
        broken
        for room, path in rooms.items()
        for broken in broken_nevers(path.read_text("utf-8"), room, rooms)
    ] == []


def test_the_book_reaches_no_exhibit_but_the_contract():
    rooms = modules()
    inner = {room: path for room, path in rooms.items() if room.split(".")[0] == "book"}
    reached = {
        name
        for room, path in inner.items()
        for name in imported(path.read_text("utf-8"), room, rooms)
    }
    assert inner and {n for n in reached if n.startswith("exhibits")} <= {"exhibits.contract"}


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("citysize", "from scsreport import definitions"),
        ("citysize", "from .tables.datasets import load"),
        ("definitions", "def f():\n    import scsreport.findings.systems"),
        ("findings.gaps", "from scsreport.claims import ledger"),
        ("exhibits.systems", "from scsreport.book import build"),
        ("exhibits.systems", "from ..sources import packages"),
        ("exhibits.contract", "from scsreport.exhibits import systems"),
        ("book.build", "from scsreport.exhibits.systems import world"),
        ("claims", "from scsreport import load"),
        ("sources.packages", "from scsreport.findings import gaps"),
        ("tables.datasets", "from scsreport import growth"),
        ("attic", "import math"),
    ],
)
def test_an_arrow_back_is_seen(room, text):
    assert len(wrong_arrows(text, room, {*ARROWS, *modules()})) == 1


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("typology.model", "from scsreport.tables.datasets import load"),
        ("inequality", "def f():\n    from scsreport.exhibits import text"),
        ("sources.cities", "from scsreport.findings import counting"),
        ("book.site", "from scsreport import claims"),
        ("tables.manifest", "import scsreport.sources.packages"),
    ],
)
def test_a_broken_never_is_seen(room, text):
    assert len(broken_nevers(text, room, modules())) == 1


def top_arrows() -> dict[str, set[str]]:
    """Rooms at the top of the package, and which others each imports."""
    rooms = modules()
    arrows: dict[str, set[str]] = {}
    for room, path in rooms.items():
        reached = imported(path.read_text("utf-8"), room, rooms)
        top = room.split(".")[0]
        arrows.setdefault(top, set()).update(name.split(".")[0] for name in reached)
    # The package's face hands out one name, and is asked for its version.
    return {
        room: others - {room, "package"} for room, others in arrows.items() if room != "package"
    }


def floors(arrows: dict[str, set[str]]) -> dict[str, int]:
    """The floor of each room: one above the highest that it imports. A circle has none."""
    found: dict[str, int] = {}
    while len(found) < len(arrows):
        ready = [r for r, others in arrows.items() if r not in found and others <= set(found)]
        if not ready:
            raise ValueError(f"a circle among {sorted(set(arrows) - set(found))}")
        found |= {room: 1 + max([found[o] for o in arrows[room]], default=0) for room in ready}
    return found


def test_the_house_has_few_rooms_and_floors():
    found = floors(top_arrows())
    assert len(found) <= ROOMS
    assert max(found.values()) <= FLOORS


def test_a_circle_is_seen():
    assert floors({"a": set(), "b": {"a"}}) == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match="circle"):
        floors({"a": {"b"}, "b": {"a"}})


def comprehensions(node: ast.AST) -> Iterator[ast.AST]:
    """The outermost comprehensions below a node."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            yield child
        else:
            yield from comprehensions(child)


def names_both_bound_and_global(text: str) -> list[str]:
    """Names that one comprehension of a function binds and another takes from the module.

    Python 3.12.0 to 3.12.3 then raise UnboundLocalError (CPython issue 118513).
    """
    found = []
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        outer = list(comprehensions(function))
        names = {c: [n for n in ast.walk(c) if isinstance(n, ast.Name)] for c in outer}
        bound = [{n.id for n in names[c] if isinstance(n.ctx, ast.Store)} for c in outer]
        used = [{n.id for n in names[c]} - bound[at] for at, c in enumerate(outer)]
        inner = {name for found_names in names.values() for name in found_names}
        own = {arg.arg for arg in ast.walk(function) if isinstance(arg, ast.arg)}
        own |= {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in inner
        }
        clash = set().union(*bound) & set().union(*used) - own
        found += [f"{function.name}: {clashing}" for clashing in sorted(clash)]
    return found


def test_no_comprehension_shadows_what_another_takes_from_the_module():
    assert [
        f"{room}.{clash}"
        for room, path in modules().items()
        for clash in names_both_bound_and_global(path.read_text("utf-8"))
    ] == []


@pytest.mark.parametrize(
    ("text", "clashes"),
    [
        ("def f(rows):\n    return [text for text in rows], [text.cell(r) for r in rows]", 1),
        ("def f(rows):\n    return [text for text in rows], [text for text in rows]", 0),
        ("def f(rows, text):\n    return [text for text in rows], [text + r for r in rows]", 0),
    ],
)
def test_a_shadowing_comprehension_is_seen(text, clashes):
    assert len(names_both_bound_and_global(text)) == clashes


def test_the_package_hands_out_load_and_its_version_only():
    import scsreport

    assert set(scsreport.__all__) == {"load", "__version__"}
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    assert names == {"load"}


@pytest.mark.parametrize(("chapter", "word"), CHAPTER_WORDS.items())
def test_one_word_from_chapter_to_finding(chapter, word):
    text = (ROOT / "chapters" / f"{chapter}.md").read_text("utf-8")
    beside = BESIDE.get(chapter, ())
    assert f"contract.publish({', '.join([word, *beside])})" in text
    assert f"exhibits.{word}" in modules()
    assert f"findings.{word}" in modules()
    shown = [code for _, code, visible in cells(text) if visible]
    called = {name for code in shown for name in re.findall(r"(\w+)\.\w+\(", code)}
    assert called == {word, *beside} | ({"reference"} if chapter == "data" else set())


def test_every_chapter_with_keys_of_its_own_has_a_word():
    publishing = {
        path.stem for path in chapters() if "contract.publish(" in path.read_text("utf-8")
    }
    assert publishing == {*CHAPTER_WORDS, "ledger", "index"}


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
    assert len(cell_faults(text, {"book", "sources.packages", "exhibits"})) == 1


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


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line of prose, its roles kept."""
    for row, whole in enumerate(_without_fences(text).splitlines(), 1):
        line = re.sub(r"^\s*\d+[.)]\s", "", whole)  # the number of an item ends no sentence
        if line.strip() and not re.match(r"\s*(#|\([\w-]+\)=|\|)", line):
            yield row, line


def crowded(text: str) -> list[str]:
    """Lines that hold two sentences, or more keys than a reader of the source can follow."""
    faults = []
    for row, line in sentences(text):
        keys = line.count("{glue:text}")
        if keys > GLUED:
            faults.append(f"line {row}: {keys} keys; declare a phrase in words.toml")
        plain = ASIDE.sub("x", line)
        ends = (found.start() + 1 for found in SENTENCE_END.finditer(plain))
        if any(not ABBREVIATED.search(plain[:end]) for end in ends):
            faults.append(f"line {row}: two sentences; give each a line")
    return faults


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_a_sentence_has_a_line_and_few_keys(path):
    assert crowded(path.read_text("utf-8")) == []


LEAD_WORDS, LEAD_KEYS = 25, 2
LEAD = re.compile(
    r"^\*(?P<question>[^*]+\?)\*\n\n\*\*(?P<answer>.+?)\*\*\n\n(?P<sure>\*How sure:\*.+)", re.S
)
FOR_WHOM = ("*How sure:*", "*For a city:*", "*For a ministry:*")


@pytest.mark.parametrize("chapter", [c for c in CHAPTER_WORDS if c != "data"])
def test_a_chapter_begins_with_question_answer_and_what_follows(chapter):
    text = (ROOT / "chapters" / f"{chapter}.md").read_text("utf-8")
    lead = LEAD.match(text[text.index("\n# ") :].split("\n\n", 1)[1])
    assert lead, "a question, an answer in bold and how sure, before anything else"
    answer = re.sub(r"{glue:text}`[^`]+`", "0", lead["answer"])
    assert len(answer.split()) <= LEAD_WORDS
    assert lead["answer"].count("{glue:text}") <= LEAD_KEYS
    block = lead["sure"].split("\n\n")[0].splitlines()
    assert all(line.startswith(word) for line, word in zip(block, FOR_WHOM, strict=True))


FOUND_WORDS = 20
ROW = re.compile(
    r"^\*\*Claim: .+\*\*\n: \*Found:\* (?P<found>.+)\n: \*How sure:\* .+\n"
    r": \*So what:\* .+\n: \*Read:\* \[.+\]\(chapters/.+\)\.$",
    re.M,
)


def test_the_first_page_answers_each_statement_in_few_words():
    rows = ROW.findall((ROOT / "index.md").read_text("utf-8"))
    assert len(rows) == 7
    for found in rows:
        words = re.sub(r"{glue:text}`[^`]+`", "0", found).split()
        assert len(words) <= FOUND_WORDS, found


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("One sentence. And another.", 1),
        ("**A bold one.** Another.", 1),
        ("{glue:text}`a_b` " * 4 + "keys.", 1),
        ("{glue:text}`a_b` and {glue:text}`a_c` in one, e.g. Two.", 0),
        ("By J. Smith, see `x. Y` and [a page](c.md).", 0),
    ],
)
def test_a_crowded_line_is_seen(line, faults):
    assert len(crowded(f"# Title. Two\n\n{line}\n")) == faults


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


# What a room may import beside the base dependencies: an extra of pyproject.toml.
EXTRAS = {
    "book": "book",
    "book.watch": "lab",
    "cli": "paper",
    "paper": "paper",
    "parts.cluster": "cluster",
    "sources": "authors",
    "tables.manifest": "authors",
}


def declared(*extras: str) -> set[str]:
    """Names of the packages that pyproject.toml declares for an installation with the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    names = [re.match(r"[A-Za-z0-9._-]+", line)[0] for line in wanted]
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


@functools.cache
def owners_of_modules() -> dict[str, list[str]]:
    """Names of the installed packages that bring each module; reading all their lists is slow."""
    return dict(importlib.metadata.packages_distributions())


def undeclared(text: str, packages: set[str]) -> list[str]:
    """Imports of packages that are neither Python's own nor declared."""
    known, faults = owners_of_modules(), []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        for top in (name.split(".")[0] for name in names):
            if top in sys.stdlib_module_names or top == "scsreport":
                continue
            owners = {re.sub(r"[-_.]+", "-", name).lower() for name in known.get(top, [top])}
            if not owners & packages:
                faults.append(f"line {node.lineno}: {top}; declare it in pyproject.toml")
    return faults


@functools.cache
def brought_by_jupyter_book() -> frozenset[str]:
    """Names of the packages that Jupyter Book itself declares, at any depth."""
    found, waiting = set(), ["jupyter-book"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            needed = importlib.metadata.requires(name) or []
            lines = [line for line in needed if "extra ==" not in line]
            waiting += [
                re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", line)[0]).lower()
                for line in lines
            ]
    return frozenset(found)


def test_what_is_imported_is_declared():
    faults = []
    for name, path in modules().items():
        room = listed(name, EXTRAS)
        packages = declared(EXTRAS[room]) if room else declared()
        if room == "book":
            packages |= brought_by_jupyter_book()
        faults += named([path], lambda text, packages=packages: undeclared(text, packages))
    assert faults == []


def test_dependencies_have_a_lowest_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    assert [line for line in lines if not re.search(r"[>=]=\d", line)] == []


def test_an_undeclared_package_is_seen():
    assert len(undeclared("import os\nimport numpy\nfrom sklearn import svm", {"numpy"})) == 1


def test_the_package_neither_prints_nor_seeds():
    assert named(modules().values(), habits) == []


def test_public_names_are_documented():
    """Every public name says what it is; what others build on says it in full."""
    found = modules()
    full = [p for n, p in found.items() if listed(n, MEASURES | {"findings", "parts", "tables"})]
    brief = [path for path in found.values() if path not in full]
    assert named(full, docstring_faults) == []
    assert [f for f in named(brief, docstring_faults) if "has no docstring" in f] == []


def test_nothing_names_a_registry_or_a_machine():
    assert named(written(), forbidden) == []


def test_the_formatter_is_held_off_matrices_alone():
    mark = "fmt: " + "skip"
    kept = {
        path.relative_to(PACKAGE).as_posix()
        for path in modules().values()
        if mark in path.read_text("utf-8")
    }
    assert kept <= MATRICES


def test_every_module_says_what_it_hands_out():
    bare = [
        name
        for name, path in modules().items()
        if not re.search(r"^__all__ = ", path.read_text("utf-8"), re.MULTILINE)
        and "__main__" not in name
        and path.name != "__init__.py"
    ]
    assert bare == []


def test_helps_of_measures_are_short():
    """Types are shown under the names they are written with, not as a page of unions."""
    long = [
        name
        for name, path in modules().items()
        if name.split(".")[0] in MEASURES
        and "ArrayLike" in path.read_text("utf-8")
        and "from __future__ import annotations" not in path.read_text("utf-8")
    ]
    assert long == []


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
    [
        "see https://pypi" + ".org/x",
        "cd /wo" + "rk/x",
        "open('/tm" + "p/x')",
        "files.pythonhosted" + ".org",
    ],
)
def test_a_registry_or_a_machine_is_seen(text):
    assert len(forbidden(text)) == 1
    assert forbidden("https://example.org/home/x ../tmp/y src/work/z") == []
