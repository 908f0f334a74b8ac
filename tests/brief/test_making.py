"""A brief on the book's tables is the book's; on a reader's, the measures run on them alone."""

import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import pytest

from scsreport import brief, citysize, connectivity, definitions, inequality
from scsreport.brief import (
    book,
    consistency,
    countries,
    examples,
    idle,
    making,
    pieces,
    schemas,
    ways,
    writing,
)
from scsreport.brief.settings import settings_of
from scsreport.exhibits import connectivity as shown
from scsreport.exhibits import forms, profiles, systems
from scsreport.findings.counting import units
from scsreport.sources import roads as sources_of_roads
from scsreport.tables.country_names import short_names
from scsreport.tables.paths import ROOT

FILES = {
    kind: examples.FOLDER / name
    for kind, name in zip(("cities", "regions", "roads", "settings"), examples.FILES, strict=True)
}


@pytest.fixture(scope="module")
def freedonia():
    return brief.of(examples.NAME, **FILES)


@pytest.fixture(scope="module")
def colombia():
    return brief.of("Colombia")


def test_a_brief_from_the_book_has_its_page_and_its_exhibits(colombia):
    page = profiles.page("CO")
    assert colombia.lead == page.lead
    assert list(colombia.sections) == list(page.sections)
    assert list(colombia.entries) == list(page.entries)
    assert len(colombia.pieces) == len(book.EXHIBITS)
    assert colombia.not_run == []
    table = systems.country_table("COL")
    assert colombia.frames[table.id].equals(table.data)
    assert colombia.exhibits[table.id].title == table.title


@pytest.mark.parametrize("country", ["BRA", "CHN", "VNM", "NGA", "POL", "USA"])
def test_a_large_country_lacks_nothing(country):
    assert book.pieces_of(countries.known(country))[1] == []


@pytest.mark.parametrize(("asked", "words"), [("SGP", "Singapore"), ("TUV", "no "), ("ATA", "no ")])
def test_a_country_with_too_few_cities_has_a_brief_that_says_so(asked, words):
    made = brief.of(asked)
    assert made.not_run
    assert words in made.lead or words in made.html().decode()


def test_the_measures_on_the_books_tables_are_the_books():
    """With a setting that changes nothing else, the same numbers as the exhibits have."""
    own = brief.of("COL", settings=brief.Settings(half_life=30.000001))
    counted = systems.country_table("COL").data.set_index("rule")
    mine = own.frames["tab-own-rules"].set_index("rule")
    columns = ["as listed", "without suburbs", "by footprint"]
    assert mine[columns].astype(int).equals(counted.loc[mine.index, columns].astype(int))
    mine = own.frames["tab-own-forms"].set_index("form")["cities"]
    theirs = forms.counted("COL").data.set_index("type")["cities_own"]
    assert mine.astype(int).to_dict() == theirs.astype(int).to_dict()
    reach = shown.country("COL").data.set_index("geonameid")["access_30"]
    mine = own.frames["tab-own-cities"]["reach"].astype(float)
    assert np.allclose(mine[reach.index], reach, rtol=1e-3, atol=1)


def test_the_books_cities_as_a_file_find_the_books_forms_and_reach(tmp_path):
    """A reader's cities on the book's roads: as if the book had listed them."""
    places = units()
    places = places[(places["country"] == "CO") & (places["kind"] == "city")]
    columns = ["lat", "lon", "population", "footprint"]
    cities = places[places["population"] >= 15_000].reset_index()
    cities = cities.rename(columns={"geonameid": "id"})[["id", "name", *columns]]
    made = brief.of("COL", cities=cities).frames["tab-own-cities"].astype({"id": int})
    made = made.set_index("id")
    book_brief = brief.of("COL", settings=brief.Settings(half_life=30.000001))
    theirs = book_brief.frames["tab-own-cities"]
    same = made["form"].dropna() == theirs["form"].reindex(made.index).dropna()
    assert same.mean() > 0.95
    ratio = (made["reach"] / theirs["reach"].reindex(made.index)).dropna().astype(float)
    assert ratio.between(0.98, 1.02).mean() > 0.9


def test_the_limits_of_roads_are_those_of_the_stored_distances():
    assert ways.CIRCUITY == sources_of_roads.CIRCUITY
    assert ways.NEIGHBOURS_KM == sources_of_roads.NEIGHBOURS_KM
    assert ways.OFF_KM == sources_of_roads.OFF_KM
    assert ways.REACH_KM == sources_of_roads.REACH_KM


