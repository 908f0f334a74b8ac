"""The bound by prices holds for every plan, and is as good as a linear program's."""

from itertools import combinations
from time import monotonic

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from scsreport.collaboration.plans import Problem, greedy_sites, serve
from scsreport.collaboration.prices import bound_by_prices

calm = settings(deadline=None, max_examples=25)


def invented(seed, places=9, sites=7, p=3, all_served=True):
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 50, (places, sites))
    unserved = np.full(places, 1e3)
    if not all_served:
        unserved = rng.uniform(10, 40, places)
        cost[cost > unserved[:, None]] = np.inf
    return Problem(cost, unserved, all_served, p, np.ones(places), None, monotonic() + 60)


def plans(problem):
    sites = range(problem.cost.shape[1])
    for chosen in combinations(sites, problem.p):
        nearest = problem.cost[:, chosen].min(axis=1)
        yield np.minimum(nearest, problem.unserved).sum()


def relaxed(problem):
    """Least cost where sites may be open in part, which is the best bound that prices can give."""
    places, sites = problem.cost.shape
    pairs = np.arange(places * sites)
    takes_one = np.zeros((places + 1, pairs.size + sites))
    takes_one[pairs // sites, pairs] = 1
    takes_one[-1, pairs.size :] = 1
    is_open = np.zeros((pairs.size, pairs.size + sites))
    is_open[pairs, pairs] = 1
    is_open[pairs, pairs.size + pairs % sites] = -1
    return linprog(
        np.append(problem.cost.ravel(), np.zeros(sites)),
        is_open,
        np.zeros(pairs.size),
        takes_one,
        np.append(np.ones(places), problem.p),
        bounds=(0, 1),
    ).fun


@calm
@given(st.integers(0, 10_000), st.booleans())
def test_no_plan_goes_below_the_bound_and_the_plan_is_one_of_them(seed, all_served):
    problem = invented(seed, all_served=all_served)
    first = serve(problem, greedy_sites(problem))
    plan, bound = bound_by_prices(problem, first)
    costs = list(plans(problem))
    assert bound.value <= min(costs) + 1e-9
    assert min(abs(plan.cost - cost) for cost in costs) < 1e-9
    assert plan.cost <= first.cost
    assert (bound.gain <= 0).all()


@calm
@given(st.integers(0, 10_000))
def test_the_bound_comes_near_the_linear_program(seed):
    problem = invented(seed)
    _, bound = bound_by_prices(problem, serve(problem, greedy_sites(problem)))
    best = relaxed(problem)
    assert 0.98 * best <= bound.value <= best + 1e-6


def test_without_time_the_first_prices_give_a_bound():
    problem = invented(1)._replace(deadline=monotonic() - 1)
    _, bound = bound_by_prices(problem, serve(problem, greedy_sites(problem)))
    assert -np.inf < bound.value <= min(plans(problem))
