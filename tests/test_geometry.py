"""Distances on the sphere against what is known of it."""

import numpy as np
import pytest

from scsreport import geometry

HALF_ROUND = np.pi * geometry.EARTH_KM


def test_chords_and_arcs_of_known_angles():
    found = geometry.chord_to_km([0, 1, np.sqrt(2), 2])
    assert found == pytest.approx(np.array([0, 1 / 3, 1 / 2, 1]) * HALF_ROUND)
    assert geometry.km_to_chord(HALF_ROUND / 3) == pytest.approx(1)


def test_rounding_beyond_the_other_end_of_the_world_is_no_distance():
    assert geometry.chord_to_km(np.nextafter(2, 3)) == HALF_ROUND
