"""Every figure of the book, drawn: its words lie inside it, apart and off its dots."""

import importlib
import pkgutil
from itertools import combinations

import matplotlib.style as mpl_style
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.text import Annotation, Text

import scsreport.exhibits
from scsreport.exhibits import style
from scsreport.exhibits.contract import declaration, exhibits_of

# Words and drawings are the same on every Python: `make check` looks at them once.
pytestmark = pytest.mark.site


MODULES = [
    importlib.import_module(f"scsreport.exhibits.{module.name}")
    for module in pkgutil.iter_modules(scsreport.exhibits.__path__)
]
FIGURES = {
    declaration(function).id: function
    for module in MODULES
    for function in exhibits_of(module).values()
    if declaration(function).id.startswith("fig-")
}
SLACK = 1.0  # pixels by which boxes may touch


def drawn_texts(figure, monkeypatch):
    """Return the texts that are drawn, with their boxes in pixels."""
    canvas = FigureCanvasAgg(figure)
    found = []
    draw = Text.draw

    def record(self, renderer):
        if self.get_visible() and self.get_text().strip():
            found.append(self)
        draw(self, renderer)

    monkeypatch.setattr(Text, "draw", record)
    canvas.draw()
    monkeypatch.undo()
    renderer = canvas.get_renderer()
    return [(text, Text.get_window_extent(text, renderer)) for text in found]


def overlaps(one, other):
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return wide > SLACK and high > SLACK


def on_dots(text, box):
    """Return whether a label of a point lies on the middle of a dot of its axes."""
    if not isinstance(text, Annotation):
        return False
    for dots in text.axes.collections:
        if isinstance(dots, PathCollection):
            places = dots.get_offset_transform().transform(dots.get_offsets())
            if any(box.contains(*place) for place in places):
                return True
    return False


@pytest.fixture
def drawing(request, monkeypatch):
    exhibit = FIGURES[request.param]()
    with mpl_style.context([style.SHEET, style.settings(style.LIGHT)]):
        figure = exhibit.parts.draw(exhibit.parts.data, style.LIGHT)
        return figure, drawn_texts(figure, monkeypatch)


@pytest.mark.parametrize("drawing", FIGURES, indirect=True)
def test_words_are_whole_and_apart(drawing):
    figure, texts = drawing
    page = figure.bbox
    cut = [
        text.get_text()
        for text, box in texts
        if box.x0 < -SLACK
        or box.y0 < -SLACK
        or box.x1 > page.x1 + SLACK
        or box.y1 > page.y1 + SLACK
    ]
    assert cut == []
    collided = [
        (one.get_text(), other.get_text())
        for (one, first), (other, second) in combinations(texts, 2)
        if overlaps(first, second)
    ]
    assert collided == []
    assert [text.get_text() for text, box in texts if on_dots(text, box)] == []
