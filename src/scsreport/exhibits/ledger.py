"""Exhibits of the ledger: every printed figure against its rebuilt value."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scsreport import claims
from scsreport.exhibits import text
from scsreport.exhibits.blocks import Block, Blocks
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import WIDTH, Theme

__all__ = [
    "figures_table",
    "picture",
    "table",
    "verdicts",
]
__dir__ = listing(__all__)

KINDS = {
    "A": "statements of the report",
    "N": "circulating figures",
    "C": "cases",
}
"""Kinds of rows by the first letter of their id. Definitions are compared, not judged."""

HELD, FAILED, NEUTRAL_GREY, SHOWN = (("neutral", n) for n in range(4))
OPEN = ("steps", 1)
TONES = {
    "reproduced": (HELD, ""),
    "close": (HELD, ".."),
    "holds in part": (HELD, "//"),
    "arithmetic only": (NEUTRAL_GREY, ""),
    "illustrated": (SHOWN, ".."),
    "depends on the definition": (OPEN, ""),
    "inconclusive": (OPEN, "xx"),
    "holds in no part": (FAILED, "//"),
    "contradicted": (FAILED, ""),
    claims.UNTESTED: (NEUTRAL_GREY, "--"),
}
"""Colour, by its kind and place in the theme, and hatch of each verdict on the picture."""

NOT_YET_REBUILT = claims.VERDICTS[-1]
STATEMENTS = ("A1", "A2", "A3", "A4", "A5", "A6", "A7")
UNENDED = {"at least": "{} or more", "at most": "{} or less", "about": "about {}"}
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


def _facts(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the tally of the rows that are judged, and of the definitions that are compared."""
    counts = rows["verdict"].value_counts().reindex(list(claims.VERDICTS), fill_value=0)
    compared = counts.pop("compared")
    judged = counts[(counts > 0) & (counts.index != NOT_YET_REBUILT)]
    return {
        "n": len(rows),
        "judged": len(rows) - compared,
        "compared": compared,
        "counts": counts,
        "verdicts": _with_counts(judged),
    }


def _with_counts(counts: "pd.Series[int]") -> str:
    """Return verdicts with the number of their rows, as a phrase."""
    return text.listing(f"{n} “{verdict}”" for verdict, n in counts.items())


@exhibit("fig-ledger", serves=STATEMENTS, sources=SOURCES)
def picture() -> Parts:
    """Count the verdicts by kind of row."""
    rows = claims.ledger()
    verdicts = rows["verdict"]
    kind_of_row = pd.Series(verdicts.index.str[0].map(KINDS), verdicts.index, name="kind")
    counted = pd.crosstab(kind_of_row, verdicts).reindex(list(KINDS.values()))
    occurring = [verdict for verdict in TONES if counted.get(verdict, pd.Series([0])).sum()]
    data = counted[occurring].reset_index().melt("kind", var_name="verdict", value_name="rows")
    of_statements = verdicts[list(STATEMENTS)].value_counts()
    facts = _facts(rows) | {"of_statements": _with_counts(of_statements)}
    return Parts(data, facts | {"floor": claims.COVERAGE_FLOOR}, _draw)


