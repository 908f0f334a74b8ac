"""How near cities are to one another, what a new link changes, and whose traffic passes whom.

Travel times are minutes under declared speeds: one speed for all in regressions (a speed that rises
with income makes access rise with it by construction), other speeds only to illustrate. They come
in one of two forms, and what holds for minutes holds for km:

- a square frame, rows and columns the same cities in the same order, symmetric, with ``inf`` where
  there is no way; its diagonal is the time of a trip within a city;
- sparse pairs, a frame of two columns of ids and one named ``minutes`` (or ``km``), each pair once
  in either direction. A pair that is not listed has no way; a pair of a city with itself is the
  diagonal.

What follows from an elasticity that was estimated elsewhere is an illustration, never evidence.
Every function raises ValueError, naming the city, for a time that is missing or negative, a table
that is not square or not symmetric, a pair listed twice and a city that only one table knows.
"""

# scipy.sparse carries no types
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, diags_array, eye_array
from scipy.sparse.csgraph import dijkstra
from scipy.sparse.linalg import spsolve_triangular

from scsreport.geometry import Floats

__all__ = [
    "Network",
    "add_link",
    "add_links",
    "gravity",
    "harmonic_closeness",
    "intermediacy",
    "link_effect",
    "market_access",
    "network",
    "straightness",
    "travel_times",
]

CHUNK = 32  # sources at a time, which bounds memory
TIE = 1e-9  # ways whose lengths differ by less than this share are equally short
ROUNDED_KM = 0.1  # a road may seem so much shorter than the great circle, where it is rounded


class Network(NamedTuple):
    """Roads and where cities lie on them, as made by :func:`network`.

    Attributes
    ----------
    links : csr_array, shape (n, n)
        Km of the link between two nodes, both directions.
    node : Series
        By city, its node.
    """

    links: csr_array
    node: pd.Series[Any]


def travel_times(distances: pd.DataFrame, *, kmh: float) -> pd.DataFrame:
    """Turn km into minutes under one declared speed.

    Parameters
    ----------
    distances : DataFrame
        Km, square or sparse (then the column ``km`` becomes ``minutes``).
    kmh : float
        Kilometres an hour, door to door. State it wherever the minutes are shown.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        If the speed is not a finite number above zero.

    Examples
    --------
    >>> travel_times(pd.DataFrame({"a": ["x"], "b": ["y"], "km": [142.0]}), kmh=60)
       a  b  minutes
    0  x  y    142.0
    """
    _number(True, kmh=kmh)
    if "km" not in distances:
        return distances * (60 / kmh)
    return distances.assign(km=distances["km"] * (60 / kmh)).rename(columns={"km": "minutes"})


def market_access(
    travel_time: pd.DataFrame,
    mass: pd.Series[Any],
    *,
    half_life: float = 30.0,
    own_time: float | None = None,
) -> pd.Series[Any]:
    """Return the mass that each city reaches, a mass counting half for every half-life of travel.

    The sum over all cities j, the city itself included, of mass_j 2^(-t_ij / half-life). A power
    of time would explode on short trips. A shorter time never lowers anyone's access.

    Parameters
    ----------
    travel_time : DataFrame
        Minutes, square or sparse.
    mass : Series
        People, jobs or output by city, zero or more. Beside a square table the same cities; beside
        pairs it may hold more, which then have no way to others.
    half_life : float, default 30
        Minutes after which a mass counts half: .0231 a minute (Ahlfeldt and Feddersen).
    own_time : float, optional
        Minutes within each city, in the place of the diagonal: 0 counts a city's own mass in full,
        ``inf`` leaves it out, as regressions should. Without it the diagonal is as given; pairs
        that list no city with itself then leave the own mass out.

    Returns
    -------
    Series
        By city, in the order of the square table, or of ``mass`` beside pairs.

    Raises
    ------
    ValueError
        As the module says; or the half-life is not above zero, or a mass is missing or negative.

    References
    ----------
    Ahlfeldt, G. M. and Feddersen, A. (2018), From periphery to core: measuring agglomeration
    effects using high-speed rail, Journal of Economic Geography 18(2).

    Examples
    --------
    >>> pairs = pd.DataFrame({"a": ["Jakarta"], "b": ["Bandung"], "minutes": [180.0]})
    >>> mass = pd.Series({"Jakarta": 10.56, "Bandung": 2.44})
    >>> market_access(pairs, mass, own_time=0).round(3).to_dict()
    {'Jakarta': 10.598, 'Bandung': 2.605}
    """
    _number(True, half_life=half_life)
    cities, weight = _matrix(travel_time, mass.index, own_time, lambda t: np.exp2(-t / half_life))
    return pd.Series(weight @ _column("mass", mass, cities), cities, name="access")


