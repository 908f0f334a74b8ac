"""How data/ is made: rules on tiny tables, and what they gave on the real ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scsreport import geometry
from scsreport.sources import cities, degurba_grid, packages, twins_and_boroughs
from scsreport.tables import datasets, manifest, paths

KM = 1 / 111.195  # degrees of latitude


def table(*rows):
    """Places of one footprint along a meridian: id, km from the first, people, code, region."""
    frame = pd.DataFrame(rows, columns=["geonameid", "km", "population", "feature_code", "admin1"])
    return frame.assign(
        lat=frame["km"] * KM, lon=0.0, country="XX", footprint=pd.array([1] * len(frame), "Int64")
    )


def kinds(*rows):
    return twins_and_boroughs.find(table(*rows), density=5500.0)["kind"].tolist()


# --- parts -------------------------------------------------------------------------------------


def test_entry_of_the_same_city_is_a_twin():
    found = twins_and_boroughs.find(
        table((1, 0, 900_000, "PPL", "A"), (2, 1.2, 800_000, "PPL", "A")), 5500.0
    )
    assert found["kind"].tolist() == ["city", "twin"]
    assert found["part_of"].tolist()[1] == 1


def test_capital_smaller_than_a_section_of_it_is_a_twin():
    assert kinds((1, 0, 2_015_000, "PPLX", "A"), (2, 3.4, 1_326_000, "PPLA", "A")) == [
        "city",
        "twin",
    ]
    assert kinds((1, 0, 478_000, None, "A"), (2, 5.5, 119_000, "PPLA", "A")) == ["city", "twin"]
    # a capital beside a larger town in its own right stays a city
    assert kinds((1, 0, 395_000, "PPL", "A"), (2, 4.2, 313_000, "PPLA", "A")) == ["city"] * 2


def test_borough_lies_in_the_disc_of_a_much_larger_city_of_its_region():
    york, town = (1, 0, 8_800_000, "PPL", "NY"), (2, 14.0, 2_300_000, "PPLA2", "NY")
    assert kinds(york, town) == ["city", "borough"]
    assert kinds(york, (2, 14.0, 282_000, "PPL", "NJ")) == ["city", "city"]  # another state
    assert kinds(york, (2, 30.0, 200_000, "PPL", "NY")) == ["city", "city"]  # beyond the disc
    assert kinds(york, (2, 14.0, 4_000_000, "PPL", "NY")) == ["city", "city"]  # of one order
    frame = table(york, town)
    frame["footprint"] = pd.array([1, 2], "Int64")
    assert twins_and_boroughs.find(frame, 5500.0)["kind"].tolist() == ["city", "city"]
    frame["footprint"] = pd.array([None, None], "Int64")
    assert twins_and_boroughs.find(frame, 5500.0)["kind"].tolist() == ["city", "city"]


def test_section_is_a_borough_unless_it_is_the_largest():
    assert kinds((1, 0, 300_000, "PPLA", "A"), (2, 12, 200_000, "PPLX", "A")) == ["city", "borough"]
    assert kinds((1, 0, 300_000, "PPLX", "A"), (2, 12, 200_000, "PPL", "A")) == ["city", "city"]


def test_part_of_a_part_is_part_of_the_whole():
    found = twins_and_boroughs.find(
        table(
            (1, 0, 9_000_000, "PPL", "A"),
            (2, 15, 900_000, "PPL", "A"),
            (3, 20, 100_000, "PPLX", "A"),
        ),
        5500.0,
    )
    assert found["part_of"].dropna().tolist() == [1, 1]


@given(st.permutations(range(4)))
def test_parts_do_not_depend_on_the_order_of_rows(order):
    frame = table(
        (1, 0, 900_000, "PPL", "A"),
        (2, 1, 900_000, "PPL", "A"),
        (3, 4, 100_000, "PPL", "A"),
        (4, 9, 50_000, "PPLX", "A"),
    )
    expected = twins_and_boroughs.find(frame, 5500.0)
    found = twins_and_boroughs.find(frame.iloc[list(order)], 5500.0).sort_index()
    pd.testing.assert_frame_equal(found, expected)


def test_density_is_that_of_footprints_with_one_listed_city():
    places = pd.DataFrame(
        {"footprint": [1, 2, 3, 3, 4], "population": [100_000, 300_000, 9e6, 9e6, 50_000]}
    )
    area = pd.Series({1: 100.0, 2: 100.0, 3: 1.0, 4: 1.0})
    assert twins_and_boroughs.single_city_density(places, area) == 2000.0


# --- footprints --------------------------------------------------------------------------------


def fan(*offsets):
    """Small triangles: each shifted to the east by so many sides."""
    side = 3e-4
    base = np.array([[1, 0, 0], [1, side, 0], [1, 0, side]], float)
    return np.stack([base + np.array([0, k * side, 0]) for k in offsets])


def test_triangles_that_touch_are_one_and_those_apart_are_not():
    touching = fan(0, 1)  # one corner in common
    assert len(set(degurba_grid.label(touching))) == 1
    assert len(set(degurba_grid.label(touching, shared=2))) == 2
    apart = fan(0, 3)
    assert len(set(degurba_grid.label(apart))) == 2
    turned = touching.copy()
    turned[1] = touching[0][[2, 1, 0]] + [[0, 3e-4, 0], [0, 0, 0], [0, 0, 0]]
    assert len(set(degurba_grid.label(turned))) == 1


def test_children_of_a_cell_touch_and_fill_it():
    parent = 7 << 2 * degurba_grid.LEVEL
    children = degurba_grid.corners(np.arange(parent, parent + 4))
    assert len(set(degurba_grid.label(children, shared=2))) == 1
    sixteen = degurba_grid.corners(np.arange(parent, parent + 16))
    assert degurba_grid.areas(sixteen).sum() == pytest.approx(
        4 * degurba_grid.areas(children).sum(), rel=1e-3
    )


def test_grid_of_another_format_is_refused():
    with pytest.raises(ValueError, match="expected a TFDG grid"):
        degurba_grid.cells_of(b"ABCD" + bytes(100))


def test_known_footprints():
    footprints = datasets.load("footprints").set_index("footprint")
    towns = datasets.load("cities")
    towns = towns[towns["kind"] == "city"].dropna(subset="footprint")
    by = towns.sort_values("population").drop_duplicates(["name", "country"], keep="last")
    of = by.set_index(["name", "country"])["footprint"]
    assert 20 <= footprints.loc[of["Jakarta", "ID"], "n_cities"] <= 30
    assert of["Guangzhou", "CN"] == of["Shenzhen", "CN"]
    assert of["Seoul", "KR"] == of["Suwon", "KR"]
    randstad = [of[name, "NL"] for name in ("Amsterdam", "Rotterdam", "The Hague", "Utrecht")]
    assert len(set(randstad)) == 4
    check = datasets.load("footprint-check")
    quarter = check["ratio"].between(0.75, 1.25)
    assert (check["within_quarter"] == quarter).all()
    assert (check["population"] <= check["plain_sum"]).all()


# --- what the rules gave -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def listed():
    frame = datasets.load("cities")
    largest = frame.sort_values("population").drop_duplicates(["name", "country"], keep="last")
    return frame, largest.set_index(["name", "country"])


def test_twins_of_iraq_and_tibet(listed):
    frame, named = listed
    for name, country in (("Mosul", "IQ"), ("Basrah", "IQ"), ("Lhasa", "CN")):
        pair = frame[(frame["name"] == name) & (frame["country"] == country)]
        assert sorted(pair["kind"]) == ["city", "twin"]
        # the entry that stays carries the name and the rank of the capital
        assert named.loc[(name, country), "kind"] == "city"
        assert named.loc[(name, country), "admin_rank"] == "first-order capital"


def test_boroughs_and_neighbours(listed):
    _, named = listed
    york = named.loc[("New York City", "US"), "geonameid"]
    for name in ("Brooklyn", "Queens", "Manhattan", "The Bronx", "Staten Island"):
        assert named.loc[(name, "US"), ["kind", "part_of"]].tolist() == ["borough", york]
    for name, country in (
        ("Newark", "US"),
        ("Jersey City", "US"),
        ("Quezon City", "PH"),
        ("Manila", "PH"),
        ("Bekasi", "ID"),
        ("Yokohama", "JP"),
        ("Kawasaki", "JP"),
    ):
        assert named.loc[(name, country), "kind"] == "city"
        assert named.loc[(name, country), "in_primary_footprint"]


def test_regions_are_joined(listed):
    frame, named = listed
    share = frame["region_join"].value_counts(normalize=True)
    assert share["code"] > 0.8  # codes that point to another place do not count
    assert frame["region_id"].notna().mean() > 0.995
    assert named.loc[("Bandung", "ID"), "region_name"] == "Jawa Barat"


def test_world_population_is_plausible():
    countries = datasets.load("countries")
    assert 8.0e9 < countries["population"].sum() < 8.3e9
    assert 0.55 < countries["urban_population"].sum() / countries["population"].sum() < 0.60
    places = datasets.load("places")
    unknown = countries[countries["population"].isna()]["country"]
    # overseas parts that their mother country counts, and places without residents
    assert set(unknown) & set(places["country"]) <= {
        "AX",
        "BQ",
        "GF",
        "GP",
        "GS",
        "MQ",
        "RE",
        "TF",
        "YT",
    }
    covered = countries.set_index("country")["region"].loc[places["country"].unique()]
    assert covered.notna().all()


def test_second_source_is_another_measure_of_the_same_places(listed):
    frame, named = listed
    city = frame[frame["kind"] == "city"]
    assert city["population_agglomeration"].notna().mean() > 0.7
    assert frame.loc[frame["kind"] == "twin", "population_agglomeration"].isna().all()
    assert named.loc[("Jakarta", "ID"), "population_agglomeration"] > 3e7


# --- raw packages and the manifest -------------------------------------------------------------


def test_wrong_hash_names_package_found_expected_and_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "RAW", tmp_path)
    package = packages.PACKAGES["world-atlas"]
    (tmp_path / package.file).write_bytes(b"something else")
    with pytest.raises(packages.SourceError) as caught:
        packages.fetch("world-atlas")
    message = str(caught.value)
    for part in ("world-atlas 2.0.2", package.sha256, "Found sha256", "Delete", "make data"):
        assert part in message


def test_failed_download_says_what_failed(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "RAW", tmp_path)
    monkeypatch.setitem(packages.COMMANDS, "apt", "false {name}={version}")
    with pytest.raises(packages.SourceError, match=r"r-cran-collapse.*apt-get update"):
        packages.fetch("r-cran-collapse")


def test_manifest_lists_each_file_and_each_source(tmp_path, monkeypatch):
    described = manifest.describe()
    here = {p.name for p in paths.DATA.iterdir() if not p.name.endswith(datasets.CHANGED)}
    assert here - datasets.UNLISTED == {entry["path"] for entry in described.values()}
    titles = {package.title for package in packages.PACKAGES.values()}
    for name, entry in described.items():
        pinned = [s for s in entry["sources"] if s.split()[0] in packages.PACKAGES]
        assert set(pinned) <= titles, name
    before = paths.MANIFEST.read_bytes()
    monkeypatch.setattr(paths, "MANIFEST", tmp_path / "datapackage.json")
    assert manifest.write() == []
    assert paths.MANIFEST.read_bytes() == before


# --- geometry ----------------------------------------------------------------------------------


@given(st.floats(-89, 89), st.floats(-180, 180))
def test_degrees_return(lat, lon):
    found = geometry.degrees(geometry.unit_vectors([lat], [lon]) * 3)
    assert found[0][0] == pytest.approx(lat)
    assert np.cos(np.radians(found[1][0] - lon)) == pytest.approx(1)


def test_distances_know_no_antimeridian():
    a, b = geometry.unit_vectors([0, 0], [179.9, -179.9])
    assert geometry.kilometres(a, b) == pytest.approx(0.2 / KM, rel=1e-3)
    london, paris = geometry.unit_vectors([51.5074, 48.8566], [-0.1278, 2.3522])
    assert geometry.kilometres(london, paris) == pytest.approx(343.6, abs=0.5)
    index, km = geometry.nearest(np.stack([a, london]), np.stack([b]), within=50.0)
    assert index.tolist() == [0, 1]
    assert np.isinf(km[1])


def test_names_are_compared_as_bare_letters():
    keys = cities.key(pd.Series(["São Paulo", "Sao-Paulo", "SÃO PAULO 1"]))
    assert set(keys) == {"saopaulo"}
