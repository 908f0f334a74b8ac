"""Run the command line in odd ways and odd surroundings.

    python tests/fuzz/cli.py [--n 0] [--seed 0]

Every command of CASES is run once, then N more that are put together at random. Exit code 1: a
traceback, another exit code than expected, or more than one message.
"""

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import click

PROGRAM = Path(sys.executable).parent / "scsreport"
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
SECONDS = 240

Case = tuple[list[str], dict[str, str], int]
WORDS: list[Case] = [
    ([], {}, 2),
    (["--help"], {}, 0),
    (["--version"], {}, 0),
    (["data"], {}, 2),
    (["data", "lst"], {}, 2),
    (["bok"], {}, 2),
    (["claims", "--cvs"], {}, 2),
    (["data", "list", "cities"], {}, 2),
    (["data", "add"], {}, 2),
    (["data", "add", "wup2108", "x"], {}, 2),
    (["data", "add", "wup2018", "nofile.xls"], {}, 2),
    (["data", "add", "wup2018", "."], {}, 2),
    (["data", "add", "wup2018", "/dev/null"], {}, 1),
    (["data", "add", "regional-population", "/dev/zero"], {}, 1),
    (["data", "add", "regional-population", "/dev/zero", "--max-mb", "-1"], {}, 2),
    (["data", "add", "regional-population", "/dev/zero", "--max-mb", "nan"], {}, 1),
    (["data", "add", "regional-population", "/dev/zero", "--max-mb", "inf"], {}, 2),
    (["data", "remove"], {}, 2),
    (["data", "remove", "wup"], {}, 2),
    (["data", "remove", "wup2018"], {}, 0),
    (["dataset", "--out"], {}, 2),
    (["dataset", "--out", "/nonexistent"], {}, 2),
    (["dataset", "--out", "/proc"], {}, 1),
    (["forms", "Bandung"], {}, 2),
    (["forms", "1"], {}, 1),
    (["forms", "--", "-5"], {}, 1),
    (["forms", "9" * 40], {}, 1),
]
SURROUNDINGS: list[tuple[dict[str, str], int]] = [
    ({"LC_ALL": "C"}, 0),
    ({"LC_ALL": "xx_YY.UTF-8"}, 0),
    ({"PYTHONIOENCODING": "ascii"}, 0),
    ({"PYTHONIOENCODING": "cp1252"}, 0),
    ({"TZ": ":::x"}, 0),
    ({"COLUMNS": "20"}, 0),
    ({"HOME": "/nonexistent"}, 0),
    ({"PYTHONOPTIMIZE": "2"}, 0),
    ({"PYTHONWARNINGS": "error"}, 0),
    ({"SCSREPORT_DATA": ""}, 0),
    ({"SCSREPORT_DATA": "/nonexistent"}, 1),
    ({"SCSREPORT_DATA": "/etc/hostname"}, 1),
    ({"SCSREPORT_DATA": "relative"}, 1),
    ({"SCSREPORT_USER_DATA": ""}, 0),
    ({"SCSREPORT_USER_DATA": "/nonexistent"}, 0),
    ({"SCSREPORT_USER_DATA": "/etc/hostname"}, 1),
    ({"SCSREPORT_USER_DATA": "/etc/hostname/below"}, 1),
    ({"SCSREPORT_USER_DATA": "relative"}, 1),
    ({"SCSREPORT_USER_DATA": "~/x"}, 1),
]
COMMANDS = [["data", "list"], ["claims"]]
CASES = WORDS + [(words, around, code) for words in COMMANDS for around, code in SURROUNDINGS]


def fault(case: Case, folder: str) -> str:
    """Run one case; return what is wrong with it, or nothing."""
    words, around, expected = case
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    env["SCSREPORT_USER_DATA"] = folder
    try:
        done = subprocess.run(
            [PROGRAM, *words],
            env=env | around,
            cwd=folder,
            capture_output=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"over {SECONDS} s"
    errors = done.stderr.decode("utf-8", "replace")
    if "Traceback" in errors:
        return f"a traceback: {errors.splitlines()[-1]}"
    if done.returncode != expected:
        return f"exit code {done.returncode}, expected {expected}: {errors[-200:]}"
    if expected == 1 and errors.count("Error:") != 1:
        return f"no message, or several: {errors[-200:]}"
    return ""


def at_random(source: random.Random) -> Case:
    """Put a command and its surroundings together."""
    around, code = source.choice(SURROUNDINGS)
    return source.choice(COMMANDS), around | {"COLUMNS": str(source.randrange(1, 300))}, code


@click.command()
@click.option("--n", default=0, show_default=True, help="Further cases, put together at random.")
@click.option("--seed", default=0, show_default=True)
def main(n: int, seed: int) -> None:
    """Run all cases, and print those that are wrong."""
    source = random.Random(seed)
    cases = [*CASES, *(at_random(source) for _ in range(n))]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            if words := fault(case, folder):
                wrong += 1
                click.echo(f"{case[0]} {case[1]}: {words}")
    click.echo(f"{len(cases)} cases, {wrong} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
