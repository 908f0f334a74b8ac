"""How good the typing is on cities it has not seen: nested cross-validation by group."""

# scikit-learn carries no types
# mypy: disable-error-code="import-untyped"

from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold

from scsreport import checks
from scsreport.geometry import Floats
from scsreport.typology.measures import Grid
from scsreport.typology.model import FORMS, draw, fit, shares, terms
from scsreport.typology.neighbours import Ints

__all__ = [
    "BINS",
    "BOOTSTRAP",
    "CUTS",
    "METHODS",
    "ORDER",
    "PENALTIES",
    "PLAIN",
    "SCORES",
    "Validation",
    "by_cuts",
    "calibration_error",
    "cross_validate",
]

PENALTIES = (0.3, 1.0, 3.0)
PLAIN = (
    "km_larger",
    "km_million",
    "shadow",
    "cities_near",
    "footprint_mates",
    "dominance",
    "interposition",
)
"""Measures of the plain logit that the classifier is held against."""
CUTS = np.array([15, 20, 25, 30, 40, 50, 70, 90, 110, 130, 150, 180, 220, 300], float)
BINS = 10
MOST_BINS = 1_000
BOOTSTRAP = 1_000
METHODS = ("classifier", "plain logit", "distance rule", "always hub")
SCORES = ("f1", "recall", "strict", "either", "ece")
ORDER = np.argsort(FORMS)  # scikit-learn sorts its classes


@dataclass(frozen=True)
class Validation:
    """Scores on held-out cities.

    Parameters
    ----------
    scores : DataFrame
        One row per ``method`` and ``score``: ``value``, ``low`` and ``high`` (95 %, bootstrap
        over groups); of the last method the gain over the plain logit. ``f1`` is the unweighted
        mean over the forms, by the main label; ``recall`` that of corridors; ``strict`` the share
        where the main label is met, ``either`` where one of both is; ``ece`` the expected
        calibration error of the certainty in ten bins.
    held_out : DataFrame
        Indexed like the labels: ``label``, ``second_label`` and, from the folds in which the city
        was held out, ``p_hub``, ``p_cluster``, ``p_corridor`` and ``type``.
    penalties : Series
        How often each strength of the ridge was chosen.
    """

    scores: pd.DataFrame
    held_out: pd.DataFrame
    penalties: "pd.Series[int]"


def calibration_error(certainty: Floats, right: Floats, *, bins: int = BINS) -> float:
    """Return the expected calibration error: mean gap between certainty and share right.

    Parameters
    ----------
    certainty : ndarray of shape (n,)
        Share given to the chosen form, 0 to 1.
    right : ndarray of shape (n,)
        Whether the choice was right.
    bins : int
        Bins of equal width over 0 to 1, up to 1,000.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If a share is missing or outside 0 to 1, the lengths differ, or there are no bins.

    References
    ----------
    Naeini, M. P., Cooper, G. F. and Hauskrecht, M. (2015), Obtaining well calibrated
    probabilities using Bayesian binning, AAAI 29.

    Examples
    --------
    >>> float(calibration_error(np.array([0.75, 0.75]), np.array([1.0, 0.0])))
    0.25
    """
    certainty = checks.array("certainty", certainty, checks.SHARE)
    right = checks.array("right", right, checks.SHARE, like=certainty)
    bins = checks.whole("bins", bins, 1, MOST_BINS)
    bin_of = np.minimum((certainty * bins).astype(int), bins - 1)
    gap = np.bincount(bin_of, certainty - right, minlength=bins)
    return float(np.abs(gap).sum() / len(certainty))


def cross_validate(
    grid: Grid,
    values: pd.DataFrame,
    labels: pd.DataFrame,
    *,
    rng: np.random.Generator,
    folds: int = 10,
    repeats: int = 5,
    runs: int = 200,
) -> Validation:
    """Score the classifier and its baselines on the same held-out groups.

    The strength of the ridge is chosen inside each training part, by folds of its own.

    Parameters
    ----------
    grid, values : dict, DataFrame
        Of :func:`scsreport.typology.measures.measure`, for the labelled cities.
    labels : DataFrame
        Indexed like ``values``: ``label``, ``second_label`` (empty where none), ``group``.
    rng : Generator
        For folds, draws of thresholds and the bootstrap.
    folds, repeats, runs : int
        Outer folds, how often they are drawn, draws of thresholds.

    Returns
    -------
    Validation
    """
    cities = _LabelledCities(grid, terms(values), values["km_larger"].to_numpy(), labels["label"])
    group = labels["group"].to_numpy()
    thresholds = draw(runs, rng)
    guesses = {name: np.zeros((repeats, len(labels), len(FORMS))) for name in METHODS}
    guesses["always hub"][..., FORMS.index("hub")] = 1
    chosen = []
    for repeat in range(repeats):
        for train, test in _folds(cities.label, group, folds, rng):
            # The same inner folds for each penalty.
            inner = _folds(cities.label.iloc[train], group[train], 4, rng)
            loss = partial(cities.loss, train, inner, thresholds.head(20))
            penalty = min(PENALTIES, key=loss)
            chosen.append(penalty)
            classified = cities.classifier(train, test, penalty, thresholds)
            guesses["classifier"][repeat, test] = classified
            guesses["plain logit"][repeat, test] = cities.plain_logit(train, test)
            guesses["distance rule"][repeat, test] = cities.distance_rule(train, test)
    share = pd.DataFrame(guesses["classifier"].mean(axis=0), labels.index, list(FORMS))
    typed = labels.assign(**share.add_prefix("p_"), type=share.idxmax(axis=1))
    scores = _compare(guesses, labels, _resampled(group, rng))
    return Validation(scores, typed, pd.Series(chosen).value_counts())


