"""Time the build of the book: cold, unchanged, and after what authors do most.

    python benchmarks/book.py [repeats]

Three ways, on copies of the same chapters, in turn: `scsreport book`; Jupyter Book's own command
on the same configuration; Jupyter Book without the extension of this project, as it is by default.
That one knows a chapter by its cells alone: after an edit of words or of a measure it shows the old
numbers, so the only right build is a cold one, and no other is timed.
"""

import ast
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scsreport.tables import paths

REPEATS = 5
BIN = Path(sys.executable).parent
KEPT = ("src", "data", "chapters", "index.md", "_config.yml", "_toc.yml", "requirements.lock")
KEPT += ("CITATION.cff",)
EDITED = "chapters/gaps.md"
WORDS, SECTION = "src/scsreport/exhibits/words.toml", "[fig-gap-changes]"
MEASURE, FUNCTION = "src/scsreport/inequality.py", "gini"
PLAIN = """title: Plain
execute: {execute_notebooks: cache, timeout: 300}
only_build_toc_files: true
bibtex_bibfiles: [chapters/references.bib]
"""
# Without the extension nothing knows exhibits: Jupyter Book shows their HTML instead.
NO_RENDERER = """class ExhibitRenderer:
    mime_priority_overrides = []

    @staticmethod
    def handle_mime(*_):
        return None
"""


def copy(folder: Path, *, plain: bool) -> Path:
    for name in KEPT:
        source = paths.ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    if plain:
        (folder / "_config.yml").write_text(PLAIN, encoding="utf-8")
        (folder / "src/scsreport/book/exhibit.py").write_text(NO_RENDERER, encoding="utf-8")
    return folder


def add_sentence(folder: Path) -> None:
    with (folder / EDITED).open("a", encoding="utf-8") as text:
        text.write("\nOne more sentence.\n")


def change_words(folder: Path) -> None:
    """Make the caption of one exhibit a word longer."""
    before, section, after = (folder / WORDS).read_text("utf-8").partition(SECTION)
    after = after.replace('caption = "', 'caption = "Again: ', 1)
    (folder / WORDS).write_text(f"{before}{section}{after}", encoding="utf-8")


def change_measure(folder: Path) -> None:
    """Add a statement that does nothing to one measure."""
    file = folder / MEASURE
    text = file.read_text("utf-8")
    (found,) = (n for n in ast.parse(text).body if getattr(n, "name", "") == FUNCTION)
    lines = text.splitlines(keepends=True)
    lines.insert(found.body[1].lineno - 1, "    pass\n")
    file.write_text("".join(lines), encoding="utf-8")


def nothing(folder: Path) -> None:
    pass


def clear(folder: Path) -> None:
    shutil.rmtree(folder / "_build", ignore_errors=True)


STEPS: dict[str, Callable[[Path], None]] = {
    "cold": clear,
    "unchanged": nothing,
    "one sentence": add_sentence,
    "one exhibit's words": change_words,
    "one measure": change_measure,
}
PLAIN_STEPS = ("cold", "unchanged", "one sentence")
AIMS = {
    "cold": 45,
    "unchanged": 0.7,
    "one sentence": 3,
    "one exhibit's words": 4,
    "one measure": 15,
}


def seconds(folder: Path, command: list[str]) -> tuple[float, float]:
    """Return the seconds of a build, by the clock and of the processor."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, used


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS
    book, bare = [str(BIN / "scsreport"), "book"], [str(BIN / "jupyter-book"), "build", "."]
    ways = {"`scsreport book`": book, "`jupyter-book build .`": bare, "plain Jupyter Book": bare}
    times: dict[tuple[str, str], list[tuple[float, float]]] = {}
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as temporary:
        folders = {}
        for number, way in enumerate(ways):
            folder = Path(temporary, str(number))
            folder.mkdir()
            folders[way] = copy(folder, plain=way.startswith("plain"))
        for _ in range(repeats):
            for way, command in ways.items():
                for step in PLAIN_STEPS if way.startswith("plain") else STEPS:
                    STEPS[step](folders[way])
                    times.setdefault((way, step), []).append(seconds(folders[way], command))
                loads.append(os.getloadavg()[0])
    print(f"Seconds by the clock (of the processor), median of {repeats}; {os.cpu_count()} cores,")
    print(f"load {min(loads):.1f} to {max(loads):.1f}, Python {sys.version.split()[0]}.\n")
    print(f"| Way | {' | '.join(STEPS)} |\n|---|{'---:|' * len(STEPS)}")
    for way in ways:
        print(f"| {way} | {' | '.join(cell(times.get((way, step))) for step in STEPS)} |")
    print(f"| aim | {' | '.join(str(AIMS[step]) for step in STEPS)} |")


def cell(found: list[tuple[float, float]] | None) -> str:
    if not found:
        return "as cold"
    clock, processor = (statistics.median(times) for times in zip(*found, strict=True))
    return f"{clock:.1f} ({processor:.1f})"


if __name__ == "__main__":
    main()
