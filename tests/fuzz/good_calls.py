"""A good call of every public measure, with the kind of each of its arguments."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scsreport import (
    citysize,
    claims,
    connectivity,
    credibility,
    definitions,
    growth,
    inequality,
    infrastructure,
    networks,
)
from scsreport.collaboration import costs, games, siting
from scsreport.findings import classification, counting
from scsreport.tables import datasets
from scsreport.typology import measures, model, systems, validation, worlds

__all__ = ["CALLS", "Call"]


class Call(NamedTuple):
    """A function, good arguments, and the kind of those that are replaced in turn.

    Attributes
    ----------
    function : callable
        The measure.
    arguments : dict
        By name.
    kinds : mapping
        By name a word of ``odd_values.KINDS``, or columns of numbers and needed columns.
    """

    function: Callable[..., Any]
    arguments: dict[str, Any]
    kinds: Mapping[str, Any]


CALLS: dict[str, Call] = {}


def _call(name: str, function: Callable[..., Any], kinds: Any, /, **arguments: Any) -> None:
    CALLS[name] = Call(function, arguments, kinds)


def _generator() -> np.random.Generator:
    return np.random.default_rng(1)


# --- good values ---------------------------------------------------------------------------------

EIGHT = list("abcdefgh")
SIZES = pd.Series([9e5, 4.1e5, 3e5, 1.2e5, 9e4, 7.5e4, 5e4, 3.3e4], EIGHT)
PEOPLE = pd.Series([5.0, 3, 8, 1, 2, 9, 4, 6], EIGHT)
COASTS = pd.Series(list("xxyyxxyy"), EIGHT)
FIVE = list("ABCDE")
AT_KM = [0.0, 10, 25, 60, 90]
KM = pd.DataFrame(np.abs(np.subtract.outer(AT_KM, AT_KM)), FIVE, FIVE)
MASS = pd.Series([5.0, 3, 8, 1, 2], FIVE)
PAIRS = pd.DataFrame({"a": ["A", "A", "B"], "b": ["B", "C", "D"], "minutes": [10.0, 25, 50]})
LINKS = pd.DataFrame({"node_a": [0, 1, 2, 3], "node_b": [1, 2, 3, 4], "km": [30.0, 50, 20, 60]})
NODE = pd.Series(range(5), FIVE)
CITIES = pd.DataFrame(
    {
        "population": [900_000, 300_000, 60_000, 2_000_000, 150_000, 120_000],
        "country": list("XXXYYY"),
        "footprint": pd.array([1, 1, None, 2, None, None], "Int64"),
        "footprint_population": [1_300_000.0, 1_300_000.0, np.nan, 2_500_000.0, np.nan, np.nan],
    }
)
TWELVE = range(12)
LISTED = pd.DataFrame(
    {
        "city": [*range(1, 13), *range(1, 13)],
        "country": list("WWWXXXYYYZZZ") * 2,
        "region": "Asia",
        "sub_saharan": False,
        "year": [2000] * 12 + [2010] * 12,
        "population": [3e5 + 97_000 * k for k in TWELVE] + [4.1e5 + 131_000 * k for k in TWELVE],
    }
)
IN_LIST = (["population", "year"], list(growth.COLUMNS))
COUNTED = pd.Series({"World": 901.0, "Asia": 462.0, "Africa": 100.0})
ITEMS = pd.DataFrame(
    {"roads": [1.0, 2, 3, 4, 7], "power": [10.0, 20, 20, 50, 30], "ports": [1.0, 0, 3, 2, 5]}, FIVE
)
DRAWN = np.random.default_rng(5).normal(size=(3, 40))
HARD = pd.Series(DRAWN[0])
SOFT = pd.Series(DRAWN[1])
OUTCOME = HARD * 2 + SOFT + pd.Series(DRAWN[2])
UNITS = pd.Series(np.repeat(np.arange(10), 4))
FLOWS = pd.Series([90.0, 55, 25, 0, 10])
LN_KM = pd.DataFrame({"ln_km": np.log([10.0, 20, 40, 80, 30])})
GAME = {"A": 4, "B": 3, "C": 3, ("A", "B"): 6, ("A", "C"): 6, ("B", "C"): 4, ("A", "B", "C"): 8}
PLACES = pd.DataFrame(
    {
        "lat": [0.0, 0.1, 5.0, 4.0, 4.5, 6.0],
        "lon": [0.0, 0.0, 5.0, 5.1, 5.2, 4.0],
        "population": [4e6, 2e5, 3e5, 6e5, 2.5e5, 1.5e5],
        "country": "X",
        "name": list("pqrstu"),
    },
    index=range(11, 17),
)
IN_PLACES = (["lat", "lon", "population"], ["lat", "lon", "population", "country"])
ROADS = pd.DataFrame(
    {"geonameid_a": [12, 13, 14], "geonameid_b": [13, 14, 15], "km": [800.0, 120, 70]}
)
FORMS = pd.DataFrame({"type": ["cluster", "corridor", "hub", "corridor"]}, index=range(12, 16))
PRINTED = pd.DataFrame(
    {
        "printed_low": [20.0, 5],
        "printed_high": [20.0, 6],
        "tolerance": [0.1, 0.2],
        "as_printed": ["about", "range"],
        "relation": "measure",
    },
    index=["F", "G"],
)
OURS = pd.DataFrame(
    {
        "figure": ["F", "F", "G"],
        "value": [21.0, 6, 5.5],
        "headline": [True, False, True],
        "our_source": "t",
        "exhibit": "e",
        "from_added": False,
    }
)
TOWNS = pd.DataFrame(
    {
        "name": ["Alta", "Beta", "Gama"],
        "country": "XX",
        "lat": [0.0, 1, 2],
        "lon": [0.0, 1, 2],
        "population": [1_900_000.0, 120_000, 90_000],
        "population_agglomeration": [90_000.0, 110_000, np.nan],
        "footprint": [1.0, 2, np.nan],
        "footprint_population": [1_900_000.0, 120_000, np.nan],
    }
)
CENTRES = pd.DataFrame(
    {"footprint": [1, 2], "lat": [0.0, 1], "lon": [0.0, 1], "area_km2": [20.0, 20]}
)
RIGHT = pd.Series(np.arange(20) % 3 > 0).astype(float)

# --- inequality ----------------------------------------------------------------------------------

VALUES = {"values": "column", "weights": "column"}
for measure in ("gini", "theil", "mean_log_deviation", "hoover", "williamson"):
    _call(
        f"inequality.{measure}",
        getattr(inequality, measure),
        VALUES,
        values=SIZES,
        weights=PEOPLE,
    )
_call(
    "inequality.atkinson",
    inequality.atkinson,
    VALUES | {"epsilon": "number"},
    values=SIZES,
    weights=PEOPLE,
    epsilon=2.0,
)
_call(
    "inequality.percentile_ratio",
    inequality.percentile_ratio,
    VALUES | {"share": "number"},
    values=SIZES,
    weights=PEOPLE,
    share=0.2,
)
_call(
    "inequality.decompose_theil",
    inequality.decompose_theil,
    VALUES | {"groups": "groups"},
    values=SIZES,
    groups=COASTS,
    weights=PEOPLE,
)
_call(
    "inequality.sigma_convergence",
    inequality.sigma_convergence,
    {"panel": ([1990, 2000], [])},
    panel=pd.DataFrame({1990: SIZES, 2000: SIZES**0.9}),
)
_call(
    "inequality.beta_convergence",
    inequality.beta_convergence,
    {
        "start": "column",
        "end": "column",
        "years": "number",
        "controls": "column",
        "groups": "groups",
        "errors": "choice",
    },
    start=SIZES,
    end=SIZES**0.9 * PEOPLE,
    years=20,
    controls=PEOPLE,
    groups=COASTS,
    errors="HC3",
)
_call(
    "inequality.bootstrap_change",
    lambda **given: inequality.bootstrap_change(inequality.gini, rng=_generator(), **given),
    {
        "before": "column",
        "after": "column",
        "weights_before": "column",
        "weights_after": "column",
        "draws": "number",
        "level": "number",
    },
    before=SIZES,
    after=SIZES**0.9,
    weights_before=PEOPLE,
    weights_after=PEOPLE + 1,
    draws=50,
    level=0.9,
)
_call(
    "inequality.concentration",
    inequality.concentration,
    {"output": "column", "primary": "choice"},
    output=SIZES,
    primary="a",
)

# --- sizes and definitions -----------------------------------------------------------------------

_call(
    "citysize.rank_size",
    citysize.rank_size,
    {"population": "column", "cutoff": "number", "n": "number"},
    population=SIZES,
    cutoff=40_000,
    n=5,
)
_call(
    "citysize.rank_size_by",
    citysize.rank_size_by,
    {"population": "column", "groups": "groups", "cutoff": "number", "least": "number"},
    population=SIZES,
    groups=list("xxxxyyyy"),
    cutoff=10_000,
    least=3,
)
_call(
    "citysize.exponent_by_cutoff",
    citysize.exponent_by_cutoff,
    {"population": "column", "cutoffs": "column"},
    population=SIZES,
    cutoffs=[10_000, 60_000],
)
_call(
    "citysize.hill", citysize.hill, {"population": "column", "n": "number"}, population=SIZES, n=6
)
_call(
    "citysize.tail_fit",
    citysize.tail_fit,
    {"population": "column", "xmin": "number"},
    population=SIZES,
    xmin=33_000.0,
)
_call("citysize.primacy", citysize.primacy, {"population": "column"}, population=SIZES)
IN_CITIES = ["population", "footprint_population"]
for name in ("standing", "overlap"):
    _call(
        f"definitions.{name}",
        getattr(definitions, name),
        {"cities": (IN_CITIES, ["population", "country"]), "unit": "choice"},
        cities=CITIES,
        unit="footprint",
    )
_call(
    "definitions.members",
    definitions.members,
    {"rule": "choice", "cities": (IN_CITIES, ["population", "country"]), "unit": "choice"},
    rule="D7",
    cities=CITIES,
    unit="footprint",
)
_call(
    "definitions.Rule",
    lambda **given: definitions.members(definitions.Rule("X", "l", "s", "t", **given), CITIES),
    dict.fromkeys(["minimum", "maximum", "share_min", "share_max"], "number"),
    minimum=1000.0,
    maximum=500_000.0,
    share_min=0.1,
    share_max=0.5,
)

# --- growth, infrastructure ----------------------------------------------------------------------

_call(
    "growth.size_classes",
    growth.size_classes,
    {"cities": IN_LIST, "bounds": "bounds"},
    cities=LISTED,
    bounds=dict(growth.CLASSES),
)
PERIOD = {"cities": IN_LIST, "start": "number", "end": "number", "at": "choice", "floor": "number"}
_call(
    "growth.annual_growth",
    growth.annual_growth,
    PERIOD | {"by": "choice"},
    cities=LISTED,
    start=2000,
    end=2010,
    by="tier",
    at="start",
    floor=1.0,
)
_call(
    "growth.primary_gap",
    growth.primary_gap,
    PERIOD,
    cities=LISTED,
    start=2000,
    end=2010,
    at="end",
    floor=1.0,
)
_call(
    "growth.added_share",
    growth.added_share,
    {"before": "column", "after": "column", "region": "choice"},
    before=COUNTED,
    after=COUNTED * 1.5 + 3,
    region="Asia",
)
_call(
    "infrastructure.index",
    infrastructure.index,
    {"indicators": (["roads", "power"], []), "method": "choice"},
    indicators=ITEMS,
    method="component",
)
_call(
    "infrastructure.compare",
    infrastructure.compare,
    {"outcome": "column", "hard": "column", "soft": "column", "errors": "choice"},
    outcome=OUTCOME,
    hard=HARD,
    soft=SOFT,
    errors="HC3",
)
_call(
    "infrastructure.panel_effects",
    infrastructure.panel_effects,
    {"outcome": "column", "regressors": (["h", "s"], []), "units": "groups"},
    outcome=OUTCOME,
    regressors=pd.DataFrame({"h": HARD, "s": SOFT}),
    units=UNITS,
)

# --- connectivity --------------------------------------------------------------------------------

_call(
    "connectivity.travel_times",
    connectivity.travel_times,
    {"distances": "square", "kmh": "number"},
    distances=KM,
    kmh=60.0,
)
_call(
    "connectivity.travel_times of pairs",
    connectivity.travel_times,
    {"distances": (["km"], ["km", "a"])},
    distances=PAIRS.rename(columns={"minutes": "km"}),
    kmh=60.0,
)
_call(
    "connectivity.market_access",
    connectivity.market_access,
    {"travel_time": "square", "mass": "column", "half_life": "number", "own_time": "number"},
    travel_time=KM,
    mass=MASS,
    half_life=30.0,
    own_time=5.0,
)
_call(
    "connectivity.market_access of pairs",
    connectivity.market_access,
    {"travel_time": (["minutes"], ["a", "minutes"]), "mass": "column"},
    travel_time=PAIRS,
    mass=MASS,
    own_time=0.0,
)
_call(
    "connectivity.add_link",
    connectivity.add_link,
    {"travel_time": "square", "a": "choice", "b": "choice", "minutes": "number"},
    travel_time=KM,
    a="A",
    b="E",
    minutes=20.0,
)
_call(
    "connectivity.add_links",
    connectivity.add_links,
    {"travel_time": "square", "links": "links"},
    travel_time=KM,
    links=[("A", "E", 20.0), ("B", "D", 5.0)],
)
_call(
    "connectivity.link_effect",
    connectivity.link_effect,
    {
        "travel_time": "square",
        "mass": "column",
        "minutes": "number",
        "half_life": "number",
        "elasticity": "number",
    },
    travel_time=KM,
    mass=MASS,
    a="A",
    b="E",
    minutes=20.0,
    half_life=30.0,
    elasticity=0.1,
)
_call(
    "connectivity.network",
    lambda **given: connectivity.network(**given).links.toarray(),
    {"links": (["km", "node_a"], ["node_a", "node_b", "km"]), "node": "column"},
    links=LINKS,
    node=NODE,
)
_call(
    "connectivity.intermediacy",
    lambda **given: connectivity.intermediacy(connectivity.network(LINKS, NODE), **given),
    {"mass": "column"} | dict.fromkeys(["gamma", "limit", "least", "around"], "number"),
    mass=MASS,
    gamma=1.0,
    limit=300.0,
    least=20.0,
    around=5.0,
)
_call(
    "connectivity.harmonic_closeness",
    connectivity.harmonic_closeness,
    {"travel_time": "square"},
    travel_time=KM,
)
_call(
    "connectivity.harmonic_closeness of pairs",
    connectivity.harmonic_closeness,
    {"travel_time": (["minutes"], ["a", "minutes"])},
    travel_time=PAIRS,
    cities=FIVE,
)
_call(
    "connectivity.straightness",
    connectivity.straightness,
    {"road_km": "column", "crow_km": "column"},
    road_km=[50.0, 100, 60, 70],
    crow_km=[40.0, 90, 60, 10],
)
_call(
    "connectivity.gravity",
    connectivity.gravity,
    {"flows": "column", "regressors": (["ln_km"], [])},
    flows=FLOWS,
    regressors=LN_KM,
)

# --- collaboration -------------------------------------------------------------------------------

for name in ("shapley", "nucleolus", "core_is_empty"):
    _call(f"games.{name}", getattr(games, name), {"costs": "game"}, costs=GAME)
_call(
    "games.shapley of draws",
    lambda **given: games.shapley(
        lambda members: len(members) ** 0.5, players=range(14), rng=_generator(), **given
    ),
    {"draws": "number"},
    draws=20,
)
_call(
    "games.in_core",
    games.in_core,
    {"costs": "game", "shares": "column"},
    costs=GAME,
    shares=pd.Series({"A": 4.0, "B": 2.0, "C": 2.0}),
)
_call(
    "games.synergy",
    games.synergy,
    {"value": "game", "system": "players"},
    system=["A", "B"],
    value=GAME,
)
_call(
    "games.Game",
    lambda **given: games.Game(**given).values,  # noqa: PD011 - of no table
    {"players": "players", "values": "column"},
    players=("A", "B"),
    values=[0.0, 1, 1, 1.5],
)
CURVE = {"exponent": 0.6, "fixed": 0.1, "efficient_size": 5.0}
OF_CURVE = dict.fromkeys(CURVE, "number")
JOINT = {"outputs": MASS, "haul": 0.001, "distances": KM, "coordination": 0.01}
OF_JOINT = {"outputs": "column", "haul": "number", "distances": "square", "coordination": "number"}
_call("costs.plant_cost", costs.plant_cost, {"output": "column"} | OF_CURVE, output=MASS, **CURVE)
_call("costs.joint_saving", costs.joint_saving, OF_JOINT | OF_CURVE, **JOINT, **CURVE)
_call(
    "costs.break_even_distance",
    costs.break_even_distance,
    {"outputs": "column", "haul": "number", "coordination": "number"},
    outputs=MASS,
    haul=0.01,
    coordination=0.01,
)
_call(
    "costs.break_even_coordination",
    costs.break_even_coordination,
    {"outputs": "column", "haul": "number", "distances": "square"},
    outputs=MASS,
    haul=0.001,
    distances=KM,
)
_call(
    "costs.joint_cost_game",
    lambda **given: costs.joint_cost_game(**given).values,  # noqa: PD011 - of no table
    OF_JOINT,
    **JOINT,
)
_call(
    "siting.facility_location",
    siting.facility_location,
    {
        "distance": "from-to",
        "demand": "column",
        "p": "number",
        "capacity": "number",
        "time_limit": "number",
    },
    distance=KM,
    demand=MASS,
    p=2,
    capacity=12.0,
    time_limit=5.0,
)
_call(
    "siting.facility_location to cover",
    siting.facility_location,
    {
        "distance": "from-to",
        "demand": "column",
        "p": "number",
        "objective": "choice",
        "radius": "number",
    },
    distance=KM,
    demand=MASS,
    p=1,
    objective="max-cover",
    radius=12.0,
)
_call(
    "siting.facility_location of the farthest",
    siting.facility_location,
    {"distance": "from-to", "demand": "column", "p": "number"},
    distance=KM,
    demand=MASS,
    p=2,
    objective="p-centre",
)

# --- typology ------------------------------------------------------------------------------------

TYPED = {"cities": PLACES.iloc[1:], "places": PLACES}
_call(
    "typology.classify",
    partial(model.classify, runs=20),
    {"cities": IN_PLACES, "places": IN_PLACES},
    **TYPED,
)
_call(
    "typology.classify with roads",
    partial(model.classify, runs=20, **TYPED),
    {"roads": (["geonameid_a", "km"], ["geonameid_a", "geonameid_b", "km"])},
    roads=ROADS,
)
_call("typology.classify in runs", partial(model.classify, **TYPED), {"runs": "number"}, runs=20)
_call(
    "typology.forms",
    partial(model.forms, runs=20),
    {"cities": IN_PLACES, "places": IN_PLACES},
    **TYPED,
)
_call(
    "worlds.disturbed",
    lambda **given: worlds.disturbed(rng=_generator(), **given),
    {"places": IN_PLACES, "people": "number", "km": "number"},
    places=PLACES,
    people=0.1,
    km=1.0,
)
BOUNDS = {"size_floor": 1e5, "large": 5e5, "reach": 50.0, "detour": 1.1, "contested": 0.6}
_call(
    "typology.Thresholds",
    lambda **given: model.classify(runs=20, thresholds=measures.Thresholds(**given), **TYPED),
    dict.fromkeys(BOUNDS, "number"),
    **BOUNDS,
)
_call(
    "typology.detect",
    lambda **given: systems.detect(**given).members,
    {
        "cities": (IN_PLACES[0], ["name", *IN_PLACES[1]]),
        "forms": ([], ["type"]),
        **dict.fromkeys(["reach", "link", "longest", "axis_cut", "draws"], "number"),
    },
    cities=PLACES,
    forms=FORMS,
    reach=50.0,
    link=300.0,
    longest=1000.0,
    axis_cut=0.36,
    draws=20,
)
for name in ("polycentricity", "green"):
    _call(f"typology.{name}", getattr(systems, name), {"sizes": "column"}, sizes=SIZES)
_call(
    "typology.calibration_error",
    validation.calibration_error,
    {"certainty": "column", "right": "column", "bins": "number"},
    certainty=pd.Series(np.linspace(0.3, 1, 20)),
    right=RIGHT,
    bins=5,
)

# --- networks ------------------------------------------------------------------------------------

TIES = pd.DataFrame({"a": list("ABCDA"), "b": list("BCDEC"), "airlines": [1.0, 3, 2, 1, 4]})
AIR = networks.graph(TIES, weight="airlines")
LAND = pd.Series(list("XXYYY"), FIVE)
FIRST = pd.Series([True, False, True, False, False], FIVE)
SPOTS = pd.DataFrame({"lat": [0.0, 1, 2, 3, 4], "lon": [0.0, 5, 1, 2, 7]}, FIVE)
FUNCTIONS = pd.DataFrame({"port": [1.0, 0, 3, 0, 1], "rail": [2.0, 1, 1, 4, 0]}, FIVE)
IN_SPOTS = (["lat", "lon"], ["lat", "lon"])

_call(
    "networks.graph",
    lambda **given: networks.graph(**given).links.todense(),
    {"ties": (["airlines"], ["a", "b", "airlines"]), "weight": "choice"},
    ties=TIES,
    weight="airlines",
)
for name in ("reach", "betweenness", "constraint", "core_numbers", "transitivity"):
    _call(f"networks.{name}", getattr(networks, name), {"graph": "number"}, graph=AIR)
_call("networks.ties", networks.ties, {"country": "groups"}, graph=AIR, country=LAND)
_call(
    "networks.without_primary",
    networks.without_primary,
    {"country": "groups"},
    graph=AIR,
    country=LAND,
    primary=FIRST,
)
_call(
    "networks.mixing",
    lambda **given: networks.mixing(rng=_generator(), **given),
    {"group": "groups", "draws": "number"},
    graph=AIR,
    group=LAND,
    draws=9,
)
_call(
    "networks.mixing_by_number",
    lambda **given: networks.mixing_by_number(rng=_generator(), **given),
    {"number": "column", "draws": "number"},
    graph=AIR,
    number=MASS,
    draws=9,
)
_call("networks.communities", networks.communities, {"rng": "number"}, graph=AIR, rng=_generator())
_call(
    "networks.agreement",
    networks.agreement,
    {"one": "groups", "other": "groups"},
    one=LAND,
    other=pd.Series(list("ppqqr"), FIVE),
)
_call(
    "networks.rewired",
    lambda **given: networks.rewired(rng=_generator(), **given).links.todense(),
    {"places": IN_SPOTS, "decay": "number", "swaps": "number", "country": "groups"},
    graph=AIR,
    places=SPOTS,
    decay=1.0,
    swaps=3,
    country=LAND,
)
_call(
    "networks.distance_decay",
    lambda **given: networks.distance_decay(rng=_generator(), **given),
    {"places": IN_SPOTS, "pairs": "number"},
    graph=AIR,
    places=SPOTS,
    pairs=100,
)
_call(
    "networks.resampled",
    lambda **given: networks.resampled(
        statistic=lambda rows: rows["port"].mean(), rng=_generator(), **given
    ),
    {"draws": "number", "level": "number"},
    table=FUNCTIONS,
    draws=9,
    level=0.9,
)
for name in ("location_quotients", "specialisation"):
    _call(
        f"networks.{name}",
        getattr(networks, name),
        {"functions": (["port", "rail"], []), "country": "groups"},
        functions=FUNCTIONS,
        country=LAND,
    )
_call(
    "networks.diversity",
    networks.diversity,
    {"functions": (["port", "rail"], [])},
    functions=FUNCTIONS,
)

# --- cities --------------------------------------------------------------------------------------

_call(
    "credibility.doubts",
    credibility.doubts,
    {
        "cities": (["lat", "lon", "population"], list(TOWNS)),
        "footprints": (["lat", "lon", "area_km2"], list(CENTRES)),
    },
    cities=TOWNS,
    footprints=CENTRES,
)

# --- ledger and tables ---------------------------------------------------------------------------

_call(
    "claims.judge",
    claims.judge,
    {
        "figures": (
            ["printed_low", "printed_high", "tolerance"],
            ["printed_low", "tolerance", "as_printed", "relation"],
        ),
        "values": (["value"], ["figure", "value", "headline", "from_added"]),
    },
    figures=PRINTED,
    values=OURS,
)
_call("datasets.load", datasets.load, {"name": "choice"}, name="tails")
_call("datasets.resource", datasets.resource, {"name": "choice"}, name="tails")
_call(
    "datasets.strictest_licence",
    datasets.strictest_licence,
    {"names": "players"},
    names=["tails", "cities"],
)
_call(
    "counting.counting",
    lambda **given: counting.counting(**given)[0],
    {"how": "choice"},
    how="by footprint",
)
for name in ("explain", "reasons"):
    _call(
        f"classification.{name}",
        getattr(classification, name),
        {"geonameid": "number"},
        geonameid=1645518,
    )
