"""A reader chooses who counts as a secondary city: what hangs on it follows, and is kept."""

import pytest
from playwright.sync_api import expect

from scsreport.exhibits import contract, forms, rules
from scsreport.findings import profiles, systems

pytestmark = pytest.mark.site
CHOICES = [("D1", "as listed"), ("D7", "by footprint")]
FORMS, SYSTEMS = "chapters/three-spatial-forms.html", "chapters/systems-of-secondary-cities.html"
VIET_NAM = "countries/viet-nam.html"


@pytest.fixture(params=[390, 1440], ids=["phone", "desktop"])
def reader(request, browser):
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    yield context.new_page()
    context.close()


def choose(page, rule, counting):
    if not page.locator('[name="definition-rule"]').is_visible():
        page.locator(".definition summary").click()
    page.select_option('[name="definition-rule"]', rule)
    page.select_option('[name="definition-counting"]', counting)
    expect(page.locator(".definition-said")).to_contain_text(f"You chose {rule}, {counting}.")


def numbers(page):
    places = page.locator(".chosen")
    return {place.get_attribute("data-key"): place.inner_text() for place in places.all()}


def printed(keys, definition=None):
    told = contract.prose_of(rules)
    if definition:
        others = contract.prose_by_definition(rules)
        told |= {key: told_of.get(definition, told[key]) for key, told_of in others.items()}
    return {key: told[key] for key in keys}


@pytest.mark.parametrize(("rule", "counting"), CHOICES)
@pytest.mark.parametrize("address", ["index.html", FORMS, SYSTEMS, "chapters/connectivity.html"])
def test_numbers_follow_and_come_back(reader, served, address, rule, counting):
    reader.goto(f"{served[0]}/{address}")
    before = numbers(reader)
    assert before == printed(before)
    choose(reader, rule, counting)
    assert numbers(reader) == printed(before, f"{rule}, {counting}") != before
    reader.locator(".definition [type=reset]").click()
    expect(reader.locator(".definition-said")).to_be_empty()
    assert numbers(reader) == before
    assert reader.locator(".chosen-changed, .definition-row, .definition-cell").count() == 0


def test_the_choice_is_kept_on_the_next_page_and_shown(reader, served):
    reader.goto(f"{served[0]}/index.html")
    choose(reader, "D7", "by footprint")
    reader.goto(f"{served[0]}/{FORMS}")
    expect(reader.locator(".definition-said")).to_contain_text("You chose D7, by footprint.")
    assert reader.locator('[name="definition-rule"]').input_value() == "D7"
    assert numbers(reader) == printed(numbers(reader), "D7, by footprint")


def cells(page, table):
    rows = page.locator(f"#{table} tbody tr").all()
    return [[text.strip() for text in row.locator("th, td").all_text_contents()] for row in rows]


@pytest.mark.parametrize("disk", [False, True], ids=["web", "disk"])
def test_cells_of_a_table_follow_and_are_sorted_by_their_new_values(reader, served, site, disk):
    reader.goto(f"{site.as_uri() if disk else served[0]}/{FORMS}")
    before = cells(reader, "tab-forms")
    choose(reader, "D7", "as listed")
    told = forms.counted().payload()["definitions"]["D7, as listed"]
    assert cells(reader, "tab-forms") == told["rows"] != before
    assert told["title"] in reader.locator("#tab-forms caption").inner_text()
    reader.locator("#tab-forms thead button").nth(1).click()
    values = [value for row in told["sort"] for value in row[1:2]]
    shown = [int(row[1].replace(",", "")) for row in cells(reader, "tab-forms")]
    assert shown == sorted(values)
    choose(reader, "W", "as listed")
    order = [row[0] for row in told["rows"]]
    assert sorted(cells(reader, "tab-forms"), key=lambda row: order.index(row[0])) == before


def test_tables_that_compare_rules_mark_the_one_chosen(reader, served):
    reader.goto(f"{served[0]}/{SYSTEMS}")
    choose(reader, "D4", "without suburbs")
    marked = reader.locator("#tab-definitions .definition-cell")
    count = systems.by_rule().set_index(["rule", "counting"]).loc[("D4", "without suburbs")]
    assert marked.all_text_contents() == [f"{count['cities']:,.0f}"]


def test_the_page_of_a_country_counts_by_it_and_its_explorer_shows_them(reader, served):
    reader.goto(f"{served[0]}/index.html")
    choose(reader, "D1", "by footprint")
    reader.goto(f"{served[0]}/{VIET_NAM}")
    count = profiles.counts_by_rule().loc[("VN", "D1"), "by footprint"]
    expect(reader.locator(".definition-said")).to_contain_text(f"Secondary cities here: {count}.")
    assert reader.locator('.explorer [name="rule"]').input_value() == "D1"
    listed = profiles.cities().query("country == 'VN' and D1 == 'secondary'")
    expect(reader.locator(".explorer-said")).to_contain_text(f"{len(listed)} of ")
    city = profiles.cities().query("country == 'VN' and anchor == 'can-tho'").iloc[0]
    for rule in ("D3", "D8"):
        choose(reader, rule, "by footprint")
        said = "yes" if city[rule] == "secondary" else "no"
        expect(reader.locator("#can-tho .entry-chosen")).to_have_text(f"By {rule}: {said}.")
    assert city["D3"] != city["D8"]  # so that both answers were asked for


def test_the_map_of_all_cities_begins_with_the_rule_chosen(reader, served):
    reader.goto(f"{served[0]}/index.html")
    choose(reader, "D7", "as listed")
    reader.goto(f"{served[0]}/chapters/all-cities.html")
    count = (profiles.cities()["D7"] == "secondary").sum()
    expect(reader.locator(".explorer-said")).to_contain_text(f"{count:,} of ")


def test_without_scripts_the_default_stands(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served[0]}/{FORMS}")
    assert not page.locator(".definition").is_visible()
    assert numbers(page) == printed(numbers(page))
    context.close()
