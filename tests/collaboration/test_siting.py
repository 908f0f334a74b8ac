"""Published optima, every plan of small cases, and what must hold of any siting."""

import re
from functools import partial
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import floyd_warshall

from scsreport.collaboration import Siting, facility_location

RADIUS = 30.0
OBJECTIVES = ("p-median", "p-centre", "max-cover")
each = pytest.mark.parametrize("objective", OBJECTIVES)
calm = settings(deadline=None, max_examples=25)
close = partial(pytest.approx, rel=1e-6, abs=1e-9)


def solve(distance, demand, p, objective, **options):
    if objective == "max-cover":
        options.setdefault("radius", RADIUS)
    return facility_location(distance, demand, p, objective=objective, **options)


def invented(seed, places=8, sites=6, whole=True):
    """Distances that keep no triangle rule, and demand, as whole numbers so that ties occur."""
    rng = np.random.default_rng(seed)
    far = rng.integers(0, 60, (places, sites)).astype(float)
    people = rng.integers(1, 50, places).astype(float)
    if not whole:
        far, people = far + rng.random(far.shape), people + rng.random(places)
    rows, columns = [f"place {i}" for i in range(places)], [f"site {j}" for j in range(sites)]
    return pd.DataFrame(far, rows, columns), pd.Series(people, rows)


def plane(seed, count):
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 100, (count, 2))
    far = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    return pd.DataFrame(far), pd.Series(np.ceil(10 / rng.random(count)))


def value(distance, demand, own, objective):
    """Objective of an assignment; None where somebody is left out who must not be."""
    far = np.array([distance.loc[a, b] if b is not None else np.inf for a, b in own.items()])
    if objective == "max-cover":
        return float(demand.to_numpy()[far <= RADIUS].sum())
    if np.isinf(far).any():
        return None
    return float(far.max() if objective == "p-centre" else far @ demand.to_numpy())


def every_plan(distance, demand, p, objective, capacity=None):
    """Best objective over all sets of p sites and, with a capacity, over all assignments."""
    values, (places, sites) = [], distance.shape
    far = np.column_stack([distance, np.full(places, np.inf)])  # the last site is none
    people, rows = demand.to_numpy(), np.arange(places)
    room = np.full(sites, np.inf) if capacity is None else capacity.to_numpy()
    for chosen in combinations(range(sites), p):
        if capacity is None:
            owns = [np.array(chosen)[far[:, chosen].argmin(axis=1)]]
        else:
            owns = map(np.array, product([*chosen, sites], repeat=places))
        for own in owns:
            if (np.bincount(own, people, sites + 1)[:sites] > room + 1e-9).any():
                continue
            paid = far[rows, own]
            if objective == "max-cover":
                values.append(people[paid <= RADIUS].sum())
            elif np.isfinite(paid).all():
                values.append(paid.max() if objective == "p-centre" else paid @ people)
    return (max if objective == "max-cover" else min)(values, default=None)


def consistent(found, distance, demand, p, objective):
    """Parts of a result agree with each other."""
    assert isinstance(found, Siting)
    assert len(set(found.sites)) == p
    assert found.sites == [name for name in distance.columns if name in set(found.sites)]
    assert found.assignment.index.equals(distance.index)
    assert set(found.assignment.dropna()) <= set(found.sites)
    own = found.assignment.astype(object).where(found.assignment.notna(), None).to_dict()
    assert value(distance, demand, own, objective) == close(found.objective)
    assert found.gap >= 0
    assert found.optimal == (found.gap == 0)


# --- published ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pmed1():
    links = np.loadtxt(Path(__file__).parents[1] / "data" / "pmed1.txt", dtype=int)
    graph = np.zeros((100, 100))
    for a, b, length in links:
        graph[a - 1, b - 1] = graph[b - 1, a - 1] = length
    return pd.DataFrame(floyd_warshall(graph)), pd.Series(1.0, range(100))


@pytest.mark.parametrize(("objective", "optimum"), [("p-median", 5819), ("p-centre", 127)])
def test_the_optimum_of_a_published_instance(pmed1, objective, optimum):
    """Beasley (1985) for the median; the centre as in Daskin's and later tables of pmed1."""
    found = solve(*pmed1, 5, objective)
    consistent(found, *pmed1, 5, objective)
    assert (found.objective, found.optimal, found.gap) == (optimum, True, 0.0)


def test_a_path_of_five_by_hand():
    at = np.arange(5.0)
    distance = pd.DataFrame(abs(at[:, None] - at), list("abcde"), list("abcde"))
    demand = pd.Series(1.0, list("abcde"))
    assert solve(distance, demand, 1, "p-median")[:3:2] == (["c"], 6.0)
    assert solve(distance, demand, 1, "p-centre")[:3:2] == (["c"], 2.0)
    covered = solve(distance, demand, 1, "max-cover", radius=1)
    assert covered.objective == 3
    assert covered.assignment.isna().sum() == 2
    tight = solve(distance, demand, 2, "p-median", capacity=3)
    assert tight.objective == 3
    assert tight.assignment.value_counts().max() == 3


# --- every plan of small cases --------------------------------------------------------------------


