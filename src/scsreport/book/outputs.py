"""Keep what the cells of a chapter gave, as any notebook shows it, until the site is written."""

# mypy: disallow-untyped-calls=False
# (nbformat has no types)

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["EXHIBITS", "drop_unused", "keep", "kept", "numbers", "plain"]

KEPT = "scsreport_outputs_kept"
"""Where it is noted that those of a page are kept, while it is read."""

ENDING = ".outputs.ipynb"
RECORD = "text/plain"
PLAIN = ("text/html", "text/plain", "image/png", "image/svg+xml")
"""Forms of outputs that any notebook shows."""

EXHIBITS = "exhibits"
"""Where a cell says which exhibits it shows."""

SHOWN = ("exhibit", "blocks")
"""What of ours has a plain form; of pages, files and explorers it would say nothing."""


def keep(renderer: Any) -> None:
    """Keep the outputs of the page that is read, once.

    Parameters
    ----------
    renderer : NbElementRenderer
        MyST-NB's renderer of the page.
    """
    from nbformat import v4, writes

    env = renderer.renderer.sphinx_env
    if env.temp_data.get(KEPT) == env.docname:
        return
    env.temp_data[KEPT] = env.docname
    *folders, name = env.docname.split("/")
    code = (c for c in renderer.renderer.nb_client.notebook.cells if c.cell_type == "code")
    # What only the book can show is most of it, and stays behind.
    cells = [
        v4.new_code_cell(
            cell.source,
            outputs=list(filter(None, map(plain, cell.outputs))),
            metadata={EXHIBITS: [id for output in cell.outputs for id in _ids(output)]},
        )
        for cell in code
    ]
    content = writes(v4.new_notebook(cells=cells)).encode()
    renderer.write_file([*folders, f"{name}{ENDING}"], content, overwrite=True)


def kept(app: "Sphinx", page: str) -> Any:
    """Return the code of a page with its outputs, if any were kept.

    Parameters
    ----------
    app : Sphinx
        The application.
    page : str
        Its name.

    Returns
    -------
    NotebookNode or None
    """
    import nbformat

    file = Path(app.outdir).parent / "jupyter_execute" / f"{page}{ENDING}"
    return nbformat.read(file, as_version=4) if file.is_file() else None


def drop_unused(app: "Sphinx") -> None:
    """Drop the executed notebooks that MyST-NB writes; the site has its own.

    Parameters
    ----------
    app : Sphinx
        The application; all pages are written.
    """
    for file in (Path(app.outdir).parent / "jupyter_execute").rglob("*.ipynb"):
        if not file.name.endswith(ENDING):
            file.unlink()


def numbers(app: "Sphinx", page: str) -> dict[str, str]:
    """Return what a page prints in its prose, by key.

    Parameters
    ----------
    app : Sphinx
        The application.
    page : str
        Its name.

    Returns
    -------
    dict of str
    """
    file = Path(app.outdir).parent / "jupyter_execute" / f"{page}.glue.json"
    glued = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return {
        key: str(ast.literal_eval(output["data"][RECORD]))
        for key, output in glued.items()
        if RECORD in output["data"]
    }


def _ids(output: Any) -> list[str]:
    """Return the ids of the exhibits that an output shows."""
    return [
        content["id"]
        for form, content in output.get("data", {}).items()
        if form.startswith("application/vnd.scsreport.exhibit")
    ]


def plain(output: Any) -> Any:
    """Return an output without what only the book can show; None where nothing is left.

    Parameters
    ----------
    output : NotebookNode
        Of a cell.

    Returns
    -------
    NotebookNode or None
    """
    from nbformat import from_dict

    data = output.get("data", {})
    ours = [form.split(".")[-1] for form in data if form.startswith("application/vnd.scsreport.")]
    if ours and not ours[0].startswith(SHOWN):
        return None
    left = {form: data[form] for form in PLAIN if form in data}
    return from_dict({**output, "data": left, "metadata": {}}) if left else None
