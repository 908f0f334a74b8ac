"""What a search can show of a page."""

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
