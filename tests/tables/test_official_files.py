"""Files that a reader adds: what is taken, what is refused and in which words."""

import re
import zipfile
from xml.sax.saxutils import escape

import pandas as pd
import pytest
from click.testing import CliRunner

from scsreport import cli
from scsreport.book import execution
from scsreport.findings import growth as growth_findings
from scsreport.tables import datasets, official_files, paths
from scsreport.tables.added import wup2018
from scsreport.tables.official_files import AddedError

TITLES = [
    ["United Nations"],
    ["World Urbanization Prospects: The 2018 Revision"],
    ["File 12: Population of Urban Agglomerations, 1950-2035 (thousands)"],
]
NAMIBIA = 516
FIELDS = [field.name for field in official_files.kinds()["wup2018"]["fields"]]
HEADS = [int(name) if name.isdigit() else name for name in FIELDS]
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A user data folder of the test's own."""
    monkeypatch.setattr(paths, "USER_DATA", tmp_path / "user")
    growth_findings.aggregates.cache_clear()
    yield tmp_path / "user"
    growth_findings.aggregates.cache_clear()


@pytest.fixture
def cells():
    """The sheet as published, with invented cities."""
    people = datasets.load("countries").set_index("iso3")["population"]
    areas = datasets.load("un-areas")
    large = areas["m49"][areas["iso3"].map(people) > 50_000_000].tolist()
    places = {n: large[n % len(large)] for n in range(2, wup2018.ROWS + 1)} | {1: NAMIBIA}
    lines = [
        [n, places[n], f"Country {places[n]}", 20_000 + n, f"City {n}", "", 10.5, 20.5]
        + [round(n * 1.02 ** (year - 1950) / 30, 3) for year in HEADS[8:]]
        for n in sorted(places)
    ]
    return [*TITLES, [], HEADS, *lines]


def workbook(file, cells, sheet="Data"):
    """Write the least that is a workbook."""
    lines = []
    for cell_row in cells:
        row = (
            f"<c><v>{cell!r}</v></c>"
            if isinstance(cell, (int, float))
            else f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for cell in cell_row
        )
        lines.append(f"<row>{''.join(row)}</row>")
    target = f'<Relationship Id="r1" Type="{LINKS}/%s" Target="%s"/>'
    links = f'<Relationships xmlns="{PACKAGE}/relationships">{target}</Relationships>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/></Types>',
        )
        package.writestr("_rels/.rels", links % ("officeDocument", "xl/workbook.xml"))
        package.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{SHEETS}" xmlns:r="{LINKS}"><sheets>'
            f'<sheet name="{sheet}" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels", links % ("worksheet", "worksheets/sheet1.xml")
        )
        package.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{SHEETS}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
        )
    return file


def regional(file, edit=lambda table: table, **more):
    """Write a table of two regions in the plain layout."""
    table = pd.DataFrame(
        {
            "iso3": "NAM",
            "region_code": ["NAMr1", "NAMr2"] * 2,
            "region": ["North", "South"] * 2,
            "year": [2000, 2000, 2010, 2010],
            "population": [900_000, 950_000, 1_000_000, 1_100_000],
            "source": "census",
        }
    )
    edit(table).to_csv(file, index=False, **more)
    return file


def test_sheet_is_converted_whole(tmp_path, cells, folder):
    target = official_files.add("wup2018", workbook(tmp_path / "f12.xlsx", cells))
    assert target == folder / "wup2018.json"
    assert len(list(folder.iterdir())) == 3
    table = official_files.load_added("wup2018")
    assert len(table) == wup2018.ROWS * 18
    assert table["city"].nunique() == wup2018.ROWS
    assert (table["country"] == "NA").any()
    row = table[(table["city"] == 20_300) & (table["year"] == 1950)].iloc[0]
    assert (row["name"], row["population"], row["lat"]) == ("City 300", 10_000, 10.5)
    assert table.attrs["file"] == "f12.xlsx"
    assert len(table.attrs["sha256"]) == 64


