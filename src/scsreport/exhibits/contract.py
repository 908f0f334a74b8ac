"""The contract of every figure and table: what an exhibit must bring, or it is not shown.

An exhibit is made by a function decorated with :func:`exhibit` that returns :class:`Parts`. The
decorator adds its words from ``words.toml`` and what need not be said twice (its own name, the
vintage and licence of its sources), and checks that nothing is missing. The page that shows it is
built by ``scsreport.book`` from the payload alone.
"""

import base64
import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from scsreport.tables import datasets
from scsreport.exhibits import style, text

MIME = "application/vnd.scsreport.exhibit+json"
REPORT = "Cities Alliance (2019)"

SOURCE = ("name", "title", "attribution", "vintage", "licence")
LINKED = ("text", "claim", "exhibit")
"""Forms of cells that are words or links; all others are numbers and set right."""

Drawing = Callable[[pd.DataFrame, style.Theme], Figure]


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
    """

    data: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)
    draw: Drawing | None = None
    raster: bool = False


@dataclass(frozen=True)
class Exhibit:
    """A figure or table with all that the contract asks for.

    Displays itself in a notebook; :meth:`payload` is what the book is built from.
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

    def __post_init__(self) -> None:
        draw, data, missing = self.parts.draw, self.parts.data, []
        for name in ("title", "caption", "alt"):
            if len(getattr(self, name).split()) < 3:
                missing.append(f"{name} (found {getattr(self, name)!r}, expected a sentence)")
        if data.empty:
            missing.append("data (found no rows)")
        if not self.sources:
            missing.append("sources (name the tables of data/ it is drawn from)")
        if not any(claim.startswith("A") for claim in self.serves):
            missing.append("serves (name the statement A1 to A7 whose case it serves)")
        if (draw is None) == (not self.columns):
            missing.append("draw or columns (a figure has draw, a table has columns)")
        if not re.fullmatch(("tab" if draw is None else "fig") + r"-[a-z0-9-]+", self.id):
            missing.append(f"id (found {self.id!r}, expected fig-... or tab-...)")
        absent = [name for name, _, _ in self.columns if name not in data]
        if absent:
            missing.append(f"columns (not in the data: {', '.join(absent)})")
        if missing:
            raise ExhibitError(f"{self.made_by}: exhibit {self.id!r} lacks " + "; ".join(missing))

    @property
    def kind(self) -> str:
        """``figure`` or ``table``."""
        return "figure" if self.parts.draw else "table"

    def csv(self) -> str:
        """Return the data as CSV under a head that carries its licence and sources."""
        used = [datasets.resource(name) for name in self.sources]
        head = [
            self.title,
            *(f"{label}: {text}" for label, text in self.argument.values()),
            *(f"Source: {r.title}. {r.attribution}. Vintage: {r.vintage}." for r in used),
            f"Licence of this table: {datasets.strictest_licence(self.sources)}",
        ]
        frame = pd.DataFrame(self.parts.data.drop(columns="geometry", errors="ignore"))
        lines = "".join(f"# {' '.join(line.split())}\n" for line in head)
        named = any(name is not None for name in frame.index.names)
        return lines + str(frame.to_csv(index=named, lineterminator="\n"))

    def payload(self) -> dict[str, Any]:
        """Return everything a page needs to show the exhibit, as plain JSON values."""
        parts = self.parts
        used = [datasets.resource(name) for name in self.sources]
        result: dict[str, Any] = {
            **{name: getattr(self, name) for name in ("id", "kind", "title", "caption", "alt")},
            "notes": list(self.notes),
            "serves": [
                {"id": claim, "label": label, "statement": text}
                for claim, (label, text) in self.argument.items()
            ],
            "sources": [{name: getattr(table, name) for name in SOURCE} for table in used],
            "licence": datasets.strictest_licence(self.sources),
            "function": self.made_by,
            "csv": self.csv(),
        }
        if parts.draw is not None:
            result["images"] = {}
            for theme in style.THEMES:
                drawn, *size = style.render(parts.draw, parts.data, theme, raster=parts.raster)
                image = dict(zip(("mime", "width", "height"), size, strict=True))
                result["images"][theme.name] = image | {"data": base64.b64encode(drawn).decode()}
        else:
            forms = [text.FORMS[form] for _, _, form in self.columns]
            result["table"] = {
                "columns": [
                    {"label": label, "kind": form if form in LINKED else "number"}
                    for _, label, form in self.columns
                ],
                "rows": [
                    [form(value) for form, value in zip(forms, row, strict=True)]
                    for row in parts.data[[c[0] for c in self.columns]].itertuples(index=False)
                ],
            }
        return result

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        payload = self.payload()
        return {
            MIME: payload,
            "text/html": _as_html(payload),
            "text/plain": f"{self.title}\n{self.alt}",
        }


