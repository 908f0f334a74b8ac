"""``scsreport pdf`` and ``scsreport epub``: the book on paper, made if anything changed."""

import os
from collections.abc import Callable, Iterable

from scsreport.book import offer, stage
from scsreport.paper.cleaning import PaperError
from scsreport.paper.epub import epub
from scsreport.paper.front import Front, front
from scsreport.paper.pages import Paper, read
from scsreport.paper.pdf import pdf
from scsreport.tables import paths

__all__ = ["make"]

MAKERS: dict[str, Callable[[Paper, Front], bytes]] = {"pdf": pdf, "epub": epub}


def make(kinds: Iterable[str], say: Callable[[str], None]) -> None:
    """Make files from the site as it is, and offer them on it.

    Parameters
    ----------
    kinds : iterable of str
        Of ``pdf`` and ``epub``.
    say : callable
        Tells the user, line by line, what is going on.

    Raises
    ------
    PaperError
        If there is no site, or it cannot be set.
    """
    with stage.hold(say), stage.writing():
        state = stage.sealed(paths.SITE)
        if state is None:
            raise PaperError("the site is not as it was built: run `make book`")
        wanted = [kind for kind in kinds if not _is_made(kind, state)]
        if not wanted:
            say("Nothing changed on paper")
            return
        paper = read(paths.SITE)
        before = front(paper, paths.SITE)
        for kind in wanted:
            content = MAKERS[kind](paper, before)
            file = offer.note(kind, content, state=state)
            say(f"Made: {os.path.relpath(file)} ({len(content) / 1e6:.1f} MB)")
        stage.publish(state, paths.SITE)  # a later build may have left the stage half done


def _is_made(kind: str, state: str) -> bool:
    there = offer.made(kind)
    return there is not None and there.state == state
