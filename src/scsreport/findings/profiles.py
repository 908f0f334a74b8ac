"""What the tables say of each country and of each city, side by side: one row for each.

The pages of countries are made from these frames. Nothing is measured anew: rules, forms, access,
functions and doubts are those of the chapters.
"""

# mypy: disallow-untyped-calls=False
# (shapely has no types)

import unicodedata
from typing import Any

import numpy as np
import pandas as pd
import shapely

from scsreport import definitions
from scsreport.findings import (
    connectivity,
    credibility,
    forms,
    function_mix,
    functions,
    infrastructure,
    rules,
    ties,
    world_gaps,
)
from scsreport.findings.classification import CITY_FLOOR, WORDS
from scsreport.findings.counting import COUNTINGS
from scsreport.tables.country_names import names_in_a_sentence, short_names
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once
from scsreport.typology import FORMS
from scsreport.typology.model import fitted, terms

__all__ = [
    "FOR",
    "RULES",
    "advantages",
    "cities",
    "countries",
    "counts_by_rule",
    "labels",
    "memberships",
    "missed_rules",
    "plants",
    "slug",
    "slugs",
    "systems",
]

RULES = tuple(definitions.RULES)
FOR = 2
"""Measures that are told in favour of a form; one is told against it."""

MIDDLE_GAP = {"variant": "all", "measure": "gini", "weights": "people"}
"""The gap between regions that a page tells, of all that were measured."""


def slug(name: str) -> str:
    """Return a name as a part of an address: plain letters, digits and hyphens.

    Parameters
    ----------
    name : str
        In any script and spelling.

    Returns
    -------
    str
        Empty where nothing of the name can be written so.

    Examples
    --------
    >>> slug("Cần Thơ"), slug("Côte d'Ivoire")
    ('can-tho', 'cote-d-ivoire')
    """
    stroked = name.translate(str.maketrans("đĐøØłŁıħŧ", "dDoOlLiht"))
    plain = unicodedata.normalize("NFKD", stroked).encode("ascii", "ignore").decode()
    words = "".join(letter if letter.isalnum() else " " for letter in plain.lower()).split()
    return "-".join(words)


def slugs(names: "pd.Series[str]") -> "pd.Series[str]":
    """Return an address for each name that no other has.

    Parameters
    ----------
    names : Series of str
        The most important first: it keeps the plain address.

    Returns
    -------
    Series of str
        A name met before gets its number, ``san-jose-2``; one that cannot be written, its index.
    """
    plain = names.map(slug)
    plain = plain.mask(plain == "", "city-" + names.index.astype(str))
    met = plain.groupby(plain).cumcount() + 1
    return plain.mask(met > 1, plain + "-" + met.astype(str))


def missed_rules(rows: pd.DataFrame) -> pd.DataFrame:
    """Return by how many people each city misses each rule.

    Parameters
    ----------
    rows : DataFrame
        Cities with ``population`` and ``country``, the largest of each country among them.

    Returns
    -------
    DataFrame
        Indexed like ``rows``, a column per rule: 0 where it is met, positive where the city is too
        large by so many people, negative where it is too small.
    """
    people = rows["population"].astype(float)
    largest = people.groupby(rows["country"]).transform("max")
    missed = {}
    for name, rule in definitions.RULES.items():
        least = np.maximum(rule.minimum or 0.0, (rule.share_min or 0.0) * largest)
        share_max = np.inf if rule.share_max is None else rule.share_max
        most = np.minimum(np.inf if rule.maximum is None else rule.maximum, share_max * largest)
        missed[name] = np.maximum(people - most, 0) - np.maximum(least - people, 0)
    return pd.DataFrame(missed)


def _nearest_miss(missed: pd.DataFrame) -> pd.DataFrame:
    """Return the rule that each city misses by fewest people, and by how many."""
    people = missed.abs().mask(missed == 0, np.inf).to_numpy()
    nearest = people.argmin(axis=1)
    row = np.arange(len(missed))
    found = pd.DataFrame(
        {"nearly": missed.columns[nearest], "nearly_by": missed.to_numpy()[row, nearest]},
        missed.index,
    )
    told: pd.DataFrame = found[np.isfinite(people[row, nearest])]
    return told


def advantages() -> pd.DataFrame:
    """Return what pulls each city to its likeliest form and what pulls it away.

    Returns
    -------
    DataFrame
        Indexed by ``geonameid``, a column per measure: the points that it gives to the likeliest
        form over the next, above those of the average city.
    """
    table = forms.cities()
    scaled = terms(table)
    weights = fitted().weights
    above_mean = (scaled - scaled.mean()) / weights["sd"]
    order = np.argsort(-table[forms.SHARES].to_numpy(), axis=1)
    gains = weights[list(FORMS)].to_numpy()
    difference = gains[:, order[:, 0]] - gains[:, order[:, 1]]
    points: pd.DataFrame = above_mean * difference.T
    return points


