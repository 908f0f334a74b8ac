"""The classifier: what must not change it, what it must refuse, and how good it is."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from scsreport import load, typology
from scsreport.findings import classification
from scsreport.geometry import degrees, unit_vectors
from scsreport.typology import Thresholds, classify, measures, model, validation

P = ["p_hub", "p_cluster", "p_corridor"]


def scattered(seed: int, n: int = 60, *, spread: float = 6.0) -> pd.DataFrame:
    """Places in two countries around a point, in sizes as uneven as those of cities."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "name": [f"place {k}" for k in range(n)],
            "lat": rng.uniform(40, 40 + spread, n),
            "lon": rng.uniform(10, 10 + spread, n),
            "population": 50_000 * (1 + rng.pareto(1, n)),
            "country": rng.choice(["AA", "BB"], n),
        },
        index=pd.Index(rng.permutation(n) + 1_000, name="geonameid"),
    )


def typed(places: pd.DataFrame, thresholds: Thresholds | None = None) -> pd.DataFrame:
    thresholds = thresholds or Thresholds()
    cities = places[places["population"] >= thresholds.size_floor]
    return classify(cities, places=places, thresholds=thresholds, runs=50).sort_index()


def same(a: pd.DataFrame, b: pd.DataFrame) -> None:
    measures = [name for name in a if a[name].dtype == float]
    pd.testing.assert_frame_equal(a[measures], b[measures], rtol=1e-5, atol=1e-5)
    sure = a[P].max(axis=1) - a[P].apply(lambda row: row.nlargest(2).iloc[1], axis=1) > 1e-4
    assert (a["type"] == b["type"])[sure].all()
    together = [t.groupby("system").groups.values() for t in (a, b)]
    assert {frozenset(g) for g in together[0]} == {frozenset(g) for g in together[1]}


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_turning_the_globe_changes_nothing(seed):
    places = scattered(seed)
    turn = Rotation.random(random_state=seed)
    lat, lon = degrees(turn.apply(unit_vectors(places["lat"], places["lon"])))
    same(typed(places), typed(places.assign(lat=lat, lon=lon)))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_mirror_order_and_antimeridian_change_nothing(seed):
    places = scattered(seed)
    before = typed(places)
    same(before, typed(places.assign(lon=-places["lon"])))
    same(before, typed(places.assign(lat=-places["lat"])))
    same(before, typed(places.sample(frac=1, random_state=seed)))
    east = places["lon"] + 167  # about half lie beyond the antimeridian
    same(before, typed(places.assign(lon=(east + 180) % 360 - 180)))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.5, 2.0, 10.0]))
def test_doubling_people_and_thresholds_changes_nothing(seed, factor):
    places = scattered(seed)
    bigger = places.assign(population=places["population"] * factor)
    scaled = Thresholds(size_floor=100_000 * factor, large=500_000 * factor)
    same(typed(places), typed(bigger, scaled))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_shares_are_shares(seed):
    table = typed(scattered(seed))
    assert table[P].to_numpy().min() >= 0
    assert np.allclose(table[P].sum(axis=1), 1)
    assert (table["type"] == table[P].idxmax(axis=1).str[2:]).all()
    assert (table["contested"] == (table[P].max(axis=1) < 0.6)).all()
    assert table["dominance"].between(0, 1).all()


def test_a_city_on_the_line_between_two_is_passed_through():
    places = pd.DataFrame(
        {
            "lat": [0.0, 0.0, 0.0, 2.0],
            "lon": [0.0, 1.0, 2.0, 1.0],
            "population": [2e6, 2e5, 2e6, 2e5],
            "country": "AA",
        },
        index=["west", "between", "east", "aside"],
    )
    table = classify(places, places=places)
    assert table.loc["between", "interposition"] > 2 > table.loc["aside", "interposition"] == 0
    assert table.loc["between", "km_span"] == pytest.approx(222.4, abs=0.1)
    assert table.loc["between", "larger"] in {"west", "east"}
    assert table.loc["between", "km_larger"] == pytest.approx(111.2, abs=0.1)
    assert table.loc["between", "p_corridor"] > table.loc["aside", "p_corridor"]
    # one trip of 2 m x 2 m over 222 km against two of 0.2 m x 2 m and one of 0.2 m x 0.2 m
    own = 2e5 * (2 * 2e6 / 111.195 + 2e5 / 222.39)
    assert table.loc["between", "interposition"] == pytest.approx(4e12 / 222.39 / own, rel=1e-3)


def test_roads_decide_where_they_run():
    places = pd.DataFrame(
        {
            "lat": [0.0, 0.0, 0.0],
            "lon": [0.0, 1.0, 2.0],
            "population": [2e6, 2e5, 2e6],
            "country": "AA",
        },
        index=[1, 2, 3],
    )
    pairs = {"geonameid_a": [1, 1, 2], "geonameid_b": [2, 3, 3]}
    by = pd.DataFrame({**pairs, "km": [200.0, 230.0, 200.0]})  # the road leaves the city aside
    on = pd.DataFrame({**pairs, "km": [115.0, 230.0, 115.0]})
    aside, through = (classify(places, places=places, roads=r).loc[2] for r in (by, on))
    assert aside["pass_through"] == 0 < through["pass_through"]
    assert aside["interposition"] == through["interposition"] > 0
    nowhere = classify(places, places=places, roads=by.iloc[:0]).loc[2]
    assert nowhere["pass_through"] == nowhere["interposition"]


