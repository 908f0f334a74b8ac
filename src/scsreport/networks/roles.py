"""What place a city has among ties: how many, how far, and between whom it stands."""

# scipy and networkx carry no types
# mypy: disable-error-code="no-untyped-call,attr-defined"

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csr_array, diags_array

from scsreport import checks
from scsreport.geometry import Floats
from scsreport.networks.graphs import (
    MADE_BY,
    Graph,
    Positions,
    codes_by_city,
    values_by_city,
)

__all__ = [
    "betweenness",
    "constraint",
    "core_numbers",
    "reach",
    "ties",
    "transitivity",
    "without_primary",
]

CHUNK = 128  # sources at a time, which bounds memory


def ties(graph: Graph, country: pd.Series[Any]) -> pd.DataFrame:
    """Count the ties of each city, within its country and beyond it.

    Parameters
    ----------
    graph : Graph
        Cities and ties.
    country : Series
        By city.

    Returns
    -------
    DataFrame
        By city: ``degree``, the cities it has a tie with; ``strength``, the sum of the strengths of
        its ties; ``domestic`` and ``international``, which sum to the degree.

    Raises
    ------
    ValueError
        If a city has no country.

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> air = graph(pd.DataFrame({"a": ["Oslo", "Oslo"], "b": ["Bergen", "Rome"]}))
    >>> ties(air, pd.Series({"Oslo": "NO", "Bergen": "NO", "Rome": "IT"})).loc["Oslo"].tolist()
    [2.0, 2.0, 1.0, 1.0]
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    code = codes_by_city("country", country, graph)
    links = graph.adjacency.tocoo()
    home = code[links.row] == code[links.col]
    domestic = np.bincount(links.row[home], minlength=len(code))
    return pd.DataFrame(
        {
            "degree": graph.degrees,
            "strength": np.asarray(graph.links.sum(axis=1)).ravel(),
            "domestic": domestic,
            "international": graph.degrees - domestic,
        },
        graph.names,
    )


def reach(graph: Graph) -> pd.Series[int]:
    """Count the other cities that each city reaches over one tie or two.

    Parameters
    ----------
    graph : Graph
        Cities and ties.

    Returns
    -------
    Series
        By city.

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> reach(graph(pd.DataFrame({"a": ["x", "y", "z"], "b": ["y", "z", "w"]}))).to_dict()
    {'x': 2, 'y': 3, 'z': 3, 'w': 2}
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    one = graph.adjacency
    reached = _without_diagonal(one + one @ one)
    return pd.Series(np.diff(reached.indptr), graph.names, name="reach")


def without_primary(
    graph: Graph, country: pd.Series[Any], primary: pd.Series[bool]
) -> pd.DataFrame:
    """Tell what each city reaches abroad without its country's primary city.

    Parameters
    ----------
    graph : Graph
        Cities and ties.
    country : Series
        By city.
    primary : Series of bool
        By city: True for the primary city of a country, one at most.

    Returns
    -------
    DataFrame
        By city: ``skipping``, the share of its ties that are not with its primary city; ``abroad``,
        the foreign cities it reaches over two ties or one; ``abroad_without``, those of them it
        reaches on some way that does not pass its primary city; ``share_without``, the latter over
        the former. Shares are missing where there is nothing to share. A primary city passes
        itself: it has no share.

    Raises
    ------
    ValueError
        If a city has no country or no flag, or a country has two primary cities.

    Examples
    --------
    A city with one tie, to its capital, reaches nothing abroad by itself.

    >>> from scsreport.networks import graph
    >>> air = graph(pd.DataFrame({"a": ["Lae", "Port Moresby"], "b": ["Port Moresby", "Cairns"]}))
    >>> country = pd.Series({"Lae": "PG", "Port Moresby": "PG", "Cairns": "AU"})
    >>> primary = pd.Series({"Lae": False, "Port Moresby": True, "Cairns": False})
    >>> without_primary(air, country, primary).loc["Lae"].tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    code = codes_by_city("country", country, graph)
    given = pd.DataFrame({"primary": values_by_city("primary", primary, graph)})
    first = _primary_of(code, checks.flags("primary", given, "primary").to_numpy())
    one = graph.adjacency
    two = one @ one
    with_first = _ties_with(first, one)
    own = np.asarray(with_first.sum(axis=1)).ravel()
    abroad = _abroad(one + two, code)
    by_itself = _abroad(one + (two - with_first @ one), code)
    with np.errstate(invalid="ignore"):
        shares = {"skipping": 1 - own / graph.degrees, "share_without": by_itself / abroad}
    frame = pd.DataFrame({**shares, "abroad": abroad, "abroad_without": by_itself}, graph.names)
    frame.loc[first == np.arange(len(code)), ["skipping", "abroad_without", "share_without"]] = (
        np.nan
    )
    return frame[["skipping", "abroad", "abroad_without", "share_without"]]


def _ties_with(first: Positions, one: csr_array) -> csr_array:
    """Return the ties of each city with its own primary city, in the row of the city."""
    rows = np.flatnonzero(first >= 0)
    entries = (np.ones(len(rows)), (rows, first[rows]))
    return csr_array(csr_array(entries, shape=one.shape).multiply(one))


def _abroad(links: csr_array, code: Positions) -> Floats:
    """Count the cities of other countries that each row has an entry for."""
    pairs = csr_array(links).tocoo()
    foreign = (code[pairs.row] != code[pairs.col]) & (pairs.data > 0)
    return np.bincount(pairs.row[foreign], minlength=len(code)).astype(np.float64)


def _primary_of(code: Positions, primary: Any) -> Positions:
    """Return for each city the position of its country's primary city; -1 where there is none."""
    firsts = np.flatnonzero(primary)
    counts = np.bincount(code[firsts], minlength=code.max(initial=0) + 1)
    if (counts > 1).any():
        raise ValueError(
            f"primary: found {counts.max()} primary cities in one country, expected one at most"
        )
    of_country = np.full(len(counts), -1, dtype=np.intp)
    of_country[code[firsts]] = firsts
    return np.asarray(of_country[code])


