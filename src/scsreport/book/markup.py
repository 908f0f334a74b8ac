"""HTML that is the same on many pages: filled in from the templates beside."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

__all__ = ["TEMPLATES", "render"]

TEMPLATES = Path(__file__).with_name("templates")


def render(name: str, **facts: Any) -> str:
    """Fill in a template.

    Parameters
    ----------
    name : str
        Its file, without ``.html.jinja``.
    **facts
        What it prints; text is escaped.

    Returns
    -------
    str
        HTML.
    """
    return _templates().get_template(f"{name}.html.jinja").render(**facts)


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
