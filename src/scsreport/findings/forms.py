"""What the typing of the world's secondary cities says: counts, roles, growth, certainty.

Loads the stored forms and calls measures.
"""

from typing import Any

import numpy as np
import pandas as pd

from scsreport import checks, definitions, growth
from scsreport.findings import functions
from scsreport.findings.answer import Answer
from scsreport.findings.classification import CITY_FLOOR, inputs, retyped
from scsreport.tables.country_names import short_names
from scsreport.tables.datasets import load
from scsreport.tables.official_files import best
from scsreport.tables.once import computed_once
from scsreport.typology import FORMS, Thresholds, measure

__all__ = [
    "NAMES",
    "ROLES",
    "SCOPES",
    "SHARES",
    "answers",
    "cities",
    "cities_with_roles",
    "confusion",
    "counts",
    "counts_under",
    "examples",
    "growth_by_form",
    "growth_in_list",
    "located_cities",
    "named_systems",
    "recovered_systems",
    "roles",
    "scoped",
    "traffic",
    "typed_under",
]

NAMES = {"hub": "regional hub", "cluster": "metropolitan cluster", "corridor": "corridor"}
SCOPES = ("all", "without suburbs")
"""All cities; or without twins, boroughs and suburbs in the footprint of the primary city."""
SHARES = [f"p_{form}" for form in FORMS]
ROLES = {
    "regional_capital": "regional capital",
    "airport": "scheduled airport",
    "port": "sea or river port",
    "rail": "railway",
    "coast": "coast",
    "border": "land border",
}
THROUGH = {"traffic": "within a detour of a tenth", "passing": "within 10 km of the shortest way"}
"""The two measures of through traffic: trips that a city lies nearly on the way of, inside its
country; and trips whose shortest way leads past it, across borders too."""

MIN_CITIES = 3
"""Cities of either size that a country needs for a median of its own."""

EXAMPLES = 3
"""Systems of each form that are drawn."""


@computed_once
def cities() -> pd.DataFrame:
    """Return every typed city with its form, its measures and what the list knows of it.

    Returns
    -------
    DataFrame
        Indexed by ``geonameid``: the columns of ``city-forms`` and of ``cities``, and
        ``suburb``: a twin, borough or suburb in the footprint of the primary city.
    """
    listed = load("cities").set_index("geonameid")
    typed = load("city-forms").set_index("geonameid").join(listed)
    suburb = (typed["kind"] != "city") | typed["in_primary_footprint"]
    return typed.assign(suburb=suburb)


def scoped(scope: str) -> pd.DataFrame:
    """Return the cities of a scope.

    Parameters
    ----------
    scope : str
        One of :data:`SCOPES`.

    Returns
    -------
    DataFrame
        Rows of :func:`cities`.
    """
    table = cities()
    return table if scope == "all" else table[~table["suburb"]]


@computed_once
def counts() -> pd.DataFrame:
    """Count cities and people by form, continent and scope, and under each rule.

    Returns
    -------
    DataFrame
        One row per ``scope``, ``by`` ("continent" or "rule"), ``group`` and ``type``: ``cities``,
        ``people``, ``share`` of the cities and ``of_people`` of the people of the group,
        ``expected``, the share of the cities by their certainties instead of their first form,
        and ``contested``, the share of the type without a clear form.
    """
    parts = []
    for scope in SCOPES:
        for (by, group), table in _groups_of(scoped(scope)).items():
            counted = _counts_by_form(table)
            parts.append(counted.assign(scope=scope, by=by, group=group))
    return pd.concat(parts, ignore_index=True)