def other(row, column, value):
    def edit(cells):
        cells[row][column] = value
        return cells

    return edit


FIRST = len(TITLES) + 2


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            other(1, 0, "World Urbanization Prospects: The 2014 Revision"),
            r"found the title '.*The 2014 Revision.*expected 'World Urbanization Prospects: The",
        ),
        (
            other(2, 0, "File 11a: The 30 Largest Urban Agglomerations"),
            r"found the title '.* File 11a.*expected 'File 12:'",
        ),
        (other(1, 0, "Cities"), r"found the title '.*Cities.*', expected 'World Urb"),
        (
            lambda cells: [line for line in cells if line[:1] != ["Index"]],
            r"found no line that begins with 'Index', expected the headings",
        ),
        (lambda cells: [line[:25] for line in cells], r"found column 'no column', expected '2035'"),
        (other(FIRST - 1, 25, 2040), r"found column '2040', expected '2035'"),
        (
            lambda cells: [
                *cells[: FIRST - 1],
                [*HEADS[:6], HEADS[7], HEADS[6], *HEADS[8:]],
                *cells[FIRST:],
            ],
            r"found column 'Longitude', expected 'Latitude'",
        ),
        (lambda cells: cells[:-7], r"found 1,853 agglomerations, expected 1,860"),
        (other(FIRST + 11, 15, -4.0), r"xlsx: row 12, column 1985: found -4.0, expected 0 or more"),
        (other(FIRST + 11, 15, "x"), r"row 12, column 1985: found 'x', expected a number"),
        (other(FIRST + 11, 15, ""), r"row 12, column 1985: found nothing, expected a value"),
        (other(FIRST + 11, 25, 90_000), r"column 2035: found 90000.0, expected 60000 or less"),
        (other(FIRST + 3, 6, 120), r"row 4, column Latitude: found 120"),
        (other(FIRST + 3, 3, 20_001), r"column City Code: found 20001.*no other row"),
        (
            other(FIRST + 3, 1, 998),
            r"found 998, the country 'Country \d+', expected one",
        ),
    ],
)
def test_another_sheet_is_refused(tmp_path, cells, folder, edit, message):
    file = workbook(tmp_path / "f12.xlsx", edit([list(line) for line in cells]))
    with pytest.raises(AddedError, match=message) as caught:
        official_files.add("wup2018", file)
    assert re.match(r"f12\.xlsx: (found|row \d+, column .*: found) ", str(caught.value))
    assert "Download File 12 of the 2018 revision" in str(caught.value)
    assert not folder.exists()


def test_renamed_sheet_and_other_files_are_refused(tmp_path, cells):
    with pytest.raises(AddedError, match=r"found sheets \['Blatt1'\], expected a sheet 'Data'"):
        official_files.add("wup2018", workbook(tmp_path / "a.xlsx", cells[:6], sheet="Blatt1"))
    for content in (b"", b"no workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)):
        (tmp_path / "b.xls").write_bytes(content)
        with pytest.raises(AddedError, match=r"b\.xls: found no readable workbook.*Download"):
            official_files.add("wup2018", tmp_path / "b.xls")
    with pytest.raises(AddedError, match=r"c\.xls cannot be read \(No such file"):
        official_files.add("wup2018", tmp_path / "c.xls")
    with pytest.raises(AddedError, match=r"found 'wup', expected one of wup2018, regional"):
        official_files.add("wup", tmp_path / "b.xls")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999, 0.9999])
def test_a_download_cut_short_is_refused(tmp_path, share, shared):
    content = shared("WUP2018-F12-Cities_Over_300K.xls").read_bytes()
    (tmp_path / "cut.xls").write_bytes(content[: int(share * len(content))])
    with pytest.raises(AddedError, match=r"cut\.xls: found"):
        official_files.add("wup2018", tmp_path / "cut.xls")


