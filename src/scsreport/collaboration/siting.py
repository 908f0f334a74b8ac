"""Where shared facilities of a group of cities would stand: p-median, p-centre, maximum cover.

One way of solving serves all three. An interchange of sites finds a good plan, prices on the
places (a Lagrangian relaxation) prove how much better any plan could be, and whatever that proof
rules out is left away before a solver of integer programs decides the rest. So there is always a
plan, and always a bound that holds, however little time is given.

What comes out is the best plan for the distances, the people and the rule that were put in. It is
no forecast, and it says nothing of who would pay.

References
----------
Hakimi (1964) for the p-median and the p-centre, Church and ReVelle (1974) for maximum cover;
Teitz and Bart (1968) for the interchange; Cornuejols, Fisher and Nemhauser (1977) for the prices;
Daskin (2013), *Network and Discrete Location*, for all of them.
"""

from collections.abc import Hashable
from time import monotonic
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
Objective = Literal["p-median", "p-centre", "max-cover"]
ROUNDS, PATIENCE = 2_000, 20  # search for prices: at most; its step is halved after so many in vain
SMALLEST = 1e-3  # step at which that search ends
PROVED = 1e-9  # relative; a smaller gap is rounding
UNIT = 1e4  # the solver's tolerances are absolute, so its costs are scaled to this sum


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


class _Plan(NamedTuple):
    """Positions of the sites and of the site of each place (-1: none); cost, proved lower bound."""

    chosen: Index
    own: Index
    cost: float
    bound: float = 0.0


class _Task(NamedTuple):
    """Cost by place and site, what a place costs that is not served, and what limits a plan."""

    cost: Array
    serves: Flags
    miss: Array
    everyone: bool
    p: int
    demand: Array
    room: Array | None
    end: float
    limit: float


def facility_location(
    distance: pd.DataFrame,
    demand: "pd.Series[float]",
    p: int,
    *,
    objective: Objective = "p-median",
    capacity: "pd.Series[float] | float | None" = None,
    radius: float | None = None,
    time_limit: float = 60.0,
) -> Siting:
    """Site p facilities among candidate sites, for the people of places around them.

    A place is served by one site, as a city sends its waste to one landfill: with a capacity
    demand is not split; without one every place goes to its nearest site.

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
        Seconds after which the best plan so far is handed out, with its gap. The solver may take a
        little longer to notice.

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
    """
    far, load, room = _checked(distance, demand, p, objective, capacity, radius)
    cover = objective == "max-cover"
    serves = far <= radius if cover else np.isfinite(far)
    paid = np.where(serves, far if objective == "p-centre" else far * load[:, None], 0.0)
    if cover:
        paid, miss = np.zeros_like(far), load
    else:
        miss = np.full(len(far), paid.max(axis=1).sum() + 1)  # dearer than any plan
    cost = np.where(serves, paid, miss[:, None])
    end = monotonic() + time_limit
    task = _Task(cost, serves, miss, not cover, p, load, room, end, time_limit)
    plan = _centre(task) if objective == "p-centre" else _least(task)
    value, bound = plan.cost, plan.bound
    if cover:
        value, bound = load.sum() - value, load.sum() - bound
    gap = abs(bound - value) / value if value > 0 else np.inf if bound > 0 else 0.0
    gap = 0.0 if gap <= PROVED else float(gap)
    names = distance.columns.to_numpy(dtype=object)
    own = pd.Series(names[plan.own], distance.index, name="site").where(plan.own >= 0)
    return Siting(names[plan.chosen].tolist(), own, float(value), gap == 0, gap)


def _checked(
    distance: pd.DataFrame,
    demand: "pd.Series[float]",
    p: int,
    objective: str,
    capacity: "pd.Series[float] | float | None",
    radius: float | None,
) -> tuple[Array, Array, Array | None]:
    """Distances, demand in the order of rows and capacity in the order of columns, or an error."""
    if objective not in get_args(Objective):
        raise ValueError(f"objective {objective!r}: expected one of {get_args(Objective)}")
    if objective == "max-cover" and (radius is None or not radius >= 0):
        raise ValueError(f"max-cover needs a radius of zero or more, found {radius}")
    if not 1 <= p <= distance.shape[1]:
        raise ValueError(f"p = {p}: expected a number from 1 to the {distance.shape[1]} sites")
    far = distance.to_numpy(dtype=float)
    if (wrong := np.argwhere(~(far >= 0))).size:
        row, column = wrong[0]
        raise ValueError(
            f"distance from {distance.index[row]!r} to {distance.columns[column]!r} is "
            f"{far[row, column]}: expected zero or more, or infinite where there is no way"
        )
    load = _by_label(demand, distance.index, "demand")
    if objective != "max-cover" and (lost := ~np.isfinite(far).any(axis=1)).any():
        raise ValueError(f"{_some(distance.index[lost])} can reach no site")
    if capacity is None:
        return far, load, None
    if not isinstance(capacity, pd.Series):
        capacity = pd.Series(float(capacity), distance.columns)
    room = _by_label(capacity, distance.columns, "capacity")
    most, needed = float(np.sort(room)[-p:].sum()), float(load.sum())
    if objective != "max-cover" and most < needed:
        raise ValueError(
            f"capacity falls short: the {p} largest sites hold {most:g}, the places need "
            f"{needed:g}; raise p or the capacity"
        )
    return far, load, np.minimum(room, needed)


