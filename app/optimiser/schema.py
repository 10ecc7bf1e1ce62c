"""JSON Schema (draft 2020-12) of problems and plans, generated from one description of the format.

The schema refuses what has the wrong form: unknown or missing fields, wrong types, numbers out of range. Some faults
only the reader can tell: ids, locations and roles that do not exist; ids, workers and shifts given twice; windows and
other intervals that end before they begin; matrices that are not square, not of one size, or not zero on the diagonal;
places that are not as many as locations; an origin that is no time with an offset; a link of a role with itself; the
file of a travel that names one. And, before there is a document to judge: fields repeated in one object, NaN, Infinity,
half characters, and 5.0 where an integer is due, which JSON Schema takes for one.
"""

import json

from app.optimiser.objective import Objective
from app.optimiser.plan_json import VERSION as PLAN_VERSION
from app.optimiser.problem_json import VERSION as PROBLEM_VERSION
from app.optimiser.problem_rules import LARGEST_CREW, LINK_WORKERS, LOCK_KEEPS, MOST_BREAKS
from app.optimiser.schema_words import (
    SECONDS,
    Schema,
    cost,
    duration,
    identifier,
    integer,
    json_list,
    json_object,
    may_be_absent,
    names,
    number,
    one_of,
    or_null,
    ref,
    row,
    signed_cost,
    text,
    time,
)
from app.optimiser.travel import LONGEST

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def problem_schema() -> Schema:
    """What a problem document looks like."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:doorstep:problem:{PROBLEM_VERSION}",
        "title": "Problem",
        **_problem(),
        "$defs": {**_shared_definitions(), **_problem_definitions(), **_previous_plan_definitions()},
    }


def plan_schema() -> Schema:
    """What a plan document looks like."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:doorstep:plan:{PLAN_VERSION}",
        "title": "Plan",
        **_plan(),
        "$defs": _plan_definitions(),
    }


SCHEMAS = {"problem": problem_schema, "plan": plan_schema}


def schema_text(name: str) -> str:
    """The schema called "problem" or "plan" as it is committed."""
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=1) + "\n"


def _previous_plan_definitions() -> dict[str, Schema]:
    """Those of plans, but for routes without a name, which a plan in force cannot have."""
    found = {"plan": _plan(), **_plan_definitions()}
    found["route"]["properties"]["vehicle"] = identifier("id of the vehicle")
    return found


def _problem() -> Schema:
    vehicles, jobs = ref("vehicle", "one crew on one day"), ref("job", "one wanted visit")
    return json_object(
        "A day, or several, to plan: times are whole seconds after the origin, distances metres, and locations indices "
        "into the travel matrices. Intervals are closed at both ends. A field with a default may be absent or null.",
        version={"description": "version of this format", "type": "integer", "const": PROBLEM_VERSION},
        origin=text("the second 0: a time with an offset, such as 2026-11-23T00:00:00+08:00"),
        travel=ref("travel", "ways between locations"),
        places=may_be_absent(json_list("where each location is, for drawing and neighbourhoods", _place())),
        vehicles=json_list("who drives", vehicles),
        jobs=json_list("what is wanted", jobs),
        links=may_be_absent(json_list("jobs tied to each other", ref("link", "one tie")), []),
        locks=may_be_absent(json_list("promises, at most one for each job", ref("lock", "one promise")), []),
        previous=may_be_absent(ref("previous", "the plan in force")),
        objective=may_be_absent(ref("objective", "weights of the cost parts"), vars(Objective())),
    )


def _place() -> Schema:
    latitude, longitude = number("latitude", -90, 90), number("longitude", -180, 180)
    return row("latitude and longitude in degrees, WGS 84", latitude, longitude)


def _shared_definitions() -> dict[str, Schema]:
    return {
        "interval": row("first and last second", time("first"), time("last")),
        "matrix": json_list(
            "one row for each origin, one column for each destination; null: there is no way",
            json_list("ways from one location", {"type": ["integer", "null"], "minimum": 0, "maximum": LONGEST}),
        ),
        "role_of_job": row("a job and one of its roles", text("id of the job"), integer("index of the role", 0)),
    }


