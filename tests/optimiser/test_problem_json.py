"""A problem is read strictly, written completely, and named by its hash."""

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.place import Place
from app.optimiser.faults import ProblemError
from app.optimiser.problem import (
    Break,
    Job,
    Link,
    Lock,
    Member,
    Objective,
    Overtime,
    Previous,
    Problem,
    Role,
    SlotValue,
    Travel,
    Vehicle,
)
from app.optimiser.problem_json import problem_from_json, problem_sha256, read_problem, write_problem
from app.optimiser.travel_json import save_travel
from tests.optimiser.days import ORIGIN
from tests.optimiser.worked_day import PROBLEM

FULL: dict[str, Any] = {
    "version": 1,
    "origin": "2026-11-23T00:00:00+08:00",
    "travel": {"durations": [[0, 840], [None, 0]], "distances": [[0, 5200], [5300, 0]]},
    "places": [[30.27, 120.15], [30.29, 120.11]],
    "vehicles": [
        {
            "id": "crew-3/2026-11-23",
            "day": 0,
            "members": [{"worker": "inv-7", "skills": ["certified", "debt"]}, {"worker": "inv-9", "skills": []}],
            "start": 0,
            "end": None,
            "shift": [28800, 61200],
            "breaks": [{"window": [41400, 46800], "duration": 2700}],
            "max_jobs": 12,
            "max_travel_seconds": 14400,
            "max_duty_seconds": 30600,
            "overtime": {"up_to_seconds": 1800, "cost_per_hour": 40},
            "fixed_cost": 0,
        }
    ],
    "jobs": [
        {
            "id": "case-123",
            "location": 1,
            "address": "building-9",
            "approach_seconds": 300,
            "windows": [[32400, 43200], [50400, 64800]],
            "due": 64800,
            "lateness_cost_per_hour": 0,
            "max_lateness_seconds": 0,
            "roles": [{"skills": ["certified"], "service_seconds": 2400}, {"skills": [], "service_seconds": 2400}],
            "prize": 700,
            "mandatory": False,
            "allowed": ["inv-7"],
            "barred": [],
            "preferred": {"inv-7": 50},
            "slot_values": [[32400, 43200, 0], [61200, 64800, 120]],
        },
        {"id": "case-5", "location": 0},
    ],
    "links": [{"first": ["case-123", 1], "second": ["case-5", 0], "gap": [1800, 2700], "workers": "different"}],
    "locks": [{"job": "case-123", "worker": "inv-7", "start": 36000, "keeps": "both"}],
    "previous": {"plan": {}, "freeze_before": 36000, "move_cost": 30, "max_moves": 6},
    "objective": {
        "travel_per_hour": 60,
        "duty_per_hour": 0,
        "waiting_per_hour": 5,
        "lateness_max_per_hour": 0,
        "fairness_per_hour": 0,
    },
}
LEAST: dict[str, Any] = {
    "version": 1,
    "origin": ORIGIN,
    "travel": {"durations": [[0]]},
    "vehicles": [{"id": "v", "members": [{"worker": "w"}], "start": 0, "end": 0, "shift": [0, 10]}],
    "jobs": [{"id": "j", "location": 0}],
}


def test_every_field_of_the_format_is_read() -> None:
    problem = problem_from_json(FULL)
    vehicle, (first, _) = problem.vehicles[0], problem.jobs
    assert problem.travel.seconds(1, 0) == -1
    assert problem.travel.metres(1, 0) == 5300
    assert problem.places == (Place(30.27, 120.15), Place(30.29, 120.11))
    assert vehicle.members == (Member("inv-7", frozenset({"certified", "debt"})), Member("inv-9"))
    assert (vehicle.end, vehicle.shift, vehicle.latest_return) == (None, (28800, 61200), 63000)
    assert vehicle.breaks == (Break((41400, 46800), 2700),)
    assert vehicle.overtime == Overtime(1800, 40.0)
    assert (vehicle.max_jobs, vehicle.max_travel_seconds, vehicle.max_duty_seconds) == (12, 14400, 30600)
    assert first.windows == ((32400, 43200), (50400, 64800))
    assert first.roles == (Role(frozenset({"certified"}), 2400), Role(frozenset(), 2400))
    assert (first.allowed, first.preferred) == (frozenset({"inv-7"}), {"inv-7": 50.0})
    assert first.slot_values == (SlotValue(32400, 43200, 0.0), SlotValue(61200, 64800, 120.0))
    assert problem.links == (Link(("case-123", 1), ("case-5", 0), (1800, 2700), "different"),)
    assert problem.locks == (Lock("case-123", "both", "inv-7", 36000),)
    assert problem.previous is not None
    assert (problem.previous.freeze_before, problem.previous.move_cost, problem.previous.max_moves) == (36000, 30.0, 6)
    assert problem.objective == Objective()


