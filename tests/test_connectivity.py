"""The published what-if, networkx and plain counting as second opinions, and what always holds."""

import doctest
from functools import partial
from itertools import combinations, groupby

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from scsreport import connectivity
from scsreport.geometry import kilometres, unit_vectors
from scsreport.tables.datasets import load

calm = settings(deadline=None, max_examples=30)
close = partial(pytest.approx, rel=1e-9, abs=1e-9)
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def square(rng, n, islands=0):
    """Symmetric minutes between n cities, the last ones without a way to others."""
    time = rng.uniform(1, 200, (n, n))
    time = np.triu(time, 1) + np.triu(time, 1).T
    apart = ~np.eye(n, dtype=bool)
    time[n - islands :], time[:, n - islands :] = np.inf, np.inf
    time[~apart] = 0
    names = [f"c{k}" for k in range(n)]
    return pd.DataFrame(time, names, names)


def with_diagonal(table, minutes):
    time = table.to_numpy(copy=True)
    np.fill_diagonal(time, minutes)
    return pd.DataFrame(time, table.index, table.columns)


def pairs(table, diagonal=False):
    """The same table as sparse pairs, in either direction."""
    i, j = np.triu_indices(len(table), 0 if diagonal else 1)
    minutes, names = table.to_numpy()[i, j], table.index.to_numpy()
    swap = (i + j) % 2 == 0
    rows = pd.DataFrame({"one": names[np.where(swap, j, i)], "two": names[np.where(swap, i, j)]})
    return rows.assign(minutes=minutes)[np.isfinite(minutes)]


def masses(rng, table):
    return pd.Series(rng.integers(0, 1_000, len(table)), table.index)


# --- access and links --------------------------------------------------------------------------


def test_the_two_city_what_if_of_jakarta_and_bandung():
    cities = ["Jakarta", "Bandung"]
    table = pd.DataFrame([[0, 180], [180, 0]], cities, cities)
    found = connectivity.link_effect(table, pd.Series([10.56, 2.44], cities), *cities, 40)
    assert (100 * found["output"]).round(1).to_dict() == {"Jakarta": 1.1, "Bandung": 12.4}
    own, other = found["before"]
    assert (own, other) == close((10.56 + 2.44 / 64, 2.44 + 10.56 / 64))
    door = connectivity.link_effect(table, pd.Series([10.56, 2.44], cities), *cities, 75)
    assert (door["ratio"] > 1).all()
    assert (door["output"] < found["output"]).all()
    places = load("cities")
    people = places[places["country"] == "ID"].set_index("name").loc[cities, "population"]
    gain = 100 * connectivity.link_effect(table, people, *cities, 40)["output"]
    assert round(gain["Bandung"], 1) == 10.5  # as published, with the masses of GeoNames


@calm
@given(seeds, st.integers(2, 8), st.integers(0, 2))
def test_pairs_and_a_square_table_give_one_access(rng, n, islands):
    table = square(rng, n, min(islands, n))
    mass = masses(rng, table)
    given_, half = with_diagonal(table, rng.uniform(0, 30, n)), rng.uniform(5, 90)
    for own in (None, 0, 12.5, np.inf):
        other = partial(connectivity.market_access, mass=mass, half_life=half, own_time=own)
        plain = [
            sum(
                m * 0.5 ** ((t if a != b or own is None else own) / half)
                for b, m, t in zip(table.index, mass, given_.loc[a], strict=True)
            )
            for a in table.index
        ]
        assert other(given_).to_numpy() == close(plain)
        assert other(pairs(given_, diagonal=True)).to_numpy() == close(plain)
    alone = connectivity.market_access(pairs(table), mass, half_life=half)
    without = connectivity.market_access(table, mass, half_life=half, own_time=np.inf)
    pd.testing.assert_series_equal(alone, without)


