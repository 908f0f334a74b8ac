"""Names of countries as the book prints them, and the other spellings by which readers look.

The table ``countries`` holds the names of its source. What is printed is decided here alone, in
``country_names.toml``.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from scsreport.tables.datasets import load

__all__ = ["names_in_a_sentence", "other_spellings", "short_names"]


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def short_names(by: str = "iso3") -> "pd.Series[str]":
    """Return the name of each country as it is printed.

    Parameters
    ----------
    by : str
        ``iso3`` or ``country`` (ISO alpha-2): the code that names are found by.

    Returns
    -------
    Series
        Names by code.

    Examples
    --------
    >>> short_names()[["VNM", "KEN"]].to_list()
    ['Viet Nam', 'Kenya']
    """
    countries = load("countries").set_index("country", drop=False)
    names = pd.Series(_declared()["names"]).reindex(countries.index).fillna(countries["name"])
    return names.set_axis(countries[by]).rename("name")


def names_in_a_sentence(by: str = "iso3") -> "pd.Series[str]":
    """Return the name of each country as it stands within a sentence, with its article if any.

    Parameters
    ----------
    by : str
        As in :func:`short_names`.

    Returns
    -------
    Series
        Names by code.

    Examples
    --------
    >>> names_in_a_sentence()[["PHL", "KEN"]].to_list()
    ['the Philippines', 'Kenya']
    """
    names = short_names(by)
    bears_article = short_names("country").index.isin(_declared()["with_article"])
    return names.mask(bears_article, "the " + names)


def other_spellings(by: str = "iso3") -> dict[str, list[str]]:
    """Return the spellings of each country that are not printed, for a search.

    Parameters
    ----------
    by : str
        As in :func:`short_names`.

    Returns
    -------
    dict
        Lists by code; countries with one spelling are not in it.

    Examples
    --------
    >>> other_spellings()["TUR"]
    ['Turkey', 'Turkiye']
    """
    rows = load("countries").to_dict("records")
    printed = short_names("country").to_dict()
    also = _declared()["also"]
    spellings = {
        str(row[by]): [
            name
            for name in (row["name"], *also.get(row["country"], ()))
            if name != printed[row["country"]]
        ]
        for row in rows
    }
    return {code: names for code, names in spellings.items() if names}
