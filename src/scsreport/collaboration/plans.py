"""A problem of siting and the plans that answer it: what the bound and the solver share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOWHERE", "PROVED", "Plan", "Problem", "add_up", "greedy_sites", "nearest", "serve"]

Array = NDArray[np.float64]
Positions = NDArray[np.intp]
NOWHERE = -1
"""The site of a place that is left out."""
PROVED = 1e-9
"""A relative gap to the bound that is rounding."""


class Problem(NamedTuple):
    """Cost of serving each place from each site, and what limits a plan.

    Attributes
    ----------
    cost : array of places by sites
        Infinite where the site cannot serve the place.
    unserved : array
        Cost of leaving each place out, no less than that of any site that can serve it.
    all_served : bool
        Whether no place may be left out.
    p : int
        Number of sites.
    demand : array
        Of each place.
    capacity : array, optional
        Of each site, in units of demand.
    deadline : float
        When to stop, on the clock of :func:`time.monotonic`.
    """

    cost: Array
    unserved: Array
    all_served: bool
    p: int
    demand: Array
    capacity: Array | None
    deadline: float


class Plan(NamedTuple):
    """Which sites are open, which of them serves each place, and what that costs.

    Attributes
    ----------
    cost : float
        In all.
    sites : array
        Positions of the open sites.
    site_of : array
        Position of the site of each place, or :data:`NOWHERE`.
    """

    cost: float
    sites: Positions
    site_of: Positions


def serve(problem: Problem, sites: Positions) -> Plan | None:
    """Send each place to the cheapest of the open sites, as far as there is room.

    Parameters
    ----------
    problem : Problem
    sites : array
        Positions of the open sites.

    Returns
    -------
    Plan or None
        None where a place is left out that must be served.
    """
    if problem.capacity is None:
        return add_up(problem, sites, nearest(problem.cost, sites))
    return add_up(problem, sites, _while_there_is_room(problem, problem.capacity, sites))


def nearest(cost: Array, sites: Positions) -> Positions:
    """Return the cheapest of the open sites for each place.

    Parameters
    ----------
    cost : array of places by sites
    sites : array
        Positions of the open sites.

    Returns
    -------
    array
        Position by place, or :data:`NOWHERE` where none can serve it.
    """
    open_cost = cost[:, sites]
    reached = open_cost.min(axis=1) < np.inf
    return np.where(reached, sites[open_cost.argmin(axis=1)], NOWHERE)


def _while_there_is_room(problem: Problem, capacity: Array, sites: Positions) -> Positions:
    """Fill the open sites place by place, the largest first: it fits into the fewest."""
    site_of = np.full(len(problem.demand), NOWHERE)
    room = capacity[sites]
    for place in np.argsort(-problem.demand, kind="stable"):
        fits = room >= problem.demand[place]
        cost = np.where(fits, problem.cost[place, sites], np.inf)
        cheapest = cost.argmin()
        if cost[cheapest] < np.inf:
            site_of[place] = sites[cheapest]
            room[cheapest] -= problem.demand[place]
    return site_of


def add_up(problem: Problem, sites: Positions, site_of: Positions) -> Plan | None:
    """Return a plan with its cost.

    Parameters
    ----------
    problem : Problem
    sites, site_of : array
        As in :class:`Plan`.

    Returns
    -------
    Plan or None
        None where a place is left out that must be served.
    """
    left_out = site_of == NOWHERE
    if problem.all_served and left_out.any():
        return None
    served = problem.cost[np.arange(site_of.size), site_of]
    return Plan(float(np.where(left_out, problem.unserved, served).sum()), sites, site_of)


def greedy_sites(problem: Problem) -> Positions:
    """Choose sites one by one, each time the one that lowers the cost of all most.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    array
        Positions in the order of choice; capacities are not looked at.
    """
    chosen: list[int] = []
    for _ in range(problem.p):
        so_far = problem.cost[:, chosen].min(axis=1, initial=np.inf)
        at_most = np.minimum(so_far, problem.unserved)
        total = np.minimum(problem.cost, at_most[:, None]).sum(axis=0)
        total[chosen] = np.inf
        chosen.append(int(total.argmin()))
    return np.array(chosen)
