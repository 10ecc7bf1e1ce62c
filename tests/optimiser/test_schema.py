"""The schema and the reader agree: what one accepts the other does, but for what only the reader can tell."""

import argparse
import copy
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings

import app.optimiser
from app.optimiser import command
from app.optimiser.commitments import Link, Lock, Previous
from app.optimiser.faults import InputError
from app.optimiser.objective import Objective
from app.optimiser.plan import Cost, PerWorker, Plan, Repair, Route, Stop, TakenBreak, Unassigned
from app.optimiser.plan_json import plan_from_json, plan_json, read_plan, write_plan
from app.optimiser.problem import Break, Job, Member, Overtime, Problem, Role, Vehicle
from app.optimiser.problem_json import problem_from_json, read_problem, write_problem
from app.optimiser.schema import SCHEMAS, plan_schema, problem_schema, schema_text
from tests.optimiser.test_problem_json import FULL, LEAST, problems
from tests.optimiser.worked_day import PLAN, PROBLEM

PROBLEMS = jsonschema_rs.Draft202012Validator(problem_schema())
PLANS = jsonschema_rs.Draft202012Validator(plan_schema())

# What only the reader can tell; every other fault the schema must find too.
OF_SENSE = {
    "BAD_ORIGIN",
    "DUPLICATE_ID",
    "LINK_TO_SELF",
    "MATRIX_SIZES_DIFFER",
    "NONZERO_DIAGONAL",
    "NOT_SQUARE",
    "PLACES_COUNT",
    "RAGGED_MATRIX",
    "REVERSED",
    "SHIFTS_OVERLAP",
    "TRAVEL_FILE",
    "UNKNOWN_JOB",
    "UNKNOWN_LOCATION",
    "UNKNOWN_ROLE",
    "UNKNOWN_WORKER",
    "WORKER_TWICE_A_DAY",
}
REPAIRED = Unassigned(
    "spare",
    "CAPACITY",
    "no room",
    (PerWorker("ann", "CAPACITY", "full"),),
    Repair("swap", "so", "pair", 5, 6, "kept", 1.5),
)
FULL_PLAN = json.loads(write_plan(Plan("0", 1, {"engine": "x"}, PLAN.routes, (REPAIRED,), PLAN.cost)))
FULL_PROBLEM = {**FULL, "previous": {**FULL["previous"], "plan": {**FULL_PLAN, "routes": FULL_PLAN["routes"][:1]}}}
WRONG: list[Any] = [None, True, -1, 5.5, 10**16, 1e300, "", "x", [], [None], {}, {"x": 1}]

Path_ = tuple[str | int, ...]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_committed_schema_is_the_generated_one(name: str) -> None:
    committed = Path(app.optimiser.__file__).parent / f"{name}.schema.json"
    assert committed.read_text(encoding="utf-8") == schema_text(name)
    jsonschema_rs.meta.validate(SCHEMAS[name]())


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_command_prints_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.add_commands(parser.add_subparsers())
    chosen = parser.parse_args(["schema", name])
    assert chosen.run(chosen) == 0
    assert capsys.readouterr().out == schema_text(name)


def test_the_examples_are_accepted() -> None:
    for value in (FULL, LEAST, FULL_PROBLEM, {**LEAST, "travel": {"file": "x.npz"}}):
        PROBLEMS.validate(value)
    PLANS.validate(FULL_PLAN)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(problems())
def test_whatever_is_written_is_accepted(problem: Problem) -> None:
    PROBLEMS.validate(json.loads(write_problem(problem)))
    PROBLEMS.validate(json.loads(write_problem(problem, travel_file="x.npz")))


def test_worked_day_and_plan_are_accepted() -> None:
    PROBLEMS.validate(json.loads(write_problem(PROBLEM)))
    PLANS.validate(plan_json(PLAN))


# Mutations ------------------------------------------------------------------------------------------------------


