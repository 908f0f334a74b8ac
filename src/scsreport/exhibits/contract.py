"""The contract of every figure and table: what an exhibit must bring, or it is not shown.

An exhibit is made by a function decorated with :func:`exhibit` that returns :class:`Parts`. The
decorator adds its words from ``words.toml`` and what need not be said twice (its own name, the
vintage and licence of its sources), and checks that nothing is missing. The page that shows it is
built by ``scsreport.book`` from the payload alone.

An exhibit may take arguments: a country, a year, a measure. Their defaults make what the book
shows. With others it gets an id of its own, so that it may stand beside the one of the book.

Its facts reach the prose of a chapter by declaration too: the table ``prose`` of its words says
which of them, and how each is printed. :func:`publish` hands those of a module to a page.
"""

import base64
import html
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from scsreport import output
from scsreport.exhibits import arguments, pictures, said, style, text
from scsreport.tables import datasets

__all__ = [
    "Declaration",
    "Exhibit",
    "ExhibitError",
    "Parts",
    "declaration",
    "exhibit",
    "exhibits_of",
    "listing",
    "prose_by_definition",
    "prose_of",
    "publish",
]

MIME = "application/vnd.scsreport.exhibit+json"
REPORT = "Cities Alliance (2019)"

SOURCE = ("name", "title", "attribution", "vintage", "licence")
LINKED = ("text", "claim", "exhibit")
"""Forms of cells that are words or links; all others are numbers and set right."""

RECORD = "application/papermill.record/"
"""Type under which a notebook keeps what is glued into prose."""


BY_DEFINITION = "scsreport_by_definition"
"""Where a notebook keeps what a number is under other definitions of a secondary city."""

SHOWN_ROWS, MANY_ROWS = 15, 120
"""What a notebook shows of a table with more than many rows, as the pages of the book do."""

MADE_OF = "scsreport_made_of"
"""Where it keeps the message and the facts of a number, for other languages."""


class ExhibitError(ValueError):
    """An exhibit lacks a part that every exhibit must have."""


@dataclass(frozen=True)
class Parts:
    """What an exhibit function returns; its words are in ``words.toml``.

    Parameters
    ----------
    data : DataFrame
        The tidy data behind it, offered as CSV.
    facts : mapping
        What the words need, by name: numbers, names.
    draw : callable, optional
        ``draw(data, theme) -> Figure`` for a figure; a table has none.
    raster : bool
        True for maps and clouds of points, whose vector form would be heavy.
    by_definition : mapping of Parts
        Data and facts under other definitions of a secondary city, by the name of each: a reader
        who chooses one is shown its numbers. Tables keep their rows and columns.
    """

    data: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)
    draw: pictures.Drawing | None = None
    raster: bool = False
    by_definition: Mapping[str, "Parts"] = field(default_factory=dict)


