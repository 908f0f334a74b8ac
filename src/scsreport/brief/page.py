"""A brief as one page of HTML: style and figures inside, no script, nothing fetched."""

import base64
import html
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scsreport import __version__
from scsreport.brief.contents import Brief, Piece
from scsreport.brief.writing import MARK
from scsreport.exhibits import pictures, style, text
from scsreport.exhibits.pages import Entry, Section, Table

__all__ = ["page"]

SHEET = Path(__file__).with_name("brief.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
HEAVY = 400_000
"""Letters of an SVG from which a figure is shown as a picture."""

WORDS_OF_TABLES = ("text", "claim", "exhibit", "cell")
MANY_ROWS, FIRST_ROWS = 15, 10
"""Of a table with more than many rows the first are shown; the others unfold."""

LONG_WORDS = 24
"""Letters of a last cell from which it gets a line of its own on narrow screens."""

OPEN_CITIES = 3
"""Cities, the largest first, that are unfolded."""


def page(brief: Brief) -> str:
    """Return a brief as a page.

    Parameters
    ----------
    brief : Brief
        What it says.

    Returns
    -------
    str
        HTML. The same brief makes the same page.
    """
    return "\n".join([*_head(brief), "<body>", *_body(brief), "</body>", "</html>", ""])


def _escaped(words: str) -> str:
    return html.escape(words, quote=True)


def _head(brief: Brief) -> Iterator[str]:
    title = _escaped(f"Secondary cities of {brief.name}: a brief")
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield MARK.decode()
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f'<meta name="description" content="{_escaped(brief.lead)}">'
    yield f"<title>{title}</title>"
    yield f"<style>\n{_colours()}{SHEET.read_text(encoding='utf-8')}</style>"
    yield "</head>"


def _colours() -> str:
    """Return the colours of figures, light, and dark for screens that ask for it."""
    light, dark = (
        "".join(f"--figure-{name}:{pair[mode]};" for name, pair in style.COLOURS.items())
        for mode in ("light", "dark")
    )
    dark_screen = "@media screen and (prefers-color-scheme: dark)"
    return f":root{{{light}}}\n{dark_screen}{{:root{{{dark}}}}}\n"


def _body(brief: Brief) -> Iterator[str]:
    yield "<main>"
    yield f"<h1>Secondary cities of {_escaped(brief.name)}</h1>"
    yield f'<p class="lead">{_escaped(brief.lead)}</p>'
    yield from _basis(brief)
    for section in brief.sections:
        yield from _section(section)
    if brief.pieces:
        yield '<h2 id="exhibits">Figures and tables</h2>'
    for number, piece in enumerate(brief.pieces, 1):
        yield from _piece(piece, number)
    if brief.entries:
        yield '<h2 id="cities">Its cities</h2>'
        yield '<div class="cities">'
        for place, entry in enumerate(brief.entries):
            yield from _entry(entry, is_open=place < OPEN_CITIES)
        yield "</div>"
    yield from _end(brief)
    yield "</main>"


def _basis(brief: Brief) -> Iterator[str]:
    yield '<section class="basis" aria-labelledby="basis">'
    yield '<h2 id="basis">What this brief rests on</h2>'
    yield from _table(brief.basis.caption, brief.basis.headings, brief.basis.rows)
    if brief.settings:
        yield "<h3>Own settings</h3>"
        yield from _list(brief.settings)
    if brief.not_run:
        yield "<h3>What it cannot say</h3>"
        yield from _list(brief.not_run)
    yield "</section>"


def _list(items: Iterable[str]) -> Iterator[str]:
    yield "<ul>"
    yield from (f"<li>{_escaped(item)}</li>" for item in items)
    yield "</ul>"


def _section(section: Section) -> Iterator[str]:
    yield f'<section aria-labelledby="{_escaped(section.id)}">'
    yield f'<h2 id="{_escaped(section.id)}">{_escaped(section.question)}</h2>'
    yield from (f"<p>{_escaped(paragraph)}</p>" for paragraph in section.paragraphs)
    if section.table is not None:
        yield from _section_table(section.table)
    yield "</section>"


def _section_table(table: Table) -> Iterator[str]:
    yield from _table(table.caption, table.headings, table.rows)


def _table(
    caption: str,
    headings: Iterable[str],
    rows: Iterable[Iterable[str]],
    numbers: frozenset[int] = frozenset(),
) -> Iterator[str]:
    """Yield a table whose first column names the row; of a long one, the end unfolds."""
    every = [list(row) for row in rows]
    kinds = ["number" if place in numbers else "words" for place, _ in enumerate(headings)]
    head = list(zip(headings, kinds, strict=True))
    if len(every) <= MANY_ROWS:
        yield from _rows(caption, head, every)
        return
    yield from _rows(caption, head, every[:FIRST_ROWS])
    told = f"{len(every) - FIRST_ROWS:,} more rows"
    yield f'<details class="rows">\n<summary>{told}</summary>'
    yield from _rows(f"{caption}: {told}", head, every[FIRST_ROWS:])
    yield "</details>"


def _rows(
    caption: str, head: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]
) -> Iterator[str]:
    """Yield some rows under their headings."""
    name = _escaped(caption)
    is_long = head[-1][1] == "words" and any(len(row[-1]) > LONG_WORDS for row in rows)
    look = ' class="long"' if is_long and len(head) > 2 else ""
    yield f'<p class="caption" aria-hidden="true">{name}</p>'
    yield f'<div class="wide" role="region" tabindex="0" aria-label="{name}">'
    yield f'<table role="table" aria-label="{name}"{look}>'
    cells = (
        f'<th role="columnheader" scope="col" class="{kind}">{_escaped(heading)}</th>'
        for heading, kind in head
    )
    yield f'<thead role="rowgroup"><tr role="row">{"".join(cells)}</tr></thead>'
    yield '<tbody role="rowgroup">'
    for row in rows:
        yield _row(row, [kind for _, kind in head])
    yield "</tbody>\n</table>\n</div>"


