"""Make a brief: from the book's tables, or from a reader's in their place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from scsreport.brief import book, consistency, countries, pieces, reading
from scsreport.brief.contents import Brief
from scsreport.brief.countries import Country
from scsreport.brief.faults import BriefError, FileError
from scsreport.brief.ground import ground_of
from scsreport.brief.idle import idle
from scsreport.brief.measured import measured
from scsreport.brief.reading import Table
from scsreport.brief.schemas import VERSION
from scsreport.brief.settings import Settings, settings_of
from scsreport.brief.writing import put, see_folder
from scsreport.exhibits import pages
from scsreport.exhibits.pages import Section
from scsreport.tables.datasets import strictest_licence
from scsreport.tables.schema import Problem

__all__ = ["Given", "file_name", "of", "write"]

Given = Path | str | pd.DataFrame | None
"""A file, a frame with the columns of its schema, or nothing."""

OF_CITIES = ("places", "cities", "footprints", "countries")
OF_ROADS = ("road-distances",)
OF_MAP_OF_ROADS = ("roads", "road-nodes")
OF_LAND = ("borders", "regions")
OWN_LICENCE = "that of your files"


@dataclass(frozen=True)
class _Files:
    """What a reader handed over, judged."""

    cities: Table | None
    regions: Table | None
    roads: Table | None

    @property
    def every(self) -> list[Table]:
        return [table for table in (self.cities, self.regions, self.roads) if table is not None]


def of(
    country: str,
    *,
    cities: Given = None,
    regions: Given = None,
    roads: Given = None,
    settings: Path | str | Settings | None = None,
) -> Brief:
    """Make the brief of a country.

    Parameters
    ----------
    country : str
        Name or ISO code. One that the book does not know needs ``cities``.
    cities, regions, roads : path or DataFrame, optional
        Tables in place of the book's, as :func:`scsreport.brief.schemas.described` says.
    settings : path or Settings, optional
        Own rules, thresholds, decay and speeds.

    Returns
    -------
    Brief
        ``frames`` and ``exhibits`` by id; ``html()`` is the page.

    Raises
    ------
    FileError
        With every fault of the files: file, row, column, found, expected.
    BriefError
        If there is no such country (with suggestions), or a file cannot be read.

    Examples
    --------
    >>> brief = of("Colombia")
    >>> brief.name, len(brief.frames)
    ('Colombia', 7)
    """
    own, of_settings = _settings(settings)
    meant, of_country = _country(country, own, has_cities=cities is not None)
    given: dict[str, Given] = {"cities": cities, "regions": regions, "roads": roads}
    files, of_files = _judged(given, meant)
    of_files += consistency.of_speeds(
        own.speeds, own.file or "settings", files.roads, has_roads=roads is not None
    )
    of_country = _mistaken(files, meant, own) or of_country
    if of_country and not (of_settings or of_files):
        raise BriefError(str(of_country[0]))
    if problems := [*of_country, *of_settings, *of_files]:
        raise FileError(problems)
    if not files.every and not own.told():
        return _from_the_book(meant)
    return _from_own_tables(meant, own, files)


def write(
    country: str,
    out: Path | str,
    *,
    cities: Given = None,
    regions: Given = None,
    roads: Given = None,
    settings: Path | str | Settings | None = None,
) -> Path:
    """Write the brief of a country into a folder, as one page of HTML, whole or not at all.

    Parameters
    ----------
    country, cities, regions, roads, settings
        As in :func:`of`.
    out : path
        The folder; made if it lacks. An earlier brief of the country there is replaced.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    FileError, BriefError
        As :func:`of`; or the page cannot be written, or would replace what is no brief.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write("TUV", folder).name
    'brief-tuvalu.html'
    """
    see_folder(Path(out))
    given = (cities, regions, roads, settings)
    inputs = [Path(file) for file in given if isinstance(file, (str, Path))]
    brief = of(country, cities=cities, regions=regions, roads=roads, settings=settings)
    return put(brief.html(), Path(out) / file_name(brief), inputs)


def file_name(brief: Brief) -> str:
    """Return how the file of a brief is called.

    Parameters
    ----------
    brief : Brief
        Of a country.

    Returns
    -------
    str
    """
    return f"brief-{brief.slug}.html"


def _settings(given: Path | str | Settings | None) -> tuple[Settings, list[Problem]]:
    """Return settings, and what is wrong with their file; the book's where something is."""
    if given is None:
        return Settings(), []
    if isinstance(given, Settings):
        return given, []
    try:
        return settings_of(reading.bytes_of(given, "settings"), Path(given).name), []
    except FileError as error:
        return Settings(file=Path(given).name), list(error.problems)


