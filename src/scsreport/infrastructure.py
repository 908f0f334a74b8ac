"""Hard and soft infrastructure of countries: indices, their correlates, a declared set of runs.

Hard are roads, rails, ports, airports, power and lines; soft are institutions, schools, health and
rules. Which items count is declared in the table ``infrastructure-items`` and what is run with them
in ``specifications``; the lists are ours. Everything here is a correlate across countries: scores
rise with income because both sides are partly bought with it, a difference between the two sides is
no effect of either, and countries say nothing about their cities. Under :data:`LEAST` units no
regression is run: draw a picture.

Rows are units, mostly countries. Columns that are given apart have the same labels in the same
order. A missing value is never filled: the unit is left out and counted. Every function raises
TypeError for what is not numbers and ValueError, naming the row, for what is infinite.
"""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scsreport import checks
from scsreport.checks import FINITE

__all__ = [
    "ESTIMATE_COLUMNS",
    "LEAST",
    "MODELS",
    "Comparison",
    "Index",
    "Panel",
    "Run",
    "TooFewError",
    "compare",
    "gather",
    "index",
    "panel_effects",
    "run",
    "specification_curve",
]

LEAST = 30
"""The fewest units of a regression."""
MODELS = {"hard alone": ["hard"], "soft alone": ["soft"]}
MODELS |= {"interacted": ["hard", "soft", "hard x soft"], "together": ["hard", "soft"]}
ESTIMATE_COLUMNS = ["estimate", "se", "p_value", "low", "high"]
INDEX_METHODS = ("component", "mean")
ERRORS = {"HC3": "HC3", "classical": "nonrobust"}
"""Standard errors, with what statsmodels calls them."""

ALONE = 1e-9
"""One minus the leverage of a row that no other row checks."""

MODERATE = checks.Range("a number between -1e100 and 1e100", -1e100, 1e100)
"""What squares and products of a regression can hold."""

Table = pd.DataFrame


class TooFewError(ValueError):
    """Fewer than :data:`LEAST` units have all values."""


class Index(NamedTuple):
    """An index of items, as made by :func:`index`.

    Attributes
    ----------
    scores : Series
        One number a row with mean zero and standard deviation one; NaN where an item is missing.
    loadings : Series
        Correlation of each item with the scores.
    explained : float
        Share of the variance of the standardised items that the scores carry: the mean of the
        squared loadings.
    """

    scores: "pd.Series[float]"
    loadings: "pd.Series[float]"
    explained: float


class Comparison(NamedTuple):
    """Hard against soft, as made by :func:`compare`. Correlates, not causes.

    Attributes
    ----------
    table : DataFrame
        One row per ``model`` (:data:`MODELS`) and ``term``, without the controls: ``estimate``, of
        one standard deviation, ``se``, ``p_value``, ``low``, ``high``, ``r_squared``, ``n``.
    difference, low, high, p_value : float
        Hard minus soft where both are in, with the bounds of its interval of 95 %.
    vif : float
        The larger variance inflation factor of the two, beside each other and the controls.
    without : Series
        The difference when each unit in turn is left out.
    n, lost : int
        Units used; and left out for a missing value, or because they are alone in their group.
    """

    table: Table
    difference: float
    low: float
    high: float
    p_value: float
    vif: float
    without: "pd.Series[float]"
    n: int
    lost: int


class Run(NamedTuple):
    """One specification, as made by :func:`run`.

    Attributes
    ----------
    data : DataFrame
        The units used, with every item.
    hard, soft : Index
        Both indices, made over these units.
    found : Comparison, optional
        None where there are too few units.
    lost : int
        Units of the sample that have an outcome and were left out.
    note : str
        Why there is no comparison where there is none.
    """

    data: Table
    hard: Index
    soft: Index
    found: Comparison | None
    lost: int
    note: str


class Panel(NamedTuple):
    """Regressions on a panel, as made by :func:`panel_effects`.

    Attributes
    ----------
    table : DataFrame
        One row per ``model`` ("pooled", "between", "fixed", "random") and ``term``, without the
        constant: ``estimate``, ``se``, ``p_value``, ``low`` and ``high`` under classical errors,
        as most articles print them; ``r_squared`` of the model as it is fitted; ``n``; and
        ``clustered``, the standard error by unit, which is right where the errors of a unit hang
        together.
    theta : float
        Share of a unit's mean that random effects take off: 0 is pooled, 1 is fixed.
    """

    table: Table
    theta: float


