"""Pages of source, one for each module that chapters show results of.

They differ in nothing but their code and their name: the theme sets one page of each folder, and
all are made from it.
"""

# mypy: disallow-untyped-calls=False
# (Sphinx's analyzer of modules has no types)

import hashlib
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scsreport.book import sums
from scsreport.book.dependencies import NOT_EXECUTED
from scsreport.tables import datasets, paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["FOLDER", "FRAME", "frames", "highlight", "write"]

FOLDER = "_modules"
"""Of the site, for pages of source."""

FRAME = "frame-of-source"
"""The page of a folder that is set by the theme, and which all others are made from."""

TITLE = "The name of a module"
BODY = re.compile(r"<!--source-->.*<!--/source-->", re.DOTALL)
KEPT = "modules"
"""The folder beside the pages that keeps highlighted code."""


def frames(app: "Sphinx") -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page of each folder that the theme is to set.

    Parameters
    ----------
    app : Sphinx
        The application.

    Yields
    ------
    tuple
        Page, context and template, as Sphinx asks for them.
    """
    if _written(app):
        return
    for folder, files in _by_folder():
        body = f"<!--source-->{_body(app, files[0])}<!--/source-->"
        yield f"{folder}/{FRAME}", {"title": TITLE, "body": body}, "page.html"


def highlight(app: "Sphinx", *_others: Any) -> None:
    """Highlight the code that changed, while chapters are executed: at first a core is idle then.

    Parameters
    ----------
    app : Sphinx
        The application; chapters have begun.
    """
    for _, files in _by_folder():
        for file in files:
            _highlighted(app, file)


def write(app: "Sphinx") -> None:
    """Write the page of every module, and remove those of modules that are no more.

    Parameters
    ----------
    app : Sphinx
        The application; its frames are written.
    """
    if _written(app):
        return
    written: list[Path] = []
    for folder, files in _by_folder():
        out = Path(app.outdir, folder)
        frame_file = out / f"{FRAME}.html"
        frame = frame_file.read_text(encoding="utf-8")
        for file in files:
            page = _fill(frame, _body(app, file))
            page = page.replace(FRAME, file.stem).replace(TITLE, _module(file))
            written.append(out / f"{file.stem}.html")
            written[-1].write_text(page, encoding="utf-8")
        frame_file.unlink()
    for stale in {*Path(app.outdir, FOLDER).rglob("*.html")} - {*written}:
        stale.unlink()
    datasets.write_atomically(_note(app), _state(app).encode())


def _written(app: "Sphinx") -> bool:
    """Return whether the pages are there, and as they would be written now."""
    note = _note(app)
    return note.exists() and note.read_text(encoding="utf-8") == _state(app)


def _state(app: "Sphinx") -> str:
    """Return one name for all that the pages are made from: what all pages list, and the code."""
    builder, frame = app.builder.build_info, app.scsreport_frame  # type: ignore[attr-defined]
    total = hashlib.sha256(f"{builder.config_hash} {builder.tags_hash} {frame}".encode())
    for folder, files in _by_folder():
        for file in files:
            total.update(f"{folder} {file.stem} {sums.of_file(file)}\n".encode())
    return total.hexdigest()


def _note(app: "Sphinx") -> Path:
    return Path(app.outdir).parent / KEPT / "written"


def _fill(frame: str, body: str) -> str:
    return BODY.sub(lambda _: body, frame, count=1)


def _by_folder() -> Iterator[tuple[str, list[Path]]]:
    """Yield the modules of the package by the folder of their pages."""
    files = (
        file
        for file in paths.PACKAGE.rglob("*.py")
        if file.relative_to(paths.PACKAGE).parts[0] not in NOT_EXECUTED
        and not file.name.startswith("__")
    )
    for folder, within in groupby(sorted(files, key=lambda f: (f.parent, f)), lambda f: f.parent):
        name = folder.relative_to(paths.PACKAGE.parent).as_posix()
        yield f"{FOLDER}/{name}", list(within)


def _module(file: Path) -> str:
    return ".".join(file.relative_to(paths.PACKAGE.parent).with_suffix("").parts)


def _body(app: "Sphinx", file: Path) -> str:
    """Return the title and the highlighted code of a module."""
    return _highlighted(app, file).read_text(encoding="utf-8")


def _highlighted(app: "Sphinx", file: Path) -> Path:
    """Return the file of the highlighted code of a module, which is kept by what it is."""
    module, code = _module(file), file.read_text(encoding="utf-8")
    state = hashlib.sha256(f"{module}{code}".encode()).hexdigest()[:16]
    made = Path(app.outdir).parent / KEPT / f"{state}.html"
    if not made.exists():  # highlighting all of the package takes seconds
        text = f"<h1>Source of <code>{module}</code></h1>\n{_highlight(app, module, code)}"
        datasets.write_atomically(made, _as_on_pages(text).encode())
    return made


def _as_on_pages(text: str) -> str:
    """Return HTML as it is written once a page has been read and mended."""
    from lxml import html

    around = html.fragment_fromstring(text, create_parent="div")
    return "".join(html.tostring(part, encoding="unicode") for part in around)


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
