"""CP-SAT answers, or says that it has nothing."""

from ortools.sat.python import cp_model

from app.optimiser.cp_sat import solved


def knapsack(weights: list[int], most: int) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    taken = [model.new_bool_var(f"{place}") for place in range(len(weights))]
    load = cp_model.LinearExpr.weighted_sum(taken, weights)
    model.add(load <= most)
    model.maximize(load)
    return model, taken


def test_the_best_choice_is_found() -> None:
    model, taken = knapsack([5, 4, 3], 7)
    solver = solved(model, 1.0)
    assert solver is not None
    assert [solver.boolean_value(one) for one in taken] == [False, True, True]


def test_what_has_no_solution_has_none() -> None:
    model, taken = knapsack([5], 7)
    model.add(taken[0] == 2)
    assert solved(model, 1.0) is None
