import numpy as np
import pandas as pd
import pytest

from scsreport import claims
from scsreport.exhibits import connectivity as exhibits
from scsreport.findings import access as made
from scsreport.findings import connectivity, within_countries
from scsreport.geometry import EARTH_KM, unit_vectors
from scsreport.tables.datasets import load


def test_the_stored_access_is_that_of_the_measure():
    table = load("city-access").set_index("geonameid")
    mass = load("cities").set_index("geonameid")["population"].astype(float)[table.index]

    def larger(city, other):
        return city.map(mass) < other.map(mass)

    whole = made.access_to(mass, 30, lambda city, other: city != other)
    assert np.allclose(whole, table["access_30"], atol=0.06)
    assert np.allclose(made.access_to(mass, 60, larger), table["larger_60"], atol=0.06)


def test_no_city_counts_itself_and_wider_zones_catch_no_city_less_often():
    table = load("city-access")
    assert (table["larger_30"] <= table["access_30"] + 0.1).all()
    assert (table["access_30"] <= table["access_60"] + 0.1).all()
    never = [(table[f"through_{km}"] == 0).mean() for km in connectivity.ZONES]
    assert never == sorted(never, reverse=True)


def test_access_stays_inside_a_country():
    pairs = connectivity.pairs(pd.Index(load("cities")["geonameid"]))
    country = load("cities").set_index("geonameid")["country"]
    assert (
        country[pairs["geonameid_a"]].to_numpy() == country[pairs["geonameid_b"]].to_numpy()
    ).all()


@pytest.fixture
def invented():
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(rng.normal(size=(400, 3)), columns=["inner", "outer", "noise"])
    rows["country"] = rng.integers(0, 40, 400).astype(str)
    rows["lat"], rows["lon"] = rng.uniform(-50, 50, 400), rng.uniform(-170, 170, 400)
    level = rows["country"].astype(int)  # what a country is does not count
    return rows.assign(y=level + 2 * rows["inner"] + rows["outer"] + rows["noise"])


def test_what_is_put_in_is_found_and_chance_is_not(invented):
    found = within_countries.explain(invented, ["inner"], ["outer"])
    row = found.set_index("term").loc["outer"]
    assert row["low"] < invented["outer"].std() < row["high"]
    assert row["partial_low"] < row["partial"] < row["partial_high"]
    assert row["partial"] == pytest.approx(0.5, abs=0.08)
    assert abs(row["moran"]) < 0.1 and row["errors"] == "cluster"
    invented["outer"] = invented["lat"]
    assert within_countries.explain(invented, ["inner"], ["outer"])["partial"].iloc[0] < 0.02


def test_partial_r2_is_that_of_statsmodels(invented):
    from statsmodels.formula.api import ols

    both, inner = (ols(f"y ~ {f} + C(country)", invented).fit() for f in ("inner + outer", "inner"))
    found = within_countries.explain(invented, ["inner"], ["outer"])["partial"].iloc[0]
    assert found == pytest.approx(1 - both.ssr / inner.ssr)


def test_countries_of_one_city_and_missing_rows_are_counted_as_lost(invented):
    invented.loc[0, "country"], invented.loc[1, "inner"] = "alone", np.nan
    row = within_countries.explain(invented, ["inner"], ["outer"]).iloc[0]
    assert (row["lost"], row["lost_countries"]) == (2, 1)
    few = invented[invented["country"].astype(str).str.len() == 1]
    assert within_countries.explain(few, ["inner"], ["outer"])["errors"].iloc[0] == "HC3"


def test_every_regression_has_thirty_units_and_all_countings_declared():
    table = load("access-regressions")
    assert (table["n"] >= 30).all() and (table["low"] <= table["coef"]).all()
    answers = {answer.figure: answer for answer in connectivity.answers()}
    assert [len(answers[figure].values) for figure in ("A5a", "A5b")] == [8, 7]
    headline = answers["A5a"].rows().query("headline")
    assert headline["counting"].to_list() == ["headline"]
    low, high = headline["value_low"].item(), headline["value_high"].item()
    assert low < headline["value"].item() < high


def test_illustrations_cannot_make_a_statement_true():
    figures = claims.figures().loc[["C06b", "C07b"]]
    assert (figures["verdict"] == "not testable with open data").all()
    assert "Illustration" in exhibits.cases().title


def test_effects_fall_with_trips_to_stations_and_rise_with_elasticity():
    table = connectivity.effects().set_index(["link", "half_life", "elasticity", "trip"])["second"]
    wide = table.unstack("trip")
    assert (wide["doors"] <= wide["stations"] + 1e-9).all() and (wide >= 0).all(axis=None)
    by = table.unstack("elasticity")
    assert (by[0.125] >= by[0.08]).all()


def test_an_unknown_country_is_named():
    with pytest.raises(ValueError, match="'XXX'"):
        exhibits.country("XXX")
    assert "Colombia" in exhibits.country("COL").title


def test_spatial_errors_by_hand():
    # At half of the reach two residuals count by one half; beyond it not at all.
    east = np.degrees(np.array([0, within_countries.SPATIAL_KM / 2, 5_000]) / EARTH_KM)
    design, residuals = np.ones((3, 1)), np.array([1.0, 2.0, 4.0])
    fit = within_countries.Fit(pd.DataFrame(), design, residuals, "cluster")
    found = within_countries.spatial_errors(fit, unit_vectors(np.zeros(3), east))
    assert found**2 == pytest.approx([(1 + 4 + 16 + 2 * (1 * 2) / 2) / 9])


def test_the_stored_access_has_the_declared_half_lives():
    stored = [name for name in load("city-access") if name.startswith("access_")]
    assert stored == [f"access_{half_life}" for half_life in connectivity.HALF_LIVES]


def test_internal_share_is_that_within_countries(invented):
    from statsmodels.formula.api import ols

    inner, country = (ols(f"y ~ {f}C(country)", invented).fit() for f in ("inner + ", ""))
    found = within_countries.explain(invented, ["inner"], ["outer"])["internal"].iloc[0]
    assert found == pytest.approx(1 - inner.ssr / country.ssr)


def test_a_doubtful_way_is_far_longer_than_the_straight_line_or_not_there():
    ways = connectivity.doubtful_ways()
    assert (ways["km"] <= connectivity.NEAR_KM).all() and (ways.index != ways["other"]).all()
    known = ways.dropna(subset="road")
    limit = connectivity.DETOUR * known["km"] + connectivity.DETOUR_ROOM
    assert 0 < len(known) < len(ways) and (known["road"] > limit).all()
    assert len(ways) < len(connectivity.cities()) / 10


def test_the_nearest_other_is_the_nearest_also_at_one_place():
    cities = pd.DataFrame({"lat": [0.0, 0.0, 1.0], "lon": [0.0, 0.0, 0.0]}, index=[7, 8, 9])
    found = connectivity._nearest_others(cities)
    assert found["other"].to_dict()[7] == 8 and found["other"].to_dict()[8] == 7
    assert found["km"].round(1).to_dict() == {7: 0.0, 8: 0.0, 9: 111.2}
