"""Gaps between regions: joins, breaks, denominators, and agreement with the official file."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from scsreport import inequality
from scsreport.exhibits import gaps as exhibits
from scsreport.exhibits.contract import declaration, exhibits_of
from scsreport.findings import gaps
from scsreport.tables import datasets, official_files, paths
from scsreport.tables.datasets import load

# Words that tell of a figure per person, or of a measure that is taken of such figures.
PER_HEAD = re.compile(r"per[ _-]?(head|capita|person)|\b(gini|theil|williamson|sigma)\b", re.I)
ADDRESSES = re.compile(r"addresses per[ _-]?head", re.I)
REGIONAL = {  # tables whose people by region, or whose figures per head, are official
    "gap-changes": "official population by region",
    "gap-joins": "the same",
    "gap-parts": "the same",
    "mexico": "published per head",
    "us-states": "published per head",
    "us-capital": "per job, jobs as published",
    "printed": "published per head",
    "access-regressions": "official population by region, as gap-changes",
    "external-factors": "the same",
}
NATIONAL = {  # good for countries, not for their regions and cities
    "worldbank": "population",
    "countries": "population",
    "income": "population",
    "jobs": "per job, jobs as published",
    "growth-of-countries": "published per head",
    "indicators": "published per head",
    "specification-curve": "published per head",
}
PLACES = {"regional-output", "cities", "places", "footprints", "regions"}
EMPTY = pd.DataFrame({"iso3": [], "region_code": [], "year": [], "population": []}).astype(
    {"iso3": str, "region_code": str, "year": int, "population": float}
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A user data folder of the test's own."""
    monkeypatch.setattr(paths, "USER_DATA", tmp_path / "user")
    forget()
    yield
    forget()


def forget():
    gaps.aggregates.cache_clear()
    gaps.verdicts.cache_clear()
    for function in exhibits_of(exhibits).values():
        declaration(function).forget()


@pytest.fixture(scope="module")
def people(shared):
    file = "regional-population-gdl.csv"
    return official_files.read("regional-population", shared(file))


# --- joins ------------------------------------------------------------------------------------


def test_crosswalk_holds_every_region_once():
    cross = load("region-crosswalk")
    assert not cross.duplicated(["table", "iso3", "region"]).any()
    own = cross[cross["table"] == "regional-output"].set_index(["iso3", "region"])["region_id"]
    output = load("regional-output").drop_duplicates(["iso3", "region"])
    pairs = pd.MultiIndex.from_frame(output[["iso3", "region"]])
    assert set(own.index) == set(pairs)
    assert (own[pairs].to_numpy() == output["region_id"].to_numpy()).all()
    for table in gaps.PER_HEAD:
        states = cross.loc[cross["table"] == table]
        assert set(states["region"]) == set(load(table)["state"])
        assert set(states["region_id"]) <= set(own)
        assert states["region_id"].is_unique
    assert set(cross.loc[cross["region_code"].isna(), "iso3"]) == {"CAN"}
    codes = cross.dropna(subset="region_code")
    assert (codes["region_code"].str[:3] == codes["iso3"]).all()


def test_every_coarser_unit_has_its_note():
    cross = load("region-crosswalk").query("table == 'regional-output'")
    several = cross.dropna(subset="region_code").duplicated("region_code", keep=False)
    several = several.reindex(cross.index, fill_value=False)
    assert (cross["note"].fillna("").str.startswith("one of ") == several).all()
    sizes = cross[several].groupby("region_code").size()
    told = cross[several]["note"].str.extract(r"one of (\d+)")[0].astype(int)
    assert (told == cross.loc[several, "region_code"].map(sizes)).all()


def test_crosswalk_uses_every_region_of_the_file(people):
    listed = people.drop_duplicates("region_code").set_index("region_code")
    codes = set(load("region-crosswalk")["region_code"].dropna())
    assert codes <= set(listed.index)
    left = listed.loc[sorted(set(listed.index) - codes)]
    assert set(left.loc[left["iso3"] != "IND", "region"]) == {"East Timor"}


def test_all_people_are_those_of_the_country():
    table = load("gap-joins")
    measured = table[table["units"] > 0]
    assert (measured["joined"] == measured["regions"]).all()
    assert measured["of_country"].between(0.96, 1.01).all()
    assert set(table.loc[table["units"] == 0, "iso3"]) == {"CAN"}


# --- breaks -----------------------------------------------------------------------------------


def across(table, breaks):
    """Rows of a table of changes that begin, end or pass over a break."""
    years = breaks.groupby("iso3")["year"].agg(list)
    return [
        row
        for row in table[table["table"] == "regional-output"].itertuples()
        if any(row.start <= year <= row.end for year in years.get(row.iso3, []))
    ]