def _problem_definitions() -> dict[str, Schema]:
    return {
        "travel": _travel(),
        "vehicle": _vehicle(),
        "member": json_object(
            "A person in a vehicle.",
            worker=text("id of the worker"),
            skills=may_be_absent(names("what the worker can do"), []),
        ),
        "break": json_object(
            "A pause that a used vehicle takes once.",
            window=ref("interval", "bounds of its start"),
            duration=duration("length in seconds", least=1),
        ),
        "overtime": json_object(
            "Work after the shift.",
            up_to_seconds=duration("how long after the end of the shift the vehicle may return, in seconds"),
            cost_per_hour=may_be_absent(cost("cost of an hour"), 0.0),
        ),
        "job": _job(),
        "role": json_object(
            "What one person does at a job.",
            skills=may_be_absent(names("skills that the person needs"), []),
            service_seconds=may_be_absent(duration("length of the service in seconds"), 0),
        ),
        "slot_value": row(
            "first and last start, and what such a start is worth on top",
            time("first"),
            time("last"),
            signed_cost("worth; negative: it costs"),
        ),
        "link": _link(),
        "lock": _lock(),
        "previous": _previous(),
        "objective": _objective(),
    }


def _travel() -> Schema:
    rows = json_object(
        "The matrices themselves.",
        durations=ref("matrix", "seconds"),
        distances=may_be_absent(ref("matrix", "metres; absent: not known, metres are 0 in the plan")),
    )
    file = json_object(
        "A file beside the problem.", file=text("name of an .npz file with the int32 arrays durations and distances")
    )
    return {"description": "Travel between locations, not symmetric.", "oneOf": [rows, file]}


def _vehicle() -> Schema:
    pauses = json_list("pauses, each taken once", ref("break", "one pause"), maxItems=MOST_BREAKS)
    return json_object(
        "A crew of one or two people on one day.",
        id=identifier("id of the vehicle"),
        members=json_list("who is in it", ref("member", "one person"), minItems=1, maxItems=LARGEST_CREW),
        start=integer("location where it starts", 0),
        end=or_null(integer("", 0), "location where it ends; null: at its last stop"),
        shift=ref("interval", f"earliest leaving and latest return, {SECONDS}"),
        day=may_be_absent(integer("label of the day; a worker has one vehicle a day"), 0),
        breaks=may_be_absent(pauses, []),
        max_jobs=may_be_absent(duration("most stops")),
        max_travel_seconds=may_be_absent(duration("most travel in seconds, approaches not counted")),
        max_duty_seconds=may_be_absent(duration("most seconds from leaving to return")),
        overtime=may_be_absent(ref("overtime", "work after the shift; absent: none")),
        fixed_cost=may_be_absent(cost("cost of using it at all"), 0.0),
    )


def _job() -> Schema:
    preferred: Schema = {
        "description": "worth of each worker for this job, by id",
        "type": "object",
        "additionalProperties": signed_cost("worth; negative: it costs"),
    }
    return json_object(
        "A wanted visit.",
        id=identifier("id of the job"),
        location=integer("where it is", 0),
        address=may_be_absent(text("consecutive jobs at one address pay the approach once")),
        approach_seconds=may_be_absent(duration("parking and stairs before the service, in seconds"), 0),
        windows=may_be_absent(json_list("when service may start; absent: always", ref("interval", "one window"))),
        due=may_be_absent(time("start after which it is late, beside the end of the last window")),
        lateness_cost_per_hour=may_be_absent(cost("cost of an hour late, for each role"), 0.0),
        max_lateness_seconds=may_be_absent(duration("how long after the last window it may start, in seconds"), 0),
        roles=may_be_absent(
            json_list("what is to be done by one person each", ref("role", "one person's part"), minItems=1),
            [{"skills": [], "service_seconds": 0}],
        ),
        prize=may_be_absent(cost("what leaving it out costs"), 0.0),
        mandatory=may_be_absent({"description": "whether it must be served", "type": "boolean"}, False),
        allowed=may_be_absent(names("the only workers who may do it; absent: all, empty: nobody")),
        barred=may_be_absent(names("workers who may not do it"), []),
        preferred=may_be_absent(preferred, {}),
        slot_values=may_be_absent(json_list("the first that holds the start counts", ref("slot_value", "one")), []),
    )


def _link() -> Schema:
    return json_object(
        "Two roles of two jobs: both served or none.",
        first=ref("role_of_job", "the one"),
        second=ref("role_of_job", "the other"),
        gap=ref("interval", "bounds of the second start minus the first, in seconds"),
        workers=may_be_absent(one_of("how the workers of the two roles must be", *LINK_WORKERS), "any"),
    )


