"""Regressions within countries: what external factors explain beyond internal ones.

The statistics behind the table ``access-regressions``, in steps that know no table: which units
count, deviations from the means of countries, the partial R2 with its interval, coefficients with
errors clustered by country, errors that reach over space, and the likeness of neighbours.
"""

# esda carries no types
# mypy: disable-error-code="no-untyped-call,import-untyped"

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from esda import Moran
from libpysal.weights import KNN
from statsmodels.regression.linear_model import OLS

from scsreport.geometry import EARTH_KM, unit_vectors

__all__ = [
    "Explained",
    "Fit",
    "coefficients",
    "complete_units",
    "cross_products",
    "explain",
    "residual_autocorrelation",
    "spatial_errors",
    "standardised",
    "variance_explained",
]

Floats = npt.NDArray[np.float64]

SEED = 2019
RUNS = 999
INTERVAL = [0.025, 0.975]  # of the countries drawn
Z95 = 1.96
MIN_CLUSTERS = 30  # countries; under so many, errors clustered by country are too small
SPATIAL_KM = 500  # where two residuals no longer hang together
NEIGHBOURS = 5


class Explained(NamedTuple):
    """What two sets of terms explain within countries.

    Attributes
    ----------
    internal : float
        Share of the variance within countries that internal terms explain.
    partial : float
        Share of the rest that external terms explain: the partial R2.
    low, high : float
        Ends of its interval of 95 %, countries drawn with replacement.
    """

    internal: float
    partial: float
    low: float
    high: float


class Fit(NamedTuple):
    """A regression with an intercept for each country.

    Attributes
    ----------
    table : DataFrame
        By term: ``coef``, ``low``, ``high`` and ``p``.
    design : ndarray, shape (n, k)
        Terms, then one column a country.
    residuals : ndarray, shape (n,)
        What is left of the outcome.
    errors : str
        ``cluster``, or ``HC3`` where countries are few.
    """

    table: pd.DataFrame
    design: Floats
    residuals: Floats
    errors: str


def explain(rows: pd.DataFrame, internal: Sequence[str], external: Sequence[str]) -> pd.DataFrame:
    """Regress on internal, then external factors within countries.

    Parameters
    ----------
    rows : DataFrame
        One row a unit: ``y``, ``country``, ``lat``, ``lon`` and every factor.
    internal, external : sequence of str
        Columns; an internal factor that is the same everywhere is left out.

    Returns
    -------
    DataFrame
        One row per term: coefficient for one standard deviation with two intervals of 95 %, and
        what holds for all of them: units, countries, how many of either were ``lost``, shares of
        variance, and Moran's I of the residuals.
    """
    internal = [term for term in internal if rows[term].astype(float).std() > 0]
    terms = [*internal, *external]
    units = complete_units(rows, terms)
    scaled = standardised(units, terms)
    country = units["country"]
    fit = coefficients(scaled, country)
    points = unit_vectors(units["lat"], units["lon"])
    half_width = Z95 * spatial_errors(fit, points)[: len(terms)]
    variance = variance_explained(cross_products(scaled, country), len(internal))
    moran = residual_autocorrelation(fit.residuals, points)
    return pd.DataFrame(
        {
            "term": terms,
            "kind": ["internal"] * len(internal) + ["external"] * len(external),
            **fit.table,
            "spatial_low": fit.table["coef"] - half_width,
            "spatial_high": fit.table["coef"] + half_width,
            "n": len(units),
            "countries": country.nunique(),
            "lost": len(rows) - len(units),
            "lost_countries": rows["country"].nunique() - country.nunique(),
            "errors": fit.errors,
            "internal": variance.internal,
            "partial": variance.partial,
            "partial_low": variance.low,
            "partial_high": variance.high,
            "moran": moran.I,
            "moran_p": moran.p_norm,
        }
    )


def complete_units(rows: pd.DataFrame, terms: Sequence[str]) -> pd.DataFrame:
    """Return the units that have all values and are not alone in their country.

    Parameters
    ----------
    rows : DataFrame
        As in :func:`explain`.
    terms : sequence of str
        Columns that must be known.

    Returns
    -------
    DataFrame
    """
    known = rows.dropna(subset=["y", "lat", *terms])
    return known[known.groupby("country")["y"].transform("size") > 1]


def standardised(rows: pd.DataFrame, terms: Sequence[str]) -> pd.DataFrame:
    """Return terms with mean zero and standard deviation one, and the outcome as it is.

    Parameters
    ----------
    rows : DataFrame
        As in :func:`explain`.
    terms : sequence of str
        Columns.

    Returns
    -------
    DataFrame
        The terms, and ``y`` last.
    """
    table = rows[[*terms]].astype(float)
    return ((table - table.mean()) / table.std()).assign(y=rows["y"])


