"""Tables of countries, regions, ports and airports: each trap of a source, and known numbers."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml

from scsreport.sources import __main__ as build
from scsreport.sources import declared, indicators, packages
from scsreport.tables import datasets, manifest

TABLES = list(build.OTHERS)
REGIONS = {
    "IDN": 33,
    "TUR": 81,
    "BRA": 27,
    "CAN": 13,
    "ZAF": 9,
    "IND": 30,
    "CHE": 26,
    "CHN": 31,
    "FRA": 101,
    "DEU": 16,
    "JPN": 47,
    "MEX": 32,
    "AUS": 8,
    "USA": 51,
}
YEARS = {
    "IDN": (2004, 2012),
    "TUR": (2001, 2014),
    "BRA": (2002, 2015),
    "CAN": (2001, 2016),
    "ZAF": (2001, 2013),
    "IND": (2007, 2013),
    "CHE": (2008, 2014),
}
RANGES = {  # of sound values, by indicator
    "electricity": (5, 100),
    "rural_electricity": (0, 100),
    "internet_users": (0, 100),
    "broadband": (0, 70),
    "rail": (1, 300_000),
    "road": (1, 7_000_000),
    "ports": (1, 700),
    "school_years": (4, 22),
    "education_spending": (0, 17),
    "physicians": (0, 10),
    "hospital_beds": (0, 15),
    "gdp_per_head": (100, 300_000),
    "gini": (20, 70),
    "urban_share": (0, 100),
}


@pytest.fixture(scope="module")
def figures():
    return datasets.load("indicators")


@pytest.fixture(scope="module")
def regional():
    return datasets.load("regional-output")


def theil(values):
    """Theil's T without weights."""
    share = values / values.mean()
    return float((share * np.log(share)).mean())


# --- all tables --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_described_small_and_in_order(name):
    table, frame = datasets.resource(name), datasets.load(name)
    assert table.file.stat().st_size < 1_000_000
    assert set(table.sources) & {package.title for package in packages.PACKAGES.values()}
    assert table.caveats
    keys = {
        "ports": ["locode", "name", "lat"],
        "airports": ["ident"],
        "indicators": ["country", "indicator", "vintage"],
        "income-groups": ["iso3"],
        "jobs": ["iso3", "year", "sector"],
        "regional-output": ["region_id", "year"],
    }.get(name, [frame.columns[0], "year"])
    assert not frame.duplicated(keys).any()


def test_every_country_has_an_iso_code():
    known = datasets.load("countries")
    for name in TABLES:
        frame = datasets.load(name)
        for code in frame.columns.intersection(["country", "iso3"]):
            assert set(frame[code]) - set(known[code]) <= {"DEW"}, name


def test_namibia_is_not_a_missing_value(figures):
    for frame in (figures, datasets.load("ports"), datasets.load("airports")):
        assert (frame["country"] == "NA").any()
        assert frame["country"].notna().all()
    assert "NAM" in set(datasets.load("income")["iso3"])


# --- the Factbook ------------------------------------------------------------------------------


def test_codes_of_the_factbook_are_translated(figures):
    area = figures[(figures["indicator"] == "rail") & (figures["vintage"] == 2025)]
    km = area.set_index("country")["value"]
    # GEC: "as" is Australia, "au" Austria, "ch" China, "sz" Switzerland, "gm" Germany
    assert km["AU"] > 30_000
    assert 4_000 < km["AT"] < 8_000
    assert km["CN"] > 100_000
    assert 4_000 < km["CH"] < 8_000
    assert "AS" not in km  # American Samoa has no railway
    for code in ("CW", "SX"):  # had other codes in 2016
        assert {2016, 2025} <= set(figures.loc[figures["country"] == code, "vintage"])


def test_figures_are_plausible(figures):
    assert set(figures["indicator"]) == set(RANGES)
    for name, part in figures.groupby("indicator"):
        assert part["value"].between(*RANGES[name]).all(), name
        assert len(part[["unit", "group"]].drop_duplicates()) == 1
    assert set(figures["vintage"]) == {2016, 2025}
    assert (figures["year"] <= figures["vintage"]).all(skipna=True)
    newest = figures.groupby("vintage")["year"].median()
    assert newest[2016] in (2012, 2013, 2014)
    assert newest[2025] >= 2022
    assert figures["year"].isna().sum() <= 4


