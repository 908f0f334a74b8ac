"""Pages of countries: found by any name, with rows to take along."""

import hashlib
import json
import re

import pytest
from playwright.sync_api import expect

from scsreport.book import styles

pytestmark = pytest.mark.site
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def reader(request, browser):
    context = browser.new_context(viewport=request.param)
    yield context.new_page()
    context.close()


def test_countries_have_no_class_that_the_style_sheet_was_not_made_for(site):
    """It is made before them, from pages of the theme; the first stands in their frame."""
    pages = [*sorted((site / "countries").glob("*.html")), *site.glob("*/countries/*.html")]
    classes = [re.findall(r'\bclass="([^"]*)"', page.read_text("utf-8")) for page in pages]
    first, *others = (set(" ".join(found).split()) for found in classes)
    assert others
    known = styles.Names.of_all(
        styles.names_of_page(page.read_text("utf-8")) for page in (site / "chapters").glob("*.html")
    )
    scripts = (site / "_static").glob("*.js")
    found = [styles.names_of_script(script.read_text("utf-8")).words for script in scripts]
    own = (site / "_static" / "languages.css").read_text("utf-8")  # linked beside the one sheet
    found.append(styles.names_of_sheet(own).words)
    assert set().union(*others) <= first.union(known.words, *found)


@pytest.mark.parametrize("address", ["china.html#suzhou", "viet-nam.html#can-tho"])
def test_an_address_shows_its_city_though_those_before_are_not_laid_out(reader, served, address):
    reader.goto(f"{served[0]}/countries/{address}")
    title = reader.locator(f"section#{address.partition('#')[2]} h3")
    expect(title).to_be_in_viewport()
    reader.wait_for_timeout(500)  # as entries around it are laid out, it stays
    expect(title).to_be_in_viewport()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("CẦN THƠ", "Cần Thơ, "),
        ("cote d ivoire", "Côte d"),
        ("sao  paulo", "São Paulo, Brazil"),
        ("\u200fmedina", "Medina"),
        ("n'djamena", "N'Djamena, Chad"),
        ("KEN", "Kenya"),
    ],
)
def test_any_spelling_finds_a_name(browser, served, typed, found):
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{served[0]}/chapters/your-country.html")
    page.fill("#finder", typed)
    page.locator(".finder-found a").first.wait_for()
    assert any(found in label for label in page.locator(".finder-found a").all_inner_texts())
    page.close()


def test_what_is_not_found_is_said(browser, served):
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{served[0]}/chapters/your-country.html")
    page.fill("#finder", "Xyzzyville")
    page.locator(".finder-said", has_text="Nothing").wait_for()
    page.close()


def test_the_rows_of_a_country_are_offered_and_explained(reader, served, site):
    reader.goto(f"{served[0]}/countries/cote-d-ivoire.html")
    with reader.expect_download() as waited:
        reader.get_by_role("link", name="as CSV").click()
    content = waited.value.path().read_bytes()
    heading, *rows = content.decode("utf-8-sig").splitlines()
    whole = (site / "dataset/cities.csv").read_text(encoding="utf-8-sig").splitlines()
    assert heading == whole[0]
    assert rows and set(rows) <= set(whole)
    reader.get_by_role("link", name="What the columns mean").click()
    reader.wait_for_url("**/data.html#world-systems-of-cities")


def test_the_open_data_set_is_there_as_it_is_described(site):
    package = json.loads((site / "dataset/datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        content = (site / "dataset" / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert len(package["resources"]) + 1 == len(list((site / "dataset").iterdir()))
