"""What a reader without time meets: an argument, not a queue of exhibits and caveats."""

import re

import pytest
from lxml import html

from scsreport.tables import paths

pytestmark = pytest.mark.site
PHONE = {"width": 390, "height": 844}
SCREENS = 12
"""Most screens of a phone before the section for researchers."""

MANUAL = {"api", "bibliography"}
"""Lists of functions and of works are looked up, not read."""

PROSE = (
    "//article//*[self::p or self::li or self::dd or self::dt][not(.//p or .//li)]"
    "[not(ancestor::details or ancestor::nav or ancestor::aside)]"
    "[not(ancestor-or-self::*[contains(concat(' ', @class, ' '), ' exhibit ')])]"
    "[not(ancestor::*[contains(@class, 'prev-next-area') or contains(@class, 'footnote')])]"
)
CAVEATS = "//ul[contains(@class, 'exhibit-caveats')]/li[not(ancestor::details)]"


def chapters():
    folder = paths.SITE / "chapters"
    names = sorted(page.stem for page in folder.glob("*.html")) if folder.exists() else []
    return [name for name in names if name not in MANUAL] or ["gaps"]


def words(page, path):
    return sum(len(re.findall(r"\w+", node.text_content())) for node in page.xpath(path))


@pytest.mark.parametrize("chapter", chapters())
def test_there_is_twice_as_much_prose_as_visible_caveats(site, chapter):
    page = html.fromstring((site / "chapters" / f"{chapter}.html").read_text(encoding="utf-8"))
    prose, caveats = words(page, PROSE), words(page, CAVEATS)
    assert prose >= 2 * caveats, f"{prose} words of prose, {caveats} of visible caveats"


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_is_short_on_a_phone(browser, site, chapter):
    page = browser.new_page(viewport=PHONE)
    page.goto((site / "chapters" / f"{chapter}.html").as_uri())
    end = page.evaluate(
        """() => {
          const fold = document.querySelector("details.researchers");
          const article = document.querySelector("article.bd-article").getBoundingClientRect();
          return scrollY + (fold ? fold.getBoundingClientRect().top : article.bottom);
        }"""
    )
    page.close()
    assert end / PHONE["height"] <= SCREENS


def test_what_is_folded_for_researchers_opens_for_whom_follows_a_link(browser, site):
    page = browser.new_page(viewport=PHONE)
    page.goto((site / "chapters" / "gaps.html").as_uri() + "#tab-gap-parts")
    page.locator("details.researchers[open]").wait_for()
    page.wait_for_timeout(300)
    table = page.locator("#tab-gap-parts").bounding_box()
    assert 0 <= table["y"] < PHONE["height"]
    page.close()


def test_a_link_to_a_verdict_opens_it_and_no_other(browser, site):
    page = browser.new_page(viewport=PHONE)
    page.goto((site / "chapters" / "verdicts.html").as_uri() + "#verdict-N05")
    page.locator("#verdict-N05 > details[open]").wait_for()
    assert page.locator("details.verdict-fold[open]").count() == 1
    page.close()


def test_nothing_is_lost_in_the_fold(site):
    page = html.fromstring((site / "chapters" / "gaps.html").read_text(encoding="utf-8"))
    section = page.xpath("//section[@id='for-researchers']")[0]
    assert [child.tag for child in section] == ["h2", "details"]
    assert section.xpath("./details/section//table[contains(@class, 'exhibit-table')]")
