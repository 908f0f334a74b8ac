"""A browser, and the built site on the loopback of this machine."""

import functools
import gzip
import http.server
import os
import shutil
import sys
import threading
from pathlib import Path

import pytest

from scsreport.tables import paths

sys.path.insert(0, str(Path(__file__).parent))

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve quietly, and as compressed as a web server would."""

    def log_message(self, *_):
        pass

    def copyfile(self, source, outputfile):
        content = source.read()
        self.server.weights[self.path] = len(gzip.compress(content, 6))
        outputfile.write(content)


def serve(site: Path):
    """Serve a folder and return its address, the weight of each answer and how to stop."""
    handler = functools.partial(Handler, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.weights = {}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def stop():
        server.shutdown()
        server.server_close()
        thread.join()

    return f"http://127.0.0.1:{server.server_port}", server.weights, stop


def launch(playwright):
    """Start Chromium as Debian ships it."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)


def need(what: str) -> None:
    """Skip, or fail where everything has to be there."""
    message = (
        f"{what} is missing: `make book` builds the site, `apt install chromium epubcheck` the rest"
    )
    if os.environ.get("SCSREPORT_SITE_REQUIRED"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def site():
    if not (paths.SITE / "index.html").exists():
        need("_build/html")
    return paths.SITE


@pytest.fixture(scope="session")
def browser():
    if not shutil.which("chromium"):
        need("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def served(site):
    address, weights, stop = serve(site)
    yield address, weights
    stop()
