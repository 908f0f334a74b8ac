"""``python -m scsreport.sources`` makes the tables of ``data/`` from packages (``make data``).

It knows no finding: what is computed from these tables and kept is redone by ``make results``.
"""

import logging
import warnings
from pathlib import Path

import click
import pandas as pd

from scsreport.sources import (
    addresses,
    by_hand,
    cities,
    city_names,
    countries,
    functions,
    indicators,
    kept,
    matching,
    ports_and_airports,
    regional_accounts,
    roads,
    shapes,
)
from scsreport.tables import datasets, manifest, paths

log = logging.getLogger("scsreport.sources")
OTHERS = {  # tables that no other table needs
    "airports": ports_and_airports.airports,
    "indicators": indicators.indicators,
    "institutions": indicators.institutions,
    "income": indicators.income,
    "income-groups": indicators.income_groups,
    "exchange-rates": indicators.exchange_rates,
    "worldbank": indicators.worldbank,
    "jobs": indicators.jobs,
    "regional-output": regional_accounts.regional,
    "mexico": regional_accounts.mexico,
    "us-states": regional_accounts.us_states,
    "us-capital": regional_accounts.us_capital,
}


def build() -> None:
    """Run all steps and write every derived table."""
    listed = cities.listed()
    middles, cells = cities.urban_centres()
    places = cities.places(listed, middles, cells)
    states = countries.derive(places)
    polygons = shapes.admin1()
    codes = countries.codes()
    outlines = shapes.outlines(codes)
    joined = shapes.join(places[places["population"] >= cities.CITY], polygons)
    table = cities.cities(places, listed, states, joined)
    footprints = cities.footprints(places, table, middles, cells)
    checked = cities.check(places, footprints)
    made: dict[str, pd.DataFrame] = {
        "places": places,
        "countries": states,
        "cities": table,
        "city-names": city_names.other_names(listed, places, table, cities.matches(places, listed)),
        "footprints": footprints,
        "footprint-check": checked,
        "regions": shapes.regions(polygons),
        "borders": shapes.borders(outlines, codes),
        "city-addresses": addresses.of_cities(addresses.points(), places, table),
        "growth-of-countries": regional_accounts.growth_of_countries(),
        **{name: make() for name, make in OTHERS.items()},
        **roads.tables(table, places),
    }
    shores = functions.edges(outlines)
    made["ports"] = ports_and_airports.ports(shores[0], table, made["city-names"])
    made["region-coast"] = functions.of_regions(made["regions"], shores[0])
    made["city-functions"] = functions.of_cities(table, made, shores, middles, cells)
    made |= matching.tables(table, made["city-names"])
    for name, frame in made.items():
        file = manifest.save(name, frame)
        log.info("%s: %d rows, %d bytes", file.name, len(frame), file.stat().st_size)
    for line in countries.checks(states, places):
        log.info("%s", line)
    for column in ("region_join", "kind", "admin_rank"):
        log.info("%s: %s", column, table[column].value_counts(dropna=False).to_dict())
    log.info("second source: %d cities", table["population_agglomeration"].notna().sum())
    log.info("footprints of all: %d\n%s", cells["footprint"].nunique(), checked.to_string())


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Make the tables of data/ from published packages: some minutes, for authors.

    Without a command all tables are made. What is stored of results is redone by
    `make results`.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # The reader of R files does not know the class of a column that is not used.
    warnings.filterwarnings("ignore", "Missing constructor for R class")
    if context.invoked_subcommand is None:
        build()
        describe()


@main.command("manifest")
def describe_only() -> None:
    """Only describe the files of data/ anew: after a change by hand, such as a row of a table.

    What breaks the schema of a changed table is told with its line, and nothing is described then.
    """
    changed = by_hand.altered()
    before = paths.MANIFEST.read_bytes() if paths.MANIFEST.exists() else None
    describe()
    datasets.forget()
    if problems := by_hand.faults(changed):
        if before is not None:
            datasets.write_atomically(paths.MANIFEST, before)
        lines = "\n".join(str(problem) for problem in problems)
        raise click.ClickException(f"nothing was described anew. Mend first:\n{lines}")
    for name in changed:
        click.echo(f"described anew: {datasets.resource(name).label}")


@main.command("kept")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def make_kept(folder: Path) -> None:
    """Make anew, from the original files in FOLDER, the tables that no package has.

    `make data` leaves them as they are, and matches cities to them.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for name, frame in kept.tables(folder).items():
        log.info("%s: %d rows", manifest.save(name, frame).name, len(frame))
    describe()


def describe() -> None:
    """Write the manifest of the files that lie in ``data/`` now."""
    for name in manifest.write():
        log.warning("%s is described but has no file", name)


if __name__ == "__main__":
    main(prog_name="python -m scsreport.sources")
