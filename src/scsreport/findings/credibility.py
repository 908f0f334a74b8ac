"""Which listed populations may not be those of a city, and what that changes."""

import pandas as pd

from scsreport import credibility, definitions
from scsreport.findings import forms
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "HEADLINES",
    "SAMPLE_SEED",
    "checked",
    "doubtful",
    "doubts",
    "looked_up",
    "with_and_without",
]

SAMPLE_SEED = 2019
"""Of the hundred cities of ``city-checks``: ten of each rule of doubt, ten that a second list has
with more people, and forty that no rule flags, drawn in that order without repetition."""

HEADLINES = {
    "D1_cities": "Secondary cities, rule D1",
    "D1_people": "Share of the world's people in them",
    "D2_cities": "Secondary cities, rule D2",
    "D2_people": "Share of the world's people in them",
    "D7_cities": "Secondary cities, rule D7",
    "D7_people": "Share of the world's people in them",
    "hub": "Share that are hubs",
    "cluster": "Share that lie in clusters",
    "corridor": "Share that lie in corridors",
    "roles": "Share that are a capital or a gateway, rule D7",
}
"""Headlines that are computed with and without doubtful cities."""


def doubts() -> pd.DataFrame:
    """Flag every city of the list by the rules of :mod:`scsreport.credibility`.

    Returns
    -------
    DataFrame
        One row per ``geonameid``, cities that are part of another left out: the flags.
    """
    cities = load("cities").query("kind == 'city'").set_index("geonameid")
    return credibility.doubts(cities, load("footprints")).reset_index()


def doubtful() -> pd.Index:
    """Return the ids of the cities that a rule flags."""
    table = load("city-doubts")
    ids: pd.Index = pd.Index(table.loc[table["doubtful"], "geonameid"])
    return ids


@computed_once
def checked() -> pd.DataFrame:
    """Say how often rules were right, by the cities that were looked up by hand.

    Returns
    -------
    DataFrame
        One row per rule, then ``below_second_source`` and ``none``: ``flagged`` cities of the
        list, how many of them were ``drawn``, how many of these could be ``judged``, and how many
        were ``not_credible``; one city may stand under several rules.
    """
    flags = load("city-doubts").set_index("geonameid")
    flags["none"] = ~(flags["doubtful"] | flags["below_second_source"])
    drawn = load("city-checks").query("sample == 'drawn'").set_index("geonameid")["credible"]
    rows = {}
    for rule in (*credibility.RULES, "doubtful", "below_second_source", "none"):
        of_rule = drawn[flags.loc[drawn.index, rule]]
        judged = of_rule[of_rule != "unknown"]
        rows[rule] = {
            "flagged": flags[rule].sum(),
            "drawn": len(of_rule),
            "judged": len(judged),
            "not_credible": (judged == "no").sum(),
        }
    return pd.DataFrame.from_dict(rows, "index").rename_axis("rule").reset_index()


def looked_up() -> pd.DataFrame:
    """Return the ten named cities beside what their statistical offices say.

    Returns
    -------
    DataFrame
        By ``geonameid``: ``name``, ``country``, ``population`` as listed, ``known_population``,
        ``known_year``, ``note``, ``source``, and ``ratio`` of listed to known people.
    """
    table = load("city-checks").query("sample == 'ten'").set_index("geonameid")
    listed = load("cities").set_index("geonameid")[["name", "country", "population"]]
    table = listed.join(table, how="inner")
    return table.assign(ratio=table["population"] / table["known_population"].astype(float))


@computed_once
def with_and_without() -> pd.DataFrame:
    """Compute headlines of the list with all cities, and without those that a rule flags.

    Returns
    -------
    DataFrame
        By :data:`HEADLINES`: ``all``, ``without`` and their ``difference``, the second less the
        first over the first.
    """
    cities = load("cities").query("kind == 'city'").set_index("geonameid")
    kept = cities[~cities.index.isin(doubtful())]
    table = pd.DataFrame({"all": _headlines(cities), "without": _headlines(kept)})
    return table.assign(difference=table["without"] / table["all"] - 1).loc[list(HEADLINES)]


def _headlines(cities: pd.DataFrame) -> "pd.Series[float]":
    world = float(load("countries")["population"].sum())
    values: dict[str, float] = {}
    for rule, standing in definitions.standing(cities).items():
        secondary = cities[standing == "secondary"]
        values[f"{rule}_cities"] = len(secondary)
        values[f"{rule}_people"] = secondary["population"].sum() / world
    typed = forms.cities()
    types = typed.loc[typed.index.isin(cities.index), "type"]
    for form, share in types.value_counts(normalize=True).items():
        values[str(form)] = float(share)
    roles = forms.cities_with_roles().query("size == 'secondary'")
    values["roles"] = roles.loc[roles.index.isin(cities.index), "any"].mean()
    return pd.Series(values)
