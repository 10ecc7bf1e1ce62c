"""A day whose every time and cost can be followed by hand: three routes, four crews, eight jobs, one of them left out.

The pair serves a two-person job and the one upstairs, waits, comes late, and meets the solo investigator at a door. The
walker keeps a promise, and does the second of two linked jobs.
"""

from app.optimiser.plan import Plan, Route, Stop, TakenBreak, Unassigned
from app.optimiser.problem import Break, Link, Lock, Overtime, Previous, Role, SlotValue
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member, restated

PAIR, SOLO, WALKER = 0, 1, 2


def at(hours: int, minutes: int = 0) -> int:
    return hours * HOUR + minutes * MINUTE


ANN, BOB = member("ann", "certified", "debt"), member("bob", "certified")
VEHICLES = (
    crew(
        "pair",
        ANN,
        BOB,
        breaks=(Break((at(11), at(12)), 30 * MINUTE),),
        max_jobs=4,
        max_travel_seconds=2 * HOUR,
        max_duty_seconds=6 * HOUR,
        overtime=Overtime(HOUR, 40.0),
        fixed_cost=7.0,
    ),
    crew("solo", member("cat", "certified"), breaks=(Break((at(10), at(13)), 45 * MINUTE),)),
    crew("walker", member("dan", "certified"), end=None),
    crew("idle", member("eve")),
)
TWO = (Role(frozenset({"certified", "debt"}), 20 * MINUTE), Role(frozenset({"certified"}), 30 * MINUTE))
JOBS = (
    job("both", 1, roles=TWO, windows=((at(8, 30), at(9)),), address="tower", approach_seconds=5 * MINUTE),
    job("upstairs", 1, address="tower", approach_seconds=5 * MINUTE, preferred={"bob": 12.0}),
    job("late", 2, windows=((at(8), at(10)),), max_lateness_seconds=HOUR, lateness_cost_per_hour=60.0),
    job("meet", 3, roles=(Role(frozenset({"certified"}), 15 * MINUTE), Role(frozenset({"certified"}), 20 * MINUTE))),
    job("first", 4, barred=frozenset({"dan"}), slot_values=(SlotValue(at(14), at(15), 5.0),)),
    job("second", 4, allowed=frozenset({"dan"})),
    job("kept", 5, mandatory=True),
    job("spare", 5),
)
PREVIOUS = Plan(
    routes=(
        Route(
            "pair",
            at(8, 15),
            at(12),
            (
                Stop("both", (0, 1), at(8, 25), at(8, 30), at(9)),
                Stop("upstairs", (0,), at(9), at(9), at(9, 20)),
                Stop("late", (0,), at(9, 30), at(10, 20), at(10, 40)),
                Stop("gone meanwhile", (0,), at(11), at(11), at(11, 10)),
            ),
        ),
    )
)
PROBLEM = day(
    VEHICLES,
    JOBS,
    links=(Link(("first", 0), ("second", 0), (30 * MINUTE, 90 * MINUTE), "different"),),
    locks=(Lock("kept", "both", "dan", at(14)),),
    previous=Previous(PREVIOUS, freeze_before=at(9), move_cost=3.0, max_moves=0),
)
PLAN = restated(
    PROBLEM,
    Plan(
        seed=1,
        routes=(
            Route(
                "pair",
                at(8, 15),
                at(12, 40),
                (
                    Stop("both", (0, 1), at(8, 25), at(8, 30), at(9)),
                    Stop("upstairs", (0,), at(9), at(9), at(9, 20)),
                    Stop("late", (0,), at(9, 30), at(10, 30), at(10, 50), lateness=30 * MINUTE),
                    Stop("meet", (0,), at(11), at(11, 25), at(11, 40)),
                ),
                (TakenBreak(at(11, 50), at(12, 20)),),
            ),
            Route(
                "solo",
                at(10, 55),
                at(15),
                (
                    Stop("meet", (1,), at(11, 25), at(11, 25), at(11, 45)),
                    Stop("first", (0,), at(12, 40), at(14), at(14, 20)),
                ),
                (TakenBreak(at(11, 45), at(12, 30)),),
            ),
            Route(
                "walker",
                at(13),
                at(15, 20),
                (
                    Stop("kept", (0,), at(13, 50), at(14), at(14, 20)),
                    Stop("second", (0,), at(14, 30), at(15), at(15, 20)),
                ),
            ),
        ),
        unassigned=(Unassigned("spare", "CAPACITY", "no room"),),
    ),
)
