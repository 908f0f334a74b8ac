"""What is declared in the files of this folder, beside the code that uses it."""

from pathlib import Path
from typing import Any

import yaml


def read(name: str) -> Any:
    """Return the content of ``name.yml``: pins, columns, names, descriptions of tables."""
    file = Path(__file__).with_name(f"{name}.yml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))  # type: ignore[no-untyped-call]
