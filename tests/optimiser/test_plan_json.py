"""A plan survives JSON, and a broken one is refused with every fault."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.faults import PlanError
from app.optimiser.plan import Cost, PerWorker, Plan, Repair, Route, Stop, TakenBreak, Unassigned
from app.optimiser.plan_json import plan_from_json, plan_json, read_plan, write_plan
from tests.optimiser.worked_day import PLAN

SECONDS = st.integers(-(10**9), 2 * 10**9)
TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
AMOUNTS = st.floats(-1e12, 1e12)
STOPS = st.builds(Stop, TEXT, st.lists(st.integers(0, 5), max_size=2).map(tuple), SECONDS, SECONDS, SECONDS, SECONDS)
BREAKS = st.builds(TakenBreak, SECONDS, SECONDS)
ROUTES = st.builds(
    Route,
    TEXT,
    SECONDS,
    SECONDS,
    st.lists(STOPS, max_size=3).map(tuple),
    st.lists(BREAKS, max_size=2).map(tuple),
    SECONDS,
    SECONDS,
    SECONDS,
    SECONDS,
)
REPAIRS = st.builds(Repair, TEXT, TEXT, TEXT, SECONDS, SECONDS, st.none() | TEXT, AMOUNTS)
ANSWERS = st.lists(st.builds(PerWorker, TEXT, TEXT, TEXT), max_size=2).map(tuple)
PLANS = st.builds(
    Plan,
    TEXT,
    st.integers(0, 10**6),
    st.dictionaries(
        TEXT, st.none() | st.booleans() | st.integers(-9, 9) | TEXT | st.lists(TEXT, max_size=2), max_size=3
    ),
    st.lists(ROUTES, max_size=2).map(tuple),
    st.lists(st.builds(Unassigned, TEXT, TEXT, TEXT, ANSWERS, st.none() | REPAIRS), max_size=2).map(tuple),
    st.builds(Cost, AMOUNTS, st.dictionaries(TEXT, AMOUNTS, max_size=2)),
)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(PLANS)
def test_any_plan_survives_the_round_trip(plan: Plan) -> None:
    assert read_plan(write_plan(plan)) == plan


def test_the_plan_has_the_names_of_the_format() -> None:
    value = plan_json(PLAN)
    assert list(value) == ["version", "problem_sha256", "seed", "solver", "routes", "unassigned", "cost"]
    route = json.loads(write_plan(PLAN))["routes"][0]
    assert set(route) == {
        "vehicle",
        "leave",
        "return",
        "stops",
        "breaks",
        "travel_seconds",
        "travel_metres",
        "waiting_seconds",
        "duty_seconds",
    }
    assert route["stops"][0] == {
        "job": "both",
        "roles": [0, 1],
        "arrival": 30300,
        "start": 30600,
        "end": 32400,
        "lateness": 0,
    }
    assert route["breaks"] == [{"start": 42600, "end": 44400}]


def test_a_plan_adds_up_its_routes() -> None:
    assert PLAN.served == {"both", "upstairs", "late", "meet", "first", "second", "kept"}
    assert (PLAN.travel_seconds, PLAN.travel_metres, PLAN.waiting_seconds) == (12000, 100_000, 12300)


def broken(path: str, value: object) -> dict[str, Any]:
    document: Any = copy.deepcopy(json.loads(write_plan(PLAN)))
    *steps, last = [int(step) if step.isdigit() else step for step in path.strip("/").split("/")]
    place = document
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    result: dict[str, Any] = document
    return result


BROKEN: list[tuple[str, str, object]] = [
    ("UNKNOWN_VERSION", "/version", 2),
    ("MISSING_FIELD", "/problem_sha256", None),
    ("MISSING_FIELD", "/cost", None),
    ("MISSING_FIELD", "/routes/0/return", None),
    ("MISSING_FIELD", "/routes/0/stops/0/lateness", None),
    ("NOT_A_LIST", "/routes", {}),
    ("NOT_AN_OBJECT", "/routes/0", 5),
    ("NOT_AN_OBJECT", "/routes/0/stops/0", "both"),
    ("NOT_AN_INTEGER", "/routes/0/stops/0/start", 5.5),
    ("NOT_AN_INTEGER", "/routes/0/stops/0/roles/0", True),
    ("UNKNOWN_FIELD", "/routes/0/stops/0/door", 1),
    ("NOT_AN_OBJECT", "/solver", []),
    ("NOT_AN_OBJECT", "/cost/parts", []),
    ("NOT_A_NUMBER", "/cost/parts/travel", "1"),
    ("NOT_TEXT", "/unassigned/0/job", 1),
    ("MISSING_FIELD", "/unassigned/0/repair", {"kind": "overtime"}),
]


@pytest.mark.parametrize(("code", "path", "value"), BROKEN)
def test_a_broken_plan_is_refused_with_the_place(code: str, path: str, value: object) -> None:
    with pytest.raises(PlanError) as refusal:
        plan_from_json(broken(path, value))
    assert any(fault.code == code and fault.pointer.startswith(path) for fault in refusal.value.input_faults)


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b"{}", b'{"cost": NaN}', b"\xff", b'"x"'])
def test_what_is_no_plan_is_refused(text: bytes) -> None:
    with pytest.raises(PlanError):
        read_plan(text)
