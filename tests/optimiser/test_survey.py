"""The tables of the compiled search say what the problem says."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from app.optimiser.carry_over import carry_over
from app.optimiser.compiled.meetings import ANY, DIFFERENT, SAME
from app.optimiser.compiled.terrain import (
    CAPABLE,
    DROP,
    ELSEWHERE,
    FIXED,
    GAP_HIGH,
    GAP_LOW,
    HALF,
    IS_TIMED,
    JOB,
    LOCK,
    MOST_MOVES,
    MUST_LOSS,
    NO_WAY,
    PLACE,
    PREVIOUS,
    RELATION,
    SECOND,
    SERVICE,
    TWIN,
    WINDOW,
    WINDOWS,
)
from app.optimiser.draft import Draft
from app.optimiser.plan import Plan, Route, Stop
from app.optimiser.problem import Link, Lock, Objective, Previous, Problem, Role, SlotValue, Travel
from app.optimiser.search_space import SearchSpace
from app.optimiser.survey import Survey
from bench.any_day import problems
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member
from tests.optimiser.worked_day import PROBLEM

LAW, ANYBODY = Role(frozenset({"law"}), 20 * MINUTE), Role(service_seconds=30 * MINUTE)
TEAM = (crew("a", member("ann", "law")), crew("b", member("bob")), crew("both", member("cat", "law"), member("dan")))


def surveyed(problem: Problem) -> Survey:
    draft = carry_over(SearchSpace(problem))
    return Survey(draft.space, draft)


def fit(survey: Survey, node: int, bit: int) -> list[bool]:
    return [value & bit > 0 for value in survey.ground.fitness[node].tolist()]


# Nodes ----------------------------------------------------------------------------------------------------------


def test_a_visit_for_two_is_a_whole_and_two_halves() -> None:
    survey = surveyed(day(TEAM, [job("one", 1), job("two", 2, roles=(LAW, ANYBODY))]))
    assert [(part.job, part.roles, part.is_whole) for part in survey.parts] == [
        (0, (0,), True),
        (1, (0, 1), True),
        (1, (0,), False),
        (1, (1,), False),
    ]
    nodes = survey.ground.nodes
    assert nodes[:4, TWIN].tolist() == [-1, -1, 3, 2]
    assert (nodes[:4, SERVICE] // MINUTE).tolist() == [20, 30, 20, 30]
    assert survey.ground.jobs[:, HALF].tolist() == [-1, 2]
    assert [fit(survey, node, CAPABLE) for node in range(4)] == [
        [True, True, True],
        [False, False, True],
        [True, False, False],
        [True, True, False],
    ]
    assert survey.requests.tolist() == [0, 1]


@pytest.mark.parametrize(
    "crews",
    [TEAM[:1], TEAM[2:], (TEAM[1], crew("c", member("cid")))],
    ids=["one vehicle", "together only", "nobody knows the law"],
)
def test_a_visit_that_no_two_vehicles_can_share_has_no_halves(crews: Any) -> None:
    survey = surveyed(day(crews, [job("two", 2, roles=(LAW, ANYBODY))]))
    assert survey.half.tolist() == [-1]
    assert survey.requests.tolist() == ([0] if crews == TEAM[2:] else [])


@pytest.mark.parametrize(("workers", "relation"), [("different", DIFFERENT), ("same", SAME), ("any", ANY)])
def test_two_linked_visits_are_tied_and_asked_for_as_one(workers: str, relation: int) -> None:
    link = Link(("later", 0), ("sooner", 0), (-60, 90), workers)
    survey = surveyed(day(TEAM, [job("sooner", 1), job("alone", 1), job("later", 2, prize=7.0)], links=(link,)))
    nodes, jobs = survey.ground.nodes, survey.ground.jobs
    assert nodes[[0, 2], TWIN].tolist() == [2, 0]
    assert nodes[2, [GAP_LOW, GAP_HIGH, RELATION]].tolist() == [-60, 90, relation]
    assert nodes[[0, 1, 2], JOB].tolist() == [2, 1, 2]
    assert jobs[:, SECOND].tolist() == [1, 0, 0]
    assert survey.requests.tolist() == [1, 2]
    assert survey.ground.loss[[1, 2]].tolist() == [100.0, 107.0]
    assert fit(survey, 0, CAPABLE) == [True, True, workers != "same"]


CHAIN = [job(name, 1) for name in "abc"]
LINKS = (Link(("a", 0), ("b", 0), (0, 60)), Link(("b", 0), ("c", 0), (0, 60)))


@pytest.mark.parametrize(
    "problem",
    [
        day(TEAM, CHAIN, links=LINKS),
        day(TEAM, [job("a", 1, roles=(LAW, ANYBODY)), *CHAIN[1:]], links=LINKS[:1]),
        day(TEAM, CHAIN, links=LINKS[:1], locks=(Lock("a", "worker", "ann"),)),
    ],
    ids=["three in a row", "two roles", "a promise"],
)
def test_links_that_two_tasks_cannot_express_are_left_to_others(problem: Problem) -> None:
    survey = surveyed(problem)
    linked = sorted(survey.space.linked)
    assert survey.pairs == {}
    assert not set(linked) & set(survey.requests.tolist())
    assert not any(any(fit(survey, number, CAPABLE)) for number in linked)


def test_what_the_search_cannot_express_stays_as_the_draft_has_it() -> None:
    stops = tuple(Stop(name, (0,), 0, 9 * HOUR + number * 20 * MINUTE, 0) for number, name in enumerate("abc"))
    links = tuple(replace(link, gap=(0, HOUR)) for link in LINKS)
    previous = Previous(Plan(routes=(Route("a", 0, 0, stops),)))
    problem = day(TEAM, [*CHAIN, job("free", 1)], links=links, previous=previous)
    draft = carry_over(SearchSpace(problem))
    survey = Survey(draft.space, draft)
    kept = survey.parts[4:]
    assert [(part.job, part.kept) for part in kept] == list(enumerate(draft.routes[0].visits))
    assert survey.ground.nodes[4:7, FIXED].tolist() == [1, 1, 1]
    assert survey.nodes(draft) == [[(4 + n, stop.start) for n, stop in enumerate(stops)], [], []]
    assert survey.requests.tolist() == [3]
    assert [survey.visit(0, 4 + n, -1) for n in range(3)] == list(draft.routes[0].visits)


# Times and prices -----------------------------------------------------------------------------------------------


def test_a_promised_time_is_the_only_one() -> None:
    locks = (Lock("a", "both", "ann", 11 * HOUR), Lock("two", "worker", "bob"))
    jobs = [job("a", 1), job("two", 1, roles=(LAW, ANYBODY)), job("b", 1)]
    survey = surveyed(day(TEAM, jobs, locks=locks))
    nodes = survey.ground.nodes
    assert nodes[0, WINDOW : WINDOW + 2].tolist() == [11 * HOUR, 11 * HOUR]
    assert fit(survey, 0, CAPABLE) == [True, False, False]
    assert nodes[:5, LOCK].tolist() == [-1, -1, -1, 2, 3]
    assert survey.ground.carries.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 0]]
    assert (survey.ground.loss > MUST_LOSS).tolist() == [True, True, False]


def test_distances_are_those_of_the_problem_under_other_numbers() -> None:
    survey = surveyed(PROBLEM)
    travel, spots = survey.ground.travel, survey.spots
    places = len(PROBLEM.travel)
    assert sorted(spots.tolist()) == list(range(places))
    assert (travel[np.ix_(spots, spots)] == PROBLEM.travel.durations).all()
    assert not travel[places].any()
    assert not travel[:, places].any()
    first_depot = len(survey.parts)
    depots = survey.ground.nodes[first_depot:, PLACE].tolist()
    starts = [int(spots[vehicle.start]) for vehicle in PROBLEM.vehicles]
    ends = [places if vehicle.end is None else int(spots[vehicle.end]) for vehicle in PROBLEM.vehicles]
    assert depots == [*starts, *ends]


def test_where_there_is_no_way_it_takes_longer_than_any_day() -> None:
    travel = Travel.from_rows([[0, -1], [60, 0]])
    survey = surveyed(day([crew("v")], [job("a", 1)], travel=travel))
    spots = np.append(survey.spots, 2)
    assert survey.ground.travel[np.ix_(spots, spots)].tolist() == [[0, NO_WAY, 0], [60, 0, 0], [0, 0, 0]]


# The plan in force ----------------------------------------------------------------------------------------------

STOPS = (Stop("frozen", (0,), 0, 8 * HOUR + 600, 0), Stop("later", (0,), 0, 10 * HOUR, 0))
IN_FORCE = day(
    TEAM,
    [job("frozen", 1), job("later", 1, prize=20.0), job("new", 1)],
    previous=Previous(Plan(routes=(Route("a", 0, 0, STOPS),)), 9 * HOUR, 3.0, 2),
)


def test_a_plan_in_force_says_what_is_fixed_and_what_is_a_move() -> None:
    survey = surveyed(IN_FORCE)
    nodes, jobs = survey.ground.nodes, survey.ground.jobs
    assert nodes[:3, FIXED].tolist() == [1, 0, 0]
    assert nodes[:3, PREVIOUS].tolist() == [-1, 10 * HOUR, -1]
    assert nodes[0, WINDOW : WINDOW + 2].tolist() == [8 * HOUR + 600] * 2
    assert fit(survey, 0, CAPABLE) == [True, False, False]
    assert [fit(survey, number, ELSEWHERE) for number in (1, 2)] == [[False, True, True], [False] * 3]
    assert jobs[:, DROP].tolist() == [0, 1, 0]
    assert survey.ground.loss.tolist() == [100.0 + MUST_LOSS, 23.0, 100.0]
    assert survey.ground.options[MOST_MOVES] == 2
    assert survey.ground.move_cost == 3.0


# Who is liked ---------------------------------------------------------------------------------------------------


def test_the_best_liked_members_come() -> None:
    jobs = [
        job("one", 1, preferred={"cat": 3.0, "dan": 5.0, "bob": -4.0}),
        job("two", 1, roles=(ANYBODY, ANYBODY), preferred={"cat": 3.0, "dan": 5.0}),
        job("barred", 1, preferred={"cat": 3.0, "dan": 5.0}, barred=frozenset({"dan"})),
    ]
    survey = surveyed(day(TEAM, jobs))
    assert survey.ground.liking[:3].tolist() == [[0.0, -4.0, 5.0], [0.0, 0.0, 8.0], [0.0, 0.0, 3.0]]


@pytest.mark.parametrize(
    ("wanted", "locks"),
    [(job("law", 1, roles=(LAW,), preferred={"dan": 50.0}), ()), (job("a", 1, preferred={"dan": 50.0}), ("cat",))],
    ids=["unskilled", "another one promised"],
)
def test_who_cannot_come_is_not_liked(wanted: Any, locks: tuple[str, ...]) -> None:
    promises = tuple(Lock(wanted.id, "worker", worker) for worker in locks)
    survey = surveyed(day(TEAM, [wanted], locks=promises))
    visit = survey.space.visit(2, 0)
    assert visit is not None
    assert survey.ground.liking[0, 2] == visit.preference


# Whether a route's times have a price ---------------------------------------------------------------------------

PLAIN = day([crew("v")], [job("a", 1)])


@pytest.mark.parametrize(
    ("problem", "timed"),
    [
        (PLAIN, False),
        (replace(PLAIN, objective=Objective(60.0, waiting_per_hour=16.0)), True),
        (replace(PLAIN, objective=Objective(60.0, duty_per_hour=1.0)), True),
        (day([crew("v", max_duty_seconds=HOUR)], [job("a", 1)]), True),
        (day([crew("v")], [job("a", 1, due=9 * HOUR)]), False),
        (day([crew("v")], [job("a", 1, due=9 * HOUR, lateness_cost_per_hour=1.0)]), True),
        (day([crew("v")], [job("a", 1, slot_values=(SlotValue(0, 1, 1.0),))]), True),
        (IN_FORCE, True),
    ],
)
def test_routes_are_priced_as_a_whole_where_more_than_travel_counts(problem: Problem, timed: bool) -> None:
    assert bool(surveyed(problem).ground.options[IS_TIMED]) is timed


# Anything -------------------------------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_nodes_of_any_problem_are_the_visits_that_the_exact_scheduler_knows(problem: Problem) -> None:
    """Whoever is able has a visit at some allowed start, and its starts are those of the tables, cut to the shift."""
    space = SearchSpace(problem)
    survey = Survey(space, Draft(space))
    ground = survey.ground
    for node, part in enumerate(survey.parts):
        for vehicle, carrier in enumerate(problem.vehicles):
            if not part.is_whole or part.job in space.linked or ground.fitness[node, vehicle] & CAPABLE == 0:
                continue
            visit = survey.visit(vehicle, node, -1)
            count = ground.nodes[node, WINDOWS]
            spans = ground.nodes[node, WINDOW : WINDOW + 2 * count].reshape(-1, 2).tolist()
            first, last = carrier.shift[0], carrier.latest_return
            cut = [[max(first, a), min(last, b)] for a, b in spans if max(first, a) <= min(last, b)]
            known = [] if visit is None else [[piece.first, piece.last] for piece in visit.pieces]
            assert cut == known
