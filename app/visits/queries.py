"""Reads of visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.kernel.actor import Actor
from app.planning.models import Plan, PlanRoute
from app.planning.terms import PlanState
from app.visits.models import Findings, Visit, VisitEvent
from app.visits.terms import VisitState
from app.visits.visibility import own_visits
from app.workforce.models import Investigator, Region
from app.workforce.zones import zone_of


@dataclass(frozen=True)
class DayRoute:
    """The visits of one investigator on one day, those recalled apart; `planned` says when to leave and to be back."""

    planned: PlanRoute | None
    visits: Sequence[Visit]
    recalled: Sequence[Visit]


def day_route(tx: Session, actor: Actor, day: date) -> DayRoute:
    """The route of the actor on a day; empty for somebody who is no investigator."""
    visits = tx.scalars(own_visits(actor).where(Visit.day == day).order_by(Visit.start_at, Visit.id)).all()
    planned = (
        select(PlanRoute)
        .join(Plan, Plan.id == PlanRoute.plan_id)
        .where(PlanRoute.day == day, PlanRoute.investigator_ids.contains([str(actor.investigator_id)]))
        .where(Plan.state == PlanState.PUBLISHED.value)
        .order_by(Plan.published_at.desc())
        .limit(1)
    )
    return DayRoute(
        planned=tx.scalars(planned).one_or_none(),
        visits=[visit for visit in visits if visit.state != VisitState.RECALLED],
        recalled=[visit for visit in visits if visit.state == VisitState.RECALLED],
    )


def zone_of_actor(tx: Session, actor: Actor) -> str:
    """The time zone in which an investigator works; UTC for somebody who is none."""
    zone = (
        select(Region.time_zone)
        .join(Investigator, Investigator.region == Region.code)
        .where(Investigator.id == actor.investigator_id)
    )
    return tx.scalars(zone).one_or_none() or "UTC"


def zone_of_visit(tx: Session, visit: Visit) -> str:
    """The time zone of a visit's region."""
    return zone_of(tx, visit.region)


def cases_of(tx: Session, visits: Sequence[Visit]) -> dict[UUID, Case]:
    """The cases of these visits by id."""
    ids = {case_id for visit in visits for case_id in visit.case_ids}
    return {case.id: case for case in tx.scalars(select(Case).where(Case.id.in_(ids)))}


def events_of(tx: Session, visit: Visit) -> Sequence[VisitEvent]:
    """What was told of a visit, in the order in which it happened."""
    query = select(VisitEvent).where(VisitEvent.visit_id == visit.id).order_by(VisitEvent.at, VisitEvent.id)
    return tx.scalars(query).all()


def current_findings(tx: Session, visit: Visit) -> Findings | None:
    """The findings that count: those put last."""
    query = select(Findings).where(Findings.visit_id == visit.id).order_by(Findings.number.desc()).limit(1)
    return tx.scalars(query).one_or_none()
