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
Every function raises TypeError for what is not numbers and ValueError, naming the row or the
cities, for a time that is missing or negative, a table that is not square or not symmetric, a pair
listed twice and a city that only one table knows. Masses go up to 1e100, so that the product of two
is a number.
"""

# scipy carries no types
# mypy: disable-error-code="no-untyped-call,attr-defined"

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import null_space
from scipy.optimize import linprog
from scipy.sparse import csr_array, diags_array, eye_array
from scipy.sparse.csgraph import dijkstra
from scipy.sparse.linalg import spsolve_triangular

from scsreport import checks
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
LENGTH = checks.Range("zero or more (inf where there is no way)", 0.0, np.inf)
MASS = checks.Range("zero or more, up to 1e100", 0.0, 1e100)
SPEED = checks.Range("km an hour, 0.001 to 1e6", 1e-3, 1e6)
DECAY = checks.Range("a number from 0 to 10", 0.0, 10.0)
LEAST_KM = checks.Range("km, 0.001 and more", 1e-3, checks.LARGEST)
REGRESSOR = checks.Range("a number between -1e100 and 1e100", -1e100, 1e100)
SEPARATION = 1e-9
"""What a linear program may leave of a direction in which a likelihood does not fall."""


class Network(NamedTuple):
    """Roads and where cities lie on them, as made by :func:`network`.

    Attributes
    ----------
    links : csr_array, shape (n, n)
        Km of the link between two nodes, both directions.
    node : Series
        By city, the row of its node in ``links``.
    names : Index
        By row of ``links``, the name of its node.
    """

    links: csr_array
    node: pd.Series[Any]
    names: pd.Index[Any]


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
        As the module says; or the speed is outside 0.001 to a million km an hour.

    Examples
    --------
    >>> travel_times(pd.DataFrame({"a": ["x"], "b": ["y"], "km": [142.0]}), kmh=60)
       a  b  minutes
    0  x  y    142.0
    """
    minutes_a_km = 60 / checks.number("kmh", kmh, SPEED)
    table = checks.frame("distances", distances)
    if table.index.equals(table.columns):
        square = checks.square("distances", table, "km", LENGTH)
        return pd.DataFrame(square * minutes_a_km, table.index, table.columns)
    for name in _two_ids("distances", table, "km", only=False):
        checks.label_column("distances", table, name)
    km = checks.column("distances", table, "km", LENGTH)
    return table.assign(km=km * minutes_a_km).rename(columns={"km": "minutes"})


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
        People, jobs or output by city, zero or more. Beside a square table the same cities (without
        labels: in its order); beside pairs it may hold more, which then have no way to others.
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
    half_life = checks.number("half_life", half_life, checks.ABOVE_ZERO)
    known: Any = ()
    if isinstance(mass, pd.Series):
        checks.unique("mass", mass.index)
        known = mass.index
    with np.errstate(over="ignore"):  # a trip of so many half-lives brings nothing
        cities, weight = _matrix(travel_time, known, own_time, lambda t: np.exp2(-t / half_life))
    masses = checks.by_label("mass", mass, cities, MASS, whose="travel_time")
    return pd.Series(weight @ masses, cities, name="access")


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
    time = checks.square("travel_time", travel_time, "minutes", LENGTH)
    cities = travel_time.index
    own = time.diagonal().copy()
    for at_a, at_b, minutes in _checked_links(links, cities):
        to_a, to_b = time[at_a].copy(), time[at_b].copy()
        to_a[at_a] = to_b[at_b] = 0
        over = to_a[:, None] + (to_b + minutes)
        time = np.minimum(time, np.minimum(over, over.T))
    np.fill_diagonal(time, own)
    return pd.DataFrame(time, cities, cities)


