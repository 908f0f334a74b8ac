"""Games of shared cost: fair shares, the core, and what a set is worth beyond its parts.

A game gives the cost of every coalition of its players. Costs are in one unit of the caller's
choice and shares come in the same; nothing here says that cooperation lowers cost. Coalitions are
a mapping from tuples or frozensets of players, a :class:`Game`, or a function with ``players``.
A player alone may be written without a tuple; the empty coalition costs nothing and may be absent.

Every function raises TypeError for what is no game or no number, and ValueError, naming the
coalition or the player, for a coalition that is missing or given twice, a cost that is negative or
above 1e100, an unknown player, and more than :data:`MOST` players where all coalitions are needed.
"""

# The costs of a Game are its ``values``, which the linter takes for those of a frame.
# ruff: noqa: PD011
# scipy carries no types
# mypy: disable-error-code="attr-defined,no-untyped-call"

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from numpy.random import Generator
from scipy.linalg import null_space
from scipy.optimize import linprog
from scipy.special import beta

from scsreport import checks

__all__ = [
    "MOST",
    "TOLERANCE",
    "CoreCheck",
    "Game",
    "core_is_empty",
    "in_core",
    "membership",
    "nucleolus",
    "shapley",
    "synergy",
]

MOST = 12
"""The most players of a game whose coalitions are all listed."""
TOLERANCE = 1e-8
"""What counts as equal, as a share of the largest cost: ten times what the solver is asked for."""
SOLVER = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}
POSITIVE = 1e-6
"""A weight above it is positive: well above what the solver leaves of a weight of zero."""
FEWEST_DRAWS = 4
MOST_DRAWS = 1_000_000
LARGEST = 1e100
"""Of costs, so that the sum of all coalitions' is a number."""

WORTH = checks.Range("a number between -1e100 and 1e100", -LARGEST, LARGEST)
ANY_NUMBER = checks.Range("a number", -np.inf, np.inf)

Array = npt.NDArray[np.float64]
Coalition = frozenset[Any]


@dataclass(frozen=True, eq=False)
class Game:
    """Costs of all coalitions as one vector.

    Attributes
    ----------
    players : tuple
        Their names, at most :data:`MOST`.
    values : array of 2**n
        Cost of each coalition: ``values[mask]``, where bit i of ``mask`` stands for
        ``players[i]``. The first is the empty coalition and 0, the last the coalition of all.
    """

    players: tuple[Hashable, ...]
    values: Array

    def __post_init__(self) -> None:
        """Check names, number and sign."""
        names = _named(self.players)
        if not 1 <= len(set(names)) == len(names) <= MOST:
            raise ValueError(
                f"players: found {len(names)} players, expected 1 to {MOST} of different names"
            )
        values = checks.array("values", self.values, ANY_NUMBER, least=0, missing=True)
        if values.shape != (2 ** len(names),):
            raise ValueError(f"values: found {len(values)}, expected {2 ** len(names)} costs")
        sound = (values >= 0) & (values <= LARGEST)
        sound[0] = values[0] == 0
        if not sound.all():
            first = int(sound.argmin())
            who = _written(_members(names, first))
            raise ValueError(
                f"{who}: found cost {values[first]:g}, expected 0 or more, up to {LARGEST:g}, "
                "and 0 of nobody"
            )
        object.__setattr__(self, "players", names)
        object.__setattr__(self, "values", values)


Value = Mapping[Any, float] | Callable[[Coalition], float]
Costs = Game | Value
Players = Iterable[Hashable] | None


class CoreCheck(NamedTuple):
    """Whether shares are in the core, as made by :func:`in_core`.

    Attributes
    ----------
    inside : bool
        They add to the cost of all, and no coalition bears more than it costs alone.
    worst_coalition : tuple
        Players of the coalition, short of all, with the largest excess.
    excess : float
        What it bears beyond its own cost, in units of cost; 0 or less when inside.
    """

    inside: bool
    worst_coalition: tuple[Hashable, ...]
    excess: float


