"""What account updates and doors told becomes the same records as what came by the API, each once.

The handler of `case.redress_told` asks for it, and so does every gate before it answers: whatever is on its way in the
queue counts already.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.local_days import local_day
from app.compliance.situation import BlockKind
from app.contact.models import AccountUpdate
from app.contact.terms import TELLS_OF_REDRESS
from app.contact.terms import AccountUpdateKind as K
from app.contact.versions import known
from app.intake.models import Case
from app.kernel.actor import SYSTEM
from app.redress.complaining import Resolution, ToldComplaint, close, open_complaint
from app.redress.models import Complaint, ReliefOffer
from app.redress.offering import ToldOffer, write_offer
from app.redress.queries import last_concluded_at, open_complaints, open_reviews, visits_to
from app.redress.reviewing import ToldHardship, open_review
from app.redress.signals import CRY, Signal, grounds_in, grounds_of, is_signal, newer, speaks_of_self_harm, text_of
from app.redress.terms import (
    Complainant,
    ComplaintChannel,
    ComplaintOutcome,
    ComplaintSubject,
    HardshipGround,
    OfferChannel,
)
from app.redress.visit_blocks import block_visits
from app.visits.models import DoorRecord, Findings, Visit
from app.visits.queries import current_findings, events_of
from app.visits.terms import ENDINGS
from app.workforce.zones import zone_of

_NO_WORDS = "told by the case system without words"
_ONE_DAY = timedelta(days=1)


def take_told(tx: Session, loans: Sequence[Case]) -> None:
    """Make records of all that was told of a borrower, whose loans are given and locked."""
    updates = _updates(tx, loans)
    visits = [told for visit in visits_to(tx, [loan.id for loan in loans]) if (told := _told_at_door(tx, visit))]
    _take_complaints(tx, loans, updates, visits)
    _take_offers(tx, loans, updates)
    signals = [*_signals_of_updates(updates), *_signals_of_visits(tx, visits), *_signals_of_complaints(tx, loans)]
    _take_signals(tx, loans, signals)


class _Door:
    """What a visit that is over brought: its findings, and when the phone told them."""

    def __init__(self, visit: Visit, findings: Findings, at: datetime, told_at: datetime) -> None:
        self.visit, self.findings, self.at, self.told_at = visit, findings, min(at, told_at), told_at

    @property
    def key(self) -> str:
        return f"visit:{self.visit.id}"

    @property
    def body(self) -> dict[str, Any]:
        return self.findings.body


def _updates(tx: Session, loans: Sequence[Case]) -> Sequence[AccountUpdate]:
    query = select(AccountUpdate).where(
        AccountUpdate.case_id.in_([loan.id for loan in loans]), AccountUpdate.kind.in_(TELLS_OF_REDRESS)
    )
    return tx.scalars(query.order_by(AccountUpdate.id)).all()


def _told_at_door(tx: Session, visit: Visit) -> _Door | None:
    ended = next((event for event in events_of(tx, visit) if event.kind in ENDINGS), None)
    findings = current_findings(tx, visit) if ended is not None else None
    if ended is None or findings is None or "complaint" not in findings.body:
        return None
    return _Door(visit, findings, ended.at, ended.received_at)


# ---- complaints


def _take_complaints(
    tx: Session, loans: Sequence[Case], updates: Sequence[AccountUpdate], visits: Sequence[_Door]
) -> None:
    taken = _known(tx, Complaint, loans)
    cases = {loan.id: loan for loan in loans}
    told = [
        *((row.case_id, _complaint_of_update(row)) for row in updates if row.kind == K.COMPLAINT_OPENED),
        *((door.visit.case_id, _complaint_of_door(door)) for door in visits if door.body["complaint"]),
    ]
    for case_id, complaint in told:
        if complaint.told_by not in taken:
            open_complaint(tx, SYSTEM, cases[case_id], complaint)
    _close_answered(tx, cases, [row for row in updates if row.kind == K.COMPLAINT_CLOSED])


def _complaint_of_update(row: AccountUpdate) -> ToldComplaint:
    return ToldComplaint(
        complainant=Complainant.BORROWER,
        channel=ComplaintChannel.CASE_SYSTEM,
        subject=ComplaintSubject.OTHER,
        text=row.detail or _NO_WORDS,
        received_at=min(row.at, row.made_at),
        told_by=_key(row),
        told_at=row.made_at,
        opened_by=row.actor,
    )


def _complaint_of_door(door: _Door) -> ToldComplaint:
    return ToldComplaint(
        complainant=Complainant.BORROWER if door.body["met"] == "borrower" else Complainant.HOUSEHOLD,
        channel=ComplaintChannel.DOOR,
        subject=ComplaintSubject.OTHER,
        text=door.body["complaint"],
        received_at=door.at,
        visit_id=door.visit.id,
        told_by=door.key,
        told_at=door.told_at,
        opened_by=door.findings.actor,
    )


def _close_answered(tx: Session, cases: dict[UUID, Case], closing: Sequence[AccountUpdate]) -> None:
    """The case system closes what it told of before, and what was voiced at the door before; no other complaint.

    Its update has ended the block: where complaints are left, it comes back.
    """
    for row in open_complaints(tx, next(iter(cases.values())).borrower_key):
        later = next((update for update in closing if update.made_at > row.told_at), None)
        if row.told_by is not None and later is not None:
            answered = Resolution(ComplaintOutcome.ANSWERED_ELSEWHERE, later.detail or _NO_WORDS, None)
            close(tx, SYSTEM, cases[row.case_id], row, answered, later.actor)
        else:
            block_visits(tx, SYSTEM, cases[row.case_id], BlockKind.COMPLAINT_OPEN)


# ---- offers


def _take_offers(tx: Session, loans: Sequence[Case], updates: Sequence[AccountUpdate]) -> None:
    taken, cases = _known(tx, ReliefOffer, loans), {loan.id: loan for loan in loans}
    for row in updates:
        if row.kind == K.RELIEF_OFFERED and _key(row) not in taken:
            case = cases[row.case_id]
            write_offer(tx, SYSTEM, case, _offer_of(row, zone_of(tx, case.region)))


def _offer_of(row: AccountUpdate, zone: str) -> ToldOffer:
    last_on = row.until_on and max(row.until_on - _ONE_DAY, local_day(min(row.at, row.made_at), zone))
    return ToldOffer(
        kind=None,
        terms=row.detail or _NO_WORDS,
        offered_at=min(row.at, row.made_at),
        channel=OfferChannel.CASE_SYSTEM,
        valid_until_on=last_on,
        told_by=_key(row),
        offered_by=row.actor,
    )


# ---- signs of vulnerability


def _signals_of_updates(updates: Sequence[AccountUpdate]) -> Iterator[Signal]:
    for row in updates:
        if row.kind == K.VULNERABILITY:
            text = row.detail or _NO_WORDS
            yield Signal(_key(row), row.case_id, row.made_at, row.actor, text, grounds_in(text))


def _signals_of_visits(tx: Session, visits: Sequence[_Door]) -> Iterator[Signal]:
    for door in visits:
        if is_signal(door.visit.outcome, door.body):
            text, grounds = text_of(door.visit.outcome, door.body), grounds_of(door.body)
            yield Signal(door.key, door.visit.case_id, door.told_at, door.findings.actor, text, grounds)
        else:
            yield from _signals_of_door_rulings(tx, door.visit)


def _signals_of_complaints(tx: Session, loans: Sequence[Case]) -> Iterator[Signal]:
    """A cry for help in a complaint; what a door told is known from the door."""
    query = select(Complaint).where(Complaint.borrower_key == loans[0].borrower_key, known(Complaint, None))
    for row in tx.scalars(query.order_by(Complaint.record_id)):
        if speaks_of_self_harm(row.text) and not (row.told_by or "").startswith("visit:"):
            key = f"complaint:{row.record_id}"
            yield Signal(key, row.case_id, row.told_at, row.opened_by, CRY, (HardshipGround.SELF_HARM_WORDS,))


def _signals_of_door_rulings(tx: Session, visit: Visit) -> Iterator[Signal]:
    kind = BlockKind.VULNERABLE_SUSPECTED.value
    query = select(DoorRecord).where(DoorRecord.visit_id == visit.id, DoorRecord.ruling["blocks"].contains([kind]))
    for row in tx.scalars(query.order_by(DoorRecord.id)):
        text = f"noticed at the door: {', '.join(row.signs)}"
        yield Signal(f"door_ruling:{row.id}", visit.case_id, row.made_at, row.actor, text)


def _take_signals(tx: Session, loans: Sequence[Case], signals: Sequence[Signal]) -> None:
    """One review looks into all that was told since the last one; while one is open no other is opened."""
    borrower = loans[0].borrower_key
    fresh = newer(signals, last_concluded_at(tx, borrower))
    if not fresh or open_reviews(tx, borrower):
        return
    first = fresh[0]
    told = ToldHardship(
        grounds=[ground for signal in fresh for ground in signal.grounds],
        text="; ".join(signal.text for signal in fresh),
        opened_at=first.told_at,
        told_by=first.key,
        opened_by=first.told_by,
    )
    open_review(tx, SYSTEM, next(loan for loan in loans if loan.id == first.case_id), told)


def _key(row: AccountUpdate) -> str:
    return f"account_update:{row.id}"


def _known(tx: Session, model: type[Complaint] | type[ReliefOffer], loans: Sequence[Case]) -> set[str | None]:
    borrower = loans[0].borrower_key
    return set(tx.scalars(select(model.told_by).where(model.borrower_key == borrower, model.told_by.is_not(None))))
