"""What people come for, step by step: on a phone and on a desk, with scripts and without."""

import csv
import io

import pytest
from lxml import etree
from PIL import Image
from pybtex.database import parse_string

from scsreport.findings import profiles

pytestmark = pytest.mark.site
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}
SVG = "{http://www.w3.org/2000/svg}"


class Reader:
    """Somebody at the first page, whose steps are counted."""

    def __init__(self, page, *, scripts):
        self.page = page
        self.scripts = scripts
        self.steps = 0

    def follow(self, link, address):
        """Click a link, and be where it leads."""
        link.click()
        self.steps += 1
        self.page.wait_for_url(address)

    def open(self, fold):
        """Click what opens a fold."""
        fold.locator("summary").click()
        self.steps += 1

    def take(self, link):
        """Click a link to a file, and read what comes."""
        with self.page.expect_download() as waited:
            link.click()
        self.steps += 1
        return waited.value.path().read_bytes()

    def find_city(self, name, country, address):
        """Find a city by its name, or without scripts by its country and a look down the page."""
        if self.scripts:
            self.page.fill(".bd-article .finder input", name)
            self.steps += 1
            found = self.page.locator(".bd-article .finder-found a").first
            self.follow(found, f"**/{address}")
            return
        every = self.page.get_by_role("link", name="All countries and territories").first
        self.follow(every, "**/your-country.html")
        listed = self.page.locator(".page-index").get_by_role("link", name=country, exact=True)
        self.follow(listed, f"**/{address.partition('#')[0]}")


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def scripts(request):
    return request.param


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def reader(request, browser, served, scripts):
    context = browser.new_context(viewport=request.param, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{served[0]}/index.html")
    yield Reader(page, scripts=scripts)
    context.close()


def told(page, address):
    """What the block of a city says, by term."""
    block = page.locator(f"section#{address}")
    # Of blocks out of view a browser keeps the words without setting them.
    terms, said = (block.locator(tag).all_text_contents() for tag in ("dt", "dd"))
    return dict(zip(terms, said, strict=True))


def known(country, anchor):
    return profiles.cities().query("country == @country and anchor == @anchor").iloc[0]


def test_an_official_of_viet_nam_looks_up_can_tho(reader):
    reader.find_city("can tho", "Viet Nam", "countries/viet-nam.html#can-tho")
    assert reader.steps <= 3
    city, said = known("VN", "can-tho"), told(reader.page, "can-tho")
    met = [rule for rule in profiles.RULES if city[rule] == "secondary"]
    assert "Yes under " in said["Secondary?"]
    assert all(rule in said["Secondary?"].partition(";")[0] for rule in met)
    assert f"{100 * city['sure']:.0f}\u00a0%" in said["Form"]  # how sure
    assert city["for_1"].lower() in said["Why"].lower()
    reader.follow(reader.page.locator("#can-tho a"), f"**/what-to-do.html#{city['form']}")
    follows = reader.page.locator(f"section:has(> #{city['form']})")
    assert city["form"] in follows.locator("h3").first.inner_text()
    assert follows.locator("li").first.is_visible()


def test_a_planner_in_kenya_looks_up_kisumu(reader):
    reader.find_city("kisumu", "Kenya", "countries/kenya.html#kisumu")
    city, said = known("KE", "kisumu"), told(reader.page, "kisumu")
    assert {"People", "Secondary?", "Form", "Why", "Reach", "Functions"} <= set(said)
    assert ("airport" in said["Functions"].lower()) == city["airport"]
    sections = reader.page.locator("main h2").all_inner_texts()
    assert {"How many secondary cities?", "What follows?"} <= set(sections)


def test_a_planner_needs_no_mouse(browser, served):
    context = browser.new_context(viewport=SIZES["desktop"])
    page = context.new_page()
    page.goto(f"{served[0]}/chapters/your-country.html")
    page.focus(".bd-article .finder input")
    page.keyboard.type("Kisumu")
    page.locator(".bd-article .finder-found a").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/countries/kenya.html#kisumu")
    context.close()


def test_a_journalist_takes_a_fact_a_chart_and_how_to_cite_it(reader):
    page = reader.page
    reader.follow(page.get_by_role("link", name="gaps", exact=True).first, "**/chapters/gaps.html")
    assert page.locator("main p strong").first.is_visible()  # the fact
    figure = page.locator("figure.exhibit").first
    title = figure.locator("figcaption strong").first.inner_text().strip()
    drawn = etree.fromstring(reader.take(figure.get_by_role("link", name="SVG of")))
    assert drawn.findtext(f"{SVG}title") == title.rstrip(".")
    imprint = drawn.findtext(".//{*}source")
    assert "Sources: " in imprint and "Licence: " in imprint
    with Image.open(io.BytesIO(reader.take(figure.get_by_role("link", name="PNG of")))) as picture:
        assert picture.width >= 2 * 390  # sharp on a phone
    cite = figure.locator("details.cite")
    reader.open(cite)
    assert title.rstrip(".") in cite.locator("p.cite-form").inner_text()
    (entry,) = parse_string(cite.locator("pre.cite-form").inner_text(), "bibtex").entries.values()
    assert entry.fields["year"].isdigit()
    assert reader.steps <= 4


def test_a_researcher_takes_the_whole_table_and_its_dictionary(reader):
    page = reader.page
    if reader.scripts and page.locator(".bd-sidebar-primary").is_hidden():
        page.get_by_role("button", name="Toggle primary sidebar").click()
    data = page.get_by_role("link", name="Data", exact=True).first
    if data.is_visible():
        reader.follow(data, "**/chapters/data.html")
    else:  # the menu of a phone needs scripts
        reader.follow(page.get_by_role("link", name="All countries").first, "**/your-country.html")
        reader.follow(page.get_by_role("link", name="an open data set"), "**/data.html#*")
    content = reader.take(page.get_by_role("link", name="cities.csv", exact=True))
    heading, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert len(rows) == len(profiles.cities())
    explained = page.locator("#tab-dictionary tbody").text_content()
    assert [name for name in heading if name not in explained] == []
    assert reader.steps <= 3


def test_a_student_takes_the_notebook_of_a_chapter(reader):
    page = reader.page
    read = page.get_by_role("link", name="connectivity", exact=True).first
    reader.follow(read, "**/connectivity.html")
    address = page.locator("a[href$='connectivity.ipynb']").first.get_attribute("href")
    response = page.request.get(page.url.rsplit("/", 1)[0] + "/" + address)
    notebook = response.json()
    assert any("connectivity.growth()" in "".join(cell["source"]) for cell in notebook["cells"])
