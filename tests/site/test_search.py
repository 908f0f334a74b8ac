"""Readers who search: places first, every title with what its page says, from disk too."""

import re
from urllib.parse import quote

import pytest

from scsreport.findings import profiles

pytestmark = pytest.mark.site


@pytest.fixture(params=[False, True], ids=["web", "disk"])
def search(request, browser, served, site):
    """Search for words, and return the page of results."""
    root = site.as_uri() if request.param else served[0]
    page = browser.new_page(viewport={"width": 390, "height": 844})

    def search_for(words):
        page.goto(f"{root}/search.html?q={quote(words)}")
        return page

    yield search_for
    page.close()


@pytest.mark.parametrize(
    ("words", "place", "address"),
    [
        ("Can Tho", "Cần Thơ, Viet Nam", "countries/viet-nam.html#can-tho"),
        ("Cần Thơ", "Cần Thơ, Viet Nam", "countries/viet-nam.html#can-tho"),
        ("Vietnam", "Viet Nam", "countries/viet-nam.html"),
        ("Viet Nam", "Viet Nam", "countries/viet-nam.html"),
        ("kisumu", "Kisumu, Kenya", "countries/kenya.html#kisumu"),
        ("Saigon", "Ho Chi Minh City, Viet Nam (Sai Gon)", "#ho-chi-minh-city"),
    ],
)
def test_a_place_comes_first_with_what_its_page_says(search, words, place, address):
    page = search(words)
    page.locator(".search-places").wait_for()
    first = page.locator("#search-results, .search-places").first
    assert "search-places" in first.get_attribute("class")
    link = page.locator(".search-places li a").first
    assert link.inner_text() == place
    assert link.get_attribute("href").endswith(address)
    said = page.locator(".search-places li .search-excerpt").first.inner_text()
    assert (re.search(r"\d", said) and "people" in said) or "secondary cities" in said
    link.click()
    page.wait_for_url(f"**{address}")


def test_every_chapter_that_is_found_shows_where_the_words_stand(search):
    page = search("corridors")
    page.locator(".search-summary", has_text="found").wait_for()
    chapters = page.locator("ul.search > li:not(:has(> span))")
    assert chapters.count() > 5
    assert chapters.locator(".search-excerpt").count() == chapters.count()
    marked = page.locator("ul.search .search-excerpt mark").all_inner_texts()
    assert len(marked) > 5 and all(word.lower().startswith("corridor") for word in marked)


@pytest.mark.parametrize(
    ("query", "link"),
    [("the corridor", "#search-results li a"), ("Mombasa", ".search-places li a")],
)
def test_from_disk_a_page_marks_words_though_the_browser_lost_them(browser, site, query, link):
    page = browser.new_page()
    page.goto(f"{site.as_uri()}/search.html?q={quote(query)}")
    page.locator(".search-summary", has_text=re.compile("found|No chapter")).wait_for()
    page.add_init_script("Storage.prototype.getItem = () => null")
    page.locator(link).first.click()
    page.locator("span.highlighted:visible").first.wait_for()
    marked = page.locator("span.highlighted").all_text_contents()
    assert {word.lower() for word in marked} == {query.split()[-1].lower()}
    assert "highlight" not in page.url
    page.close()


def test_a_place_that_no_chapter_names_is_not_called_misspelt(search):
    page = search("Kisumu")
    page.locator(".search-summary", has_text="No chapter has").wait_for()
    assert page.locator(".search-places li").count() == 1


def test_what_is_typed_is_text_and_no_markup(search):
    page = search("<img src=x onerror=alert(1)> corridor")
    page.locator(".search-summary", has_text=re.compile("found|No chapter")).wait_for()
    assert page.locator("#search-results img, .search-places img").count() == 0


def test_the_index_of_words_loads_when_somebody_searches_and_not_before(browser, served):
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served[0]}/index.html", wait_until="networkidle")
    heavy = re.compile("searchindex|searchtext|searchtools|names|language_data")
    assert [url for url in asked if heavy.search(url)] == []
    page.locator("button.search-button__button:visible").first.click()
    page.locator("#pst-search-dialog input").fill("Vietnam")
    page.keyboard.press("Enter")
    page.locator(".search-places a", has_text="Viet Nam").first.wait_for()
    assert any("searchindex" in url for url in asked)
    page.close()


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Valencia", "Birmingham", "Córdoba", "Hyderabad", "Mérida"])
def test_of_cities_of_one_name_the_largest_comes_first(browser, site, search, name):
    cities = profiles.cities().query("name == @name").sort_values("population", ascending=False)
    countries = profiles.countries()["name"]
    expected = [f"{name}, {countries[country]}" for country in cities["country"]]
    assert len(expected) > 1
    page = browser.new_page()
    page.goto((site / "chapters" / "your-country.html").as_uri())
    page.fill("#finder", name)
    page.locator(".finder-found a").first.wait_for()
    for links in (page.locator(".finder-found a"), search(name).locator(".search-places li a")):
        links.first.wait_for()
        assert links.all_inner_texts()[: len(expected)] == expected
    page.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Saigon", "Ho Chi Minh City, Viet Nam"),
        ("Sài Gòn", "Ho Chi Minh City, Viet Nam"),
        ("Bombay", "Mumbai, India"),
        ("peking", "Beijing, China"),
        ("Kiev", "Kyiv, Ukraine"),
        ("Sankt-Peterburg", "Saint Petersburg, Russian Federation"),
        ("القاهرة", "Cairo, Egypt"),
        ("北京", "Beijing, China"),
        ("Москва", "Moscow, Russian Federation"),
        ("मुंबई", "Mumbai, India"),
        ("cantho", "Cần Thơ, Viet Nam"),
    ],
)
def test_an_earlier_name_or_one_in_another_script_finds_a_city(browser, site, typed, found):
    page = browser.new_page()
    page.goto((site / "chapters" / "your-country.html").as_uri())
    page.fill("#finder", typed)
    page.locator(".finder-found a", has_text=found).first.wait_for()
    assert page.locator(".finder-found a").first.inner_text().startswith(found)
    page.close()


def test_names_load_on_typing_and_of_the_others_one_small_file(browser, served):
    address, weights = served
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    page.goto(f"{address}/index.html", wait_until="networkidle")
    assert not [url for url in asked if "names" in url]
    page.fill("#finder", "Saigon")
    page.locator(".finder-found a").first.wait_for()
    names = [url for url in asked if "/names" in url]
    assert len(names) == 2
    assert weights["/countries/names.js"] < 75_000
    assert max(weights[url] for url in names if url != "/countries/names.js") < 40_000
    page.close()


def test_every_other_name_lies_in_the_file_where_a_search_looks_for_it(browser, site):
    page = browser.new_page()
    page.goto((site / "chapters" / "your-country.html").as_uri())
    misplaced, seen = page.evaluate(
        """async () => {
          const { fileOf, plain } = window.scsreportFinder;
          const { loadScript } = window.scsreportLoading;
          const wrong = [];
          let seen = 0;
          for (let number = 0; number < 64; number += 1) {
            await loadScript(`../countries/names-${number}.js`);
            for (const [, ...names] of window.scsreportOtherNames[number]) {
              seen += names.length;
              wrong.push(...names.filter((name) => fileOf(plain(name)) !== number));
            }
          }
          return [wrong, seen];
        }"""
    )
    page.close()
    assert seen > 75_000
    assert misplaced == []