def test_footprint_mates_are_counted_over_the_floor_without_twins_and_oneself():
    places = pd.DataFrame(
        {
            "lat": [0.0, 0.05, 0.1, 0.2, 0.3],
            "lon": 0.0,
            "country": "AA",
            "population": [3e6, 2e5, 4e5, 2e4, 3e5],
            "footprint": [7, 7, 7, 7, 8],
            "kind": ["city", "borough", "city", "city", "twin"],
        },
        index=list("abcde"),
    )
    table = classify(places.loc[["b", "c", "e"]], places=places, footprints=places[["footprint"]])
    assert table["footprint_mates"].to_list() == [2, 2, 0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop(columns="lat"), ["cities", "'lat'", "missing"]),
        (lambda t: t.drop(columns="country"), ["cities", "'country'", "missing"]),
        (lambda t: t.assign(lat=t["lat"].where(t.index != 1_004)), ["row 1004", "'lat'", "nan"]),
        (lambda t: t.assign(lat=107.0, lon=-6.0), ["'lat'", "107", "swapped"]),
        (lambda t: t.assign(lat=t["lon"], lon=t["lat"]), ["'lat' and 'lon'", "swapped"]),
        (lambda t: t.assign(population=-5.0), ["'population'", "-5", "expected people"]),
        (lambda t: t.assign(population=0.0), ["'population'", "expected people"]),
        (lambda t: t.assign(country=None), ["'country'", "missing"]),
        (lambda t: pd.concat([t, t.iloc[:1]]), ["twice"]),
        (lambda t: t.set_axis(t.index + 10**6).assign(country="XX"), ["'XX'", "unknown", "row"]),
    ],
)
def test_bad_cities_are_refused_by_row_and_column(change, words):
    places = scattered(1)
    cities = places[places["population"] >= 100_000]
    with pytest.raises(ValueError, match="cities: ") as error:
        classify(change(cities), places=places)
    assert [word for word in words if word not in str(error.value)] == []


def test_other_bad_input_is_refused():
    places = scattered(1)
    with pytest.raises(ValueError, match=r"places: row \d+, column 'lon' holds nan"):
        classify(places, places=places.assign(lon=np.nan))
    with pytest.raises(ValueError, match=r"thresholds\.reach: found -1, expected km, 0.1 to 5,000"):
        Thresholds(reach=-1)
    with pytest.raises(ValueError, match="footprints: column 'footprint' is missing"):
        classify(places, places=places, footprints=places)


def test_few_cities_have_a_sound_result():
    places = scattered(1)
    none = classify(places.iloc[:0], places=places)
    assert none.empty
    assert [*P, "type", "system"] == [n for n in [*P, "type", "system"] if n in none]
    alone = classify(places.iloc[:1], places=places.iloc[:1])
    assert alone["type"].to_list() == ["hub"]
    assert alone["system"].isna().all()


# --- the world ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def labels() -> pd.DataFrame:
    return load("typology-labels").set_index("geonameid").fillna({"second_label": ""})


def test_the_stored_forms_are_those_of_the_classifier():
    stored = load("city-forms").set_index("geonameid")
    made = classification.classify_world()
    assert (stored.index == made.index).all()
    assert (stored["type"] == made["type"]).mean() > 0.999  # ties may fall either way
    np.testing.assert_allclose(stored[P], made[P], atol=2e-3)
    cities = load("cities").set_index("geonameid")
    assert set(stored.index) == set(cities.index[~cities["is_primary"]])


def test_the_points_are_those_of_the_labels(labels):
    tables = classification.inputs()
    values, _ = typology.measure(
        tables["places"].loc[labels.index],
        tables["places"],
        roads=tables["roads"],
        footprints=tables["footprints"],
    )
    stored = model.fitted()
    chosen = load("typology-scores").query("method == 'classifier' and score == 'penalty'")
    again = model.fit(model.terms(values), labels["label"], penalty=chosen["value"].iloc[0])
    pd.testing.assert_frame_equal(stored.weights, again.weights, atol=2e-3, rtol=1e-2)
    assert not set(stored.weights.index) & {"population", "is_primary"}


def test_held_out_scores_follow_from_what_was_held_out(labels):
    held = load("typology-held-out").set_index("geonameid").loc[labels.index]
    assert (held["label"] == labels["label"]).all()
    stored = load("typology-scores").set_index(["method", "score"])["value"]
    # the mean over repeats, so near the scores of the mean shares, not the same
    assert (held["type"] == held["label"]).mean() == pytest.approx(
        stored["classifier", "strict"], abs=0.02
    )
    hubs = (labels["label"] == "hub").mean()
    assert stored["always hub", "strict"] == pytest.approx(hubs, abs=1e-4)
    in_sample = load("city-forms").set_index("geonameid")["type"].loc[labels.index]
    assert stored["classifier", "strict"] < (in_sample == labels["label"]).mean()


