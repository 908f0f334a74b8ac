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
        Bins of equal width over 0 to 1.

    Returns
    -------
    float

    References
    ----------
    Naeini, M. P., Cooper, G. F. and Hauskrecht, M. (2015), Obtaining well calibrated
    probabilities using Bayesian binning, AAAI 29.

    Examples
    --------
    >>> float(calibration_error(np.array([0.75, 0.75]), np.array([1.0, 0.0])))
    0.25
    """
    held = np.minimum((certainty * bins).astype(int), bins - 1)
    gap = np.bincount(held, certainty - right, minlength=bins)
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
    lab = _Laboratory(grid, terms(values), values["km_larger"].to_numpy(), labels["label"])
    group, drawn = labels["group"].to_numpy(), draw(runs, rng)
    guesses = {name: np.zeros((repeats, len(labels), len(FORMS))) for name in METHODS}
    guesses["always hub"][..., FORMS.index("hub")] = 1
    chosen = []
    for repeat in range(repeats):
        for train, test in _folds(lab.label, group, folds, rng):
            inner = _folds(lab.label.iloc[train], group[train], 4, rng)  # the same for each penalty
            loss = partial(lab.loss, train, inner, drawn.head(20))
            chosen.append(min(PENALTIES, key=loss))
            guesses["classifier"][repeat, test] = lab.classifier(train, test, chosen[-1], drawn)
            guesses["plain logit"][repeat, test] = lab.plain_logit(train, test)
            guesses["distance rule"][repeat, test] = lab.distance_rule(train, test)
    share = pd.DataFrame(guesses["classifier"].mean(axis=0), labels.index, list(FORMS))
    typed = labels.assign(**share.add_prefix("p_"), type=share.idxmax(axis=1))
    scores = _compare(guesses, labels, _resampled(group, rng))
    return Validation(scores, typed, pd.Series(chosen).value_counts())


@dataclass(frozen=True)
class _Laboratory:
    """The labelled cities; each method is fitted to some of them and types others."""

    grid: Grid
    terms: pd.DataFrame
    km: Floats  # to the nearest larger city
    label: "pd.Series[str]"

    def classifier(self, train: Ints, test: Ints, penalty: float, drawn: pd.DataFrame) -> Floats:
        """Return the shares of the forms by the classifier of this book."""
        model = fit(self.terms.iloc[train], self.label.iloc[train], penalty=penalty)
        held: Grid = {name: (axes, at[..., test]) for name, (axes, at) in self.grid.items()}
        return shares(held, model, drawn).to_numpy(float)

    def plain_logit(self, train: Ints, test: Ints) -> Floats:
        """Return the shares of the forms by a logit on plain measures, without a ridge."""
        plain = self.terms[list(PLAIN)]
        logit = LogisticRegression(C=np.inf, max_iter=20_000, tol=1e-8)
        logit.fit(plain.iloc[train], self.label.iloc[train])
        return np.asarray(logit.predict_proba(plain.iloc[test])[:, np.argsort(ORDER)])

    def distance_rule(self, train: Ints, test: Ints) -> Floats:
        """Return one for the form of the two best cuts of the distance to a larger city."""
        answer = self.label.iloc[train]

        def right(cuts: tuple[float, float]) -> int:
            return int((by_cuts(self.km[train], cuts) == answer).sum())

        best = max(combinations(CUTS, 2), key=right)
        typed: npt.NDArray[np.bool_] = by_cuts(self.km[test], best)[:, None] == np.array(FORMS)
        return typed.astype(float)

    def loss(self, rows: Ints, inner: list[Any], drawn: pd.DataFrame, penalty: float) -> float:
        """Return the mean log loss of the classifier over the inner folds."""
        losses = []
        for kept, held in inner:
            given = self.classifier(rows[kept], rows[held], penalty, drawn)[:, ORDER]
            truth = self.label.iloc[rows[held]]
            losses.append(log_loss(truth, given, labels=sorted(FORMS)))
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
    forms, sure = np.array(FORMS), guess.max(axis=-1)
    typed = forms[guess.argmax(axis=-1)]
    right = typed == truth
    true, held = truth[:, None] == forms, typed[..., None] == forms
    met = weight @ (true & held).astype(float)  # by repeat, way to weight, form
    f1 = 2 * met / np.maximum(weight @ true + weight @ held.astype(float), 1e-9)
    corridors = weight * (truth == "corridor")
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)[..., None] == np.arange(BINS)
    gaps = np.abs(weight @ (bins * (sure - right)[..., None])).sum(axis=-1)
    people = weight.sum(axis=1)
    return np.stack(
        [
            f1.mean(axis=(0, 2)),
            (corridors @ right.T.astype(float)).mean(axis=1) / np.maximum(corridors.sum(axis=1), 1),
            (weight @ right.T.astype(float)).mean(axis=1) / people,
            (weight @ (right | (typed == second)).T.astype(float)).mean(axis=1) / people,
            gaps.mean(axis=0) / people,
        ],
        axis=1,
    )


def _resampled(group: Any, rng: np.random.Generator) -> Floats:
    """Return how often each city counts: once, then in each bootstrap sample of groups."""
    codes, names = pd.factorize(group)
    picks = rng.integers(len(names), size=(BOOTSTRAP, len(names)))
    counts = np.apply_along_axis(np.bincount, 1, picks, minlength=len(names))
    return np.vstack([np.ones(len(codes)), counts[:, codes]])
