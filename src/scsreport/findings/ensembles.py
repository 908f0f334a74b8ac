"""What takes many runs: forms in a thousand other worlds, the bootstrap of all countries' gaps.

Both go through :func:`scsreport.parts.run`, so that they are computed here, in processes or on a
cluster, with the same result, and go on where they were interrupted.
"""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scsreport import checks, parts
from scsreport.findings import classification, world_gaps
from scsreport.tables.official_files import load_added
from scsreport.typology import worlds
from scsreport.typology.model import FORMS

__all__ = ["MOST_WORLDS", "SEED", "forms", "gap_changes"]

SEED = 2019
MOST_WORLDS = 100_000


def forms(
    number: int = 1_000,
    *,
    country: str = "",
    people: float = worlds.PEOPLE,
    km: float = worlds.KM,
    seed: int = SEED,
    **ways: Any,
) -> pd.DataFrame:
    """Count in how many other worlds each city has which form.

    In each world all populations and points are disturbed and the thresholds drawn once
    (:func:`scsreport.typology.worlds.world`); roads and footprints stay.

    Parameters
    ----------
    number : int, default 1,000
        Worlds, 1 to 100,000. World *k* is the same one, however many there are.
    country : str, optional
        ISO alpha-2 code of a country, whose cities alone are typed.
    people, km : float
        How far sizes and points are off, as in :func:`scsreport.typology.worlds.disturbed`.
    seed : int
        Of the random streams.
    **ways
        ``where``, ``workers``, ``keep`` and ``progress``, as in :func:`scsreport.parts.run`.

    Returns
    -------
    DataFrame
        Indexed by ``geonameid``: ``name``, ``country``, ``type`` (the form in the book), ``hub``,
        ``cluster`` and ``corridor`` (shares of the worlds), and ``steady``, the share of the
        worlds in which the city has the form that it has in the book.

    Raises
    ------
    ValueError, TypeError
        If a number is out of bounds or the country has no typed city.
    PartError
        As in :func:`scsreport.parts.run`.

    Examples
    --------
    >>> forms(2, country="LK").columns.tolist()
    ['name', 'country', 'type', 'hub', 'cluster', 'corridor', 'steady']
    """
    number = checks.whole("number", number, 1, MOST_WORLDS)
    tables = classification.inputs_of(country)
    cities = tables.pop("cities")
    one = partial(_world, cities=cities.index, people=people, km=km, **tables)
    found: list[Any] = parts.run(one, range(number), seed=seed, **ways)
    counts = sum((np.eye(len(FORMS), dtype=int)[codes] for codes in found), start=0)
    shares = pd.DataFrame(counts, cities.index, list(FORMS)) / number
    of_book = classification.typed()["type"].reindex(cities.index)
    same = pd.get_dummies(of_book).reindex(columns=list(FORMS))
    table: pd.DataFrame = cities[["name", "country"]].assign(type=of_book)
    table[list(FORMS)] = shares
    table["steady"] = (shares * same).sum(axis=1)
    return table


def _world(number: int, rng: np.random.Generator, *, cities: "pd.Index[Any]", **tables: Any) -> Any:
    """Return the form of each city in one world, as a number."""
    form = worlds.world(cities, rng, **tables)
    return np.array([FORMS.index(name) for name in form], np.int8)


def gap_changes(listed: pd.DataFrame | None = None, **ways: Any) -> pd.DataFrame:
    """Measure the change of the gap between the regions of every country, a country a part.

    Parameters
    ----------
    listed : DataFrame, optional
        As in :func:`scsreport.findings.world_gaps.changes`; by default the panel that a reader has
        added, the first there is of ``dose``, ``regional-income`` and ``growth-in-regions``.
    **ways
        ``where``, ``workers``, ``keep`` and ``progress``, as in :func:`scsreport.parts.run`.

    Returns
    -------
    DataFrame
        What :func:`scsreport.findings.world_gaps.changes` returns.

    Raises
    ------
    ValueError
        If no panel is given and none was added.
    PartError
        As in :func:`scsreport.parts.run`.

    Examples
    --------
    >>> listed = pd.DataFrame(
    ...     {"iso3": "AAA", "country": "A", "year": [1990] * 4 + [2000] * 4,
    ...      "region": list("abcd") * 2, "region_code": list("abcd") * 2, "people": 1e6,
    ...      "gdp_per_head": [1e3, 2e3, 3e3, 4e3, 1e3, 2e3, 4e3, 8e3]})
    >>> bool((gap_changes(listed)["change"] > 0).all())
    True
    """
    listed = _added() if listed is None else checks.frame("listed", listed, ["iso3"])
    countries = sorted(listed["iso3"].unique())
    found = parts.run(partial(_gaps_of, listed=listed), countries, **ways)
    measured = [table for table in found if len(table)]
    if not measured:
        return pd.DataFrame(columns=world_gaps.NAMES)
    together: pd.DataFrame = pd.concat(measured, ignore_index=True)
    return together


def _added() -> pd.DataFrame:
    """Return the panel of regions that was added."""
    for kind in world_gaps.ADDED:
        if (listed := load_added(kind)) is not None:
            return listed
    raise ValueError(
        f"listed: found no panel, expected one or an added file, {' or '.join(world_gaps.ADDED)}; "
        "add it with `scsreport data add KIND FILE`"
    )


def _gaps_of(iso3: str, *, listed: pd.DataFrame) -> pd.DataFrame:
    return world_gaps.changes(listed[listed["iso3"] == iso3])
