"""Decisions that wait for a second person, and how they end."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, not_, select
from sqlalchemy.orm import Session

from app.intake import progress
from app.intake.models import Case
from app.kernel.actor import Actor
from app.reports.models import Decision, DecisionEnding
from app.reports.terms import CASE_DECISION_VOIDED, DecisionState


def endings_of(tx: Session, decision_ids: Collection[UUID]) -> Mapping[UUID, DecisionEnding]:
    """How each of the decisions ended, by its id; one that waits or was taken at once has no ending."""
    rows = tx.scalars(select(DecisionEnding).where(DecisionEnding.decision_id.in_(decision_ids)))
    return {row.decision_id: row for row in rows}


def ending_of(tx: Session, decision: Decision) -> DecisionEnding | None:
    """How the decision ended."""
    return endings_of(tx, [decision.id]).get(decision.id)


def state_of(decision: Decision, ending: DecisionEnding | None) -> DecisionState:
    """Where a decision stands."""
    if ending is not None:
        return DecisionState(ending.state)
    return DecisionState.PROPOSED if decision.is_proposal else DecisionState.TAKEN


def stands_as(state: DecisionState) -> ColumnElement[bool]:
    """Decisions that stand so."""
    ending = DecisionEnding.decision_id == Decision.id
    if state in (DecisionState.TAKEN, DecisionState.PROPOSED):
        waits_or_is_taken = Decision.is_proposal.is_(state is DecisionState.PROPOSED)
        return and_(waits_or_is_taken, not_(exists().where(ending)))
    return exists().where(ending, DecisionEnding.state == state.value)


def end_proposal(tx: Session, actor: Actor, decision: Decision, state: DecisionState, note: str | None) -> None:
    """Write down how a proposal ended."""
    tx.add(DecisionEnding(decision_id=decision.id, state=state.value, actor=actor.subject, note=note))
    tx.flush()


def void_proposals(tx: Session, actor: Actor, case: Case, why: str) -> None:
    """Whatever waits for a second person on a locked case does not wait any more; what they know has changed."""
    for decision in open_proposals(tx, case.id):
        end_proposal(tx, actor, decision, DecisionState.VOIDED, why)
        progress.note(tx, case, CASE_DECISION_VOIDED, actor, {"decision_id": str(decision.id), "kind": decision.kind})


def open_proposals(tx: Session, case_id: UUID) -> Sequence[Decision]:
    """The decisions on a case that wait for a second person."""
    query = select(Decision).where(Decision.case_id == case_id, stands_as(DecisionState.PROPOSED))
    return tx.scalars(query.order_by(Decision.id)).all()