def cross_products(scaled: pd.DataFrame, country: "pd.Series[Any]") -> Floats:
    """Return the products of deviations from country means, summed within each country.

    Parameters
    ----------
    scaled : DataFrame, shape (n, k)
        Of :func:`standardised`.
    country : Series
        The country of each row.

    Returns
    -------
    ndarray, shape (countries, k, k)
        Sums of these over any countries are all that least squares within countries needs.
    """
    deviations = scaled - scaled.groupby(country).transform("mean")
    by_country = [rows.to_numpy() for _, rows in deviations.groupby(country)]
    return np.stack([rows.T @ rows for rows in by_country])


def variance_explained(products: Floats, internal: int) -> Explained:
    """Return what the first terms explain, and what the others explain of the rest.

    Parameters
    ----------
    products : ndarray, shape (countries, k, k)
        Of :func:`cross_products`, the outcome last.
    internal : int
        How many of the terms are internal.

    Returns
    -------
    Explained
    """
    total = products.sum(axis=0)
    countries = len(products)
    # A sample of countries is a weight for each; the same draws for every sample of one size.
    rng = np.random.default_rng(SEED)
    weights = rng.multinomial(countries, np.full(countries, 1 / countries), RUNS)
    drawn = [_partial(np.tensordot(weight, products, 1), internal) for weight in weights]
    low, high = np.quantile(drawn, INTERVAL)
    return Explained(
        internal=1 - _unexplained(total, internal) / total[-1, -1],
        partial=_partial(total, internal),
        low=low,
        high=high,
    )


def _partial(products: Floats, internal: int) -> float:
    """Return the share of what the internal terms leave that the other terms explain."""
    all_terms = len(products) - 1
    return 1 - _unexplained(products, all_terms) / _unexplained(products, internal)


def _unexplained(products: Floats, terms: int) -> float:
    """Return the sum of squares that the first terms leave of the outcome."""
    of_terms = products[:terms, :terms]
    with_outcome = products[:terms, -1]
    # Least squares, since a draw of few countries may leave a term constant.
    solution = np.linalg.lstsq(of_terms, with_outcome)[0]
    return float(products[-1, -1] - with_outcome @ solution)


def coefficients(scaled: pd.DataFrame, country: "pd.Series[Any]") -> Fit:
    """Regress the outcome on the terms and on an intercept for each country.

    Errors are clustered by country; with fewer than :data:`MIN_CLUSTERS` countries they are HC3.
    Both are those of statsmodels, and so is the normal distribution behind intervals and p.

    Parameters
    ----------
    scaled : DataFrame, shape (n, k + 1)
        Of :func:`standardised`.
    country : Series
        The country of each row.

    Returns
    -------
    Fit
    """
    # linearmodels' PanelOLS absorbs the intercepts, and where effects are counted its clustered
    # errors are these to 2e-14. But its p is Student's t (apart by up to 4e-4), and it has no HC3:
    # its robust errors are 12 to 17 % smaller or larger where countries are few.
    terms = list(scaled.columns.drop("y"))
    design = scaled[terms].join(pd.get_dummies(country, dtype=float))
    model = OLS(scaled["y"], design)
    if country.nunique() >= MIN_CLUSTERS:
        codes = country.astype("category").cat.codes
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": codes})
    else:
        fit = model.fit(cov_type="HC3")
    ends = fit.conf_int().loc[terms]
    table = pd.DataFrame(
        {"coef": fit.params[terms], "low": ends[0], "high": ends[1], "p": fit.pvalues[terms]}
    )
    return Fit(table, design.to_numpy(), fit.resid.to_numpy(), fit.cov_type)


def spatial_errors(fit: Fit, points: Floats) -> Floats:
    """Return standard errors that allow residuals of near units to hang together.

    Two units count by one minus their distance over :data:`SPATIAL_KM`, whatever their country.

    Parameters
    ----------
    fit : Fit
        Of :func:`coefficients`.
    points : ndarray, shape (n, 3)
        Unit vectors of the units.

    Returns
    -------
    ndarray, shape (k,)
        One for each column of the design.

    References
    ----------
    Conley, T. G. (1999), GMM estimation with cross sectional dependence, Journal of Econometrics
    92(1).
    """
    km = np.arccos(np.clip(points @ points.T, -1, 1)) * EARTH_KM
    kernel = np.clip(1 - km / SPATIAL_KM, 0, None)
    scores = fit.design * fit.residuals[:, None]
    bread = np.linalg.pinv(fit.design.T @ fit.design)
    variance = bread @ (scores.T @ kernel @ scores) @ bread
    return np.asarray(np.sqrt(np.diag(variance)))


def residual_autocorrelation(residuals: Floats, points: Floats) -> Any:
    """Return Moran's I of residuals, over the nearest :data:`NEIGHBOURS` units of each.

    Parameters
    ----------
    residuals : ndarray, shape (n,)
        Of a regression.
    points : ndarray, shape (n, 3)
        Unit vectors of the units.

    Returns
    -------
    esda.Moran
    """
    neighbours = KNN(points, k=NEIGHBOURS, silence_warnings=True)
    neighbours.transform = "r"
    return Moran(residuals, neighbours, permutations=0)
