"""Times shares of twelve players in games of every kind, easy and degenerate, beside a plain loop
and a package written in Rust (coopgame-py, which the package itself does not need).
"""

import os
import time
from math import factorial

import coopgame
import numpy as np

from scsreport import collaboration as co
from scsreport.collaboration.games import membership

N, SEED, BEST = 12, 1, 5
SMALL, GAMES = 4, 300


def timed(call, times=BEST):
    """Result, and the least of some times in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        result = call()
        taken.append(time.perf_counter() - start)
    return result, min(taken)


def plain_shapley(values):
    """One player and one coalition at a time."""
    shares = [0.0] * N
    for mask in range(2**N):
        k = mask.bit_count()
        for i in range(N):
            if not mask >> i & 1:
                weight = factorial(k) * factorial(N - k - 1) / factorial(N)
                shares[i] += weight * (values[mask | 1 << i] - values[mask])
    return shares


def games(rng):
    """Costs of all coalitions by kind of game; alike and whole numbers bring ties."""
    member = membership(N)
    weight, km = cities(rng, N)
    free = rng.uniform(0, 1, 2**N) * np.sqrt(member.sum(1))
    free[-1] = min(free[-1], free[1 << np.arange(N)].sum())
    whole = np.append(0, rng.integers(1, 5, 2**N - 1).astype(float))

    def plants(**options):
        return co.joint_cost_game(weight, distances=km, **options).values

    return {
        "random": free,
        "random, whole numbers": whole,
        "concave": (member @ weight) ** 0.6,
        "all alike": member.sum(1) ** 0.6,
        "longest stretch (airport)": (member * np.arange(1, N + 1)).max(1),
        "nothing to share": member @ weight,
        "12 cities, little haul": plants(haul=0.002),
        "12 cities, much haul": plants(haul=0.01),
        "12 cities, haul and coordination": plants(haul=0.005, coordination=0.1),
        "12 cities, one plant only": plants(haul=0.002, may_split=False),
    }


def main():
    print(f"load {os.getloadavg()[0]:.1f} at the start")
    kinds, seconds = timed(lambda: games(np.random.default_rng(SEED)), 1)
    print(f"all {len(kinds)} games made in {seconds:.2f} s")
    print("game: Shapley ms | plain loop ms | nucleolus s | coopgame s | core s | core, inside")
    for kind, values in kinds.items():
        print(f"{kind}: {compared(values)}")
    time_of_costs()
    time_of_small_games()
    print(f"load {os.getloadavg()[0]:.1f} at the end")


def compared(values):
    """Times of one game of twelve, and whether its core is empty and who is in it."""
    game = co.Game(tuple(range(N)), values)
    shares, ours = timed(lambda: co.shapley(game))
    listed = values.tolist()
    plain, loop = timed(lambda: plain_shapley(listed), 1)
    np.testing.assert_allclose(shares, plain, atol=1e-9)
    least, seconds = timed(lambda: co.nucleolus(game))
    other = coopgame_nucleolus(values, least)
    empty, core = timed(lambda: co.core_is_empty(game))
    inside = co.in_core(game, least).inside, co.in_core(game, shares).inside
    return (
        f"{1e3 * ours:.2f} | {1e3 * loop:.0f} | {seconds:.3f} | {other:.3f} | "
        f"{core:.3f} | empty {empty}, nucleolus inside {inside[0]}, Shapley inside {inside[1]}"
    )


def coopgame_nucleolus(values, expected):
    """Seconds of the package in Rust, which must find the same."""
    alone = values[1 << np.arange(N)]
    saved = (membership(N) @ alone - values)[1:].tolist()
    other, seconds = timed(lambda: coopgame.nucleolus(coopgame.Game(saved)))
    np.testing.assert_allclose(expected, alone - other["allocation"], atol=1e-7)
    return seconds


def time_of_costs():
    """All costs of twelve cities, with one plant and where coalitions may split."""
    weight, km = cities(np.random.default_rng(SEED), N)
    for split in (False, True):
        _, seconds = timed(
            lambda may=split: co.joint_cost_game(weight, haul=0.01, distances=km, may_split=may)
        )
        print(f"joint_cost_game, {N} cities, may_split {split}: {1e3 * seconds:.1f} ms")


def time_of_small_games():
    """Many games of a few cities, made and shared."""
    rng = np.random.default_rng(SEED)
    _, km = cities(rng, SMALL)
    outputs = rng.lognormal(0, 1, (GAMES, SMALL))

    def each(way):
        return [way(co.joint_cost_game(row, haul=0.01, distances=km)) for row in outputs]

    for way in (co.shapley, co.nucleolus, co.core_is_empty):
        _, seconds = timed(lambda do=way: each(do), 1)
        print(f"{GAMES} games of {SMALL} cities, made and {way.__name__}: {seconds:.2f} s")


def cities(rng, count):
    """What each puts out, and km between them."""
    weight, at = rng.lognormal(0, 1, count), rng.uniform(0, 100, (count, 2))
    return weight, np.hypot(*(at[:, None] - at).T)


if __name__ == "__main__":
    main()
