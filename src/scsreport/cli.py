"""The command line: look at the data, print the ledger, build the book.

Every command imports what it needs when it runs, so that help is there at once.
"""

import sys
from pathlib import Path
from typing import Any

import click

from scsreport import __version__, output
from scsreport.tables import datasets, paths
from scsreport.tables.datasets import DataError

__all__ = ["main"]

KINDS = ("wup2018", "regional-population", "growth-in-regions", "dose", "regional-income")
"""What can be added; written out, so that the command starts at once (a test compares)."""

SCREEN = 60
"""Letters of the widest column on a screen."""

UNBOUNDED = 10_000
"""Letters of a column that goes to a file."""


class Commands(click.Group):
    """Commands that tell of faults in the data in one message, without a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line, whatever the terminal or pipe can show."""
        output.plain_streams()
        try:
            with output.told_when_lost():
                return super().main(*args, **kwargs)
        except output.OutputError as error:
            click.echo(f"Error: {error}", err=True)
            return sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except DataError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scsreport")
def main() -> None:
    """Rebuild "Connecting systems of secondary cities" from open data.

    \b
    Examples:
      scsreport book            build the site into _build/html
      scsreport data list       the tables, their vintage and licence
      scsreport claims          the ledger of the report's statements
      scsreport forms 1650357   why Bandung has the form it has
      scsreport dataset         the open data set, to a folder of its own

    Exit codes: 0 done, 1 something is wrong with data or book, 2 wrong use of the command.
    """  # noqa: D301


@main.group()
def data() -> None:
    """Look at the tables in data/.

    \b
    Examples:
      scsreport data list
      scsreport data check --mend
      scsreport data add wup2018 WUP2018-F12-Cities_Over_300K.xls
    """  # noqa: D301


@data.command("list")
def list_() -> None:
    """List the tables with vintage and licence, then the files that a reader may add."""
    from scsreport.tables.datasets import resources
    from scsreport.tables.official_files import listing

    rows: list[tuple[str, ...]] = [("TABLE", "VINTAGE", "LICENCE", "TITLE")]
    rows += [(r.name, r.vintage, r.licence, r.title) for r in resources().values()]
    _print(rows)
    click.echo()
    _print([("TO ADD", "STATE", "LICENCE", "TITLE"), *listing().itertuples(index=False, name=None)])


@data.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--max-mb",
    type=click.FloatRange(0, 2_000, min_open=True),
    default=20.0,
    show_default=True,
    help="The largest file that is read.",
)
def add(kind: str, file: Path, max_mb: float) -> None:
    """Add an official file that the project may read but not hold.

    It is checked, tried on all that will use it, converted and kept in your own user data folder
    (SCSREPORT_USER_DATA sets another), never in the project. The next `scsreport book` recomputes
    with it; `scsreport data remove` goes back to the stored results.

    \b
    Examples:
      scsreport data add wup2018 WUP2018-F12-Cities_Over_300K.xls
      scsreport data add regional-population population.csv
      scsreport data add dose DOSE_V2.csv

    Exit codes: 0 added, 1 not the file expected (an earlier one stays), 2 wrong use.
    """  # noqa: D301
    from scsreport.tables import official_files

    target = official_files.add(kind, file, most_mb=max_mb, trial=_trial)
    added = official_files.load_added(kind)
    name, digest = official_files.published(kind)
    if added is not None and digest and added.attrs["sha256"] != digest:
        click.echo(
            f"note: {added.attrs['file']} is not the file that the stored results were made from, "
            f"{name}: found sha256 {added.attrs['sha256']}, expected {digest}; results may differ",
            err=True,
        )
    click.echo(f"added {kind} to {target.parent}")


def _trial(kind: str, name: str, content: bytes) -> None:
    """Try a file that can be read on all that will use it."""
    from scsreport.trial import try_out

    click.echo(f"{name} can be read; trying it on all that will use it, up to a minute", err=True)
    try_out(kind, name, content)


@data.command()
@click.argument("kind", type=click.Choice(KINDS))
def remove(kind: str) -> None:
    """Remove a file that you have added; the stored results are then used again.

    \b
    Examples:
      scsreport data remove wup2018

    Exit codes: 0 removed or never added, 1 it cannot be removed, 2 wrong use.
    """  # noqa: D301
    from scsreport.tables import official_files

    if official_files.remove(kind):
        click.echo(f"removed {kind}; the stored results are used again")
    else:
        click.echo(f"{kind} had not been added")


@data.command()
@click.option("--mend", is_flag=True, help="Restore altered tables from version control.")
def check(mend: bool) -> None:
    """Compare every file of data/ with its description, and stored results with their inputs.

    A stored result is stale when the code that makes it, or a table that it reads, is no longer
    what it was made from; `make results` makes it again.
    """
    from scsreport.findings import stored
    from scsreport.tables import datasets

    if mend:
        for file in datasets.mend():
            click.echo(f"restored {file.name}")
    altered = datasets.check()
    stale = stored.stale()
    for problem in [*altered, *stale]:
        click.echo(str(problem), err=True)
    if altered or stale:
        message = f"Faults found: {len(altered) + len(stale)}."
        if altered and not mend:
            message += " `scsreport data check --mend` restores altered files."
        if stale:
            message += " `make results` redoes stale results."
        raise click.ClickException(message)
    click.echo(f"{len(datasets.resources())} tables, all as published; no stored result is stale")


