"""Faults of a file of regional population, each named with what is meant."""

import re

import pytest

from scsreport.tables import official_files
from scsreport.tables.added import regional_population
from scsreport.tables.added.messages import AddedError

HEAD = "iso3,region_code,region,year,population,source"
FIELDS = official_files.kinds()["regional-population"]["fields"]
PEOPLE = {2000: (900_000, 950_000), 2005: (950_000, 1_000_000), 2010: (1_000_000, 1_100_000)}


def lines():
    """Two regions of Namibia in three years, below the headings."""
    rows = [HEAD]
    for year, (north, south) in PEOPLE.items():
        rows.append(f"NAM,NAMr1,North,{year},{north},census")
        rows.append(f"NAM,NAMr2,South,{year},{south},census")
    return rows


def table_of(rows):
    return regional_population.table_of("\n".join(rows).encode(), FIELDS)


def in_line(number, old, new):
    def edit(rows):
        rows[number - 1] = rows[number - 1].replace(old, new)
        return rows

    return edit


def in_all(old, new):
    return lambda rows: [rows[0], *(row.replace(old, new) for row in rows[1:])]


def more(*rows):
    return lambda table: [*table, *rows]


FAULTS = {
    "a comma at each end": (
        lambda rows: [rows[0], *(f"{row}," for row in rows[1:])],
        "line 2: found 7 fields, expected 6, as there are headings; there is a comma too many",
    ),
    "a column more": (
        lambda rows: [rows[0], *(f"x,{row}" for row in rows[1:])],
        "a heading is missing, so columns are shifted",
    ),
    "cut in a line": (lambda rows: [*rows[:-1], "NAM,NAMr2,So"], "it is the last line"),
    "two columns of one heading": (
        lambda rows: [f"{row},{row.split(',')[4]}" for row in rows],
        "line 1: found the heading 'population' 2 times, expected one",
    ),
    "a heading in capitals": (
        in_line(1, "year", "Year"),
        "found the heading 'Year', expected 'year'",
    ),
    "a code of Kosovo": (in_all("NAM,", "XKO,"), "found 'XKO' in 6 lines.*XKX"),
    "a blank code": (
        in_line(3, "NAMr2", "  "),
        "line 3, column region_code: found nothing but spaces",
    ),
    "a spaced code": (in_line(3, "NAMr2", " NAMr2"), "found ' NAMr2', expected 'NAMr2'"),
    "no code": (in_line(3, "NAMr2", ""), "line 3, column region_code: found nothing"),
    "a code in two ways": (
        in_line(5, "NAMr2", "namR2"),
        "line 5: found the code 'namR2', expected 'NAMr2'",
    ),
    "a total by name": (
        more("NAM,NAMx,Total,2000,1850000,census"),
        "line 8, NAM 2000: 'Total' .* people are counted twice",
    ),
    "a total by sum": (
        more("NAM,NAMx,Namibia land,2000,1850000,census"),
        "line 8, NAM 2000: 'Namibia land' .* has as many people as all other rows",
    ),
    "a year in thousands": (
        lambda rows: [
            row.replace("000,census", ",census") if ",2005," in row else row for row in rows
        ],
        "NAM 2005 .*the figures are in thousands",
    ),
    "a region in thousands": (
        in_line(5, "1000000", "1000"),
        "NAM 2005 .*'South' in line 5 has 1,000: is it in thousands",
    ),
    "a region missing": (
        lambda rows: rows[:4] + rows[5:],
        "NAM 2005.*missing, such as NAMr2",
    ),
    "signs between thousands": (
        in_line(2, "900000", '"900,000"'),
        "line 2, column population: found '900,000', expected a whole number: 900000",
    ),
    "no number": (in_line(2, "900000", "inf"), "found 'inf', expected a whole number"),
    "a row twice": (lambda rows: [*rows, rows[1]], "line 8: found NAMr1 twice in 2000"),
}


@pytest.mark.parametrize(("edit", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named(edit, words):
    with pytest.raises(AddedError) as caught:
        table_of(edit(lines()))
    assert re.search(words, str(caught.value))


def test_a_sound_file_is_taken():
    table = table_of(lines())
    assert table["population"].sum() == sum(map(sum, PEOPLE.values()))


def test_the_published_file_is_taken(shared):
    content = shared("regional-population-gdl.csv").read_bytes()
    assert len(regional_population.table_of(content, FIELDS)) == 8_862
