"""The files of the open data set: one content in three formats, described and licensed."""

import hashlib
import io
import json
import re

import geopandas
import pandas as pd
import pyogrio
import pytest
import yaml

from scsreport.dataset import facts, formats, texts
from scsreport.dataset.files import country_tables, files
from scsreport.findings import dataset
from scsreport.tables import datasets, paths
from scsreport.tables.dictionary import NAME

TABLES = ("cities", "systems")
NAMES = ["Cần Thơ", "N'Djamena", "\u200fعمان\u200f", 'A "b", c', "Ḩalab", "São  Paulo", "O’ahu"]


@pytest.fixture(scope="module")
def made():
    return files()


def from_csv(content, table):
    """Rows as the README says that they are to be read."""
    types = {field.name: field.dtype for field in table.fields}
    return pd.read_csv(io.BytesIO(content), dtype=types, keep_default_na=False, na_values=[""])


def plain(frame, table):
    """Rows without shapes, in the types of the dictionary."""
    return pd.DataFrame(frame.drop(columns="geometry")).astype(
        {field.name: field.dtype for field in table.fields}
    )


@pytest.fixture(scope="module", params=TABLES)
def read(request, made, tmp_path_factory):
    """Name of a table, and its rows by format."""
    name = request.param
    table = dataset.described()[name]
    package = tmp_path_factory.mktemp("gpkg") / "all.gpkg"
    package.write_bytes(made[f"{NAME}.gpkg"])
    parquet = geopandas.read_parquet(io.BytesIO(made[f"{name}.parquet"]))
    layer = pyogrio.read_dataframe(package, layer=name)
    return name, {
        "csv": from_csv(made[f"{name}.csv"], table),
        "parquet": plain(parquet, table),
        "gpkg": plain(layer, table),
        "shapes": (parquet.geometry, layer.geometry),
    }


def test_each_format_has_the_rows_of_the_finding(read):
    name, rows = read
    expected = getattr(dataset, name)()
    for how in ("csv", "parquet", "gpkg"):
        pd.testing.assert_frame_equal(rows[how], expected, check_exact=True, obj=how)


def test_shapes_are_where_the_cities_are(read):
    name, rows = read
    parquet, layer = rows["shapes"]
    assert parquet.geom_equals(layer).all()
    assert parquet.crs == layer.crs == "EPSG:4326"
    table = getattr(dataset, name)()
    if name == "cities":
        assert (parquet.x == table["lon"]).all() and (parquet.y == table["lat"]).all()
    else:
        assert (parquet.count_geometries() == table["members"].str.split().str.len()).all()


@pytest.mark.site  # a second run of all files: `make check` does it once
def test_two_runs_give_the_same_bytes(made):
    again = files()
    digests = [{n: hashlib.sha256(c).hexdigest() for n, c in f.items()} for f in (made, again)]
    assert digests[0] == digests[1]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_comes_back_as_it_was(name, tmp_path):
    rows = pd.DataFrame({"name": [name], "lat": [1.5], "lon": [-2.5]})
    places = formats.placed(rows)
    file = tmp_path / "layers.gpkg"
    file.write_bytes(formats.geopackage({"cities": places}, {"cities": "Cities"}, "2026-01-01"))
    back = [
        pd.read_csv(io.BytesIO(formats.csv(rows))),
        geopandas.read_parquet(io.BytesIO(formats.geoparquet(places))),
        pyogrio.read_dataframe(file),
    ]
    assert [frame["name"].tolist() for frame in back] == [[name]] * 3


def test_what_guards_spreadsheets_changes_no_text_and_no_cell_ends_a_line(made):
    for table in TABLES:
        texts_of = getattr(dataset, table)().select_dtypes("str")
        whole = pd.concat([column.dropna() for _, column in texts_of.items()])
        assert not whole.str.startswith(("=", "+", "-", "@", "\t", "\r")).any()
        assert len(made[f"{table}.csv"].decode("utf-8-sig").splitlines()) == len(texts_of) + 1


def test_every_column_is_in_the_dictionary_and_the_other_way(made):
    listed = pd.read_csv(io.BytesIO(made["dictionary.csv"]))
    for table in TABLES:
        head = made[f"{table}.csv"].decode("utf-8-sig").partition("\n")[0].split(",")
        assert listed.loc[listed["table"] == table, "column"].tolist() == head
    assert listed[["type", "meaning", "made_from", "licence"]].notna().all(axis=None)


def test_a_value_is_missing_only_where_the_dictionary_says_why():
    for table in TABLES:
        rows = getattr(dataset, table)()
        reasons = {field.name: field.nulls for field in dataset.described()[table].fields}
        gaps = rows.columns[rows.isna().any()]
        assert [name for name in gaps if not reasons[name]] == [], table


def test_the_data_package_describes_each_file(made):
    package = json.loads(made["datapackage.json"])
    described = {resource["path"]: resource for resource in package["resources"]}
    assert set(described) == set(made) - {"datapackage.json"}
    for path, resource in described.items():
        assert resource["hash"] == f"sha256:{hashlib.sha256(made[path]).hexdigest()}"
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        assert resource["licenses"] == package["licenses"]


def test_references_between_tables_lead_to_rows(made):
    package = json.loads(made["datapackage.json"])
    keys = [
        (resource["name"], key)
        for resource in package["resources"]
        for key in resource.get("schema", {}).get("foreignKeys", [])
    ]
    assert keys
    for name, key in keys:
        other = key["reference"]["resource"] or name
        named = getattr(dataset, name)()[key["fields"]].dropna()
        assert named.isin(getattr(dataset, other)()[key["reference"]["fields"]]).all()


def test_the_licence_is_the_strictest_and_names_all_whose_data_are_in(made):
    text = made["LICENCE.txt"].decode()
    plain_text = " ".join(text.split())
    assert facts.licence() == "ODbL-1.0"
    for source in facts.sources().values():
        assert " ".join(source.attribution.split()) in plain_text
        assert " ".join(source.obligations.split()) in plain_text


def test_a_column_is_free_of_sharing_alike_only_if_all_that_it_is_made_from_is():
    listed = texts.dictionary_table()
    free = listed[listed["licence"] != facts.licence()]
    tables = {table for made_from in free["made_from"] for table in made_from.split(", ")}
    assert tables and "ODbL-1.0" not in {datasets.resource(table).licence for table in tables}
    assert "form" not in set(free["column"]) and "population" in set(free["column"])


def test_the_readme_says_what_is_counted_and_how_to_cite(made):
    text = made["README.md"].decode()
    assert not re.search(r"\{\w*\}", text)
    assert f"{len(dataset.cities()):,} in " in text
    assert facts.citation() in text
    assert "Not for what" in text


def test_the_version_is_dated_as_the_citation_is():
    cited = yaml.safe_load((paths.ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert facts.words()["released"] == str(cited["date-released"])


def test_a_country_has_its_part_of_the_data_set(made):
    whole = made["cities.csv"].decode("utf-8-sig").splitlines()
    parts = country_tables()
    assert {part.splitlines()[0] for part in parts.values()} == {whole[0]}
    rows = [row for part in parts.values() for row in part.splitlines()[1:]]
    assert sorted(rows) == sorted(whole[1:])
    kenya = from_csv(parts["KE"].encode(), dataset.described()["cities"])
    assert set(kenya["country_name"]) == {"Kenya"}
    assert "NA" in parts  # Namibia, not a missing value
