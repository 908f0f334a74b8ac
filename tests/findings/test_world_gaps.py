"""Gaps over most of the world: made-up panels, and what is stored of the published one."""

import numpy as np
import pandas as pd
import pytest

from scsreport.exhibits import contract
from scsreport.exhibits import world_gaps as exhibits
from scsreport.findings import gaps, system_gaps, world_gaps
from scsreport.tables import official_files
from scsreport.tables.datasets import load


def panel(spread, years=(2000, 2010), n=12, iso3="FRA", regions=None):
    """Regions whose income doubles, with a spread that changes by the factor given."""
    rows = []
    for year, factor in zip(years, (1.0, spread), strict=True):
        for k in range(n):
            value = 1000 * (1 + factor * (k - (n - 1) / 2) / n)
            region = f"R{k}" if regions is None else regions[k]
            rows.append((iso3, "Land", f"R{k}", region, year, value, 1e5))
    columns = ["iso3", "country", "region_code", "region", "year", "gdp_per_head", "people"]
    return pd.DataFrame(rows, columns=columns)


def test_a_gap_that_widens_rises_by_every_measure():
    table = world_gaps.changes(panel(1.6)).query("variant == 'all'")
    assert len(table) == 6 and (table["change"] > 0).all() and (table["low"] > 0).all()
    assert (table[["start", "end", "n"]].iloc[0] == [2000, 2010, 12]).all()
    narrower = world_gaps.changes(panel(0.6)).query("variant == 'all'")
    assert (narrower["high"] < 0).all()


@pytest.mark.parametrize("options", [{"years": (2003, 2010)}, {"n": 3}])
def test_short_spans_and_few_regions_are_left_out(options):
    assert world_gaps.changes(panel(1.6, **options)).empty


def test_regions_of_oil_and_of_the_primary_city_are_left_out_in_variants():
    names = ["Campeche", "Tabasco", "Ciudad de Mexico", *(f"R{k}" for k in range(9))]
    names[2] = load("cities").query("is_primary and iso3 == 'MEX'")["region_name"].iloc[0]
    table = world_gaps.changes(panel(1.6, iso3="MEX", regions=names))
    n = table.groupby("variant")["n"].first()
    assert n.to_dict() == {"all": 12, "without oil": 10, "without primary city": 11}


def test_the_longest_span_with_enough_regions_is_taken():
    early = panel(1.0, years=(1990, 1991)).query(
        "year == 1990 and region_code in ('R1', 'R2', 'R3')"
    )
    both = pd.concat([early, panel(1.6)])
    assert world_gaps.changes(both)["start"].unique().tolist() == [2000]


def test_the_stored_table_agrees_with_the_first_look_at_the_panel():
    counts = world_gaps.counts().set_index(["variant", "measure", "weights"])
    headline = counts.loc[("all", *gaps.HEADLINE)]
    assert (headline["n"], headline["up"]) == (73, 45)
    assert (counts["rose"] + counts["fell"] + counts["stayed"] == counts["n"]).all()
    assert counts["covered"].between(0, 1).all()
    oil = counts.xs("without oil")["n"]
    assert (oil == headline["n"]).all()  # countries without oil are in as they are


def test_parts_of_a_country_share_its_people():
    covered = world_gaps.covered()
    germany = gaps.world_shares()["DEU"]
    assert covered[["Germany, East", "Germany, West"]].sum() == pytest.approx(germany)


def test_power_is_that_of_a_test_at_five_per_cent():
    table = world_gaps.verdicts()
    width = table["high"] - table["low"]
    assert (table["least"] / width).to_numpy() == pytest.approx(2.8 / 3.92)


def test_answers_leave_open_what_tests_leave_open():
    for answer in (*world_gaps.answers(), *system_gaps.answers()):
        rows = answer.rows()
        assert (rows["value_low"] <= rows["value"]).all()
        assert (rows["value"] <= rows["value_high"]).all()
        assert rows["headline"].sum() == 1
        assert rows["covered"].between(0, 1).all()


def test_systems_have_three_regions_and_more_of_one_country():
    table = load("system-gap-changes")
    assert (table["n"] >= system_gaps.MIN_REGIONS).all()
    assert not table.duplicated(["system", "iso3", "measure", "weights"]).any()
    assert set(table["system"]) <= set(load("systems")["system"])


def test_an_added_panel_is_measured_in_place_of_the_stored_one(monkeypatch):
    added = panel(1.6)
    added.attrs["file"] = "dose.csv"
    monkeypatch.setattr(world_gaps, "load_added", {"dose": added}.get)
    world_gaps.aggregates.cache_clear()
    try:
        table, words, kind = world_gaps.aggregates()
    finally:
        monkeypatch.undo()
        world_gaps.aggregates.cache_clear()
    assert kind == "dose" and words == "Made anew from the file you added, dose.csv."
    assert table["iso3"].unique().tolist() == ["FRA"]


def test_the_stored_table_is_made_from_the_published_file(shared):
    file = shared("growth-in-regions.csv")
    listed = official_files.read("growth-in-regions", file)
    assert listed.attrs["published"]
    some = listed[listed["iso3"].isin(["ALB", "MEX"])]
    made = world_gaps.changes(some)
    stored = load("world-gap-changes")
    stored = stored[stored["iso3"].isin(["ALB", "MEX"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(made, stored, check_dtype=False)
    assert np.isfinite(stored["p"]).all()


def test_exhibits_can_be_made_of_an_added_panel(monkeypatch):
    added = pd.concat(
        [panel(s, iso3=iso).assign(country=iso) for iso, s in (("FRA", 1.6), ("USA", 1.5))]
    )
    added.attrs["file"] = "panel.csv"
    monkeypatch.setattr(world_gaps, "load_added", {"regional-income": added}.get)
    caches = (world_gaps.aggregates, world_gaps.verdicts)
    for cached in caches:
        cached.cache_clear()
    try:
        made = [contract.declaration(f).make() for f in (exhibits.counts, exhibits.countries)]
        beside = contract.declaration(exhibits.beside).make()
    finally:
        monkeypatch.undo()
        for cached in caches:
            cached.cache_clear()
    assert "beyond chance 2 rose and none fell" in made[0].title
    assert "those of the file you added" in " ".join(made[1].notes)
    assert len(beside.parts.data) == 1  # the United States are in both