def test_fields_are_covered(figures):
    counts = figures.groupby(["indicator", "vintage"])["country"].size()
    assert counts.min() >= 94
    assert {name for name, vintage in counts.index if vintage == 2016} == {
        "internet_users",
        "rail",
        "road",
        "school_years",
        "education_spending",
        "physicians",
        "hospital_beds",
        "gdp_per_head",
        "gini",
        "urban_share",
    }
    cells = figures.set_index(["country", "indicator", "vintage"])["value"]
    assert cells["DE", "physicians", 2025] == pytest.approx(4.5, abs=0.4)
    assert cells["IN", "urban_share", 2025] == pytest.approx(36.4, abs=0.5)
    assert cells["US", "road", 2016] == 6_586_610


def page(**lines):
    return {"Energy": {"Power": {key: {"text": text} for key, text in lines.items()}}}


def test_year_at_the_end_of_a_field_is_that_of_its_lines():
    assert indicators._line(
        page(a="16 years", b="17 years (2013 est.)"), "Energy", "Power", "a"
    ) == ("16 years", 2013)
    assert indicators._line(page(a="9 (2001)", b="8 (2013)"), "Energy", "Power", "a")[1] == 2001
    older = page(a="26.9 (2012 est.) ++ 34.5 (2008)")
    assert indicators._line(older, "Energy", "Power", "a")[1] == 2012
    assert indicators._line(page(a="7"), "Energy", "Power", "a") == ("7", pd.NA)
    assert indicators._line(page(a="7"), "Energy", "Power", "b")[0] == ""
    assert indicators._line({}, "Energy", "Power")[0] == ""


def test_newest_of_several_years_is_taken():
    lines = {"GDP 2023": "$5 (2023 est.)", "GDP 2024": "$6 (2024 est.)", "note": "in dollars"}
    assert indicators._line(page(**lines), "Energy", "Power", r"GDP \d{4}") == (
        "$6 (2024 est.)",
        2024,
    )


def test_texts_become_numbers_or_are_counted(monkeypatch):
    texts = {
        "AS": "1,234.5 km (12 km electrified) (2014)",
        "AU": "NA",
        "GM": "less than 1 km (2014)",
        "CH": "(2014) less than 2 km",
        "FR": "10 km (2013) ++ 9 km (2001)",
        "SZ": "77 years",
    }
    files = {
        f"package/europe/{code.lower()}.json": json.dumps(page(total=text)).encode()
        for code, text in texts.items()
    }
    files["package/europe/index.txt"] = b""
    monkeypatch.setattr(packages, "members", lambda *_: files)
    field = "{group: hard, unit: km, pattern: '([\\d,.]+) km.*', 2016: [Energy, Power, total]}"
    monkeypatch.setattr(declared, "read", lambda _: {"rail": yaml.safe_load(field)})
    found = indicators.factbook().set_index("fips")
    assert found["value"].dropna().to_dict() == {"AS": 1234.5, "GM": 1, "CH": 2, "FR": 10}
    assert found["below"].to_dict() == dict.fromkeys(texts, False) | {"GM": True, "CH": True}
    assert found["value"].isna().sum() == 2


def test_less_than_one_is_kept_as_a_bound(figures):
    below = figures[figures["below"]]
    assert set(below["indicator"]) == {"broadband", "internet_users"}
    assert (below["value"] == 1).all()
    assert {"TD", "CD"} <= set(below["country"])


# --- institutions, income, jobs ----------------------------------------------------------------


def test_institutions():
    frame = datasets.load("institutions")
    assert frame["iso3"].nunique() == 162
    assert sorted(set(frame["year"])) == list(range(2008, 2017))
    assert (frame["iso3"] == "BRB").sum() == 9  # Barbados, mistyped in the source
    mean = frame.groupby("iso3")[["rule_of_law", "bureaucracy"]].mean()
    assert mean.loc["DNK", "rule_of_law"] > mean.loc["VEN", "rule_of_law"] + 3


def test_income_and_world_bank_agree_on_people():
    income, bank = datasets.load("income"), datasets.load("worldbank")
    assert income["iso3"].nunique() == 182
    assert (income["year"].min(), income["year"].max()) == (1950, 2017)
    assert bank["iso3"].nunique() == 215
    both = income.merge(bank, on=["iso3", "year"], suffixes=("", "_bank")).dropna(
        subset="population_bank"
    )
    ratio = both["population"] / both["population_bank"].astype(float)
    assert ratio.median() == pytest.approx(1, abs=0.01)
    assert (ratio.between(0.8, 1.25)).mean() > 0.97
    usa = income.set_index(["iso3", "year"]).loc[("USA", 2017)]
    assert 50_000 < usa["real_gdp"] * 1e6 / usa["population"] < 60_000
    assert 3.5 < usa["human_capital"] < 4


