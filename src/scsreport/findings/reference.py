"""The measures held against published values."""

from pathlib import Path

import numpy as np
import pandas as pd

from scsreport import citysize, collaboration, inequality
from scsreport.tables.datasets import load

__all__ = [
    "yardsticks",
]


def yardsticks(rng: np.random.Generator, *, samples: int = 4_000) -> pd.DataFrame:
    """Hold the measures against published values, live.

    Parameters
    ----------
    rng : Generator
        For the samples of the Monte Carlo study.
    samples : int
        How many samples of fifty sizes are drawn; the publication drew more.

    Returns
    -------
    DataFrame
        ``data/yardsticks.csv`` with ``ours`` and ``met`` (within the declared tolerance).

    Examples
    --------
    >>> yardsticks(np.random.default_rng(1), samples=20)["ours"].notna().all()
    np.True_
    """
    ours = _tails(rng, samples) | _countries() | _mexico() | _joint_works()
    table = load("yardsticks")
    table["ours"] = table["yardstick"].map(ours)
    deviation = (table["ours"] / table["printed"] - 1).abs()
    return table.assign(met=deviation <= table["tolerance"])


def _tails(rng: np.random.Generator, samples: int) -> dict[str, float]:
    """Return what Gabaix and Ibragimov, and Clauset, Shalizi and Newman print of tails."""
    import powerlaw  # slow, and needed here only

    drawn = np.sort(rng.pareto(1, (samples, 50)) + 1, axis=1)[:, ::-1]
    fits = [citysize.rank_size(sizes) for sizes in drawn]
    exponents = np.array([fit.exponent for fit in fits])
    log_ranks = np.log(np.arange(1, 51))
    log_sizes = np.log(drawn)
    centred = log_sizes - log_sizes.mean(axis=1, keepdims=True)
    plain_exponents = -(centred @ log_ranks) / (centred**2).sum(axis=1)
    sizes_of_the_usa = np.loadtxt(Path(powerlaw.__file__).parent / "reference_data" / "cities.txt")
    tail = citysize.tail_fit(sizes_of_the_usa, xmin=52_457)
    return {
        "gi-plain": plain_exponents.mean(),
        "gi-half": exponents.mean(),
        "gi-se": float(np.mean([fit.se for fit in fits])),
        "gi-sd": exponents.std(),
        "csn-alpha": tail.alpha,
        "csn-tail": tail.n_tail,
    }


def _countries() -> dict[str, float]:
    """Return the mean exponent of countries, as Soo prints it."""
    cities = load("cities").query("kind == 'city'")
    countries = citysize.rank_size_by(cities["population"], cities["country"])
    return {"soo-mean": countries.loc[countries["n"] >= 30, "exponent"].mean()}


def _mexico() -> dict[str, float]:
    """Return the inequality of the states of Mexico, as Rey and others print it."""
    mexico = load("mexico").pivot(index="state", columns="year", values="gdp_per_head")
    theil = {f"mx-theil-{year}": inequality.theil(mexico[year]) for year in (1940, 2000)}
    return {"mx-gini-1940": inequality.gini(mexico[1940]), **theil}


def _joint_works() -> dict[str, float]:
    """Return the shares of the Tennessee Valley, and what equal cities save by the six-tenths."""
    costs = load("printed").query("number.str.startswith('tva-')")
    uses = costs["number"].str.removeprefix("tva-").map(tuple)
    shares = collaboration.shapley(dict(zip(uses, costs["value"], strict=True)))
    savings = {f"six-{n}": collaboration.joint_saving([1.0] * n) for n in (2, 4)}
    return {**{f"tva-{use}": share for use, share in shares.items()}, **savings}
