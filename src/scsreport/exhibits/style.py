"""The one look of all figures: sizes, fonts, colours, light and dark."""

import io
from collections.abc import Callable, Iterable
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
    "LARGEST",
    "LIGHT",
    "MEANINGS",
    "PIXELS_PER_INCH",
    "RASTER_DPI",
    "SHEET",
    "THEMES",
    "WIDTH",
    "Look",
    "Theme",
    "looks",
    "render",
]

WIDTH = 4.6
"""Width of every figure in inches, so that ten-point text stays readable on a phone."""

SHEET = Path(__file__).with_suffix(".mplstyle")
PIXELS_PER_INCH = 96
RASTER_DPI = 220

LARGEST = "largest"

MEANINGS = {
    "regional hub": "hub",
    "hubs": "hub",
    "metropolitan cluster": "cluster",
    "clusters": "cluster",
    "corridors": "corridor",
    "largest city": LARGEST,
    "largest city of the country": LARGEST,
    "largest of its country": LARGEST,
    "the largest": LARGEST,
    "primary": LARGEST,
}
"""Names of series that have a colour of their own, by what they mean."""

FIXED_MARKERS = {"hub": "o", "cluster": "s", "corridor": "^", LARGEST: "D"}
NEUTRAL_MARKERS = ("o", "v", "P", "X")
DASHES: tuple[Any, ...] = ("-", "--", ":", "-.")
"""The second cue beside colour: each meaning has its marker, other series theirs by order."""


@dataclass(frozen=True)
class Theme:
    """Colours of one rendering, by meaning; no hue has two meanings.

    Those of the forms are after Okabe and Ito. Steps and neutral series differ in lightness too,
    so that they are told apart without colour.

    Parameters
    ----------
    name : {"light", "dark"}
        Which page it is drawn for.
    paper, ink, quiet, land : str
        Background, text, grid lines and secondary text, land on maps.
    hub, cluster, corridor, largest : str
        The three forms and the largest city of a country.
    neutral : tuple of str
        Series without a colour of their own, in order of use.
    steps : tuple of str
        Ordered classes, the lowest first.
    up, down : str
        What rose and what fell.
    """

    name: str
    paper: str
    ink: str
    quiet: str
    land: str
    hub: str
    cluster: str
    corridor: str
    largest: str
    neutral: tuple[str, ...]
    steps: tuple[str, ...]
    up: str
    down: str


LIGHT = Theme(
    name="light",
    paper="#ffffff",
    ink="#1d2327",
    quiet="#6b7680",
    land="#e6e9ec",
    hub="#0072b2",
    cluster="#d55e00",
    corridor="#009e73",
    largest="#7b3294",
    neutral=("#3a4750", "#c2577a", "#7d8890", "#7b4b3a"),
    steps=("#b08a1c", "#85640f", "#573e07", "#2c1f02"),
    up="#3a4750",
    down="#c2577a",
)
DARK = Theme(
    name="dark",
    paper="#121212",
    ink="#e8eaed",
    quiet="#9aa4ad",
    land="#33383d",
    hub="#56b4e9",
    cluster="#f28e3c",
    corridor="#2fc79a",
    largest="#c39bf0",
    neutral=("#d3dbe0", "#f28ba8", "#87929b", "#c49a86"),
    steps=("#8a6a1f", "#b88e2c", "#e0bb55", "#fff0b8"),
    up="#d3dbe0",
    down="#f28ba8",
)
THEMES = (LIGHT, DARK)


@dataclass(frozen=True)
class Look:
    """How one series is drawn.

    Parameters
    ----------
    colour, marker : str
        Its cues on points.
    dash : str or tuple
        Its cue on lines.
    """

    colour: str
    marker: str
    dash: Any


def looks(names: Iterable[str], theme: Theme, *, ordered: bool = False) -> dict[str, Look]:
    """Return how each series is drawn: by its meaning, or by its place among the others.

    Parameters
    ----------
    names : iterable of str
        Series in their order.
    theme : Theme
        Light or dark.
    ordered : bool
        Whether the series are ordered classes, the lowest first.

    Returns
    -------
    dict
        A look by name.
    """
    listed = list(dict.fromkeys(names))
    others = [name for name in listed if MEANINGS.get(name, name) not in FIXED_MARKERS]
    found = {}
    for number, name in enumerate(listed):
        meaning = MEANINGS.get(name, name)
        dash = DASHES[number % len(DASHES)]
        if meaning in FIXED_MARKERS:
            found[name] = Look(getattr(theme, meaning), FIXED_MARKERS[meaning], dash)
            continue
        place = others.index(name)
        colour = _step(theme, place, len(others)) if ordered else theme.neutral[place]
        found[name] = Look(colour, NEUTRAL_MARKERS[place], dash)
    return found


def _step(theme: Theme, place: int, n: int) -> str:
    """Return the colour of an ordered class, from one end of the scale to the other."""
    last = len(theme.steps) - 1
    return theme.steps[round(place * last / max(n - 1, 1))]


def _colours(theme: Theme) -> dict[Any, Any]:
    settings = {
        theme.paper: ("figure.facecolor", "axes.facecolor", "savefig.facecolor"),
        theme.ink: ("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"),
        theme.quiet: ("axes.edgecolor", "xtick.color", "ytick.color", "grid.color"),
    }
    colours = {name: colour for colour, names in settings.items() for name in names}
    return {**colours, "axes.prop_cycle": cycler(color=theme.neutral)}


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