def _country(asked: str, settings: Settings, *, has_cities: bool) -> tuple[Country, list[Problem]]:
    """Return the country that is meant, and where none is, which may be."""
    found = None if settings.is_new else countries.known(asked)
    if found is not None:
        return found, []
    named = countries.new(asked)
    near = [] if settings.is_new else countries.suggestions(asked)
    if has_cities and not near:
        return named, []
    return named, [_no_country(named, near, has_cities=has_cities)]


def _no_country(named: Country, near: Sequence[str], *, has_cities: bool) -> Problem:
    """Return a fault of a name that no country has, with those that may be meant."""
    ways = [f"is {' or '.join(near)} meant?"] if near else []
    if has_cities:
        new = "A country that the book does not know has is_new = true under [country] in the "
        ways.append(f"{new}settings.")
    else:
        ways.append("A country that the book does not know needs a file of its cities (--cities).")
    expected = f"the name or ISO code of a country; {' '.join(ways)}"
    return Problem("country", None, None, repr(named.name), expected)


def _judged(given: dict[str, Given], country: Country) -> tuple[_Files, list[Problem]]:
    """Read the files of a reader, with every fault of all of them."""
    problems: list[Problem] = []
    tables: dict[str, Table | None] = dict.fromkeys(given)
    for kind, file in given.items():
        if file is None:
            continue
        try:
            content, name = reading.bytes_of(file, kind), reading.name_of(file, kind)
            tables[kind], found = reading.table_of(content, kind, name)
        except FileError as error:
            found = list(error.problems)
        problems += found
    files = _Files(tables["cities"], tables["regions"], tables["roads"])
    problems += _inconsistent(files, country, all_read=_were_read(given, files))
    return files, problems


def _mistaken(files: _Files, country: Country, settings: Settings) -> list[Problem]:
    """Return the fault of a new country most of whose cities are those of a known one."""
    if files.cities is None or country.country or settings.is_new:
        return []
    code = consistency.whose(files.cities)
    return [_no_country(country, [countries.of_code(code).name], has_cities=True)] if code else []


def _were_read(given: dict[str, Given], files: _Files) -> bool:
    return len(files.every) == sum(file is not None for file in given.values())


def _inconsistent(files: _Files, country: Country, *, all_read: bool) -> Iterator[Problem]:
    """Yield what cells do not tell alone, of the rows that are sound."""
    if files.cities is not None:
        yield from consistency.of_cities(files.cities, country)
    if files.regions is not None:
        yield from consistency.of_regions(files.regions)
    if files.roads is not None and all_read:
        yield from consistency.of_roads(files.roads, files.cities)
    if files.cities is not None and files.regions is not None:
        yield from consistency.of_both_regions(files.cities, files.regions)


# --- from the book ------------------------------------------------------------------------------


def _from_the_book(country: Country) -> Brief:
    """Return the page of a country and the exhibits of chapters for it."""
    page = book.page_of(country)
    made, left_out = book.pieces_of(country)
    tables = list(dict.fromkeys(name for shown in made for name in shown.sources))
    basis = pages.Table(
        pieces.say("basis", "caption"),
        ["Part", "Rests on"],
        [[part, "the book's tables"] for part in ("Cities", "Regions", "Roads", "Settings")],
    )
    if page is None:
        empty = f"{country.name}: the book lists no place of {country.called}."
        return Brief(country.name, country.slug, empty, basis, [], left_out, [], made, [], tables)
    return Brief(
        country.name,
        country.slug,
        page.lead,
        basis,
        [],
        left_out,
        page.sections,
        made,
        page.entries,
        [page.sources, *tables],
    )


