"""Other names of cities: earlier ones, those of other languages, and in any script."""

from difflib import SequenceMatcher

import pandas as pd

from scsreport.sources import cities

__all__ = ["other_names"]

AIRPORT = "[A-Z]{3}"
"""GeoNames lists the codes of airports among the names."""

TRANSLITERATED = "(?=.*[a-z])[^A-Z]*"
"""What a program made of a name in another script: no vowels, no capital (``hw z'y myn syty``)."""

ONE_NAME = 0.85
"""Two names that share so much of their letters are spellings of one (Nashik, Nasik)."""


def other_names(
    listed: pd.DataFrame, places: pd.DataFrame, table: pd.DataFrame, second: pd.DataFrame
) -> pd.DataFrame:
    """Derive the table ``city-names``.

    Parameters
    ----------
    listed : DataFrame
        The clean places, with all names.
    places : DataFrame
        The table ``places``: the names of a twin are names of the city itself.
    table : DataFrame
        The table ``cities``. The name that it gives is no other name.
    second : DataFrame
        Of :func:`scsreport.sources.cities.matches`.

    Returns
    -------
    DataFrame
        ``geonameid``, ``name`` and ``in_second_source``, sorted by the first two: whether the
        second source calls the city so, and that is no spelling of the name given, nor that name
        with something before or behind. Of names that differ only in accents, case or signs the
        first is kept.
    """
    names = listed.set_index("geonameid")
    known = pd.concat([names["name"], names["alternatenames"].explode().dropna()])
    known = known.astype("str").rename("name").reset_index()
    twins = places[places["kind"] == "twin"].set_index("geonameid")["part_of"]
    of_city = known["geonameid"].map(twins).fillna(known["geonameid"]).astype("int64")
    known = known.assign(geonameid=of_city, key=cities.key(known["name"]))
    known = known[known["geonameid"].isin(table["geonameid"]) & (known["key"] != "")]
    unsaid = known["name"].str.fullmatch(AIRPORT) | known["name"].str.fullmatch(TRANSLITERATED)
    known = known[~unsaid].sort_values(["geonameid", "name"])
    known = known.drop_duplicates(["geonameid", "key"])
    printed = cities.key(table.set_index("geonameid")["name"].astype("str"))
    others: pd.DataFrame = known[known["key"] != known["geonameid"].map(printed)]
    is_second = others["geonameid"].map(second["key"]) == others["key"]
    given = others["geonameid"].map(printed)
    others = others.assign(
        # As the second source spells it.
        name=others["name"].mask(is_second, others["geonameid"].map(second["city"])),
        in_second_source=[
            found and _is_other(*keys)
            for found, *keys in zip(is_second, others["key"], given, strict=True)
        ],
    )
    others = others.sort_values(["geonameid", "name"], ignore_index=True)
    return others[["geonameid", "name", "in_second_source"]]


def _is_other(key: str, given: str) -> bool:
    """Say whether a name is more than another spelling or another form of one that is given."""
    alike = SequenceMatcher(a=key, b=given, autojunk=False).ratio() >= ONE_NAME
    return not (alike or key in given or given in key)
