"""Systems of cities drawn by hand, random plains and coasts, and the systems that have a name."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.transform import Rotation

from scsreport.findings.forms import named_systems, recovered_systems
from scsreport.geometry import degrees, kilometres, unit_vectors
from scsreport.typology import shape
from scsreport.typology.systems import detect, green, linearity, polycentricity


def towns(lat, lon, population, form, country="AA"):
    """Cities and their forms; a form of None is not in the table of forms."""
    place = np.broadcast_arrays(lat, lon, population, country)
    columns = dict(zip(("lat", "lon", "population", "country"), place, strict=True))
    cities = pd.DataFrame(columns).assign(name=[f"C{n}" for n in range(len(place[0]))])
    return cities, pd.DataFrame({"type": form}, index=cities.index).dropna()


@pytest.fixture(scope="module")
def line():
    """Two larger cities 480 km apart and five towns between, a little off the axis."""
    lat = [0, 0.1, -0.1, 0.1, 0, 0.1, 0]
    size = [2e6, 1.1e5, 2e5, 1.5e5, 1.2e5, 1.3e5, 9e5]
    return towns(lat, np.linspace(10, 14.32, 7), size, [None, *["corridor"] * 5, "hub"])


@pytest.fixture(scope="module")
def ring():
    """A city and eight towns 20 km around it, and one 80 km away."""
    turn = np.linspace(0, 2 * np.pi, 9)[:8]
    lat, lon = np.append(0.18 * np.sin(turn), [0, 0.7]), np.append(0.18 * np.cos(turn), [0, 0])
    return towns(lat, lon, [*[1.2e5] * 8, 3e6, 2e5], ["cluster"] * 8 + ["hub", "cluster"])


@pytest.fixture(scope="module")
def plain():
    """Towns of all sizes and forms, thrown at random into two countries with a common border."""
    rng = np.random.default_rng(11)
    lat, lon = rng.uniform(-4, 4, (2, 260))
    form = rng.choice(["hub", "cluster", "corridor"], 260, p=[0.2, 0.3, 0.5])
    land = np.where(lon < 0, "AA", "BB")
    cities, forms = towns(lat, lon, np.round(1e5 * rng.pareto(1, 260) + 1e5), form, land)
    urban = pd.Series(rng.integers(0, 200, 260)).astype("Int64").where(rng.random(260) < 0.2)
    return cities.assign(footprint=urban), forms


def test_a_line_of_towns_is_one_corridor_in_order(line):
    members, table = detect(*line).members, detect(*line).table
    assert table.index.tolist() == ["corridor-1"]
    assert members.index.tolist() == list(range(7))
    assert members["role"].tolist() == ["centre", *["member"] * 5, "centre"]
    row = table.loc["corridor-1"]
    at = unit_vectors(line[0]["lat"], line[0]["lon"])
    assert row["length_km"] == pytest.approx(kilometres(at[1:], at[:-1]).sum())
    assert members["position"].iloc[-1] == pytest.approx(row["length_km"])
    assert members["position"].is_monotonic_increasing
    assert row[["name", "country", "n", "people"]].tolist() == ["C0–C6", "AA", 7, 3_610_000]
    assert row["tree_share"] == pytest.approx(1)
    assert row["axis_ratio"] < 0.06


def test_a_bent_line_is_cut_by_the_axis_ratio(line):
    cities, forms = line
    bent = cities.assign(lat=[0, 1, 2, 3, 2, 1, 0], lon=10 + 0.3 * np.arange(7))
    assert "corridor" in set(detect(bent, forms, axis_cut=0.9).table["form"])
    assert (detect(bent, forms, axis_cut=0.1).table["axis_ratio"] <= 0.1).all()


def test_towns_around_a_centre_are_one_cluster(ring):
    systems = detect(*ring)
    assert systems.table.index.tolist() == ["cluster-1"]
    assert systems.members["role"].to_dict() == {8: "centre", **dict.fromkeys(range(8), "member")}
    assert systems.members["position"].isna().all()
    # Hull of a regular octagon, with 10 km around it.
    radius = 6371.0088 * np.radians(0.18)
    hull, rim = 2 * 2**0.5 * radius**2, 16 * radius * np.sin(np.pi / 8)
    area = hull + 10 * rim + 100 * np.pi
    assert systems.table["area_km2"].iloc[0] == pytest.approx(area, rel=1e-3)
    assert systems.table["axis_ratio"].iloc[0] == pytest.approx(1, abs=1e-3)


def test_mates_of_an_urban_area_stay_together_and_borders_part(ring, line):
    cities, forms = ring
    far = cities.assign(footprint=pd.Series([*[1] * 8, 1, 1], dtype="Int64"))
    assert detect(far, forms).table["n"].tolist() == [10]
    apart = cities.assign(country=["AA", *["BB"] * 9])
    assert 0 not in detect(apart, forms).members.index
    # A second half of the third town, typed as a corridor city too, has its place on the line.
    cities, forms = line
    half = cities.loc[[2]].assign(name="half", population=1e5, lat=0.05)
    both = pd.concat([cities, half.set_axis([9])]).assign(footprint=pd.Series({2: 5, 9: 5}))
    members = detect(both, pd.concat([forms, forms.loc[[2]].set_axis([9])])).members
    assert (
        members.loc[9, ["position", "own"]].tolist() == members.loc[2, ["position", "own"]].tolist()
    )


def test_a_plain_full_of_towns_does_not_chain_together():
    rng = np.random.default_rng(5)
    lat, lon = rng.uniform(-3, 3, (2, 900))  # 16 km to the nearest, far below the reach
    cities, forms = towns(lat, lon, 1e5 * (1 + rng.pareto(1, 900)), "cluster")
    table = detect(cities, forms).table
    assert table["n"].max() < 900 / 5
    assert table["area_km2"].max() < 667**2 / 5


def pairs(systems):
    """Who is with whom, at what place, whatever the numbers of the systems."""
    rows = systems.members.assign(position=systems.members["position"].fillna(-1).round(3))
    table = systems.table.drop(columns=["form", "name", "country"]).astype(float)
    groups = {
        frozenset(zip(g.index, g["position"], g["role"], strict=True)): table.loc[name]
        for name, g in rows.groupby("system")
    }
    return groups


def same(one, other):
    one, other = pairs(one), pairs(other)
    assert set(one) == set(other)
    for group, row in one.items():
        assert row.to_numpy() == pytest.approx(other[group].to_numpy(), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_where_the_pole_lies_does_not_matter(plain, seed):
    cities, forms = plain
    turned = unit_vectors(cities["lat"], cities["lon"]) @ Rotation.random(rng=seed).as_matrix()
    turned *= [1, 1, -1] if seed % 2 else [1, 1, 1]
    lat, lon = degrees(turned)
    same(detect(*plain), detect(cities.assign(lat=lat, lon=lon), forms))


def test_antimeridian_order_of_rows_and_size_do_not_matter(plain):
    cities, forms = plain
    lon = (cities["lon"] + 180 + 180) % 360 - 180
    before = detect(*plain)
    assert set(before.table["form"]) == {"cluster", "corridor"}
    same(before, detect(cities.assign(lon=lon), forms))
    moved = detect(cities.sample(frac=1, random_state=1), forms.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(before.table, moved.table)
    pd.testing.assert_frame_equal(before.members, moved.members)
    double = detect(cities.assign(population=2 * cities["population"]), forms)
    pd.testing.assert_frame_equal(before.members, double.members)


def test_every_city_is_placed_once_and_corridors_are_sound(plain):
    systems = detect(*plain)
    own = systems.members[systems.members["own"]]
    assert own.index.is_unique
    assert (plain[1].loc[own.index, "type"] == own["form"]).all()
    assert systems.table["n"].to_dict() == systems.members["system"].value_counts().to_dict()
    corridors = systems.table[systems.table["form"] == "corridor"]
    assert (corridors["n"] >= 3).all()
    assert (
        plain[0]
        .loc[systems.members.index, "country"]
        .groupby(systems.members["system"].to_numpy())
        .nunique()
        .eq(1)
        .all()
    )


def test_polycentricity_by_hand():
    slope, n = polycentricity([100, 50, 100 / 3, 25, 1])
    assert (slope, n) == (pytest.approx(-1), 4)  # the rank-size rule; the fifth does not count
    assert polycentricity([7, 7, 7])[0] == pytest.approx(0)
    two = np.log(40 / 100) / np.log(2)
    x = np.log([1, 2, 3])
    three = np.polyfit(x, np.log([100, 40, 30]), 1)[0]
    assert polycentricity([30, 100, 40])[0] == pytest.approx((two + three) / 2)
    assert np.isnan(polycentricity([5])[0])


def test_greens_index_by_hand():
    assert green([4, 4, 4]) == 1
    assert green([1, 0]) == 0  # Green's network of two nodes, the least polycentric
    assert green([8, 2]) == pytest.approx(0.25)
    assert green([6, 3, 3]) == pytest.approx(1 - 2**0.5 / 3)
    assert np.isnan(green([5]))
    steep = np.random.default_rng(1).random(50)
    assert 0 <= green(steep) < green(steep + 9) <= 1


def spread(rng, n, high=1.0, wide=1.0):
    return pd.DataFrame({"lat": rng.uniform(-high, high, n), "lon": rng.uniform(-wide, wide, n)})


def test_random_places_look_linear_no_more_often_than_the_level():
    rng = np.random.default_rng(8)
    land = spread(rng, 400)
    sample = [land.iloc[rng.permutation(400)[:6]] for _ in range(400)]
    p = np.array([linearity(places, land, draws=99, rng=rng)[1] for places in sample])
    for level in (0.05, 0.2, 0.5):
        assert (p <= level).mean() == pytest.approx(level, abs=0.07)


def test_a_coast_makes_no_false_line_and_a_line_in_a_plain_is_seen():
    rng = np.random.default_rng(9)
    coast, land = spread(rng, 300, high=0.03), spread(rng, 300)
    p = [
        linearity(coast.iloc[rng.permutation(300)[:8]], coast, draws=99, rng=rng) for _ in range(99)
    ]
    assert max(ratio for ratio, *_ in p) < 0.2
    assert np.mean([value <= 0.05 for _, value, _ in p]) < 0.12
    string = pd.DataFrame({"lat": 0.02 * rng.normal(size=8), "lon": np.linspace(-0.9, 0.9, 8)})
    assert linearity(string, pd.concat([land, string]), draws=999, rng=rng)[1] <= 0.002
    assert linearity(land[:2], land, draws=9, rng=rng)[1] == 1
    assert np.isnan(linearity(land[:9], land[:3], draws=9, rng=rng)[1])


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("form", ["hub", "cluster", "corridor"])
def test_nothing_and_one_city_make_no_system(rows, form):
    cities, forms = towns([1.0], [2.0], [1e6], [form])
    systems = detect(cities[:rows], forms[:rows])
    assert systems.members.empty
    assert systems.table.empty
    assert {"system", "form", "position", "role", "own"} == set(systems.members)
    assert {"n", "people", "p_line"} <= set(systems.table)


def test_bad_tables_are_named(line):
    cities, forms = line
    with pytest.raises(ValueError, match="cities: column 'country' is missing; expected name, "):
        detect(cities.drop(columns="country"), forms)
    with pytest.raises(ValueError, match="forms: column 'type' is missing; expected type"):
        detect(cities, forms[[]])
    with pytest.raises(ValueError, match="cities: row 3 is there twice"):
        detect(pd.concat([cities, cities.loc[[3]]]), forms)


# --- systems with a name: only the tests read who belongs to them ------------------------------


def test_found_and_missed_by_hand():
    members = pd.DataFrame(
        {"system": ["corridor-1"] * 3 + ["corridor-2", "cluster-1"]}, [1, 2, 3, 4, 4]
    )
    members["form"] = members["system"].str.split("-").str[0]
    forms = pd.DataFrame({"type": "corridor"}, range(1, 10))
    named = pd.DataFrame(
        {"system": list("aabbbbcdd"), "label": ["corridor"] * 6 + ["cluster", *["corridor"] * 2]},
        [1, 2, 3, 4, 5, 6, 4, 7, 8],
    )
    table = recovered_systems(members, named, forms)
    assert table["found"].to_dict() == {"a": True, "b": False, "c": True, "d": False}
    assert table.loc["a", "joined"] == "b"
    assert table.loc["b", ["share", "why"]].tolist() == [0.25, "2 of 4 in no system"]
    assert table["why"].tolist()[2:] == ["", "2 of 2 in no system"]
    typed = recovered_systems(members, named[7:], forms.assign(type="hub"))
    assert typed["why"].tolist() == ["2 of 2 typed otherwise"]


def test_most_systems_with_a_name_are_found(capsys):
    table = named_systems()
    missed = table[~table["found"]]
    with capsys.disabled():
        print(f"\n{table['found'].sum()} of {len(table)} named systems found; missed:")  # noqa: T201
        print(missed[["form", "n", "why"]].to_string())  # noqa: T201
    assert table["found"].mean() > 0.65


def test_every_set_without_repeats_is_as_likely():
    drawn = shape._without_repeats(3, 2, 30_000, np.random.default_rng(1))
    sets, times = np.unique(np.sort(drawn), axis=0, return_counts=True)
    assert sets.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert times / 30_000 == pytest.approx(np.full(3, 1 / 3), abs=0.01)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reach": 0}, "reach: found 0, expected km, 0.1 to 20,000"),
        ({"axis_cut": 2}, "axis_cut: found 2, expected a share"),
        ({"draws": 2.5}, "draws: found 2.5, expected a whole number"),
        ({"rng": 1}, "rng: found 1, expected a numpy"),
    ],
)
def test_wrong_options_are_named(plain, change, message):
    with pytest.raises((ValueError, TypeError), match=message):
        detect(*plain, **change)


def test_forms_of_no_city_and_of_no_kind_are_refused(plain):
    cities, forms = plain
    with pytest.raises(ValueError, match="forms: row x0 is none of cities"):
        detect(cities, forms.set_axis([f"x{k}" for k in range(len(forms))]))
    with pytest.raises(
        ValueError, match="column 'type' holds 'town', expected one of hub, cluster"
    ):
        detect(cities, forms.assign(type="town"))


def test_nullable_and_arrow_columns_give_the_same_systems(plain):
    for kind in ("numpy_nullable", "pyarrow"):
        same(detect(*plain), detect(*(table.convert_dtypes(dtype_backend=kind) for table in plain)))
