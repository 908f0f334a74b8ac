"""Time a brief: the whole command in a process of its own, seconds of the clock and the processor.

python benchmarks/brief.py
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scsreport.brief import examples

OWN = [
    item
    for kind, name in zip(("cities", "regions", "roads", "settings"), examples.FILES, strict=True)
    for item in (f"--{kind}", str(examples.FOLDER / name))
]
CASES = {
    "Tuvalu, the book's tables": ["TUV"],
    "Colombia, the book's tables": ["COL"],
    "China, the book's tables": ["CHN"],
    "a made-up country, four files": [examples.NAME, *OWN],
}
"""By what it is, the arguments of the command."""


def processor_seconds() -> float:
    """Seconds of the processor that processes started from here have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print a row for each case."""
    command = [sys.executable, "-m", "scsreport", "country"]
    for name, arguments in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            clock, processor = time.perf_counter(), processor_seconds()
            subprocess.run([*command, *arguments, "--out", folder], check=True, capture_output=True)
            clock, processor = time.perf_counter() - clock, processor_seconds() - processor
            size = sum(file.stat().st_size for file in Path(folder).iterdir())
        print(f"| {name} | {clock:.1f} | {processor:.1f} | {size / 1000:,.0f} |")


if __name__ == "__main__":
    main()