def test_no_change_is_taken_across_a_break():
    output, table = load("regional-output"), load("gap-changes")
    breaks = output[output["is_break"]][["iso3", "year"]].drop_duplicates()
    assert len(breaks) == 2
    assert across(table, breaks) == []
    assert len(across(table, pd.DataFrame({"iso3": ["IND"], "year": [2010]}))) > 0
    brazil = table[(table["iso3"] == "BRA") & (table["end"] == 2015)]
    assert set(brazil["start"]) == {2011} and not brazil["longest"].any()


def test_a_new_break_cuts_a_series(monkeypatch):
    def broken(name):
        table = load(name)
        if name == "regional-output":
            table["is_break"] |= (table["iso3"] == "IND") & (table["year"] == 2010)
        return table

    whole = gaps.changes(EMPTY)
    monkeypatch.setattr(gaps, "load", broken)
    cut = gaps.changes(EMPTY)
    assert set(whole["iso3"]) == set(cut["iso3"]) == {"IND"}
    spans = {(row.start, row.end) for row in cut.itertuples()}
    assert 2010 not in {year for span in spans for year in span}
    assert {start for start, _ in spans} == {2007, 2011}
    assert (2007, 2013) in {(row.start, row.end) for row in whole.itertuples()}


# --- aggregates -------------------------------------------------------------------------------


def test_india_needs_no_file():
    now, stored = gaps.changes(EMPTY), load("gap-changes").query("iso3 == 'IND'")
    pd.testing.assert_frame_equal(now, stored.reset_index(drop=True), atol=1e-5, check_dtype=False)


def test_the_official_file_gives_the_stored_tables(people):
    for name, make in gaps.AGGREGATES.items():
        now = make(people)
        pd.testing.assert_frame_equal(now, load(name), rtol=0, atol=1e-5, check_dtype=False)
        source = datasets.resource(name).sources[0]
        assert people.attrs["sha256"] in source
        assert f"gaps.{make.__name__}" in source


def test_an_added_file_is_used_and_gives_the_same_answer(people, monkeypatch):
    (stored,) = gaps.answers()
    monkeypatch.setattr(gaps, "load_added", lambda kind: people)
    forget()
    (anew,) = gaps.answers()
    assert stored.official_file == anew.official_file == "regional-population"
    pd.testing.assert_series_equal(anew.values, stored.values)
    assert "you added, regional-population-gdl.csv" in gaps.aggregates("gap-changes")[1]


def test_a_country_of_ones_own_joins_the_others(monkeypatch):
    """Canada, whose people are invented here: by its region_id, since it has no code."""
    before = gaps.verdicts()
    canada = load("region-crosswalk").query("iso3 == 'CAN'")["region_id"]
    rows = [(code, year) for code in canada for year in range(2001, 2017)]
    mine = pd.DataFrame(rows, columns=["region_code", "year"])
    mine = mine.assign(iso3="CAN", population=np.arange(len(mine)) * 1_000 + 50_000.0)
    mine.attrs = {"file": "mine.csv"}
    monkeypatch.setattr(gaps, "load_added", lambda kind: mine)
    forget()
    after = gaps.verdicts()
    assert set(after["iso3"]) == {*before["iso3"], "CAN"}
    one, two = (
        t[t["iso3"] != "CAN"].set_index(["iso3", "variant", "measure", "weights"])
        for t in (before, after)
    )
    assert one["change"].equals(two["change"])
    told = exhibits.measured().parts.facts
    assert (told["changed"], told["n"]) == (9, 14)
    for make in (exhibits.changes, exhibits.checks, exhibits.parts, exhibits.counts):
        assert make().payload()["csv"]


def test_no_row_of_the_file_is_kept(people):
    counts = set(people["population"])
    for name in gaps.AGGREGATES:
        table = load(name)
        assert not set(table.columns) & {"population", "region", "region_code", "unit"}
        assert not counts & set(table.select_dtypes("number").to_numpy().ravel())
    parts = load("gap-parts")
    alone = parts[(parts["n"] < gaps.MIN_UNITS) & parts["relative"].notna()]
    assert set(alone["table"] + alone["iso3"]) <= {
        "regional-outputIND",
        "mexicoMEX",
        "us-statesUSA",
    }


# --- values -----------------------------------------------------------------------------------


def test_levels_are_near_those_of_other_sources():
    """Gennaioli and others (2014), Gini by people, 2010: another source, so near is enough."""
    table = load("gap-changes").query("measure == 'gini' and weights == 'people'")
    table = table[(table["variant"] == "all") & table["end"].between(2009, 2017)]
    for iso3, printed in gaps.printed_elsewhere().items():
        ours = table.loc[table["iso3"] == iso3, "after"]
        assert (ours / printed).between(0.9, 1.2).any(), iso3