@calm
@given(seeds, st.integers(2, 8), st.integers(0, 2), st.floats(0, 300))
def test_a_link_or_a_shorter_time_never_lowers_access(rng, n, islands, minutes):
    table = with_diagonal(square(rng, n, islands % n), rng.choice([0, 20]))
    mass = masses(rng, table)
    a, b = rng.choice(n, 2, replace=False)
    later = connectivity.add_link(table, f"c{a}", f"c{b}", minutes)
    assert (later <= table).all(axis=None)
    assert later.to_numpy().diagonal() == close(table.to_numpy().diagonal())
    pd.testing.assert_frame_equal(later, connectivity.add_link(table, f"c{b}", f"c{a}", minutes))
    found = connectivity.link_effect(table, mass, f"c{a}", f"c{b}", minutes, elasticity=0.1)
    assert (found["ratio"] >= 1).all()
    assert (found["output"] >= 0).all()
    assert found["after"].to_numpy() == close(connectivity.market_access(later, mass).to_numpy())
    shorter = table.copy()
    shorter.iloc[a, b] = shorter.iloc[b, a] = min(minutes, table.iloc[a, b])
    one, two = (connectivity.market_access(times, mass) for times in (table, shorter))
    assert (two >= one).all()


@calm
@given(seeds, st.integers(3, 8), st.integers(0, 150))
def test_a_link_gives_the_shortest_times_of_the_wider_graph(rng, n, minutes):
    graph = nx.gnp_random_graph(n, 0.5, seed=int(rng.integers(1e9)))
    for a, b in graph.edges:
        graph.edges[a, b]["weight"] = int(rng.integers(1, 200))

    def times():
        table = pd.DataFrame(np.inf, range(n), range(n))
        for a, row in nx.all_pairs_dijkstra_path_length(graph):
            table.loc[a, list(row)] = list(row.values())
        return table

    before = times()
    a, b = (int(k) for k in rng.choice(n, 2, replace=False))
    if not graph.has_edge(a, b) or graph.edges[a, b]["weight"] > minutes:
        graph.add_edge(a, b, weight=minutes)
    pd.testing.assert_frame_equal(connectivity.add_link(before, a, b, minutes), times())


@calm
@given(seeds, st.integers(3, 8))
def test_labels_and_their_order_change_nothing(rng, n):
    table = square(rng, n, 1)
    mass, order = masses(rng, table), rng.permutation(n)
    names = {old: f"n{k}" for old, k in zip(table.index, rng.permutation(n), strict=True)}
    other = table.iloc[order, order].rename(names, axis=0).rename(names, axis=1)
    renamed = mass.rename(names)
    link = [("c0", "c1"), (names["c0"], names["c1"])]
    for call in (
        lambda t, m, _: connectivity.market_access(t, m),
        lambda t, m, _: connectivity.market_access(pairs(t), m, own_time=0),
        lambda t, m, _: connectivity.harmonic_closeness(t),
        lambda t, m, k: connectivity.link_effect(t, m, *link[k], 5)["ratio"],
    ):
        one, two = call(table, mass, 0).rename(names), call(other, renamed, 1)
        pd.testing.assert_series_equal(one, two[one.index])


def test_minutes_at_one_declared_speed():
    table = pd.DataFrame({"a": [1, 1], "b": [2, 3], "km": [30.0, np.inf]})
    found = connectivity.travel_times(table, kmh=60)
    assert found.columns.tolist() == ["a", "b", "minutes"]
    assert found["minutes"].tolist() == [30, np.inf]
    km = square(np.random.default_rng(1), 4)
    pd.testing.assert_frame_equal(connectivity.travel_times(km, kmh=30), km * 2)


# --- closeness and straightness ------------------------------------------------------------------


@calm
@given(seeds, st.integers(1, 8), st.integers(0, 3))
def test_islands_have_a_finite_harmonic_closeness(rng, n, islands):
    table = square(rng, n, min(islands, n))
    found = connectivity.harmonic_closeness(table)
    assert np.isfinite(found).all()
    assert (found[n - min(islands, n) :] == 0).all()
    graph = nx.Graph()
    graph.add_nodes_from(table.index)
    ways = ((a, b, table.loc[a, b]) for a, b in combinations(table.index, 2))
    graph.add_weighted_edges_from(way for way in ways if np.isfinite(way[2]))
    direct = nx.Graph(graph)
    plain = {a: sum(1 / e["weight"] for e in direct[a].values()) / max(n - 1, 1) for a in direct}
    assert found.to_dict() == close(plain)
    sparse = connectivity.harmonic_closeness(pairs(table), table.index)
    assert sparse.to_dict() == close(plain)
    assert connectivity.harmonic_closeness(pairs(table)).index.isin(table.index).all()


