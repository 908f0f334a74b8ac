"""``scsreport book --watch``: save, and the page in the browser is new."""

# mypy: disallow-untyped-calls=False
# (livereload has no types)

import mimetypes
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import unquote

from scsreport.tables import paths

__all__ = ["ADDRESS", "site", "watch"]

ADDRESS, PORT = "127.0.0.1", 8000
POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>')
PAUSE = 0.3
"""Seconds after which a browser asks for the page again."""


def watch(say: Callable[[str], None]) -> None:
    """Build the site, serve it on this machine alone, and build again whenever a file is saved.

    Parameters
    ----------
    say : callable
        Tells the user where the site is.
    """
    from livereload import Server

    _build()
    server = Server(site)
    for place in (paths.ROOT / "chapters", paths.PACKAGE, paths.DATA, *paths.ROOT.glob("*.md")):
        server.watch(str(place), _build, delay=PAUSE)
    for file in (paths.CONFIG, paths.TOC, paths.CITATION):
        server.watch(str(file), _build, delay=PAUSE)
    say(f"Save a file, and the page is new: http://{ADDRESS}:{PORT}/ (Ctrl-C ends it)")
    server.serve(port=PORT, host=ADDRESS)


def _build() -> None:
    """Build in a process of its own, which reads the code as it is now, and says what it says."""
    subprocess.run([sys.executable, "-m", "scsreport", "book"], check=False)


def site(
    environ: dict[str, str], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Serve the site (WSGI), without the policy that would keep a page from asking for news.

    Parameters
    ----------
    environ : dict
        Of the request.
    start_response : callable
        Takes status and headers.

    Returns
    -------
    iterable of bytes
        The file.
    """
    file = _file(environ.get("PATH_INFO", "/"))
    status = "200 OK" if file else "404 Not Found"
    file = file or paths.SITE / "404.html"
    content = file.read_bytes() if file.is_file() else b""
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if kind == "text/html":
        content = POLICY.sub(b"", content, count=1)
    headers = [("Content-Type", kind), ("Cache-Control", "no-store")]
    start_response(status, [*headers, ("Content-Length", str(len(content)))])
    return [content]


def _file(path: str) -> Path | None:
    """Return the file of the site at a path; none if there is none, or it leads out of it."""
    root = paths.SITE.resolve()
    file = (root / unquote(path).lstrip("/")).resolve()
    if file.is_dir():
        file /= "index.html"
    return file if file.is_relative_to(root) and file.is_file() else None
