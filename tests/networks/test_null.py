"""Null graphs: degrees stay exactly, distances as gravity has them; the decay is found again."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scsreport import networks
from scsreport.geometry import kilometres, unit_vectors


def scattered(rng, n):
    return pd.DataFrame({"lat": rng.uniform(-50, 50, n), "lon": rng.uniform(-180, 180, n)})


def mean_log_km(graph, places):
    points = unit_vectors(places["lat"], places["lon"])
    a, b = graph.ends
    return np.log(kilometres(points[a], points[b])).mean()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1.5]))
def test_degrees_stay_exactly_as_they_are(seed, decay):
    rng = np.random.default_rng(seed)
    graph = networks.graph(pd.DataFrame(rng.integers(15, size=(30, 2))), cities=range(15))
    drawn = networks.rewired(graph, rng, places=scattered(rng, 15), decay=decay)
    assert (drawn.degrees == graph.degrees).all()
    assert len(drawn.ends[0]) == len(graph.ends[0])
    assert drawn.links.max() == 1
    assert not drawn.links.diagonal().any()


def test_every_graph_of_the_degrees_is_drawn_equally_often():
    """Six cities of one tie each can be paired in fifteen ways."""
    graph = networks.graph(pd.DataFrame({"a": [0, 2, 4], "b": [1, 3, 5]}))
    rng = np.random.default_rng(1)
    seen = pd.Series(
        [str(sorted(zip(*networks.rewired(graph, rng).ends, strict=True))) for _ in range(900)]
    ).value_counts()
    assert len(seen) == 15
    assert ((seen - 60).abs() < 4 * np.sqrt(60)).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1.5]))
def test_domestic_and_foreign_numbers_stay_as_they_are(seed, decay):
    rng = np.random.default_rng(seed)
    graph = networks.graph(pd.DataFrame(rng.integers(15, size=(40, 2))), cities=range(15))
    country = pd.Series(rng.choice(list("xyz"), 15))
    drawn = networks.rewired(
        graph, rng, places=scattered(rng, 15), decay=decay, country=country, swaps=30
    )
    kinds = ["degree", "domestic", "international"]
    before, after = (networks.ties(each, country)[kinds] for each in (graph, drawn))
    pd.testing.assert_frame_equal(before, after)


def test_graphs_that_keep_both_numbers_are_drawn_equally_often():
    """Of a country's four cities three pairings; of foreign ties those that cross a border."""
    ties = pd.DataFrame({"a": [0, 2, 4, 5], "b": [1, 3, 6, 7]})
    country = pd.Series(list("xxxx") + list("yyzz"))
    graph = networks.graph(ties)
    rng = np.random.default_rng(1)
    seen = pd.Series(
        [
            str(sorted(zip(*networks.rewired(graph, rng, country=country).ends, strict=True)))
            for _ in range(900)
        ]
    ).value_counts()
    assert len(seen) == 3 * 2
    assert ((seen - 150).abs() < 4 * np.sqrt(150)).all()


def test_countries_are_those_of_all_cities():
    graph = networks.graph(pd.DataFrame({"a": [0, 2], "b": [1, 3]}))
    with pytest.raises(ValueError, match="country"):
        networks.rewired(graph, np.random.default_rng(1), country=pd.Series(["x"]))


def test_without_ties_there_is_nothing_to_swap():
    graph = networks.graph(pd.DataFrame({"a": [], "b": []}), cities=range(3))
    country = pd.Series(list("xxy"))
    drawn = networks.rewired(graph, np.random.default_rng(1), country=country)
    assert drawn.degrees.tolist() == [0, 0, 0]


def test_gravity_keeps_ties_near_and_its_decay_is_found_again():
    rng = np.random.default_rng(3)
    places = scattered(rng, 120)
    graph = networks.graph(pd.DataFrame(rng.integers(120, size=(400, 2))), cities=range(120))
    near = networks.rewired(graph, rng, places=places, decay=2.0, swaps=60)
    assert mean_log_km(near, places) < mean_log_km(graph, places) - 0.5
    assert networks.distance_decay(near, places, rng) == pytest.approx(2.0, abs=0.3)
    assert networks.distance_decay(graph, places, rng) == pytest.approx(0.0, abs=0.2)
    again = networks.rewired(near, rng, places=places, decay=2.0)
    assert mean_log_km(again, places) == pytest.approx(mean_log_km(near, places), abs=0.1)


def test_a_decay_needs_places_of_all_cities():
    graph = networks.graph(pd.DataFrame({"a": [0, 2], "b": [1, 3]}))
    places = pd.DataFrame({"lat": [0.0], "lon": [0.0]})
    with pytest.raises(ValueError, match="a place for each city"):
        networks.rewired(graph, np.random.default_rng(1), places=places, decay=1)
    with pytest.raises(TypeError, match="DataFrame"):
        networks.rewired(graph, np.random.default_rng(1), decay=1)