def test_roads_of_the_book_are_never_straighter_than_straight():
    roads, cities = load("road-distances"), load("cities").set_index("geonameid")
    one, two = (
        unit_vectors(*cities.loc[roads[f"geonameid_{end}"], ["lat", "lon"]].to_numpy().T)
        for end in "ab"
    )
    found = connectivity.straightness(roads["km"], kilometres(one, two))
    assert (found > 0).all()
    assert found.max() == 1
    assert 0.7 < np.median(found) < 0.9
    assert connectivity.straightness([0, 5, np.inf], [0, 5.04, 3]).tolist() == [1, 1, 0]


def test_access_of_the_cities_of_the_book():
    minutes = connectivity.travel_times(load("road-distances"), kmh=60)
    people = load("cities").set_index("geonameid")["population"]
    found = connectivity.market_access(minutes, people, own_time=0)
    assert found.index.equals(people.index)
    assert (found >= people).all()
    ends = pd.concat([minutes["geonameid_a"], minutes["geonameid_b"]])
    off = ~people.index.isin(ends)
    assert (found[off] == people[off]).all()


# --- intermediacy ------------------------------------------------------------------------------


def roads(rng, n, whole, links=0.4):
    """A random graph: lengths are small whole numbers, full of ties, or any."""
    a, b = np.nonzero(np.triu(rng.random((n, n)) < links, 1))
    km = rng.integers(1, 4, len(a)).astype(float) if whole else rng.uniform(1, 50, len(a))
    return pd.DataFrame({"node_a": a, "node_b": b, "km": km})


def counted(links, node, mass, gamma, limit, least, around=0.0):
    """Every shortest way of every pair, one at a time."""
    graph = nx.Graph()
    graph.add_nodes_from(node)
    graph.add_weighted_edges_from(links[["node_a", "node_b", "km"]].itertuples(index=False))
    zone, ways = {}, dict(nx.all_pairs_dijkstra_path_length(graph))
    for stop in graph:
        near = [
            (ways[stop][c], c) for c in set(node[mass.index]) if ways[stop].get(c, 1e9) <= around
        ]
        zone[stop] = min(near, default=(0, None))[1]
    found = pd.DataFrame(0.0, mass.index, ["endpoint", "through"])
    for a, b in combinations(mass.index, 2):
        start, end = node[a], node[b]
        km = ways[start].get(end, np.inf)
        if km > limit:
            continue
        trips = mass[a] * mass[b] / max(km, least) ** gamma
        found.loc[[a, b], "endpoint"] += trips
        if start == end:
            continue
        every = list(nx.all_shortest_paths(graph, start, end, weight="weight"))
        for way in every:
            stretches = [place for place, _ in groupby(way, key=zone.get)]
            for place in stretches[1:-1]:
                found.loc[mass.index[node[mass.index] == place], "through"] += trips / len(every)
    return found


@calm
@given(seeds, st.integers(2, 9), st.booleans())
def test_intermediacy_equals_a_count_of_all_shortest_ways(rng, n, whole):
    links = roads(rng, n, whole)
    node = pd.Series(rng.integers(0, n, 6), list("abcdef"))
    mass = pd.Series(rng.integers(0, 9, 4), list("fbda"))
    options = {"gamma": rng.choice([0, 1, 1.7]), "limit": rng.choice([4, 60.0, 1e4]), "least": 2.0}
    graph = connectivity.network(links, node)
    found = connectivity.intermediacy(graph, mass, **options)
    pd.testing.assert_frame_equal(found, counted(links, node, mass, **options), atol=1e-9)


