"""Break the build of the book in many ways: does the last good site stand, is the next run right?

    python tests/fuzz/build_faults.py CHECKOUT [WORD ...]

CHECKOUT is cloned to a folder that is thrown away, with its `_build` if it has one, and is not
touched. Words choose scenarios by a part of their name. The packages of the project must be in the
environment that runs this. Full and read-only disks need the right to mount (Linux), and are left
out without it. Exit code 1: something was not as it should be.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

BOOK = (sys.executable, "-m", "scsreport", "book")
BARE = (str(Path(sys.executable).with_name("jupyter-book")), "build", ".")
COMMANDS = {"scsreport": BOOK, "bare": BARE}
PAGE = "chapters/glossary.md"
CODE = "```{code-cell} ipython3\n"
KILLS = (0.3, 1, 2, 4, 6, 8, 10, 14)
"""Seconds after which a build that writes one page is killed."""


class Scratch:
    """A clone of the project, built once, that can be harmed and brought back."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.root, self.kept = folder / "book", folder / "kept"
        subprocess.run(["git", "clone", "-q", str(checkout), str(self.root)], check=True)
        if (checkout / "_build" / "execution").exists():
            shutil.copytree(checkout / "_build" / "execution", self.build / "execution")
        self.env = os.environ | {
            "PYTHONPATH": str(self.root / "src"),
            "SCSREPORT_USER_DATA": str(folder / "nothing-added"),
        }
        self.wrong = 0
        code, text = self.run()
        if code:
            sys.exit(f"the book cannot be built:\n{text}")
        shutil.copytree(self.build, self.kept)
        self.good = self.site()

    @property
    def build(self) -> Path:
        return self.root / "_build"

    def site(self) -> dict[str, bytes]:
        """Return every file of the published site but the seal, which names the sources."""
        folder = self.build / "html"
        files = (path for path in folder.rglob("*") if path.is_file())
        content = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
        content.pop(".made-from", None)
        return content

    def restore(self) -> None:
        """Bring back the texts."""
        for words in (("checkout", "-q", "--", "."), ("clean", "-qfd")):
            subprocess.run(["git", *words], cwd=self.root, check=True)

    def reset(self) -> None:
        """Bring back texts and build folder."""
        self.restore()
        shutil.rmtree(self.build, ignore_errors=True)
        shutil.copytree(self.kept, self.build)

    def start(self, command: tuple[str, ...] = BOOK) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, cwd=self.root, env=self.env, text=True, **pipes)

    def run(self, command: tuple[str, ...] = BOOK) -> tuple[int, str]:
        with self.start(command) as process:
            text, _ = process.communicate(timeout=900)
        return process.returncode, text

    def say(self, name: str, right: bool, text: str) -> None:
        """Print what came of a scenario, and count it if it is wrong."""
        self.wrong += not right
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        click.echo(f"{'right' if right else 'WRONG'}  {name:52} {(lines or [''])[-1][-110:]}")

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.root / name
        text = file.read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{name} has no {old!r}")
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        with (self.root / name).open("a", encoding="utf-8") as stream:
            stream.write(text)

    def write(self, name: str, content: bytes) -> None:
        (self.root / name).write_bytes(content)

    def cut(self, name: str, length: int) -> None:
        self.write(name, (self.root / name).read_bytes()[:length])

    def folder(self, name: str) -> None:
        """Put a folder where a file was."""
        (self.root / name).unlink()
        (self.root / name).mkdir()

    def cell(self, code: str) -> None:
        """Put a cell before the first of a chapter."""
        self.edit("chapters/gaps.md", CODE, f"{CODE}{code}\n```\n\n{CODE}")