@dataclass(frozen=True)
class Exhibit:
    """A figure or table with all that the contract asks for.

    Displays itself in a notebook; :meth:`payload` is what the book is built from.

    Attributes
    ----------
    id : str
        Its address: ``fig-...`` or ``tab-...``. With other arguments than the book's it has them in
        its id, ``fig-gap-changes-year-2010``.
    title, caption, alt : str
        The finding; what is shown; what it shows, for those who cannot see it.
    notes : sequence of str
        What to beware of.
    data : DataFrame
        The tidy data behind it, as its CSV has them.
    facts : mapping
        What its sentences say, by name: numbers, names.
    figure : Figure
        Drawn by matplotlib, light; a table has none.
    changed : mapping
        The arguments that are not the book's.
    """

    id: str
    parts: Parts
    title: str
    caption: str
    alt: str
    notes: Sequence[str]
    columns: Sequence[Sequence[str]]
    serves: tuple[str, ...]
    sources: tuple[str, ...]
    made_by: str
    argument: Mapping[str, tuple[str, str]] = field(repr=False)
    formerly: str = ""
    changed: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        draw = self.parts.draw
        data = self.parts.data
        lacks = []
        for name in ("title", "caption", "alt"):
            if len(getattr(self, name).split()) < 3:
                lacks.append(f"{name} (found {getattr(self, name)!r}, expected a sentence)")
        if data.empty:
            lacks.append("data (found no rows)")
        if not self.sources:
            lacks.append("sources (name the tables of data/ it is drawn from)")
        if not any(claim.startswith("A") for claim in self.serves):
            lacks.append("serves (name the statement A1 to A7 whose case it serves)")
        if (draw is None) == (not self.columns):
            lacks.append("draw or columns (a figure has draw, a table has columns)")
        if not re.fullmatch(("tab" if draw is None else "fig") + r"-[a-z0-9-]+", self.id):
            lacks.append(f"id (found {self.id!r}, expected fig-... or tab-...)")
        absent = [name for name, _, _ in self.columns if name not in data]
        if absent:
            lacks.append(f"columns (not in the data: {', '.join(absent)})")
        if lacks:
            raise ExhibitError(f"{self.made_by}: exhibit {self.id!r} lacks " + "; ".join(lacks))

    @property
    def data(self) -> pd.DataFrame:
        """The tidy data behind it."""
        return self.parts.data

    @property
    def facts(self) -> Mapping[str, Any]:
        """What its sentences say, by name."""
        return self.parts.facts

    @property
    def figure(self) -> Figure:
        """The figure as matplotlib draws it, anew each time; ExhibitError for a table."""
        if self.parts.draw is None:
            raise ExhibitError(f"{self.id} is a table, which has no figure; its rows are in .data")
        return pictures.drawn(self.parts.draw, self.parts.data, style.LIGHT)

    @property
    def words_id(self) -> str:
        """Under which id its words are declared: its own without what arguments add."""
        return self.id.removesuffix(arguments.suffix(self.changed))

    @property
    def kind(self) -> str:
        """``figure`` or ``table``."""
        return "figure" if self.parts.draw else "table"

    def csv(self) -> str:
        """Return the data as CSV: headings first, then the rows."""
        table = pd.DataFrame(self.parts.data.drop(columns="geometry", errors="ignore"))
        return output.csv_text(table)

    def csv_notes(self) -> str:
        """Return what goes beside the CSV: title, statements served, sources and licence."""
        resources = [datasets.resource(name) for name in self.sources]
        lines = [
            self.title,
            *(f"{label}: {statement}" for label, statement in self.argument.values()),
            *(
                f"Source: {resource.title}. {resource.attribution}. Vintage: {resource.vintage}."
                for resource in resources
            ),
            f"Licence of {self.id}.csv: {datasets.strictest_licence(self.sources)}",
        ]
        return "".join(f"{' '.join(line.split())}\n" for line in lines)

    def _imprint(self) -> pictures.Imprint:
        """Return what is written around the figure where it is saved."""
        licence = datasets.strictest_licence(self.sources)
        attributions = (datasets.resource(name).attribution for name in self.sources)
        named = dict.fromkeys(part for text in attributions for part in text.split("; "))
        lines = (f"Sources: {'; '.join(named)}.", f"Licence: {licence}. scsreport, {self.id}.")
        return pictures.Imprint(self.title, lines, self.alt, licence)

    def payload(self) -> dict[str, Any]:
        """Return everything a page needs to show the exhibit, as plain JSON values."""
        parts = self.parts
        resources = [datasets.resource(name) for name in self.sources]
        result: dict[str, Any] = {
            **{name: getattr(self, name) for name in ("id", "kind", "title", "caption", "alt")},
            "notes": list(self.notes),
            "serves": [
                {"id": claim, "label": label, "statement": statement}
                for claim, (label, statement) in self.argument.items()
            ],
            "sources": [{name: getattr(table, name) for name in SOURCE} for table in resources],
            "licence": datasets.strictest_licence(self.sources),
            "function": self.made_by,
            "formerly": self.formerly,
            "csv": self.csv(),
            "csv_notes": self.csv_notes(),
            "made_of": {
                **{name: said.parts(getattr(self, name)) for name in ("title", "caption")},
                "notes": [said.parts(note) for note in self.notes],
            },
        }
        if parts.draw is not None:
            result["picture"] = pictures.files(
                parts.draw, parts.data, self.id, self._imprint(), raster=parts.raster
            )
        else:
            result["table"] = {
                "columns": [
                    {"label": label, "kind": form if form in LINKED else "number"}
                    for _, label, form in self.columns
                ],
                **self._cells(parts.data),
            }
            result["definitions"] = dict(self._by_definition())
        return result

    def _by_definition(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what the table is under other definitions, where it is not what it was."""
        printed = {"title": self.title, "caption": self.caption} | self._cells(self.parts.data)
        for name, parts in self.parts.by_definition.items():
            words = text.words(self.words_id, parts.facts)
            told = {key: words[key] for key in ("title", "caption")} | self._cells(parts.data)
            if len(told["rows"]) != len(printed["rows"]):
                raise ExhibitError(
                    f"{self.made_by}: under {name!r} found {len(told['rows'])} rows, expected "
                    f"{len(printed['rows'])}, as without a choice: a table keeps its rows"
                )
            if told != printed:
                yield name, told

    def _cells(self, data: pd.DataFrame) -> dict[str, Any]:
        """Return the cells of the table as text, by row, and the numbers behind them."""
        forms = [text.FORMS[form] for _, _, form in self.columns]
        shown = data[[name for name, _, _ in self.columns]]
        rows = [
            [form(value) for form, value in zip(forms, row, strict=True)]
            for row in shown.itertuples(index=False)
        ]
        return {"rows": rows, "sort": _sort_keys(shown)}

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        payload = self.payload()
        return {
            MIME: payload,
            "text/html": _as_html(payload),
            "text/plain": f"{self.title}\n{self.alt}",
        }


def _sort_keys(shown: pd.DataFrame) -> list[list[float | None]]:
    """Return the number behind each cell, by row; none where a column has no numbers."""
    keys = [
        shown.iloc[:, n].astype("float64")
        if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)
        else pd.Series(np.nan, shown.index)
        for n, kind in enumerate(shown.dtypes)
    ]
    rows = pd.concat(keys, axis=1).to_numpy()
    return [[float(key) if np.isfinite(key) else None for key in row] for row in rows]


class Declaration:
    """What is declared of an exhibit, and how it is made.

    Parameters
    ----------
    function : callable
        Returns :class:`Parts`.
    id : str
        Of the exhibit.
    serves, sources : tuple of str
        As in :func:`exhibit`.
    formerly : str
        An earlier id.
    rebuilds : tuple of str
        As in :func:`exhibit`.
    """

    def __init__(
        self,
        function: Callable[..., Parts],
        id: str,
        serves: tuple[str, ...],
        sources: tuple[str, ...],
        formerly: str,
        rebuilds: tuple[str, ...],
    ) -> None:
        self.function = function
        self.id = id
        self.serves = serves
        self.sources = sources
        self.formerly = formerly
        self.rebuilds = rebuilds
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.signature = inspect.signature(function, follow_wrapped=False)

    @cached_property
    def plain(self) -> Exhibit:
        """The exhibit as it is made without arguments, kept for the prose of its page."""
        return self.make()

    def forget(self) -> None:
        """Make the plain exhibit anew when it is next asked for."""
        self.__dict__.pop("plain", None)

    def make(self, *args: Any, **kwargs: Any) -> Exhibit:
        """Call the function and add all that it need not say.

        Raises
        ------
        TypeError
            If it takes no such argument.
        ValueError
            If an argument is not one of those admitted.
        ExhibitError
            If a part is missing.
        """
        changed = arguments.changed(self.name, self.signature, args, kwargs)
        rows = datasets.load("claims").set_index("id")
        if unknown := [claim for claim in self.serves if claim not in rows.index]:
            raise ExhibitError(
                f"{self.name}: exhibit {self.id!r} serves {', '.join(unknown)}, expected ids of "
                "data/claims.csv"
            )
        parts = self.function(**changed)
        words = text.words(self.id, parts.facts)
        if changed:
            words["notes"] = [*words["notes"], arguments.said(changed)]
        return Exhibit(
            id=self.id + arguments.suffix(changed),
            parts=parts,
            **words,
            serves=self.serves,
            sources=self.sources,
            made_by=self.name,
            argument={
                claim: _argument(claim, rows, claim in self.rebuilds) for claim in self.serves
            },
            formerly="" if changed else self.formerly,
            changed=changed,
        )

    def shown(self, *args: Any, **kwargs: Any) -> Exhibit:
        """Return the exhibit with some arguments: the plain one where they are the book's."""
        is_plain = not arguments.changed(self.name, self.signature, args, kwargs)
        return self.plain if is_plain else self.make(*args, **kwargs)


def exhibit(
    id: str,
    *,
    serves: Sequence[str],
    sources: Sequence[str],
    formerly: str = "",
    rebuilds: Sequence[str] = (),
) -> Callable[[Callable[..., Parts]], Callable[..., Exhibit]]:
    """Turn a function that returns :class:`Parts` into one that returns an :class:`Exhibit`.

    Parameters
    ----------
    id : str
        Stable id, ``fig-...`` or ``tab-...``; pages refer to it.
    serves : sequence of str
        Rows of the ledger whose argument the exhibit serves.
    sources : sequence of str
        Tables of ``data/`` it is made from.
    formerly : str
        An earlier id, which addresses of the page keep.
    rebuilds : sequence of str
        Those of the report's statements of which it rebuilds a figure of the ledger; on the
        others it only bears.

    Returns
    -------
    callable
        The decorator.

    Raises
    ------
    ExhibitError
        When the function is called and a part is missing.
    """

    def decorate(function: Callable[..., Parts]) -> Callable[..., Exhibit]:
        declaration = Declaration(
            function, id, tuple(serves), tuple(sources), formerly, tuple(rebuilds)
        )

        @wraps(function)
        def make(*args: Any, **kwargs: Any) -> Exhibit:
            return declaration.shown(*args, **kwargs)

        # help() shows what a caller gets, not what the function inside returns.
        vars(make)["__signature__"] = declaration.signature.replace(return_annotation=Exhibit)
        make.__annotations__ = {**function.__annotations__, "return": Exhibit}
        vars(make)["declaration"] = declaration
        return make

    return decorate


def declaration(function: Callable[..., Exhibit]) -> Declaration:
    """Return what is declared of an exhibit.

    Parameters
    ----------
    function : callable
        What a chapter calls.

    Returns
    -------
    Declaration

    Raises
    ------
    ExhibitError
        If the function makes no exhibit.
    """
    declared = vars(function).get("declaration")
    if not isinstance(declared, Declaration):
        raise ExhibitError(f"{function!r} makes no exhibit; decorate it with @exhibit")
    return declared


def listing(names: Sequence[str]) -> Callable[[], list[str]]:
    """Return what ``dir()`` asks of a module, so that it lists the exhibits and nothing else.

    Parameters
    ----------
    names : sequence of str
        The ``__all__`` of the module.

    Returns
    -------
    callable
        To be bound to ``__dir__``.
    """
    return lambda: sorted(names)


def exhibits_of(module: ModuleType) -> dict[str, Callable[..., Exhibit]]:
    """Return the exhibits that a module makes, by the name under which a chapter calls them.

    Parameters
    ----------
    module : module
        One of ``scsreport.exhibits``.

    Returns
    -------
    dict
        In the order of the module.
    """
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and "declaration" in vars(value)
    }


