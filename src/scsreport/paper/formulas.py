"""Formulas: MathML, as the pages have it, in the notation of Typst."""

from collections.abc import Callable
from typing import Any

from scsreport.paper.cleaning import PaperError

__all__ = ["formula"]

SPOKEN = {"∑": "sum", "−": "minus", "≤": "at most", "≠": "is not"}


def formula(node: Any) -> str:
    """Return a formula as code of Typst, with its text for those who hear it.

    Parameters
    ----------
    node : HtmlElement
        A ``math`` element.

    Returns
    -------
    str
        A call of ``math.equation``.

    Raises
    ------
    PaperError
        If the formula has an element that is not known here.
    """
    block = "true" if node.get("display") == "block" else "false"
    text = " ".join(" ".join(node.itertext()).split())
    for sign, word in SPOKEN.items():
        text = text.replace(sign, word)
    alt = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'math.equation($ {_row(node)} $.body, block: {block}, alt: "{alt}")'


def _row(node: Any) -> str:
    return " ".join(map(_sign, node))


def _sign(node: Any) -> str:
    name = node.tag.rpartition("}")[2]
    if name not in _SIGNS:
        raise PaperError(
            f"a formula has <{name}>, which paper does not know: expected one of "
            f"{', '.join(sorted(_SIGNS))}. Add it to scsreport/paper/formulas.py, or write the "
            "formula without."
        )
    return _SIGNS[name](node)


def _letter(node: Any) -> str:
    text = (node.text or "").strip()
    return text if len(text) == 1 else _words(node)


def _words(node: Any) -> str:
    return '"' + (node.text or "").replace('"', '\\"') + '"'


def _operator(node: Any) -> str:
    text = (node.text or "").strip()
    if len(text) > 1 and text.isalpha():
        return f'op("{text}", limits: #true)'
    return "".join(f"\\{sign}" if sign.isascii() else sign for sign in text)


def _script(node: Any) -> str:
    base, *ends = map(_sign, node)
    below, above = _PLACES[node.tag](ends)
    return f"attach({base}, {', '.join(filter(None, (below, above)))})"


def _fraction(node: Any) -> str:
    return f"frac({', '.join(map(_sign, node))})"


_PLACES: dict[str, Callable[[list[str]], tuple[str, str]]] = {
    "msub": lambda ends: (f"b: {ends[0]}", ""),
    "munder": lambda ends: (f"b: {ends[0]}", ""),
    "msup": lambda ends: ("", f"t: {ends[0]}"),
    "mover": lambda ends: ("", f"t: {ends[0]}"),
    "msubsup": lambda ends: (f"b: {ends[0]}", f"t: {ends[1]}"),
}
_SIGNS: dict[str, Callable[[Any], str]] = {
    "mrow": _row,
    "mi": _letter,
    "mn": _words,
    "mtext": _words,
    "mo": _operator,
    "mspace": lambda node: "med",
    "mfrac": _fraction,
    "msqrt": lambda node: f"sqrt({_row(node)})",
    **dict.fromkeys(_PLACES, _script),
}
