"""Print pages as a browser does and read the paper: what lies over what, what is lost or cut."""

import bisect
import ctypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import pypdfium2
import shapely
from pypdfium2 import raw

WIDTH = round(180 / 25.4 * 96)
"""What the margins leave of the width of the narrower paper, A4, in pixels of a style sheet."""

EDGE = 20.0
"""Points between the edge of the paper and its text, at least: printers reach no farther."""

OVER = 0.3
"""Share of the width and of the height of a letter that another word may cover: tails do."""

EMPTY = 0.25
"""Of a side that another follows, so much is filled, at least."""

DARK = 200
"""The grey below which a point counts as printed."""

SHORT = 12
"""Words of a table with so many letters are not broken."""

TELLING = 25
"""A row with more letters than that stands in one table only."""

HYPHEN = "[\x02\ufffe]"
"""What stands for the hyphen at the end of a line."""

SHOWN = """() => {
  const isFolded = (node) => node.parentElement.closest("details:not([open], .verdict-fold)");
  const shown = (path) => [...document.querySelectorAll(`article :is(${path})`)]
    .filter((node) => !isFolded(node) && !node.closest(".visually-hidden, .explorer"));
  const text = (node) => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll(".headerlink").forEach((part) => part.remove());
    return copy.textContent;
  };
  const isText = (node) =>
    !node.querySelector("math, .highlight") && !node.matches("dl.py *, .exhibit-told *, .finder *");
  return {
    tables: shown("table").map((table) => ({
      head: table.tHead ? text(table.tHead) : "",
      rows: [...table.rows].map((row) => [...row.cells].map(text)),
    })),
    above: shown("h1, h2, h3, h4, caption, .rubric").map(text),
    lines: shown("figcaption > p, section > p, li, dd").filter(isText).map(text),
  };
}"""
"""What a page shows and paper shall have: tables, what stands above something, and other lines."""


@dataclass(frozen=True)
class Side:
    """A printed side.

    ``text`` has no spaces; ``letters`` have their boxes (left, bottom, right, top, in points) and
    the number of the word to which each belongs.
    """

    text: str
    words: list[str]
    word: np.ndarray
    boxes: np.ndarray
    width: float
    height: float
    filled: float


@dataclass(frozen=True)
class Table:
    """The heading of a table without spaces, and its rows, by their text without spaces."""

    head: str
    rows: dict[str, list[str]]


@dataclass(frozen=True)
class Shown:
    """What a page shows, as texts without spaces, each with the text itself."""

    tables: list[Table]
    above: dict[str, str]
    lines: dict[str, str]

    @property
    def rows(self) -> dict[str, list[str]]:
        """All rows of all tables."""
        return {sought: row for table in self.tables for sought, row in table.rows.items()}