def test_a_made_up_country_is_measured_from_its_files_alone(freedonia):
    cities = pd.read_csv(FILES["cities"]).assign(country="F")
    counts = freedonia.frames["tab-own-rules"].set_index("rule")["as listed"]
    for rule in definitions.RULES:
        assert counts[rule] == definitions.members(rule, cities).sum()
    assert counts["Plan"] == cities["population"].between(120_000, 700_000).sum()
    large = cities.loc[cities["population"] >= 100_000, "population"]
    fit = citysize.rank_size(large)
    assert f"exponent of {fit.exponent:.2f}" in freedonia.exhibits["fig-own-sizes"].title
    regions = pd.read_csv(FILES["regions"])
    last = regions[regions["year"] == regions["year"].max()]
    gini = inequality.gini(last["output"] / last["population"], last["population"])
    frame = freedonia.frames["fig-own-gap"]
    assert frame.query("measure == 'Gini coefficient'")["value"].iloc[-1] == pytest.approx(gini)


def test_reach_follows_the_readers_roads_speeds_and_decay():
    cities = pd.DataFrame(
        {
            "name": ["A", "B", "C"],
            "lat": [0.0, 0.0, 0.0],
            "lon": [0.0, 0.5, 1.0],
            "population": [900_000, 300_000, 200_000],
        }
    )
    roads = pd.DataFrame(
        {
            "from": ["A", "junction:x", "B"],
            "to": ["junction:x", "B", "C"],
            "km": [30.0, 30.0, 60.0],
            "class": ["fast", "fast", ""],
        }
    )
    settings = brief.Settings(half_life=20, kmh=60, speeds={"fast": 120})
    made = brief.of("Freedonia", cities=cities, roads=roads, settings=settings)
    reach = made.frames["tab-own-cities"].set_index("name")["reach"].astype(float)
    pairs = pd.DataFrame({"a": ["A", "B", "A"], "b": ["B", "C", "C"], "minutes": [30, 60, 90.0]})
    people = cities.set_index("name")["population"]
    expected = connectivity.market_access(pairs, people, half_life=20, own_time=np.inf)
    assert np.allclose(reach[people.index], expected[people.index])


def test_own_settings_are_printed_on_every_exhibit(freedonia):
    for piece in freedonia.pieces:
        (note,) = [note for note in piece.notes if note.startswith("Not as in the book")]
        assert "Own rule Plan" in note
        assert "45 minutes" in note
        assert "reach: 60" in note
        assert "motorway 95" in note
    assert "cities.csv" in freedonia.exhibits["tab-own-rules"].notes[-1]


def test_the_choice_of_a_country_is_no_deviation(colombia):
    page = colombia.html().decode()
    assert "Not as in the book" not in page
    assert "country = " not in page
    for piece in colombia.pieces:
        assert "country" not in [name for name, *_ in piece.columns]
    freedonia_note = "Not as in the book: cities are those of cities.csv"
    own = brief.of("COL", settings=brief.Settings(half_life=45)).html().decode()
    assert "Not as in the book: Decay: people count half for every 45 minutes, not 30." in own
    assert freedonia_note not in own


def test_what_a_file_holds_in_vain_is_told():
    cities, regions = (pd.read_csv(FILES[kind]) for kind in ("cities", "regions"))
    cities.loc[3, "region"] = "Atlantis"
    gone = (regions["region"] == "South Plain") & (regions["year"] == 2022)
    made = brief.of(
        "Freedonia",
        cities=cities,
        regions=regions[~gone],
        roads=FILES["roads"],
        settings=brief.Settings(speeds={"motorway": 95}),
    )
    told = " ".join(made.not_run).replace("\u00a0", " ")
    assert "Regions of cities that regions.csv lacks: Atlantis." in told
    assert "not there in both 2012 and 2022: South Plain." in told
    assert "without a speed of its own: trunk. They count 60 km an hour." in told
    whole = brief.of("Freedonia", **FILES)
    assert not [line for line in whole.not_run if "lacks:" in line or "of its own" in line]


def test_cities_between_which_no_way_is_sought_are_told(monkeypatch):
    for module in (ways, idle, pieces):
        monkeypatch.setattr(module, "MOST_CITIES", 5)
    made = brief.of("Freedonia", cities=FILES["cities"], roads=FILES["roads"])
    assert any("Reach of the 15 smallest cities" in line for line in made.not_run)
    assert dict(made.entries[-1].terms)["Reach"].startswith("No way was looked for")
    assert "within reach by road" in dict(made.entries[0].terms)["Reach"]


