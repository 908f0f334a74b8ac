"""The lines of a CSV file, judged as they stand."""

import pytest

from scsreport.tables.added.lines import lines_of, text_of
from scsreport.tables.added.messages import AddedError

KNOWN = ["city", "year", "people"]


def test_rows_keep_the_numbers_of_their_lines():
    lines = lines_of(b'city,year,people\n\nHue,2000,5\n"Da Nang, port",2000,7\n', KNOWN)
    assert lines.headings == KNOWN
    assert lines.rows == [["Hue", "2000", "5"], ["Da Nang, port", "2000", "7"]]
    assert lines.numbers == [3, 4]


def test_a_mark_of_utf8_and_other_line_ends_change_nothing():
    plain = lines_of("city,year,people\nHuế,2000,5\n".encode(), KNOWN)
    marked = lines_of("\ufeffcity,year,people\r\nHuế,2000,5\r\n".encode(), KNOWN)
    assert plain.rows == marked.rows


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found an empty file"),
        (b" \n \n", "found an empty file"),
        (b"<!doctype html><p>", "found a page of a web site"),
        (b"\xd0\xcf\x11\xe0rest", "found a workbook"),
        ("city".encode("utf-16"), "found text in UTF-16, expected UTF-8"),
        ("city,year".encode("utf-16-le"), "looks like text in UTF-16"),
        ("city,year".encode("utf-32-be"), "looks like text in UTF-32"),
        (b"city,year\nHue\x00,2000" + b" " * 50, "line 2: found a NUL byte"),
        ("city\nS\xe3o Paulo".encode("latin-1"), "line 2: found byte 0xe3.*word is 'São Paulo'"),
    ],
)
def test_what_is_no_text_is_named(content, message):
    with pytest.raises(AddedError, match=message):
        text_of(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("city;year;people\nHue;2000;5", "line 1: found columns parted by semicolons"),
        ("a,b\n1,2", "line 1: found 'a, b', expected the headings city, year, people"),
        ("city,year,people,\nHue,2000,5,", "found no heading for column 4 of 4, expected no comma"),
        ("city,year,year,people\nHue,1,1,5", "found the heading 'year' 2 times"),
        ("city,Year,people\nHue,2000,5", "found the heading 'Year', expected 'year'"),
        ("city,year,people\nHue,2000,5,9", "line 2: found 4 fields, expected 3.*quotation marks"),
        ("city,year,people\nHue,2000", "line 2: found 2 fields.*it is the last line"),
        ("city,year,people\ncity,year,people", "line 2: found the headings again"),
        ("city,year,people\n,,", "line 2: found nothing but commas"),
        ("city,year,people\n Hue,2000,5", "line 2, column city: found ' Hue', expected 'Hue'"),
        ("city,year,people\n ,2000,5", "column city: found nothing but spaces"),
        ("city,year,people\n\u202eHue,2000,5", "column city: found a sign that is not seen"),
        ("city,year,people\nHuáº¿,2000,5", "column city: found 'Huáº¿', expected 'Huế'"),
        ('city,year,people\n"Hue\n,2000,5', "unexpected end of data|break of lines"),
        (f"city,year,people\n{'x' * 501},2000,5", "column city: found 501 letters, expected 500"),
    ],
)
def test_the_fault_of_a_line_is_named(content, message):
    with pytest.raises(AddedError, match=message):
        lines_of(content.encode(), KNOWN)
