"""The examples of the three forms hold the cities of their systems."""

from scsreport.findings import forms
from scsreport.tables.datasets import load


def test_an_example_shows_the_cities_of_its_system_alone():
    shown = forms.examples()
    names = load("systems").set_index("system")["name"]
    members = load("system-members").set_index("geonameid")["system"].map(names)
    of_systems = shown[shown["form"] != "hub"]
    assert len(of_systems) > 0
    assert set(zip(of_systems["geonameid"], of_systems["panel"], strict=True)) <= set(
        members.items()
    )
