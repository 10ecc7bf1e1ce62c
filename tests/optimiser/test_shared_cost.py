"""What all routes share, fairness and the largest lateness, is seen by schedule, sweep and search alike."""

from app.optimiser.budget import Budget, Effort
from app.optimiser.check import violations
from app.optimiser.draft import Draft
from app.optimiser.final_sweep import FinalSweep
from app.optimiser.plan import Plan
from app.optimiser.problem import Objective, Problem, Role
from app.optimiser.ruin_engine import RuinEngine
from app.optimiser.search_space import SearchSpace
from app.optimiser.solve import solve
from app.optimiser.strands import Strands
from app.optimiser.survey import Survey
from tests.optimiser.days import HOUR, MINUTE, crew, day, job

BOTH = (Role(service_seconds=60 * MINUTE), Role(service_seconds=60 * MINUTE))


def solved(problem: Problem) -> Plan:
    plan = solve(problem, Budget(iterations=400), threads=1)
    assert violations(problem, plan) == []
    return plan


def swept(problem: Problem) -> Draft:
    draft = Draft(SearchSpace(problem))
    FinalSweep(draft, lambda _tries: False).run()
    return draft


def test_who_would_be_late_sets_out_earlier_and_waits_later() -> None:
    """Leaving late saves waiting; where the largest lateness is dear the first visit is in time all the same."""
    visits = [
        job("x", 1, due=9 * HOUR, windows=((8 * HOUR, 17 * HOUR),)),
        job("y", 1, windows=((15 * HOUR, 17 * HOUR),)),
    ]
    punctual = Objective(waiting_per_hour=5.0, lateness_max_per_hour=100.0)
    plan = solved(day([crew("a")], visits, objective=punctual))
    starts = {stop.job: stop.start for route in plan.routes for stop in route.stops}
    assert starts["x"] <= 9 * HOUR
    assert plan.cost.parts["lateness_max"] == 0
    assert plan.cost.total < 60


def test_an_insertion_that_pays_once_another_route_has_changed_is_found() -> None:
    """Alone, x makes the day unfair; beside y it does not."""
    visits = [job("x", 1, 60, prize=100.0), job("y", 1, 12, prize=50.0)]
    fair = Objective(travel_per_hour=0.0, waiting_per_hour=0.0, fairness_per_hour=120.0)
    plan = solved(day([crew("a"), crew("b")], visits, objective=fair))
    assert "SEARCH" not in {left.reason for left in plan.unassigned}
    assert plan.cost.total < 150


def test_a_meeting_that_costs_more_unfairness_than_it_is_worth_is_left_out() -> None:
    fair = Objective(travel_per_hour=0.0, waiting_per_hour=0.0, fairness_per_hour=120.0)
    problem = day([crew("a"), crew("b"), crew("c")], [job("x", 1, roles=BOTH, prize=50.0)], objective=fair)
    assert swept(problem).cost == 50.0
    assert solved(problem).cost.total == 50.0


def test_the_first_plan_looks_for_every_meeting() -> None:
    visits = [job(f"{number}", 1 + number % 5, roles=BOTH) for number in range(12)]
    space = SearchSpace(day([crew(name) for name in "abcdef"], visits))
    draft = Draft(space)
    engine = RuinEngine(Survey(space, draft), draft, Strands(Effort(Budget(iterations=1)), 1), 1)
    engine.build()
    built = engine.draft()
    FinalSweep(found := built.copy(), lambda _tries: False).run()
    assert len(built.served) == len(found.served) > 6