def _reasons(table: pd.DataFrame) -> pd.DataFrame:
    """Tell the measures that weigh most for and against the form of each city."""
    points = advantages()
    ranked = np.argsort(-points.to_numpy(), axis=1)
    names = points.columns.to_numpy()
    larger = load("places").set_index("geonameid")["name"].reindex(table["larger"]).to_numpy()
    told = pd.DataFrame(
        {
            measure: [
                _told(measure, value, name) for value, name in zip(values, larger, strict=True)
            ]
            for measure, values in table[list(names)].items()
        },
        table.index,
    ).to_numpy()
    row = np.arange(len(table))
    reasons = {f"for_{n + 1}": told[row, ranked[:, n]] for n in range(FOR)}
    return pd.DataFrame({**reasons, "against": told[row, ranked[:, -1]]}, table.index)


def _told(measure: Any, value: float, larger: str) -> str:
    """Return a measure of a city in words."""
    words = WORDS[measure]
    if "none" in words and value < LEAST_SHADOW:
        return words["none"]
    is_far = "far" in words and value >= FAR[measure]
    return (words["far"] if is_far else words["said"]).format(value=value, name=larger)


FAR = {"km_larger": 400.0, "km_large": 400.0, "km_million": 400.0, "km_span": 600.0}
"""Where a measure ends: beyond, nothing was looked for."""


LEAST_SHADOW = 0.05
"""Shadow below which it would be printed as 0.0."""


@computed_once
def cities() -> pd.DataFrame:
    """Return all that is known of each city of 100,000 people and more.

    Returns
    -------
    DataFrame
        By ``geonameid``, of each country the largest first: columns of ``cities``; ``anchor``, its
        address on the page of its country; a column per rule ("secondary", "larger", "smaller")
        and ``nearly`` with ``nearly_by``, the rule that it misses by least and by how many people;
        ``form``, ``sure``, ``next_form``, ``next_sure``, ``contested``, ``for_1``, ``for_2`` and
        ``against``, ``km_larger`` and ``larger``, the nearest larger city, missing for the largest
        city of a country; ``system``; ``also``, its name in the second source, if another one;
        ``region``, the name of its region, where code and outline agree; people within reach,
        ``access_30``, and ``ratio`` of passing to own trips; functions; ties; their mix and
        internet addresses of :mod:`scsreport.findings.function_mix`; flags of doubt.
    """
    table = load("cities").set_index("geonameid").sort_values("population", ascending=False)
    table["anchor"] = table.groupby("country")["name"].transform(slugs)
    standing = definitions.standing(table)
    table = table.join(standing).join(_nearest_miss(missed_rules(table)))
    table = table.join(_typed()).join(connectivity.cities()[["access_30", "ratio"]])
    names = load("city-names").query("in_second_source").set_index("geonameid")["name"]
    table = table.join(functions.flags()).join([names.rename("also"), _regions(table)])
    table = table.join([ties.counts().astype("Int64"), function_mix.profiles()])
    table = table.join(function_mix.addresses())
    doubts = load("city-doubts").set_index("geonameid")
    return table.join(doubts.reindex(table.index, fill_value=False))


def _regions(table: pd.DataFrame) -> "pd.Series[str]":
    """Return the name of the region of each city, where its code and the outline agree.

    Where a country has drawn its regions anew since, as Viet Nam has, either alone misleads.
    """
    outlines = load("regions").set_index("region_id").geometry
    by_code = table[table["region_join"] == "code"]
    points = shapely.points(by_code["lon"], by_code["lat"])
    inside = shapely.covers(outlines.loc[by_code["region_id"]].to_numpy(), points)
    names: pd.Series[str] = by_code.loc[inside, "region_name"].rename("region")
    return names


def _typed() -> pd.DataFrame:
    """Return form, next form, certainty and reasons of each typed city."""
    table = forms.cities()
    shares = table[forms.SHARES].to_numpy()
    order = np.argsort(-shares, axis=1)
    row, names = np.arange(len(table)), np.array(FORMS)
    found = pd.DataFrame(
        {
            "form": names[order[:, 0]],
            "sure": shares[row, order[:, 0]],
            "next_form": names[order[:, 1]],
            "next_sure": shares[row, order[:, 1]],
        },
        table.index,
    )
    told = ["contested", "system", "km_larger", "larger"]
    return found.join(table[told]).join(_reasons(table))


def labels() -> dict[str, str]:
    """Return the bounds of each rule in a few words, by its id; the working rule comes last."""
    by_id = {**definitions.RULES, rules.WORKING.id: rules.WORKING}
    return {name: rule.label for name, rule in by_id.items()}


@computed_once
def counts_by_rule() -> pd.DataFrame:
    """Count the secondary cities of each country under each rule and way of counting.

    Returns
    -------
    DataFrame
        Indexed by ``country`` and ``rule``, the working one among them, a column per counting;
        countries without a secondary city under a rule have no row, or nought.
    """
    found = {}
    for how in COUNTINGS:
        cities = pd.concat(rules.secondary(how), names=["rule"])
        found[how] = cities.groupby(["country", "rule"]).size()
    return pd.DataFrame(found).fillna(0).astype(int)