def add_link(travel_time: pd.DataFrame, a: Any, b: Any, minutes: float) -> pd.DataFrame:
    """Return travel times once a link between two cities is open, for every pair that profits.

    A trip from i to j takes the shortest of its way so far, i to a to b to j, and i to b to a to j.
    The diagonal stays, and no trip adds the time within a city on its way.

    Parameters
    ----------
    travel_time : DataFrame
        Minutes, square. Where it holds shortest times, so does the result.
    a, b : label
        The two cities.
    minutes : float
        Time on the link, zero or more.

    Returns
    -------
    DataFrame
        No time is longer than before.

    Raises
    ------
    ValueError
        As the module says; or a city is not in the table, or the two are one.

    Examples
    --------
    >>> cities = ["Jakarta", "Bandung", "Garut"]
    >>> table = pd.DataFrame([[0, 180, 260], [180, 0, 80], [260, 80, 0]], cities, cities)
    >>> add_link(table, "Jakarta", "Bandung", 40).loc["Jakarta"].to_dict()
    {'Jakarta': 0.0, 'Bandung': 40.0, 'Garut': 120.0}
    """
    return add_links(travel_time, [(a, b, minutes)])


def add_links(travel_time: pd.DataFrame, links: Iterable[tuple[Any, Any, float]]) -> pd.DataFrame:
    """Return travel times once several links are open, so that a trip may take more than one.

    Parameters
    ----------
    travel_time : DataFrame
        Minutes, square, as in :func:`add_link`.
    links : iterable of tuple
        Two cities and the minutes between them, each.

    Returns
    -------
    DataFrame
        No time is longer than before. Where it held shortest times, so does the result.

    Raises
    ------
    ValueError
        As :func:`add_link`.

    Examples
    --------
    >>> cities = ["Jakarta", "Bandung", "Garut"]
    >>> table = pd.DataFrame([[0, 180, 260], [180, 0, 80], [260, 80, 0]], cities, cities)
    >>> both = [("Jakarta", "Bandung", 40), ("Bandung", "Garut", 50)]
    >>> add_links(table, both).loc["Jakarta"].to_dict()
    {'Jakarta': 0.0, 'Bandung': 40.0, 'Garut': 90.0}
    """
    cities, time = travel_time.index, _square(travel_time, "minutes")
    own = time.diagonal().copy()
    for a, b, minutes in links:
        wrong = [a not in cities, b not in cities, a == b]
        _refuse(wrong, "link", [a, b, f"{a} twice"].__getitem__, "two cities of travel_time")
        _number(minutes=minutes)
        to_a, to_b = (np.where(cities == end, 0, time[cities.get_loc(end)]) for end in (a, b))
        over = to_a[:, None] + (to_b + minutes)
        time = np.minimum(time, np.minimum(over, over.T))
    np.fill_diagonal(time, own)
    return pd.DataFrame(time, cities, cities)


