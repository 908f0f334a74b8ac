"""Cooperation between cities: games of shared cost, joint plants, and where to put them."""

from scsreport.collaboration.costs import (
    break_even_coordination,
    break_even_distance,
    joint_cost_game,
    joint_saving,
    plant_cost,
)
from scsreport.collaboration.games import (
    CoreCheck,
    Game,
    core_is_empty,
    in_core,
    nucleolus,
    shapley,
    synergy,
)
from scsreport.collaboration.siting import Siting, facility_location

__all__ = [
    "CoreCheck",
    "Game",
    "Siting",
    "break_even_coordination",
    "break_even_distance",
    "core_is_empty",
    "facility_location",
    "in_core",
    "joint_cost_game",
    "joint_saving",
    "nucleolus",
    "plant_cost",
    "shapley",
    "synergy",
]
