"""What axe finds on the pages: nothing, of any impact, at any width, in light and in dark."""

import pytest
import walker
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.site
WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
ONE_OF_EACH = (
    "index.html",
    "chapters/all-cities.html",
    "chapters/gaps.html",
    "countries/viet-nam.html",
    "search.html",
)
"""Pages of each kind are seen at all widths, in light and in dark; the others twice."""

LONGEST = "countries/china.html"
"""Its hundreds of cities are set as those of Viet Nam, and take half a minute each time."""

RULES = {
    "rules": {"label-content-name-mismatch": {"enabled": True}},  # not among those run by default
    "resultTypes": ["violations"],
}


def looks():
    """Yield page, width and colour scheme."""
    for name in walker.kinds_of_page(translated=True):
        if name.endswith(LONGEST):
            continue
        if name in ONE_OF_EACH:
            yield from ((name, width, scheme) for width in WIDTHS for scheme in SCHEMES)
        else:
            yield name, WIDTHS[0], "dark"
            yield name, WIDTHS[-1], "light"


# Blocks of cities are laid out when they come into view; until then axe would measure the colours
# of whatever stands where they are guessed to be.
LAID_OUT = """
for (const block of document.querySelectorAll('.entry')) block.style.contentVisibility = 'visible'
"""
OPENED = "document.querySelectorAll('details').forEach((fold) => { fold.open = true })"


@pytest.mark.parametrize(("name", "width", "scheme"), list(looks()))
def test_axe_finds_nothing(browser, served, name, width, scheme):
    size = {"width": width, "height": 900}
    page = browser.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{served[0]}/{name}")
    page.evaluate(OPENED)
    page.evaluate(LAID_OUT)
    page.wait_for_timeout(400)  # a folded cell opens with a transition
    results = Axe().run(page, options=RULES)
    page.close()
    assert results.violations_count == 0, results.generate_report()


def test_axe_sees_what_is_wrong(browser):
    page = browser.new_page()
    page.set_content(
        "<main><h1>Cities</h1><input><p style='color: #ccc'>pale</p>"
        "<button aria-label='Look'>Search the book</button></main>"
    )
    found = {violation["id"] for violation in Axe().run(page, options=RULES).response["violations"]}
    page.close()
    assert {"label", "color-contrast", "label-content-name-mismatch", "html-has-lang"} <= found
