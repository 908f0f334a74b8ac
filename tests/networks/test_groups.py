"""Mixing and communities: known coefficients, the size of the test, and given groups."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from scsreport import networks

GRAPHS, LABELLINGS, CITIES, TIES = 100, 10, 40, 80


def test_mixing_is_newman_s_coefficient():
    oracle = nx.karate_club_graph()
    club = pd.Series(nx.get_node_attributes(oracle, "club"))
    graph = networks.graph(pd.DataFrame(list(oracle.edges()), columns=["a", "b"]))
    found = networks.mixing(graph, club, np.random.default_rng(1), draws=199)
    expected = nx.attribute_assortativity_coefficient(oracle, "club")
    assert found.assortativity == pytest.approx(expected, rel=1e-12)
    assert found.low < found.assortativity < found.high
    assert found.p_value == 1 / 200


@pytest.mark.parametrize("measure", ["mixing", "mixing_by_number"])
def test_the_permutation_test_finds_nothing_in_random_graphs(measure):
    """Of a thousand draws without a pattern about one in twenty has a p-value of .05 or less."""
    rng = np.random.default_rng(18)
    found = []
    for _ in range(GRAPHS):
        ends = rng.integers(CITIES, size=(TIES, 2))
        graph = networks.graph(pd.DataFrame(ends), cities=range(CITIES))
        for _ in range(LABELLINGS):
            label = pd.Series(rng.integers(3, size=CITIES).astype(float), range(CITIES))
            found.append(getattr(networks, measure)(graph, label, rng, draws=99).p_value)
    assert len(found) == 1_000
    assert 0.03 < (np.array(found) <= 0.05).mean() < 0.07


def test_all_alike_have_no_mixing():
    graph = networks.graph(pd.DataFrame({"a": list("xy"), "b": list("yz")}))
    same = pd.Series(1.0, list("xyz"))
    for measure in (networks.mixing, networks.mixing_by_number):
        found = measure(graph, same, np.random.default_rng(1), draws=9)
        assert np.isnan(found.assortativity) and np.isnan(found.p_value)


def test_communities_of_planted_groups_are_found():
    oracle = nx.planted_partition_graph(4, 15, 0.8, 0.02, seed=1)
    graph = networks.graph(pd.DataFrame(list(oracle.edges())), cities=range(60))
    found = networks.communities(graph, np.random.default_rng(1))
    planted = pd.Series(np.arange(60) // 15, range(60))
    agreement = networks.agreement(found, planted)
    assert agreement == networks.Agreement(1.0, 1.0, 60)


def test_agreement_of_chance_is_near_zero_and_skips_cities_of_one_list():
    rng = np.random.default_rng(1)
    one = pd.Series(rng.integers(5, size=2_000), range(2_000))
    other = pd.Series(rng.integers(5, size=2_000), range(1_000, 3_000))
    found = networks.agreement(one, other)
    assert found.n == 1_000
    assert abs(found.adjusted_rand) < 0.01
    with pytest.raises(ValueError, match="found no city of one"):
        networks.agreement(one, pd.Series({"elsewhere": 1}))
