"""What a chapter depends on: the code it leads to, its words, and no other."""

import ast
import subprocess
import sys

import pytest

from scsreport.book import dependencies
from scsreport.tables import paths

FILES = {
    "__init__.py": "",
    "measure.py": '"""A measure."""\n\nLEVEL = 2\n\n\ndef mean(x):\n    return x * LEVEL\n',
    "other.py": "def total(x):\n    return x\n",
    "looked_up.py": "def found():\n    return 1\n",
    "claims.py": (
        "from scsreport.findings import gaps, towns\n\n\ndef answers():\n"
        "    return gaps.rose(), towns.many()\n\n\ndef ledger():\n    return answers()\n"
    ),
    "findings/__init__.py": "",
    "findings/gaps.py": "from scsreport import measure\n\ndef rose(): return measure.mean(1)\n",
    "findings/towns.py": "from scsreport.other import total\n\ndef many(): return total(1)\n",
    "exhibits/__init__.py": "",
    "exhibits/contract.py": "def exhibit(id):\n    return id\n\n\ndef publish(module):\n    ...\n",
    "exhibits/gaps.py": (
        "from pathlib import Path\n\nfrom scsreport import claims\n"
        "from scsreport.exhibits.contract import exhibit\nfrom scsreport.findings import gaps\n\n"
        'SHADES = Path(__file__).with_suffix(".toml")\n\n\n'
        '@exhibit("fig-rose")\ndef rose():\n    return gaps.rose(), claims.ledger(), SHADES\n\n\n'
        '@exhibit("fig-fell")\ndef fell():\n    """Say it."""\n    return "scsreport.looked_up"\n'
    ),
    "exhibits/gaps.toml": "dark = 1\n",
    "exhibits/words.toml": (
        '[fig-rose]\ntitle = "It rose"\n[fig-rose.prose]\nrose = "3"\n'
        '[fig-fell]\ntitle = "It fell"\n[caveats]\nall = "Beware"\n'
    ),
    "tables/datasets.py": "def load(name):\n    return name\n",
    "book/site.py": "LAYOUT = 1\n",
}
IMPORTS = "from scsreport.exhibits import contract, gaps\ncontract.publish(gaps)"
SHOWS_ROSE = dependencies.calls([IMPORTS, "gaps.rose()"])
SHOWS_FELL = dependencies.calls(["from scsreport.exhibits import gaps", "gaps.fell()"])
PUBLISHES = dependencies.calls([IMPORTS])


def test_each_cell_leads_to_what_it_uses_by_the_imports_of_all():
    first, second = dependencies.calls_of_each([IMPORTS, "gaps.rose()"])
    assert first.published == ("scsreport.exhibits.gaps",)
    assert first.shown == ("scsreport.exhibits.contract.publish",)
    assert second.shown == ("scsreport.exhibits.gaps.rose",) and not second.published


