"""Outlines of pages, which numbers follow from."""

import pickle
from types import SimpleNamespace

from docutils import nodes
from docutils.core import publish_doctree

from scsreport.book import numbering

NUMBERS = {nodes.figure: "figure"}
DOMAIN = SimpleNamespace(get_enumerable_node_type=lambda node: NUMBERS.get(type(node)))
TEXT = (
    """
Title
=====

.. _fig-a:

.. figure:: a.png

   A caption.

"""
    + "Much text.\n" * 1000
)


def test_an_outline_holds_what_bears_a_number_and_nothing_of_the_page():
    page = publish_doctree(TEXT, settings_overrides={"report_level": 5})
    env = SimpleNamespace(domains={"std": DOMAIN})
    short = numbering.outline(page, env)
    assert "fig-a" in short.ids
    assert short.astext().split() == ["Title", "A", "caption."]
    assert {part.document for part in short.findall()} == {short}
    # A copy that refers to the page takes all of it into what is kept of a build.
    assert b"Much text" not in pickle.dumps(list(short.children))