STOPS: dict[str, Callable[[Scratch], object]] = {
    "failing cell": lambda s: s.cell("raise ValueError('broken')"),
    "syntax error in a cell": lambda s: s.cell("if x = :"),
    "cell that kills its kernel": lambda s: s.cell("import os; os._exit(3)"),
    "missing key": lambda s: s.add(PAGE, "\n\n{glue:text}`no-such-key`\n"),
    "broken front matter": lambda s: s.edit("chapters/gaps.md", "---\n", "---\nx: [1\n"),
    "unknown directive": lambda s: s.add(PAGE, "\n\n```{nosuch}\nx\n```\n"),
    "unknown citation": lambda s: s.add(PAGE, "\n\n{cite}`nobody1999`\n"),
    "unknown reference": lambda s: s.add(PAGE, "\n\n{numref}`fig-nothing`\n"),
    "reference that lost its end": lambda s: s.edit(
        "chapters/collaboration.md", "(collaboration)=\n", ""
    ),
    "exhibit on a second page": lambda s: s.add(
        "chapters/gaps.md",
        f"\n\n{CODE}from scsreport.exhibits import systems\nsystems.country_table()\n```\n",
    ),
    "chapter not UTF-8": lambda s: s.write(PAGE, b"# K\xe4rnten\n"),
    "chapter a folder": lambda s: s.folder(PAGE),
    "chapter removed": lambda s: (s.root / PAGE).unlink(),
    "chapter not in _toc.yml": lambda s: s.add("chapters/new.md", "# New\n"),
    "_toc.yml broken": lambda s: s.write("_toc.yml", b"format: [jb-book"),
    "_toc.yml names no file": lambda s: s.edit("_toc.yml", "chapters/glossary", "chapters/none"),
    "_config.yml broken": lambda s: s.write("_config.yml", b"title: [x"),
    "bibliography broken": lambda s: s.write("chapters/references.bib", b"@article{x, title = {n"),
    "table removed": lambda s: (s.root / "data/tails.csv").unlink(),
    "table cut": lambda s: s.cut("data/roads.parquet", 1000),
    "table empty": lambda s: s.write("data/cities.csv", b""),
    "table a folder": lambda s: s.folder("data/tails.csv"),
    "manifest removed": lambda s: (s.root / "data/datapackage.json").unlink(),
    "manifest broken": lambda s: s.write("data/datapackage.json", b"{"),
    "manifest null": lambda s: s.write("data/datapackage.json", b"null"),
    "words broken": lambda s: s.write("src/scsreport/exhibits/words.toml", b"[x"),
    "module broken": lambda s: s.edit("src/scsreport/exhibits/gaps.py", "import ", "imp ort "),
}
"""What must stop a build and leave the last good site."""

HEALS: dict[str, Callable[[Scratch], object]] = {
    "execution: notebook altered": lambda s: alter(notebooks(s)),
    "execution: notebook cut": lambda s: cut(notebooks(s)),
    "execution: notebook empty": lambda s: notebooks(s)[0].write_bytes(b""),
    "execution: notebook removed": lambda s: notebooks(s)[0].unlink(),
    "execution: database cut": lambda s: cut([state(s) / "global.db"]),
    "execution: database empty": lambda s: (state(s) / "global.db").write_bytes(b""),
    "execution: database removed": lambda s: (state(s) / "global.db").unlink(),
    "execution: database rubbish": lambda s: (state(s) / "global.db").write_bytes(b"x" * 4096),
    "execution: database without its tables": lambda s: drop(state(s) / "global.db"),
    "execution: a file where the folder was": lambda s: replace(state(s)),
    "execution: states of the future": lambda s: future(s),
    "stage: page cut": lambda s: cut(staged(s, "html/chapters/gaps.html")),
    "stage: picture altered": lambda s: staged(s, "html/_images/*.png")[0].write_bytes(b"x"),
    "stage: page tree cut": lambda s: cut(staged(s, "**/gaps.doctree")),
    "stage: environment cut": lambda s: cut(staged(s, "**/environment.pickle")),
    "stage: source of a module altered": lambda s: alter(staged(s, "modules/*.html")),
    "stage: icon font altered": lambda s: staged(s, "icons/*")[0].write_bytes(b"x"),
    "stage: style sheet altered": lambda s: staged(s, "html/_static/book.css")[0].write_text("x"),
    "stage: tables of exhibits removed": lambda s: shutil.rmtree(s.build / "stage/jupyter_execute"),
    "stage: seal removed": lambda s: (s.build / "stage/.made-from").unlink(),
    "site: page deleted": lambda s: (s.build / "html/chapters/gaps.html").unlink(),
    "site: page cut": lambda s: cut([s.build / "html/chapters/gaps.html"]),
    "site: seal cut": lambda s: cut([s.build / "html/.made-from"]),
    "site: lost between two renames": lambda s: (s.build / "html").rename(s.build / "html.old"),
    "site: a file where the new one goes": lambda s: (s.build / "html.new").write_text("x"),
    "data: a file that no manifest lists": lambda s: s.add("data/stray.csv", "a\n1\n"),
}
"""What the next build must make right by itself."""


