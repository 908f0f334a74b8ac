"""Plans of sites by hand."""

import numpy as np
import pytest

from scsreport.collaboration.plans import NOWHERE, Problem, greedy_sites, serve

INF = np.inf
COST = np.array([[0.0, 4, 9], [3, 1, 5], [8, 2, 0]])


def problem(cost=COST, p=2, capacity=None, all_served=True, demand=(1, 1, 1)):
    unserved = np.full(len(cost), 100.0)
    demand = np.array(demand, float)
    return Problem(cost, unserved, all_served, p, demand, capacity, INF)


def test_every_place_goes_to_the_cheapest_open_site():
    plan = serve(problem(), np.array([0, 2]))
    assert plan.site_of.tolist() == [0, 0, 2]
    assert plan.cost == 0 + 3 + 0


def test_the_largest_place_is_served_first_and_others_take_what_is_left():
    capacity = np.array([2.0, 9, 2])
    plan = serve(problem(capacity=capacity, demand=(1, 2, 1)), np.array([0, 1]))
    assert plan.site_of.tolist() == [0, 1, 1]
    # The place of two fills the first site; of the others only one fits into the second.
    small = np.array([2.0, 1, 0])
    crowded = problem(COST * [1, 9, 1], 2, small, all_served=False, demand=(1, 2, 1))
    assert serve(crowded, np.array([0, 1])).site_of.tolist() == [1, 0, NOWHERE]


def test_a_place_that_no_open_site_reaches_ends_a_plan_or_is_paid_for():
    cut_off = COST.copy()
    cut_off[2] = [INF, INF, 0]
    sites = np.array([0, 1])
    assert serve(problem(cut_off), sites) is None
    plan = serve(problem(cut_off, all_served=False), sites)
    assert plan.site_of.tolist() == [0, 1, NOWHERE]
    assert plan.cost == 0 + 1 + 100


@pytest.mark.parametrize(("p", "sites"), [(1, [1]), (2, [1, 0]), (3, [1, 0, 2])])
def test_sites_are_added_by_what_they_save(p, sites):
    """Alone the second costs 7; then the first saves 4, the third 2."""
    assert greedy_sites(problem(p=p)).tolist() == sites
