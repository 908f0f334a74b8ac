"""A graph of ties between cities."""

# scipy and networkx carry no types
# mypy: disable-error-code="no-untyped-call,attr-defined"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array, csr_array, triu

from scsreport import checks
from scsreport.geometry import Floats

__all__ = ["MADE_BY", "Graph", "codes_by_city", "graph", "values_by_city"]

MADE_BY = "scsreport.networks.graph"
STRENGTH = checks.Range("a number from 1e-100 to 1e100", 1e-100, 1e100)
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Graph:
    """Cities and the ties between them, as made by :func:`graph`.

    Attributes
    ----------
    names : Index
        The cities.
    links : csr_array, shape (n, n)
        Strength of each tie, symmetric, nothing on the diagonal.
    """

    names: pd.Index[Any]
    links: csr_array

    @property
    def adjacency(self) -> csr_array:
        """Ones where there is a tie."""
        ones = np.ones(self.links.nnz)
        return csr_array((ones, self.links.indices, self.links.indptr), shape=self.links.shape)

    @property
    def degrees(self) -> Positions:
        """Ties of each city."""
        return np.asarray(np.diff(self.links.indptr), dtype=np.intp)

    @property
    def ends(self) -> tuple[Positions, Positions]:
        """Positions of the two cities of each tie, each tie once."""
        upper = coo_array(triu(self.links, k=1))
        return upper.row.astype(np.intp), upper.col.astype(np.intp)

    def as_networkx(self) -> Any:
        """Return the ties without strength as a networkx graph of positions."""
        return nx.from_scipy_sparse_array(self.adjacency)


def graph(
    ties: pd.DataFrame, *, weight: str | None = None, cities: Sequence[Any] | None = None
) -> Graph:
    """Make a graph of a table of ties.

    Parameters
    ----------
    ties : DataFrame
        One row a tie; its first two columns name the two cities. Rows of one pair, in either
        order, are one tie, whose strength is their sum. A tie of a city with itself is none.
    weight : str, optional
        Column of the strength of a tie, above zero; 1 without it.
    cities : sequence, optional
        All cities, each once, those without ties too; by default those of ``ties``.

    Returns
    -------
    Graph

    Raises
    ------
    TypeError
        If ``ties`` is no frame, or strengths are no numbers.
    ValueError
        If it has fewer than two columns, a city is missing or is not among ``cities``, or a
        strength is not between 1e-100 and 1e100.

    Examples
    --------
    >>> routes = pd.DataFrame({"a": ["Oslo", "Bari"], "b": ["Bari", "Oslo"], "airlines": [3, 2]})
    >>> graph(routes, weight="airlines").links.todense().tolist()
    [[0.0, 5.0], [5.0, 0.0]]
    """
    table = checks.frame("ties", ties)
    if weight is not None:
        checks.choice("weight", weight, map(str, table.columns))
    ends = [column for column in table.columns if column != weight][:2]
    if len(ends) < 2:
        raise ValueError(
            f"ties: found columns {list(table.columns)}, expected two that name cities"
        )
    for end in ends:
        checks.label_column("ties", table, end, "a city")
    strength: Floats = np.ones(len(table))
    if weight is not None:
        strength = np.asarray(checks.column("ties", table, weight, STRENGTH), dtype=np.float64)
    named = pd.concat([table[ends[0]], table[ends[1]]])
    names = (
        pd.Index(named.unique()) if cities is None else pd.Index(checks.labels("cities", cities))
    )
    checks.unique("cities", names)
    at = names.get_indexer(pd.Index(named))
    if (at < 0).any():
        raise ValueError(
            f"ties: found {named.iloc[int(np.argmax(at < 0))]}, expected one of cities"
        )
    a, b = at[: len(table)], at[len(table) :]
    apart = a != b
    shape = (len(names), len(names))
    one_way = coo_array((strength[apart], (a[apart], b[apart])), shape=shape)
    return Graph(names, csr_array(one_way + one_way.T))


def values_by_city(name: str, values: pd.Series[Any], graph: Graph) -> pd.Series[Any]:
    """Return what is known of each city of a graph, in its order.

    Parameters
    ----------
    name : str
        Of the argument, for messages.
    values : Series
        By city; others may be there too.
    graph : Graph
        As :func:`graph` makes it.

    Returns
    -------
    Series

    Raises
    ------
    TypeError, ValueError
        If it has no labels, one twice, or none for a city.
    """
    checks.instance("graph", graph, Graph, MADE_BY)
    given = checks.labelled(name, values)
    checks.unique(name, given.index)
    lost = ~graph.names.isin(given.index)
    if lost.any():
        raise ValueError(
            f"{name}: found none for {graph.names[lost][0]}, expected one for each city of graph "
            f"({lost.sum()} such)"
        )
    return given.reindex(graph.names)


def codes_by_city(name: str, values: pd.Series[Any], graph: Graph) -> Positions:
    """Return labels of the cities of a graph as numbers from 0, in its order.

    Parameters
    ----------
    name, values, graph
        As in :func:`values_by_city`.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    TypeError, ValueError
        As there, or if a label is missing.
    """
    given = checks.labels(name, values_by_city(name, values, graph))
    return np.asarray(pd.factorize(given)[0], dtype=np.intp)
