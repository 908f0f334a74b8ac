"""What figures within a page need: the font they are measured with, and colours in the dark."""

# mypy: disallow-untyped-calls=False
# (docutils, nbformat and fontTools have no types)

import hashlib
import html
import re
import shutil
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from scsreport.book.tongues import english
from scsreport.tables import paths

__all__ = ["fonts_of_matplotlib", "subset", "write_font", "write_sheet"]

FONT = "DejaVuSans"
LICENCE = "LICENSE_DEJAVU"
FONTS = Path("_static", "fonts")
SUBSET = ("--flavor=woff2", "--notdef-outline")
OF_LETTERING = ("--no-hinting", "--layout-features=kern", "--drop-tables+=FFTM")
WORDS = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)


def write_sheet(file: Path) -> None:
    """Write the style sheet of figures: their font, and their colours on a light and a dark page.

    The light ones stand in the figures themselves, too, so that a saved page has them; paper and a
    page without scripts are light.

    Parameters
    ----------
    file : Path
        In ``_static``.
    """
    source = paths.PACKAGE / "exhibits" / "colours.toml"
    colours = tomllib.loads(source.read_text(encoding="utf-8"))
    light, dark = (
        "".join(f"--figure-{name}:{pair[mode]};" for name, pair in colours.items())
        for mode in ("light", "dark")
    )
    sheet = (
        f'@font-face{{font-family:"DejaVu Sans";src:url("fonts/{FONT}.woff2") format("woff2");'
        f"font-display:swap}}\n:root{{{light}}}\n"
        f'@media screen{{html[data-theme="dark"]{{{dark}}}}}\n'
    )
    file.write_text(sheet, encoding="utf-8")


def write_font(out: Path) -> None:
    """Write the font of figures, with the letters that they use, and its licence.

    Parameters
    ----------
    out : Path
        The site.
    """
    pages = (file.read_text(encoding="utf-8") for file in english(out))
    words = (word for page in pages if 'class="drawing"' in page for word in WORDS.findall(page))
    letters = set(html.unescape(re.sub(r"<[^>]*>", "", "".join(words))))
    if not letters:
        return
    source = fonts_of_matplotlib()
    state = hashlib.sha256("".join(sorted(letters)).encode()).hexdigest()[:12]
    made = out.parent / "fonts" / f"{state}-{FONT}.woff2"
    if not made.exists():
        subset(source / f"{FONT}.ttf", made, letters, *OF_LETTERING)
    (out / FONTS).mkdir(exist_ok=True)
    shutil.copyfile(made, out / FONTS / f"{FONT}.woff2")
    shutil.copyfile(source / LICENCE, out / FONTS / f"{FONT}-licence.txt")


def fonts_of_matplotlib() -> Path:
    """Return the folder of the fonts with which figures are measured, without a slow import.

    Returns
    -------
    Path
    """
    found = find_spec("matplotlib")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def subset(font: Path, target: Path, letters: set[str], *options: str) -> None:
    """Write a font with some letters alone.

    Parameters
    ----------
    font, target : Path
        The whole font, and where the other one goes.
    letters : set of str
        What it keeps.
    *options : str
        Others of ``pyftsubset``.
    """
    from fontTools import subset as fonttools

    target.parent.mkdir(parents=True, exist_ok=True)
    run: Any = fonttools.main  # it has no types
    text = f"--text={''.join(sorted(letters))}"
    run([str(font), f"--output-file={target}", text, *SUBSET, *options])
