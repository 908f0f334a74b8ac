"""The same investment at four levels: who gains, who falls behind, and which mix does best.

An illustration and no evidence: a budget, prices and speeds are ours, elasticities are imported,
masses stay where they are, and part of any gain is moved, not made. The report's own names of its
levels cannot be read; these four are ours. What is assumed was written down before any result.

*Systems.* The detected clusters and corridors, and hubs with the smaller cities of which they are
the nearest larger city, within 300 km by road; whole cities near a road, two and more, all joined.

*Budget.* Km of road made half as fast again (60 to 90 km an hour), as many at each level: half the
length of the system's minimum spanning tree by road, or less where a level cannot take so much.

- local: main roads inside each city, by people until a city has no more. A city has 2 km of them
  for each square km of its part of its footprint (at the median density where it has none). Every
  trip begins and ends with a leg, the mean distance to the middle of a disc of that area (2/3 of
  its radius) at 30 km an hour; the leg shortens as far as the main roads are made faster. A trip
  inside a city has two legs.
- sub-national: the spanning tree of the system, stretches with most gravity (people times people
  over km) first.
- national: from the system to large cities of the country (500,000 people, or the largest city of
  the country) outside it and its footprints, within 300 km by road: the pair with most gravity
  first, then the pair with most between what is joined and what is not.
- cross-border: the same to large cities of other countries. A trip across a border waits an hour.

A road serves each city on its way: those by which it is at most 2 % longer. Where there is no
such city, a system has no such level. A mix cuts the budget into quarters.

*Results.* Market access counts every city within 600 km by road, the own one and foreign ones too,
half for every 30 minutes. Efficiency is the mean gain of output of the people of the system
(elasticity .125); equity the change of the weighted Gini coefficient of access among its cities. A
level is *inclusive* if output rises and that inequality falls. Beside them: inequality among all
cities of the country, the gain of the fifth of people with least access, people who gain less than
the mean, and what of the gain falls outside the system and abroad.
"""

from dataclasses import dataclass

LEVELS = ("local", "sub-national", "national", "cross-border")
LARGE, REACH_KM, DETOUR = 500_000, 300.0, 1.02
LOCAL_KMH, STREETS = 30.0, 2.0  # as the crow flies; km of main road a square km
PARTS = 4  # of the budget in a mix


@dataclass(frozen=True)
class Plan:
    """What is assumed; each other plan of :data:`PLANS` changes one thing.

    Parameters
    ----------
    half_life, elasticity : float
        Imported: minutes after which a mass counts half; output by access.
    faster : float
        Speed after over speed before, of roads inside cities and between them.
    budget : float
        Of the length of the spanning tree.
    local_price, border_price : float
        Of a km inside cities and across the border, over that of any other.
    wait : float
        Minutes for every trip between two countries.
    opens : bool
        No more wait for trips that a road across the border makes shorter.
    """

    half_life: float = 30.0
    elasticity: float = 0.125
    faster: float = 1.5
    budget: float = 0.5
    local_price: float = 1.0
    border_price: float = 1.0
    wait: float = 60.0
    opens: bool = False


PLANS = {
    "as declared first": Plan(), "half-life of 15 minutes": Plan(half_life=15),
    "half-life of 60 minutes": Plan(half_life=60), "elasticity of .08": Plan(elasticity=0.08),
    "a quarter faster": Plan(faster=1.25), "twice as fast": Plan(faster=2),
    "half the budget": Plan(budget=0.25), "twice the budget": Plan(budget=1),
    "local roads at twice the price": Plan(local_price=2),
    "border roads at twice the price": Plan(border_price=2),
    "no wait at the border": Plan(wait=0), "the road ends the wait": Plan(opens=True),
}  # fmt: skip
