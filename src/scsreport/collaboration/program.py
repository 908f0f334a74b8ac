"""The choice of sites as an integer program, solved by HiGHS.

Variables are, for each site and for *none*, whether it is open, and for each choice of a place
whether it is taken. *None* is one site more that is always open: places that may be left out have
it as a choice. Pairs of a place and a site that are not allowed have no variable, which is what
makes large problems small.
"""

# scipy carries no types
# mypy: disable-error-code="no-untyped-call, attr-defined"

from __future__ import annotations

from time import monotonic
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from scsreport.collaboration.plans import (
    NOWHERE,
    Array,
    Plan,
    Positions,
    Problem,
    add_up,
    nearest,
)

__all__ = ["IMPOSSIBLE", "TOTAL", "UNKNOWN", "solve"]

MOST_PAIRS = 2_000_000
"""Pairs of place and site; more would not be solved in a minute."""
TOTAL = 1e4
"""Tolerances of the solver are absolute, so it is given costs that add to about this much."""
UNKNOWN = -1.0
"""In place of a bound, where none was found in time."""
IMPOSSIBLE = np.inf
"""In place of a bound, where it is proved that there is no plan."""
INFEASIBLE = 2  # status of scipy.optimize.milp


class _Choices(NamedTuple):
    """Pairs of place and site, and which of them are one choice.

    Attributes
    ----------
    place, site, choice : array
        By pair. The last site is *none*. Without a capacity, sites that cost a place the same are
        one choice, taken if any of them is open.
    place_of, cost : array
        By choice.
    """

    place: Positions
    site: Positions
    choice: Positions
    place_of: Positions
    cost: Array


def solve(
    problem: Problem, allowed: NDArray[np.bool_], scale: float = 0.0
) -> tuple[Plan | None, float]:
    """Find the plan of least cost among the pairs of place and site that are allowed.

    Parameters
    ----------
    problem : Problem
    allowed : array of places by sites
    scale : float
        What costs are multiplied by, best so that they add to :data:`TOTAL`; at zero any plan
        will do.

    Returns
    -------
    Plan or None
        The best that was found until the deadline.
    float
        A cost that no plan with these pairs goes below, :data:`IMPOSSIBLE` or :data:`UNKNOWN`.
    """
    time_left = problem.deadline - monotonic()
    if time_left <= 0 or allowed.sum() > MOST_PAIRS:
        return None, UNKNOWN
    choices = _choices(problem, allowed, scale)
    sizes = [allowed.shape[1] + 1, choices.cost.size]
    # With the sites given and no capacity, choices are whole by themselves.
    whole = [1, 0 if problem.capacity is None else 1]
    none = np.arange(sum(sizes)) == allowed.shape[1]  # is open from the start
    solved = milp(
        np.append(np.zeros(sizes[0]), choices.cost),
        constraints=_constraints(problem, choices),
        integrality=np.repeat(whole, sizes),
        bounds=Bounds(none, 1),
        options={"time_limit": time_left, "mip_rel_gap": 0},
    )
    if solved.x is None:
        return None, IMPOSSIBLE if solved.status == INFEASIBLE else UNKNOWN
    plan = _plan(problem, choices, solved.x > 0.5)
    if plan is not None and solved.status == 0:
        return plan, plan.cost
    return plan, solved.mip_dual_bound / scale if scale else UNKNOWN


def _choices(problem: Problem, allowed: NDArray[np.bool_], scale: float) -> _Choices:
    """List the choices of each place."""
    may_be_left_out = np.full(len(allowed), not problem.all_served)
    place, site = np.nonzero(np.column_stack([allowed, may_be_left_out]))
    cost = np.column_stack([problem.cost, problem.unserved])[place, site] * scale
    alike = cost if problem.capacity is None else np.arange(place.size)
    _, first, choice = np.unique(
        np.column_stack([place, alike]), axis=0, return_index=True, return_inverse=True
    )
    return _Choices(place, site, choice, place[first], cost[first])


def _constraints(problem: Problem, choices: _Choices) -> LinearConstraint:
    """Write down what a plan must keep to; columns are sites, then choices."""
    places, sites = problem.cost.shape
    count = choices.cost.size
    takes_one = sparse.coo_array(
        (np.ones(count), (choices.place_of, np.arange(count))), (places, count)
    )
    opens_it = sparse.coo_array(
        (np.ones(choices.place.size), (choices.choice, choices.site)), (count, sites + 1)
    )
    blocks: list[list[Any]] = [
        [None, takes_one],
        [-opens_it, sparse.eye_array(count)],  # taken only where one of its sites is open
        [np.ones((1, sites + 1)), None],  # p sites are open, and none
    ]
    rows = [places, count, 1]
    least = [1, -np.inf, problem.p + 1]
    most = [1, 0, problem.p + 1]
    if problem.capacity is not None:
        blocks.append(_room(problem, choices, problem.capacity))
        rows.append(sites + 1)
        least.append(-np.inf)
        most.append(0)
    matrix = sparse.block_array(blocks, format="csr")
    return LinearConstraint(matrix, np.repeat(least, rows), np.repeat(most, rows))


def _room(problem: Problem, choices: _Choices, capacity: Array) -> list[Any]:
    """Return the rows that keep each site within its capacity, as shares of the largest."""
    largest = capacity.max() or 1.0
    room = np.append(capacity, problem.demand.sum()) / largest
    used = problem.demand[choices.place] / largest
    shape = (room.size, choices.cost.size)
    return [
        -sparse.diags_array(room),
        sparse.coo_array((used, (choices.site, choices.choice)), shape),
    ]


def _plan(problem: Problem, choices: _Choices, solution: NDArray[np.bool_]) -> Plan | None:
    """Read a plan from a solution."""
    none = problem.cost.shape[1]
    opened, taken = np.split(solution, [none + 1])
    sites = np.flatnonzero(opened[:none])
    if problem.capacity is None:
        return add_up(problem, sites, nearest(problem.cost, sites))
    site_of = np.full(len(problem.cost), NOWHERE)
    pair_taken = taken[choices.choice]
    site_of[choices.place[pair_taken]] = np.where(choices.site < none, choices.site, NOWHERE)[
        pair_taken
    ]
    return add_up(problem, sites, site_of)
