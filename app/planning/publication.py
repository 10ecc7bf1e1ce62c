"""Publishing: a ready plan becomes the plan of its days, after the contact rules were asked again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app.compliance.composition import ask
from app.compliance.ruling import Ruling
from app.compliance.situation import Contact, Facts, Team
from app.contact.facts import facts_of
from app.contact.models import Notice
from app.contact.rulings import situation_of
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Refused
from app.planning.gathering import planned_contacts
from app.planning.models import Booking, Plan, PlanRoute, PlanStop
from app.planning.policy import CERTIFIED
from app.planning.roster import skills_on
from app.planning.terms import CASE_PUBLISHED, CASE_UNPLANNED, NOTICE_DUE, PLAN_PUBLISHED, PlanState
from app.runtime import audit, jobs
from app.runtime.clock import now
from app.runtime.database import Json, locking
from app.runtime.rulings import ruling_json
from app.workforce.contact_profiles import profiles_of
from app.workforce.models import Investigator, Region

PUBLISHABLE = frozenset({CaseStatus.ASSIGNED, CaseStatus.PLANNED, CaseStatus.PUBLISHED})


@dataclass(frozen=True)
class _Ruled:
    stop: PlanStop
    route: PlanRoute
    cases: tuple[Case, ...]
    ruling: Ruling
    obstacle: str | None

    @property
    def stays(self) -> bool:
        return self.obstacle is None and self.ruling.allowed


def publish_plan(tx: Session, actor: Actor, plan: Plan) -> Plan:
    """Publish a ready plan; the plans it replaces are superseded in the same transaction.

    A stop whose ruling has turned to no, or whose case has moved on, is left out and listed in `left_out`.
    Raises Conflict for a plan that is not ready, and when somebody would have to be in two places at once.
    """
    if plan.state == PlanState.PUBLISHED:
        return plan
    if plan.state != PlanState.READY:
        detail = f"a plan that is {plan.state} cannot be published"
        raise Conflict("PLAN_STATE", detail, action="Wait until it is ready.")
    tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))"), {"name": f"publish:{plan.region}"})
    region = tx.scalars(select(Region).where(Region.code == plan.region)).one()
    superseded = _supersede(tx, actor, plan)
    ruled = _rule_all(tx, plan, region)
    staying = [entry for entry in ruled if entry.stays]
    if not staying:
        raise Refused("NOTHING_TO_PUBLISH", "no stop of the plan may be published any more", action="Plan again.")
    for entry in staying:
        _publish_stop(tx, actor, plan, entry, region)
    _release(tx, actor, plan, superseded, {case.id for entry in staying for case in entry.cases})
    plan.left_out = [_left_out(entry) for entry in ruled if not entry.stays]
    plan.state, plan.published_at = PlanState.PUBLISHED.value, now()
    plan.revision += 1
    _flush_bookings(tx)
    audit.record(tx, actor, PLAN_PUBLISHED, f"plan:{plan.id}", {"stops": len(staying), "left_out": len(plan.left_out)})
    jobs.defer(tx, PLAN_PUBLISHED, plan.id)
    return plan


def _supersede(tx: Session, actor: Actor, plan: Plan) -> list[UUID]:
    """Take back the bookings of older plans on these days that nobody has departed for; returns their visits' cases."""
    last_on = plan.first_on + timedelta(days=plan.days - 1)
    older = tx.scalars(
        select(Plan)
        .where(Plan.region == plan.region, Plan.state == PlanState.PUBLISHED, Plan.id != plan.id)
        .where(Plan.first_on <= last_on)
        .options(selectinload(Plan.routes).selectinload(PlanRoute.stops))
        .with_for_update(of=Plan)
    ).all()
    freed: list[UUID] = []
    for other in older:
        replaced = [route for route in other.routes if plan.first_on <= route.day <= last_on]
        stops = [stop for route in replaced for stop in route.stops]
        waiting = _not_departed(tx, stops)
        tx.execute(delete(Booking).where(Booking.visit_id.in_([stop.visit_id for stop in waiting])))
        freed += [stop.case_id for stop in waiting] + [UUID(i) for stop in waiting for i in stop.also_case_ids]
        if replaced and len(replaced) == len(other.routes):
            other.state, other.superseded_by = PlanState.SUPERSEDED.value, plan.id
            other.revision += 1
            audit.record(tx, actor, "plan.superseded", f"plan:{other.id}", {"by": str(plan.id)})
    tx.flush()
    return freed


def _not_departed(tx: Session, stops: Sequence[PlanStop]) -> list[PlanStop]:
    """Stops whose case still is published: nobody is on the way."""
    ids = [stop.case_id for stop in stops]
    locked = tx.scalars(locking(select(Case).where(Case.id.in_(ids)).order_by(Case.id)))  # before their bookings
    waiting = {case.id for case in locked if case.state is CaseStatus.PUBLISHED}
    booked = set(tx.scalars(select(Booking.visit_id).where(Booking.visit_id.in_([stop.visit_id for stop in stops]))))
    return [stop for stop in stops if stop.case_id in waiting and stop.visit_id in booked]


