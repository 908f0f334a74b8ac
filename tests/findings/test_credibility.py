"""Cities that were looked up by hand: drawn as declared, and what came of the rules."""

import numpy as np

from scsreport import credibility as rules
from scsreport.findings import credibility
from scsreport.tables.datasets import load

NAMED_BY_READERS = {
    "Kakamega": "KE",
    "Bannu": "PK",
    "Nowrangapur": "IN",
    "Wuzhong": "CN",
    "New South Memphis": "US",
    "Budta": "PH",
    "Malingao": "PH",
}


def test_the_sample_has_ten_of_each_rule_and_forty_under_none():
    flags = load("city-doubts").set_index("geonameid")
    drawn = load("city-checks").query("sample == 'drawn'")
    of_sample = flags.loc[drawn["geonameid"]]
    assert len(drawn) == 100
    for rule in (*rules.RULES, "below_second_source"):
        assert of_sample[rule].sum() >= 10
    none = ~(of_sample["doubtful"] | of_sample["below_second_source"])
    assert none.sum() == 40


def test_cities_that_readers_named_are_flagged():
    cities = load("cities").set_index("geonameid").loc[credibility.doubtful()]
    flagged = set(zip(cities["name"], cities["country"], strict=True))
    assert set(NAMED_BY_READERS.items()) <= flagged


def test_rules_were_right_more_often_than_not_and_nothing_was_missed_in_the_sample():
    table = credibility.checked().set_index("rule")
    wrong = table["not_credible"] / table["judged"]
    assert wrong["doubtful"] > 0.5 > wrong["none"]
    assert (table["judged"] <= table["drawn"]).all()


def test_ten_cities_of_ten_countries_five_of_them_in_africa():
    table = credibility.looked_up()
    continents = load("cities").set_index("geonameid").loc[table.index, "continent"]
    assert len(table) == table["country"].nunique() == 10
    assert (continents == "AF").sum() == 5
    assert table[["known_population", "source"]].notna().all(axis=None)


def test_leaving_cities_out_lowers_every_count():
    table = credibility.with_and_without()
    counts = table[table.index.str.endswith(("_cities", "_people"))]
    assert (counts["without"] < counts["all"]).all()
    assert np.allclose(table.loc[["hub", "cluster", "corridor"], ["all", "without"]].sum(), 1)