def test_the_brief_says_what_was_replaced_and_what_was_not(freedonia):
    page = freedonia.html().decode()
    for words in ("your file cities.csv (22 rows", "regions.csv", "roads.csv", "settings.toml"):
        assert words in page
    vietnam = brief.of("VNM", settings=brief.Settings(rule="D1"))
    assert ["Cities", "the book's tables"] in list(vietnam.basis.rows)
    assert "tables, not from yours." in vietnam.html().decode()


def test_few_cities_are_told():
    one = pd.DataFrame({"name": ["A"], "lat": [1.0], "lon": [1.0], "population": [5_000]})
    made = brief.of("Freedonia", cities=one)
    assert "little can be said" in made.lead or "no secondary city" in made.lead
    assert any("Rank and size" in line for line in made.not_run)
    assert made.html()


def test_without_output_the_gap_is_told_to_lack():
    cities = pd.read_csv(FILES["cities"])
    made = brief.of("Freedonia", cities=cities)
    assert any("--regions" in line for line in made.not_run)
    assert not any(section.id == "gap" for section in made.sections)


# --- the page ----------------------------------------------------------------------------------


def test_the_page_needs_nothing_else_and_runs_no_script(freedonia, colombia):
    for made in (freedonia, colombia):
        page = made.html().decode()
        assert "<script" not in page
        assert not re.findall(r"(?:src|href)=\"(?!data:|#)[^\"]+", page)
        assert "default-src 'none'" in page
        assert page.count("<h1") == 1
        assert page.count("<svg") == page.count('role="img"')
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))


def test_the_page_folds_cities_long_tables_and_sources(freedonia, colombia):
    for made in (freedonia, colombia):
        page = made.html().decode()
        assert page.count('<details class="city"') == len(made.entries)
        assert page.count('<details class="city" open>') == min(3, len(made.entries))
        assert page.count('<details class="sources">') == len(made.pieces)
        long = [piece for piece in made.pieces if piece.columns and len(piece.data) > 15]
        assert page.count('<details class="rows">') == len(long)
        shown = sum(len(piece.data) for piece in made.pieces if piece.columns)
        shown += sum(len(section.table.rows) for section in made.sections if section.table)
        assert page.count('role="rowheader"') == shown + len(made.basis.rows)


def test_names_cannot_break_the_page():
    bad = '<script>alert("x")</script> $\\frac$ & "q"'
    cities = pd.read_csv(FILES["cities"])
    cities.loc[0, "name"] = bad
    cities.loc[1, "region"] = bad
    page = brief.of("Freedonia", cities=cities).html().decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_same_files_make_the_same_bytes(freedonia):
    code = (
        "import sys; from scsreport import brief; from scsreport.brief import examples as e; "
        "f = dict(zip(('cities', 'regions', 'roads', 'settings'), (e.FOLDER / n for n in e.FILES)))"
        "; sys.stdout.buffer.write(brief.of(e.NAME, **f).html())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert done.stdout == freedonia.html()


# --- countries -----------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["Colombia", "COL", "co", "colombia ", "Côte d'Ivoire", "Turkey"])
def test_a_country_is_known_by_name_code_and_other_spellings(asked):
    assert countries.known(asked) is not None


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("Columbia", "Colombia"), ("Vietnm", "Viet Nam"), ("Moroco", "Morocco"), ("Indonsia", "Indo")],
)
def test_a_misspelt_country_is_suggested_with_or_without_files(asked, meant):
    for files in ({}, {"cities": FILES["cities"]}):
        with pytest.raises(brief.BriefError, match=f"found '{asked}'.*{meant}"):
            brief.of(asked, **files)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Korea", ["Republic of Korea", "Democratic People's Republic of Korea"]),
        ("Republic of Ghana", ["Ghana"]),
        ("Bosnia", ["Bosnia and Herzegovina"]),
        ("UAE", ["United Arab Emirates"]),
        ("DRC", ["Democratic Republic of the Congo"]),
        ("America", ["United States of America"]),
    ],
)
def test_a_part_of_a_name_is_no_country_but_suggests_some(asked, meant):
    assert countries.known(asked) is None
    assert countries.suggestions(asked) == meant


