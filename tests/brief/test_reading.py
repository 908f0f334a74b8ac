"""Every fault of a reader's files is told at once: file, row, column, found, expected."""

import io

import pandas as pd
import pytest

from scsreport import brief
from scsreport.brief import consistency, examples
from scsreport.findings.counting import units
from scsreport.geometry import kilometres, unit_vectors

CITIES = (examples.FOLDER / "cities.csv").read_text("utf-8")
REGIONS = (examples.FOLDER / "regions.csv").read_text("utf-8")
ROADS = (examples.FOLDER / "roads.csv").read_text("utf-8")


def refused(tmp_path, country="Freedonia", **texts):
    """The faults told of some files, given as text or bytes."""
    files = {}
    for kind, content in texts.items():
        files[kind] = tmp_path / f"{kind}.{'toml' if kind == 'settings' else 'csv'}"
        files[kind].write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(brief.BriefError) as caught:
        brief.write(country, tmp_path / "out", **files)
    assert not (tmp_path / "out").exists()
    return caught.value


def faults(error):
    return [(p.row, p.column, p.found, p.expected) for p in error.problems]


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "found", "expected"),
    [
        ("-41.383,", '"-41,383",', 3, "lat", "'-41,383'", "a decimal point, not a comma"),
        ("940000", '"940,000"', 3, "population", "'940,000'", "without commas; a decimal point"),
        ("940000", "940.5", 3, "population", "'940.5'", "a whole number"),
        ("940000", "940", 3, "population", "'940'", "people, 1,000 to 60,000,000"),
        ("940000", "940000 people", 3, "population", "'940000 people'", "without a unit behind"),
        ("940000", "", 3, "population", "nothing", "a value"),
        ("940000", "many", 3, "population", "'many'", "a whole number"),
        ("-41.383", "-141.383", 3, "lat", "'-141.383'", "degree, -90 to 90"),
        ("Marx Landing", "Rufus", 3, "name", "'Rufus', as in line 2", "no other city has"),
        ("Marx Landing", " Marx", 3, "name", "' Marx'", "without spaces"),
        ("Marx Landing", "MÃ¼nster", 3, "name", "'MÃ¼nster'", "'Münster'"),
        ("-41.383,-25.124", "-41.200,-23.600", 3, "lat", "as in line 2", "a place of its own"),
        ("-25.124", "nan", 3, "lon", "'nan'", "a number"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path, old, new, row, column, found, expected):
    error = refused(tmp_path, cities=CITIES.replace(old, new, 1))
    told = [fault for fault in faults(error) if fault[:2] == (row, column)]
    assert len(told) == 1
    assert found in told[0][2]
    assert expected in told[0][3]
    assert f"cities.csv, line {row}, column {column}: found" in str(error)


def test_all_faults_of_all_files_come_at_once(tmp_path):
    cities = CITIES.replace("940000", "940,5").replace("-41.050", "x").replace("415000", "12")
    roads = ROADS.replace("Rufus,Firefly,34.5", "Rufus,Fireflies,34.5").replace("32.9", "-3")
    regions = REGIONS.replace("North Coast,2014", "North Coast,2012", 1)
    error = refused(
        tmp_path, cities=cities.replace("940,5", '"940,5"'), roads=roads, regions=regions
    )
    named = {(p.file, p.column) for p in error.problems}
    assert {("cities.csv", "population"), ("cities.csv", "lat")} <= named
    assert {("roads.csv", "km"), ("regions.csv", "region")} <= named
    assert "Firefly" in str(error)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (CITIES.replace(",", ";"), "semicolons"),
        (CITIES.replace(",", "\t"), "tabs"),
        (CITIES.replace("Rufus", "Zürich").encode("latin-1"), "Latin-1"),
        (CITIES.encode("utf-16"), "UTF-16"),
        (b"", "empty"),
        (b"%PDF-1.7", "found a PDF, expected plain CSV"),
        (b'{"type": "FeatureCollection"}', "found JSON, expected plain CSV"),
        (f"sep=;\n{CITIES.replace(',', ';')}", "'sep=' above the headings, which stand in line 2"),
        (b"PK\x03\x04" + bytes(100), "zip"),
        ("name,lat\nA,1\n", "no such column"),
        (CITIES.replace("lon", "lng", 1), "lng"),
        (CITIES.replace("population", "people", 1), "people"),
        (CITIES.replace("name,", "name,name,", 1), "2 times"),
        (CITIES.replace("\n", ",\n"), "comma"),
        (CITIES.splitlines()[0] + "\n", "1 or more"),
    ],
)
def test_what_is_no_table_of_the_schema_is_named(tmp_path, content, words):
    assert words in str(refused(tmp_path, cities=content))


