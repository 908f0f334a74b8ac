"""The last good site stands, whatever becomes of a build; what was altered is made again."""

import shutil
import subprocess
import sys
import time

import pytest

from scsreport.book import execution, stage
from scsreport.tables import paths

HOLDER = """
import sys
from pathlib import Path
from scsreport.book import stage
from scsreport.tables import paths
paths.BUILD, paths.SITE = Path(sys.argv[1]), Path(sys.argv[1], "html")
held = stage.hold(print)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Return an empty build folder, where the package thinks it lives."""
    monkeypatch.setattr(paths, "BUILD", tmp_path)
    monkeypatch.setattr(paths, "SITE", tmp_path / "html")
    monkeypatch.setattr(paths, "STAGE", tmp_path / "stage")
    monkeypatch.setattr(stage, "PAGES", tmp_path / "stage" / "html")
    monkeypatch.setattr(stage, "KEPT", tmp_path / "stage.kept")
    return tmp_path


def written(folder, **pages):
    folder.mkdir(parents=True)
    for name, text in pages.items():
        (folder / name).write_text(text)
    return folder


# --- seals ------------------------------------------------------------------------------------


def test_a_sealed_folder_tells_what_it_was_made_from(tmp_path):
    folder = written(tmp_path / "site", page="whole", other="whole")
    assert stage.sealed(folder) is None
    stage.seal(folder, "now")
    assert stage.sealed(folder) == "now"


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "page").write_text("whale"),
        lambda folder: (folder / "page").write_text("who"),
        lambda folder: (folder / "page").unlink(),
        lambda folder: (folder / "more").write_text("whole"),
        lambda folder: (folder / stage.SEAL).write_text('{"state"'),
        lambda folder: (folder / stage.SEAL).write_text("[]"),
        shutil.rmtree,
    ],
    ids=["altered", "cut", "deleted", "added", "seal cut", "seal of another kind", "gone"],
)
def test_a_seal_is_broken(tmp_path, harm):
    folder = written(tmp_path / "site", page="whole")
    stage.seal(folder, "now")
    harm(folder)
    assert stage.sealed(folder) is None


# --- publishing -------------------------------------------------------------------------------


def test_publishing_replaces_all(folders):
    written(folders / "html", old="1")
    written(folders / "html.new", half="1")
    written(folders / "stage" / "html", page="1", **{stage.OWN_NOTES: "a folder of this machine"})
    stage.publish("now")
    assert {file.name for file in paths.SITE.iterdir()} == {"page", stage.SEAL}
    assert stage.sealed(paths.SITE) == "now"


@pytest.mark.parametrize("empty", [True, False])
def test_a_site_lost_between_two_renames_comes_back(folders, empty):
    written(folders / "html.old", page="1")
    if empty:
        paths.SITE.mkdir()
    with stage.hold(print):
        assert (paths.SITE / "page").exists()


# --- the stage --------------------------------------------------------------------------------


def test_a_stage_that_failed_is_replaced_by_the_one_before(folders):
    stage.seal(written(paths.STAGE, page="good"), "before")
    stage._prepare()
    (paths.STAGE / "page").write_text("half")  # and the build is killed
    stage._prepare()
    assert (paths.STAGE / "page").read_text() == "good"
    stage._prepare()
    assert (paths.STAGE / "page").read_text() == "good", "however often it fails"


@pytest.mark.parametrize("file", ["stage/page", "stage.kept/page"])
def test_an_altered_stage_is_begun_anew(folders, file):
    stage.seal(written(paths.STAGE, page="good"), "before")
    if file.startswith("stage.kept"):
        stage._prepare()
    (folders / file).write_text("altered")
    stage._prepare()
    assert list(paths.STAGE.iterdir()) == []


# --- one at a time, and folders that cannot be written -----------------------------------------


@pytest.mark.parametrize("end", ["closed", "killed"])
def test_a_second_build_waits_and_says_so(folders, end):
    words = [sys.executable, "-c", HOLDER, str(folders)]
    with subprocess.Popen(words, stdin=-1, stdout=-1, text=True) as first:
        assert first.stdout.readline() == "held\n"
        said = []

        def say(text):
            said.append(text)
            first.kill() if end == "killed" else first.stdin.close()

        with stage.hold(say):
            assert first.wait(timeout=10) is not None
    assert said == ["Another build of this book is running: waiting for its end"]


def test_one_build_may_hold_twice(folders):
    with stage.hold(pytest.fail), stage.hold(pytest.fail):
        pass


