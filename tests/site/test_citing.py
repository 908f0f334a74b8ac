"""Readers who cite: a page or an exhibit, as text and as BibTeX, with scripts or without."""

import pytest
from lxml import html
from pybtex.database import parse_string

from scsreport import __version__

pytestmark = pytest.mark.site
PAGES = ["index.html", "chapters/gaps.html", "chapters/glossary.html", "countries/viet-nam.html"]
OF_PAGE = (
    "//article//details[contains(@class, 'cite')][not(ancestor::*[contains(@class, 'exhibit')])]"
)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_how_to_cite_it(site, name):
    page = html.fromstring((site / name).read_text(encoding="utf-8"))
    (cited,) = page.xpath(OF_PAGE)
    text, bibtex = (form.text_content() for form in cited.xpath(".//*[@data-form]"))
    title = page.xpath("//h1")[-1].text_content().rstrip("#")
    assert f"“{title}" in text and f"version {__version__}" in text
    (entry,) = parse_string(bibtex, "bibtex").entries.values()
    assert entry.fields["title"].startswith(title) and entry.fields["year"] in text


def test_every_exhibit_of_a_page_has_its_own_entry(site):
    page = html.fromstring((site / "chapters" / "gaps.html").read_text(encoding="utf-8"))
    entries = [node.text for node in page.xpath("//pre[@data-form='BibTeX']")]
    keys = [key for text in entries for key in parse_string(text, "bibtex").entries]
    assert len(set(keys)) == len(keys) > 5
    assert any(key.endswith("-fig-world-gaps") for key in keys)


@pytest.fixture(params=[False, True], ids=["web", "disk"])
def reader(request, browser, served, site):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    root = site.as_uri() if request.param else served[0]
    page.goto(f"{root}/countries/kenya.html")
    page.locator("details.cite summary").click()
    yield page
    context.close()


def test_a_button_copies_what_stands_above_it(reader):
    reader.get_by_role("button", name="Copy BibTeX").click()
    reader.locator(".cite-said", has_text="Copied").wait_for()
    copied = reader.evaluate("navigator.clipboard.readText()")
    assert copied == reader.locator("pre.cite-form").text_content()


def test_where_a_page_may_not_copy_the_text_is_selected(reader):
    reader.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    reader.get_by_role("button", name="Copy text").click()
    reader.locator(".cite-said", has_text="Selected").wait_for()
    assert reader.evaluate("String(getSelection())") == reader.locator("p.cite-form").inner_text()


def test_without_scripts_there_is_no_button_and_the_text_is_there(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served[0]}/chapters/glossary.html")
    page.locator("article > details.cite > summary").click()
    assert page.locator("article > details.cite > p").inner_text().startswith("The scsreport")
    assert page.locator(".cite-copy").count() == 0
    context.close()
