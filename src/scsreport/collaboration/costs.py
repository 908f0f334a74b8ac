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

Every function raises ValueError, saying what was found, for outputs that are not above 0, fewer
than two cities, an option out of its range, and distances that do not fit the cities, differ by
direction, or are not 0 from a city to itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from scsreport.collaboration.games import Array, Game, membership

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
    size = np.asarray(output, float)
    if not (0 < exponent <= STEEPEST and 0 <= fixed < np.inf and efficient_size > 0):
        found = f"{exponent=:g}, {fixed=:g}, {efficient_size=:g}"
        raise ValueError(f"found {found}; expected above 0 to {STEEPEST}, 0 or more, above 0")
    if not ((size > 0) & (size < np.inf)).all():
        raise ValueError(f"outputs: found {size.min():g}, expected above 0; leave such cities out")
    return np.asarray(fixed + np.minimum(size, efficient_size) ** (exponent - 1) * size)


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
    _check_costs(haul, coordination)
    size = _checked_outputs(outputs)
    km = _checked_distances(distances, outputs, haul)
    apart = plant_cost(size, **curve).sum()
    joint = plant_cost(size.sum(), **curve) + haul * (size @ km).min()
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
    _check_costs(haul, coordination)
    size = _checked_outputs(outputs)
    saved = joint_saving(size, coordination=coordination, **curve)
    if saved <= 0:
        return 0.0
    if haul == 0:
        return float(np.inf)
    hauled = size.sum() - size.max()
    return float(saved * plant_cost(size, **curve).sum() / (haul * hauled))


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
    _check_costs(haul, coordination)
    size = _checked_outputs(outputs)
    km = _checked_distances(distances, outputs, haul)
    players = tuple(pd.Series(outputs).index)
    coalitions = membership(len(players))[1:]  # all but nobody
    hauled = np.where(coalitions > 0, coalitions @ (size[:, None] * km), np.inf).min(1)
    cost = plant_cost(coalitions @ size, **curve) + haul * hauled
    apart = coalitions @ plant_cost(size, **curve)
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


def _check_costs(haul: float, coordination: float) -> None:
    """Refuse costs of haul and coordination below 0."""
    if not (0 <= haul < np.inf and 0 <= coordination < np.inf):
        raise ValueError(f"found haul {haul:g}, coordination {coordination:g}; expected 0 or more")


def _checked_outputs(outputs: Outputs) -> Array:
    """Return the outputs of two cities or more."""
    size = np.asarray(outputs, float)
    if size.ndim != 1 or len(size) < 2:
        raise ValueError(f"outputs: found shape {size.shape}, expected two cities or more")
    return size


def _checked_distances(distances: Distances, outputs: Outputs, haul: float) -> Array:
    """Return the km between the cities, 0 where none are needed."""
    n = len(outputs)
    if distances is None and haul:
        raise ValueError(f"found haul {haul:g} without distances; expected km between the cities")
    if distances is None:
        return np.zeros((n, n))
    km = np.asarray(distances, float)
    if km.shape != (n, n):
        raise ValueError(f"distances: found shape {km.shape}, expected a square of {n}")
    axes = distances.axes if isinstance(distances, pd.DataFrame) else []
    if not all(axis.equals(pd.Series(outputs).index) for axis in axes):
        raise ValueError("distances: found labels unlike those of outputs, expected the same")
    if not (km >= 0).all() or km.diagonal().any() or not np.allclose(km, km.T):
        raise ValueError("distances: expected km of 0 or more, symmetric, and 0 to a city itself")
    return km
