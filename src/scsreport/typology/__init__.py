"""Hub, cluster or corridor: measures of place, points, certainty, and the systems they form.

What types the cities of this book (``classify_world``, ``explain``, ``reasons``) loads tables, so
it lives among the findings. It can be had from here too: the package registers it under the group
:data:`ENTRY_POINTS`, and this module looks it up when it is asked for.
"""

from importlib.metadata import entry_points
from typing import Any

from scsreport.typology.measures import TERMS, Thresholds, measure
from scsreport.typology.model import FORMS, classify, forms

__all__ = ["FORMS", "TERMS", "Thresholds", "classify", "forms", "measure"]

ENTRY_POINTS = "scsreport.typology"


def __getattr__(name: str) -> Any:
    for registered in entry_points(group=ENTRY_POINTS, name=name):
        return registered.load()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