def gather(items: Table, tables: dict[str, Table]) -> Table:
    """Take every declared item from its table.

    Parameters
    ----------
    items : DataFrame
        Rows of the table ``infrastructure-items``.
    tables : mapping
        The tables that they name, by name, with a column ``iso3``; and ``countries``, by which a
        ``country`` code becomes one.

    Returns
    -------
    DataFrame
        One row per country, indexed by ``iso3``, and one column per item. Text stays as it is;
        a logarithm of zero is infinite, which :func:`index` and :func:`compare` refuse.

    Raises
    ------
    KeyError
        A table is not given.
    ValueError
        A country has several values of an item that should have one.
    """
    codes = tables["countries"].set_index("country")["iso3"]
    wanted = items.set_index("item").fillna("").to_dict("index")
    raw = {}
    gathered = {}
    for name, row in wanted.items():
        rows = tables[row["table"]].query(row["where"] or "index == index")
        label = rows["iso3"] if "iso3" in rows else rows["country"].map(codes)
        values = rows[row["column"]].groupby(label)
        if row["how"] == "only" and (several := values.count()).max() > 1:
            raise ValueError(f"{name}: found several values of {several.idxmax()}, expected one")
        value = values.count() if row["how"] == "count" else values.last()
        raw[name] = value.astype(float, errors="ignore")
    for name, row in wanted.items():
        value = raw[name] / raw[row["per"]] if row["per"] else raw[name]
        value = np.log(value) if row["transformation"] == "log" else value
        gathered[name] = value if row["direction"] == 1 else -value
    return Table(gathered).rename_axis("iso3")


def index(indicators: Table, *, method: str = "component") -> Index:
    """Make one score of several items: the first principal component, or their plain mean.

    Items are standardised over the rows that have all of them; a row that lacks one gets no score,
    and the others do not change by it. The sign is such that the mean of the loadings is positive
    (the first of them, where the mean is zero), so turn items that count against before.

    Parameters
    ----------
    indicators : DataFrame
        One column an item, more of it being better.
    method : {"component", "mean"}
        First principal component of the standardised items, or their mean.

    Returns
    -------
    Index
        Scores, loadings and the share of the variance explained.

    Raises
    ------
    ValueError
        As the module says; or no items, fewer than three complete rows, a constant item, or items
        whose mean is constant.

    Examples
    --------
    >>> found = index(pd.DataFrame({"roads": [1, 2, 3, 4], "power": [10, 20, 20, 50]}))
    >>> found.scores.round(2).tolist(), found.loadings.round(2).tolist()
    ([-1.2, -0.4, 0.06, 1.55], [0.97, 0.97])
    """
    from statsmodels.multivariate.pca import PCA

    checks.choice("method", method, INDEX_METHODS)
    table = checks.frame("indicators", indicators)
    if not table.shape[1]:
        raise ValueError("indicators: found no columns, expected an item or more")
    whole = Table(
        {item: checks.column("indicators", table, item, FINITE, missing=True) for item in table}
    ).dropna()
    if len(whole) < 3:
        raise ValueError(f"indicators: found {len(whole)} whole rows, expected three or more")
    items = whole.apply(_standard)
    parts: Any = items if method == "mean" else PCA(items, ncomp=1).factors
    score = _standard(parts.mean(axis=1).rename("indicators"))
    loadings = items.mul(score, axis=0).mean()
    sign = np.sign(loadings.mean() if abs(loadings.mean()) > 1e-9 else loadings.iloc[0])
    return Index(sign * score.reindex(indicators.index), sign * loadings, (loadings**2).mean())


