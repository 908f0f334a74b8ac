"""The door to data/: what is handed out, and what is said when it is not."""

import shutil
import subprocess

import pandas as pd
import pytest
from click.testing import CliRunner

from scsreport import cli
from scsreport.findings import classification
from scsreport.tables import datasets, paths
from scsreport.tables.datasets import DataError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of data/ that a test may damage."""
    copy = tmp_path / "data"
    shutil.copytree(paths.DATA, copy, ignore=shutil.ignore_patterns("*.changed"))
    monkeypatch.setattr(paths, "DATA", copy)
    monkeypatch.setattr(paths, "MANIFEST", copy / "datapackage.json")
    return copy


def edit(file, old, new, count=1):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, count), encoding="utf-8")


def test_published_files_have_no_fault():
    assert datasets.check() == []


def test_namibia_and_north_america_are_no_missing_values():
    countries = datasets.load("countries").set_index("iso3")
    assert countries.loc["NAM", "country"] == "NA"
    assert countries.loc["CAN", "continent"] == "NA"
    cities = datasets.load("cities")
    assert (cities["country"] == "NA").sum() >= 1
    assert cities["country"].notna().all()
    assert cities["continent"].notna().all()
    assert (datasets.load("places")["country"] == "NA").any()
    assert (datasets.load("regions")["country"] == "NA").any()


def test_types_come_from_the_manifest():
    for name, table in datasets.resources().items():
        frame = datasets.load(name)
        assert list(frame) == [field.name for field in table.fields]
        for field in table.fields:
            if field.type != "any":
                assert frame[field.name].dtype == field.dtype, (name, field.name)


def test_shapes_are_geographic_and_valid():
    for name in ("regions", "borders"):
        frame = datasets.load(name)
        assert frame.crs == "EPSG:4326"
        assert frame.geometry.is_valid.all()


def test_each_caller_gets_a_copy():
    claims = datasets.load("claims")
    claims["statement"] = "changed"
    assert (datasets.load("claims")["statement"] != "changed").all()


def test_unknown_table_is_answered_with_the_nearest():
    with pytest.raises(DataError, match=r"'citys'.*Did you mean 'cities'.*footprints"):
        datasets.load("citys")


def test_changed_byte_names_the_file_and_the_way_out(folder):
    edit(folder / "countries.csv", "Namibia", "Namibja")
    with pytest.raises(DataError) as caught:
        datasets.load("countries")
    message = str(caught.value)
    assert "countries.csv" in message
    assert "sha256" in message
    assert "scsreport data check --mend" in message


@pytest.mark.parametrize(
    ("old", "new", "column", "found", "expected"),
    [
        (",2025,", ",20x25,", "population_year", "'20x25'", "a whole number"),
        (",2025,", ",1025,", "population_year", "'1025'", "2000 or more"),
        (",0.879,", ",1.879,", "urban_share", "'1.879'", "1 or less"),
        ("\nAE,", "\n,", "country", "nothing", "a value"),
        ("\nAE,", "\nAD,", "country", "'AD'", "a value that no other row has"),
        ("\nAE,", "\nae,", "country", "'ae'", "like [A-Z]{2}"),
        (",AS,", ",XX,", "continent", "'XX'", "one of AF"),
    ],
)
def test_wrong_row_is_named(folder, old, new, column, found, expected):
    file = folder / "countries.csv"
    line = file.read_text(encoding="utf-8").split(old)[0].count("\n") + 1 + old.count("\n")
    edit(file, old, new)
    with pytest.raises(DataError) as caught:
        datasets.load("countries")
    named = f"countries.csv, line {line}, column {column}: found {found}, expected {expected}"
    assert named in str(caught.value)


def test_missing_and_surplus_columns_and_rows(folder):
    file = folder / "countries.csv"
    rows = file.read_text(encoding="utf-8").replace("urban_year", "jahr").splitlines()[:50]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    faults = [str(problem) for problem in datasets.check()]
    assert any("column urban_year: found no such column" in fault for fault in faults)
    assert any("column jahr: found a column too many" in fault for fault in faults)
    assert any("found 49 rows, expected 245 or more" in fault for fault in faults)


def test_unreadable_files_are_faults_not_crashes(folder):
    (folder / "countries.csv").write_bytes(b"\xff\xfe\x00")
    (folder / "places.parquet").write_bytes(b"PAR1 no more")
    (folder / "cities.csv").unlink()
    (folder / "extra.csv").write_text("a\n1\n")
    faults = "\n".join(str(problem) for problem in datasets.check())
    assert "countries.csv: found unreadable" in faults
    assert "places.parquet: found unreadable" in faults
    assert "cities.csv: found no file" in faults
    assert "extra.csv: found a file, expected only files of the manifest" in faults
    with pytest.raises(DataError, match=r"cities\.csv: found no file"):
        datasets.load("cities")


def test_broken_manifest_says_how_to_restore_it(folder):
    (folder / "datapackage.json").write_text("{")
    with pytest.raises(DataError, match=r"git checkout -- data/datapackage\.json"):
        datasets.load("cities")


def test_mend_restores_and_keeps_the_altered_file(folder):
    for words in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -qm data"):
        subprocess.run(["git", "-C", folder.parent, *words.split()], check=True)
    edit(folder / "countries.csv", "Namibia", "Namibja")
    assert datasets.mend() == [folder / "countries.csv"]
    assert "Namibja" in (folder / "countries.csv.changed").read_text(encoding="utf-8")
    assert datasets.check() == []
    assert datasets.mend("cities") == []


def test_mend_outside_a_checkout_says_what_to_do(folder):
    edit(folder / "countries.csv", "Namibia", "Namibja")
    with pytest.raises(DataError, match=r"countries\.csv cannot be restored.*clone"):
        datasets.mend()


def test_strictest_licence_wins():
    assert datasets.strictest_licence(["borders"]) == "public domain"
    assert datasets.strictest_licence(["borders", "cities"]) == "CC-BY-4.0"
    order = sorted(["ODbL-1.0", "MIT", "public domain", "CC-BY-4.0"], key=datasets.LICENCES.get)
    assert order == ["public domain", "MIT", "CC-BY-4.0", "ODbL-1.0"]


def test_typed_rows_are_validated_too():
    table = datasets.resource("places")
    frame = datasets.load("places")
    assert datasets.validate(frame, table) == []
    frame.loc[3, "population"] = -1
    [problem] = datasets.validate(frame, table)
    assert (problem.row, problem.column, problem.found) == (4, "population", "-1")


def test_write_is_whole_or_not_at_all(tmp_path):
    file = tmp_path / "new" / "table.csv"
    datasets.write_atomically(file, b"a\n1\n")
    assert file.read_bytes() == b"a\n1\n"
    assert [p.name for p in file.parent.iterdir()] == ["table.csv"]


def test_manifest_is_complete():
    tables = datasets.resources()
    assert "://" not in paths.MANIFEST.read_text(encoding="utf-8")  # names and versions only
    assert sum(p.stat().st_size for p in paths.DATA.rglob("*")) <= 25e6
    for table in tables.values():
        assert table.licence in datasets.LICENCES, table.name
        for text in (table.title, table.vintage, table.attribution, table.obligations):
            assert text, table.name
        assert table.sources, table.name
        assert table.chapters, table.name
        assert table.row_floor > 0, table.name
        for field in table.fields:
            assert field.description, (table.name, field.name)
            # An id is a number without a unit.
            ids = {"geonameid", "part_of", "footprint", "main_city"}
            if field.type in ("integer", "number") and field.name not in ids:
                assert field.unit, (table.name, field.name)
            assert field.required != bool(field.nulls), (table.name, field.name)


@pytest.mark.parametrize(
    ("words", "damaged", "said"),
    [
        ("data list", "datapackage.json", "Error: data/datapackage.json cannot be read"),
        ("data check", "datapackage.json", "Error: data/datapackage.json cannot be read"),
        ("claims", "claims.csv", "Error: data/claims.csv is not the published file."),
        ("claims --csv", "claims.csv", "Error: data/claims.csv is not the published file."),
        ("forms 1650357", "places.parquet", "Error: data/places.parquet is not the published"),
    ],
)
def test_every_command_says_what_is_damaged(words, damaged, said, folder):
    (folder / damaged).write_bytes(b"{")
    classification.inputs.cache_clear()
    classification.classify_world.cache_clear()
    result = CliRunner().invoke(cli.main, words.split())
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)  # told, and not a traceback
    assert result.output.startswith(said)


def test_relations_between_tables():
    cities, places = datasets.load("cities"), datasets.load("places")
    regions, countries = datasets.load("regions"), datasets.load("countries")
    footprints = datasets.load("footprints")
    assert cities["geonameid"].is_monotonic_increasing
    assert cities["geonameid"].isin(places["geonameid"]).all()
    assert cities["region_id"].dropna().isin(regions["region_id"]).all()
    assert cities["country"].isin(countries["country"]).all()
    assert places["footprint"].dropna().isin(footprints["footprint"]).all()
    whole = places.set_index("geonameid")["kind"]
    assert (whole[places["part_of"].dropna().astype("int64")] == "city").all()
    assert (places["part_of"].isna() == (places["kind"] == "city")).all()
    primary = places[places["is_primary"]]
    assert primary["country"].is_unique
    assert primary["in_primary_footprint"].all()
    plain = places.groupby("footprint")["population"].sum()
    sums = footprints.set_index("footprint")["population"]
    assert (sums.to_numpy() <= plain.loc[sums.index].to_numpy()).all()
    held = places.dropna(subset="footprint").drop_duplicates("footprint").set_index("footprint")
    assert held["footprint_population"].astype("int64").to_dict() == sums.to_dict()


def test_names_of_countries_are_text():
    assert isinstance(datasets.load("countries")["name"].dtype, pd.StringDtype)
