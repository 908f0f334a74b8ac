"""A bound that holds for every plan of sites, from prices that places pay (Lagrangian relaxation).

Let every place pay a price for being served, wherever that is. A site then gains what the places
would pay beyond the cost of serving them. What all pay, less what the p sites that gain most would
gain, is no more than the cost of any plan. Every set of prices gives such a bound; subgradients
lead to good ones: places that no chosen site would serve pay more, places that several would serve
pay less. The sites chosen on the way are plans in their own right, and often the best.

Capacities are not looked at, so with them the bound is loose.

References
----------
Cornuejols, Fisher and Nemhauser (1977), Location of bank accounts to optimize float; Fisher (1981),
The Lagrangian relaxation method for solving integer programming problems.
"""

from __future__ import annotations

from time import monotonic
from typing import NamedTuple

import numpy as np

from scsreport.collaboration.plans import PROVED, Array, Plan, Positions, Problem, serve

__all__ = ["Bound", "bound_by_prices"]

ROUNDS = 2_000
REACH = 3
"""A place looks at this many times m / p of its nearest of m sites."""
MOMENTUM = 0.7
"""Weight of earlier directions in the next one, which keeps prices from swinging."""
PATIENCE = 20
"""Rounds without a better bound after which steps are halved."""
SMALLEST = 1e-3
"""The length of steps at which the search ends; it begins at 1."""
LEAST_WEIGHT = 1e-4
"""Of the mean demand: what moves the price of a place without people."""


class Bound(NamedTuple):
    """A cost that no plan goes below, and what it follows from.

    Attributes
    ----------
    value : float
        The bound.
    price : array
        What each place pays.
    gain : array
        Of each site, zero or below: a gain lowers the bound.
    sites : array
        Positions of the p sites that gain most.
    """

    value: float
    price: Array
    gain: Array
    sites: Positions


class _Nearby(NamedTuple):
    """The nearest sites of each place, what they cost it, and the highest price it may pay."""

    sites: Positions
    cost: Array
    highest_price: Array


class _Steps:
    """How long steps are: half as long after some rounds without a better bound."""

    def __init__(self) -> None:
        self.length = 1.0
        self.rounds_in_vain = 0

    def count(self, better: bool) -> None:
        """Take note of whether the last round found a better bound."""
        self.rounds_in_vain = 0 if better else self.rounds_in_vain + 1
        if self.rounds_in_vain == PATIENCE:
            self.length /= 2
            self.rounds_in_vain = 0


def bound_by_prices(problem: Problem, plan: Plan) -> tuple[Plan, Bound]:
    """Raise a bound round by round, and keep the best plan on the way.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        To begin with.

    Returns
    -------
    tuple of Plan and Bound
        The best of each. Half of the time that is left may be used.
    """
    until = (monotonic() + problem.deadline) / 2
    nearby = _nearby(problem)
    # The larger a place, the more a change of its price by one step.
    weight = np.maximum(problem.demand, problem.demand.mean() * LEAST_WEIGHT)
    price = _first_prices(problem, plan, nearby)
    direction = np.zeros_like(price)
    best = Bound(-np.inf, price, np.zeros(problem.cost.shape[1]), plan.sites)
    steps = _Steps()
    for _ in range(ROUNDS):
        bound = _bound(problem, nearby, price)
        better = bound.value > best.value
        if better:
            best = bound
            plan = _cheaper(plan, serve(problem, bound.sites))
        steps.count(better)
        slope = _subgradient(problem, bound)
        gap = plan.cost - bound.value
        if steps.length < SMALLEST or monotonic() > until or not slope.any():
            break
        if min(gap, plan.cost) <= PROVED * plan.cost:
            break
        direction = MOMENTUM * direction + (1 - MOMENTUM) * slope
        length = steps.length * gap / (slope @ (weight * slope))
        price = np.minimum(price + length * weight * direction, nearby.highest_price)
    return plan, best


def _nearby(problem: Problem) -> _Nearby:
    """List the nearest sites of each place: any plan serves most places from one of them."""
    count = problem.cost.shape[1]
    reach = min(REACH * count // problem.p + 1, count)
    sites = np.argpartition(problem.cost, reach - 1, axis=1)[:, :reach]
    cost = np.take_along_axis(problem.cost, sites, axis=1)
    # At a higher price a site that is not looked at would gain too.
    return _Nearby(sites, cost, np.minimum(cost.max(axis=1), problem.unserved))


def _first_prices(problem: Problem, plan: Plan, nearby: _Nearby) -> Array:
    """Let each place pay the mean cost of its two nearest open sites."""
    two_nearest = np.sort(problem.cost[:, plan.sites], axis=1)[:, :2]
    return np.asarray(np.minimum(two_nearest.mean(axis=1), nearby.highest_price))


def _bound(problem: Problem, nearby: _Nearby, price: Array) -> Bound:
    """Return the bound that follows from prices."""
    gains = np.maximum(price[:, None] - nearby.cost, 0)
    total = np.bincount(nearby.sites.ravel(), gains.ravel(), problem.cost.shape[1])
    gain = -np.asarray(total, np.float64)
    sites = np.argpartition(gain, problem.p - 1)[: problem.p]
    return Bound(float(price.sum() + gain[sites].sum()), price, gain, sites)


def _subgradient(problem: Problem, bound: Bound) -> Positions:
    """Return by place one less the number of chosen sites that would serve it at its price."""
    would_serve = problem.cost[:, bound.sites] < bound.price[:, None]
    return np.asarray(1 - would_serve.sum(axis=1))


def _cheaper(plan: Plan, other: Plan | None) -> Plan:
    return other if other is not None and other.cost < plan.cost else plan
