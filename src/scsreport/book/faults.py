"""Where a page is wrong, and what helps: the first line of what ends a build."""

# mypy: disallow-untyped-calls=False
# (yaml has no types)

import difflib
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["of_cell", "of_contents", "of_data", "of_keys", "of_missing_page", "of_toml"]

CELL = re.compile(r"^-{18,}\n(.*?)\n-{18,}$", re.MULTILINE | re.DOTALL)
"""The cell that failed, as it stands in what nbclient tells."""

WITHIN = re.compile(r"Cell In\[\d+\], line (\d+)")
LINES = 5
"""Lines that a message names."""

PRINTED = re.compile(r"\{glue:text\}`(\w+)`")
WITHIN_CONTENTS = re.compile(r"(.*) @ '/(.*?)/?'$")
PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


def of_cell(page: str, text: str, error: str) -> str:
    """Say in which line of a chapter a cell fails, and how.

    Parameters
    ----------
    page : str
        The file of the chapter, as messages name it.
    text : str
        What the file holds.
    error : str
        What was told of the cell, without colours: the cell, the way to the error, the error.

    Returns
    -------
    str
        ``chapters/gaps.md:17: NameError: name 'gap' is not defined``.
    """
    told = [line for line in error.splitlines() if line.strip()]
    what = told[-1].strip() if told else "it failed"
    cell, within = CELL.search(error), WITHIN.search(error)
    begins = text.find(cell[1].rstrip("\n")) if cell else -1
    if begins < 0:
        return f"{page}: {what}"
    line = text.count("\n", 0, begins) + (int(within[1]) if within else 1)
    return f"{page}:{line}: {what}"


def of_keys(page: str, text: str, notebook: Any) -> list[str]:
    """Say which numbers prose asks for that no cell of the page hands out.

    Parameters
    ----------
    page : str
        The file of the chapter, as messages name it.
    text : str
        What the file holds.
    notebook : NotebookNode
        The chapter with its outputs.

    Returns
    -------
    list of str
        A line for each, with what is nearest to it.
    """
    given = set(_given(notebook))
    return [
        f"{page}:{number}: no number {key!r}.{_near(key, given)} Numbers for prose are declared in "
        "src/scsreport/exhibits/words.toml, under [<id of an exhibit>.prose], and handed out by "
        f"contract.publish({key.partition('_')[0]})."
        for number, line in enumerate(text.splitlines(), 1)
        for key in PRINTED.findall(line)
        if key not in given
    ]


def of_data(name: str, file: Path) -> str:
    """Say which lines of a table are not those that were published.

    Parameters
    ----------
    name : str
        The table, as messages name it.
    file : Path
        Where it lies.

    Returns
    -------
    str
        Its name, with the lines that version control does not hold where it can tell: of CSV.
    """
    lines = _new_lines(file)
    if not lines:
        return name
    shown = ", ".join(map(str, lines[:LINES])) + (" ..." if len(lines) > LINES else "")
    return f"{name}:{shown}"


def _new_lines(file: Path) -> list[int]:
    if file.suffix != ".csv" or not file.is_file():
        return []
    words = ["git", "-C", str(file.parent), "show", f":./{file.name}"]
    try:
        kept = subprocess.run(words, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):  # no git, or no clone
        return []
    known = {*kept.splitlines()}
    return [n for n, line in enumerate(file.read_bytes().splitlines(), 1) if line not in known]


def of_toml(file: str, error: ValueError) -> str:
    """Say in which line a file of words cannot be read.

    Parameters
    ----------
    file : str
        As messages name it.
    error : ValueError
        Of the reader, which tells the place at its end.

    Returns
    -------
    str
    """
    place = PLACE.search(str(error))
    line = f":{place[1]}" if place else ""
    return f"{file}{line}: found no TOML, {PLACE.sub('', str(error))}"


def of_contents(name: str, text: str, error: Exception) -> str:
    """Say in which line the contents of the book cannot be read.

    Parameters
    ----------
    name : str
        The file of contents, as messages name it.
    text : str
        What the file holds.
    error : Exception
        Of the reader: of YAML, or of what contents are made of, which tells the way to it.

    Returns
    -------
    str
    """
    mark = getattr(error, "problem_mark", None)
    way = WITHIN_CONTENTS.fullmatch(str(error))
    if mark is not None:
        line, what = f":{mark.line + 1}", f"found no YAML, {getattr(error, 'problem', '')}"
    elif way:
        line, what = f":{_line_of(text, way[2].split('/'))}", way[1]
    else:
        line, what = "", str(error)
    return (
        f"{name}{line}: {what}. A page is a line `- file: chapters/<its name without .md>` below "
        "`chapters:` of a part."
    )


def _line_of(text: str, way: Iterable[str]) -> int:
    """Return the line of a part of a YAML text; of the last that is there on the way to it."""
    import yaml

    node: Any = yaml.compose(text)
    for step in way:
        if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
            node = node.value[int(step)]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
    return int(node.start_mark.line) + 1


def of_missing_page(name: str, text: str, page: str, there: Iterable[str]) -> str:
    """Say which line of the contents names a page that is not there.

    Parameters
    ----------
    name : str
        The file of contents, as messages name it.
    text : str
        What the file holds.
    page : str
        The page, as the contents name it.
    there : iterable of str
        Pages that could be meant.

    Returns
    -------
    str
    """
    line = next((n for n, line in enumerate(text.splitlines(), 1) if page in line.split()), 1)
    return (
        f"{name}:{line}: there is no file {page}.md.{_near(page, there)} Correct the name, write "
        "the page (`make new-chapter` begins one), or remove the line."
    )


def _given(notebook: Any) -> Iterator[str]:
    """Yield the keys that the cells of a page hand out."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if name := output.get("metadata", {}).get("scrapbook", {}).get("name"):
                yield name


def _near(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key, sorted(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
