"""Readers who look for their country or city, step by step."""

import hashlib
import json

import pytest

pytestmark = pytest.mark.site
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def reader(request, browser):
    context = browser.new_context(viewport=request.param)
    yield context.new_page()
    context.close()


def city(page, address):
    """What the block of a city says, by term."""
    block = page.locator(f"section#{address}")
    terms, said = (block.locator(tag).all_inner_texts() for tag in ("dt", "dd"))
    return dict(zip(terms, said, strict=True))


@pytest.mark.parametrize("disk", [False, True], ids=["web", "disk"])
def test_an_official_in_viet_nam_finds_can_tho(reader, served, site, disk):
    root = site.as_uri() if disk else served[0]
    reader.goto(f"{root}/index.html")
    reader.get_by_role("link", name="All countries and territories").first.click()
    reader.fill("#finder", "can tho")
    reader.locator(".finder-found a").first.click()
    reader.wait_for_url("**/countries/*#can-tho")
    said = city(reader, "can-tho")
    assert said["Secondary?"].startswith("Yes under")
    assert "contested" in said["Form"]
    assert "Ho Chi Minh City" in said["Why"]
    reader.locator("#can-tho a").click()
    reader.wait_for_url("**/what-to-do.html#*")


def test_a_planner_in_kenya_finds_kisumu_by_keyboard(reader, served):
    reader.goto(f"{served[0]}/chapters/your-country.html")
    reader.focus("#finder")
    reader.keyboard.type("Kisumu")
    reader.locator(".finder-found a").first.wait_for()
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/countries/kenya.html#kisumu")
    assert city(reader, "kisumu")["Form"]


def test_without_scripts_the_list_leads_there(browser, served):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{served[0]}/chapters/your-country.html")
    assert not page.locator(".finder").is_visible()
    page.locator(".page-index a", has_text="Kenya").click()
    assert page.locator("section#kisumu dt").count() >= 4
    context.close()


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
