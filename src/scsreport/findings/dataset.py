"""The open data set: what the chapters found of each city and of each system, as two tables.

Nothing is measured anew; the dictionary says what each column is.
"""

import numpy as np
import pandas as pd

from scsreport.findings import functions, profiles, ties
from scsreport.tables.country_names import short_names
from scsreport.tables.datasets import load, resource
from scsreport.tables.dictionary import Described, dictionary
from scsreport.tables.once import computed_once

__all__ = ["cities", "described", "systems"]

DOUBTS = (
    "doubtful",
    "same_population",
    "same_name",
    "above_second_source",
    "too_dense",
    "unconfirmed",
    "below_second_source",
)

COMPUTED = ("intermediacy", "specialisation", "diversity", "addresses_above")
DECIMALS = 6
"""Of what is computed here."""


def described() -> dict[str, Described]:
    """Return the tables of the data set and their columns, by name.

    Returns
    -------
    dict of Described
        ``cities`` and ``systems``.
    """
    bounds = functions.NEAR_KM
    kinds = load("facilities").set_index("kind")["name"].str.lower()
    years = {"air_year": ties.AIR_YEAR, "sister_year": ties.SISTER_YEAR}
    return dictionary({**profiles.labels(), **bounds, **kinds, **years})


@computed_once
def cities() -> pd.DataFrame:
    """Return every city of 100,000 people and more, one row each.

    Returns
    -------
    DataFrame
        The columns of the table ``cities`` of :func:`described`, sorted by ``geonameid``.
    """
    table = profiles.cities()
    table = table.rename(columns={"for_1": "reason_1", "for_2": "reason_2"})
    table = table.rename(columns={"against": "reason_against", "ratio": "intermediacy"})
    table[list(profiles.RULES)] = table[list(profiles.RULES)] == "secondary"
    table["population_source"] = resource("cities").vintage.partition(";")[0]
    table["country_name"] = table["country"].map(short_names("country"))
    groups = load("income-groups").set_index("iso3")["income_group"]
    table["income_group"] = table["iso3"].map(groups)
    table["systems"] = _systems_of_each()
    computed = [*table.columns[table.columns.str.startswith("lq_")], *COMPUTED]
    table[computed] = table[computed].round(DECIMALS)
    # A bound may be a fraction of a person; who misses it by less misses it all the same.
    table["nearly_by"] = np.sign(table["nearly_by"]) * np.ceil(table["nearly_by"].abs())
    judged = table["kind"] == "city"
    table[list(DOUBTS)] = table[list(DOUBTS)].astype("boolean").where(judged)
    for name in ("city-forms", "city-access", "city-functions"):
        stored = load(name).set_index("geonameid")
        table = table.join(stored[stored.columns.difference(table.columns)])
    return described()["cities"].shaped(table.reset_index())


def _systems_of_each() -> "pd.Series[str]":
    """Return the ids of all systems of each city, as text."""
    members = load("system-members")
    return members.groupby("geonameid")["system"].agg(" ".join)


@computed_once
def systems() -> pd.DataFrame:
    """Return every detected system, one row each.

    Returns
    -------
    DataFrame
        The columns of the table ``systems`` of :func:`described`, sorted by ``system``.
    """
    table = profiles.systems()
    known = load("cities").set_index("geonameid")
    table["largest"] = table["members"].str[0]
    table["largest_name"] = table["largest"].map(known["name"])
    table["largest_people"] = table["largest"].map(known["population"])
    table["members"] = [" ".join(map(str, ids)) for ids in table["members"]]
    table["country_name"] = table["country"].map(short_names("country"))
    by_kind = profiles.plants().pivot(index="system", columns="kind", values="plants")
    table = table.join(by_kind.add_prefix("plants_"))
    return described()["systems"].shaped(table.reset_index())
