"""Use cases of visits: they come and go with plans, hold findings, and need permission to knock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from app.compliance.ruling import Ruling
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import SYSTEM, Actor
from app.kernel.errors import Conflict, Invalid
from app.planning.models import Booking, Plan, PlanRoute, PlanStop
from app.runtime import audit
from app.runtime.clock import now
from app.runtime.database import Database
from app.visits import door_token
from app.visits.arrival import Papers, refuse_denied, ruling_at_the_door
from app.visits.closing import free_time, put_back
from app.visits.door_token import DoorPermission
from app.visits.events import CLOCK_LEEWAY, READ_AGAIN
from app.visits.findings import ToldFindings, objections
from app.visits.lifecycle import NOT_ARRIVED, UNDERWAY
from app.visits.models import Findings, Visit
from app.visits.promise_keeping import reckon_case
from app.visits.queries import current_findings
from app.visits.terms import VISIT_MISSED, VISIT_OPENED, VISIT_RECALLED, VisitState
from app.visits.visited_cases import lock_cases

OFFLINE_PATIENCE = timedelta(hours=12)
# A case that has left these is not visited any more, whatever was published.
STANDING = frozenset({CaseStatus.PLANNED, CaseStatus.PUBLISHED, CaseStatus.VISITING})


# ---- visits come and go with plans


def open_visits(database: Database, plan_id: UUID) -> None:
    """Open a visit for each stop that a plan published, and recall those that the publication took back."""
    with database.transaction() as tx:
        _open_plan(tx, plan_id)


def open_route(tx: Session, actor: Actor, day: date) -> None:
    """Open what was published for the investigator's day a moment ago and is not open yet: published is visible."""
    mine = PlanRoute.investigator_ids.contains([str(actor.investigator_id)])
    query = (
        select(PlanRoute.plan_id)
        .join(PlanStop, PlanStop.route_id == PlanRoute.id)
        .where(PlanRoute.day == day, mine, exists().where(Booking.visit_id == PlanStop.visit_id))
        .where(~exists().where(Visit.id == PlanStop.visit_id))
        .distinct()
    )
    for plan_id in tx.scalars(query).all():
        _open_plan(tx, plan_id)


def _open_plan(tx: Session, plan_id: UUID) -> None:
    plan = tx.scalars(select(Plan).where(Plan.id == plan_id).with_for_update(key_share=True)).one()
    for visit in _replaced(tx, plan):
        _recall(tx, visit, lock_cases(tx, visit))
    for route, stop in _unopened(tx, plan):
        _open(tx, plan, route, stop)


def _replaced(tx: Session, plan: Plan) -> Sequence[Visit]:
    """Visits of other plans on these days that wait without a booking: their time was given away."""
    booked = exists().where(Booking.visit_id == Visit.id, ~Booking.done)
    query = select(Visit).where(
        Visit.region == plan.region,
        Visit.plan_id != plan.id,
        Visit.state == VisitState.SCHEDULED.value,
        Visit.day.between(plan.first_on, plan.first_on + timedelta(days=plan.days - 1)),
        ~booked,
    )
    return tx.scalars(query.order_by(Visit.id).with_for_update(key_share=True)).all()


def _unopened(tx: Session, plan: Plan) -> Sequence[tuple[PlanRoute, PlanStop]]:
    """Published stops without a visit; a stop that was left out of the publication has no booking."""
    query = (
        select(PlanRoute, PlanStop)
        .join(PlanStop, PlanStop.route_id == PlanRoute.id)
        .where(PlanRoute.plan_id == plan.id)
        .where(exists().where(Booking.visit_id == PlanStop.visit_id), ~exists().where(Visit.id == PlanStop.visit_id))
        .order_by(PlanRoute.day, PlanStop.start_at, PlanStop.visit_id)
    )
    return [(route, stop) for route, stop in tx.execute(query)]


def _open(tx: Session, plan: Plan, route: PlanRoute, stop: PlanStop) -> None:
    visit = Visit(
        id=stop.visit_id,
        case_id=stop.case_id,
        also_case_ids=stop.also_case_ids,
        plan_id=plan.id,
        region=plan.region,
        day=route.day,
        sequence=stop.sequence,
        investigator_ids=route.investigator_ids,
        state=VisitState.SCHEDULED.value,
        arrival_at=stop.arrival_at,
        start_at=stop.start_at,
        end_at=stop.end_at,
        travel_seconds=stop.travel_seconds,
        waiting_seconds=stop.waiting_seconds,
        lat=stop.lat,
        lon=stop.lon,
        ruling=stop.ruling,
        outcome=None,
    )
    tx.add(visit)
    tx.flush()
    cases = lock_cases(tx, visit)
    for case in cases:
        progress.note(tx, case, VISIT_OPENED, SYSTEM, {"visit_id": str(visit.id)})
    _drop_fallen(tx, visit, cases)


def recall_case(database: Database, case_id: UUID) -> None:
    """Take a case that is not to be visited any more out of its visits that nobody has arrived at."""
    with database.transaction() as tx:
        concerned = or_(Visit.case_id == case_id, Visit.also_case_ids.contains([str(case_id)]))
        waiting = select(Visit).where(concerned, Visit.state.in_([state.value for state in NOT_ARRIVED]))
        for visit in tx.scalars(waiting.order_by(Visit.id).with_for_update(key_share=True)):
            _drop_fallen(tx, visit, lock_cases(tx, visit))


def follow_account(database: Database, case_id: UUID) -> None:
    """Draw the consequences of what was told of an account: visits are recalled, promises are judged."""
    recall_case(database, case_id)
    reckon_case(database, case_id)