def test_absent_fields_have_the_stated_defaults() -> None:
    problem = problem_from_json(LEAST)
    assert problem.jobs == (Job(id="j", location=0),)
    assert problem.jobs[0].roles == (Role(frozenset(), 0),)
    assert problem.jobs[0].windows is None
    assert problem.jobs[0].allowed is None
    assert problem.vehicles == (Vehicle("v", (Member("w"),), 0, 0, (0, 10)),)
    assert (problem.links, problem.locks, problem.previous, problem.places) == ((), (), None, None)
    assert problem.objective == Objective(60.0, 0.0, 5.0, 0.0, 0.0)
    assert problem.travel.distances is None
    assert problem.travel.metres(0, 0) == 0


def test_null_stands_for_absent() -> None:
    value = copy.deepcopy(LEAST)
    value |= dict.fromkeys(("links", "locks", "previous", "places", "objective"))
    value["jobs"][0] |= dict.fromkeys(("due", "windows", "allowed", "address", "prize"))
    value["vehicles"][0] |= dict.fromkeys(("max_jobs", "max_travel_seconds", "max_duty_seconds", "overtime"))
    assert problem_from_json(value) == problem_from_json(LEAST)


def changed(path: str, value: object, base: dict[str, Any] = FULL) -> dict[str, Any]:
    """The full example with one value replaced."""
    document = copy.deepcopy(base)
    *steps, last = [int(step) if step.isdigit() else step for step in path.strip("/").split("/")]
    place: Any = document
    for step in steps:
        place = place[step]
    place[last] = value
    return document


UNREADABLE = [
    ("UNKNOWN_FIELD", "/jobs/0/prise", 1),
    ("UNKNOWN_FIELD", "/travel/speed", 1),
    ("UNKNOWN_FIELD", "/objective/fun_per_hour", 1),
    ("UNKNOWN_VERSION", "/version", 2),
    ("NOT_AN_INTEGER", "/version", True),
    ("NOT_AN_INTEGER", "/jobs/0/location", 1.0),
    ("NOT_AN_INTEGER", "/vehicles/0/shift/0", False),
    ("NOT_AN_INTEGER", "/travel/durations/0/1", 62.99999),
    ("NOT_AN_INTEGER", "/travel/distances/0/1", "5 km"),
    ("NEGATIVE_TRAVEL", "/travel/durations/0/1", -1),
    ("NONZERO_DIAGONAL", "/travel/durations/1/1", 4),
    ("RAGGED_MATRIX", "/travel/durations/1", [0]),
    ("NOT_A_LIST", "/travel/durations", 5),
    ("NOT_A_LIST", "/travel/durations/0", 5),
    ("OUT_OF_RANGE", "/jobs/0/prize", 1e300),
    ("OUT_OF_RANGE", "/jobs/0/due", 10**30),
    ("OUT_OF_RANGE", "/jobs/0/due", 10**12),
    ("NOT_A_NUMBER", "/jobs/0/prize", True),
    ("NOT_A_NUMBER", "/jobs/0/prize", "700"),
    ("NOT_TEXT", "/jobs/0/id", 5),
    ("NOT_TEXT", "/jobs/0/id", "\ud800"),
    ("NOT_A_FLAG", "/jobs/0/mandatory", 1),
    ("NOT_A_LIST", "/jobs/0/windows", {}),
    ("WRONG_LENGTH", "/jobs/0/windows/0", [1, 2, 3]),
    ("WRONG_LENGTH", "/jobs/0/slot_values/0", [1, 2]),
    ("NOT_AN_OBJECT", "/jobs/0/preferred", ["inv-7"]),
    ("NOT_AN_OBJECT", "/vehicles/0", []),
    ("UNKNOWN_VALUE", "/links/0/workers", "alike"),
    ("UNKNOWN_VALUE", "/locks/0/keeps", ["time"]),
    ("NO_PLACE", "/places/0", [120.15, 30.27]),
    ("WRONG_LENGTH", "/links/0/first", ["case-123"]),
    ("TRAVEL_FILE", "/travel", {"file": "travel.npz"}),
    ("MISSING_FIELD", "/previous/plan", {"version": 1}),
]


