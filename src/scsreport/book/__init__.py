"""The Sphinx extension that turns chapters into the published book."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["setup"]


def setup(app: "Sphinx") -> dict[str, Any]:
    """Register every part of the extension with Sphinx.

    Parameters
    ----------
    app : Sphinx
        The application being set up.

    Returns
    -------
    dict
        Version and safety of parallel reading and writing.
    """
    from scsreport import __version__
    from scsreport.book import (
        definition,
        execution,
        exhibit,
        languages,
        maths,
        numbering,
        references,
        removed,
        site,
        stage,
        terms,
    )

    reading = (stage, execution, removed, numbering, exhibit, definition)
    for part in (*reading, maths, references, terms, languages, site):
        part.setup(app)
    return {"version": __version__, "parallel_read_safe": False, "parallel_write_safe": False}