# --- from a reader's tables ---------------------------------------------------------------------


def _from_own_tables(country: Country, settings: Settings, files: _Files) -> Brief:
    """Return what the measures say of a reader's tables, and the book of the rest."""
    ground = ground_of(country, settings, files.cities, files.regions, files.roads)
    used = _tables_of_book(country, files)
    sources = _sources(used, files)
    told = pieces.Basis(
        ground,
        settings,
        measured(ground, settings),
        sources,
        {table.kind: table.file for table in files.every},
        _licence(files, [name for names in used.values() for name in names]),
    )
    page = book.page_of(country) if country.country else None
    kept = [] if page is None else _kept_of_book(page.sections, files)
    others = [page.sources] if page is not None and kept else []
    return Brief(
        country.name,
        country.slug,
        pieces.lead(told),
        _basis(settings, files, country),
        settings.told(),
        [
            *pieces.not_run(told, is_known=page is not None),
            *idle(files.cities, files.regions, files.roads, settings),
        ],
        [*pieces.sections(told), *kept],
        pieces.pieces(told),
        pieces.entries(told),
        [*dict.fromkeys(line for lines in sources.values() for line in lines), *others],
    )


def _kept_of_book(sections: Sequence[Section], files: _Files) -> list[Section]:
    """Return the answers of the book that rest on no list of cities, marked as the book's."""
    wanted = [name for name in book.OF_OTHER_TABLES if name != "gap" or files.regions is None]
    marked = "From the book's tables, not from yours."
    return [
        replace(section, paragraphs=[*section.paragraphs, marked])
        for section in sections
        if section.id in wanted
    ]


def _tables_of_book(country: Country, files: _Files) -> dict[str, tuple[str, ...]]:
    """Return which tables of the book the measures use for each part."""
    if not country.country:
        return {}
    used: dict[str, tuple[str, ...]] = {"land": OF_LAND}
    if files.cities is None:
        return used | {"cities": OF_CITIES, "roads": OF_ROADS}
    return used if files.roads is not None else used | {"roads": OF_MAP_OF_ROADS}


def _sources(used: Mapping[str, tuple[str, ...]], files: _Files) -> dict[str, tuple[str, ...]]:
    """Return a sentence on each table, of a reader or of the book, by part."""
    of_book = {part: tuple(book.source_lines(names)) for part, names in used.items()}
    return {table.kind: (_file_line(table),) for table in files.every} | of_book


def _licence(files: _Files, used: Sequence[str]) -> str:
    if not used:
        return OWN_LICENCE
    of_book = strictest_licence(used)
    return f"{OWN_LICENCE}, and {of_book} for the book's" if files.every else of_book


def _file_line(table: Table) -> str:
    return (
        f"Your file {table.file}: {table.n:,} rows, {table.kind} by schema {VERSION}, "
        f"SHA-256 {table.digest}…"
    )


def _basis(settings: Settings, files: _Files, country: Country) -> pages.Table:
    """Return what each part of the brief rests on."""
    others = "the book's tables" if country.country else "nothing: the book lacks them"
    without_regions = others if country.country else "nothing: no file was given"
    rows = [
        ["Cities", _rests_on(files.cities, others)],
        ["Regions", _rests_on(files.regions, without_regions)],
        ["Roads", _rests_on(files.roads, without_regions)],
        ["Settings", settings.file or ("own ones" if settings.told() else "the book's")],
    ]
    return pages.Table(pieces.say("basis", "caption"), ["Part", "Rests on"], rows)


def _rests_on(table: Table | None, otherwise: str) -> str:
    if table is None:
        return otherwise
    return f"your file {table.file} ({table.n:,} rows, SHA-256 {table.digest}…), in its place"
