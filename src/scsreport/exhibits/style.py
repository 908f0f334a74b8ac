"""The one look of all figures: sizes, fonts, colours, light and dark."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.style as mpl_style
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler
from PIL import Image

__all__ = [
    "DARK",
    "DASHES",
    "LIGHT",
    "MARKERS",
    "PIXELS_PER_INCH",
    "RASTER_DPI",
    "SHEET",
    "THEMES",
    "WIDTH",
    "Theme",
    "render",
]

WIDTH = 4.6
"""Width of every figure in inches, so that ten-point text stays readable on a phone."""

SHEET = Path(__file__).with_suffix(".mplstyle")
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


def _colours(theme: Theme) -> dict[Any, Any]:
    settings = {
        theme.paper: ("figure.facecolor", "axes.facecolor", "savefig.facecolor"),
        theme.ink: ("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"),
        theme.quiet: ("axes.edgecolor", "xtick.color", "ytick.color", "grid.color"),
    }
    colours = {name: colour for colour, names in settings.items() for name in names}
    return {**colours, "axes.prop_cycle": cycler(color=theme.series)}


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
    with mpl_style.context([SHEET, _colours(theme)]):
        figure = draw(data, theme)
        width, height = (round(side * PIXELS_PER_INCH) for side in figure.get_size_inches())
        buffer = io.BytesIO()
        if not raster:
            figure.savefig(buffer, format="svg", metadata={"Date": None})
            return buffer.getvalue(), "image/svg+xml", width, height
        figure.savefig(buffer, format="png", dpi=RASTER_DPI)
    # By coverage, since a few dots of a series must keep their colour among much land.
    picture = (
        Image.open(buffer)
        .convert("RGB")
        .quantize(96, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    compressed = io.BytesIO()
    picture.save(compressed, format="PNG", optimize=True)
    return compressed.getvalue(), "image/png", width, height
