"""Turn an exhibit's payload into a numbered figure or table with everything a reader may ask of it.

Numbers, links and the citation depend on the whole book, so a page first holds a placeholder
(:class:`Strip`) that is filled in once every page has been read.
"""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and fontTools have no types)

import base64
import html
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.osutil import relative_uri

from scsreport import output
from scsreport.book import citation, definition, downloads, languages, markup, outputs, pages
from scsreport.book.execution import BookError
from scsreport.tables import paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

__all__ = [
    "BLOCKS_MIME",
    "DOWNLOADS_MIME",
    "EXPLORER_MIME",
    "FILES_MIME",
    "MIME",
    "PAGES_MIME",
    "PARTS",
    "REPORT",
    "WEB",
    "ExhibitRenderer",
    "Picture",
    "Strip",
    "exhibit_names",
    "known",
    "picture_files",
    "rows_file",
    "setup",
    "source_page",
]

# Written out, because importing the contract would load pandas and matplotlib (a test compares).
MIME = "application/vnd.scsreport.exhibit+json"
BLOCKS_MIME = "application/vnd.scsreport.blocks+json"
PAGES_MIME = "application/vnd.scsreport.pages+json"
DOWNLOADS_MIME = "application/vnd.scsreport.downloads+json"
FILES_MIME = "application/vnd.scsreport.files+json"
EXPLORER_MIME = "application/vnd.scsreport.explorer+json"
OWN_MIMES = "application/vnd.scsreport."
VERDICTS_PAGE = "chapters/verdicts.html"
REPORT = "Cities Alliance (2019)"
PARTS = ("title", "caption", "alt", "serves", "sources", "licence", "function", "csv", "csv_notes")
HEAVY = ("picture", "table", "csv", "csv_notes", "definitions", "made_of")
"""Parts that the strip does not need; its payload is kept with the page."""

NUMREF = {"refdomain": "std", "reftype": "numref", "refexplicit": False, "refwarn": True}
WEB = ("html", "dirhtml")
ROOM = {"longest": 300, "long": 60, "middling": 24}
"""Letters from which a column of text is given room, lest its rows grow tall."""

VISIBLE_CAVEATS = 2
"""So many caveats are shown that the page has not told yet; more would drown the exhibit."""

TOLD = "scsreport_told"
"""Where the caveats are kept that a page has shown, while it is read."""

SHOWN_ROWS, SHOWN_COLUMNS = 15, 5
"""What a table shows at first; the rest is a click away."""

ROWS_IN_PAGE = 120
"""Longer tables keep the rest of their rows in a file of their own, which is loaded on demand."""

WHY = "How it was read, what we find, by which rule"
"""What opens a verdict."""

FULL = 2
"""So many statements of the report are given in full; more would drown the exhibit."""


class Picture(nodes.image):
    """An image that keeps its size as attributes, so that the page does not jump when it loads.

    One with ``svg`` is drawn within a web page; its file is for other builders.
    """


class Strip(nodes.General, nodes.Element):
    """Placeholder for the links and notes under an exhibit; holds its payload."""


