"""Who is tied to whom: mixing of groups and sizes, and communities against given groups."""

# networkx and scikit-learn carry no types
# mypy: disable-error-code="no-untyped-call,attr-defined"

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from scsreport import checks
from scsreport.geometry import Floats
from scsreport.networks.graphs import MADE_BY, Graph, Positions, codes_by_city

__all__ = ["Agreement", "Mixing", "agreement", "communities", "mixing", "mixing_by_number"]

Measure = Callable[[Floats, Positions, Positions, Floats], Floats]
"""Values by draw and city, the two ends of each tie, weights by draw and tie: a number by draw."""

SEEDS = 2**31 - 1
MOST_DRAWS = 1_000_000
ENTRIES = 2_000_000  # of draws by ties at a time, which bounds memory


@dataclass(frozen=True)
class Mixing:
    """How far like is tied to like, as made by :func:`mixing` or :func:`mixing_by_number`.

    Attributes
    ----------
    assortativity : float
        Newman's coefficient: 1 where like is tied to like alone, 0 by chance, below zero where
        unlike cities seek each other. NaN where all are alike.
    low, high : float
        Ends of the 95 % interval, by drawing cities anew.
    p_value : float
        Two-sided, by handing the labels to cities anew.
    draws : int
        Draws of either kind.
    """

    assortativity: float
    low: float
    high: float
    p_value: float
    draws: int


@dataclass(frozen=True)
class Agreement:
    """How far two groupings of the same cities agree, as made by :func:`agreement`.

    Attributes
    ----------
    adjusted_rand : float
        1 for the same groups, 0 as by chance.
    mutual_information : float
        Normalised by the mean of the two entropies, 0 to 1; it rises with the number of groups.
    n : int
        Cities that both have.
    """

    adjusted_rand: float
    mutual_information: float
    n: int


def mixing(
    graph: Graph, group: pd.Series[Any], rng: np.random.Generator, *, draws: int = 999
) -> Mixing:
    """Measure whether cities of one group are tied to each other more than chance would have it.

    Chance hands the labels to the cities anew and leaves all ties, so degrees stay as they are.

    Parameters
    ----------
    graph : Graph
        Cities and ties, one tie or more.
    group : Series
        A label by city, such as its form.
    rng : Generator
        Source of the draws.
    draws : int, default 999
        Of labels, and of cities for the interval.

    Returns
    -------
    Mixing

    Raises
    ------
    ValueError
        If a city has no label, or there is no tie.

    References
    ----------
    Newman, M. E. J. (2003), Mixing patterns in networks, Physical Review E 67, 026126.
    Snijders, T. A. B. and Borgatti, S. P. (1999), Non-parametric standard errors and tests for
    network statistics, Connections 22(2).

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> two = graph(pd.DataFrame({"a": list("abcxyz"), "b": list("bcayzx")}))
    >>> found = mixing(two, pd.Series(dict.fromkeys("abc", 1) | dict.fromkeys("xyz", 2)),
    ...                np.random.default_rng(1), draws=99)
    >>> found.assortativity
    1.0
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    code = codes_by_city("group", group, graph)
    return _tested(graph, code.astype(np.float64), rng, draws, _by_label)


def mixing_by_number(
    graph: Graph, number: pd.Series[float], rng: np.random.Generator, *, draws: int = 999
) -> Mixing:
    """Measure whether large is tied to large: the correlation over both ends of all ties.

    Parameters
    ----------
    graph : Graph
        Cities and ties, one tie or more.
    number : Series
        By city, such as the logarithm of its people.
    rng : Generator
        Source of the draws.
    draws : int, default 999
        As in :func:`mixing`.

    Returns
    -------
    Mixing
        ``assortativity`` is the correlation.

    Raises
    ------
    ValueError
        If a city has no number, or there is no tie.

    References
    ----------
    As :func:`mixing`.

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> star = graph(pd.DataFrame({"a": ["hub"] * 3, "b": list("xyz")}))
    >>> size = pd.Series({"hub": 9.0, "x": 1.0, "y": 1.0, "z": 1.0})
    >>> round(mixing_by_number(star, size, np.random.default_rng(1), draws=99).assortativity, 6)
    -1.0
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    values = checks.by_label("number", number, graph.names, whose="graph")
    return _tested(graph, checks.scaled(values), rng, draws, _by_number)


