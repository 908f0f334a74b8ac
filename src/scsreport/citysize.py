"""How the sizes of cities are distributed: rank and size, tails, primacy.

Sizes are populations of one set of cities, in people, in any order; a Series lends its labels to
error messages. Every function raises TypeError for sizes that are not one column of numbers and
ValueError, naming the row, for one that is missing, infinite or negative. Zero, which is "not
known" in GeoNames, is refused where it would enter a logarithm.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from scsreport import checks
from scsreport.checks import ABOVE_ZERO, ZERO_OR_MORE

__all__ = [
    "NAN",
    "Primacy",
    "RankSize",
    "TailFit",
    "TooFewCitiesError",
    "exponent_by_cutoff",
    "hill",
    "primacy",
    "rank_size",
    "rank_size_by",
    "tail_fit",
]

NAN = float("nan")
LEAST_SPREAD = 1e-9
"""Of the logarithms of the largest and the smallest size; what is less may be rounding."""

LEAST_SUM = 1e-10
"""Of the powers of all whole sizes in a tail: below it the library's own sum of them is rounding,
and a step of one person is nothing beside the sizes."""

STEEPEST = 100.0
"""The largest exponent of a density that a fit is believed."""


class TooFewCitiesError(ValueError):
    """Fewer cities, or fewer different sizes, than a measure needs."""


FORMS = ("Pareto", "Lotka")
"""Rank on size, or size on rank."""


class RankSize(NamedTuple):
    """A rank-size regression, as made by :func:`rank_size`.

    Attributes
    ----------
    exponent, se : float
        The Pareto exponent zeta (1 is Zipf's law, lower is more unequal) and its standard error,
        zeta * sqrt(2 / n); the error printed by OLS is far too small.
    n, cutoff : int, float
        Cities used, and the size of the smallest of them, people.
    r_squared : float
        Share of the variance of ln(rank - 1/2) explained.
    """

    exponent: float
    se: float
    n: int
    cutoff: float
    r_squared: float


class TailFit(NamedTuple):
    """A power law fitted to the upper tail, as made by :func:`tail_fit`.

    Attributes
    ----------
    xmin, n_tail : float, int
        Where the tail begins, people, and the cities of that size and more.
    alpha, exponent : float
        Exponent of the density, and alpha - 1, the Pareto exponent of :class:`RankSize`.
    lognormal_ratio, lognormal_p : float
        Log-likelihood ratio of power law to lognormal on that tail over its standard deviation,
        positive where the power law fits better, negative where the lognormal does; and its
        two-sided p-value (Vuong's test): above .1 neither is favoured.
    """

    xmin: float
    alpha: float
    exponent: float
    n_tail: int
    lognormal_ratio: float
    lognormal_p: float


class Primacy(NamedTuple):
    """How far the largest city stands above the others; NaN where there are too few of them.

    Attributes
    ----------
    first_second, first_next3 : float
        First over second (1 and more, needs 2 cities); over the sum of the next three (1/3 and
        more, needs 4).
    first_top5_share, first_share : float
        First over the sum of the first five (0.2 to 1, needs 5); over the sum of all given.
    """

    first_second: float
    first_next3: float
    first_top5_share: float
    first_share: float


def _largest(
    population: ArrayLike, cutoff: float | None = None, n: int | None = None, least: int = 3
) -> NDArray[np.float64]:
    """Cities of ``cutoff`` people and more, of these the ``n`` largest, in descending order."""
    sizes = checks.numbers("population", population, ZERO_OR_MORE, least=0)
    if n is not None:
        n = checks.whole("n", n, least)
    if cutoff is not None:
        cutoff = checks.number("cutoff", cutoff, ZERO_OR_MORE)
        sizes = sizes[sizes >= cutoff]
    kept = sizes.sort_values(ascending=False).iloc[:n]
    if (kept == 0).any():
        raise ValueError(
            f"population: row {kept.index[kept == 0][0]} holds 0, which has no logarithm; "
            "set a cutoff above zero or a smaller n"
        )
    if len(sizes) < (n or least) or _all_alike(kept.to_numpy()):
        above = "" if cutoff is None else f" of {cutoff:g} people and more"
        raise TooFewCitiesError(
            f"population: found {len(sizes)} cities{above} with {kept.nunique()} different sizes, "
            f"expected at least {n or least} cities and 2 sizes; lower cutoff or n, or leave "
            "these cities out"
        )
    return np.asarray(kept, dtype=np.float64)


def _all_alike(descending: NDArray[Any]) -> bool:
    """Return whether logarithms of sizes differ by no more than rounding."""
    return not np.log(descending[0]) - np.log(descending[-1]) > LEAST_SPREAD


def rank_size(
    population: ArrayLike,
    *,
    cutoff: float | None = None,
    n: int | None = None,
    form: str = "Pareto",
) -> RankSize:
    """Regress rank on size, ln(rank - 1/2) = a - zeta ln S, or size on rank.

    The form of Pareto regresses rank on size; that of Lotka size on rank, ln S = b - beta
    ln(rank - 1/2), where beta is about one over zeta. Meta-analyses print both, so say which.
    Taking one half from the rank removes most of the bias of small samples. The exponent falls
    mechanically as more cities enter, so compare countries at one cut-off or one ``n``. Cities
    of one size take successive ranks, in whatever order: the result is the same.

    Parameters
    ----------
    population : array_like, shape (m,)
        City sizes, people.
    cutoff : float, optional
        Keep cities of this size and larger.
    n : int, optional
        Keep the ``n`` largest (of those that the cut-off leaves).
    form : {"Pareto", "Lotka"}
        Which of the two is regressed on the other.

    Returns
    -------
    RankSize
        Exponent (zeta or beta), standard error, cities used, smallest size used, R squared. The
        standard error is the exponent times the root of 2/n in both forms.

    Raises
    ------
    ValueError
        If the form is unknown, a zero is among the cities used, or (TooFewCitiesError) if fewer
        than three, fewer than ``n``, or no two different sizes remain.

    References
    ----------
    Gabaix, X. and Ibragimov, R. (2011), Rank - 1/2: a simple way to improve the OLS estimation
    of tail exponents, Journal of Business & Economic Statistics 29(1).

    Examples
    --------
    >>> fit = rank_size([1_000_000 / rank for rank in range(1, 101)])
    >>> round(fit.exponent, 2), round(fit.se, 2), fit.n
    (1.06, 0.15, 100)
    >>> round(rank_size([1_000_000 / rank for rank in range(1, 101)], form="Lotka").exponent, 2)
    0.94
    """
    from scipy.stats import linregress

    checks.choice("form", form, FORMS)
    sizes = _largest(population, cutoff, n)
    rank = np.log(np.arange(1, len(sizes) + 1) - 0.5)
    both = (np.log(sizes), rank) if form == "Pareto" else (rank, np.log(sizes))
    line: Any = linregress(*both)
    zeta, used = -float(line.slope), len(sizes)
    return RankSize(zeta, zeta * (2 / used) ** 0.5, used, float(sizes[-1]), float(line.rvalue) ** 2)


def rank_size_by(
    population: ArrayLike,
    groups: ArrayLike,
    *,
    cutoff: float | None = None,
    n: int | None = None,
    least: int = 3,
) -> pd.DataFrame:
    """Run :func:`rank_size` in every group, such as every country.

    Parameters
    ----------
    population : array_like, shape (m,)
        City sizes, people.
    groups : array_like, shape (m,)
        The group of each city, in the same order. Mind that "NA" is Namibia, not a gap.
    cutoff, n : optional
        As in :func:`rank_size`, within each group.
    least : int, default 3
        Cities that a group must have after the cut-off. Smaller groups are left out, and so are
        those with fewer than ``n`` or with one size only.

    Returns
    -------
    DataFrame
        One row per group that has enough cities, sorted, with the columns of :class:`RankSize`.

    Raises
    ------
    ValueError
        If the lengths differ, a group is missing, ``n`` is under three, or a zero is among the
        cities used.

    References
    ----------
    Soo, K. T. (2005), Zipf's law for cities: a cross-country investigation, Regional Science
    and Urban Economics 35(3).

    Examples
    --------
    >>> table = rank_size_by([900, 500, 200, 800, 70], ["A", "A", "A", "B", "B"])
    >>> table.index.tolist(), table["n"].tolist()
    (['A'], [3])
    """
    sizes = checks.numbers("population", population, ZERO_OR_MORE)
    labels = checks.labels("groups", groups, like=population).to_numpy()
    least = checks.whole("least", least, 1)
    rows = {}
    for group, own in sizes.groupby(labels):
        with suppress(TooFewCitiesError):
            fit = rank_size(own, cutoff=cutoff, n=n)
            if fit.n >= least or n is not None:
                rows[group] = fit
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(RankSize._fields))


def exponent_by_cutoff(population: ArrayLike, cutoffs: Iterable[float]) -> pd.DataFrame:
    """Run :func:`rank_size` at several cut-offs: how much the exponent owes to the choice.

    Parameters
    ----------
    population : array_like, shape (m,)
        City sizes, people.
    cutoffs : iterable of float
        Smallest sizes, people, above zero.

    Returns
    -------
    DataFrame
        Indexed by cut-off in the order given: ``exponent``, ``se`` and ``n``, the first two NaN
        where :func:`rank_size` would find too few cities.

    Raises
    ------
    ValueError
        If a zero is among the cities used.

    References
    ----------
    Rosen, K. T. and Resnick, M. (1980), The size distribution of cities: an examination of the
    Pareto law and primacy, Journal of Urban Economics 8(2).

    Examples
    --------
    >>> sizes = [1_000_000 / rank for rank in range(1, 101)]
    >>> exponent_by_cutoff(sizes, [10_000, 100_000])["n"].tolist()
    [100, 10]
    """
    sizes = checks.numbers("population", population, ZERO_OR_MORE)
    given = list(cutoffs) if isinstance(cutoffs, Iterator) else cutoffs
    checks.array("cutoffs", given, ABOVE_ZERO, what="cut-offs")
    rows = []
    for cutoff in given:
        try:
            rows.append(rank_size(sizes, cutoff=cutoff)[:3])
        except TooFewCitiesError:
            rows.append((NAN, NAN, int((sizes >= cutoff).sum())))
    return pd.DataFrame(
        rows, pd.Index(given, name="cutoff"), columns=pd.Index(["exponent", "se", "n"])
    )


def hill(population: ArrayLike, n: int) -> float:
    """Hill's estimate of the Pareto exponent without its bias: (n - 2) / sum ln(S_i / S_n).

    Parameters
    ----------
    population : array_like, shape (m,)
        City sizes, people.
    n : int
        The ``n`` largest are used, the ``n``-th of them as the threshold.

    Returns
    -------
    float
        The Pareto exponent zeta; its standard error is zeta / sqrt(n - 3).

    Raises
    ------
    ValueError
        If ``n`` is under three or above the number of cities, or if the ``n`` largest include a
        zero or are all of one size.

    References
    ----------
    Hill, B. M. (1975), A simple general approach to inference about the tail of a distribution,
    Annals of Statistics 3(5). Gabaix, X. (2009), Power laws in economics and finance, Annual
    Review of Economics 1, for the factor n - 2.

    Examples
    --------
    >>> round(hill([800, 400, 200, 100], 4), 3)
    0.481
    """
    n = checks.whole("n", n, 3)
    sizes = _largest(population, n=n)
    return (n - 2) / float(np.log(sizes / sizes[-1]).sum())


def tail_fit(population: ArrayLike, *, xmin: float | None = None) -> TailFit:
    """Fit a power law to the upper tail and set it against a lognormal.

    The tail begins where the Kolmogorov-Smirnov distance between data and fit is least. Whole
    numbers are fitted as discrete, unless the tail is so far up and so steep that a step of one is
    nothing; anything else as continuous. The search tries every distinct
    size: seconds for some thousand cities, minutes for tens of thousands. On a few dozen cities
    the numerical lognormal fit is rough: read nothing into the sign of a ratio near zero.

    Parameters
    ----------
    population : array_like, shape (m,)
        City sizes, people; at least five different ones.
    xmin : float, optional
        Begin the tail here instead of searching, people.

    Returns
    -------
    TailFit
        Threshold, exponents, cities in the tail and the ratio against the lognormal.

    Raises
    ------
    ValueError
        If a size is zero, or there are under five different ones (from ``xmin``, if given), or no
        power law under an exponent of 100 fits them.

    References
    ----------
    Clauset, A., Shalizi, C. R. and Newman, M. E. J. (2009), Power-law distributions in empirical
    data, SIAM Review 51(4). Alstott, J., Bullmore, E. and Plenz, D. (2014), powerlaw: a Python
    package for analysis of heavy-tailed distributions, PLoS ONE 9(1).

    Examples
    --------
    >>> fit = tail_fit([round(1_000_000 / rank) for rank in range(1, 101)])
    >>> fit.exponent == fit.alpha - 1, fit.n_tail <= 100
    (True, True)
    """
    if xmin is not None:
        xmin = checks.number("xmin", xmin, ABOVE_ZERO)
    sizes = _largest(population, xmin, least=5)
    if (distinct := len(np.unique(sizes))) < 5:
        raise TooFewCitiesError(f"population: found {distinct} different sizes, expected 5 or more")
    whole = bool((sizes == np.round(sizes)).all())
    fit = _power_law(sizes, xmin, discrete=whole)
    if whole and float(fit.xmin) ** (1 - fit.power_law.alpha) < LEAST_SUM:
        fit = _power_law(sizes, xmin, discrete=False)
    alpha, found = float(fit.power_law.alpha), float(fit.xmin)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ratio, p = fit.distribution_compare("power_law", "lognormal", normalized_ratio=True)
    _check_fit(fit.power_law.noise_flag, alpha, found, float(ratio), float(p))
    n_tail = int((sizes >= found).sum())
    return TailFit(found, alpha, alpha - 1, n_tail, float(ratio), float(p))


def _power_law(sizes: NDArray[np.float64], xmin: float | None, *, discrete: bool) -> Any:
    """Return the fit of the library, which prints its progress and warns of its own names."""
    import powerlaw

    library: Any = powerlaw
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        # Its own upper bound for alpha is 3, where a steeper tail would stop.
        ranges = {"alpha": [0, STEEPEST]}
        fit = library.Fit(sizes, discrete=discrete, xmin=xmin, verbose=0, parameter_ranges=ranges)
        try:
            _ = fit.power_law, fit.lognormal  # they are fitted when they are asked for
        except ValueError as error:  # an exponent of exactly one has no sum
            raise ValueError(f"population: found no power law that fits ({error})") from error
    return fit


def _check_fit(failed: bool, *numbers: float) -> None:
    """Raise where the search for an exponent ended nowhere."""
    if failed or not np.isfinite(numbers).all():
        raise ValueError(
            f"population: found no power law that fits (alpha {numbers[0]:g}), expected a tail of "
            f"exponent under {STEEPEST:g}; set xmin where the tail begins, or leave cities out"
        )


def primacy(population: ArrayLike) -> Primacy:
    """Measure the weight of the largest city against the next ones and against all.

    Parameters
    ----------
    population : array_like, shape (m,)
        City sizes of one country, people; at least one above zero.

    Returns
    -------
    Primacy
        Four ratios without unit; NaN where the cities are too few, or the divisor is zero. The
        last depends on how far down the list of cities goes.

    Raises
    ------
    ValueError
        If no city is above zero.

    References
    ----------
    Jefferson, M. (1939), The law of the primate city, Geographical Review 29(2).

    Examples
    --------
    >>> primacy([600, 300, 200, 100])
    Primacy(first_second=2.0, first_next3=1.0, first_top5_share=nan, first_share=0.5)
    """
    sizes = np.sort(checks.array("population", population, ZERO_OR_MORE, least=0))[::-1]
    if not len(sizes) or sizes[0] == 0:
        raise TooFewCitiesError("population: found no city above zero, expected at least one")
    sizes = checks.scaled(sizes)

    def over(divisor: NDArray[Any], cities: int) -> float:
        total = float(divisor.sum())
        return float(sizes[0]) / total if len(sizes) >= cities and total > 0 else NAN

    return Primacy(over(sizes[1:2], 2), over(sizes[1:4], 4), over(sizes[:5], 5), over(sizes, 1))