@main.command()
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, for a spreadsheet.")
def claims(as_csv: bool) -> None:
    """Print the ledger: what became of every statement; as CSV with all it knows of each.

    \b
    Examples:
      scsreport claims
      scsreport claims --csv > ledger.csv
    """  # noqa: D301
    from scsreport.tables.remembered import remembered

    table = remembered("ledger", _ledger)
    if as_csv:
        click.echo(output.csv_bytes(output.csv_text(table)), nl=False)
        return
    from scsreport.exhibits.text import in_unit

    ours = in_unit(table["ours"], table["unit"])
    shown = zip(table["id"], table["stands"], ours, table["printed"], strict=True)
    _print([("ROW", "VERDICT", "OURS", "PRINTED"), *shown])


def _ledger() -> Any:
    """Make the ledger: some seconds."""
    from scsreport.claims import ledger

    return ledger().reset_index()


@main.command()
@click.argument("geonameid", type=int, required=False)
@click.option("--again", is_flag=True, help="Score the typing again: about a minute.")
def forms(geonameid: int | None, again: bool) -> None:
    """Say why a city is hub, cluster or corridor; without a city, how well the typing does.

    The scores are those of cities held out by group, beside simpler rules on the same folds.

    \b
    Examples:
      scsreport forms 1650357
      scsreport forms
      scsreport forms --again
    """  # noqa: D301
    from scsreport.findings.classification import explain

    if geonameid is not None:
        try:
            return click.echo(explain(geonameid))
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    scores = datasets.load("typology-scores")
    if again:
        from scsreport.findings.validation import validate

        click.echo("scoring: some eighty fits, about a minute", err=True)
        scores = validate().scores
    click.echo(scores.round(3).to_string(index=False))


@main.command()
@click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help="The folder that the data set's own folder is put into.",
)
def dataset(out: Path) -> None:
    """Write the open data set, every city and system, to a folder world-systems-of-cities.

    CSV, GeoParquet and GeoPackage with a dictionary of columns, licence and README. An earlier
    data set there is replaced once the new one is whole.

    \b
    Examples:
      scsreport dataset
      scsreport dataset --out ~/data

    Exit codes: 0 written, 1 it cannot be written, 2 wrong use.
    """  # noqa: D301
    from scsreport.dataset.files import files
    from scsreport.dataset.folder import FolderError, write

    try:
        folder = write(files(), out)
    except FolderError as error:
        raise click.ClickException(str(error)) from error
    for file in sorted(folder.iterdir()):
        click.echo(f"{file}  {file.stat().st_size:,} bytes")


@main.command()
@click.option("--watch", is_flag=True, help="Serve it, and build again when a file is saved.")
def book(watch: bool) -> None:
    """Build the site into _build/html; the last good one stays until the new one is whole.

    \b
    Examples:
      scsreport book
      scsreport book --watch
    """  # noqa: D301
    _build(watch=watch)


@main.command()
def notebooks() -> None:
    """Write the chapters as notebooks with their numbers into _build/notebooks, to work with.

    Builds the book first, if anything changed. Notebooks that you changed are kept.

    \b
    Examples:
      scsreport notebooks
    """  # noqa: D301
    _build()
    from scsreport.book.notebooks import copy_to

    copy_to(paths.BUILD / "notebooks", click.echo)


@main.command()
@click.option("--update", "writes", is_flag=True, help="Write new messages into the catalogues.")
def translations(writes: bool) -> None:
    """Count the messages of each language: translated, missing, or of an earlier wording.

    Builds the book first, if anything changed: pages know which messages they ask for.

    \b
    Examples:
      scsreport translations
      scsreport translations --update
    """  # noqa: D301
    _build()
    from scsreport.book.catalogues import counted, update

    if writes:
        update()
    rows = [tuple(map(str, found)) for found in counted()]
    _print([("LANGUAGE", "MESSAGES", "TRANSLATED", "MISSING", "OUTDATED"), *rows])


def _build(*, watch: bool = False) -> None:
    """Build the site, once or again and again, or say in one sentence why it cannot be built."""
    if not paths.IN_CLONE:
        raise click.ClickException(
            "the book is built from a clone of the project, which holds its chapters; this is the "
            "package alone."
        )
    try:
        from scsreport.book.build import build
        from scsreport.book.execution import BookError
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"{error.name} is missing, and the book is built with it: "
            'install "scsreport[book]", or run `make book`.'
        ) from error
    try:
        if watch:
            _watch()
        else:
            build(click.echo)
    except BookError as error:
        raise click.ClickException(str(error)) from error


def _watch() -> None:
    from scsreport.book.watch import watch

    try:
        watch(click.echo)
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f'{error.name} is missing, and the site is served with it: install "scsreport[lab]".'
        ) from error


def _print(rows: list[tuple[str, ...]]) -> None:
    """Print rows as columns; long cells are cut to a screen's width when there is a screen."""
    widest = SCREEN if sys.stdout and sys.stdout.isatty() else UNBOUNDED
    columns = zip(*rows, strict=True)
    widths = [min(widest, max(len(cell) for cell in column)) for column in columns]
    for row in rows:
        cells = (_fitted(cell, width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _fitted(cell: str, width: int) -> str:
    """Return a cell as wide as its column, cut where it is longer."""
    if len(cell) > width:
        return cell[: width - 1] + "…"
    return cell.ljust(width)
