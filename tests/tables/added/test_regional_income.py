"""Panels of regions in three layouts: what is taken, and what is said of what is not."""

import io

import pandas as pd
import pytest

from scsreport.tables import official_files
from scsreport.tables.added.messages import AddedError
from scsreport.tables.added.regional_income import COLUMNS

GROWTH = """iso3,country,region,lon,lat,year,gdp_per_head,people_gridded,country_gdp_per_head
ALB,Albania,Berat,20.1,40.6,2001,4959.04,207069.72,5148.53
ALB,Albania,Berat,20.1,40.6,2009,7667.8,181981.84,8724.88
ALB,Albania,Dibra,20.2,41.6,2001,3849.99,207276.58,5148.53
"""
DOSE = """GID_0,GID_1,country,region,year,pop,grp_pc_lcu,grp_pc_usd,grp_pc_usd_2015
USA,USA.1_1,United States,Alabama,2000,4452173,26801,26801,35000
USA,USA.1_1,United States,Alabama,2010,4785437,,,
USA,USA.2_1,United States,Alaska,2000,627963,43000,43000,51000
"""
PLAIN = """iso3,region_code,region,year,gdp_per_head,people
FRA,FRA1,Île-de-France,2000,40000,10900000
FRA,FRB0,Centre,2000,23000,2400000
"""


def read(tmp_path, kind, text, name="panel.csv"):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return official_files.read(kind, file)


@pytest.mark.parametrize(
    ("kind", "text", "rows", "first"),
    [
        ("growth-in-regions", GROWTH, 3, ["ALB", "Albania", "Berat", "Berat", 2001, 4959.04]),
        ("dose", DOSE, 2, ["USA", "United States", "USA.1_1", "Alabama", 2000, 26801]),
        ("regional-income", PLAIN, 2, ["FRA", "FRA", "FRA1", "Île-de-France", 2000, 40000]),
    ],
)
def test_every_layout_ends_in_the_same_columns(tmp_path, kind, text, rows, first):
    table = read(tmp_path, kind, text)
    assert tuple(table) == COLUMNS and len(table) == rows
    assert table.iloc[0].tolist()[:6] == first
    assert table.attrs["file"] == "panel.csv" and not table.attrs["published"]


def test_a_stata_file_of_the_same_columns_is_taken(tmp_path):
    stream = io.BytesIO()
    pd.read_csv(io.StringIO(GROWTH)).to_stata(stream, write_index=False, version=118)
    table = read(tmp_path, "growth-in-regions", stream.getvalue(), "panel.dta")
    pd.testing.assert_frame_equal(table, read(tmp_path, "growth-in-regions", GROWTH))


def test_letters_that_were_read_as_latin_1_are_mended(tmp_path):
    text = GROWTH.replace("Dibra", "Po\x9eega")
    assert "Požega" in set(read(tmp_path, "growth-in-regions", text)["region"])


@pytest.mark.parametrize(
    ("kind", "old", "new", "message"),
    [
        ("growth-in-regions", "gdp_per_head,", "income,", "expected also gdp_per_head"),
        ("growth-in-regions", "iso3,", "iso,", "'iso', expected 'iso3'"),
        ("growth-in-regions", "ALB,Albania,Dibra", "ALX,Albania,Dibra", "line 4, column iso3: "),
        ("growth-in-regions", "3849.99", "3,849.99", "line 4: found 10 fields, expected 9"),
        ("growth-in-regions", "3849.99", "about 3900", "column gdp_per_head: found 'about 3900'"),
        ("growth-in-regions", "3849.99", "-3849.99", "line 4, column gdp_per_head: "),
        ("growth-in-regions", "3849.99", "38499900", "times the middle region; expected one"),
        ("growth-in-regions", "40.6,2009", "40.6,2001", "found Berat of Albania twice in 2001"),
        ("dose", "USA,USA.2_1", "USA,USA.1_1", "found Alaska of United States twice in 2000"),
        ("dose", ",26801,26801,35000", ",x,26801,35000", "column grp_pc_lcu: found 'x'"),
        ("dose", "grp_pc_lcu", "gross_product", "expected 'grp_pc_lcu'"),
        ("regional-income", "FRA,FRB0", "FR,FRB0", "column iso3: found 'FR'"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, kind, old, new, message):
    text = {"growth-in-regions": GROWTH, "dose": DOSE, "regional-income": PLAIN}[kind]
    assert old in text
    with pytest.raises(AddedError) as error:
        read(tmp_path, kind, text.replace(old, new, 1))
    assert message in str(error.value) and "panel.csv: " in str(error.value)
    assert official_files.kinds()[kind]["advice"] in str(error.value)


@pytest.mark.parametrize("content", [b"<stata_dta>", b"\x73\x02\x01\x00", b"", b"\x00" * 40])
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path, content):
    with pytest.raises(AddedError):
        read(tmp_path, "growth-in-regions", content)


def test_a_panel_without_a_value_is_refused(tmp_path):
    text = DOSE.replace("26801", "").replace("43000", "")
    with pytest.raises(AddedError, match="found no row with output and people"):
        read(tmp_path, "dose", text)