def setup(app: "Sphinx") -> None:
    """Register the nodes and the events that fill them in."""
    app.add_node(Picture, html=(_visit_picture, None))
    app.add_node(Strip)
    app.add_node(nodes.entry, override=True, html=(_visit_entry, _depart_entry))
    app.connect("env-before-read-docs", _forget_before_reading)
    app.connect("env-purge-doc", _forget)
    app.connect("env-updated", _see_each_once)
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

    mime_priority_overrides = tuple(
        ("*", mime, 1)
        for mime in (
            *(MIME, BLOCKS_MIME, PAGES_MIME, FILES_MIME),
            *(DOWNLOADS_MIME, EXPLORER_MIME, definition.MIME),
        )
    )

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
        if data.mime_type.startswith(OWN_MIMES):
            outputs.keep(renderer)
        if data.mime_type == BLOCKS_MIME:
            return [_block(block) for block in data.content["blocks"]]
        if data.mime_type == definition.MIME:
            return [definition.switch(data.content)]
        if data.mime_type == PAGES_MIME:
            pages.keep(renderer, data.content)
            return [pages.index(data.content, renderer.renderer.sphinx_env.docname)]
        if data.mime_type == DOWNLOADS_MIME:
            downloads.keep(renderer, data.content)
            return [downloads.links(data.content, renderer.renderer.sphinx_env.docname)]
        if data.mime_type == FILES_MIME:
            pages.keep_data(renderer, data.content)
            return [nodes.comment()]  # nothing at all would have the output shown as words
        if data.mime_type == EXPLORER_MIME:
            text = markup.render("explorer", explorer=data.content)
            return [nodes.raw("", text, format="html")]
        return _nodes(renderer, data.content) if data.mime_type == MIME else None


def _block(block: Mapping[str, Any]) -> nodes.container:
    """Return a block under its own address: a title, its first term, and the others folded."""
    (_, said), *others = block["terms"]
    items = nodes.definition_list()
    for term, texts in others:
        definition = nodes.definition("", *_paragraphs(texts))
        items += nodes.definition_list_item("", nodes.term("", term), definition)
    title = nodes.rubric("", block["title"])
    opening = f'<details class="verdict-fold"><summary>{WHY}</summary>'
    before, after = (nodes.raw("", text, format="html") for text in (opening, "</details>"))
    parts = (title, *_paragraphs(said), before, items, after)
    return nodes.container("", *parts, ids=[block["id"]], classes=["verdict"])


def _paragraphs(texts: Sequence[str]) -> list[nodes.paragraph]:
    return [nodes.paragraph("", text) for text in texts]


