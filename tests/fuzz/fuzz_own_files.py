"""Make briefs of mutated files of cities, regions, roads and settings, and count what happens.

    python tests/fuzz/fuzz_own_files.py [KIND ...] [--n 10000] [--seed 0] [--jobs 2]

Each file is refused in words that name it, with nothing written, or a whole brief is made of it.
One brief of twenty is written as a page, too. Exit code 1: a traceback, a hang, a refusal without
words, or a file left behind.
"""

import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click
import mutations

SECONDS = 60
"""What a single brief may take; a sound one takes a fraction of a second."""

BAD = ("traceback", "hang", "without words", "left", "no page")
PAGES = 20
"""One brief of so many is written as a page."""

BATCH = 250
KINDS = ("cities", "regions", "roads", "settings")
Rows = list[list[str]]


def sound() -> dict[str, bytes]:
    """Return the files of the made-up country by kind."""
    from scsreport.brief import examples

    return {
        kind: (examples.FOLDER / name).read_bytes()
        for kind, name in zip(KINDS, examples.FILES, strict=True)
    }


def _cell(rows: Rows, source: random.Random) -> Rows:
    row = source.randrange(1, len(rows))
    rows[row][source.randrange(len(rows[row]))] = source.choice(mutations.BAD)
    return rows


def _cells(rows: Rows, source: random.Random) -> Rows:
    for _ in range(source.randrange(2, 12)):
        _cell(rows, source)
    return rows


def _column(rows: Rows, source: random.Random) -> Rows:
    column, value = source.randrange(len(rows[0])), source.choice(mutations.BAD)
    return [rows[0], *([*row[:column], value, *row[column + 1 :]] for row in rows[1:])]


def _exchanged(rows: Rows, source: random.Random) -> Rows:
    one, other = source.sample(range(len(rows[0])), 2)
    for row in rows[1 : source.choice([2, len(rows)])]:
        row[one], row[other] = row[other], row[one]
    return rows


def _scaled(rows: Rows, source: random.Random) -> Rows:
    column, times = source.randrange(1, len(rows[0])), source.choice([1e-3, 1e3, 1.609, 1e6, -1])
    for row in rows[1 : source.choice([2, len(rows)])]:
        try:
            row[column] = f"{float(row[column]) * times:g}"
        except ValueError:
            continue
    return rows


def _doubled(rows: Rows, source: random.Random) -> Rows:
    return [*rows, list(source.choice(rows))]


