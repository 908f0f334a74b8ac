"""Times putting the built book on paper, each step in a process that has done nothing before.

Run with ``python benchmarks/paper.py`` after ``make book``; best of three.
"""

import resource
import subprocess
import sys
import time

RUNS = 3
STEPS = ("read", "pdf", "epub")


def once(step):
    """Seconds of one step, bytes of what it makes, and the peak of memory, MB."""
    from scsreport.paper.epub import epub
    from scsreport.paper.front import front
    from scsreport.paper.pages import read
    from scsreport.paper.pdf import pdf
    from scsreport.tables import paths

    begin = time.perf_counter()
    book = read(paths.SITE)
    before = front(book, paths.SITE)
    taken, made = time.perf_counter() - begin, b""
    if step != "read":
        begin = time.perf_counter()
        made = {"pdf": pdf, "epub": epub}[step](book, before)
        taken = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{taken:.2f} {len(made) / 1e6:.2f} {peak:.0f}")


def main():
    for step in STEPS:
        command = [sys.executable, __file__, step]
        told = [subprocess.check_output(command, text=True).split() for _ in range(RUNS)]
        seconds, size, peak = min(told, key=lambda words: float(words[0]))
        print(f"| {step} | {seconds} | {size} | {peak} |")


if __name__ == "__main__":
    once(sys.argv[1]) if sys.argv[1:] else main()
