"""Functions of a city: what it has more of than its country, and how many kinds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from scsreport import checks
from scsreport.geometry import Floats

__all__ = ["diversity", "location_quotients", "specialisation"]


def location_quotients(
    functions: pd.DataFrame, country: pd.Series[Any] | None = None
) -> pd.DataFrame:
    """Compare the share of each function in a city with its share in the country.

    Parameters
    ----------
    functions : DataFrame
        Cities by functions, each zero or more, in units that can be added within a column.
    country : Series, optional
        By city; all cities are one country without it.

    Returns
    -------
    DataFrame
        Of the same shape: above 1 where a city has more of a function than its country. Missing
        where the city has no function at all, or the country has none of that one.

    Raises
    ------
    ValueError
        If a value is missing or negative, or a city has no country.

    References
    ----------
    Isard, W. (1960), Methods of regional analysis, MIT Press.

    Examples
    --------
    >>> table = pd.DataFrame({"port": [3.0, 1.0], "rail": [1.0, 3.0]}, index=["Santos", "Campinas"])
    >>> location_quotients(table).loc["Santos"].tolist()
    [1.5, 0.5]
    """
    values = _checked(functions)
    code = _countries(country, functions)
    sums = np.zeros((code.max(initial=0) + 1, values.shape[1]))
    np.add.at(sums, code, values)
    with np.errstate(invalid="ignore", divide="ignore"):
        quotients = _shares(values) / _shares(sums)[code]
    return pd.DataFrame(
        np.where(np.isfinite(quotients), quotients, np.nan), functions.index, functions.columns
    )


def specialisation(
    functions: pd.DataFrame, country: pd.Series[Any] | None = None
) -> pd.Series[float]:
    """Return Krugman's index: how far a city's mix of functions is from its country's.

    Parameters
    ----------
    functions, country
        As in :func:`location_quotients`.

    Returns
    -------
    Series
        By city, the sum of absolute differences of shares: 0 for the country's mix, below 2.
        Missing where the city has no function.

    Raises
    ------
    ValueError
        As :func:`location_quotients`.

    References
    ----------
    Krugman, P. (1991), Geography and trade, MIT Press.

    Examples
    --------
    >>> table = pd.DataFrame({"port": [3.0, 1.0], "rail": [1.0, 3.0]}, index=["Santos", "Campinas"])
    >>> specialisation(table).tolist()
    [0.5, 0.5]
    """
    values = _checked(functions)
    code = _countries(country, functions)
    sums = np.zeros((code.max(initial=0) + 1, values.shape[1]))
    np.add.at(sums, code, values)
    apart = np.abs(_shares(values) - _shares(sums)[code]).sum(axis=1)
    return pd.Series(apart, functions.index, name="specialisation")


def diversity(functions: pd.DataFrame) -> pd.Series[float]:
    """Return how many functions of equal weight a city's mix is worth.

    Parameters
    ----------
    functions : DataFrame
        As in :func:`location_quotients`.

    Returns
    -------
    Series
        By city, one over the sum of squared shares: 1 to the number of functions. Missing where the
        city has no function.

    Raises
    ------
    ValueError
        If a value is missing or negative.

    References
    ----------
    Duranton, G. and Puga, D. (2000), Diversity and specialisation in cities: why, where and when
    does it matter? Urban Studies 37(3).

    Examples
    --------
    >>> diversity(pd.DataFrame({"port": [1.0, 1.0], "rail": [1.0, 0.0]})).tolist()
    [2.0, 1.0]
    """
    shares = _shares(_checked(functions))
    return pd.Series(1 / (shares**2).sum(axis=1), functions.index, name="diversity")


def _checked(functions: pd.DataFrame) -> Floats:
    """Return the numbers of a table of functions, in a unit in which no sum overflows."""
    checks.frame("functions", functions, each_row_once=True)
    if functions.index.nlevels > 1:
        raise ValueError("functions: found labels of several levels, expected one for each city")
    if not functions.shape[0] or not functions.shape[1]:
        raise ValueError("functions: found an empty table, expected cities and functions")
    values: Floats = np.empty(functions.shape)
    for at, key in enumerate(functions.columns):
        values[:, at] = checks.column("functions", functions, key, checks.ZERO_OR_MORE)
    return checks.scaled(values) if values.any() else values


def _countries(country: pd.Series[Any] | None, functions: pd.DataFrame) -> Any:
    if country is None:
        return np.zeros(len(functions), dtype=np.intp)
    return pd.factorize(checks.labels("country", country, like=functions))[0]


def _shares(values: Floats) -> Floats:
    """Return each row as shares of its sum; missing where that is zero."""
    total = values.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, values / total, np.nan)
