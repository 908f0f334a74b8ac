"""Fold what most readers skip: the section for researchers that ends a chapter."""

from typing import Any

__all__ = ["RESEARCHERS", "fold_for_researchers"]

RESEARCHERS = "for-researchers"
"""Address of the section that is folded, on each page that has one."""

SUMMARY = "Show the tests, the ways of counting and the full tables"


def fold_for_researchers(page: Any) -> None:
    """Put all that follows the heading *For researchers* behind a line that opens it.

    The heading stays in view and in the list of contents; a browser opens the fold for whoever
    follows a link into it or looks for a word in it.

    Parameters
    ----------
    page : lxml.html.HtmlElement
        A page of the site; changed in place.
    """
    from lxml import html

    for section in page.xpath(f"//section[@id='{RESEARCHERS}']"):
        heading, *folded = section
        fold = html.Element("details", {"class": "researchers"})
        summary = html.Element("summary")
        summary.text = SUMMARY
        fold.append(summary)
        fold.extend(folded)
        section.append(fold)
        heading.tail = "\n"