def publish(*modules: ModuleType) -> None:
    """Hand the facts that exhibits declare for prose to the page, which prints them by their key.

    Parameters
    ----------
    *modules : module
        Modules of ``scsreport.exhibits``. The key of a fact begins with the name of its module:
        ``told`` of the module ``gaps`` is printed as ``gaps_told``.

    Raises
    ------
    ExhibitError
        If a fact is missing or empty, or two exhibits declare one key.
    """
    for module in modules:
        by_definition = prose_by_definition(module)
        for key, value in prose_of(module).items():
            _glue(key, value, by_definition.get(key, {}))


def prose_of(module: ModuleType) -> dict[str, str]:
    """Return what the exhibits of a module declare for prose, as text, by key.

    Parameters
    ----------
    module : module
        One of ``scsreport.exhibits``.

    Returns
    -------
    dict
        As :func:`publish` describes.

    Raises
    ------
    ExhibitError
        If a fact is missing or empty, or two exhibits declare one key.
    """
    chapter = module.__name__.rpartition(".")[2]
    printed: dict[str, str] = {}
    for name, value in _prose_facts(module):
        key = f"{chapter}_{name}"
        if key in printed:
            raise ExhibitError(f"number {key!r} is declared by two exhibits; name one otherwise")
        if not value.strip():
            raise ExhibitError(f"number {key!r}: found {value!r}, expected formatted text")
        printed[key] = value
    return printed


