"""What the files of a reader must hold: one schema for each kind, with a number.

The number rises whenever a file that was taken would be refused, or read in another way.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scsreport.tables.schema import Field

__all__ = [
    "HEADINGS",
    "KINDS",
    "LETTERS",
    "SCHEMAS",
    "SPREADSHEET",
    "VERSION",
    "Schema",
    "bounds",
    "described",
]

VERSION = 1
"""Of all schemas."""

LEAST_PEOPLE = 1_000
"""Fewer are no city of any rule; a number below it mostly stands for thousands."""

MOST_PEOPLE = 60_000_000
MOST_KM = 5_000
ID = r"[^\s:,;\"]{1,40}"
CLASS = r"[a-z][a-z0-9_]{0,30}"
TEXT = r".{1,120}"
LETTERS: Mapping[str, str] = {
    ID: " (1 to 40 letters; no space, comma, colon, semicolon or quotation mark)",
    CLASS: " (small letters a to z, digits and _, a letter first)",
    TEXT: " (1 to 120 letters)",
}
"""Of which letters a text is made, by its pattern."""

OTHER_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("city", "town", "place", "municipality", "ciudad", "municipio", "nombre", "ville"),
    "lat": ("latitude", "latitud", "y"),
    "lon": ("longitude", "longitud", "lng", "long", "x"),
    "population": ("pop", "people", "inhabitants", "poblacion", "habitantes", "habitants"),
    "region": ("province", "provincia", "state", "department", "departamento", "departement"),
    "year": ("date", "ano", "annee"),
    "output": ("gdp", "grp", "gva", "pib"),
    "from": ("origin", "start", "desde", "origen"),
    "to": ("destination", "end", "hasta", "destino"),
    "km": ("distance", "length", "distancia", "longueur"),
}
HEADINGS: Mapping[str, str] = {
    other: name for name, others in OTHER_HEADINGS.items() for other in (name, *others)
}
"""By the first word of a heading of a reader's, the one that is meant; told, never taken."""

SPREADSHEET = """From a spreadsheet: one sheet, headings in its first line, no totals or notes.
Show numbers without marks between thousands, then save as "CSV UTF-8 (comma delimited)".
Where that gives semicolons or decimal commas, make the point the decimal separator before,
in the settings of the system (Windows: Region, Additional settings), or in LibreOffice
choose the comma as field delimiter when saving, and cells in the language English."""
"""How a file is made that has no such faults."""


@dataclass(frozen=True)
class Schema:
    """One kind of file.

    Parameters
    ----------
    kind : str
        ``cities``, ``regions`` or ``roads``.
    holds : str
        What a row is.
    fields : tuple of Field
        Its columns; those that are not ``required`` may be left out.
    asked : tuple of str
        Columns that every file has.
    row_floor : int
        The fewest rows.
    """

    kind: str
    holds: str
    fields: tuple[Field, ...]
    asked: tuple[str, ...]
    row_floor: int = 1

    @property
    def names(self) -> list[str]:
        """All columns that a file may have."""
        return [field.name for field in self.fields]


def _text(name: str, description: str, *, nulls: str = "", pattern: str = TEXT) -> Field:
    return Field(name, "string", description, nulls=nulls, required=not nulls, pattern=pattern)


def _number(name: str, description: str, unit: str, low: float, high: float) -> Field:
    return Field(name, "number", description, unit, required=True, minimum=low, maximum=high)


def _whole(name: str, description: str, unit: str, low: int, high: int) -> Field:
    return Field(name, "integer", description, unit, required=True, minimum=low, maximum=high)


CITIES = Schema(
    "cities",
    "a city",
    (
        Field(
            "id",
            "string",
            "a short name that no other city has; the name, if the column is left out",
            required=True,
            unique=True,
            pattern=ID,
        ),
        _text("name", "its name; two cities of one name need the column id"),
        _number("lat", "latitude, with a decimal point", "degree", -90, 90),
        _number("lon", "longitude, with a decimal point", "degree", -180, 180),
        _whole("population", "people, not thousands", "people", LEAST_PEOPLE, MOST_PEOPLE),
        _text("region", "the region that it lies in", nulls="not known"),
        _text(
            "footprint",
            "a short name of the built-up area, shared by all cities in it",
            nulls="it stands for itself",
            pattern=ID,
        ),
    ),
    ("name", "lat", "lon", "population"),
)
REGIONS = Schema(
    "regions",
    "a region in a year",
    (
        _text("region", "its name"),
        _whole("year", "the year, four digits", "a year", 1900, 2100),
        _number("output", "output, at one unit in the whole file", "any one unit", 1e-6, 1e18),
        _whole("population", "people, not thousands", "people", 100, 500_000_000),
    ),
    ("region", "year", "output", "population"),
    row_floor=2,
)
ROADS = Schema(
    "roads",
    "a road between two cities or junctions, in both directions",
    (
        _text("from", "id (or name) of a city, or junction:NAME"),
        _text("to", "id (or name) of a city, or junction:NAME"),
        _number("km", "km along the road", "km", 0.01, MOST_KM),
        _text(
            "class",
            "class of the road, which may have a speed in the settings",
            nulls="the default speed",
            pattern=CLASS,
        ),
    ),
    ("from", "to", "km"),
)
SCHEMAS: Mapping[str, Schema] = {schema.kind: schema for schema in (CITIES, REGIONS, ROADS)}
KINDS = tuple(SCHEMAS)


def described(kind: str) -> str:
    """Say what a file of a kind must hold.

    Parameters
    ----------
    kind : {"cities", "regions", "roads"}
        Which.

    Returns
    -------
    str
        A line for each column.

    Examples
    --------
    >>> print(described("roads").splitlines()[0])
    roads, schema 1: each row is a road between two cities or junctions, in both directions.
    """
    schema = SCHEMAS[kind]
    lines = [f"{kind}, schema {VERSION}: each row is {schema.holds}."]
    return "\n".join([*lines, *(f"  {_line(field, schema)}" for field in schema.fields)])


def bounds(field: Field) -> str:
    """Return between which numbers a column lies, in words.

    Parameters
    ----------
    field : Field
        Of a number.

    Returns
    -------
    str
        Such as "1,000 to 60,000,000".
    """
    ends = (float(end or 0) for end in (field.minimum, field.maximum))
    if field.unit == "a year":
        return " to ".join(f"{end:.0f}" for end in ends)
    return " to ".join(f"{end:,.0f}" if end % 1 == 0 else f"{end:.10g}" for end in ends)


def _line(field: Field, schema: Schema) -> str:
    within = "" if field.minimum is None else f"; {bounds(field)}"
    need = "asked for" if field.name in schema.asked else "may be left out"
    empty = f"; empty where {field.nulls}" if field.nulls else ""
    return f"{field.name:<11} {need}; {field.description}{within}{empty}"
