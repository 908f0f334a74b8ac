"""What goes with growth beyond roads: the declared curve, its rows and what it answers."""

import numpy as np
import pandas as pd
import pytest

from scsreport import claims
from scsreport.findings import access, external_curve, external_factors, networks, ties
from scsreport.tables.datasets import load

KEYS = external_factors.KEYS


@pytest.fixture(scope="module")
def stored():
    return load("external-factors")


def test_every_stored_row_was_declared_and_what_is_missing_has_few_countries(stored):
    declared = {tuple(one) for one in external_curve.specifications()}
    run = set(stored[KEYS].itertuples(index=False, name=None))
    assert run <= declared
    assert stored["countries"].min() >= external_curve.MIN_COUNTRIES
    left_out = pd.DataFrame(declared - run, columns=KEYS)
    assert set(left_out["outcome"]) == {"output"}
    assert set(left_out["sample"]) == {"well covered"}


def test_no_specification_is_declared_twice():
    assert list(external_curve.Specification._fields) == KEYS
    declared = list(external_curve.specifications())
    assert len(set(declared)) == len(declared)


def test_what_enters_first_is_not_explained_again():
    for one in external_curve.specifications():
        assert one.external
        assert not set(one.internal) & set(one.external)


def test_roads_are_those_of_the_regressions_without_suburbs(stored):
    """The same cities, the same factors, and so the same share, by another way."""
    table = load("access-regressions").query("sample == 'no suburbs' and outcome == 'growth'")
    expected = table.query("model == 'access and through traffic'").iloc[0]
    found = stored.query("outcome == 'growth' and block == 'roads' and sample == 'all'").iloc[0]
    for column in ("n", "countries", "internal", "partial", "partial_low"):
        assert found[column] == expected[column]


def test_one_outcome_and_sample_rests_on_one_set_of_rows(stored):
    rest = stored[stored["sample"] != "well covered"]
    by_sample = rest.groupby(["outcome", "sample"])["n"]
    assert (by_sample.min() == by_sample.max()).all()


def test_more_factors_never_explain_less(stored):
    table = external_factors.summary().query("measure == 'main' and sample != 'well covered'")
    left = table.assign(left=(1 - table["internal"]) * (1 - table["partial"]))
    left = left.pivot(index=["outcome", "sample"], columns=["beyond", "block"], values="left")
    beyond = left["internal factors"]
    for block in ("roads", "air", "ties", "digital"):
        assert (beyond["all four"] <= beyond[block] + 1e-4).all()
    beyond_roads = left["internal factors and roads"]["air, ties and digital"]
    assert beyond["all four"].to_numpy() == pytest.approx(beyond_roads.to_numpy(), abs=1e-4)


def test_countries_that_lists_cover_well():
    air = set(external_factors.covered_countries("air"))
    known = ties.coverage()["air"]
    assert air == set(known.index[known >= networks.WELL_COVERED["air"]])
    every = set(external_factors.covered_countries("all four"))
    assert every <= air
    assert every <= set(external_factors.covered_countries("digital"))


def test_growth_has_logarithms_and_ranks_as_they_are():
    counted = pd.DataFrame({"sisters": [0, 3], "address_rank": [0.25, 1.0]})
    made = external_curve._in_logarithms(counted)
    assert made["sisters"].to_list() == pytest.approx([0, np.log(4)])
    assert made["address_rank"].to_list() == [0.25, 1.0]


def test_answers_have_all_declared_countings():
    answers = {answer.figure: answer for answer in external_factors.answers()}
    assert set(answers) == {"A5c", "A5d", "A5e", "A5f", "A5g", "A5h"}
    for figure, answer in answers.items():
        rows = answer.rows()
        assert rows.query("headline")["counting"].to_list() == ["all"]
        assert rows["counting"].is_unique
        assert (answer.covered is None) == (figure in external_factors.JUDGED)
    assert "well covered" in set(answers["A5d"].rows()["counting"])
    figures = claims.figures()
    declared = figures.loc[list(answers), "declared"]
    # Which output counts as covered was set after its values had been seen.
    assert (declared == "before").to_dict() == {
        figure: figure in external_factors.JUDGED for figure in answers
    }
    assert set(figures.loc[list(answers), "printed_low"]) == {figures["printed_low"]["A5a"]}


def test_regions_have_the_ties_of_their_cities_in_sum(monkeypatch):
    table = ties.measures()
    ids = table.nlargest(3, "sister_degree").index
    cities = table.loc[ids, ["population"]].assign(unit=["a", "a", "b"])
    regions = pd.DataFrame({"unit": ["a", "b", "c"], "country": "FR"})
    monkeypatch.setattr(access, "output_of_regions", lambda people: regions)
    monkeypatch.setattr(access, "cities_in", lambda regions: cities)
    monkeypatch.setattr(access, "with_roads", lambda rows, *_: rows.assign(access=0.0))
    made = external_curve._output(pd.DataFrame()).set_index("unit")
    first, second, third = table.loc[ids, "sister_degree"]
    assert np.expm1(made["sisters"][["a", "b"]]).to_list() == pytest.approx([first + second, third])
    assert np.expm1(made["air_reach"]["a"]) == pytest.approx(table.loc[ids[:2], "air_reach"].max())
    per_head = load("city-addresses").set_index("geonameid")["capped_per_thousand"]
    people = cities["population"].astype(float)
    mean = np.average(per_head[ids[:2]], weights=people[ids[:2]])
    assert np.expm1(made["addresses"]["a"]) == pytest.approx(mean)
    assert made.loc["c", ["sisters", "addresses"]].isna().all()
    assert set(made["continent"]) == {"EU"}


def test_shares_of_secondary_cities_are_those_that_are_drawn():
    rows = pd.concat(answer.rows() for answer in networks.answers())
    shares = rows.pivot(index="counting", columns="figure", values="value")
    table = networks.tied().query("size == 'secondary' and sample == 'all'").set_index("network")
    assert shares["A1d"]["all"] == table["any"]["air"]
    assert shares["A1e"]["all"] == table["abroad"]["air"]
    assert shares["A6c"]["all"] == table["any"]["sister"]
    assert (shares["A1e"] <= shares["A1d"]).all()
