"""Workbooks are read in a process that may not take all memory or time."""

import io
import zipfile

import pytest

from scsreport.tables.added import workbook
from scsreport.tables.added.workbook import NoWorkbookError, cells_of

TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
</Types>"""
RELATIONS = """<?xml version="1.0"?><Relationships
 xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
 Target="{target}"/></Relationships>"""
BOOK = """<?xml version="1.0"?><workbook
 xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
<sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>"""
SHEET = """<?xml version="1.0"?><worksheet
 xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>city</t></is></c><c r="B1"><v>2.5</v></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>Hue</t></is></c><c r="B2"><v>7</v></c></row>
</sheetData></worksheet>"""


def package(**more):
    """Return a small workbook, with more parts by name."""
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS.format(
            kind="worksheet", target="worksheets/sheet1.xml"
        ),
        "xl/worksheets/sheet1.xml": SHEET,
        **more,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_cells_are_handed_over_as_they_stand():
    assert cells_of(package(), "Data", 10) == [["city", 2.5], ["Hue", 7.0]]
    assert cells_of(package(), "Data", 1) == [["city", 2.5]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no workbook at all", "no readable workbook"),
        (package()[:200], "no readable workbook"),
        (b"PK\x03\x04 and nothing else", "no readable workbook"),
    ],
)
def test_what_is_no_workbook_is_said(content, message):
    with pytest.raises(NoWorkbookError, match=message):
        cells_of(content, "Data", 10)


def test_another_sheet_is_named():
    with pytest.raises(NoWorkbookError, match=r"sheets \['Data'\], expected a sheet 'DATA'"):
        cells_of(package(), "DATA", 10)


def test_a_zip_of_other_files_is_no_workbook():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("cities.csv", "a,b")
    with pytest.raises(NoWorkbookError, match="a file packed with zip; unpack it"):
        cells_of(file.getvalue(), "Data", 10)


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(workbook, "UNPACKED", 1_000_000)
    bomb = package(**{"xl/media/image1.bin": "0" * 2_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(NoWorkbookError, match="unpacks to 2 MB, more than 1"):
        cells_of(bomb, "Data", 10)


def test_a_reader_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(workbook, "SECONDS", 0.01)
    with pytest.raises(NoWorkbookError, match=r"can be read in 0\.01 seconds"):
        cells_of(package(), "Data", 10)
