"""Compare a notebook with the page of its chapter: both say the same, number by number.

    python tests/site/side_by_side.py networks/networks.ipynb [_build/html]

Compared are headings, sentences and what they print, and of each exhibit its number, title,
caption, alternative text, caveats, lettering and cells; of a notebook that was run, id and data of
each exhibit, too.
"""

import base64
import difflib
import re
import sys
from pathlib import Path

import nbformat
from lxml import html
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from scsreport.tables import paths

MIME = "application/vnd.scsreport.exhibit+json"
BLOCKS = ("h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "th", "td", "pre", "summary")
HEADINGS = BLOCKS[:4]
NOT_PROSE = (
    "a[contains(@class, 'headerlink')]",
    "*[contains(@class, 'notebook-files')]",
    "*[contains(@class, 'languages')]",
    "*[@class='paper']",
    "details[not(contains(@class, 'sd-dropdown'))]/summary",
    "details[contains(@class, 'cite')]",
    "script",
    "style",
)
"""What a page has beside its text: ways to other places, and what folds it."""

MATHS = "*[contains(@class, 'math') or local-name() = 'math']"
FORMULA = "[formula]"
NUMBERED = re.compile(r"# ((?:(?:Figure|Table) \d+(?:, | and )?)+) of the book")
ADDED = "Works cited"
"""Heading that a notebook has beyond its page, which leads to a page of all works."""

QUOTES = str.maketrans("’‘“”", "''\"\"")


def differences(notebook, page):
    """Return the lines that one of both has alone, as a diff without context."""
    read = [*lines_of_page(page)], [*lines_of_notebook(notebook)]
    return [
        line
        for line in difflib.unified_diff(*read, "page", "notebook", lineterm="", n=0)
        if not line.startswith("@@")
    ]


def unlike_data(notebook, exhibits):
    """Return exhibits of a notebook that was run whose data are not those of the site."""
    return [
        made["id"]
        for made in _payloads(notebook)
        if not (exhibits / f"{made['id']}.csv").is_file()
        or _rows(made["csv"]) != _rows((exhibits / f"{made['id']}.csv").read_text("utf-8"))
    ]


def ids_of_page(page):
    """Return the ids of its exhibits, in order."""
    found = html.fromstring(page).xpath(
        "//figure[contains(@class, 'exhibit')]/@id | //table[contains(@class, 'exhibit-table')]/@id"
    )
    return [str(id) for id in found]


def ids_of_notebook(notebook):
    """Return the ids of the exhibits of a notebook that was run, in order."""
    return [made["id"] for made in _payloads(notebook)]


def lines_of_page(page):
    """Yield what a reader of a page reads, block by block."""
    (article,) = html.fromstring(page).xpath("//article")
    for path in NOT_PROSE:
        for node in article.xpath(f".//{path}"):
            node.drop_tree()
    for node in article.xpath("//*[contains(@class, 'admonition')]/p[contains(@class, 'title')]"):
        node.tag = "p"
    yield from _blocks(article)


def lines_of_notebook(notebook):
    """Yield what a reader of a notebook reads, block by block."""
    render = MarkdownIt("commonmark").enable("table").use(deflist_plugin).use(dollarmath_plugin)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not cell.source.startswith(f"## {ADDED}"):
            yield from _blocks(html.fromstring(f"<div>{render.render(cell.source)}</div>"))
        if cell.cell_type == "code":
            called = NUMBERED.match(cell.source)
            numbers = re.findall(r"\w+ \d+", called[1]) if called else []
            shown = [output for output in cell.outputs if "text/html" in output.get("data", {})]
            for n, output in enumerate(shown):
                number = numbers[n] if n < len(numbers) else "(no number)"
                yield from _shown(html.fromstring(f"<div>{output.data['text/html']}</div>"), number)


def _blocks(node):
    """Yield the text of every block that holds no other, and exhibits by their parts."""
    for child in node:
        if not isinstance(child.tag, str):
            continue
        if "exhibit" in child.get("class", "").split():
            yield from _exhibit(child)
        elif child.tag in BLOCKS and not child.xpath(_inside()):
            kind = "# " if child.tag in HEADINGS else ""
            if text := _text(child):
                yield kind + text
        else:
            yield from _blocks(child)


def _inside():
    return " | ".join(f".//{tag}" for tag in BLOCKS)


def _exhibit(node):
    """Yield the parts of an exhibit as a page has them."""
    (caption,) = node.xpath(".//*[@class='caption-text'][1]")
    title = caption.find("strong")
    yield f"{_text(node.xpath('.//*[@class=$name]', name='caption-number')[0])}: {_text(title)}"
    for picture in node.xpath(".//*[local-name() = 'svg' and @role = 'img'][1] | .//img[1]")[:1]:
        yield f"alt: {_plain(picture.get('aria-label') or picture.get('alt'))}"
        yield from _lettering(picture)
    yield from _cells(node)
    yield f"caption: {_text(caption).removeprefix(_text(title)).lstrip('. ')}"
    notes = node.xpath(".//ul[contains(@class, 'exhibit-caveats')]/li")
    yield from sorted(f"caveat: {_text(note)}" for note in notes)


def _shown(node, number):
    """Yield the parts of an exhibit as a notebook shows it."""
    paragraphs = node.findall("p")
    if len(paragraphs) < 2:
        yield from _blocks(node)
        return
    yield f"{number}: {_text(paragraphs[0])}"
    for picture in node.findall("img"):
        yield f"alt: {_plain(picture.get('alt'))}"
        kind, content = re.match(r"data:image/([a-z+]+);base64,(.*)", picture.get("src")).groups()
        if kind == "svg+xml":
            yield from _lettering(html.fromstring(base64.b64decode(content).decode()))
    yield from _cells(node)
    caption, *notes = re.split(r"<br>", _inner(paragraphs[-1]))
    yield f"caption: {_plain(html.fromstring(f'<p>{caption}</p>').text_content())}"
    told = (_plain(html.fromstring(f"<p>{note}</p>").text_content()) for note in notes)
    yield from sorted(f"caveat: {note}" for note in told)


def _lettering(drawing):
    words = [_plain(word.text_content()) for word in drawing.xpath(".//*[local-name() = 'text']")]
    if words:
        yield f"lettering: {' | '.join(words)}"


def _cells(node):
    for row in node.xpath(".//table//tr"):
        yield f"row: {' | '.join(_text(cell) for cell in row.xpath('./th | ./td'))}"


def _inner(node):
    return (node.text or "") + "".join(html.tostring(child, encoding="unicode") for child in node)


def _text(node):
    """Return the text of a block, its formulas as one word."""
    copy = html.fromstring(html.tostring(node, encoding="unicode", with_tail=False))
    for formula in copy.xpath(f".//{MATHS}"):
        tail = formula.tail or ""
        for child in [*formula]:
            formula.remove(child)
        formula.tag, formula.text, formula.tail = "span", FORMULA, tail
    return _plain(copy.text_content())


def _plain(text):
    return " ".join(text.translate(QUOTES).split())


def _payloads(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data[MIME] for output in outputs if MIME in output.get("data", {})]


def _rows(csv):
    return csv.removeprefix("\ufeff").splitlines()


def compared(notebook, site=paths.SITE):
    """Return all that differs between a notebook, named after its chapter, and its page."""
    read = nbformat.read(notebook, as_version=4)
    name = f"{Path(notebook).stem}.html"
    files = (Path(site, "chapters", name), Path(site, name))
    page = next(file for file in files if file.is_file()).read_text("utf-8")
    found = differences(read, page)
    if made := ids_of_notebook(read):
        found += [f"ids: {made} / {ids_of_page(page)}"] * (made != ids_of_page(page))
        found += [f"data: {id}" for id in unlike_data(read, Path(site, "exhibits"))]
    return found


if __name__ == "__main__":
    lines = compared(*sys.argv[1:3])
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.exit(bool(lines))
