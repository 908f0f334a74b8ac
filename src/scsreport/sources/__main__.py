"""``python -m scsreport.sources`` rebuilds ``data/`` (``... manifest`` only describes it anew).

``... aggregates FILE`` and ``... gaps FILE`` make the tables that come from an official file, which
is never stored; ``... links FILE FILE`` takes both. ``... access`` and ``... curve`` run the
roads and the declared specifications again, ``... joint`` the games,
``... levels`` investment at four levels.
"""

import io
import logging
import sys
import warnings
from typing import Any

import pandas as pd

from scsreport import citysize, growth
from scsreport.findings import cases, collaboration, gaps, infrastructure
from scsreport.tables import official_files, paths
from scsreport.findings import forms as results
from scsreport.tables.datasets import write_atomically
from scsreport.findings import access, level_results, validation
from scsreport.sources import (
    cities,
    countries,
    functions,
    graphs,
    indicators,
    ports_and_airports,
    regional_accounts,
    roads,
    shapes,
)
from scsreport.tables import manifest

log = logging.getLogger("scsreport.sources")
COUNTRIES_WITH_TAIL = 10
# Fixed, so that the same rows give the same bytes.
PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 19, "index": False}
OTHERS = {  # tables that no other table needs
    "ports": ports_and_airports.ports, "airports": ports_and_airports.airports, "indicators": indicators.indicators,
    "institutions": indicators.institutions, "income": indicators.income,
    "exchange-rates": indicators.exchange_rates,
    "worldbank": indicators.worldbank, "jobs": indicators.jobs, "regional-output": regional_accounts.regional,
    "mexico": regional_accounts.mexico, "us-states": regional_accounts.us_states, "us-capital": regional_accounts.us_capital,
}  # fmt: skip


def save(name: str, table: pd.DataFrame) -> None:
    """Write one table to where the manifest says, as CSV or Parquet."""
    file = paths.DATA / manifest.describe()[name]["path"]
    if file.suffix == ".csv":
        content = table.to_csv(index=False, lineterminator="\n").encode()
    else:
        buffer = io.BytesIO()
        # Ends of links rise slowly: their differences take a sixth of a dictionary's room.
        ends = dict.fromkeys(table.columns.intersection(graphs.ENDS), "DELTA_BINARY_PACKED")
        others = list(table.columns.difference(graphs.ENDS))
        table.to_parquet(buffer, **PARQUET, use_dictionary=others, column_encoding=ends or None)
        content = buffer.getvalue()
    write_atomically(file, content)
    log.info("%s: %d rows, %d bytes", file.name, len(table), len(content))


def tails(listed: pd.DataFrame, footprints: pd.DataFrame) -> pd.DataFrame:
    """Fit the upper tail of the world's places, cities and footprints, and of large systems.

    Parameters
    ----------
    listed : DataFrame
        The table ``places``; the fit of all of them takes a minute and a half, but only there can
        the threshold lie anywhere: among cities of 100,000 it falls on that floor.
    footprints : DataFrame
        The table ``footprints``.
    """
    # A few capitals are listed below the floor of the table, some of them without people.
    every = listed[(listed["kind"] == "city") & (listed["population"] >= 15_000)]
    whole = every[every["population"] >= cities.CITY]
    samples = {
        ("places", ""): every["population"],
        ("cities", ""): whole["population"],
        ("footprints", ""): footprints.loc[footprints["population"] >= cities.CITY, "population"],
    }
    for country in whole["country"].value_counts().index[:COUNTRIES_WITH_TAIL]:
        samples["cities", country] = whole.loc[whole["country"] == country, "population"]
    rows = []
    for (unit, country), sizes in samples.items():
        fit = citysize.tail_fit(sizes)._asdict()
        rows.append({"unit": unit, "country": country, **fit, "n": len(sizes)})
    return pd.DataFrame(rows).round(4)


def build() -> None:
    """Run all steps and write every derived table."""
    listed = cities.listed()
    middles, cells = cities.urban_centres()
    places = cities.places(listed, middles, cells)
    states = countries.derive(places)
    polygons = shapes.admin1()
    large = places[places["population"] >= cities.CITY]
    joined = shapes.join(large, polygons)
    table = cities.cities(places, listed, states, joined)
    footprints = cities.footprints(places, table, middles, cells)
    checked = cities.check(places, footprints)
    made: dict[str, pd.DataFrame] = {
        "places": places,
        "countries": states,
        "cities": table,
        "footprints": footprints,
        "footprint-check": checked,
        "regions": shapes.regions(polygons),
        "borders": shapes.borders(countries.codes()),
        "tails": tails(places, footprints),
        "growth-of-countries": regional_accounts.growth_of_countries(),
        **{name: make() for name, make in OTHERS.items()},
        **roads.tables(table, places),
    }
    made["region-coast"] = functions.of_regions(made["regions"], made["borders"])
    made["city-functions"] = functions.of_cities(
        table, made["city-nodes"], made["airports"], made["ports"], made["borders"]
    )
    for name, frame in made.items():
        save(name, frame)
    for name, frame in validation.tables().items():  # made from the tables just written
        save(name, frame)
    save("city-access", access.access().round(1))
    save("specification-curve", infrastructure.run())
    save("joint-savings", collaboration.table())
    for name, frame in level_results.tables().items():
        save(name, frame)
    for line in countries.checks(states, places):
        log.info("%s", line)
    for column in ("region_join", "kind", "admin_rank"):
        log.info("%s: %s", column, table[column].value_counts(dropna=False).to_dict())
    log.info("second source: %d cities", table["population_agglomeration"].notna().sum())
    log.info("footprints of all: %d\n%s", cells["footprint"].nunique(), checked.to_string())


def aggregates(file: str) -> None:
    """Write what is kept of World Urbanization Prospects: counts and growth of groups."""
    listed = official_files.read("wup2018", file)
    for name, make in growth.AGGREGATES.items():
        save(name, make(listed))
    save("wup-forms", growth.growth_by_form(listed, results.points()))
    save("wup-named", growth.growth_of_named(listed, cases.named(listed)))


def regional(file: str) -> None:
    """Write what is kept of official population by region: indices by country."""
    people = official_files.read("regional-population", file)
    for name, make in gaps.AGGREGATES.items():
        save(name, make(people))


def linked(listed: str, people: str) -> None:
    """Write what is kept of growth and output against access: regressions."""
    files = official_files.read("wup2018", listed), official_files.read("regional-population", people)
    save("access-regressions", access.regressions(*files))


def main(words: list[str]) -> None:
    """Build, unless only the manifest is asked for, then describe what lies in ``data/``."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # The reader of R files does not know the class of a column that is not used.
    warnings.filterwarnings("ignore", "Missing constructor for R class")
    if words[:1] == ["aggregates"]:
        aggregates(*words[1:])
    elif words[:1] == ["gaps"]:
        regional(*words[1:])
    elif words[:1] == ["links"]:
        linked(*words[1:])
    elif words == ["access"]:
        save("city-access", access.access().round(1))
    elif words == ["curve"]:
        save("specification-curve", infrastructure.run())
    elif words == ["levels"]:
        for name, frame in level_results.tables().items():
            save(name, frame)
    elif words == ["joint"]:
        save("joint-savings", collaboration.table())
    elif words != ["manifest"]:
        build()
    for name in manifest.write():
        log.warning("%s is described but has no file", name)


if __name__ == "__main__":
    main(sys.argv[1:])
