"""The slow results behind the chapter *Connectivity*, as they are stored.

Access and through traffic of every city, and the regressions of the growth of cities and the output
of regions on them. What the chapter shows of both is in :mod:`scsreport.findings.connectivity`, the
statistics in :mod:`scsreport.findings.within_countries`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from scsreport import growth
from scsreport.connectivity import intermediacy, market_access, network
from scsreport.findings import connectivity, gaps
from scsreport.findings.within_countries import explain
from scsreport.tables.datasets import load

__all__ = [
    "ADDED_PEOPLE",
    "GROWTH_YEARS",
    "INTERNAL",
    "MODELS",
    "SAMPLES",
    "access",
    "access_to",
    "cities_in",
    "growth_of_cities",
    "output_of_regions",
    "regressions",
    "with_roads",
]

PairFilter = Callable[["pd.Series[Any]", "pd.Series[Any]"], "pd.Series[Any]"]

GROWTH_YEARS = (2000, 2015)
ADDED_PEOPLE = 100_000
"""Added to every access before its logarithm, so that a city alone has one: the smallest city."""

OTHER_ADDED_PEOPLE = {"10,000 people added": 10_000, "a million people added": 1_000_000}
INTERNAL = {
    "growth": ["size", "regional_capital", "airport", "port", "coast"],
    "output": ["size", "primary", "airport", "port", "coast", "oil"],
}
MODELS = {
    "access and through traffic": ["access", "through"],
    "larger and smaller cities": ["larger", "smaller", "through"],
}
EVERY_ROW = "index == index"
ZONE_KM = 10
OTHER_ZONES = {"zone of 5 km": 5, "zone of 20 km": 20}
HALF_LIFE = 30
OTHER_HALF_LIVES = {"60 minutes": 60}
MASSES_OF_TODAY = "masses of today"
SHARED_SAMPLES = {
    "headline": EVERY_ROW,
    "60 minutes": EVERY_ROW,
    "no China": "country != 'CN'",
    **dict.fromkeys(OTHER_ZONES, EVERY_ROW),
    **dict.fromkeys(OTHER_ADDED_PEOPLE, EVERY_ROW),
}
SAMPLES = {
    "growth": {
        **SHARED_SAMPLES,
        "no suburbs": "suburb != True",
        "no primary cities": "is_primary != True",
        MASSES_OF_TODAY: EVERY_ROW,
    },
    "output": {
        **SHARED_SAMPLES,
        "no oil regions": "oil != True",
        "no primary regions": "primary != True",
    },
}
"""By outcome, which rows each sample keeps; what else it changes is in :func:`with_roads`."""


def access() -> pd.DataFrame:
    """Measure every city that roads join to another of its country; the traffic takes a minute.

    A city that no road of the graph joins to another may be on an island, or the graph may have a
    gap where it lies: of it nothing is known, which is not the same as reaching nobody.

    Returns
    -------
    DataFrame
        The table ``city-access``: by ``geonameid`` people within reach in all other cities
        (``access_30``) and in larger ones (``larger_30``), for both half-lives; trips that begin or
        end there (``endpoint``) and that pass (``through_10``), for each zone in km.
    """
    node_of_city = load("city-nodes").query("road_near").set_index("geonameid")["road_node"]
    listed = load("cities").query("kind == 'city'").set_index("geonameid")["population"]
    people = listed[listed.index.isin(node_of_city.index)].astype(float)
    minutes = connectivity.pairs(people.index)
    joined = pd.concat([minutes["geonameid_a"], minutes["geonameid_b"]]).unique()
    roads = network(load("roads"), node_of_city)

    def is_larger(own: "pd.Series[Any]", other: "pd.Series[Any]") -> "pd.Series[Any]":
        return own.map(people) < other.map(people)

    columns = {}
    for half_life in connectivity.HALF_LIVES:
        columns[f"access_{half_life}"] = market_access(
            minutes, people, half_life=half_life, own_time=np.inf
        )
        columns[f"larger_{half_life}"] = access_to(people, half_life, is_larger)
    for km in connectivity.ZONES:
        trips = intermediacy(roads, people, gamma=1, around=km)
        columns["endpoint"] = trips["endpoint"]
        columns[f"through_{km}"] = trips["through"]
    table = pd.DataFrame(columns).round(1).rename_axis("geonameid")
    return table[table.index.isin(joined)].reset_index()


def access_to(mass: "pd.Series[Any]", half_life: float, counts: PairFilter) -> "pd.Series[Any]":
    """Return the people within reach of each city in some of the others.

    Parameters
    ----------
    mass : Series
        People by ``geonameid``.
    half_life : float
        Minutes after which people count half.
    counts : callable
        Of the ids of two cities, pair by pair: whether the second counts for the first.

    Returns
    -------
    Series
        By city, in the order of ``mass``.
    """
    one_way = connectivity.pairs(mass.index).set_axis(["own", "other", "minutes"], axis=1)
    back = one_way.rename(columns={"own": "other", "other": "own"})
    both_ways = pd.concat([one_way, back])
    both_ways = both_ways[counts(both_ways["own"], both_ways["other"])]
    people = both_ways["other"].map(mass) * np.exp2(-both_ways["minutes"] / half_life)
    within_reach = people.groupby(both_ways["own"]).sum()
    return pd.Series(within_reach.reindex(mass.index, fill_value=0.0))


def growth_of_cities(listed: pd.DataFrame) -> pd.DataFrame:
    """Return the growth of each listed agglomeration with what its city has.

    Parameters
    ----------
    listed : DataFrame
        The official list of agglomerations, one row per ``city`` and ``year``.

    Returns
    -------
    DataFrame
        By ``city``: ``y``, growth a year in logarithms over :data:`GROWTH_YEARS`; ``size``; and the
        columns of :func:`scsreport.findings.connectivity.cities` of the largest city of its country
        within 20 km, empty where there is none. ``access_...`` and ``larger_...`` count people of
        the first year in the cities of the list, since people of today are what grew; those of
        today in all cities are ``today_access_...`` and ``today_larger_...``.
    """
    first, last = GROWTH_YEARS
    people = listed.pivot(index="city", columns="year", values="population")
    rows = listed.drop_duplicates("city").set_index("city")[["lat", "lon", "country"]]
    per_year = np.log(people[last] / people[first]) / (last - first)
    rows = rows.assign(start=people[first], y=per_year)
    rows = rows[rows["start"] >= growth.FLOOR]
    # Where two agglomerations meet one city, the city belongs to the larger of its candidates.
    matched = growth.same_cities(rows, connectivity.cities().reset_index())
    matched = matched.sort_values("population").drop_duplicates("geonameid", keep="last")
    rows = rows.join(matched.drop(columns=["lat", "lon", "country"]))
    mass = rows.dropna(subset="geonameid").set_index("geonameid")["start"].astype(float)
    today = rows.filter(regex="^(access|larger)_")
    then = _access_of(mass).reindex(rows["geonameid"]).set_axis(rows.index)
    rows = rows.drop(columns=today.columns).join(then).join(today.add_prefix("today_"))
    return rows.assign(size=np.log(rows["start"]))


def _access_of(mass: "pd.Series[float]") -> pd.DataFrame:
    """Return access of cities to each other, to all and to larger ones, for every half-life."""

    def is_larger(own: "pd.Series[Any]", other: "pd.Series[Any]") -> "pd.Series[Any]":
        return own.map(mass) < other.map(mass)

    columns = {}
    for half_life in connectivity.HALF_LIVES:
        columns[f"access_{half_life}"] = access_to(mass, half_life, lambda own, other: own != other)
        columns[f"larger_{half_life}"] = access_to(mass, half_life, is_larger)
    return pd.DataFrame(columns)


def output_of_regions(people: pd.DataFrame) -> pd.DataFrame:
    """Return output per head of each region with what its cities have.

    Parameters
    ----------
    people : DataFrame
        The official file of regional population.

    Returns
    -------
    DataFrame
        One row a region of the last year: ``y``, logarithm of output per head; ``size``; and of its
        cities the mean access of their people to cities of other regions, through traffic in sum,
        and whether any is the ``primary`` one or has an ``airport`` or ``port``.
    """
    regions = gaps.last_year(gaps.panel(people)).query("table == 'regional-output'")
    cities = _with_access_beyond(cities_in(regions))
    by_unit = cities.groupby("unit")
    functions = by_unit[["airport", "port", "is_primary"]].max()
    traffic = by_unit[list(cities.filter(regex="^(through_|endpoint)"))].sum()
    of_cities = _means_over_people(cities).join(functions).join(traffic)
    regions = regions.assign(coast=regions["coast"] == "coast").join(of_cities, on="unit")
    codes = load("countries").set_index("iso3")["country"]
    return regions.assign(
        country=regions["iso3"].map(codes),
        primary=regions["is_primary"],
        y=np.log(regions["value"]),
        size=np.log(regions["people"]),
    )


def cities_in(regions: pd.DataFrame) -> pd.DataFrame:
    """Return all cities with the region of output in which each lies.

    Parameters
    ----------
    regions : DataFrame
        One row a region: ``unit``.

    Returns
    -------
    DataFrame
        Rows of :func:`scsreport.findings.connectivity.cities` with ``unit``, missing where none.
    """
    crosswalk = load("region-crosswalk").query("table == 'regional-output'")
    crosswalk = crosswalk.assign(code=crosswalk["region_code"].fillna(crosswalk["region_id"]))
    crosswalk = crosswalk.melt("region_id", ["code", "region"], value_name="unit")
    crosswalk = crosswalk[crosswalk["unit"].isin(regions["unit"])]
    unit = crosswalk.drop_duplicates("region_id").set_index("region_id")["unit"]
    cities = connectivity.cities()
    return cities.assign(unit=cities["region_id"].map(unit))


def _with_access_beyond(cities: pd.DataFrame) -> pd.DataFrame:
    """Replace access of cities by access to those of other units, all of them and larger ones."""
    people = cities["population"].astype(float)
    unit = cities["unit"].fillna("")

    def elsewhere(own: "pd.Series[Any]", other: "pd.Series[Any]") -> "pd.Series[Any]":
        return own.map(unit) != other.map(unit)

    def larger_elsewhere(own: "pd.Series[Any]", other: "pd.Series[Any]") -> "pd.Series[Any]":
        return elsewhere(own, other) & (own.map(people) < other.map(people))

    columns = {}
    for half_life in connectivity.HALF_LIVES:
        columns[f"access_{half_life}"] = access_to(people, half_life, elsewhere)
        columns[f"larger_{half_life}"] = access_to(people, half_life, larger_elsewhere)
    return cities.assign(**columns)


def _means_over_people(cities: pd.DataFrame) -> pd.DataFrame:
    """Return mean access and place of the cities of each unit, each weighing as its people."""
    people = cities["population"].astype(float)
    unit = cities["unit"].fillna("")
    columns = [*cities.filter(regex="^(access|larger)_"), "lat", "lon"]
    sums = cities[columns].mul(people, axis=0).groupby(unit).sum()
    return sums.div(people.groupby(unit).sum(), axis=0)


def regressions(listed: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Run both outcomes over all samples and models.

    Parameters
    ----------
    listed : DataFrame
        The official list of agglomerations.
    people : DataFrame
        The official file of regional population.

    Returns
    -------
    DataFrame
        The table ``access-regressions``: one row per ``outcome``, ``sample``, ``model`` and
        ``term``, as :func:`scsreport.findings.within_countries.explain` describes.
    """
    outcomes = {"growth": growth_of_cities(listed), "output": output_of_regions(people)}
    parts = []
    for outcome, rows in outcomes.items():
        for sample in SAMPLES[outcome]:
            prepared = with_roads(rows, outcome, sample)
            for model, external in MODELS.items():
                result = explain(prepared, INTERNAL[outcome], external)
                parts.append(result.assign(outcome=outcome, sample=sample, model=model))
    table = pd.concat(parts, ignore_index=True)
    key_columns = ["outcome", "sample", "model"]
    return table[[*key_columns, *table.columns.drop(key_columns)]].round(5)