def _row(cells: Sequence[str], kinds: Sequence[str]) -> str:
    first, *others = cells
    told = "".join(
        f'<td role="cell" class="{kind}">{_escaped(cell)}</td>'
        for cell, kind in zip(others, kinds[1:], strict=True)
    )
    name = f'<th role="rowheader" scope="row" class="{kinds[0]}">{_escaped(first)}</th>'
    return f'<tr role="row">{name}{told}</tr>'


def _piece(piece: Piece, number: int) -> Iterator[str]:
    kind = "Figure" if piece.draw is not None else "Table"
    yield f'<section class="piece" aria-labelledby="{piece.id}">'
    yield f'<h3 id="{piece.id}">{number}. {_escaped(piece.title)}</h3>'
    if piece.draw is not None:
        yield f'<figure>\n<div class="drawing">{_drawing(piece)}</div>'
        yield f"<figcaption>{_escaped(piece.caption)}</figcaption>\n</figure>"
    else:
        yield from _cells(piece)
    yield from _beside(piece, kind)
    yield "</section>"


def _drawing(piece: Piece) -> str:
    """Return a figure as an SVG in the text, or as a picture where it would be heavy."""
    assert piece.draw is not None
    alt = _escaped(piece.alt)
    drawing = pictures.in_page(piece.draw, piece.data, piece.id)
    if len(drawing) <= HEAVY:
        return drawing.replace("<svg", f'<svg role="img" aria-label="{alt}"', 1)
    light = base64.b64encode(pictures.small_png(piece.draw, piece.data)).decode()
    return f'<img alt="{alt}" src="data:image/png;base64,{light}">'


def _cells(piece: Piece) -> Iterator[str]:
    forms = [text.FORMS[form] for _, _, form in piece.columns]
    shown = piece.data[[name for name, _, _ in piece.columns]]
    rows = (
        [form(value) for form, value in zip(forms, row, strict=True)]
        for row in shown.itertuples(index=False)
    )
    numbers = frozenset(
        place for place, (_, _, form) in enumerate(piece.columns) if form not in WORDS_OF_TABLES
    )
    headings = [heading for _, heading, _ in piece.columns]
    yield from _table(piece.caption, headings, rows, numbers)
    yield f'<p class="spoken">{_escaped(piece.alt)}</p>'


def _beside(piece: Piece, kind: str) -> Iterator[str]:
    """Yield caveats and sources of a figure or table."""
    if piece.notes:
        yield f'<p class="caveats">Caveats of this {kind.lower()}</p>'
        yield from _list(piece.notes)
    licence = f"Licence: {piece.licence}."
    yield '<details class="sources">\n<summary>Sources and licence</summary>'
    yield f"<p>{_escaped(' '.join([*piece.sources, licence]))}</p>\n</details>"


def _entry(entry: Entry, *, is_open: bool) -> Iterator[str]:
    """Yield what is told of a city under its name, which unfolds it."""
    people = f" <span>{text.people(entry.size)} people</span>" if entry.size else ""
    name = f'<h3 id="city-{_escaped(entry.id)}">{_escaped(entry.name)}</h3>'
    yield f'<details class="city"{" open" if is_open else ""}>'
    yield f"<summary>{name}{people}</summary>"
    yield "<dl>"
    yield from (f"<dt>{_escaped(term)}</dt><dd>{_escaped(said)}</dd>" for term, said in entry.terms)
    yield "</dl>\n</details>"


def _end(brief: Brief) -> Iterator[str]:
    yield '<footer aria-labelledby="sources">'
    yield '<h2 id="sources">Sources</h2>'
    yield from _list(brief.sources)
    made = f"Made by scsreport {__version__} from the tables and files named above."
    others = "Chapters and pages that it names are those of the book that scsreport builds."
    yield f"<p>{_escaped(made)} {others}</p>"
    yield "</footer>"
