"""What a brief is measured on: a reader's tables where they are given, the book's for the rest."""

from dataclasses import dataclass

import pandas as pd

from scsreport.brief import ways
from scsreport.brief.consistency import box_of
from scsreport.brief.countries import Country
from scsreport.brief.reading import Table
from scsreport.brief.settings import Settings
from scsreport.findings.counting import COUNTINGS, units
from scsreport.tables.datasets import load

__all__ = ["Ground", "ground_of"]


@dataclass(frozen=True)
class Ground:
    """The tables of one country, all in the columns of the book.

    Parameters
    ----------
    country : Country
        Which.
    places : DataFrame
        By number: ``id``, ``name``, ``region``, ``country``, ``lat``, ``lon``, ``population``,
        ``kind``, ``is_primary``, ``footprint``, ``footprint_population``,
        ``in_primary_footprint``.
    countings : tuple of str
        The ways of counting that the places admit.
    pairs : DataFrame or None
        Ways by road: two numbers, ``km`` and ``minutes``.
    regions : DataFrame or None
        A reader's regions by year.
    outline, parts : DataFrame or None
        Land to draw on: the country and its regions.
    roads_of : {"file", "book", ""}
        Whose roads they are.
    """

    country: Country
    places: pd.DataFrame
    countings: tuple[str, ...]
    pairs: pd.DataFrame | None
    regions: pd.DataFrame | None
    outline: pd.DataFrame | None
    parts: pd.DataFrame | None
    roads_of: str

    @property
    def has_footprints(self) -> bool:
        """Whether it is known which cities make one built-up area."""
        return len(self.countings) > 1


def ground_of(
    country: Country,
    settings: Settings,
    cities: Table | None = None,
    regions: Table | None = None,
    roads: Table | None = None,
) -> Ground:
    """Put the tables of a country together.

    Parameters
    ----------
    country : Country
        With codes, unless ``cities`` are given.
    settings : Settings
        Speeds, and the size of a city.
    cities, regions, roads : Table, optional
        Files of a reader.

    Returns
    -------
    Ground
    """
    places = _places_of_book(country) if cities is None else _places_of_file(cities, country)
    whose, pairs = _ways(country, settings, places, cities, roads)
    outline, parts = _land(country)
    has_footprints = bool(places["footprint"].notna().any())
    return Ground(
        country,
        places,
        COUNTINGS if has_footprints else COUNTINGS[:1],
        pairs,
        None if regions is None else regions.rows,
        outline,
        parts,
        whose,
    )


def _places_of_book(country: Country) -> pd.DataFrame:
    """Return the listed places of a country, with the names of regions where they are known."""
    places = units()[units()["country"] == country.country]
    named = load("cities").set_index("geonameid")["region_name"]
    region = named.reindex(places.index)
    return places.assign(id=places["name"], region=region)


def _places_of_file(cities: Table, country: Country) -> pd.DataFrame:
    """Return a reader's cities in the columns of the book's places, the largest first."""
    rows = cities.rows.sort_values("population", ascending=False, kind="stable")
    rows = rows.reset_index(drop=True).rename_axis("geonameid")
    codes = pd.Series(pd.factorize(rows["footprint"])[0], rows.index)
    footprint = codes.where(codes >= 0).astype("Int64")
    together = rows["population"].groupby(footprint).transform("sum").reindex(rows.index)
    is_primary = pd.Series(rows.index == 0, rows.index)
    with_primary = (footprint == footprint.iloc[0]).fillna(False).astype(bool)
    return rows.assign(
        country=country.country or country.name,
        kind="city",
        is_primary=is_primary,
        footprint=footprint,
        footprint_population=together,
        in_primary_footprint=is_primary | with_primary,
    )


def _land(country: Country) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Return the outline of a country and of its regions, where the book has them."""
    borders = load("borders")
    outline = borders[borders["country"] == country.country]
    if not country.country or outline.empty:
        return None, None
    regions = load("regions")
    return outline, regions[regions["country"] == country.country]


def _ways(
    country: Country,
    settings: Settings,
    places: pd.DataFrame,
    cities: Table | None,
    roads: Table | None,
) -> tuple[str, pd.DataFrame | None]:
    """Return whose roads count, and the ways between cities over them."""
    if cities is None:
        return "book", _pairs_of_book(settings, places)
    if roads is not None:
        speeds = dict(settings.speeds)
        links = ways.links_of_file(roads.rows, places["id"], settings.kmh, speeds)
        return "file", ways.pairs(_among(links, _largest(places, settings)), settings.kmh)
    box = box_of(country)
    if box is None:
        return "", None
    links = ways.links_of_book(places.loc[_largest(places, settings)], box, settings.kmh)
    found = ways.pairs(links, settings.kmh)
    return "book", None if found is None else ways.without_winding(found, places)


def _largest(places: pd.DataFrame, settings: Settings) -> "pd.Index[int]":
    """Return the cities between which ways are looked for."""
    large = places[places["population"] >= settings.thresholds.size_floor]
    return large.nlargest(ways.MOST_CITIES, "population").index


def _among(links: ways.Links, numbers: "pd.Index[int]") -> ways.Links:
    return ways.Links(links.table, links.node[numbers], links.leg[numbers])


def _pairs_of_book(settings: Settings, places: pd.DataFrame) -> pd.DataFrame | None:
    table = load("road-distances")
    ends = table[["geonameid_a", "geonameid_b"]]
    inside = table[ends.isin(places.index).all(axis=1)]
    if inside.empty:
        return None
    return inside.assign(minutes=60 * inside["km"] / settings.kmh)