def _checked_links(links: Any, cities: pd.Index[Any]) -> Iterator[tuple[int, int, float]]:
    """Return the positions of both ends of each link, and its minutes."""
    given = links.itertuples(index=False) if isinstance(links, pd.DataFrame) else links
    if not isinstance(given, Iterable) or isinstance(given, (str, bytes)):
        raise TypeError(f"links: found {given!r}, expected two cities and minutes for each")
    for row, link in enumerate(given):
        if not isinstance(link, (tuple, list, np.ndarray)) or len(link) != 3:
            raise ValueError(f"links: row {row} holds {link!r}, expected two cities and minutes")
        a, b, minutes = link
        at_a, at_b = (checks.position("link", city, cities, whose="travel_time") for city in (a, b))
        if at_a == at_b:
            raise ValueError(f"link: found {a} twice, expected two cities of travel_time")
        yield at_a, at_b, checks.number("minutes", minutes, checks.ZERO_OR_MORE)


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
        zero, missing where only the first is), and ``output``, the change of output as a share,
        ratio^elasticity - 1.

    Raises
    ------
    ValueError
        As :func:`add_link` and :func:`market_access`; or the elasticity is outside 0 to 10.

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
    elasticity = checks.number("elasticity", elasticity, DECAY)
    access = partial(market_access, mass=mass, half_life=half_life, own_time=own_time)
    before, after = access(travel_time), access(add_link(travel_time, a, b, minutes))
    ratio = (after / before.where(before > 0)).where(after > before, 1.0)
    found = pd.DataFrame({"before": before, "after": after, "ratio": ratio})
    return found.assign(output=found["ratio"] ** elasticity - 1)


def network(links: pd.DataFrame, node: pd.Series[Any]) -> Network:
    """Put roads and the places of cities on them together, for :func:`intermediacy`.

    Parameters
    ----------
    links : DataFrame
        ``node_a``, ``node_b`` and ``km`` above zero, in either direction or both. Nodes have names
        of any kind, such as numbers of OpenStreetMap. Of parallel links the shortest counts; links
        of a node with itself do not. Junctions must still be there: in a table of all pairs of
        cities the direct way is always the shortest, and nobody is ever passed.
    node : Series
        By city, the name of its node; one that no link has is an island.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        If a link has no length above zero, a city has no node or several, or links and cities name
        nodes in different ways.

    Examples
    --------
    >>> links = pd.DataFrame({"node_a": [0, 1], "node_b": [1, 2], "km": [30.0, 50.0]})
    >>> network(links, pd.Series({"A": 0, "B": 1, "C": 2})).links.nnz
    4
    """
    table = checks.frame("links", links, ["node_a", "node_b", "km"])
    km = checks.column("links", table, "km", checks.ABOVE_ZERO).to_numpy()
    of_city = checks.labelled("node", node)
    checks.unique("node", of_city.index)
    codes, names = _numbered(table, checks.labels("node", of_city).infer_objects())
    ends = np.sort(codes[: 2 * len(table)].reshape(2, -1).T)
    place = pd.Series(codes[2 * len(table) :], of_city.index, name=of_city.name)
    return Network(_both_ways(ends, np.asarray(km), len(names)), place, names)


def _numbered(links: pd.DataFrame, of_city: pd.Series[Any]) -> tuple[Any, pd.Index[Any]]:
    """Return the number of each node, first of both ends of all links and then of cities."""
    for column in ("node_a", "node_b"):
        checks.label_column("links", links, column, "the name of a node")
    linked = pd.concat([links["node_a"], links["node_b"]], ignore_index=True)
    nothing_to_join = of_city.empty or linked.empty
    alike = of_city.isin(linked).any() and _are_numbers(of_city) == _are_numbers(linked)
    if not (nothing_to_join or alike):
        raise ValueError(
            f"node: row {of_city.index[0]} holds {checks.shown(of_city.iloc[0])}, and links have "
            f"nodes such as {checks.shown(linked.iloc[0])}; expected one way to name them"
        )
    every = pd.concat([linked, of_city], ignore_index=True)
    codes, names = pd.factorize(every, sort=_are_numbers(every))
    return codes, pd.Index(names)


def _both_ways(ends: Any, km: Floats, n: int) -> csr_array:
    """Return the shortest link between each two nodes, in both directions."""
    order = np.argsort(km, kind="stable")
    order = order[np.unique(ends[order] @ [n, 1], return_index=True)[1]]
    a, b = ends[order].astype(np.int32).T
    both = np.tile(km[order], 2), (np.r_[a, b], np.r_[b, a])
    return csr_array(both, shape=(n, n))