def exhibit_files(payload: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files that go beside the page of an exhibit, by name.

    Parameters
    ----------
    payload : mapping
        The exhibit.

    Returns
    -------
    dict of bytes
    """
    table, notes = file_names(payload["id"])
    files = {table: output.csv_bytes(payload["csv"]), notes: payload["csv_notes"].encode()}
    if payload["kind"] == "figure":
        saved = payload["picture"]["saved"]
        forms = zip(picture_files(payload["id"]), ("svg", "png"), strict=True)
        files |= {file: base64.b64decode(saved[form]) for file, form in forms}
    if payload["kind"] == "table" and _is_long(payload["table"]):
        files[rows_file(payload["id"])] = _rows_script(payload["id"], payload["table"])
    return files


def rows_file(exhibit: str) -> str:
    """Return the name of the file that holds the rows of a long table that its page does not.

    Parameters
    ----------
    exhibit : str
        Its id.

    Returns
    -------
    str
    """
    return f"{exhibit}-rows.js"


def picture_files(exhibit: str) -> tuple[str, str]:
    """Return the names of the files in which a figure is saved.

    Parameters
    ----------
    exhibit : str
        Its id.

    Returns
    -------
    tuple of str
    """
    return f"{exhibit}.svg", f"{exhibit}.png"


def _is_long(table: Mapping[str, Any]) -> bool:
    """Return whether a page holds the first rows alone; cells that are links need the page."""
    linked = any(column["kind"] in ("claim", "exhibit") for column in table["columns"])
    return len(table["rows"]) > ROWS_IN_PAGE and not linked


def _rows_script(name: str, table: Mapping[str, Any]) -> bytes:
    """Return the rows after the first as a script, which a page opened from disk may load, too."""
    rows = {"cells": table["rows"][SHOWN_ROWS:], "keys": _sort_keys(table)[SHOWN_ROWS:]}
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f'(window.scsreportRows??={{}})["{name}"]={text};\n'.encode()


def _sort_keys(table: Mapping[str, Any]) -> list[list[float | None]]:
    without = [[None] * len(table["columns"])] * len(table["rows"])
    keys: list[list[float | None]] = table.get("sort", without)
    return keys


def file_names(exhibit: str) -> tuple[str, str]:
    """Return the names of the table of an exhibit and of what is to know about it.

    Parameters
    ----------
    exhibit : str
        Its id.

    Returns
    -------
    tuple of str
    """
    return f"{exhibit}.csv", f"{exhibit}-licence.txt"


def _nodes(renderer: Any, payload: Mapping[str, Any]) -> list[nodes.Element]:
    """Return the nodes of an exhibit, write its files and make its id known to the book."""
    document, env = renderer.renderer.document, renderer.renderer.sphinx_env
    _check(payload, env.docname)
    _register(payload, env)
    definition.keep_table(env, payload["id"], payload.get("definitions", {}))
    languages.keep(renderer, payload)
    for name, content in exhibit_files(payload).items():
        renderer.write_file(["exhibits", name], content, overwrite=True)
    outer: nodes.Element
    target: nodes.Element
    if payload["kind"] == "figure":
        outer = target = _figure(renderer, payload)
    else:
        outer, target = _numbered_table(payload, env)
    target["names"].append(payload["id"])
    document.note_explicit_target(target, target)
    former = payload.get("formerly")
    if former:  # addresses that others have kept still lead here
        target["ids"].append(former)
    return [outer]


def _register(payload: Mapping[str, Any], env: "BuildEnvironment") -> None:
    """Make an exhibit known on its page."""
    name, here = payload["id"], known(env).setdefault(env.docname, {})
    if name in here:
        raise BookError(_repeated(name, [env.docname, env.docname], env, payload["function"]))
    here[name] = payload["function"]


def _see_each_once(app: "Sphinx", env: "BuildEnvironment") -> None:
    """See that no exhibit stands on two pages, once all pages that changed are read."""
    shown: dict[str, list[str]] = {}
    for page, exhibits in known(env).items():
        for name in exhibits:
            shown.setdefault(name, []).append(page)
    for name, places in shown.items():
        if len(places) > 1:
            function = known(env)[places[0]][name]
            raise BookError(_repeated(name, sorted(places), env, function))


def _repeated(name: str, places: Sequence[str], env: "BuildEnvironment", function: str) -> str:
    """Say where an exhibit stands, and in which lines it is called."""
    lines = [line for page in dict.fromkeys(places) for line in _called(env, page, function)]
    told = f" ({', '.join(lines)})" if lines else ""
    where = f"twice in {places[0]}" if len(set(places)) == 1 else f"in {' and in '.join(places)}"
    return (
        f"exhibit {name!r} stands {where}{told}. An id is for one place in the book: keep one, and "
        f"refer to it with {{numref}}`{name}`, or call it with other arguments, which give it "
        "another id."
    )


def _called(env: "BuildEnvironment", page: str, function: str) -> list[str]:
    """Return the lines of a page in which a function is called, each with the file."""
    file, call = Path(env.doc2path(page)), ".".join(function.split(".")[-2:]) + "("
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return [f"{page}{file.suffix}:{n}" for n, row in enumerate(text.splitlines(), 1) if call in row]


def _figure(renderer: Any, payload: Mapping[str, Any]) -> nodes.figure:
    """Return a figure, its caption, and what stands below."""
    drawn = "svg" in payload["picture"]
    shown = [_drawing(renderer, payload)] if drawn else _light_and_dark(renderer, payload)
    pictures = nodes.container("", *shown)
    # One child before the caption, or docutils writes a second figcaption for the legend.
    caption = nodes.caption("", "", *_title_and_caption(payload))
    figure = nodes.figure("", pictures, caption, classes=["exhibit"])
    figure += nodes.legend("", *_below(payload, renderer.renderer.sphinx_env))
    return figure


def _drawing(renderer: Any, payload: Mapping[str, Any]) -> Picture:
    """Return a figure that is drawn within the page, beside the file that other builders show."""
    picture = payload["picture"]
    content = base64.b64decode(picture["saved"]["svg"])
    file = ["exhibits", picture_files(payload["id"])[0]]
    uri = renderer.write_file(file, content, overwrite=True)
    named = f'<svg class="drawing" role="img" aria-label="{html.escape(payload["alt"])}"'
    svg = picture["svg"].replace("<svg", named, 1)
    return Picture(uri=uri, alt=payload["alt"], svg=svg)


def _light_and_dark(renderer: Any, payload: Mapping[str, Any]) -> Iterator[Picture]:
    """Yield the pictures of a figure that is shown as such, and write their files."""
    picture = payload["picture"]
    size = {side: str(picture[side]) for side in ("width", "height")}
    for theme in ("light", "dark"):
        content = base64.b64decode(picture[theme])
        uri = renderer.write_file([f"{payload['id']}-{theme}.png"], content, overwrite=True)
        yield Picture(uri=uri, alt=payload["alt"], **size, classes=[f"only-{theme}"])


def _numbered_table(
    payload: Mapping[str, Any], env: "BuildEnvironment"
) -> tuple[nodes.Element, nodes.table]:
    """Return a table with all that belongs to it, and the table itself, which bears the number."""
    page = env.docname
    title = nodes.title("", "", *_title_and_caption(payload))
    table = nodes.table("", title, classes=["exhibit-table", "colwidths-auto"])
    table += _table(payload["table"], page)
    spoken = nodes.paragraph("", payload["alt"], classes=["visually-hidden"])
    outer = nodes.container("", table, spoken, classes=["exhibit"], is_div=True)
    if _is_long(payload["table"]):
        outer.insert(1, _where_the_rest_is(payload, page))
    outer += nodes.container("", *_below(payload, env), classes=["legend"])
    return outer, table


def _where_the_rest_is(payload: Mapping[str, Any], page: str) -> nodes.raw:
    """Return a line that says where the other rows are, and from where a script gets them."""
    name, many = payload["id"], len(payload["table"]["rows"])
    here = f"{page}.html"
    rows, table = (
        relative_uri(here, f"exhibits/{file}") for file in (rows_file(name), file_names(name)[0])
    )
    line = (
        f'<p data-rows="{rows}" data-table="{name}" data-many="{many}">Rows 1 to {SHOWN_ROWS} of '
        f'{many:,}; all are in the <a href="{table}" download>CSV</a>.</p>'
    )
    return nodes.raw("", line, format="html")


def _title_and_caption(payload: Mapping[str, Any]) -> list[nodes.Node]:
    strong = nodes.strong("", payload["title"])
    return [strong, nodes.Text(". "), nodes.Text(payload["caption"])]


def _below(payload: Mapping[str, Any], env: "BuildEnvironment") -> list[nodes.Element]:
    """Return the caveats, and the placeholder of the strip."""
    light = {key: part for key, part in payload.items() if key not in HEAVY}
    told: set[str] = env.temp_data.setdefault(TOLD, set())  # one page at a time
    return [*_caveats(payload["notes"], told), Strip(exhibit=light)]


def _check(payload: Mapping[str, Any], page: str) -> None:
    """See that no part is missing; what is in each part, the contract has seen to."""
    contents = {"figure": "picture", "table": "table"}
    content = contents.get(payload.get("kind", ""), "kind (figure or table)")
    missing = [part for part in ("id", content, *PARTS) if not payload.get(part)]
    if "notes" not in payload:  # there may be none
        missing.append("notes")
    if missing:
        name = payload.get("id", "without an id")
        raise BookError(f"{page}: exhibit {name!r} lacks {', '.join(missing)}")


def _caveats(notes: Sequence[str], told: set[str]) -> list[nodes.Element]:
    """Return what to beware of: what the page has not told yet, and behind a line the rest."""
    if not notes:
        return []
    shown = [note for note in notes if note not in told][:VISIBLE_CAVEATS]
    folded = [note for note in notes if note not in shown]
    told.update(shown)
    heading = nodes.paragraph("", "Caveats", classes=["exhibit-caveats"])
    visible = [heading, _list(shown)] if shown else []
    return [*visible, *(_folded(folded, told) if folded else [])]


def _folded(notes: Sequence[str], told: set[str]) -> list[nodes.Element]:
    """Return caveats behind a line that says how many there are, and whether they were told."""
    caveats = "caveat" if len(notes) == 1 else "caveats"
    is_told = told.issuperset(notes)
    kind, above = ("exhibit-told", ", told above") if is_told else ("exhibit-more", "")
    opening = f'<details class="{kind}"><summary>{len(notes)} more {caveats}{above}</summary>'
    before, after = (nodes.raw("", text, format="html") for text in (opening, "</details>"))
    return [before, _list(notes), after]


def _list(notes: Sequence[str]) -> nodes.bullet_list:
    items = [nodes.list_item("", nodes.paragraph("", note)) for note in notes]
    return nodes.bullet_list("", *items, classes=["exhibit-caveats"])


def _table(table: Mapping[str, Any], page: str) -> nodes.tgroup:
    """Return the cells of a table; rows of the ledger link to their verdicts."""
    columns = table["columns"]
    group = nodes.tgroup("", cols=len(columns))
    kinds = []
    for column, cells in zip(columns, zip(*table["rows"], strict=True), strict=True):
        longest = max(map(len, cells))
        # Web pages size columns themselves; the text builder hangs if one is too narrow for it.
        group += nodes.colspec(colwidth=min(40, max(12, longest, len(column["label"]))))
        kinds.append(_kind(column["kind"], longest))
    head = [
        _cell(column["label"], "number" if column["kind"] == "number" else "text", page)
        for column in columns
    ]
    group += nodes.thead("", _row(head))
    body = nodes.tbody()
    shown = SHOWN_ROWS if _is_long(table) else len(table["rows"])
    rows = zip(table["rows"][:shown], _sort_keys(table)[:shown], strict=True)
    for place, (cells, keys) in enumerate(rows):
        entries = [_cell(text, kind, page) for text, kind in zip(cells, kinds, strict=True)]
        for entry, key in zip(entries, keys, strict=True):
            if key is not None:
                entry["sort"] = f"{key:.10g}"
        body += _row(entries, classes=["exhibit-rest"] if place >= SHOWN_ROWS else [])
    group += body
    return group


def _row(entries: Sequence[nodes.entry], classes: Sequence[str] = ()) -> nodes.row:
    """Return a row whose cells beyond the first columns show on demand."""
    for entry in entries[SHOWN_COLUMNS:]:
        entry["classes"].append("exhibit-extra")
    return nodes.row("", *entries, classes=list(classes))


def _kind(kind: str, longest: int) -> str:
    """Return how a column is set: one of text by the letters of its longest cell."""
    if kind != "text":
        return kind
    return next((name for name, least in ROOM.items() if longest > least), "text")


def _cell(text: str, kind: str, page: str) -> nodes.entry:
    words: Iterable[nodes.Node] = [nodes.Text(text)]
    if kind == "exhibit":
        words = []
        for name in text.replace(",", " ").split():
            shown = nodes.inline("", name)
            link = addnodes.pending_xref("", shown, reftarget=name, refdoc=page, **NUMREF)
            words += [link, nodes.Text(" ")]
    if kind == "claim":
        address = f"{relative_uri(page + '.html', VERDICTS_PAGE)}#verdict-{text}"
        words = [nodes.reference("", text, refuri=address, internal=True)]
    entry = nodes.entry("", nodes.paragraph("", "", *words))
    if kind in ("number", *ROOM):
        entry["classes"].append(f"exhibit-{kind}")
    return entry


def _visit_entry(self: "HTML5Translator", node: nodes.entry) -> None:
    """Open a cell, with the number behind it, by which the table is sorted."""
    from sphinx.writers.html5 import HTML5Translator

    HTML5Translator.visit_entry(self, node)
    if "sort" in node:
        self.body[-1] = self.body[-1].replace("<td", f'<td data-sort="{node["sort"]}"', 1)


def _depart_entry(self: "HTML5Translator", node: nodes.entry) -> None:
    from sphinx.writers.html5 import HTML5Translator

    HTML5Translator.depart_entry(self, node)


def _visit_picture(self: "HTML5Translator", node: Picture) -> None:
    address = f"{self.builder.imgpath}/{self.builder.images[node['uri']]}"
    attributes = {name: node[name] for name in ("alt", "width", "height")}
    self.body.append(self.emptytag(node, "img", src=address, loading="lazy", **attributes))
    raise nodes.SkipNode


def _forget_before_reading(app: "Sphinx", env: "BuildEnvironment", pages: list[str]) -> None:
    """Forget all pages that will be read: an exhibit may have moved from one to another."""
    for page in pages:
        env.clear_doc(page)


def _forget(app: "Sphinx", env: "BuildEnvironment", page: str) -> None:
    known(env).pop(page, None)


def _complete(app: "Sphinx", tree: nodes.document, page: str) -> None:
    """Fill in the strips of a page, once all exhibits of the book have their numbers."""
    web = app.builder.name in WEB
    if web:
        _draw_within_the_page(tree)
    else:
        _leave_out_dark_pictures(tree)
    given_in_full: set[str] = set()
    for strip in list(tree.findall(Strip)):
        exhibit = strip["exhibit"]
        serves = _without_repeated(exhibit["serves"], given_in_full)
        given_in_full |= {claim["id"] for claim in serves}
        exhibit = exhibit | {"serves": serves}
        name = _numbered_name(app, page, exhibit)
        title = f"{name}: {exhibit['title'].rstrip('.')}"
        cited = citation.part(app, title, f"{page}.html", exhibit["id"])
        if web:
            text = _strip(app, page, exhibit, name, cited)
            strip.replace_self(nodes.raw("", text, format="html"))
        else:
            strip.replace_self(_plain_strip(exhibit, cited))


def _draw_within_the_page(tree: nodes.document) -> None:
    for picture in list(tree.findall(Picture)):
        if "svg" in picture:
            picture.replace_self(nodes.raw("", picture["svg"], format="html"))


def _leave_out_dark_pictures(tree: nodes.document) -> None:
    for picture in list(tree.findall(Picture)):
        if "only-dark" in picture["classes"]:
            picture.parent.remove(picture)


def _without_repeated(
    serves: Sequence[Mapping[str, str]], given_in_full: set[str]
) -> list[dict[str, str]]:
    """Return statements without their text where it stands on the page already."""
    return [
        {**claim, "statement": ""} if claim["id"] in given_in_full else {**claim}
        for claim in serves
    ]


def _numbered_name(app: "Sphinx", page: str, exhibit: Mapping[str, Any]) -> str:
    """Return what a citation calls an exhibit: "Figure 3", or "This figure" without a number."""
    kind = exhibit["kind"]
    numbers = app.env.toc_fignumbers.get(page, {}).get(kind, {})
    number = numbers.get(exhibit["id"])
    if not number:
        return f"This {kind}"
    form: str = app.config.numfig_format[kind]
    return form % ".".join(map(str, number))


def exhibit_names(app: "Sphinx", page: str | None = None) -> dict[str, str]:
    """Return how the book calls its exhibits, "Figure 3", once they have their numbers.

    Parameters
    ----------
    app : Sphinx
        The application.
    page : str, optional
        Whose; of all pages by default.

    Returns
    -------
    dict of str
        By id.
    """
    kinds = {"fig": "figure", "tab": "table"}
    return {
        name: _numbered_name(app, place, {"id": name, "kind": kinds[name[:3]]})
        for place, exhibits in known(app.env).items()
        if page in (None, place)
        for name in exhibits
    }


def _plain_strip(exhibit: Mapping[str, Any], cited: citation.Work) -> list[nodes.Node]:
    """Return the strip under an exhibit in plain paragraphs, for other builders."""
    sources = " ".join(_source(source) for source in exhibit["sources"])
    cite = f"{citation.LABEL}. {cited.text} {_licence(exhibit)}"
    lines = [f"Sources. {sources}", cite, *_arguments(exhibit["serves"])]
    return [nodes.paragraph("", line) for line in lines]


def _licence(exhibit: Mapping[str, Any]) -> str:
    return f"Licence: {exhibit['licence']}."


def _strip(
    app: "Sphinx", page: str, exhibit: Mapping[str, Any], name: str, cited: citation.Work
) -> str:
    """Return the quiet strip under an exhibit, for the web."""
    address = app.builder.get_target_uri(page)
    module, function = source_page(exhibit["function"])
    code = app.builder.get_target_uri("_modules/" + module.replace(".", "/"))
    serves = [
        {key: html.escape(text) for key, text in claim.items()} for claim in exhibit["serves"]
    ]
    arguments = _arguments(serves, _link_to_verdict(app, address))
    after = "".join(f'<p class="exhibit-after">{line}</p>' for line in arguments)
    sources = "".join(f"<li>{html.escape(_source(source))}</li>" for source in exhibit["sources"])
    table, notes = (relative_uri(address, f"exhibits/{file}") for file in file_names(exhibit["id"]))
    source = f"{relative_uri(address, code)}#{function}"
    pictures = picture_files(exhibit["id"]) if exhibit["kind"] == "figure" else ()
    saved = "".join(
        f'<a href="{relative_uri(address, f"exhibits/{file}")}" download'
        f' aria-label="{form} of {name}">{form}</a>\n'
        for file, form in zip(pictures, ("SVG", "PNG"), strict=False)
    )
    return f"""<div class="exhibit-strip">
<a href="{table}" download aria-label="CSV of {name}">CSV</a>
{saved}<a href="{notes}" aria-label="Licence of the CSV of {name}">Licence</a>
<a href="{source}" aria-label="Function that made {name}">Function</a>
<details><summary>Sources</summary><ul>{sources}</ul></details>
{citation.as_html(cited, _licence(exhibit))}
{after}
</div>"""


def _link_to_verdict(app: "Sphinx", address: str) -> str:
    """Return a form that makes the id of a row a link to its verdict, if the book has them."""
    verdicts = app.env.get_domain("std").data["anonlabels"].get("verdicts")
    if not verdicts:
        return "{0}"
    target = relative_uri(address, app.builder.get_target_uri(verdicts[0]))
    return f'<a href="{target}#verdict-{{0}}">{{0}}</a>'


def _arguments(serves: Sequence[Mapping[str, str]], link: str = "{0}") -> list[str]:
    """Return one sentence for each statement served; many of the report's in one without text."""
    lines = []
    for one, many in (
        (f"After {REPORT}, statement", f"After {REPORT}, statements {{}}."),
        ("Bears on statement", "Bears on statements {}; not in the report."),
    ):
        alike = [claim["id"] for claim in serves if claim["label"].startswith(one)]
        if len(alike) > FULL:
            lines.append(many.format(", ".join(map(link.format, alike))))
            serves = [claim for claim in serves if claim["id"] not in alike]
    for claim in serves:
        label = claim["label"].replace(claim["id"], link.format(claim["id"]))
        statement = f": {claim['statement']}" if claim["statement"] else "."
        lines.append(label + statement)
    return lines


def _source(source: Mapping[str, str]) -> str:
    """Return one source as a sentence."""
    words = (source["title"], source["attribution"], f"Vintage: {source['vintage']}")
    return ". ".join(word.rstrip(".") for word in words) + f". Licence: {source['licence']}."
