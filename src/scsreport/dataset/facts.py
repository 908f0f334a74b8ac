"""What is said of the data set: title, version, counts, citation, licence."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from scsreport import __version__, definitions
from scsreport.findings import dataset
from scsreport.findings.classification import CITY_FLOOR
from scsreport.tables.datasets import Resource, resource, strictest_licence

__all__ = ["citation", "facts", "licence", "licences", "sources", "words"]


@cache
def words() -> dict[str, Any]:
    """Return the declared words: title, files, licences, texts."""
    content: dict[str, Any] = tomllib.loads(
        Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    )
    return content


def sources() -> dict[str, Resource]:
    """Return the tables of ``data/`` that some column is made from, by name."""
    names = {
        name
        for table in dataset.described().values()
        for column in table.columns
        for name in column.made_from
    }
    return {name: resource(name) for name in sorted(names)}


def licence() -> str:
    """Return the short id of the licence of the whole: the strictest of its parts."""
    return strictest_licence(list(sources()))


def licences() -> dict[str, dict[str, str]]:
    """Return title and address of each licence that is named, by its short id."""
    known: dict[str, dict[str, str]] = words()["licences"]
    return known


def citation() -> str:
    """Return how the data set is cited."""
    told = words()
    year = told["released"].partition("-")[0]
    cited: str = told["citation"].format(year=year, title=told["title"], version=__version__)
    return cited


def facts() -> dict[str, str]:
    """Return what the texts name: counts of the rows, version, licence."""
    cities = dataset.cities()
    counts = {
        "cities": len(cities),
        "countries": cities["country"].nunique(),
        "systems": len(dataset.systems()),
        "largest": cities["is_primary"].sum(),
        "typed": cities["form"].notna().sum(),
        "contested": cities["contested"].sum(),
        "parts": (cities["kind"] != "city").sum(),
        "doubtful": cities["doubtful"].sum(),
    }
    rules = definitions.RULES
    told = words()
    named = licences()[licence()]
    return {
        **{name: f"{count:,}" for name, count in counts.items()},
        "floor": f"{CITY_FLOOR:,}",
        "lower": ", ".join(
            name for name, rule in rules.items() if (rule.minimum or 0) < CITY_FLOOR
        ),
        "title": told["title"],
        "released": told["released"],
        "version": __version__,
        "citation": citation(),
        "licence": licence(),
        "licence_title": named["title"],
        "licence_path": named["path"],
    }