@pytest.mark.parametrize(
    ("asked", "iso3"),
    [
        ("United States", "USA"),
        ("Republic of the Congo", "COG"),
        ("North Korea", "PRK"),
        ("South Korea", "KOR"),
        ("DR Congo", "COD"),
        ("UK", "GBR"),
    ],
)
def test_a_spelling_of_one_country_alone_is_that_country(asked, iso3):
    assert countries.known(asked).iso3 == iso3


def test_every_printed_name_and_code_is_known():
    for column in ("country", "iso3"):
        for code, name in short_names(column).items():
            assert countries.known(name).name == name
            assert countries.known(code).name == name


def test_a_new_country_may_be_spelt_like_a_known_one():
    made = brief.of("Columbia", cities=FILES["cities"], settings=brief.Settings(is_new=True))
    assert made.name == "Columbia"


@pytest.mark.parametrize("asked", ["", " ", "x" * 500, "a\x00b"])
def test_what_is_no_name_is_refused(asked):
    with pytest.raises(brief.BriefError, match="country: found"):
        brief.of(asked, cities=FILES["cities"])


def test_the_box_of_a_country_holds_its_places():
    for code in ("COL", "FJI", "RUS", "USA"):
        country = countries.known(code)
        box = consistency.box_of(country)
        places = units()[units()["country"] == country.country]
        assert box.holds(places["lat"], places["lon"]).all()


# --- writing -------------------------------------------------------------------------------------


def test_a_brief_replaces_an_earlier_one_and_nothing_else(tmp_path):
    first = brief.write("TUV", tmp_path)
    assert brief.write("TUV", tmp_path) == first
    assert [file.name for file in tmp_path.iterdir()] == [first.name]
    first.write_text("mine")
    with pytest.raises(brief.BriefError, match="no brief"):
        brief.write("TUV", tmp_path)
    assert first.read_text() == "mine"


def test_no_input_is_ever_written_over(tmp_path):
    cities = tmp_path / "brief-freedonia.html"
    content = FILES["cities"].read_bytes()
    cities.write_bytes(content)
    with pytest.raises(brief.BriefError, match="made from"):
        brief.write("Freedonia", tmp_path, cities=cities)
    assert cities.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(brief.BriefError, match="--out"):
        brief.write("TUV", tmp_path / "file" / "inner")


def test_what_fails_while_writing_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.Path, "replace", fail)
    with pytest.raises(brief.BriefError, match="No space left"):
        writing.put(b"x", tmp_path / "a" / "b" / "file.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_ends_in_the_middle_of_a_file_leaves_nothing(tmp_path, monkeypatch, fault):
    make = tempfile.NamedTemporaryFile

    def full(*args, **given):
        file = make(*args, **given)

        def write(_):
            raise fault

        file.write = write
        return file

    monkeypatch.setattr(writing.tempfile, "NamedTemporaryFile", full)
    with pytest.raises((brief.BriefError, KeyboardInterrupt)):
        writing.put(b"x", tmp_path / "a" / "b" / "file.html")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises((brief.BriefError, KeyboardInterrupt)):
        writing.put(b"x", tmp_path / "file.html")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_told_before_anything_is_computed(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(making, "of", None)
    for out in (tmp_path / "file", tmp_path / "file" / "inner"):
        with pytest.raises(brief.BriefError, match=r"--out: found .*file, which is a file"):
            brief.write("TUV", out)


# --- schemas and example -------------------------------------------------------------------------


def test_the_example_is_written_once_and_its_command_runs(tmp_path):
    files = examples.write(tmp_path / "new")
    assert [file.name for file in files] == list(examples.FILES)
    with pytest.raises(brief.BriefError, match="already"):
        examples.write(tmp_path / "new")
    command = [sys.executable, "-m", *examples.COMMAND.split()]
    done = subprocess.run(command, cwd=tmp_path / "new", capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "new" / "briefs" / "brief-freedonia.html").exists()


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_every_column_of_a_schema_is_described(kind):
    told = schemas.described(kind)
    for field in schemas.SCHEMAS[kind].fields:
        assert f"  {field.name} " in told


def test_the_page_of_the_book_tells_every_column_and_shows_the_settings():
    text = (ROOT / "chapters" / "your-own-data.md").read_text("utf-8")
    assert f"This is schema {schemas.VERSION};" in text
    for schema in schemas.SCHEMAS.values():
        for field in schema.fields:
            assert f"`{field.name}`" in text
    shown = re.findall(r"^```text\n(rule = .*?)^```", text, re.S | re.M)
    settings = settings_of(shown[0].encode(), "page.toml")
    assert settings.rule == "Plan"
    assert settings.speeds == {"motorway": 95}
