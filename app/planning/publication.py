"""Publishing: a ready plan becomes the plan of its days, after the contact rules were asked again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app.compliance.composition import ask
from app.compliance.local_days import day_start
from app.compliance.profile import Profile
from app.compliance.ruling import Ruling, combine
from app.compliance.situation import Contact, Facts, Team
from app.contact.facts import facts_of
from app.contact.models import Notice
from app.contact.rulings import situation_of
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Refused
from app.kernel.timewindow import TimeWindow
from app.planning.gathering import at_one_door, is_reconsidered
from app.planning.ledger import planned_contacts, siblings_of
from app.planning.models import Booking, Plan, PlanRoute, PlanStop
from app.planning.obstacles import obstacle_of
from app.planning.policy import CERTIFIED
from app.planning.roster import skills_on
from app.planning.standing import Standing, cases_of, standing_for
from app.planning.terms import CASE_PLANNED, CASE_PUBLISHED, CASE_UNPLANNED, NOTICE_DUE, PLAN_PUBLISHED, PlanState
from app.runtime import audit, jobs
from app.runtime.clock import now
from app.runtime.database import Json, locking
from app.runtime.rulings import ruling_json
from app.workforce.contact_profiles import profile_book
from app.workforce.models import Investigator, Region

MOST_DAYS = 5


@dataclass(frozen=True)
class Ruled:
    """A stop with everything that was asked about it."""

    stop: PlanStop
    route: PlanRoute
    cases: tuple[Case, ...]
    asks_for_notice: bool
    ruling: Ruling
    obstacle: str | None

    @property
    def stays(self) -> bool:
        """Whether it is published."""
        return self.obstacle is None and self.ruling.allowed


def publish_plan(tx: Session, actor: Actor, plan: Plan) -> Plan:
    """Publish a ready plan; the plans it replaces are superseded in the same transaction.

    A stop whose ruling has turned to no, or whose case or crew has changed, is left out and listed in `left_out`.
    Raises Conflict for a plan that is not ready, and when somebody would have to be in two places at once.
    """
    if plan.state == PlanState.PUBLISHED:
        return plan
    if plan.state != PlanState.READY:
        detail = f"a plan that is {plan.state} cannot be published"
        raise Conflict("PLAN_STATE", detail, action="Wait until it is ready.")
    tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))"), {"name": f"publish:{plan.region}"})
    region = tx.scalars(select(Region).where(Region.code == plan.region)).one()
    routes = _routes(tx, plan)
    older = _older_plans(tx, plan)
    cases = _lock_cases(tx, [*routes, *(route for other in older for route in _on_days(other, plan))])
    freed = _supersede(tx, actor, plan, older, region)
    ruled = _rule_all(tx, routes, cases, region)
    staying = [entry for entry in ruled if entry.stays]
    if not staying:
        raise Refused("NOTHING_TO_PUBLISH", "no stop of the plan may be published any more", action="Plan again.")
    _book(tx, staying)
    for entry in staying:
        _publish_stop(tx, actor, plan, entry)
    _release(tx, actor, plan, [cases[i] for i in freed], {case.id for entry in staying for case in entry.cases})
    plan.left_out = [_left_out(entry) for entry in ruled if not entry.stays]
    plan.state, plan.published_at = PlanState.PUBLISHED.value, now()
    plan.revision += 1
    audit.record(tx, actor, PLAN_PUBLISHED, f"plan:{plan.id}", {"stops": len(staying), "left_out": len(plan.left_out)})
    jobs.defer(tx, PLAN_PUBLISHED, plan.id)
    return plan


def _routes(tx: Session, plan: Plan) -> Sequence[PlanRoute]:
    query = select(PlanRoute).where(PlanRoute.plan_id == plan.id).order_by(PlanRoute.id)
    return tx.scalars(query.options(selectinload(PlanRoute.stops))).all()


def _last_day(plan: Plan) -> date:
    return plan.first_on + timedelta(days=plan.days - 1)


def _older_plans(tx: Session, plan: Plan) -> Sequence[Plan]:
    """The published plans of the region that may share a day with this one."""
    query = (
        select(Plan)
        .where(Plan.region == plan.region, Plan.state == PlanState.PUBLISHED, Plan.id != plan.id)
        .where(Plan.first_on <= _last_day(plan), Plan.first_on > plan.first_on - timedelta(days=MOST_DAYS))
        .options(selectinload(Plan.routes).selectinload(PlanRoute.stops))
        .order_by(Plan.id)
    )
    return [other for other in tx.scalars(query.with_for_update(of=Plan)) if plan.first_on <= _last_day(other)]


def _on_days(other: Plan, plan: Plan) -> list[PlanRoute]:
    return [route for route in other.routes if plan.first_on <= route.day <= _last_day(plan)]


def _lock_cases(tx: Session, routes: Iterable[PlanRoute]) -> dict[UUID, Case]:
    """All cases that the publication concerns, locked in one order before anything else of theirs is touched."""
    ids = {case_id for route in routes for stop in route.stops for case_id in cases_of(stop)}
    locked = tx.scalars(locking(select(Case).where(Case.id.in_(ids)).order_by(Case.id)))
    return {case.id: case for case in locked}


def _supersede(tx: Session, actor: Actor, plan: Plan, older: Sequence[Plan], region: Region) -> list[UUID]:
    """Free the time of standing visits on these days that nobody has set out for; returns their cases."""
    replaced = [route for other in older for route in _on_days(other, plan)]
    standing = standing_for(tx, {case_id for r in replaced for stop in r.stops for case_id in cases_of(stop)})
    horizon = _horizon(plan, region)
    given_up = [visit for visit in standing if is_reconsidered(visit, region, horizon)]
    tx.execute(delete(Booking).where(Booking.visit_id.in_([visit.visit_id for visit in given_up])))
    for other in older:
        if len(_on_days(other, plan)) == len(other.routes) and other.routes:
            other.state, other.superseded_by = PlanState.SUPERSEDED.value, plan.id
            other.revision += 1
            audit.record(tx, actor, "plan.superseded", f"plan:{other.id}", {"by": str(plan.id)})
    tx.flush()
    return [case_id for visit in given_up for case_id in visit.case_ids]


def _horizon(plan: Plan, region: Region) -> TimeWindow:
    return TimeWindow(
        day_start(plan.first_on, region.time_zone),
        day_start(plan.first_on + timedelta(days=plan.days), region.time_zone),
    )


def _rule_all(tx: Session, routes: Sequence[PlanRoute], cases: dict[UUID, Case], region: Region) -> list[Ruled]:
    """Ask the rules and look at the people again, with all that is known now."""
    own = [cases[case_id] for route in routes for stop in route.stops for case_id in cases_of(stop)]
    people = _people(tx, routes)
    facts, book = facts_of(tx, own), profile_book(tx)
    siblings = siblings_of(tx, {case.borrower_key for case in own})
    standing = standing_for(tx, siblings)
    planned = planned_contacts(standing, siblings)
    ruled = []
    for route in routes:
        crew = [people[person] for person in route.investigator_ids]
        team = Team(len(crew), tuple(CERTIFIED in skills_on(person, route.day) for person in crew))
        for stop in route.stops:
            group = tuple(cases[case_id] for case_id in cases_of(stop))
            profiles = [book.of(region, route.day, case.lender) for case in group]
            ruling = _rule(group, region, profiles, facts, stop, team, planned.get(group[0].borrower_key, ()))
            obstacle = obstacle_of(stop, group, crew, _elsewhere(standing, group))
            announced = any(profile.notice is not None for own in profiles for profile in own)
            ruled.append(Ruled(stop, route, group, announced, ruling, obstacle))
    return ruled


def _people(tx: Session, routes: Sequence[PlanRoute]) -> dict[str, Investigator]:
    ids = {UUID(person) for route in routes for person in route.investigator_ids}
    query = select(Investigator).where(Investigator.id.in_(ids)).execution_options(populate_existing=True)
    loaded = query.options(selectinload(Investigator.certificates), selectinload(Investigator.absences))
    return {str(person.id): person for person in tx.scalars(loaded)}


def _elsewhere(standing: Sequence[Standing], group: Sequence[Case]) -> bool:
    ids = {case.id for case in group}
    return any(ids.intersection(visit.case_ids) for visit in standing)


def _rule(
    group: Sequence[Case],
    region: Region,
    profiles: Sequence[tuple[Profile, ...]],
    facts: dict[UUID, Facts],
    stop: PlanStop,
    team: Team,
    planned: Sequence[Contact],
) -> Ruling:
    seconds, at = int((stop.end_at - stop.start_at).total_seconds()), now()
    situations = [
        situation_of(
            case, region, facts[case.id], stop.start_at, seconds, team=team, planned=planned, notify_from_at=at
        )
        for case in group
    ]
    asked = zip(profiles, at_one_door(situations), strict=True)
    return combine(ask(own, situation) for own, situation in asked)


def _book(tx: Session, staying: Sequence[Ruled]) -> None:
    """Take the time of everybody before anything else is written, so that the database can say no."""
    for entry in staying:
        for person in entry.route.investigator_ids:
            stop = entry.stop
            window = {"start_at": stop.arrival_at, "end_at": stop.end_at}
            tx.add(Booking(visit_id=stop.visit_id, investigator_id=UUID(person), **window))
    try:
        tx.flush()
    except IntegrityError as error:
        if "ex_bookings_one_place_at_a_time" not in str(error.orig):
            raise
        raise Conflict(
            "DOUBLE_BOOKED",
            "an investigator of this plan is booked elsewhere at the same time",
            action="Plan again: the new plan sees the booking.",
        ) from error


def _publish_stop(tx: Session, actor: Actor, plan: Plan, entry: Ruled) -> None:
    stop = entry.stop
    stop.ruling = ruling_json(entry.ruling)
    detail = {"plan_id": str(plan.id), "visit_id": str(stop.visit_id)}
    for case in entry.cases:
        if case.state is CaseStatus.PUBLISHED:
            progress.note(tx, case, CASE_PUBLISHED, actor, detail)
            continue
        if case.state is CaseStatus.ASSIGNED:
            progress.move(tx, case, CaseStatus.PLANNED, CASE_PLANNED, actor, detail)
        progress.move(tx, case, CaseStatus.PUBLISHED, CASE_PUBLISHED, actor, detail)
    if entry.asks_for_notice:
        _announce(tx, actor, entry.cases[0], stop)


def _announce(tx: Session, actor: Actor, case: Case, stop: PlanStop) -> None:
    """The notice of the visit goes out now, through the lender's channels, which read it as an event of the case."""
    notice = Notice(
        case_id=case.id, borrower_key=case.borrower_key, visit_id=stop.visit_id, at=now(), channel="message"
    )
    notice.actor = actor.subject
    tx.add(notice)
    progress.note(tx, case, NOTICE_DUE, actor, {"visit_id": str(stop.visit_id), "start_at": stop.start_at.isoformat()})


def _release(tx: Session, actor: Actor, plan: Plan, freed: Sequence[Case], kept: set[UUID]) -> None:
    """Cases that an older plan visited and this one does not wait for the next plan."""
    for case in freed:
        if case.id not in kept and case.state is CaseStatus.PUBLISHED:
            progress.move(tx, case, CaseStatus.ASSIGNED, CASE_UNPLANNED, actor, {"plan_id": str(plan.id)})


def _left_out(entry: Ruled) -> Json:
    denials = "; ".join(f"{answer.rule}: {answer.reason}" for answer in entry.ruling.refusals)
    return {
        "visit_id": str(entry.stop.visit_id),
        "case_id": str(entry.stop.case_id),
        "reason": "CONTACT_RULE" if entry.obstacle is None else "MOVED_ON",
        "detail": entry.obstacle or denials,
    }
