"""Exhibits of the ledger: every printed figure against its rebuilt value."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from scsreport import claims
from scsreport.exhibits import text
from scsreport.exhibits.contract import Column, Parts, exhibit
from scsreport.exhibits.style import WIDTH, Theme

KINDS = {
    "A": "statements of the report",
    "N": "circulating figures",
    "D": "definitions",
    "C": "cases",
}
HATCHES = ("", "..", "xx", "//", "\\\\", "--", "oo", "")
SOURCES = ("claims", "claim-figures", "places", "countries", "footprints")


@exhibit("fig-ledger", serves=["A1", "A2", "A3", "A4", "A5", "A6", "A7"], sources=SOURCES)
def picture() -> Parts:
    """Count the verdicts by kind of row."""
    verdicts = claims.ledger()["verdict"]
    kind = verdicts.index.str[0].map(KINDS)
    counted = pd.crosstab(kind, verdicts).reindex(list(KINDS.values()))
    order = [verdict for verdict in claims.VERDICTS if verdict in counted]
    data = (
        counted[order]
        .rename_axis("kind")
        .reset_index()
        .melt(id_vars="kind", var_name="verdict", value_name="rows")
    )
    total = verdicts.value_counts()
    waiting = total.get("not yet rebuilt", 0)
    judged = {verdict: total[verdict] for verdict in order if verdict != "not yet rebuilt"}
    said = text.listing(f"{text.count(n)} “{verdict}”" for verdict, n in judged.items())
    return Parts(
        title=f"Of {len(verdicts)} rows {len(verdicts) - waiting} have a verdict: {said}",
        caption="Rows of the ledger by kind and verdict.",
        alt=(
            f"Stacked bars, one per kind of row. Of {len(verdicts)} rows, {said}; "
            f"{text.count(waiting)} wait for their chapter."
        ),
        data=data,
        draw=_draw,
        notes=[f"{text.count(waiting)} rows wait for chapters that are not yet written."],
    )


def _draw(data: pd.DataFrame, theme: Theme) -> Figure:
    figure = Figure(figsize=(WIDTH, 2.9))
    axes = figure.add_subplot()
    kinds = list(dict.fromkeys(data["kind"]))
    left = np.zeros(len(kinds))
    colours = dict(zip(claims.VERDICTS, (*theme.series, theme.quiet, theme.land), strict=True))
    for verdict, part in data.groupby("verdict", sort=False):
        rows = part.set_index("kind").loc[kinds, "rows"].to_numpy()
        step = claims.VERDICTS.index(str(verdict))
        bars = axes.barh(
            kinds,
            rows,
            left=left,
            color=colours[str(verdict)],
            hatch=HATCHES[step],
            edgecolor=theme.paper,
            label=verdict,
        )
        waiting = verdict == "not yet rebuilt"
        axes.bar_label(
            bars,
            [str(n) if n else "" for n in rows],
            label_type="center",
            fontsize=9,
            color=theme.ink if waiting else theme.paper,
            bbox=None
            if waiting
            else {"facecolor": colours[str(verdict)], "edgecolor": "none", "pad": 1.5},
        )
        left += rows
    axes.invert_yaxis()
    axes.set_xlabel("rows of the ledger")
    axes.grid(axis="y", visible=False)
    figure.legend(loc="outside lower center", ncols=2)
    return figure


@exhibit("tab-ledger", serves=["A1", "A2", "A3", "A4", "A5", "A6", "A7"], sources=SOURCES)
def table() -> Parts:
    """List every row of the ledger with its verdict."""
    rows = claims.ledger().reset_index()
    data = rows.assign(
        value=[
            text.in_unit(value, unit)
            for value, unit in zip(rows["ours"], rows["unit"].fillna(""), strict=True)
        ],
        span=[
            f"{text.in_unit(low, unit)} to {text.in_unit(high, unit)}" if low < high else ""
            for low, high, unit in zip(
                rows["low"], rows["high"], rows["unit"].fillna(""), strict=True
            )
        ],
        met=_met(rows),
        within=[text.share(t) if pd.notna(t) else "" for t in rows["tolerance"]],
        added=[text.MISSING] * len(rows),
        note=[f"waits for: {w}" if w else "" for w in rows["waits_for"].fillna("")],
        exhibit=rows["exhibit"].fillna(""),
        quantity=rows["quantity"].fillna(""),
        our_source=rows["our_source"].fillna(""),
    )
    done = rows["verdict"] != "not yet rebuilt"
    return Parts(
        title=(
            f"{done.sum()} of {len(rows)} rows are answered in this edition; "
            f"{(~done).sum()} wait for later chapters"
        ),
        caption=(
            "The ledger. Kind says how close the source stands to the report: only abstract is "
            "the report itself. Range: over the admissible definitions and ways of counting."
        ),
        alt=(
            f"Table of {len(rows)} rows with printed figure, rebuilt value, range, tolerance and "
            f"verdict; contradicted: {(rows['verdict'] == 'contradicted').sum()}."
        ),
        data=data,
        columns=[
            Column("id", "Row", kind="claim"),
            Column("verdict", "Verdict"),
            Column("printed", "Printed"),
            Column("value", "Ours", kind="number"),
            Column("span", "Range", kind="number"),
            Column("met", "Countings that meet it", kind="number"),
            Column("within", "Tolerance", kind="number"),
            Column("added", "With an added file", kind="number"),
            Column("quantity", "Compared"),
            Column("statement", "Statement, paraphrased"),
            Column("kind", "Kind"),
            Column("source", "Source"),
            Column("our_source", "Our source"),
            Column("exhibit", "Shown in", kind="exhibit"),
            Column("note", "Note"),
        ],
        notes=[
            "Tolerances were written down before any value was computed.",
            "A row with several figures shows the first and carries the least favourable verdict.",
        ],
    )


def _met(rows: pd.DataFrame) -> list[str]:
    pairs = zip(rows["met"], rows["countings"], strict=True)
    return [f"{met:.0f} of {n:.0f}" if n > 0 else "" for met, n in pairs]


@exhibit("tab-figures", serves=["A1"], sources=SOURCES)
def figures_table() -> Parts:
    """List every printed figure that can be compared, one by one."""
    rows = claims.figures().reset_index()
    rows = rows[rows["verdict"] != "not yet rebuilt"]
    verdicts = rows["verdict"].value_counts()
    data = rows.assign(
        said=[
            text.in_unit(low, unit)
            if low == high
            else f"{text.in_unit(low, unit)} to {text.in_unit(high, unit)}"
            for low, high, unit in zip(
                rows["printed_low"], rows["printed_high"], rows["unit"], strict=True
            )
        ],
        ours=[text.in_unit(v, u) for v, u in zip(rows["value"], rows["unit"], strict=True)],
        met=_met(rows),
        within=[text.share(t) for t in rows["tolerance"]],
    )
    counted = text.listing(f"{text.count(n)} “{verdict}”" for verdict, n in verdicts.items())
    return Parts(
        title=f"Figure by figure: {counted}",
        caption="Each printed figure answered so far, its tolerance and why, and its verdict.",
        alt=f"Table of {len(rows)} figures: {counted}.",
        data=data,
        columns=[
            Column("figure", "Figure"),
            Column("quantity", "Quantity"),
            Column("said", "Printed", kind="number"),
            Column("ours", "Ours", kind="number"),
            Column("met", "Countings that meet it", kind="number"),
            Column("within", "Tolerance", kind="number"),
            Column("tolerance_reason", "Why this tolerance"),
            Column("verdict", "Verdict"),
        ],
    )


def numbers() -> dict[str, str]:
    """Return the numbers that the prose of the chapter prints."""
    verdicts = claims.ledger()["verdict"]
    counted = verdicts.value_counts()
    keys = {verdict: "ledger_" + verdict.replace(" ", "_") for verdict in claims.VERDICTS}
    return {"ledger_rows": text.count(len(verdicts))} | {
        key: text.count(counted.get(verdict, 0)) for verdict, key in keys.items()
    }
