"""What the head of a page tells, and the files that tell of all pages."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from lxml import etree, html

from scsreport.book import citation, head

SITE = "https://example.org/book/"


@pytest.fixture(params=["", SITE], ids=["no address", "address"])
def app(request, tmp_path):
    config = SimpleNamespace(html_baseurl=request.param, html_title="A book", root_doc="index")
    env = SimpleNamespace(found_docs={"index"})
    return SimpleNamespace(config=config, outdir=str(tmp_path), env=env)


def tree(*paragraphs):
    document = new_document("page")
    document += [nodes.paragraph("", "", *children) for children in paragraphs]
    return document


def tags(app, page, tree=None, **context):
    head.describe(app, page, "page.html", context, tree)
    found = html.fromstring(f"<head>{context['metatags']}</head>").xpath("//meta")
    return {tag.get("name") or tag.get("property"): tag.get("content") for tag in found}, context


def test_the_answer_is_the_sentence_in_bold_after_the_question():
    question = [nodes.emphasis("", "Do gaps widen?")]
    answer = [nodes.Text(""), nodes.strong("", "In 45 of 73."), nodes.Text("")]
    begins = [nodes.strong("", "Mostly"), nodes.Text(" so.")]
    assert head.answer(tree(question, begins, answer)) == "In 45 of 73."
    assert head.answer(tree(question)) == "Do gaps widen?"
    assert head.answer(tree()) == ""


@pytest.mark.parametrize("letters", [159, 160, 161, 500])
def test_a_description_is_cut_at_a_word(letters):
    text = ("word " * 200)[:letters].strip()
    short = head.shortened(text)
    assert len(short) <= head.LONGEST
    assert short == text or short.endswith("word …")


def test_a_page_tells_title_answer_and_picture(app, tmp_path):
    said = tree([nodes.strong("", 'They "rose" & fell.')])
    told, _ = tags(app, "chapters/gaps", said, title="<em>Gaps</em>", metatags="")
    assert told["description"] == told["og:description"] == 'They "rose" & fell.'
    assert told["og:title"] == "Gaps" and told["og:type"] == "article"
    assert told["twitter:card"] == "summary_large_image"
    base = app.config.html_baseurl
    assert told["og:image"] == (base or "../") + "share/chapters/gaps.png"
    assert told.get("og:url") == (f"{base}chapters/gaps.html" if base else None)
    assert (tmp_path / "share" / "chapters" / "gaps.png").exists()


def test_a_page_without_text_is_described_and_shares_the_picture_of_the_book(app):
    told, _ = tags(app, "_modules/a/b", title="a.b")
    assert "a.b" in told["description"] and told["og:image:alt"] == "A book"
    assert told["og:image"].endswith("share/index.png")
    assert tags(app, "search")[0]["og:title"] == "Search"


@pytest.mark.parametrize(
    ("page", "place"), [("index", ""), ("countries/frame", "countries/frame.html"), ("404", None)]
)
def test_a_page_has_one_canonical_address_if_the_site_has_one(app, page, place):
    base = app.config.html_baseurl
    address = f"{base}{place}" if base and place is not None else ""
    told, context = tags(app, page, title="A page", pageurl="something else")
    assert context["pageurl"] == told.get("og:url", "") == address


def test_a_page_for_any_depth_has_addresses_from_the_root():
    page = html.fromstring(
        "<html data-content_root='./'><head><meta property='og:image' content='share/a.png'></head>"
        "<body><a href='index.html'>1</a><a href='#main'>2</a><a href='https://example.org'>3</a>"
        "<a href='/book/x.html'>4</a><form action='search.html'></form></body></html>"
    )
    head.from_root(page, "/book/")
    assert page.xpath("//a/@href") == [
        "/book/index.html",
        "#main",
        "https://example.org",
        "/book/x.html",
    ]
    assert page.xpath("//form/@action") == ["/book/search.html"]
    assert page.xpath("//meta/@content") == ["/book/share/a.png"]
    assert page.get("data-content_root") == "/book/"


def test_the_root_is_the_path_of_the_address(app):
    assert head.root(app) == ("/book/" if app.config.html_baseurl else "/")


def test_machines_are_told_of_pages_where_the_site_has_an_address(app, tmp_path):
    for name in ("index", "404", "search", "countries/kenya", "_modules/a"):
        file = tmp_path / f"{name}.html"
        file.parent.mkdir(exist_ok=True)
        file.write_text("x", encoding="utf-8")
    gone = tmp_path / "share" / "gone.png"
    gone.parent.mkdir()
    gone.write_bytes(b"")
    head.write_maps(app)
    rules = (tmp_path / "robots.txt").read_text("utf-8")
    assert rules.startswith("User-agent: *\nAllow: /\n")
    assert not gone.exists()
    if not app.config.html_baseurl:
        assert "Sitemap" not in rules and not (tmp_path / "sitemap.xml").exists()
        return
    assert rules.endswith(f"Sitemap: {SITE}sitemap.xml\n")
    listed = etree.fromstring((tmp_path / "sitemap.xml").read_bytes())
    assert [entry[0].text for entry in listed] == [f"{SITE}countries/kenya.html", SITE]
    assert {entry[1].text for entry in listed} == {citation.cited_book().released.isoformat()}