def is_shrunk(page) -> bool:
    """Tell whether a browser would make an open page smaller, so that its widest part fits."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDTH, "height": WIDTH})
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return wide > WIDTH


def shown(page) -> Shown:
    """Ask an open page what it shows."""
    found = page.evaluate(SHOWN)
    return Shown(
        [
            Table(plain(table["head"]), {plain("".join(row)): row for row in table["rows"]})
            for table in found["tables"]
        ],
        {plain(text): text for text in found["above"]},
        {plain(text): text for text in found["lines"]},
    )


def sides(content: bytes) -> list[Side]:
    """Read a PDF."""
    document = pypdfium2.PdfDocument(content)
    read = [_side(page) for page in document]
    document.close()
    return read


def faults(printed: list[Side], expected: Shown) -> list[str]:
    """Return everything that is wrong with a printed page, in words."""
    found = [
        f"side {number}: {fault}"
        for number, side in enumerate(printed, start=1)
        for fault in (*_at_the_edge(side), *_over_each_other(side), *_left_alone(side, expected))
    ]
    found += [
        f"side {number}: only {side.filled:.0%} of it are used"
        for number, side in enumerate(printed[:-1], start=1)
        if side.filled < EMPTY
    ]
    checks = (_lost, _cut, _without_heading, _broken)
    return [*found, *(fault for check in checks for fault in check(printed, expected))]


def plain(text: str) -> str:
    """Return text without what paper may change: spaces, breaks of lines and their hyphens."""
    whole = unicodedata.normalize("NFKC", re.sub(HYPHEN, "-", text))
    return re.sub(r"[\s\u00ad\u200b-\u200f\u2060]+", "", whole)


def _side(page: pypdfium2.PdfPage) -> Side:
    letters, boxes = _letters(page.get_textpage())
    # A word ends where its line does.
    spans = [match.span() for match in re.finditer(rf"(?:(?!{HYPHEN})\S)+", letters)]
    words = [letters[start:end] for start, end in spans]
    word = np.repeat(np.arange(len(words)), [len(text) for text in words])
    printed = np.array([place for span in spans for place in range(*span)], dtype=int)
    return Side(plain(letters), words, word, boxes[printed], *page.get_size(), _filled(page))


def _letters(text: pypdfium2.PdfTextPage) -> tuple[str, np.ndarray]:
    """Return the letters of a side, and a box for each of them, spaces too."""
    letters, boxes = [], np.zeros((text.count_chars(), 4))
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for place in range(len(boxes)):
        letters.append(chr(raw.FPDFText_GetUnicode(text, place)))
        raw.FPDFText_GetCharBox(text, place, left, right, bottom, top)
        boxes[place] = left.value, bottom.value, right.value, top.value
    return "".join(letters), boxes


def _filled(page: pypdfium2.PdfPage) -> float:
    """Return how far down a side anything is printed, as a share of its height."""
    grey = page.render(scale=0.25, grayscale=True).to_numpy()
    printed = np.flatnonzero((grey < DARK).any(axis=1))
    return float(printed[-1] + 1) / len(grey) if printed.size else 0.0


def _at_the_edge(side: Side) -> Iterator[str]:
    left, bottom, right, top = side.boxes.T
    inside = (left >= EDGE) & (bottom >= EDGE)
    inside &= (right <= side.width - EDGE) & (top <= side.height - EDGE)
    words = [side.words[place] for place in np.unique(side.word[~inside])]
    if words:
        yield f"{len(words)} words at the edge of the paper or beyond: {' '.join(words[:9])}"


def _over_each_other(side: Side) -> Iterator[str]:
    """Yield pairs of words that have letters of which one covers a part of the other."""
    areas = shapely.box(*side.boxes.T)
    one, other = shapely.STRtree(areas).query(areas)
    apart = side.word[one] < side.word[other]
    one, other = one[apart], other[apart]
    low, high = side.boxes[:, :2], side.boxes[:, 2:]
    shared = np.minimum(high[one], high[other]) - np.maximum(low[one], low[other])
    smaller = np.minimum((high - low)[one], (high - low)[other])
    over = (shared > OVER * smaller).all(axis=1)
    pairs = np.unique(side.word[np.stack([one[over], other[over]], axis=1)], axis=0)
    for first, second in pairs:
        if side.words[first] != side.words[second]:  # a halo is a second text in the same place
            yield f"{side.words[first]!r} and {side.words[second]!r} lie over each other"


def _left_alone(side: Side, expected: Shown) -> Iterator[str]:
    """Yield a heading that ends a side, if it is not a row of a table that has the same words."""
    if any(side.text.endswith(row) for row in expected.rows):
        return
    for sought, text in expected.above.items():
        if side.text.endswith(sought):
            yield f"{text!r} ends it, apart from what it stands above"


def _lost(printed: list[Side], expected: Shown) -> Iterator[str]:
    """Yield what no side has."""
    text = "".join(side.text for side in printed)
    cells = {plain(cell): cell for row in expected.rows.values() for cell in row}
    for sought, found in {**expected.above, **expected.lines, **cells}.items():
        if sought not in text and not _goes_on_overleaf(sought, printed):
            yield f"lost: {found!r}"


def _goes_on_overleaf(sought: str, printed: list[Side]) -> bool:
    """Tell whether one side ends with the beginning of a text and the next has the rest.

    A browser writes the tables of a side after its text, so the two parts are apart.
    """
    for one, other in pairwise(printed):
        ends = range(len(sought) + 1)
        end = bisect.bisect_left(ends, True, key=partial(_is_without, sought, one.text)) - 1
        # What follows on the side may begin as the rest does.
        if any(sought[part:] in other.text for part in range(max(1, end - 9), end + 1)):
            return True
    return False


def _is_without(sought: str, text: str, end: int) -> bool:
    return sought[:end] not in text


def _cut(printed: list[Side], expected: Shown) -> Iterator[str]:
    """Yield rows that no single side has."""
    for sought, row in expected.rows.items():
        if not any(sought in side.text for side in printed):
            yield f"cut: the row {' | '.join(row)!r}"


def _without_heading(printed: list[Side], expected: Shown) -> Iterator[str]:
    """Yield tables that go on overleaf without their heading."""
    for table in expected.tables:
        told = [row for row in table.rows if len(row) > TELLING]
        for number, side in enumerate(printed, start=1):
            if table.head not in side.text and any(row in side.text for row in told):
                yield f"side {number}: a table without its heading {table.head!r}"


def _broken(printed: list[Side], expected: Shown) -> Iterator[str]:
    """Yield short words of tables that are on two lines."""
    whole = " ".join(unicodedata.normalize("NFKC", word) for side in printed for word in side.words)
    cells = [cell for row in expected.rows.values() for cell in row]
    for word in sorted({word for cell in cells for word in cell.split() if word.isalpha()}):
        if len(word) <= SHORT and unicodedata.normalize("NFKC", word) not in whole:
            yield f"broken: {word!r}"
