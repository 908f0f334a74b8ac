"""Files that a page offers: linked from where it stands, written where they changed."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from scsreport.book import downloads
from scsreport.exhibits.downloads import MIME, Download, Downloads
from scsreport.tables import datasets

OFFERED = Downloads(
    "dataset",
    [
        Download("cities.csv", "cities & more", "2 kB", b"a,b\n" * 500),
        Download("all.gpkg", "layers", "1 kB", bytes(range(256))),
    ],
    [("Licence", "ODbL <1.0>")],
)


@pytest.fixture
def payload():
    return OFFERED._repr_mimebundle_()[MIME]


@pytest.fixture
def app(tmp_path, payload):
    def write_file(path, content, overwrite):
        file = tmp_path.joinpath("jupyter_execute", *path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    downloads.keep(SimpleNamespace(write_file=write_file), payload)
    (tmp_path / "html").mkdir()
    return SimpleNamespace(outdir=str(tmp_path / "html"))


def test_files_come_out_as_they_went_in(app):
    downloads.write(app)
    folder = Path(app.outdir, "dataset")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        file.name: file.content for file in OFFERED.files
    }


def test_a_file_that_did_not_change_is_not_written_and_one_that_is_no_more_goes(app, monkeypatch):
    downloads.write(app)
    (Path(app.outdir, "dataset") / "old.csv").write_bytes(b"")
    written = []
    monkeypatch.setattr(datasets, "write_atomically", lambda file, _: written.append(file.name))
    downloads.write(app)
    assert written == []
    assert not Path(app.outdir, "dataset", "old.csv").exists()


def test_links_say_what_a_file_holds_and_how_large_it_is(payload):
    made = downloads.links(payload, "chapters/data").astext()
    assert (
        '<a href="../dataset/cities.csv" download>cities.csv</a> (2 kB): cities &amp; more' in made
    )
    assert "<strong>Licence.</strong> ODbL &lt;1.0&gt;" in made


def test_a_notebook_lists_them(payload):
    bundle = OFFERED._repr_mimebundle_()
    assert bundle["text/plain"].splitlines()[0] == "cities.csv (2 kB): cities & more"
    assert "<li>cities.csv (2 kB): cities &amp; more</li>" in bundle["text/html"]