@calm
@given(seeds, st.integers(4, 12))
def test_a_trip_passes_a_zone_once_for_each_stretch_inside_it(rng, n):
    links = roads(rng, n, whole=False, links=0.3)
    node = pd.Series(rng.choice(n, 4, replace=False), list("abcd"))
    options = {"gamma": 1, "limit": 500.0, "least": 1.0, "around": rng.choice([0, 8.0, 20.0])}
    mass = pd.Series(1.0, node.index)
    found = connectivity.intermediacy(connectivity.network(links, node), mass, **options)
    expected = counted(links, node, mass, **options)
    pd.testing.assert_frame_equal(found, expected, atol=1e-9)


@calm
@given(seeds, st.integers(3, 10))
def test_with_equal_masses_and_no_decay_it_is_the_betweenness_of_networkx(rng, n):
    links = roads(rng, n, whole=True)
    node = pd.Series(range(n), [f"c{k}" for k in range(n)])
    graph = connectivity.network(links, node)
    found = connectivity.intermediacy(graph, pd.Series(1, node.index), gamma=0)
    theirs = nx.Graph()
    theirs.add_nodes_from(range(n))
    theirs.add_weighted_edges_from(links.itertuples(index=False))
    expected = nx.betweenness_centrality(theirs, normalized=False, weight="weight")
    assert found["through"].to_numpy() == close([expected[k] for k in range(n)])


@calm
@given(seeds, st.integers(3, 10), st.booleans())
def test_labels_of_nodes_and_cities_change_nothing(rng, n, whole):
    links, number = roads(rng, n, whole), rng.permutation(n)
    node = pd.Series(rng.integers(0, n, 5), list("abcde"))
    assume(links.empty or node.isin(links[["node_a", "node_b"]].to_numpy().ravel()).any())
    mass = pd.Series(rng.integers(1, 9, 5), node.index)
    found = connectivity.intermediacy(connectivity.network(links, node), mass, gamma=1)
    flip = rng.random(len(links)) < 0.5
    ends = number[links[["node_a", "node_b"]].to_numpy()]
    ends[flip] = ends[flip, ::-1]
    other = (
        pd.DataFrame(ends, columns=["node_a", "node_b"])
        .assign(km=links["km"])
        .sample(frac=1, random_state=rng)
    )
    names = dict(zip("abcde", "vwxyz", strict=True))
    renamed = pd.Series(number[node], node.index).rename(names)
    graph = connectivity.network(other, renamed.sample(frac=1, random_state=rng))
    again = connectivity.intermediacy(graph, mass.rename(names)[::-1], gamma=1)
    pd.testing.assert_frame_equal(again[::-1], found.rename(names), atol=1e-9)


def test_a_chunk_more_changes_nothing(monkeypatch):
    rng = np.random.default_rng(5)
    links, node = roads(rng, 60, whole=True, links=0.05), pd.Series(range(60))
    graph, mass = connectivity.network(links, node), pd.Series(rng.random(60))
    found = connectivity.intermediacy(graph, mass, gamma=1, limit=9)
    monkeypatch.setattr(connectivity, "CHUNK", 7)
    again = connectivity.intermediacy(graph, mass, gamma=1, limit=9)
    pd.testing.assert_frame_equal(found, again)


def test_traps_of_roads():
    links = [(0, 0, 5.0), (0, 1, 30.0), (1, 0, 20.0), (1, 2, 40.0), (1, 2, 40.0)]
    links = pd.DataFrame(links, columns=["node_a", "node_b", "km"])
    graph = connectivity.network(links, pd.Series({"A": 0, "B": 1, "C": 2, "island": 7}))
    assert graph.links.toarray()[:3, :3].tolist() == [[10, 20, 0], [20, 0, 40], [0, 40, 0]]
    mass = pd.Series({"A": 3, "B": 5, "C": 7, "island": 9})
    found = connectivity.intermediacy(graph, mass, gamma=1)
    assert found["through"].tolist() == close([0, 3 * 7 / 60, 0, 0])
    assert found.loc["island"].tolist() == [0, 0]
    direct = pd.concat([links, pd.DataFrame([[0, 2, 60.0]], columns=links.columns)])
    half = connectivity.intermediacy(connectivity.network(direct, graph.node), mass, gamma=1)
    assert half.loc["B", "through"] == close(found.loc["B", "through"] / 2)
    assert connectivity.intermediacy(graph, mass[:0], gamma=1).empty