def _by_label(values: "pd.Series[float]", labels: "pd.Index[Any]", name: str) -> Array:
    if not labels.is_unique or not values.index.is_unique:
        raise ValueError(f"a label occurs twice in the {name} or the distances")
    if len(apart := labels.symmetric_difference(values.index, sort=False)):
        raise ValueError(f"labels of the {name} and the distances do not match: {_some(apart)}")
    found = values.reindex(labels).to_numpy(dtype=float)
    if (wrong := ~(found >= 0) | (np.isinf(found) & (name == "demand"))).any():
        raise ValueError(
            f"{name} of {labels[wrong][0]!r} is {found[wrong][0]}: expected zero or more"
        )
    return found


def _some(labels: "pd.Index[Any]") -> str:
    return ", ".join(map(repr, labels[:3])) + (f" and {len(labels) - 3} more" * (len(labels) > 3))


def _least(task: _Task) -> _Plan:
    """Find the plan of least total cost."""
    plan, price, gain = _prices(task, _first(task))
    open_gap = plan.cost - plan.bound
    if open_gap <= PROVED * plan.cost:
        return plan._replace(bound=plan.cost)
    # What it costs at least to open a site, and to send a place there, beyond the bound.
    dearer = np.maximum(gain - np.partition(gain, task.p - 1)[task.p - 1], 0)
    dearer = dearer + np.maximum(task.cost - price[:, None], 0)
    keep = task.serves & (dearer <= open_gap * (1 + 1e-6))
    found, bound = _exact(task, keep, UNIT / plan.cost)
    best = min(plan, found or plan, key=lambda one: one.cost)
    return best._replace(bound=max(plan.bound, min(bound, best.cost)))


def _centre(task: _Task) -> _Plan:
    """Find the plan of least largest distance: the least radius at which p sites serve all."""
    plan, radii = _first(task), np.unique(task.cost[task.serves])
    low, bound = int(np.searchsorted(radii, task.cost.min(axis=1).max())), 0.0
    while True:
        worst = task.cost[np.arange(plan.own.size), plan.own].max()
        high = int(np.searchsorted(radii, worst))
        if low >= high or bound < 0:
            return plan._replace(cost=worst, bound=radii[min(low, high)])
        middle = (low + high) // 2
        found, bound = _exact(task, task.serves & (task.cost <= radii[middle]), 0.0)
        plan, low = (found, low) if found else (plan, middle + 1 if bound > 0 else low)


def _first(task: _Task) -> _Plan:
    """Add sites one by one, then interchange; if they cannot serve all, take any that can."""
    chosen: list[int] = []
    nearest = task.miss
    for _ in range(task.p):
        total = np.minimum(task.cost, nearest[:, None]).sum(axis=0)
        total[chosen] = np.inf
        chosen.append(int(total.argmin()))
        nearest = np.minimum(nearest, task.cost[:, chosen[-1]])
    plan = _serve(task, _interchange(task, np.array(chosen)))
    if plan is None:
        plan, bound = _exact(task, task.serves, 0.0)
        if plan is None:
            held = "" if task.room is None else " with this capacity, each place served by one site"
            why = "can serve" if bound > 0 else f"were found in {task.limit:g} seconds that serve"
            raise ValueError(f"no {task.p} sites {why} every place{held}; raise p")
        plan = _serve(task, _interchange(task, plan.chosen)) or plan
    return plan


def _interchange(task: _Task, chosen: Index) -> Index:
    """Swap a site in the plan for one outside, the best swap first, until none helps."""
    chosen, rows = chosen.copy(), np.arange(len(task.cost))
    while True:
        near = np.column_stack([task.cost[:, chosen], task.miss])
        order = near.argsort(axis=1)
        first, second = near[rows, order[:, 0]], near[rows, order[:, 1]]
        change = np.minimum(task.cost, second[:, None]) - first[:, None]
        served = np.flatnonzero(order[:, 0] < task.p)
        shape = (task.p, rows.size)
        closing = sparse.csr_array((np.ones(served.size), (order[served, 0], served)), shape)
        swap = closing @ np.maximum(change, 0) + np.minimum(change, 0).sum(axis=0)
        out, into = np.unravel_index(swap.argmin(), swap.shape)
        if swap[out, into] >= -PROVED * first.sum() or monotonic() > task.end:
            return chosen
        chosen[out] = into


