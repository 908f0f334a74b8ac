"""What is on paper is offered with its size, as long as it is what was made."""

import pytest

from scsreport.book import offer, stage
from scsreport.tables import paths

PDF = b"%PDF" + bytes(3_400_000)


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "BUILD", tmp_path / "build")
    folder = tmp_path / "html"
    (folder / "chapters").mkdir(parents=True)
    for page in offer.PAGES:
        (folder / page).write_text(f"<p>Before</p>\n{offer.PLACE}\n<p>After</p>\n")
    return folder


def test_a_site_without_paper_is_left_as_it_is(site):
    before = (site / "index.html").read_text()
    offer.put(site, "state")
    assert (site / "index.html").read_text() == before
    assert not (site / "paper").exists()


def test_what_there_is_lies_in_the_site_and_is_linked(site):
    offer.note("pdf", PDF, state="state")
    offer.put(site, "state")
    assert (site / "paper" / "scsreport.pdf").read_bytes() == PDF
    front = (site / "index.html").read_text()
    assert '<a href="paper/scsreport.pdf" download>PDF</a> (3.4 MB).</p>' in front
    assert "EPUB" not in front
    within = (site / "chapters" / "how-to-read.html").read_text()
    assert 'href="../paper/scsreport.pdf"' in within


def test_what_was_made_from_another_state_says_so(site):
    offer.note("pdf", PDF, state="before")
    offer.note("epub", b"epub", state="now")
    offer.put(site, "now")
    assert "earlier state" in (site / "index.html").read_text()


def test_a_file_that_was_cut_is_not_offered(site):
    offer.note("pdf", PDF, state="state").write_bytes(PDF[:9])
    assert offer.made("pdf") is None
    offer.put(site, "state")
    assert not (site / "paper").exists()


def test_one_kind_made_anew_leaves_the_other(site):
    for kind in offer.KINDS:
        offer.note(kind, b"first", state="one")
    offer.note("pdf", b"second", state="two")
    assert [offer.made(kind).state for kind in offer.KINDS] == ["two", "one"]


def test_the_published_page_is_not_written_into(site):
    """A page may be one file in the old site and in the new one, under two names."""
    old = site.parent / "old.html"
    old.hardlink_to(site / "index.html")
    offer.note("pdf", PDF, state="state")
    offer.put(site, "state")
    assert offer.PLACE in old.read_text()


def test_a_seal_holds_the_offer(site):
    offer.note("pdf", PDF, state="state")
    offer.put(site, "state")
    stage.seal(site, "state")
    assert stage.sealed(site) == "state"
    (site / "paper" / "scsreport.pdf").write_bytes(b"cut")
    assert stage.sealed(site) is None


def test_what_is_offered_later_leaves_the_site_as_it_was(site, monkeypatch):
    """A build that failed has left its stage half done."""
    monkeypatch.setattr(paths, "SITE", site)
    monkeypatch.setattr(stage, "PAGES", site.parent / "stage")
    (site.parent / "stage").mkdir()
    (site.parent / "stage" / "index.html").write_text("half")
    stage.seal(site, "state")
    for content in (PDF, PDF[:1_000_000]):
        offer.note("pdf", content, state="state")
        stage.publish("state", site)
        front = (site / "index.html").read_text()
        assert front.count("</a>") == 1
        assert f"({len(content) / 1e6:.1f} MB)" in front
        assert stage.sealed(site) == "state"
        assert (site / "paper" / "scsreport.pdf").read_bytes() == content


def test_the_pages_have_the_place():
    for page in offer.PAGES:
        source = paths.ROOT / page.replace(".html", ".md")
        assert source.read_text(encoding="utf-8").count(offer.PLACE) == 1