def test_groups_are_never_split(labels, monkeypatch):
    seen = []
    original = validation._folds

    def watched(label, group, n, rng):
        parts = original(label, group, n, rng)
        seen.extend((set(group[a]) & set(group[b])) for a, b in parts)
        return parts

    monkeypatch.setattr(validation, "_folds", watched)
    tables = classification.inputs()
    values, grid = typology.measure(tables["places"].loc[labels.index], tables["places"])
    validation.cross_validate(
        grid, values, labels, rng=np.random.default_rng(1), folds=3, repeats=1, runs=5
    )
    assert seen
    assert not any(seen)


def test_why_a_city_has_its_form():
    text = typology.explain(1650357)
    assert "Bandung (ID) is typed" in text
    assert "km" in text
    table = classification.classify_world().loc[1650357]
    assert f"{table[P].astype(float).max():.0%}" in text
    with pytest.raises(ValueError, match="1642911: not typed; expected a city of 100,000"):
        typology.explain(1642911)


def test_calibration_error_by_hand():
    sure, right = np.array([0.95, 0.95, 0.55, 0.55]), np.array([1.0, 0.0, 1.0, 0.0])
    found = validation.calibration_error(sure, right)
    assert found == pytest.approx((2 * 0.45 + 2 * 0.05) / 4)


def test_the_middle_of_a_threshold_is_inside_its_range():
    for name in measures.RANGES:
        low, middle, high = measures.nodes(name, measures.DEFAULT)
        assert low < middle == getattr(measures.DEFAULT, name) < high


def test_cuts_of_the_distance_rule_ascend():
    assert (np.diff(validation.CUTS) > 0).all()


def test_scores_of_the_sample_come_with_intervals_of_the_draws():
    labels = pd.DataFrame({"label": ["hub", "cluster"], "second_label": ["", ""]})
    hub, right = np.array([[[1.0, 0, 0], [1, 0, 0]]]), np.array([[[1.0, 0, 0], [0, 1, 0]]])
    assert validation.FORMS == ("hub", "cluster", "corridor")
    guesses = {"classifier": right, "plain logit": hub}
    found = validation._compare(guesses, labels, np.array([[1.0, 1], [2, 0], [0, 2]]))
    strict = found[found["score"] == "strict"].set_index("method")[["value", "low", "high"]]
    assert strict.loc["plain logit"].tolist() == pytest.approx([0.5, 0.025, 0.975])
    assert strict.loc["classifier over plain logit"].tolist() == pytest.approx([0.5, 0.025, 0.975])


def test_recall_of_corridors_is_a_share_of_the_corridors():
    labels = pd.DataFrame({"label": ["corridor", "corridor", "hub"], "second_label": ""})
    corridor, hub = np.eye(3)[validation.FORMS.index("corridor")], np.eye(3)[0]
    scores = validation._scores(np.array([[corridor, hub, hub]]), labels, np.ones((1, 3)))
    found = dict(zip(validation.SCORES, scores[0], strict=True))
    assert found["recall"] == pytest.approx(1 / 2)
    assert found["strict"] == found["either"] == pytest.approx(2 / 3)
    assert found["ece"] == pytest.approx(1 / 3)  # all certain, one of three wrong


def test_the_zero_and_unit_of_a_term_change_no_points():
    rng = np.random.default_rng(1)
    labels = pd.Series(np.repeat(model.FORMS, 20))
    table = pd.DataFrame({"a": rng.normal(size=60), "b": rng.normal(size=60)})
    table["a"] += labels.map({"hub": 0, "cluster": 1, "corridor": 3})
    points, again = model.fit(table, labels), model.fit(5 * table + 7, labels)
    forms = list(model.FORMS)
    pd.testing.assert_frame_equal(points.weights[forms], again.weights[forms], atol=1e-4)
    pd.testing.assert_series_equal(points.intercept, again.intercept, atol=1e-4)


def test_others_are_whole_cities_of_the_least_size():
    columns = ["population", "kind"]
    rows = [(9, "city"), (9, "city"), (9, "borough"), (1, "city")]
    places = pd.DataFrame(rows, list("abcd"), columns)
    found = model.gathered(places.loc[["a"]], places, 5)
    assert found["name"].to_dict() == {"a": "a", "b": "b"}


def test_roads_that_join_no_places_are_refused():
    places = scattered(1)
    roads = pd.DataFrame({"geonameid_a": [-5], "geonameid_b": [-6], "km": [10.0]})
    with pytest.raises(
        ValueError, match="roads: row 0 joins -5 and -6, and no row joins two places"
    ):
        classify(places, places=places, roads=roads)
    with pytest.raises(ValueError, match="roads: row 0, column 'km' holds inf"):
        classify(places, places=places, roads=roads.assign(km=np.inf))


def test_names_of_another_kind_are_refused():
    places = scattered(1)
    named = places.set_axis([f"c{row}" for row in range(len(places))])
    with pytest.raises(ValueError, match="cities: row 'c0' is named in another way than places"):
        classify(named, places=places)
