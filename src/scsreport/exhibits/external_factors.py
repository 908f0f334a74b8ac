"""Exhibits of the chapter *Beyond roads*: what goes with growth of cities and output of regions."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scsreport import checks, claims
from scsreport.exhibits import text
from scsreport.exhibits.contract import Parts, exhibit, listing
from scsreport.exhibits.style import WIDTH, Theme
from scsreport.findings import external_factors, ties
from scsreport.tables.datasets import load

__all__ = ["curve", "explained", "terms"]
__dir__ = listing(__all__)

RESULT_TABLES = ("external-factors",)
OUTCOMES = {"growth": "Growth of cities, 2000 to 2015", "output": "Output per head of regions"}
SHORT_OUTCOMES = {"growth": "Growth", "output": "Output"}
BLOCKS = {
    "older functions": "Capital, port, coast",
    "roads": "Roads",
    "air": "Air routes",
    "ties": "Sister cities",
    "digital": "Addresses",
    "air, ties and digital": "Air, sisters, addresses",
    "all four": "All four",
}
TERMS = {
    "access": "Market access",
    "through": "Through traffic",
    "air_routes": "Air routes",
    "air_reach": "Reach over two routes",
    "sisters": "Sister cities",
    "addresses": "Addresses per head",
}
FIRST = "as declared first"
KEYS = {"air, ties and digital": "networks", "all four": "four", "older functions": "older"}
"""Names of blocks in facts, where they are no word."""


def _years() -> dict[str, int]:
    """Return when each list was made, beside the growth that it stands beside."""
    return {
        "air_year": ties.AIR_YEAR,
        "sister_year": ties.SISTER_YEAR,
        "address_year": external_factors.ADDRESS_YEAR,
    }


def _facts(sample: str = external_factors.HEADLINE) -> dict[str, Any]:
    """Return the overview by outcome and block: ``growth[air][partial]``, and verdicts."""
    checks.choice("sample", sample, external_factors.samples())
    table = external_factors.overview(sample).replace({"block": KEYS})
    by_outcome = {
        str(outcome): rows.set_index("block").to_dict("index")
        for outcome, rows in table.groupby("outcome")
    }
    figures = claims.figures()
    return (
        by_outcome
        | _years()
        | {
            "chosen": _chosen(sample),
            "mark": figures["printed_low"]["A5c"],
            "verdicts": figures["verdict"],
            "specifications": len(external_factors.summary()),
        }
    )


def _chosen(sample: str) -> str:
    """Word which specification of each block is drawn with its interval."""
    return FIRST if sample == external_factors.HEADLINE else f"{FIRST}, but {sample}"


@exhibit("fig-external-factors", rebuilds=["A5"], serves=["A5"], sources=RESULT_TABLES)
def curve(sample: str = external_factors.HEADLINE) -> Parts:
    """Show every declared specification: what each block explains of growth and of output.

    Parameters
    ----------
    sample : str
        Of cities and regions: ``all``, ``without Europe``, ``without China`` or ``without the US``.

    Raises
    ------
    ValueError
        If not every block was run on that sample.

    Examples
    --------
    >>> curve(sample="without Europe").id
    'fig-external-factors-sample-without-europe'
    """
    facts = _facts(sample)
    data = external_factors.summary()
    overview = external_factors.overview(sample)
    keys = external_factors.KEYS
    main = pd.MultiIndex.from_frame(overview[keys])
    data["headline"] = pd.MultiIndex.from_frame(data[keys]).isin(main)
    data["named"] = data["block"].map(BLOCKS)
    share = ["partial", "partial_low", "partial_high"]
    data[["percent", "percent_low", "percent_high"]] = 100 * data[share]
    chosen = FIRST if sample == external_factors.HEADLINE else sample
    draw = partial(_draw_curve, mark=100 * float(facts["mark"]), chosen=chosen)
    return Parts(data, facts, draw)


def _draw_curve(data: pd.DataFrame, theme: Theme, mark: float, chosen: str) -> Figure:
    figure = Figure(figsize=(WIDTH, 5.6))
    grid = figure.subplots(2, sharex=True)
    for axes, (outcome, title) in zip(grid, OUTCOMES.items(), strict=True):
        _draw_outcome(axes, data[data["outcome"] == outcome], theme, chosen)
        axes.axvline(mark, color=theme.ink, linestyle="--", linewidth=1)
        axes.set_title(title, fontsize=9, loc="left")
    grid[0].text(mark + 1, 0, "a great deal", va="center", fontsize=8)
    grid[0].set_xlim(left=0)
    grid[1].set_xlabel("% explained beyond the others")
    figure.legend(
        *grid[1].get_legend_handles_labels(), loc="outside lower center", ncols=2, markerscale=1.4
    )
    return figure


def _draw_outcome(axes: Axes, data: pd.DataFrame, theme: Theme, chosen: str) -> None:
    """Draw a row a block: all its specifications, and the headline with its interval."""
    names = list(BLOCKS.values())
    heights = data["named"].map(names.index).to_numpy()
    headline = data["headline"].to_numpy()
    axes.scatter(
        data.loc[~headline, "percent"],
        heights[~headline],
        s=14,
        color=theme.quiet,
        linewidths=0,
        label="other samples and measures",
    )
    first = data[headline]
    ends = first[["percent_low", "percent_high"]].sub(first["percent"], axis=0)
    axes.errorbar(
        first["percent"],
        heights[headline],
        xerr=np.abs(ends.to_numpy().T),
        linestyle="",
        marker="D",
        markersize=5,
        color=theme.neutral[0],
        linewidth=1,
        label=chosen,
    )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)


@exhibit("tab-external-factors", serves=["A5"], sources=RESULT_TABLES)
def explained(sample: str = external_factors.HEADLINE) -> Parts:
    """Say how much each block explains, over all choices and on good coverage alone.

    Parameters
    ----------
    sample : str
        Of cities and regions: ``all``, ``without Europe``, ``without China`` or ``without the US``.

    Raises
    ------
    ValueError
        If not every block was run on that sample.
    """
    facts = _facts(sample)
    table = external_factors.overview(sample)
    data = table.assign(
        what=table["outcome"].map(SHORT_OUTCOMES),
        named=table["block"].map(BLOCKS),
        between=_span(table, "partial_low", "partial_high"),
        over=_span(table, "least", "most"),
    )
    return Parts(data, facts)


def _span(table: pd.DataFrame, low: str, high: str) -> "pd.Series[str]":
    """Word two ends of shares: ``1.4 % to 5.8 %``."""
    return table[low].map(text.tenths) + " to " + table[high].map(text.tenths)


@exhibit("tab-external-terms", serves=["A5"], sources=("external-factors", "city-addresses"))
def terms(sample: str = external_factors.HEADLINE) -> Parts:
    """List every factor of the regressions with all four blocks.

    Parameters
    ----------
    sample : str
        Of cities and regions: ``all``, ``without Europe``, ``without China`` or ``without the US``.

    Raises
    ------
    ValueError
        If not every block was run on that sample.
    """
    checks.choice("sample", sample, external_factors.samples())
    table = load("external-factors")
    headline = (table["sample"] == sample) & (table["measure"] == "main")
    rows = table[headline & (table["block"] == external_factors.ALL)]
    hundredths = 100 * rows[["coef", "low", "high", "spatial_low", "spatial_high"]]
    between = hundredths["low"].map(text.number) + " to " + hundredths["high"].map(text.number)
    far = hundredths["spatial_low"].map(text.number) + " to "
    far = far + hundredths["spatial_high"].map(text.number)
    data = rows.assign(
        coef=hundredths["coef"],
        own_between=between,
        far_between=far,
        what=rows["outcome"].map(SHORT_OUTCOMES),
        named=rows["term"].map(TERMS),
    )
    addresses = load("city-addresses")
    facts = {
        "by": data.query("outcome == 'growth'").set_index("term"),
        "capped": addresses["capped"].sum(),
        "of": len(addresses),
        "without": (addresses["addresses"] == 0).sum(),
    }
    return Parts(data, _facts() | facts)