def test_changes_add_up_and_intervals_hold_them():
    table = load("gap-changes").dropna(subset="change")
    assert np.allclose(table["after"] - table["before"], table["change"], atol=2e-5)
    assert (table["low"] <= table["high"]).all()
    assert table["p"].between(0, 1).all()
    longest = table[table["longest"]].drop_duplicates(["iso3", "start", "end"])
    assert longest["iso3"].is_unique and len(longest) == 8


def test_correction_is_that_of_holm():
    table = gaps.verdicts()
    for _, part in table.groupby(["variant", "measure", "weights"]):
        assert np.allclose(multipletests(part["p"], method="holm")[1], part["p_holm"])


def changes_of(values, change=0.01):
    """Changes of as many countries under one measure, with their p-values."""
    table = pd.DataFrame({"iso3": [f"C{n}" for n in range(len(values))], "p": values})
    return table.assign(variant="all", measure="gini", weights="people", change=change)


def test_a_verdict_needs_five_per_cent_after_holm():
    """The textbook example of Holm's steps: 0.005 x 4, 0.01 x 3, 0.03 x 2, then 0.04 as high."""
    found = gaps.judge(changes_of([0.01, 0.04, 0.03, 0.005]))
    assert found["p_holm"].tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert found["verdict"].tolist() == [
        "rose",
        gaps.NOT_SHOWN_TO_MOVE,
        gaps.NOT_SHOWN_TO_MOVE,
        "rose",
    ]


def test_a_fall_is_judged_as_a_rise_is_and_on_the_level_is_not_below_it():
    found = gaps.judge(changes_of([0.04], change=-0.01))
    assert found["verdict"].tolist() == ["fell"]
    assert gaps.judge(changes_of([0.05]))["verdict"].tolist() == [gaps.NOT_SHOWN_TO_MOVE]


def test_tests_of_another_measure_are_no_part_of_a_correction():
    both = pd.concat(
        [changes_of([0.03]), changes_of([0.03]).assign(measure="theil")], ignore_index=True
    )
    assert gaps.judge(both)["p_holm"].tolist() == [0.03, 0.03]


def test_counting_leaves_the_verdicts_as_they_are():
    before = gaps.verdicts().copy()
    gaps.counts()
    pd.testing.assert_frame_equal(gaps.verdicts(), before)


def test_the_few_units_named_under_the_figure_are_few():
    """Also when something else has counted before: Mexico has 32 states."""
    gaps.counts()
    few = exhibits.changes().parts.facts["few"]
    assert few == "South Africa, Türkiye and Switzerland"


def test_speeds_of_the_states_are_the_published_ones():
    speeds = gaps.convergence().query("table == 'us-states'").set_index(["start", "end"])["speed"]
    assert round(speeds[1929, 2009], 4) == 0.0165
    assert round(speeds[1969, 2009], 4) == 0.0104


