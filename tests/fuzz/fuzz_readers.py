"""Hand mutated files to the readers of what a reader adds, and count what happens.

    python tests/fuzz/fuzz_readers.py [READER ...] [--n 20000] [--seconds S] [--seed 0] [--wup FILE]

READER is regional-population, kept (what lies in the reader's own folder) or wup2018, which needs
the published file. Files are read in a process of its own, whose memory and time are limited. Exit
code 1: a crash, a hang, a traceback, a file left behind, or a file that is taken with other figures
than it has, of a kind that is not in ACCEPTED.
"""

import json
import random
import select
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import mutations
import pandas as pd

SECONDS = 90
"""What a single file may take; a workbook has sixty of its own."""

MEMORY = 6 << 30
READERS = ("regional-population", "kept")
BAD = ("crash", "hang", "traceback", "left", "taken wrongly")
KEYS = {"regional-population": ["iso3", "region_code", "year"], "wup2018": ["city", "year"]}
KEYS["kept"] = KEYS["regional-population"]

ACCEPTED = {
    "words": "no rule knows how a name is spelt, or who counted",
    "small": "a figure, or a region, that moves the sum of its country by less than sources differ",
    "kin": "a city whose growth and country could be so",
    "place": "degrees that could be: only the checksum of the published file tells",
    "fewer years": "years, or countries, that are wholly gone leave a sound file of the others",
}
"""What may be taken though it is not what the file was, and the reason."""

WORDS = {"region", "source", "name"}
SMALL = 0.25


def regional_file() -> bytes:
    """Return a sound file of regions: three countries, ten regions each, twenty years."""
    from scsreport.tables.added import sums

    rows = ["iso3,region_code,region,year,population,source"]
    for iso3 in ("BRA", "IDN", "NAM"):
        for number in range(10):
            share = (number + 1.37) / 58.7
            for year in range(2000, 2020):
                people = round(sums.people_of(iso3, year)[0] * share)
                rows.append(f"{iso3},{iso3}r1{number:02},Région {number},{year},{people},census")
    return "\n".join([*rows, ""]).encode()


def difference(found: pd.DataFrame, sound: pd.DataFrame, reader: str) -> str:
    """Say in which way a table that was taken is another than that of the sound file."""
    keys = KEYS[reader]
    one = found.set_index(keys).sort_index()
    other = sound.set_index(keys).sort_index()
    if reader == "wup2018":
        return _difference_of_cities(one, other)
    if one.index.equals(other.index) and (one["population"] == other["population"]).all():
        return "same" if one.equals(other) else "words"
    sums = [table.groupby(["iso3", "year"])["population"].sum() for table in (one, other)]
    if set(sums[0].index) - set(sums[1].index):
        return "keys"
    ratio = (sums[0] / sums[1]).dropna()
    if (ratio - 1).abs().max() > SMALL:
        return "population"
    return "small" if len(ratio) == len(sums[1]) else "fewer years"


def _difference_of_cities(one: pd.DataFrame, other: pd.DataFrame) -> str:
    if len(one) != len(other):
        return "rows"
    if not one.index.equals(other.index):
        return "kin"
    differing = {name for name in one if not one[name].equals(other[name])}
    if not differing:
        return "same"
    if differing <= WORDS:
        return "words"
    if differing <= WORDS | {"lat", "lon"}:
        return "place"
    return "kin" if "country" not in differing and "iso3" not in differing else "country"


