"""Terms tell where they stand what the glossary says of them."""

from types import SimpleNamespace

from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes

from scsreport.book import terms


def glossary():
    item = nodes.definition_list_item(
        "",
        nodes.term("", "hub", ids=["term-hub"]),
        nodes.definition("", nodes.paragraph("", "A city that stands apart.")),
    )
    tree = new_document("glossary")
    tree += addnodes.glossary("", nodes.definition_list("", item))
    return tree


def page_with_link(address):
    tree = new_document("page")
    tree += nodes.paragraph("", "", nodes.reference("", "hub", refuri=f"glossary.html#{address}"))
    return tree


def test_definitions_are_found_by_address():
    assert terms.definitions(glossary()) == {"term-hub": "A city that stands apart."}


def test_a_link_to_a_term_tells_its_meaning_and_another_does_not():
    app = SimpleNamespace(scsreport_terms=terms.definitions(glossary()))
    for address, title in (("term-hub", "A city that stands apart."), ("other", None)):
        tree = page_with_link(address)
        terms._explain(app, tree, "chapters/gaps")
        assert next(tree.findall(nodes.reference)).get("reftitle") == title
