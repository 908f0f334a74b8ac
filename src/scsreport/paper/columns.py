"""How wide the columns of a table are on paper, and how large its letters."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from scsreport.paper.cleaning import PaperError

__all__ = ["Fit", "fit"]

ACROSS, ALONG = 451.0, 698.0
"""Points between the margins of a side that stands, and of one that lies."""

SIZES = (8.5, 8.0, 7.5, 7.0, 6.5)
"""Sizes of letters, in points, from which the largest is taken that fits."""

INSET = 2.5
"""Points left and right of a cell."""

WIDER = 1.12
"""The letters that tables are set in are wider than those that are measured here, at most."""

POWER = 3
"""The higher, the more the cell with most lines counts."""

LEAST = 0.5
"""Width of an empty column, in sizes of its letters."""

TALL = 12.0
"""Lines of a cell beyond which letters are made smaller, or the side is turned."""

STEPS = 40
"""Halvings by which the widths are found."""

PIECES = re.compile(r"(?:[^ \n/-]|[/-](?![^\W\d]))+[/-]?")
"""What stays on one line: it may end after a space, or a hyphen or slash before a letter."""


@dataclass(frozen=True)
class Fit:
    """How a table is set.

    Attributes
    ----------
    size : float
        Of the letters, in points.
    widths : tuple of float
        Of the columns, relative to each other.
    wide : bool
        On a side that lies.
    """

    size: float
    widths: tuple[float, ...]
    wide: bool


def fit(table: Any) -> Fit:
    """Choose size and widths, so that no word is wider than its column.

    Parameters
    ----------
    table : HtmlElement
        A table whose rows have as many cells each.

    Returns
    -------
    Fit

    Raises
    ------
    PaperError
        If a row has more cells than another.
    """
    rows = [[cell.text_content().strip() for cell in row] for row in table.xpath(".//tr")]
    if len({len(row) for row in rows}) > 1:
        raise PaperError(
            f"the table {table.get('id') or rows[0]} has rows of {sorted({*map(len, rows)})} "
            "cells: expected as many in each. Write it without cells that span columns."
        )
    cells = list(zip(*rows, strict=True))
    least = np.array([max(LEAST, *map(_widest_word, column)) for column in cells])
    asked = np.array([[max(LEAST, _width(cell)) for cell in column] for column in cells])
    room = 2 * INSET * len(cells)
    choices = [
        Fit(size, _shared(least * size, asked * size, whole - room), wide)
        for wide, whole, sizes in ((False, ACROSS, SIZES), (True, ALONG, SIZES[-2:]))
        for size in sizes
        if least.sum() * size + room <= whole
    ]
    if not choices:
        size = (ALONG - room) / least.sum()
        return Fit(size, _shared(least * size, asked * size, ALONG - room), wide=True)
    lines = [_lines(asked, choice) for choice in choices]
    low = [choice for choice, most in zip(choices, lines, strict=True) if most <= TALL]
    return low[0] if low else choices[lines.index(min(lines))]


def _lines(asked: np.ndarray, choice: Fit) -> float:
    """Return how many lines the cell with most has."""
    room = np.array(choice.widths) - 2 * INSET
    return float((asked * choice.size / room[:, np.newaxis]).max())


def _shared(least: np.ndarray, asked: np.ndarray, whole: float) -> tuple[float, ...]:
    """Share the width so that rows are low: a column gets more, the more text its cells have.

    The sum over rows and columns of a power of the number of lines is as small as can be, where
    no column is less wide than its longest word.
    """
    wanted = asked.max(axis=1)
    if wanted.sum() > whole:
        wanted = ((asked**POWER).sum(axis=1)) ** (1 / (POWER + 1))
    low, high = 0.0, whole / wanted.max()
    for _ in range(STEPS):
        scale = (low + high) / 2
        low, high = (scale, high) if _sum(least, wanted, scale) <= whole else (low, scale)
    widths = np.maximum(least, wanted * low)
    widths *= whole / widths.sum()
    return tuple(float(width) for width in widths + 2 * INSET)


def _sum(least: np.ndarray, wanted: np.ndarray, scale: float) -> float:
    return float(np.maximum(least, wanted * scale).sum())


def _widest_word(text: str) -> float:
    return max(map(_width, PIECES.findall(text)), default=0.0)


def _width(text: str) -> float:
    """Return the width of text, in sizes of its letters."""
    advances = _advances()
    return WIDER * sum(advances.get(ord(sign), 0.6) for sign in text)


@cache
def _advances() -> dict[int, float]:
    """Return the width of each letter of a font like the one that tables are set in."""
    from fontTools.ttLib import TTFont

    font: Any = TTFont(fonts() / "STIXGeneral.ttf")
    widths, units = font["hmtx"], font["head"].unitsPerEm
    return {code: widths[name][0] / units for code, name in font.getBestCmap().items()}


def fonts() -> Path:
    """Return the folder of the fonts that figures are lettered in."""
    import matplotlib

    return Path(matplotlib.get_data_path(), "fonts", "ttf")
