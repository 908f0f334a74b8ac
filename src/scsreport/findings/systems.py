"""Who is secondary under each rule, and how the sizes of cities are spread."""

import numpy as np
import pandas as pd

from scsreport import checks, citysize, definitions
from scsreport.findings.answer import Answer, single
from scsreport.findings.counting import COUNTINGS, counting, units
from scsreport.tables.country_names import short_names
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "AGREEMENT_FACTOR",
    "CITY_FLOOR",
    "COUNTRIES_WITH_TAIL",
    "CUTOFFS",
    "MIN_CITIES",
    "PLACE_FLOOR",
    "SOURCE",
    "answers",
    "by_rule",
    "cities_to_see",
    "exponents_by_country",
    "exponents_by_cutoff",
    "growth_with_suburbs",
    "places_of",
    "primacy_by_source",
    "rank_size",
    "ranked",
    "secondary_in",
    "sizes",
    "tails",
]

SOURCE = "places, countries, footprints"
CITY_FLOOR = 100_000
SEEN = 1.2
"""An exponent as far from Zipf's as countries commonly are."""

DETECTED = 2.80
"""Standard errors of the least difference that a test at 5 % finds in four of five cases."""

PLACE_FLOOR = 15_000  # of the table of places
COUNTRIES_WITH_TAIL = 10
MIN_CITIES = 30
"""Under thirty cities the 95 % interval of an exponent is about half of it either way."""

LEAST_CITIES = 5
"""Below this an interval says nothing."""

CUTOFFS = (100_000, 150_000, 200_000, 300_000, 500_000, 1_000_000, 2_000_000)
AGREEMENT_FACTOR = 1.5
"""Two sources agree on the primacy of a country if it differs by no more than this factor."""


@computed_once
def by_rule() -> pd.DataFrame:
    """Return who is secondary under each rule and each counting.

    Returns
    -------
    DataFrame
        One row per ``rule`` and ``counting``: ``cities``, ``countries``, ``people`` and their
        shares ``of_world``, ``of_urban``, ``of_africa``; ``in_africa_asia``, the share of the
        cities there; ``larger`` and ``smaller``, the shares of world population in places above
        the band, and below it or in no listed place.

    Examples
    --------
    >>> table = by_rule().set_index(['rule', 'counting'])
    >>> int(table.loc[('D7', 'as listed'), 'cities'])
    1360
    """
    countries = load("countries").set_index("country")
    world = countries["population"].sum()
    urban = countries["urban_population"].sum()
    africa = countries.loc[countries["continent"] == "AF", "population"].sum()
    rows = []
    for how in COUNTINGS:
        table, unit, population = counting(how)
        for rule, standing in definitions.standing(table, unit=unit).items():
            secondary = table[standing == "secondary"]
            larger = table[standing == "larger"]
            people = secondary.groupby("continent")[population].sum()
            rows.append(
                {
                    "rule": rule,
                    "counting": how,
                    "cities": len(secondary),
                    "countries": secondary["country"].nunique(),
                    "people": people.sum(),
                    "of_world": people.sum() / world,
                    "of_urban": people.sum() / urban,
                    "of_africa": people.get("AF", 0) / africa,
                    "in_africa_asia": secondary["continent"].isin(["AF", "AS"]).mean(),
                    "larger": larger[population].sum() / world,
                }
            )
    result = pd.DataFrame(rows)
    return result.assign(smaller=1 - result["of_world"] - result["larger"])


def places_of(country: str) -> tuple[str, str, pd.DataFrame]:
    """Return code, name and places of a country given by its ISO 3166-1 alpha-3 code.

    Parameters
    ----------
    country : str
        Such as ``IDN``.

    Returns
    -------
    tuple
        ISO alpha-2 code, name, rows of :func:`scsreport.findings.counting.units`.

    Raises
    ------
    ValueError
        If there is no such country.
    """
    known = load("countries").set_index("iso3")
    if country not in known.index:
        raise ValueError(f"country {country!r}; expected an ISO alpha-3 code such as 'IDN'")
    code = str(known.loc[country, "country"])
    return code, str(short_names()[country]), units()[units()["country"] == code]


def sizes(places: pd.DataFrame | None = None) -> dict[str, pd.DataFrame]:
    """Return the sizes of cities and of footprints of 100,000 people and more.

    Parameters
    ----------
    places : DataFrame, optional
        Part of :func:`scsreport.findings.counting.units`; all of it by default.

    Returns
    -------
    dict
        By unit, "cities" and "footprints": one row each, with ``country`` and ``population``.
    """
    listed, _, _ = counting("as listed", places)
    cities = listed[listed["kind"] == "city"]
    by_footprint, _, population = counting("by footprint", places)
    by_footprint = by_footprint.sort_values("population", ascending=False)
    is_first = by_footprint["footprint"].isna() | ~by_footprint["footprint"].duplicated()
    footprints = by_footprint[is_first]
    # The people of a unit: of a city its own, of a footprint those of all its cities.
    footprints = footprints.assign(population=footprints[population])
    rows_by_unit = {"cities": cities, "footprints": footprints}
    return {
        unit: rows.loc[rows["population"] >= CITY_FLOOR, ["country", "population"]]
        for unit, rows in rows_by_unit.items()
    }