def compare(
    outcome: Any, hard: Any, soft: Any, controls: Any = None, *, errors: str = "HC3"
) -> Comparison:
    """Regress an outcome on hard and soft infrastructure: apart, together and interacted.

    Both scores are standardised over the units used, so that their difference compares standard
    deviations. Intervals are of Student's t.

    Parameters
    ----------
    outcome, hard, soft : Series or array_like, shape (n,)
        The outcome and the two scores.
    controls : DataFrame or Series, optional
        More regressors. A column of text is taken as groups, each with its own intercept; a unit
        that is alone in its group is left out.
    errors : {"HC3", "classical"}
        Standard errors: robust for small samples, or classical.

    Returns
    -------
    Comparison
        The four models and the difference hard minus soft.

    Raises
    ------
    TooFewError
        Fewer than :data:`LEAST` units have all values; a ValueError.
    ValueError
        As the module says; or lengths or labels differ, a column is constant, hard, soft and
        controls are collinear, or a row alone decides a coefficient.
    """
    kind = ERRORS[checks.choice("errors", errors, ERRORS)]
    data = _columns({"outcome": outcome, "hard": hard, "soft": soft}, _controls(controls)).dropna()
    groups: list[Any] = list(data.select_dtypes(exclude="number"))
    for name in groups:
        data = data[data.groupby(name)[name].transform("size") > 1]
    if (n := len(data)) < LEAST:
        raise TooFewError(f"outcome: found {n} whole units, expected {LEAST}; draw a picture")
    table = pd.get_dummies(data, columns=groups, drop_first=True, dtype=float).assign(constant=1.0)
    more = list(table)[3:]
    _check_spread(table["outcome"])
    table[["hard", "soft"]] = table[["hard", "soft"]].apply(_standard)
    table["hard x soft"] = table["hard"] * table["soft"]
    tables = {}
    for model, terms in MODELS.items():
        tables[model], fit = _fit(model, table["outcome"], table[terms + more], terms, kind)
    # From here on the last model, both together.
    test = fit.t_test([1, -1] + [0] * len(more))
    solved = fit.model.pinv_wexog
    spared = 1 - (solved.T * fit.model.exog).sum(axis=1)
    without = pd.Series(test.effect[0] - (solved[0] - solved[1]) * fit.resid / spared, data.index)
    vif = n * (solved[:2] ** 2).sum(axis=1).max()  # both have the variance one
    numbers = map(float, (*test.effect, *test.conf_int()[0], test.pvalue, vif))
    regression_table = pd.concat(tables, names=["model"])
    return Comparison._make((regression_table, *numbers, without, n, len(outcome) - n))


def run(data: Table, specification: Mapping[Any, Any], *, errors: str = "HC3") -> Run:
    """Run one declared specification, both indices made over the units that it uses.

    Parameters
    ----------
    data : DataFrame
        One row a unit and one column an item, as :func:`gather` gives.
    specification : mapping
        A row of the table ``specifications``, empty text where nothing is declared.
    errors : {"HC3", "classical"}
        As in :func:`compare`.

    Returns
    -------
    Run
        Units, both indices, and the comparison where there are enough units.

    Raises
    ------
    KeyError
        The data lack an item, which is named.
    ValueError
        As :func:`index` and :func:`compare` say, but not for too few units.
    """
    outcome = specification["outcome"]
    keys = ("hard", "soft", "control")
    hard, soft, more = (specification[f"{key}_items"].split() for key in keys)
    sample = data.query(specification["where"] or "index == index").dropna(subset=outcome)
    used = sample.dropna(subset=[*hard, *soft, *more])
    hard_index, soft_index = (
        index(used[side], method=specification["index"]) for side in (hard, soft)
    )
    try:
        comparison = compare(
            used[outcome], hard_index.scores, soft_index.scores, used[more], errors=errors
        )
    except TooFewError as error:
        return Run(used, hard_index, soft_index, None, len(sample) - len(used), str(error))
    lost = len(sample) - comparison.n
    return Run(used, hard_index, soft_index, comparison._replace(lost=lost), lost, "")


