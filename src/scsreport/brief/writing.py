"""Put a finished file in its place: whole or not at all, and never over what is not ours."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from scsreport.brief.faults import BriefError

__all__ = ["MARK", "put", "see_folder"]

MARK = b'<meta name="generator" content="scsreport brief">'
"""By which a brief is known, so that an earlier one may be replaced."""

LOOKED_AT = 2_000
"""Bytes of an earlier file among which the mark stands."""


def see_folder(folder: Path) -> None:
    """See that a folder can be written to, or be made, before anything is computed for it.

    Parameters
    ----------
    folder : Path
        The folder.

    Raises
    ------
    BriefError
        If it is a file, or may not be written to.
    """
    there = next((each for each in (folder, *folder.parents) if os.path.lexists(each)), Path())
    if not there.is_dir():
        raise BriefError(f"--out: found {there}, which is a file, expected a folder")
    if not os.access(there, os.W_OK):
        raise BriefError(f"--out: found {there}, expected a folder that you may write to")


def put(content: bytes, target: Path, inputs: Iterable[Path] = (), *, mark: bytes = MARK) -> Path:
    """Write a file beside its place and move it there in one step.

    Parameters
    ----------
    content : bytes
        All of it.
    target : Path
        Its place. Folders that lack are made.
    inputs : iterable of Path
        Files that must stay as they are.
    mark : bytes
        What the first lines of an earlier file must hold for it to be replaced; without one no
        file is.

    Returns
    -------
    Path
        The place.

    Raises
    ------
    BriefError
        If the place is that of an input or of a file that is no brief, or cannot be written; what
        was there is untouched.
    """
    _see_that_it_may_go(target, inputs, mark)
    made = _lacking_folders(target.parent)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(content, target)
    except OSError as error:
        _remove_empty(made)
        raise BriefError(
            f"{target} cannot be written ({error.strerror or error}); what was there is untouched. "
            "Choose a folder that you may write to, with --out."
        ) from error
    except KeyboardInterrupt:
        _remove_empty(made)
        raise
    return target


def _write(content: bytes, target: Path) -> None:
    """Write a file under another name and give it its own once it is whole, or remove it."""
    with tempfile.NamedTemporaryFile(
        prefix=f".{target.name}-", dir=target.parent, delete=False
    ) as aside:
        ready = Path(aside.name)
        try:
            aside.write(content)
            aside.close()
            ready.chmod(0o666 & ~_umask())
            ready.replace(target)
        except BaseException:
            aside.close()
            ready.unlink(missing_ok=True)
            raise


def _see_that_it_may_go(target: Path, inputs: Iterable[Path], mark: bytes) -> None:
    try:
        if not target.exists():
            return
        alike = [file for file in inputs if file.exists() and target.samefile(file)]
        is_ours = bool(mark) and target.is_file() and mark in target.read_bytes()[:LOOKED_AT]
    except OSError as error:
        raise BriefError(f"{target} cannot be looked at ({error.strerror or error})") from error
    if alike:
        raise BriefError(
            f"{target} is one of the files that the brief is made from; choose another folder "
            "with --out"
        )
    if not is_ours:
        raise BriefError(
            f"{target}: found a file that is no brief, expected none or an earlier brief, which "
            "is replaced. Move it away, or choose another folder with --out."
        )


def _lacking_folders(folder: Path) -> list[Path]:
    """Return the folders that are not there yet, the innermost first."""
    return [each for each in (folder, *folder.parents) if not each.exists()]


def _umask() -> int:
    """Return the mask of new files; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
