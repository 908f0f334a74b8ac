"""Which country is meant by a code of another list."""

import pytest

from scsreport.tables.added import codes


@pytest.mark.parametrize(
    ("found", "region", "meant"),
    [
        ("VNM", "", "VNM"),
        ("vnm", "", "VNM"),
        ("VN", "", "VNM"),
        ("Viet Nam", "", "VNM"),
        ("704", "", "VNM"),
        ("XKO", "", "XKX"),
        ("ROM", "", "ROU"),
        ("GER", "", "DEU"),
        ("8RA", "BRAr101", "BRA"),
        ("1DN", "", "IDN"),
        ("Indonesiaa", "", "IDN"),
        ("QQQ", "", ""),
    ],
)
def test_the_country_that_is_meant(found, region, meant):
    assert codes.country_meant(found, region) == meant


def test_every_alias_leads_to_a_country():
    assert set(codes.ALIASES.values()) <= codes.known_countries()


def test_an_alias_hides_no_country_of_its_own():
    assert not set(codes.ALIASES) & codes.known_countries()


def test_regions_are_those_whose_output_is_held():
    regions = codes.known_regions()
    assert set(regions) <= codes.known_countries()
    assert all(len(names) > 1 for names in regions.values())
