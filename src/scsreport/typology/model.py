"""From measures to forms: points that add up, and a thousand runs of every threshold.

Each form gets points from each measure (weight times the standardised measure); the forms' shares
in one run follow from the points as in a multinomial logit. The thresholds behind the measures are
drawn anew in every run, and a city's certainty is the mean share over the runs.
"""

# scikit-learn carries no types
# mypy: disable-error-code="import-untyped"

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import softmax

from scsreport import checks
from scsreport.geometry import Floats
from scsreport.typology.measures import DEFAULT, RANGES, TERMS, Grid, Thresholds, check, measure
from scsreport.typology.systems import FORMS, detect

__all__ = [
    "FORMS",
    "PARTS",
    "Model",
    "classify",
    "draw",
    "fit",
    "fitted",
    "forms",
    "gathered",
    "shares",
    "terms",
]

MOST_RUNS = 100_000
COLUMNS = ("type", *(f"p_{form}" for form in FORMS), "contested")
PARTS = 20  # runs at a time, which bounds memory


@dataclass(frozen=True)
class Model:
    """Points of each form.

    Parameters
    ----------
    weights : DataFrame
        One row per term; ``mean`` and ``sd`` to standardise it, and a column per form.
    intercept : Series
        Points of each form before any measure.
    """

    weights: pd.DataFrame
    intercept: "pd.Series[float]"


def terms(values: pd.DataFrame) -> pd.DataFrame:
    """Return measures on the scale of the model, a column per term.

    Parameters
    ----------
    values : DataFrame
        Of :func:`scsreport.typology.measures.measure`.

    Returns
    -------
    DataFrame
    """
    return pd.DataFrame(
        {name: scale(values[name].to_numpy(float)) for name, (_, scale) in TERMS.items()},
        values.index,
    )


def fit(table: pd.DataFrame, labels: "pd.Series[str]", *, penalty: float = 3.0) -> Model:
    """Fit the points to labelled cities by a ridge-penalised multinomial logit.

    Parameters
    ----------
    table : DataFrame
        Of :func:`terms`, for the labelled cities.
    labels : Series of str
        Their forms.
    penalty : float
        Strength of the ridge; the smaller, the closer to the labels.

    Returns
    -------
    Model
    """
    from sklearn.linear_model import LogisticRegression  # slow to import, and only fitting needs it

    mean, sd = table.mean(), table.std(ddof=0).replace(0, 1.0)
    logit = LogisticRegression(C=1 / penalty, max_iter=2_000, tol=1e-8)
    logit.fit(((table - mean) / sd).to_numpy(), labels.to_numpy())
    weights = pd.DataFrame(logit.coef_.T, index=table.columns, columns=logit.classes_)
    weights = weights.reindex(columns=list(FORMS))
    intercept = pd.Series(logit.intercept_, logit.classes_).reindex(list(FORMS))
    return Model(weights.assign(mean=mean, sd=sd), intercept)


@cache
def fitted() -> Model:
    """Return the points as fitted to the labelled cities, stored beside this module."""
    stored = tomllib.loads((Path(__file__).with_name("weights.toml")).read_text("utf-8"))
    weights = pd.DataFrame(stored["terms"]).T
    return Model(weights.reindex(list(TERMS)), pd.Series(stored["intercept"])[list(FORMS)])