def exhibit(
    id: str, *, serves: Sequence[str], sources: Sequence[str]
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

    Raises
    ------
    ExhibitError
        When the function is called and a part is missing.
    """

    def decorate(function: Callable[..., Parts]) -> Callable[..., Exhibit]:
        @wraps(function)
        def make(*args: Any, **kwargs: Any) -> Exhibit:
            rows = datasets.load("claims").set_index("id")
            name = f"{function.__module__}.{function.__qualname__}"
            if unknown := [claim for claim in serves if claim not in rows.index]:
                raise ExhibitError(
                    f"{name}: exhibit {id!r} serves {', '.join(unknown)}, expected ids of "
                    "data/claims.csv"
                )
            parts = function(*args, **kwargs)
            return Exhibit(
                id=id,
                parts=parts,
                **text.words(id, parts.facts),
                serves=tuple(serves),
                sources=tuple(sources),
                made_by=name,
                argument={claim: _argument(claim, rows) for claim in serves},
            )

        return make

    return decorate


def publish(numbers: Mapping[str, str]) -> None:
    """Hand formatted numbers to the prose of the chapter, which prints them by their key.

    Parameters
    ----------
    numbers : mapping of str to str
        Key to text. A number that is not yet text is refused: rounding is decided in Python,
        in one place, and not by the page.

    Raises
    ------
    ExhibitError
        If a value is not text, or is empty.
    """
    # The same output as myst_nb.glue, whose import would load Sphinx into every kernel (2 s).
    for key, value in numbers.items():
        if not isinstance(value, str) or not value.strip():
            raise ExhibitError(f"number {key!r}: found {value!r}, expected formatted text")
        prefix = "application/papermill.record/"
        display(
            {prefix + "text/plain": repr(value)},
            raw=True,
            metadata={"scrapbook": {"name": key, "mime_prefix": prefix}},
        )


def _argument(claim: str, rows: pd.DataFrame) -> tuple[str, str]:
    """Label a row of the ledger; only the abstract's statements are called the report's."""
    row: Any = rows.loc[[claim]].to_dict("records")[0]
    kind, source, year, statement = (row[k] for k in ("kind", "source", "year", "statement"))
    if kind == "abstract":
        return f"After {REPORT}, statement {claim}", statement
    return f"Tests {claim} ({source}{'' if pd.isna(year) else f', {year}'})", statement


def _as_html(payload: Mapping[str, Any]) -> str:
    """Return a plain version for notebooks, where the book's own rendering is not at hand."""
    title, caption = html.escape(payload["title"]), html.escape(payload["caption"])
    if payload["kind"] == "figure":
        image = payload["images"]["light"]
        body = (
            f'<img src="data:{image["mime"]};base64,{image["data"]}" width="{image["width"]}"'
            f' alt="{html.escape(payload["alt"], quote=True)}">'
        )
    else:
        labels = [column["label"] for column in payload["table"]["columns"]]
        with pd.option_context("display.max_colwidth", None):
            body = pd.DataFrame(payload["table"]["rows"], columns=labels).to_html(index=False)
    notes = "".join(f"<br>{html.escape(note)}" for note in payload["notes"])
    return f"<p><strong>{title}</strong></p>{body}<p>{caption}{notes}</p>"