@each
@calm
@given(st.integers(0, 10_000), st.integers(1, 3), st.booleans())
def test_no_plan_is_better(objective, seed, p, whole):
    distance, demand = invented(seed, whole=whole)
    found = solve(distance, demand, p, objective)
    consistent(found, distance, demand, p, objective)
    assert found.optimal
    assert found.objective == close(every_plan(distance, demand, p, objective))
    nearest = distance[found.sites].min(axis=1)
    own = found.assignment.dropna()
    assert [distance.loc[a, b] for a, b in own.items()] == nearest[own.index].tolist()


@each
@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from([1.0, 1.15, 1.6]))
def test_no_plan_within_capacity_is_better(objective, seed, p, slack):
    distance, demand = invented(seed, places=5, sites=4)
    rng = np.random.default_rng(seed)
    capacity = np.ceil(slack * demand.sum() / p * rng.uniform(0.9, 1.3, 4))
    capacity = pd.Series(capacity, distance.columns)
    best = every_plan(distance, demand, p, objective, capacity)
    run = partial(solve, distance, demand, p, objective, capacity=capacity)
    if best is None:
        with pytest.raises(ValueError, match=r"falls short|raise (p or )?the capacity"):
            run()
        return
    found = run()
    consistent(found, distance, demand, p, objective)
    assert found.objective == close(best)
    held = demand.groupby(found.assignment).sum()
    assert (held <= capacity[held.index] + 1e-9).all()


@calm
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_islands_are_served_if_they_can_be(seed, p):
    distance, demand = invented(seed)
    rng = np.random.default_rng(seed)
    distance = distance.mask(rng.random(distance.shape) < 0.5, np.inf)
    distance = distance[~np.isinf(distance).all(axis=1)]
    if distance.empty:
        return
    demand = demand[distance.index]
    demand.iloc[0] = 0  # a place without people needs a site all the same
    for objective in OBJECTIVES:
        best = every_plan(distance, demand, p, objective)
        if best is None:
            with pytest.raises(ValueError, match=f"no {p} sites can serve every place; raise p"):
                solve(distance, demand, p, objective)
        else:
            assert solve(distance, demand, p, objective).objective == close(best)


# --- what must hold -------------------------------------------------------------------------------


@each
def test_more_sites_never_hurt(objective):
    distance, demand = plane(1, 40)
    values = [solve(distance, demand, p, objective).objective for p in range(1, 41, 3)]
    step = np.diff(values)
    assert (step >= 0).all() if objective == "max-cover" else (step <= 0).all()
    assert solve(distance, demand, 40, objective).objective == (
        demand.sum() if objective == "max-cover" else 0
    )


def test_a_wider_radius_never_covers_less():
    distance, demand = plane(2, 40)
    reached = [
        solve(distance, demand, 3, "max-cover", radius=radius).objective
        for radius in range(0, 100, 10)
    ]
    assert (np.diff(reached) >= 0).all()
    # The radius of the p-centre is the least that covers all.
    least = solve(distance, demand, 3, "p-centre").objective
    assert solve(distance, demand, 3, "max-cover", radius=least).objective == demand.sum()
    below = np.nextafter(least, 0)
    assert solve(distance, demand, 3, "max-cover", radius=below).objective < demand.sum()


@each
@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10_000))
def test_order_and_names_do_not_matter(objective, seed):
    distance, demand = plane(seed, 25)
    rng = np.random.default_rng(seed)
    name = {old: f"city {new}" for old, new in enumerate(rng.permutation(25))}
    rows, columns = rng.permutation(25), rng.permutation(25)
    other = distance.iloc[rows, columns].rename(index=name, columns=name)
    before = solve(distance, demand, 3, objective)
    after = solve(other, demand.rename(name).sample(frac=1, random_state=seed), 3, objective)
    assert after.objective == close(before.objective)
    if objective == "p-median":  # without ties
        assert set(after.sites) == {name[site] for site in before.sites}
        same = before.assignment.map(name).rename(name)[after.assignment.index]
        assert after.assignment.tolist() == same.tolist()


@each
@pytest.mark.parametrize("factor", [1e-3, 7.0, 1e6])
def test_units_only_scale(objective, factor):
    distance, demand = plane(3, 30)
    before = solve(distance, demand, 3, objective, radius=RADIUS)
    longer = solve(factor * distance, demand, 3, objective, radius=factor * RADIUS)
    more = solve(distance, factor * demand, 3, objective, radius=RADIUS)
    assert longer.optimal
    assert more.optimal
    times = {"p-median": (factor, factor), "p-centre": (factor, 1), "max-cover": (1, factor)}
    assert longer.objective == close(times[objective][0] * before.objective)
    assert more.objective == close(times[objective][1] * before.objective)


@each
@pytest.mark.parametrize("capacity", [None, 0.5])
@pytest.mark.parametrize("limit", [0.0, 0.005, 0.05])
def test_when_time_runs_out_the_bound_holds(objective, capacity, limit):
    distance, demand = plane(4, 60)
    if capacity:
        capacity *= demand.sum()
    found = solve(distance, demand, 4, objective, capacity=capacity, time_limit=limit)
    best = solve(distance, demand, 4, objective, capacity=capacity).objective
    consistent(found, distance, demand, 4, objective)
    if objective == "max-cover":
        assert found.objective <= best + 1e-6 <= found.objective * (1 + found.gap) + 1e-5
    else:
        assert found.objective * (1 - found.gap) - 1e-6 <= best <= found.objective + 1e-6


