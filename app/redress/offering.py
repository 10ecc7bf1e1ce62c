"""Use cases of relief offers: written down, put to the borrower, and answered.

The loans of the borrower are locked by whoever calls; what changes an offer is given its present version.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.compliance.local_days import local_day
from app.contact.versions import supersede
from app.intake import progress
from app.intake.models import Case
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Fault, Invalid
from app.redress.clocks import offer_state
from app.redress.models import ReliefOffer
from app.redress.terms import (
    RELIEF_ANSWERED,
    RELIEF_DELIVERED,
    RELIEF_ENDED,
    RELIEF_RECORDED,
    OfferChannel,
    OfferEnding,
    OfferResponse,
    OfferState,
)
from app.runtime.clock import now, today
from app.runtime.database import Json
from app.visits.terms import ComponentKind
from app.workforce.zones import zone_of

READ_AGAIN = "Read the offer again; it says where it stands."


@dataclass(frozen=True)
class ToldOffer:
    """Relief that is, or is to be, offered for a loan; without `offered_at` nobody has told the borrower yet."""

    kind: ComponentKind | None
    terms: str
    offered_at: datetime | None = None
    channel: OfferChannel | None = None
    valid_until_on: date | None = None
    told_by: str | None = None
    offered_by: str | None = None
    decision_id: UUID | None = None
    report_id: UUID | None = None
    option: str | None = None


def write_offer(tx: Session, actor: Actor, case: Case, told: ToldOffer) -> ReliefOffer:
    """Write an offer of relief down; raises Invalid for one that ends before it is made."""
    if told.offered_at is not None:
        _check_end(told.valid_until_on, told.offered_at, zone_of(tx, case.region))
    row = ReliefOffer(
        case_id=case.id,
        borrower_key=case.borrower_key,
        told_by=told.told_by,
        kind=told.kind.value if told.kind else None,
        terms=told.terms,
        offered_at=told.offered_at,
        channel=told.channel.value if told.channel else None,
        offered_by=told.offered_by or actor.subject,
        valid_until_on=told.valid_until_on,
        decision_id=told.decision_id,
        report_id=told.report_id,
        option=told.option,
        actor=actor.subject,
    )
    tx.add(row)
    tx.flush()
    progress.note(tx, case, RELIEF_RECORDED, actor, _named(row))
    return row


def deliver(
    tx: Session, actor: Actor, case: Case, row: ReliefOffer, at: datetime, channel: OfferChannel
) -> ReliefOffer:
    """Note that a planned offer was put to the borrower: from then on it counts.

    Raises Conflict for one that was put already, Invalid for an instant after its last day, or before the decision that
    offers it.
    """
    if row.offered_at is not None:
        detail = f"it was put to the borrower at {row.offered_at.isoformat()}, by {row.channel}"
        raise Conflict("OFFER_DELIVERED", detail, action=READ_AGAIN)
    if row.decision_id is not None and at < row.made_at:
        detail = f"it was decided at {row.made_at.isoformat()} and cannot have been put to the borrower before"
        action = "Send when it was really put to him; what was offered before is an offer of its own."
        raise Invalid("OFFER_TOO_EARLY", detail, action=action, faults=(Fault("/at", detail),))
    _check_end(row.valid_until_on, at, zone_of(tx, case.region))
    row = supersede(tx, actor, row, offered_at=at, channel=channel.value)
    progress.note(tx, case, RELIEF_DELIVERED, actor, _named(row))
    return row


def respond(
    tx: Session, actor: Actor, case: Case, row: ReliefOffer, response: OfferResponse, note: str | None
) -> ReliefOffer:
    """Note what the borrower says to an offer; raises Conflict unless it is open: put to him, unanswered, and valid."""
    state = state_of(row, today(zone_of(tx, case.region)))
    if state is not OfferState.OPEN:
        detail = f"only an open offer is answered; this one is {state}"
        raise Conflict("OFFER_STATE", detail, action=READ_AGAIN)
    row = supersede(tx, actor, row, response=response.value, responded_at=now(), note=note)
    progress.note(tx, case, RELIEF_ANSWERED, actor, _named(row) | {"response": row.response})
    return row


def end(tx: Session, actor: Actor, case: Case, row: ReliefOffer, ending: OfferEnding, note: str | None) -> ReliefOffer:
    """Note that relief which the borrower accepted is over, and how; raises Conflict unless it is accepted."""
    state = state_of(row, today(zone_of(tx, case.region)))
    if state is not OfferState.ACCEPTED:
        detail = f"only an accepted offer comes to an end; this one is {state}"
        raise Conflict("OFFER_STATE", detail, action=READ_AGAIN)
    row = supersede(tx, actor, row, ending=ending.value, ended_at=now(), note=note or row.note)
    progress.note(tx, case, RELIEF_ENDED, actor, _named(row) | {"ending": row.ending})
    return row


def state_of(row: ReliefOffer, on: date) -> OfferState:
    """Where the offer stands on the day."""
    response = OfferResponse(row.response) if row.response is not None else None
    return offer_state(response, row.offered_at, row.valid_until_on, on, ended=row.ending is not None)


def _check_end(valid_until_on: date | None, offered_at: datetime, zone: str) -> None:
    on = local_day(offered_at, zone)
    if valid_until_on is not None and valid_until_on < on:
        detail = f"the last day to accept it is {valid_until_on}, before it is offered on {on}"
        action = "Offer it in time, or with a later last day."
        raise Invalid("OFFER_ENDS_EARLY", detail, action=action, faults=(Fault("/valid_until_on", detail),))


def _named(row: ReliefOffer) -> Json:
    return {"offer_id": str(row.record_id), "version": row.revision, "kind": row.kind}
