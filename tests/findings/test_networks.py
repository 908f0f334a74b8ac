"""Who is tied to whom: samples, shares, and stored tables beside what they are made of."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from scsreport import networks as measures_of_networks
from scsreport.findings import functions_by_form, networks, ties
from scsreport.tables.datasets import load


def test_samples_leave_out_what_they_say():
    found = networks.samples("air")
    assert set(found) == set(networks.SAMPLES)
    assert "EU" not in set(found["without Europe"]["continent"])
    assert not {"CN", "US"} & set(found["without China and the US"]["country"])
    assert 0 < len(found["well covered"]) < len(found["all"])


def test_groups_sum_to_all_cities():
    for by in ("size", "form"):
        found = networks.tied(by).query("network == 'air'")
        continents = found[~found["sample"].isin(networks.SAMPLES)]
        assert continents["n"].sum() == found.query("sample == 'all'")["n"].sum()
        assert (found["abroad"] <= found["any"]).all()


def test_primary_cities_are_tied_abroad_more_often_than_secondary_ones_everywhere():
    found = networks.tied("size")
    shares = found.pivot(index=["network", "sample"], columns="size", values="abroad")
    assert (shares["primary"] >= shares["secondary"]).all()


def test_a_country_whose_cities_hang_on_the_primary_one_is_counted():
    """Shares of countries, from the measures of single cities."""
    table = ties.measures()
    second = table[table["size"].isin(["secondary", "larger"]) & (table["air_degree"] > 0)]
    bound = second["air_abroad_without"].groupby(second["country"]).max() == 0
    stored = load("network-reach").query("gate == 'largest city'")
    stored = stored.set_index(["network", "sample"]).loc[("air", "all")]
    assert stored["countries"] == len(bound)
    assert stored["only_primary"] == pytest.approx(bound.mean(), abs=1e-4)
    for name in ("none_direct", "only_primary", "without", "cities_only_primary"):
        assert stored[f"{name}_low"] <= stored[name] <= stored[f"{name}_high"]


def test_nulls_say_what_was_observed():
    stored = load("network-nulls")
    observed = stored.query("network == 'air' and measure == 'transitivity'")["observed"]
    assert observed.to_list() == pytest.approx(
        [measures_of_networks.transitivity(ties.air())] * len(networks.NULLS), abs=1e-4
    )
    assert (stored["low"] <= stored["by_chance"]).all()
    assert (stored["by_chance"] <= stored["high"]).all()
    assert (stored.query("null == 'degrees'")["decay"] == 0).all()


def test_graphs_that_keep_both_numbers_keep_the_share_of_ties_at_home():
    both = load("network-nulls").query("null.str.startswith('both') and measure == 'same country'")
    assert both["by_chance"].to_list() == both["observed"].to_list()
    assert (both["low"] == both["high"]).all()


def test_direct_ties_alone_reach_no_more_than_two_do():
    wide = load("network-reach").pivot(
        index=["network", "sample"], columns="gate", values=["without", "cities_only_primary"]
    )
    two, direct = networks.GATES[0], networks.GATES[2]
    assert (wide["without", direct] <= wide["without", two]).all()
    assert (wide["cities_only_primary", direct] >= wide["cities_only_primary", two]).all()


def test_the_best_connected_city_is_none_of_those_that_are_looked_at():
    cities = networks.samples("air")["all"]
    found = networks._second_rank(cities, "air", networks.GATES[1])
    table = ties.measures()
    most = table.groupby("country")["air_degree"].transform("max")
    best = table.index[(table["air_degree"] == most) & (most > 0)]
    assert len(found) and not set(best) >= set(found.index)
    lone = table.loc[best, "country"].value_counts() == 1
    alone = best[table.loc[best, "country"].map(lone)]
    assert not set(alone) & set(found.index)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_of_shares_are_those_of_newcombe(count, n, low, high):
    """Newcombe, R. G. (1998), Statistics in Medicine 17, table I, method 3."""
    found = networks._share(pd.Series(np.arange(n) < count))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_pairs_of_ranks_are_all_ties():
    by = load("network-nulls").set_index(["network", "null", "measure"])
    for network in networks.NETWORKS:
        pairs = by.loc[network].loc["degrees"].loc[list(networks.PAIRS_OF_CITIES)]
        assert pairs[["observed", "by_chance"]].sum().to_list() == pytest.approx([1, 1], abs=2e-4)


def test_communities_of_air_routes_are_nearer_to_countries_than_those_of_sisters():
    found = load("network-communities").set_index(["network", "against"])["adjusted_rand"]
    assert found["air", "country"] > found["sister", "country"]


@pytest.fixture(scope="module")
def some_countries():
    """Cities of countries of middling number: enough countries, and few intercepts."""
    table = functions_by_form._with_functions()
    cities = table.groupby("country")["size"].transform("size")
    return table[cities.between(12, 40)]


def test_a_function_that_follows_size_alone_shows_no_form(some_countries):
    table = some_countries
    rng = np.random.default_rng(18)
    odds = table["size"] - table["size"].groupby(table["country"]).transform("mean")
    drawn = table.assign(y=rng.random(len(table)) < expit(odds))
    terms = list(functions_by_form.MODELS["form and place"])
    found = functions_by_form._explained(drawn, terms, counted=False).set_index("term")
    true = pd.Series({"size": np.e, "km_larger": 1.0, "cluster": 1.0, "corridor": 1.0})
    assert (found["low"] < true).all() and (true < found["high"]).all()
    assert found.loc["size", "low"] > 1.5


def test_counts_with_a_known_dispersion_are_found_again(some_countries):
    table = some_countries
    rng = np.random.default_rng(18)
    mean = np.exp(1 + 0.5 * (table["size"] - table["size"].mean()))
    drawn = table.assign(y=rng.negative_binomial(2, 2 / (2 + mean)))
    found = functions_by_form._explained(drawn, ["size", "corridor"], counted=True)
    size = found.set_index("term").loc["size"]
    assert size["low"] < np.exp(0.5) < size["high"]
    design = table[["size"]].assign(one=1.0)
    assert functions_by_form._dispersion(drawn["y"], design) == pytest.approx(0.5, abs=0.1)


def test_shadows_read_the_interval():
    found = functions_by_form.shadows()
    readings = {
        "shadow": found["low"] > 1,
        "borrowed": found["high"] < 1,
        "neither": (found["low"] <= 1) & (found["high"] >= 1),
    }
    for word, rows in readings.items():
        assert (found.loc[rows, "reading"] == word).all()
    stored = load("functions-by-form").query("model == 'place' and term == 'km_larger'")
    assert len(found) == len(stored)


def test_variants_are_beside_what_they_vary():
    found = functions_by_form.compared()
    keys = ["function", "how", "what"]
    assert not found[keys].duplicated().any()
    stored = load("functions-by-form").set_index(["sample", "function", "model", "term"])["ratio"]
    by = found.set_index(keys)["ratio"]
    assert by["rail", "chapter", "cluster"] == stored["all", "rail", "form", "cluster"]
    twice = 2 ** np.log(stored["all", "port", "form and place", "km_larger"])
    assert by["port", "held", "distance"] == pytest.approx(twice)
    assert set(found["how"]) == {"chapter", "held", *load("functions-variants")["variant"]}


def test_shares_with_a_route_rise_with_the_distance_that_counts():
    found = functions_by_form.tied_by_credit().pivot(index="group", columns="credit")
    assert (found["any"]["30 km"] <= found["any"]["60 km"]).all()
    assert found["n"]["30 km"].equals(found["n"]["chapter"])
    forms = networks.tied("form").query("network == 'air' and sample == 'all'").set_index("form")
    assert found["any"]["chapter"]["hub"] == forms.loc["hub", "any"]
