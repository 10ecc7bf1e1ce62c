"""The door to decisions: the risk department decides, and a second person confirms legal steps."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.intake.visibility import visible_case
from app.reports import deciding
from app.reports.decisions_schema import (
    DecisionAnswer,
    DecisionBody,
    DecisionIn,
    DecisionKindList,
    DecisionPage,
    EndingIn,
    show_decision,
    show_kinds,
    show_result,
    to_intent,
)
from app.reports.models import Decision
from app.reports.proposals import ending_of, endings_of, stands_as
from app.reports.terms import DecisionKind, DecisionState
from app.reports.visibility import visible_decision, visible_decisions
from app.runtime.auth import Decider, Once, RiskAnalyst
from app.runtime.bodies import Day
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.web import Page, Paging, Transaction, page_of
from app.workforce.zones import WITHOUT_REGION, zone_of, zones_of_regions

router = APIRouter(prefix="/v1", tags=["risk department"])


def _existing_case(case_id: UUID, actor: RiskAnalyst, tx: Transaction) -> Case:
    return visible_case(tx, actor, case_id)


def _existing_decision(decision_id: UUID, actor: RiskAnalyst, tx: Transaction) -> Decision:
    return visible_decision(tx, actor, decision_id)


CurrentCase = Annotated[Case, Depends(_existing_case, scope="function")]
CurrentDecision = Annotated[Decision, Depends(_existing_decision, scope="function")]


@router.get("/decision-kinds", responses=responses())
def get_decision_kinds(_actor: RiskAnalyst) -> DecisionKindList:
    """What each kind of decision does to the case, and the reason codes that usually speak for it."""
    return show_kinds()


@router.post(
    "/cases/{case_id}/decisions", status_code=201, response_model=DecisionAnswer, responses=responses(404, 409)
)
def post_decision(actor: Decider, case: CurrentCase, body: DecisionIn, tx: Transaction, once: Once) -> Response:
    """Decide a reported case.

    A payment order and a lawsuit wait behind gates, closed while a dispute, a complaint or a hardship review is open,
    and until relief was put to the borrower: 409 `GATE_CLOSED` names each closed one. They are only proposed: the case
    stays reported until another person confirms, and another decision voids the proposal. After `more_evidence` the
    case is assigned again; after `relief_first` and `pause` it stays reported for the next decision; all other kinds
    close it.
    """

    def take() -> Created:
        decision = deciding.decide(tx, actor, case.id, to_intent(body))
        shown = show_result(decision, None, zone_of(tx, case.region), case.state)
        return Created(shown, headers={"Location": f"/v1/decisions/{decision.id}"})

    return once.once(take)


@router.get("/cases/{case_id}/decisions", response_model=DecisionPage, responses=responses(404))
def get_decisions(actor: RiskAnalyst, case: CurrentCase, tx: Transaction, page: Paging) -> dict[str, Any]:
    """The decisions on a case, oldest first."""
    return _listed(tx, visible_decisions(actor).where(Decision.case_id == case.id), page)


@router.get("/decisions", response_model=DecisionPage, responses=responses())
def get_all_decisions(
    actor: RiskAnalyst,
    tx: Transaction,
    page: Paging,
    state: DecisionState | None = None,
    kind: DecisionKind | None = None,
    look_until: Annotated[Day | None, Query(description="Those that are to be looked at by this day")] = None,
) -> dict[str, Any]:
    """All decisions, oldest first: `state=proposed` are those that wait for a second person."""
    query = visible_decisions(actor)
    query = query.where(stands_as(state)) if state is not None else query
    query = query.where(Decision.kind == kind.value) if kind is not None else query
    query = query.where(Decision.look_on <= look_until) if look_until is not None else query
    return _listed(tx, query, page)


@router.get("/decisions/{decision_id}", responses=responses(404))
def get_decision(decision: CurrentDecision, tx: Transaction) -> DecisionBody:
    """One decision."""
    case = tx.get_one(Case, decision.case_id)
    return show_decision(decision, ending_of(tx, decision), zone_of(tx, case.region))


@router.post("/decisions/{decision_id}:confirm", response_model=DecisionAnswer, responses=responses(404, 409))
def post_decision_confirmation(
    actor: Decider, decision: CurrentDecision, tx: Transaction, once: Once, body: EndingIn | None = None
) -> Response:
    """Confirm a legal step that another person proposed: every gate is asked again, then it is carried out.

    403 `SAME_PERSON` for the one who proposed it. Behind a closed gate it stays proposed, and may be tried again.
    """
    return once.once(lambda: _ended(tx, decision, lambda: deciding.confirm(tx, actor, decision, _note(body))))


@router.post("/decisions/{decision_id}:reject", response_model=DecisionAnswer, responses=responses(404, 409))
def post_decision_rejection(
    actor: Decider, decision: CurrentDecision, tx: Transaction, once: Once, body: EndingIn | None = None
) -> Response:
    """Turn down a legal step that another person proposed; the case stays reported."""
    return once.once(lambda: _ended(tx, decision, lambda: deciding.reject(tx, actor, decision, _note(body))))


@router.post("/decisions/{decision_id}:withdraw", response_model=DecisionAnswer, responses=responses(404, 409))
def post_decision_withdrawal(
    actor: Decider, decision: CurrentDecision, tx: Transaction, once: Once, body: EndingIn | None = None
) -> Response:
    """Take one's own proposal back; the case stays reported."""
    return once.once(lambda: _ended(tx, decision, lambda: deciding.withdraw(tx, actor, decision, _note(body))))


def _note(body: EndingIn | None) -> str | None:
    return body.note if body is not None else None


def _ended(tx: Session, decision: Decision, end: Callable[[], Case]) -> Created:
    case = end()
    shown = show_result(decision, ending_of(tx, decision), zone_of(tx, case.region), case.state)
    return Created(shown, status=200)


def _listed(tx: Session, query: Select[Decision], page: Page) -> dict[str, Any]:
    query = query.where(Decision.id > page.after_id) if page.after is not None else query
    rows = tx.scalars(query.order_by(Decision.id).limit(page.limit + 1)).all()
    endings, zones = endings_of(tx, [row.id for row in rows]), _zones(tx, rows)
    return page_of(
        rows, page, lambda row: str(row.id), lambda row: show_decision(row, endings.get(row.id), zones[row.case_id])
    )


def _zones(tx: Session, rows: Sequence[Decision]) -> dict[UUID, str]:
    """The time zone in which to show each decision, by its case."""
    zones = zones_of_regions(tx)
    regions = select(Case.id, Case.region).where(Case.id.in_({row.case_id for row in rows}))
    return {case_id: zones.get(region or "", WITHOUT_REGION) for case_id, region in tx.execute(regions)}