def _are_numbers(names: pd.Series[Any]) -> bool:
    return pd.api.types.is_numeric_dtype(names)


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
        Decay of trips with distance, 0 to 10; 1 to 2 is usual.
    limit : float, default 300
        The longest trip in km.
    least : float, default 20
        Shorter trips count as of so many km, 0.001 and more.
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
    TypeError
        If the network is none, or a mass has no label.

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
    checks.instance("graph", graph, Network, "network()")
    gamma = checks.number("gamma", gamma, DECAY)
    limit = checks.number("limit", limit, checks.ZERO_OR_MORE)
    least = checks.number("least", least, LEAST_KM)
    around = checks.number("around", around, checks.ZERO_OR_MORE)
    mass = checks.labelled("mass", mass)
    people = checks.by_label("mass", mass, mass.index, MASS)
    node = _nodes_of(graph, mass.index)
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


def _nodes_of(graph: Network, cities: pd.Index[Any]) -> Any:
    """Return the rows of cities in a network."""
    at = graph.node.index.get_indexer(cities)
    if (at < 0).any():
        raise ValueError(
            f"mass: found {cities[at < 0][0]}, which has no node in the network "
            f"({int((at < 0).sum())} such); leave it out, or give it one"
        )
    return graph.node.to_numpy()[at].astype(np.int32)


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
    unit = "km" if "km" in checks.frame("travel_time", travel_time) else "minutes"
    with np.errstate(divide="ignore"):
        labels, weight = _matrix(travel_time, cities, np.inf, np.reciprocal, unit)
    found = weight @ np.ones(len(labels)) / max(len(labels) - 1, 1)
    if np.isinf(found).any():
        raise ValueError(
            f"travel_time: found 0 from {labels[np.isinf(found)][0]} to another, expected more"
        )
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
    road = _lengths("road_km", road_km, LENGTH)
    crow = _lengths("crow_km", crow_km, checks.ZERO_OR_MORE)
    if road.shape != crow.shape:
        raise ValueError(
            f"crow_km: found the shape {crow.shape}, expected {road.shape} as of roads"
        )
    wrong = np.flatnonzero(crow > road + ROUNDED_KM)
    if len(wrong):
        at = wrong[0]
        raise ValueError(
            f"crow_km: found {crow.flat[at]:g} beside {road.flat[at]:g} by road, expected no more "
            f"({len(wrong)} such)"
        )
    return np.asarray(np.divide(crow, road, out=np.ones(road.shape), where=road > 0).clip(max=1))


def _lengths(name: str, given: Any, within: checks.Range) -> Floats:
    """Return checked numbers in the shape in which they came."""
    if isinstance(given, pd.DataFrame):
        given = given.to_numpy()
    if isinstance(given, np.ndarray) and not isinstance(given, np.ma.MaskedArray):
        return checks.array(name, given.ravel(), within, least=0).reshape(given.shape)
    return checks.array(name, given, within, least=0)


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
        If rows differ or are no more than the coefficients, a flow is missing or negative, a
        regressor is not finite, or collinear with others or with a constant; if the estimate does
        not exist, because a regressor separates rows without flows from the others; or if the fit
        does not converge.

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
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    given = checks.frame("regressors", regressors)
    if "const" in given:
        raise ValueError("regressors: column 'const' is there; leave it out, it is added")
    columns = {name: checks.column("regressors", given, name, REGRESSOR) for name in given}
    table = pd.DataFrame(columns, index=given.index).assign(const=1.0)
    trips = checks.numbers("flows", flows, MASS, like=table).set_axis(table.index)
    _check_estimates_exist(np.asarray(trips, dtype=np.float64), table)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)  # of a perfect fit
        fit: Any = GLM(trips, table, family=families.Poisson()).fit(cov_type="HC1")
    low, high = fit.conf_int().to_numpy().T
    found = pd.DataFrame({"estimate": fit.params, "se": fit.bse, "low": low, "high": high})
    if not (fit.converged and np.isfinite(found.to_numpy()).all()):
        raise ValueError(
            "flows: the fit does not converge; give masses and distances as logarithms, "
            "or in a unit that is nearer to one"
        )
    return found


