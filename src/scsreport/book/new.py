"""Begin a chapter or an exhibit from templates that pass all tests as they are.

    python -m scsreport.book.new chapter climate-and-cities --word climate
    python -m scsreport.book.new exhibit gaps by-continent

What is written is small and true, and there to be replaced.
"""

import ast
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from string import Template

import click

from scsreport.tables import datasets, paths

__all__ = ["chapter", "exhibit", "main"]

TEMPLATES = Path(__file__).with_name("templates") / "new"
NEEDED = {
    "finding": {
        "pd": "import pandas as pd",
        "load": "from scsreport.tables.datasets import load",
    },
    "exhibits": {
        "partial": "from functools import partial",
        "charts": "from scsreport.exhibits import charts",
        "Parts": "from scsreport.exhibits.contract import Parts",
        "exhibit": "from scsreport.exhibits.contract import exhibit",
    },
}
"""Imports of the templates."""

FIRST = "first"
"""What the first exhibit of a new chapter is called."""


class Name(click.ParamType):  # type: ignore[type-arg]
    """A name with hyphens, as addresses of pages have it."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, if it is one."""
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value):
            self.fail(f"found {value!r}, expected small letters and hyphens", param, ctx)
        return value


@click.group()
def main() -> None:
    """Begin a chapter or an exhibit."""


@main.command("chapter")
@click.argument("name", type=Name())
@click.option("--word", help="The one word of its modules and keys; the name, if it is left out.")
@click.option("--title", help="Its heading; made from the name, if it is left out.")
@click.option("--part", default="Findings", show_default=True, help="Of _toc.yml.")
def _chapter(name: str, word: str | None, title: str | None, part: str) -> None:
    """Begin a chapter: page, findings, exhibits, words, test, and its line in the contents."""
    _tell(chapter(name, word, title, part))


@main.command("exhibit")
@click.argument("word")
@click.argument("name", type=Name())
def _exhibit(word: str, name: str) -> None:
    """Begin an exhibit of the chapter that has a word."""
    _tell(exhibit(word, name))


def chapter(
    name: str, word: str | None = None, title: str | None = None, part: str = "Findings"
) -> list[Path]:
    """Write what a new chapter needs.

    Parameters
    ----------
    name : str
        Of its page, with hyphens.
    word : str, optional
        Of its modules and keys.
    title : str, optional
        Its heading.
    part : str
        Of ``_toc.yml``, at whose end it stands.

    Returns
    -------
    list of Path
        What was written or changed.

    Raises
    ------
    ClickException
        If something of this name is there.
    """
    word = word or name.replace("-", "_")
    names = {"name": name, "word": word, "title": title or name.replace("-", " ").capitalize()}
    names |= {"function": FIRST}
    made = {
        "chapter.md": paths.ROOT / "chapters" / f"{name}.md",
        "finding.py": paths.PACKAGE / "findings" / f"{word}.py",
        "exhibits.py": paths.PACKAGE / "exhibits" / f"{word}.py",
        "test.py": paths.ROOT / "tests" / "findings" / f"test_{word}.py",
    }
    for file in made.values():
        if file.exists():
            raise click.ClickException(
                f"{_shown(file)} is there already: choose another name, or another --word"
            )
    lists = [_listed(paths.TOC, _in_contents(name, part)), _in_house(name, word)]
    for template, file in made.items():
        _write(file, _filled(template, names))
    return [*made.values(), *lists, *exhibit(word, FIRST, listed=True)]


