"""The integer program keeps to what is allowed, and says what it cannot do."""

from time import monotonic

import numpy as np
import pytest

from scsreport.collaboration import program
from scsreport.collaboration.plans import NOWHERE, Problem

COST = np.array([[0.0, 4, 9], [3, 1, 5], [8, 2, 0]])
EVERY_PAIR = np.ones((3, 3), bool)


def problem(p=1, capacity=None, all_served=True, seconds=60.0):
    return Problem(
        COST, np.full(3, 3.5), all_served, p, np.ones(3), capacity, monotonic() + seconds
    )


def test_the_cheapest_site_is_found_and_proved():
    plan, bound = program.solve(problem(), EVERY_PAIR, 1.0)
    assert plan.sites.tolist() == [1]
    assert plan.cost == bound == 4 + 1 + 2


def test_a_pair_that_is_not_allowed_is_not_used():
    allowed = np.ones((3, 3), bool)
    allowed[2, 1] = False
    plan, bound = program.solve(problem(), allowed, 1.0)
    assert plan.sites.tolist() == [0]
    assert bound == pytest.approx(0 + 3 + 8)


def test_a_place_without_any_pair_proves_that_there_is_no_plan():
    allowed = np.ones((3, 3), bool)
    allowed[2] = False
    assert program.solve(problem(), allowed, 1.0) == (None, program.IMPOSSIBLE)


def test_a_place_may_be_left_out_where_that_is_cheaper():
    far = COST.copy()
    far[0, 1] = np.inf
    near = problem(all_served=False)._replace(cost=far, unserved=np.array([3.0, 5, 8]))
    plan, bound = program.solve(near, far < np.inf, 1.0)
    assert plan.site_of.tolist() == [NOWHERE, 1, 1]
    assert plan.cost == bound == 3 + 1 + 2


def test_a_capacity_sends_a_place_farther():
    plan, bound = program.solve(problem(2, capacity=np.array([1.0, 2, 1])), EVERY_PAIR, 1.0)
    assert np.bincount(plan.site_of, minlength=3).tolist() == [1, 2, 0]
    assert plan.cost == pytest.approx(bound) == pytest.approx(0 + 1 + 2)


def test_after_the_deadline_nothing_is_known():
    assert program.solve(problem(seconds=-1), EVERY_PAIR, 1.0) == (None, program.UNKNOWN)
