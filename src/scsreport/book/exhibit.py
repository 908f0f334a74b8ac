"""Turn an exhibit's payload into a numbered figure or table with everything a reader may ask of it.

Numbers, links and the citation depend on the whole book, so a page first holds a placeholder
(:class:`Strip`) that is filled in once every page has been read.
"""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and fontTools have no types)

import base64
import html
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.osutil import relative_uri

from scsreport import __version__
from scsreport.book.execution import BookError
from scsreport.tables import paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

# Written out, because importing the contract would load pandas and matplotlib (a test compares).
MIME = "application/vnd.scsreport.exhibit+json"
REPORT = "Cities Alliance (2019)"
PARTS = ("title", "caption", "alt", "serves", "sources", "licence", "function", "csv")
NUMREF = {"refdomain": "std", "reftype": "numref", "refexplicit": False, "refwarn": True}
WEB = ("html", "dirhtml")
ROOM = {"long": 60, "middling": 24}
"""Letters from which a column of text is given room, lest its rows grow tall."""

FULL = 2
"""So many statements of the report are given in full; more would drown the exhibit."""


class Picture(nodes.image):
    """An image that keeps its size as attributes, so that the page does not jump when it loads."""


class Strip(nodes.General, nodes.Element):
    """Placeholder for the links and notes under an exhibit; holds its payload."""


def setup(app: "Sphinx") -> None:
    """Register the nodes and the events that fill them in."""
    app.add_node(Picture, html=(_visit_picture, None))
    app.add_node(Strip)
    app.connect("env-purge-doc", _forget)
    app.connect("doctree-resolved", _complete)


def known(env: "BuildEnvironment") -> dict[str, dict[str, str]]:
    """Return the exhibits of every page: id to the name of the function that made it."""
    if not hasattr(env, "scsreport_exhibits"):
        env.scsreport_exhibits = {}  # type: ignore[attr-defined]
    exhibits: dict[str, dict[str, str]] = env.scsreport_exhibits  # type: ignore[attr-defined]
    return exhibits


def source_page(function: str) -> tuple[str, str]:
    """Return the module and the name within it of a dotted function name."""
    words = function.split(".")
    for end in range(len(words) - 1, 0, -1):
        if paths.PACKAGE.parent.joinpath(*words[:end]).with_suffix(".py").is_file():
            return ".".join(words[:end]), ".".join(words[end:])
    raise BookError(f"{function} is not a function of this package")


