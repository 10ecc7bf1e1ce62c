"""Vehicles as the tables of the compiled search (terrain.py)."""

from collections.abc import Sequence

import numpy as np

from app.optimiser.compiled.terrain import (
    BREAKS,
    CLOSES,
    DUTY_RATE,
    FIXED_COST,
    FREE_END,
    MOST_DUTY,
    MOST_STOPS,
    MOST_TRAVEL,
    NEVER,
    OPENS,
    OVERTIME_RATE,
    PAUSED,
    READY,
    SHIFT_END,
    TRAVEL_RATE,
    UNTIL,
    WAITING_RATE,
    Flags,
    Floats,
    Ints,
    Shorts,
)
from app.optimiser.crew_skills import MOST_MEMBERS
from app.optimiser.pauses import follow
from app.optimiser.problem import Problem, Vehicle
from app.optimiser.schedule import HOUR


def vehicle_table(vehicles: Sequence[Vehicle], most_stops: int) -> Ints:
    """Times and limits."""
    table = np.zeros((len(vehicles), 8), np.int64)
    for row, vehicle in zip(table, vehicles, strict=True):
        row[OPENS], row[CLOSES], row[SHIFT_END] = vehicle.shift[0], vehicle.latest_return, vehicle.shift[1]
        row[MOST_STOPS] = most_stops if vehicle.max_jobs is None else min(vehicle.max_jobs, most_stops)
        row[MOST_TRAVEL] = NEVER if vehicle.max_travel_seconds is None else vehicle.max_travel_seconds
        row[MOST_DUTY] = NEVER if vehicle.max_duty_seconds is None else vehicle.max_duty_seconds
        row[FREE_END], row[BREAKS] = vehicle.end is None, len(vehicle.breaks)
    return table


def tariff_table(problem: Problem) -> Floats:
    """What time costs, per second, and what it costs to use the vehicle at all."""
    table = np.zeros((len(problem.vehicles), 5))
    objective = problem.objective
    for row, vehicle in zip(table, problem.vehicles, strict=True):
        row[TRAVEL_RATE] = objective.travel_per_hour / HOUR
        row[WAITING_RATE] = objective.waiting_per_hour / HOUR
        row[DUTY_RATE] = objective.duty_per_hour / HOUR
        row[OVERTIME_RATE] = vehicle.overtime.cost_per_hour / HOUR if vehicle.overtime else 0.0
        row[FIXED_COST] = vehicle.fixed_cost
    return table


def pause_table(vehicles: Sequence[Vehicle]) -> Ints:
    """What it takes to take the breaks from one state to another on one way, in the order of their windows."""
    states = 1 + max((len(vehicle.breaks) for vehicle in vehicles), default=0)
    table = np.zeros((len(vehicles), states, states, 3), np.int64)
    table[..., READY], table[..., UNTIL] = -NEVER, NEVER
    for number, vehicle in enumerate(vehicles):
        order = sorted(range(len(vehicle.breaks)), key=lambda one: (vehicle.breaks[one].window, one))
        for before in range(len(order)):
            for after in range(before + 1, len(order) + 1):
                way = follow(vehicle.breaks, order[before:after])
                cell = table[number, before, after]
                cell[PAUSED], cell[READY], cell[UNTIL] = (0, NEVER, -NEVER) if way is None else way
    return table


def has_timed_price(vehicle: Vehicle) -> bool:
    """Whether the price of its route depends on more than travel, or a rule does that only the whole route tells."""
    overtime = vehicle.overtime is not None and vehicle.overtime.cost_per_hour > 0
    longest = vehicle.max_duty_seconds
    return overtime or (longest is not None and longest < vehicle.latest_return - vehicle.shift[0])


def crew_table(problem: Problem) -> Shorts:
    """Who is in each vehicle, as numbers of the problem's workers; -1 fills the rows up."""
    number = {worker: place for place, worker in enumerate(problem.workers)}
    table = np.full((len(problem.vehicles), MOST_MEMBERS), -1, np.int32)
    for row, vehicle in zip(table, problem.vehicles, strict=True):
        row[: len(vehicle.members)] = [number[member.worker] for member in vehicle.members]
    return table


def clash_table(vehicles: Sequence[Vehicle]) -> Flags:
    """Whether somebody is in both of two vehicles."""
    clash = np.zeros((len(vehicles), len(vehicles)), np.uint8)
    shared: dict[str, list[int]] = {}
    for number, vehicle in enumerate(vehicles):
        for worker in vehicle.workers:
            shared.setdefault(worker, []).append(number)
    for numbers in shared.values():
        clash[np.ix_(numbers, numbers)] = 1
    return clash
