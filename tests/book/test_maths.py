"""Formulas become MathML, and one that would be wrong is refused."""

import pytest

from scsreport.book import execution, maths


@pytest.mark.parametrize("formula", [r"\arg x", r"\begin{aligned}a &= b\end{aligned}"])
def test_a_formula_that_would_be_wrong_is_refused(formula):
    with pytest.raises(execution.BookError, match="chapters/one: formula"):
        maths.mathml(formula, display=False, where="chapters/one")


def test_a_formula_is_mathml():
    assert "<msup>" in maths.mathml(r"x^{\alpha}", display=True, where="here")
