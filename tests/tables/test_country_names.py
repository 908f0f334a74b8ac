"""Countries have one name in print, decided in one place."""

import re

import pytest

from scsreport.tables import country_names
from scsreport.tables.country_names import other_spellings, short_names
from scsreport.tables.datasets import load
from scsreport.tables.paths import PACKAGE


@pytest.mark.parametrize("by", ["iso3", "country"])
def test_each_country_has_one_name_and_no_other_country_has_it(by):
    names = short_names(by)
    assert names.index.is_unique and names.is_unique
    assert set(names.index) == set(load("countries")[by])
    assert (names.str.strip().str.len() > 2).all()


def test_names_are_those_of_the_united_nations_and_others_find_them():
    names = short_names()
    assert names[["VNM", "TUR", "CIV", "KEN"]].to_list() == [
        "Viet Nam",
        "Türkiye",
        "Côte d'Ivoire",
        "Kenya",
    ]
    others = other_spellings("country")
    assert "Vietnam" in others["VN"] and "Ivory Coast" in others["CI"]
    assert "KE" not in others


def test_no_spelling_leads_to_two_countries():
    spellings = [name for names in other_spellings().values() for name in names]
    assert len(set(spellings)) == len(spellings)
    assert not set(spellings) & set(short_names())


def test_what_is_declared_belongs_to_a_country_and_changes_its_name():
    listed = load("countries").set_index("country")["name"]
    declared = country_names._declared()
    assert set(declared["names"]) | set(declared["also"]) <= set(listed.index)
    assert not [code for code, name in declared["names"].items() if listed[code] == name]


@pytest.mark.parametrize("room", ["exhibits", "findings", "book"])
def test_no_other_code_names_a_country(room):
    own = re.compile(r"""load\("countries"\)[^\n]*\[["']name["']\]""")
    found = [
        f"{file.name}: {line.strip()}"
        for file in sorted((PACKAGE / room).rglob("*.py"))
        for line in file.read_text("utf-8").splitlines()
        if own.search(line)
    ]
    assert not found
