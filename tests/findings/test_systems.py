"""Primacy under two sources of population."""

import numpy as np

from scsreport.findings import systems


def test_sources_are_near_within_one_factor_either_way():
    table = systems.primacy_by_source()
    assert np.allclose(table["factor"], table["SimpleMaps"] / table["GeoNames"])
    apart = np.abs(np.log(table["factor"])) / np.log(systems.AGREEMENT_FACTOR)
    assert ((apart < 1) == table["near"]).all()
    assert 0 < table["near"].mean() < 1