def shapley(
    costs: Costs, *, players: Players = None, rng: Generator | None = None, draws: int = 1_000
) -> pd.Series[float]:
    """Share the cost of all by the mean of what each player adds, over all orders of joining.

    Exact to :data:`MOST` players. Beyond, orders are drawn, each beside its reverse, which keeps
    the mean and narrows its error.

    Parameters
    ----------
    costs : Game, mapping or function of a frozenset
        Cost of each coalition. With more than :data:`MOST` players only a function.
    players : iterable, optional
        Their names and order; needed with a function.
    rng : Generator, optional
        Where orders come from; needed beyond :data:`MOST` players, else unused.
    draws : int
        Number of orders, 4 to a million; an odd one is rounded down.

    Returns
    -------
    Series
        Share of each player; they add to the cost of all. If drawn, ``attrs["error"]`` holds
        the half width of the interval of 95 % around each share, by player.

    References
    ----------
    Shapley (1953), A value for n-person games; for orders drawn, Castro, Gómez and Tejada (2009).

    Examples
    --------
    Navigation, flood control and power share a dam (Straffin and Heaney 1981, thousand dollars):

    >>> alone = {"N": 163.520, "F": 140.826, "P": 250.096}
    >>> joint = {"NF": 301.607, "NP": 378.821, "FP": 367.370, "NFP": 412.584}
    >>> shapley(alone | {tuple(key): cost for key, cost in joint.items()}).round(1).to_dict()
    {'N': 117.8, 'F': 100.8, 'P': 194.0}
    """
    names = () if players is None else _named(players)
    draws = checks.whole("draws", draws, FEWEST_DRAWS, MOST_DRAWS)
    if not callable(costs) or len(names) <= MOST:
        game = _game(costs, names or None)
        return pd.Series(_shapley_weights(len(game.players)) @ game.values, game.players)
    checks.unique("players", pd.Index(names, tupleize_cols=False))
    return _drawn_shapley(costs, names, checks.generator("rng", rng), draws // 2)


def _drawn_shapley(
    cost_of: Callable[[Coalition], float],
    players: tuple[Hashable, ...],
    rng: Generator,
    pairs: int,
) -> pd.Series[float]:
    """Average what each player adds over orders drawn in pairs, one the reverse of the other."""
    added = np.zeros((pairs, len(players)))
    for row in added:
        order = rng.permutation(len(players))
        for joining in (order, order[::-1]):
            row[joining] += _added_in_turn(cost_of, [players[i] for i in joining]) / 2
    shares = pd.Series(added.mean(0), players)
    error = 1.96 * added.std(0, ddof=1) / np.sqrt(pairs)
    shares.attrs["error"] = dict(zip(players, error.tolist(), strict=True))
    return shares


def _added_in_turn(cost_of: Callable[[Coalition], float], order: list[Hashable]) -> Array:
    """Return what each player adds to the cost of those who joined before."""
    coalitions = [frozenset(order[:size]) for size in range(1, len(order) + 1)]
    return np.diff(_costs(cost_of, coalitions), prepend=0)


def nucleolus(costs: Costs, *, players: Players = None) -> pd.Series[float]:
    """Share the cost of all so that the coalition treated worst is treated as well as can be.

    Then the second worst, and so on, among shares that charge no player more than its own cost.
    It is one point, and in the core where there is a core.

    Linear programs one after another: each finds the least largest excess, coalitions with a
    positive multiplier have that excess in every solution, and those that depend on them are
    left out of the next. Each adds an equation at least, so there are fewer than players.

    Parameters
    ----------
    costs : Game, mapping or function of a frozenset
        Cost of each coalition.
    players : iterable, optional
        Their names and order; needed with a function.

    Returns
    -------
    Series
        Share of each player; they add to the cost of all.

    Raises
    ------
    ValueError
        The players together cost more than apart, so some player must bear more than its own.

    References
    ----------
    Schmeidler (1969), The nucleolus of a characteristic function game; Maschler, Peleg and
    Shapley (1979), Geometric properties of the kernel, nucleolus, and related solution concepts.

    Examples
    --------
    >>> costs = {"A": 4, "B": 3, "C": 3, ("A", "B"): 6, ("A", "C"): 6, ("B", "C"): 4}
    >>> nucleolus(costs | {("A", "B", "C"): 8}).round(6).to_dict()
    {'A': 4.0, 'B': 2.0, 'C': 2.0}
    """
    game = _game(costs, players)
    n = len(game.players)
    scale = game.values.max() or 1.0
    cost = game.values / scale
    alone = cost[1 << np.arange(n)]
    spare = alone.sum() - cost[-1]
    if spare < -TOLERANCE:
        apart, together = alone.sum() * scale, cost[-1] * scale
        raise ValueError(f"found cost {apart:g} apart, {together:g} together; expected no more")
    return pd.Series(_settle(alone - spare / n, _limits(cost)) * scale, game.players)


class _Limits(NamedTuple):
    """What shares are held against: every coalition short of all, then every player alone.

    Attributes
    ----------
    members : array of limits by players
        1 for who counts, else 0.
    cost : array
        Of each by itself.
    lowered : array of bool
        Coalitions, whose excess is to be least; the cost of a player alone is a limit and no more.
    """

    members: Array
    cost: Array
    lowered: npt.NDArray[np.bool_]


def _limits(cost: Array) -> _Limits:
    """Return the limits of a game, by the costs of its coalitions."""
    n = len(cost).bit_length() - 1
    coalitions = membership(n)[1:-1]
    return _Limits(
        np.vstack([coalitions, np.eye(n)]),
        np.append(cost[1:-1], cost[1 << np.arange(n)]),
        np.arange(len(coalitions) + n) < len(coalitions),
    )


def _settle(shares: Array, limits: _Limits) -> Array:
    """Lower the largest excess, then the next, until no share can move any more."""
    settled = np.ones((1, len(shares)))  # what all bear together
    while (directions := null_space(settled)).size:
        step, binding = _lower_the_largest_excess(shares, directions, limits)
        shares = shares + step
        settled = np.vstack([settled, limits.members[binding]])
    return shares


def _lower_the_largest_excess(
    shares: Array, directions: Array, limits: _Limits
) -> tuple[Array, npt.NDArray[np.intp]]:
    """Return the change of shares that makes the largest excess least, and who is bound by it.

    The program is solved in its dual, a weight for every limit: only a few are positive, and
    these limits hold with equality in every solution.
    """
    slope = limits.members @ directions
    slack = limits.cost - limits.members @ shares
    slack[~limits.lowered] = slack[~limits.lowered].clip(0)
    movable = np.flatnonzero(np.abs(slope).max(1) > TOLERANCE)
    sides = np.vstack([slope[movable].T, limits.lowered[movable]])
    # Weights balance in every direction, and those of the coalitions add to one.
    solved = _solve_program(slack[movable], sides, np.eye(len(sides))[-1])
    step = directions @ solved.eqlin.marginals[:-1]
    return step, movable[solved.x > POSITIVE]


def in_core(
    costs: Costs, shares: Mapping[Any, float] | pd.Series[float], *, players: Players = None
) -> CoreCheck:
    """Ask whether some coalition would bear more than it costs by itself.

    Parameters
    ----------
    costs : Game, mapping or function of a frozenset
        Cost of each coalition.
    shares : Series or mapping
        What each player bears, in units of cost.
    players : iterable, optional
        Their names and order; needed with a function.

    Returns
    -------
    CoreCheck
        Shares that do not add to the cost of all are outside, whatever the excess. Equal is
        within :data:`TOLERANCE` of the largest cost.

    Examples
    --------
    >>> in_core({"A": 2, "B": 1, ("A", "B"): 2}, {"A": 0.8, "B": 1.2}).inside
    False
    """
    game = _game(costs, players)
    bears = _in_order(shares, game.players)
    excess = membership(len(bears)) @ bears - game.values
    worst = int(excess[1:-1].argmax()) + 1 if len(bears) > 1 else 1
    near = TOLERANCE * game.values.max()
    inside = bool(excess[worst] <= near and abs(excess[-1]) <= near)
    return CoreCheck(inside, _members(game.players, worst), float(excess[worst]))


def _in_order(
    shares: Mapping[Any, float] | pd.Series[float], players: tuple[Hashable, ...]
) -> Array:
    """Return shares in the order of the players, each of whom must have one."""
    given = checks.labelled("shares", shares)
    wrong = set(given.index) ^ set(players)
    if wrong:
        fault = "unknown" if wrong & set(given.index) else "no share of"
        raise ValueError(f"shares: found {fault} {_written(wrong)}, expected {_written(players)}")
    return checks.by_label("shares", given, pd.Index(players, tupleize_cols=False), WORTH)


def core_is_empty(costs: Costs, *, players: Players = None) -> bool:
    """Ask whether every way to share leaves some coalition better off by itself.

    By the theorem of Bondareva and Shapley: the core is empty if coalitions, weighted so that
    every player counts once, cost less than all together.

    Parameters
    ----------
    costs : Game, mapping or function of a frozenset
        Cost of each coalition.
    players : iterable, optional
        Their names and order; needed with a function.

    Returns
    -------
    bool
        True if they cost less by more than :data:`TOLERANCE` of the largest cost.

    Examples
    --------
    Any two of three do alone for 2 what all three together pay 3.5 for:

    >>> pairs = {("A", "B"): 2, ("A", "C"): 2, ("B", "C"): 2}
    >>> core_is_empty({"A": 2, "B": 2, "C": 2, **pairs, ("A", "B", "C"): 3.5})
    True
    """
    game = _game(costs, players)
    if in_core(game, shapley(game)).inside:  # one fair way is enough, and quickly tried
        return False
    cost = game.values / game.values.max()
    member = membership(len(game.players))
    needed = _needed(cost)
    # Weights of coalitions that count every player once, at the least cost.
    cover = _solve_program(cost[needed][1:], member[needed][1:].T, np.ones(len(game.players)))
    return bool(cover.fun < cost[-1] - TOLERANCE)


def _needed(cost: Array) -> npt.NDArray[np.bool_]:
    """Say which coalitions matter: those cheaper than without one of them and that one alone."""
    n = len(cost).bit_length() - 1
    member = membership(n)
    alone = 1 << np.arange(n)
    split = cost[np.arange(len(cost))[:, None] & ~alone] + cost[alone]
    cheaper = ((cost[:, None] < split) | (member == 0)).all(1)
    return np.asarray(cheaper | (member.sum(1) == 1))


def synergy(system: Iterable[Hashable], value: Value) -> float:
    """Value of a set less the values of its members, each by itself.

    Parameters
    ----------
    system : iterable
        The members.
    value : function of a frozenset, or mapping of coalitions
        What a set is worth, in any unit.

    Returns
    -------
    float
        In the unit of value; positive if they are worth more together.

    Examples
    --------
    >>> synergy(["A", "B", "C"], lambda members: len(members) ** 2)
    6.0
    """
    together = frozenset(_named(system, "system"))
    if not together:
        raise ValueError("system: found nobody, expected a member or more")
    wanted = [together, *(frozenset([name]) for name in together)]
    known = value if callable(value) else _by_coalition(value, "value")
    whole, *parts = _costs(known, wanted)
    return whole - sum(parts)


@lru_cache(maxsize=MOST)
def membership(n: int) -> Array:
    """List who is in which coalition, in the order of the values of a :class:`Game`.

    Parameters
    ----------
    n : int
        Number of players, at most :data:`MOST`.

    Returns
    -------
    array of 2**n by n
        One row per coalition, one column per player: 1 for a member, else 0.
    """
    n = checks.whole("n", n, 0, MOST)
    table = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)
    table.flags.writeable = False
    return table