def test_a_bypass_is_seen_with_a_zone_around_the_centre():
    # The road from A to C leaves the centre of B 2 km aside.
    links = pd.DataFrame({"node_a": [0, 1, 1], "node_b": [1, 2, 3], "km": [50.0, 50.0, 2.0]})
    graph = connectivity.network(links, pd.Series({"A": 0, "B": 3, "C": 2}))
    mass = pd.Series(1.0, ["A", "B", "C"])
    through = [
        connectivity.intermediacy(graph, mass, gamma=1, around=km).loc["B", "through"]
        for km in (0, 1.9, 2)
    ]
    assert through == close([0, 0, 0.01])


# --- gravity -----------------------------------------------------------------------------------


def test_poisson_pseudo_maximum_likelihood():
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"ln_mass": rng.normal(size=300), "ln_km": rng.normal(4, 1, 300)})
    mean = np.exp(2 + 0.8 * table["ln_mass"] - 0.5 * table["ln_km"])
    flows = (mean * rng.lognormal(-0.125, 0.5, 300) * (rng.random(300) < 0.7)).rename("flow")
    found = connectivity.gravity(flows, table)

    def loss(b):
        line = b[0] * table["ln_mass"] + b[1] * table["ln_km"] + b[2]
        return (np.exp(line) - flows * line).sum()

    theirs = minimize(loss, [0, 0, 0], method="BFGS", options={"gtol": 1e-6}).x
    assert found["estimate"].to_numpy() == pytest.approx(theirs, abs=1e-4)
    assert found.index.tolist() == ["ln_mass", "ln_km", "const"]
    assert found.loc["ln_km", "low"] < -0.5 < found.loc["ln_km", "high"]
    thousand = connectivity.gravity(1_000 * flows, table)
    pd.testing.assert_frame_equal(thousand[:2], found[:2], rtol=1e-5)
    # With a level for each origin, fitted flows of each origin add up to the observed ones.
    origin = pd.get_dummies(pd.Series(range(300)) % 5, prefix="from", drop_first=True)
    fit = connectivity.gravity(flows, table.join(origin))["estimate"]
    fitted = np.exp((table.join(origin).assign(const=1) * fit).sum(axis=1).astype(float))
    by = np.arange(300) % 5
    assert np.bincount(by, fitted) == pytest.approx(np.bincount(by, flows), rel=1e-5)


# --- errors --------------------------------------------------------------------------------------

AB = ["A", "B"]
TABLE = pd.DataFrame([[0.0, 30.0], [30.0, 0.0]], AB, AB)
MASS = pd.Series([1.0, 2.0], AB)
PAIRS = pd.DataFrame({"a": ["A"], "b": ["B"], "minutes": [30.0]})
LINKS = pd.DataFrame({"node_a": [0], "node_b": [1], "km": [5.0]})
GRAPH = connectivity.network(LINKS, pd.Series([0, 1], AB))


def changed(value, back=None):
    return pd.DataFrame([[0, value], [value if back is None else back, 0]], AB, AB, float)


