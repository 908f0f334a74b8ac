"""The command line: look at the data, print the ledger, build the book.

Every command imports what it needs when it runs, so that help is there at once.
"""

import sys
from collections.abc import Callable
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

TENTHS = 10
"""Lines by which a log is told how far a large run is."""

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
      scsreport ensemble forms  forms of cities in a thousand other worlds
      scsreport country Peru --out briefs   a brief on one country, also on your own tables
      scsreport countries --out briefs      the briefs of all countries

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
            if paths.IN_CLONE:
                message += (
                    " If you meant the change, mend what is named by line and column, and `python "
                    "-m scsreport.sources manifest` describes the file anew. If not,"
                )
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


def _in_parts(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say where the parts of a large run are computed and kept."""
    options = (
        click.option(
            "--where",
            default="here",
            show_default=True,
            help="here, processes, or a Dask scheduler such as tcp://10.0.0.5:8786.",
        ),
        click.option(
            "--workers",
            type=click.IntRange(1, 1_000),
            help="How many processes; by default as many as there are cores.",
        ),
        click.option(
            "--keep",
            type=click.Path(file_okay=False, path_type=Path),
            help="The folder of finished parts; by default beside what is written.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _run_in_parts(run: Callable[..., Any], keep: Path, **ways: Any) -> Any:
    """Run in parts, show how far it is, and say in one message why it ended early."""
    from scsreport.parts import PartError

    kept = f"Finished parts are kept in {keep}; the same command goes on from there."
    with click.progressbar(length=0, label="parts", show_pos=True, file=sys.stderr) as bar:

        def shown(done: int, parts: int) -> None:
            tenth = bar.pos * TENTHS // max(parts, 1)
            bar.length = parts
            bar.update(done - bar.pos)
            # A bar is drawn on a screen alone; a log gets ten lines.
            if not sys.stderr.isatty() and done * TENTHS // max(parts, 1) > tenth:
                click.echo(f"{done:,} of {parts:,} parts", err=True)

        try:
            return run(keep=keep, progress=shown, **ways)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        except PartError as error:
            raise click.ClickException(f"{error}. {kept}") from error
        except KeyboardInterrupt as error:
            raise click.ClickException(f"interrupted after {bar.pos:,} parts. {kept}") from error


@main.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder of the briefs.",
)
@_in_parts
def countries(out: Path, **ways: Any) -> None:
    """Write the briefs of all countries, on the book's tables: here, in processes or on a cluster.

    \b
    Examples:
      scsreport countries --out briefs
      scsreport countries --out briefs --where processes

    Exit codes: 0 written, 1 a part failed or was interrupted, 2 wrong use.
    """  # noqa: D301
    from scsreport.brief import everywhere

    ways["keep"] = ways["keep"] or _beside(out)
    made = _run_in_parts(everywhere.write, out=out, **ways)
    click.echo(f"{out}  {len(made):,} briefs")


@main.group()
def ensemble() -> None:
    """Compute what takes many runs: here, in processes or on a cluster.

    \b
    Examples:
      scsreport ensemble forms --worlds 100 --country LK --out forms.csv
      scsreport ensemble forms --where processes --out forms.csv
      scsreport ensemble gaps --where tcp://10.0.0.5:8786 --out gaps.csv
    """  # noqa: D301


CSV_TO_WRITE = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The CSV to write.",
)


@ensemble.command("forms")
@CSV_TO_WRITE
@click.option("--worlds", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--country", default="", help="Its code of two letters; the world without one.")
@click.option("--seed", type=click.IntRange(0), default=2019, show_default=True)
@_in_parts
def ensemble_of_forms(out: Path, worlds: int, country: str, seed: int, **ways: Any) -> None:
    """Count in how many other worlds each city is hub, cluster or corridor.

    In each world all sizes and points are a little off, and thresholds are drawn. World by world
    the result is the same wherever it is computed.

    \b
    Examples:
      scsreport ensemble forms --worlds 100 --country LK --out forms.csv
      scsreport ensemble forms --where processes --workers 2 --out forms.csv

    Exit codes: 0 written, 1 a part failed or was interrupted, 2 wrong use.
    """  # noqa: D301
    from scsreport.findings import ensembles

    ways["keep"] = ways["keep"] or _beside(out)
    table = _run_in_parts(
        ensembles.forms, number=worlds, country=country.upper(), seed=seed, **ways
    )
    _write_csv(table.reset_index(), out)


@ensemble.command("gaps")
@CSV_TO_WRITE
@_in_parts
def ensemble_of_gaps(out: Path, **ways: Any) -> None:
    """Bootstrap the change of the gap between regions in every country of an added panel.

    \b
    Examples:
      scsreport data add growth-in-regions FILE
      scsreport ensemble gaps --where processes --out gaps.csv

    Exit codes: 0 written, 1 no panel was added, a part failed or was interrupted, 2 wrong use.
    """  # noqa: D301
    from scsreport.findings import ensembles

    ways["keep"] = ways["keep"] or _beside(out)
    _write_csv(_run_in_parts(ensembles.gap_changes, **ways), out)


def _beside(out: Path) -> Path:
    return out.with_name(f"{out.name}.parts")


def _write_csv(table: Any, out: Path) -> None:
    """Write a table for people, in one step."""
    try:
        datasets.write_atomically(out, output.csv_bytes(output.csv_text(table)))
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error}") from error
    click.echo(f"{out}  {len(table):,} rows")


@main.command()
@click.argument("name", required=False)
@click.option("--cities", type=click.Path(path_type=Path), help="Your cities (CSV).")
@click.option("--regions", type=click.Path(path_type=Path), help="Your regions by year (CSV).")
@click.option("--roads", type=click.Path(path_type=Path), help="Your roads (CSV), with --cities.")
@click.option(
    "--settings",
    type=click.Path(path_type=Path),
    help="Own rules, thresholds, decay and speeds (TOML).",
)
@click.option("--out", type=click.Path(path_type=Path), help="The folder of the brief.")
@click.option("--schema", is_flag=True, help="Print what the files must hold, and end.")
@click.option(
    "--example",
    type=click.Path(path_type=Path),
    help="Write the files of a made-up country into a folder, and end.",
)
def country(
    name: str | None,
    cities: Path | None,
    regions: Path | None,
    roads: Path | None,
    settings: Path | None,
    out: Path | None,
    *,
    schema: bool,
    example: Path | None,
) -> None:
    """Write a brief on the secondary cities of a country: one page of HTML, to read or print.

    NAME is a name or an ISO code. Without files the brief rests on the book's tables; each file
    replaces a part of them, and a country that the book does not know needs its cities. All faults
    of the files are told at once, and nothing is written then. Nothing leaves this machine.

    \b
    Examples:
      scsreport country Colombia --out briefs
      scsreport country VNM --cities cities.csv --settings own.toml --out briefs
      scsreport country --example freedonia
      scsreport country --schema

    Exit codes: 0 written, 1 a fault in files or no such country, 2 wrong use.
    """  # noqa: D301
    from scsreport.brief import examples, schemas

    if schema:
        told = [*map(schemas.described, schemas.KINDS), schemas.SPREADSHEET]
        return click.echo("\n\n".join(told))
    if example is not None:
        for file in examples.write(example):
            click.echo(file)
        return click.echo(examples.COMMAND)
    if name is None or out is None:
        raise click.UsageError("NAME and --out are needed, or one of --schema and --example.")
    from scsreport import brief

    made = brief.write(name, out, cities=cities, regions=regions, roads=roads, settings=settings)
    return click.echo(f"{made}  {made.stat().st_size:,} bytes")


@main.command()
@click.option("--watch", is_flag=True, help="Serve it, and build again when a file is saved.")
@click.option("--paper", is_flag=True, help="Then make PDF and EPUB of it, and offer them on it.")
def book(watch: bool, paper: bool) -> None:
    """Build the site into _build/html; the last good one stays until the new one is whole.

    \b
    Examples:
      scsreport book
      scsreport book --paper
      scsreport book --watch
    """  # noqa: D301
    if paper and watch:
        raise click.UsageError("--paper is made once, of a book that is done: leave out --watch")
    _build(watch=watch)
    if paper:
        _make("pdf", "epub")


@main.command()
def pdf() -> None:
    """Set the book for print: _build/paper/scsreport.pdf, which the site then offers.

    Builds the book first, if anything changed.

    \b
    Examples:
      scsreport pdf
    """  # noqa: D301
    _build()
    _make("pdf")


@main.command()
def epub() -> None:
    """Write the book as an e-book: _build/paper/scsreport.epub, which the site then offers.

    Builds the book first, if anything changed.

    \b
    Examples:
      scsreport epub
    """  # noqa: D301
    _build()
    _make("epub")


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


def _make(*kinds: str) -> None:
    """Put the built book on paper, or say in one sentence why it cannot be."""
    try:
        import typst  # noqa: F401
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"{error.name} is missing, and the book is put on paper with it: "
            'install "scsreport[book,paper]", or run `make book`.'
        ) from error
    from scsreport.book.execution import BookError
    from scsreport.paper.cleaning import PaperError
    from scsreport.paper.make import make

    try:
        make(kinds, click.echo)
    except (BookError, PaperError) as error:
        raise click.ClickException(str(error)) from error


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