def state(scratch: Scratch) -> Path:
    """Return the folder of executed chapters in use."""
    folders = (scratch.build / "execution").iterdir()
    return max(folders, key=lambda folder: folder.stat().st_mtime)


def notebooks(scratch: Scratch) -> list[Path]:
    return sorted(state(scratch).rglob("base.ipynb"))


def staged(scratch: Scratch, pattern: str) -> list[Path]:
    return sorted((scratch.build / "stage").glob(pattern))


def alter(files: list[Path]) -> None:
    """Change digits, as a bad sector would."""
    for file in files:
        file.write_text(file.read_text("utf-8").replace("1", "7"), "utf-8")


def cut(files: list[Path]) -> None:
    for file in files:
        file.write_bytes(file.read_bytes()[:700])


def drop(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("drop table nbcache")
    connection.close()


def replace(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("x")


def future(scratch: Scratch) -> None:
    for number in range(3):
        folder = scratch.build / "execution" / f"future-{number}"
        folder.mkdir()
        os.utime(folder, (4e9, 4e9))


def sentence(scratch: Scratch) -> None:
    """Change something harmless, so that there is something to build."""
    scratch.add(PAGE, "\n\nA sentence of the test.\n")


def stops(scratch: Scratch, name: str, command: tuple[str, ...]) -> None:
    """A fault must give exit code 1 and leave the site; on sound texts the next run is right."""
    scratch.reset()
    STOPS[name.partition(": ")[2]](scratch)
    code, text = scratch.run(command)
    kept = scratch.site() == scratch.good
    scratch.restore()
    after, _ = scratch.run()
    right = code == 1 and kept and after == 0 and scratch.site() == scratch.good
    if command == BOOK:  # Jupyter Book's own command ends with its traceback
        right = right and text.strip().splitlines()[-1].startswith("Error: ")
    scratch.say(name, right, text if command == BOOK else f"exit code {code}")


def heals(scratch: Scratch, name: str, wanted: dict[str, bytes]) -> None:
    """After harm to what is stored, the next build must give the right site."""
    scratch.reset()
    HEALS[name](scratch)
    if not name.startswith("site: "):
        sentence(scratch)
    code, text = scratch.run()
    right = code == 0 and scratch.site() == (scratch.good if name.startswith("site: ") else wanted)
    scratch.say(name, right, text)


def killed(
    scratch: Scratch, name: str, command: tuple[str, ...], seconds: float, wanted: dict[str, bytes]
) -> None:
    """Kill a build; the site must be the old one or the new one, and the next run right."""
    scratch.reset()
    sentence(scratch)
    with scratch.start(command) as process:
        time.sleep(seconds)
        ended = process.poll() is not None
        process.send_signal(signal.SIGKILL)
    left = scratch.site()
    code, _ = scratch.run()
    right = left in (scratch.good, wanted) and code == 0 and scratch.site() == wanted
    found = "old" if left == scratch.good else "new" if left == wanted else "half of a"
    scratch.say(name, right, f"{'had ended, ' if ended else ''}{found} site, next run right")


def together(scratch: Scratch, name: str, commands: list[tuple[str, ...]], wanted: object) -> None:
    """Two builds at once: both end well, one after the other."""
    scratch.reset()
    sentence(scratch)
    running = [scratch.start(command) for command in commands]
    texts = [process.communicate(timeout=900)[0] for process in running]
    waited = sum("waiting for its end" in text for text in texts)
    codes = [process.returncode for process in running]
    right = codes == [0, 0] and waited == 1 and scratch.site() == wanted
    scratch.say(name, right, f"exit codes {codes}, {waited} waited")


@contextmanager
def mounted(scratch: Scratch, size: str) -> Iterator[bool]:
    """Put a small disk where the build folder is."""
    scratch.reset()
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(scratch.build)]
    can = shutil.which("mount") is not None and not subprocess.run(words, check=False).returncode
    try:
        yield can
    finally:
        if can:
            subprocess.run(["umount", "-l", str(scratch.build)], check=True)


def disks(scratch: Scratch) -> None:
    """A full disk and a read-only one must be told in one last sentence."""
    for size in ("5m", "30m", "60m"):
        with mounted(scratch, size) as can:
            if not can:
                click.echo("left out: disks cannot be mounted here")
                return
            room = size != "5m"
            if room:
                shutil.copytree(scratch.kept / "html", scratch.build / "html")
            before = scratch.site()
            sentence(scratch)
            code, text = scratch.run()
            last = text.strip().splitlines()[-1]
            told = "full" in last or "No space left" in last
            scratch.say(f"disk of {size}", code == 1 and told and scratch.site() == before, text)
    with mounted(scratch, "300m"):
        shutil.copytree(scratch.kept, scratch.build, dirs_exist_ok=True)
        subprocess.run(["mount", "-o", "remount,ro", str(scratch.build)], check=True)
        code, text = scratch.run()
        scratch.say("read-only, nothing changed", code == 0 and "Nothing changed" in text, text)
        sentence(scratch)
        code, text = scratch.run()
        told = text.count("\n") == 1 and "cannot be written" in text
        scratch.say("read-only, a change", code == 1 and told, text)


def scenarios(scratch: Scratch) -> Iterator[tuple[str, Callable[[str], None]]]:
    """Yield the name of every scenario, and what runs it."""
    for label, command in COMMANDS.items():
        for fault in STOPS:
            yield f"{label}: {fault}", lambda name, c=command: stops(scratch, name, c)
    scratch.reset()
    sentence(scratch)
    scratch.run()
    wanted = scratch.site()
    for harm in HEALS:
        yield harm, lambda name: heals(scratch, name, wanted)
    for label, command in COMMANDS.items():
        for seconds in KILLS:
            yield (
                f"{label}: killed after {seconds} s",
                lambda name, c=command, s=seconds: killed(scratch, name, c, s, wanted),
            )
    for names in (["scsreport", "scsreport"], ["scsreport", "bare"], ["bare", "bare"]):
        commands = [COMMANDS[name] for name in names]
        yield (
            f"two at once: {', '.join(names)}",
            lambda name, c=commands: together(scratch, name, c, wanted),
        )
    yield "disks", lambda _: disks(scratch)


def main() -> None:
    """Run the scenarios that were asked for."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    chosen = sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Scratch(Path(sys.argv[1]).resolve(), Path(folder))
        count = 0
        for name, run in scenarios(scratch):
            if not chosen or any(word in name for word in chosen):
                run(name)
                count += 1
        click.echo(f"{count} scenarios, {scratch.wrong} wrong")
        sys.exit(scratch.wrong > 0)


if __name__ == "__main__":
    main()
