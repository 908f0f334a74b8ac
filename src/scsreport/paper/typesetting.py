"""Pages as code of Typst, the typesetting system: each element by the function that sets it.

Text is written as strings, so that no sign of it can be taken for a command.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scsreport.paper import columns, formulas

__all__ = ["blocks", "call", "lies", "string"]

BLOCKS = {
    *("blockquote", "div", "dl", "figure", "h2", "h3", "h4", "hr", "ol", "p", "pre"),
    *("section", "table", "ul"),
}
HEADINGS = {"h2": 1, "h3": 2, "h4": 3}
INLINE = {"em": "emph", "cite": "emph", "strong": "strong", "b": "strong", "i": "emph"}
POINTS = 0.75
"""Of a pixel of a style sheet."""

HIGHEST = 540.0
"""Points that a picture is high at most, so that its caption finds room below."""

LIES = "data-lies"
"""Marks the exhibit after which the side stands again."""

SUPPORTS = {"sub": "sub", "sup": "super"}


def string(text: str) -> str:
    """Return text as a string of Typst.

    Parameters
    ----------
    text : str
        Any text; line breaks and double spaces become one space.

    Returns
    -------
    str
        In quotes.
    """
    return _literal(re.sub(r"[ \t\r\n]+", " ", text))


def call(name: str, *given: str, **named: str) -> str:
    """Return the call of a function.

    Parameters
    ----------
    name : str
        Of the function.
    *given, **named
        Its arguments, as code.

    Returns
    -------
    str
    """
    options = [f"{key.replace('_', '-')}: {value}" for key, value in named.items()]
    return f"{name}({', '.join((*given, *options))})"


def blocks(node: Any) -> str:
    """Return what a node holds, as a block of code.

    Parameters
    ----------
    node : HtmlElement
        A section of a page, or any part of one.

    Returns
    -------
    str
        In braces; an anchor first where the node has one.
    """
    lines = [*_anchor(node), *_flow(node)]
    return "{\n" + "\n".join(lines) + "\n}"


def lies(body: Any) -> bool:
    """Tell whether a section begins on a side that lies, for its first exhibit is a wide table.

    Parameters
    ----------
    body : HtmlElement
        A section; the exhibit is marked, so that what follows it stands.

    Returns
    -------
    bool
    """
    first = next(
        iter(body.xpath("(.//figure | .//div[contains(@class, 'exhibit docutils')])[1]")), None
    )
    if first is None or first.getparent() is not body or first.tag == "figure":
        return False
    if columns.fit(first.find(".//table")).wide:
        first.set(LIES, "")
        return True
    return False


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "  ") + '"'


def _anchor(node: Any) -> list[str]:
    return [call("mark", _literal(node.get("id")))] if node.get("id") else []


def _flow(node: Any) -> Iterator[str]:
    """Yield the blocks of a node; text between them is set as paragraphs."""
    waiting: list[str] = [string(node.text)] if node.text else []
    for child in node:
        if child.tag in BLOCKS:
            yield from _paragraph(waiting)
            waiting = []
            yield _block(child)
        else:
            waiting += _inline(child)
        if child.tail:
            waiting.append(string(child.tail))
    yield from _paragraph(waiting)


def _paragraph(pieces: list[str]) -> Iterator[str]:
    if any(piece.strip('" ') for piece in pieces):
        yield call("par", _joined(pieces))


def _joined(pieces: Iterable[str]) -> str:
    """Return pieces of a line as one; what is no text, a mark for instance, is kept."""
    kept = [piece for piece in pieces if piece != '""']
    return "{ " + "; ".join(kept or ['""']) + " }"


def _block(node: Any) -> str:
    return _SET.get(node.tag, blocks)(node)


def _line(node: Any) -> str:
    """Return what a node holds as one line."""
    return _joined(_trimmed([*_anchor(node), *_pieces(node)]))


def _pieces(node: Any) -> Iterator[str]:
    if node.text:
        yield string(node.text)
    for child in node:
        yield from _inline(child)
        if child.tail:
            yield string(child.tail)


def _trimmed(pieces: list[str]) -> list[str]:
    """Drop spaces at both ends of a line."""
    if pieces and pieces[0].startswith('" '):
        pieces[0] = '"' + pieces[0][2:]
    if pieces and pieces[-1].startswith('"') and pieces[-1].endswith(' "'):
        pieces[-1] = pieces[-1][:-2] + '"'
    return pieces


def _inline(node: Any) -> list[str]:
    if not isinstance(node.tag, str):
        return []
    if node.tag in BLOCKS:  # a paragraph in a cell, or in a line of a list
        return [_block(node)]
    anchor = _anchor(node)
    if node.tag == "math":
        return [*anchor, formulas.formula(node)]
    if node.tag == "br":
        return [*anchor, "linebreak()"]
    if node.tag == "img":
        return [*anchor, _image(node)]
    if node.tag == "code":
        return [*anchor, call("raw", _literal(node.text_content()))]
    if node.tag == "a" and node.get("href"):
        return [*anchor, _link(node)]
    held = [*_pieces(node)]
    if "caption-number" in (node.get("class") or ""):
        return [*anchor, call("number", _joined(held))]
    name = INLINE.get(node.tag) or SUPPORTS.get(node.tag)
    return [*anchor, call(name, _joined(held))] if name and held else [*anchor, *held]


def _link(node: Any) -> str:
    address = node.get("href")
    end = call("label", _literal(address[1:])) if address.startswith("#") else _literal(address)
    return call("link", end, _joined(_pieces(node)))


def _image(node: Any) -> str:
    width = "auto"
    if node.get("width") and node.get("height"):
        across, high = (POINTS * float(node.get(side)) for side in ("width", "height"))
        width = f"{across * min(1.0, HIGHEST / high):g}pt"
    return call("picture", _literal(node.get("src")), _literal(node.get("alt", "")), width)


def _heading(node: Any) -> str:
    return call("heading", _line(node), depth=str(HEADINGS[node.tag]))


def _text(node: Any) -> str:
    kinds = (node.get("class") or "").split()
    if "overleaf" in kinds:
        there = node.find("a").get("href")[1:]
        return call("overleaf", _literal(there), _literal(node.text_content()))
    name = "label-of-a-fold" if {"rubric", "fold-title", "exhibit-caveats"} & set(kinds) else "par"
    return call(name, _line(node))


def _listed(node: Any) -> str:
    tight = "true" if all(len(item.xpath("./p | ./ul | ./ol")) < 2 for item in node) else "false"
    items = [blocks(item) for item in node if item.tag == "li"]
    return call("enum" if node.tag == "ol" else "list", *items, tight=tight)


def _terms(node: Any) -> str:
    lines = []
    for item in node:
        lines.append(call("term", _line(item)) if item.tag == "dt" else call("told", blocks(item)))
    return "{\n" + "\n".join(lines) + "\n}"


def _code(node: Any) -> str:
    return call("raw", _literal(node.text_content().strip("\n")), block="true")


def _figure(node: Any) -> str:
    image = node.find(".//img")
    caption = node.find("./figcaption/p")
    legend = node.find("./figcaption/div")
    if image is None or caption is None or not node.get("id"):
        return blocks(node)
    return call(
        "exhibit",
        _literal(node.get("id")),
        _joined(_pieces(caption)),
        _image(image),
        _notes(legend),
    )


def _group(node: Any) -> str:
    """Set a division: the table of an exhibit with its notes, a formula, or whatever it holds."""
    kinds = (node.get("class") or "").split()
    table = node.find(".//table") if "exhibit" in kinds else None
    if "citation" in kinds:
        return _cited(node)
    if "math" in kinds and node.find("math") is not None:
        return "\n".join([*_anchor(node), formulas.formula(node.find("math"))])
    if "highlight" in kinds:
        return _code(node)
    if table is None:
        return blocks(node)
    return _exhibited(node, table, node.find("./div[@class='legend docutils container']"))


def _exhibited(group: Any, table: Any, legend: Any) -> str:
    caption = table.find("caption")
    fit = columns.fit(table)
    lies = LIES in group.attrib
    made = call(
        "tabulated",
        _literal(table.get("id", "")),
        _joined(_pieces(caption)) if caption is not None else "none",
        _table(table),
        "none" if lies else _notes(legend),
        size=f"{fit.size:g}pt",
        wide="true" if fit.wide and not lies else "false",
    )
    if not lies:
        return made
    return "\n".join([made, "set page(flipped: false)", call("notes-below", _notes(legend))])


def _table(node: Any) -> str:
    fit = columns.fit(node)
    heads = [_cell(cell) for cell in node.xpath("./thead/tr/*")]
    cells = [_cell(cell) for cell in node.xpath("./tbody/tr/*")]
    widths = ", ".join(f"{width:.2f}fr" for width in fit.widths)
    head = [call("table.header", *heads, repeat="true")] if heads else []
    return call("table", *head, *cells, columns=f"({widths},)")


def _cell(node: Any) -> str:
    inner = node if node.text or len(node) != 1 or node[0].tag != "p" else node[0]
    held = _line(inner)
    aligned = "exhibit-number" in (node.get("class") or "")
    return call("table.cell", held, align="right") if aligned else held


def _plain_table(node: Any) -> str:
    return _exhibited(node, node, None)


def _notes(legend: Any) -> str:
    """Return caveats, sources and statements under an exhibit."""
    return "none" if legend is None else blocks(legend)


def _cited(node: Any) -> str:
    label, *rest = node
    text = " ".join(label.text_content().split()).strip("[]")
    lines = [blocks(part) if part.tag not in BLOCKS else _block(part) for part in rest]
    held = "{\n" + "\n".join(lines) + "\n}"
    return call("work", _literal(node.get("id")), _literal(text), held)


_SET: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(HEADINGS, _heading),
    "p": _text,
    "ul": _listed,
    "ol": _listed,
    "dl": _terms,
    "pre": _code,
    "figure": _figure,
    "div": _group,
    "table": _plain_table,
    "hr": lambda node: "line(length: 100%)",
}