def ranked(places: pd.DataFrame | None = None) -> pd.DataFrame:
    """Rank cities and footprints by size.

    Parameters
    ----------
    places : DataFrame, optional
        As in :func:`sizes`.

    Returns
    -------
    DataFrame
        One row per ``unit`` and ``rank`` (1 is the largest), with ``population``.
    """
    parts = []
    for unit, sample in sizes(places).items():
        people = np.sort(sample["population"].to_numpy())[::-1]
        rank = np.arange(1, len(people) + 1)
        parts.append(pd.DataFrame({"unit": unit, "rank": rank, "population": people}))
    return pd.concat(parts, ignore_index=True)


def rank_size(places: pd.DataFrame | None = None) -> pd.DataFrame:
    """Fit rank and size of cities and footprints.

    Parameters
    ----------
    places : DataFrame, optional
        As in :func:`sizes`.

    Returns
    -------
    DataFrame
        Indexed by ``unit``: the fields of :class:`scsreport.citysize.RankSize`; ``top``, people of
        the largest; ``lead``, the largest over the second.
    """
    rows = {}
    for unit, sample in sizes(places).items():
        fit = citysize.rank_size(sample["population"])
        lead = citysize.primacy(sample["population"]).first_second
        rows[unit] = fit._asdict() | {"top": sample["population"].max(), "lead": lead}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("unit")


def exponents_by_cutoff(places: pd.DataFrame | None = None) -> pd.DataFrame:
    """Fit the exponent of cities and of footprints for every smallest size admitted.

    Parameters
    ----------
    places : DataFrame, optional
        As in :func:`sizes`.

    Returns
    -------
    DataFrame
        One row per ``unit`` and ``cutoff``, as :func:`scsreport.citysize.exponent_by_cutoff`,
        without those that too few reach.

    Raises
    ------
    ValueError
        If fewer than :data:`LEAST_CITIES` reach the lowest.
    """
    samples = sizes(places)
    found = min(map(len, samples.values()))
    if found < LEAST_CITIES:
        raise ValueError(
            f"found {found} cities or footprints of {CITY_FLOOR:,} people and more, expected "
            f"{LEAST_CITIES} or more; name a larger country"
        )
    fits = {
        unit: citysize.exponent_by_cutoff(sample["population"], CUTOFFS)
        for unit, sample in samples.items()
    }
    return pd.concat(fits, names=["unit", "cutoff"]).reset_index().dropna(subset="exponent")


def exponents_by_country(fewest: int = MIN_CITIES) -> pd.DataFrame:
    """Fit the exponent of every country with enough cities.

    Parameters
    ----------
    fewest : int
        That it needs, :data:`LEAST_CITIES` at least.

    Returns
    -------
    DataFrame
        Indexed by ``country``, rising: as :func:`scsreport.citysize.rank_size_by`.

    Raises
    ------
    ValueError
        If that is less, or more than any country has.
    """
    cities = sizes()["cities"]
    most = int(cities["country"].value_counts().max())
    fewest = checks.whole("fewest", fewest, LEAST_CITIES, most)
    table = citysize.rank_size_by(cities["population"], cities["country"])
    return table[table["n"] >= fewest].sort_values("exponent").rename_axis("country")


def cities_to_see(exponent: float) -> int:
    """Return how many cities a test needs to tell an exponent from one in four of five cases.

    Parameters
    ----------
    exponent : float
        The true one; its standard error is that of Gabaix and Ibragimov, itself times the root of
        2/n, and the test is two-sided at 5 %.

    Returns
    -------
    int
    """
    return int(np.ceil(2 * (DETECTED * exponent / (exponent - 1)) ** 2))


def primacy_by_source() -> pd.DataFrame:
    """Compare the primacy of each country under two sources of population.

    Returns
    -------
    DataFrame
        Indexed by ``country``, where both sources have two cities: the largest over the second city
        by ``GeoNames`` and ``SimpleMaps``; ``factor``, the second over the first of these;
        ``near``, whether they differ by no more than :data:`AGREEMENT_FACTOR`.
    """
    cities = load("cities").query("kind == 'city'")
    columns = {"GeoNames": "population", "SimpleMaps": "population_agglomeration"}
    ratios = {
        source: cities.dropna(subset=column)
        .groupby("country")[column]
        .agg(lambda people: citysize.primacy(people).first_second)
        for source, column in columns.items()
    }
    both = pd.DataFrame(ratios).dropna()
    factor = both["SimpleMaps"] / both["GeoNames"]
    return both.assign(factor=factor, near=factor.between(1 / AGREEMENT_FACTOR, AGREEMENT_FACTOR))