def link_effect(
    travel_time: pd.DataFrame,
    mass: pd.Series[Any],
    a: Any,
    b: Any,
    minutes: float,
    *,
    half_life: float = 30.0,
    elasticity: float = 0.125,
    own_time: float | None = None,
) -> pd.DataFrame:
    """Return what a link does to the access of every city, and to output under an elasticity.

    An illustration: the elasticity was estimated elsewhere, masses stay where they are, and part of
    any gain is moved, not made. Show a range of both parameters, and who falls behind the others.

    Parameters
    ----------
    travel_time : DataFrame
        Minutes, square.
    mass : Series
        As in :func:`market_access`.
    a, b, minutes : label, label, float
        The link, as in :func:`add_link`.
    half_life : float, default 30
        Minutes after which a mass counts half.
    elasticity : float, default 0.125
        Output by access: per cent of output for a per cent of access (Ahlfeldt and Feddersen).
    own_time : float, optional
        As in :func:`market_access`. With the diagonal at 0, the own mass counts in full.

    Returns
    -------
    DataFrame
        By city: access ``before`` and ``after``, their ``ratio``, never below 1 (1 where both are
        zero), and ``output``, the change of output as a share, ratio^elasticity - 1.

    Raises
    ------
    ValueError
        As :func:`add_link` and :func:`market_access`; or the elasticity is negative or infinite.

    References
    ----------
    Ahlfeldt, G. M. and Feddersen, A. (2018), From periphery to core: measuring agglomeration
    effects using high-speed rail, Journal of Economic Geography 18(2).

    Examples
    --------
    >>> cities = ["Jakarta", "Bandung"]
    >>> table = pd.DataFrame([[0, 180], [180, 0]], cities, cities)
    >>> mass = pd.Series([10.56, 2.44], cities)
    >>> found = link_effect(table, mass, "Jakarta", "Bandung", 40)
    >>> (100 * found["output"]).round(1).to_dict()
    {'Jakarta': 1.1, 'Bandung': 12.4}
    """
    _number(elasticity=elasticity)
    access = partial(market_access, mass=mass, half_life=half_life, own_time=own_time)
    before, after = access(travel_time), access(add_link(travel_time, a, b, minutes))
    found = pd.DataFrame({"before": before, "after": after, "ratio": (after / before).fillna(1)})
    return found.assign(output=found["ratio"] ** elasticity - 1)


def network(links: pd.DataFrame, node: pd.Series[Any]) -> Network:
    """Put roads and the places of cities on them together, for :func:`intermediacy`.

    Parameters
    ----------
    links : DataFrame
        ``node_a``, ``node_b`` and ``km`` above zero, in either direction or both. Of parallel links
        the shortest counts; links of a node with itself do not. Junctions must still be there:
        in a table of all pairs of cities the direct way is always the shortest, and nobody is ever
        passed.
    node : Series
        By city, its node.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        If a link has no length above zero, or a city no node or several.

    Examples
    --------
    >>> links = pd.DataFrame({"node_a": [0, 1], "node_b": [1, 2], "km": [30.0, 50.0]})
    >>> network(links, pd.Series({"A": 0, "B": 1, "C": 2})).links.nnz
    4
    """
    ends, km = np.sort(links[["node_a", "node_b"]].to_numpy(int)), links["km"].to_numpy(float)
    _refuse(~((km > 0) & (km < np.inf)), "links", lambda k: f"{km[k]:g} km", "km above zero")
    n = int(max(ends.max(initial=0), _column("node", node, node.index).max(initial=0))) + 1
    order = np.argsort(km, kind="stable")
    order = order[np.unique(ends[order] @ [n, 1], return_index=True)[1]]
    a, b = ends[order].astype(np.int32).T
    both = np.tile(km[order], 2), (np.r_[a, b], np.r_[b, a])
    return Network(csr_array(both, shape=(n, n)), node.astype(int))


