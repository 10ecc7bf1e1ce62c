"""What the phone tells of a visit: each event is kept once, and moves the visit on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.ruling import Ruling
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Refused
from app.planning.models import Booking
from app.runtime import audit
from app.runtime.clock import now
from app.runtime.database import Json
from app.runtime.rulings import ruling_json
from app.visits import door_token
from app.visits.arrival import NOTHING_TOLD, Papers, presence_begins_at, refuse_denied, ruling_at_the_door
from app.visits.closing import close_visit
from app.visits.findings import ToldFindings
from app.visits.lifecycle import advance
from app.visits.models import DoorRecord, Visit, VisitEvent
from app.visits.queries import current_findings, events_of
from app.visits.terms import EVENT_OF, Signal, VisitEventKind, VisitState
from app.visits.visited_cases import lock_cases

CLOCK_LEEWAY = timedelta(minutes=5)
# Where somebody is on the way is nobody's business: positions are kept at check-in and check-out only.
LOCATED = frozenset({VisitEventKind.ARRIVED, VisitEventKind.FINISHED, VisitEventKind.ABORTED})
READ_AGAIN = "Read the visit again; its events say what happened."


@dataclass(frozen=True)
class ToldEvent:
    """An event as the phone tells it."""

    client_event_id: UUID
    kind: VisitEventKind
    at: datetime
    position: Json | None
    door_token: str | None
    emergency_reason: str | None
    note: str | None
    papers: Papers = NOTHING_TOLD

    @property
    def content(self) -> tuple[str, datetime, str | None, str | None]:
        """What makes it this event and no other."""
        return self.kind.value, self.at, self.note, self.emergency_reason


def record_event(tx: Session, actor: Actor, visit: Visit, told: ToldEvent, key: Ed25519PrivateKey) -> bool:
    """Carry out an event on a locked visit, once for each client's id; False when it came before.

    Raises Conflict for an event that cannot happen now, Refused when the door token or the contact rules say no.
    """
    if _is_known(tx, visit, told):
        return False
    state = _advanced(visit, told)
    earlier = events_of(tx, visit)
    _refuse_backwards(earlier, told)
    cases = lock_cases(tx, visit)
    ruling = _permitted(tx, visit, cases, told, key)
    if told.kind is VisitEventKind.STARTED and not any(event.emergency for event in earlier):
        _refuse_to_stay(tx, visit)
        refuse_denied(ruling_at_the_door(tx, visit, cases, told.at, papers=told.papers))
    findings = _findings_for(tx, visit, told)
    visit.state = state.value
    visit.revision += 1
    _keep(tx, actor, visit, told, ruling)
    _follow(tx, actor, visit, cases, told)
    if told.kind in (VisitEventKind.FINISHED, VisitEventKind.ABORTED):
        arrived_at = next((event.at for event in earlier if event.kind == VisitEventKind.ARRIVED), None)
        close_visit(tx, actor, visit, cases, findings, arrived_at)
    return True


def _is_known(tx: Session, visit: Visit, told: ToldEvent) -> bool:
    known = tx.scalars(
        select(VisitEvent).where(VisitEvent.visit_id == visit.id, VisitEvent.client_event_id == told.client_event_id)
    ).one_or_none()
    if known is not None and (known.kind, known.at, known.note, known.emergency) != told.content:
        raise Conflict(
            "CLIENT_ID_REUSED",
            f"this client_event_id came before, as {known.kind} at {known.at.isoformat()}",
            action="Use a new client_event_id for a new event.",
        )
    return known is not None


def _signals(told: ToldEvent) -> list[str]:
    """What a person should look at: the phone's clock is taken at its word, nobody is punished by an automaton."""
    return [Signal.CLOCK_AHEAD.value] if told.at > now() + CLOCK_LEEWAY else []


def _advanced(visit: Visit, told: ToldEvent) -> VisitState:
    state = advance(VisitState(visit.state), told.kind)
    if state is None:
        raise Conflict("VISIT_STATE", f"a visit that is {visit.state} cannot be told {told.kind}", action=READ_AGAIN)
    return state


def _refuse_backwards(earlier: Sequence[VisitEvent], told: ToldEvent) -> None:
    """The phones of a crew need not agree to the second."""
    if earlier and told.at < earlier[-1].at - CLOCK_LEEWAY:
        detail = f"{earlier[-1].kind} was told for {earlier[-1].at.isoformat()}, {told.kind} cannot be before it"
        raise Conflict("EVENT_ORDER", detail, action=READ_AGAIN)


