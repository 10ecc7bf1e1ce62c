"""Reads of redress: the limits that hold for a case, who was sent to its borrower, and what is late."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.compliance.local_days import local_day
from app.contact.versions import known
from app.intake.models import Case
from app.redress.clocks import ClockPolicy, policy_on
from app.redress.handling import Concerned
from app.redress.models import Complaint, HardshipReview, ReliefOffer
from app.redress.terms import ComplaintState, OfferState, ReviewState
from app.runtime.clock import today
from app.visits.models import Visit
from app.workforce.models import Region
from app.workforce.zones import WITHOUT_REGION, zone_of, zones_of_regions

Due = InstrumentedAttribute[date] | InstrumentedAttribute[date | None]
Owed = TypeVar("Owed", Complaint, HardshipReview)


def clocks_of(tx: Session, case: Case, at: datetime) -> tuple[ClockPolicy, str]:
    """The limits that hold for what comes in about a case at the instant, and the zone whose days count."""
    zone = zone_of(tx, case.region)
    profiles = tx.scalars(select(Region.profiles).where(Region.code == case.region)).one_or_none() or []
    return policy_on(profiles, local_day(at, zone)), zone


def visits_to(tx: Session, case_ids: Collection[UUID]) -> Sequence[Visit]:
    """All visits that were ever for one of the cases."""
    also = (Visit.also_case_ids.contains([str(case_id)]) for case_id in case_ids)
    return tx.scalars(select(Visit).where(or_(Visit.case_id.in_(case_ids), *also)).order_by(Visit.id)).all()


def was_to_borrower(tx: Session, visit_id: UUID, borrower_key: str) -> bool:
    """Whether there is such a visit, for a loan of the borrower."""
    visit = tx.get(Visit, visit_id)
    if visit is None:
        return False
    query = select(Case.id).where(Case.id.in_(visit.case_ids), Case.borrower_key == borrower_key)
    return tx.scalars(query.limit(1)).first() is not None


def concerned_in(tx: Session, complaint: Complaint) -> Concerned:
    """Who may not handle a complaint: the person it is about, and everybody who was sent to its borrower."""
    loans = tx.scalars(select(Case.id).where(Case.borrower_key == complaint.borrower_key)).all()
    sent = {UUID(person) for visit in visits_to(tx, loans) for person in visit.investigator_ids}
    about = {complaint.about_investigator_id} if complaint.about_investigator_id is not None else set()
    return Concerned(complaint.about_subject, frozenset(sent | about))


def open_complaints(tx: Session, borrower_key: str) -> Sequence[Complaint]:
    """The complaints of a borrower that wait for their answer, oldest first."""
    return _owed(tx, Complaint, borrower_key, Complaint.state != ComplaintState.RESOLVED.value)


def open_reviews(tx: Session, borrower_key: str) -> Sequence[HardshipReview]:
    """The hardship reviews of a borrower that are not concluded, oldest first."""
    return _owed(tx, HardshipReview, borrower_key, HardshipReview.state == ReviewState.OPEN.value)


def _owed(tx: Session, model: type[Owed], borrower_key: str, condition: ColumnElement[bool]) -> Sequence[Owed]:
    query = select(model).where(model.borrower_key == borrower_key, known(model, None), condition)
    return tx.scalars(query.order_by(model.record_id)).all()


def last_concluded_at(tx: Session, borrower_key: str) -> datetime | None:
    """When the borrower's last hardship review was concluded."""
    query = select(HardshipReview.concluded_at).where(
        HardshipReview.borrower_key == borrower_key,
        HardshipReview.concluded_at.is_not(None),
        known(HardshipReview, None),
    )
    return tx.scalars(query.order_by(HardshipReview.concluded_at.desc()).limit(1)).one_or_none()


# ---- what is late


def complaint_is_overdue(tx: Session) -> ColumnElement[bool]:
    """Complaints, joined with their cases, that are late with their acknowledgement or their answer."""
    unacknowledged = and_(Complaint.state == ComplaintState.OPEN.value, _is_over(tx, Complaint.acknowledge_due_on))
    unanswered = and_(Complaint.state != ComplaintState.RESOLVED.value, _is_over(tx, Complaint.resolve_due_on))
    return or_(unacknowledged, unanswered)


def review_is_overdue(tx: Session) -> ColumnElement[bool]:
    """Hardship reviews, joined with their cases, that should have been concluded."""
    return and_(HardshipReview.state == ReviewState.OPEN.value, _is_over(tx, HardshipReview.due_on))


def offer_stands(tx: Session, state: OfferState) -> ColumnElement[bool]:
    """Offers, joined with their cases, that stand so today."""
    if state is OfferState.ENDED:
        return ReliefOffer.ending.is_not(None)
    if state in (OfferState.ACCEPTED, OfferState.DECLINED):
        return and_(ReliefOffer.response == state.value, ReliefOffer.ending.is_(None))
    if state is OfferState.PLANNED:
        return ReliefOffer.offered_at.is_(None)
    has_ended = and_(ReliefOffer.valid_until_on.is_not(None), _is_over(tx, ReliefOffer.valid_until_on))
    unanswered = and_(ReliefOffer.response.is_(None), ReliefOffer.offered_at.is_not(None))
    return and_(unanswered, has_ended if state is OfferState.LAPSED else not_(has_ended))


def _is_over(tx: Session, due: Due) -> ColumnElement[bool]:
    """Whether the due day has passed where the case lies: it is not the same day everywhere."""
    regions: dict[date, list[str]] = defaultdict(list)
    for code, zone in zones_of_regions(tx).items():
        regions[today(zone)].append(code)
    conditions: list[ColumnElement[Any]] = [and_(Case.region.in_(codes), due < on) for on, codes in regions.items()]
    return or_(*conditions, and_(Case.region.is_(None), due < today(WITHOUT_REGION)))
