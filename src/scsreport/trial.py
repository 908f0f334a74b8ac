"""A file that a reader adds is tried on all that will use it, before it is kept.

The trial is a process of its own, with a folder of its own: what the reader has added stays as it
is, and no table of the trial stays in memory.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from scsreport.claims import ledger
from scsreport.findings import cases, forms, gaps, growth, system_gaps, world_gaps
from scsreport.tables import official_files
from scsreport.tables.official_files import AddedError

__all__ = ["MADE", "SECONDS", "try_out"]

SECONDS = 300
"""How long it may take; the published files take some twenty."""

MADE: Mapping[str, Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "wup2018": {
        **growth.AGGREGATES,
        "wup-named": cases.growth_in_list,
        "wup-forms": forms.growth_in_list,
    },
    "regional-population": {
        **gaps.AGGREGATES,
        "system-gap-changes": system_gaps.changes,
    },
    **{kind: {"world-gap-changes": world_gaps.measured} for kind in world_gaps.ADDED},
}
"""What is made from each kind of file, and how."""


def try_out(kind: str, name: str, content: bytes) -> None:
    """Try a file on every table that is made from it, and on the ledger.

    Parameters
    ----------
    kind : str
        What the file is.
    name : str
        Its name, for the message.
    content : bytes
        The file.

    Raises
    ------
    AddedError
        If one of them cannot use it: the message says which, and why.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder, "file")
        file.write_bytes(content)
        words = [sys.executable, "-P", "-m", "scsreport.trial", kind, str(file)]
        places = {"SCSREPORT_USER_DATA": str(Path(folder, "kept")), "PYTHONIOENCODING": "utf-8"}
        try:
            done = subprocess.run(
                words, capture_output=True, env=os.environ | places, timeout=SECONDS
            )
        except subprocess.TimeoutExpired as error:
            raise AddedError(
                f"{name}: found a file that takes over {SECONDS} seconds to use"
            ) from error
    if done.returncode:
        message = done.stdout.decode("utf-8", "replace").strip() or "the trial ended early"
        advice = official_files.kinds()[kind]["advice"]
        raise AddedError(f"{name}: {message}. {advice}")


def _use(kind: str, file: Path) -> str:
    """Use a file as the chapters do; return what is wrong with it, or nothing."""
    official_files.add(kind, file, most_mb=file.stat().st_size / 1e6 + 1)
    listed = official_files.load_added(kind)
    if listed is None:
        return "found nothing that could be kept"
    if kind == "regional-population" and (messages := gaps.unmet_codes(listed)):
        return "; ".join(messages)
    for name, make in {**MADE[kind], "the ledger": _ledger}.items():
        try:
            make(listed)
        except Exception as error:  # whatever a measure says of it, the cause is the file
            words = " ".join(str(error).split()) or type(error).__name__
            return f"found a file from which {name} cannot be made ({words})"
    return ""


def _ledger(_: pd.DataFrame) -> pd.DataFrame:
    return ledger()


def _main() -> None:
    fault = _use(sys.argv[1], Path(sys.argv[2]))
    sys.stdout.write(fault)
    sys.exit(bool(fault))


if __name__ == "__main__":
    _main()
