"""What a reader gave that counts for less than it seems to, or for nothing: told in the brief."""

from collections.abc import Iterator, Sequence

import pandas as pd

from scsreport.brief import consistency, pieces
from scsreport.brief.reading import Table
from scsreport.brief.settings import Settings
from scsreport.brief.ways import MOST_CITIES
from scsreport.exhibits import text

__all__ = ["idle"]

MOST_NAMES = 8
"""Names that are listed; how many more there are stands behind them."""


def idle(
    cities: Table | None, regions: Table | None, roads: Table | None, settings: Settings
) -> list[str]:
    """Return a sentence on each part of a reader's files that is used in part only.

    Parameters
    ----------
    cities, regions, roads : Table, optional
        As judged.
    settings : Settings
        With speeds by class.

    Returns
    -------
    list of str
    """
    told = [] if regions is None else list(_of_regions(cities, regions))
    if cities is not None:
        told += _of_cities(cities, settings)
    return told if roads is None else [*told, *_of_roads(roads, settings)]


def _of_regions(cities: Table | None, regions: Table) -> Iterator[str]:
    rows = regions.rows
    if cities is not None:
        lacking = consistency.lacking_regions(cities.rows, rows)
        if lacking:
            yield pieces.say("idle", "regions", names=_named(lacking), file=regions.file)
    ends = [set(rows.loc[rows["year"] == year, "region"]) for year in _ends(rows)]
    once = [str(name) for name in rows["region"].drop_duplicates() if name not in ends[0] & ends[1]]
    if once and len(set(_ends(rows))) > 1:
        first, last = _ends(rows)
        yield pieces.say("idle", "years", names=_named(once), first=first, last=last)


def _ends(rows: pd.DataFrame) -> tuple[int, int]:
    return int(rows["year"].min()), int(rows["year"].max())


def _of_cities(cities: Table, settings: Settings) -> Iterator[str]:
    large = int((cities.rows["population"] >= settings.thresholds.size_floor).sum())
    if large > MOST_CITIES:
        yield pieces.say("idle", "ways", most=MOST_CITIES, rest=large - MOST_CITIES)


def _of_roads(roads: Table, settings: Settings) -> Iterator[str]:
    """Yield classes without a speed of their own, where others have one."""
    classes = sorted(roads.rows["class"].dropna().unique())
    without = [name for name in classes if name not in settings.speeds]
    if settings.speeds and without:
        yield pieces.say("idle", "speeds", names=_named(without), kmh=f"{settings.kmh:g}")


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return text.listing([*names[:MOST_NAMES], f"{more:,} more"] if more > 0 else list(names))