def typed_under(country: str = "", thresholds: Thresholds | None = None) -> pd.DataFrame:
    """Return the typed cities of a country, or of the world, under some thresholds.

    Parameters
    ----------
    country : str, optional
        Its ISO alpha-3 code.
    thresholds : Thresholds, optional
        Others than those of the book: the cities are then typed anew, but for their systems.

    Returns
    -------
    DataFrame
        Rows of :func:`cities`.

    Raises
    ------
    ValueError
        If there is no such country, or it has no typed city.
    """
    table = cities()
    if country:
        names = short_names()
        if country not in names.index:
            raise ValueError(
                f"country: found {country!r}, expected an ISO alpha-3 code, such as 'IDN'"
            )
        table = table[table["iso3"] == country]
        if table.empty:
            raise ValueError(
                f"country: {names[country]} has no city of {CITY_FLOOR:,} people or more but its "
                "largest, so none is typed"
            )
    if thresholds is None or thresholds == Thresholds():
        return table
    checks.instance("thresholds", thresholds, Thresholds, "scsreport.typology.Thresholds(...)")
    anew = retyped(thresholds, table["country"].iloc[0] if country else "")
    # Ids of systems are those of the book's forms.
    return table.assign(**anew.drop(columns="system").reindex(table.index))


def counts_under(
    rule: str, country: str = "", thresholds: Thresholds | None = None
) -> pd.DataFrame:
    """Count cities and people by form and scope, of those that are secondary under a rule.

    Parameters
    ----------
    rule : str
        One of :data:`scsreport.definitions.RULES`; any other takes all that are typed.
    country, thresholds : str, Thresholds, optional
        As in :func:`typed_under`.

    Returns
    -------
    DataFrame
        One row per ``scope`` and ``type``, as :func:`counts`.

    Raises
    ------
    ValueError
        As :func:`typed_under`; or no city of the country is secondary under the rule.
    """
    table = typed_under(country, thresholds)
    if rule in definitions.RULES:
        listed = load("cities").set_index("geonameid")
        table = table[definitions.members(rule, listed)[table.index]]
    if table["suburb"].all():
        raise ValueError(f"country: found no secondary city of {country} under {rule}")
    by_scope = {"all": table, "without suburbs": table[~table["suburb"]]}
    parts = [_counts_by_form(rows).assign(scope=scope) for scope, rows in by_scope.items()]
    return pd.concat(parts, ignore_index=True)