def test_jobs():
    frame = datasets.load("jobs")
    assert frame["iso3"].nunique() == 42
    assert frame["sector"].nunique() == 10
    assert not frame["iso3"].isin(["MOR", "NGA(alt)"]).any()
    assert frame.loc[frame["iso3"] == "DEW", "year"].max() == 1991
    total = frame.groupby(["iso3", "year"])["jobs"].sum(min_count=10)
    assert 100_000 < total["IDN", 2010] < 115_000  # thousands
    farms = frame[frame["sector"] == "agriculture"].set_index(["iso3", "year"])["jobs"] / total
    assert farms["IDN", 1971] > farms["IDN", 2010] + 0.2


# --- regional output ---------------------------------------------------------------------------


def test_regions_and_years_are_complete(regional):
    by = regional.groupby("iso3")
    assert by["region_id"].nunique().to_dict() == REGIONS
    assert sum(REGIONS.values()) == 505
    spans = by["year"].agg(["min", "max"])
    for country, span in YEARS.items():
        assert tuple(spans.loc[country]) == span
    assert (by["year"].nunique().drop(list(YEARS)) == 1).all()
    # every region in every year of its country
    assert (by.size() == by["region_id"].nunique() * by["year"].nunique()).all()
    assert (regional["output"] > 0).all()


def test_totals_and_remainders_are_no_regions(regional):
    assert not regional["region"].str.contains("Total|Other").any()
    usa = regional[regional["iso3"] == "USA"]
    assert usa["output"].sum() == pytest.approx(18_511_501, rel=0.01)


def test_regions_are_those_of_the_map(regional):
    spec = declared.read("regional_accounts")
    known = datasets.load("regions").set_index("region_id")
    iso2 = datasets.load("countries").set_index("iso3")["country"]
    pairs = regional.drop_duplicates("region_id")
    assert (known["country"].loc[pairs["region_id"]].to_numpy() == iso2[pairs["iso3"]]).all()
    named = known["name"].loc[pairs["region_id"]].str.normalize("NFC").to_numpy()
    other = pairs.loc[pairs["region"] != named, "region"]
    assert set(other) == set(spec["polygons"])


def test_names_hold_no_hidden_characters(regional):
    for frame, column in ((regional, "region"), (datasets.load("mexico"), "state")):
        assert (
            not frame[column]
            .str.contains('[\\x00-\\x1f\\x7f-\\xa0\ufeff\u200b"Ã�]|^\\s|\\s$')
            .any()
        )
    assert {"Bayern", "Hyōgo", "Michoacán", "Val-d'Oise", "Zonguldak"} <= set(regional["region"])


def test_breaks_and_wrong_labels_are_flagged(regional):
    flagged = regional[regional["is_break"]]
    assert set(zip(flagged["iso3"], flagged["year"], strict=True)) == {("TUR", 2001), ("BRA", 2010)}
    assert len(flagged) == REGIONS["TUR"] + REGIONS["BRA"]
    wrong = regional["mislabelled"]
    assert set(regional.loc[wrong, "iso3"]) == {"CHN"}
    assert wrong.sum() == REGIONS["CHN"]
    assert regional.loc[wrong, "unit"].isna().all()  # not the wrong unit of the sheet
    share = regional[wrong].set_index("region")["output"]
    assert share["Guangdong"] / share.sum() == pytest.approx(0.1036, abs=5e-4)


def test_brazil_2010_lies_off_its_neighbours(regional):
    """The flag is not a matter of taste: without it the row would pass for growth."""
    total = regional[regional["iso3"] == "BRA"].groupby("year")["output"].sum()
    assert total[2010] > 1.1 * max(total[2009], total[2011])


def test_units_are_stated_or_missing(regional):
    unit = regional.groupby("iso3")["unit"].agg(lambda units: set(units.dropna()))
    assert {c for c, found in unit.items() if found} == {"AUS", "CHE", "FRA", "IND", "MEX"}
    assert all(len(found) <= 1 for found in unit)


def test_population_is_official_and_of_india_only(regional):
    people = regional.dropna(subset="population")
    assert set(people["iso3"]) == {"IND"}
    assert 1.1e9 < people.groupby("year")["population"].sum()[2011] < 1.25e9
    rows = people.set_index(["region", "year"])
    delhi = rows.loc[("Delhi", 2011)]
    # crore of rupees over people: the sheet's own column has 175,289 rupees in 2011-12, net
    assert delhi["output"] * 1e7 / delhi["population"] == pytest.approx(175_289, rel=0.1)


def test_headings_with_two_years_are_read_by_the_right_one(regional):
    india = regional[(regional["iso3"] == "IND") & (regional["region"] == "Assam")]
    assert india.set_index("year")["output"].to_dict()[2007] == 71_076


