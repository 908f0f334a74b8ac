"""What functions weigh more in a city than in its country, and its internet addresses by head."""

import pandas as pd

from scsreport import networks
from scsreport.findings import functions, ties
from scsreport.tables.datasets import load

__all__ = ["ADDRESS_YEAR", "MIN_COMPARED", "MIXED", "addresses", "profiles"]

MIXED = ("air", "sister", "port", "rail", "regional_capital")
"""Functions of a mix: air routes and sister cities by number, the others had or not."""

MIN_COMPARED = 5
"""Cities that a country needs, so that addresses by head are compared in it."""

ADDRESS_YEAR = 2023


def profiles() -> pd.DataFrame:
    """Describe the mix of functions of each city within its country.

    Returns
    -------
    DataFrame
        By ``geonameid``: location quotients ``lq_...`` of :data:`MIXED`; ``specialisation`` and
        ``diversity``. Each function weighs alike in its country: a city's part of it is counted, as
        far as data tell.
    """
    table, counts = ties.cities(), ties.counts()
    flags = functions.flags().loc[table.index, ["port", "rail", "regional_capital"]].astype(float)
    counted = flags.assign(air=counts["air_routes"], sister=counts["sister_cities"]).astype(float)
    total = counted.groupby(table["country"]).transform("sum")
    parts = (counted / total).fillna(0.0)[list(MIXED)]
    quotients = networks.location_quotients(parts, table["country"]).add_prefix("lq_")
    return quotients.assign(
        specialisation=networks.specialisation(parts, table["country"]),
        diversity=networks.diversity(parts),
    )


def addresses() -> pd.DataFrame:
    """Compare the internet addresses by head of each city with those of its country's cities.

    Returns
    -------
    DataFrame
        By ``geonameid``, twins and boroughs left out: ``addresses_per_thousand`` people;
        ``addresses_outlier``, whether they are so many that a data centre or the seat of a firm
        must be thought of; and ``addresses_above``, the share of the other cities of its country
        that have fewer, half of those with as many: missing for outliers, without an address, and
        where fewer than :data:`MIN_COMPARED` cities are compared.
    """
    table = load("city-addresses").set_index("geonameid")
    country = load("cities").set_index("geonameid")["country"].reindex(table.index)
    n = country.groupby(country).transform("size")
    above = (table["rank"] * n - 1) / (n - 1)
    told = ~table["capped"] & (table["addresses"] > 0) & (n >= MIN_COMPARED)
    return pd.DataFrame(
        {
            "addresses_per_thousand": table["per_thousand"],
            "addresses_outlier": table["capped"],
            "addresses_above": above.where(told).clip(0, 1),
        }
    )