def _draw(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 3.4))
    axes = figure.add_subplot()
    left = np.zeros(data["kind"].nunique())
    for verdict, part in data.groupby("verdict", sort=False):
        rows = part["rows"].to_numpy()
        series, hatch = TONES[str(verdict)]
        colour = getattr(theme, series[0])[series[1]]
        bars = axes.barh(
            part["kind"],
            rows,
            left=left,
            color=colour,
            edgecolor=theme.paper,
            label=verdict,
            hatch=hatch,
        )
        axes.bar_label(
            bars,
            [str(n) if n else "" for n in rows],
            label_type="center",
            fontsize=9,
            color=theme.paper,
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
    """Return the printed figures as text, as their sources print them."""
    one_end = rows["printed_low"].fillna(rows["printed_high"])
    shown = pd.Series(text.in_unit(one_end, rows["unit"]), rows.index)
    ends = span(rows, "printed_low", "printed_high")
    words = [
        ends[row] if how == "range" else UNENDED.get(str(how), "{}").format(shown[row])
        for row, how in rows["as_printed"].items()
    ]
    return pd.Series(words, rows.index)


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
    data = printable(rows, "ours")
    between = " (" + data["range"] + ")"
    data["told"] = data["shown"] + between.where(data["range"] != "", "")
    return Parts(data, _facts(rows))


@exhibit("tab-figures", serves=STATEMENTS, sources=SOURCES)
def figures_table() -> Parts:
    """List every printed figure, one by one."""
    rows = claims.figures().reset_index()
    rows = rows[rows["verdict"] != NOT_YET_REBUILT]
    return Parts(printable(rows, "value").assign(said=printed(rows)), _facts(rows))


def rule(figure: Any) -> str:
    """Return the rule by which a figure is judged, in its unit.

    Parameters
    ----------
    figure : Series
        A row of :func:`scsreport.claims.figures`.

    Returns
    -------
    str
    """
    if figure["relation"] in NO_RULE:
        return NO_RULE[figure["relation"]]
    numbers = pd.DataFrame([figure[list(NUMBERS)]]).astype(float)
    met_low, met_high = map(float, claims.met_by(numbers).iloc[0])
    low, high = exact(met_low, figure["unit"]), exact(met_high, figure["unit"])
    if np.isinf(met_high):
        words = f"Met by {low} or more"
    elif np.isinf(met_low):
        words = f"Met by {high} or less"
    else:
        words = f"Met from {low} to {high}"
    covered = figure["covered"]
    floor = (
        ""
        if np.isnan(covered)
        else f" The values must cover {text.share(claims.COVERAGE_FLOOR)} of those it speaks of; "
        f"they cover {text.share(covered)}."
    )
    return f"{words}, a tolerance of {text.share(figure['tolerance'])} included.{floor}"


def exact(value: float, unit: str) -> str:
    """Return a number of a rule with all its digits that count, shares as percentages."""
    if unit in ("share", "rate"):
        return f"{100 * value:.6g} %"
    return f"{value:.6g}"


NUMBERS = ("printed_low", "printed_high", "tolerance")
NO_RULE = {
    "definition": "Compared with another way to count, not judged.",
    "illustration": "Follows from assumptions: it illustrates, whatever comes out.",
    "indication": "Our value is but an indication: it judges nothing.",
    "none": "No open data speak of it.",
}


def verdicts() -> Blocks:
    """Say of every row of the ledger how it was read, what came out, and what would change it."""
    figures = claims.figures()
    countings = claims.answers().groupby("figure")
    by_claim = figures.assign(said=printed(figures)).groupby("claim")
    return Blocks(
        [
            _block(str(claim), row, by_claim.get_group(claim), countings)
            for claim, row in claims.ledger().iterrows()
        ]
    )


def _block(claim: str, row: Any, figures: pd.DataFrame, countings: Any) -> Block:
    year = "" if pd.isna(row["year"]) else f", {row['year']}"
    terms: list[tuple[str, list[str]]] = [
        ("As printed", [f"{row['statement']} ({row['printed']}; {row['source']}{year}.)"]),
        ("Verdict", [f"{_begun(row['stands'])}."]),
    ]
    sides = figures["bears_on"] == "side"
    for n, (name, figure) in enumerate(figures[~sides].iterrows(), 1):
        title = f"Part {n}" if (~sides).sum() > 1 else "Read as"
        terms.append((title, _of_figure(figure, row, _values(name, figure, countings))))
    for name, figure in figures[sides].iterrows():
        terms.append(("On the side", _of_figure(figure, row, _values(name, figure, countings))))
    return Block(f"verdict-{claim}", f"{claim}: {row['stands']}", terms)


def _begun(words: str) -> str:
    """Return words with a capital in front, the others as they are."""
    return words[0].upper() + words[1:]


def _of_figure(figure: Any, row: Any, values: str) -> list[str]:
    """Return all there is to say of a figure, a paragraph each."""
    prints_it = row["kind"] != "abstract" and row["printed"] != "no figure"
    how = "printed" if prints_it else "read as"
    lines = [
        f"{_begun(figure['quantity'])}: {how} {figure['said']}; {figure['verdict']}.",
        f"How it was read: {figure['tolerance_reason']}.",
        values,
        f"Rule, set {figure['declared']} a value was seen: {rule(figure)}",
        _would_change(figure),
    ]
    if not pd.isna(figure["changed"]):
        lines.append(f"Changed after values had been seen: {figure['changed']}.")
    return [line for line in lines if line]


def _values(name: Any, figure: Any, countings: Any) -> str:
    """Return our values by counting, with the interval of the headline."""
    if name not in countings.groups:
        return ""
    rows = countings.get_group(name).sort_values("headline", ascending=False, kind="stable")
    shown = text.in_unit(rows["value"], [figure["unit"]] * len(rows))
    by_counting = "; ".join(
        f"{counting}: {value}" if counting else value
        for counting, value in zip(rows["counting"], shown, strict=True)
    )
    interval = ""
    if figure["value_low"] < figure["value_high"]:
        low, high = text.in_unit(figure[["value_low", "value_high"]], [figure["unit"]] * 2)
        interval = f" Interval of the first: {low} to {high}."
    return f"Ours, the headline first: {by_counting}.{interval}"


def _would_change(figure: Any) -> str:
    """Say what would change the verdict on a figure."""
    changes = {
        claims.UNTESTED: "Open data on it would change this.",
        "inconclusive": "Values for more of those it speaks of, or a narrower interval, would "
        "change this.",
        "depends on the definition": "One agreed definition would change this.",
        "contradicted": "A counting that meets the rule would change this.",
        "reproduced": "A counting that misses the rule would change this.",
        "close": "Values within the tolerance itself would change this.",
        "arithmetic only": "A source of its own for the two numbers would change this.",
        "illustrated": "Evidence in place of assumptions would change this.",
    }
    return changes.get(figure["verdict"], "")
