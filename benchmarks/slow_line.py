"""Time the pages of built sites on a slow line and a slow phone.

    python benchmarks/slow_line.py [SITE ...] [--repeats 3] [--explorers]

SITE is a folder with pages, _build/html if none is named; several are measured in turn, page by
page. The line carries 1.6 Mbit/s with 150 ms of delay, the processor is four times slower, and the
server packs as web servers do. Printed: when text shows, when all is loaded and, on pages with an
explorer, when its table has rows; medians.
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
EXPLORED = ("countries/china.html", "countries/viet-nam.html")
"""Of the pages of countries one that is long, and one as most are."""

ROWS = ".explorer-rows tr"
WATCH = f"""new MutationObserver(() => {{
  if (document.querySelector("{ROWS}")) window.rowsAt ??= performance.now();
}}).observe(document, {{ childList: true, subtree: true }});"""
MOMENTS = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [text] = performance.getEntriesByName("first-contentful-paint");
  return {
    text: text?.startTime ?? NaN,
    loaded: page.loadEventEnd,
    ...(window.rowsAt && { rows: window.rowsAt }),
  };
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


def moments(browser: Browser, address: str) -> dict[str, float]:
    context = browser.new_context(viewport=PHONE)
    context.add_init_script(WATCH)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    page.wait_for_timeout(300)
    if page.locator(".explorer").count():
        page.locator(ROWS).first.wait_for()
    found = page.evaluate(MOMENTS)
    context.close()
    return found


def _median(runs: list[dict[str, float]], moment: str) -> str:
    """The median of a moment over runs, in seconds."""
    return f"{moment} {statistics.median(run[moment] for run in runs) / 1e3:4.1f}"


@click.command()
@click.argument("sites", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--repeats", default=3, show_default=True)
@click.option("--explorers", is_flag=True, help="Pages with an explorer alone.")
def main(sites: tuple[Path, ...], repeats: int, explorers: bool) -> None:
    """Print, for each page, when text shows, all is loaded and its table has rows, in seconds."""
    sites = sites or (paths.SITE,)
    addresses = []
    for site in sites:
        handler = functools.partial(Packing, folder=site)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        addresses.append(f"http://127.0.0.1:{server.server_port}")
    countries = [sites[0] / name for name in EXPLORED]
    pages = [sites[0] / "index.html", *sorted((sites[0] / "chapters").glob("*.html")), *countries]
    if explorers:
        pages = [page for page in pages if 'class="explorer"' in page.read_text(encoding="utf-8")]
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
                    times.append("  ".join(_median(runs, moment) for moment in runs[0]))
            click.echo(f"{name:46} {'   |   '.join(times)}")
        browser.close()


if __name__ == "__main__":
    main()
