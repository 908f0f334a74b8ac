"""The explorer of a country: its three views agree, and hand and keyboard reach all of it."""

import csv
import io

import pytest

from scsreport.findings import profiles

pytestmark = pytest.mark.site
PAGE = "countries/viet-nam.html"


@pytest.fixture(params=[390, 1440], ids=["phone", "desktop"])
def page(request, browser, served):
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    opened = context.new_page()
    opened.goto(f"{served[0]}/{PAGE}")
    opened.locator(".explorer-rows tr").first.wait_for()
    yield opened
    context.close()


def cities():
    return profiles.cities().query("country == 'VN'")


def test_the_three_views_show_the_same_cities(page):
    page.select_option('[name="rule"]', "D1")
    page.locator(".explorer-all").click()
    expected = (cities()["D1"] == "secondary").sum()
    views = ("explorer-marks", "explorer-plot", "explorer-rows")
    counted = [page.locator(f".{view} [data-rank]").count() for view in views]
    assert counted == [expected] * 3
    assert page.locator(".explorer-said").inner_text().startswith(f"{expected} of {len(cities())}")


def test_a_form_and_a_certainty_narrow_all_views(page):
    for form in ("cluster", "corridor", "largest"):
        page.uncheck(f'[name="{form}"]')
    page.locator('[name="sure"]').fill("60")
    told = cities()
    sure = (100 * told["sure"]).round() >= 60
    assert (
        page.locator(".explorer-marks [data-rank]").count()
        == ((told["form"] == "hub") & sure).sum()
    )
    assert page.url.endswith("#explore//60/1/0/0/0")


def test_the_address_brings_the_choice_back(page, browser):
    page.select_option('[name="rule"]', "D7")
    said = page.locator(".explorer-said").inner_text()
    other = browser.new_page()
    other.goto(page.url)
    other.locator(".explorer-rows tr").first.wait_for()
    assert other.locator(".explorer-said").inner_text() == said
    other.close()


def test_arrows_go_by_size_and_enter_opens(page):
    page.focus(".explorer-map")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    second = cities().iloc[1]
    assert page.locator(".explorer-said").inner_text().startswith(f"{second['name']}: number 2")
    assert page.locator(".explorer-chosen").count() == 3
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#{second['anchor']}")


def test_forms_have_colours_of_their_own(page):
    marks = page.locator(".explorer-marks path")
    fills = marks.evaluate_all("all => all.map(mark => getComputedStyle(mark).fill)")
    assert len(set(fills)) == 4


def test_a_touched_dot_tells_its_city(page):
    page.locator(".explorer-plot [data-rank='1']").dispatch_event("click")
    assert cities().iloc[0]["name"] in page.locator(".explorer-said").inner_text()


def test_what_is_seen_can_be_saved(page):
    page.select_option('[name="rule"]', "D1")
    with page.expect_download() as download:
        page.click(".explorer-csv")
    text = download.value.path().read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == (cities()["D1"] == "secondary").sum()
    with page.expect_download() as download:
        page.click(".explorer-picture")
    picture = download.value.path().read_text("utf-8")
    assert "GeoNames" in picture and "<rect" in picture
    assert "Viet Nam" in picture


def test_it_works_from_disk(browser, site):
    page = browser.new_page()
    page.goto(f"{site.as_uri()}/{PAGE}")
    page.locator(".explorer-rows tr").first.wait_for()
    page.select_option('[name="rule"]', "D1")
    assert "#explore/D1" in page.url
    page.close()


def test_without_scripts_the_page_stands_by_itself(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served[0]}/{PAGE}")
    assert not page.locator(".explorer").is_visible()
    assert page.locator("section#can-tho").is_visible()
    context.close()
