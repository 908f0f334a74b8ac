"""The one look of all figures: sizes, fonts, colours, light and dark."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import pandas as pd
from cycler import cycler
from matplotlib.figure import Figure
from PIL import Image

WIDTH = 4.6
"""Width of every figure in inches, so that ten-point text stays readable on a phone."""

PIXELS_PER_INCH = 96
RASTER_DPI = 220

MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
"""The second cue beside colour: the n-th series has the n-th marker and dash."""


@dataclass(frozen=True)
class Theme:
    """Colours of one rendering; series colours after Okabe and Ito, safe for colour-blind readers.

    Parameters
    ----------
    name : {"light", "dark"}
        Which page it is drawn for.
    paper, ink, quiet, land : str
        Background, text, grid lines and secondary text, land on maps.
    series : tuple of str
        Colours of series, in order of use.
    """

    name: str
    paper: str
    ink: str
    quiet: str
    land: str
    series: tuple[str, ...]


LIGHT = Theme(
    name="light",
    paper="#ffffff",
    ink="#1d2327",
    quiet="#6b7680",
    land="#e6e9ec",
    series=("#0072b2", "#d55e00", "#009e73", "#aa4499", "#b8860b", "#5f6b73"),
)
DARK = Theme(
    name="dark",
    paper="#121212",
    ink="#e8eaed",
    quiet="#9aa4ad",
    land="#33383d",
    series=("#56b4e9", "#f28e3c", "#2fc79a", "#dd8fd0", "#f0d24a", "#aab4bc"),
)
THEMES = (LIGHT, DARK)


def _settings(theme: Theme) -> dict[Any, Any]:
    return {
        "svg.hashsalt": "scsreport",
        "svg.fonttype": "path",
        "figure.facecolor": theme.paper,
        "axes.facecolor": theme.paper,
        "savefig.facecolor": theme.paper,
        "text.color": theme.ink,
        "axes.labelcolor": theme.ink,
        "axes.edgecolor": theme.quiet,
        "xtick.color": theme.quiet,
        "ytick.color": theme.quiet,
        "xtick.labelcolor": theme.ink,
        "ytick.labelcolor": theme.ink,
        "grid.color": theme.quiet,
        "grid.alpha": 0.3,
        "grid.linewidth": 0.6,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": cycler(color=theme.series),
        "font.family": "DejaVu Sans",
        "font.size": 10,
        "axes.titlesize": 10,
        "axes.labelsize": 10,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "legend.fontsize": 9,
        "legend.frameon": False,
        "lines.linewidth": 1.8,
        "figure.constrained_layout.use": True,
    }


def render(
    draw: Callable[[pd.DataFrame, Theme], Figure],
    data: pd.DataFrame,
    theme: Theme,
    *,
    raster: bool = False,
) -> tuple[bytes, str, int, int]:
    """Draw a figure in one theme and return the file, its type and its size in CSS pixels.

    Parameters
    ----------
    draw : callable
        ``draw(data, theme) -> Figure``.
    data : DataFrame
        What it draws.
    theme : Theme
        Light or dark.
    raster : bool
        PNG with a reduced palette instead of SVG.

    Returns
    -------
    tuple
        Content, media type, width and height.
    """
    with mpl.rc_context(_settings(theme)):
        figure = draw(data, theme)
        width, height = (round(side * PIXELS_PER_INCH) for side in figure.get_size_inches())
        buffer = io.BytesIO()
        if not raster:
            figure.savefig(buffer, format="svg", metadata={"Date": None})
            return buffer.getvalue(), "image/svg+xml", width, height
        figure.savefig(buffer, format="png", dpi=RASTER_DPI)
    picture = Image.open(buffer).convert("RGB").quantize(96, dither=Image.Dither.NONE)
    small = io.BytesIO()
    picture.save(small, format="PNG", optimize=True)
    return small.getvalue(), "image/png", width, height
