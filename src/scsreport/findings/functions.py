"""What a city is to others: its functions of 2014, as far as data allow."""

import pandas as pd

from scsreport import definitions
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = [
    "NEAR_KM",
    "capital_or_gateway",
    "flags",
    "flags_of_cities",
]

NEAR_KM = {"airport_km": 30, "port_km": 10, "rail_km": 5, "coast_km": 25, "border_km": 25}
"""How near, in km, an airport with scheduled service, a port, a railway, a coast or a land border
must be for a city to count as having it: a port to the edge of its built-up area, all else to the
point that the list gives. The limits are ours."""


def flags() -> pd.DataFrame:
    """Flag which functions of 2014 every listed city shows, as far as data allow.

    Returns
    -------
    DataFrame
        Indexed by ``geonameid``: ``airport``, ``port``, ``rail``, ``coast``, ``border`` (True
        within :data:`NEAR_KM`) and ``regional_capital``.
    """
    distances = load("city-functions").set_index("geonameid")
    near = {column.removesuffix("_km"): distances[column] <= km for column, km in NEAR_KM.items()}
    return pd.DataFrame(near).assign(regional_capital=distances["regional_capital"])


def capital_or_gateway() -> "pd.Series[bool]":
    """Say of each city whether it is a regional capital, or has an airport or a port.

    Returns
    -------
    Series of bool
        Indexed by ``geonameid``.
    """
    return flags()[["regional_capital", "airport", "port"]].any(axis=1)


@computed_once
def flags_of_cities() -> pd.DataFrame:
    """Return the functions of each city of 100,000 and more with its size.

    Returns
    -------
    DataFrame
        Of :func:`flags`, and ``size``: primary, secondary (rule D7), larger or smaller. Twins,
        boroughs and suburbs of the primary city are left out.
    """
    cities = load("cities").query("kind == 'city'").set_index("geonameid")
    cities = cities[~cities["in_primary_footprint"] | cities["is_primary"]]
    size = definitions.standing(cities)["D7"].mask(cities["is_primary"], "primary")
    return flags().loc[cities.index].assign(size=size)