access, link = connectivity.market_access, connectivity.add_link
between, network = connectivity.intermediacy, connectivity.network


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: access(changed(-3), MASS), "found -3 from A to B, .* zero or more"),
        (lambda: access(changed(np.nan), MASS), "found nan from A to B"),
        (lambda: access(changed(5, 6), MASS), "found 5 from A to B, 6 back, expected minutes"),
        (
            lambda: access(TABLE[["A"]], MASS),
            "found 2 rows with the columns A, expected the same cit",
        ),
        (
            lambda: access(TABLE[["B", "A"]], MASS),
            "found 2 rows with the columns B, A, expected the same",
        ),
        (
            lambda: access(TABLE, MASS[:1]),
            "mass: found no B, expected a number for each label of tra",
        ),
        (lambda: access(TABLE.iloc[:1, :1], MASS), "travel_time: found no B, expected all"),
        (lambda: access(TABLE, MASS, half_life=0), "half_life: found 0, expected .* above zero"),
        (lambda: access(TABLE, MASS, half_life=np.nan), "half_life: found nan"),
        (lambda: access(TABLE, MASS, own_time=-1), "own_time: found -1, expected zero or more"),
        (lambda: access(TABLE, -MASS), "mass: row A holds -1, expected zero or more"),
        (lambda: access(TABLE, MASS * np.nan), "mass: row A holds nan"),
        (lambda: access(TABLE, pd.Series([1, 2], ["A", "A"])), "mass: found 'A' twice"),
        (lambda: access(PAIRS, MASS[:1]), "mass: found no B, expected a number"),
        (
            lambda: access(PAIRS.assign(minutes=-5), MASS),
            "row 0, column 'minutes' holds -5, expected zero or more",
        ),
        (lambda: access(PAIRS.assign(minutes=np.nan), MASS), "column 'minutes' holds nan"),
        (
            lambda: access(pd.concat([PAIRS, PAIRS.rename(columns={"a": "b", "b": "a"})]), MASS),
            "found B to A twice, expected a pair once",
        ),
        (lambda: access(PAIRS.assign(a=1, b=2), MASS), "mass: found no 1, expected a number"),
        (
            lambda: access(PAIRS.assign(km=1), MASS),
            "found 1 rows with the columns a, b, minutes, km",
        ),
        (
            lambda: access(PAIRS.rename(columns={"minutes": "km"}), MASS),
            "columns a, b, km, .* two columns of ids and one of minutes",
        ),
        (
            lambda: link(TABLE, "A", "Atlantis", 5),
            "link: found 'Atlantis', which is none of travel_time",
        ),
        (lambda: link(TABLE, "A", "A", 5), "link: found A twice"),
        (lambda: link(TABLE, "A", "B", -5), "minutes: found -5, expected zero or more"),
        (lambda: link(TABLE, "A", "B", np.nan), "minutes: found nan"),
        (lambda: link(PAIRS, "A", "B", 5), "found 1 rows and 3 columns"),
        (
            lambda: connectivity.link_effect(TABLE, MASS, "A", "B", 5, elasticity=-1),
            "elasticity: found -1",
        ),
        (
            lambda: connectivity.travel_times(TABLE, kmh=0),
            "kmh: found 0, expected km an hour, 0.001",
        ),
        (lambda: connectivity.harmonic_closeness(changed(0)), "found 0 from A to another"),
        (
            lambda: connectivity.straightness([5], [6]),
            "crow_km: found 6 beside 5 by road, expected no more",
        ),
        (lambda: connectivity.straightness([5], [np.nan]), "crow_km: row 0 holds nan"),
        (
            lambda: connectivity.straightness([5, 6], [1, 2, 3]),
            r"crow_km: found the shape \(3,\), expected \(2,\)",
        ),
        (
            lambda: network(LINKS.assign(km=0), MASS),
            "links: row 0, column 'km' holds 0, expected a number above",
        ),
        (lambda: network(LINKS, MASS * np.nan), "node: row A has no label"),
        (
            lambda: between(GRAPH, pd.Series({"C": 1.0}), gamma=1),
            "mass: found C, which has no node",
        ),
        (lambda: between(GRAPH, MASS, gamma=-1), "gamma: found -1"),
        (lambda: between(GRAPH, MASS, gamma=1, limit=np.inf), "limit: found inf"),
        (lambda: between(GRAPH, MASS, gamma=1, least=0), "least: found 0, expected km, 0.001"),
        (lambda: between(GRAPH, MASS, gamma=1, around=-1), "around: found -1"),
        (lambda: connectivity.gravity(MASS - 2, TABLE), "flows: row A holds -1"),
        (lambda: connectivity.gravity(MASS * 0, TABLE[["A"]]), "flows: all are zero"),
        (lambda: connectivity.gravity(MASS, TABLE), "flows: found 2, expected more than the 3"),
        (
            lambda: connectivity.gravity(MASS, TABLE[["A"]] * np.inf),
            "regressors: row A, column 'A' holds",
        ),
        (
            lambda: connectivity.gravity(MASS[::-1], TABLE[["A"]]),
            "flows: found row B, expected A there; sort them alike",
        ),
    ],
)
def test_wrong_calls_are_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_examples_in_the_words_hold():
    assert doctest.testmod(connectivity).failed == 0