def test_four_hundred_cities_are_proved():
    distance, demand = plane(5, 400)
    assert solve(distance, demand, 10, "p-median").optimal


def test_nothing_within_reach_is_no_error():
    distance, demand = invented(6)
    found = solve(distance + 100, demand, 2, "max-cover")
    assert found.objective == 0
    assert found.optimal
    assert found.assignment.isna().all()


def test_nobody_anywhere_costs_nothing():
    distance, demand = invented(7)
    assert solve(distance, 0 * demand, 2, "p-median")[2:] == (0.0, True, 0.0)
    assert solve(distance, 0 * demand, 2, "max-cover")[2:] == (0.0, True, 0.0)


# --- messages -------------------------------------------------------------------------------------


def spoiled(part, row, column, what):
    distance, demand = invented(8)
    if part == "distance":
        distance.iloc[row, column] = what
    else:
        demand.iloc[row] = what
    return distance, demand


@pytest.mark.parametrize(
    ("given", "p", "options", "message"),
    [
        (invented(8), 7, {}, "p: found 7, expected a whole number, 1 to 6"),
        (invented(8), 0, {}, "p: found 0, expected a whole number, 1 to 6"),
        (
            invented(8),
            2,
            {"objective": "p-mean"},
            "objective: found 'p-mean', expected one of p-median, p-centre",
        ),
        (invented(8), 2, {"objective": "max-cover"}, "radius: found None, expected zero or more"),
        (
            invented(8),
            2,
            {"objective": "max-cover", "radius": -1},
            "radius: found -1, expected zero or more",
        ),
        (invented(8), 2, {"capacity": 1}, "the 2 largest sites hold 2, the places need"),
        (invented(8), 6, {"capacity": 48}, "'place 6' needs 49, the largest site holds 48; raise"),
        (invented(8), 2, {"capacity": -1}, "capacity: found -1, expected zero or more"),
        (
            invented(8),
            2,
            {"capacity": pd.Series({"x": 1.0})},
            "capacity: found no site 0, expected a number for each",
        ),
        (spoiled("demand", 3, 0, -2), 2, {}, "demand: row place 3 holds -2, expected zero or more"),
        (spoiled("demand", 3, 0, np.nan), 2, {}, "demand: row place 3 holds nan"),
        (spoiled("demand", 3, 0, np.inf), 2, {}, "demand: row place 3 holds inf"),
        (spoiled("distance", 3, 1, np.nan), 2, {}, "distance: found nan from place 3 to site 1"),
        (
            spoiled("distance", 3, 1, -5),
            2,
            {},
            "distance: found -5 from place 3 to site 1, expected zero",
        ),
        (spoiled("distance", 3, slice(None), np.inf), 2, {}, "['place 3'] can reach no site"),
        (
            (invented(8)[0], invented(8)[1][1:]),
            2,
            {},
            "demand: found no place 0, expected a number",
        ),
        (
            (invented(8)[0].iloc[[0, 0]], invented(8)[1][:1]),
            2,
            {},
            "distance, rows: found 'place 0' twice",
        ),
    ],
)
def test_bad_input_is_named(given, p, options, message):
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        facility_location(*given, p, **options)


@pytest.mark.parametrize("objective", ["p-median", "p-centre"])
def test_arrays_lists_and_nullable_columns_give_the_plan_of_frames(objective):
    km, people = invented(8)
    right = facility_location(km, people, 2, objective=objective)
    positions = [km.columns.get_loc(site) for site in right.sites]
    plain = people.to_numpy()
    for distance, demand in (
        (km.to_numpy(), plain),
        (km.to_numpy().tolist(), plain.tolist()),
        (km.to_numpy(), pd.array(plain, dtype="Float64")),
    ):
        found = facility_location(distance, demand, 2.0, objective=objective)
        assert found.sites == positions
        assert found.objective == right.objective
    arrow = facility_location(
        km.astype("double[pyarrow]"), people.to_dict(), 2, objective=objective, capacity=np.inf
    )
    assert arrow.sites == right.sites


def test_two_sites_of_one_name_and_people_of_nowhere_are_refused():
    km, people = invented(8)
    twice = km.set_axis(["plant", "plant", *km.columns[2:]], axis=1)
    with pytest.raises(ValueError, match="distance, columns: found 'plant' twice"):
        facility_location(twice, people, 1)
    more = pd.concat([people, pd.Series({"Atlantis": 5.0})])
    with pytest.raises(ValueError, match="demand: found a number of Atlantis, which distance does"):
        facility_location(km, more, 1)
    with pytest.raises(TypeError, match="distance: found 3, expected a DataFrame or an array"):
        facility_location(3, people, 1)
    with pytest.raises(TypeError, match="p: found True"):
        facility_location(km, people, True)
