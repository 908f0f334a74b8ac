"""Formulas as MathML, made at build time: no script, and any reader and e-book shows them."""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and fontTools have no types)

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.math import get_node_equation_number

from scsreport.book.execution import BookError

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

__all__ = ["mathml", "setup"]


def setup(app: "Sphinx") -> None:
    """Offer the renderer under the name ``mathml``."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))


def mathml(formula: str, *, display: bool, where: str) -> str:
    """Return a formula as MathML.

    Parameters
    ----------
    formula : str
        LaTeX, without delimiters.
    display : bool
        On a line of its own.
    where : str
        The page, for the message.

    Returns
    -------
    str
        A ``math`` element.

    Raises
    ------
    BookError
        If the formula holds something that cannot be turned into MathML.
    """
    from latex2mathml.converter import convert
    from lxml import etree

    try:
        result: str = convert(formula, display="block" if display else "inline")
        text = "".join(str(part) for part in etree.fromstring(result).itertext())
    except Exception as error:  # the converter raises many kinds; all mean the same here
        raise BookError(f"{where}: formula {formula!r} is not understood ({error!r})") from error
    if "\\" in text:
        raise BookError(
            f"{where}: formula {formula!r} has a command MathML lacks, left as {text!r}"
        )
    return result


def _inline(self: "HTML5Translator", node: nodes.math) -> None:
    self.body.append(mathml(node.astext(), display=False, where=self.builder.current_docname))
    raise nodes.SkipNode


def _block(self: "HTML5Translator", node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math", tabindex="0"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(mathml(node.astext(), display=True, where=self.builder.current_docname))
    self.body.append("</div>\n")
    raise nodes.SkipNode
