"""A brief in a browser: short enough for a phone, whole on paper, and fetching nothing."""

import paper
import pypdfium2
import pytest

from scsreport import brief
from scsreport.brief import examples

pytestmark = pytest.mark.site

PHONE = {"width": 390, "height": 844}
MOST_SCREENS = 15
"""Of a phone, before the blocks of cities of a large country."""

OWN = dict(zip(("cities", "regions", "roads", "settings"), examples.FILES, strict=True))


@pytest.fixture(scope="module")
def briefs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("briefs")
    own = {kind: examples.FOLDER / name for kind, name in OWN.items()}
    return {
        "VNM": brief.write("VNM", folder),
        "Freedonia": brief.write(examples.NAME, folder, **own),
    }


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport=PHONE)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    page.close()


@pytest.mark.parametrize("name", ["VNM", "Freedonia"])
def test_a_brief_fits_a_phone_and_fetches_nothing(page, briefs, name):
    page.goto(briefs[name].as_uri())
    assert page.asked == [briefs[name].as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    top = page.evaluate("document.getElementById('cities').getBoundingClientRect().top")
    assert top / PHONE["height"] < MOST_SCREENS
    assert page.locator("details.city[open]").count() == 3
    last = page.locator("details.city").last
    assert not last.locator("dl").is_visible()
    last.locator("summary").click()
    assert last.locator("dl").is_visible()


@pytest.mark.parametrize("name", ["VNM", "Freedonia"])
def test_a_brief_prints_well_with_all_that_is_folded(page, briefs, name):
    page.goto(briefs[name].as_uri())
    content = page.pdf(format="A4")
    assert paper.faults(paper.sides(content), paper.shown(page)) == []
    assert not paper.is_shrunk(page)
    document = pypdfium2.PdfDocument(content)
    words = "".join(side.get_textpage().get_text_range() for side in document)
    assert words.count("Secondary?") == page.locator("details.city").count()
    assert words.count("Licence: ") >= page.locator(".piece").count()
