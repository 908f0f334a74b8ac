"""A file is tried on what will use it before it is kept."""

import pandas as pd
import pytest

from scsreport import trial
from scsreport.findings import gaps
from scsreport.tables import datasets, paths
from scsreport.tables.official_files import AddedError


@pytest.fixture
def other_codes():
    """The states of Brazil under the codes of ISO 3166-2, as it were."""
    names = datasets.load("regional-output").query("iso3 == 'BRA'")["region"].unique()
    rows = [
        ("BRA", f"BR-{number:02d}", name, year, 7_500_000 + 10_000 * (year - 2000), "census")
        for number, name in enumerate(names)
        for year in range(2000, 2021)
    ]
    columns = ["iso3", "region_code", "region", "year", "population", "source"]
    return pd.DataFrame(rows, columns=columns)


def test_codes_of_another_scheme_are_named(other_codes):
    content = other_codes.to_csv(index=False).encode()
    with pytest.raises(AddedError, match=r"p\.csv: row 1, BRA 2000: .*such as BRAr1"):
        trial.try_out("regional-population", "p.csv", content)


def test_regions_that_are_missing_are_named(other_codes):
    codes = datasets.load("region-crosswalk").query("iso3 == 'BRA'")["region_code"].dropna()
    rows = other_codes.assign(
        region_code=other_codes["region"].map(dict.fromkeys(other_codes["region"], codes.iloc[0]))
    )
    (message,) = gaps.unmet_codes(rows)
    assert message.startswith("BRA: found no row for 26 of its 27 regions with output")


def test_a_join_that_meets_nothing_replaces_nothing(other_codes, monkeypatch):
    other_codes.attrs["file"] = "p.csv"
    monkeypatch.setattr(gaps, "load_added", lambda kind: other_codes)
    gaps.aggregates.cache_clear()
    for name in gaps.AGGREGATES:
        table, _ = gaps.aggregates(name)
        assert set(table["iso3"]) == set(datasets.load(name)["iso3"])
    gaps.aggregates.cache_clear()


def test_a_trial_leaves_the_folder_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "USER_DATA", tmp_path / "user")
    rows = "NAM,a1,North,2010,1000000,census\nNAM,a2,South,2010,1100000,census\n"
    head = "iso3,region_code,region,year,population,source\n"
    trial.try_out("regional-population", "p.csv", (head + rows).encode())
    assert not (tmp_path / "user").exists()