def _rule_all(tx: Session, plan: Plan, region: Region) -> list[_Ruled]:
    routes = tx.scalars(
        select(PlanRoute)
        .where(PlanRoute.plan_id == plan.id)
        .options(selectinload(PlanRoute.stops))
        .order_by(PlanRoute.id)
    ).all()
    ids = {case_id for route in routes for stop in route.stops for case_id in _case_ids(stop)}
    cases = {c.id: c for c in tx.scalars(locking(select(Case).where(Case.id.in_(ids)).order_by(Case.id)))}
    people = {i for route in routes for i in route.investigator_ids}
    roster = {
        str(p.id): p for p in tx.scalars(select(Investigator).where(Investigator.id.in_([UUID(i) for i in people])))
    }
    facts = facts_of(tx, list(cases.values()))
    planned = planned_contacts(tx, list(cases.values()))
    ruled = []
    for route in routes:
        team = _team(route, roster)
        for stop in route.stops:
            group = tuple(cases[case_id] for case_id in _case_ids(stop))
            others = [c for case_id, c in planned.get(group[0].borrower_key, ()) if case_id not in ids]
            ruling = _rule(group[0], region, facts[group[0].id], stop, team, others)
            ruled.append(_Ruled(stop, route, group, ruling, _obstacle(tx, stop, group)))
    return ruled


def _case_ids(stop: PlanStop) -> list[UUID]:
    return [stop.case_id, *(UUID(case_id) for case_id in stop.also_case_ids)]


def _team(route: PlanRoute, roster: dict[str, Investigator]) -> Team:
    certified = tuple(CERTIFIED in skills_on(roster[person], route.day) for person in route.investigator_ids)
    return Team(staff=len(route.investigator_ids), certificates_valid=certified)


def _rule(case: Case, region: Region, facts: Facts, stop: PlanStop, team: Team, others: Sequence[Contact]) -> Ruling:
    seconds = int((stop.end_at - stop.start_at).total_seconds())
    situation = situation_of(
        case, region, facts, stop.start_at, seconds, team=team, planned=others, notify_from_at=now()
    )
    return ask(profiles_of(region), situation)


def _obstacle(tx: Session, stop: PlanStop, group: Sequence[Case]) -> str | None:
    """What else stands against the stop: its time has come, or its case has moved on or is published elsewhere."""
    if stop.start_at <= now():
        return "the planned start is past"
    moved = next((case for case in group if case.state not in PUBLISHABLE), None)
    if moved is not None:
        return f"the case is {moved.status} now"
    booked = select(Booking.visit_id).join(PlanStop, PlanStop.visit_id == Booking.visit_id)
    if tx.scalars(booked.where(PlanStop.case_id.in_([case.id for case in group])).limit(1)).first():
        return "another published plan visits the case"
    return None


def _publish_stop(tx: Session, actor: Actor, plan: Plan, entry: _Ruled, region: Region) -> None:
    stop = entry.stop
    stop.ruling = ruling_json(entry.ruling)
    for person in entry.route.investigator_ids:
        tx.add(
            Booking(visit_id=stop.visit_id, investigator_id=UUID(person), start_at=stop.arrival_at, end_at=stop.end_at)
        )
    detail = {"plan_id": str(plan.id), "visit_id": str(stop.visit_id)}
    for case in entry.cases:
        if case.state is CaseStatus.PUBLISHED:
            progress.note(tx, case, CASE_PUBLISHED, actor, detail)
            continue
        if case.state is CaseStatus.ASSIGNED:
            progress.move(tx, case, CaseStatus.PLANNED, "case.planned", actor, detail)
        progress.move(tx, case, CaseStatus.PUBLISHED, CASE_PUBLISHED, actor, detail)
    if any(profile.notice is not None for profile in profiles_of(region)):
        _announce(tx, actor, entry.cases[0], stop)


def _announce(tx: Session, actor: Actor, case: Case, stop: PlanStop) -> None:
    """The notice of the visit goes out now, through the lender's channels, which read it as an event of the case."""
    tx.add(Notice(case_id=case.id, borrower_key=case.borrower_key, visit_id=stop.visit_id, at=now(), channel="message"))
    progress.note(tx, case, NOTICE_DUE, actor, {"visit_id": str(stop.visit_id), "start_at": stop.start_at.isoformat()})


def _release(tx: Session, actor: Actor, plan: Plan, freed: Sequence[UUID], kept: set[UUID]) -> None:
    """Cases that an older plan visited and this one does not wait for the next plan."""
    ids = [case_id for case_id in freed if case_id not in kept]
    for case in tx.scalars(select(Case).where(Case.id.in_(ids), Case.status == CaseStatus.PUBLISHED)):
        progress.move(tx, case, CaseStatus.ASSIGNED, CASE_UNPLANNED, actor, {"plan_id": str(plan.id)})


def _left_out(entry: _Ruled) -> Json:
    denials = "; ".join(f"{answer.rule}: {answer.reason}" for answer in entry.ruling.refusals)
    return {
        "visit_id": str(entry.stop.visit_id),
        "case_id": str(entry.stop.case_id),
        "reason": "CONTACT_RULE" if entry.obstacle is None else "MOVED_ON",
        "detail": entry.obstacle or denials,
    }


def _flush_bookings(tx: Session) -> None:
    try:
        tx.flush()
    except IntegrityError as error:
        if "ex_bookings_one_place_at_a_time" in str(error.orig):
            raise Conflict(
                "DOUBLE_BOOKED",
                "an investigator of this plan is booked elsewhere at the same time",
                action="Plan again: the new plan sees the booking.",
            ) from error
        raise
