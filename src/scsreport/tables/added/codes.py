"""Codes of countries and regions, and which one is meant by another."""

import difflib
import re
from functools import cache

from scsreport.tables.datasets import load

__all__ = ["country_meant", "country_names", "known_countries", "known_regions", "plain"]

ALIASES = {
    **dict.fromkeys(["XKO", "XKV", "XKS", "KSV", "KOS", "RKS", "UNK", "KOSOVO"], "XKX"),
    # codes that were withdrawn, or are those of other lists: World Bank, sports, vehicles
    **{"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "WBG": "PSE", "ADO": "AND", "IMY": "IMN"},
    **{"GER": "DEU", "SUI": "CHE", "NED": "NLD", "DEN": "DNK", "GRE": "GRC", "POR": "PRT"},
    **{"RSA": "ZAF", "INA": "IDN", "CHI": "CHL", "UK": "GBR", "ENG": "GBR", "BUL": "BGR"},
    **{"CRO": "HRV", "SLO": "SVN", "LAT": "LVA", "PHI": "PHL", "MAS": "MYS", "VIE": "VNM"},
    **{"KSA": "SAU", "UAE": "ARE", "NGR": "NGA", "TAN": "TZA", "ZAM": "ZMB", "ZIM": "ZWE"},
    **{"PAR": "PRY", "URU": "URY", "ESA": "SLV", "GUA": "GTM", "HON": "HND", "NCA": "NIC"},
    **{"CRC": "CRI", "ALG": "DZA", "LIB": "LBN", "SRI": "LKA", "MYA": "MMR", "CAM": "KHM"},
    **{"SCG": "SRB", "YUG": "SRB", "BUR": "BFA", "DRC": "COD", "USSR": "RUS"},
}
LOOKALIKES = str.maketrans("015", "OIS")


def plain(code: str) -> str:
    """Return a code without case, spaces and signs, by which two of them are compared.

    Parameters
    ----------
    code : str
        A code or a name.

    Returns
    -------
    str
    """
    return re.sub(r"[\W_]+", "", code).casefold()


@cache
def country_names() -> dict[str, str]:
    """Return the names of countries and territories by ISO 3166-1 alpha-3 code."""
    return dict(load("countries").set_index("iso3")["name"])


def known_countries() -> frozenset[str]:
    """Return the ISO alpha-3 codes of countries and territories; XKX stands for Kosovo."""
    return frozenset(country_names())


@cache
def _by_other_names() -> dict[str, str]:
    """Return alpha-3 codes by everything else a country goes by: names, ISO2, M49, aliases."""
    countries = load("countries")
    areas = load("un-areas")
    found = dict(zip(countries["name"].map(plain), countries["iso3"], strict=True))
    found |= dict(zip(countries["country"].map(plain), countries["iso3"], strict=True))
    found |= dict(zip(areas["m49"].astype(str), areas["iso3"], strict=True))
    found |= {plain(alias): code for alias, code in ALIASES.items()}
    return found | {plain(code): code for code in countries["iso3"]}


def country_meant(found: str, region_code: str = "") -> str:
    """Return the ISO alpha-3 code that is meant by something else; empty where nobody knows.

    Parameters
    ----------
    found : str
        What stands where a code should.
    region_code : str
        Code of the region in the same row, which may begin with that of its country.

    Returns
    -------
    str
    """
    others = _by_other_names()
    key = plain(found)
    candidates = [key, key.lstrip("0"), plain(found.upper().translate(LOOKALIKES))]
    for candidate in candidates:
        if candidate in others:
            return others[candidate]
    begin = region_code[:3].upper()
    if begin in known_countries():
        return begin
    near = difflib.get_close_matches(key, others, 1, 0.85) if len(key) > 4 else []
    return others[near[0]] if near else ""


@cache
def known_regions() -> dict[str, dict[str, str]]:
    """Return by country the codes of regions whose output the project holds, with their names."""
    table = load("region-crosswalk").dropna(subset="region_code")
    return {
        str(iso3): dict(zip(rows["region_code"], rows["region"], strict=True))
        for iso3, rows in table.groupby("iso3")
    }
