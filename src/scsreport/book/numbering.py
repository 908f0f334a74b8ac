"""Number exhibits by outlines of pages, which are kept in memory.

To number the figures of a book, and for each reference to one, Sphinx loads the whole page that
holds it: each time anew, with all its tables and drawings. An outline has what bears a number, its
title and the sections around it, and gives the same numbers in no time.
"""

# mypy: disallow-untyped-calls=False
# (docutils has no types)

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.domains.std import StandardDomain
from sphinx.environment.collectors.toctree import TocTreeCollector

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

__all__ = ["outline", "setup"]

LAST = 999
"""After all that changes a page once it is read."""

TITLES = (nodes.caption, nodes.title)
KEPT = (nodes.section, addnodes.toctree, *TITLES)


def setup(app: "Sphinx") -> None:
    """Keep the outline of every page, and have numbers taken from them."""
    app.connect("doctree-read", _keep, priority=LAST)
    app.connect("env-purge-doc", _forget)
    app.add_domain(_Standard, override=True)
    by_whole_pages = TocTreeCollector.assign_figure_numbers

    @wraps(by_whole_pages)
    def by_outlines(self: TocTreeCollector, env: "BuildEnvironment") -> list[str]:
        with _outlines_for_pages(env):
            return by_whole_pages(self, env)

    vars_of: Any = TocTreeCollector
    vars_of.assign_figure_numbers = by_outlines


class _Standard(StandardDomain):
    """Sphinx's domain, which finds numbers in outlines."""

    def _resolve_numref_xref(self, env: "BuildEnvironment", *others: Any) -> nodes.Element | None:
        with _outlines_for_pages(env):
            return super()._resolve_numref_xref(env, *others)


def outline(page: nodes.document, env: "BuildEnvironment") -> nodes.document:
    """Return the part of a page from which numbers follow.

    Parameters
    ----------
    page : document
        A page as it was read.
    env : BuildEnvironment
        It knows what bears a number.

    Returns
    -------
    document
        Sections, lists of contents and what bears a number or can be referred to by one, with
        titles.
    """
    short = nodes.document(None, None)
    short += _kept(page, env)
    for node in short.findall(nodes.Element):
        short.ids.update(dict.fromkeys(node.get("ids", []), node))
    for part in short.findall():
        part.document = short  # a copy refers to the whole page that it was in
    return short


def _kept(node: nodes.Element, env: "BuildEnvironment") -> list[nodes.Node]:
    """Return what is kept of all that stands in a node."""
    found: list[nodes.Node] = []
    for child in node.children:
        if not isinstance(child, nodes.Element):
            continue
        if isinstance(child, TITLES):
            found.append(child.deepcopy())
            continue
        within = _kept(child, env)
        bears = any(domain.get_enumerable_node_type(child) for domain in env.domains.values())
        if bears or child.get("ids") or isinstance(child, KEPT):
            copy = child.copy()
            copy += within
            found.append(copy)
        elif any(not isinstance(part, TITLES) for part in within):
            copy = nodes.container()
            copy += within
            found.append(copy)
    return found


@contextmanager
def _outlines_for_pages(env: "BuildEnvironment") -> Iterator[None]:
    """Have the environment hand out outlines where it is asked for pages."""
    whole, kept = env.get_doctree, _outlines(env)

    def short(page: str) -> nodes.document:
        return kept[page] if page in kept else whole(page)

    env.get_doctree = short  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        del env.get_doctree


def _outlines(env: "BuildEnvironment") -> dict[str, nodes.document]:
    if not hasattr(env, "scsreport_outlines"):
        env.scsreport_outlines = {}  # type: ignore[attr-defined]
    outlines: dict[str, nodes.document] = env.scsreport_outlines  # type: ignore[attr-defined]
    return outlines


def _keep(app: "Sphinx", page: nodes.document) -> None:
    _outlines(app.env)[app.env.docname] = outline(page, app.env)


def _forget(app: "Sphinx", env: "BuildEnvironment", page: str) -> None:
    _outlines(env).pop(page, None)
