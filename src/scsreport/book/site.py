"""What web pages need beside their text: light, fit for any reader, nothing from elsewhere."""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and fontTools have no types)

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from scsreport.book.build import STATE
from scsreport.book.execution import NOT_EXECUTED, read
from scsreport.book.exhibit import WEB, known
from scsreport.tables import datasets, paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["setup"]

ASSETS = Path(__file__).parent / "assets"
ICON_FONTS = Path("_static", "vendor", "fontawesome", "webfonts")
# The script draws again, from 1.5 MB, the icons that the font already draws.
UNUSED = ("scripts/fontawesome.js*", "**/*.map", "**/*.ttf", "*webpack-macros.html")
SUBSET = ("--flavor=woff2", "--notdef-outline", "--layout-features=")
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
    app.connect("builder-inited", _prepare)


def _prepare(app: "Sphinx") -> None:
    """Connect what is done per page and at the end of a build of web pages."""
    if app.builder.name not in WEB:
        return
    app.connect("html-collect-pages", _module_pages)
    app.connect("html-page-context", _page, priority=100)
    app.connect("build-finished", _finish)
    (Path(app.outdir) / STATE).unlink(missing_ok=True)
    app.config.html_static_path.append(str(ASSETS))
    for font in (Path(app.outdir) / ICON_FONTS).glob("*.woff2"):
        font.unlink()  # the whole font is copied again; over a subset Sphinx would remark on it
    app.scsreport_written = []  # type: ignore[attr-defined]


def _page(
    app: "Sphinx", page: str, template: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    app.scsreport_written.append(app.builder.get_outfilename(page))  # type: ignore[attr-defined]
    if tree is None:
        return
    if any("exhibit-table" in table["classes"] for table in tree.findall(nodes.table)):
        app.add_js_file("sort.js", loading_method="defer")
    if "kernelspec" in app.env.metadata[page]:
        context["ipynb_source"] = f"{page}.ipynb"  # the theme adds it to the download button
        _write_notebook(app, page)


def _write_notebook(app: "Sphinx", page: str) -> None:
    """Offer a chapter as a notebook without outputs, to be run again."""
    import nbformat

    notebook = read(app.env, page)
    notebook.metadata.pop("source_map", None)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"  # random otherwise, and the site would differ each time
    file = Path(app.outdir, "_sources", f"{page}.ipynb")
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, file)


def _module_pages(app: "Sphinx") -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield one page of highlighted source per module that chapters show results of."""
    for file in sorted(paths.PACKAGE.rglob("*.py")):
        within = file.relative_to(paths.PACKAGE.parent).with_suffix("")
        if within.parts[1] in NOT_EXECUTED or file.name.startswith("__"):
            continue
        module, code = ".".join(within.parts), file.read_text(encoding="utf-8")
        state = hashlib.sha256(f"{module}{code}".encode()).hexdigest()[:16]
        made = Path(app.outdir).parent / "modules" / f"{state}.html"
        if not made.exists():  # highlighting all of the package takes a second
            datasets.write_atomically(made, _highlight(app, module, code).encode())
        body = f"<h1>Source of <code>{module}</code></h1>\n{made.read_text(encoding='utf-8')}"
        yield f"_modules/{within.as_posix()}", {"title": module, "body": body}, "page.html"


def _highlight(app: "Sphinx", module: str, code: str) -> str:
    """Return source as HTML with an anchor at each function and class."""
    from sphinx.pycode import ModuleAnalyzer

    analyzer = ModuleAnalyzer.for_string(code, module)
    analyzer.analyze()
    block: str = app.builder.highlighter.highlight_block(code, "python")  # type: ignore[attr-defined]
    before, _, rest = block.partition("<pre>")
    lines = rest.splitlines(keepends=True)
    for name, (_, start, _) in analyzer.tags.items():
        lines[start - 1] = f'<span id="{name}"></span>{lines[start - 1]}'
    return f"{before}<pre>{''.join(lines)}"


def _finish(app: "Sphinx", exception: Exception | None) -> None:
    if exception:
        return
    out = Path(app.outdir)
    for file in app.scsreport_written:  # type: ignore[attr-defined]
        _tidy(Path(file))
    for pattern in UNUSED:
        for unused in (out / "_static").glob(pattern):
            unused.unlink()
    _subset_icons(out)
    folder, made = out / "exhibits", out.parent / "jupyter_execute" / "exhibits"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for exhibits in known(app.env).values():
        for name in exhibits:
            shutil.copyfile(made / f"{name}.csv", folder / f"{name}.csv")


def _tidy(file: Path) -> None:
    """Mend what the theme leaves wrong for screen readers, and drop the script nobody needs."""
    from lxml import html

    page: Any = html.fromstring(file.read_text(encoding="utf-8"))
    for script in page.xpath("//script[contains(@src, 'fontawesome.js')]"):
        script.drop_tree()
    for corner in page.xpath("//thead//th[not(normalize-space())]"):
        corner.tag = "td"  # above a pandas index
    for summary in page.xpath("//summary[@aria-label]"):
        del summary.attrib["aria-label"]  # its words say more
    for found, attributes in MENDED.items():
        for node in page.xpath(found):
            node.attrib.update(attributes)
    for region in page.xpath("//*[@role='region' and @tabindex]"):
        region.set("aria-label", region.xpath("string(.//caption//strong)") or "Table")
    text = html.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode")
    file.write_text(text + "\n", encoding="utf-8")


def _subset_icons(out: Path) -> None:
    """Keep in the icon fonts only the icons that some page uses."""
    styles, own = (
        (out / "_static" / "styles" / f"{theme}-theme.css").read_text(encoding="utf-8")
        for theme in ("pydata-sphinx", "sphinx-book")
    )
    files = [*out.rglob("*.html"), *(out / "_static").rglob("*.js")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    used = set(re.findall(r"\bfa-[a-z0-9-]+", text))
    icons = {chr(int(code, 16)) for name, code in _icons(styles) if name in used}
    # Icons that the style sheets draw themselves are private characters or escapes.
    icons |= {c for c in styles + own if 0xE000 <= ord(c) <= 0xF8FF}
    icons |= {chr(int(code, 16)) for code in re.findall(r'content:"\\(f[0-9a-f]{3})"', own)}
    state = hashlib.sha256("".join(sorted(icons)).encode()).hexdigest()[:12]
    for font in sorted((out / ICON_FONTS).glob("*.woff2")):
        made = out.parent / "icons" / f"{state}-{font.name}"
        if not made.exists():
            _subset(font, made, icons)
        shutil.copyfile(made, font)


def _icons(styles: str) -> Iterator[tuple[str, str]]:
    """Yield class and code point of every icon of a style sheet."""
    for rule in styles.split("}"):
        names, _, content = rule.rpartition("{")
        if code := re.fullmatch(r'content:"\\([0-9a-f]+)"', content):
            yield from ((name, code[1]) for name in re.findall(r"\.(fa-[a-z0-9-]+)", names))


def _subset(font: Path, target: Path, icons: set[str]) -> None:
    from fontTools import subset

    target.parent.mkdir(parents=True, exist_ok=True)
    run: Any = subset.main  # it has no types
    run([str(font), f"--output-file={target}", f"--text={''.join(sorted(icons))}", *SUBSET])