def test_regional_population_is_taken(tmp_path):
    official_files.add("regional-population", regional(tmp_path / "p.csv", encoding="utf-8-sig"))
    table = official_files.load_added("regional-population")
    assert list(table) == list(pd.read_csv(tmp_path / "p.csv", encoding="utf-8-sig"))
    assert table["population"].sum() == 3_950_000
    gdl = regional(
        tmp_path / "g.csv",
        lambda t: t.rename(columns={"region_code": "gdlcode"}).drop(columns="source"),
    )
    assert set(official_files.read("regional-population", gdl)["source"]) == {"Global Data Lab"}


@pytest.mark.parametrize(
    ("edit", "more", "message"),
    [
        (lambda t: t.drop(columns="source"), {}, r"columns iso3, .*population, expected iso3"),
        (lambda t: t, {"sep": ";"}, r"found columns parted by semicolons \(iso3;region_code"),
        (lambda t: t.assign(extra=1), {}, r"found columns .*extra, expected iso3"),
        (
            lambda t: t.assign(population=-t["population"]),
            {},
            r"line 2, column population: found '-900000', expected a whole number",
        ),
        (lambda t: t.assign(population=t["population"] + 0.5), {}, r"expected a whole number"),
        (
            lambda t: t.assign(population=t["population"] // 1000),
            {},
            r"found 1,850 people in NAM in 2 rows.*, expected about [\d,]+, in persons",
        ),
        (lambda t: t.assign(iso3="XYZ"), {}, r"column iso3: found 'XYZ' in 4 lines.*NAM"),
        (
            lambda t: t.assign(iso3="NA"),
            {},
            r"line 2, column iso3: found 'NA' in 4 l.*NAM ",
        ),
        (lambda t: t.assign(year=20), {}, r"column year: found '20', expected 1800 or more"),
        (lambda t: pd.concat([t, t[:1]]), {}, r"found NAMr1 twice in 2000, expected one row"),
        (lambda t: t.assign(region=["North", None] * 2), {}, r"line 3, column region: found not"),
        (lambda t: t[:0], {}, r"found 0 rows, expected 1 or more"),
    ],
)
def test_a_wrong_regional_table_is_refused(tmp_path, folder, edit, more, message):
    file = regional(tmp_path / "p.csv", edit, **more)
    with pytest.raises(AddedError, match=message) as caught:
        official_files.add("regional-population", file)
    assert re.match(r"p\.csv: (found|line \d+.*: found|NAM 2000 .*: found) ", str(caught.value))
    assert "Save a CSV file with the columns" in str(caught.value)
    assert not folder.exists()


def test_a_wrong_encoding_and_an_empty_file_are_refused(tmp_path):
    regional(tmp_path / "p.csv", lambda t: t.assign(region="Kärnten"), encoding="latin-1")
    with pytest.raises(AddedError, match=r"line 2: .*in Latin-1.*the word is 'Kärnten'"):
        official_files.add("regional-population", tmp_path / "p.csv")
    (tmp_path / "p.csv").write_bytes(b"")
    with pytest.raises(AddedError, match=r"found an empty file, expected a line of headings"):
        official_files.add("regional-population", tmp_path / "p.csv")


def test_a_refused_file_leaves_the_earlier_one(tmp_path, folder):
    official_files.add("regional-population", regional(tmp_path / "p.csv"))
    before = {file: file.read_bytes() for file in folder.iterdir()}
    worse = regional(tmp_path / "p.csv", lambda table: table.assign(year=1))
    with pytest.raises(AddedError):
        official_files.add("regional-population", worse)
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_what_the_trial_refuses_is_not_kept(tmp_path, folder):
    def trial(kind, name, content):
        raise AddedError(f"{name}: {kind} of {len(content)} bytes")

    file = regional(tmp_path / "p.csv")
    with pytest.raises(AddedError, match=r"p\.csv: regional-population of \d+ bytes"):
        official_files.add("regional-population", file, trial=trial)
    assert not folder.exists()


def test_what_cannot_be_made_names_the_file_and_the_way_back(tmp_path):
    def make(listed):
        raise KeyError("Malappuram")

    official_files.add("regional-population", regional(tmp_path / "p.csv"))
    with pytest.raises(AddedError, match=r"p\.csv, the .*Malappuram.*data remove regional-pop"):
        official_files.best("regional-population", "gap-changes", make)


def test_what_is_removed_is_gone(tmp_path, folder):
    official_files.add("regional-population", regional(tmp_path / "p.csv"))
    assert len(official_files.remove("regional-population")) == 3
    assert official_files.load_added("regional-population") is None
    assert list(folder.iterdir()) == []
    assert official_files.remove("regional-population") == []


def test_any_byte_but_the_published_ones_is_known(tmp_path):
    assert official_files.published("wup2018")[0].endswith(".xls")
    table = official_files.read("regional-population", regional(tmp_path / "p.csv"))
    assert table.attrs["published"] is False


def test_command_adds_and_lists(tmp_path, folder):
    run = CliRunner().invoke
    kinds = cli.add.params[0].type.choices
    assert list(kinds) == list(official_files.kinds())
    assert "not added" in run(cli.main, ["data", "list"]).output
    file = regional(tmp_path / "p.csv")
    small = run(cli.main, ["data", "add", "regional-population", str(file), "--max-mb", "0.0001"])
    assert re.search(r"found .* MB, expected 0.0001 MB or less", small.output)
    result = run(cli.main, ["data", "add", "regional-population", str(file)])
    assert result.exit_code == 0
    assert f"added regional-population to {folder}" in result.output
    listed = run(cli.main, ["data", "list"]).output
    assert re.search(r"regional-population +from p\.csv, 4 rows", listed)
    assert re.search(r"wup2018 +not added", listed)
    wrong = run(cli.main, ["data", "add", "wup2018", str(file)])
    assert wrong.exit_code == 1
    assert "p.csv: found no readable workbook" in wrong.output
    assert run(cli.main, ["data", "add", "wup", str(file)]).exit_code == 2
    assert run(cli.main, ["data", "add", "wup2018", "nowhere.xls"]).exit_code == 2
    removed = run(cli.main, ["data", "remove", "regional-population"])
    assert "removed regional-population" in removed.output
    assert "had not been" in run(cli.main, ["data", "remove", "regional-population"]).output
    words = run(cli.main, ["data", "add", "--help"]).output
    assert "Examples:" in words
    assert "Exit codes:" in words


def test_an_added_file_has_chapters_executed_again(tmp_path):
    before = execution.digest(execution.executed())
    official_files.add("regional-population", regional(tmp_path / "p.csv"))
    assert execution.digest(execution.executed()) != before


def test_source_of_the_aggregates_is_said(tmp_path, cells):
    stored, words = growth_findings.aggregates("wup-size-classes")
    assert words == "Stored aggregate of World Urbanization Prospects, 2018 revision."
    assert stored.equals(datasets.load("wup-size-classes"))
    official_files.add("wup2018", workbook(tmp_path / "f12.xlsx", cells))
    growth_findings.aggregates.cache_clear()
    anew, words = growth_findings.aggregates("wup-size-classes")
    assert words == "Made anew from the file you added, f12.xlsx."
    assert list(anew) == list(stored)
    assert not anew.equals(stored)


def test_the_official_file_gives_the_stored_tables(shared):
    listed = official_files.read("wup2018", shared("WUP2018-F12-Cities_Over_300K.xls"))
    assert listed["city"].nunique() == 1_860
    assert listed["country"].nunique() == 154
    assert set(listed["year"]) == set(range(1950, 2036, 5))
    large = listed[(listed["year"] == 1990) & (listed["population"] >= 1e7)]
    assert len(large) == 10
    for name, make in growth_findings.AGGREGATES.items():
        pd.testing.assert_frame_equal(make(listed), datasets.load(name), rtol=0, atol=1e-9)
        assert listed.attrs["sha256"] in datasets.resource(name).sources[0]
        assert f"growth.{make.__name__}" in datasets.resource(name).sources[0]


def test_the_regional_file_is_read(shared):
    table = official_files.read("regional-population", shared("regional-population-gdl.csv"))
    assert len(table) == 8_862
    assert table["iso3"].nunique() == 13