def betweenness(graph: Graph) -> pd.Series[float]:
    """Count the shortest ways between other cities that pass each city, as shares of each pair.

    Every pair of cities counts one, parted evenly over its shortest ways; ties are of one length.
    Brandes' sums are taken for many sources at once, level by level, as products of matrices.

    Parameters
    ----------
    graph : Graph
        Cities and ties.

    Returns
    -------
    Series
        By city, zero and more; divided by (n - 1)(n - 2) / 2 it is a share.

    References
    ----------
    Brandes, U. (2001), A faster algorithm for betweenness centrality, Journal of Mathematical
    Sociology 25(2).

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> betweenness(graph(pd.DataFrame({"a": ["x", "y", "z"], "b": ["y", "z", "w"]}))).to_dict()
    {'x': 0.0, 'y': 2.0, 'z': 2.0, 'w': 0.0}
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    tied = np.flatnonzero(graph.degrees)
    one = graph.adjacency[tied][:, tied]
    total = np.zeros(len(graph.names))
    for start in range(0, len(tied), CHUNK):
        total[tied] += _dependencies(one, np.arange(start, min(start + CHUNK, len(tied))))
    return pd.Series(total / 2, graph.names, name="betweenness")


def _dependencies(one: csr_array, sources: Positions) -> Floats:
    """Return for each city the sum over sources of the shares of ways from them that pass it."""
    columns = np.arange(len(sources))
    front = np.zeros((one.shape[0], len(sources)))
    front[sources, columns] = 1
    ways = front.copy()
    level = np.where(front > 0, 0, -1)
    depth = 0
    while front.any():
        depth += 1
        front = np.where(level < 0, one @ front, 0)
        level[front > 0] = depth
        ways += front
    passing = np.zeros_like(ways)
    at_least_one = np.where(ways > 0, ways, 1)
    for step in range(depth - 1, 0, -1):
        below = np.where(level == step, (1 + passing) / at_least_one, 0)
        passing += np.where(level == step - 1, ways * (one @ below), 0)
    passing[sources, columns] = 0
    return np.asarray(passing.sum(axis=1))


def constraint(graph: Graph) -> pd.Series[float]:
    """Return Burt's constraint: how far a city's partners are tied to one another.

    With p_ij the share of tie ij in the strength of i, the sum over partners j of
    (p_ij + sum_q p_iq p_qj)^2. A city that bridges partners without ties of their own has a low
    one; a city of few partners has a high one by arithmetic, so compare cities of one degree.

    Parameters
    ----------
    graph : Graph
        Cities and ties; strengths count.

    Returns
    -------
    Series
        By city, missing for those without ties.

    References
    ----------
    Burt, R. S. (2004), Structural holes and good ideas, American Journal of Sociology 110(2).

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> constraint(graph(pd.DataFrame({"a": ["hub"] * 4, "b": list("wxyz")}))).to_dict()
    {'hub': 0.25, 'w': 1.0, 'x': 1.0, 'y': 1.0, 'z': 1.0}
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    strength = np.asarray(graph.links.sum(axis=1)).ravel()
    shares = diags_array(1 / np.where(strength > 0, strength, 1)) @ graph.links
    with_partners = csr_array(shares + (shares @ shares).multiply(graph.adjacency))
    total = np.asarray(with_partners.power(2).sum(axis=1)).ravel()
    return pd.Series(np.where(strength > 0, total, np.nan), graph.names, name="constraint")


def transitivity(graph: Graph) -> float:
    """Return the share of pairs of partners that are partners themselves.

    Parameters
    ----------
    graph : Graph
        Cities and ties.

    Returns
    -------
    float
        Three times the triangles over the paths of two ties; NaN where there is no such path.

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> transitivity(graph(pd.DataFrame({"a": list("xyzz"), "b": list("yzxw")})))
    0.6
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    one = graph.adjacency
    paths = float((graph.degrees * (graph.degrees - 1)).sum())
    closed = float((one @ one).multiply(one).sum())
    return closed / paths if paths else float("nan")


def core_numbers(graph: Graph) -> pd.Series[int]:
    """Return the largest k for which a city is in the k-core.

    The k-core is what is left once cities of fewer than k ties are taken away, again and again.

    Parameters
    ----------
    graph : Graph
        Cities and ties.

    Returns
    -------
    Series
        By city.

    References
    ----------
    Seidman, S. B. (1983), Network structure and minimum degree, Social Networks 5(3).

    Examples
    --------
    >>> from scsreport.networks import graph
    >>> core_numbers(graph(pd.DataFrame({"a": list("xyzz"), "b": list("yzxw")}))).to_dict()
    {'x': 2, 'y': 2, 'z': 2, 'w': 1}
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    found = nx.core_number(graph.as_networkx())
    return pd.Series(found, range(len(graph.names)), name="core").set_axis(graph.names)


def _without_diagonal(links: csr_array) -> csr_array:
    pairs = csr_array(links).tocoo()
    apart = pairs.row != pairs.col
    entries = (pairs.data[apart], (pairs.row[apart], pairs.col[apart]))
    return csr_array(entries, shape=pairs.shape)
