"""Known counts of cities and facts of the stored tables of growth."""

import pytest

from scsreport import growth
from scsreport.findings import growth as findings
from scsreport.tables.datasets import load

PARTS = [region for region in growth.REGIONS if region not in ("World", growth.WITHOUT, "SSA")]


def counts(name, region=None):
    found = load(name).pivot_table(
        values="cities", index=["class", "year"], columns="region", aggfunc="sum"
    )
    return found if region is None else found[region]


def middle(name, year):
    """Cities of 0.5 to 5 million by region."""
    return counts(name).loc[["0.5-1m", "1-5m"]].xs(year, level="year").sum()


@pytest.mark.parametrize("name", ["wup-size-classes", "size-classes-2014"])
def test_regions_add_up_to_the_world(name):
    found = counts(name)
    assert found["World"].equals(found[PARTS].sum(axis=1).rename("World"))
    assert (found["SSA"] <= found["Africa"]).all()


def test_printed_table_gives_the_printed_sums():
    world = counts("size-classes-2014", "World").unstack()
    assert world.loc["10m+"].tolist() == [13, 23, 37]
    assert world.loc["5-10m"].tolist() == [19, 38, 59]
    assert world.loc["1-5m"].tolist() == [270, 388, 572]
    assert world.loc["0.5-1m"].tolist() == [338, 513, 750]


def test_increments_south_of_the_sahara_are_the_other_way_round_than_in_the_text():
    found = counts("size-classes-2014", "SSA").unstack()
    added = found[2025] - found[2010]
    assert added["1-5m"] == 31
    assert added["0.5-1m"] == 27


def test_asia_has_most_of_the_cities_added():
    before, after = (middle("size-classes-2014", year) for year in (2010, 2025))
    assert (after - before)[["Asia", "World"]].tolist() == [267, 421]
    assert growth.added_share(before, after, "Asia") == pytest.approx(0.634, abs=5e-4)
    anew = [middle("wup-size-classes", year) for year in (2010, 2025)]
    assert growth.added_share(*anew, "Asia") == pytest.approx(0.66, abs=5e-3)


def test_official_file_in_known_years():
    world = counts("wup-size-classes", "World").unstack()
    assert world.loc["10m+", 1990] == 10
    assert world.loc["10m+", 2015] == 29
    total = load("wup-growth").query("by == 'all' and region == 'World' and floor == 0")
    assert set(total["n"]) == {1_860}


def test_stored_growth_flags_projections_and_hides_single_places():
    for name in ("wup-growth", "wup-gaps"):
        found = load(name)
        assert (found["projected"] == (found["end"] > 2015)).all()
        values = found.filter(regex="weighted|plain|gap|faster|below")
        assert values[found["n"] < growth.FEWEST].isna().all(axis=None)
        assert values[found["n"] >= growth.FEWEST].notna().all(axis=None)


def test_survivors_raise_growth_at_the_bottom():
    found = load("wup-growth").query("start == 2000 and end == 2015 and region == 'World'")
    found = found[found["by"] == "class"].set_index(["at", "group"])
    assert found.loc[("start", "under 0.3m"), "weighted"] > 0.03
    at_end = found.loc["end"]
    assert at_end["below_start"].is_monotonic_decreasing
    assert at_end.loc["0.3-0.5m", "below_start"] > 0.5
    above = found.drop(index="under 0.3m", level="group")
    assert above["weighted"].between(0.015, 0.023).all()


def test_regions_agree_with_the_continents():
    areas = load("un-areas").merge(load("countries"), on=["country", "iso3"], how="left")
    continents = {"AF": "Africa", "AS": "Asia", "EU": "Europe", "OC": "Oceania", "SA": "LAC"}
    wanted = areas["continent"].map(continents)
    north = areas["country"].isin(["US", "CA"]).map({True: "NAm", False: "LAC"})
    assert areas["region_x"].eq(wanted.fillna(north)).all()
    assert areas.loc[areas["sub_saharan"], "region_x"].eq("Africa").all()
    south = areas["region_y"] == "Sub-Saharan Africa"
    assert set(areas.loc[areas["sub_saharan"] != south, "country"]) <= {"DJ"}


def test_sectors_share_all_jobs():
    shares = findings.jobs_by_sector()
    for year in findings.JOBS_YEARS:
        assert shares.xs(year, axis=1, level="year").sum(axis=1).tolist() == pytest.approx(
            [1] * len(shares)
        )


def test_jobs_of_farms_are_counted_apart():
    jobs = load("jobs").query("iso3 == 'USA' and year == 2010").set_index("sector")["jobs"]
    shares = findings.jobs_by_sector()
    farms = jobs["agriculture"] / jobs.sum()
    assert shares.loc["USA", ("agriculture", 2010)] == pytest.approx(farms)


def test_answers_name_each_printed_cell_once():
    answers = findings.answers()
    cells = [answer.figure for answer in answers if answer.figure.startswith("N08")]
    printed = load("size-classes-2014").query("region == 'World'")
    assert sorted(cells) == sorted(
        f"N08-{row['class']}-{row['year']}" for _, row in printed.iterrows()
    )
    by_figure = {answer.figure: answer.values.iloc[0] for answer in answers}
    assert by_figure["N09a"] == pytest.approx(267 / 421)
    assert by_figure["N08-10m+-2010"] == pytest.approx(
        load("wup-size-classes")
        .query("region == 'World' and year == 2010 and `class` == '10m+'")["cities"]
        .iloc[0]
    )


def test_the_pace_of_regions_leaves_out_what_others_hold():
    (pace,) = (answer for answer in findings.answers() if answer.figure == "A3")
    assert pace.values.index[0] == "World"
    assert not {"SSA", growth.WITHOUT} & set(pace.values.index)
