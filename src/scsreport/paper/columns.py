"""How wide the columns of a table are on paper, and how large its letters."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Fit", "fit"]

ACROSS, ALONG = 451.0, 698.0
"""Points between the margins of a side that stands, and of one that lies."""

SIZES = (8.5, 8.0, 7.5, 7.0)
"""Sizes of letters, in points, from which the largest is taken that fits."""

INSET = 3.0
"""Points left and right of a cell."""

WIDER = 1.12
"""The letters that tables are set in are wider than those that are measured here, at most."""

LONGEST = 260.0
"""Points beyond which a column is not made wider for the sake of its longest cell."""


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
    """
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in table.xpath(".//tr")]
    cells = list(zip(*rows, strict=True))
    least = np.array([max(map(_widest_word, column)) for column in cells])
    most = np.array([min(max(map(_width, column)), LONGEST / SIZES[0]) for column in cells])
    room = 2 * INSET * len(cells)
    for wide, whole in ((False, ACROSS), (True, ALONG)):
        for size in SIZES:
            if least.sum() * size + room <= whole:
                return Fit(size, _shared(least * size, most * size, whole, room), wide)
    size = SIZES[-1] * (ALONG - room) / (least.sum() * SIZES[-1])
    return Fit(size, _shared(least * size, most * size, ALONG, room), wide=True)


def _shared(
    least: np.ndarray, most: np.ndarray, whole: float, room: float
) -> tuple[float, ...]:
    """Give each column its longest word, and what is left by what its longest cell asks for."""
    asked = np.maximum(most - least, 0)
    left = whole - room - least.sum()
    more = asked * min(1.0, left / asked.sum()) if asked.sum() else asked
    return tuple(float(width) for width in least + more + 2 * INSET)


def _widest_word(text: str) -> float:
    words = text.replace("-", "- ").replace("/", "/ ").split()
    return max(map(_width, words), default=0.0)


def _width(text: str) -> float:
    """Return the width of text, in sizes of its letters."""
    advances = _advances()
    return WIDER * sum(advances.get(ord(sign), 0.6) for sign in text)


@cache
def _advances() -> dict[int, float]:
    """Return the width of each letter of a font like the one that tables are set in."""
    from fontTools.ttLib import TTFont

    font = TTFont(fonts() / "STIXGeneral.ttf")
    widths, units = font["hmtx"], font["head"].unitsPerEm
    return {code: widths[name][0] / units for code, name in font.getBestCmap().items()}


def fonts() -> Path:
    """Return the folder of the fonts that figures are lettered in."""
    import matplotlib

    return Path(matplotlib.get_data_path(), "fonts", "ttf")