def intermediacy(
    graph: Network,
    mass: pd.Series[Any],
    *,
    gamma: float,
    limit: float = 300.0,
    least: float = 20.0,
    around: float = 0.0,
) -> pd.DataFrame:
    """Return the trips that begin or end in a city, and those that pass through it.

    Betweenness weighted by gravity: between two cities there are mass_i mass_j / km^gamma trips,
    which take the shortest way; equally short ways share them. The zone of a city is its node, or
    with ``around`` all nodes so near by road, each to its nearest city. A trip passes through a
    city with every stretch of its way inside the zone that is neither the first nor the last of the
    way; a trip inside one zone passes nobody. Zones matter: few trunk roads touch the very node
    nearest to a centre, and without zones more than half of all cities are never passed.

    Parameters
    ----------
    graph : Network
    mass : Series
        By city, zero or more. Trips are between the cities it holds, and these are passed. Each
        must be in the network; not each city of the network must be here.
    gamma : float
        Decay of trips with distance, zero or more; 1 to 2 is usual.
    limit : float, default 300
        The longest trip in km.
    least : float, default 20
        Shorter trips count as of so many km.
    around : float, default 0
        Radius of a zone in km by road.

    Returns
    -------
    DataFrame
        By city ``endpoint`` and ``through``. Every trip counts once and not once a direction, so
        half of all endpoints is the number of trips. Cities on one node are passed alike.

    Raises
    ------
    ValueError
        If a city is not in the network, a mass is missing or negative, or a number is out of
        bounds.

    References
    ----------
    Brandes, U. (2001), A faster algorithm for betweenness centrality, Journal of Mathematical
    Sociology 25(2).

    Examples
    --------
    >>> links = pd.DataFrame({"node_a": [0, 1], "node_b": [1, 2], "km": [30.0, 50.0]})
    >>> graph = network(links, pd.Series({"A": 0, "B": 1, "C": 2}))
    >>> mass = pd.Series({"A": 4.0, "B": 1.0, "C": 2.0})
    >>> intermediacy(graph, mass, gamma=1).round(3).to_dict("list")
    {'endpoint': [0.233, 0.173, 0.14], 'through': [0.0, 0.1, 0.0]}
    """
    _number(gamma=gamma, limit=limit, around=around)
    _number(True, least=least)
    people = _column("mass", mass, mass.index)
    node = _column("mass", graph.node, mass.index).astype(int)
    zones = _zones(graph.links, node, around)
    decay = _Decay(gamma, limit, least)
    endpoint, (entered, stayed) = np.zeros(len(node)), np.zeros((2, zones.number))
    for chunk in np.split(np.arange(len(node)), range(CHUNK, len(node), CHUNK)):
        trips = _trips(graph.links, node, people, chunk, decay)
        endpoint[chunk] = trips.number.sum(axis=1)
        leaving = trips.number.copy()
        leaving[zones.own[chunk, None] == zones.own[trips.ends]] = 0
        entered += _entries(trips, leaving, zones)
        stayed += np.bincount(zones.own[trips.ends], leaving.sum(axis=0), zones.number)
    # Every trip was met from both its ends; what rounding leaves is nothing.
    through = np.where(entered > stayed * (1 + TIE), entered - stayed, 0) / 2
    return pd.DataFrame({"endpoint": endpoint, "through": through[zones.own]}, mass.index)


def harmonic_closeness(travel_time: pd.DataFrame, cities: Any = ()) -> pd.Series[Any]:
    """Return the mean of 1 / time (or km) to all other cities, to which an island adds nothing.

    Parameters
    ----------
    travel_time : DataFrame
        Minutes or km, square or sparse; the diagonal does not matter.
    cities : list of labels, optional
        All cities, for a sparse table: it does not list those that have no way to others.

    Returns
    -------
    Series
        By city; 0 for an island, and for a city alone in the world.

    Raises
    ------
    ValueError
        As the module says; or two cities are at no distance from each other.

    References
    ----------
    Marchiori, M. and Latora, V. (2000), Harmony in the small-world, Physica A 285.

    Examples
    --------
    >>> pairs = pd.DataFrame({"a": ["A"], "b": ["B"], "minutes": [20.0]})
    >>> harmonic_closeness(pairs, ["A", "B", "island"]).to_dict()
    {'A': 0.025, 'B': 0.025, 'island': 0.0}
    """
    unit = "km" if "km" in travel_time else "minutes"
    with np.errstate(divide="ignore"):
        labels, weight = _matrix(travel_time, cities, np.inf, np.reciprocal, unit)
    found = weight @ np.ones(len(labels)) / max(len(labels) - 1, 1)
    _refuse(np.isinf(found), "travel_time", lambda k: f"0 from {labels[k]} to another", "more")
    return pd.Series(found, labels, name="closeness")


