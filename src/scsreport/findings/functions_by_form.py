"""Functions of cities beyond what size explains: by form, and by distance to a larger city.

Christaller expects functions to follow size; Meijers and Burger ask whether a city near a larger
one has fewer than its size predicts (its shadow) or more (borrowed size). Each function is
explained by the city's people, its form, the distance to the nearest larger city, and one
intercept a country; what is found are associations, not effects.
"""

# statsmodels carries no types
# mypy: disable-error-code="no-untyped-call"

from itertools import product

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from scsreport import networks
from scsreport.findings import functions, ties
from scsreport.findings.networks import SAMPLES, samples
from scsreport.tables.datasets import load

__all__ = [
    "COUNTS",
    "FLAGS",
    "MIN_CITIES",
    "MODELS",
    "beyond_size",
    "profiles",
    "shadows",
]

COUNTS = {"air routes": "air_degree", "sister cities": "sister_degree"}
FLAGS = ("regional_capital", "airport", "air_abroad", "port", "rail")
"""Functions that are counted (a negative binomial), and those a city has or has not (a logit)."""

MODELS = {
    "form and place": ("size", "km_larger", "cluster", "corridor"),
    "form": ("size", "cluster", "corridor"),
    "place": ("size", "km_larger"),
}
"""Terms of each model: logarithms of people and of km to the nearest larger city; forms against
hubs. Forms are told apart by distances, among others, so form and place also stand alone."""

MIN_CITIES = 5
"""Cities that a country needs for an intercept of its own; the others are left out."""

MIN_CLUSTERS = 30  # countries; under so many, errors clustered by country are too small
LEAST_KM = 1.0


def beyond_size() -> pd.DataFrame:
    """Explain each function of cities that are not primary by size, form and place.

    Returns
    -------
    DataFrame
        The table ``functions-by-form``: one row a ``sample`` of
        :data:`scsreport.findings.networks.SAMPLES`, ``function``, ``model`` and ``term``: ``ratio``
        of the count or of the odds, for one more unit of the term (e-fold people or km; the form
        against a hub), with ``low`` and ``high`` (95 %, clustered by country); ``cities`` and
        ``countries`` used, those in which the function varies. Where fewer than 30 countries are
        left, or the likelihood has no maximum, there is no row.
    """
    with_functions = _with_functions()
    parts = []
    for sample, function in product(SAMPLES, (*COUNTS, *FLAGS)):
        network = "sister" if function == "sister cities" else "air"
        inside = with_functions.index.isin(samples(network)[sample].index)
        rows = with_functions[inside].rename(columns={COUNTS.get(function, function): "y"})
        for model, terms in MODELS.items():
            found = _explained(rows, list(terms), counted=function in COUNTS)
            parts.append(found.assign(sample=sample, function=function, model=model))
    table = pd.concat(parts, ignore_index=True)
    first = ["sample", "function", "model", "term"]
    return table[[*first, *table.columns.drop(first)]].round(4)


def _with_functions() -> pd.DataFrame:
    """Return the cities that have a form and are not primary, with functions and terms."""
    table = ties.measures()
    flags = functions.flags().loc[table.index]
    table = table.join(flags.drop(columns=["coast", "border"])).query("form != 'primary'")
    return table.dropna(subset=["form"]).assign(
        air_abroad=table["air_international"] > 0,
        size=np.log(table["population"].astype(float)),
        km_larger=np.log(table["km_larger"].clip(lower=LEAST_KM)),
        cluster=table["form"] == "cluster",
        corridor=table["form"] == "corridor",
    )


def _explained(rows: pd.DataFrame, terms: list[str], *, counted: bool) -> pd.DataFrame:
    """Fit one function, with an intercept for each country in which it varies."""
    rows = rows.assign(y=rows["y"].astype(float))
    by_country = rows.groupby("country")["y"]
    varies = by_country.transform("nunique") > 1
    rows = rows[varies & (by_country.transform("size") >= MIN_CITIES)]
    countries = rows["country"].nunique()
    nothing = pd.DataFrame(columns=["term", "ratio", "low", "high", "cities", "countries"])
    if countries < MIN_CLUSTERS:
        return nothing
    design = rows[terms].astype(float).join(pd.get_dummies(rows["country"], dtype=float))
    family = (
        families.NegativeBinomial(alpha=_dispersion(rows["y"], design))
        if counted
        else families.Binomial()
    )
    fit = GLM(rows["y"], design, family=family).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(rows["country"])[0]}
    )
    if not fit.converged:
        return nothing
    reach = stdtrit(countries - 1, 0.975) * fit.bse[terms]
    return pd.DataFrame(
        {
            "term": terms,
            "ratio": np.exp(fit.params[terms]).to_numpy(),
            "low": np.exp(fit.params[terms] - reach).to_numpy(),
            "high": np.exp(fit.params[terms] + reach).to_numpy(),
            "cities": len(rows),
            "countries": countries,
        }
    )


def _dispersion(counts: "pd.Series[float]", design: pd.DataFrame) -> float:
    """Estimate the overdispersion of a negative binomial by the auxiliary regression.

    Cameron and Trivedi (1990): of ((y - mu)^2 - y) / mu on mu, without an intercept.
    """
    mean = GLM(counts, design, family=families.Poisson()).fit().fittedvalues
    auxiliary = ((counts - mean) ** 2 - counts) / mean
    return max(float((auxiliary * mean).sum() / (mean**2).sum()), 1e-6)


def shadows() -> pd.DataFrame:
    """Tell for each function whether cities near a larger one have fewer than their size predicts.

    Returns
    -------
    DataFrame
        One row a ``sample`` and ``function``, form left aside: ``ratio`` for twice the distance to
        the nearest larger city, ``low`` and ``high``, and ``reading``: "shadow" where farther
        cities have more (the interval lies above one), "borrowed" where nearer ones have, "neither"
        where the interval holds one.
    """
    rows = load("functions-by-form").query("model == 'place' and term == 'km_larger'")
    rows = rows.drop(columns=["model", "term"])
    twice = rows[["ratio", "low", "high"]] ** np.log(2)
    reading = np.select([twice["low"] > 1, twice["high"] < 1], ["shadow", "borrowed"], "neither")
    return rows.assign(**twice, reading=reading).reset_index(drop=True)


def profiles() -> pd.DataFrame:
    """Describe the mix of functions of each city within its country.

    Returns
    -------
    DataFrame
        By ``geonameid``: location quotients ``lq_...`` of air routes, sister cities, port, rail and
        regional capital; ``specialisation`` and ``diversity``. Each function weighs alike in its
        country: a city's part of it is counted, as far as data tell.
    """
    table = ties.measures()
    flags = functions.flags().loc[table.index, ["port", "rail", "regional_capital"]].astype(float)
    counted = flags.assign(air=table["air_degree"], sister=table["sister_degree"]).astype(float)
    total = counted.groupby(table["country"]).transform("sum")
    parts = (counted / total).fillna(0.0)
    quotients = networks.location_quotients(parts, table["country"]).add_prefix("lq_")
    return quotients.assign(
        specialisation=networks.specialisation(parts, table["country"]),
        diversity=networks.diversity(parts),
    )