def _tested(
    graph: Graph, values: Floats, rng: np.random.Generator, draws: int, measure: Measure
) -> Mixing:
    """Measure once, with labels handed out anew, and with cities drawn anew."""
    checks.generator("rng", rng)
    draws = checks.whole("draws", draws, 1, MOST_DRAWS)
    a, b = graph.ends
    if not len(a):
        raise ValueError("graph: found no tie, expected one or more")
    estimate = float(measure(values[None], a, b, np.ones((1, len(a))))[0])
    parts = np.array_split(np.arange(draws), 1 + draws * len(a) // ENTRIES)
    blocks = [len(part) for part in parts]
    by_chance = np.concatenate([_handed_out(values, a, b, rng, n, measure) for n in blocks])
    drawn = np.concatenate([_drawn(values, a, b, rng, n, measure) for n in blocks])
    low, high = _ends(drawn)
    return Mixing(estimate, low, high, _p_value(estimate, by_chance), draws)


def _handed_out(
    values: Floats,
    a: Positions,
    b: Positions,
    rng: np.random.Generator,
    rows: int,
    measure: Measure,
) -> Floats:
    """Measure with the values handed to the cities anew, one draw a row."""
    anew = rng.permuted(np.tile(values, (rows, 1)), axis=1)
    return measure(anew, a, b, np.ones((1, len(a))))


def _drawn(
    values: Floats,
    a: Positions,
    b: Positions,
    rng: np.random.Generator,
    rows: int,
    measure: Measure,
) -> Floats:
    """Measure with cities drawn anew: a tie counts as often as both of its cities together."""
    n = len(values)
    times = rng.multinomial(n, np.full(n, 1 / n), size=rows)
    return measure(values[None], a, b, (times[:, a] * times[:, b]).astype(np.float64))


def _ends(drawn: Floats) -> tuple[float, float]:
    kept = drawn[np.isfinite(drawn)]
    if not len(kept):
        return float("nan"), float("nan")
    low, high = np.quantile(kept, [0.025, 0.975])
    return float(low), float(high)


def _p_value(estimate: float, by_chance: Floats) -> float:
    """Return how often chance lies as far from its own mean; NaN where there is no estimate."""
    if not np.isfinite(estimate):
        return float("nan")
    centre = by_chance[np.isfinite(by_chance)].mean()
    as_far = np.abs(by_chance - centre) >= np.abs(estimate - centre) * (1 - checks.TIE)
    return float((1 + as_far.sum()) / (1 + len(by_chance)))


def _by_label(values: Floats, a: Positions, b: Positions, weight: Floats) -> Floats:
    """Return Newman's coefficient of labels, one for each row."""
    codes = values.astype(np.intp)
    one, other, weight = np.broadcast_arrays(codes[:, a], codes[:, b], weight)
    total = weight.sum(axis=1)
    ends = _sums_by_label(one, weight, codes.max() + 1) + _sums_by_label(
        other, weight, codes.max() + 1
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = (weight * (one == other)).sum(axis=1) / total
        by_chance = ((ends / (2 * total[:, None])) ** 2).sum(axis=1)
        return np.where(by_chance < 1 - checks.TIE, (alike - by_chance) / (1 - by_chance), np.nan)


def _sums_by_label(labels: Positions, weight: Floats, n: int) -> Floats:
    """Return the weight of each label in each row, labels from 0 to below n."""
    rows = len(labels)
    at = np.arange(rows)[:, None] * n + labels
    sums = np.bincount(at.ravel(), weight.ravel(), minlength=rows * n)
    return np.asarray(sums, dtype=np.float64).reshape(rows, n)


def _by_number(values: Floats, a: Positions, b: Positions, weight: Floats) -> Floats:
    """Return the correlation of numbers over both ends of ties, one for each row."""
    one, other = values[:, a], values[:, b]
    total = weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weight * (one + other)).sum(axis=1) / (2 * total)
        one, other = one - mean[:, None], other - mean[:, None]
        spread = (weight * (one**2 + other**2)).sum(axis=1) / 2
        together = (weight * one * other).sum(axis=1)
        return np.where(spread > 0, together / spread, np.nan)


def communities(graph: Graph, rng: np.random.Generator) -> pd.Series[int]:
    """Part cities into communities of many ties within and few between, by Louvain's method.

    Parameters
    ----------
    graph : Graph
        Cities and ties.
    rng : Generator
        Source of the order in which cities are tried.

    Returns
    -------
    Series
        Number of the community by city, the largest first, from 0.

    References
    ----------
    Blondel, V. D. et al. (2008), Fast unfolding of communities in large networks, Journal of
    Statistical Mechanics P10008.

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> two = graph(pd.DataFrame({"a": list("abcxyz"), "b": list("bcayzx")}))
    >>> communities(two, np.random.default_rng(1)).nunique()
    2
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    seed = int(checks.generator("rng", rng).integers(SEEDS))
    parts = nx.community.louvain_communities(graph.as_networkx(), seed=seed)
    code = np.zeros(len(graph.names), dtype=np.int64)
    for number, part in enumerate(sorted(parts, key=lambda part: (-len(part), min(part)))):
        code[list(part)] = number
    return pd.Series(code, graph.names, name="community")


def agreement(one: pd.Series[Any], other: pd.Series[Any]) -> Agreement:
    """Compare two groupings of cities, such as communities of ties and systems of roads.

    Parameters
    ----------
    one, other : Series
        A label by city; cities that only one has are left out.

    Returns
    -------
    Agreement

    Raises
    ------
    ValueError
        If they have no city in common.

    References
    ----------
    Hubert, L. and Arabie, P. (1985), Comparing partitions, Journal of Classification 2.

    Examples
    --------
    >>> agreement(pd.Series({"x": 1, "y": 1, "z": 2}), pd.Series({"x": "a", "y": "a", "z": "b"}))
    Agreement(adjusted_rand=1.0, mutual_information=1.0, n=3)
    """
    first, second = (checks.labelled(name, v) for name, v in (("one", one), ("other", other)))
    for name, given in (("one", first), ("other", second)):
        checks.unique(name, given.index)
    shared = first.dropna().index.intersection(second.dropna().index)
    if not len(shared):
        raise ValueError("other: found no city of one, expected the same cities")
    codes = [pd.factorize(given.loc[shared])[0] for given in (first, second)]
    return Agreement(
        float(adjusted_rand_score(*codes)),
        float(normalized_mutual_info_score(*codes)),
        len(shared),
    )