def straightness(road_km: npt.ArrayLike, crow_km: npt.ArrayLike) -> Floats:
    """Return how straight roads are: the great circle over the road, pair by pair.

    Parameters
    ----------
    road_km, crow_km : array_like
        Km of the same pairs by road and as the crow flies, of any shape.

    Returns
    -------
    ndarray
        Of the same shape: 1 is straight, 0 is no road (``inf``), and two cities at one place are 1.
        For a city take the mean over its pairs, in both directions.

    Raises
    ------
    ValueError
        If shapes differ, a length is missing or negative, or a road is shorter than its great
        circle by more than rounding to 0.1 km explains.

    References
    ----------
    Crucitti, P., Latora, V. and Porta, S. (2006), Centrality measures in spatial networks of urban
    streets, Physical Review E 73.

    Examples
    --------
    >>> straightness([50, 100, float("inf")], [40, 90, 70]).tolist()
    [0.8, 0.9, 0.0]
    """
    road, crow = np.asarray(road_km, float), np.asarray(crow_km, float)
    wrong = ~((crow >= 0) & (crow <= road + ROUNDED_KM))
    _refuse(wrong, "crow_km", lambda k: f"{crow.flat[k]:g} beside {road.flat[k]:g}", "no more")
    return np.asarray(np.divide(crow, road, out=np.ones(road.shape), where=road > 0).clip(max=1))


def gravity(flows: pd.Series[Any], regressors: pd.DataFrame) -> pd.DataFrame:
    """Fit a gravity equation by Poisson pseudo-maximum likelihood, which keeps flows of zero.

    E[flow] = exp(constant + regressors b). The flows need not be Poisson, only their mean must be
    right. Least squares on logarithms drop zeros and are biased where the spread follows size.

    Parameters
    ----------
    flows : Series
        One a pair and direction, zero or more.
    regressors : DataFrame
        The same rows, as they shall enter: take logarithms of masses and distances yourself, and
        dummies of origins and destinations by ``pandas.get_dummies(..., drop_first=True)``.

    Returns
    -------
    DataFrame
        By regressor, ``const`` last: ``estimate``, robust standard error ``se`` (HC1), and the
        interval ``low``, ``high`` of 95 %.

    Raises
    ------
    ValueError
        If rows differ, a flow is missing or negative, a regressor is not finite or collinear with
        others or with a constant. Statsmodels warns of a fit that does not converge.

    References
    ----------
    Santos Silva, J. M. C. and Tenreyro, S. (2006), The log of gravity, Review of Economics and
    Statistics 88(4).

    Examples
    --------
    >>> ln_km = pd.DataFrame({"ln_km": np.log([10.0, 20, 40, 80])})
    >>> found = gravity(pd.Series([90, 55, 25, 0]), ln_km)
    >>> found["estimate"].round(2).to_dict()
    {'ln_km': -1.21, 'const': 7.39}
    """
    from statsmodels.genmod.api import GLM, families

    _column("flows", flows, flows.index)
    table = regressors.astype(float).assign(const=1.0)
    sound = flows.any() and np.isfinite(table).all(axis=None)
    single = sound and np.linalg.matrix_rank(table) == table.shape[1]
    _refuse([not single], "flows", lambda _: "none, or infinite or collinear regressors", "neither")
    fit: Any = GLM(flows.astype(float), table, family=families.Poisson()).fit(cov_type="HC1")
    low, high = fit.conf_int().to_numpy().T
    return pd.DataFrame({"estimate": fit.params, "se": fit.bse, "low": low, "high": high})


# --- ways ----------------------------------------------------------------------------------------


class _Zones(NamedTuple):
    """Which nodes belong to which city."""

    own: Any  # by city, its zone
    of_node: Any  # by node, its zone plus one; 0 where it lies in none
    number: int


class _Decay(NamedTuple):
    """How trips fall with distance."""

    gamma: float
    limit: float
    least: float


