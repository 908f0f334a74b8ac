"""Figures in a browser: names are text, one drawing is light and dark, and each can be saved."""

import re

import numpy as np
import pytest
import walker
from lxml import etree, html
from PIL import Image

pytestmark = pytest.mark.site

NORTH = "chapters/cases.html"
"""A page with drawn figures, among them the map of pairs of cities in the north of Europe."""

OVERSHOOT = 3
"""Pixels by which a letter may pass the edge of its figure."""


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    yield page
    context.close()


def test_a_name_in_a_figure_is_found_and_can_be_marked(page, served):
    page.goto(f"{served[0]}/{NORTH}")
    page.locator("details.researchers > summary").click()
    found = page.evaluate("() => window.find('Stavanger, 398') && getSelection().toString()")
    assert found == "Stavanger, 398"
    assert page.evaluate("() => !!getSelection().anchorNode.parentElement.closest('#fig-c10')")


@pytest.mark.parametrize(
    ("scheme", "media", "ink"),
    [("light", "screen", "light"), ("dark", "screen", "dark"), ("dark", "print", "light")],
)
def test_one_drawing_serves_light_dark_and_print(page, served, scheme, media, ink):
    expected = {"light": "rgb(29, 35, 39)", "dark": "rgb(232, 234, 237)"}[ink]
    page.emulate_media(color_scheme=scheme, media=media)
    page.goto(f"{served[0]}/{NORTH}")
    name = page.locator("#fig-c10 svg text", has_text="Oslo")
    assert name.evaluate("(text) => getComputedStyle(text).fill") == expected


@pytest.mark.parametrize("width", [360, 1440])
def test_letters_have_the_measured_width_and_stay_inside(page, served, width):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{served[0]}/{NORTH}", wait_until="networkidle")
    fonts = [url for url in asked if "DejaVuSans" in url]
    assert fonts and all(url.startswith(f"{served[0]}/_static/fonts/") for url in fonts)
    outside = page.evaluate(
        """(slack) => [...document.querySelectorAll("svg.drawing text")].filter((text) => {
          const [inner, outer] = [text, text.closest("svg")].map((e) => e.getBoundingClientRect());
          return inner.left < outer.left - slack || inner.right > outer.right + slack;
        }).map((text) => text.textContent)""",
        OVERSHOOT,
    )
    assert outside == []


def test_figures_use_the_width_of_their_column(page, served):
    page.goto(f"{served[0]}/{NORTH}")
    wide = page.locator("#fig-c10 svg").bounding_box()["width"]
    column = page.locator("#fig-c10").bounding_box()["width"]
    page.set_viewport_size({"width": 360, "height": 800})
    narrow = page.locator("#fig-c10 svg").bounding_box()["width"]
    assert wide > 0.9 * min(column, 704) and 300 < narrow <= 360


STRAIGHT = str.maketrans("‘’“”", "''\"\"")
"""Pages are set with curled quotation marks, where words.toml may have straight ones."""


def figures(site):
    """Yield the id and the file of every figure, its files that are saved, and its title."""
    for file in walker.pages(site):
        for exhibit in walker.exhibits(html.fromstring(file.read_text(encoding="utf-8"))):
            name = exhibit.get("id") or ""
            if name.startswith("fig-"):
                title = exhibit.xpath("string(.//figcaption//strong)").translate(STRAIGHT)
                yield name, title, [site / f"exhibits/{name}.{form}" for form in walker.SAVED]


def test_every_figure_is_saved_with_title_sources_licence_and_background(site):
    faults = []
    for name, title, (svg, png) in figures(site):
        notes = (site / f"exhibits/{name}-licence.txt").read_text("utf-8")
        licence = re.search(r"^Licence.*: (\S+)", notes, re.M)[1]
        drawn = etree.parse(svg)
        told = " ".join(drawn.xpath("//*[local-name() = 'metadata']//text()"))
        with Image.open(png) as picture:
            info, pixels = picture.info, np.asarray(picture.convert("RGBA"))
        if not (title in told.translate(STRAIGHT) and licence in told and "Sources: " in told):
            faults.append(f"{svg.name}: {told}")
        if (info["Title"].translate(STRAIGHT), info["Copyright"]) != (
            title,
            licence,
        ) or "Sources" not in info["Source"]:
            faults.append(f"{png.name}: {info}")
        if (pixels[..., 3] != 255).any() or min(pixels.shape[:2]) < 400:
            faults.append(f"{png.name}: not opaque, or small")
        if drawn.xpath("//*[local-name() = 'text']"):
            faults.append(f"{svg.name}: lettering that needs a font")
    assert faults == []
    assert len(list(figures(site))) > 40


def test_ids_of_figures_are_once_on_a_page(site):
    for file in walker.pages(site):
        tree = html.fromstring(file.read_text(encoding="utf-8"))
        ids = [i for svg in tree.xpath(f"//{walker.DRAWING[3:]}") for i in svg.xpath(".//@id")]
        assert len(ids) == len(set(ids)), file.name
