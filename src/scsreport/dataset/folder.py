"""Write the data set to a folder, whole or not at all."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from scsreport.tables.dictionary import NAME

__all__ = ["FolderError", "write"]


class FolderError(OSError):
    """The folder of the data set cannot be written; the message says what to do."""


def write(files: Mapping[str, bytes], out: Path) -> Path:
    """Write all files to the folder of the data set, in place of an earlier one.

    They are written beside it and moved in one step, so that a run that fails or is killed leaves
    what was there.

    Parameters
    ----------
    files : mapping of bytes
        By name.
    out : Path
        The folder that the folder of the data set is put into.

    Returns
    -------
    Path
        The folder of the data set.

    Raises
    ------
    FolderError
        If it cannot be written, or holds something else.
    """
    target = out / NAME
    _see_that_all_is_ours(target, files)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{NAME}-", dir=out) as aside:
            ready = Path(aside, "ready")
            ready.mkdir()
            for name, content in files.items():
                (ready / name).write_bytes(content)
            _put_in_place(ready, target, Path(aside, "before"))
    except OSError as error:
        raise FolderError(
            f"{target} cannot be written ({error.strerror or error}). What was there is untouched. "
            "Choose a folder that you may write to, with --out."
        ) from error
    return target


def _see_that_all_is_ours(target: Path, files: Mapping[str, bytes]) -> None:
    """Refuse to replace a folder that holds what no data set brought."""
    if not target.exists():
        return
    found = {file.name for file in target.iterdir()} if target.is_dir() else {target.name}
    strange = sorted(found - set(files))
    if strange:
        raise FolderError(
            f"{target}: found {', '.join(strange)}, expected only files of the data set, since all "
            "are replaced. Move it away, or choose another folder with --out."
        )


def _put_in_place(ready: Path, target: Path, before: Path) -> None:
    """Move a folder to its place; what was there comes back if that fails."""
    if not target.exists():
        ready.rename(target)
        return
    target.rename(before)
    try:
        ready.rename(target)
    except OSError:
        before.rename(target)
        raise