def child(reader: str, folder: Path) -> None:
    """Read the files that are named, one a line, and answer each with what happened."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from scsreport.tables import paths

    paths.USER_DATA = folder / "user"
    sound = _read(reader, folder / "sound")
    for line in sys.stdin:
        before = {path.name for path in folder.rglob("*")}
        answer = _answer(reader, Path(line.strip()), sound)
        left = {path.name for path in folder.rglob("*")} - before
        if left and reader != "kept":
            answer = "left", ", ".join(sorted(left))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(reader: str, file: Path, sound: pd.DataFrame) -> tuple[str, str]:
    from scsreport.tables.datasets import DataError

    try:
        found = _read(reader, file)
    except DataError as error:
        return "clear", str(error)
    except BaseException as error:
        return "traceback", f"{type(error).__name__}: {error}"
    kind = difference(found, sound, reader)
    if kind == "same":
        return "same", ""
    return ("taken knowingly" if kind in ACCEPTED else "taken wrongly"), kind


def _read(reader: str, file: Path) -> pd.DataFrame:
    from scsreport.tables import official_files, paths

    if reader != "kept":
        return official_files.read(reader, file)
    official_files.listing()
    found = official_files.load_added("regional-population")
    if found is None:  # only ever where the receipt is gone
        official_files.add("regional-population", paths.USER_DATA.parent / "sound")
        found = official_files.load_added("regional-population")
    if found is None:
        raise AssertionError("what was added is not there")
    return found


class Reading:
    """A process that reads; a new one takes the place of one that ends."""

    def __init__(self, reader: str, folder: Path) -> None:
        self.words = [sys.executable, __file__, "--child", reader, str(folder)]
        self.process: subprocess.Popen[str] | None = None

    def ask(self, file: Path) -> tuple[str, str]:
        """Have one file read."""
        if self.process is None:
            self.process = subprocess.Popen(
                self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        stdin: Any = self.process.stdin
        stdout: Any = self.process.stdout
        stdin.write(f"{file}\n")
        stdin.flush()
        ready, _, _ = select.select([stdout], [], [], SECONDS)
        answer = stdout.readline() if ready else ""
        if not answer:
            self.end()
            return ("crash", "the process ended") if ready else ("hang", f"over {SECONDS} s")
        outcome, words = json.loads(answer)
        return outcome, words

    def end(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass
class Seen:
    """What happened, how often, and the first examples of what must not."""

    counts: Counter[str]
    kinds: Counter[str]
    examples: list[str]


def _mutated(reader: str, sound: bytes, source: random.Random) -> tuple[str, bytes]:
    if reader == "regional-population" and source.random() < 0.6:
        return mutations.of_lines(sound, source)
    return mutations.of_bytes(sound, source)


def run(reader: str, sound: bytes, n: int, seed: int, seconds: float) -> Seen:
    """Hand mutated files to one reader, until there are enough or the time is over."""
    end = time.monotonic() + seconds
    source = random.Random(f"{reader} {seed}")
    seen = Seen(Counter(), Counter(), [])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sound").write_bytes(sound)
        reading = Reading(reader, folder)
        target = folder / "file"
        target.touch()
        if reader == "kept":
            reading.ask(target)
        for number in range(n):
            if time.monotonic() > end:
                break
            content = sound
            if reader == "kept":
                target = source.choice(sorted((folder / "user").iterdir()))
                content = target.read_bytes()
            kind, mutated = _mutated(reader, content, source)
            target.write_bytes(mutated)
            outcome, words = reading.ask(target)
            if reader == "kept":
                _mend(folder, reading, outcome)
            seen.counts[outcome] += 1
            seen.kinds[f"{kind}: {outcome}{f' ({words})' if outcome.startswith('t') else ''}"] += 1
            if outcome in BAD and len(seen.examples) < 30:
                seen.examples.append(f"{number} {kind}: {outcome}: {words[:300]}")
        reading.end()
    return seen


def _mend(folder: Path, reading: Reading, outcome: str) -> None:
    """Put sound files in place of those that were named as damaged."""
    if outcome == "same":
        return
    for file in (folder / "user").iterdir():
        file.unlink()
    reading.ask(folder / "sound")


@click.command()
@click.argument("readers", nargs=-1)
@click.option("--n", default=20_000, show_default=True, help="Mutated files for each reader.")
@click.option("--seconds", default=float("inf"), help="Most seconds for each reader.")
@click.option("--seed", default=0, show_default=True)
@click.option("--wup", type=click.Path(exists=True, path_type=Path), help="The published file.")
@click.option("--out", type=click.Path(path_type=Path), help="Counts by kind of mutation, as JSON.")
def main(
    readers: tuple[str, ...],
    n: int,
    seconds: float,
    seed: int,
    wup: Path | None,
    out: Path | None,
) -> None:
    """Run the readers, print the counts, and end with 1 where something must not be."""
    if "wup2018" in readers and wup is None:
        raise click.UsageError("wup2018 needs the published file: --wup FILE")
    bad = 0
    found = {}
    for reader in readers or READERS:
        sound = wup.read_bytes() if wup and reader == "wup2018" else regional_file()
        seen = run(reader, sound, n, seed, seconds)
        click.echo(f"{reader}: {sum(seen.counts.values()):,} files: {dict(seen.counts)}")
        for example in seen.examples:
            click.echo(f"  {example}")
        bad += sum(seen.counts[outcome] for outcome in BAD)
        found[reader] = dict(sorted(seen.kinds.items()))
    if out:
        out.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    sys.exit(bool(bad))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