def _drop_fallen(tx: Session, visit: Visit, cases: Sequence[Case]) -> None:
    """Go on for the loans that are still to be visited; recall the visit when there is none."""
    standing = [case for case in cases if case.state in STANDING]
    if not standing:
        _recall(tx, visit, cases)
    elif len(standing) < len(cases):
        visit.case_id, visit.also_case_ids = standing[0].id, [str(case.id) for case in standing[1:]]
        visit.revision += 1


def _recall(tx: Session, visit: Visit, cases: Sequence[Case]) -> None:
    visit.state = VisitState.RECALLED.value
    visit.revision += 1
    free_time(tx, visit)
    for case in cases:
        progress.note(tx, case, VISIT_RECALLED, SYSTEM, {"visit_id": str(visit.id)})


def mark_missed(tx: Session, before: datetime) -> int:
    """Mark the visits that should have ended before the instant and that nobody arrived at; returns how many.

    Their cases are assigned again.
    """
    waiting = select(Visit).where(Visit.state.in_([state.value for state in NOT_ARRIVED]), Visit.end_at < before)
    missed = tx.scalars(waiting.order_by(Visit.id).with_for_update(key_share=True, skip_locked=True)).all()
    for visit in missed:
        visit.state = VisitState.MISSED.value
        visit.revision += 1
        free_time(tx, visit)
        detail = {"visit_id": str(visit.id)}
        for case in lock_cases(tx, visit):
            progress.note(tx, case, VISIT_MISSED, SYSTEM, detail)
            put_back(tx, SYSTEM, case, detail)
    return len(missed)


def miss_visits(database: Database) -> None:
    """Mark the visits that nobody made; a phone that was offline gets some time to tell its events."""
    with database.transaction() as tx:
        mark_missed(tx, now() - OFFLINE_PATIENCE)


# ---- findings


def check_findings(tx: Session, visit: Visit, told: ToldFindings) -> None:
    """Raise Invalid for findings that cannot be, Conflict when the visit is not under way."""
    check_content(tx, visit, told)
    if visit.state not in UNDERWAY:
        raise Conflict(
            "VISIT_STATE",
            f"findings are put between arrived and finished; this visit is {visit.state}",
            action=READ_AGAIN,
        )


def check_content(tx: Session, visit: Visit, told: ToldFindings) -> None:
    """Raise Invalid for findings that cannot be."""
    currency = tx.scalars(select(Case.currency).where(Case.id == visit.case_id)).one()
    found = objections(told, visit.day, currency)
    if found:
        detail = "; ".join(f"{objection.fault.pointer}: {objection.fault.detail}" for objection in found)
        faults = tuple(objection.fault for objection in found)
        raise Invalid(found[0].reason, detail, action="Correct the named places and put them again.", faults=faults)


def keep_findings(
    tx: Session, actor: Actor, visit: Visit, told: ToldFindings, correction: str | None = None
) -> Findings:
    """Keep checked findings of a locked visit beside the earlier ones."""
    current = current_findings(tx, visit)
    number = current.number + 1 if current else 1
    row = Findings(visit_id=visit.id, number=number, body=dict(told.body), actor=actor.subject, correction=correction)
    tx.add(row)
    visit.revision += 1
    audit.record(
        tx, actor, "visit.findings_put", f"visit:{visit.id}", {"number": number, "corrected": correction is not None}
    )
    tx.flush()
    return row


# ---- the door token


def permission_of(visit: Visit, at: datetime) -> DoorPermission:
    """The permission to knock as planned, or from now on when the planned time is over."""
    not_before_at, expires_at = door_token.permitted_around(visit.start_at)
    team = tuple(UUID(member) for member in visit.investigator_ids)
    planned = DoorPermission(visit.id, visit.case_id, team, not_before_at, expires_at)
    if at <= expires_at:
        return planned
    return replace(planned, not_before_at=at - CLOCK_LEEWAY, expires_at=at + door_token.TOLERANCE)


def standing_permission(
    tx: Session, visit: Visit, cases: Sequence[Case], at: datetime
) -> tuple[Ruling | None, DoorPermission | None]:
    """What the contact rules say of a visit that is still to come, and the permission when they say yes.

    Nothing is asked for a visit that somebody arrived at or whose time is over.
    """
    permission = permission_of(visit, visit.start_at)
    if visit.state not in NOT_ARRIVED or at > permission.expires_at:
        return None, None
    ruling = ruling_at_the_door(tx, visit, cases, max(at, visit.start_at))
    return ruling, replace(permission, duties=duties_of(ruling)) if ruling.allowed else None


def duties_of(ruling: Ruling) -> tuple[str, ...]:
    """The rules that say yes on a condition, each once."""
    return tuple(dict.fromkeys(answer.rule for answer in ruling.answers if answer.duty is not None))


def renew_permission(tx: Session, actor: Actor, visit: Visit, papers: Papers) -> DoorPermission:
    """A fresh permission after the contact rules were asked again; raises Refused when they say no."""
    if visit.state not in NOT_ARRIVED:
        raise Conflict("VISIT_STATE", f"a visit that is {visit.state} needs no door token", action=READ_AGAIN)
    at = now()
    ruling = ruling_at_the_door(tx, visit, lock_cases(tx, visit), max(at, visit.start_at), papers=papers)
    refuse_denied(ruling)
    permission = replace(permission_of(visit, at), duties=duties_of(ruling))
    detail = {"expires_at": permission.expires_at.isoformat()}
    audit.record(tx, actor, "visit.door_token_given", f"visit:{visit.id}", detail)
    return permission
