"""How unequal regions are, whether they come closer, and how sure one can be of a change.

Values are one per region and never negative, mostly output or income per head; weights are the
people of the regions, and without weights every region counts once. A measure is taken of shares
of people and of income relative to the mean of all people, so it has no unit, and splitting a
region into parts of equal income changes nothing once there are weights. A Series lends its labels
to error messages; two of them must have the same labels in the same order. Every function raises
TypeError for what is not one column of numbers (text, dates, truth values beside numbers, complex
numbers, a table) and ValueError, naming the row, for what is missing, infinite or negative.

Regional accounts count output where it is made and people where they live, which overstates
capitals with commuters; oil makes a region rich on paper; and regions of two tiers do not compare.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp, xlogy

from scsreport import checks
from scsreport.checks import ABOVE_ZERO, ZERO_OR_MORE

__all__ = [
    "Change",
    "Concentration",
    "Convergence",
    "atkinson",
    "beta_convergence",
    "bootstrap_change",
    "concentration",
    "decompose_theil",
    "gini",
    "hoover",
    "mean_log_deviation",
    "percentile_ratio",
    "sigma_convergence",
    "theil",
    "williamson",
]

Array = NDArray[np.float64]
Pair = tuple[Array, Array]
NAN = float("nan")
INF = float("inf")
ERRORS = ("classical", "HC3", "cluster")
SORTED_IN_PARTS = 1_000_000
"""With as many values and more, parts that fit the cache are sorted one by one."""

NEAR_ONE = 0.01
"""How near an aversion must be to 1 for a power of it to cancel out."""

NO_CHANGE = 1e-12
"""A relative change so small is what rounding leaves."""

AVERSION = checks.Range("a number from 0 to 1000", 0.0, 1000.0)
SHARE_OF_PEOPLE = checks.Range("a share from 1e-6 to 0.5", 1e-6, 0.5)
YEARS = checks.Range("years, 0.01 to 10,000", 0.01, 10_000.0)
LEVEL = checks.Range("a share above 0 and below 1", 1e-9, 1 - 1e-9)
MOST_DRAWS = 100_000
LABELLED = (pd.Series, pd.DataFrame)


class Convergence(NamedTuple):
    """A regression of growth on the initial level, as made by :func:`beta_convergence`.

    Attributes
    ----------
    slope, se : float
        Slope of total log growth on the initial log level, and its standard error. Below zero the
        poor gain on the rich.
    speed, half_life : float
        -ln(1 + slope) / years, a year, and the years in which half of the gap goes. Where the gap
        does not close the speed is zero or below and the half-life infinite; where places overtake
        each other (slope of -1 and below) both are NaN.
    r_squared, n : float, int
        Share of the variance of growth explained (NaN where all grow alike), and the places used.
    """

    slope: float
    se: float
    speed: float
    half_life: float
    r_squared: float
    n: int


class Change(NamedTuple):
    """A change of a measure, as made by :func:`bootstrap_change`.

    Attributes
    ----------
    estimate, low, high : float
        After minus before, with the bounds of its interval.
    p_value : float
        Two-sided: twice the share of draws on the rarer side of zero, at least 2 / (draws + 1).
    draws : int
        Draws used. One is left out where the measure has no value, as when no drawn region has
        income.
    """

    estimate: float
    low: float
    high: float
    p_value: float
    draws: int


class Concentration(NamedTuple):
    """Shares of regions in a total, as made by :func:`concentration`.

    Attributes
    ----------
    herfindahl : float
        Sum of the squared shares, 1/n to 1; 1 over it is the number of equal regions that would be
        as concentrated. It follows the number of regions: compare dates, not countries.
    largest, largest_share, primary_share : label, float
        The region with most, its share, and that of the region named as primary (NaN without one).
    n : int
        Regions.
    """

    herfindahl: float
    largest: Any
    largest_share: float
    primary_share: float
    n: int


def gini(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the Gini coefficient: half the sum of ``p_i p_j |r_i - r_j|``.

    p is the share of people and r the value over the mean of all people. Takes n log n steps.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a region, mostly output or income per head, zero or more.
    weights : array_like, shape (n,), optional
        People of each region; without them every region counts once.

    Returns
    -------
    float
        0 where all are equal, below 1. One region gives 0.

    Raises
    ------
    ValueError
        As the module says; or the lengths or labels differ, or all values or weights are zero.

    References
    ----------
    Lerman, R. I. and Yitzhaki, S. (1989), Improving the accuracy of estimates of Gini coefficients,
    Journal of Econometrics 42(1).

    Examples
    --------
    >>> gini([1, 3]), gini([1, 3], weights=[3, 1])
    (0.25, 0.25)
    """
    return _one(_gini, values, weights)


