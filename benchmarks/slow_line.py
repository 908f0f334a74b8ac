"""Time the pages of built sites on a slow line and a slow phone.

    python benchmarks/slow_line.py [SITE ...] [--repeats 3]

SITE is a folder with pages, _build/html if none is named; several are measured in turn, page by
page. The line carries 1.6 Mbit/s with 150 ms of delay, the processor is four times slower, and the
server packs as web servers do. Printed: when text shows and when all is loaded, medians.
"""

import functools
import gzip
import http.server
import shutil
import statistics
import threading
from pathlib import Path

import click
from playwright.sync_api import Browser, sync_playwright

from scsreport.tables import paths

LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
SLOWER = 4
PHONE = {"width": 390, "height": 844}
PACKED = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
PACKED |= {".svg": "image/svg+xml", ".csv": "text/csv"}
MOMENTS = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [text] = performance.getEntriesByName("first-contentful-paint");
  return [text?.startTime ?? NaN, page.loadEventEnd];
}"""


class Packing(http.server.BaseHTTPRequestHandler):
    """Serve a folder, packed."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args, folder: Path, **kwargs) -> None:
        self.folder = folder
        super().__init__(*args, **kwargs)

    def log_message(self, *_) -> None:
        pass

    def do_GET(self) -> None:
        file = self.folder / self.path.partition("?")[0].lstrip("/")
        if not file.is_file():
            self.send_error(404)
            return
        content, packed = file.read_bytes(), PACKED.get(file.suffix)
        self.send_response(200)
        if packed:
            content = gzip.compress(content, 6)
            self.send_header("Content-Type", f"{packed}; charset=utf-8")
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def moments(browser: Browser, address: str) -> list[float]:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    page.wait_for_timeout(300)
    found = page.evaluate(MOMENTS)
    context.close()
    return found


@click.command()
@click.argument("sites", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--repeats", default=3, show_default=True)
def main(sites: tuple[Path, ...], repeats: int) -> None:
    """Print, for each page, when text shows and when all is loaded, in seconds."""
    sites = sites or (paths.SITE,)
    addresses = []
    for site in sites:
        handler = functools.partial(Packing, folder=site)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        addresses.append(f"http://127.0.0.1:{server.server_port}")
    pages = [sites[0] / "index.html", *sorted((sites[0] / "chapters").glob("*.html"))]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for page in pages:
            name = page.relative_to(sites[0]).as_posix()
            times = []
            for site, address in zip(sites, addresses, strict=True):
                if (site / name).exists():
                    runs = [moments(browser, f"{address}/{name}") for _ in range(repeats)]
                    text, loaded = map(statistics.median, zip(*runs, strict=True))
                    times.append(f"text {text / 1e3:4.1f}  loaded {loaded / 1e3:4.1f}")
            click.echo(f"{name:46} {'   |   '.join(times)}")
        browser.close()


if __name__ == "__main__":
    main()
