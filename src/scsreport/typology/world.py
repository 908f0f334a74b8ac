"""The world's secondary cities by form: loads the tables and calls the measures."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from scsreport.datasets import load
from scsreport.typology.measures import THROUGH_KM, WINDOW_KM
from scsreport.typology.model import FORMS, classify, fitted, gathered, terms
from scsreport.typology.systems import Systems, detect

CITY = 100_000
PHRASES = {
    "km_larger": "the nearest larger city, {name}, is {value:,.0f} km away",
    "km_large": "the nearest city of 500,000 is {value:,.0f} km away",
    "km_million": "the nearest city of a million is {value:,.0f} km away",
    "shadow_near": "larger cities very near weigh {value:,.1f} times its population",
    "shadow": "larger cities around weigh {value:,.1f} times its population",
    "cities_near": "cities within 50 km: {value:,.0f}",
    "footprint_mates": "other cities in the same built-up area: {value:,.0f}",
    "dominance": "it holds {value:.0%} of the people within 100 km",
    "interposition": "trips between others that it lies in line with are {value:,.2f} of its own",
    "pass_through": "trips between others that pass it by road are {value:,.2f} of its own",
    "km_span": "the shortest way through it between two cities of a million is {value:,.0f} km",
}
FAR = {
    "km_larger": "no larger city of its country lies within 400 km",
    "km_large": "no other city of 500,000 of its country lies within 400 km",
    "km_million": "no other city of a million of its country lies within 400 km",
    "km_span": "it is on no short way between two cities of a million",
}
LIMITS = dict.fromkeys(FAR, WINDOW_KM) | {"km_span": 2 * THROUGH_KM}


@cache
def inputs() -> dict[str, pd.DataFrame]:
    """Return the tables that typing the world needs, by the names of the arguments."""
    places = load("places").set_index("geonameid")
    return {
        "cities": places[(places["population"] >= CITY) & ~places["is_primary"]],
        "places": places,
        "roads": load("road-distances"),
        "footprints": load("footprints"),
    }


@cache
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
    tables = inputs()
    return classify(
        tables["cities"],
        places=tables["places"],
        roads=tables["roads"],
        footprints=tables["footprints"],
    )


@cache
def systems_of_world() -> Systems:
    """Detect the clusters and corridors that the typed cities of the world form.

    Returns
    -------
    Systems
        As :func:`scsreport.typology.systems.detect`, against a null of all places.
    """
    places = inputs()["places"]
    return detect(gathered(inputs()["cities"], places, CITY), classify_world(), background=places)


def reasons(geonameid: int) -> pd.DataFrame:
    """Return what speaks for each form of a city.

    Parameters
    ----------
    geonameid : int
        A city of :func:`classify_world`.

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
    table = classify_world()
    if geonameid not in table.index:
        raise ValueError(
            f"geonameid {geonameid}: not typed; expected a city of {CITY:,} people or more that is "
            "not its country's largest"
        )
    scaled, weights = terms(table), fitted().weights
    above: Any = scaled.loc[geonameid] - scaled.mean()
    value: Any = table[list(weights.index)].loc[geonameid]
    return weights[list(FORMS)].mul(above / weights["sd"], axis=0).assign(value=value.astype(float))


def explain(geonameid: int) -> str:
    """Say why a city has its form, in words and numbers.

    Parameters
    ----------
    geonameid : int
        A city of :func:`classify_world`.

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
    points, table, places = reasons(geonameid), classify_world(), inputs()["places"]
    city: Any = table.loc[geonameid]
    shares = pd.Series({form: float(city[f"p_{form}"]) for form in FORMS})
    first, second, third = map(str, shares.sort_values(ascending=False).index)
    lead = (points[first] - points[second]).sort_values()
    larger = places["name"].reindex([city["larger"]]).iloc[0]

    def say(term: str) -> str:
        phrase = FAR[term] if city[term] >= LIMITS.get(term, np.inf) else PHRASES[term]
        return f"{phrase.format(value=city[term], name=larger)} ({lead[term]:+.1f})"

    itself: Any = places.loc[geonameid]
    return "\n".join(
        [
            f"{itself['name']} ({itself['country']}) is typed {first}: "
            f"{shares[first]:.0%} over the runs, "
            f"{second} {shares[second]:.0%}, {third} {shares[third]:.0%}"
            + (" (contested)." if city["contested"] else "."),
            f"For {first} rather than {second}, in points over the average city: "
            + "; ".join(say(term) for term in lead.index[:-4:-1])
            + ".",
            f"Most against it: {say(str(lead.index[0]))}.",
        ]
    )
