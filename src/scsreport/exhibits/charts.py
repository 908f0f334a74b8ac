"""The few kinds of chart that the book draws, each series with colour, marker and dash."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from scsreport.exhibits import text
from scsreport.exhibits.style import DASHES, MARKERS, WIDTH, Theme

__all__ = [
    "LABEL_LETTERS",
    "Z95",
    "curves",
    "panels",
    "rows",
    "scatter",
]

Z95 = 1.96
LABEL_LETTERS = 24
"""Letters of a category before its label takes a second line."""


def _series(data: pd.DataFrame, by: str | None) -> list[tuple[str, pd.DataFrame]]:
    groups = [("", data)] if by is None else data.groupby(by, sort=False, observed=True)
    return [(str(name), part) for name, part in groups]


def _log_axes(axes: Axes, which: str) -> None:
    for name in which:
        axis = getattr(axes, f"{name}axis")
        getattr(axes, f"set_{name}scale")("log")
        axis.set_major_formatter(FuncFormatter(lambda value, _: text.short(value)))
        axis.set_minor_formatter(NullFormatter())


def rows(
    data: pd.DataFrame,
    theme: Theme,
    *,
    x: str,
    y: str,
    label: str,
    by: str | None = None,
    error: str | tuple[str, str] | None = None,
    marks: Mapping[str, float] | None = None,
) -> Figure:
    """Draw one row per category, a dot per series, with intervals and marked values.

    Parameters
    ----------
    data : DataFrame
        Tidy: a row per dot.
    theme : Theme
        Colours.
    x, y : str
        Columns of value and category; categories keep their order, the first on top.
    label : str
        Label of the value axis, with unit.
    by : str, optional
        Column of series.
    error : str or tuple of str, optional
        Column of standard errors, drawn as 95 % intervals; or columns of both ends of an interval.
    marks : mapping of str to float, optional
        Values marked by a broken line, with a name.
    """
    names = list(dict.fromkeys(data[y]))
    series = _series(data, by)
    figure = Figure(figsize=(WIDTH, 1.2 + len(names) * (0.18 + 0.12 * (len(series) - 1))))
    axes = figure.add_subplot()
    for step, (name, part) in enumerate(series):
        heights = [names.index(key) + 0.22 * (step - (len(series) - 1) / 2) for key in part[y]]
        if isinstance(error, tuple):
            half_widths = np.abs(part[list(error)].sub(part[x], axis=0).to_numpy().T)
        else:
            half_widths = None if error is None else Z95 * part[error]
        axes.errorbar(
            part[x],
            heights,
            xerr=half_widths,
            label=name,
            linestyle="",
            marker=MARKERS[step],
            markersize=5,
            linewidth=1,
        )
    sorted_marks = sorted((marks or {}).items(), key=lambda mark: mark[1])
    for step, (name, value) in enumerate(sorted_marks):
        axes.axvline(value, color=theme.ink, linestyle="--", linewidth=1)
        side = "center" if len(sorted_marks) == 1 else ("right", "left")[step % 2]
        axes.annotate(name, (value, 1), xycoords=("data", "axes fraction"), ha=side, va="bottom")
    axes.set_yticks(
        range(len(names)), [fill(name, LABEL_LETTERS) if by else name for name in names]
    )
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel(label)
    axes.grid(axis="y", visible=False)
    if by is not None:
        figure.legend(
            loc="outside lower center", ncols=len(series), handletextpad=0.2, columnspacing=1
        )
    return figure


def curves(
    data: pd.DataFrame,
    theme: Theme,
    *,
    x: str,
    y: str,
    by: str,
    labels: tuple[str, str],
    log: str = "",
    error: str | None = None,
    level: float | None = None,
    points: int = 160,
) -> Figure:
    """Draw a curve per series, with optional intervals and one level to compare with.

    Parameters
    ----------
    data : DataFrame
        Tidy, sorted along each curve.
    theme : Theme
        Colours.
    x, y, by : str
        Columns of the axes and of the series.
    labels : tuple of str
        Labels of the axes, with units.
    log : str
        Axes with a logarithmic scale of people or counts: "", "x" or "xy".
    error : str, optional
        Column of standard errors, drawn as 95 % intervals.
    level : float, optional
        Height of a quiet line.
    points : int
        Long curves are thinned to so many points, evenly on a logarithmic scale, since
        thousands of points would weigh half a megabyte and show nothing more.
    """
    figure = Figure(figsize=(WIDTH, 3.3))
    axes = figure.add_subplot()
    if level is not None:
        axes.axhline(level, color=theme.quiet, linewidth=1)
    for step, (name, part) in enumerate(_series(data, by)):
        shown = part.iloc[np.unique(np.geomspace(1, len(part), points).astype(int)) - 1]
        positions = shown[x] if error is None else shown[x] * (1 + 0.04 * step)
        half_widths = None if error is None else Z95 * shown[error]
        axes.errorbar(
            positions,
            shown[y],
            yerr=half_widths,
            label=name,
            capsize=3,
            linestyle=DASHES[step],
            marker=MARKERS[step],
            markersize=4,
            markevery=max(1, len(shown) // 20),
        )
    _log_axes(axes, log)
    axes.set(xlabel=labels[0], ylabel=labels[1])
    axes.legend()
    return figure


def panels(
    data: pd.DataFrame,
    theme: Theme,
    *,
    x: str,
    y: str,
    by: str,
    panel: str,
    label: str,
    band: tuple[str, str],
    columns: int = 2,
) -> Figure:
    """Draw small multiples: a line per series with its band, all panels with one span of values.

    Parameters
    ----------
    data : DataFrame
        Tidy, sorted along each line; a missing value in the band begins a new line.
    theme : Theme
        Colours.
    x, y, by, panel : str
        Columns of the axes, of the series and of the panels.
    label : str
        Label of the value axes, with unit.
    band : tuple of str
        Columns of both ends of the band.
    columns : int
        Panels side by side.
    """
    parts = _series(data, panel)
    spans = data.assign(low=data[[y, *band]].min(axis=1), high=data[[y, *band]].max(axis=1))
    ends = spans.groupby(panel).agg(low=("low", "min"), high=("high", "max"))
    middle = ends.mean(axis=1)
    half_height = 0.55 * (ends["high"] - ends["low"]).max()
    figure = Figure(figsize=(WIDTH, 0.6 + 1.25 * -(-len(parts) // columns)))
    for number, (name, panel_data) in enumerate(parts):
        axes = figure.add_subplot(-(-len(parts) // columns), columns, number + 1)
        for step, (series, part) in enumerate(_series(panel_data, by)):
            for start, line in part.groupby(part[band[0]].isna().cumsum()):
                style: dict[str, Any] = {"color": theme.series[step], "linestyle": DASHES[step]}
                legend_label = series if number == 0 and start == 1 else None
                axes.plot(
                    line[x],
                    line[y],
                    label=legend_label,
                    marker=MARKERS[step],
                    markersize=3,
                    **style,
                )
                band_ends = line[list(band)].T.fillna(line[y]).to_numpy()
                axes.fill_between(
                    line[x], *band_ends, color=theme.series[step], alpha=0.2, linewidth=0
                )
        axes.set_title(name, fontsize=10, loc="left")
        axes.set_ylim(middle[name] - half_height, middle[name] + half_height)
        axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(3))
    figure.supylabel(label, fontsize=10)
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def scatter(
    data: pd.DataFrame,
    theme: Theme,
    *,
    x: str,
    y: str,
    by: str,
    labels: tuple[str, str],
    named: int = 2,
) -> Figure:
    """Draw points on equal logarithmic axes around the diagonal and name the farthest from it.

    Parameters
    ----------
    data : DataFrame
        A row per point, with ``name``.
    theme : Theme
        Colours.
    x, y, by : str
        Columns of the axes and of the series.
    labels : tuple of str
        Labels of the axes.
    named : int
        How many points to name on either side.
    """
    figure = Figure(figsize=(WIDTH, 3.9))
    axes = figure.add_subplot()
    values = data[[x, y]].to_numpy()
    bounds = values.min() / 1.2, values.max() * 1.2
    axes.plot(bounds, bounds, color=theme.quiet, linewidth=1)
    for step, (name, part) in enumerate(_series(data, by)):
        axes.scatter(part[x], part[y], s=20, marker=MARKERS[step], label=name, linewidths=0)
    farthest = data.assign(distance=np.log(data[y] / data[x])).sort_values("distance")
    for _, row in pd.concat([farthest.head(named), farthest.tail(named)]).iterrows():
        axes.annotate(
            row["name"], (row[x], row[y]), xytext=(4, 4), textcoords="offset points", fontsize=9
        )
    _log_axes(axes, "xy")
    axes.set(xlabel=labels[0], ylabel=labels[1], xlim=bounds, ylim=bounds)
    axes.legend(loc="upper left")
    return figure
