"""What a page is left with: scripts that it needs, and a policy that lets nothing else run."""

import pytest
from lxml import html

from scsreport.book import folds, site

HEAD = """<html><head><meta charset="utf-8">
<script>document.documentElement.dataset.mode = "auto";</script>
<script>let toggleHintShow = 'Click to show';</script><script src="togglebutton.js?v=1"></script>
<script src="design-tabs.js"></script><script src="copybutton.js"></script>
<script src="searchtools.js"></script><script src="scripts/fontawesome.js"></script>
<script src="scripts/bootstrap.js"></script></head><body>{}</body></html>"""


def scripts(page):
    return [node.get("src", node.text).split("?")[0] for node in page.xpath("//script")]


@pytest.mark.parametrize(
    ("body", "script"),
    [
        ('<div class="toggle">x</div>', "togglebutton.js"),
        ('<div class="admonition note dropdown">x</div>', "togglebutton.js"),
        ('<div class="sd-tab-set">x</div>', "design-tabs.js"),
        ('<div class="highlight-python"><pre>x</pre></div>', "copybutton.js"),
        ('<div id="search-results"></div>', "searchtools.js"),
    ],
)
def test_a_script_stays_where_a_page_needs_it(body, script):
    plain, page = (html.fromstring(HEAD.format(text)) for text in ("<p>x</p>", body))
    site._drop_scripts(plain)
    site._drop_scripts(page)
    assert scripts(plain)[1:] == ["scripts/bootstrap.js"]
    assert script in scripts(page)


def test_the_handler_of_printing_goes():
    page = html.fromstring(HEAD.format('<button onclick="window.print()">.pdf</button>'))
    site._drop_scripts(page)
    assert page.xpath("//button") and not page.xpath("//@onclick")


def test_a_policy_comes_first_and_names_what_stands_in_the_page():
    page = html.fromstring(
        "<html><head><meta charset='utf-8'><script>abc</script></head>"
        "<body><p style='abc'>x</p></body></html>"
    )
    site._state_policy(page)
    charset, policy, *_ = page.find("head")
    assert charset.get("charset") == "utf-8"
    assert policy.get("http-equiv") == "Content-Security-Policy"
    rules = dict(rule.split(" ", 1) for rule in policy.get("content").split("; "))
    # FIPS 180: the digest of "abc"
    digest = "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='"
    assert rules["script-src"] == f"'self' file: {digest}"
    assert rules["style-src"] == f"'self' file: {digest} 'unsafe-hashes'"
    assert rules["default-src"] == "'none'"


def test_a_policy_without_attributes_of_style_is_stricter():
    page = html.fromstring("<html><head><meta charset='utf-8'></head><body></body></html>")
    site._state_policy(page)
    assert "unsafe" not in html.tostring(page, encoding="unicode")


def test_what_is_for_researchers_is_folded_and_its_heading_is_not():
    from lxml import html

    text = "<section id='for-researchers'><h2>For researchers</h2><p>a</p><section>b</section>"
    page = html.fromstring(f"<main><p>before</p>{text}</section></main>")
    folds.fold_for_researchers(page)
    section = page.xpath("//section[@id='for-researchers']")[0]
    assert [child.tag for child in section] == ["h2", "details"]
    assert [child.tag for child in section[1]] == ["summary", "p", "section"]
    assert section[1].get("open") is None


def test_a_page_without_such_a_section_stays_as_it_is():
    from lxml import html

    page = html.fromstring("<main><section id='other'><h2>Other</h2><p>a</p></section></main>")
    before = html.tostring(page)
    folds.fold_for_researchers(page)
    assert html.tostring(page) == before


@pytest.mark.parametrize(
    ("title", "told"),
    [("A book \u2014 A book: more", "A book"), ("B \u2014 A book", "B \u2014 A book")],
)
def test_the_title_of_the_first_page_does_not_repeat_itself(title, told):
    page = html.fromstring(f"<html><head><title>{title}</title></head><body></body></html>")
    site._tell_once(page)
    assert page.findtext("head/title") == told