def with_roads(rows: pd.DataFrame, outcome: str, sample: str) -> pd.DataFrame:
    """Return the rows of a sample with access and through traffic, in logarithms.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`growth_of_cities` or :func:`output_of_regions`.
    outcome : {"growth", "output"}
        Which of them.
    sample : str
        A key of :data:`SAMPLES`.

    Returns
    -------
    DataFrame
        With ``access``, ``larger``, ``smaller`` and ``through``.
    """
    half_life = OTHER_HALF_LIVES.get(sample, HALF_LIFE)
    zone = OTHER_ZONES.get(sample, ZONE_KM)
    kept = rows.query(SAMPLES[outcome][sample])
    added_people = OTHER_ADDED_PEOPLE.get(sample, ADDED_PEOPLE)
    of_today = "today_" if sample == MASSES_OF_TODAY else ""
    people_in_reach = kept[f"{of_today}access_{half_life}"]
    larger = kept[f"{of_today}larger_{half_life}"]
    # Rounding may leave a city that has larger ones alone with a little less than nothing.
    smaller = (people_in_reach - larger).clip(lower=0)
    # Without a trip of its own nobody is passed either.
    passing = (kept[f"through_{zone}"] / kept["endpoint"]).fillna(0)
    return kept.assign(
        access=np.log(added_people + people_in_reach),
        larger=np.log(added_people + larger),
        smaller=np.log(added_people + smaller),
        through=np.log1p(passing),
    )
