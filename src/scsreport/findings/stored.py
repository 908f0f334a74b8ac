"""The results that take too long for a page, and are kept in ``data/``.

Each is declared once: the function, the tables that it makes and those that it reads.
``make results`` redoes what was made by other code, or from other tables, than today's;
``scsreport data check`` names it.
"""

import importlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import click
import pandas as pd

from scsreport.tables import datasets, manifest, paths, provenance
from scsreport.tables.official_files import AddedError, load_added
from scsreport.tables.schema import Problem

__all__ = [
    "STORED",
    "Stored",
    "redo",
    "stale",
]

log = logging.getLogger("scsreport.findings.stored")

WEIGHTS = paths.PACKAGE / "typology" / "weights.toml"
PLACE_TABLES = ("places", "road-distances", "footprints")
Result = pd.DataFrame | Mapping[str, pd.DataFrame | str]


@dataclass(frozen=True)
class Stored:
    """One slow function, and what is kept of it.

    Attributes
    ----------
    function : str
        Dotted, from ``scsreport`` on. It returns a table, or several by name.
    tables : tuple of str
        The tables of ``data/`` that it makes.
    inputs : tuple of str
        The tables of ``data/`` that it reads.
    official_files : tuple of str
        Kinds of official files that it is handed, which the project may not hold.
    seconds : int
        About how long it takes on two cores.
    """

    function: str
    tables: tuple[str, ...]
    inputs: tuple[str, ...]
    official_files: tuple[str, ...] = ()
    seconds: int = 1

    @property
    def name(self) -> str:
        """What messages and commands call it: its first table."""
        return self.tables[0]

    def call(self) -> Callable[..., Result]:
        """Return the function."""
        module, _, name = self.function.rpartition(".")
        function: Callable[..., Result] = getattr(importlib.import_module(module), name)
        return function


FINDINGS = "scsreport.findings"
REGIONAL_TABLES = (
    "regional-output",
    "mexico",
    "us-states",
    "region-crosswalk",
    "region-coast",
    "cities",
    "city-forms",
)
TIE_TABLES = (
    "cities",
    "city-forms",
    "city-functions",
    "air-routes",
    "airport-cities",
    "sister-cities",
    "sister-ties",
)
COVERED_TIE_TABLES = (*TIE_TABLES, "airports", "route-airports")
ACCESS_TABLES = ("cities", "city-access", "city-forms", "city-functions", "road-distances")

STORED = (
    Stored(
        f"{FINDINGS}.validation.fitted",
        ("typology-scores", "typology-held-out", "typology-weights"),
        (*PLACE_TABLES, "typology-labels"),
        seconds=120,
    ),
    Stored(
        f"{FINDINGS}.validation.typed",
        ("city-forms", "systems", "system-members"),
        PLACE_TABLES,
        seconds=5,
    ),
    Stored(
        f"{FINDINGS}.validation.robustness",
        ("form-stability", "form-groups"),
        PLACE_TABLES,
        seconds=60,
    ),
    Stored(f"{FINDINGS}.credibility.doubts", ("city-doubts",), ("cities", "footprints")),
    Stored(f"{FINDINGS}.systems.tails", ("tails",), ("places", "footprints"), seconds=120),
    Stored(
        f"{FINDINGS}.access.access",
        ("city-access",),
        ("cities", "city-nodes", "roads", "road-distances"),
        seconds=60,
    ),
    Stored(
        f"{FINDINGS}.collaboration.joint_savings",
        ("joint-savings",),
        ("cities", "city-forms", "facilities", "road-distances", "system-members"),
        seconds=60,
    ),
    Stored(
        f"{FINDINGS}.levels.tables",
        ("levels", "level-types", "level-runs"),
        (*ACCESS_TABLES, "footprints", "systems", "system-members"),
        seconds=180,
    ),
    Stored(f"{FINDINGS}.networks.reach_abroad", ("network-reach",), COVERED_TIE_TABLES, seconds=10),
    Stored(f"{FINDINGS}.networks.mixing", ("network-mixing",), TIE_TABLES, seconds=10),
    Stored(f"{FINDINGS}.networks.nulls", ("network-nulls",), TIE_TABLES, seconds=120),
    Stored(f"{FINDINGS}.networks.communities", ("network-communities",), TIE_TABLES, seconds=10),
    Stored(
        f"{FINDINGS}.functions_by_form.beyond_size",
        ("functions-by-form",),
        COVERED_TIE_TABLES,
        seconds=30,
    ),
    Stored(
        f"{FINDINGS}.functions_by_form.variants",
        ("functions-variants",),
        (*TIE_TABLES, "route-airports"),
        seconds=20,
    ),
    Stored("scsreport.growth.size_classes", ("wup-size-classes",), (), ("wup2018",)),
    Stored("scsreport.growth.growth_by_period", ("wup-growth",), (), ("wup2018",), seconds=20),
    Stored("scsreport.growth.gaps_by_period", ("wup-gaps",), (), ("wup2018",), seconds=5),
    Stored(
        f"{FINDINGS}.forms.growth_in_list",
        ("wup-forms",),
        ("cities", "city-forms", "city-functions"),
        ("wup2018",),
        seconds=5,
    ),
    Stored(f"{FINDINGS}.cases.growth_in_list", ("wup-named",), ("regions",), ("wup2018",)),
    Stored(
        f"{FINDINGS}.gaps.changes",
        ("gap-changes",),
        REGIONAL_TABLES,
        ("regional-population",),
        seconds=30,
    ),
    Stored(
        f"{FINDINGS}.gaps.joins",
        ("gap-joins",),
        (*REGIONAL_TABLES, "worldbank"),
        ("regional-population",),
    ),
    Stored(f"{FINDINGS}.gaps.parts", ("gap-parts",), REGIONAL_TABLES, ("regional-population",)),
    Stored(
        f"{FINDINGS}.world_gaps.changes",
        ("world-gap-changes",),
        ("cities",),
        ("growth-in-regions",),
        seconds=40,
    ),
    Stored(
        f"{FINDINGS}.system_gaps.changes",
        ("system-gap-changes",),
        (*REGIONAL_TABLES, "system-members"),
        ("regional-population",),
        seconds=10,
    ),
    Stored(
        f"{FINDINGS}.infrastructure.run",
        ("specification-curve",),
        (
            "infrastructure-items",
            "specifications",
            "countries",
            "indicators",
            "institutions",
            "airports",
            "worldbank",
            "gap-changes",
        ),
        seconds=60,
    ),
    Stored(
        f"{FINDINGS}.access.regressions",
        ("access-regressions",),
        (*ACCESS_TABLES, "countries", *REGIONAL_TABLES),
        ("wup2018", "regional-population"),
        seconds=30,
    ),
    Stored(
        f"{FINDINGS}.external_curve.curve",
        ("external-factors",),
        (
            *dict.fromkeys((*ACCESS_TABLES, *COVERED_TIE_TABLES, *REGIONAL_TABLES)),
            "city-addresses",
            "countries",
        ),
        ("wup2018", "regional-population"),
        seconds=15,
    ),
)
"""In an order in which each finds what it reads up to date."""