def prose_by_definition(module: ModuleType) -> dict[str, dict[str, str]]:
    """Return what prose prints under other definitions of a secondary city.

    Parameters
    ----------
    module : module
        One of ``scsreport.exhibits``.

    Returns
    -------
    dict of dict
        By key, as of :func:`prose_of`, where the definition makes a difference: text by the name of
        the definition.
    """
    chapter = module.__name__.rpartition(".")[2]
    found: dict[str, dict[str, str]] = {}
    for function in exhibits_of(module).values():
        id = declaration(function).id
        if not text.has_prose(id):
            continue
        parts = function().parts
        printed = text.prose(id, parts.facts)
        for name, other in parts.by_definition.items():
            for key, value in text.prose(id, other.facts).items():
                if value != printed[key]:
                    found.setdefault(f"{chapter}_{key}", {})[name] = value
    return found


def _prose_facts(module: ModuleType) -> Iterator[tuple[str, str]]:
    for function in exhibits_of(module).values():
        id = declaration(function).id
        if text.has_prose(id):
            yield from text.prose(id, function().parts.facts).items()


def _glue(key: str, value: str, by_definition: Mapping[str, str]) -> None:
    # The same output as myst_nb.glue, whose import would load Sphinx into every kernel (2 s).
    metadata: dict[str, Any] = {"scrapbook": {"name": key, "mime_prefix": RECORD}}
    if by_definition:
        metadata[BY_DEFINITION] = dict(by_definition)
    if made_of := said.parts(value):
        metadata[MADE_OF] = made_of
    display({RECORD + "text/plain": repr(value)}, raw=True, metadata=metadata)


