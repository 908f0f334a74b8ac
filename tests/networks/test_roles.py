"""Place of a city among ties: published values of well-known graphs, and laws that hold."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scsreport import networks


def from_networkx(graph):
    return networks.graph(pd.DataFrame(list(graph.edges()), columns=["a", "b"]), cities=list(graph))


@pytest.fixture(scope="module")
def florentine():
    return from_networkx(nx.florentine_families_graph())


@pytest.fixture(scope="module")
def karate():
    return from_networkx(nx.karate_club_graph())


def test_florentine_betweenness_as_networkx_prints_it(florentine):
    printed = {
        "Acciaiuoli": 0.000,
        "Albizzi": 0.212,
        "Barbadori": 0.093,
        "Bischeri": 0.104,
        "Castellani": 0.055,
        "Ginori": 0.000,
        "Guadagni": 0.255,
        "Lamberteschi": 0.000,
        "Medici": 0.522,
        "Pazzi": 0.000,
        "Peruzzi": 0.022,
        "Ridolfi": 0.114,
        "Salviati": 0.143,
        "Strozzi": 0.103,
        "Tornabuoni": 0.092,
    }
    n = len(florentine.names)
    share = networks.betweenness(florentine) / ((n - 1) * (n - 2) / 2)
    assert share.round(3).to_dict() == printed


def test_karate_club_as_igraph_prints_it(karate):
    assert round(networks.transitivity(karate), 7) == 0.2556818
    passing = networks.betweenness(karate)
    assert passing[[0, 33, 2]].round(6).to_list() == [231.071429, 160.551587, 75.850794]
    degree = pd.Series(karate.degrees.astype(float), karate.names)
    found = networks.mixing_by_number(karate, degree, np.random.default_rng(1), draws=9)
    assert found.assortativity == pytest.approx(-0.47561309768461413, abs=1e-14)


def test_constraint_as_burt_and_borgatti_print_it():
    """The graph of Borgatti (1997), Structural holes: unpacking Burt's redundancy measures."""
    pairs = ["AB", "AF", "AG", "AE", "EG", "FG", "BG", "BD", "DG", "GC"]
    weights = [2, 3, 5, 2, 8, 3, 4, 1, 3, 10]
    table = pd.DataFrame([list(pair) for pair in pairs], columns=["a", "b"])
    plain = networks.constraint(networks.graph(table))
    assert plain[["G", "A", "C"]].round(3).to_list() == [0.400, 0.595, 1.000]
    weighted = networks.graph(table.assign(weight=weights), weight="weight")
    found = networks.constraint(weighted)
    assert found[["G", "A", "C"]].round(3).to_list() == [0.299, 0.795, 1.000]


@pytest.mark.parametrize("name", ["florentine", "karate"])
def test_constraint_and_cores_are_those_of_networkx(name, request):
    graph = request.getfixturevalue(name)
    oracle = nx.relabel_nodes(graph.as_networkx(), dict(enumerate(graph.names)))
    assert networks.constraint(graph).to_dict() == pytest.approx(nx.constraint(oracle), rel=1e-12)
    assert networks.core_numbers(graph).to_dict() == nx.core_number(oracle)


def random_ties(seed, n=12, m=20):
    ends = np.random.default_rng(seed).integers(n, size=(m, 2))
    return networks.graph(pd.DataFrame(ends, columns=["a", "b"]), cities=range(n))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_laws_of_random_graphs(seed):
    graph = random_ties(seed)
    oracle = graph.as_networkx()
    country = pd.Series(np.arange(12) % 4, range(12))
    counted = networks.ties(graph, country)
    assert (counted["domestic"] + counted["international"] == counted["degree"]).all()
    assert counted["degree"].sum() == 2 * len(graph.ends[0])
    assert (networks.reach(graph) >= counted["degree"]).all()
    expected = nx.betweenness_centrality(oracle, normalized=False)
    assert networks.betweenness(graph).to_dict() == pytest.approx(expected, abs=1e-9)
    both = [networks.transitivity(graph), nx.transitivity(oracle)]
    assert both[0] == pytest.approx(both[1]) or np.isnan(both[0])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_reached_without_the_primary_city_is_what_is_left_once_it_is_taken_away(seed):
    graph = random_ties(seed)
    country = pd.Series(np.arange(12) % 3, range(12))
    primary = pd.Series(np.arange(12) < 3, range(12))
    found = networks.without_primary(graph, country, primary)
    oracle = graph.as_networkx()
    for city in range(3, 12):
        rest = oracle.copy()
        rest.remove_node(city % 3)
        near = nx.single_source_shortest_path_length(rest, city, cutoff=2)
        abroad = [other for other in near if country[other] != country[city]]
        assert found.loc[city, "abroad_without"] == len(abroad)
        with_all = nx.single_source_shortest_path_length(oracle, city, cutoff=2)
        assert found.loc[city, "abroad"] == sum(country[o] != country[city] for o in with_all)
    assert found.loc[[0, 1, 2], "share_without"].isna().all()


def test_ties_of_both_directions_add_up_and_loops_are_none():
    table = pd.DataFrame({"a": list("xyx"), "b": list("yxx"), "flights": [2.0, 3.0, 9.0]})
    graph = networks.graph(table, weight="flights")
    assert graph.links.todense().tolist() == [[0, 5], [5, 0]]
    assert graph.degrees.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: networks.graph(pd.DataFrame({"a": ["x"]})), "two that name cities"),
        (lambda g: networks.graph(pd.DataFrame({"a": ["x"], "b": [None]})), "a city"),
        (lambda g: networks.graph(pd.DataFrame({"a": ["x"], "b": ["y"]}), cities=["x"]), "found y"),
        (lambda g: networks.ties(g, pd.Series({"x": "NO"})), "none for y"),
        (
            lambda g: networks.without_primary(
                g, pd.Series({"x": 1, "y": 1}), pd.Series({"x": True, "y": True})
            ),
            "2 primary cities in one country",
        ),
    ],
)
def test_what_is_no_network_is_refused(call, message):
    graph = networks.graph(pd.DataFrame({"a": ["x"], "b": ["y"]}))
    with pytest.raises(ValueError, match=message):
        call(graph)