def test_swapped_coordinates_are_named_and_not_mended(tmp_path):
    rows = [line.split(",") for line in CITIES.splitlines()]
    rows[3][1], rows[3][2] = "120.5", "-41.05"
    error = refused(tmp_path, cities="\n".join(map(",".join, rows)))
    assert "-90 to 90" in str(error)
    colombia = "name,lat,lon,population\nBogotá,4.61,-74.08,8000000\nCali,-76.52,3.43,2400000\n"
    (fault,) = faults(refused(tmp_path, "Colombia", cities=colombia))
    assert fault[:3] == (3, "lat", "lat -76.52, lon 3.43")
    assert "swapped?" in fault[3]


def test_swapped_coordinates_of_a_new_country_are_named(tmp_path):
    rows = [f"C{n},{40 + n / 10},{20 + n / 7:.2f},{200000 + n}" for n in range(9)]
    error = refused(
        tmp_path, cities="\n".join(["name,lat,lon,population", *rows, "X,21.1,40.2,150000"])
    )
    assert [fault[:2] for fault in faults(error)] == [(11, "lat")]


def test_mixed_units_are_named(tmp_path):
    colombia = "name,lat,lon,population\nBogotá,4.61,-74.08,8000000\nCali,3.43,-76.52,2393\n"
    (fault,) = faults(refused(tmp_path, "Colombia", cities=colombia))
    assert fault[:2] == (3, "population") and "thousands?" in fault[3]
    metres = ROADS.replace("Rufus,Firefly,34.5", "Rufus,Firefly,3450.0")
    (fault,) = faults(refused(tmp_path, cities=CITIES, roads=metres))
    assert fault[1] == "km" and "metres?" in fault[3]
    miles = ROADS.replace("Rufus,Firefly,34.5", "Rufus,Firefly,12.0")
    (fault,) = faults(refused(tmp_path, cities=CITIES, roads=miles))
    assert "straight line" in fault[3]
    line = REGIONS.splitlines()[2].split(",")
    thousands = REGIONS.replace(",".join(line), ",".join([*line[:3], str(int(line[3]) // 1000)]))
    told = faults(refused(tmp_path, cities=CITIES, regions=thousands))
    assert (3, "population") in [fault[:2] for fault in told]


def test_roads_need_cities_and_two_ends(tmp_path):
    assert "cities" in str(refused(tmp_path, "Colombia", roads=ROADS))
    both = ROADS.replace("Rufus,Firefly", "Rufus,Rufus")
    assert "at both ends" in str(refused(tmp_path, cities=CITIES, roads=both))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("half_life = 45", "half_life = -1", "decay.half_life: found -1, expected a number from 1"),
        ("half_life = 45", "halflife = 45", "is half_life meant?"),
        ("[decay]", "[decya]", "is decay meant?"),
        ('rule = "Plan"', 'rule = "D9"', "rule: found 'D9', expected one of D1"),
        ("minimum = 120_000", "minimum = 900_000", "rules.Plan"),
        ("minimum = 120_000", 'minimum = "many"', "rules.Plan.minimum: found 'many'"),
        ("reach = 60", "reach = true", "thresholds.reach: found True, expected a number"),
        ("reach = 60", "reach = 0", "thresholds.reach: found 0, expected km"),
        ("motorway = 95", "motorway = 1e9", "speeds.motorway"),
        ("schema = 1", "schema = 2", "schema: found 2, expected 1"),
        ("[decay]", "[decay", "TOML that can be read"),
        ("[rules.Plan]", "[rules.D1]", "rule of the book"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, old, new, words):
    settings = (examples.FOLDER / "settings.toml").read_text("utf-8")
    assert old in settings
    error = refused(tmp_path, cities=CITIES, settings=settings.replace(old, new, 1))
    assert words in str(error)
    assert "settings.toml" in str(error)


def test_all_faults_of_headings_come_at_once(tmp_path):
    error = refused(tmp_path, cities="name,Lat,lng,population,year\nA,1,2,3000,2020\n")
    told = {(p.column, p.found) for p in error.problems}
    assert (None, "the heading 'Lat'") in told
    assert {(None, "the heading 'lng'"), ("year", "a column too many")} <= told
    error = refused(tmp_path, cities="name,lat,population,height\nA,1,3000,2020\n")
    told = {(p.column, p.found) for p in error.problems}
    assert {("lon", "no such column"), ("height", "a column too many")} <= told


def test_another_encoding_is_named_with_the_line_and_the_word(tmp_path):
    content = CITIES.replace("Firefly", "Bogotá").encode("latin-1")
    (fault,) = faults(refused(tmp_path, cities=content))
    assert fault[0] == 4
    assert fault[2] == "byte 0xe1, which is no UTF-8"
    assert fault[3].startswith("text in UTF-8; ")
    assert "'Bogotá'" in fault[3]


def test_a_frame_is_judged_like_a_file():
    cities = pd.read_csv(examples.FOLDER / "cities.csv")
    assert len(brief.of("Freedonia", cities=cities).frames["tab-own-cities"]) == 20
    with pytest.raises(brief.FileError, match="line 2, column lat"):
        brief.of("Freedonia", cities=cities.assign(lat=999))


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(brief.BriefError, match=r"nowhere\.csv"):
        brief.of("Freedonia", cities=tmp_path / "nowhere.csv")
    with pytest.raises(brief.BriefError, match="folder"):
        brief.of("Freedonia", cities=tmp_path)


# --- files as a spreadsheet writes them -----------------------------------------------------------


def cells(text, column, change):
    """A file with each cell of a column changed."""
    head, *rows = (line.split(",") for line in text.splitlines())
    place = head.index(column)
    for row in rows:
        row[place] = change(row[place])
    return "\n".join(map(",".join, [head, *rows])) + "\n"


def table(text):
    """A frame of the text of a file."""
    return pd.read_csv(io.StringIO(text))


def european(text):
    """A file with semicolons, decimal commas and the line ends of Windows."""
    rows = [[cell.replace(".", ",") for cell in line.split(",")] for line in text.splitlines()]
    return "\r\n".join(map(";".join, rows)) + "\r\n"


def said(error):
    return str(error).splitlines()


def test_every_fault_of_a_spreadsheet_comes_at_once(tmp_path):
    """Encoding, separators, headings, decimal commas, points between thousands and a total."""
    headings = "Ciudad,Latitud,Longitud,Población 2023,Región,Notas"
    file = cells(CITIES, "population", lambda people: f"{int(people):,}".replace(",", "'"))
    file = european(file.replace(CITIES.splitlines()[0], headings)).replace("'", ".")
    file += "Total;;;8.929.000;;\r\n"
    error = refused(tmp_path, cities=file.encode("cp1252"), regions=european(REGIONS))
    told = str(error)
    for words in (
        "cities.csv, line 1: found byte 0xf3",
        "cities.csv, line 1: found columns parted by semicolons",
        "found the heading 'Ciudad', expected 'name'",
        "found the heading 'Latitud', expected 'lat'",
        "found the heading 'Población 2023', expected 'population'",
        "column Notas: found a column too many",
        "column lat: found '-41,200', expected a number with a decimal point, not a comma",
        "column population: found '3.200.000', expected a whole number without points between",
        "column lat: found nothing, expected a value; a row of totals is to be removed",
        "regions.csv, line 1: found columns parted by semicolons",
    ):
        assert words in told


def test_faults_that_are_alike_take_few_lines_and_name_each_line(tmp_path):
    rows = [f"C{n},{n / 200:.3f},{n / 100:.3f},{n} 000" for n in range(100, 1_000)]
    cities = "\n".join(["name,lat,lon,population", *rows])
    error = refused(tmp_path, cities=cities, roads="from,to,km\nC100,Nowhere,5\n")
    assert len(error.problems) == 901
    assert len(said(error)) < 10
    assert "cities.csv, column population: 897 more like the last, in lines 5 to 901" in said(error)
    assert "roads.csv, line 2, column to: found 'Nowhere'" in str(error)
    assert said(error)[0].startswith("cities.csv, roads.csv: 901 faults")


def test_lines_above_the_headings_and_notes_below_are_named(tmp_path):
    file = "Cities of Freedonia,,,,,\n,,,,,\n" + CITIES.replace("940000", "94O000")
    error = refused(tmp_path, cities=f"{file}Source: census of 2023\n")
    assert "above the headings, which stand in line 3" in str(error)
    assert "line 5, column population: found '94O000'" in str(error)
    assert "a note is no row: remove 'Source: census of 2023'" in str(error)


@pytest.mark.parametrize(
    ("old", "new", "column", "expected"),
    [
        ("940000", "940.000", "population", "without points between thousands"),
        ("940000", "940\u00a0000", "population", "without marks between thousands"),
        ("940000", "9.4E+05", "population", "written out"),
        ("940000,South Plain", "940000,#N/A", "region", "a formula of the spreadsheet fails"),
        ("940000,South Plain", "940000,NULL", "region", "an empty cell where not known"),
        ("-41.383", "4571234.5", "lat", "WGS 84"),
        ("-41.383", "41°23'S", "lat", "a minus in the south or west"),
        ("-41.383", "141.383", "lat", "are lat and lon swapped?"),
        ("-41.383,-25.124", "0,0", "lat", "zeros mostly stand for one that is not known"),
        ("Marx Landing", "FIREFLY", "name", "each city once"),
        ("Marx Landing", "Total", "name", "a row of totals is to be removed"),
    ],
)
def test_what_could_be_misread_is_refused(tmp_path, old, new, column, expected):
    cities = CITIES.replace(old, new, 1).replace("-41.050,-23.350", "-41.390,-25.130")
    told = [fault for fault in faults(refused(tmp_path, cities=cities)) if fault[1] == column]
    assert len(told) == 1
    assert expected in told[0][3]


def test_a_row_that_adds_up_the_others_is_named(tmp_path):
    people = sum(int(line.split(",")[3]) for line in CITIES.splitlines()[1:])
    error = refused(tmp_path, cities=f"{CITIES}Freedonia,-41.0,-24.0,{people},,\n")
    assert "the sum of all others" in str(error)
    table = pd.read_csv(examples.FOLDER / "regions.csv")
    whole = table.groupby("year", as_index=False)[["output", "population"]].sum()
    both = pd.concat([table, whole.assign(region="Freedonia")])
    error = refused(tmp_path, cities=CITIES, regions=both.to_csv(index=False))
    assert [fault[1] for fault in faults(error)] == ["region"] * len(whole)


def test_points_between_thousands_of_output_are_named_where_some_have_none(tmp_path):
    points = cells(REGIONS, "output", lambda output: f"{int(output):,}".replace(",", "."))
    mixed = points.replace("16.000", "850")
    told = faults(refused(tmp_path, cities=CITIES, regions=mixed))
    assert {fault[1] for fault in told} == {"output"}
    assert "without points between thousands" in told[0][3]
    decimals = mixed.replace("52.000", "52.5")
    made = brief.of("Freedonia", cities=examples.FOLDER / "cities.csv", regions=table(points))
    whole = brief.of("Freedonia", cities=examples.FOLDER / "cities.csv", regions=table(REGIONS))
    gap = [each.frames["fig-own-gap"]["value"].to_list() for each in (made, whole)]
    assert gap[0] == pytest.approx(gap[1])
    assert "three decimals" not in str(refused(tmp_path, regions=f"{decimals}A,2012,x,1000\n"))


def test_a_junction_needs_a_name(tmp_path):
    roads = f"{ROADS}junction:,Rufus,30,\n"
    (fault,) = faults(refused(tmp_path, cities=CITIES, roads=roads))
    assert fault[1:3] == ("from", "'junction:'")


def test_a_built_up_area_reaches_only_so_far(tmp_path):
    cities = CITIES.replace("57000,North Plain,", "57000,North Plain,rufus")
    (fault,) = faults(refused(tmp_path, cities=cities))
    assert fault[1] == "footprint"
    assert "km from 'Rufus', the largest city of it" in fault[2]


def test_no_built_up_area_of_the_book_reaches_so_far():
    places = units()[units()["footprint"].notna()]
    largest = places.loc[places.groupby("footprint")["population"].idxmax()].set_index("footprint")
    ends = [places, largest.loc[places["footprint"]]]
    km = kilometres(*(unit_vectors(each["lat"], each["lon"]) for each in ends))
    assert km.max() < consistency.FOOTPRINT_KM


def test_other_spellings_of_a_region_are_named(tmp_path):
    for name in ("North coast", "Nort Coast"):
        regions = REGIONS.replace("North Coast,2022", f"{name},2022")
        (fault,) = faults(refused(tmp_path, cities=CITIES, regions=regions))
        assert fault[1:3] == ("region", repr(name))
        assert "'North Coast' meant?" in fault[3]
    cities = CITIES.replace("North Coast", "NORTH COAST")
    told = faults(refused(tmp_path, cities=cities, regions=REGIONS))
    assert {fault[3] for fault in told} == {"'North Coast', as in regions.csv"}


def test_speeds_that_no_road_has_are_named(tmp_path):
    settings = (examples.FOLDER / "settings.toml").read_text("utf-8")
    other = settings.replace("trunk = 70", "trnk = 70")
    (fault,) = faults(refused(tmp_path, cities=CITIES, roads=ROADS, settings=other))
    assert fault[1] == "speeds.trnk" and "is trunk meant?" in fault[3]
    alone = faults(refused(tmp_path, cities=CITIES, settings=settings))
    assert {fault[1] for fault in alone} == {"speeds.motorway", "speeds.trunk"}


def test_people_of_settings_are_no_thousands(tmp_path):
    settings = (examples.FOLDER / "settings.toml").read_text("utf-8")
    points = settings.replace("120_000", "120.000").replace("700_000", "700.000")
    points = points.replace("reach = 60", "reach = 60\nsize_floor = 50.000")
    told = faults(refused(tmp_path, cities=CITIES, roads=ROADS, settings=points))
    wrong = {"rules.Plan.minimum", "rules.Plan.maximum", "thresholds.size_floor"}
    assert {fault[1] for fault in told} == wrong


def test_faults_of_country_settings_and_files_come_together(tmp_path):
    error = refused(
        tmp_path,
        "Vietnan",
        cities=CITIES.replace("940000", "940 000"),
        regions=b"PK\x03\x04 xl/workbook.xml",
        settings="[decay]\nhalf_life = 45,5\n",
    )
    told = str(error)
    assert said(error)[0].startswith("country, settings.toml, cities.csv, regions.csv: 4 faults")
    assert "is Viet Nam meant?" in told
    assert "settings.toml, line 2: found no TOML" in told
    assert "cities.csv, line 3, column population: found '940 000'" in told
    assert "regions.csv: found a workbook of Excel (.xlsx)" in told


def test_a_file_of_another_kind_is_named(tmp_path):
    assert "is it a file for --regions?" in str(refused(tmp_path, cities=REGIONS))


@pytest.mark.parametrize("name", ["cities.CSV", "cities.txt"])
def test_lines_are_called_lines_whatever_the_file_is_called(tmp_path, name):
    (tmp_path / name).write_text(CITIES.replace("940000", "x"))
    with pytest.raises(brief.FileError, match=f"{name}, line 3, column population"):
        brief.of("Freedonia", cities=tmp_path / name)


@pytest.mark.parametrize("asked", ["U.K.", "England", "Albion"])
def test_a_list_of_a_country_of_the_book_is_no_new_country(tmp_path, asked):
    cities = (
        "name,lat,lon,population\nLondon,51.51,-0.13,8960000\nBirmingham,52.48,-1.9,1140000\n"
        "Leeds,53.8,-1.55,530000\nGlasgow,55.86,-4.26,620000\n"
    )
    error = refused(tmp_path, asked, cities=cities)
    assert f"found '{asked}'" in str(error)
    assert "is United Kingdom meant?" in str(error)


def test_a_minus_that_lacks_is_named(tmp_path):
    cities = "name,lat,lon,population\nBogotá,4.61,-74.08,8000000\nCali,3.43,76.52,2400000\n"
    (fault,) = faults(refused(tmp_path, "Colombia", cities=cities))
    assert "does lon lack its minus, for west?" in fault[3]
