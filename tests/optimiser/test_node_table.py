"""A row of the search says of a part of a job where, how long and when."""

from app.optimiser.carry_over import carry_over
from app.optimiser.compiled.terrain import (
    ADDRESS,
    APPROACH,
    LATE_AFTER,
    LATE_RATE,
    NEVER,
    PLACE,
    PREVIOUS,
    SERVICE,
    TIME_IN_TWIN,
    WINDOW,
    WINDOWS,
    WORTH,
)
from app.optimiser.node_table import NodeTable, Part
from app.optimiser.plan import Plan, Route, Stop
from app.optimiser.problem import Overtime, Previous, Problem, Role, SlotValue
from app.optimiser.search_space import SearchSpace
from app.optimiser.spots import spots_of
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member

LAW, ANYBODY = Role(frozenset({"law"}), 20 * MINUTE), Role(service_seconds=30 * MINUTE)
WHOLE = Part(0, (0, 1), True)
FIRST, SECOND = Part(0, (0,), False), Part(0, (1,), False)


def tabled(problem: Problem, *parts: Part) -> NodeTable:
    return NodeTable(SearchSpace(problem), parts, spots_of(problem))


def windows(table: NodeTable, node: int = 0) -> list[list[int]]:
    row = table.nodes[node]
    found: list[list[int]] = row[WINDOW : WINDOW + 2 * row[WINDOWS]].reshape(-1, 2).tolist()
    return found


def test_windows_lateness_and_worth() -> None:
    wanted = job(
        "a",
        1,
        address="tower",
        approach_seconds=60,
        windows=((9 * HOUR, 10 * HOUR), (12 * HOUR, 14 * HOUR)),
        due=13 * HOUR,
        max_lateness_seconds=HOUR,
        lateness_cost_per_hour=36.0,
        slot_values=(SlotValue(12 * HOUR, 13 * HOUR, 5.0),),
        roles=(LAW, ANYBODY),
    )
    plain = job("b", 1, lateness_cost_per_hour=36.0)
    table = tabled(day([crew("v")], [wanted, plain]), WHOLE, Part(1, (0,), True), FIRST, SECOND)
    assert windows(table) == [[9 * HOUR, 10 * HOUR], [12 * HOUR, 13 * HOUR], [13 * HOUR + 1, 15 * HOUR]]
    assert table.prices[0, WORTH : WORTH + 3].tolist() == [0.0, 5.0, 0.0]
    assert table.nodes[0, [ADDRESS, APPROACH, LATE_AFTER]].tolist() == [0, 60, 13 * HOUR]
    assert table.prices[[0, 2, 3], LATE_RATE].tolist() == [0.02, 0.01, 0.01]
    assert table.nodes[1, [ADDRESS, LATE_AFTER]].tolist() == [-1, NEVER]


def test_a_part_lasts_as_long_as_its_longest_role() -> None:
    table = tabled(day([crew("v")], [job("a", 1, roles=(LAW, ANYBODY))]), WHOLE, FIRST, SECOND)
    assert (table.nodes[:3, SERVICE] // MINUTE).tolist() == [30, 20, 30]
    assert table.nodes[:3, TIME_IN_TWIN].tolist() == [0, 0, 1]


def test_a_visit_at_any_time_lasts_as_long_as_anybody_is_there() -> None:
    crews = (crew("early", shift=(6 * HOUR, 9 * HOUR)), crew("late", overtime=Overtime(HOUR)))
    assert windows(tabled(day(crews, [job("a", 1)]), Part(0, (0,), True))) == [[6 * HOUR, 18 * HOUR]]


def test_routes_end_at_the_depot_or_anywhere() -> None:
    problem = day([crew("home", start=2, end=3), crew("anywhere", end=None)], [job("a", 1)])
    table, spots = tabled(problem, Part(0, (0,), True)), spots_of(problem).tolist()
    assert table.nodes[:, PLACE].tolist() == [spots[1], spots[2], spots[0], spots[3], len(problem.travel)]


def test_where_moves_are_limited_a_visit_keeps_near_its_promised_start() -> None:
    stop = Stop("a", (0,), 10 * HOUR, 10 * HOUR, 10 * HOUR + 20 * MINUTE, 0)
    plan = Plan("", 1, {}, (Route("v", 9 * HOUR, 12 * HOUR, (stop,)),), ())
    crews = [crew("v", member("ann"))]
    limited, free = (
        carry_over(SearchSpace(day(crews, [job("a", 1)], previous=Previous(plan, max_moves=most)))).space
        for most in (0, None)
    )
    near, any_time = (NodeTable(space, [Part(0, (0,), True)], spots_of(space.problem)) for space in (limited, free))
    assert windows(near) == [[10 * HOUR - 900, 10 * HOUR + 900]]
    assert windows(any_time) == [[8 * HOUR, 17 * HOUR]]
    assert near.nodes[0, PREVIOUS] == any_time.nodes[0, PREVIOUS] == 10 * HOUR
