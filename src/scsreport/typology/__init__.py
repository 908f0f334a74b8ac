"""Hub, cluster or corridor: measures of place, points, certainty, and the systems they form."""

from importlib import import_module
from typing import Any

from scsreport.typology.measures import TERMS, Thresholds, measure
from scsreport.typology.model import FORMS, classify

__all__ = ["FORMS", "TERMS", "Thresholds", "classify", "measure"]

ENTRY_POINTS = ("classify_world", "explain", "reasons")
"""What types the cities of this book; it loads tables, so it lives among the findings."""


def __getattr__(name: str) -> Any:
    # The old import path of the entry points. They are looked up when asked for and not before:
    # whoever types cities of their own reaches no table.
    if name in ENTRY_POINTS:
        return getattr(import_module("scsreport.findings.classification"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
