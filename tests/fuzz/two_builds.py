"""Is a second clean build, in a folder of another name, the same byte for byte?

    python tests/fuzz/two_builds.py CHECKOUT

CHECKOUT has been built (`make book`) and has no changes that are not committed. It is cloned to a
folder that is thrown away, built there from nothing in another time zone and order of sets, and
every file of both sites is compared. Exit code 1: something differs.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click


def files(site: Path) -> dict[str, bytes]:
    """Return every file of a site."""
    found = (path for path in site.rglob("*") if path.is_file())
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in found}


def build(checkout: Path, folder: Path) -> Path:
    """Build a clone of a checkout from nothing, and return its site."""
    clone = folder / "Ein anderer Ort, ünd ein längerer" / "book"
    subprocess.run(["git", "clone", "-q", str(checkout), str(clone)], check=True)
    env = os.environ | {
        "PYTHONPATH": str(clone / "src"),
        "SCSREPORT_USER_DATA": str(folder / "nothing-added"),
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Auckland",
    }
    words = [sys.executable, "-m", "scsreport", "book", "--paper"]
    done = subprocess.run(words, cwd=clone, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the second build failed:\n{done.stdout}{done.stderr}")
    return clone / "_build" / "html"


def main() -> None:
    """Build again, and name the files that differ."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    checkout = Path(sys.argv[1]).resolve()
    first = files(checkout / "_build" / "html")
    if ".made-from" not in first:
        sys.exit(f"{checkout} has no built site: run `make book`")
    with tempfile.TemporaryDirectory() as folder:
        second = files(build(checkout, Path(folder)))
    states = [json.loads(site[".made-from"])["state"] for site in (first, second)]
    if states[0] != states[1]:
        sys.exit("the site was not made from what is committed: commit, `make book`, try again")
    differ = sorted(name for name in first | second if first.get(name) != second.get(name))
    click.echo(f"{len(second)} files, {len(differ)} differ")
    sys.exit("\n".join(differ) or 0)


if __name__ == "__main__":
    main()
