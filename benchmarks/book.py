"""Time the build of the book: cold, unchanged, and after an edit of prose.

Three ways, on copies of the same chapters, in turn: `scsreport book`; Jupyter Book's own command
on the same configuration; Jupyter Book without the extension of this project, as it is by default.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scsreport.tables import paths

REPEATS = 3
BIN = Path(sys.executable).parent
KEPT = ("src", "data", "chapters", "index.md", "_config.yml", "_toc.yml", "requirements.lock")
EDITED = "chapters/systems-of-secondary-cities.md"
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


def seconds(folder: Path, command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def main() -> None:
    book, bare = [str(BIN / "scsreport"), "book"], [str(BIN / "jupyter-book"), "build", "."]
    ways = {"`scsreport book`": book, "`jupyter-book build .`": bare, "plain Jupyter Book": bare}
    times: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folders = {}
        for number, way in enumerate(ways):
            folder = Path(temporary, str(number))
            folder.mkdir()
            folders[way] = copy(folder, plain=way.startswith("plain"))
        for _ in range(REPEATS):
            for way, command in ways.items():
                folder = folders[way]
                shutil.rmtree(folder / "_build", ignore_errors=True)
                times.setdefault((way, "cold"), []).append(seconds(folder, command))
                times.setdefault((way, "unchanged"), []).append(seconds(folder, command))
                with (folder / EDITED).open("a", encoding="utf-8") as text:
                    text.write("\nOne more sentence.\n")
                times.setdefault((way, "prose"), []).append(seconds(folder, command))
    print("| Way | Cold | Unchanged | Prose edited |\n|---|---:|---:|---:|")
    for way in ways:
        cells = [f"{statistics.median(times[way, w]):.1f}" for w in ("cold", "unchanged", "prose")]
        print(f"| {way} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
