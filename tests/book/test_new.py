"""What begins a chapter or an exhibit writes all parts of it, and nothing over another."""

import ast
import shutil
import tomllib

import click
import pytest

from scsreport.book import new
from scsreport.tables import paths

GIVEN = (
    "_toc.yml",
    "chapters/gaps.md",
    "src/scsreport/exhibits/gaps.py",
    "src/scsreport/exhibits/words.toml",
    "src/scsreport/findings/gaps.py",
    "tests/test_house.py",
)


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """Return a folder with what is added to, where the package thinks it lives."""
    for name in GIVEN:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(paths.ROOT / name, tmp_path / name)
    (tmp_path / "tests" / "findings").mkdir()
    package = tmp_path / "src" / "scsreport"
    for name, path in (("ROOT", tmp_path), ("PACKAGE", package), ("TOC", tmp_path / "_toc.yml")):
        monkeypatch.setattr(paths, name, path)
    return tmp_path


def names_of(file):
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return None


def test_a_chapter_has_all_its_parts(clone):
    new.chapter("climate-and-cities", "climate")
    for name in ("findings/climate.py", "exhibits/climate.py"):
        assert names_of(clone / "src" / "scsreport" / name) == ["first"]
    page = (clone / "chapters" / "climate-and-cities.md").read_text("utf-8")
    assert "contract.publish(climate)" in page and "climate.first()" in page
    assert "$" not in page
    contents = (clone / "_toc.yml").read_text("utf-8")
    assert contents.index("climate-and-cities") < contents.index("caption: Your country")
    assert '"climate-and-cities": "climate",' in (clone / "tests/test_house.py").read_text("utf-8")


def test_an_exhibit_is_added_to_its_chapter(clone):
    new.exhibit("gaps", "by-continent")
    for room in ("findings", "exhibits"):
        names = names_of(clone / "src" / "scsreport" / room / "gaps.py")
        assert "by_continent" in names and "changes" in names
    words = (clone / "src/scsreport/exhibits/words.toml").read_text("utf-8")
    assert tomllib.loads(words)["fig-gaps-by-continent"]["prose"]
    assert (clone / "chapters/gaps.md").read_text("utf-8").endswith("gaps.by_continent()\n```\n")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: new.exhibit("gone", "one"), "no chapter publishes 'gone'"),
        (lambda: new.exhibit("gaps", "changes"), "has a 'changes' already"),
        (lambda: new.chapter("gaps"), "chapters/gaps.md is there already"),
        (lambda: new.chapter("new", part="Gone"), "no part 'Gone'"),
    ],
)
def test_nothing_is_written_over(clone, make, message):
    before = {name: (clone / name).read_text("utf-8") for name in GIVEN}
    with pytest.raises(click.ClickException, match=message):
        make()
    assert {name: (clone / name).read_text("utf-8") for name in GIVEN} == before
