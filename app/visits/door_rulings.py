"""What the phone asks at the door: who was met and what was noticed, answered by the protocol and kept as proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.door_protocol import DoorRuling, Met, Sign, rule_at_the_door
from app.compliance.door_protocol_file import load_door_protocol
from app.compliance.situation import BlockKind
from app.contact.blocking import lock_loans, tell_loans
from app.contact.blocks import ToldBlock, open_block, open_unless_open
from app.intake import progress
from app.intake.models import Case
from app.kernel.actor import Actor
from app.kernel.errors import Conflict
from app.runtime.database import Json
from app.visits.events import READ_AGAIN
from app.visits.models import DoorRecord, Visit
from app.visits.queries import events_of
from app.visits.terms import DOOR_RULED, Outcome, VisitEventKind
from app.visits.visited_cases import lock_cases
from app.workforce.contact_profiles import profile_book
from app.workforce.models import Region

# Nobody would ever clear these: they are about who happened to open, and are over with the day.
_OF_THE_DAY = frozenset({BlockKind.MINOR_ONLY_PRESENT})
_OUTCOMES: Mapping[Met | Sign, Outcome] = {
    Met.MINOR: Outcome.MINOR_ONLY,
    Met.NOBODY: Outcome.NO_ANSWER,
    Met.THIRD_PARTY: Outcome.THIRD_PARTY_ONLY,
    Sign.ANOTHER_TIME: Outcome.MET_REARRANGED,
    Sign.ASKED_TO_LEAVE: Outcome.ASKED_TO_LEAVE,
    Sign.DECEASED: Outcome.DECEASED_REPORTED,
    Sign.DISPUTE: Outcome.MET_DISPUTE,
    Sign.DISTRESS: Outcome.VULNERABLE_STOPPED,
    Sign.FRAUD_VICTIM: Outcome.SUSPECTED_FRAUD_VICTIM,
    Sign.HOSPITAL: Outcome.HOSPITAL_OR_CUSTODY,
    Sign.INSOLVENCY: Outcome.INSOLVENCY,
    Sign.LANGUAGE_BARRIER: Outcome.LANGUAGE_BARRIER,
    Sign.PAID: Outcome.MET_PAID_PROOF_SEEN,
    Sign.RECORDING_REFUSED: Outcome.MET_DECLINED_TALK,
    Sign.REPRESENTED: Outcome.REPRESENTED,
    Sign.THREAT: Outcome.SAFETY_ABORT,
    Sign.VULNERABILITY: Outcome.VULNERABLE_STOPPED,
}


@dataclass(frozen=True)
class ToldDoor:
    """What the phone tells of the door; `language` is None for the borrower's own."""

    client_id: UUID
    at: datetime
    met: Met
    signs: tuple[Sign, ...]
    language: str | None


def outcomes_of(met: Met, signs: Sequence[Sign]) -> list[Outcome]:
    """The outcomes that such a visit usually ends with, those of the signs first."""
    told: list[Met | Sign] = [*signs, met]
    return list(dict.fromkeys(_OUTCOMES[one] for one in told if one in _OUTCOMES))


def rule_door(tx: Session, actor: Actor, visit: Visit, told: ToldDoor) -> tuple[DoorRecord, bool]:
    """Answer what holds at the door and keep the answer, once for each client's id; also says whether it is new.

    What forbids further visits is on record from then on: the borrower's other loans are held at once.
    """
    cases = lock_cases(tx, visit)
    known = tx.scalars(
        select(DoorRecord).where(DoorRecord.visit_id == visit.id, DoorRecord.client_id == told.client_id)
    ).one_or_none()
    if known is not None:
        _refuse_another(known, told)
        return known, False
    _refuse_from_afar(tx, visit)
    ruling = _ruling(tx, visit, cases[0], told)
    row = _keep(tx, actor, visit, told, ruling)
    detail = {"visit_id": str(visit.id), "met": told.met, "signs": list(told.signs), "conduct": ruling.conduct}
    for case in cases:
        progress.note(tx, case, DOOR_RULED, actor, detail)
    if ruling.blocks:
        _forbid(tx, actor, visit, cases[0], ruling, detail)
    return row, True


def _refuse_another(known: DoorRecord, told: ToldDoor) -> None:
    if (known.at, known.met, known.signs) != (told.at, told.met.value, [sign.value for sign in told.signs]):
        detail = f"this client_id came before, for {known.met} at {known.at.isoformat()}"
        raise Conflict("CLIENT_ID_REUSED", detail, action="Use a new client_id when something new was noticed.")


def _refuse_from_afar(tx: Session, visit: Visit) -> None:
    """A phone that was offline may tell it after the visit, but not before somebody arrived."""
    if not any(event.kind == VisitEventKind.ARRIVED.value for event in events_of(tx, visit)):
        detail = f"nobody has arrived at this visit, it is {visit.state}"
        raise Conflict("VISIT_STATE", detail, action=READ_AGAIN)


def _ruling(tx: Session, visit: Visit, case: Case, told: ToldDoor) -> DoorRuling:
    region = tx.scalars(select(Region).where(Region.code == visit.region)).one()
    language = told.language or case.language or ""
    profiles = profile_book(tx).of(region, visit.day, case.lender)
    return rule_at_the_door(load_door_protocol(), profiles, told.met, told.signs, language)


def _keep(tx: Session, actor: Actor, visit: Visit, told: ToldDoor, ruling: DoorRuling) -> DoorRecord:
    row = DoorRecord(
        visit_id=visit.id,
        client_id=told.client_id,
        at=told.at,
        met=told.met.value,
        signs=[sign.value for sign in told.signs],
        ruling=_json(ruling),
        actor=actor.subject,
    )
    tx.add(row)
    tx.flush()
    return row


def _json(ruling: DoorRuling) -> Json:
    protocol = load_door_protocol()
    return {
        "protocol": protocol.id,
        "version": protocol.version,
        "conduct": ruling.conduct.value,
        "may_stay": ruling.may_stay,
        "may_speak_of_debt": ruling.may_speak_of_debt,
        "blocks": [kind.value for kind in ruling.blocks],
        "answers": [vars(answer) | {"conduct": answer.conduct.value} for answer in ruling.answers],
    }


def _forbid(tx: Session, actor: Actor, visit: Visit, case: Case, ruling: DoorRuling, detail: Json) -> None:
    """The visit itself ends with its own outcome; the borrower's loans that it is not for are held."""
    loans = lock_loans(tx, case)
    lasting = [kind for kind in ruling.blocks if kind not in _OF_THE_DAY]
    open_unless_open(tx, actor, case, lasting, visit.day)
    for kind in _OF_THE_DAY.intersection(ruling.blocks):
        open_block(tx, actor, case, ToldBlock(kind, visit.day, visit.day + timedelta(days=1)))
    others = [loan for loan in loans if loan.id not in visit.case_ids]
    tell_loans(tx, actor, None, others, DOOR_RULED, detail, may_hold=True)
