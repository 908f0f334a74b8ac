"""The files of a made-up country, which show what a reader's own must hold."""

from pathlib import Path

from scsreport.brief.faults import BriefError
from scsreport.brief.writing import put

__all__ = ["COMMAND", "FILES", "FOLDER", "NAME", "write"]

NAME = "Freedonia"
FOLDER = Path(__file__).with_name("example")
FILES = ("cities.csv", "regions.csv", "roads.csv", "settings.toml")
COMMAND = (
    f"scsreport country {NAME} --cities cities.csv --regions regions.csv --roads roads.csv "
    "--settings settings.toml --out briefs"
)
"""How a brief is made of them, in their folder."""


def write(folder: Path | str) -> list[Path]:
    """Write the files of the made-up country into a folder.

    Parameters
    ----------
    folder : path
        Made if it lacks. No file in it is replaced.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    BriefError
        If one of them is there already, or cannot be written.
    """
    targets = [Path(folder) / name for name in FILES]
    for target in targets:
        if target.exists():
            raise BriefError(
                f"{target} is there already, and no file is replaced; name another folder"
            )
    return [put((FOLDER / target.name).read_bytes(), target, mark=b"") for target in targets]
