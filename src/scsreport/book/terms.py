"""Explain terms where they stand: a link to the glossary tells what it leads to."""

# mypy: disallow-untyped-calls=False
# (docutils has no types)

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["definitions", "setup"]

GLOSSARY = "chapters/glossary"


def setup(app: "Sphinx") -> None:
    """Explain terms on each page once its links are known."""
    app.connect("env-updated", _collect)
    app.connect("doctree-resolved", _explain)


def definitions(tree: nodes.document) -> dict[str, str]:
    """Return what a glossary says of each term.

    Parameters
    ----------
    tree : document
        The page of the glossary.

    Returns
    -------
    dict of str
        By the address of the term on its page.
    """
    return {
        address: item.next_node(nodes.definition).astext()
        for glossary in tree.findall(addnodes.glossary)
        for item in glossary.findall(nodes.definition_list_item)
        for term in item.findall(nodes.term)
        for address in term["ids"]
    }


def _collect(app: "Sphinx", env: object) -> None:
    """Read the glossary once a build, whether its page changed or not."""
    known = GLOSSARY in app.env.found_docs
    told = definitions(app.env.get_doctree(GLOSSARY)) if known else {}
    app.scsreport_terms = told  # type: ignore[attr-defined]


def _explain(app: "Sphinx", tree: nodes.document, page: str) -> None:
    """Give each link to a term its meaning as a title, which a pointer and a reader meet."""
    told: dict[str, str] = app.scsreport_terms  # type: ignore[attr-defined]
    for link in tree.findall(nodes.reference):
        address = link.get("refid") or link.get("refuri", "").partition("#")[2]
        if address in told and page != GLOSSARY:
            link["reftitle"] = told[address]
