"""The laboratory of links: its numbers are those of the package, and it can be used by anybody."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from scsreport import connectivity, inequality
from scsreport.findings import connectivity as found
from scsreport.tables.datasets import load

pytestmark = pytest.mark.site
PAGE = "chapters/link-laboratory.html"
DEFAULTS = {"half_life": 30, "elasticity": 0.125}


@pytest.fixture(params=[390, 1440], ids=["phone", "desktop"])
def page(request, browser, served):
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    opened = context.new_page()
    opened.goto(f"{served[0]}/{PAGE}")
    opened.locator(".laboratory-rows tr").first.wait_for()
    yield opened
    context.close()


def expected(a, b, today, minutes, *, half_life, elasticity):
    """What the package says of a link between two cities, all times stretched to today's."""
    listed = load("cities").query("kind == 'city'").set_index("geonameid")
    people = listed.loc[listed["country"] == listed["country"][a], "population"].astype(float)
    pairs = found.pairs(people.index)
    one_way = pairs.pivot(index="geonameid_a", columns="geonameid_b", values="minutes")
    one_way = one_way.reindex(index=people.index, columns=people.index).fillna(np.inf)
    times = np.minimum(one_way, one_way.T)
    times *= today / times.loc[a, b]
    effect = connectivity.link_effect(
        times, people, a, b, minutes, half_life=half_life, elasticity=elasticity, own_time=0
    )
    mean = np.average(effect["output"], weights=people)
    gaps = [inequality.gini(effect[when] ** elasticity, people) for when in ("before", "after")]
    return effect["output"], mean, people[effect["output"] < mean].sum() / people.sum(), gaps


def shown(page):
    """What the page says, in full: output by city, the mean, who falls behind, the gaps."""
    said = page.locator(".laboratory-said")
    rows = page.locator(".laboratory-rows tr")
    output = {
        int(row.get_attribute("data-city")): float(row.get_attribute("data-output"))
        for row in rows.all()
    }
    gaps = [float(number) for number in said.get_attribute("data-gap").split()]
    numbers = [float(said.get_attribute(f"data-{name}")) for name in ("mean", "behind")]
    return output, *numbers, gaps


def agree(page, a, b, today, minutes, **parameters):
    output, mean, behind, gaps = shown(page)
    told = expected(a, b, today, minutes, **(DEFAULTS | parameters))
    assert a in output and b in output
    for city, gain in output.items():
        assert gain == pytest.approx(told[0][city], abs=1e-6)
    assert mean == pytest.approx(told[1], abs=1e-6)
    assert behind == pytest.approx(told[2], abs=1e-6)
    assert gaps == pytest.approx(told[3], abs=1e-6)


@pytest.mark.parametrize("name", ["Jakarta-Bandung", "Melbourne-Geelong"])
def test_a_named_link_has_the_numbers_of_the_package(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    link, minutes = found.CASES[name], found.link_minutes().loc[name]
    page.locator(f'[data-city="{link.second}"]').wait_for()
    agree(page, link.first, link.second, minutes["before"], minutes["after"])


def test_a_moved_slider_has_the_numbers_of_the_package(page):
    page.get_by_role("button", name="Jakarta-Bandung", exact=True).click()
    page.locator(f'[data-city="{found.CASES["Jakarta-Bandung"].second}"]').wait_for()
    page.locator('[name="halfLife"]').fill("60")
    page.locator('[name="elasticity"]').fill("0.08")
    page.locator('[name="minutes"]').fill("25.5")
    link, today = found.CASES["Jakarta-Bandung"], found.link_minutes()["before"]["Jakarta-Bandung"]
    agree(page, link.first, link.second, today, 25.5, half_life=60, elasticity=0.08)
    assert re.search(r"#link/indonesia/.*/60/0\.08$", page.url)


def test_the_address_brings_a_link_back(page, browser):
    page.get_by_role("button", name="Jakarta-Bandung", exact=True).click()
    page.locator(f'[data-city="{found.CASES["Jakarta-Bandung"].second}"]').wait_for()
    page.locator('[name="minutes"]').fill("50")
    said = page.locator(".laboratory-said").inner_text()
    other = browser.new_page()
    other.goto(page.url)
    other.locator(".laboratory-rows tr").first.wait_for()
    assert other.locator(".laboratory-said").inner_text() == said
    other.close()


def test_what_cannot_be_is_said(page):
    said = page.locator(".laboratory-said")
    page.locator('[name="country"]').select_option(label="Viet Nam")
    expect(said).to_contain_text("Ho Chi Minh City gains")  # its file is there
    page.locator('[name="b"]').select_option("0")
    expect(said).to_contain_text("two different cities")
    page.locator('[name="b"]').select_option("1")
    page.locator('[name="minutes"]').fill("")
    expect(said).to_contain_text("new time in minutes")


def test_without_scripts_it_says_where_to_go(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served[0]}/{PAGE}")
    assert not page.locator(".laboratory").is_visible()
    assert "needs scripts" in page.locator("main").inner_text()
    context.close()