@pytest.mark.parametrize(
    "cell", ["x = 1", "for x in (): ...", "def f(): ...", "(y := 2)", "%time 1", "del gaps"]
)
def test_cells_that_may_depend_on_each_other_are_not_told_apart(cell):
    assert dependencies.calls_of_each([IMPORTS, cell, "gaps.rose()"]) is None


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a small package, where this one thinks that it lives."""
    folder = tmp_path / "scsreport"
    monkeypatch.setattr(paths, "PACKAGE", folder)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def state(chapter, value="", common=""):
    return dependencies.Package(paths.PACKAGE.parent / "notes", common).state(chapter, value)


def changed(package, name, old, new, chapter):
    before = state(chapter)
    text = (package / name).read_text()
    assert old in text
    (package / name).write_text(text.replace(old, new))
    return state(chapter) != before


def test_what_cells_import_show_and_publish_is_told_apart():
    assert SHOWS_ROSE.published == ("scsreport.exhibits.gaps",)
    assert "scsreport.exhibits.gaps.rose" in SHOWS_ROSE.shown
    assert PUBLISHES.shown == ("scsreport.exhibits.contract.publish",)
    assert dependencies.calls(["%matplotlib inline"]) == dependencies.Calls()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("exhibits/gaps.py", "gaps.rose(), claims", "claims.ledger(), claims"),
        ("measure.py", "LEVEL = 2", "LEVEL = 3"),
        ("findings/gaps.py", "mean(1)", "mean(2)"),
        ("exhibits/gaps.toml", "dark = 1", "dark = 2"),
        ("exhibits/words.toml", "It rose", "It went up"),
        ("exhibits/words.toml", "Beware", "Be careful"),
        ("tables/datasets.py", "return name", "return None"),
        ("claims.py", "return answers()", "return None"),
    ],
)
def test_what_a_chapter_leads_to_counts(package, name, old, new):
    assert changed(package, name, old, new, SHOWS_ROSE)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("measure.py", "A measure", "The measure"),
        ("measure.py", "LEVEL = 2", "LEVEL = 2  # levels"),
        ("other.py", "return x", "return 2 * x"),
        ("findings/towns.py", "total(1)", "total(2)"),
        ("book/site.py", "LAYOUT = 1", "LAYOUT = 2"),
    ],
)
def test_comments_and_what_it_does_not_lead_to_do_not_count(package, name, old, new):
    assert not changed(package, name, old, new, SHOWS_ROSE)


def test_words_count_for_the_exhibits_that_are_shown(package):
    assert not changed(package, "exhibits/words.toml", "It rose", "It went up", SHOWS_FELL)
    assert not changed(package, "exhibits/words.toml", "It went up", "It climbed", PUBLISHES)
    assert changed(package, "exhibits/words.toml", 'rose = "3"', 'rose = "4"', PUBLISHES)


def test_a_module_that_is_named_in_a_text_counts(package):
    assert changed(package, "looked_up.py", "return 1", "return 2", SHOWS_FELL)


def test_what_gathers_from_all_counts_by_its_value(package):
    now = dependencies.Package(package.parent / "notes", "")
    assert now.asks_for_value(SHOWS_ROSE) and not now.asks_for_value(SHOWS_FELL)
    assert now.state(SHOWS_ROSE, "a") != now.state(SHOWS_ROSE, "b")
    assert now.state(SHOWS_FELL, "a") == now.state(SHOWS_FELL, "b")
    before = now.state_of_value()
    (package / "other.py").write_text("def total(x):\n    return 2 * x\n")
    assert dependencies.Package(package.parent / "notes", "").state_of_value() != before


def test_tables_and_libraries_count_for_all(package):
    assert state(SHOWS_FELL, common="a") != state(SHOWS_FELL, common="b")


@pytest.mark.parametrize("harm", ["", "{", "[]", '{"x": 1}'])
def test_notes_that_were_harmed_are_made_again(package, harm):
    before = state(SHOWS_ROSE)
    (package.parent / "notes").write_text(harm)
    assert state(SHOWS_ROSE) == before


# --- of this package --------------------------------------------------------------------------


def test_the_ledger_takes_from_findings_in_its_answers_alone():
    """What counts by its value must be all that the ledger takes from them."""
    tree = ast.parse((paths.PACKAGE / "claims.py").read_text(encoding="utf-8"))
    taken = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "scsreport.findings"
        for alias in node.names
    }
    users = {
        getattr(node, "name", None) or ast.unparse(node.targets[0])
        for node in tree.body
        if not isinstance(node, (ast.Import, ast.ImportFrom))
        and taken & {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    }
    assert users == {"ANSWERING"}
    uses = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(p, ast.Name) and p.id == "ANSWERING" for p in ast.walk(node))
    }
    assert users | uses == {"ANSWERING", "answers"}


def test_whatever_is_imported_was_found_by_reading(tmp_path):
    package = dependencies.Package(tmp_path / "notes", "")
    code = "import sys; from scsreport.exhibits import levels; levels.__all__; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in ran.stdout.split() if name.startswith("scsreport.exhibits.")}
    reached = {file for file, _ in package.behind(["scsreport.exhibits.levels"], whole=True)}
    for name in loaded:
        assert f"{name.removeprefix('scsreport.').replace('.', '/')}.py" in reached
