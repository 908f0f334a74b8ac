"""Formulas of the book, and what is refused."""

import pytest
from lxml import html

from scsreport.book.maths import mathml
from scsreport.paper.cleaning import PaperError
from scsreport.paper.formulas import formula


def written(latex):
    return formula(html.fromstring(mathml(latex, display=False, where="here")))


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("S_i", "attach(S, b: i)"),
        (r"\frac{1}{10}", 'frac("1", "10")'),
        ("x^2_i", 'attach(x, b: i, t: "2")'),
        (r"\sqrt{d}", "sqrt(d)"),
        ("(a, b)", r"\( a \, b \)"),
        (r"a \le b", "a ≤ b"),
    ],
)
def test_mathml_is_written_as_typst_has_it(latex, expected):
    assert f"$ {expected} $" in written(latex)


def test_a_formula_has_a_text_for_ears():
    assert 'alt: "a minus b"' in written("a - b")


def test_what_is_not_known_is_named():
    with pytest.raises(PaperError, match="mtable"):
        formula(html.fromstring("<math><mtable></mtable></math>"))