def _groups_of(table: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Return the rows of the world, of each continent and of each rule."""
    groups = {("continent", "World"): table}
    for continent, rows in table.groupby("continent"):
        groups["continent", str(continent)] = rows
    secondary = definitions.standing(load("cities").set_index("geonameid")) == "secondary"
    for rule, is_secondary in secondary.items():
        groups["rule", str(rule)] = table[is_secondary[table.index]]
    return groups


def _counts_by_form(table: pd.DataFrame) -> pd.DataFrame:
    """Count the cities and people of each form, one row per ``type``."""
    counted = (
        table.groupby("type")
        .agg(
            cities=("population", "size"),
            people=("population", "sum"),
            contested=("contested", "mean"),
        )
        .reindex(FORMS)
    )
    counted[["cities", "people"]] = counted[["cities", "people"]].fillna(0)
    counted["share"] = counted["cities"] / len(table)
    counted["of_people"] = counted["people"] / table["population"].sum()
    counted["expected"] = table[SHARES].mean().to_numpy()
    return counted.rename_axis("type").reset_index()


@computed_once
def cities_with_roles() -> pd.DataFrame:
    """Return cities without suburbs, the primary ones among them, with functions and traffic."""
    places = inputs()["places"]
    primary = places[places["is_primary"] & (places["population"] >= CITY_FLOOR)]
    primary, _ = measure(primary, places, roads=inputs()["roads"])
    table = pd.concat([scoped("without suburbs"), primary])
    table = table.join(functions.flags_of_cities(), how="inner")
    table["size"] = table["size"].replace("primary", "larger")
    table["any"] = functions.capital_or_gateway()
    table["traffic"] = table["pass_through"] * table["trips"]
    table["passing"] = load("city-access").set_index("geonameid")["through_10"]
    return table


@computed_once
def roles() -> pd.DataFrame:
    """Measure what cities of each form and size are to others.

    Returns
    -------
    DataFrame
        One row per ``by`` ("type" or "size") and ``group``: ``n`` cities, for each of
        :data:`ROLES` the share that has it (within the distances of
        :data:`scsreport.findings.functions.NEAR_KM`), ``any``: capital, airport or port,
        ``traffic``, the median gravity of the trips between others that pass by road, and
        ``pass_through``, its median over own trips. Suburbs of the primary city are left out. Sizes
        by rule D7; the primary cities are among the larger ones and have no form.
    """
    table = cities_with_roles()
    parts = []
    for by in ("type", "size"):
        groups = table.groupby(by)
        shares = groups[["any", *ROLES]].mean()
        medians = groups[["traffic", "pass_through"]].median()
        measured = shares.join(medians).assign(n=groups.size())
        parts.append(measured.rename_axis("group").reset_index().assign(by=by))
    return pd.concat(parts, ignore_index=True)


@computed_once
def traffic(measure: str = "traffic") -> pd.DataFrame:
    """Compare the traffic through secondary cities with that through larger and smaller ones.

    Parameters
    ----------
    measure : {"traffic", "passing"}
        A column of :func:`cities_with_roles`.

    Returns
    -------
    DataFrame
        Indexed by ``larger`` and ``smaller``: ``pooled``, the ratio of the medians over all
        cities, and ``within countries``, the median over countries of that ratio inside each,
        with ``n`` countries that have :data:`MIN_CITIES` of either size.
    """
    table = cities_with_roles().dropna(subset=measure)
    pooled = table.groupby("size")[measure].median()
    by_country = table.groupby(["country", "size"])[measure]
    medians = by_country.median().where(by_country.size() >= MIN_CITIES).unstack("size")
    rows = {}
    for other in ("larger", "smaller"):
        pair = medians[["secondary", other]].dropna()
        ratio = pair["secondary"] / pair[other].where(pair[other] > 0)
        ratio = ratio.where(pair.sum(axis=1) > 0).fillna(np.inf).where(pair["secondary"] > 0, 0)
        rows[other] = (pooled["secondary"] / pooled[other], ratio.median(), len(ratio))
    return pd.DataFrame(rows, ["pooled", "within countries", "n"]).T


@computed_once
def confusion() -> pd.DataFrame:
    """Set the labels of the held-out cities against their forms.

    Returns
    -------
    DataFrame
        One row per labelled city: ``label``, ``second_label``, ``type``, ``certainty``,
        ``strict`` and ``either`` (whether the first, or one of both labels was met), ``continent``.
    """
    held_out = load("typology-held-out").fillna({"second_label": ""}).set_index("geonameid")
    held_out["certainty"] = held_out[SHARES].max(axis=1)
    held_out["strict"] = held_out["type"] == held_out["label"]
    held_out["either"] = held_out["strict"] | (held_out["type"] == held_out["second_label"])
    return held_out.join(load("cities").set_index("geonameid")[["name", "continent"]])


@computed_once
def growth_by_form() -> tuple[pd.DataFrame, str]:
    """Return growth by form, and by form on and off the coast.

    Returns
    -------
    tuple
        Rows of :func:`scsreport.growth.growth_by_form`, made anew if the reader has added the
        file, else as stored; and one sentence on which of the two it is.
    """
    return best("wup2018", "wup-forms", growth_in_list)


def growth_in_list(listed: pd.DataFrame) -> pd.DataFrame:
    """Measure growth by form in a list of cities over time: the table ``wup-forms``.

    Parameters
    ----------
    listed : DataFrame
        The file as :func:`scsreport.tables.official_files.read` returns it.

    Returns
    -------
    DataFrame
        Rows of :func:`scsreport.growth.growth_by_form`.
    """
    return growth.growth_by_form(listed, located_cities())


def located_cities() -> pd.DataFrame:
    """Return cities with place, form and coast, to be found again in another list."""
    listed = load("cities").query("kind == 'city'").set_index("geonameid")
    form = load("city-forms").set_index("geonameid")["type"].reindex(listed.index)
    columns = ["country", "lat", "lon", "population"]
    coast = functions.flags()["coast"].reindex(listed.index, fill_value=False)
    return listed[columns].assign(form=form.fillna("primary"), coast=coast)


def recovered_systems(
    members: pd.DataFrame, named: pd.DataFrame, forms: pd.DataFrame
) -> pd.DataFrame:
    """Say which named systems are found: more than half of their cities in one of their form.

    Parameters
    ----------
    members : DataFrame
        Of :func:`scsreport.typology.systems.detect`.
    named : DataFrame
        Labelled cities: ``system`` and ``label``, indexed by city.
    forms : DataFrame
        ``type`` of each city.

    Returns
    -------
    DataFrame
        Indexed by named system: its ``form``, number ``n`` of labelled cities, the ``best``
        detected system, the ``share`` of them it holds, ``found``, the named systems ``joined``
        with it, and ``why`` it was missed.
    """
    rows = {name: _recovery(members, group, forms) for name, group in named.groupby("system")}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("system")
    named_by_best = table[table["best"] != ""].groupby("best").groups
    joined = [
        ", ".join(sorted({*named_by_best.get(system, [])} - {name}))
        for name, system in table["best"].items()
    ]
    columns = ["form", "n", "best", "share", "found", "joined", "why"]
    return table.assign(joined=joined)[columns]


def _recovery(
    members: pd.DataFrame, group: pd.DataFrame, forms: pd.DataFrame
) -> dict[str, str | int | float | bool]:
    """Return how well the labelled cities of one named system are met."""
    form = group["label"].mode()[0]
    systems = members.loc[members.index.isin(group.index) & (members["form"] == form), "system"]
    sizes = systems.groupby(systems).size().sort_values(ascending=False, kind="stable")
    share = float(sizes.iloc[0]) / len(group) if len(sizes) else 0.0
    outside = group.index.difference(systems.index)
    typed_otherwise = int((forms["type"].reindex(outside) != form).sum())
    if share > 0.5:
        why = ""
    elif 2 * systems.index.nunique() > len(group):
        why = f"split over {len(sizes)} systems"
    elif typed_otherwise:
        why = f"{typed_otherwise} of {len(group)} typed otherwise"
    else:
        why = f"{len(outside)} of {len(group)} in no system"
    return {
        "form": form,
        "n": len(group),
        "best": sizes.index[0] if len(sizes) else "",
        "share": share,
        "found": share > 0.5,
        "why": why,
    }


@computed_once
def named_systems() -> pd.DataFrame:
    """Look for the clusters and corridors that the labels name among those detected.

    Returns
    -------
    DataFrame
        Of :func:`recovered_systems`. The detector has not seen the labels' systems.
    """
    labels = load("typology-labels").set_index("geonameid").query("label != 'hub'")
    return recovered_systems(load("system-members").set_index("geonameid"), labels, cities())


@computed_once
def examples() -> pd.DataFrame:
    """Choose three systems of each form, in different countries, and return their cities.

    Clusters and corridors of 5 to 15 whole cities and a million people, the most certain ones;
    hubs of half a million people and more with the largest certainty and dominance, 50 km or more
    from a land border.

    Returns
    -------
    DataFrame
        One row per city: ``panel`` (name of the system), ``form``, ``name``, ``population``,
        ``lat``, ``lon``, ``position`` along a corridor, ``footprint`` with its ``area_km2`` and
        middle ``urban_lat``, ``urban_lon``.
    """
    listed = load("cities").set_index("geonameid")
    parts = [*_example_hubs(listed), *_example_systems(listed)]
    urban = load("footprints").set_index("footprint")[["area_km2", "lat", "lon"]]
    urban = urban.rename(columns={"lat": "urban_lat", "lon": "urban_lon"})
    columns = ["panel", "form", "name", "population", "lat", "lon", "position", "footprint"]
    table = pd.concat(parts).query("kind == 'city'")[columns].join(urban, on="footprint")
    return pd.DataFrame(table.rename_axis("geonameid").reset_index())


def _example_hubs(listed: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the cities within a degree of each of the three hubs to be shown."""
    border_km = load("city-functions").set_index("geonameid")["border_km"]
    hubs = cities().query("type == 'hub' and population >= 500_000")
    hubs = hubs[~(border_km.reindex(hubs.index) < 50)]  # a twin across the border is not seen
    hubs = hubs.assign(rank=hubs["p_hub"] * hubs["dominance"]).sort_values("rank", ascending=False)
    places = listed[["lat", "lon"]]
    parts = []
    for _, hub in hubs.drop_duplicates("continent").head(EXAMPLES).iterrows():
        near = (places - hub[["lat", "lon"]].astype(float)).abs().lt(1).all(axis=1)
        parts.append(listed[near].assign(panel=hub["name"], form="hub", position=np.nan))
    return parts


def _example_systems(listed: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the cities of each of the clusters and corridors to be shown."""
    table = load("systems").set_index("system")
    members = load("system-members").set_index("geonameid")
    whole_cities = members.join(listed["kind"])["kind"].eq("city").groupby(members["system"]).sum()
    certainty = cities()[SHARES].max(axis=1).rename("certainty")
    mean_certainty = members[members["own"]].join(certainty).groupby("system")["certainty"].mean()
    is_shown = whole_cities.reindex(table.index).between(5, 15) & (table["people"] >= 1_000_000)
    candidates = table[is_shown].assign(certainty=mean_certainty)
    candidates = candidates.sort_values("certainty", ascending=False)
    parts = []
    for form in FORMS[1:]:
        of_form = candidates[candidates["form"] == form].drop_duplicates("country")
        for system, row in of_form.head(EXAMPLES).iterrows():
            part = members.loc[members["system"] == system, ["position"]].join(listed)
            parts.append(part.assign(panel=row["name"], form=form))
    return parts


def answers() -> list[Answer]:
    """Return the rebuilt values of the statements on roles (A1) and on three forms (A2)."""
    by_size: Any = roles().query("by == 'size'").set_index("group")
    ratio: Any = _traffic_both_ways()
    roads = "city-forms, city-access, road-distances"
    return [
        Answer("A1a", by_size.loc[["secondary"], "any"], "city-forms, city-functions", "tab-roles"),
        Answer("A1b", ratio.loc["larger"], roads, "tab-roles"),
        Answer("A1c", ratio.loc["smaller"], roads, "tab-roles"),
        Answer("A2a", _clear_share(), "city-forms", "tab-forms"),
        Answer("A2b", _share_of_rarest_form(), "city-forms", "tab-forms"),
        Answer("A2c", _groups_suggested(), "form-groups", "fig-form-groups"),
    ]


def _traffic_both_ways() -> pd.DataFrame:
    """Return the ratios by both measures of through traffic, which do not agree."""
    parts = {words: traffic(measure).drop(columns="n") for measure, words in THROUGH.items()}
    columns = {f"{how}, {words}": ratios[how] for words, ratios in parts.items() for how in ratios}
    return pd.DataFrame(columns)


def _clear_share() -> "pd.Series[float]":
    """Return the share of cities that one form clearly fits, by scope."""
    return pd.Series({scope: 1 - scoped(scope)["contested"].mean() for scope in SCOPES})


def _share_of_rarest_form() -> "pd.Series[float]":
    """Return the share of cities of the form that is rarest in the world, by scope."""
    world = counts().query("by == 'continent' and group == 'World'")
    return world.groupby("scope")["share"].min()[list(SCOPES)]


def _groups_suggested() -> "pd.Series[float]":
    """Return the number of groups in which the measures fall best, by silhouette."""
    groups = load("form-groups").nlargest(1, "silhouette")["groups"]
    return groups.set_axis(["by silhouette"])
