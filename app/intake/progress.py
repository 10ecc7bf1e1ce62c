"""How a case moves on: the status, the event in its history and the audit line, always together."""

from sqlalchemy.orm import Session

from app.intake.lifecycle import may_move
from app.intake.models import Case, CaseEvent
from app.intake.terms import CASE_HELD, CaseStatus
from app.kernel.actor import Actor
from app.kernel.errors import Conflict
from app.runtime import audit
from app.runtime.clock import now
from app.runtime.database import Json
from app.webhooks.announcing import announce_of_case


def note(tx: Session, case: Case, event: str, actor: Actor, detail: Json | None = None) -> None:
    """Write an event into the history of the case without moving it, and tell it to the webhooks that want it."""
    case.revision += 1
    tx.add(
        CaseEvent(case_id=case.id, at=now(), name=event, status=case.status, actor=actor.subject, detail=detail or {})
    )
    audit.record(tx, actor, event, f"case:{case.id}", detail)
    announce_of_case(tx, event, case.id, case.region, detail)


def move(tx: Session, case: Case, to: CaseStatus, event: str, actor: Actor, detail: Json | None = None) -> None:
    """Give the case a new status; raises Conflict when the lifecycle does not have that move."""
    if not may_move(case.state, to):
        raise Conflict(
            "CASE_STATE",
            f"a case that is {case.status} cannot become {to}",
            action="Read the case again; its events say what happened.",
        )
    case.status = to.value
    if to is not CaseStatus.HELD:
        case.held = None
    note(tx, case, event, actor, detail)


def hold(tx: Session, case: Case, reason: str, actor: Actor, *, detail: str, until: str | None = None) -> None:
    """Let the case wait for a stated reason, as long as it is open."""
    held = {"reason": reason, "detail": detail, "until": until}
    if case.state is CaseStatus.HELD:
        case.held = held
        note(tx, case, CASE_HELD, actor, held)
        return
    move(tx, case, CaseStatus.HELD, CASE_HELD, actor, held)
    case.held = held
