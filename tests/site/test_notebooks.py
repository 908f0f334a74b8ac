"""Every chapter can be taken along, reads as its page does, and runs with the package alone."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import nbformat
import pytest
import side_by_side

from scsreport.tables import paths

pytestmark = pytest.mark.site

TRIED = "growth-and-change"
"""The chapter that is run with nothing but its package beside it: it is the quickest."""

WITHOUT = {"all-cities", "data", "link-laboratory", "verdicts", "your-country"}
"""Pages that are more than their text: scripts, files, and tables that only the book can show."""

NAMES = sorted(
    page.stem
    for page in [paths.ROOT / "index.md", *(paths.ROOT / "chapters").glob("*.md")]
    if "{code-cell}" in page.read_text("utf-8") and page.stem not in WITHOUT
)

ROLE = re.compile(r"\{[a-z:]+\}`|^\([a-z-]+\)=$|^:::", re.MULTILINE)
GLUED = re.compile(r"\{glue:text\}`(\w+)`")
MEGABYTES = 5.0


@pytest.fixture(scope="module")
def packages(site):
    return sorted((site / "notebooks").glob("*.zip"))


@pytest.fixture(scope="module")
def wheel(site):
    (file,) = (site / "notebooks").glob("*.whl")
    return file


def opened(package):
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        notebook = archive.read(f"{package.stem}/{package.stem}.ipynb")
    return names, nbformat.reads(notebook.decode(), as_version=4)


def test_every_chapter_that_runs_is_packed_and_linked(site, packages):
    sources = {file.stem: file for file in (site / "_sources").rglob("*.ipynb")}
    assert {package.stem for package in packages} == set(sources)
    for name, source in sources.items():
        page = site / source.relative_to(site / "_sources").with_suffix(".html")
        assert f"notebooks/{name}.zip" in page.read_text("utf-8")


def test_packages_are_small(packages):
    assert sum(package.stat().st_size for package in packages) < MEGABYTES * 1e6


def test_prose_has_no_role_left_and_no_key(packages):
    pages = [paths.ROOT / "index.md", *(paths.ROOT / "chapters").glob("*.md")]
    printed = {key for page in pages for key in GLUED.findall(page.read_text("utf-8"))}
    assert len(printed) > 100
    for package in packages:
        _, notebook = opened(package)
        nbformat.validate(notebook)
        prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
        assert not ROLE.findall(prose), package.name
        assert set(re.findall(r"\w+", prose)) & printed == set(), package.name


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_says_what_its_page_says(site, packages, name):
    """Word by word and cell by cell, of figures their lettering; else one of both is old."""
    (package,) = (package for package in packages if package.stem == name)
    _, notebook = opened(package)
    (page,) = (
        file for file in (site / f"{name}.html", site / f"chapters/{name}.html") if file.exists()
    )
    assert side_by_side.differences(notebook, page.read_text("utf-8")) == []


def test_a_notebook_that_says_something_else_is_seen(site, packages):
    (package,) = (package for package in packages if package.stem == TRIED)
    _, notebook = opened(package)
    page = (site / "chapters" / f"{TRIED}.html").read_text("utf-8")
    for cell in notebook.cells:
        cell.source = cell.source.replace("Figure 1", "Figure 9")
        for output in cell.get("outputs", []):
            shown = output.data["text/html"]
            output.data["text/html"] = shown.replace("alt=", "alt='', title=", 1)
    found = side_by_side.differences(notebook, page)
    assert any("Figure 9" in line for line in found) and "+alt:" in [f.strip() for f in found]


def test_what_a_cell_shows_is_there_with_its_data(packages):
    shown = {package.stem: opened(package) for package in packages}
    names, gaps = shown["gaps"]
    outputs = [output for cell in gaps.cells for output in cell.get("outputs", [])]
    assert len(outputs) >= 10
    assert all("text/html" in output["data"] for output in outputs)
    assert {"gaps/data/fig-map-mexico.csv", "gaps/data/fig-map-mexico-licence.txt"} <= set(names)


def test_a_chapter_runs_with_the_package_alone(site, wheel, tmp_path):
    """Libraries are those at hand; the package is the one of the wheel, its tables with it."""
    package = site / "notebooks" / f"{TRIED}.zip"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    folder = tmp_path / TRIED
    notebook = nbformat.read(folder / f"{TRIED}.ipynb", as_version=4)
    where = nbformat.v4.new_code_cell("import scsreport; print(scsreport.__file__)")
    notebook.cells.append(where)
    nbformat.write(notebook, folder / "run.ipynb")
    run = (
        "import nbformat\n"
        "from nbclient import NotebookClient\n"
        "notebook = nbformat.read('run.ipynb', as_version=4)\n"
        "NotebookClient(notebook, timeout=300, kernel_name='python3').execute()\n"
        "nbformat.write(notebook, 'done.ipynb')\n"
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SCSREPORT_")}
    libraries = sysconfig.get_path("purelib")
    environment = kept | {"PYTHONPATH": os.pathsep.join([str(tmp_path / "installed"), libraries])}
    done = subprocess.run(
        [sys.executable, "-c", run],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    cells = json.loads((folder / "done.ipynb").read_text("utf-8"))["cells"]
    printed = "".join(cells[-1]["outputs"][0]["text"])
    assert Path(printed.strip()).is_relative_to(tmp_path / "installed")
    errors = [o for c in cells for o in c.get("outputs", []) if o["output_type"] == "error"]
    assert errors == []
    done = nbformat.read(folder / "done.ipynb", as_version=4)
    del done.cells[-1]
    nbformat.write(done, folder / f"{TRIED}.ipynb")
    assert side_by_side.compared(folder / f"{TRIED}.ipynb", site) == []
