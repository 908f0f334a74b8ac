"""Outlines across 180 degrees."""

import pytest
import shapely

from scsreport.sources import shapes
from scsreport.tables.datasets import load

ON_BOTH_SIDES = shapely.Polygon([(179, -17), (-179, -17), (-179, -16), (179, -16)])
IN_PARTS = shapely.MultiPolygon(
    [shapely.box(-180, -17, -179, -16), shapely.box(179, -17, 180, -16)]
)


def widths(shape):
    bounds = shapely.bounds(shapely.get_parts(shape))
    return bounds[:, 2] - bounds[:, 0]


def test_an_outline_that_jumps_is_cut_where_the_map_ends():
    assert shapes.crosses(ON_BOTH_SIDES)
    found = shapes.cut(ON_BOTH_SIDES)
    assert widths(found) == pytest.approx([1, 1])
    assert found.area == pytest.approx(2, abs=0.01)  # it is cut on the sphere
    assert not shapes.crosses(found)


@pytest.mark.parametrize("shape", [shapely.box(0, 0, 170, 9), IN_PARTS])
def test_a_wide_outline_and_one_in_parts_are_left_alone(shape):
    assert not shapes.crosses(shape)


def test_no_outline_of_the_tables_jumps():
    for name in ("borders", "regions"):
        table = load(name).query("country != 'AQ'")  # which lies around the pole
        assert not table.geometry.map(shapes.crosses).any()


def test_no_part_of_a_country_is_wider_than_the_widest_country():
    table = load("borders").set_index("country").geometry
    widest = table.map(lambda shape: widths(shape).max())
    assert widest.drop("AQ").idxmax() == "RU"
    assert widest["RU"] == pytest.approx(152.6, abs=0.2)  # Kaliningrad lies apart
    assert widest["FJ"] < 2
    assert widest["US"] < 60
    assert widest["NZ"] < 13
    assert widest["KI"] < 1
