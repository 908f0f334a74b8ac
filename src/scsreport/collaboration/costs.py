"""What cities would save with one plant instead of one each, and where that ends.

An illustration, never evidence: all of it follows from the cost curve that is put in. Cost is in
units of the cost of a plant of output 1, its fixed part apart. Output is in any unit, the same for
all cities; distance is in km. The exponent given is the rule of six tenths of engineers, by which
cost grows with output to the power of 0.6 (Williams 1947; Chilton 1950).

Options mean the same everywhere:

``exponent``
    Power of output in cost, above 0 and up to 1.5; above 1 large plants cost more a unit.
``fixed``
    Cost of having a plant, whatever its output.
``efficient_size``
    Output beyond which cost grows in step with output, its fixed part apart.
``haul``
    Cost of one unit of output over one km between a city and the plant, in units of cost.
``distances``
    Square frame or array of km between the cities, needed with ``haul``. A frame has the labels of
    ``outputs``, in the same order. The plant stands in the city where hauls cost least.
``coordination``
    Cost of acting together, as a share of what the cities that do so cost separately.

Every function raises TypeError for what is not numbers and ValueError, saying what was found, for
outputs that are not above 0, fewer than two cities, an option out of its range, and distances that
do not fit the cities, differ by direction, or are not 0 from a city to itself. Numbers go from
1e-50 to 1e50, so that their products are numbers too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scsreport import checks
from scsreport.collaboration.games import MOST, Array, Game, membership

__all__ = [
    "break_even_coordination",
    "break_even_distance",
    "joint_cost_game",
    "joint_saving",
    "plant_cost",
]

Outputs = Sequence[float] | Array | pd.Series
Distances = pd.DataFrame | Array | None
STEEPEST = 1.5
"""The largest exponent that is accepted."""

NOTHING = 1e-12
"""A saving, as a share, that is rounding."""

EXPONENT = checks.Range(f"a number above 0, up to {STEEPEST:g}", checks.SMALLEST, STEEPEST)
OUTPUT = checks.Range("a number above 0, from 1e-50 to 1e50; leave other cities out", 1e-50, 1e50)
COST = checks.Range("zero or more, up to 1e50", 0.0, 1e50)
EFFICIENT_SIZE = checks.Range("a number above 0 (inf: never)", 1e-50, np.inf)


class _Curve(NamedTuple):
    """A cost curve that has been checked."""

    exponent: float
    fixed: float
    efficient_size: float


def plant_cost(
    output: Outputs, *, exponent: float = 0.6, fixed: float = 0.0, efficient_size: float = np.inf
) -> Array:
    """Cost of a plant by what it puts out.

    Parameters
    ----------
    output : array
        Output of each plant, above 0.
    exponent, fixed, efficient_size : float
        The curve; see the module.

    Returns
    -------
    array
        ``fixed + output**exponent`` up to the efficient size; from there the second part grows in
        step with output, so that its cost a unit stays as it is there.

    Examples
    --------
    >>> plant_cost([1, 2, 4], efficient_size=2).round(2).tolist()
    [1.0, 1.52, 3.03]
    """
    return _cost_of(_sizes(output), _curve(exponent, fixed, efficient_size))


def _cost_of(size: Any, curve: _Curve) -> Array:
    """Return the cost of plants of checked sizes."""
    steep = np.minimum(size, curve.efficient_size) ** (curve.exponent - 1)
    return np.asarray(curve.fixed + steep * size)


def joint_saving(
    outputs: Outputs,
    *,
    haul: float = 0.0,
    distances: Distances = None,
    coordination: float = 0.0,
    **curve: Any,
) -> float:
    """Share of the separate cost that one joint plant saves; negative if it costs more.

    Parameters
    ----------
    outputs : array or Series
        Output of each city, two or more.
    haul, distances, coordination, **curve
        See the module.

    Returns
    -------
    float
        1 less joint cost over separate cost. Without haul and coordination n equal cities save
        ``1 - n**(exponent - 1)``, where there is no fixed part and no efficient size. It is also
        what coordination may cost, as a share of the separate cost, before nothing is saved.

    Examples
    --------
    >>> round(joint_saving([1, 1]), 3)
    0.242
    """
    costs = _curve(**curve)
    size, km, haul, coordination = _checked(outputs, haul, distances, coordination)
    apart = _cost_of(size, costs).sum()
    joint = _cost_of(size.sum(), costs) + haul * (size @ km).min()
    return float(1 - joint / apart - coordination)


def break_even_distance(
    outputs: Outputs, *, haul: float, coordination: float = 0.0, **curve: Any
) -> float:
    """Distance of the others from the city of the plant at which a joint plant saves nothing.

    Parameters
    ----------
    outputs : array or Series
        Output of each city, two or more; the plant stands in the largest.
    haul, coordination, **curve
        See the module.

    Returns
    -------
    float
        Kilometres, the same for all others. Infinite if it saves and haul is 0; 0 if it does not
        save even without haul.

    Examples
    --------
    >>> round(break_even_distance([1, 1], haul=0.01))
    48
    """
    haul = checks.number("haul", haul, COST)
    saved = joint_saving(outputs, coordination=coordination, **curve)
    if saved <= NOTHING:
        return 0.0
    if haul == 0:
        return float(np.inf)
    size = checks.array("outputs", outputs, OUTPUT)
    hauled = np.delete(size, size.argmax()).sum()
    return float(saved * _cost_of(size, _curve(**curve)).sum() / (haul * hauled))


def break_even_coordination(
    outputs: Outputs, *, haul: float = 0.0, distances: Distances = None, **curve: Any
) -> float:
    """Cost of coordination at which a joint plant saves nothing.

    Parameters
    ----------
    outputs : array or Series
        Output of each city, two or more.
    haul, distances, **curve
        See the module.

    Returns
    -------
    float
        Share of the separate cost, which is what the plant saves if coordination is free.
        Negative if it does not pay even then: what would have to be paid on top.

    Examples
    --------
    >>> round(break_even_coordination([1, 1, 1]), 3)
    0.356
    """
    return joint_saving(outputs, haul=haul, distances=distances, **curve)


def joint_cost_game(
    outputs: Outputs,
    *,
    haul: float = 0.0,
    distances: Distances = None,
    coordination: float = 0.0,
    may_split: bool = True,
    **curve: Any,
) -> Game:
    """Cost of every coalition of cities that serves its own members.

    Parameters
    ----------
    outputs : array or Series
        Output of each city, two to twelve. The index of a Series names the players, else they
        are 0, 1, ...
    haul, distances, coordination, **curve
        See the module. The plant of a coalition stands in one of its own cities; coordination is
        paid by two cities or more.
    may_split : bool
        Whether a coalition takes the cheapest division into groups with a plant each, so that
        joining never costs more. If not, it has one plant.

    Returns
    -------
    Game
        Costs in units of the cost of a plant of output 1.

    Examples
    --------
    >>> joint_cost_game(pd.Series([1, 1], ["A", "B"])).values.round(2).tolist()
    [0.0, 1.0, 1.0, 1.52]
    """
    costs = _curve(**curve)
    size, km, haul, coordination = _checked(outputs, haul, distances, coordination)
    if len(size) > MOST:
        raise ValueError(f"outputs: found {len(size)} cities, expected 2 to {MOST}")
    players = tuple(outputs.index) if isinstance(outputs, pd.Series) else tuple(range(len(size)))
    coalitions = membership(len(players))[1:]  # all but nobody
    hauled = np.where(coalitions > 0, coalitions @ (size[:, None] * km), np.inf).min(1)
    cost = _cost_of(coalitions @ size, costs) + haul * hauled
    apart = coalitions @ _cost_of(size, costs)
    act_together = coalitions.sum(1) > 1
    cost = np.append(0.0, cost + coordination * act_together * apart)
    return Game(players, _cheapest_division(cost) if may_split else cost)


def _cheapest_division(cost: Array) -> Array:
    """Return the least cost of each coalition over its divisions into groups.

    One player more at a time. A coalition whose last player is k is divided into the group of k,
    which has one plant, and the rest, whose cheapest division is known by then. All such splits
    are listed at once: each earlier player is absent, in the group, or in the rest, so there are
    three to the power of k of them.
    """
    best = cost.copy()
    group = rest = np.zeros(1, int)  # of earlier players, as masks, over all splits
    for k in range(len(cost).bit_length() - 1):
        player = 1 << k
        total = cost[player + group] + best[rest]
        for j in range(k):
            total = _keep_the_cheaper(total, 1 << j)
        best[player : 2 * player] = total
        group = np.concatenate([group, group + player, group])
        rest = np.concatenate([rest, rest, rest + player])
    return best


def _keep_the_cheaper(total: Array, coalitions: int) -> Array:
    """Halve the choice of one player, in the group or in the rest, once those before it are made.

    Costs come in blocks of ``coalitions``, three by three: the player is absent, in the group, in
    the rest. What is left are two: absent, or with the others at the lesser cost.
    """
    absent, grouped, others = total.reshape(-1, 3, coalitions).swapaxes(0, 1)
    return np.stack([absent, np.minimum(grouped, others)], axis=1).ravel()


def _curve(exponent: float = 0.6, fixed: float = 0.0, efficient_size: float = np.inf) -> _Curve:
    """Return a checked curve."""
    return _Curve(
        checks.number("exponent", exponent, EXPONENT),
        checks.number("fixed", fixed, COST),
        checks.number("efficient_size", efficient_size, EFFICIENT_SIZE),
    )


def _sizes(output: Any) -> Array:
    """Return output in the shape in which it came."""
    if isinstance(output, np.ndarray) and output.ndim != 1:
        return checks.array("output", output.ravel(), OUTPUT).reshape(output.shape)
    if np.isscalar(output):
        return np.asarray(checks.number("output", output, OUTPUT))
    return checks.array("output", output, OUTPUT, what="plants")


def _checked(
    outputs: Any, haul: float, distances: Any, coordination: float
) -> tuple[Array, Array, float, float]:
    """Return outputs of two cities or more, km between them (0 without any), haul, coordination."""
    haul = checks.number("haul", haul, COST)
    coordination = checks.number("coordination", coordination, COST)
    size = checks.array("outputs", outputs, OUTPUT, least=2, what="cities")
    if distances is None:
        if haul:
            raise ValueError(
                f"distances: found none beside haul {haul:g}, expected km between cities"
            )
        return size, np.zeros((len(size), len(size))), haul, coordination
    return size, _km_between(distances, outputs, len(size)), haul, coordination


def _km_between(distances: Any, outputs: Any, n: int) -> Array:
    """Return the km between the cities of outputs."""
    frame = distances
    if not isinstance(distances, pd.DataFrame):
        frame = pd.DataFrame(checks.grid("distances", distances, COST)[0])
    elif isinstance(outputs, pd.Series) and not distances.index.equals(outputs.index):
        raise ValueError("distances: found labels unlike those of outputs, expected the same")
    if frame.shape != (n, n):
        raise ValueError(f"distances: found shape {frame.shape}, expected a square of {n}")
    km = checks.square("distances", frame, "km", COST)
    if km.diagonal().any():
        at = int(np.argmax(km.diagonal() > 0))
        found = f"{km[at, at]:g} km from {frame.index[at]} to itself"
        raise ValueError(f"distances: found {found}, expected 0")
    return km
