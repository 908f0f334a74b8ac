"""Hub, cluster or corridor: measures of place, points, certainty, and the systems they form."""

from scsreport.typology.measures import TERMS, Thresholds, measure
from scsreport.typology.model import FORMS, classify
from scsreport.typology.world import classify_world, explain

__all__ = ["FORMS", "TERMS", "Thresholds", "classify", "classify_world", "explain", "measure"]