@pytest.mark.parametrize(("code", "path", "value"), UNREADABLE)
def test_a_value_of_the_wrong_kind_is_refused_with_its_place(code: str, path: str, value: object) -> None:
    with pytest.raises(ProblemError) as refusal:
        problem_from_json(changed(path, value))
    faults = [fault for fault in refusal.value.input_faults if fault.code == code]
    assert faults
    assert all(fault.pointer.startswith(path) for fault in faults)
    assert all(fault.remedy and fault.detail for fault in faults)


@pytest.mark.parametrize("field", sorted(LEAST))
def test_what_has_no_default_must_be_there(field: str) -> None:
    value = {name: part for name, part in LEAST.items() if name != field}
    with pytest.raises(ProblemError) as refusal:
        problem_from_json(value)
    assert refusal.value.input_faults[0].pointer == f"/{field}"


def test_all_faults_are_listed_at_once_of_form_and_of_sense() -> None:
    value = changed("/jobs/0/windows", [[5, 1]])
    value["bogus"] = 1
    value["vehicles"][0]["max_jobs"] = "many"
    value["jobs"].append({"id": "case-5", "location": 7})
    with pytest.raises(ProblemError) as refusal:
        problem_from_json(value)
    assert {(fault.pointer, fault.code) for fault in refusal.value.input_faults} == {
        ("/bogus", "UNKNOWN_FIELD"),
        ("/vehicles/0/max_jobs", "NOT_AN_INTEGER"),
        ("/jobs/0/windows/0", "REVERSED"),
        ("/jobs/2/id", "DUPLICATE_ID"),
        ("/jobs/2/location", "UNKNOWN_LOCATION"),
    }


def test_what_cannot_be_read_does_not_make_other_parts_look_wrong() -> None:
    value = changed("/jobs", "none")
    with pytest.raises(ProblemError) as refusal:
        problem_from_json(value)
    assert [fault.code for fault in refusal.value.input_faults] == ["NOT_A_LIST"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[1,]",
        b"\xff\xfe",
        b'{"version": NaN}',
        b'{"version": -Infinity}',
        b'{"version": 1, "version": 1}',
        b"[" * 200_000,
        b'{"a": "\x00"}',
        b'{"version": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "cut", "comma", "not utf-8", "nan", "infinity", "twice", "deep", "nul", "long number"],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(ProblemError) as refusal:
        read_problem(text)
    assert [fault.code for fault in refusal.value.input_faults] == ["NOT_JSON"]


def test_a_number_too_large_for_a_float_is_refused() -> None:
    text = json.dumps(FULL).replace('"prize": 700', '"prize": 1e999').encode()
    with pytest.raises(ProblemError, match="OUT_OF_RANGE"):
        read_problem(text)


@pytest.mark.parametrize("value", [None, 5, "x", [], [[]], {}])
def test_any_json_is_answered_with_faults(value: object) -> None:
    with pytest.raises(ProblemError):
        problem_from_json(value)


def test_matrices_may_lie_in_a_file_beside_the_problem(tmp_path: Path) -> None:
    problem = problem_from_json(FULL)
    save_travel(problem.travel, tmp_path / "travel.npz")
    text = write_problem(problem, travel_file="travel.npz")
    assert read_problem(text, tmp_path) == problem
    assert problem_sha256(read_problem(text, tmp_path)) == problem_sha256(problem)


@pytest.mark.parametrize("content", [None, b"", b"PK\x05\x06 no zip", b"\x93NUMPY"])
def test_a_travel_file_that_cannot_be_read_is_a_fault(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "travel.npz").write_bytes(content)
    with pytest.raises(ProblemError, match="TRAVEL_FILE"):
        problem_from_json(changed("/travel", {"file": "travel.npz"}), tmp_path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"distances": np.zeros((2, 2), np.int32)},
        {"durations": np.zeros((2, 2), np.int32), "tolls": np.zeros(1)},
        {"durations": np.array([[None, 1], [1, None]], dtype=object)},
    ],
    ids=["no durations", "unknown array", "pickled objects"],
)
def test_a_travel_file_with_other_arrays_is_a_fault(tmp_path: Path, arrays: dict[str, Any]) -> None:
    np.savez(tmp_path / "travel.npz", **arrays)
    with pytest.raises(ProblemError, match="TRAVEL_FILE"):
        problem_from_json(changed("/travel", {"file": "travel.npz"}), tmp_path)


def test_the_hash_goes_by_meaning_not_by_writing() -> None:
    shuffled = json.loads(json.dumps(FULL, sort_keys=True))
    shuffled["jobs"][0]["prize"] = 700.0
    shuffled["vehicles"][0]["members"][0]["skills"].reverse()
    del shuffled["objective"]
    assert problem_sha256(problem_from_json(shuffled)) == problem_sha256(problem_from_json(FULL))


