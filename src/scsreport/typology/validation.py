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
from scsreport.typology.measures import Grid, Ints
from scsreport.typology.model import FORMS, Model, draw, fit, shares, terms

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
    seen_all = terms(values)
    label, group = labels["label"], labels["group"].to_numpy()
    drawn, chosen = draw(runs, rng), []
    guesses = {name: np.zeros((repeats, len(labels), len(FORMS))) for name in METHODS}

    def held_out(rows: Ints, model: Model, times: int) -> Floats:
        part: Grid = {name: (axes, nodes[..., rows]) for name, (axes, nodes) in grid.items()}
        return shares(part, model, drawn.head(times)).to_numpy()

    def loss(rows: Ints, inner: list[Any], penalty: float) -> float:
        losses = []
        for kept, held in inner:
            model = fit(seen_all.iloc[rows[kept]], label.iloc[rows[kept]], penalty=penalty)
            given = held_out(rows[held], model, 20)[:, ORDER]
            losses.append(log_loss(label.iloc[rows[held]], given, labels=sorted(FORMS)))
        return float(np.mean(losses))

    for repeat in range(repeats):
        for train, test in _folds(label, group, folds, rng):
            inner = _folds(label.iloc[train], group[train], 4, rng)  # the same for each penalty
            chosen.append(min(PENALTIES, key=partial(loss, train, inner)))
            seen, answer = seen_all.iloc[train], label.iloc[train]
            model = fit(seen, answer, penalty=chosen[-1])
            guesses["classifier"][repeat, test] = held_out(test, model, runs)
            plain = LogisticRegression(C=np.inf, max_iter=20_000, tol=1e-8).fit(
                seen[list(PLAIN)], answer
            )
            odds = plain.predict_proba(seen_all.iloc[test][list(PLAIN)])
            guesses["plain logit"][repeat, test] = odds[:, np.argsort(ORDER)]
            km = values["km_larger"].to_numpy()
            cuts = max(
                combinations(CUTS, 2), key=lambda two: (by_cuts(km[train], two) == answer).sum()
            )
            rule = by_cuts(km[test], cuts)
            guesses["distance rule"][repeat, test] = rule[:, None] == np.array(FORMS)
    guesses["always hub"][..., FORMS.index("hub")] = 1
    weight = _resampled(group, rng)
    found = {name: _scores(guess, labels, weight) for name, guess in guesses.items()}
    found["classifier over plain logit"] = found["classifier"] - found["plain logit"]
    parts = {}
    for name, table in found.items():
        low, high = np.quantile(table[1:], [0.025, 0.975], axis=0)
        parts[name] = pd.DataFrame({"value": table[0], "low": low, "high": high}, list(SCORES))
    scores = pd.concat(parts, names=["method", "score"]).reset_index()
    share = pd.DataFrame(guesses["classifier"].mean(axis=0), labels.index, list(FORMS))
    typed = labels.assign(**share.add_prefix("p_"), type=share.idxmax(axis=1))
    return Validation(scores, typed, pd.Series(chosen).value_counts())


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
