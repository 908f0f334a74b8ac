"""What web pages need beside their text: light, fit for any reader, nothing from elsewhere."""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and fontTools have no types)

import base64
import hashlib
import posixpath
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.index_entries import split_index_msg

from scsreport.book import (
    citation,
    definition,
    downloads,
    folds,
    head,
    languages,
    lettering,
    modules,
    notebooks,
    outputs,
    pages,
    search,
    styles,
    tongues,
)
from scsreport.book.exhibit import (
    WEB,
    exhibit_names,
    file_names,
    known,
    picture_files,
    rows_file,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

__all__ = ["setup"]

ASSETS = Path(__file__).parent / "assets"
ICON_FONTS = Path("_static", "vendor", "fontawesome", "webfonts")
# The script draws again, from 1.5 MB, the icons that the font already draws.
UNUSED = ("scripts/fontawesome.js*", "**/*.map", "**/*.ttf", "*webpack-macros.html")
# Some script of the theme or of an extension, and what a page must have to need it. The options are
# the page's name, for a list of versions, and no search while typing, which is so without them.
SCRIPTS = {
    "contains(@src, 'fontawesome.js')": "false()",
    "starts-with(., 'DOCUMENTATION_OPTIONS.')": "false()",
    "contains(@src, 'searchtools.js')": "//*[@id='search-results']",
    "contains(@src, 'language_data.js')": "//*[@id='search-results']",
    "contains(@src, 'searchindex.js')": "//*[@id='search-results']",
    "contains(@src, 'clipboard')": "//*[contains(@class, 'highlight')]//pre",
    "contains(@src, 'copybutton')": "//*[contains(@class, 'highlight')]//pre",
    "contains(@src, 'design-tabs.js')": "//*[contains(@class, 'sd-tab-set')]",
    "contains(@src, 'togglebutton') or contains(., 'toggle')": (
        "//*[contains(concat(' ', @class, ' '), ' toggle ')]"
        " | //*[contains(@class, 'admonition') and contains(@class, 'dropdown')]"
    ),
}
# What a page may load and run: files of this site, by a server or from disk, where not all browsers
# take them for its own; and the lines within the page that were there when it was built.
OWN = "'self' file:"
POLICY = {
    "default-src": "'none'",
    "script-src": f"{OWN} {{scripts}}",
    "style-src": f"{OWN} {{styles}}",
    "img-src": f"{OWN} data:",
    "font-src": OWN,
    "form-action": OWN,
    "base-uri": "'none'",
}
THEME_SCRIPT = """
const root = document.documentElement.dataset;
try { root.mode = localStorage.getItem("mode") || "auto"; } catch { root.mode = "auto"; }
const dark = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
root.theme = root.mode === "light" || root.mode === "dark" ? root.mode : dark;
"""
"""In place of the theme's, which settles on light or dark when both pictures have loaded."""

WITHOUT_SCRIPTS = (
    ".only-dark{display:none!important}"
    ".exhibit-extra{display:table-cell!important}"
    "tr.exhibit-rest{display:table-row!important}"
)
"""Light pictures, and tables as whole as the page has them."""

DEFINITION = ("loading.js", "definition.js")
FINDER = ("loading.js", "finder.js")
EXPLORER = ("loading.js", "explorer-cities.js", "explorer-views.js", "explorer.js")
LABORATORY = ("loading.js", "links.js", "laboratory.js")
SCRIPTS_OF = {"search": (*FINDER, "results.js"), head.NOT_FOUND: FINDER}
"""Our scripts on pages that are no chapter."""

SCRIPTS_FOR = {"finder": FINDER, "laboratory": LABORATORY, "explorer": EXPLORER}
"""Our scripts on chapters, by the class of what they fill."""

SHEET_ADDRESS = re.compile(rf"{re.escape(styles.SHEET)}\?v=[0-9a-f]*")

MENDED = {
    "//thead//th": {"scope": "col"},
    # A wide table is scrolled by keyboard.
    "//*[contains(@class, 'pst-scrollable-table-container')]": {"tabindex": "0", "role": "region"},
    "//div[@role='doc-biblioentry']": {"role": "listitem"},
    "//div[contains(@class, 'bd-sidebar-primary')]": {"role": "navigation", "aria-label": "Book"},
}
"""Attributes that the theme forgets, by what lacks them."""


def setup(app: "Sphinx") -> None:
    """Prepare for the web, once the builder is known."""
    app.add_css_file("book.css")
    app.add_css_file("figures.css")
    app.add_css_file("print.css")
    app.connect("config-inited", _name_project)
    app.connect("builder-inited", _prepare)
    app.connect("doctree-read", _note_references)
    app.connect("env-purge-doc", _forget_references)


def _name_project(app: "Sphinx", config: "Config") -> None:
    """Name the project in what other books refer to it by (``objects.inv``)."""
    book = citation.cited_book()
    config.project, config.version, config.release = book.title, book.version, book.version


def _prepare(app: "Sphinx") -> None:
    """Connect what is done per page and at the end of a build of web pages."""
    if app.builder.name not in WEB:
        return
    app.connect("env-before-read-docs", _note_read)
    app.connect("env-before-read-docs", modules.highlight, priority=900)  # chapters have begun
    app.connect("env-get-updated", _also_write, priority=900)  # once figures have their numbers
    app.connect("write-started", _ready_assets)
    app.connect("html-collect-pages", modules.frames)
    app.connect("html-collect-pages", pages.frames)
    app.connect("html-collect-pages", _as_of_a_first_build)
    app.connect("html-collect-pages", lambda app: iter([head.not_found(app)]))
    app.connect("html-page-context", _page, priority=100)
    app.connect("html-page-context", head.describe)
    app.connect("build-finished", _finish)
    app.config.html_static_path.append(str(ASSETS))
    app.scsreport_written = []  # type: ignore[attr-defined]


def _also_write(app: "Sphinx", env: "BuildEnvironment") -> list[str]:
    """Name pages to be written again beside those whose own text changed.

    All, when a title or the contents changed, which each of them lists. Those that refer to a label
    that changed, or to something that has another number: they would keep the old one, and a link
    that lost its end would not be warned of. And the first page where no other is: without any,
    Sphinx ends before what stands beside pages, such as those of source, is made.
    """
    now = _Names.of(env)
    before: _Names = getattr(env, "scsreport_shown", now)
    env.scsreport_shown = now  # type: ignore[attr-defined]
    app.scsreport_frame = f"{now.listed} {app.config.scsreport_pages}"  # type: ignore[attr-defined]
    if now.listed != before.listed:
        return sorted(env.found_docs)
    labels = {label for label, _ in set(now.labels.items()) ^ set(before.labels.items())}
    refers = _references(env)
    found = [page for page in sorted(env.found_docs) if labels & refers.get(page, set())]
    is_any_read: bool = app.scsreport_is_any_read  # type: ignore[attr-defined]
    return found if found or is_any_read else [app.config.root_doc]


def _note_read(app: "Sphinx", env: "BuildEnvironment", pages: list[str]) -> None:
    app.scsreport_is_any_read = bool(pages)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _Names:
    """What pages show of others: what all list, and to what each label leads."""

    listed: str
    labels: dict[str, str]

    @classmethod
    def of(cls, env: "BuildEnvironment") -> "_Names":
        data = env.get_domain("std").data
        titles = {page: title.astext() for page, title in env.titles.items()}
        listed = (*map(sorted, (titles.items(), env.toctree_includes.items())), env.toc_secnumbers)
        verdicts = data["anonlabels"].get("verdicts")  # each exhibit links to them
        text = hashlib.sha256(repr((listed, verdicts)).encode()).hexdigest()
        ends = data["anonlabels"] | data["labels"]
        return cls(text, {label: repr((end, _number(env, *end))) for label, end in ends.items()})


def _number(env: "BuildEnvironment", page: str, name: str, *_: str) -> Any:
    """Return the number of what a label leads to."""
    kinds = env.toc_fignumbers.get(page, {}).values()
    return next((numbers[name] for numbers in kinds if name in numbers), None)


def _references(env: "BuildEnvironment") -> dict[str, set[str]]:
    """Return the labels that each page refers to."""
    if not hasattr(env, "scsreport_references"):
        env.scsreport_references = {}  # type: ignore[attr-defined]
    found: dict[str, set[str]] = env.scsreport_references  # type: ignore[attr-defined]
    return found


def _note_references(app: "Sphinx", tree: nodes.document) -> None:
    links = tree.findall(addnodes.pending_xref)
    targets = {str(link.get("reftarget", "")).lstrip("#").lower() for link in links}
    _references(app.env)[app.env.docname] = targets


def _forget_references(app: "Sphinx", env: "BuildEnvironment", page: str) -> None:
    _references(env).pop(page, None)


def _as_of_a_first_build(app: "Sphinx") -> Iterator[tuple[str, dict[str, Any], str]]:
    """Make a search index that goes on from an earlier one as one of a first build.

    Sphinx keeps words that are on no page any more, and forgets the entries of the index on pages
    that are not written again.
    """
    index: Any = app.builder.indexer  # type: ignore[attr-defined]
    for words in (index._mapping, index._title_mapping):
        for word in [word for word, where in words.items() if not where]:
            del words[word]
    entries = app.env.get_domain("index").data["entries"]
    index._index_entries = {page: _index_entries(entries[page]) for page in sorted(entries)}
    yield from ()


def _index_entries(entries: Iterable[tuple[str, str, str, str, Any]]) -> list[tuple[str, str, str]]:
    """Return what a search finds by the entries of the index on a page."""
    found = set()
    for kind, value, target, main, _ in entries:
        with suppress(ValueError):  # an entry of a kind that Sphinx does not know
            words = split_index_msg(kind, value)
            found |= {(word, target or "", main) for word in words}
    return sorted(found)


def _ready_assets(app: "Sphinx", builder: "Builder") -> None:
    """Make the style sheets and fonts of a first build and of a later one the same."""
    from myst_nb.sphinx_ext import add_global_html_resources

    # It comes at the end by itself, too late for a first build to add its checksum to the address.
    (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)
    lettering.write_sheet(Path(app.outdir) / "_static" / "figures.css")
    add_global_html_resources(app, None)
    for font in (Path(app.outdir) / ICON_FONTS).glob("*.woff2"):
        font.unlink()  # the whole font is copied again; over a subset Sphinx would remark on it


def _page(
    app: "Sphinx", page: str, template: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    app.scsreport_written.append(app.builder.get_outfilename(page))  # type: ignore[attr-defined]
    _load(app, SCRIPTS_OF.get(page, ()))
    if page.endswith(f"/{pages.FRAME}"):
        _load(app, ("cite.js", *DEFINITION, *EXPLORER))
    if tree is None:
        return
    _load(app, ("print.js", "folds.js", "cite.js", *_needed_by(tree)))
    cited = citation.part(app, app.env.titles[page].astext(), f"{page}.html")
    if "kernelspec" in app.env.metadata[page]:
        context["ipynb_source"] = f"{page}.ipynb"  # the theme adds it to the download button
        context["body"] += notebooks.offer(app, page)
    context["body"] += citation.as_html(cited)


def _load(app: "Sphinx", scripts: Iterable[str]) -> None:
    """Have a page load scripts of ours, each once."""
    for script in dict.fromkeys(scripts):
        app.add_js_file(script, loading_method="defer")


def _needed_by(tree: nodes.document) -> Iterator[str]:
    """Yield the scripts that what is on a chapter needs."""
    markup = "".join(raw.astext() for raw in tree.findall(nodes.raw))
    for name, scripts in SCRIPTS_FOR.items():
        if f'class="{name}"' in markup:
            yield from scripts
    if any(tree.findall(definition.Switch)):
        yield from DEFINITION
    if any("exhibit-table" in table["classes"] for table in tree.findall(nodes.table)):
        yield "tables.js"


def _finish(app: "Sphinx", exception: Exception | None) -> None:
    if exception or not app.scsreport_written:  # type: ignore[attr-defined]
        return
    out = Path(app.outdir)
    sheets: list[str] = []
    for file in app.scsreport_written:  # type: ignore[attr-defined]
        sheets = _merged(sheets, _tidy(Path(file), out, head.root(app)))
    modules.write(app)
    for pattern in UNUSED:
        for unused in (out / "_static").glob(pattern):
            unused.unlink()
    lettering.write_font(out)
    _subset_icons(out, _join_sheets(out, sheets, _set_by_the_theme(app)))
    _drop_sheets(out, sheets)
    pages.write_pages(app)
    pages.write_data(app)
    own = {"policy": _policy([THEME_SCRIPT], []), "early": THEME_SCRIPT}
    english = languages.English(known(app.env), exhibit_names(app), notebooks.works())
    languages.write(app, english, own)
    definition.write(app)
    downloads.write(app)
    notebooks.write_wheel(app)
    head.write_maps(app)
    search.write_texts(app)
    outputs.drop_unused(app)
    folder, made = out / "exhibits", out.parent / "jupyter_execute" / "exhibits"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for exhibits in known(app.env).values():
        for file in (name for exhibit in exhibits for name in file_names(exhibit)):
            shutil.copyfile(made / file, folder / file)
        for file in (n for e in exhibits for n in (rows_file(e), *picture_files(e))):
            if (made / file).exists():
                shutil.copyfile(made / file, folder / file)


def _tidy(file: Path, out: Path, root: str) -> list[str]:
    """Mend a page for screen readers, lighten it, state its policy, and return its style sheets."""
    from lxml import html

    page: Any = html.fromstring(file.read_text(encoding="utf-8"))
    folds.fold_for_researchers(page)
    _mend(page)
    _tell_once(page)
    _set_theme_early(page)
    _drop_scripts(page)
    _let_text_come_first(page)
    sheets = _link_one_sheet(page, file.relative_to(out).as_posix())
    if file == out / f"{head.NOT_FOUND}.html":
        head.from_root(page, root)
    _state_policy(page)
    text = html.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode")
    file.write_text(text + "\n", encoding="utf-8")
    return sheets


def _mend(page: Any) -> None:
    """Mend what the theme leaves wrong for screen readers."""
    for double in page.xpath("//*[@id='jb-print-docs-body']"):
        double.drop_tree()  # a second title and list of contents, for paper alone
    for corner in page.xpath("//thead//th[not(normalize-space())]"):
        corner.tag = "td"  # above a pandas index
    for cell in page.xpath("//table[contains(@class, 'exhibit-table')]/tbody/tr/td[1]"):
        cell.tag = "th"
        cell.set("scope", "row")
    for button in page.xpath("//button[contains(@class, 'search-button-field')]"):
        button.attrib.pop("aria-label", None)  # its words say more
    for summary in page.xpath("//summary[@aria-label]"):
        del summary.attrib["aria-label"]  # its words say more
    for found, attributes in MENDED.items():
        for node in page.xpath(found):
            node.attrib.update(attributes)
    for region in page.xpath("//*[@role='region' and @tabindex]"):
        region.set("aria-label", region.xpath("string(.//caption//strong)") or "Table")


def _tell_once(page: Any) -> None:
    """Drop what the theme and docutils tell of a page after others, or to services elsewhere."""
    for title in page.xpath("//head/title"):
        name, _, book = (title.text or "").partition(" \u2014 ")
        if name and book.startswith(name):
            title.text = name  # the first page is called as the book
    for again in page.xpath("//head/meta[@name='viewport'][position() > 1]"):
        again.drop_tree()
    for unused in page.xpath("//head/meta[starts-with(@name, 'docsearch:')]"):
        unused.drop_tree()


def _set_theme_early(page: Any) -> None:
    """Choose light or dark before any picture loads; without scripts, show what they would."""
    from lxml import etree

    for script in page.xpath("//head/script[contains(., 'dataset.theme')]"):
        script.text = THEME_SCRIPT
    style = etree.Element("noscript")
    etree.SubElement(style, "style").text = WITHOUT_SCRIPTS
    page.find("head").append(style)


def _drop_scripts(page: Any) -> None:
    """Drop the scripts that have nothing to do on a page, and the theme's handler of printing."""
    for script, needed_by in SCRIPTS.items():
        if not page.xpath(f"boolean({needed_by})"):
            for node in page.xpath(f"//script[{script}]"):
                node.drop_tree()
    for button in page.xpath("//button[@onclick='window.print()']"):
        del button.attrib["onclick"]  # print.js does it


def _let_text_come_first(page: Any) -> None:
    """Have scripts wait until the page is read; none has a part in how its text is set."""
    for script in page.xpath("//script[@src]"):
        script.set("defer", "defer")
    for link in page.xpath("//head/link[@rel='preload'][@as='script']"):
        link.drop_tree()


def _link_one_sheet(page: Any, name: str) -> list[str]:
    """Link the one sheet in place of all, and return what it stands for, from the site's root."""
    links = page.xpath("//head/link[@rel='stylesheet']")
    folder = posixpath.dirname(name)
    sheets = [
        posixpath.normpath(posixpath.join(folder, link.get("href").partition("?")[0]))
        for link in links
    ]
    for link in links[1:]:
        link.drop_tree()
    if links:
        links[0].set("href", f"{posixpath.relpath('_static', folder or '.')}/{styles.SHEET}?v=")
    return sheets


def _merged(sheets: list[str], more: Iterable[str]) -> list[str]:
    """Return the sheets of all pages so far, in their order."""
    return [*sheets, *(sheet for sheet in more if sheet not in sheets)]


def _set_by_the_theme(app: "Sphinx") -> list[Path]:
    """Return the pages that are there, without those that a frame is filled for after them."""
    filled = {Path(app.outdir, folder) for folder in pages.folders(app)}
    english = tongues.english(Path(app.outdir))
    return [page for page in english if page.parent not in filled or page.stem == pages.FRAME]


def _join_sheets(out: Path, sheets: Iterable[str], files: Iterable[Path]) -> styles.Names:
    """Make the one style sheet, with an address that changes with it, and return what is used."""
    static = out / "_static"
    written = {page: page.read_text(encoding="utf-8") for page in files}
    scripts = (f for f in sorted(static.rglob("*.js")) if "locales" not in f.parts)
    whole = styles.joined([out / sheet for sheet in sheets], static)
    namer = styles.Namer(whole, out.parent / "names.json")
    names = namer.names_in(
        [SHEET_ADDRESS.sub("", text, count=1) for text in written.values()],
        [script.read_text(encoding="utf-8") for script in scripts],
    )
    sheet = styles.one_sheet(whole, names, out.parent / "sheets")
    (static / styles.SHEET).write_text(sheet, encoding="utf-8")
    address = f"{styles.SHEET}?v={styles.digest(sheet)}"
    for page, text in written.items():
        linked = SHEET_ADDRESS.sub(address, text, count=1)
        if linked != text:
            page.write_text(linked, encoding="utf-8")
    return names


def _drop_sheets(out: Path, sheets: Iterable[str]) -> None:
    """Drop the sheets that the one stands for."""
    for unused in {*sheets, "_static/basic.css"}:
        (out / unused).unlink(missing_ok=True)


def _state_policy(page: Any) -> None:
    """State the Content-Security-Policy of a page, before anything that it governs."""
    from lxml import etree

    scripts = [node.text or "" for node in page.xpath("//script[not(@src)]")]
    styles = [node.text or "" for node in page.xpath("//style")]
    policy = _policy(scripts, styles, page.xpath("//@style"))
    meta = etree.Element("meta", {"http-equiv": "Content-Security-Policy", "content": policy})
    page.find("head").insert(1, meta)  # after the encoding


def _policy(scripts: list[str], styles: list[str], attributes: Iterable[str] = ()) -> str:
    """Return the policy of a page that has such lines within itself."""
    named = [*attributes]
    of_attributes = "'unsafe-hashes'" if named else ""
    allowed = {
        "scripts": _hashes(scripts),
        "styles": f"{_hashes(styles + named)} {of_attributes}",
    }
    return "; ".join(
        f"{name} {' '.join(POLICY[name].format(**allowed).split())}" for name in POLICY
    )


def _hashes(texts: Iterable[str]) -> str:
    """Return texts as a policy names them."""
    digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts}
    return " ".join(f"'sha256-{digest}'" for digest in sorted(digests))


def _subset_icons(out: Path, names: styles.Names) -> None:
    """Keep in the icon fonts only the icons that some page or script names."""
    theme, own = (
        (out / "_static" / "styles" / f"{name}-theme.css").read_text(encoding="utf-8")
        for name in ("pydata-sphinx", "sphinx-book")
    )
    icons = {chr(int(code, 16)) for name, code in _icons(theme) if name in names.words}
    # Icons that the style sheets draw themselves are private characters or escapes.
    icons |= set(re.findall("[\ue000-\uf8ff]", theme + own))
    icons |= {chr(int(code, 16)) for code in re.findall(r'content:"\\(f[0-9a-f]{3})"', own)}
    state = hashlib.sha256("".join(sorted(icons)).encode()).hexdigest()[:12]
    for font in sorted((out / ICON_FONTS).glob("*.woff2")):
        made = out.parent / "icons" / f"{state}-{font.name}"
        if not made.exists():
            lettering.subset(font, made, icons, "--layout-features=")
        shutil.copyfile(made, font)


def _icons(styles: str) -> Iterator[tuple[str, str]]:
    """Yield class and code point of every icon of a style sheet."""
    for rule in styles.split("}"):
        names, _, content = rule.rpartition("{")
        if code := re.fullmatch(r'content:"\\([0-9a-f]+)"', content):
            yield from ((name, code[1]) for name in re.findall(r"\.(fa-[a-z0-9-]+)", names))
