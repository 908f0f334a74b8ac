"""Prose of a chapter without a build."""

import pytest

from scsreport.book.wording import Words, cited, filled

WORDS = Words(
    numbers={"gaps_rose": "3\u00a0of 8"},
    exhibits={"fig-gaps": "Figure 3"},
    pages={"gaps": "Gaps"},
    works={"smits2019": ("Smits and Permanyer", "2019"), "one2020": ("One et al.", "2020b")},
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("In {glue:text}`gaps_rose` countries", "In 3\u00a0of 8 countries"),
        ("{glue:text}`not_known` stays", "not_known stays"),
        ("{numref}`fig-gaps` draws", "Figure 3 draws"),
        ("as {cite:p}`smits2019, one2020`.", "as [One et al., 2020b, Smits and Permanyer, 2019]."),
        ("{cite:t}`smits2019` say", "Smits and Permanyer [2019] say"),
        ("{cite:t}`lost` say", "lost say"),
        ("a {term}`hub`, {term}`hubs <hub>`", "a hub, hubs"),
        ("see {ref}`gaps` and {ref}`the chapter <gaps>`", "see Gaps and the chapter"),
        ("{cite:t}`smits2019,one2020`", "One et al. [2020b] and Smits and Permanyer [2019]"),
        ("{py:func}`scsreport.load`", "`scsreport.load()`"),
        ("{py:func}`~scsreport.load`", "`load()`"),
        ("[data](data.md) and [a site](https://x.org)", "data and [a site](https://x.org)"),
        ("(gaps)=\n# Gaps", "# Gaps"),
        ("```{raw} html\n<p>\n```\nafter", "after"),
        (":::{admonition} A box\n:class: tip\nInside.\n:::", "**A box**\n\nInside.\n"),
        ("`{x}` and $a_{b}$ stay", "`{x}` and $a_{b}$ stay"),
    ],
)
def test_a_role_reads_as_on_the_page(written, read):
    assert filled(written, WORDS) == read


def test_works_are_found_in_all_forms():
    assert cited("{cite:p}`a,b` and {cite:t}`c`; {term}`d`") == {"a", "b", "c"}
