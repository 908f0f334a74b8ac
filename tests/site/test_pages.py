"""The built pages, as a reader and a browser meet them."""

import csv
import gzip
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import walker
from lxml import html

from scsreport.exhibits import contract
from scsreport.tables import paths

pytestmark = pytest.mark.site
WEIGHT = 450_000
"""What one page may load, in bytes after gzip."""


SHOWN = f".//img | {walker.DRAWING}"


@pytest.fixture(params=walker.kinds_of_page())
def name(request, site):
    return request.param


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    yield page
    context.close()


def test_exhibits_have_their_parts_and_links_their_ends(site):
    assert walker.faults(site) == []


def test_earlier_addresses_of_exhibits_still_lead_to_them(site, exhibit_functions):
    declared = [contract.declaration(function) for function in exhibit_functions.values()]
    earlier = {shown.formerly: shown.id for shown in declared if shown.formerly}
    anchors = {
        anchor: page
        for page in (site / "chapters").glob("*.html")
        for anchor in html.fromstring(page.read_text(encoding="utf-8")).xpath("//@id")
    }
    assert len(earlier) >= 15
    assert {old: anchors.get(old) for old in earlier} == {o: anchors[n] for o, n in earlier.items()}


@pytest.mark.parametrize("part", [*walker.PARTS, "alt", "anchor", "file"])
def test_the_walker_sees_a_missing_part(site, tmp_path, part):
    copy = tmp_path / "site"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("_static"))
    (copy / "_static").symlink_to(site / "_static")
    page = copy / "index.html"
    tree = html.fromstring(page.read_text(encoding="utf-8"))
    exhibit = next(e for e in walker.exhibits(tree) if e.xpath(SHOWN))
    assert not [fault for fault in walker.faults(copy, [page]) if "_static" not in fault]
    if part == "alt":
        shown = exhibit.xpath(SHOWN)[0]
        shown.set("alt" if shown.tag == "img" else "aria-label", "fig-cover-light.svg")
    elif part == "anchor":
        link = exhibit.xpath(walker.PARTS["function"])[0]
        link.set("href", link.get("href") + "-gone")
    elif part == "file":
        (page.parent / exhibit.xpath(walker.PARTS["CSV"])[0].get("href")).unlink()
    else:
        for node in exhibit.xpath(walker.PARTS[part]):
            node.drop_tree()
    page.write_text(html.tostring(tree, encoding="unicode"), encoding="utf-8")
    assert walker.faults(copy, [page])


def test_a_page_asks_only_this_site_and_is_light(page, served, name):
    address, weights = served
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(f"{address}/{name}", wait_until="networkidle")
    # Read to the end: pictures load when they come into view.
    page.evaluate("for (const i of document.images) if (i.checkVisibility()) i.loading = 'eager'")
    # Not with wait_for_function, which the policy of the page forbids once it has to ask again.
    loaded = "[...document.images].every((i) => i.complete || !i.checkVisibility())"
    for _ in range(200):
        if page.evaluate(loaded):
            break
        page.wait_for_timeout(50)
    assert page.evaluate(loaded)
    local = [url for url in asked if not url.startswith("data:")]
    assert [url for url in local if not url.startswith(address + "/")] == []
    assert errors == []
    weight = sum(weights[url.removeprefix(address)] for url in set(local))
    assert weight <= WEIGHT, f"{weight / 1000:.0f} kB"


def test_no_text_names_a_delivery_network(site):
    suspects = re.compile(r"cdn\.|unpkg\.com|cdnjs|jsdelivr|fonts\.(googleapis|gstatic)")
    tree = [p for p in site.rglob("*") if p.suffix in (".html", ".css", ".js")]
    found = [
        f"{file.relative_to(site)}: {match[0]}"
        for file in tree
        for line in file.read_text(encoding="utf-8").splitlines()
        if "<a " not in line
        for match in suspects.finditer(line)
    ]
    assert found == []


def test_a_phone_shows_the_whole_width(page, served, name):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{served[0]}/{name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_pages_open_from_disk(page, site):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site / "chapters" / "three-spatial-forms.html").as_uri())
    picture = page.locator(".exhibit img:visible").first
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }")
    assert errors == []


def has_table_of_exhibit(file):
    """Whether a page has the table of an exhibit; those of explorers have one order."""
    exhibits = html.parse(str(file)).xpath("//*[contains(concat(' ', @class, ' '), ' exhibit ')]")
    return any(exhibit.xpath(".//table") for exhibit in exhibits)


def test_a_table_is_sorted_by_keyboard(page, served, site):
    name = next(name for name in walker.kinds_of_page() if has_table_of_exhibit(site / name))
    page.goto(f"{served[0]}/{name}")
    head = page.locator("table.exhibit-table th").first
    button = head.locator("button")
    button.focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    table = page.locator("table.exhibit-table").first
    up = table.locator("tbody tr :first-child:is(th)").all_inner_texts()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    down = table.locator("tbody tr :first-child:is(th)").all_inner_texts()
    assert sorted(up) == sorted(down)
    assert up[0] != down[0] or len(set(up)) == 1