def _serve(task: _Task, chosen: Index) -> _Plan | None:
    """Send each place to its nearest site, the largest first where room is scarce."""
    if task.room is None:
        own = chosen[task.cost[:, chosen].argmin(axis=1)]
        own[~task.serves[np.arange(own.size), own]] = -1
    else:
        own, left = np.full(len(task.cost), -1), task.room.copy()
        for place in np.argsort(-task.demand, kind="stable"):
            able = chosen[task.serves[place, chosen] & (left[chosen] >= task.demand[place])]
            if able.size:
                own[place] = able[task.cost[place, able].argmin()]
                left[own[place]] -= task.demand[place]
    return None if task.everyone and (own < 0).any() else _plan(task, chosen, own)


def _plan(task: _Task, chosen: Index, own: Index) -> _Plan:
    paid = np.where(own < 0, task.miss, task.cost[np.arange(own.size), own])
    return _Plan(np.sort(chosen), own, float(paid.sum()))


def _prices(task: _Task, plan: _Plan) -> tuple[_Plan, Array, Array]:
    """Raise a bound by prices that places pay: the p sites that earn most cost no less than this.

    Subgradient search. Returns the best plan met, with its bound, the prices, and what each site
    earns (zero or below).
    """
    cost, p, until = task.cost, task.p, (monotonic() + task.end) / 2
    near = np.sort(cost[:, plan.chosen], axis=1)[:, :2]
    price = np.where(near[:, -1] < task.miss, near.mean(axis=1), near[:, 0])
    best, step, vain = (-np.inf, price, price), 1.0, 0
    for _ in range(ROUNDS):
        gain = np.minimum(cost - price[:, None], 0).sum(axis=0)
        chosen = np.argpartition(gain, p - 1)[:p]
        value, vain = price.sum() + gain[chosen].sum(), vain + 1
        if value > best[0]:
            best, vain = (value, price, gain), 0
            plan = min(plan, _serve(task, chosen) or plan, key=lambda one: one.cost)
        elif vain == PATIENCE:
            step, vain = step / 2, 0
        slope = 1 - (cost[:, chosen] < price[:, None]).sum(axis=1)
        open_gap = plan.cost - value
        if not slope.any() or step < SMALLEST or open_gap <= 0 or monotonic() > until:
            break
        price = price + step * open_gap / (slope @ slope) * slope
    return plan._replace(bound=min(max(best[0], 0.0), plan.cost)), best[1], best[2]


def _exact(task: _Task, keep: Flags, scale: float) -> tuple[_Plan | None, float]:
    """Choose among the pairs of place and site that are kept, by an integer program.

    Returns the best plan found or None, and a bound: infinite if there is no plan, below zero if
    time ran out before anything was known.
    """
    rows, sites = keep.shape
    if (left := task.end - monotonic()) <= 0:
        return None, -1.0
    place, site = np.nonzero(keep)
    paid = task.cost[place, site] * scale
    pairs = pd.DataFrame({"place": place, "paid": paid})
    # Without a capacity, sites that cost a place the same are one choice for it.
    choice = pairs.groupby(["place", "paid"]).ngroup() if task.room is None else pairs.index
    first = np.unique(choice, return_index=True)[1]
    count = first.size
    one = np.ones(place.size)
    chosen_by = sparse.coo_array((one[:count], (place[first], np.arange(count))), (rows, count))
    offered = sparse.coo_array((one, (choice, site)), (count, sites))
    blocks = [
        [None, chosen_by, sparse.eye_array(rows)],  # each place is served, or goes without
        [-offered, sparse.eye_array(count), None],  # by an open site
        [np.ones((1, sites)), None, None],
    ]
    lower, upper = (
        [np.ones(rows), np.full(count, -np.inf), [task.p]],
        [np.ones(rows), np.zeros(count), [task.p]],
    )
    if task.room is not None:
        full = max(task.room.max(), 1e-300)
        load = sparse.coo_array(
            (task.demand[place] / full, (site, np.arange(count))), (sites, count)
        )
        blocks.append([-sparse.diags_array(task.room / full), load, None])
        lower.append(np.full(sites, -np.inf))
        upper.append(np.zeros(sites))
    found = milp(
        np.concatenate([np.zeros(sites), paid[first], task.miss * scale]),
        integrality=np.repeat([1, int(task.room is not None), 0], [sites, count, rows]),
        bounds=Bounds(0, np.repeat([1.0, 1.0, float(not task.everyone)], [sites, count, rows])),
        constraints=LinearConstraint(
            sparse.block_array(blocks, format="csr"), np.concatenate(lower), np.concatenate(upper)
        ),
        options={"time_limit": left, "mip_rel_gap": 0},
    )
    if found.x is None:
        return None, np.inf if found.status == 2 else -1.0
    chosen = np.flatnonzero(found.x[:sites] > 0.5)
    own = np.full(rows, -1)
    taken = found.x[sites : sites + count][choice] > 0.5
    own[place[taken]] = site[taken]
    plan = _serve(task, chosen) if task.room is None else _plan(task, chosen, own)
    bound = -1.0 if found.mip_dual_bound is None or not scale else found.mip_dual_bound / scale
    return plan, plan.cost if found.status == 0 and plan else bound
