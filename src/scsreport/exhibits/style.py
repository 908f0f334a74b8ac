"""The one look of all figures: sizes, fonts, colours, light and dark."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.rcsetup import cycler

__all__ = [
    "COLOURS",
    "DARK",
    "LARGEST",
    "LIGHT",
    "MEANINGS",
    "SHEET",
    "THEMES",
    "WIDTH",
    "Look",
    "Theme",
    "looks",
    "settings",
]

WIDTH = 4.6
"""Width of every figure in inches, so that ten-point text stays readable on a phone."""

SHEET = Path(__file__).with_suffix(".mplstyle")

COLOURS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("colours.toml").read_text(encoding="utf-8")
)
"""The light and the dark form of every colour, by its name."""

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


def _theme(name: str) -> Theme:
    """Return the light or the dark theme, as colours.toml has it."""
    named = {colour: pair[name] for colour, pair in COLOURS.items()}
    series = {
        field: tuple(named.pop(colour) for colour in COLOURS if colour.startswith(f"{field}-"))
        for field in ("neutral", "steps")
    }
    return Theme(name=name, **named, **series)  # type: ignore[arg-type]


LIGHT = _theme("light")
DARK = _theme("dark")
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


def settings(theme: Theme) -> dict[Any, Any]:
    """Return matplotlib's settings of a theme, beside those of the sheet.

    Parameters
    ----------
    theme : Theme
        Light or dark.

    Returns
    -------
    dict
    """
    keys = {
        theme.paper: ("figure.facecolor", "axes.facecolor", "savefig.facecolor"),
        theme.ink: ("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"),
        theme.quiet: ("axes.edgecolor", "xtick.color", "ytick.color", "grid.color"),
    }
    colours = {name: colour for colour, names in keys.items() for name in names}
    return {**colours, "axes.prop_cycle": cycler(color=theme.neutral)}