def _permitted(
    tx: Session, visit: Visit, cases: Sequence[Case], told: ToldEvent, key: Ed25519PrivateKey
) -> Ruling | None:
    """No token, no visit; and the rules are asked again. An emergency excuses both, and is recorded with the ruling.

    Who arrives early parks and climbs the stairs; `started` is asked about again.
    """
    if told.kind is not VisitEventKind.ARRIVED:
        return None
    ruling = ruling_at_the_door(tx, visit, cases, presence_begins_at(visit, told.at), papers=told.papers)
    if told.emergency_reason is not None:
        return ruling
    if told.door_token is None:
        raise Refused(
            "DOOR_TOKEN_MISSING",
            "nobody knocks without a door token",
            action="Send the token of the route, or an emergency_reason that is kept on record.",
        )
    door_token.verify(key.public_key(), told.door_token, visit.id, told.at)
    refuse_denied(ruling)
    return ruling


def _refuse_to_stay(tx: Session, visit: Visit) -> None:
    """Where a ruling at the door said to leave, the visit does not go on."""
    told_to_leave = DoorRecord.ruling["may_stay"].as_boolean().is_(False)
    if tx.scalars(select(DoorRecord.id).where(DoorRecord.visit_id == visit.id, told_to_leave).limit(1)).first():
        raise Conflict(
            "DOOR_RULING",
            "a ruling at this door said to leave",
            action="Leave, and tell `finished` with the outcome, or `aborted`.",
        )


def _findings_for(tx: Session, visit: Visit, told: ToldEvent) -> ToldFindings | None:
    row = current_findings(tx, visit)
    findings = ToldFindings.read(row.body) if row else None
    if told.kind is VisitEventKind.FINISHED and (findings is None or findings.outcome is None):
        raise Conflict(
            "FINDINGS_MISSING",
            "a visit is finished with findings that have an outcome",
            action="Put them with PUT /v1/visits/{id}/findings, then tell `finished`.",
        )
    return findings


def _keep(tx: Session, actor: Actor, visit: Visit, told: ToldEvent, ruling: Ruling | None) -> None:
    tx.add(
        VisitEvent(
            visit_id=visit.id,
            client_event_id=told.client_event_id,
            kind=told.kind.value,
            at=told.at,
            received_at=now(),
            actor=actor.subject,
            position=told.position if told.kind in LOCATED else None,
            note=told.note,
            ruling=ruling_json(ruling) if ruling else None,
            emergency=told.emergency_reason,
            papers=vars(told.papers),
            signals=_signals(told),
        )
    )
    if told.emergency_reason is not None:
        detail = {"reason": told.emergency_reason, "allowed": ruling.allowed if ruling else None}
        audit.record(tx, actor, "visit.emergency", f"visit:{visit.id}", detail)
    tx.flush()


def _follow(tx: Session, actor: Actor, visit: Visit, cases: Sequence[Case], told: ToldEvent) -> None:
    """Write the event into the history of the cases; the first one moves them."""
    event, detail = EVENT_OF[told.kind], {"visit_id": str(visit.id)}
    sets_out = told.kind in (VisitEventKind.DEPARTED, VisitEventKind.ARRIVED)
    if sets_out:
        _refuse_replaced(tx, visit)
    if sets_out and not any(case.state in (CaseStatus.PUBLISHED, CaseStatus.VISITING) for case in cases):
        raise Conflict("CASE_STATE", f"a case that is {cases[0].status} is not visited", action=READ_AGAIN)
    for case in cases:
        if sets_out and case.state is CaseStatus.PUBLISHED:
            progress.move(tx, case, CaseStatus.VISITING, event, actor, detail)
        else:
            progress.note(tx, case, event, actor, detail)


def _refuse_replaced(tx: Session, visit: Visit) -> None:
    """Nobody sets out for a visit whose time a newer plan gave away, though its recall may still be on its way."""
    if tx.scalars(select(Booking.visit_id).where(Booking.visit_id == visit.id).limit(1)).first() is None:
        raise Conflict(
            "VISIT_REPLACED",
            "a newer plan has given this visit's time to another",
            action="Read the route again; it shows the visits that count.",
        )
