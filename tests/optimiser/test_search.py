"""Which engine a problem is given to, and that the plan depends on the seed alone."""

from dataclasses import replace

import pytest

from app.optimiser.budget import Budget, Effort, Progress
from app.optimiser.carry_over import carry_over
from app.optimiser.check import violations
from app.optimiser.draft import Draft
from app.optimiser.plan import Plan, Route, Stop
from app.optimiser.plan_json import write_plan
from app.optimiser.problem import Link, Lock, Previous, Problem, Role
from app.optimiser.search import Search
from app.optimiser.search_space import SearchSpace
from app.optimiser.solve import solve
from app.optimiser.strands import Strands
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member

TWO = (Role(service_seconds=20 * MINUTE), Role(service_seconds=30 * MINUTE))
CREWS = [crew(name, member(name)) for name in ("ann", "bob", "cat", "dan")]
# Everything must be done, and much of it wants two people who are alone: the decoder's ground.
TIED = day(
    CREWS,
    [job(f"j{n}", 1 + n % 5, roles=TWO if n < 5 else TWO[:1], prize=0.0, mandatory=True) for n in range(12)],
)
# Everything wants two, and nobody has to come: crews are formed.
PAIRED = region_day(RegionDay(8, 40, seed=3, two_person_visits=40))
PLAIN = region_day(RegionDay(6, 60, seed=2, two_person_visits=6, lunch=True))
LARGE = region_day(RegionDay(32, 220, seed=2, two_person_visits=20))


def ran(problem: Problem, iterations: int = 2000, draft: Draft | None = None) -> tuple[str, Draft]:
    draft = draft or carry_over(SearchSpace(problem))
    search = Search(draft, Strands(Effort(Budget(iterations=iterations)), 1), 1, 1.0)
    return search.run(), search.draft


@pytest.mark.parametrize(
    ("problem", "engine"),
    [(PLAIN, "ruin and recreate"), (TIED, "decoder"), (PAIRED, "tandems"), (day([], []), "none")],
    ids=["plain", "tied", "for two", "nothing"],
)
def test_each_kind_of_problem_has_its_engine(problem: Problem, engine: str) -> None:
    assert ran(problem)[0] == engine
    assert solve(problem, Budget(iterations=500)).solver["engine"] == engine


def test_promises_and_plans_in_force_are_for_ruin_and_recreate() -> None:
    plan = solve(TIED, Budget(iterations=500))
    for problem in (
        replace(TIED, locks=(Lock("j0", "worker", "ann"),)),
        replace(TIED, previous=Previous(plan, move_cost=1.0)),
        replace(PAIRED, locks=(Lock(PAIRED.jobs[0].id, "worker", "inv-0"),)),
        replace(PAIRED, links=(Link((PAIRED.jobs[0].id, 0), (PAIRED.jobs[1].id, 0), (0, HOUR)),)),
    ):
        assert ran(problem, 500)[0] == "ruin and recreate"


@pytest.mark.parametrize(
    ("problem", "iterations"),
    [(PLAIN, 2000), (LARGE, 4000), (TIED, 500), (PAIRED, 2000)],
    ids=["small", "cut", "tied", "for two"],
)
def test_the_plan_is_the_same_on_one_thread_and_on_two(problem: Problem, iterations: int) -> None:
    plans = [solve(problem, Budget(iterations=iterations), seed=3, threads=threads) for threads in (1, 2, 1)]
    assert len({write_plan(plan) for plan in plans}) == 1
    assert violations(problem, plans[0]) == []
    assert plans[0].solver["origin"] == "search"


def test_teams_and_recombination_change_nothing_of_that() -> None:
    """Enough iterations for CP-SAT to be asked between the rounds."""
    plans = [solve(PLAIN, Budget(iterations=20_000), seed=2, threads=threads) for threads in (1, 2)]
    assert write_plan(plans[0]) == write_plan(plans[1])
    assert violations(PLAIN, plans[0]) == []


def test_another_seed_makes_other_moves() -> None:
    plans = {write_plan(replace(solve(PLAIN, Budget(iterations=300), seed=seed), seed=0)) for seed in range(4)}
    assert len(plans) > 1


def test_a_search_never_ends_with_less_than_it_was_given() -> None:
    good = ran(PLAIN, 4000)[1]
    engine, found = ran(PLAIN, 10, good)
    assert engine == "ruin and recreate"
    assert found.rank <= good.rank


def test_progress_names_costs_that_the_drafts_really_have() -> None:
    seen: list[Progress] = []
    draft = carry_over(SearchSpace(PLAIN))
    search = Search(draft, Strands(Effort(Budget(iterations=5000), seen.append), 1), 1, 1.0)
    search.run()
    assert [one.best_cost for one in seen] == sorted((one.best_cost for one in seen), reverse=True)
    assert seen[-1].best_cost == pytest.approx(search.draft.cost, rel=0.01)
    assert seen[-1].served == len(search.draft.served)


def test_a_share_of_a_budget_leaves_the_rest() -> None:
    effort = Effort(Budget(iterations=1000))
    search = Search(carry_over(SearchSpace(PLAIN)), Strands(effort, 1), 1, 0.6)
    search.run()
    assert effort.iterations_left == 400


@pytest.mark.parametrize("problem", [PLAIN, TIED, PAIRED, LARGE], ids=["plain", "tied", "for two", "cut"])
@pytest.mark.parametrize("seconds", [0.001, 0.3])
def test_seconds_end_whatever_the_engine(problem: Problem, seconds: float) -> None:
    plan = solve(problem, Budget(seconds=seconds), threads=2)
    assert violations(problem, plan) == []
    assert plan.served


def test_a_promised_worker_who_cannot_take_a_half_does_not_spoil_the_plan() -> None:
    halves = (Role(frozenset({"law"}), 600), Role(frozenset({"debt"}), 600))
    crews = [crew("v", member("ann", "law"), member("bob")), crew("w", member("cat", "debt"))]
    problem = day(crews, [job("two", 1, roles=halves), job("own", 2)], locks=(Lock("two", "worker", "bob"),))
    plan = solve(problem, Budget(iterations=200))
    assert [(one.job, one.reason) for one in plan.unassigned] == [("two", "LOCK_CONFLICT")]
    assert plan.solver["origin"] == "search"


def test_a_better_order_is_no_reason_to_break_the_limit_of_moves() -> None:
    """Nothing may move, and the plan in force goes to and fro, later than it might."""
    order = [("there", 5, 12 * HOUR), ("back", 1, 13 * HOUR), ("there again", 5, 14 * HOUR)]
    stops = tuple(Stop(name, (0,), 0, start, 0) for name, _, start in order)
    previous = Previous(Plan(routes=(Route("v", 0, 0, stops),)), move_cost=1.0, max_moves=0)
    problem = day([crew("v")], [job(name, place, 10) for name, place, _ in order], previous=previous)
    draft = ran(problem)[1]
    assert len(draft.served) == 3
    assert draft.moves == 0
