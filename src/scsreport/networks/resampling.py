"""Intervals by drawing cities anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scsreport import checks

__all__ = ["Estimate", "resampled"]

MOST_DRAWS = 1_000_000


@dataclass(frozen=True)
class Estimate:
    """A number with its interval, as made by :func:`resampled`.

    Attributes
    ----------
    estimate, low, high : float
        The number, and the ends of its interval.
    draws : int
        Draws in which it has a value.
    """

    estimate: float
    low: float
    high: float
    draws: int


def resampled(
    table: pd.DataFrame,
    statistic: Callable[[pd.DataFrame], float],
    rng: np.random.Generator,
    *,
    by: str | None = None,
    draws: int = 999,
    level: float = 0.95,
) -> Estimate:
    """Measure a table of cities, with the interval that drawing its cities anew gives.

    Parameters
    ----------
    table : DataFrame
        One row a city.
    statistic : callable
        Takes such a table, returns a number or NaN.
    rng : Generator
        Source of the draws.
    by : str, optional
        Column of groups, such as countries, that are drawn whole: cities of one are alike.
    draws : int, default 999
        Samples of as many cities (or groups) as there are.
    level : float, default .95
        Share of the draws between the ends.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If the table is empty, or a group is missing.

    References
    ----------
    Efron, B. and Tibshirani, R. J. (1993), An introduction to the bootstrap, Chapman and Hall.

    Examples
    --------
    >>> table = pd.DataFrame({"ties": [1.0, 2.0, 3.0, 4.0]})
    >>> resampled(table, lambda rows: rows["ties"].mean(), np.random.default_rng(1)).estimate
    2.5
    """
    rows = checks.frame("table", table, () if by is None else (by,))
    checks.generator("rng", rng)
    draws = checks.whole("draws", draws, 1, MOST_DRAWS)
    level = checks.number("level", level, checks.SHARE)
    if not callable(statistic):
        raise TypeError(f"statistic: found {checks.shown(statistic)}, expected a function")
    if not len(rows):
        raise ValueError("table: found no rows, expected one or more")
    if by is not None:
        checks.label_column("table", rows, by, "a group")
    values = np.array([float(statistic(drawn)) for drawn in _drawn(rows, by, rng, draws)])
    kept = values[np.isfinite(values)]
    tail = (1 - level) / 2
    low, high = np.quantile(kept, [tail, 1 - tail]) if len(kept) else (np.nan, np.nan)
    return Estimate(float(statistic(rows)), float(low), float(high), len(kept))


def _drawn(rows: pd.DataFrame, by: str | None, rng: np.random.Generator, draws: int) -> Any:
    """Yield samples of rows, or of groups with all of their rows."""
    code = np.arange(len(rows)) if by is None else pd.factorize(rows[by])[0]
    order = np.argsort(code, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(code))[:-1])
    for _ in range(draws):
        chosen = rng.integers(len(parts), size=len(parts))
        yield rows.iloc[np.concatenate([parts[part] for part in chosen])]