def _game(costs: Costs, players: Players) -> Game:
    """Put costs of any form into one vector."""
    if isinstance(costs, Game):
        return costs
    names = () if players is None else _named(players)
    if callable(costs):
        return _listed(costs, names, nobody=0.0)
    table = _by_coalition(costs, "costs")
    nobody = table.pop(frozenset(), 0.0)
    names = names or tuple(name for coalition in table if len(coalition) == 1 for name in coalition)
    strange = [coalition for coalition in table if not coalition <= set(names)]
    if strange:
        raise ValueError(
            f"{_written(strange[0])}: found unknown player, expected {_written(names)}"
        )
    return _listed(table, names, nobody)


def _listed(costs: Value, players: tuple[Hashable, ...], nobody: float) -> Game:
    """List the cost of every coalition, and of nobody."""
    if not 1 <= len(players) <= MOST:
        return Game(players, np.zeros(0))  # which says what is wrong
    coalitions = [frozenset(_members(players, mask)) for mask in range(1, 2 ** len(players))]
    return Game(players, np.array([nobody, *_costs(costs, coalitions)]))


def _named(players: Any, name: str = "players") -> tuple[Hashable, ...]:
    """Return players as a tuple, each of which can be a name."""
    if not isinstance(players, Iterable):
        raise TypeError(f"{name}: found {checks.shown(players)}, expected a list of names")
    names = tuple(players)
    for player in names:
        if not isinstance(player, Hashable):
            raise TypeError(f"{name}: found {checks.shown(player)}, expected a name or a number")
    return names


