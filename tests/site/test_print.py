"""Every page on paper: nothing over anything, nothing beyond the edge, nothing lost or cut."""

import paper
import pypdfium2
import pytest
import walker

pytestmark = pytest.mark.site
LONGEST = "countries/china.html"
"""It is printed once, for its hundred sides take ten seconds each time."""

OPEN = "document.querySelectorAll('details.researchers').forEach((fold) => { fold.open = true })"

PRINTED = """<article>
<h1>Cities</h1>
<table><caption>Table 1</caption><thead><tr><th>City</th><th>People</th></tr></thead>
<tbody>{rows}</tbody></table><section><p id="last">The last line</p></section></article>"""
ROW = "<tr><td>City of number {0}</td><td>{0} people live there</td></tr>"


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


PRINTED_PAGES = [
    name
    for name in walker.kinds_of_page()
    # From disk, the page for addresses that are not there finds no style sheet.
    if "_modules/" not in name and name != "404.html"
]


@pytest.mark.parametrize("name", PRINTED_PAGES)
def test_a_page_prints_well(page, site, name):
    page.goto((site / name).as_uri())
    faults = _faults(page, "A4")
    page.evaluate(OPEN)
    if name != LONGEST:
        faults += _faults(page, "Letter")
    assert faults == []
    assert not paper.is_shrunk(page)


def _faults(page, size):
    printed = paper.sides(page.pdf(format=size))
    return [f"{size}, {fault}" for fault in paper.faults(printed, paper.shown(page))]


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        ("#last { position: relative; top: -2em }", "lie over each other"),
        ("@page { margin: 0 }", "at the edge"),
        ("#last { position: relative; left: -1cm }", "lost"),
        ("td:last-child { display: none }", "lost"),
        ("thead { display: table-row-group }", "without its heading"),
        ("td:first-child { width: 1em; word-break: break-all }", "broken"),
        ("#last, #last::after { display: block; content: '.'; break-before: page }", "only"),
        ("caption { margin-top: 24cm } tr:first-child { break-before: page }", "ends it"),
        ("td { display: block; height: 16cm }", "cut"),
    ],
)
def test_what_prints_badly_is_seen(page, style, fault):
    page.set_content(PRINTED.format(rows="".join(map(ROW.format, range(80)))))
    page.add_style_tag(content="@page { margin: 15mm } td, th { padding: 0 }")
    assert _faults(page, "A4") == []
    page.add_style_tag(content=style)
    assert any(fault in found for found in _faults(page, "A4"))


def test_what_is_wider_than_paper_is_seen(page):
    page.set_content("<p id='wide'>Cities</p>")
    assert not paper.is_shrunk(page)
    page.add_style_tag(content="#wide { width: 19cm }")
    assert paper.is_shrunk(page)


def test_paper_is_light_where_the_screen_is_dark(browser, site):
    looks = []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto((site / "index.html").as_uri())
        document = pypdfium2.PdfDocument(page.pdf(format="A4", print_background=True))
        looks.append([side.render(scale=0.5).to_pil().tobytes() for side in document])
        assert page.locator(f"html[data-theme={scheme}]").count() == 1
        page.close()
    assert looks[0] == looks[1]


def test_folds_are_left_as_they_were_before_printing(page, site):
    page.goto((site / "chapters" / "verdicts.html").as_uri())
    page.pdf(format="A4")
    assert page.locator("details.verdict-fold[open]").count() == 0


def test_all_rows_print_of_a_table_that_shows_some(page, site):
    page.goto((site / "chapters" / "three-spatial-forms.html").as_uri())
    page.locator(".exhibit:has(#tab-contested)").get_by_role("button", name="rows").click()
    page.locator("#tab-contested tr.exhibit-rest").first.wait_for()
    assert len(paper.shown(page).rows) > 500
    assert _faults(page, "A4") == []
