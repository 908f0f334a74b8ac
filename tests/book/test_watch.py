"""While it is watched, the site is served as it lies there, but for its policy."""

import pytest

from scsreport.book import watch
from scsreport.tables import paths

POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'


@pytest.fixture
def served(tmp_path, monkeypatch):
    """Return what asks for a page of a small site."""
    monkeypatch.setattr(paths, "SITE", tmp_path / "html")
    (tmp_path / "html" / "a b").mkdir(parents=True)
    (tmp_path / "html" / "index.html").write_text(f"<head>{POLICY}</head>first")
    (tmp_path / "html" / "404.html").write_text("nothing here")
    (tmp_path / "html" / "a b" / "x.js").write_text(POLICY)
    (tmp_path / "secret").write_text("secret")

    def ask(path):
        told = []
        body = b"".join(watch.site({"PATH_INFO": path}, lambda *head: told.append(head)))
        return told[0][0], dict(told[0][1]), body.decode()

    return ask


@pytest.mark.parametrize("path", ["/", "/index.html", "/index.html/../index.html"])
def test_a_page_comes_without_its_policy(served, path):
    status, headers, body = served(path)
    assert status == "200 OK" and body == "<head></head>first"
    assert headers["Content-Type"] == "text/html"
    assert headers["Content-Length"] == str(len(body))


def test_other_files_come_as_they_are(served):
    assert served("/a%20b/x.js")[2] == POLICY


@pytest.mark.parametrize("path", ["/gone.html", "/../secret", "/%2e%2e/secret", "//etc/passwd"])
def test_what_is_not_of_the_site_is_not_found(served, path):
    assert served(path)[0] == "404 Not Found"
    assert served(path)[2] == "nothing here"