def _by_coalition(costs: Any, name: str) -> dict[Coalition, float]:
    """Turn the names of coalitions into sets."""
    if isinstance(costs, pd.Series):
        costs = dict(costs.items())
    if not isinstance(costs, Mapping):
        raise TypeError(
            f"{name}: found {checks.shown(costs)}, expected costs by coalition, or a function"
        )
    keys = [frozenset(key if isinstance(key, (tuple, frozenset)) else [key]) for key in costs]
    if len(set(keys)) < len(keys):
        raise ValueError("found a coalition twice, expected one order of its players")
    return dict(zip(keys, costs.values(), strict=True))


def _costs(value: Value, wanted: list[Coalition]) -> list[float]:
    """Look up or work out some coalitions."""
    if callable(value):
        return [checks.number(_written(members), value(members), WORTH) for members in wanted]
    absent = [coalition for coalition in wanted if coalition not in value]
    if absent:
        found = f"{len(absent)} of {len(wanted)} coalitions, first {_written(absent[0])}"
        raise ValueError(f"found no cost of {found}; expected all")
    return [checks.number(_written(members), value[members], WORTH) for members in wanted]


def _solve_program(cost: Array, sides: Array, goal: Array) -> Any:
    """Find the weights of 0 or more of least cost that meet the sides."""
    solved = linprog(cost, A_eq=sides, b_eq=goal, method="highs", options=SOLVER)
    if solved.status:
        raise RuntimeError(f"the linear program was not solved: {solved.message}")
    return solved


def _members(players: tuple[Hashable, ...], mask: int) -> tuple[Hashable, ...]:
    """Return who is in the coalition of a mask."""
    return tuple(name for i, name in enumerate(players) if mask >> i & 1)


def _written(members: Iterable[Hashable]) -> str:
    """Write a coalition into a message."""
    return f"({', '.join(sorted(map(str, members)))})"


@lru_cache(maxsize=MOST)
def _shapley_weights(n: int) -> Array:
    """Weigh the cost of each coalition in the share of each player: players by coalitions."""
    member = membership(n).T
    size = member.sum(0)
    joined = beta(size, n - size + 1)  # cost of a coalition that the player is in
    missing = -beta(size + 1, n - size)  # cost of one that it has yet to join
    return np.asarray(np.where(member > 0, joined, missing))
