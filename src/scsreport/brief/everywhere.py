"""The briefs of all countries, a country a part: here, in processes or on a cluster."""

from pathlib import Path
from typing import Any

from scsreport import parts
from scsreport.brief.making import file_name, of
from scsreport.brief.writing import put
from scsreport.tables.datasets import load

__all__ = ["codes", "pages", "write"]


def codes() -> list[str]:
    """Return the countries that the book lists, by their ISO alpha-3 codes.

    Returns
    -------
    list of str
        In order.
    """
    return sorted(load("countries")["iso3"].dropna())


def pages(countries: list[str] | None = None, **ways: Any) -> dict[str, bytes]:
    """Make the briefs of countries on the book's tables.

    Parameters
    ----------
    countries : list of str, optional
        Names or ISO codes; by default :func:`codes`.
    **ways
        ``where``, ``workers``, ``keep`` and ``progress``, as in :func:`scsreport.parts.run`.

    Returns
    -------
    dict
        Pages by the name of their file.

    Raises
    ------
    PartError
        As in :func:`scsreport.parts.run`.
    """
    return dict(parts.run(_page, codes() if countries is None else countries, **ways))


def write(out: Path | str, countries: list[str] | None = None, **ways: Any) -> list[Path]:
    """Make the briefs of countries, and write them into a folder once all are made.

    Parameters
    ----------
    out : path
        The folder; made if it lacks. Earlier briefs there are replaced.
    countries, **ways
        As in :func:`pages`.

    Returns
    -------
    list of Path

    Raises
    ------
    PartError
        As in :func:`scsreport.parts.run`.
    BriefError
        If a page cannot be written, or would replace what is no brief.
    """
    made = pages(countries, **ways)
    return [put(page, Path(out) / name) for name, page in made.items()]


def _page(country: str) -> tuple[str, bytes]:
    brief = of(country)
    return file_name(brief), brief.html()
