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
    member, weight = membership(N), rng.lognormal(0, 1, N)
    at = rng.uniform(0, 100, (N, 2))
    km = np.hypot(*(at[:, None] - at).T)
    free = rng.uniform(0, 1, 2**N) * np.sqrt(member.sum(1))
    free[-1] = min(free[-1], free[1 << np.arange(N)].sum())
    whole = np.append(0, rng.integers(1, 5, 2**N - 1).astype(float))

    def cities(**options):
        return co.joint_cost_game(weight, distances=km, **options).values

    return {
        "random": free,
        "random, whole numbers": whole,
        "concave": (member @ weight) ** 0.6,
        "all alike": member.sum(1) ** 0.6,
        "longest stretch (airport)": (member * np.arange(1, N + 1)).max(1),
        "nothing to share": member @ weight,
        "12 cities, little haul": cities(haul=0.002),
        "12 cities, much haul": cities(haul=0.01),
        "12 cities, haul and coordination": cities(haul=0.005, coordination=0.1),
        "12 cities, one plant only": cities(haul=0.002, may_split=False),
    }


def main():
    print(f"load {os.getloadavg()[0]:.1f} at the start")
    rng = np.random.default_rng(SEED)
    kinds, seconds = timed(lambda: games(np.random.default_rng(SEED)), 1)
    print(f"all {len(kinds)} games made in {seconds:.2f} s")
    alone = 1 << np.arange(N)
    names = tuple(range(N))
    print("game: Shapley ms | plain loop ms | nucleolus s | coopgame s | core s | core, inside")
    for kind, values in kinds.items():
        game = co.Game(names, values)
        shares, fast = timed(lambda of=game: co.shapley(of))
        listed = values.tolist()
        plain, slow = timed(lambda of=listed: plain_shapley(of), 1)
        np.testing.assert_allclose(shares, plain, atol=1e-9)
        least, seconds = timed(lambda of=game: co.nucleolus(of))
        saved = (membership(N) @ values[alone] - values)[1:].tolist()
        other, theirs = timed(lambda of=saved: coopgame.nucleolus(coopgame.Game(of)))
        np.testing.assert_allclose(least, values[alone] - other["allocation"], atol=1e-7)
        empty, core = timed(lambda of=game: co.core_is_empty(of))
        inside = co.in_core(game, least).inside, co.in_core(game, shares).inside
        print(
            f"{kind}: {1e3 * fast:.2f} | {1e3 * slow:.0f} | {seconds:.3f} | {theirs:.3f} | "
            f"{core:.3f} | empty {empty}, nucleolus inside {inside[0]}, Shapley inside {inside[1]}"
        )
    weight, at = rng.lognormal(0, 1, N), rng.uniform(0, 100, (N, 2))
    km = np.hypot(*(at[:, None] - at).T)
    for split in (False, True):
        _, seconds = timed(
            lambda may=split: co.joint_cost_game(weight, haul=0.01, distances=km, may_split=may)
        )
        print(f"joint_cost_game, {N} cities, may_split {split}: {1e3 * seconds:.1f} ms")
    outputs = rng.lognormal(0, 1, (GAMES, SMALL))

    def many(way):
        return [
            way(co.joint_cost_game(row, haul=0.01, distances=km[:SMALL, :SMALL])) for row in outputs
        ]

    for way in (co.shapley, co.nucleolus, co.core_is_empty):
        _, seconds = timed(lambda do=way: many(do), 1)
        print(f"{GAMES} games of {SMALL} cities, made and {way.__name__}: {seconds:.2f} s")
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
