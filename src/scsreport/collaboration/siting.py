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

# scipy carries no types
# mypy: disable-error-code="no-untyped-call, attr-defined"

from collections.abc import Hashable
from operator import itemgetter
from time import monotonic
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Array = NDArray[np.float64]
Positions = NDArray[np.intp]
Numbers: TypeAlias = "pd.Series[float]"
Objective = Literal["p-median", "p-centre", "max-cover"]
PROVED = 1e-9  # relative gap; a smaller one is rounding
MANY = 2_000_000  # pairs of place and site; more would not be solved in a minute
UNIT = 1e4  # tolerances of the solver are absolute, so it is given a total cost of this size
# Search for prices: rounds at most, momentum, rounds in vain after which the step is halved, the
# step that ends it, and how many times m / p nearest sites a place looks at.
ROUNDS, MOMENTUM, PATIENCE, SMALLEST, REACH = 2_000, 0.7, 20, 1e-3, 3


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
    assignment: "pd.Series[Any]"
    objective: float
    optimal: bool
    gap: float


class _Task(NamedTuple):
    """Cost by place and site (infinite: does not serve), what an unserved place costs, limits."""

    cost: Array
    miss: Array
    everyone: bool
    p: int
    load: Array
    room: Array | None
    end: float


class _Plan(NamedTuple):
    """Cost, positions of the sites, and of the site of each place (-1: none)."""

    cost: float
    chosen: Positions
    own: Positions