@pytest.mark.parametrize("ids", [(0, 1, 2), (2_500_000_001, 2_500_000_002, 9_100_000_017), "xyz"])
def test_nodes_have_names_of_any_kind(ids):
    first, second, third = ids
    links = pd.DataFrame({"node_a": [first, second], "node_b": [second, third], "km": [30.0, 50.0]})
    graph = network(links, pd.Series({"A": first, "B": second, "C": third}))
    mass = pd.Series({"A": 4.0, "B": 1.0, "C": 2.0})
    assert list(graph.names) == list(ids)
    assert between(graph, mass, gamma=1)["through"].round(3).tolist() == [0, 0.1, 0]


def test_a_city_whose_node_no_link_has_is_an_island():
    graph = network(LINKS, pd.Series({"A": 0, "B": 1, "island": 99}))
    found = between(graph, pd.Series({"A": 1.0, "B": 1.0, "island": 5.0}), gamma=1)
    assert found.loc["island"].tolist() == [0, 0]


@pytest.mark.parametrize("nodes", [["0", "1"], [0, "1"], [8, 9]])
def test_nodes_that_are_named_in_another_way_are_refused(nodes):
    with pytest.raises(ValueError, match=r"node: row A holds .*links have nodes such as 0"):
        network(LINKS, pd.Series(nodes, AB))


def test_what_never_meets_a_flow_has_no_estimate():
    table = pd.DataFrame(
        {"ln_km": np.log([10.0, 20, 40, 80, 15, 33, 55]), "closed": [0.0, 0, 0, 0, 1, 1, 1]}
    )
    flows = pd.Series([90.0, 55, 25, 10, 0, 0, 0])
    with pytest.raises(ValueError, match="regressors: closed separates rows without flows"):
        connectivity.gravity(flows, table)
    open_once = flows.where(flows.index != 4, 3.0)
    assert np.isfinite(connectivity.gravity(open_once, table)).all(axis=None)


def test_zeros_beside_flows_of_the_same_kind_are_kept():
    # No row has flows at closed = 0.5 alone, but zeros lie on both sides: the estimate exists.
    table = pd.DataFrame({"x": [-1.0, 1, 0, 0, 0]})
    flows = pd.Series([0.0, 0, 5, 6, 7])
    assert connectivity.gravity(flows, table)["estimate"]["x"] == pytest.approx(0, abs=1e-6)


def test_gain_of_a_city_that_reached_nothing_has_no_ratio():
    found = connectivity.link_effect(changed(np.inf), MASS, "A", "B", 5, own_time=np.inf)
    assert found["ratio"].isna().all()
    assert found["after"].gt(0).all()


def test_links_may_be_rows_of_an_array():
    table = pd.DataFrame([[0.0, 30], [30, 0]], [7, 8], [7, 8])
    assert connectivity.add_links(table, np.array([[7, 8, 5.0]])).loc[7, 8] == 5


def test_lists_and_columns_of_any_kind_are_taken():
    right = access(TABLE, MASS).tolist()
    assert access(TABLE.astype("Float64"), [1, 2]).tolist() == right
    assert access(TABLE.astype("double[pyarrow]"), MASS.astype("Int64")).tolist() == right
    pairs = PAIRS.convert_dtypes(dtype_backend="pyarrow")
    assert access(pairs, MASS, own_time=0).tolist() == access(PAIRS, MASS, own_time=0).tolist()
    assert connectivity.straightness(pd.Series([50.0]), (40,)).tolist() == [0.8]
    with pytest.raises(TypeError, match="mass: found an array of shape"):
        access(TABLE, np.ones((2, 1)))
    with pytest.raises(TypeError, match="links: found None"):
        connectivity.add_links(TABLE, None)
