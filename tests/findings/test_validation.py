"""The changes under which the types are held are those that their names say."""

from scsreport.findings import classification, validation
from scsreport.typology.measures import DEFAULT, RANGES


def test_each_threshold_is_lowered_and_raised_alone():
    changes = validation._changes(classification.inputs())
    for name in RANGES:
        for end, sign in (("lowest", -1), ("highest", 1)):
            changed = changes[f"{name}: {end}"]["thresholds"]
            moved = {key: getattr(changed, key) - getattr(DEFAULT, key) for key in RANGES}
            assert moved.pop(name) * sign > 0
            assert not any(moved.values())