@dataclass(frozen=True)
class _LabelledCities:
    """The labelled cities; each method is fitted to some of them and types others."""

    grid: Grid
    terms: pd.DataFrame
    km: Floats  # to the nearest larger city
    label: "pd.Series[str]"

    def classifier(
        self, train: Ints, test: Ints, penalty: float, thresholds: pd.DataFrame
    ) -> Floats:
        """Return the shares of the forms by the classifier of this book."""
        model = fit(self.terms.iloc[train], self.label.iloc[train], penalty=penalty)
        held_out: Grid = {
            name: (axes, places[..., test]) for name, (axes, places) in self.grid.items()
        }
        return shares(held_out, model, thresholds).to_numpy(float)

    def plain_logit(self, train: Ints, test: Ints) -> Floats:
        """Return the shares of the forms by a logit on plain measures, without a ridge."""
        plain = self.terms[list(PLAIN)]
        logit = LogisticRegression(C=np.inf, max_iter=20_000, tol=1e-8)
        logit.fit(plain.iloc[train], self.label.iloc[train])
        return np.asarray(logit.predict_proba(plain.iloc[test])[:, np.argsort(ORDER)])

    def distance_rule(self, train: Ints, test: Ints) -> Floats:
        """Return one for the form of the two best cuts of the distance to a larger city."""
        truth = self.label.iloc[train]

        def hits(cuts: tuple[float, float]) -> int:
            return int((by_cuts(self.km[train], cuts) == truth).sum())

        best = max(combinations(CUTS, 2), key=hits)
        typed: npt.NDArray[np.bool_] = by_cuts(self.km[test], best)[:, None] == np.array(FORMS)
        return typed.astype(float)

    def loss(self, rows: Ints, inner: list[Any], thresholds: pd.DataFrame, penalty: float) -> float:
        """Return the mean log loss of the classifier over the inner folds."""
        losses = []
        for kept, held_out in inner:
            train, test = rows[kept], rows[held_out]
            forecast = self.classifier(train, test, penalty, thresholds)[:, ORDER]
            losses.append(log_loss(self.label.iloc[test], forecast, labels=sorted(FORMS)))
        return float(np.mean(losses))


def _compare(guesses: dict[str, Floats], labels: pd.DataFrame, weight: Floats) -> pd.DataFrame:
    """Return all scores with their intervals, and the gain of the classifier over the logit."""
    by_method = {name: _scores(guess, labels, weight) for name, guess in guesses.items()}
    gain = by_method["classifier"] - by_method["plain logit"]
    parts = {}
    for name, table in (by_method | {"classifier over plain logit": gain}).items():
        low, high = np.quantile(table[1:], [0.025, 0.975], axis=0)
        parts[name] = pd.DataFrame({"value": table[0], "low": low, "high": high}, list(SCORES))
    return pd.concat(parts, names=["method", "score"]).reset_index()


def by_cuts(km: Floats, cuts: tuple[float, float]) -> npt.NDArray[np.str_]:
    """Type cities by the distance to a larger city alone: cluster, corridor, hub with distance.

    Parameters
    ----------
    km : ndarray of shape (n,)
        Distance to the nearest larger city.
    cuts : tuple of float
        Where corridor and hub begin, km.

    Returns
    -------
    ndarray of str, shape (n,)
    """
    return np.array(["cluster", "corridor", "hub"])[np.searchsorted(cuts, km)]


def _folds(label: "pd.Series[str]", group: Any, n: int, rng: np.random.Generator) -> list[Any]:
    splitter = StratifiedGroupKFold(n, shuffle=True, random_state=int(rng.integers(2**31)))
    return list(splitter.split(np.zeros(len(label)), label, group))


def _scores(guess: Floats, labels: pd.DataFrame, weight: Floats) -> Floats:
    """Return each score (columns) of the cities weighted in each way (rows)."""
    truth, second = (labels[f"{name}label"].to_numpy(str) for name in ("", "second_"))
    certainty = guess.max(axis=-1)
    typed = np.array(FORMS)[guess.argmax(axis=-1)]
    strict = typed == truth
    either = strict | (typed == second)
    corridors = weight * (truth == "corridor")
    in_bin = np.minimum((certainty * BINS).astype(int), BINS - 1)[..., None] == np.arange(BINS)
    gaps = np.abs(weight @ (in_bin * (certainty - strict)[..., None])).sum(axis=-1)
    cities = weight.sum(axis=1)
    return np.stack(
        [
            _mean_f1(truth, typed, weight),
            (corridors @ strict.T.astype(float)).mean(axis=1)
            / np.maximum(corridors.sum(axis=1), 1),
            (weight @ strict.T.astype(float)).mean(axis=1) / cities,
            (weight @ either.T.astype(float)).mean(axis=1) / cities,
            gaps.mean(axis=0) / cities,
        ],
        axis=1,
    )


def _mean_f1(truth: Any, typed: Any, weight: Floats) -> Floats:
    """Return the mean of F1 over repeats and forms, by way of weighting."""
    is_form = truth[:, None] == np.array(FORMS)
    typed_so = typed[..., None] == np.array(FORMS)
    hits = weight @ (is_form & typed_so).astype(float)  # by repeat, way to weight, form
    f1 = 2 * hits / np.maximum(weight @ is_form + weight @ typed_so.astype(float), 1e-9)
    return np.asarray(f1.mean(axis=(0, 2)))


def _resampled(group: Any, rng: np.random.Generator) -> Floats:
    """Return how often each city counts: once, then in each bootstrap sample of groups."""
    codes, names = pd.factorize(group)
    picks = rng.integers(len(names), size=(BOOTSTRAP, len(names)))
    counts = np.apply_along_axis(np.bincount, 1, picks, minlength=len(names))
    return np.vstack([np.ones(len(codes)), counts[:, codes]])