def stale() -> list[Problem]:
    """Compare what every stored result was made from with today's code and tables.

    Returns
    -------
    list of Problem
        Empty when all are up to date.
    """
    return [problem for result in STORED for problem in _problems(result)]


def _problems(result: Stored) -> list[Problem]:
    return provenance.stale(result.name, result.function, dict.fromkeys(result.inputs))


def redo(result: Stored) -> None:
    """Run a slow function again and replace what is kept of it.

    Parameters
    ----------
    result : Stored
        What to redo.

    Raises
    ------
    AddedError
        If it needs an official file that has not been added.
    """
    files = [_official(kind, result) for kind in result.official_files]
    made = result.call()(*files)
    tables = {result.name: made} if isinstance(made, pd.DataFrame) else made
    if set(tables) != set(result.tables):
        raise ValueError(f"{result.function} made {sorted(tables)}, expected {result.tables}")
    for name, table in tables.items():
        if isinstance(table, str):
            datasets.write_atomically(WEIGHTS, table.encode())
        else:
            manifest.save(name, table)
    manifest.write()


def _official(kind: str, result: Stored) -> pd.DataFrame:
    """Return an official file that the author has added."""
    table = load_added(kind)
    if table is None:
        raise AddedError(
            f"stored result {result.name}: it is made from the official file {kind}, which has not "
            f"been added. Add it with `scsreport data add {kind} FILE`, then run `make results`"
        )
    return table


def _redo_apart(result: Stored) -> None:
    """Redo a result in a process of its own, which has no table from before in its memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(redo, result).result()
    datasets.forget()


def _chosen(names: Iterable[str], every: bool) -> Iterator[Stored]:
    """Yield what is to be redone, judged anew after each: a result can make the next one stale."""
    for result in STORED:
        if result.name in names or (not names and (every or _problems(result))):
            yield result


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, type=click.Choice([result.name for result in STORED]))
@click.option("--all", "every", is_flag=True, help="Redo those that are up to date too.")
@click.option("--list", "listed", is_flag=True, help="List what is stored, and redo nothing.")
def main(names: tuple[str, ...], every: bool, listed: bool) -> None:
    """Redo stored results whose code or tables changed (`make results`); NAMES redo these alone."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if listed:
        for result in STORED:
            state = "stale" if _problems(result) else "up to date"
            click.echo(f"{result.name}  {state}, about {result.seconds} s, by {result.function}")
        return
    done = 0
    for result in _chosen(names, every):
        log.info("%s: about %d s", result.name, result.seconds)
        try:
            _redo_apart(result)
        except AddedError as error:
            raise click.ClickException(str(error)) from error
        made_from = provenance.digests(result.function, dict.fromkeys(result.inputs))
        provenance.remember(result.name, made_from)
        done += 1
    log.info("%d of %d stored results redone", done, len(STORED))


if __name__ == "__main__":
    main(prog_name="python -m scsreport.findings.stored")
