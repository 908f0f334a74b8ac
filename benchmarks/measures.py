"""Times of the measures on invented cities, as many as the tables of this book hold.

Run with ``python benchmarks/measures.py``; prints the rows of the table "Measures" of the README.
Invented sizes (a Pareto law, exponent 1.07) so that the figures do not change with the data.
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from scsreport import citysize, definitions

CITIES, PLACES, COUNTRIES, FOOTPRINTS = 6_200, 34_000, 170, 9_000


def invented(count: int, floor: int, rng: np.random.Generator) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "population": (floor * (1 + rng.pareto(1.07, count))).astype(int),
            "country": rng.integers(COUNTRIES, size=count),
        }
    )
    # four in five cities lie in a footprint of their country
    number = rng.integers(FOOTPRINTS // COUNTRIES, size=count) * COUNTRIES + table["country"]
    table["footprint"] = number.where(rng.random(count) < 0.8).astype("Int64")
    whole = table.groupby("footprint")["population"].sum()
    return table.assign(footprint_population=table["footprint"].map(whole).astype("Int64"))


def seconds(call: Callable[[], object], repeats: int) -> float:
    """Best of several runs."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    rng = np.random.default_rng(1)
    cities, places = invented(CITIES, 100_000, rng), invented(PLACES, 15_000, rng)
    people, country = cities["population"], cities["country"]
    floors = (100_000, 200_000, 300_000, 500_000, 1_000_000, 2_000_000)
    citysize.tail_fit(people, xmin=1_000_000)  # the import is timed by nobody's exhibit
    cases: list[tuple[str, Callable[[], object], int]] = [
        ("rank_size, 6,200 cities", lambda: citysize.rank_size(people), 9),
        ("rank_size_by, 170 countries", lambda: citysize.rank_size_by(people, country), 5),
        ("exponent_by_cutoff, 6 floors", lambda: citysize.exponent_by_cutoff(people, floors), 5),
        ("hill, n = 500", lambda: citysize.hill(people, 500), 9),
        ("primacy, 6,200 cities", lambda: citysize.primacy(people), 9),
        ("tail_fit, threshold given", lambda: citysize.tail_fit(people, xmin=500_000), 3),
        ("tail_fit, threshold searched", lambda: citysize.tail_fit(people), 1),
        ("members, 34,000 places", lambda: definitions.members("D7", places), 9),
        (
            "members by footprint, 34,000 places",
            lambda: definitions.members("D7", places, unit="footprint"),
            9,
        ),
        ("overlap, 34,000 places", lambda: definitions.overlap(places), 9),
    ]
    for name, call, repeats in cases:
        print(f"| {name} | {1000 * seconds(call, repeats):,.1f} |")


if __name__ == "__main__":
    main()
