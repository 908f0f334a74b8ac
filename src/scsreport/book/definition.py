"""Let a reader choose who counts as a secondary city: numbers and tables that hang on it follow.

A number of the prose is marked by its key, so that a script finds it; what it is under other
definitions stands in one file, which is loaded when somebody chooses.
"""

# mypy: disallow-untyped-calls=False
# (docutils and MyST-NB have no types)

import html
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from myst_nb.ext.glue.roles import PasteTextRole
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.util.osutil import relative_uri

from scsreport.book import markup, pages
from scsreport.book.execution import BookError

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

__all__ = ["BY_DEFINITION", "FOLDER", "MIME", "Switch", "keep_table", "setup", "switch", "write"]

MIME = "application/vnd.scsreport.switch+json"
BY_DEFINITION = "scsreport_by_definition"
# Both written out, because importing the contract would load pandas (a test compares).

FOLDER = "definitions"
FILE = "all"


class Chosen(nodes.inline):
    """A number of the prose that hangs on the definition, with its ``key``."""


class Switch(nodes.General, nodes.Element):
    """The place of the control on a page."""


class NumberRole(PasteTextRole):
    """``{glue:text}``, which marks a number that hangs on the definition."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number as text, marked where it can change."""
        made, messages = super().run()
        if messages:
            return made, messages
        metadata = retrieve_glue_data(self.document, self.text).metadata
        if BY_DEFINITION not in metadata:
            return made, messages
        env = self.document.settings.env
        _of_page(env, env.docname)["prose"][self.text] = metadata[BY_DEFINITION]
        (number,) = made
        text = number.astext()
        return [Chosen(text, text, key=self.text)], messages


def setup(app: "Sphinx") -> None:
    """Mark numbers as they are read, and see that each page with such has a switch."""
    app.add_node(Chosen, html=(_open_number, _close_number))
    app.add_node(Switch, html=(_visit_switch, None))
    app.setup_extension("myst_nb")  # whose role this is
    app.add_role_to_domain("glue", "text", NumberRole(), override=True)
    app.connect("env-purge-doc", _forget)
    app.connect("doctree-resolved", _check)


def keep_table(env: "BuildEnvironment", exhibit: str, by_definition: Mapping[str, Any]) -> None:
    """Keep what a table is under other definitions, until the site is written.

    Parameters
    ----------
    env : BuildEnvironment
        Reading the page of the table.
    exhibit : str
        Its id.
    by_definition : mapping
        Title, caption, rows and numbers to sort by, by the name of the definition; may be empty.
    """
    if by_definition:
        _of_page(env, env.docname)["tables"][exhibit] = dict(by_definition)


def switch(payload: Mapping[str, Any]) -> Switch:
    """Return the place of the control.

    Parameters
    ----------
    payload : mapping
        ``rules``, ``countings`` and the ``standard``.

    Returns
    -------
    Switch
    """
    return Switch(payload=dict(payload))


def write(app: "Sphinx") -> None:
    """Write what hangs on the definition, for all pages, as one script.

    Parameters
    ----------
    app : Sphinx
        The application; its pages are read.
    """
    prose: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for kept in _kept(app.env).values():
        prose |= kept["prose"]
        tables |= kept["tables"]
    if prose or tables:
        held = {"prose": dict(sorted(prose.items())), "tables": dict(sorted(tables.items()))}
        folder = Path(app.outdir, FOLDER)
        folder.mkdir(exist_ok=True)
        pages.replace_changed(folder, {f"{FILE}.js": pages.as_script(FILE, held).encode()})


def _kept(env: "BuildEnvironment") -> dict[str, dict[str, dict[str, Any]]]:
    if not hasattr(env, "scsreport_definitions"):
        env.scsreport_definitions = {}  # type: ignore[attr-defined]
    kept: dict[str, dict[str, dict[str, Any]]] = env.scsreport_definitions  # type: ignore[attr-defined]
    return kept


def _of_page(env: "BuildEnvironment", page: str) -> dict[str, dict[str, Any]]:
    return _kept(env).setdefault(page, {"prose": {}, "tables": {}})


def _forget(app: "Sphinx", env: "BuildEnvironment", page: str) -> None:
    _kept(env).pop(page, None)


def _check(app: "Sphinx", tree: nodes.document, page: str) -> None:
    """See that a reader can tell by which definition a page counts, and choose another."""
    switches = list(tree.findall(Switch))
    numbers = [number["key"] for number in tree.findall(Chosen)]
    if numbers and len(switches) != 1:
        raise BookError(
            f"{page}: found {len(switches)} switches beside {numbers[0]!r}, a number that hangs on "
            "the definition; expected one: call rules.switch() in a cell of its own"
        )
    for place in switches:
        if app.builder.format == "html":
            place["folder"] = relative_uri(f"{page}.html", FOLDER)
        else:
            place.parent.remove(place)


def _open_number(self: "HTML5Translator", node: Chosen) -> None:
    self.body.append(f'<span class="chosen" data-key="{html.escape(node["key"])}">')


def _close_number(self: "HTML5Translator", node: Chosen) -> None:
    self.body.append("</span>")


def _visit_switch(self: "HTML5Translator", node: Switch) -> None:
    self.body.append(markup.render("switch", folder=node["folder"], **node["payload"]))
    raise nodes.SkipNode
