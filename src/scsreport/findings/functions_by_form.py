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

from scsreport.findings import functions, ties
from scsreport.findings.networks import SAMPLES, samples
from scsreport.tables.datasets import load

__all__ = [
    "COUNTS",
    "CREDIT_KM",
    "FLAGS",
    "MIN_CITIES",
    "MODELS",
    "beyond_size",
    "compared",
    "shadows",
    "tied_by_credit",
    "variants",
]

COUNTS = {"air routes": "air_degree", "sister cities": "sister_degree"}
FLAGS = ("regional_capital", "airport", "air_abroad", "port", "rail")
"""Functions that are counted (a negative binomial), and those a city has or has not (a logit)."""

OF_ROUTES = ("air routes", "air_abroad")

MODELS = {
    "form and place": ("size", "km_larger", "cluster", "corridor"),
    "form": ("size", "cluster", "corridor"),
    "place": ("size", "km_larger"),
}
"""Terms of each model: logarithms of people and of km to the nearest larger city; forms against
hubs. Forms are told apart by distances, among others, so form and place also stand alone."""

MIN_CITIES = 5
"""Cities that a country needs for an intercept of its own; the others are left out."""

CREDIT_KM = (30, 60)
"""How near, in km, an airport must be where its routes count to every city near it."""

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
        parts.append(_by_model(with_functions[inside], function).assign(sample=sample))
    return _in_order(parts, "sample")


def variants() -> pd.DataFrame:
    """Repeat the models of :func:`beyond_size` on other cities, and with routes counted otherwise.

    Returns
    -------
    DataFrame
        The table ``functions-variants``: one row a ``variant``, ``function``, ``model`` and
        ``term``, with the columns of ``functions-by-form``. By variant: ``D7 alone``, cities that
        are secondary by that rule; ``30 km`` and ``60 km``, where a route counts to every city so
        near its airport, for functions that are routes.
    """
    everywhere = _with_functions()
    second = ties.cities()["size"].reindex(everywhere.index) == "secondary"
    every = (*COUNTS, *FLAGS)
    parts = [_by_model(everywhere[second], name).assign(variant="D7 alone") for name in every]
    for km in CREDIT_KM:
        counted = ties.credited(km).loc[everywhere.index]
        rows = everywhere.assign(
            air_degree=counted["degree"], air_abroad=counted["international"] > 0
        )
        parts += [_by_model(rows, name).assign(variant=f"{km} km") for name in OF_ROUTES]
    return _in_order(parts, "variant")


def _by_model(rows: pd.DataFrame, function: str) -> pd.DataFrame:
    """Explain one function of some cities by each model."""
    rows = rows.rename(columns={COUNTS.get(function, function): "y"})
    parts = [
        _explained(rows, list(terms), counted=function in COUNTS).assign(model=model)
        for model, terms in MODELS.items()
    ]
    return pd.concat(parts).assign(function=function)


def _in_order(parts: list[pd.DataFrame], of: str) -> pd.DataFrame:
    """Return one table of all models, what tells them apart in front."""
    table = pd.concat(parts, ignore_index=True)
    first = [of, "function", "model", "term"]
    return table[[*first, *table.columns.drop(first)]].round(4)


def tied_by_credit() -> pd.DataFrame:
    """Compare the shares of cities with an air route, by whom a route counts to.

    Returns
    -------
    DataFrame
        One row a ``credit`` (chapter, 30 km, 60 km) and ``group``, by size and by form: ``n``
        cities, and the shares with a route (``any``) and with one abroad (``abroad``).
    """
    table = ties.cities()
    counted = {"chapter": ties.measures()[["air_degree", "air_international"]]}
    counted |= {f"{km} km": ties.credited(km) for km in CREDIT_KM}
    flags = {
        credit: (rows > 0).set_axis(["any", "abroad"], axis=1).join(table[["size", "form"]])
        for credit, rows in counted.items()
    }
    rows = pd.concat(flags, names=["credit"])
    parts = [rows.groupby(["credit", by], sort=False) for by in ("size", "form")]
    shares = pd.concat(
        [
            part[["any", "abroad"]].mean().assign(n=part.size()).rename_axis(["credit", "group"])
            for part in parts
        ]
    ).reset_index()
    return shares.drop_duplicates(["credit", "group"], ignore_index=True)


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


def compared() -> pd.DataFrame:
    """Set the findings on forms and on distance beside what they are when looked at otherwise.

    Returns
    -------
    DataFrame
        One row a ``function``, ``how`` and ``what`` (cluster, corridor: against a hub; distance: at
        twice the km to a larger city): ``ratio``, ``low`` and ``high``, and ``reading``: more, less
        or neither, where the interval holds one. By how: ``chapter``, form and distance each alone,
        all cities; ``held``, both at once; and the variants of :func:`variants`, each alone.
    """
    chapter = load("functions-by-form").query("sample == 'all'").drop(columns="sample")
    at_once = chapter["model"] == "form and place"
    chapter = chapter.assign(how=np.where(at_once, "held", "chapter"))
    others = load("functions-variants").query("model != 'form and place'")
    table = pd.concat([chapter, others.rename(columns={"variant": "how"})], ignore_index=True)
    table = table[table["term"] != "size"]
    is_distance = table["term"] == "km_larger"
    ends = ["ratio", "low", "high"]
    table.loc[is_distance, ends] **= np.log(2)
    reading = np.select([table["low"] > 1, table["high"] < 1], ["more", "less"], "neither")
    table = table.assign(what=table["term"].mask(is_distance, "distance"), reading=reading)
    return table[["function", "how", "what", *ends, "reading"]].reset_index(drop=True)
