"""Exhibits of the ledger: every printed figure against its rebuilt value."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scsreport import claims
from scsreport.exhibits import text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import WIDTH, Theme

__all__ = [
    "figures_table",
    "picture",
    "table",
]
__dir__ = listing(__all__)

KINDS = {
    "A": "statements of the report",
    "N": "circulating figures",
    "D": "definitions",
    "C": "cases",
}
HATCHES = ("", "..", "xx", "//", "\\\\", "--", "oo", "")
NOT_YET_REBUILT = claims.VERDICTS[-1]
OPEN_ENDED_RATIO = 50  # a printed figure whose ends lie so many times apart has no upper end
STATEMENTS = ("A1", "A2", "A3", "A4", "A5", "A6", "A7")
SOURCES = (
    "claims",
    "claim-figures",
    "places",
    "countries",
    "footprints",
    "cities",
    "printed",
    "size-classes-2014",
    "wup-size-classes",
    "wup-growth",
    "regional-output",
    "worldbank",
    "mexico",
    "us-states",
    "region-coast",
)


def _facts(verdicts: "pd.Series[str]") -> dict[str, Any]:
    counts = verdicts.value_counts().reindex(list(claims.VERDICTS), fill_value=0)
    judged = counts[(counts > 0) & (counts.index != NOT_YET_REBUILT)]
    return {"n": len(verdicts), "counts": counts, "verdicts": _with_counts(judged)}


def _with_counts(counts: "pd.Series[int]") -> str:
    """Return verdicts with the number of their rows, as a phrase."""
    return text.listing(f"{n} “{verdict}”" for verdict, n in counts.items())


@exhibit("fig-ledger", serves=STATEMENTS, sources=SOURCES)
def picture() -> Parts:
    """Count the verdicts by kind of row."""
    verdicts = claims.ledger()["verdict"]
    kind_of_row = pd.Series(verdicts.index.str[0].map(KINDS), verdicts.index, name="kind")
    counted = pd.crosstab(kind_of_row, verdicts).reindex(list(KINDS.values()))
    occurring = [verdict for verdict in claims.VERDICTS if verdict in counted]
    data = counted[occurring].reset_index().melt("kind", var_name="verdict", value_name="rows")
    of_statements = verdicts[list(STATEMENTS)].value_counts()
    facts = _facts(verdicts) | {"of_statements": _with_counts(of_statements)}
    return Parts(data, facts, _draw)


def _draw(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 2.9))
    axes = figure.add_subplot()
    left = np.zeros(data["kind"].nunique())
    colours = dict(zip(claims.VERDICTS, (*theme.series, theme.quiet, theme.land), strict=True))
    for verdict, part in data.groupby("verdict", sort=False):
        rows = part["rows"].to_numpy()
        colour = colours[str(verdict)]
        bars = axes.barh(
            part["kind"],
            rows,
            left=left,
            color=colour,
            edgecolor=theme.paper,
            label=verdict,
            hatch=HATCHES[claims.VERDICTS.index(str(verdict))],
        )
        axes.bar_label(
            bars,
            [str(n) if n else "" for n in rows],
            label_type="center",
            fontsize=9,
            color=theme.ink if verdict == NOT_YET_REBUILT else theme.paper,
            bbox={"facecolor": colour, "edgecolor": "none", "pad": 1.5},
        )
        left += rows
    axes.invert_yaxis()
    axes.set_xlabel("rows of the ledger")
    axes.grid(axis="y", visible=False)
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def span(rows: pd.DataFrame, low: str, high: str) -> "pd.Series[str]":
    """Return two columns as text, ``low to high``, or one value where both print alike."""
    ends = pd.DataFrame({end: text.in_unit(rows[end], rows["unit"]) for end in (low, high)})
    several = ends[low] + " to " + ends[high]
    return several.where(ends[low] != ends[high], ends[low]).set_axis(rows.index)


def printed(rows: pd.DataFrame) -> "pd.Series[str]":
    """Return the printed figures as text; an end far above the other stands for none."""
    low, high = rows["printed_low"], rows["printed_high"]
    ends = span(rows, "printed_low", "printed_high")
    return ends.where(
        (low <= 0) | (high < OPEN_ENDED_RATIO * low), ends.str.split(" to ").str[0] + " or more"
    )


def printable(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Add value, range, tolerance and countings as the ledger prints them."""
    met = rows["met"].astype("Int64").astype("string") + " of "
    return rows.assign(
        shown=text.in_unit(rows[value], rows["unit"]),
        range=span(rows, "low", "high").where(lambda ends: ends.str.contains(" to "), ""),
        with_added=text.in_unit(rows.get("with_added", rows[value]), rows["unit"]),
        within=[text.cell(tolerance) and text.share(tolerance) for tolerance in rows["tolerance"]],
        countings=met + rows["countings"].astype("Int64").astype("string"),
    )


@exhibit("tab-ledger", serves=STATEMENTS, sources=SOURCES)
def table() -> Parts:
    """List every row of the ledger with its verdict."""
    rows = claims.ledger().reset_index()
    return Parts(printable(rows, "ours"), _facts(rows["verdict"]))


@exhibit("tab-figures", serves=["A1"], sources=SOURCES)
def figures_table() -> Parts:
    """List every printed figure that can be compared, one by one."""
    rows = claims.figures().reset_index()
    rows = rows[rows["verdict"] != NOT_YET_REBUILT]
    return Parts(printable(rows, "value").assign(said=printed(rows)), _facts(rows["verdict"]))