def test_quarters_are_those_of_giddy():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from giddy.markov import Markov
    wide = gaps.long_panel("us-states")[range(1929, 2010, 10)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chain = Markov(np.ceil(wide.rank(pct=True).to_numpy() * gaps.RANK_CLASSES), summary=False)
    own = gaps.convergence().query("table == 'us-states' and start == 1929 and end == 2009").iloc[0]
    assert np.isclose(chain.p[0, 0], own["stay_low"])
    assert np.isclose(chain.p[-1, -1], own["stay_high"])


def test_parts_add_up_to_the_whole():
    table = load("gap-parts")
    assert np.allclose(table["between"] + table["within"], table["total"], atol=2e-5)
    series = table.groupby(["iso3", "table", "by"])
    assert np.allclose(series["total"].min(), series["total"].max())
    joined = load("gap-joins").set_index(["iso3", "table"])["units"]
    sums = series["n"].sum().unstack("by")
    assert (sums["coast"] == joined[sums.index]).all()
    assert (sums["leading"] == joined[sums.index]).all()


def test_the_primary_region_is_that_of_the_largest_city():
    last = gaps.primary_regions().groupby("iso3")["share"].last()
    assert 0.09 < last["FRA"] < 0.1  # Paris, the department
    assert last["AUS"] > 0.3 and last["CHN"] < 0.05
    own = load("regional-output").query("iso3 == 'TUR' and year == 2014").set_index("region")
    istanbul = own["output"]["Istanbul"] / own["output"].sum()
    assert np.isclose(last["TUR"], istanbul)


def test_sectors_are_weighed_by_jobs():
    row = gaps.jobs_and_investment().query("face == 'sectors' and iso3 == 'USA'").iloc[0]
    jobs = load("jobs").query("iso3 == 'USA' and year == 2010 and value_added > 0")
    after = inequality.gini(jobs["value_added"] / jobs["jobs"], jobs["jobs"])
    assert np.isclose(row["after"], after)


# --- denominators -----------------------------------------------------------------------------


def denominators(sources):
    """Official denominators among the sources; those of countries do not serve regions."""
    good = set(REGIONAL) if PLACES & set(sources) else {*REGIONAL, *NATIONAL}
    return good & set(sources)


def without_denominator(exhibit):
    """Say whether an exhibit shows a figure per head, and none of its tables has the heads.

    Internet addresses are of a city, and so are its people; no region is summed from settlements.
    """
    parts = pd.DataFrame(exhibit.parts.data)
    words = [exhibit.title, exhibit.caption, *map(str, parts.columns)]
    words += [label for _, label, _ in exhibit.columns]
    words += [str(cell) for name in parts.select_dtypes("str") for cell in parts[name].unique()]
    told = (ADDRESSES.sub("", word.replace("_", " ")) for word in words)
    shows = any(map(PER_HEAD.search, told))
    return shows and not denominators(exhibit.sources)


def test_no_figure_per_head_without_official_people(exhibit_functions):
    at_risk = [
        function
        for function in exhibit_functions.values()
        if not denominators(declaration(function).sources)
    ]
    assert 0 < len(at_risk) < len(exhibit_functions)
    assert [function.__name__ for function in at_risk if without_denominator(function())] == []


def test_a_figure_per_head_of_settlements_is_seen():
    class Bad:
        title, caption, columns = "Where people are rich", "Output per head by region.", ()
        sources = ("regional-output", "places")

        class parts:
            data = pd.DataFrame({"region": ["A"], "value": [1.0]})

    assert without_denominator(Bad)
    Bad.caption, Bad.parts.data = "By region.", pd.DataFrame({"output_per_head": [1.0]})
    assert without_denominator(Bad)
    Bad.sources = ("regional-output", "countries")  # people of countries are no people of regions
    assert without_denominator(Bad)
    Bad.sources = ("regional-output", "gap-changes")
    assert not without_denominator(Bad)
    for make in (exhibits.paths, exhibits.changes, exhibits.counts, exhibits.long):
        shown = make()
        assert not without_denominator(shown)
        object.__setattr__(shown, "sources", ("regional-output", "countries"))
        assert without_denominator(shown), shown.id


def test_official_tables_exist():
    assert {*REGIONAL, *NATIONAL, *PLACES} <= set(datasets.resources())


def test_every_point_of_the_figures_is_in_the_table_behind():
    """What is drawn comes from the data of the exhibit alone, which is its CSV."""
    for exhibit in (exhibits.changes(), exhibits.paths()):
        stored = load("gap-changes").set_index(["iso3", "table", "start", "end", "weights"])
        stored = stored[(stored["variant"] == "all") & (stored["measure"] == "gini")]["after"]
        data = exhibit.parts.data.set_index(["iso3", "table", "start", "end", "weights"])["after"]
        assert np.allclose(stored.loc[data.index], data)


def test_people_of_the_source_come_first_and_make_a_figure_published():
    units = pd.DataFrame({"unit": ["a", "b"], "value": 6.0, "own_people": [1, 0]})
    units = units.assign(iso3="MEX", year=2020, table="regional-output")
    others = pd.DataFrame({"region_code": ["a", "b"], "population": 3.0})
    found = gaps._with_people(units, others.assign(iso3="MEX", year=2020))
    assert found["people"].tolist() == [1, 3]
    assert found["value"].tolist() == [6, 2]
    assert found["published"].tolist() == [True, False]


def test_countries_are_counted_by_their_verdict():
    counted = gaps.counts().set_index(gaps.TEST_KEYS)
    verdicts = gaps.verdicts().groupby([*gaps.TEST_KEYS, "verdict"]).size().unstack(fill_value=0)
    for column, verdict in (("rose", "rose"), ("fell", "fell"), ("stayed", gaps.NOT_SHOWN_TO_MOVE)):
        assert (verdicts[verdict] == counted[column].reindex(verdicts.index)).all()


def test_a_change_per_job_moved_where_chance_is_below_five_per_cent():
    table = gaps.jobs_and_investment()
    assert ((table["p"] < 0.05) == (table["rose"] | table["fell"])).all()
    assert (table.loc[table["rose"], "change"] > 0).all()
    assert (table.loc[table["fell"], "change"] < 0).all()
    assert (table["rose"] | table["fell"]).any()


def test_every_measure_is_told_each_year_and_of_variants_at_the_last():
    value = pd.DataFrame(np.arange(1.0, 19).reshape(6, 3), columns=[2000, 2005, 2010])
    for variant, years in (("all", {2000, 2005, 2010}), ("steady people", {2010})):
        found = pd.DataFrame(gaps._changes_in(value, value * 0 + 1, variant, longest=True))
        for measure in gaps.MEASURES:
            assert set(found.loc[found["measure"] == measure, "end"]) == years