def test_people_are_sorted_by_their_number_and_not_by_what_is_printed(page, served):
    page.goto(f"{served[0]}/chapters/connectivity.html")
    table = page.locator("#tab-access-country table, table#tab-access-country").first
    column = table.locator("thead th", has_text="People")
    place = column.evaluate("(head) => head.cellIndex")
    column.locator("button").click()
    cells = table.locator(f"tbody tr > :nth-child({place + 1})")
    numbers = [
        float(key) for key in cells.evaluate_all("(cells) => cells.map((c) => c.dataset.sort)")
    ]
    assert len(numbers) > 20 and numbers == sorted(numbers)
    shown = cells.all_inner_texts()
    assert any("million" in text for text in shown) and "million" in shown[-1]


def test_a_table_shows_five_columns_and_fifteen_rows_at_first(page, served, name):
    page.goto(f"{served[0]}/{name}")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("table.exhibit-table")].map((table) => {
          const seen = (nodes) => [...nodes].filter((node) => node.checkVisibility()).length;
          return [table.id, seen(table.tHead.rows[0].cells), seen(table.tBodies[0].rows)];
        })"""
    )
    assert [size for size in sizes if size[1] > 5 or size[2] > 15] == []


@pytest.mark.parametrize("disk", [False, True])
def test_the_rest_of_a_long_table_comes_on_demand(page, served, site, disk):
    place = "chapters/three-spatial-forms.html"
    page.goto((site / place).as_uri() if disk else f"{served[0]}/{place}")
    box = page.locator(".exhibit:has(#tab-contested)")
    rows = page.locator("#tab-contested tbody tr:visible")
    assert rows.count() == 15
    box.get_by_role("searchbox").fill("can tho")
    box.locator("output").filter(has_text=re.compile(r"\S")).wait_for()
    assert "Cần Thơ" in rows.first.inner_text() and rows.count() < 15
    box.get_by_role("searchbox").fill("")
    assert rows.count() == 15
    box.get_by_role("button", name="rows").click()
    with (site / "exhibits" / "tab-contested.csv").open(encoding="utf-8-sig") as file:
        assert rows.count() == sum(1 for _ in csv.DictReader(file)) > 500
    assert page.locator("#tab-contested thead th:visible").count() == 5
    box.get_by_role("button", name="columns").click()
    assert page.locator("#tab-contested thead th:visible").count() > 5


def test_a_long_table_is_sorted_with_the_rows_that_were_not_in_the_page(page, served):
    page.goto(f"{served[0]}/chapters/three-spatial-forms.html")
    head = page.locator("#tab-contested thead th", has_text="People")
    head.locator("button").click()
    page.wait_for_selector("#tab-contested th[aria-sort=ascending]")
    cells = page.locator("#tab-contested tbody tr > :nth-child(3)")
    keys = [float(key) for key in cells.evaluate_all("(cells) => cells.map((c) => c.dataset.sort)")]
    assert len(keys) > 500 and keys == sorted(keys)
    assert page.locator("#tab-contested tbody tr:visible").count() == 15
    assert page.locator("#tab-contested tbody tr:visible").first.inner_text().strip()


def test_a_table_is_one_stop_of_the_tab_key_and_arrows_go_on(page, served):
    page.goto(f"{served[0]}/chapters/gaps.html")
    stops = page.evaluate(
        """() => [...document.querySelectorAll("table.exhibit-table")].map(
          (table) => table.querySelectorAll("th button[tabindex='0']").length)"""
    )
    assert len(stops) > 3 and set(stops) == {1}
    buttons = page.locator("table.exhibit-table").first.locator("th button")
    buttons.first.focus()
    page.keyboard.press("ArrowRight")
    assert buttons.nth(1).evaluate("(button) => button === document.activeElement")


def test_a_table_is_whole_without_scripts(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served[0]}/chapters/three-spatial-forms.html")
    assert page.locator("#tab-contested thead th:visible").count() > 5
    assert "all are in the CSV" in page.locator(".exhibit:has(#tab-contested)").inner_text()
    page.locator("details.researchers > summary").click()
    assert page.locator("#tab-named-systems tbody tr:visible").count() > 60
    context.close()


def test_pages_load_one_light_style_sheet(site):
    for name in walker.kinds_of_page():
        tree = html.fromstring(Path(site, name).read_text(encoding="utf-8"))
        sheets = tree.xpath("//link[@rel='stylesheet']/@href")
        assert len(sheets) == 1, name
        assert tree.xpath("//script[@src][not(@defer)]") == [], name
    sheet = (site / "_static" / "site.css").read_bytes()
    assert len(gzip.compress(sheet)) < 30_000


def test_a_link_to_a_verdict_shows_it_below_the_head(page, served):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{served[0]}/chapters/verdicts.html#verdict-N05")
    page.wait_for_timeout(300)
    title = page.locator("#verdict-N05 .rubric").bounding_box()
    head = page.locator(".bd-header-article, .bd-header").first.bounding_box()
    assert head["y"] + head["height"] <= title["y"] < 400


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_only_the_pictures_of_one_mode_load(page, served, scheme):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{served[0]}/chapters/three-spatial-forms.html", wait_until="networkidle")
    other = {"light": "dark", "dark": "light"}[scheme]
    assert any(f"-{scheme}." in url for url in asked)
    assert [url for url in asked if f"-{other}." in url] == []


def test_one_picture_a_figure_without_scripts(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served[0]}/chapters/three-spatial-forms.html")
    page.locator("details.researchers > summary").click()
    visible = page.locator(".exhibit img:visible, .exhibit svg[role=img]:visible").count()
    figures = page.locator("figure.exhibit").count()
    context.close()
    assert visible == figures > 3


def test_print_hides_no_row_of_a_long_table(page, served):
    page.goto(f"{served[0]}/chapters/three-spatial-forms.html")
    page.emulate_media(media="print")
    hidden = page.evaluate(
        """() => [...document.querySelectorAll(".pst-scrollable-table-container")]
          .filter((box) => box.scrollHeight > box.clientHeight + 2).length"""
    )
    assert hidden == 0


def test_pages_without_tables_do_not_load_the_sorter(site):
    # Tables of countries are short and have one order.
    for name in (name for name in walker.kinds_of_page() if not name.startswith("countries/")):
        text = Path(site, name).read_text(encoding="utf-8")
        assert ("tables.js" in text) == has_table_of_exhibit(site / name), name


# --- what may run -----------------------------------------------------------------------------


def test_nothing_runs_or_loads_that_should_not(site):
    script = paths.ROOT / "tests" / "fuzz" / "site_security.py"
    words = [sys.executable, str(script), str(site)]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(params=["by a server", "from disk"])
def front(request, page, served, site):
    """The first page, by both ways; what the browser complains of is kept."""
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    address = served[0] if request.param == "by a server" else site.as_uri()
    page.goto(f"{address}/index.html")
    return page


def choose_a_theme(front):
    """Switch the theme, open the page again and say whether it kept what was chosen."""
    mode = "document.documentElement.dataset.mode"
    before = front.evaluate(mode)
    switch = front.locator("button.theme-switch-button:visible").first
    switch.click()
    chosen = front.evaluate(mode)
    assert chosen != before
    switch.hover()
    front.locator(".tooltip").first.wait_for()
    front.wait_for_timeout(1_000)  # from disk, Chromium hands on what is stored after a moment
    front.reload()
    return front.evaluate(mode) == chosen


def test_the_policy_lets_the_theme_switch(front):
    # From disk Chromium reads, one time in fifty, what was stored before the choice.
    assert any(choose_a_theme(front) for _ in range(3)), "the choice is remembered"
    assert front.complaints == []


def test_the_policy_lets_readers_search(front):
    front.locator("button.search-button__button:visible").first.click()
    front.locator("#pst-search-dialog input").fill("corridor")
    front.keyboard.press("Enter")
    front.locator(".search-summary", has_text="found").wait_for()
    front.locator("#search-results li a").first.click()
    front.locator("span.highlighted").first.wait_for()
    assert front.complaints == []


def test_the_policy_lets_readers_print(front):
    front.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1 } }")
    front.locator(".dropdown-download-buttons button").first.click()
    front.locator(".btn-download-pdf-button").click()
    assert front.evaluate("window.printed") == 1
    assert front.complaints == []


def test_the_glass_covers_no_letter_of_what_is_looked_for(page, served):
    page.goto(f"{served[0]}/search.html?q=corridor")
    form = page.locator("form.bd-search:visible")
    glass, field = (form.locator(part).bounding_box() for part in ("i", "input"))
    style = "(field) => parseFloat(getComputedStyle(field).paddingLeft)"
    padding = form.locator("input").evaluate(style)
    assert glass["x"] + glass["width"] < field["x"] + padding


@pytest.mark.parametrize(
    "smuggled",
    ["<img src=x onerror='window.ran = 1'>", "<a href='javascript:window.ran = 1'>x</a>", "script"],
)
def test_the_policy_lets_nothing_else_run(front, smuggled):
    front.evaluate(
        """(text) => {
          const place = document.createElement(text === "script" ? "script" : "div");
          place[text === "script" ? "textContent" : "innerHTML"] =
            text === "script" ? "window.ran = 1" : text;
          document.body.append(place);
          place.querySelector("a")?.click();
        }""",
        smuggled,
    )
    front.wait_for_timeout(300)
    assert front.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in front.complaints)
