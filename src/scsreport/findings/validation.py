"""The forms of the world's secondary cities, their systems, and how good the typing is."""

# scikit-learn carries no types
# mypy: disable-error-code="import-untyped"

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from scsreport import typology
from scsreport.findings import classification
from scsreport.tables.datasets import load
from scsreport.typology import Thresholds, model, validation
from scsreport.typology.measures import DEFAULT, RANGES, Grid, nodes

__all__ = [
    "HELD_OUT_COLUMNS",
    "SEED",
    "WEIGHTS_HEADER",
    "fitted",
    "groups",
    "labelled",
    "robustness",
    "stability",
    "typed",
    "validate",
    "weights",
]

SEED = 2019
HELD_OUT_COLUMNS = ["label", "second_label", "p_hub", "p_cluster", "p_corridor", "type"]
WEIGHTS_HEADER = """\
# Points of the classifier; `make results` fits them to {n} labels (typology-labels).
# Ridge of strength {penalty:g}, most often the best inside the training folds. A test fits again.
"""


def labelled() -> tuple[pd.DataFrame, pd.DataFrame, Grid]:
    """Return the labels, and the measures of the labelled cities with their grid."""
    labels = load("typology-labels").set_index("geonameid").fillna({"second_label": ""})
    world = classification.inputs()
    values, grid = typology.measure(**{**world, "cities": world["places"].loc[labels.index]})
    return labels, values, grid


def weights(points: model.Model, *, n: int, penalty: float) -> str:
    """Return the file of the points.

    Parameters
    ----------
    points : Model
        The points.
    n : int
        Labels that it was fitted to.
    penalty : float
        Strength of the ridge.

    Returns
    -------
    str
        TOML.
    """
    rows = {"intercept": points.intercept}
    rows |= {f"terms.{term}": row for term, row in points.weights.iterrows()}
    parts = [
        f"\n[{name}]\n" + "".join(f"{column} = {value:.4f}\n" for column, value in row.items())
        for name, row in rows.items()
    ]
    return WEIGHTS_HEADER.format(n=n, penalty=penalty) + "".join(parts)


def validate() -> validation.Validation:
    """Score the classifier and its baselines on held-out groups of the labels."""
    labels, values, grid = labelled()
    return validation.cross_validate(grid, values, labels, rng=np.random.default_rng(SEED))


def stability(cities: pd.DataFrame) -> pd.DataFrame:
    """Type the world again with one thing changed, and count the cities that change form.

    Parameters
    ----------
    cities : DataFrame
        Cities with their ``type``.

    Returns
    -------
    DataFrame
        One row per ``change``: ``moved``, the share of cities with another form; ``rand``, the
        adjusted Rand index; ``n`` cities. The table ``form-stability``.
    """
    world = classification.inputs()
    rows = []
    for change, changed in _changes(world).items():
        types = typology.classify(**{**world, **changed}, runs=200)["type"]
        before = cities.loc[types.index, "type"]
        rand = adjusted_rand_score(before, types)
        rows.append((change, (types != before).mean(), rand, len(types)))
    return pd.DataFrame(rows, columns=["change", "moved", "rand", "n"]).round(4)


def _changes(world: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return, by name of the change, the arguments of the classifier that it changes."""
    changes: dict[str, dict[str, Any]] = {
        f"{name}: {end}": {"thresholds": Thresholds(**{name: float(nodes(name, DEFAULT)[at])})}
        for name in RANGES
        for end, at in (("lowest", 0), ("highest", 2))
    }
    places = world["places"]
    rng = np.random.default_rng(SEED)
    factor = pd.Series(rng.uniform(0.9, 1.1, len(places)), places.index)
    merged = _merged_by_footprint(places)
    return changes | {
        "no roads": {"roads": None},
        "no footprints": {"footprints": None},
        "populations 10 % up or down": {
            name: world[name].assign(
                population=world[name]["population"] * factor[world[name].index]
            )
            for name in ("cities", "places")
        },
        "neighbours across borders": {
            name: world[name].assign(country="any") for name in ("cities", "places")
        },
        "footprints as cities": {
            "places": merged,
            "cities": merged.loc[merged.index.intersection(world["cities"].index)],
        },
    }


def _merged_by_footprint(places: pd.DataFrame) -> pd.DataFrame:
    """Return one place a footprint, with all its people, and every place outside them."""
    is_first = ~places["footprint"].duplicated() | places["footprint"].isna()
    merged = places.sort_values("population", ascending=False)
    merged = merged[is_first[merged.index]]
    merged["population"] = merged["footprint_population"].fillna(merged["population"])
    return merged


def groups(cities: pd.DataFrame) -> pd.DataFrame:
    """Group the cities by their measures alone, to see how many groups the data suggest.

    Parameters
    ----------
    cities : DataFrame
        Cities with their ``type`` and measures.

    Returns
    -------
    DataFrame
        One row per number of ``groups``: ``silhouette``, ``rand`` against the forms, share of the
        ``smallest``. The table ``form-groups``.
    """
    terms = model.terms(cities)
    scaled = ((terms - terms.mean()) / terms.std()).to_numpy()
    rows = []
    for count in range(2, 7):
        clusters = KMeans(count, n_init=10, random_state=SEED).fit_predict(scaled)
        rand = adjusted_rand_score(cities["type"], clusters)
        smallest = np.bincount(clusters).min() / len(clusters)
        rows.append((count, silhouette_score(scaled, clusters), rand, smallest))
    return pd.DataFrame(rows, columns=["groups", "silhouette", "rand", "smallest"]).round(4)


def fitted() -> dict[str, pd.DataFrame | str]:
    """Fit the points, and score the fit on cities held out.

    Returns
    -------
    dict
        The text of ``weights.toml`` as ``typology-weights``, and the tables ``typology-scores``
        and ``typology-held-out``.
    """
    labels, values, _ = labelled()
    validated = validate()
    penalty = validated.penalties.index[0]
    points = model.fit(model.terms(values), labels["label"], penalty=penalty)
    chosen = pd.DataFrame({"method": "classifier", "score": "penalty", "value": [penalty]})
    return {
        "typology-weights": weights(points, n=len(labels), penalty=penalty),
        "typology-scores": pd.concat([validated.scores, chosen]).round(4),
        "typology-held-out": validated.held_out[HELD_OUT_COLUMNS].round(4).reset_index(),
    }


def typed() -> dict[str, pd.DataFrame]:
    """Type the world, and detect its systems.

    Returns
    -------
    dict
        The tables ``city-forms``, ``systems`` and ``system-members``.
    """
    forms = classification.classify_world()
    systems = classification.systems_of_world()
    return {
        "city-forms": forms.round(4).reset_index().astype({"larger": "Int64"}),
        "systems": systems.table.round(4).astype({"people": int}).reset_index(),
        "system-members": systems.members.round(1).reset_index(),
    }


def robustness() -> dict[str, pd.DataFrame]:
    """Say how the typing moves with what it rests on, and into how many groups the cities fall.

    Returns
    -------
    dict
        The tables ``form-stability`` and ``form-groups``.
    """
    forms = classification.classify_world()
    return {"form-stability": stability(forms), "form-groups": groups(forms)}