def _lock() -> Schema:
    lock = json_object(
        "A promise about a job, which must be served.",
        job=identifier("id of the job"),
        keeps=one_of("what is promised", *LOCK_KEEPS),
        worker=may_be_absent(text("the worker who comes for some role")),
        start=may_be_absent(time("the start")),
    )
    worker, start = (
        {"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in ("worker", "start")
    )
    conditions: list[tuple[str, Schema]] = [("worker", worker), ("time", start), ("both", {"allOf": [worker, start]})]
    return {**lock, "allOf": [_when_it_keeps(keeps, needed) for keeps, needed in conditions]}


def _given(name: str) -> Schema:
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def _when_it_keeps(keeps: str, needed: Schema) -> Schema:
    return {"if": {"properties": {"keeps": {"const": keeps}}, "required": ["keeps"]}, "then": needed}


def _previous() -> Schema:
    plan: Schema = {"anyOf": [{"$ref": "#/$defs/plan"}, {"type": "object", "maxProperties": 0}, {"type": "null"}]}
    return json_object(
        "The plan in force, and how much of it may change.",
        plan={"description": "the plan; {} or absent: none", **plan, "default": {}, "optional": True},
        freeze_before=may_be_absent(time("stops that start earlier keep worker, order and start")),
        move_cost=may_be_absent(cost("cost of each moved job"), 0.0),
        max_moves=may_be_absent(duration("most moved jobs; absent: no limit")),
    )


def _objective() -> Schema:
    meaning = {
        "travel_per_hour": "cost of an hour of travel",
        "duty_per_hour": "cost of an hour from leaving to return",
        "waiting_per_hour": "cost of an hour of waiting",
        "lateness_max_per_hour": "cost of an hour of the largest lateness",
        "fairness_per_hour": "cost of an hour between each worker's duty and the mean",
    }
    weights = vars(Objective())
    return json_object(
        "Weights of the cost parts that belong to no single job or vehicle.",
        **{name: may_be_absent(cost(meaning[name]), weight) for name, weight in weights.items()},
    )


def _plan() -> Schema:
    return json_object(
        "Who drives where and when, what stays undone and why, and what it costs; ids are the problem's.",
        version={"description": "version of this format", "type": "integer", "const": PLAN_VERSION},
        problem_sha256=text("hash of the problem's canonical JSON"),
        seed=integer("seed of the search"),
        solver={"description": "who made it with what budget", "type": "object"},
        routes=json_list("one for each used vehicle", ref("route", "one route")),
        unassigned=json_list("jobs without a place", ref("unassigned", "one job")),
        cost=ref("cost", "what it costs"),
    )


def _plan_definitions() -> dict[str, Schema]:
    return {
        "route": _route(),
        "stop": json_object(
            "A visit.",
            job=text("id of the job"),
            roles=json_list("indices of the roles covered here", integer("one role")),
            arrival=integer(f"end of the travel, {SECONDS}"),
            start=integer(f"start of service, {SECONDS}"),
            end=integer(f"end of service, {SECONDS}"),
            lateness=integer("seconds late"),
        ),
        "taken_break": json_object(
            "A break.", start=integer(f"its start, {SECONDS}"), end=integer(f"its end, {SECONDS}")
        ),
        "unassigned": _unassigned(),
        "answer": json_object(
            "Why one worker cannot take the job.",
            worker=text("id of the worker"),
            reason=text("code of the reason"),
            detail=text("a sentence, with the missing amount where there is one"),
        ),
        "repair": _repair(),
        "cost": json_object(
            "The total is the sum of the parts; all are rounded to 6 places.",
            total=number("sum of the parts"),
            parts={
                "description": "parts by name, signed",
                "type": "object",
                "additionalProperties": number("one part"),
            },
        ),
    }


def _route() -> Schema:
    return json_object(
        "The day of one used vehicle.",
        vehicle=text("id of the vehicle"),
        leave=integer(f"when it leaves, {SECONDS}"),
        **{"return": integer(f"when it is back, {SECONDS}")},
        stops=json_list("visits in order", ref("stop", "one visit")),
        breaks=json_list("breaks in order", ref("taken_break", "one break")),
        travel_seconds=integer("travel in seconds, approaches not counted"),
        travel_metres=integer("way in metres; 0 where distances are not known"),
        waiting_seconds=integer("waiting in seconds, without breaks"),
        duty_seconds=integer("seconds from leaving to return"),
    )


def _unassigned() -> Schema:
    return json_object(
        "A job without a place.",
        job=text("id of the job"),
        reason=text("code of the reason"),
        detail=text("a sentence"),
        per_worker=may_be_absent(json_list("why each worker cannot take it", ref("answer", "one worker")), []),
        repair=may_be_absent(ref("repair", "one change that makes it fit, tried and checked")),
    )


def _repair() -> Schema:
    return json_object(
        "One change that makes the job fit, tried and checked.",
        kind=text("what changes"),
        detail=text("a sentence"),
        vehicle=text("id of the vehicle that would come"),
        start=integer(f"when it would start, {SECONDS}"),
        seconds=may_be_absent(integer("overtime or widening in seconds"), 0),
        instead_of=may_be_absent(text("id of the job that gives way")),
        added_cost=may_be_absent(number("what the plan's cost rises by; negative: it falls"), 0.0),
    )
