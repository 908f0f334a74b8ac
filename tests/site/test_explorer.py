"""Explorers of a country and of the world: their views agree, and hand and keyboard reach all."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from scsreport.findings import explorer, profiles

pytestmark = pytest.mark.site
PAGES = {"country": "countries/viet-nam.html", "world": "chapters/all-cities.html"}
HEAVIEST = 350_000
"""Bytes of the page of the world with all that it loads, after gzip."""


def cities(kind):
    return explorer.cities() if kind == "world" else profiles.cities().query("country == 'VN'")


def opened(browser, address, **options):
    page = browser.new_context(**options).new_page()
    page.goto(address)
    page.locator(".explorer-rows tr").first.wait_for()
    return page


@pytest.fixture(params=[390, 1440], ids=["phone", "desktop"])
def size(request):
    return {"width": request.param, "height": 900}


@pytest.fixture(params=list(PAGES))
def kind(request):
    return request.param


@pytest.fixture
def page(browser, served, size, kind):
    shown = opened(browser, f"{served[0]}/{PAGES[kind]}", viewport=size)
    yield shown
    shown.context.close()


@pytest.fixture
def world(browser, served, size):
    shown = opened(browser, f"{served[0]}/{PAGES['world']}", viewport=size)
    yield shown
    shown.context.close()


def marks(page, view):
    """Count the marks of a view: each begins a part of the path of its form."""
    paths = page.locator(f".explorer-{view} .explorer-marks path:not(.explorer-chosen)")
    drawn = paths.evaluate_all("all => all.map(path => path.getAttribute('d') ?? '')")
    return sum(path.count("M") for path in drawn)


def said(page):
    return page.locator(".explorer-said").inner_text()


def saved_rows(page):
    with page.expect_download() as download:
        page.click(".explorer-csv")
    text = download.value.path().read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_three_views_show_the_same_cities(page, kind):
    page.select_option('[name="rule"]', "D8")
    counted = said(page)
    while page.locator(".explorer-more").is_visible():
        page.locator(".explorer-more").click()
    expected = (cities(kind)["D8"] == "secondary").sum()
    assert marks(page, "map") == marks(page, "plot") == expected
    assert page.locator(".explorer-rows tr").count() == expected
    assert counted.startswith(f"{expected:,} of {len(cities(kind)):,}")


def test_a_form_and_a_certainty_narrow_all_views(page, kind):
    for form in ("cluster", "corridor", "largest"):
        page.uncheck(f'[name="{form}"]')
    page.locator('[name="sure"]').fill("60")
    told = cities(kind)
    sure = (100 * told["sure"]).round() >= 60
    expected = ((told["form"] == "hub") & sure).sum()
    assert marks(page, "map") == marks(page, "plot") == expected
    assert said(page).startswith(f"{expected:,} of")
    end = "/" if kind == "world" else ""
    expect(page).to_have_url(re.compile(f"#explore//60/1/0/0/0{end}$"))


def test_the_address_brings_the_choice_back(page, browser):
    page.select_option('[name="rule"]', "D7")
    page.uncheck('[name="cluster"]')
    expect(page).to_have_url(re.compile("#explore/D7/0/1/0/1/1"))
    other = opened(browser, page.url)
    assert said(other) == said(page)
    other.context.close()


def test_an_address_that_asks_for_what_is_no_more_shows_all(browser, served):
    page = opened(browser, f"{served[0]}/{PAGES['world']}#explore/D99/0/1/1/1/1/atlantis")
    assert said(page).startswith(f"{len(cities('world')):,} of")
    page.context.close()


def test_arrows_go_by_size_and_enter_opens(page, kind):
    page.focus(".explorer-map")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    second = cities(kind).iloc[1]
    assert said(page).startswith(second["name"])
    assert "number 2 with" in said(page)
    assert page.locator(".explorer-chosen").count() == 3
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#{second['anchor']}")


def test_forms_have_colours_of_their_own(page):
    paths = page.locator(".explorer-map .explorer-marks path[d]:not(.explorer-chosen)")
    fills = paths.evaluate_all("all => all.map(mark => getComputedStyle(mark).fill)")
    assert len(set(fills)) == 4


def test_a_touched_mark_tells_its_city(page, kind):
    largest = cities(kind).iloc[0]
    page.focus(".explorer-map")
    page.keyboard.press("ArrowRight")
    mark = page.locator(".explorer-plot .explorer-chosen")
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    page.keyboard.press("ArrowRight")
    assert not said(page).startswith(largest["name"])
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert said(page).startswith(largest["name"])


def test_what_is_seen_can_be_saved(page, kind):
    page.select_option('[name="rule"]', "D1")
    rows = saved_rows(page)
    expected = cities(kind).query("D1 == 'secondary'")
    assert [row["name"] for row in rows] == expected["name"].to_list()
    with page.expect_download() as download:
        page.click(".explorer-picture")
    picture = download.value.path().read_text("utf-8")
    assert "GeoNames" in picture and "<rect" in picture
    assert f"{len(expected):,} of" in picture


def test_it_works_from_disk(browser, site, kind):
    page = opened(browser, f"{site.as_uri()}/{PAGES[kind]}")
    page.select_option('[name="rule"]', "D1")
    expect(page).to_have_url(re.compile("#explore/D1/"))
    page.context.close()


def test_without_scripts_the_page_leads_on(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for kind, name in PAGES.items():
        page.goto(f"{served[0]}/{name}")
        assert not page.locator(".explorer").is_visible(), kind
    page.get_by_role("link", name="the list of countries").click()
    page.wait_for_url("**/your-country.html")
    page.goto(f"{served[0]}/{PAGES['country']}")
    assert page.locator("section#can-tho").is_visible()
    context.close()


def test_cities_that_do_not_load_are_said(browser, served):
    page = browser.new_page()
    page.route("**/explorer/world.js", lambda route: route.abort())
    page.goto(f"{served[0]}/{PAGES['world']}")
    expect(page.locator(".explorer-said")).to_contain_text("did not load")
    page.close()


# --- the world ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "column", "value"), [("AF", "continent", "AF"), ("viet-nam", "country", "VN")]
)
def test_a_continent_and_a_country_are_shown_closer(world, place, column, value):
    whole = world.locator(".explorer-map").get_attribute("viewBox")
    world.select_option('[name="place"]', place)
    expected = (cities("world")[column] == value).sum()
    assert marks(world, "map") == marks(world, "plot") == expected
    assert said(world).startswith(f"{expected:,} of")
    closer = world.locator(".explorer-map").get_attribute("viewBox")
    assert float(closer.split()[2]) < float(whole.split()[2]) / 2
    expect(world).to_have_url(re.compile(f"#explore/.*/{place}$"))
    assert len(saved_rows(world)) == expected


def test_a_city_leads_to_its_block(world):
    world.select_option('[name="place"]', "viet-nam")
    world.get_by_role("link", name="Cần Thơ", exact=True).click()
    world.wait_for_url("**/countries/viet-nam.html#can-tho")
    assert world.locator("section#can-tho").is_visible()


def test_each_continent_and_country_with_a_city_is_offered(world):
    groups = world.locator('[name="place"] optgroup')
    counted = [group.locator("option").count() for group in groups.all()]
    assert counted == [cities("world")["continent"].nunique(), cities("world")["country"].nunique()]


def test_the_world_weighs_little(browser, served):
    address, weights = served
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    page.goto(f"{address}/{PAGES['world']}", wait_until="networkidle")
    assert any(url.endswith("world.js") for url in asked)
    assert sum(weights[url] for url in asked) < HEAVIEST
    page.close()