def facility_location(
    distance: pd.DataFrame,
    demand: Numbers,
    p: int,
    *,
    objective: Objective = "p-median",
    capacity: "Numbers | float | None" = None,
    radius: float | None = None,
    time_limit: float = 60.0,
) -> Siting:
    """Site p facilities among candidate sites, for the people of places around them.

    A place is served by one site, as a city sends its waste to one landfill: with a capacity
    demand is not split; without one every place goes to its nearest site. With a capacity dozens of
    places are proved; for hundreds expect a gap, mostly because the bound then knows no capacity.

    Parameters
    ----------
    distance : pandas.DataFrame, places x sites
        Kilometres or minutes from each place (row) to each candidate site (column), zero or more;
        infinite where there is no way.
    demand : pandas.Series, by place
        People, or any other demand, zero or more. A p-centre counts every place alike; its demand
        matters for a capacity only.
    p : int
        Number of sites to choose.
    objective : {"p-median", "p-centre", "max-cover"}
        Least sum of demand times distance; least largest distance; most demand within `radius`.
    capacity : float or pandas.Series by site, optional
        Demand that a site can serve.
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
        If the objective is unknown, p is not between 1 and the number of sites, labels do not
        match, numbers are missing or negative, `radius` is missing, capacity falls short, or no p
        sites can serve every place; and if with a capacity no plan is found in time.

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
    end, cover = monotonic() + time_limit, objective == "max-cover"
    _check(distance, p, objective, radius)
    far, sites = distance.to_numpy(dtype=float), distance.columns
    load, room = _by_label(demand, distance.index, "demand"), None
    if capacity is not None:
        given = capacity if isinstance(capacity, pd.Series) else pd.Series(capacity, sites)
        room = np.minimum(_by_label(given, sites, "capacity"), load.sum())
        if not cover and (most := np.sort(room)[-p:].sum()) < load.sum():
            text = f"the {p} largest sites hold {most:g}, the places need {load.sum():g}"
            raise ValueError(f"capacity falls short: {text}; raise p or the capacity")
        if not cover and load.max() > room.max():
            text = (
                f"needs {load.max():g}, the largest site holds {room.max():g}; raise the capacity"
            )
            raise ValueError(f"{distance.index[int(load.argmax())]!r} {text}")
    weight = {"p-median": load[:, None], "p-centre": 1.0, "max-cover": 0.0}[objective]
    ways = far <= (radius or 0.0) if cover else far < np.inf
    paid = np.where(ways, far, 0.0) * weight
    # Where all must be served, to leave one out is dearer than any plan.
    miss = load if cover else np.full(len(far), paid.max(axis=1).sum() + 1)
    task = _Task(np.where(ways, paid, np.inf), miss, not cover, p, load, room, end)
    plan, bound = _centre(task) if objective == "p-centre" else _least(task)
    value, bound = (load.sum() - plan.cost, load.sum() - bound) if cover else (plan.cost, bound)
    gap = abs(bound - value) / value if value > 0 else np.inf if bound > 0 else 0.0
    gap = 0.0 if gap <= PROVED else float(gap)
    names, own = sites.to_numpy(dtype=object), plan.own
    if room is None:  # the nearest, also among sites that cover alike
        own = np.where(own < 0, -1, plan.chosen[far[:, plan.chosen].argmin(axis=1)])
    site = pd.Series(names[own], distance.index, name="site").where(own >= 0)
    return Siting(names[np.sort(plan.chosen)].tolist(), site, float(value), gap == 0, gap)


def _check(distance: pd.DataFrame, p: int, objective: str, radius: float | None) -> None:
    if objective not in (known := get_args(Objective)):
        raise ValueError(f"objective {objective!r}: expected one of {known}")
    if objective == "max-cover" and not (radius is not None and radius >= 0):
        raise ValueError(f"max-cover needs a radius of zero or more, found {radius}")
    count = distance.shape[1]
    if not 1 <= p <= count:
        raise ValueError(f"p = {p}: expected a number from 1 to the {count} sites")
    far = distance.to_numpy(dtype=float)
    for row, column in np.argwhere(~(far >= 0))[:1]:
        pair = f"{distance.index[row]!r} to {distance.columns[column]!r} is {far[row, column]}"
        raise ValueError(f"distance from {pair}: expected zero or more, infinite for no way")
    if objective != "max-cover" and (lost := np.isinf(far).all(axis=1)).any():
        raise ValueError(f"{distance.index[lost].tolist()[:3]} can reach no site")


def _by_label(values: Numbers, labels: "pd.Index[Any]", name: str) -> Array:
    apart = labels.symmetric_difference(values.index).tolist()[:3]
    if apart or not (labels.is_unique and values.index.is_unique):
        fault = f"only one has {apart}" if apart else "one occurs twice"
        raise ValueError(f"labels of {name} and distance do not match: {fault}")
    found = np.asarray(values.reindex(labels), dtype=np.float64)
    wrong = ~(found >= 0) | (np.isinf(found) & (name == "demand"))
    if wrong.any():
        where = f"{name} of {labels[wrong][0]!r} is {found[wrong][0]}"
        raise ValueError(f"{where}: expected a number of zero or more")
    return found


def _least(task: _Task) -> tuple[_Plan, float]:
    """Find the plan of least total cost, and a bound."""
    plan, bound, price, gain = _prices(task, _first(task))
    left = plan.cost - bound
    if min(left, plan.cost) <= PROVED * plan.cost:
        return plan, plan.cost
    # What it costs beyond the bound to open a site, and to send a place there.
    dearer = np.maximum(gain - np.partition(gain, task.p - 1)[task.p - 1], 0)
    keep = dearer + np.maximum(task.cost - price[:, None], 0) <= left * (1 + 1e-6)
    found, proved = _exact(task, keep, UNIT / plan.cost)
    plan = min(plan, found or plan, key=itemgetter(0))
    return plan, max(bound, min(proved, plan.cost), 0.0)


def _centre(task: _Task) -> tuple[_Plan, float]:
    """Find the least radius at which p sites serve all, by halving; a plan for it, and a bound."""
    plan, radii = _first(task), np.unique(task.cost)
    low, bound = int(np.searchsorted(radii, task.cost.min(axis=1).max())), 0.0
    while True:
        worst = float(task.cost[np.arange(plan.own.size), plan.own].max())
        high = int(np.searchsorted(radii, worst))
        if low >= high or bound < 0:
            return plan._replace(cost=worst), float(radii[min(low, high)])
        middle = (low + high) // 2
        found, bound = _exact(task, task.cost <= radii[middle], 0.0)
        plan, low = found or plan, middle + 1 if bound == np.inf else low


def _first(task: _Task) -> _Plan:
    """Add sites one by one, the best first; if they cannot serve all, take any that can."""
    chosen: list[int] = []
    for _ in range(task.p):
        nearest = task.cost[:, chosen].min(axis=1, initial=np.inf)
        total = np.minimum(task.cost, np.minimum(nearest, task.miss)[:, None]).sum(axis=0)
        total[chosen] = np.inf
        chosen.append(int(total.argmin()))
    plan, bound = _serve(task, np.array(chosen)), 0.0
    if plan is None:
        plan, bound = _exact(task, task.cost < np.inf, 0.0)
    if plan is None:
        why = "can serve every place" if bound == np.inf else "were found in time to serve all"
        held = "" if task.room is None else " or the capacity: each place goes to one site"
        raise ValueError(f"no {task.p} sites {why}; raise p{held}")
    return plan


def _serve(task: _Task, chosen: Positions, own: Positions | None = None) -> _Plan | None:
    """Send each place where it is told, or to its nearest site, the largest first if room lacks."""
    near = task.cost[:, chosen]
    if task.room is None:
        own = np.where(near.min(axis=1) < np.inf, chosen[near.argmin(axis=1)], -1)
    elif own is None:
        own, left = np.full(len(near), -1), task.room[chosen]
        for place in np.argsort(-task.load, kind="stable"):
            ways = np.where(left >= task.load[place], near[place], np.inf)
            if ways.min() < np.inf:
                own[place] = chosen[ways.argmin()]
                left[ways.argmin()] -= task.load[place]
    paid = np.where(own < 0, task.miss, task.cost[np.arange(own.size), own])
    return None if task.everyone and (own < 0).any() else _Plan(float(paid.sum()), chosen, own)


def _prices(task: _Task, plan: _Plan) -> tuple[_Plan, float, Array, Array]:
    """Raise a bound: what places pay in all, less what the p sites that gain most would gain.

    A site gains what places would pay beyond the cost of serving them. Any prices give a bound;
    subgradients lead to good ones. Returns the best plan on the way, the bound, the prices, and
    the gain of each site (zero or below).
    """
    cost, p, until = task.cost, task.p, (monotonic() + task.end) / 2
    reach = min(REACH * cost.shape[1] // p + 1, cost.shape[1])
    sites = np.argpartition(cost, reach - 1, axis=1)[:, :reach]
    near = np.take_along_axis(cost, sites, axis=1)
    most = np.minimum(near.max(axis=1), task.miss)  # a higher price would count sites not looked at
    price = np.minimum(np.sort(cost[:, plan.chosen], axis=1)[:, :2].mean(axis=1), most)
    best, step, vain, way = (-np.inf, price, price), 1.0, 0, np.zeros_like(price)
    weight = np.maximum(task.load, task.load.mean() / UNIT)  # prices go by demand
    for _ in range(ROUNDS):
        gains = np.maximum(price[:, None] - near, 0)
        gain = -np.bincount(sites.ravel(), gains.ravel(), cost.shape[1])
        chosen = np.argpartition(gain, p - 1)[:p]
        bound, vain = price.sum() + gain[chosen].sum(), vain + 1
        if bound > best[0]:
            best, vain = (bound, price, gain), 0
            plan = min(plan, _serve(task, chosen) or plan, key=itemgetter(0))
        step, vain = (step / 2, 0) if vain == PATIENCE else (step, vain)
        slope = 1 - (cost[:, chosen] < price[:, None]).sum(axis=1)
        open_gap = plan.cost - bound
        over = step < SMALLEST or monotonic() > until or not slope.any()
        if over or min(open_gap, plan.cost) <= PROVED * plan.cost:
            break
        way = MOMENTUM * way + (1 - MOMENTUM) * slope
        pace = step * open_gap / (slope @ (weight * slope))
        price = np.minimum(price + pace * weight * way, most)
    return plan, float(best[0]), best[1], best[2]


def _exact(task: _Task, keep: NDArray[np.bool_], scale: float) -> tuple[_Plan | None, float]:
    """Choose among the pairs of place and site that are kept, by an integer program.

    Returns the best plan found or None, and a bound: infinite if there is no plan, below zero if
    none is known.
    """
    if (left := task.end - monotonic()) <= 0 or keep.sum() > MANY:
        return None, -1.0
    rows, sites, free = *keep.shape, task.room is None
    # To go without is one more site, always open, where not all must be served.
    place, site = np.nonzero(np.column_stack([keep, np.full(rows, not task.everyone)]))
    paid = np.column_stack([task.cost, task.miss])[place, site] * scale
    # Without a capacity, sites that cost a place the same are one choice for it.
    pairs = np.column_stack([place, paid if free else np.arange(place.size)])
    _, first, choice = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    sizes, one = [sites + 1, first.size], np.ones(place.size)
    own = place[first], np.arange(first.size)
    blocks = [
        [None, sparse.coo_array((one[: first.size], own))],  # each place makes one choice
        [-sparse.coo_array((one, (choice, site)), sizes[::-1]), sparse.eye_array(first.size)],
        [np.ones((1, sites + 1)), None],  # open are p sites, and none
    ]
    if task.room is not None:
        full = task.room.max() or 1.0
        room, used = np.append(task.room, task.load.sum()) / full, task.load[place] / full
        blocks.append([-sparse.diags_array(room), sparse.coo_array((used, (site, choice)), sizes)])
    counts = [rows, first.size, 1, 0 if free else sites + 1]
    limits = LinearConstraint(
        sparse.block_array(blocks, format="csr"),
        np.repeat([1, -np.inf, task.p + 1, -np.inf], counts),
        np.repeat([1, 0, task.p + 1, 0], counts),
    )
    found = milp(
        np.append(np.zeros(sites + 1), paid[first]),
        constraints=limits,
        integrality=np.repeat([1, int(not free)], sizes),
        bounds=Bounds(np.arange(sum(sizes)) == sites, 1),
        options={"time_limit": left, "mip_rel_gap": 0},
    )
    if found.x is None:
        return None, np.inf if found.status == 2 else -1.0
    opened, taken = np.split(found.x > 0.5, [sites + 1])
    told = np.full(rows, -1)
    told[place[taken[choice]]] = np.where(site < sites, site, -1)[taken[choice]]
    plan = _serve(task, np.flatnonzero(opened[:-1]), told)
    if plan and found.status == 0:
        return plan, plan.cost
    return plan, found.mip_dual_bound / scale if scale else -1.0