def _gone(rows: Rows, source: random.Random) -> Rows:
    keep = source.choice([0, 1, 2, 3, len(rows) // 2])
    return [rows[0], *source.sample(rows[1:], keep)]


def _without_column(rows: Rows, source: random.Random) -> Rows:
    column = source.randrange(len(rows[0]))
    return [[*row[:column], *row[column + 1 :]] for row in rows]


def _copied_column(rows: Rows, source: random.Random) -> Rows:
    one, other = source.choices(range(len(rows[0])), k=2)
    return [rows[0], *([*row[:one], row[other], *row[one + 1 :]] for row in rows[1:])]


def _heading(rows: Rows, source: random.Random) -> Rows:
    column = source.randrange(len(rows[0]))
    name = rows[0][column]
    rows[0][column] = source.choice([name.upper(), f" {name}", "", name[:-1], "x", rows[0][0]])
    return rows


def _alike(rows: Rows, source: random.Random) -> Rows:
    column = source.randrange(len(rows[0]))
    value = rows[source.randrange(1, len(rows))][column]
    return [rows[0], *([*row[:column], value, *row[column + 1 :]] for row in rows[1:])]


TABLES: list[Callable[[Rows, random.Random], Rows]] = [
    *(_cell, _cells, _column, _exchanged, _scaled, _doubled, _gone, _without_column),
    *(_copied_column, _heading, _alike),
]
VALUES = ["-1", "0", "1e400", "nan", "inf", "true", '"x"', "[]", "{}", "1e9", "0.5", "1979-05-27"]
NAMES = ["schema", "rule", "is_new", "default", "reach", "large", "contested", "detour", "below"]


def _settings(text: str, source: random.Random) -> bytes:
    """Return settings with a value, a name or a table at fault."""
    lines = text.splitlines()
    place = source.randrange(len(lines))
    name, _, value = lines[place].partition(" = ")
    lines[place] = source.choice(
        [
            f"{name} = {source.choice(VALUES)}",
            f"{source.choice(NAMES)} = {value or 1}",
            f"[{source.choice(['rules.Own', 'rules', 'speeds', 'x', 'country', 'decay.x'])}]",
            f"{name} = {'[' * source.choice([1, 5, 3000])}",
            lines[source.randrange(len(lines))],
            "",
        ]
    )
    return "\n".join(lines).encode()


def mutated(kind: str, content: bytes, source: random.Random) -> tuple[str, bytes]:
    """Return what was done to a file, and the file."""
    if source.random() < 0.35:
        return mutations.of_bytes(content, source)
    if kind == "settings":
        return "settings", _settings(content.decode(), source)
    change = source.choice(TABLES)
    rows = [line.split(",") for line in content.decode().splitlines()]
    changed = "\n".join(map(",".join, change(rows, source)))
    return change.__name__, f"{changed}\n".encode("utf-8", "replace")


class OutOfTime(BaseException):
    """A brief takes longer than it may. No error: what catches those (pandera does) lets it by."""


def _stop(*_: object) -> None:
    raise OutOfTime


def outcome(kind: str, content: bytes, folder: Path, *, written: bool) -> tuple[str, str]:
    """Make a brief of a file, and say what happened."""
    from scsreport import brief
    from scsreport.brief import examples

    files = {"cities": folder / "cities.csv"}
    if kind == "settings":  # speeds by class need roads
        files["roads"] = folder / "roads.csv"
    files[kind] = folder / ("settings.toml" if kind == "settings" else f"{kind}.csv")
    files[kind].write_bytes(content)
    out = folder / "out"
    signal.alarm(SECONDS)
    try:
        if written:
            brief.write(examples.NAME, out, **files)
        else:
            brief.of(examples.NAME, **files)
    except brief.BriefError as error:
        words = str(error)
        if len(words) < 20 or files[kind].name not in words:
            return "without words", words
        return ("left", words) if out.exists() else ("refused", "")
    except OutOfTime:
        return "hang", ""
    except BaseException as error:
        return "traceback", f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    if not written:
        return "made", ""
    pages = list(out.iterdir())
    whole = len(pages) == 1 and pages[0].read_bytes().endswith(b"</html>\n")
    return ("written", "") if whole else ("no page", "")


def batch(kind: str, seed: int, first: int, last: int) -> list[tuple[int, str, str, str]]:
    """Make briefs of some files, and return what happened to each."""
    signal.signal(signal.SIGALRM, _stop)
    files = sound()
    happened = []
    for number in range(first, last):
        source = random.Random(f"{seed} {kind} {number}")
        how, content = mutated(kind, files[kind], source)
        folder = Path(tempfile.mkdtemp(prefix="own-"))
        for name in ("cities", "roads"):
            (folder / f"{name}.csv").write_bytes(files[name])
        happened.append((number, how, *outcome(kind, content, folder, written=number % PAGES == 0)))
        shutil.rmtree(folder)
    return happened


@click.command()
@click.argument("kinds", nargs=-1, type=click.Choice(KINDS))
@click.option("--n", default=10_000, show_default=True, help="Files of each kind.")
@click.option("--seed", default=0, show_default=True)
@click.option("--jobs", default=2, show_default=True, help="Processes at a time.")
def main(kinds: tuple[str, ...], n: int, seed: int, jobs: int) -> None:
    """Make briefs of mutated files of some kinds; of all by default."""
    failed = False
    with ProcessPoolExecutor(jobs) as pool:
        for kind in kinds or KINDS:
            starts = range(0, n, BATCH)
            ends = [min(start + BATCH, n) for start in starts]
            parts = pool.map(batch, [kind] * len(ends), [seed] * len(ends), starts, ends)
            rows = [row for part in parts for row in part]
            counted = Counter(what for _, _, what, _ in rows)
            told = ", ".join(f"{what} {many:,}" for what, many in counted.most_common())
            click.echo(f"{kind}: {len(rows):,} files; {told}")
            bad = [row for row in rows if row[2] in BAD]
            for number, how, what, words in bad[:20]:
                click.echo(f"  {kind} {number} ({how}): {what}: {words[:300]}")
            failed |= bool(bad)
    sys.exit(failed)


if __name__ == "__main__":
    main()
