"""The bibliography: works are labelled as they are cited."""

import pytest
from pybtex.database import parse_string

from scsreport.book import references

WORKS = r"""
@article{a, author = {Bel, Germ{\`a} and Seb{\H o}, Marianna}, year = {2021}, title = {T}}
@article{b, author = {Gennaioli, N. and La Porta, R. and Shleifer, A.}, year = {2014}, title = {U}}
@book{c, author = {{United Nations}}, year = {2019}, title = {V}}
@misc{d, organization = {Natural Earth}, year = {2022}, title = {W}}
@book{e, editor = {van Dijk, Jan}, title = {X}}
"""


@pytest.fixture(scope="module")
def works():
    return parse_string(WORKS, "bibtex").entries


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("a", "Bel and Sebő, 2021"),
        ("b", "Gennaioli et al., 2014"),
        ("c", "United Nations, 2019"),
        ("d", "Natural Earth, 2022"),
        ("e", "van Dijk, no year"),
    ],
)
def test_a_label_names_who_and_when(works, key, label):
    assert references.label(works[key]) == label


def test_labels_that_would_be_alike_get_letters(works):
    made = list(references.AuthorYear().format_labels([works["a"], works["c"], works["a"]]))
    assert made == ["Bel and Sebő, 2021a", "United Nations, 2019", "Bel and Sebő, 2021b"]