def specification_curve(data: Table, specifications: Table, *, errors: str = "HC3") -> Table:
    """Run every declared specification, as :func:`run` does.

    Parameters
    ----------
    data : DataFrame
        One row a unit and one column an item, as :func:`gather` gives.
    specifications : DataFrame
        Rows of the table ``specifications``.
    errors : {"HC3", "classical"}
        As in :func:`compare`.

    Returns
    -------
    DataFrame
        The specifications, each with ``difference``, ``low``, ``high``, ``p_value``, ``vif`` and
        ``n`` of its :class:`Comparison`; ``least`` and ``most``, the range of the difference with
        one unit left out; ``hard_explained`` and ``soft_explained`` of its indices; ``lost``, the
        units of the sample that have an outcome and were left out; and ``note``, which says why
        there is no regression where there is none.

    Raises
    ------
    KeyError
        The data lack an item, which is named.
    ValueError
        As :func:`index` and :func:`compare` say, but not for too few units.
    """
    rows = []
    for spec in specifications.fillna("").to_dict("records"):
        done = run(data, spec, errors=errors)
        row: dict[str, Any] = {"n": len(done.data), "lost": done.lost, "note": done.note}
        row |= {"hard_explained": done.hard.explained, "soft_explained": done.soft.explained}
        if done.found is not None:
            row |= {"least": done.found.without.min(), "most": done.found.without.max()}
            row |= {name: v for name, v in done.found._asdict().items() if np.isscalar(v)}
        rows.append(row)
    return specifications.join(Table(rows, index=specifications.index))


def panel_effects(outcome: Any, regressors: Table, units: Any) -> Panel:
    """Regress on a balanced panel: pooled, between units, within them, and with random effects.

    Pooled and between see units that differ for reasons of their own; fixed effects only see what
    changes inside a unit; random effects take off the share theta of its mean (Swamy and Arora) and
    hold where a unit's own level has nothing to do with the regressors.

    Parameters
    ----------
    outcome : Series or array_like, shape (n,)
        The outcome, such as the logarithm of output.
    regressors : DataFrame, shape (n, k)
        Regressors as they shall enter: take logarithms yourself.
    units : Series or array_like, shape (n,)
        The unit of each row; all have the same number of rows.

    Returns
    -------
    Panel
        Coefficients of the four models, and theta.

    Raises
    ------
    ValueError
        As the module says; or a value is missing, the panel is not balanced, a regressor does not
        change inside any unit, or they are collinear or more than units.

    References
    ----------
    Munnell, A. H. (1990), How does public infrastructure affect regional economic performance?, New
    England Economic Review. Baltagi, B. H. and Pinnoi, N. (1995), Public capital stock and state
    productivity growth, Empirical Economics 20(2).
    """
    from linearmodels.panel import BetweenOLS, PanelOLS, PooledOLS, RandomEffects
    from linearmodels.panel.utility import AbsorbingEffectError

    panel = _balanced(outcome, regressors, units)
    y, x, one = panel["outcome"], panel[[*regressors]], panel[["constant"]]
    models: dict[str, Callable[[], Any]] = {
        "pooled": lambda: PooledOLS(y, x.join(one)),
        "between": lambda: BetweenOLS(y, x.join(one)),
        "fixed": lambda: PanelOLS(y, x, entity_effects=True),
        "random": lambda: RandomEffects(y, x.join(one)),
    }
    tables = {}
    for model, made in models.items():
        try:
            fit = made().fit(cov_type="unadjusted")
        except (AbsorbingEffectError, ValueError, ZeroDivisionError) as error:
            found = "collinear regressors or no free rows"
            raise ValueError(f"{model}: found {found}, expected others") from error
        tables[model] = _panel_table(fit, made(), x.columns.rename("term"))
    return Panel(pd.concat(tables, names=["model"]), float(fit.theta.iloc[0, 0]))


def _balanced(outcome: Any, regressors: Table, units: Any) -> Table:
    """Return the columns of a balanced panel without gaps, by unit and period."""
    table = checks.frame("regressors", regressors)
    if not table.shape[1]:
        raise ValueError("regressors: found no columns, expected one or more")
    columns = {name: checks.column("regressors", table, name, MODERATE) for name in table}
    checks.aligned("regressors", table, outcome if isinstance(outcome, pd.Series) else [*outcome])
    given = checks.numbers("outcome", outcome, MODERATE)
    whole = Table(columns).set_axis(given.index).assign(outcome=given, constant=1.0)
    unit = pd.factorize(checks.labels("units", units, like=outcome))[0]
    rows = np.bincount(unit)
    if rows.min() < rows.max() or rows.max() < 2:
        raise ValueError("units: found some with fewer rows, expected the same number, two or more")
    if len(rows) < 2:
        raise ValueError("units: found one, expected two or more")
    # Which row is which period does not matter here: no model looks at time.
    period = whole.groupby(unit).cumcount().to_numpy()
    return whole.set_index(pd.MultiIndex.from_arrays([unit, period]))


