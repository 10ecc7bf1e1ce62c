"""A plan as JSON, both ways."""

import json

from app.optimiser.faults import InputFault, PlanError
from app.optimiser.plan import Cost, PerWorker, Plan, Repair, Route, Stop, TakenBreak, Unassigned
from app.optimiser.strict_json import Faults, Fields, below, parse, read_integer, read_number, read_text

VERSION = 1


def read_plan(data: bytes) -> Plan:
    """The plan in the bytes; raises PlanError with every fault."""
    try:
        value = parse(data)
    except ValueError as error:
        raise PlanError([InputFault("", str(error), "NOT_JSON", "give one JSON document in UTF-8")]) from None
    return plan_from_json(value)


def plan_from_json(value: object) -> Plan:
    """The plan in the parsed JSON; raises PlanError with every fault."""
    faults: Faults = []
    plan = read_plan_value(value, "", faults)
    if faults:
        raise PlanError(faults)
    return plan


def read_plan_value(value: object, pointer: str, faults: Faults) -> Plan:
    """A plan inside a larger document; faults are noted."""
    fields = Fields(value, pointer, faults)
    fields.version(VERSION)
    plan = Plan(
        problem_sha256=fields.text("problem_sha256"),
        seed=fields.integer("seed"),
        solver=fields.need("solver", _read_solver, {}),
        routes=fields.items("routes", _read_route),
        unassigned=fields.items("unassigned", _read_unassigned),
        cost=fields.need("cost", _read_cost, Cost()),
    )
    fields.close()
    return plan


def _read_solver(value: object, pointer: str, faults: Faults) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    faults.append(InputFault(pointer, "solver is not an object", "NOT_AN_OBJECT", "give an object"))
    return {}


def _read_route(value: object, pointer: str, faults: Faults) -> Route:
    fields = Fields(value, pointer, faults)
    route = Route(
        vehicle=fields.text("vehicle"),
        leave=fields.integer("leave"),
        back=fields.integer("return"),
        stops=fields.items("stops", _read_stop),
        breaks=fields.items("breaks", _read_break),
        travel_seconds=fields.integer("travel_seconds"),
        travel_metres=fields.integer("travel_metres"),
        waiting_seconds=fields.integer("waiting_seconds"),
        duty_seconds=fields.integer("duty_seconds"),
    )
    fields.close()
    return route


def _read_stop(value: object, pointer: str, faults: Faults) -> Stop:
    fields = Fields(value, pointer, faults)
    stop = Stop(
        job=fields.text("job"),
        roles=fields.items("roles", read_integer),
        arrival=fields.integer("arrival"),
        start=fields.integer("start"),
        end=fields.integer("end"),
        lateness=fields.integer("lateness"),
    )
    fields.close()
    return stop


def _read_break(value: object, pointer: str, faults: Faults) -> TakenBreak:
    fields = Fields(value, pointer, faults)
    taken = TakenBreak(start=fields.integer("start"), end=fields.integer("end"))
    fields.close()
    return taken


def _read_unassigned(value: object, pointer: str, faults: Faults) -> Unassigned:
    fields = Fields(value, pointer, faults)
    unassigned = Unassigned(
        job=fields.text("job"),
        reason=fields.text("reason"),
        detail=fields.text("detail"),
        per_worker=fields.items("per_worker", _read_per_worker, needed=False),
        repair=fields.take("repair", _read_repair, None),
    )
    fields.close()
    return unassigned


def _read_per_worker(value: object, pointer: str, faults: Faults) -> PerWorker:
    fields = Fields(value, pointer, faults)
    answer = PerWorker(worker=fields.text("worker"), reason=fields.text("reason"), detail=fields.text("detail"))
    fields.close()
    return answer


def _read_repair(value: object, pointer: str, faults: Faults) -> Repair:
    fields = Fields(value, pointer, faults)
    repair = Repair(
        kind=fields.text("kind"),
        detail=fields.text("detail"),
        vehicle=fields.text("vehicle"),
        start=fields.integer("start"),
        seconds=fields.integer("seconds", 0),
        instead_of=fields.take("instead_of", read_text, None),
        added_cost=fields.number("added_cost", 0.0),
    )
    fields.close()
    return repair


def _read_cost(value: object, pointer: str, faults: Faults) -> Cost:
    fields = Fields(value, pointer, faults)
    cost = Cost(total=fields.number("total"), parts=fields.need("parts", _read_parts, {}))
    fields.close()
    return cost


def _read_parts(value: object, pointer: str, faults: Faults) -> dict[str, float]:
    if not isinstance(value, dict):
        faults.append(InputFault(pointer, "parts is not an object", "NOT_AN_OBJECT", "give an object"))
        return {}
    return {name: read_number(amount, below(pointer, name), faults) for name, amount in value.items()}


def write_plan(plan: Plan) -> bytes:
    """The plan as UTF-8 JSON; the same plan always gives the same bytes."""
    return json.dumps(plan_json(plan), ensure_ascii=False, allow_nan=False, indent=1).encode() + b"\n"


def plan_json(plan: Plan) -> dict[str, object]:
    """The plan as JSON values."""
    return {
        "version": VERSION,
        "problem_sha256": plan.problem_sha256,
        "seed": plan.seed,
        "solver": dict(plan.solver),
        "routes": [_route_json(route) for route in plan.routes],
        "unassigned": [_unassigned_json(unassigned) for unassigned in plan.unassigned],
        "cost": {"total": plan.cost.total, "parts": dict(plan.cost.parts)},
    }


def _route_json(route: Route) -> dict[str, object]:
    return {
        "vehicle": route.vehicle,
        "leave": route.leave,
        "return": route.back,
        "stops": [{**vars(stop), "roles": list(stop.roles)} for stop in route.stops],
        "breaks": [dict(vars(taken)) for taken in route.breaks],
        "travel_seconds": route.travel_seconds,
        "travel_metres": route.travel_metres,
        "waiting_seconds": route.waiting_seconds,
        "duty_seconds": route.duty_seconds,
    }


def _unassigned_json(unassigned: Unassigned) -> dict[str, object]:
    return {
        "job": unassigned.job,
        "reason": unassigned.reason,
        "detail": unassigned.detail,
        "per_worker": [dict(vars(answer)) for answer in unassigned.per_worker],
        "repair": None if unassigned.repair is None else dict(vars(unassigned.repair)),
    }