# --- long panels -------------------------------------------------------------------------------


def test_mexico_gives_the_published_indices():
    frame = datasets.load("mexico")
    assert frame["state"].nunique() == 32
    assert sorted(set(frame["year"])) == list(range(1940, 2001, 10))
    for year, whole, between in ((1940, 0.20894, 0.03459), (2000, 0.10661, 0.03636)):
        rows = frame[frame["year"] == year]
        income = rows["gdp_per_head"]
        assert round(theil(income), 5) == whole
        groups = rows.groupby("hanson_region")["gdp_per_head"].transform("mean")
        assert round(theil(groups), 5) == between


def test_us_states_converge():
    frame = datasets.load("us-states")
    assert frame["state"].nunique() == 48
    assert sorted(set(frame["year"])) == list(range(1929, 2010))
    income = frame.pivot(index="state", columns="year", values="income_per_head")
    start, growth = np.log(income[1929]), np.log(income[2009] / income[1929]) / 80
    slope = np.polyfit(start, growth, 1)[0]
    assert -np.log(1 + 80 * slope) / 80 == pytest.approx(0.0165, abs=5e-4)


def test_us_capital_has_the_states_and_gives_the_published_elasticity():
    frame = datasets.load("us-capital")
    assert set(frame["state"]) == set(datasets.load("us-states")["state"])
    assert len(frame) == 48 * 17
    parts = frame[["highways", "water", "other_public"]].sum(axis=1)
    assert np.allclose(parts, frame["public_capital"], rtol=1e-3)
    logs = np.log(frame[["public_capital", "private_capital", "jobs"]])
    design = np.column_stack([np.ones(len(frame)), logs, frame["unemployment"]])
    found = np.linalg.lstsq(design, np.log(frame["product"].astype(float)), rcond=None)[0]
    assert found[1] == pytest.approx(0.155, abs=1e-3)


# --- ports and airports ------------------------------------------------------------------------


def test_ports():
    frame = datasets.load("ports")
    assert len(frame) == 3962
    named = frame.drop_duplicates("locode").set_index("locode")
    assert named.loc["CRSJO", "lon"] < 0  # the minus sign was lost
    assert named.loc["VCCRP", "lon"] < 0
    for code, country in {**declared.read("names")["ports"], "NAWVB": "NA", "IDTPP": "ID"}.items():
        assert named.loc[code, "country"] == country
    assert not frame["country"].isin(["AN", "CS"]).any()  # states that are no more
    assert frame.loc[~frame["repeated"], "locode"].is_unique
    assert frame["locode"].isna().sum() == 1


def test_inland_depots_are_no_ports_and_rivers_that_the_factbook_names_are():
    frame = datasets.load("ports").drop_duplicates("locode").set_index("locode")
    depots = ["PKLHE", "USSLC", "ESMAD", "ZWHRE"]
    named = ["VNSGN", "HUBUD", "BRMAO", "PYASU", "INCCU", "GBLON", "DEDUI"]
    at_sea = ["SGSIN", "NLRTM", "THBKK", "KEMBA", "BRBEL"]
    found = frame["water"]
    assert set(found.loc[depots]) == {"unconfirmed"}
    assert set(found.loc[named]) == {"inland"}
    assert set(found.loc[at_sea]) == {"sea"}


def test_airports():
    frame = datasets.load("airports")
    assert len(frame) == 5210
    assert frame["scheduled"].sum() == 3241
    assert set(frame["size"]) == {"large", "medium"}
    nowhere = frame["lat"].isna()
    assert nowhere.sum() == 1
    assert not (frame[["lat", "lon"]] == 0).all(axis=1).any()
    assert (frame["iso_region"].str[:2] == frame["country"]).mean() > 0.99


def test_declared_sources_are_pinned():
    described = manifest.describe()
    for name in TABLES:
        for source in described[name]["sources"]:
            assert source.split()[0] in packages.PACKAGES


def test_income_groups_are_one_for_each_country_that_the_source_covers():
    groups = datasets.load("income-groups").set_index("iso3")["income_group"]
    assert groups.index.is_unique
    assert groups[["KEN", "NOR", "NER", "BRA"]].to_list() == [
        "lower middle income",
        "high income",
        "low income",
        "upper middle income",
    ]
    bank = datasets.load("worldbank")
    richest = bank.groupby("iso3")["gdp_per_head"].last().groupby(groups).median()
    assert richest.sort_values().index.to_list() == [
        "low income",
        "lower middle income",
        "upper middle income",
        "high income",
    ]
