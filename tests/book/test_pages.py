"""Pages of data alone: each from one frame, written where it changed."""

from types import SimpleNamespace

import pytest

from scsreport.book import pages
from scsreport.findings.profiles import slug
from scsreport.tables import datasets

TABLE = {"caption": "Cities", "headings": ["Rule", "Cities"], "rows": [["D1", "7"]]}
FRAME = (
    '<title>The title of a page</title><meta content="What a page answers">'
    "<link href=frame.html><main><!--body--><h1>x</h1>"
    "<!--/body--></main>"
)


def page(name="côte-d-ivoire", title="Côte d'Ivoire & <more>", csv=""):
    entry = {
        "id": "n-djamena",
        "name": "N'Djamena",
        "terms": [("People", "100,000 people")],
        "also": ["Fort-Lamy"],
        "link": "chapters/gaps.html",
        "link_text": "On",
        "size": 0,
    }
    section = {"id": "forms", "question": "Which?", "paragraphs": ["A < B."], "table": TABLE}
    return {
        "id": name,
        "title": title,
        "lead": "It has 7.",
        "sections": [section],
        "entries_title": "Cities",
        "entries": [entry],
        "sources": "Us",
        "also": ["CI"],
        "csv": csv,
        "csv_said": "Licence & more.",
        "explorer": None,
    }


@pytest.fixture
def app(tmp_path):
    out = tmp_path / "html"
    made = tmp_path / "jupyter_execute" / "countries"
    (out / "countries").mkdir(parents=True)
    made.mkdir(parents=True)
    made_pages = [page(), page("chad", "Chad", "name\nN'Djamena\n")]
    payload = {"folder": "countries", "pages": made_pages, "switch": None}
    (made / "pages.json").write_text(pages.json.dumps(payload), encoding="utf-8")
    return SimpleNamespace(outdir=str(out), config=SimpleNamespace(**CONFIG))


CONFIG = {"html_baseurl": "", "html_title": "A book", "scsreport_pages": "as it is"}


def write(app):
    frame = pages.Path(app.outdir, "countries", "frame.html")
    frame.write_text(FRAME, encoding="utf-8")
    pages.write_pages(app)
    return frame.parent


def test_each_page_is_made_from_the_frame(app):
    folder = write(app)
    made = (folder / "côte-d-ivoire.html").read_text("utf-8")
    others = [f"names-{number}.js" for number in range(pages.OTHERS)]
    own = ["chad.csv", "chad.html", "chad.js", "côte-d-ivoire.html", "côte-d-ivoire.js", "names.js"]
    assert {file.name for file in folder.iterdir()} == {*own, *others}
    assert 'content="It has 7."' in made
    assert "@incollection" in made and "Côte d&#39;Ivoire \\&amp;" in made
    assert "<title>Côte d&#x27;Ivoire &amp; &lt;more&gt;</title>" in made
    assert "<p>A &lt; B.</p>" in made
    assert '<section class="entry" id="n-djamena">' in made
    assert 'href="../chapters/gaps.html"' in made
    assert "frame.html" not in made


def test_a_page_with_rows_offers_them_as_csv(app):
    folder = write(app)
    assert (folder / "chad.csv").read_bytes() == b"\xef\xbb\xbfname\nN'Djamena\n"
    made = (folder / "chad.html").read_text("utf-8")
    assert '<a href="chad.csv" download>Cities, as CSV</a>. Licence &amp; more.' in made
    assert ".csv" not in (folder / "côte-d-ivoire.html").read_text("utf-8")


def test_a_page_that_did_not_change_is_not_written(app, monkeypatch):
    write(app)
    written = []
    monkeypatch.setattr(datasets, "write_atomically", lambda file, _: written.append(file.name))
    write(app)
    assert written == []


def test_a_page_that_is_no_more_goes(app):
    folder = write(app)
    (folder / "yugoslavia.html").write_text("old", encoding="utf-8")
    assert not (write(app) / "yugoslavia.html").exists()


def test_names_find_pages_entries_and_what_else_they_are_called(app):
    names = (write(app) / "names.js").read_text("utf-8")
    assert names.startswith("window.scsreportNames=[")
    assert '["N\'Djamena","n-djamena"]' in names and "Fort-Lamy" not in names


def test_names_tell_the_rank_of_each_entry_by_size():
    sizes = [{"Port Said": 20, "Ōme": 5}, {"Pokrov": 30, "Ise": 10}]
    entries = [
        [{"name": name, "id": slug(name), "size": size} for name, size in of_page.items()]
        for of_page in sizes
    ]
    script = pages._names({"pages": [{**page(), "entries": listed} for listed in entries]})
    made = pages.json.loads(script.removeprefix("window.scsreportNames=").rstrip(";\n"))
    assert [listed for *_, listed, _ in made] == [
        [["Port Said"], ["Ōme", "ome"]],
        [["Pokrov"], ["Ise"]],
    ]
    assert [steps for *_, steps in made] == [[2, 2], [1, 2]]


def test_other_names_lie_in_the_file_of_their_first_letter(app):
    folder = write(app)
    number = pages.file_of("Fort-Lamy")
    others = (folder / f"names-{number}.js").read_text("utf-8")
    assert number == ord("f") % pages.OTHERS
    # Two pages, each with the same entry: its place counts over all pages.
    assert others.endswith(f')[{number}]=[[0,"Fort-Lamy"],[1,"Fort-Lamy"]];\n')


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("Østersund", "o"),
        ("Łódź", "l"),
        ("’s-Hertogenbosch", "s"),
        ("Þorlákshöfn", "t"),
        ("Æ", "a"),
    ],
)
def test_a_first_letter_counts_without_accents_and_signs(name, like):
    assert pages.file_of(name) == pages.file_of(like)


def test_a_search_tells_what_a_page_and_an_entry_say(app):
    said = (write(app) / "chad.js").read_text("utf-8")
    assert said.endswith('["chad"]=["It has 7.",{"n-djamena":"100,000 people"}];\n')


def test_the_index_links_every_page_from_where_it_stands():
    made = pages.index({"folder": "countries", "pages": [page()]}, "chapters/your-country")
    assert '<a href="../countries/côte-d-ivoire.html">Côte d&#x27;Ivoire' in made.astext()


def test_data_of_scripts_is_written_where_it_changed_and_goes_when_it_is_no_more(app, monkeypatch):
    made = pages.Path(app.outdir).parent / "jupyter_execute" / "laboratory"
    made.mkdir()
    kept = made / "files.json"
    kept.write_text('{"folder": "laboratory", "files": {"chad": {"names": ["Abéché"]}, "x": 1}}')
    pages.write_data(app)
    folder = pages.Path(app.outdir, "laboratory")
    held = '(window.scsreportData??={})["chad"]={"names":["Abéché"]};\n'
    assert (folder / "chad.js").read_text("utf-8") == held
    kept.write_text('{"folder": "laboratory", "files": {"chad": {"names": ["Abéché"]}}}')
    monkeypatch.setattr(datasets, "write_atomically", lambda file, _: pytest.fail(file.name))
    pages.write_data(app)
    assert [file.name for file in folder.iterdir()] == ["chad.js"]


def test_pages_that_would_be_the_same_are_not_made_again(app, monkeypatch):
    write(app)
    asked = []
    monkeypatch.setattr(pages, "_said", lambda page: asked.append(page) or "")
    write(app)
    assert not asked
    (pages.Path(app.outdir) / "countries" / "chad.html").unlink()
    write(app)
    assert asked