class ExhibitRenderer:
    """The plugin by which MyST-NB hands over the exhibits of executed cells."""

    mime_priority_overrides = (("*", MIME, 1),)

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Return the nodes of an exhibit, or None for any other output.

        Parameters
        ----------
        renderer : NbElementRenderer
            MyST-NB's renderer of the page.
        data : MimeData
            One form of one output of a cell.
        inline : bool
            Whether it stands within a sentence.

        Returns
        -------
        list of Element or None
            What replaces the output.

        Raises
        ------
        BookError
            If the payload lacks a part.
        """
        return _nodes(renderer, data.content) if data.mime_type == MIME else None


def _nodes(renderer: Any, payload: Mapping[str, Any]) -> list[nodes.Element]:
    document, env = renderer.renderer.document, renderer.renderer.sphinx_env
    _check(payload, env.docname)
    name, strong = payload["id"], nodes.strong("", payload["title"])
    others = {other for page in known(env).values() for other in page}
    if name in others:
        raise BookError(f"{env.docname}: there is already an exhibit {name!r}; ids are for one")
    known(env).setdefault(env.docname, {})[name] = payload["function"]
    renderer.write_file(["exhibits", f"{name}.csv"], payload["csv"].encode(), overwrite=True)
    strip = Strip(exhibit={k: v for k, v in payload.items() if k not in ("images", "table", "csv")})
    below = (*_caveats(payload["notes"]), strip)
    target: nodes.Element
    outer: nodes.Element
    words = (strong, nodes.Text(". "), nodes.Text(payload["caption"]))
    if payload["kind"] == "figure":
        pictures = nodes.container()
        for theme, image in sorted(payload["images"].items(), reverse=True):
            file = f"{name}-{theme}.{'svg' if 'svg' in image['mime'] else 'png'}"
            uri = renderer.write_file([file], base64.b64decode(image["data"]), overwrite=True)
            size = {side: str(image[side]) for side in ("width", "height")}
            pictures += Picture(uri=uri, alt=payload["alt"], **size, classes=[f"only-{theme}"])
        # One child before the caption, or docutils writes a second figcaption for the legend.
        caption = nodes.caption("", "", *words)
        target = outer = nodes.figure("", pictures, caption, classes=["exhibit"])
        outer += nodes.legend("", *below)
    else:
        classes = ["exhibit-table", "colwidths-auto"]
        target = nodes.table("", nodes.title("", "", *words), classes=classes)
        target += _table(payload["table"], env.docname)
        spoken = nodes.paragraph("", payload["alt"], classes=["visually-hidden"])
        outer = nodes.container("", target, spoken, classes=["exhibit"], is_div=True)
        outer += nodes.container("", *below, classes=["legend"])
    target["names"].append(name)
    document.note_explicit_target(target, target)
    if payload["formerly"]:  # addresses that others have kept still lead here
        target["ids"].append(payload["formerly"])
    return [outer]


def _check(payload: Mapping[str, Any], page: str) -> None:
    """See that no part is missing; what is in each part, the contract has seen to."""
    held = {"figure": "images", "table": "table"}
    wanted = held.get(payload.get("kind", ""), "kind (figure or table)")
    missing = [part for part in ("id", wanted, *PARTS) if not payload.get(part)]
    if "notes" not in payload:  # there may be none
        missing.append("notes")
    if missing:
        name = payload.get("id", "without an id")
        raise BookError(f"{page}: exhibit {name!r} lacks {', '.join(missing)}")


def _caveats(notes: Sequence[str]) -> list[nodes.Element]:
    if not notes:
        return []
    items = [nodes.list_item("", nodes.paragraph("", note)) for note in notes]
    heading = nodes.paragraph("", "Caveats", classes=["exhibit-caveats"])
    return [heading, nodes.bullet_list("", *items, classes=["exhibit-caveats"])]


def _table(table: Mapping[str, Any], page: str) -> nodes.tgroup:
    kinds = [column["kind"] for column in table["columns"]]
    head = [
        _cell(column["label"], "number" if kind == "number" else "text", page)
        for column, kind in zip(table["columns"], kinds, strict=True)
    ]
    group, body = nodes.tgroup("", cols=len(kinds)), nodes.tbody()
    for place, (column, cells) in enumerate(
        zip(table["columns"], zip(*table["rows"], strict=True), strict=True)
    ):
        longest = max(map(len, cells))
        # Web pages size columns themselves; the text builder hangs if one is too narrow for it.
        group += nodes.colspec(colwidth=min(40, max(12, longest, len(column["label"]))))
        if column["kind"] == "text":
            kinds[place] = next((name for name, least in ROOM.items() if longest > least), "text")
    group += nodes.thead("", nodes.row("", *head))
    for cells in table["rows"]:
        row = nodes.row("", *map(_cell, cells, kinds, [page] * len(kinds)))
        if kinds[0] == "claim":  # the ledger: a statement's row can be linked to
            row["ids"].append(f"claim-{cells[0]}")
        body += row
    group += body
    return group


def _cell(text: str, kind: str, page: str) -> nodes.entry:
    words: Iterable[nodes.Node] = [nodes.Text(text)]
    if kind == "exhibit":
        words = []
        for name in text.replace(",", " ").split():
            shown = nodes.inline("", name)
            link = addnodes.pending_xref("", shown, reftarget=name, refdoc=page, **NUMREF)
            words += [link, nodes.Text(" ")]
    entry = nodes.entry("", nodes.paragraph("", "", *words))
    if kind in ("number", *ROOM):
        entry["classes"].append(f"exhibit-{kind}")
    return entry


def _visit_picture(self: "HTML5Translator", node: Picture) -> None:
    address = f"{self.builder.imgpath}/{self.builder.images[node['uri']]}"
    attributes = {name: node[name] for name in ("alt", "width", "height")}
    self.body.append(self.emptytag(node, "img", src=address, loading="lazy", **attributes))
    raise nodes.SkipNode


def _forget(app: "Sphinx", env: "BuildEnvironment", page: str) -> None:
    known(env).pop(page, None)


def _complete(app: "Sphinx", tree: nodes.document, page: str) -> None:
    web = app.builder.name in WEB
    if not web:
        for picture in list(tree.findall(Picture)):
            if "only-dark" in picture["classes"]:
                picture.parent.remove(picture)
    told: set[str] = set()  # a statement is printed in full where a page first serves it
    for strip in list(tree.findall(Strip)):
        exhibit = strip["exhibit"]
        serves = [
            claim | {"statement": ""} if claim["id"] in told else claim
            for claim in exhibit["serves"]
        ]
        told |= {claim["id"] for claim in serves}
        exhibit = exhibit | {"serves": serves}
        kind = exhibit["kind"]
        number = app.env.toc_fignumbers.get(page, {}).get(kind, {}).get(exhibit["id"])
        name = f"This {kind}"
        if number:
            name = app.config.numfig_format[kind] % ".".join(map(str, number))
        cite = (
            f"{name} of {app.config.author}, “{app.config.html_title}”, version {__version__}, "
            f"after {REPORT}. Licence: {exhibit['licence']}."
        )
        if web:
            text = _strip(app, page, exhibit, name, cite)
            strip.replace_self(nodes.raw("", text, format="html"))
            continue
        sources = " ".join(_source(source) for source in exhibit["sources"])
        lines = [f"Sources. {sources}", f"How to cite. {cite}", *_arguments(exhibit["serves"])]
        strip.replace_self([nodes.paragraph("", line) for line in lines])


def _strip(app: "Sphinx", page: str, exhibit: Mapping[str, Any], name: str, cite: str) -> str:
    """Return the quiet strip under an exhibit, for the web."""
    here = app.builder.get_target_uri(page)
    module, function = source_page(exhibit["function"])
    code = app.builder.get_target_uri("_modules/" + module.replace(".", "/"))
    link = "{0}"
    if ledger := app.env.get_domain("std").data["anonlabels"].get("ledger"):
        target = relative_uri(here, app.builder.get_target_uri(ledger[0]))
        link = f'<a href="{target}#claim-{{0}}">{{0}}</a>'
    serves = [{k: html.escape(v) for k, v in claim.items()} for claim in exhibit["serves"]]
    after = "".join(f'<p class="exhibit-after">{line}</p>' for line in _arguments(serves, link))
    sources = "".join(f"<li>{html.escape(_source(source))}</li>" for source in exhibit["sources"])
    table = relative_uri(here, f"exhibits/{exhibit['id']}.csv")
    return f"""<div class="exhibit-strip">
<a href="{table}" download aria-label="CSV of {name}">CSV</a>
<a href="{relative_uri(here, code)}#{function}" aria-label="Function that made {name}">Function</a>
<details><summary>Sources</summary><ul>{sources}</ul></details>
<details><summary>How to cite</summary><p>{html.escape(cite)}</p></details>
{after}
</div>"""


def _arguments(serves: Sequence[Mapping[str, str]], link: str = "{0}") -> list[str]:
    """Return one sentence for each statement served; many of the report's in one without text."""
    report = [claim["id"] for claim in serves if claim["label"].startswith(f"After {REPORT}")]
    lines = []
    if len(report) > FULL:
        lines = [f"After {REPORT}, statements {', '.join(map(link.format, report))}."]
        serves = [claim for claim in serves if claim["id"] not in report]
    return lines + [
        claim["label"].replace(claim["id"], link.format(claim["id"]))
        + (f": {claim['statement']}" if claim["statement"] else ".")
        for claim in serves
    ]


def _source(source: Mapping[str, str]) -> str:
    """Return one source as a sentence."""
    words = (source["title"], source["attribution"], f"Vintage: {source['vintage']}")
    return ". ".join(word.rstrip(".") for word in words) + f". Licence: {source['licence']}."