def test_a_build_folder_that_cannot_be_written_is_one_sentence(folders, monkeypatch):
    (folders / "file").touch()
    monkeypatch.setattr(paths, "BUILD", folders / "file")
    with pytest.raises(execution.BookError, match=r"file cannot be written \(File exists\)\. The "):
        stage.hold(print)


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device", str(paths.BUILD / "stage")),
        shutil.Error([("from", str(paths.BUILD / "stage"), "No space left on device")]),
    ],
    ids=["one file", "many"],
)
def test_a_full_disk_is_one_sentence(error):
    message = r"_build/stage cannot be written \(No space"
    with pytest.raises(execution.BookError, match=message), stage.writing():
        raise error


# --- whole builds -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [("python", "-m", "scsreport", "book"), ("jupyter-book", "build", ".")]
)
def test_a_killed_build_leaves_the_last_good_site(good_book, command):
    site, words = good_book.site(), f"We count {command[0]}"
    good_book.replace("index.md", "There are", words)
    staged = good_book.root / "_build" / "stage" / "html" / "index.html"
    with good_book.start(*command) as process:
        while words not in (staged.read_text("utf-8") if staged.exists() else ""):
            assert process.poll() is None
            time.sleep(0.001)
        process.kill()  # while pages are written
    left = good_book.site()
    good_book.replace("index.md", words, "There are")
    assert left == site
    result = good_book.build()
    assert result.returncode == 0, result.stderr
    assert good_book.site() == site


def test_a_page_deleted_or_altered_is_published_again(good_book):
    good_book.replace("index.md", "There are", "We count")
    assert good_book.build().returncode == 0
    site = good_book.site()
    (good_book.site_folder / "index.html").unlink()
    (good_book.site_folder / "chapters" / "ledger.html").write_text("altered")
    result = good_book.build()
    assert "missing or altered" in result.stdout and "Building" not in result.stdout
    assert good_book.site() == site


def test_staged_pages_that_were_altered_are_made_again(good_book):
    site = good_book.site()
    module = next((good_book.root / "_build" / "stage" / "modules").glob("*.html"))
    module.write_text("altered")
    (good_book.site_folder / "index.html").unlink()
    result = good_book.build()
    assert "going on from the one before" in result.stdout
    assert good_book.site() == site


def test_an_executed_chapter_that_was_altered_is_executed_again(good_book):
    site = good_book.site()
    results = (good_book.root / "_build" / "execution").glob("index-*.json")
    for stored in results:
        stored.write_text(stored.read_text("utf-8").replace("seven", "three"), "utf-8")
    good_book.replace("index.md", "There are", "We count")
    result = good_book.build()
    assert "executing 1 chapters: index" in result.stdout
    assert "seven cities" in good_book.page("index.html")
    good_book.replace("index.md", "We count", "There are")
    assert good_book.build().returncode == 0
    assert good_book.site() == site


def test_what_stays_the_same_is_not_copied(folders):
    pages = written(folders / "stage" / "html", page="1", other="2")
    stage.publish("before")
    node = (paths.SITE / "page").stat().st_ino
    (pages / "other").write_text("3")
    stage.publish("now")
    assert (paths.SITE / "page").stat().st_ino == node
    assert (paths.SITE / "other").read_text() == "3"
    assert stage.sealed(paths.SITE) == "now"


def test_an_altered_page_of_the_site_is_not_taken_over(folders):
    written(folders / "stage" / "html", page="1")
    stage.publish("before")
    (paths.SITE / "page").write_text("2")
    stage.publish("now")
    assert (paths.SITE / "page").read_text() == "1"


def test_the_kept_stage_follows_the_stage(folders):
    stage.seal(written(paths.STAGE, page="1", other="2"), "before")
    stage._prepare()
    (paths.STAGE / "page").write_text("3")
    (paths.STAGE / "other").unlink()
    stage.seal(paths.STAGE, "now")
    stage._prepare()
    assert stage.sealed(stage.KEPT) == "now"
    assert (stage.KEPT / "page").read_text() == "3"
    assert not (stage.KEPT / "other").exists()


@pytest.mark.parametrize("head", ["", "---\nkernelspec: {name: python3}\n---\n"])
def test_a_chapter_without_a_head_is_named_with_its_line(tmp_path, monkeypatch, head):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(stage, "_contents", lambda: ["one", "no-file"])
    (tmp_path / "one.md").write_text(f"{head}# One\n\n```{{code-cell}} ipython3\n1\n```\n")
    line = 3 + head.count("\n")
    with pytest.raises(execution.BookError, match=rf"one\.md:1: .*jupytext.*line {line} "):
        stage._check_heads()
