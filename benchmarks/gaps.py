"""Times of the measures of inequality, beside PySAL's Gini in the same run.

Run with ``python benchmarks/gaps.py``. Invented values; the countries have the numbers of
regions of the table regional-output, and of Mexico and the US over decades.
"""

import time
from collections.abc import Callable

import numpy as np
from inequality.gini import Gini

from scsreport import inequality
from scsreport.tables.datasets import load

VALUES, DRAWS = 10_000_000, 2_000


def seconds(call: Callable[[], object], repeats: int = 5) -> tuple[float, float]:
    """Best and median of several runs."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken), float(np.median(taken))


def main() -> None:
    rng = np.random.default_rng(1)
    values, weights = rng.lognormal(size=VALUES), rng.random(VALUES)
    rows = load("regional-output").groupby("iso3")["region"].nunique()
    sizes = [*rows, load("mexico")["state"].nunique(), load("us-states")["state"].nunique()]
    pairs = [(*rng.lognormal(size=(2, n)), *rng.lognormal(size=(2, n))) for n in sizes]

    def changes(measure: Callable[..., float]) -> None:
        for before, after, then, now in pairs:
            inequality.bootstrap_change(
                measure, before, after, weights_before=then, weights_after=now, draws=DRAWS, rng=rng
            )

    cases: list[tuple[str, Callable[[], object]]] = [
        ("gini with weights, 10 million values", lambda: inequality.gini(values, weights)),
        ("gini without weights, 10 million values", lambda: inequality.gini(values)),
        ("PySAL's Gini (it has no weights), 10 million values", lambda: Gini(values)),
        ("theil with weights, 10 million values", lambda: inequality.theil(values, weights)),
        *(
            (
                f"{DRAWS:,} paired draws, {len(sizes)} countries, {sum(sizes)} regions: {name}",
                lambda name=name: changes(getattr(inequality, name)),
            )
            for name in ("gini", "theil", "williamson", "percentile_ratio", "atkinson")
        ),
    ]
    for name, call in cases:
        best, median = seconds(call)
        print(f"| {name} | {best:.2f} | {median:.2f} |")


if __name__ == "__main__":
    main()
