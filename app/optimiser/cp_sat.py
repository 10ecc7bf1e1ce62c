"""Imports ortools (CP-SAT): solves a model such that its answer depends on nothing but the model and the seed."""

from ortools.sat.python import cp_model


def solved(model: cp_model.CpModel, deterministic_seconds: float, seed: int = 1) -> cp_model.CpSolver | None:
    """The solver with its best solution; None when it found none.

    Deterministic seconds are CP-SAT's count of its own work, about as long as seconds, but the same on every machine.
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = deterministic_seconds
    return solver if solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