def draw(runs: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw thresholds, evenly over their ranges.

    Parameters
    ----------
    runs : int
        1 to 100,000.
    rng : Generator

    Returns
    -------
    DataFrame
        A row per run; per threshold a position from 0 (lowest) over 1 (as given) to 2 (highest).

    Raises
    ------
    TypeError, ValueError
        If the runs are no whole number of that range, or ``rng`` is no Generator.
    """
    runs = checks.whole("runs", runs, 1, MOST_RUNS)
    checks.generator("rng", rng)
    factors = {name: rng.uniform(*ends, runs) for name, ends in RANGES.items()}
    return pd.DataFrame(
        {
            name: np.where(f < 1, (f - low) / (1 - low), 1 + (f - 1) / (high - 1))
            for (name, (low, high)), f in zip(RANGES.items(), factors.values(), strict=True)
        }
    )


def shares(grid: Grid, model: Model, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the mean share of each form over the runs.

    Parameters
    ----------
    grid : dict
        Of :func:`scsreport.typology.measures.measure`.
    model : Model
    runs : DataFrame
        Of :func:`draw`.

    Returns
    -------
    DataFrame
        A row per city, in the order of the grid, a column per form; rows add up to one.
    """
    total = np.sum(list(_shares_by_part(grid, model, runs)), axis=0)
    return pd.DataFrame(total / len(runs), columns=list(FORMS))


def _shares_by_part(grid: Grid, model: Model, runs: pd.DataFrame) -> Iterator[Floats]:
    # Between its three values a term is interpolated, so points are linear in the values and the
    # weight of each value in each run is all that is drawn.
    values, mixes, gains = [], [], []
    for name, (axes, nodes) in grid.items():
        mix = np.ones((len(runs), 1))
        for axis in axes:
            hats = np.maximum(1 - np.abs(runs[axis].to_numpy()[:, None] - np.arange(3)), 0)
            mix = (mix[:, :, None] * hats[:, None]).reshape(len(runs), -1)
        row = model.weights.loc[name]
        scaled = (nodes.reshape(mix.shape[1], -1) - row["mean"]) / row["sd"]
        values.append(scaled)
        mixes.append(mix)
        gains.append(np.repeat(row[list(FORMS)].to_numpy(float)[None], mix.shape[1], axis=0))
    value, mix, gain = np.concatenate(values), np.concatenate(mixes, 1), np.concatenate(gains)
    for at in range(0, len(runs), PARTS):
        part = mix[at : at + PARTS]
        points = np.stack([(part * gain[:, form]) @ value for form in range(len(FORMS))])
        yield softmax(points + model.intercept.to_numpy()[:, None, None], axis=0).sum(axis=1).T


def gathered(cities: pd.DataFrame, places: pd.DataFrame, floor: float) -> pd.DataFrame:
    """Return the cities and all other whole places of their size, as systems are made of.

    Parameters
    ----------
    cities, places : DataFrame
        As in :func:`classify`, indexed by id.
    floor : float
        Least size of the others, people.

    Returns
    -------
    DataFrame
        With ``name``, the id where there is none.
    """
    whole = places["kind"] == "city" if "kind" in places else True
    others = places[(places["population"] >= floor) & whole & ~places.index.isin(cities.index)]
    every = pd.concat([cities, others])
    return every if "name" in every else every.assign(name=every.index.astype(str))


def classify(
    cities: pd.DataFrame,
    *,
    places: pd.DataFrame,
    roads: pd.DataFrame | None = None,
    footprints: pd.DataFrame | None = None,
    thresholds: Thresholds = DEFAULT,
    runs: int = 1_000,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Type each city as regional hub, metropolitan cluster or corridor, with its certainty.

    Parameters
    ----------
    cities : DataFrame
        The cities to type, indexed by id (or with ``geonameid``): ``lat``, ``lon`` in degrees,
        ``population`` (people), ``country``; with ``footprints`` also ``footprint``.
    places : DataFrame
        All places around them, with the same columns; ``kind`` ("city", "twin", "borough") where
        known, since only whole cities are neighbours.
    roads : DataFrame, optional
        ``geonameid_a``, ``geonameid_b``, ``km``: distances by road between cities, over a graph
        that keeps its junctions. Without them, and for cities they do not reach, pass-through is
        that along great circles.
    footprints : DataFrame, optional
        Known ``footprint`` ids. Without them, cities within 15 km count as footprint mates.
    thresholds : Thresholds
        The middle of what is drawn.
    runs : int
        How often all thresholds are drawn, 1 to 100,000.
    rng : Generator, optional
        For the draws; by default the same ones each time.

    Returns
    -------
    DataFrame
        Indexed like ``cities``: ``type``; ``p_hub``, ``p_cluster``, ``p_corridor``, mean shares
        over the runs; ``contested`` where no form has the share that ``thresholds`` asks for;
        ``system``, the detected system it belongs to; and the measures: ``km_larger``,
        ``km_large``, ``km_million`` (km to the nearest larger city, city of 500,000 and of a
        million, at most 400), ``shadow`` and ``shadow_near`` (times its population in larger
        cities, halved every 0.6 and 0.3 of the reach), ``cities_near`` (within reach),
        ``footprint_mates``, ``dominance`` (share of the people within twice the reach),
        ``interposition`` and ``pass_through`` (trips between others that it is on the way of,
        over its own trips: along great circles and by road), ``km_span`` (shortest way through
        it between two cities of a million, at most 600), ``trips`` (gravity of its own trips; 1
        is that of two cities of the floor a km apart), ``larger`` (id of the nearest larger city).

    Raises
    ------
    ValueError
        If a column is missing or there twice, an id repeats, a coordinate or population is missing
        or out of bounds, a country is missing or unknown to ``places``, or no road joins two of
        the places.
    TypeError
        If something is no DataFrame or no number.

    References
    ----------
    The three forms are those of Cities Alliance (2019), Connecting Systems of Secondary Cities,
    Brussels; measures, thresholds and points are ours.

    Examples
    --------
    >>> places = pd.DataFrame(
    ...     {"lat": [0.0, 0.1, 5.0], "lon": [0.0, 0.0, 5.0], "population": [4e6, 2e5, 3e5],
    ...      "country": "X"}, index=["metropolis", "satellite", "far"])
    >>> classify(places.iloc[1:], places=places)["type"].to_list()
    ['cluster', 'hub']
    """
    typed, values = _typed(cities, places, roads, footprints, thresholds, runs, rng)
    every = gathered(check(cities, "cities"), check(places, "places"), thresholds.size_floor)
    found = detect(every, typed, reach=thresholds.reach, draws=0).members
    typed["system"] = found.loc[found["own"], "system"].reindex(typed.index)
    return typed[[*COLUMNS, "system"]].join(values)


def forms(
    cities: pd.DataFrame,
    *,
    places: pd.DataFrame,
    roads: pd.DataFrame | None = None,
    footprints: pd.DataFrame | None = None,
    thresholds: Thresholds = DEFAULT,
    runs: int = 1_000,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Type each city as :func:`classify` does, and look for no systems: for very many cities.

    Trips between all pairs of cities of a country are compared to find corridors, so that systems
    of a hundred thousand cities take hours. Forms take as long as there are cities.

    Parameters
    ----------
    cities, places, roads, footprints, thresholds, runs, rng
        As in :func:`classify`.

    Returns
    -------
    DataFrame
        Indexed like ``cities``: ``type``, ``p_hub``, ``p_cluster``, ``p_corridor`` and
        ``contested``, as in :func:`classify`.

    Raises
    ------
    ValueError, TypeError
        As in :func:`classify`.

    Examples
    --------
    >>> places = pd.DataFrame(
    ...     {"lat": [0.0, 0.1, 5.0], "lon": [0.0, 0.0, 5.0], "population": [4e6, 2e5, 3e5],
    ...      "country": "X"}, index=["metropolis", "satellite", "far"])
    >>> forms(places.iloc[1:], places=places)["type"].to_list()
    ['cluster', 'hub']
    """
    return _typed(cities, places, roads, footprints, thresholds, runs, rng)[0][list(COLUMNS)]


def _typed(
    cities: pd.DataFrame,
    places: pd.DataFrame,
    roads: pd.DataFrame | None,
    footprints: pd.DataFrame | None,
    thresholds: Thresholds,
    runs: int,
    rng: np.random.Generator | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the form of each city, and what was measured of it."""
    values, grid = measure(
        cities, places, roads=roads, footprints=footprints, thresholds=thresholds
    )
    drawn = draw(runs, np.random.default_rng(0) if rng is None else rng)
    share = shares(grid, fitted(), drawn).set_index(values.index)
    typed = share.add_prefix("p_").assign(type=share.idxmax(axis=1))
    typed["contested"] = share.max(axis=1) < thresholds.contested
    return typed, values
