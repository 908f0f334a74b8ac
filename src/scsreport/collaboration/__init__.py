"""Cooperation between cities: games of shared cost, joint plants, and where to put them."""

# ruff: noqa: I001
from scsreport.collaboration.costs import (
    break_even_distance, joint_cost_game, joint_saving, plant_cost,
)  # fmt: skip
from scsreport.collaboration.games import Game, core_is_empty, in_core, nucleolus, shapley, synergy
from scsreport.collaboration.siting import Siting, facility_location

__all__ = ["Game", "Siting", "break_even_distance", "core_is_empty", "facility_location",
           "in_core", "joint_cost_game", "joint_saving", "nucleolus", "plant_cost", "shapley",
           "synergy"]  # fmt: skip