def _check_estimates_exist(flows: Floats, table: pd.DataFrame) -> None:
    """Raise unless the likelihood has its maximum at finite coefficients.

    It has none where regressors are collinear, nor where some mix of them is zero wherever there is
    a flow and of one sign where there is none (Santos Silva and Tenreyro, 2010, On the existence of
    the maximum likelihood estimates in Poisson regression, Economics Letters 107(2)).
    """
    rows, wanted = table.shape
    if not flows.any():
        raise ValueError("flows: all are zero, expected some above it")
    if rows <= wanted:
        raise ValueError(f"flows: found {rows}, expected more than the {wanted} coefficients")
    scaled = np.column_stack([checks.scaled(column) for column in table.to_numpy().T])
    if np.linalg.matrix_rank(scaled) < wanted:
        raise ValueError("regressors: found collinear ones, with each other or with a constant")
    free = null_space(scaled[flows > 0])
    if not free.shape[1]:
        return
    without_flow = scaled[flows == 0] @ free
    # The lowest sum of a mix that is nowhere above zero: zero itself where nothing separates.
    mix = linprog(
        without_flow.sum(axis=0),
        A_ub=without_flow,
        b_ub=np.zeros(len(without_flow)),
        bounds=(-1, 1),
    )
    if mix.fun < -SEPARATION:
        parts = table.columns[np.abs(free @ mix.x) > SEPARATION].drop("const", errors="ignore")
        raise ValueError(
            f"regressors: {', '.join(map(str, parts))} separates rows without flows from the "
            "others, so the estimate is infinite; leave it out, or those rows"
        )


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
    # The solver of an older SciPy takes no wider ones.
    rest.indices, rest.indptr = rest.indices.astype(np.int32), rest.indptr.astype(np.int32)
    return np.asarray(spsolve_triangular(rest, b, lower=lower, unit_diagonal=True))


# --- what is handed in ---------------------------------------------------------------------------


def _two_ids(name: str, table: pd.DataFrame, unit: str, *, only: bool = True) -> list[Any]:
    """Return the columns of a sparse table beside the one of numbers."""
    ids = [column for column in table.columns if column != unit]
    if unit not in table or len(ids) < 2 or (only and len(ids) != 2):
        columns = ", ".join(map(str, table.columns[:5]))
        raise ValueError(
            f"{name}: found {len(table)} rows with the columns {columns}, expected the same cities "
            f"once in rows and columns, or two columns of ids and one of {unit}"
        )
    return ids[:2]


def _matrix(
    table: pd.DataFrame,
    cities: Any,
    own: float | None,
    weight: Callable[[Any], Any],
    unit: str = "minutes",
) -> tuple[pd.Index, Any]:
    """Return the cities of a table, and a matrix of what each is to each."""
    own = None if own is None else checks.number("own_time", own, LENGTH)
    table = checks.frame("travel_time", table)
    if table.index.equals(table.columns):
        time = checks.square("travel_time", table, unit, LENGTH, diagonal=own)
        lost = pd.Index(cities).difference(table.index)
        if len(lost):
            raise ValueError(
                f"travel_time: found no {lost[0]}, expected all that have a mass ({len(lost)} such)"
            )
        return table.index, weight(time)
    return _sparse_matrix(table, cities, own, weight, unit)


def _sparse_matrix(
    table: pd.DataFrame, cities: Any, own: float | None, weight: Callable[[Any], Any], unit: str
) -> tuple[pd.Index, Any]:
    """Return the cities of a table of pairs, and a matrix of what each is to each."""
    ids = _two_ids("travel_time", table, unit)
    time = checks.column("travel_time", table, unit, LENGTH).to_numpy()
    for column in ids:
        checks.label_column("travel_time", table, column)
    ends = pd.Index(pd.concat([table[name] for name in ids]))
    labels = pd.Index(cities).append(ends).unique().infer_objects()
    n, m = len(labels), len(table)
    i, j = labels.get_indexer(ends).reshape(2, -1)
    twice = np.flatnonzero(pd.Index(np.minimum(i, j) * n + np.maximum(i, j)).duplicated())
    if len(twice):
        pair = f"{ends[twice[0]]} to {ends[twice[0] + m]}"
        raise ValueError(
            f"travel_time: found {pair} twice, expected a pair once in either direction"
        )
    apart, value = i != j, weight(time)
    own_weight = np.bincount(i[~apart], value[~apart], n) if own is None else weight(own)
    half = csr_array((value[apart], (i[apart], j[apart])), shape=(n, n))
    return labels, half + half.T + diags_array(np.full(n, own_weight, float))
