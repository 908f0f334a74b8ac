"""Ties of the systems that the cases name: inside, abroad, and past the largest city.

Places are those of :func:`scsreport.findings.cases.places`; of the Nordic network its own list of
members, which is longer than the six cities that the source names.
"""

import numpy as np
import pandas as pd

from scsreport.findings import cases, ties
from scsreport.networks import Graph
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = ["NORDIC", "systems"]

NORDIC = (
    *(2618425, 2624652, 2610613),  # Copenhagen, Aarhus, Vejle
    *(3143244, 3161732, 3133880, 3137115, 3149318, 3133895),  # of Norway, the capital first
    *(658225, 634963, 643492),  # Helsinki, Tampere, Oulu
    *(2673730, 3413829),  # Stockholm, Reykjavik
)
"""Members of the Nordic Smart City Network by its own list (nscn.eu), GeoNames ids."""

NORDIC_CASE = "C10"


@computed_once
def systems() -> pd.DataFrame:
    """Count the ties of each system that a case names.

    Returns
    -------
    DataFrame
        By case: its ``name``; ``places`` that are named; ``cities``, those that are counted here,
        a suburb of the largest city with that one; ``countries`` in which they lie; ``pairs`` of
        its cities; ``largest``, how many are the largest of their country; and by network, such as
        ``air_inside``: cities with a tie (``tied``), ties ``inside`` the system, ties ``abroad``,
        with cities of other countries outside it, and the share ``skipping`` the largest city of
        their country, of all ties of the cities that are not the largest; missing where these have
        none, as ties inside are for one city alone. ``air_covered`` and ``sister_covered`` are the
        least of its countries in :func:`scsreport.findings.ties.coverage`.
    """
    members = _members()
    counted = members.dropna(subset="city")
    of_cases = dict(list(counted.groupby("case")["city"]))
    rows = {case: _system(pd.Index(ids.unique()).astype(int)) for case, ids in of_cases.items()}
    table = pd.DataFrame(rows).T.infer_objects()
    named = pd.Series({case: reading.name for case, reading in cases.READING.items()})
    places = members.groupby("case").size()
    return table.assign(name=named, places=places).sort_index()


def _members() -> pd.DataFrame:
    """Return the places of each case, and the city that each counts to, if to any."""
    listed = cases.places().query("case != @NORDIC_CASE")[["case", "place"]]
    nordic = pd.DataFrame({"case": NORDIC_CASE, "place": list(NORDIC)})
    table = pd.concat([listed, nordic], ignore_index=True)
    return table.assign(city=table["place"].map(_counting_to()))


def _counting_to() -> "pd.Series[float]":
    """Return for each entry the city that it counts to: its own, or the one it is part of."""
    entries = load("cities").set_index("geonameid")
    own = pd.Series(entries.index, entries.index)
    whole = entries["part_of"].fillna(own)
    largest = own[entries["is_primary"]].set_axis(entries.loc[entries["is_primary"], "country"])
    is_suburb = entries["in_primary_footprint"] & ~entries["is_primary"]
    found = whole.mask(is_suburb, entries["country"].map(largest)).astype(float)
    return found[found.isin(ties.cities().index)]


def _system(members: "pd.Index[int]") -> dict[str, float]:
    """Count the ties of some cities in both networks."""
    table = ties.cities().loc[members]
    n = len(members)
    covered = ties.coverage().loc[table["country"].unique()]
    found: dict[str, float] = {
        "cities": n,
        "countries": table["country"].nunique(),
        "pairs": n * (n - 1) // 2,
        "largest": (table["size"] == "primary").sum(),
    }
    for network, graph in {"air": ties.air(), "sister": ties.sisters()}.items():
        counts = _counts(graph, members)
        found |= {f"{network}_{key}": value for key, value in counts.items()}
        found[f"{network}_covered"] = covered[network].min()
    return found


def _counts(graph: Graph, members: "pd.Index[int]") -> dict[str, float]:
    """Count the ties of some cities in one network."""
    table = ties.cities().loc[graph.names]
    country = table["country"].to_numpy()
    primary = (table["size"] == "primary").to_numpy()
    inside = graph.names.isin(members)
    a, b = graph.ends
    city, partner = np.concatenate([a, b]), np.concatenate([b, a])
    ours = inside[city]
    within = ours & inside[partner]
    home = country[city] == country[partner]
    others = ours & ~primary[city]
    with_largest = home & primary[partner]
    return {
        "tied": np.unique(city[ours]).size,
        "inside": within.sum() / 2 if len(members) > 1 else np.nan,
        "abroad": (ours & ~within & ~home).sum(),
        "skipping": 1 - with_largest[others].mean() if others.any() else np.nan,
    }