def paths(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Every place in a document."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inside:
        yield from paths(part, (*path, step))


def at(document: Any, path: Path_) -> Any:
    for step in path:
        document = document[step]
    return document


def mutations(document: Any) -> Iterator[tuple[str, Any]]:
    """The document with one thing replaced, taken away or added, at every place."""
    for path in paths(document):
        for wrong in WRONG if path else []:
            changed = copy.deepcopy(document)
            at(changed, path[:-1])[path[-1]] = copy.deepcopy(wrong)
            yield f"{path} is {wrong!r}", changed
        if path:
            changed = copy.deepcopy(document)
            del at(changed, path[:-1])[path[-1]]
            yield f"{path} is gone", changed
        place = at(document, path)
        if isinstance(place, dict | list):
            changed = copy.deepcopy(document)
            if isinstance(place, dict):
                at(changed, path)["bogus"] = 1
            else:
                at(changed, path).append(copy.deepcopy(place[-1]) if place else 0)
            yield f"{path} has one more", changed


def codes(read: Any, value: Any) -> set[str]:
    """The codes of what the reader finds wrong."""
    try:
        read(value)
    except InputError as error:
        return {fault.code for fault in error.input_faults}
    return set()


@pytest.mark.parametrize(
    ("document", "read", "schema"),
    [
        (FULL_PROBLEM, problem_from_json, PROBLEMS),
        (LEAST, problem_from_json, PROBLEMS),
        (FULL_PLAN, plan_from_json, PLANS),
    ],
    ids=["problem", "least problem", "plan"],
)
def test_the_schema_refuses_what_the_reader_refuses_and_nothing_else(document: Any, read: Any, schema: Any) -> None:
    differ = []
    for what, changed in mutations(document):
        found = codes(read, changed)
        if found - OF_SENSE if schema.is_valid(changed) else not found:
            differ.append((what, sorted(found)))
    assert differ == []


def test_a_whole_number_with_a_fraction_is_for_the_reader_alone() -> None:
    changed = {**LEAST, "version": 1.0}
    assert PROBLEMS.is_valid(changed)
    assert "NOT_AN_INTEGER" in codes(problem_from_json, changed)


# Fields and defaults --------------------------------------------------------------------------------------------

DEFINED: list[tuple[str, type]] = [
    ("vehicle", Vehicle),
    ("member", Member),
    ("break", Break),
    ("overtime", Overtime),
    ("job", Job),
    ("role", Role),
    ("link", Link),
    ("lock", Lock),
    ("previous", Previous),
    ("objective", Objective),
    ("stop", Stop),
    ("taken_break", TakenBreak),
    ("unassigned", Unassigned),
    ("answer", PerWorker),
    ("repair", Repair),
    ("cost", Cost),
]


@pytest.mark.parametrize(("name", "kind"), DEFINED, ids=[row[0] for row in DEFINED])
def test_every_field_of_the_format_is_described(name: str, kind: type) -> None:
    described = problem_schema()["$defs"][name]["properties"]
    assert set(described) == {field.name for field in fields(kind)}
    assert all(one["description"] for one in described.values())


def test_routes_and_documents_are_described_whole() -> None:
    names = {"return" if field.name == "back" else field.name for field in fields(Route)}
    assert set(plan_schema()["$defs"]["route"]["properties"]) == names
    assert set(problem_schema()["properties"]) == {"version", *(field.name for field in fields(Problem))}
    assert set(plan_schema()["properties"]) == {"version", *(field.name for field in fields(Plan))}


def with_defaults(value: Any, schema: Any, whole: Any) -> Any:
    """The value with every absent field as the schema states it."""
    schema = next((one for one in schema.get("anyOf", ()) if "$ref" in one), schema)
    schema = whole["$defs"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [with_defaults(one, schema["items"], whole) for one in value]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    stated = {name: one["default"] for name, one in schema["properties"].items() if "default" in one}
    return {
        name: with_defaults(one, schema["properties"].get(name, {}), whole) for name, one in {**stated, **value}.items()
    }


def test_the_stated_defaults_are_what_the_reader_takes() -> None:
    value = copy.deepcopy(LEAST)
    value["vehicles"][0] |= {"overtime": {"up_to_seconds": 5}}
    value["jobs"] += [{"id": "k", "location": 0, "roles": [{}]}]
    value["links"] = [{"first": ["j", 0], "second": ["k", 0], "gap": [0, 1]}]
    value["locks"] = [{"job": "j", "keeps": "time", "start": 4}]
    value["previous"] = {}
    stated = with_defaults(value, problem_schema(), problem_schema())
    assert stated["jobs"][0]["roles"] == [{"skills": [], "service_seconds": 0}]
    assert problem_from_json(stated) == problem_from_json(value)
    written = json.loads(write_problem(read_problem(json.dumps(value).encode())))
    apart = {"previous": None, "travel": None}
    assert {**stated, **apart} == {**written, **apart}


def test_a_plan_without_its_optional_fields_is_the_same_plan() -> None:
    least = {"job": "spare", "reason": "CAPACITY", "detail": "no room"}
    value = {**FULL_PLAN, "unassigned": [least]}
    stated = with_defaults(value, plan_schema(), plan_schema())
    assert stated["unassigned"] == [{**least, "per_worker": [], "repair": None}]
    assert plan_from_json(stated) == plan_from_json(value) == read_plan(json.dumps(value).encode())