def _argument(claim: str, rows: pd.DataFrame, rebuilds: bool) -> tuple[str, str]:
    """Label a row of the ledger; only the abstract's statements are called the report's."""
    row: Any = rows.loc[[claim]].to_dict("records")[0]
    kind, source, year, statement = (
        row[column] for column in ("kind", "source", "year", "statement")
    )
    if kind != "abstract":
        return f"Tests {claim} ({source}{'' if pd.isna(year) else f', {year}'})", statement
    if rebuilds:
        return f"After {REPORT}, statement {claim}", statement
    return f"Bears on statement {claim}; not in the report", ""


def _as_html(payload: Mapping[str, Any]) -> str:
    """Return a plain version for notebooks, where the book's own rendering is not at hand."""
    title, caption = html.escape(payload["title"]), html.escape(payload["caption"])
    if payload["kind"] == "figure":
        picture = payload["picture"]
        shown = {
            "image/png": picture.get("light"),
            "image/svg+xml": base64.b64encode(picture.get("svg", "").encode()).decode(),
        }
        mime, content = next((mime, content) for mime, content in shown.items() if content)
        body = (
            f'<img src="data:{mime};base64,{content}" width="{picture["width"]}"'
            f' alt="{html.escape(payload["alt"], quote=True)}">'
        )
    else:
        labels = [column["label"] for column in payload["table"]["columns"]]
        rows = payload["table"]["rows"]
        shown = rows if len(rows) <= MANY_ROWS else rows[:SHOWN_ROWS]
        with pd.option_context("display.max_colwidth", None):
            body = pd.DataFrame(shown, columns=labels).to_html(index=False)
        if len(shown) < len(rows):
            body += f"<p>Rows 1 to {SHOWN_ROWS} of {len(rows):,}; all are in its .data.</p>"
    notes = "".join(f"<br>{html.escape(note)}" for note in payload["notes"])
    return f"<p><strong>{title}</strong></p>{body}<p>{caption}{notes}</p>"
