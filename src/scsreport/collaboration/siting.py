"""Where shared facilities of a group of cities would stand: p-median, p-centre, maximum cover.

Sites added one by one give a first plan. Prices that the places pay (a Lagrangian relaxation)
improve it and prove how much better any plan could be; a solver of integer programs decides what
that proof leaves open. So there is always a bound that holds, however little time is given.

What comes out is the best plan for the distances, the people and the rule that were put in. It is
no forecast, and it says nothing of who would pay.

References
----------
Hakimi (1964) for the p-median and the p-centre, Church and ReVelle (1974) for maximum cover,
Cornuejols, Fisher and Nemhauser (1977) for the prices; Daskin (2013), *Network and Discrete
Location*, for all of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from time import monotonic
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from scsreport import checks
from scsreport.collaboration import program
from scsreport.collaboration.plans import (
    NOWHERE,
    PROVED,
    Array,
    Plan,
    Problem,
    greedy_sites,
    nearest,
    serve,
)
from scsreport.collaboration.prices import Bound, bound_by_prices

__all__ = ["Objective", "Siting", "facility_location"]

Numbers: TypeAlias = "pd.Series[float] | Mapping[Any, float] | ArrayLike"
LARGEST = 1e50
"""Of distances and of demand, so that a sum of their products is a number."""

LENGTH = checks.Range("zero or more (inf: without end)", 0.0, np.inf)
DEMAND = checks.Range("zero or more, up to 1e50", 0.0, LARGEST)
Objective = Literal["p-median", "p-centre", "max-cover"]


class Siting(NamedTuple):
    """A plan of sites, as made by :func:`facility_location`.

    Attributes
    ----------
    sites : list
        Labels of the p sites, in the order of the columns.
    assignment : pandas.Series
        Site by place; missing where a place is not covered (maximum cover only).
    objective : float
        p-median: sum of demand times distance. p-centre: the largest distance. Maximum cover: the
        demand covered.
    optimal : bool
        Whether it is proved that no plan is better.
    gap : float
        Distance to the proved bound as a share of the objective: no plan is better by more than
        this. Zero where optimal, infinite where nothing is covered and more may be.
    """

    sites: list[Hashable]
    assignment: pd.Series[Any]
    objective: float
    optimal: bool
    gap: float


def facility_location(
    distance: pd.DataFrame | ArrayLike,
    demand: Numbers,
    p: int,
    *,
    objective: Objective = "p-median",
    capacity: Numbers | float | None = None,
    radius: float | None = None,
    time_limit: float = 60.0,
) -> Siting:
    """Site p facilities among candidate sites, for the people of places around them.

    A place is served by one site, as a city sends its waste to one landfill: with a capacity
    demand is not split; without one every place goes to its nearest site. With a capacity dozens of
    places are proved; for hundreds expect a gap, mostly because the bound then knows no capacity.

    Parameters
    ----------
    distance : DataFrame or array_like, places x sites
        Kilometres or minutes from each place (row) to each candidate site (column), zero or more;
        infinite where there is no way. Labels differ; without them they are 0, 1, ...
    demand : Series, mapping or array_like, by place
        People, or any other demand, zero or more, up to 1e50. A p-centre counts every place alike;
        its demand matters for a capacity only. Without labels in the order of the places.
    p : int
        Number of sites to choose.
    objective : {"p-median", "p-centre", "max-cover"}
        Least sum of demand times distance; least largest distance; most demand within `radius`.
    capacity : float, Series, mapping or array_like by site, optional
        Demand that a site can serve, zero or more; infinite for no limit.
    radius : float, optional
        For maximum cover: distance within which a place is covered, in the unit of `distance`.
    time_limit : float
        Seconds after which the best plan so far is handed out, with its gap. At thousands of
        places the solver may notice late, and take twice as long.

    Returns
    -------
    Siting
        Sites, assignment, objective, whether it is proved to be the best, and the gap if not.

    Raises
    ------
    ValueError
        If the objective is unknown, p is not between 1 and the number of sites, a label is there
        twice or labels do not match, numbers are missing or negative, `radius` is missing, capacity
        falls short, or no p sites can serve every place; and if with a capacity no plan is found in
        time.
    TypeError
        If something is no table, no column or no number.

    Examples
    --------
    >>> cities, at = list("ABCD"), np.array([0.0, 10, 20, 90])
    >>> km = pd.DataFrame(abs(at[:, None] - at), cities, cities)
    >>> people = pd.Series([1, 1, 1, 2], cities)
    >>> facility_location(km, people, 2)[2:4]
    (20.0, True)
    >>> facility_location(km, people, 1, objective="max-cover", radius=10).sites
    ['B']
    """
    asked = _checked(distance, demand, p, objective, capacity, radius, time_limit)
    problem = _problem(asked, monotonic() + asked.time_limit)
    plan, bound = _least_radius(problem) if objective == "p-centre" else _least_cost(problem)
    value = plan.cost
    if objective == "max-cover":  # the cost is the demand that is missed
        value, bound = problem.demand.sum() - plan.cost, problem.demand.sum() - bound
    gap = _relative_gap(value, bound)
    names = asked.sites.to_numpy(dtype=object)
    site_of = plan.site_of
    if capacity is None:  # the nearest, also among sites that cover alike
        site_of = np.where(site_of == NOWHERE, NOWHERE, nearest(asked.distance, plan.sites))
    assignment = pd.Series(names[site_of], asked.places, name="site").where(site_of != NOWHERE)
    return Siting(names[np.sort(plan.sites)].tolist(), assignment, float(value), gap == 0, gap)


class _Request(NamedTuple):
    """What is asked for, once it has been checked."""

    distance: Array
    places: pd.Index[Any]
    sites: pd.Index[Any]
    demand: Array
    p: int
    objective: Objective
    capacity: Array | None
    radius: float | None
    time_limit: float


def _checked(
    distance: Any,
    demand: Any,
    p: int,
    objective: Objective,
    capacity: Any,
    radius: float | None,
    time_limit: float,
) -> _Request:
    """Refuse an unknown rule, a number of sites that cannot be, and wrong distances."""
    checks.choice("objective", objective, get_args(Objective))
    if objective == "max-cover" or radius is not None:
        radius = checks.number("radius", radius, LENGTH)
    far, places, sites = checks.grid("distance", distance, LENGTH)
    people = checks.by_label("demand", demand, places, DEMAND, whose="distance", only=True)
    for name, values in (("distance", far[np.isfinite(far)]), ("demand", people)):
        odd = values[(values > LARGEST) | ((values > 0) & (values < 1 / LARGEST))]
        if odd.size:
            raise ValueError(
                f"{name}: found {odd[0]:g}, expected 0, or from {1 / LARGEST:g} to {LARGEST:g}; "
                "give it in another unit"
            )
    p = checks.whole("p", p, 1, len(sites))
    unreached = np.isinf(far).all(axis=1)
    if objective != "max-cover" and unreached.any():
        lost = np.asarray(places)[unreached].tolist()[:3]
        raise ValueError(f"distance: {lost} can reach no site")
    return _Request(
        far,
        places,
        sites,
        people,
        p,
        objective,
        None if capacity is None else _capacity_by_site(capacity, sites),
        radius,
        checks.number("time_limit", time_limit, LENGTH),
    )


def _capacity_by_site(capacity: Any, sites: pd.Index[Any]) -> Array:
    """Return the capacity of each site."""
    one_number = np.isscalar(capacity) or (isinstance(capacity, np.ndarray) and not capacity.ndim)
    if isinstance(capacity, (pd.Series, Mapping, list, tuple, np.ndarray)) and not one_number:
        return checks.by_label("capacity", capacity, sites, LENGTH, whose="distance", only=True)
    return np.full(len(sites), checks.number("capacity", capacity, LENGTH))


def _problem(asked: _Request, deadline: float) -> Problem:
    """Write a rule as a problem of least cost (for the p-centre: of least largest cost)."""
    far, people, p = asked.distance, asked.demand, asked.p
    room = None if asked.capacity is None else np.minimum(asked.capacity, people.sum())
    if asked.objective == "max-cover":
        covered = np.where(far <= (asked.radius or 0.0), 0.0, np.inf)
        return Problem(covered, people, False, p, people, room, deadline)
    if room is not None:
        _check_room(room, people, p, asked.places)
    weight = people[:, None] if asked.objective == "p-median" else 1.0
    reached = far < np.inf
    paid = np.where(reached, far, 0.0) * weight
    # All must be served, so to leave one out is dearer than any plan.
    unserved = np.full(len(far), paid.max(axis=1).sum() + 1)
    return Problem(np.where(reached, paid, np.inf), unserved, True, p, people, room, deadline)


def _check_room(room: Array, people: Array, p: int, places: pd.Index[Any]) -> None:
    """Refuse capacities that hold less than all, or less than the largest place."""
    most = np.sort(room)[-p:].sum()
    if most < people.sum():
        text = f"the {p} largest sites hold {most:g}, the places need {people.sum():g}"
        raise ValueError(f"capacity: it falls short, {text}; raise p or the capacity")
    if people.max() > room.max():
        place = places[int(people.argmax())]
        raise ValueError(
            f"capacity: {place!r} needs {people.max():g}, the largest site holds {room.max():g}; "
            "raise the capacity"
        )


def _relative_gap(value: float, bound: float) -> float:
    """Return the distance of an objective to its bound, as a share of it."""
    if value <= 0:
        return float(np.inf) if bound > 0 else 0.0
    gap = abs(bound - value) / value
    return 0.0 if gap <= PROVED else float(gap)


def _least_cost(problem: Problem) -> tuple[Plan, float]:
    """Find the plan of least total cost, and a bound."""
    plan, bound = bound_by_prices(problem, _first_plan(problem))
    gap = plan.cost - bound.value
    if min(gap, plan.cost) <= PROVED * plan.cost:
        return plan, plan.cost
    allowed = _worth_a_look(problem, bound, gap)
    found, proved = program.solve(problem, allowed, program.TOTAL / plan.cost)
    if found is not None and found.cost < plan.cost:
        plan = found
    return plan, max(bound.value, min(proved, plan.cost), 0.0)


def _worth_a_look(problem: Problem, bound: Bound, gap: float) -> Any:
    """Say which pairs of place and site can be part of a better plan.

    To open a site that gains less than the p best, or to send a place where it costs more than its
    price, raises the bound by the difference. If that is more than the gap, the pair is not in any
    better plan.
    """
    last_chosen = np.partition(bound.gain, problem.p - 1)[problem.p - 1]
    opening = np.maximum(bound.gain - last_chosen, 0)
    sending = np.maximum(problem.cost - bound.price[:, None], 0)
    return opening + sending <= gap * (1 + 1e-6)


def _least_radius(problem: Problem) -> tuple[Plan, float]:
    """Find the least radius at which p sites serve all, by halving; a plan for it, and a bound."""
    plan = _first_plan(problem)
    radii = np.unique(problem.cost)
    low = int(np.searchsorted(radii, problem.cost.min(axis=1).max()))
    while True:
        farthest = float(problem.cost[np.arange(plan.site_of.size), plan.site_of].max())
        high = int(np.searchsorted(radii, farthest))
        if low >= high:
            break
        middle = (low + high) // 2
        found, proved = program.solve(problem, problem.cost <= radii[middle])
        if found is not None:
            plan = found
        elif proved == program.IMPOSSIBLE:
            low = middle + 1
        else:
            break  # out of time
    return plan._replace(cost=farthest), float(radii[min(low, high)])


def _first_plan(problem: Problem) -> Plan:
    """Add sites one by one; if they cannot serve all, take any that can."""
    plan = serve(problem, greedy_sites(problem))
    if plan is not None:
        return plan
    plan, proved = program.solve(problem, problem.cost < np.inf)
    if plan is not None:
        return plan
    fault = "were found in time to serve all"
    if proved == program.IMPOSSIBLE:
        fault = "can serve every place"
    remedy = "raise p"
    if problem.capacity is not None:
        remedy += " or the capacity: each place goes to one site"
    raise ValueError(f"p: no {problem.p} sites {fault}; {remedy}")