def secondary_in(places: pd.DataFrame) -> pd.DataFrame:
    """Count who is secondary among some places, under each rule and way of counting.

    Parameters
    ----------
    places : DataFrame
        Part of :func:`scsreport.findings.counting.units`, such as one country.

    Returns
    -------
    DataFrame
        Indexed by ``rule``, one column per counting.
    """
    counted = {}
    for how in COUNTINGS:
        rows, unit, _ = counting(how, places)
        standing = definitions.standing(rows, unit=unit)
        counted[how] = (standing == "secondary").sum()
    return pd.DataFrame(counted).rename_axis("rule")


def growth_with_suburbs() -> float:
    """Return by which share the largest city grows in the median country with its suburbs.

    Returns
    -------
    float
        0.11 is eleven per cent.
    """
    primary = units()[units()["is_primary"] & units()["footprint"].notna()]
    return float((primary["footprint_population"] / primary["population"]).median() - 1)


def answers() -> list[Answer]:
    """Return the rebuilt values of the figures that the definitions alone answer."""
    table = by_rule().set_index(["rule", "counting"])
    rules = list(definitions.RULES)
    # The two sources of N01 print one rule each; those of N06 and N07 name none: all may do.
    return [
        _by_rule("N01", table["of_world"], "D1", ["D1", "D2"]),
        _by_rule("N05a", table["cities"], "D5", ["D5"]),
        _by_rule("N05b", table["in_africa_asia"], "D5", ["D5"]),
        _by_rule("N06a", table["of_world"], "D7", rules),
        _by_rule("N06b", table["larger"], "D7", rules),
        _by_rule("N06c", table["smaller"], "D7", rules),
        _by_rule("N07", table["of_africa"], "D7", rules),
        *_left_of_footprints(table["cities"]),
        _sum_of_the_printed(),
    ]


def _by_rule(
    figure: str, values: "pd.Series[float]", own_rule: str, admissible: list[str]
) -> Answer:
    """Answer a figure by every admissible rule and way of counting, its own rule leading."""
    chosen = values.loc[admissible]
    return Answer(
        figure,
        chosen.set_axis(chosen.index.map(", ".join)),
        source=SOURCE,
        exhibit="tab-literature",
        headline=f"{own_rule}, as listed",
    )


def _left_of_footprints(cities: "pd.Series[float]") -> list[Answer]:
    """Say of each rule how many of its cities are left when footprints are counted."""
    listed = cities.xs("as listed", level="counting")
    footprints = cities.xs("by footprint", level="counting")
    left = footprints / listed
    return [
        Answer(str(rule), single(share), source=SOURCE, exhibit="tab-definitions")
        for rule, share in left.items()
    ]


def _sum_of_the_printed() -> Answer:
    """Add up the three printed shares of N06."""
    printed = load("claim-figures").set_index("figure")["printed_low"]
    total = printed[["N06a", "N06b", "N06c"]].sum()
    source = "arithmetic on the printed figures"
    return Answer("N06d", single(total), source=source, exhibit="tab-literature")


def tails() -> pd.DataFrame:
    """Fit the upper tail of the world's places, cities and footprints, and of large systems.

    The fit of all places takes a minute and a half, but only there can the threshold lie anywhere:
    among cities of 100,000 it falls on that floor.

    Returns
    -------
    DataFrame
        The table ``tails``: one row per ``unit`` and ``country`` (empty for the world), with the
        fields of :class:`scsreport.citysize.TailFit` and the number of sizes, ``n``.
    """
    listed = load("places")
    footprints = load("footprints")
    # A few capitals are listed below the floor of the table, some of them without people.
    whole_places = listed[(listed["kind"] == "city") & (listed["population"] >= PLACE_FLOOR)]
    whole_cities = whole_places[whole_places["population"] >= CITY_FLOOR]
    samples = {
        ("places", ""): whole_places["population"],
        ("cities", ""): whole_cities["population"],
        ("footprints", ""): footprints.loc[footprints["population"] >= CITY_FLOOR, "population"],
    }
    for country in whole_cities["country"].value_counts().index[:COUNTRIES_WITH_TAIL]:
        in_country = whole_cities["country"] == country
        samples["cities", country] = whole_cities.loc[in_country, "population"]
    rows = []
    for (unit, country), population in samples.items():
        fit = citysize.tail_fit(population)._asdict()
        rows.append({"unit": unit, "country": country, **fit, "n": len(population)})
    return pd.DataFrame(rows).round(4)