def _panel_table(fit: Any, model: Any, terms: Any) -> Table:
    """Return the terms of a model with classical errors, and their errors by unit."""
    between = type(model).__name__ == "BetweenOLS"  # each unit is one row there
    kind = {"cov_type": "robust"} if between else {"cov_type": "clustered", "cluster_entity": True}
    # statsmodels and Stata multiply by units / (units - 1), which is ``group_debias`` here.
    errors = model.fit(**kind, **({} if between else {"group_debias": True})).std_errors
    ends = fit.conf_int()
    parts = (fit.params, fit.std_errors, fit.pvalues, ends["lower"], ends["upper"])
    table: Table = (
        Table(dict(zip(ESTIMATE_COLUMNS, parts, strict=True))).loc[terms].rename_axis("term")
    )
    return table.assign(r_squared=fit.rsquared, n=int(fit.nobs), clustered=errors.loc[terms])


def _fit(model: str, y: Any, x: Table, terms: Any, kind: str) -> tuple[Table, Any]:
    """Regress, and return the terms and the fit."""
    from statsmodels.regression.linear_model import OLS

    ols: Any = OLS(y.to_numpy(), x.to_numpy())
    if ols.df_resid < 1 or np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError(f"{model}: found collinear regressors or no free rows, expected others")
    fit = ols.fit(cov_type=kind, use_t=True)
    alone = 1 - (fit.model.pinv_wexog.T * ols.exog).sum(axis=1) < ALONE
    if alone.any():
        raise ValueError(
            f"{model}: row {x.index[alone][0]} alone decides a coefficient, which has no error; "
            "leave it out, or the column that is its own"
        )
    parts = (fit.params, fit.bse, fit.pvalues, *fit.conf_int().T)
    regression_table = Table(np.transpose(parts), x.columns.rename("term"), ESTIMATE_COLUMNS).loc[
        terms
    ]
    return regression_table.assign(r_squared=fit.rsquared, n=len(x)), fit


def _check_spread(outcome: "pd.Series[float]") -> None:
    """Raise where there is nothing to explain, or less than squares can hold."""
    _standard(outcome)
    spread = (outcome - outcome.mean()).abs().max()
    if spread < 1 / MODERATE.high:
        raise ValueError(
            f"outcome: found values no more than {spread:g} from their mean, expected a unit in "
            "which they differ by more"
        )


def _standard(values: "pd.Series[Any]") -> "pd.Series[float]":
    """Return values with mean zero and standard deviation one."""
    within = pd.Series(checks.scaled(values.to_numpy(dtype=float)), values.index, name=values.name)
    centred = within - within.mean()
    if not centred.abs().max() > 1e-9 * within.abs().max():
        raise ValueError(f"{values.name}: found the same in every row, expected some that differ")
    return centred / centred.std(ddof=0)


def _controls(controls: Any) -> dict[str, "pd.Series[Any]"]:
    """Return the columns of the controls by what messages call them."""
    if controls is None:
        return {}
    if isinstance(controls, pd.Series):
        controls = controls.to_frame()
    table = checks.frame("controls", controls)
    return {f"controls, {name}": column for name, column in table.items()}


def _are_groups(control: "pd.Series[Any]") -> bool:
    """Return whether a control is of names: one text among numbers is a mistake."""
    if isinstance(control.dtype, pd.CategoricalDtype):
        return True
    return bool(control.dropna().map(lambda value: isinstance(value, str)).all())


def _columns(given: dict[str, Any], controls: dict[str, "pd.Series[Any]"]) -> Table:
    """Return columns of finite or missing numbers, and of text where there are groups."""
    first = given["outcome"]
    columns = {}
    for name, values in given.items():
        columns[name] = checks.numbers(name, values, MODERATE, like=first, missing=True)
    for name, values in controls.items():
        if _are_groups(values):
            columns[name] = checks.labels(name, values, like=first, missing=True)
        else:
            columns[name] = checks.numbers(name, values, MODERATE, like=first, missing=True)
    labels = columns["outcome"].index
    return Table({name: column.set_axis(labels) for name, column in columns.items()}, index=labels)
