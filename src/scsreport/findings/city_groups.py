"""Sets of cities that may act together: detected systems that roads join, and worked regions.

People are those of GeoNames, km those by road, through other members where that is the way.
"""

# scipy carries no types
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import shortest_path

from scsreport import definitions
from scsreport.collaboration.games import MOST
from scsreport.findings import connectivity, forms
from scsreport.geometry import Floats
from scsreport.tables.datasets import load
from scsreport.tables.once import computed_once

__all__ = ["WORKED_SIZES", "CityGroup", "coverage", "names", "systems", "whole_cities", "worked"]

WORKED_SIZES = (4, 8)
"""Fewest and most cities of a worked region: ours."""
HUB_MINUTES = 150
"""By road around a worked hub: ours."""


class CityGroup(NamedTuple):
    """Cities that may act together, largest first.

    Attributes
    ----------
    people : Series
        By GeoNames id.
    km : DataFrame
        Between them by road, through other members where that is the way.
    """

    people: pd.Series[float]
    km: pd.DataFrame


@computed_once
def whole_cities() -> pd.DataFrame:
    """Return the cities that are no twins or boroughs of others.

    Returns
    -------
    DataFrame
        Rows of the table ``cities`` by ``geonameid``.
    """
    return load("cities").query("kind == 'city'").set_index("geonameid")


def names(ids: pd.Index[Any]) -> pd.Series[str]:
    """Return the names of cities.

    Parameters
    ----------
    ids : Index
        GeoNames ids.

    Returns
    -------
    Series
    """
    return whole_cities()["name"][ids]


@computed_once
def _roads_by_pair() -> tuple[pd.Index[Any], Floats]:
    """Return a key of each pair of cities with a road, and its km; beyond the end: no road.

    One key of both ids finds a road in one look-up, many times as fast as two.
    """
    table = load("road-distances")
    keys = _pair_key(table["geonameid_a"].to_numpy(), table["geonameid_b"].to_numpy())
    return pd.Index(keys), np.append(table["km"], np.inf)


def _pair_key(smaller: Any, larger: Any) -> Any:
    return smaller << 32 | larger


def _joined_by_road(people: pd.Series[float]) -> CityGroup:
    """Join cities by road, through others of them; leave out those with no way to the first."""
    keys, km = _roads_by_pair()
    ids = people.index.to_numpy()
    pair_keys = _pair_key(np.minimum(ids[:, None], ids), np.maximum(ids[:, None], ids))
    direct = km[keys.get_indexer(pair_keys.ravel())].reshape(pair_keys.shape)
    shortest = shortest_path(direct)
    kept = np.flatnonzero(np.isfinite(shortest[0]))[:MOST]
    people = people.iloc[kept]
    between = shortest[np.ix_(kept, kept)]
    return CityGroup(people, pd.DataFrame(between, people.index, people.index))


@computed_once
def systems() -> Mapping[str, CityGroup]:
    """Return the detected clusters and corridors that can share at all.

    Returns
    -------
    dict
        By system: its whole cities (no twins or boroughs) with a known way to the largest of
        them, if these are two or more; the 12 largest.
    """
    people = whole_cities()["population"].astype(float)
    people = people.sort_values(ascending=False, kind="stable")
    members = load("system-members")
    rank = people.index.get_indexer(pd.Index(members["geonameid"]))
    ranks = members.assign(rank=rank).query("rank >= 0").groupby("system", sort=False)["rank"]
    groups = {
        str(system): _joined_by_road(people.iloc[np.sort(of_members)])
        for system, of_members in ranks
    }
    return {system: group for system, group in groups.items() if len(group.people) > 1}


def coverage() -> dict[str, int]:
    """Count what is left out of :func:`systems`.

    Returns
    -------
    dict
        ``systems`` and those ``used``; ``cut``, those of which only the 12 largest cities are
        taken; ``parts``, members left out as twins and boroughs; ``least`` people of a city taken.
    """
    used = systems()
    members = load("system-members")
    systems_of_whole_cities = members["system"][members["geonameid"].isin(whole_cities().index)]
    return {
        "systems": members["system"].nunique(),
        "used": len(used),
        "cut": int((systems_of_whole_cities.value_counts() > MOST).sum()),
        "parts": len(members) - len(systems_of_whole_cities),
        "least": int(min(group.people.min() for group in used.values())),
    }


@computed_once
def worked() -> Mapping[str, CityGroup]:
    """Return the worked regions, chosen by size alone.

    Returns
    -------
    dict
        By form: from the largest down by people, the first "corridor", "cluster" and "hub" of 4 to
        8 cities that are all secondary under D1, each in another country. A hub comes with the
        smaller whole cities of its country within 150 minutes by road; suburbs are no hubs.
    """
    cities = whole_cities()
    secondary = definitions.members("D1", cities)
    groups = {name: group.people for name, group in systems().items()} | _around_hubs()
    largest_first = sorted(groups.items(), key=lambda group: group[1].sum(), reverse=True)
    chosen: dict[str, CityGroup] = {}
    countries: set[str] = set()
    for name, people in largest_first:
        form = name.split("-")[0]
        country = cities["country"][people.index[0]]
        if form in chosen or country in countries:
            continue
        if WORKED_SIZES[0] <= len(people) <= WORKED_SIZES[1] and secondary[people.index].all():
            chosen[form] = _joined_by_road(people.sort_values(ascending=False))
            countries.add(country)
    return chosen


def _around_hubs() -> dict[str, pd.Series[float]]:
    """Return the people of every hub and of the smaller cities near it."""
    people = whole_cities()["population"].astype(float)
    hubs = forms.scoped("without suburbs").query("type == 'hub'").index
    near = connectivity.pairs(people.index).query("minutes <= @HUB_MINUTES")
    one_way = near.to_numpy()[:, :2].astype(int)
    pairs = pd.DataFrame(np.vstack([one_way, one_way[:, ::-1]]), columns=["hub", "city"])
    larger = pairs["hub"].map(people) > pairs["city"].map(people)
    pairs = pairs[pairs["hub"].isin(hubs) & larger]
    return {
        f"hub-{hub}": people[[hub, *neighbours]] for hub, neighbours in pairs.groupby("hub")["city"]
    }