@computed_once
def systems() -> pd.DataFrame:
    """Return the detected systems with the ids of their cities, the largest first.

    They are detected among cities as listed. Here their cities and people are counted once: a part
    of a city with that city, where both are members.

    Returns
    -------
    DataFrame
        By ``system``: columns of ``systems``, ``n`` and ``people`` counted once; ``members``, a
        list; and ``sharing``, how many whole cities of it roads join, at most twelve: those for
        which plants are counted.
    """
    members = _members()
    whole = members[~members["is_counted_with_another"]]
    once = whole.groupby("system")["population"].agg(n="size", people="sum")
    by_size = members.sort_values("population", ascending=False)
    listed = by_size.groupby("system")["geonameid"].agg(list).rename("members")
    sharing = load("joint-savings").groupby("system")["n"].first().rename("sharing")
    table = load("systems").set_index("system").drop(columns=list(once)).join(once)
    return table.join(listed).join(sharing.astype("Int64"))


def _members() -> pd.DataFrame:
    """Return the members of each system, and which are part of another member."""
    members = load("system-members").dropna(subset="system")
    members = members.merge(load("cities")[["geonameid", "population", "part_of"]], on="geonameid")
    wholes = pd.MultiIndex.from_frame(members[["system", "part_of"]])
    is_part = wholes.isin(pd.MultiIndex.from_frame(members[["system", "geonameid"]]))
    return members.assign(is_counted_with_another=is_part)


@computed_once
def memberships() -> pd.DataFrame:
    """Return the systems that each city is in, its own one first, then the largest.

    Returns
    -------
    DataFrame
        One row per ``geonameid`` and ``system``, with its ``role`` ("centre" or "member").
    """
    members = load("system-members")
    members = members.assign(people=members["system"].map(systems()["people"]))
    members = members.sort_values(["own", "people"], ascending=False, kind="stable")
    return members[["geonameid", "system", "role"]]


def plants() -> pd.DataFrame:
    """Return how many plants are cheapest for the cities of each system that roads join.

    Returns
    -------
    DataFrame
        One row per ``system`` and ``kind`` of facility: its ``name`` in a sentence, ``plants``.
    """
    names = load("facilities").set_index("kind")["name"].str.lower()
    shared = load("joint-savings")[["system", "kind", "plants"]]
    return shared.assign(name=shared["kind"].map(names))


@computed_once
def countries() -> pd.DataFrame:
    """Return what is known of each country and territory that has a place on the list.

    Returns
    -------
    DataFrame
        By ``country``, in order of names: columns of ``countries``; ``called``, the name within a
        sentence; ``slug``; ``places`` listed and
        ``cities`` of 100,000 and more; the ``largest`` and the ``second`` city, whether the number
        of either is ``doubtful``, and ``primacy``, the people of the first over those of the
        second, with its ``rank`` among countries; the change
        of the gap between regions; ``hard`` and ``soft``, scores of infrastructure, with ``rank``
        of each; ``income_group`` of the World Bank; and, beginning with ``ties_``, the columns of
        :func:`scsreport.findings.ties.by_country`.
    """
    table = load("countries").set_index("country")
    names = {"name": short_names("country"), "called": names_in_a_sentence("country")}
    table = table.assign(**names).sort_values("name")
    places = load("places")
    whole = places[places["kind"] == "city"].sort_values("population", ascending=False)
    by_country = whole.groupby("country")
    table = table.join(places.groupby("country").size().rename("places"), how="inner")
    large = whole[whole["population"] >= CITY_FLOOR]
    table["cities"] = large.groupby("country").size().reindex(table.index, fill_value=0)
    for rank, name in enumerate(("largest", "second")):
        nth = by_country.nth(rank).set_index("country")
        table[name] = nth["name"].reindex(table.index)
        table[f"{name}_people"] = nth["population"].reindex(table.index)
        is_doubtful = nth["geonameid"].isin(credibility.doubtful())
        table[f"{name}_doubtful"] = is_doubtful.reindex(table.index, fill_value=False)
    table["primacy"] = table["largest_people"] / table["second_people"]
    table["primacy_rank"] = table["primacy"].rank(ascending=False, method="max")
    table["compared"] = table["primacy"].notna().sum()
    table["slug"] = slugs(table["name"])
    table = table.join(ties.by_country().add_prefix("ties_"))
    by_iso3 = _gaps().join([_scores(), load("income-groups").set_index("iso3")], how="outer")
    return table.join(by_iso3, on="iso3")


def _gaps() -> pd.DataFrame:
    """Return the change of the gap between regions of each country that has one label."""
    table = world_gaps.verdicts()
    for column, value in MIDDLE_GAP.items():
        table = table[table[column] == value]
    table = table[~table["iso3"].duplicated(keep=False)].set_index("iso3")
    return table[["start", "end", "before", "after", "change", "least", "verdict"]].add_prefix(
        "gap_"
    )


def _scores() -> pd.DataFrame:
    """Return scores and ranks of hard and soft infrastructure, by country."""
    found = infrastructure.main_run("income")
    scores = pd.DataFrame({"hard": found.hard.scores, "soft": found.soft.scores})
    ranks = scores.rank(ascending=False).add_suffix("_rank")
    return scores.join(ranks).assign(scored=len(scores))
