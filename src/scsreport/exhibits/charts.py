"""The few kinds of chart that the book draws, each series with colour, marker and dash."""

from collections.abc import Iterable, Mapping
from itertools import product
from textwrap import fill
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter
from matplotlib.transforms import Bbox, BboxBase

from scsreport.exhibits import text
from scsreport.exhibits.style import WIDTH, Theme, looks

__all__ = [
    "LABEL_LETTERS",
    "Z95",
    "curves",
    "name_points",
    "panels",
    "rows",
    "scatter",
]

Floats = npt.NDArray[np.float64]

Z95 = 1.96
AXIS_LETTERS = 26
"""Letters of the label below rows before it takes a second line."""
END_LETTERS = 14
"""Letters of the name behind the end of a line before it takes a second line."""
LINE_SHARE = 0.065
"""Height of a line of text over that of the axes of :func:`curves`."""
SIDES = ((1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1))
DISTANCES = (4, 10, 18)
"""Where a name may stand beside its point: sides in order of preference, and points away."""
PANEL_LETTERS = 20
"""Letters of the name of a panel before it takes a second line."""

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
    ordered: bool = False,
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
    ordered : bool
        Whether the series are ordered classes, the lowest first.
    """
    names = list(dict.fromkeys(data[y]))
    series = _series(data, by)
    look_of = looks((name for name, _ in series), theme, ordered=ordered)
    figure = Figure(figsize=(WIDTH, 1.2 + len(names) * (0.18 + 0.12 * (len(series) - 1))))
    axes = figure.add_subplot()
    # Only intervals would cover each other; dots of one row stand on one line, joined by it.
    apart = 0.0 if error is None else 0.22
    if error is None and by is not None:
        ends = data.groupby(y)[x].agg(["min", "max"]).loc[names]
        axes.hlines(range(len(names)), ends["min"], ends["max"], color=theme.quiet, linewidth=0.8)
    for step, (name, part) in enumerate(series):
        heights = [names.index(key) + apart * (step - (len(series) - 1) / 2) for key in part[y]]
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
            color=look_of[name].colour,
            marker=look_of[name].marker,
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
    axes.set_xlabel(fill(label, AXIS_LETTERS))
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
    ordered: bool = False,
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
    ordered : bool
        Whether the series are ordered classes, the lowest first.
    """
    series = _series(data, by)
    look_of = looks((name for name, _ in series), theme, ordered=ordered)
    figure = Figure(figsize=(WIDTH, 3.3))
    axes = figure.add_subplot()
    if level is not None:
        axes.axhline(level, color=theme.quiet, linewidth=1)
    for step, (name, part) in enumerate(series):
        shown = part.iloc[np.unique(np.geomspace(1, len(part), points).astype(int)) - 1]
        positions = shown[x] if error is None else shown[x] * (1 + 0.04 * step)
        half_widths = None if error is None else Z95 * shown[error]
        axes.errorbar(
            positions,
            shown[y],
            yerr=half_widths,
            label=name,
            capsize=3,
            color=look_of[name].colour,
            linestyle=look_of[name].dash,
            marker=look_of[name].marker,
            markersize=4,
            markevery=max(1, len(shown) // 20),
        )
    _log_axes(axes, log)
    axes.set(xlabel=labels[0], ylabel=labels[1])
    if "x" not in log:
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    last = {name: part.iloc[-1] for name, part in series}
    if {row[x] for row in last.values()} == {data[x].max()}:
        heights = {name: float(row[y]) for name, row in last.items()}
        _label_ends(axes, heights, {name: look.colour for name, look in look_of.items()})
    else:
        axes.legend()
    return figure


def _label_ends(axes: Axes, heights: Mapping[str, float], colours: Mapping[str, str]) -> None:
    """Write the name of each line behind its end, one above the other where ends are near."""
    names = sorted(heights, key=lambda name: heights[name])
    words = [fill(name, END_LETTERS) for name in names]
    half = [LINE_SHARE * (1 + label.count("\n")) / 2 for label in words]
    right = axes.get_xlim()[1]
    ends = axes.transData.transform([(right, heights[name]) for name in names])
    places = axes.transAxes.inverted().transform(ends)[:, 1]
    for n in range(1, len(names)):
        places[n] = max(places[n], places[n - 1] + half[n - 1] + half[n])
    places[-1] = min(places[-1], 1)
    for n in reversed(range(len(names) - 1)):
        places[n] = min(places[n], places[n + 1] - half[n + 1] - half[n])
    for name, label, place in zip(names, words, places, strict=True):
        axes.annotate(
            label,
            (1, place),
            xycoords="axes fraction",
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=colours[name],
        )


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
    look_of = looks(data[by].astype(str), theme)
    spans = data.assign(low=data[[y, *band]].min(axis=1), high=data[[y, *band]].max(axis=1))
    ends = spans.groupby(panel).agg(low=("low", "min"), high=("high", "max"))
    middle = ends.mean(axis=1)
    half_height = 0.55 * (ends["high"] - ends["low"]).max()
    figure = Figure(figsize=(WIDTH, 0.6 + 1.25 * -(-len(parts) // columns)))
    for number, (name, panel_data) in enumerate(parts):
        axes = figure.add_subplot(-(-len(parts) // columns), columns, number + 1)
        for series, part in _series(panel_data, by):
            look = look_of[series]
            for start, line in part.groupby(part[band[0]].isna().cumsum()):
                style: dict[str, Any] = {"color": look.colour, "linestyle": look.dash}
                legend_label = series if number == 0 and start == 1 else None
                axes.plot(
                    line[x],
                    line[y],
                    label=legend_label,
                    marker=look.marker,
                    markersize=3,
                    **style,
                )
                band_ends = line[list(band)].T.fillna(line[y]).to_numpy()
                axes.fill_between(line[x], *band_ends, color=look.colour, alpha=0.2, linewidth=0)
        axes.set_title(fill(name, PANEL_LETTERS), fontsize=10, loc="left")
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
    series = _series(data, by)
    for name, look in looks((name for name, _ in series), theme).items():
        part = dict(series)[name]
        axes.scatter(
            part[x], part[y], s=20, marker=look.marker, color=look.colour, label=name, linewidths=0
        )
    farthest = data.assign(distance=np.log(data[y] / data[x])).sort_values("distance")
    _log_axes(axes, "xy")
    axes.set(xlabel=labels[0], ylabel=labels[1], xlim=bounds, ylim=bounds)
    figure.legend(loc="outside lower center", ncols=2, handletextpad=0.1)
    shown = pd.concat([farthest.head(named), farthest.tail(named)])
    name_points(
        axes, shown[[x, y]].to_numpy(float), shown["name"], among=data[[x, y]].to_numpy(float)
    )
    return figure


def name_points(
    axes: Axes, points: Floats, names: Iterable[str], *, among: Floats, fontsize: float = 9
) -> None:
    """Write names beside points, each where it covers no point, no other name and no edge.

    Parameters
    ----------
    axes : Axes
        With its final limits and all points drawn.
    points : array of shape (n, 2)
        The points to name, in the order in which they choose their place.
    names : iterable of str
        Their names; an empty one is not written.
    among : array of shape (m, 2)
        All points that must stay free.
    fontsize : float
        In points.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    pixel = figure.dpi / 72
    taken: list[BboxBase] = [
        Bbox.from_extents(*(at - 3 * pixel), *(at + 3 * pixel))
        for at in axes.transData.transform(among)
    ]
    for point, name in zip(points, names, strict=True):
        if name:
            taken.append(_name_point(axes, point, name, taken, fontsize))


def _name_point(
    axes: Axes, point: Floats, name: str, taken: list[BboxBase], fontsize: float
) -> BboxBase:
    """Write the name of a point where it covers least, and return its box in pixels."""
    label = axes.annotate(
        name,
        (point[0], point[1]),
        xytext=(0, 0),
        textcoords="offset points",
        fontsize=fontsize,
        zorder=4,
    )
    costs: list[tuple[int, int]] = []
    for distance, (right, up) in product(DISTANCES, SIDES):
        _put(label, right, up, distance)
        box = label.get_window_extent()
        inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1
        inside &= axes.bbox.y0 <= box.y0 and box.y1 <= axes.bbox.y1
        costs.append((box.count_overlaps(taken) + 2 * (not inside), len(costs)))
        if costs[-1][0] == 0:
            break
    place = min(costs)[1]
    _put(label, *SIDES[place % len(SIDES)], DISTANCES[place // len(SIDES)])
    return label.get_window_extent()


def _put(label: Annotation, right: int, up: int, distance: float) -> None:
    label.set(
        position=(right * distance, up * distance),
        ha=("right", "center", "left")[right + 1],
        va=("top", "center", "bottom")[up + 1],
    )
