"""Games of shared cost: fair shares, the core, and what a set is worth beyond its parts.

A game gives the cost of every coalition of its players. Costs are in one unit of the caller's
choice and shares come in the same; nothing here says that cooperation lowers cost. Coalitions are
a mapping from tuples or frozensets of players, a :class:`Game`, or a function with ``players``.
A player alone may be written without a tuple; the empty coalition costs nothing and may be absent.

Every function raises ValueError, naming the coalition or the player, for a coalition that is
missing or given twice, a negative cost, an unknown player, and more than :data:`MOST` players
where all coalitions are needed.
"""

# ruff: noqa: PD011
# mypy: disable-error-code="attr-defined,no-untyped-call"

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

MOST = 12
"""The most players of a game whose coalitions are all listed."""
TOLERANCE = 1e-8
"""What counts as equal, as a share of the largest cost: ten times what the solver is asked for."""
EXACT = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}
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
        names, values = tuple(self.players), np.asarray(self.values, float)
        if not 1 <= len(set(names)) == len(names) <= MOST:
            raise ValueError(f"found {len(names)} players, expected 1 to {MOST} of different names")
        if values.shape != (2 ** len(names),):
            raise ValueError(f"values: found {values.shape}, expected {2 ** len(names)} costs")
        sound = (values >= 0) & (values < np.inf)
        sound[0] = values[0] == 0
        if not sound.all():
            who, found = _told(_named(names, int(sound.argmin()))), values[sound.argmin()]
            raise ValueError(f"{who}: found cost {found:g}, expected 0 or more, and 0 of nobody")
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
) -> "pd.Series[float]":
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
        Number of orders, 4 or more; an odd one is rounded down.

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
    names = () if players is None else tuple(players)
    if not callable(costs) or len(names) <= MOST:
        game = _game(costs, names or None)
        return pd.Series(_weights(len(game.players)) @ game.values, game.players)
    if rng is None or draws < 4 or len(set(names)) < len(names):
        raise ValueError(f"found {len(names)} players; expected each once, rng, 4 draws or more")
    found = np.zeros((draws // 2, len(names)))
    for row in found:
        order = rng.permutation(len(names))
        for way in (order, order[::-1]):
            groups = (frozenset(names[i] for i in way[:k]) for k in range(1, len(way) + 1))
            row[way] += np.diff([costs(group) for group in groups], prepend=0) / 2
    shares = pd.Series(found.mean(0), names)
    error = 1.96 * found.std(0, ddof=1) / np.sqrt(len(found))
    shares.attrs["error"] = dict(zip(names, error.tolist(), strict=True))
    return shares


def nucleolus(costs: Costs, *, players: Players = None) -> "pd.Series[float]":
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
    n, scale = len(game.players), game.values.max() or 1.0
    cost, member = game.values / scale, membership(len(game.players))
    alone = cost[1 << np.arange(n)]
    spare = alone.sum() - cost[-1]
    if spare < -TOLERANCE:
        apart, together = alone.sum() * scale, cost[-1] * scale
        raise ValueError(f"found cost {apart:g} apart, {together:g} together; expected no more")
    share = alone - spare / n
    # The dual of each program: a weight for every coalition, and for every player's own cost.
    rows, limit = np.vstack([member[1:-1], np.eye(n)]), np.append(cost[1:-1], alone)
    over, held = np.arange(len(rows)) < len(rows) - n, member[-1:]
    while (free := null_space(held)).size:
        slope, slack = rows @ free, limit - rows @ share
        slack[~over] = slack[~over].clip(0)
        left = np.abs(slope).max(1) > TOLERANCE
        sides = np.vstack([slope[left].T, over[left]])
        solved = _least(slack[left], sides, np.eye(len(sides))[-1])
        held = np.vstack([held, rows[left][solved.x > 1e-6]])
        share = share + free @ solved.eqlin.marginals[:-1]
    return pd.Series(share * scale, game.players)


def in_core(
    costs: Costs, shares: "Mapping[Any, float] | pd.Series[float]", *, players: Players = None
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
    given = dict(shares.items())
    if wrong := set(given) ^ set(game.players):
        found = "unknown" if wrong & set(given) else "no share of"
        raise ValueError(f"shares: found {found} {_told(wrong)}, expected {_told(game.players)}")
    bears = np.array([given[name] for name in game.players], float)
    excess = membership(len(bears)) @ bears - game.values
    worst = int(excess[1:-1].argmax()) + 1 if len(bears) > 1 else 1
    near = TOLERANCE * game.values.max()
    inside = bool(excess[worst] <= near and abs(excess[-1]) <= near)
    return CoreCheck(inside, _named(game.players, worst), float(excess[worst]))


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
    cost, member = game.values / game.values.max(), membership(len(game.players))
    alone = 1 << np.arange(len(game.players))
    # A coalition that costs no less than without one of its players and that player adds nothing.
    ways = cost[np.arange(len(cost))[:, None] & ~alone] + cost[alone]
    needed = ((cost[:, None] < ways) | (member == 0)).all(1) | (member.sum(1) == 1)
    least = _least(cost[needed][1:], member[needed][1:].T, np.ones(len(alone)))
    return bool(least.fun < cost[-1] - TOLERANCE)


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
    names = frozenset(system)
    wanted = [names, *(frozenset([name]) for name in names)]
    whole, *parts = _costs(value if callable(value) else _table(value), wanted)
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
    if n > MOST:
        raise ValueError(f"found {n} players, expected {MOST} at most")
    table = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)
    table.flags.writeable = False
    return table


def _game(costs: Costs, players: Players) -> Game:
    """Put costs of any form into one vector."""
    if isinstance(costs, Game):
        return costs
    names, empty = () if players is None else tuple(players), 0.0
    if not callable(costs):
        costs = _table(costs)
        empty = costs.pop(frozenset(), 0.0)
        names = names or tuple(name for key in costs if len(key) == 1 for name in key)
        if strange := [key for key in costs if not key <= set(names)]:
            raise ValueError(f"{_told(strange[0])}: found unknown player, expected {_told(names)}")
    if not 1 <= len(names) <= MOST:
        return Game(names, np.zeros(0))  # which says what is wrong
    wanted = [frozenset(_named(names, mask)) for mask in range(1, 2 ** len(names))]
    return Game(names, np.array([empty, *_costs(costs, wanted)]))


def _table(costs: Mapping[Any, float]) -> dict[Coalition, float]:
    """Turn the names of coalitions into sets."""
    keys = [frozenset(key if isinstance(key, (tuple, frozenset)) else [key]) for key in costs]
    if len(set(keys)) < len(keys):
        raise ValueError("found a coalition twice, expected one order of its players")
    return dict(zip(keys, costs.values(), strict=True))


def _costs(value: Value, wanted: list[Coalition]) -> list[float]:
    """Look up or work out some coalitions."""
    if callable(value):
        return [float(value(members)) for members in wanted]
    if absent := [key for key in wanted if key not in value]:
        found = f"{len(absent)} of {len(wanted)} coalitions, first {_told(absent[0])}"
        raise ValueError(f"found no cost of {found}; expected all")
    return [float(value[members]) for members in wanted]


def _least(cost: Array, sides: Array, goal: Array) -> Any:
    """Solve a linear program in weights of 0 or more."""
    solved = linprog(cost, A_eq=sides, b_eq=goal, method="highs", options=EXACT)
    if solved.status:
        raise RuntimeError(f"the linear program was not solved: {solved.message}")
    return solved


def _named(players: tuple[Hashable, ...], mask: int) -> tuple[Hashable, ...]:
    return tuple(name for i, name in enumerate(players) if mask >> i & 1)


def _told(members: Iterable[Hashable]) -> str:
    return f"({', '.join(sorted(map(str, members)))})"


@lru_cache(maxsize=MOST)
def _weights(n: int) -> Array:
    """Weigh the cost of each coalition in the share of each player: players by coalitions."""
    member = membership(n).T
    size = member.sum(0)
    return np.asarray(np.where(member > 0, beta(size, n - size + 1), -beta(size + 1, n - size)))
