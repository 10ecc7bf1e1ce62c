"""Use cases of complaints: opened, acknowledged, extended and answered; every change is a new version.

The loans of the borrower are locked by whoever calls, so a decision on them sees a complaint or comes before it.
What changes a complaint is given its present version, which the caller keeps from others (`versions.to_change`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.compliance.situation import BlockKind
from app.contact.terms import REDRESS_TOLD
from app.contact.versions import supersede
from app.intake import progress
from app.intake.models import Case
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Fault, Forbidden, Invalid
from app.redress.clocks import acknowledge_due_on, resolve_due_on
from app.redress.handling import interest, not_to_be_asked_for
from app.redress.models import Complaint
from app.redress.queries import clocks_of, concerned_in, open_complaints, was_to_borrower
from app.redress.signals import speaks_of_self_harm
from app.redress.terms import (
    COMPLAINT_ACKNOWLEDGED,
    COMPLAINT_EXTENDED,
    COMPLAINT_OPENED,
    COMPLAINT_RESOLVED,
    EXTENSION_ASKED,
    Complainant,
    ComplaintChannel,
    ComplaintOutcome,
    ComplaintState,
    ComplaintSubject,
    Complexity,
    Paper,
)
from app.redress.visit_blocks import block_visits, let_visits_go_on
from app.runtime import jobs
from app.runtime.clock import now, today
from app.runtime.database import Json
from app.workforce.models import Investigator
from app.workforce.zones import zone_of

READ_AGAIN = "Read the complaint again; it says where it stands."


@dataclass(frozen=True)
class ToldComplaint:
    """What somebody complains of; `told_by` names what told it where that was not the API."""

    complainant: Complainant
    channel: ComplaintChannel
    subject: ComplaintSubject
    text: str
    received_at: datetime
    complexity: Complexity = Complexity.SIMPLE
    visit_id: UUID | None = None
    about_subject: str | None = None
    about_investigator_id: UUID | None = None
    told_by: str | None = None
    told_at: datetime | None = None
    opened_by: str | None = None


def open_complaint(tx: Session, actor: Actor, case: Case, told: ToldComplaint) -> Complaint:
    """Write a complaint down and start its clock: nobody visits the borrower until the last one is answered.

    Raises Invalid for a visit that was not to this borrower, and for an investigator whom nobody knows.
    """
    _check_named(tx, case, told)
    policy, zone = clocks_of(tx, case, told.received_at)
    row = Complaint(
        case_id=case.id,
        borrower_key=case.borrower_key,
        told_by=told.told_by,
        told_at=told.told_at or now(),
        opened_by=told.opened_by or actor.subject,
        complainant=told.complainant.value,
        channel=told.channel.value,
        subject=told.subject.value,
        text=told.text,
        received_at=told.received_at,
        visit_id=told.visit_id,
        about_subject=told.about_subject,
        about_investigator_id=told.about_investigator_id,
        policy=policy.label,
        source=policy.source,
        complexity=told.complexity.value,
        acknowledge_due_on=acknowledge_due_on(policy, told.received_at, zone),
        resolve_due_on=resolve_due_on(policy, told.received_at, zone, told.complexity, extended=False),
        state=ComplaintState.OPEN.value,
        actor=actor.subject,
    )
    tx.add(row)
    tx.flush()
    progress.note(tx, case, COMPLAINT_OPENED, actor, _named(row))
    block_visits(tx, actor, case, BlockKind.COMPLAINT_OPEN)
    if speaks_of_self_harm(row.text):
        jobs.defer(tx, REDRESS_TOLD, case.id)
    return row


def _check_named(tx: Session, case: Case, told: ToldComplaint) -> None:
    faults = tuple(_unknown_names(tx, case, told))
    if faults:
        detail = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults)
        raise Invalid("UNKNOWN_REFERENCE", detail, action="Check the ids, or leave them out.", faults=faults)


def _unknown_names(tx: Session, case: Case, told: ToldComplaint) -> Iterator[Fault]:
    """One answer for a visit to somebody else and for none at all: who asks learns nothing of other borrowers."""
    if told.visit_id is not None and not was_to_borrower(tx, told.visit_id, case.borrower_key):
        yield Fault("/visit_id", f"there is no visit {told.visit_id} to this borrower")
    person = told.about_investigator_id
    if person is not None and tx.get(Investigator, person) is None:
        yield Fault("/about_investigator_id", f"there is no investigator {person}")


@dataclass(frozen=True)
class Acknowledgement:
    """What the handler says to the complainant at first; what is None stays as it is."""

    subject: ComplaintSubject | None = None
    complexity: Complexity | None = None
    papers_wanted: Sequence[Paper] = ()


def acknowledge(tx: Session, actor: Actor, case: Case, row: Complaint, said: Acknowledgement) -> Complaint:
    """Take a complaint into hand.

    Raises Forbidden for a handler with an interest, Invalid for papers that the lender holds itself, Conflict unless
    the complaint is open.
    """
    _check_handler(tx, actor, row)
    _check_papers(said.papers_wanted)
    _check_state(row, ComplaintState.OPEN)
    complexity = said.complexity or Complexity(row.complexity)
    row = supersede(
        tx,
        actor,
        row,
        state=ComplaintState.ACKNOWLEDGED.value,
        subject=(said.subject or ComplaintSubject(row.subject)).value,
        complexity=complexity.value,
        resolve_due_on=_due_on(tx, case, row, complexity, extended=False),
        papers_wanted=[paper.value for paper in said.papers_wanted],
        acknowledged_at=now(),
        acknowledged_by=actor.subject,
    )
    progress.note(tx, case, COMPLAINT_ACKNOWLEDGED, actor, _named(row))
    return row


def ask_extension(tx: Session, actor: Actor, case: Case, row: Complaint, reason: str) -> Complaint:
    """Ask for more time for a complex complaint; it is granted once, in time, and by a second person."""
    _check_handler(tx, actor, row)
    _check_state(row, ComplaintState.ACKNOWLEDGED)
    if row.extension_asked_by is not None:
        raise Conflict("EXTENSION_ASKED", "more time is asked for once only", action=READ_AGAIN)
    if row.complexity != Complexity.COMPLEX:
        detail = "a simple complaint has no extension: its limit is that of a simple one"
        raise Conflict("COMPLAINT_NOT_COMPLEX", detail, action="Answer it; a complex one is told so when acknowledged.")
    _check_in_time(tx, case, row)
    row = supersede(tx, actor, row, extension_asked_by=actor.subject, extension_reason=reason)
    progress.note(tx, case, EXTENSION_ASKED, actor, _named(row))
    return row


def approve_extension(tx: Session, actor: Actor, case: Case, row: Complaint) -> Complaint:
    """Grant the time that another person asked for.

    Raises Forbidden for the one who asked, Conflict when none was asked for, when it is granted, or after the due day.
    """
    _check_handler(tx, actor, row)
    _check_state(row, ComplaintState.ACKNOWLEDGED)
    if row.extension_asked_by is None or row.extended_at is not None:
        granted = "it is granted already" if row.extended_at is not None else "nobody asked for more time"
        raise Conflict("NO_EXTENSION_ASKED", granted, action=READ_AGAIN)
    if row.extension_asked_by == actor.subject:
        detail = "more time is approved by another person than the one who asks for it"
        raise Forbidden("SAME_PERSON", detail, action="Let a second person approve it.")
    _check_in_time(tx, case, row)
    due_on = _due_on(tx, case, row, Complexity(row.complexity), extended=True)
    row = supersede(tx, actor, row, extended_at=now(), extended_by=actor.subject, resolve_due_on=due_on)
    progress.note(tx, case, COMPLAINT_EXTENDED, actor, _named(row))
    return row


@dataclass(frozen=True)
class Resolution:
    """The answer to a complaint, and what is put right."""

    outcome: ComplaintOutcome
    answer: str
    redress: str | None


def resolve(tx: Session, actor: Actor, case: Case, row: Complaint, resolution: Resolution) -> Complaint:
    """Answer a complaint; the last one of the borrower lets the visits go on."""
    _check_handler(tx, actor, row)
    _check_state(row, ComplaintState.ACKNOWLEDGED)
    return close(tx, actor, case, row, resolution, actor.subject)


def close(tx: Session, actor: Actor, case: Case, row: Complaint, resolution: Resolution, by: str) -> Complaint:
    """End a complaint in whatever state it is, in the name of whoever answered it."""
    row = supersede(
        tx,
        actor,
        row,
        state=ComplaintState.RESOLVED.value,
        outcome=resolution.outcome.value,
        answer=resolution.answer,
        redress=resolution.redress,
        resolved_at=now(),
        resolved_by=by,
    )
    progress.note(tx, case, COMPLAINT_RESOLVED, actor, _named(row) | {"outcome": row.outcome})
    if not open_complaints(tx, row.borrower_key):
        let_visits_go_on(tx, actor, case, BlockKind.COMPLAINT_OPEN)
    return row


def _check_handler(tx: Session, actor: Actor, row: Complaint) -> None:
    why = interest(actor, concerned_in(tx, row))
    if why is not None:
        detail = f"whoever handles a complaint has no interest in it: {why}"
        raise Forbidden("HANDLER_HAS_INTEREST", detail, action="Let somebody else handle it.")


def _check_papers(papers: Sequence[Paper]) -> None:
    held = not_to_be_asked_for(papers)
    if held:
        faults = tuple(
            Fault(f"/papers_wanted/{number}", f"{paper} is in the lender's own files")
            for number, paper in enumerate(papers)
            if paper in held
        )
        detail = "the complainant is not asked for what the lender holds: " + ", ".join(held)
        raise Invalid("PAPERS_HELD", detail, action="Take them from the lender's files.", faults=faults)


def _check_state(row: Complaint, wanted: ComplaintState) -> None:
    if row.state != wanted:
        detail = f"this needs a complaint that is {wanted}; it is {row.state}"
        raise Conflict("COMPLAINT_STATE", detail, action=READ_AGAIN)


def _check_in_time(tx: Session, case: Case, row: Complaint) -> None:
    if today(zone_of(tx, case.region)) > row.resolve_due_on:
        detail = f"its answer was due on {row.resolve_due_on}: late is late"
        raise Conflict("CLOCK_RUN_OUT", detail, action="Answer it now; it stays on the list of what is overdue.")


def _due_on(tx: Session, case: Case, row: Complaint, complexity: Complexity, *, extended: bool) -> date:
    policy, zone = clocks_of(tx, case, row.received_at)
    return resolve_due_on(policy, row.received_at, zone, complexity, extended=extended)


def _named(row: Complaint) -> Json:
    return {"complaint_id": str(row.record_id), "version": row.revision, "state": row.state}