class _Trips(NamedTuple):
    """Trips from some cities, and the part of the network within their reach."""

    links: csr_array  # of the part
    nodes: Any  # of the part, as nodes of the network
    starts: Any  # by city of departure, its node in the part
    ends: Any  # cities within reach
    arrivals: Any  # by city within reach, its node in the part
    km: Floats  # by city of departure and node of the part
    number: Floats  # of trips, by city of departure and city within reach


class _Ways(NamedTuple):
    """Links on shortest ways, between states: a city of departure and a node of the part.

    States are numbered in the order in which trips from the city come by.
    """

    state: Any  # by city of departure and node of the part; -1 out of reach
    node: Any  # by state
    before: Any  # by link, the state where it begins
    after: Any  # by link, the state where it leads


def _zones(links: csr_array, node: Any, around: float) -> _Zones:
    """Give every node so near to a city by road to its nearest city."""
    centres, own = np.unique(node, return_inverse=True)
    centre = dijkstra(links, True, centres, True, limit=around, min_only=True)[2]
    of_node = np.where(centre < 0, 0, np.searchsorted(centres, centre) + 1)
    return _Zones(own, of_node, len(centres))


def _trips(links: csr_array, node: Any, people: Floats, chunk: Any, decay: _Decay) -> _Trips:
    """Return the trips from a chunk of cities; only what lies within reach is looked at."""
    reached = dijkstra(links, indices=node[chunk], limit=decay.limit, min_only=True)
    near = np.isfinite(reached)
    part, place, ends = links[near][:, near], np.cumsum(near) - 1, np.flatnonzero(near[node])
    starts, arrivals = place[node[chunk]], place[node[ends]]
    km = dijkstra(part, indices=starts, limit=decay.limit)
    way = km[:, arrivals]
    number = people[chunk, None] * people[ends] * np.maximum(way, decay.least) ** -decay.gamma
    number[np.isinf(way) | (chunk[:, None] == ends)] = 0
    return _Trips(part, np.flatnonzero(near), starts, ends, arrivals, km, number)


def _ways(trips: _Trips) -> _Ways:
    """Return all links on shortest ways from the cities of departure."""
    reached = np.array(np.nonzero(np.isfinite(trips.km)))
    source, node = reached[:, np.lexsort((trips.km[tuple(reached)], reached[0]))]
    state = np.full(trips.km.shape, -1)
    state[source, node] = np.arange(len(node))
    first, links = trips.links.indptr, trips.links
    degree = np.diff(first)[node]
    u, link = np.repeat(np.arange(len(node)), degree), np.repeat(first[node], degree)
    link += np.arange(len(u)) - np.repeat(np.cumsum(degree) - degree, degree)
    v, km = state[source[u], links.indices[link]], trips.km[source, node]
    on = (v >= 0) & (km[u] < km[v]) & (km[u] + links.data[link] <= km[v] * (1 + TIE))
    return _Ways(state, node, u[on], v[on])


def _entries(trips: _Trips, number: Floats, zones: _Zones) -> Floats:
    """Return how many trips enter each zone."""
    ways = _ways(trips)
    u, v = ways.before, ways.after
    # Shortest ways to each state, counted onwards; then the trips at each state, summed backwards.
    one, wanted = np.zeros((2, len(ways.node)))
    one[ways.state[np.arange(len(trips.starts)), trips.starts]] = 1
    np.add.at(wanted, ways.state[:, trips.arrivals][number > 0], number[number > 0])
    count = _solve(np.ones(len(u)), v, u, one, lower=True)
    part = count[u] / count[v]
    passing = part * _solve(part, u, v, wanted, lower=False)[v]
    zone = zones.of_node[trips.nodes][ways.node]
    entering = passing * (zone[v] != zone[u])
    return np.bincount(zone[v], entering, zones.number + 1)[1:].astype(float)


def _solve(value: Floats, row: Any, column: Any, b: Floats, *, lower: bool) -> Floats:
    """Return x of x = b + A x, where all entries of A lie on one side of the diagonal."""
    rest = eye_array(len(b), format="csr") - csr_array((value, (row, column)), shape=(len(b),) * 2)
    return np.asarray(spsolve_triangular(rest, b, lower=lower, unit_diagonal=True))


