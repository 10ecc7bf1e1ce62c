"""From the planner's answer back to rows: seconds become instants, workers become people."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import Actor
from app.optimiser.plan import Plan as Solution
from app.optimiser.plan import Route, Stop, Unassigned
from app.optimiser.plan_json import plan_json
from app.planning.assembly import CONTACT_RULE, Assembled, Crew
from app.planning.gathering import Want
from app.planning.models import Plan, PlanRoute, PlanStop
from app.planning.terms import CASE_PLANNED, PLAN_READY, PlanState
from app.runtime import audit
from app.runtime.database import Json, locking, new_id
from app.runtime.rulings import ruling_json


def store_solution(tx: Session, actor: Actor, plan: Plan, assembled: Assembled, solution: Solution) -> None:
    """Write routes, stops, figures and reasons; the plan is ready."""
    origin = datetime.fromisoformat(assembled.problem.origin)
    for route in solution.routes:
        tx.add(_route(plan, assembled.crews[route.vehicle], route, assembled, origin))
    plan.solution = plan_json(solution)
    plan.unassigned = [
        *(_unassigned(entry, assembled) for entry in solution.unassigned),
        *(_forbidden(want) for want in assembled.forbidden),
    ]
    plan.figures = _figures(assembled, solution)
    plan.state = PlanState.READY.value
    plan.revision += 1
    tx.flush()
    _mark_planned(tx, actor, plan, assembled, solution)
    audit.record(tx, actor, PLAN_READY, f"plan:{plan.id}", plan.figures)


def _route(plan: Plan, crew: Crew, route: Route, assembled: Assembled, origin: datetime) -> PlanRoute:
    legs = _legs(route, assembled)
    waits = _waits(route, assembled)
    return PlanRoute(
        id=new_id(),
        plan_id=plan.id,
        vehicle=crew.id,
        day=crew.day,
        investigator_ids=[str(person) for person in crew.investigator_ids],
        leave_at=origin + timedelta(seconds=route.leave),
        return_at=origin + timedelta(seconds=route.back),
        travel_seconds=route.travel_seconds,
        travel_metres=route.travel_metres,
        waiting_seconds=route.waiting_seconds,
        breaks=[
            {
                "start_at": (origin + timedelta(seconds=taken.start)).isoformat(),
                "end_at": (origin + timedelta(seconds=taken.end)).isoformat(),
            }
            for taken in route.breaks
        ],
        stops=[
            _stop(number, stop, assembled.wants[stop.job], leg, wait, origin)
            for number, (stop, leg, wait) in enumerate(zip(route.stops, legs, waits, strict=True), start=1)
        ],
    )


def _legs(route: Route, assembled: Assembled) -> list[int]:
    """Travel seconds to each stop."""
    problem = assembled.problem
    here = problem.vehicles[problem.vehicle_index[route.vehicle]].start
    legs = []
    for stop in route.stops:
        there = problem.jobs[problem.job_index[stop.job]].location
        legs.append(problem.travel.seconds(here, there))
        here = there
    return legs


def _waits(route: Route, assembled: Assembled) -> list[int]:
    """Seconds of waiting at each stop: from the arrival to the start, without the approach and breaks taken there."""
    jobs = [assembled.problem.jobs[assembled.problem.job_index[stop.job]] for stop in route.stops]
    waits = []
    for number, (stop, job) in enumerate(zip(route.stops, jobs, strict=True)):
        before = jobs[number - 1].address if number else None
        approach = 0 if before is not None and before == job.address else job.approach_seconds
        paused = sum(b.end - b.start for b in route.breaks if stop.arrival <= b.start and b.end <= stop.start)
        waits.append(stop.start - stop.arrival - approach - paused)
    return waits


def _stop(number: int, stop: Stop, want: Want, travel_seconds: int, waiting_seconds: int, origin: datetime) -> PlanStop:
    return PlanStop(
        visit_id=new_id(),
        case_id=want.case.id,
        also_case_ids=[str(case.id) for case in want.cases[1:]],
        sequence=number,
        arrival_at=origin + timedelta(seconds=stop.arrival),
        start_at=origin + timedelta(seconds=stop.start),
        end_at=origin + timedelta(seconds=stop.end),
        travel_seconds=travel_seconds,
        waiting_seconds=waiting_seconds,
        lat=want.place.lat,
        lon=want.place.lon,
        ruling=None,
    )


def _unassigned(entry: Unassigned, assembled: Assembled) -> Json:
    repair = entry.repair
    return {
        "case_id": str(assembled.wants[entry.job].case.id),
        "reason": entry.reason,
        "detail": entry.detail,
        "per_investigator": [
            {"investigator_id": why.worker, "reason": why.reason, "detail": why.detail} for why in entry.per_worker
        ],
        "repair": None if repair is None else vars(repair),
    }


def _forbidden(want: Want) -> Json:
    ruling = ruling_json(want.ruling) if want.ruling else {"answers": []}
    denials = [answer for answer in ruling["answers"] if not answer["allowed"]]
    detail = "; ".join(f"{answer['rule']}: {answer['reason']}" for answer in denials)
    return {
        "case_id": str(want.case.id),
        "reason": CONTACT_RULE,
        "detail": detail or "the contact rules leave no time on these days",
        "per_investigator": [],
        "repair": None,
    }


def _figures(assembled: Assembled, solution: Solution) -> Json:
    lost = sum(job.prize for job in assembled.problem.jobs if job.id not in solution.served)
    lost += sum(assembled.prizes[str(want.case.id)] for want in assembled.forbidden)
    shifts = {vehicle.id: vehicle.shift for vehicle in assembled.problem.vehicles}
    overtime = sum(max(0, route.back - shifts[route.vehicle][1]) for route in solution.routes)
    wanted = len(assembled.problem.jobs) + len(assembled.forbidden)
    return {
        "jobs": wanted,
        "served": len(solution.served),
        "unassigned": wanted - len(solution.served),
        "lost_prize": round(lost, 2),
        "travel_seconds": solution.travel_seconds,
        "travel_metres": solution.travel_metres,
        "waiting_seconds": solution.waiting_seconds,
        "overtime_seconds": overtime,
        "crews": len(assembled.crews),
        "travel_source": "great_circle",
        "check": "passed",
    }


def _mark_planned(tx: Session, actor: Actor, plan: Plan, assembled: Assembled, solution: Solution) -> None:
    ids = [case.id for job in solution.served for case in assembled.wants[job].cases]
    for case in tx.scalars(locking(select(Case).where(Case.id.in_(ids)).order_by(Case.id))):
        if case.state is CaseStatus.ASSIGNED:
            progress.move(tx, case, CaseStatus.PLANNED, CASE_PLANNED, actor, {"plan_id": str(plan.id)})