def theil(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return Theil's T: the sum of p r ln r, with p and r as in :func:`gini`.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a region, mostly output or income per head, zero or more.
    weights : array_like, shape (n,), optional
        People of each region; without them every region counts once.

    Returns
    -------
    float
        0 where all are equal, at most ln(people / people of the richest region). A value of zero
        adds nothing (0 ln 0 = 0).

    Raises
    ------
    ValueError
        As the module says; or the lengths or labels differ, or all values or weights are zero.

    References
    ----------
    Theil, H. (1967), Economics and information theory.

    Examples
    --------
    >>> round(theil([1, 3]), 4), theil([2, 2])
    (0.1308, 0.0)
    """
    return _one(_theil, values, weights)


def mean_log_deviation(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return Theil's L: minus the sum of p ln r, with p and r as in :func:`gini`.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a region, mostly output or income per head, zero or more.
    weights : array_like, shape (n,), optional
        People of each region; without them every region counts once.

    Returns
    -------
    float
        0 where all are equal, without upper bound: infinite, its limit, where people have nothing.

    Raises
    ------
    ValueError
        As the module says; or the lengths or labels differ, or all values or weights are zero.

    Examples
    --------
    >>> round(mean_log_deviation([1, 3]), 4), mean_log_deviation([0, 3])
    (0.1438, inf)
    """
    return _one(_mean_log_deviation, values, weights)


def hoover(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return Hoover's index: the share of income that would have to move to make all equal.

    Half the sum of ``p |r - 1|``, with p and r as in :func:`gini`. Schutz's coefficient in PySAL.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a region, mostly output or income per head, zero or more.
    weights : array_like, shape (n,), optional
        People of each region; without them every region counts once.

    Returns
    -------
    float
        0 where all are equal, below 1.

    Raises
    ------
    ValueError
        As the module says; or the lengths or labels differ, or all values or weights are zero.

    References
    ----------
    Hoover, E. M. (1936), The measurement of industrial localization, Review of Economics and
    Statistics 18(4).

    Examples
    --------
    >>> hoover([1, 3])
    0.25
    """
    return _one(_hoover, values, weights)


def williamson(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return Williamson's coefficient of variation: the root of the sum of p (r - 1)^2.

    p and r are as in :func:`gini`. With people as weights it is his V_w, without them his V_uw.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a region, mostly output or income per head, zero or more.
    weights : array_like, shape (n,), optional
        People of each region; without them every region counts once.

    Returns
    -------
    float
        0 where all are equal; large where one rich region has few people.

    Raises
    ------
    ValueError
        As the module says; or the lengths or labels differ, or all values or weights are zero.

    References
    ----------
    Williamson, J. G. (1965), Regional inequality and the process of national development, Economic
    Development and Cultural Change 13(4).

    Examples
    --------
    >>> williamson([1, 3])
    0.5
    """
    return _one(_williamson, values, weights)


def atkinson(values: ArrayLike, weights: ArrayLike | None = None, *, epsilon: float = 1.0) -> float:
    """Return Atkinson's index: the share of income that could be spared if it were shared equally.

    1 - (sum of p r^(1 - epsilon))^(1 / (1 - epsilon)), with p and r as in :func:`gini`; at
    epsilon = 1 it is 1 - exp(-L), L being :func:`mean_log_deviation`.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a region, mostly output or income per head, zero or more.
    weights : array_like, shape (n,), optional
        People of each region; without them every region counts once.
    epsilon : float, default 1
        Aversion to inequality, 0 to 1000: the more, the more the poorest region counts.

    Returns
    -------
    float
        0 where all are equal (or epsilon is 0), at most 1: that, its limit, where people have
        nothing and epsilon is 1 or more.

    Raises
    ------
    ValueError
        As the module says; or the lengths or labels differ, or all values or weights are zero; or
        epsilon is outside its bounds.

    References
    ----------
    Atkinson, A. B. (1970), On the measurement of inequality, Journal of Economic Theory 2(3).

    Examples
    --------
    >>> round(atkinson([1, 3]), 4), round(atkinson([1, 3], epsilon=2), 4), atkinson([0, 3])
    (0.134, 0.25, 1.0)
    """
    return _one(_atkinson, values, weights, epsilon=epsilon)


def percentile_ratio(
    values: ArrayLike, weights: ArrayLike | None = None, *, share: float = 0.2
) -> float:
    """Return what the richest fifth of people have over what the poorest fifth have (S80/S20).

    People of one region are taken to be equal. The region in which a fifth ends is split, so that
    both ends hold the same number of people. OECD's Regions and Cities at a Glance compares the
    regions with the richest and the poorest people so: 20 % of them in newer editions, 10 % in that
    of 2018 and before. Name the edition; the two do not compare.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a region, mostly output or income per head, zero or more.
    weights : array_like, shape (n,), optional
        People of each region; without them every region counts once.
    share : float, default 0.2
        Share of people at each end, 1e-6 to one half; 0.1 for the older editions.

    Returns
    -------
    float
        1 where all are equal; infinite, its limit, where the poorest have nothing.

    Raises
    ------
    ValueError
        As the module says; or the lengths or labels differ, or all values or weights are zero; or
        the share is outside its bounds.

    Examples
    --------
    >>> round(percentile_ratio([1, 2, 3, 4, 5]), 4), round(percentile_ratio([1, 5], [1, 9]), 4)
    (5.0, 1.6667)
    """
    return _one(_percentile_ratio, values, weights, share=share)


def decompose_theil(
    values: ArrayLike, groups: ArrayLike, weights: ArrayLike | None = None
) -> pd.Series[float]:
    """Divide Theil's T into what lies between groups of regions and what lies within them.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a region, mostly output or income per head, zero or more.
    groups : array_like, shape (n,)
        The group of each region, such as coast and inland.
    weights : array_like, shape (n,), optional
        People of each region; without them every region counts once.

    Returns
    -------
    Series
        ``total``; ``between``, Theil's T of the means of the groups; ``within``, the mean of the T
        inside each group, weighted by its income. The last two add up to the first.

    Raises
    ------
    ValueError
        As :func:`theil`; or a region has no group.

    References
    ----------
    Shorrocks, A. F. (1980), The class of additively decomposable inequality measures, Econometrica
    48(3).

    Examples
    --------
    >>> decompose_theil([1, 1, 3, 3], ["inland", "inland", "coast", "coast"]).round(4).to_dict()
    {'total': 0.1308, 'between': 0.1308, 'within': 0.0}
    """
    y, w = _checked(values, weights)
    codes = _codes(groups, values)
    y, w = checks.scaled(y), checks.scaled(w)
    people = np.bincount(codes, w)
    income = np.bincount(codes, w * y)
    mean = (income / np.where(people > 0, people, 1))[codes]  # of its group, for each region
    total = _one(_theil, y, w)
    between = _one(_theil, mean, w)
    within = float(xlogy(w * y, y / np.where(mean > 0, mean, 1)).sum() / (w @ y))
    return pd.Series({"total": total, "between": between, "within": max(0.0, within)})


def sigma_convergence(panel: pd.DataFrame) -> pd.Series[float]:
    """Return the standard deviation of the logarithm over regions at each date.

    It falls where regions come closer (sigma convergence). Beta convergence alone does not make it
    fall, so show the two together.

    Parameters
    ----------
    panel : DataFrame
        Output or income per head above zero, one row a region and one column a date; the same
        regions at all dates.

    Returns
    -------
    Series
        By date, in the order of the columns. Divided by n, so regions counted twice change nothing.

    Raises
    ------
    ValueError
        If the panel is empty, or a value is missing, infinite, negative or zero.

    References
    ----------
    Barro, R. J. and Sala-i-Martin, X. (1992), Convergence, Journal of Political Economy 100(2).

    Examples
    --------
    >>> sigma_convergence(pd.DataFrame({1990: [1, 9], 2000: [1, 3]})).round(3).to_dict()
    {1990: 1.099, 2000: 0.549}
    """
    table = checks.frame("panel", panel)
    if not table.size:
        raise ValueError(
            f"panel: found {len(table)} regions and {table.shape[1]} dates, expected some"
        )
    sigma = [
        np.log(checks.array(f"panel, {date}", values, ABOVE_ZERO)).std()
        for date, values in table.items()
    ]
    return pd.Series(sigma, table.columns, dtype=float, name="sigma")


def beta_convergence(
    start: ArrayLike,
    end: ArrayLike,
    years: float,
    *,
    controls: Any = None,
    groups: ArrayLike | None = None,
    errors: str = "classical",
) -> Convergence:
    """Regress total log growth on the initial log level: beta convergence.

    ln(end / start) = a + slope ln(start) + controls. A slope below zero does not mean that places
    come closer (Galton's fallacy), and an error in the first value bends it down: see
    :func:`sigma_convergence` beside it.

    Parameters
    ----------
    start, end : array_like, shape (n,)
        Output or income per head at both dates, above zero.
    years : float
        Years between them.
    controls : array_like, shape (n,) or (n, k), optional
        More regressors (conditional convergence), as they shall enter: take logarithms yourself.
    groups : array_like, shape (n,), optional
        A group of each place, such as its country. Every group has its own intercept (group fixed
        effects), so places are compared within groups only; one alone in its group is left out.
    errors : {"classical", "HC3", "cluster"}
        Standard error: classical; robust for small samples; or clustered by ``groups``, which wants
        some dozens of them.

    Returns
    -------
    Convergence
        Slope and its standard error, speed a year, half-life, R squared, places used.

    Raises
    ------
    ValueError
        As the module says; or a value is zero, the lengths or labels differ, a place has no group,
        the period is not positive, the places are too few for the regressors, the regressors are
        collinear (as when all start alike), or clusters are asked for without groups.

    References
    ----------
    Mankiw, N. G., Romer, D. and Weil, D. N. (1992), A contribution to the empirics of economic
    growth, Quarterly Journal of Economics 107(2). Barro, R. J. and Sala-i-Martin, X. (1992),
    Convergence, Journal of Political Economy 100(2).

    Examples
    --------
    >>> found = beta_convergence([1, 2, 4, 8], [2, 3, 5, 7], 20)
    >>> round(found.slope, 3), round(found.speed, 4), round(found.half_life, 1), found.n
    (-0.384, 0.0242, 28.6, 4)
    """
    # Loaded here because it takes a second, and no other measure needs it.
    from statsmodels.regression import linear_model

    checks.choice("errors", errors, ERRORS)
    years = checks.number("years", years, YEARS)
    first = np.log(checks.array("start", start, ABOVE_ZERO))
    growth = np.log(checks.array("end", end, ABOVE_ZERO, like=start)) - first
    kept, codes = _with_company(groups, start)
    if errors == "cluster" and codes.max(initial=0) < 1:
        raise ValueError("groups: found fewer than two to cluster by, expected two or more")
    intercepts = np.eye(codes.max(initial=0) + 1)[codes]  # a column for each group
    others = [] if controls is None else _controls(controls, start)
    regressors = np.column_stack([intercepts, *(column[kept] for column in [first, *others])])
    _check_rank(regressors)
    ols: Any = linear_model.OLS(growth[kept], regressors)  # type: ignore[no-untyped-call]
    kind = "nonrobust" if errors == "classical" else errors
    fit = ols.fit(cov_type=kind, cov_kwds={"groups": codes} if errors == "cluster" else None)
    slope_column = intercepts.shape[1]
    slope = _without_rounding(float(fit.params[slope_column]))
    speed = -float(np.log1p(slope)) / years if slope > -1 else NAN
    all_alike = np.ptp(growth[kept]) <= NO_CHANGE * max(1.0, np.abs(first).max())
    return Convergence(
        slope=slope,
        se=float(fit.bse[slope_column]),
        speed=speed,
        half_life=INF if speed <= 0 else float(np.log(2)) / speed,
        r_squared=NAN if all_alike else float(fit.rsquared),
        n=len(regressors),
    )


def _without_rounding(slope: float) -> float:
    """Return 0 for a slope of nothing but rounding, and -1 for one where all end alike."""
    whole = round(slope)
    return float(whole) if whole in (0, -1) and abs(slope - whole) <= NO_CHANGE else slope


def _with_company(groups: Any, start: Any) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Say which places are not alone in their group, and number the groups of these from zero."""
    if groups is None:
        n = len(start)
        return np.ones(n, dtype=bool), np.zeros(n, dtype=int)
    codes = _codes(groups, start)
    kept = np.bincount(codes)[codes] > 1
    return kept, np.unique(codes[kept], return_inverse=True)[1]


def _controls(controls: Any, start: Any) -> list[Array]:
    """Return one column of finite numbers for each control."""
    if isinstance(controls, (list, tuple)):
        controls = pd.DataFrame(list(controls))  # of one number a row, or of a row of numbers
    elif isinstance(controls, np.ndarray) and controls.ndim == 2:
        controls = pd.DataFrame(controls)
    columns = controls.items() if isinstance(controls, pd.DataFrame) else [("0", controls)]
    like = start if isinstance(controls, LABELLED) else list(start)
    return [checks.array(f"controls, {name}", column, like=like) for name, column in columns]


def _check_rank(regressors: Array) -> None:
    """Raise unless there are more places than regressors, and these say different things."""
    n, wanted = regressors.shape
    if n <= wanted:
        raise ValueError(f"start: found {n} places, expected more than the {wanted} regressors")
    if np.linalg.matrix_rank(regressors) < wanted:
        raise ValueError("start: found collinear regressors, expected places that start apart")


def bootstrap_change(
    measure: Callable[..., float],
    before: ArrayLike,
    after: ArrayLike,
    *,
    weights_before: ArrayLike | None = None,
    weights_after: ArrayLike | None = None,
    draws: int = 2000,
    level: float = 0.95,
    rng: np.random.Generator,
) -> Change:
    """Change of a measure between two dates, with an interval from resampled regions.

    Each draw takes n regions with replacement, the same ones at both dates, since a region is much
    like itself a few years ago. The interval is that of percentiles. It says how much hangs on
    single regions, not how well they were measured. With few regions it is too narrow: on
    invented incomes (log-normal) 95 % intervals of the Gini held the true change 88 times in 100
    with 8, 13 and 30 regions, and 94 times with 80. Say so.

    Parameters
    ----------
    measure : callable
        A measure of this module, its options bound by ``functools.partial``; or any function of
        values and weights that sees a region drawn twice as one of double weight (much slower).
    before, after : array_like, shape (n,)
        Values of the same regions at both dates, in the same order.
    weights_before, weights_after : array_like, shape (n,), optional
        People of the regions at both dates; both or neither.
    draws : int, default 2000
        How many samples, up to 100,000.
    level : float, default 0.95
        Share of draws inside the interval.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Change
        After minus before, with interval, p-value and the draws used. A relative
        change below 1e-12 counts as none.

    Raises
    ------
    ValueError
        As the measure; or regions differ between the dates, one weight is given without the other,
        the change is not finite, or there are no draws or the level is not inside 0 to 1.

    References
    ----------
    Efron, B. and Tibshirani, R. J. (1993), An introduction to the bootstrap. Mills, J. A. and
    Zandvakili, S. (1997), Statistical inference via bootstrapping for measures of inequality,
    Journal of Applied Econometrics 12(2).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> change = bootstrap_change(gini, [1, 2, 3, 4, 5], [1, 2, 3, 5, 9], rng=rng)
    >>> round(change.estimate, 3), change.low < change.estimate < change.high, change.draws
    (0.113, True, 2000)
    """
    if not callable(measure):
        raise TypeError(f"measure: found {measure!r}, expected a function of values and weights")
    checks.generator("rng", rng)
    draws = checks.whole("draws", draws, 1, MOST_DRAWS)
    level = checks.number("level", level, LEVEL)
    for given, other, name in (
        (weights_before, weights_after, "weights_before"),
        (weights_after, weights_before, "weights_after"),
    ):
        if given is None and other is not None:
            raise ValueError(f"{name}: found none, expected weights at both dates or at neither")
    checks.numbers("after", after, ZERO_OR_MORE, like=before)
    dates = (
        _checked(before, weights_before, "before", "weights_before"),
        _checked(after, weights_after, "after", "weights_after"),
    )
    n = len(dates[0][0])
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=draws)
    times = np.vstack([np.ones(n), drawn])  # the first row has every region once: the estimate
    with np.errstate(divide="ignore", invalid="ignore"):
        first, last = (_rows(measure)(y, times * w) for y, w in dates)
        change = last - first
        # What is left of rounding is no change; without this its sign would count.
        change[np.abs(change) <= NO_CHANGE * (1 + np.minimum(first, last))] = 0
    estimate = float(change[0])
    resampled = change[1:][np.isfinite(change[1:])]
    if not (np.isfinite(estimate) and len(resampled)):
        raise ValueError(f"measure: found {first[0]:g} before, {last[0]:g} after, expected finite")
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2])
    return Change(estimate, float(low), float(high), _two_sided(resampled), len(resampled))


def _two_sided(resampled: Array) -> float:
    """Return twice the share of draws on the rarer side of zero, the sample being one of them."""
    rarer = int(min((resampled <= 0).sum(), (resampled >= 0).sum()))
    return min(1.0, 2 * (1 + rarer) / (len(resampled) + 1))


def concentration(output: ArrayLike, *, primary: Any = None) -> Concentration:
    """Measure how far regions share a total, where there is no population to divide it by.

    This is no measure of inequality: a region may have much output because many people live there.

    Parameters
    ----------
    output : array_like, shape (n,)
        Output of each region, not per head, zero or more.
    primary : label, optional
        Region of the primary city, by its label in the Series (its position in an array).

    Returns
    -------
    Concentration
        Herfindahl's index, the largest region with its share, the share of the primary region, the
        number of regions. Of two largest regions the first is named.

    Raises
    ------
    ValueError
        As the module says; or all output is zero, or no region or several have the primary label.

    References
    ----------
    Hirschman, A. O. (1964), The paternity of an index, American Economic Review 54(5).

    Examples
    --------
    >>> found = concentration(pd.Series({"Java": 60, "Sumatra": 20, "Bali": 20}), primary="Bali")
    >>> round(found.herfindahl, 2), found.largest, found.primary_share
    (0.44, 'Java', 0.2)
    """
    values = checks.scaled(_checked(output, None, "output")[0])
    labels = output.index if isinstance(output, pd.Series) else pd.RangeIndex(len(values))
    shares = values / values.sum()
    primary_share = NAN
    if primary is not None:
        primary_share = float(shares[checks.position("primary", primary, labels, whose="output")])
    top = int(np.argmax(shares))
    return Concentration(
        herfindahl=float(shares @ shares),
        largest=labels[top],
        largest_share=float(shares[top]),
        primary_share=primary_share,
        n=len(shares),
    )


# --- rows of weights: every measure takes n values and an array of weights, (draws, n) -----------


def _relative(y: Array, w: Array) -> tuple[Any, Any]:
    """Shares of people, and values over the mean of all people."""
    p = w / w.sum(axis=1, keepdims=True)
    return p, y / (p @ y)[:, None]


def _ascending(y: Array, w: Array) -> Pair:
    """Sort; millions in parts that fit the cache, on two threads, which takes half the time."""
    parts = 1 if len(y) < SORTED_IN_PARTS else 8
    bounds = [-1.0, *np.quantile(y[::1000], np.arange(1, parts) / parts), INF]

    def part(low: float, high: float) -> Pair:
        inside = np.flatnonzero((y > low) & (y <= high))
        order = inside[np.argsort(y[inside])]
        return y[order], w[:, order]

    with ThreadPoolExecutor(2) as pool:
        run = pool.map if parts > 1 else map
        values, weights = zip(*run(part, bounds[:-1], bounds[1:]), strict=True)
    return np.concatenate(values), np.concatenate(weights, axis=1)


def _gini(y: Array, w: Array) -> Any:
    y, w = _ascending(y, w)
    middle = np.cumsum(w, axis=1)  # where the people of each region stand, from the middle
    people = middle[:, -1:].copy()
    middle -= (w + people) / 2
    return 2 * np.einsum("ij,ij,j->i", middle, w, y) / (people[:, 0] * (w @ y))


def _theil(y: Array, w: Array) -> Any:
    p, r = _relative(y, w)
    return (p * xlogy(r, r)).sum(axis=1)


def _mean_log_deviation(y: Array, w: Array) -> Any:
    return -xlogy(*_relative(y, w)).sum(axis=1)


def _hoover(y: Array, w: Array) -> Any:
    p, r = _relative(y, w)
    return (p * np.abs(r - 1)).sum(axis=1) / 2


def _williamson(y: Array, w: Array) -> Any:
    p, r = _relative(y, w)
    return (p * (r - 1) ** 2).sum(axis=1) ** 0.5


def _atkinson(y: Array, w: Array, epsilon: float = 1.0) -> Any:
    power = 1 - checks.number("epsilon", epsilon, AVERSION)
    if power == 0:
        return -np.expm1(-_mean_log_deviation(y, w))
    p, r = _relative(y, w)
    if abs(power) > NEAR_ONE:
        return -np.expm1(logsumexp(power * np.log(r), b=p, axis=1) / power)
    # Beside 1 the sum of the powers is 1 but for its last digits, so it is the rest that is summed.
    rest = np.where(p > 0, p * np.expm1(power * np.log(r)), 0).sum(axis=1)
    return -np.expm1(np.log1p(rest) / power)


def _percentile_ratio(y: Array, w: Array, share: float = 0.2) -> Any:
    share = checks.number("share", share, SHARE_OF_PEOPLE)
    p, r = _relative(*_ascending(y, w))
    upto = np.cumsum(p, axis=1)
    # Rounded, so that a region which ends at the cut leaves nothing of the next one.
    poor = np.clip(np.round(share - upto + p, 14), 0, p)
    rich = np.clip(np.round(upto - 1 + share, 14), 0, p)
    return (rich * r).sum(axis=1) / (poor * r).sum(axis=1)


# The measure over rows of weights, by the public one: what a bootstrap calls.
KERNELS: dict[Any, Callable[..., Any]] = {
    gini: _gini,
    theil: _theil,
    mean_log_deviation: _mean_log_deviation,
    hoover: _hoover,
    williamson: _williamson,
    atkinson: _atkinson,
    percentile_ratio: _percentile_ratio,
}


def _rows(measure: Any) -> Callable[[Array, Array], Any]:
    """Return a measure that takes an array of weights."""
    bound = measure if isinstance(measure, partial) else partial(measure)
    kernel = KERNELS.get(bound.func)
    if kernel is not None:
        of_scaled = partial(kernel, **bound.keywords)
        return lambda y, w: of_scaled(checks.scaled(y), w)
    return lambda y, w: np.array([measure(y, row) for row in w])


def _one(rows: Callable[..., Any], values: Any, weights: Any, **options: float) -> float:
    """Return a measure of one set of values."""
    y, w = _checked(values, weights)
    with np.errstate(divide="ignore"):
        return max(0.0, float(rows(checks.scaled(y), checks.scaled(w)[None], **options)[0]))


# --- what is handed in ---------------------------------------------------------------------------


def _checked(
    values: Any, weights: Any, values_name: str = "values", weights_name: str = "weights"
) -> Pair:
    """Return values and weights that a mean can be taken of."""
    y = checks.array(values_name, values, ZERO_OR_MORE)
    w = np.ones(len(y))
    if weights is not None:
        w = checks.array(weights_name, weights, ZERO_OR_MORE, like=values)
    weighted = checks.scaled(w) * checks.scaled(y)
    for name, total in ((weights_name, w.max()), (values_name, weighted.max())):
        if not total > 0:
            raise ValueError(f"{name}: all rows that count are zero, expected one above it")
    return y, w


def _codes(groups: Any, like: Any) -> NDArray[np.int64]:
    """Return the group of each region as a number from zero."""
    codes: NDArray[np.int64] = pd.factorize(checks.labels("groups", groups, like=like))[0]
    return codes