# --- what is handed in ---------------------------------------------------------------------------


def _refuse(wrong: Any, name: str, found: Callable[[int], Any], expected: str) -> None:
    """Raise if anything is wrong, and name the first."""
    if len(at := np.flatnonzero(wrong)):
        raise ValueError(f"{name}: found {found(at[0])}, expected {expected} ({len(at)} such)")


def _number(above: bool = False, /, **values: float) -> None:
    """Raise unless numbers are finite and zero or more (or above zero)."""
    for name, value in values.items():
        if not 0 <= value < np.inf or (above and value == 0):
            wanted = f"a finite number, {'above zero' if above else 'zero or more'}"
            raise ValueError(f"{name}: found {value}, expected {wanted}")


def _column(name: str, data: pd.Series[Any], labels: pd.Index) -> Floats:
    """Return finite numbers, zero or more, of each label."""
    index, values = data.index, data.to_numpy(float, na_value=np.nan)
    _refuse(index.duplicated(), name, lambda k: f"{index[k]} twice", "each once")
    wrong = ~((values >= 0) & (values < np.inf))
    _refuse(wrong, name, lambda k: f"{values[k]:g} at {index[k]}", "a finite number, zero or more")
    at = index.get_indexer(labels)
    _refuse(at < 0, name, lambda k: f"no {labels[k]}", "all cities that the other table has")
    return np.asarray(values[at])


def _square(table: pd.DataFrame, unit: str, own: float | None = None) -> Floats:
    """Return the checked numbers of a square table, with a diagonal of their own."""
    cities, (n, columns) = table.index, table.shape
    alike = cities.equals(table.columns) and cities.is_unique
    kind = f"the same cities once in rows and columns, or two columns of ids and one of {unit}"
    _refuse([not alike], "travel_time", lambda _: f"{n} rows and {columns} columns", kind)
    time = table.to_numpy(float, copy=True)
    np.fill_diagonal(time, time.diagonal() if own is None else own)
    wrong = ~((time >= 0) & (time * (1 + TIE) >= time.T))
    for a, b in np.argwhere(wrong)[:1]:
        found = f"{time[a, b]:g} from {cities[a]} to {cities[b]}, {time[b, a]:g} back"
        raise ValueError(f"travel_time: found {found}, expected {unit}, zero or more, symmetric")
    return time


def _matrix(
    table: pd.DataFrame,
    cities: Any,
    own: float | None,
    weight: Callable[[Any], Any],
    unit: str = "minutes",
) -> tuple[pd.Index, Any]:
    """Return the cities of a table, and a matrix of what each is to each."""
    _refuse([own is not None and not own >= 0], "own_time", lambda _: own, "zero or more")
    if unit not in table:
        time, lost = _square(table, unit, own), pd.Index(cities).difference(table.index)
        _refuse(lost.notna(), "travel_time", lambda k: f"no {lost[k]}", "all that have a mass")
        return table.index, weight(time)
    ids, time = table.columns.drop(unit), table[unit].to_numpy(float)
    _refuse([len(ids) != 2], "travel_time", lambda _: [*table], f"two of ids and {unit}")
    ends = pd.Index(pd.concat([table[name] for name in ids]))
    labels = pd.Index(cities).append(ends).unique().infer_objects()
    n, m, (i, j) = len(labels), len(table), labels.get_indexer(ends).reshape(2, -1)
    wrong = pd.Index(np.minimum(i, j) * n + np.maximum(i, j)).duplicated() | ~(time >= 0)
    kind = f"{unit}, zero or more, a pair once"
    _refuse(wrong, "travel_time", lambda k: f"{time[k]:g} from {ends[k]} to {ends[k + m]}", kind)
    apart, value = i != j, weight(time)
    own_weight = np.bincount(i[~apart], value[~apart], n) if own is None else weight(own)
    half = csr_array((value[apart], (i[apart], j[apart])), shape=(n, n))
    return labels, half + half.T + diags_array(np.full(n, own_weight, float))
