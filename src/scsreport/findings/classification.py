"""The world's secondary cities by form: loads the tables and calls the measures."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scsreport import checks
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once
from scsreport.typology.measures import THROUGH_KM, WINDOW_KM, Thresholds
from scsreport.typology.model import FORMS, classify, fitted, gathered, terms
from scsreport.typology.systems import Systems, detect

__all__ = [
    "CITY_FLOOR",
    "WORDS",
    "classify_world",
    "explain",
    "inputs",
    "inputs_of",
    "reasons",
    "retyped",
    "systems_of_world",
    "typed",
]

CITY_FLOOR = 100_000
WORDS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text("utf-8")
)


@computed_once
def inputs() -> Mapping[str, Any]:
    """Return the tables that typing the world needs, by the names of the arguments.

    Returns
    -------
    mapping
        What :func:`scsreport.typology.model.classify` takes: ``cities`` of 100,000 people and more
        but each country's largest, ``places``, ``roads`` and ``footprints``.

    Examples
    --------
    >>> sorted(inputs())
    ['cities', 'footprints', 'places', 'roads']
    """
    places = load("places").set_index("geonameid")
    return {
        "cities": places[(places["population"] >= CITY_FLOOR) & ~places["is_primary"]],
        "places": places,
        "roads": load("road-distances"),
        "footprints": load("footprints"),
    }


@computed_once
def classify_world() -> pd.DataFrame:
    """Type all cities of 100,000 and more except each country's largest.

    Returns
    -------
    DataFrame
        As :func:`classify`, indexed by ``geonameid``.

    Examples
    --------
    >>> classify_world().loc[1645518, "type"]
    'cluster'
    """
    return classify(**inputs())


def inputs_of(country: str = "") -> dict[str, Any]:
    """Return the tables that typing one country needs.

    Parameters
    ----------
    country : str, optional
        Its ISO alpha-2 code; without one, the world.

    Returns
    -------
    dict
        As :func:`inputs`, with the rows of the country alone; no ``roads`` where it has none.

    Raises
    ------
    ValueError
        If no city of the country is typed.

    Examples
    --------
    >>> inputs_of("LK")["cities"]["country"].unique().tolist()
    ['LK']
    """
    tables = dict(inputs())
    if not country:
        return tables
    checks.choice("country", country, sorted(tables["cities"]["country"].unique()))
    for name in ("cities", "places"):
        tables[name] = tables[name][tables[name]["country"] == country]
    ends = tables["roads"][["geonameid_a", "geonameid_b"]]
    tables["roads"] = tables["roads"][ends.isin(tables["places"].index).all(axis=1)]
    if tables["roads"].empty:
        tables["roads"] = None
    return tables


def retyped(thresholds: Thresholds, country: str = "") -> pd.DataFrame:
    """Type the cities of a country, or of the world, under other thresholds.

    Parameters
    ----------
    thresholds : Thresholds
        The middle of what is drawn.
    country : str, optional
        Its ISO alpha-2 code. No city of another country counts for its forms.

    Returns
    -------
    DataFrame
        As :func:`classify`, indexed by ``geonameid``.

    Examples
    --------
    >>> retyped(Thresholds(reach=80), "LK").index.name
    'geonameid'
    """
    return classify(**inputs_of(country), thresholds=thresholds)


@computed_once
def systems_of_world() -> Systems:
    """Detect the clusters and corridors that the typed cities of the world form.

    Returns
    -------
    Systems
        As :func:`scsreport.typology.systems.detect`, against a null of all places.
    """
    places = inputs()["places"]
    cities = gathered(inputs()["cities"], places, CITY_FLOOR)
    return detect(cities, classify_world(), background=places)


@computed_once
def typed() -> pd.DataFrame:
    """Return the typed cities as they are stored, which takes no time.

    Returns
    -------
    DataFrame
        The table ``city-forms``, indexed by ``geonameid``: :func:`classify_world`, rounded.
    """
    return load("city-forms").set_index("geonameid")


def reasons(geonameid: int) -> pd.DataFrame:
    """Return what speaks for each form of a city.

    Parameters
    ----------
    geonameid : int
        A city of :func:`typed`.

    Returns
    -------
    DataFrame
        A row per measure: its ``value`` and the points that it gives to ``hub``, ``cluster`` and
        ``corridor``, over those of the average city.

    Raises
    ------
    ValueError
        If the city is not typed.

    Examples
    --------
    >>> reasons(1645518).loc["cities_near", "cluster"] > 0
    np.True_
    """
    geonameid = checks.whole("geonameid", geonameid)
    table = typed()
    if geonameid not in table.index:
        raise ValueError(
            f"geonameid {geonameid}: not typed; expected a city of {CITY_FLOOR:,} people or more "
            "that is not its country's largest"
        )
    scaled = terms(table)
    weights = fitted().weights
    above_mean: Any = scaled.loc[geonameid] - scaled.mean()
    value: Any = table[list(weights.index)].loc[geonameid]
    points = weights[list(FORMS)].mul(above_mean / weights["sd"], axis=0)
    return points.assign(value=value.astype(float))


def explain(geonameid: int) -> str:
    """Say why a city has its form, in words and numbers.

    Parameters
    ----------
    geonameid : int
        A city of :func:`typed`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the city is not typed.

    Examples
    --------
    >>> print(explain(1645518).splitlines()[0])  # doctest: +ELLIPSIS
    Depok (ID) is typed cluster: ...
    """
    geonameid = checks.whole("geonameid", geonameid)
    points = reasons(geonameid)
    places = inputs()["places"]
    city: Any = typed().loc[geonameid]
    shares = pd.Series({form: float(city[f"p_{form}"]) for form in FORMS})
    first, second, third = map(str, shares.sort_values(ascending=False).index)
    advantage = (points[first] - points[second]).sort_values()
    larger = places["name"].reindex([city["larger"]]).iloc[0]

    def in_words(term: str) -> str:
        words = WORDS[term]
        limit = 2 * THROUGH_KM if term == "km_span" else WINDOW_KM
        phrase = words["far"] if "far" in words and city[term] >= limit else words["said"]
        return f"{phrase.format(value=city[term], name=larger)} ({advantage[term]:+.1f})"

    listed: Any = places.loc[geonameid]
    return "\n".join(
        [
            f"{listed['name']} ({listed['country']}) is typed {first}: "
            f"{shares[first]:.0%} over the runs, "
            f"{second} {shares[second]:.0%}, {third} {shares[third]:.0%}"
            + (" (contested)." if city["contested"] else "."),
            f"For {first} rather than {second}, in points over the average city: "
            + "; ".join(in_words(term) for term in advantage.index[:-4:-1])
            + ".",
            f"Most against it: {in_words(str(advantage.index[0]))}.",
        ]
    )
