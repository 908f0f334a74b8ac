"""The laboratory of links: what its page loads, a file for each country."""

from itertools import pairwise
from typing import Any

from scsreport.exhibits.contract import listing
from scsreport.exhibits.pages import Files
from scsreport.findings import connectivity, laboratory, profiles
from scsreport.findings.laboratory import Roads

__all__ = ["files"]
__dir__ = listing(__all__)

FOLDER = "laboratory"
INDEX = "countries"
"""The file that lists the countries and the named links."""


def files() -> Files:
    """Hand over cities and roads of each country, and the named links."""
    roads = laboratory.roads()
    known = profiles.countries()
    slugs = known["slug"].to_dict()
    listed = known.loc[known.index.isin(list(roads))].sort_values("name")
    index = {
        "kmh": connectivity.KMH,
        "countries": [[row["slug"], row["name"]] for _, row in listed.iterrows()],
        "presets": [
            [name, slugs[row["country"]], row["first"], row["second"], row["before"], row["after"]]
            for name, row in laboratory.presets().iterrows()
        ],
    }
    return Files(FOLDER, {INDEX: index, **{slugs[code]: _packed(roads[code]) for code in roads}})


def _packed(roads: Roads) -> dict[str, Any]:
    """Return cities and, for each, the later ones that a road leads to, with the km."""
    n = len(roads.cities)
    starts = roads.first.searchsorted(range(n + 1))
    return {
        "ids": roads.cities.index.tolist(),
        "names": roads.cities["name"].tolist(),
        "people": roads.cities["population"].tolist(),
        "to": [roads.second[a:b].tolist() for a, b in pairwise(starts)],
        "km": [roads.km[a:b].tolist() for a, b in pairwise(starts)],
    }
