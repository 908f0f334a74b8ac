"""No system is lost without being counted, and worked regions follow their rule."""

import numpy as np
import pandas as pd

from scsreport import definitions
from scsreport.findings import city_groups
from scsreport.findings.collaboration import LIMITS
from scsreport.tables.datasets import load


def test_no_system_is_lost_without_being_counted():
    used, counts = city_groups.systems(), city_groups.coverage()
    sizes = pd.Series({name: len(group.people) for name, group in used.items()})
    assert sizes.between(2, 12).all()
    assert counts["used"] == len(used) < counts["systems"]
    whole = load("cities").query("kind == 'city'")["geonameid"]
    members = load("system-members")
    held = members[members["geonameid"].isin(whole)].groupby("system").size()
    assert counts["cut"] == (held > 12).sum() > 0
    assert counts["parts"] == len(members) - held.sum()
    for group in used.values():
        assert np.isfinite(group.km.to_numpy()).all()
        assert group.people.is_monotonic_decreasing
        assert np.allclose(group.km, group.km.T)
    assert counts["least"] > max(LIMITS)


def test_worked_regions_follow_their_rule():
    listed = load("cities").set_index("geonameid")
    secondary = definitions.members("D1", listed)
    regions = city_groups.worked()
    assert set(regions) == {"hub", "cluster", "corridor"}
    homes = [listed["country"][group.people.index].unique().tolist() for group in regions.values()]
    assert len({home for (home,) in homes}) == 3
    for group in regions.values():
        assert 4 <= len(group.people) <= 8
        assert secondary[group.people.index].all()
    hub = regions["hub"].people.index[0]
    assert load("city-forms").set_index("geonameid")["type"][hub] == "hub"
