"""The head of every page: what lists and shares pages reads there, and nothing twice."""

import copy

import pytest
import walker
from lxml import html
from PIL import Image

pytestmark = pytest.mark.site

ONE = {
    "title": "//head/title",
    "viewport": "//head/meta[@name='viewport']",
    **{name: f"//head/meta[@name='{name}']" for name in ("description", "twitter:card")},
    **{
        name: f"//head/meta[@property='{name}']"
        for name in ("og:title", "og:description", "og:image", "og:site_name", "og:type")
    },
}
"""What a head has once."""

LONGEST = 160
LISTS = {"404.html", "genindex.html", "py-modindex.html", "search.html"}


def faults(head) -> list[str]:
    """Return what is wrong with the head of a page, in words."""
    found = []
    for name, path in ONE.items():
        texts = [node.get("content") or node.text for node in head.xpath(path)]
        if len(texts) != 1:
            found.append(f"{len(texts)} of {name}")
        elif not (texts[0] or "").strip():
            found.append(f"an empty {name}")
        elif name.endswith("description") and len(texts[0]) > LONGEST:
            found.append(f"a {name} of {len(texts[0])} letters")
    title = head.xpath("string(//head/title)").split(" — ")
    if len(title) == 2 and title[1].startswith(title[0]):
        found.append(f"a title that repeats itself: {title[0]}")
    return found


@pytest.fixture(scope="module")
def heads(site):
    """The head of each page, by its place."""
    return {
        page.relative_to(site).as_posix(): html.fromstring(
            page.read_text(encoding="utf-8").partition("<body")[0]
        )
        for page in walker.pages(site)
    }


def test_every_head_tells_each_thing_once(heads):
    assert len(heads) > 260
    assert {name: found for name, head in heads.items() if (found := faults(head))} == {}


@pytest.mark.parametrize("name", ONE)
def test_a_head_with_a_thing_twice_or_not_at_all_is_seen(heads, name):
    head = copy.deepcopy(heads["chapters/gaps.html"])
    (node,) = head.xpath(ONE[name])
    node.addnext(copy.deepcopy(node))
    assert faults(head) == [f"2 of {name}"]
    for again in head.xpath(ONE[name]):
        again.drop_tree()
    assert f"0 of {name}" in faults(head)


def test_a_long_description_and_a_doubled_title_are_seen(heads):
    head = copy.deepcopy(heads["index.html"])
    head.xpath(ONE["description"])[0].set("content", "word " * 40)
    title = head.xpath(ONE["title"])[0]
    title.text = f"{title.text} — {title.text}: an executable report"
    assert len(faults(head)) == 2


def test_chapters_and_countries_are_described_by_their_own_answer(site, heads):
    own = [n for n in heads if n.startswith(("chapters/", "countries/")) or n == "index.html"]
    told = {name: heads[name].xpath(ONE["description"])[0].get("content") for name in own}
    assert len(set(told.values())) == len(told)
    for name in ("chapters/gaps.html", "countries/kenya.html", "countries/tuvalu.html"):
        page = html.fromstring((site / name).read_text(encoding="utf-8"))
        said = page.xpath("//article//p/strong")[0].text_content()
        assert " ".join(said.split()) == told[name]


def test_each_chapter_is_shared_by_a_small_picture_of_its_own(site, heads):
    pictures = set()
    for name, head in heads.items():
        picture = head.xpath(ONE["og:image"])[0].get("content")
        file = site / picture if name in LISTS else (site / name).parent / picture
        file = site / picture.lstrip("/") if picture.startswith("/") else file.resolve()
        assert file.exists(), name
        if name.startswith("chapters/") or name == "index.html":
            pictures.add(file)
            assert file.stat().st_size < 30_000
            with Image.open(file) as image:
                told = head.xpath("//meta[starts-with(@property, 'og:image:')]/@content")[:2]
                assert [str(side) for side in image.size] == told
    assert len(pictures) == sum(n.startswith("chapters/") for n in heads) + 1


def test_no_address_is_told_that_the_site_does_not_have(site, heads):
    for name, head in heads.items():
        assert not head.xpath("//link[@rel='canonical'] | //meta[@property='og:url']"), name
    assert not (site / "sitemap.xml").exists()
    assert "Sitemap" not in (site / "robots.txt").read_text(encoding="utf-8")


def test_the_inventory_names_the_project(site):
    lines = (site / "objects.inv").read_bytes().split(b"\n")[:3]
    assert lines[1].startswith(b"# Project: Connecting systems of secondary cities")
    assert lines[2].removeprefix(b"# Version: ").strip()


@pytest.mark.parametrize("place", ["nowhere.html", "chapters/deep/er/nowhere.html"])
def test_a_page_that_is_not_there_leads_on_at_any_depth(browser, served, site, place):
    page = browser.new_page()
    answer = (site / "404.html").read_text(encoding="utf-8")
    page.route(f"**/{place}", lambda route: route.fulfill(body=answer, content_type="text/html"))
    page.goto(f"{served[0]}/{place}")
    styled = page.evaluate("getComputedStyle(document.querySelector('.finder input')).padding")
    assert styled != "1px 2px"
    page.fill("#finder", "kisumu")
    page.locator(".finder-found a").first.wait_for()
    page.get_by_role("link", name="All countries and territories").first.click()
    page.wait_for_url(f"{served[0]}/chapters/your-country.html")
    page.close()