def exhibit(word: str, name: str, *, listed: bool = False) -> list[Path]:
    """Write what a new exhibit needs: what it finds, how it is drawn, its words and its cell.

    Parameters
    ----------
    word : str
        Of its chapter.
    name : str
        Of the exhibit, with hyphens.
    listed : bool
        Whether its modules list it already.

    Returns
    -------
    list of Path
        What was changed.

    Raises
    ------
    ClickException
        If there is no such chapter, or something of this name is there.
    """
    modules = [paths.PACKAGE / room / f"{word}.py" for room in ("findings", "exhibits")]
    page = _page_of(word)
    if not page or not all(module.exists() for module in modules):
        raise click.ClickException(
            f"no chapter publishes {word!r}; `make new-chapter NAME={word}` begins one"
        )
    function = name.replace("-", "_")
    names = {
        "word": word,
        "function": function,
        "key": f"{function}_many",
        "id": f"{word}-{name}".replace("_", "-"),
    }
    words = paths.PACKAGE / "exhibits" / "words.toml"
    taken = [m for m in modules if re.search(rf"^def {function}\(", m.read_text("utf-8"), re.M)]
    if taken or f"[fig-{names['id']}]" in words.read_text("utf-8"):
        raise click.ClickException(f"{_shown((taken or [words])[0])} has a {name!r} already")
    for module, template in zip(modules, ("finding", "exhibits"), strict=True):
        text = module.read_text("utf-8")
        if not listed:
            text = _with_imports(_with_name(text, function), NEEDED[template])
        _write(module, text.rstrip("\n") + "\n" + _filled(f"{template}-function.py", names))
    for file, template in ((words, "words.toml"), (page, "cell.md")):
        _write(file, file.read_text("utf-8").rstrip("\n") + "\n" + _filled(template, names))
    _set_in_order(modules)
    return [*modules, words, page]


def _filled(template: str, names: dict[str, str]) -> str:
    text = (TEMPLATES / f"{template}.txt").read_text("utf-8")
    return Template(text).substitute(names)


def _write(file: Path, text: str) -> None:
    datasets.write_atomically(file, text.encode())


def _shown(file: Path) -> str:
    return file.relative_to(paths.ROOT).as_posix()


def _tell(files: list[Path]) -> None:
    for file in dict.fromkeys(files):
        click.echo(f"wrote {_shown(file)}")
    click.echo(
        "Next: `make book` shows it. Replace what is counted, drawn and said, and add a line"
    )
    click.echo("to CHANGELOG.md. `make test` says what else belongs to it.")


def _page_of(word: str) -> Path | None:
    """Return the chapter that hands out the numbers of a word."""
    for file in sorted((paths.ROOT / "chapters").glob("*.md")):
        if re.search(rf"contract\.publish\({word}\b", file.read_text("utf-8")):
            return file
    return None


def _in_contents(name: str, part: str) -> str:
    """Return the contents with a chapter at the end of a part."""
    before, caption, after = paths.TOC.read_text("utf-8").partition(f"caption: {part}\n")
    if not caption:
        raise click.ClickException(f"_toc.yml: no part {part!r}; --part names one that is there")
    within, following, rest = after.partition("  - caption:")
    return f"{before}{caption}{within.rstrip()}\n      - file: chapters/{name}\n{following}{rest}"


def _in_house(name: str, word: str) -> Path:
    """List the word of a chapter where the rules of the house are held."""
    file = paths.ROOT / "tests" / "test_house.py"
    text = file.read_text("utf-8")
    entry = f'    "{name}": "{word}",\n'
    return _listed(file, text.replace("CHAPTER_WORDS = {\n", f"CHAPTER_WORDS = {{\n{entry}", 1))


def _listed(file: Path, text: str) -> Path:
    _write(file, text)
    return file


def _with_name(text: str, name: str) -> str:
    """Return a module that lists one more name in ``__all__``."""
    tree = ast.parse(text)
    (node,) = (part for part in tree.body if isinstance(part, ast.Assign) and _is_all(part))
    names = [*ast.literal_eval(node.value), name]
    lines = text.splitlines()
    lines[node.lineno - 1 : node.end_lineno] = [f"__all__ = {names}"]
    return "\n".join(lines) + "\n"


def _is_all(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)


def _with_imports(text: str, needed: dict[str, str]) -> str:
    """Return a module with the imports that a template needs and that it has not."""
    tree = ast.parse(text)
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    bound = {alias.asname or alias.name for node in imports for alias in node.names}
    lines = text.splitlines()
    lines[imports[0].lineno - 1 : 0] = [needed[name] for name in needed if name not in bound]
    return "\n".join(lines) + "\n"


def _set_in_order(files: list[Path]) -> None:
    """Have ruff sort imports and lists of names, where it is installed."""
    code = [str(file) for file in files if file.suffix == ".py"]
    if find_spec("ruff"):
        ruff = [sys.executable, "-m", "ruff"]
        subprocess.run([*ruff, "check", "-q", "--select", "I,RUF022", "--fix", *code], check=True)
        subprocess.run([*ruff, "format", "-q", *code], check=True)


if __name__ == "__main__":
    main()
