"""Pages in other languages, as a reader meets them: whole, marked, and one tap from the English."""

import json
import re

import pytest
import walker
from lxml import html

from scsreport.book.languages import CHAPTERS
from scsreport.book.tongues import LANGUAGES, Tongue
from scsreport.tables import paths

pytestmark = pytest.mark.site

PHONE = {"width": 390, "height": 844}
COUNTRY = "countries/viet-nam"
PAGES = [*CHAPTERS, COUNTRY, "countries/tuvalu", "countries/china"]


def read(site, name):
    return html.fromstring((site / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_its_language_that_it_is_a_translation_and_where_the_english_is(
    site, language, page
):
    tree = read(site, f"{language}/{page}.html")
    assert tree.get("lang") == Tongue(language).tag
    said = tree.xpath("//p[@class='translated-said']")[0]
    link = said.xpath("./a[@hreflang='en']")[0]
    target = (site / language / f"{page}.html").parent / link.get("href")
    assert target.resolve() == (site / f"{page}.html").resolve()
    assert tree.xpath("//footer")[0].text_content().strip()


@pytest.mark.parametrize("page", PAGES)
def test_every_language_of_a_page_names_all_others(site, page):
    tags = {"en", "x-default", *(Tongue(language).tag for language in LANGUAGES)}
    for folder in ("", *(f"{language}/" for language in LANGUAGES)):
        file = site / folder / f"{page}.html"
        tree = html.fromstring(file.read_text(encoding="utf-8"))
        links = tree.xpath("//head/link[@rel='alternate' and @hreflang]")
        assert {link.get("hreflang") for link in links} == tags, file
        assert all((file.parent / link.get("href")).is_file() for link in links)
        offered = tree.xpath("//nav[contains(@class, 'languages')]//*[self::a or self::span]")
        assert [each.text_content() for each in offered] == [
            *("English", "Español", "Français", "中文")
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_country_is_there(site, language):
    names = [
        {f.name for f in (site / folder).glob("*.html")}
        for folder in ("countries", f"{language}/countries")
    ]
    assert names[0] == names[1]
    assert len(names[0]) > 240


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_what_is_in_english_says_so(site, language, page):
    tree = read(site, f"{language}/{page}.html")
    # Sources are named as they name themselves, and works by those who signed them.
    for part in tree.xpath("//*[@lang='en'] | //script | //p[@class='page-sources'] | //table"):
        part.drop_tree()
    text = " ".join(tree.xpath("//body")[0].text_content().split())
    english = {"the", "and", "with", "which", "their"}  # Cities Alliance is a name
    words = re.findall(r"[a-z]+", re.sub(r"\([^)]*\d{4}\)", "", text.lower()))
    assert english & set(words) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_that_lacks_a_translation_is_marked_and_counted(site, language):
    folder = paths.STAGE / "written"
    notes = [json.loads(f.read_text("utf-8")) for f in folder.glob(f"{language}-*-languages.json")]
    missing = {message for note in notes for _, message, ok in note["asked"] if not ok}
    marked = [
        name
        for name in (f"{language}/{page}.html" for page in PAGES)
        if read(site, name).xpath("//main//span[@lang='en']")
    ]
    assert bool(marked) == bool(missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_to_english_pages_say_so(site, language):
    for page in CHAPTERS:
        tree = read(site, f"{language}/{page}.html")
        for link in tree.xpath("//main//a[@href]"):
            target = (site / language / f"{page}.html").parent / link.get("href").partition("#")[0]
            is_english = language not in target.resolve().relative_to(site.resolve()).parts
            if link.get("href").startswith("#"):
                continue
            assert (link.get("hreflang") == "en") == is_english, link.get("href")


def test_links_of_translated_pages_lead_somewhere(site):
    found = []
    for language in LANGUAGES:
        for page in PAGES:
            file = site / language / f"{page}.html"
            for link in read(site, f"{language}/{page}.html").xpath("//a[@href] | //link[@href]"):
                address = link.get("href")
                if fault := walker._dangling(site, file, address.partition("?")[0]):
                    found.append(f"{file.relative_to(site)}: {fault}")
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_phone_scrolls_no_page_sideways(browser, served, language, page):
    tab = browser.new_page(viewport=PHONE)
    tab.goto(f"{served[0]}/{language}/{page}.html")
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    tab.close()


def test_the_switch_keeps_the_page_and_needs_no_script(browser, served):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{served[0]}/{COUNTRY}.html")
    for name, folder in (("Español", "es/"), ("中文", "zh/"), ("Français", "fr/"), ("English", "")):
        tab.click(f"nav.languages >> text={name}")
        assert tab.url == f"{served[0]}/{folder}{COUNTRY}.html"
    context.close()


def test_a_reader_stays_in_her_language(browser, served):
    tab = browser.new_page(viewport=PHONE)
    faults = []
    tab.on("console", lambda message: faults.append(message.text))
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.goto(f"{served[0]}/fr/index.html")
    tab.click("nav.translated-pages >> text=Que faire")
    assert tab.url.endswith("/fr/chapters/what-to-do.html")
    tab.click("nav.translated-pages >> text=Pays")
    tab.click("#countries >> text=Viêt Nam")
    assert tab.url.endswith("/fr/countries/viet-nam.html")
    assert faults == []
    tab.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_those_of_the_english_page(site, language):
    """Digits of the table of rules are the same ones, grouped otherwise."""

    def digits(name):
        table = read(site, name).xpath("//section[@id='how-many']//table")[0]
        return [re.sub(r"\D", "", cell.text_content()) for cell in table.xpath(".//td")]

    assert digits(f"{language}/{COUNTRY}.html") == digits(f"{COUNTRY}.html")