@pytest.mark.parametrize(
    ("path", "value"),
    [("/jobs/0/prize", 701), ("/travel/durations/0/1", 841), ("/travel/distances", None), ("/vehicles/0/id", "crew-4")],
)
def test_the_hash_changes_with_any_value(path: str, value: object) -> None:
    assert problem_sha256(problem_from_json(changed(path, value))) != problem_sha256(problem_from_json(FULL))


def test_the_worked_day_survives_json_and_pickle() -> None:
    assert read_problem(write_problem(PROBLEM)) == PROBLEM
    assert pickle.loads(pickle.dumps(PROBLEM)) == PROBLEM


SECONDS = st.integers(-(10**6), 10**6)
COSTS = st.floats(0, 1e9)
SIGNED = st.floats(-1e9, 1e9)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
SETS = st.frozensets(NAMES, max_size=3)


def intervals() -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(SECONDS, st.integers(0, 10**5)).map(lambda pair: (pair[0], pair[0] + pair[1]))


SLOTS = st.builds(lambda span, value: SlotValue(span[0], span[1], value), intervals(), SIGNED)
JOBS = st.builds(
    Job,
    id=NAMES,
    location=st.integers(0, 2),
    address=st.none() | NAMES,
    approach_seconds=st.integers(0, 1000),
    windows=st.none() | st.lists(intervals(), max_size=3).map(tuple),
    due=st.none() | SECONDS,
    lateness_cost_per_hour=COSTS,
    max_lateness_seconds=st.integers(0, 10**5),
    roles=st.lists(st.builds(Role, SETS, st.integers(0, 10**4)), min_size=1, max_size=3).map(tuple),
    prize=COSTS,
    mandatory=st.booleans(),
    allowed=st.none() | SETS,
    barred=SETS,
    preferred=st.dictionaries(NAMES, SIGNED, max_size=2),
    slot_values=st.lists(SLOTS, max_size=2).map(tuple),
)
VEHICLES = st.builds(
    Vehicle,
    id=NAMES,
    members=st.lists(st.builds(Member, NAMES, SETS), min_size=1, max_size=2, unique_by=lambda m: m.worker).map(tuple),
    start=st.integers(0, 2),
    end=st.none() | st.integers(0, 2),
    shift=intervals(),
    breaks=st.lists(st.builds(Break, intervals(), st.integers(1, 5000)), max_size=3).map(tuple),
    max_jobs=st.none() | st.integers(0, 20),
    max_travel_seconds=st.none() | st.integers(0, 10**5),
    max_duty_seconds=st.none() | st.integers(0, 10**5),
    overtime=st.none() | st.builds(Overtime, st.integers(0, 10**5), COSTS),
    fixed_cost=COSTS,
)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    entries = st.integers(0, 10**6) | st.just(-1)
    durations = np.array([[draw(entries) for _ in range(3)] for _ in range(3)], np.int32)
    np.fill_diagonal(durations, 0)
    vehicle = draw(st.none() | VEHICLES)
    jobs = tuple(draw(st.lists(JOBS, max_size=3, unique_by=lambda job: job.id)))
    own = draw(st.sampled_from(jobs)) if jobs else None
    lock = Lock(own.id, "time", None, draw(SECONDS)) if own else None
    link = Link((jobs[0].id, 0), (jobs[1].id, 0), draw(intervals()), "same") if len(jobs) > 1 else None
    previous = st.builds(Previous, st.just(PROBLEM.previous.plan if PROBLEM.previous else None), st.none() | SECONDS)
    return Problem(
        origin=ORIGIN,
        travel=Travel(durations, draw(st.sampled_from([None, np.abs(durations)]))),
        vehicles=() if vehicle is None else (vehicle,),
        jobs=jobs,
        links=() if link is None else (link,),
        locks=() if lock is None else (lock,),
        previous=draw(st.none() | previous),
        objective=draw(st.builds(Objective, COSTS, COSTS, COSTS, COSTS, COSTS)),
        places=draw(st.none() | st.just((Place(1.0, 2.0), Place(-3.25, 4.0), Place(0.1, 179.9)))),
    )


@settings(derandomize=True, deadline=None, max_examples=100)
@given(problems())
def test_any_problem_survives_the_round_trip(problem: Problem) -> None:
    again = read_problem(write_problem(problem))
    assert again == problem
    assert problem_sha256(again) == problem_sha256(problem)
