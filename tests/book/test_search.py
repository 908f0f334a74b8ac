"""What a search can show of a page."""

from types import SimpleNamespace

from lxml import html

from scsreport.book import search

ARTICLE = """<article><section id="page"><h1>Page<a class="headerlink">#</a></h1><p>Opening.</p>
<dl><dt>Hub</dt><dd>A centre.</dd></dl><script>x</script>
<section id="inner"><h2>Inner</h2><p>Within <em>it</em>.</p>
<table><tr><td>1</td></tr></table><details class="cite"><p>Cited.</p></details></section>
<p>Closing.</p></section></article>"""


def test_each_section_has_its_own_sentences_and_no_table_or_citation():
    found = search.sections(html.fromstring(ARTICLE))
    assert found == {"page": "Opening. Hub A centre. Closing.", "inner": "Within it."}


def test_a_page_is_read_again_once_it_changed(tmp_path, monkeypatch):
    out = tmp_path / "html"
    out.mkdir()
    for page in ("a", "b"):
        (out / f"{page}.html").write_text(f'<div class="bd-article">{page}</div>')
    read = []
    monkeypatch.setattr(search, "_told", lambda file: read.append(file.stem) or {"x": file.stem})
    app = SimpleNamespace(outdir=out, env=SimpleNamespace(found_docs={"a", "b"}))
    search.write_texts(app)
    first = (out / search.TEXTS).read_text()
    search.write_texts(app)
    assert read == ["a", "b"]
    assert (out / search.TEXTS).read_text() == first
    (out / "b.html").write_text('<div class="bd-article">another</div>')
    search.write_texts(app)
    assert read == ["a", "b", "b"]
    (tmp_path / search.NOTES).write_text("{")
    search.write_texts(app)
    assert read == ["a", "b", "b", "a", "b"]
