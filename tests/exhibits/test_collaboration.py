"""Exhibits of joint plants can be asked for other curves, kinds and systems."""

from scsreport.exhibits import collaboration as exhibits
from scsreport.findings import city_groups


def test_other_curves_are_computed_anew(monkeypatch):
    systems = city_groups.systems()
    few = {name: systems[name] for name in list(systems)[:: len(systems) // 4]}
    monkeypatch.setattr(city_groups, "systems", lambda: few)
    cheap = exhibits.saving(haul=0).parts.data
    assert (cheap["percent"] == 100).all()
    costly = exhibits.saving(haul=1).parts.data
    assert (costly["percent"] == 0).all()


def test_the_words_speak_of_the_kind_that_is_asked_for():
    assert exhibits.by_distance("freight", exponent=0.9).parts.facts["lower"] == "freight terminal"
    assert "for the facility freight" in exhibits.sites("freight").caption


def test_the_shares_of_one_system_are_those_of_its_cities():
    name, group = next(iter(city_groups.systems().items()))
    data = exhibits.shares(name, "water").parts.data
    assert data["where"].eq(name).all()
    assert data["people"].to_list() == group.people.to_list()
    assert data["own"].gt(0).all()


def test_a_map_shows_each_city_at_the_nearest_of_its_sites():
    data = exhibits.site_map(3).parts.data
    for region, part in data.groupby("region"):
        km = city_groups.worked()[region].km.loc[part["geonameid"]]
        assert part["site_name"].nunique() == 3
        at_site = part["name"] == part["site_name"]
        assert (part.loc[at_site, "km"] == 0).all()
        nearest = km[part.loc[at_site, "geonameid"]].min(axis=1)
        assert (part["km"].to_numpy() == nearest.to_numpy()).all()
