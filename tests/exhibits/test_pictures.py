"""A figure as files: text and colours by name on the page, an imprint around what is saved."""

import base64
import io
import re
from xml.etree import ElementTree

import matplotlib.style as mpl_style
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from scsreport.exhibits import pictures, style

DATA = pd.DataFrame({"x": [1.0, 2.0, 4.0]})
IMPRINT = pictures.Imprint(
    "Oslo & Lagos grow",
    ("Sources: Æ. Author; another one.", "Licence: ODbL-1.0."),
    "A line that rises.",
    "ODbL-1.0",
)
SVG = "{http://www.w3.org/2000/svg}"


def draw(data, theme, colour=None):
    figure = Figure(figsize=(style.WIDTH, 2))
    axes = figure.add_subplot()
    axes.plot(data["x"], color=colour or theme.hub, marker="o", label="São Tomé <1>")
    axes.fill_between(range(3), data["x"], alpha=0.2, color=theme.cluster)
    axes.scatter([1], [2], color=theme.ink)
    figure.legend(loc="outside lower center")
    return figure


@pytest.fixture(scope="module")
def files():
    return pictures.files(draw, DATA, "fig-one", IMPRINT)


@pytest.fixture(scope="module")
def saved(files):
    return {form: base64.b64decode(content) for form, content in files["saved"].items()}


def test_lettering_on_the_page_is_text(files):
    texts = [node.text for node in ElementTree.fromstring(files["svg"]).iter(f"{SVG}text")]
    assert "São Tomé <1>" in texts and "0.50" in texts


def test_colours_on_the_page_have_names_and_nothing_is_styled(files):
    root = ElementTree.fromstring(files["svg"])
    colours = {node.get(paint) for node in root.iter() for paint in pictures.PAINTS}
    assert f"var(--figure-hub,{style.LIGHT.hub})" in colours
    assert [c for c in colours - {None, "none"} if not c.startswith("var(--figure-")] == []
    assert not list(root.iter(f"{SVG}style"))
    assert [node.tag for node in root.iter() if "style" in node.attrib] == []


def test_two_figures_may_stand_on_a_page(files):
    other = pictures.files(draw, DATA, "fig-two", IMPRINT)["svg"]
    ids, others = (set(re.findall(r'\bid="([^"]+)"', text)) for text in (files["svg"], other))
    assert ids and len(ids) == len(others) and not ids & others
    asked = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', files["svg"])
    assert {one or another for one, another in asked} == ids


def test_a_colour_without_a_counterpart_is_refused():
    def foreign(data, theme):
        return draw(data, theme, colour="#123456")

    with pytest.raises(pictures.ColourError, match=r"'fig-one': found stroke '#123456'"):
        pictures.files(foreign, DATA, "fig-one", IMPRINT)


def test_a_light_colour_has_one_counterpart():
    dark = {pair["light"]: pair["dark"] for pair in style.COLOURS.values()}
    assert [name for name, c in style.COLOURS.items() if dark[c["light"]] != c["dark"]] == []


def test_a_saved_svg_is_outlines_and_says_what_it_is(saved):
    text = saved["svg"].decode()
    assert "<text" not in text and "var(" not in text
    for said in ("Oslo &amp; Lagos grow", "Æ. Author", "ODbL-1.0", "A line that rises."):
        assert said in text.partition("</metadata>")[0]


def test_a_saved_png_is_opaque_and_says_what_it_is(saved):
    with Image.open(io.BytesIO(saved["png"])) as picture:
        told = picture.info
        pixels = np.asarray(picture.convert("RGBA"))
    assert told["Title"] == IMPRINT.title and told["Copyright"] == "ODbL-1.0"
    assert "Æ. Author" in told["Source"]
    assert (pixels[..., 3] == 255).all()
    assert tuple(pixels[0, 0, :3]) == (255, 255, 255)


def grey(content):
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("L"), dtype=float)


def as_png(figure, **how):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=pictures.SAVED_DPI, **how)
    return grey(buffer.getvalue())


def written_within(strip):
    """Whether something is written in a strip, and nothing to its right end."""
    columns = np.flatnonzero((strip < 128).any(axis=0))
    return len(columns) > 0 and columns[-1] < strip.shape[1] - 5


def row_of(part, whole):
    """The row at which a picture stands within a taller one."""
    rows = range(len(whole) - len(part))
    return min(rows, key=lambda row: np.abs(whole[row : row + len(part)] - part).mean())


def test_what_is_saved_is_the_figure_between_title_and_sources(saved):
    with mpl_style.context([style.SHEET, style.settings(style.LIGHT), pictures.LAID_OUT]):
        figure = pictures.drawn(draw, DATA, style.LIGHT)
        plain = as_png(figure)
        box = pictures._with_imprint(figure, IMPRINT)
        framed = as_png(figure, bbox_inches=box)  # as the SVG is
    for whole in (grey(saved["png"]), framed):
        top = row_of(plain, whole)
        inside = whole[top : top + len(plain)]
        # Rows of pixels may begin elsewhere, so that edges are a shade lighter or darker.
        assert np.abs(inside - plain).mean() < 0.05 * np.abs(plain - 255).mean()
        assert written_within(whole[:top]) and written_within(whole[top + len(plain) :])


def test_the_raster_form_is_a_light_and_a_dark_picture():
    shown = pictures.files(draw, DATA, "fig-one", IMPRINT, raster=True)
    light, dark = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(shown[name]))).convert("RGB"))
        for name in ("light", "dark")
    )
    assert "svg" not in shown and light.shape == dark.shape
    assert light[0, 0].min() > 250 and dark[0, 0].max() < 30
    assert "<image" in base64.b64decode(shown["saved"]["svg"]).decode()
