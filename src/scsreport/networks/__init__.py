"""Ties between cities: how many and to whom, who bridges, what chance would give, and functions.

A tie has no direction and joins two cities: an air route, a sister city. :func:`graph` makes a
:class:`Graph` of a table of ties; each measure takes that and hands out numbers by city.
"""

from scsreport.networks.graphs import Graph, graph
from scsreport.networks.groups import (
    Agreement,
    Mixing,
    agreement,
    communities,
    mixing,
    mixing_by_number,
)
from scsreport.networks.null import distance_decay, rewired
from scsreport.networks.profiles import diversity, location_quotients, specialisation
from scsreport.networks.resampling import Estimate, resampled
from scsreport.networks.roles import (
    betweenness,
    constraint,
    core_numbers,
    reach,
    ties,
    transitivity,
    without_primary,
)

__all__ = [
    "Agreement",
    "Estimate",
    "Graph",
    "Mixing",
    "agreement",
    "betweenness",
    "communities",
    "constraint",
    "core_numbers",
    "distance_decay",
    "diversity",
    "graph",
    "location_quotients",
    "mixing",
    "mixing_by_number",
    "reach",
    "resampled",
    "rewired",
    "specialisation",
    "ties",
    "transitivity",
    "without_primary",
]
