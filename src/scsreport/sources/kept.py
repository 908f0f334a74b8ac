"""Tables made from files that no registry has: ``make data`` leaves them as they are.

Their licences let the project pass a table on. Who has the original files makes the tables anew
with ``python -m scsreport.sources kept FOLDER``; ``kept.yml`` pins the bytes of the originals.
"""

import io
from pathlib import Path

import numpy as np
import pandas as pd

from scsreport.sources import declared, packages
from scsreport.tables.country_names import other_spellings, short_names

__all__ = ["TABLES", "air_routes", "route_airports", "sister_places", "sister_ties", "tables"]

TABLES = ("air-routes", "route-airports", "sister-places", "sister-ties")
ROUTES, AIRPORTS = "openflights-routes.dat.gz", "openflights-airports.dat.gz"
PLACES, TIES = "sister-cities-places.csv", "sister-cities-ties.csv"

ROUTE_COLUMNS = {0: "airline", 2: "origin", 4: "destination", 6: "code_share"}
"""By position in the file of routes, which bears no headings."""

AIRPORT_COLUMNS = {4: "iata", 1: "name", 2: "city", 3: "country", 6: "lat", 7: "lon"}
"""By position in the file of airports, which bears no headings."""


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Make every kept table from the original files.

    Parameters
    ----------
    folder : Path
        Where the files of ``kept.yml`` lie.

    Returns
    -------
    dict of str to DataFrame
        By name of the table.

    Raises
    ------
    SourceError
        If a file is missing or is not the one that was pinned.
    """
    routes = air_routes(_headless(folder, ROUTES, ROUTE_COLUMNS))
    return {
        "air-routes": routes,
        "route-airports": route_airports(_headless(folder, AIRPORTS, AIRPORT_COLUMNS), routes),
        "sister-places": sister_places(pd.read_csv(_original(folder, PLACES))),
        "sister-ties": sister_ties(pd.read_csv(_original(folder, TIES))),
    }


def air_routes(rows: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``air-routes``: airlines are counted, of each pair once.

    Parameters
    ----------
    rows : DataFrame
        One row an airline and pair: ``airline``, ``origin``, ``destination`` and ``code_share``,
        "Y" where the airline sells what another one flies.

    Returns
    -------
    DataFrame
        One row a directed pair of airports, in order.
    """
    sold = rows["code_share"] == "Y"
    counted = rows.assign(airlines=rows["airline"].mask(sold), code_shares=rows["airline"][sold])
    pairs = counted.groupby(["origin", "destination"])
    return pairs[["airlines", "code_shares"]].nunique().reset_index()


def route_airports(rows: pd.DataFrame, routes: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``route-airports``: one row an airport that some route names.

    Parameters
    ----------
    rows : DataFrame
        All airports of the file: the columns of :data:`AIRPORT_COLUMNS`.
    routes : DataFrame
        The table ``air-routes``.

    Returns
    -------
    DataFrame
        In order of their codes; those that the file of airports does not know have a code alone.
    """
    codes = np.union1d(routes["origin"], routes["destination"])
    known = rows.drop_duplicates("iata").set_index("iata").reindex(codes).rename_axis("iata")
    known["country"] = known["country"].map(_codes_of_countries())
    known[["lat", "lon"]] = known[["lat", "lon"]].astype(float).round(4)
    return known.reset_index()


def sister_places(rows: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``sister-places``.

    Parameters
    ----------
    rows : DataFrame
        One row a place: ``wikidata``, ``name``, ``country``, ``lat``, ``lon`` and others.

    Returns
    -------
    DataFrame
        In order of the Wikidata item.
    """
    frame = rows[["wikidata", "name", "country", "lat", "lon"]].copy()
    country = frame["country"].map(_codes_of_countries())
    frame["country"] = frame["wikidata"].map(declared.read("names")["places"]).fillna(country)
    return frame.sort_values("wikidata", ignore_index=True)


def sister_ties(rows: pd.DataFrame) -> pd.DataFrame:
    """Derive the table ``sister-ties``: a tie has no direction, and is there once.

    Parameters
    ----------
    rows : DataFrame
        ``a`` and ``b``: Wikidata items.

    Returns
    -------
    DataFrame
        ``a`` before ``b``, in order.
    """
    pairs = np.sort(rows[["a", "b"]].to_numpy(dtype=str), axis=1)
    frame = pd.DataFrame(pairs, columns=["a", "b"]).drop_duplicates()
    return frame[frame["a"] != frame["b"]].sort_values(["a", "b"], ignore_index=True)


def _codes_of_countries() -> dict[str, str]:
    """Return the code of each country by every name that the book or ``names.yml`` knows."""
    printed = {name: str(code) for code, name in short_names("country").items()}
    others = {name: code for code, names in other_spellings("country").items() for name in names}
    further: dict[str, str] = declared.read("names")["countries"]
    return printed | others | further


def _headless(folder: Path, name: str, columns: dict[int, str]) -> pd.DataFrame:
    """Read some columns of a file without headings, in which ``NA`` is text."""
    rows = pd.read_csv(
        _original(folder, name),
        compression="gzip",
        header=None,
        usecols=list(columns),
        na_values=["\\N"],
        keep_default_na=False,
    )
    return rows[list(columns)].rename(columns=columns)


def _original(folder: Path, name: str) -> io.BytesIO:
    """Return the bytes of an original file once they are those that were pinned."""
    file = folder / name
    if not file.is_file():
        wanted = ", ".join(declared.read("kept"))
        raise packages.SourceError(f"{file}: no such file; expected in this folder: {wanted}")
    content = file.read_bytes()
    packages.compare("kept tables", str(file), content, declared.read("kept")[name])
    return io.BytesIO(content)
