"""Other names of cities: earlier ones, those of other languages, and in any script."""

import pandas as pd

from scsreport.sources import cities

__all__ = ["other_names"]

AIRPORT = "[A-Z]{3}"
"""GeoNames lists the codes of airports among the names."""

TRANSLITERATED = "(?=.*[a-z])[^A-Z]*"
"""What a program made of a name in another script: no vowels, no capital (``hw z'y myn syty``)."""


def other_names(listed: pd.DataFrame, places: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``city-names``.

    Parameters
    ----------
    listed : DataFrame
        The clean places, with all names.
    places : DataFrame
        The table ``places``: the names of a twin are names of the city itself.
    table : DataFrame
        The table ``cities``. The name that it gives is no other name.

    Returns
    -------
    DataFrame
        ``geonameid`` and ``name``, in this order. Of names that differ only in accents, case or
        signs the first is kept.
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
    return others[["geonameid", "name"]].reset_index(drop=True)
