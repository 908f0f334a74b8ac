"""What is declared in the files of this folder, beside the code that uses it."""

from pathlib import Path
from typing import Any

try:
    import yaml
except ModuleNotFoundError as error:
    message = (
        'pyyaml is missing; what makes tables is installed by: pip install "scsreport[authors]"'
    )
    raise ModuleNotFoundError(message) from error

__all__ = ["read"]


def read(name: str) -> Any:
    """Return the content of a file of this folder.

    Parameters
    ----------
    name : {"pins", "kept", "columns", "names", "indicators", "regional_accounts"}
        The file, without its ending.
    """
    file = Path(__file__).with_name(f"{name}.yml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))  # type: ignore[no-untyped-call]
