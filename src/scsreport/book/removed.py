"""A chapter that is gone takes its page, its sources and its package with it."""

from pathlib import Path
from typing import TYPE_CHECKING

from scsreport.book import notebooks

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

__all__ = ["setup"]


def setup(app: "Sphinx") -> None:
    """Follow what is no longer in the contents."""
    app.connect("env-get-outdated", _let_go)


def _let_go(
    app: "Sphinx", env: "BuildEnvironment", added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Remove what was written for pages that are gone: Sphinx leaves it, and so would the site."""
    for page in removed:
        for file in _written_for(page):
            Path(app.outdir, file).unlink(missing_ok=True)
    return []


def _written_for(page: str) -> list[str]:
    sources = [f"{notebooks.SOURCES}/{page}{ending}" for ending in (".md", ".ipynb")]
    return [f"{page}.html", *sources, f"{notebooks.FOLDER}/{page.rpartition('/')[2]}.zip"]
