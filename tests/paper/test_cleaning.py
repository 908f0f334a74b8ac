"""A page without what a screen alone can do."""

import pytest

from scsreport.paper import cleaning

PAGE = """<html><body><article>
<section id="gaps"><h1>Gaps<a class="headerlink" href="#gaps">#</a></h1>
<form><input><button>Press</button></form>
<div class="cell docutils container"><div class="cell_output docutils container">
<figure class="exhibit" id="fig-gaps"><div>
<svg class="drawing" role="img" aria-label="Dots by area." width="400" height="200"
 viewbox="0 0 40 20"><defs><path id="dot" d="M 0 0"></path><path id="none"></path></defs>
<use href="#dot" fill="var(--figure-hub,#0072b2)"></use></svg></div>
<figcaption><p>Figure 1</p><div class="legend"><p class="exhibit-caveats">Caveats</p>
<ul class="exhibit-caveats"><li>One</li></ul>
<details class="exhibit-more"><summary>1 more caveat</summary><ul><li>Two</li></ul></details>
<div class="exhibit-strip"><a href="x.csv">CSV</a>
<details><summary>Sources</summary><ul>{sources}</ul></details>
<details class="cite"><summary>How to cite</summary></details></div></div></figcaption>
</figure></div></div>
<details><summary>More</summary><p>Folded</p></details>
</section></article></body></html>"""


@pytest.fixture
def page(tmp_path):
    return write(tmp_path, 2)


def write(folder, sources):
    text = PAGE.format(sources="".join(f"<li>Source {n}.</li>" for n in range(sources)))
    (folder / "gaps.html").write_text(text)
    return cleaning.text_of(folder, "gaps")


def test_nothing_is_left_to_press(page):
    tags = {node.tag for node in page.iter()}
    assert not tags & {"form", "input", "button", "details", "summary", "script"}
    assert [link for link in page.iter("a")] == []
    assert "cite" not in page.text_content()


def test_what_was_folded_is_open(page):
    assert "Folded" in page.text_content()
    assert [item.text for item in page.xpath(".//ul/li")] == ["One", "Two"]
    assert "Sources. Source 0. Source 1." in page.text_content()


def test_many_sources_are_a_link_to_the_list_of_all(tmp_path):
    page = write(tmp_path, cleaning.MANY + 1)
    link = page.xpath(".//p[@class='sources']/a")[0]
    assert link.get("href") == "chapters/data.html#tab-tables"
    assert "Source 0" not in page.text_content()


def test_a_drawing_becomes_a_file_in_the_light_colours(page, tmp_path):
    pictures = dict(cleaning.take_pictures(page, tmp_path / "gaps"))
    drawing = pictures["fig-gaps.svg"].decode()
    assert 'viewBox="0 0 40 20"' in drawing
    assert 'fill="#0072b2"' in drawing
    assert 'href="#dot"' in drawing
    assert 'id="none"' not in drawing
    image = page.find(".//img")
    assert (image.get("src"), image.get("alt")) == ("fig-gaps.svg", "Dots by area.")


def test_a_page_that_is_not_there_is_named(tmp_path):
    with pytest.raises(cleaning.PaperError, match=r"gaps\.html.*make book"):
        cleaning.text_of(tmp_path, "gaps")
