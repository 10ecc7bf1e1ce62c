"""Use cases of hardship reviews: opened by a person or by a sign of vulnerability, and concluded by another person.

The loans of the borrower are locked by whoever calls; what concludes a review is given its present version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.compliance.situation import BlockKind
from app.contact.versions import supersede
from app.intake import progress
from app.intake.models import Case
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Fault, Forbidden, Invalid
from app.redress.clocks import review_due_on
from app.redress.models import HardshipReview
from app.redress.queries import clocks_of, open_reviews
from app.redress.signals import all_grounds, is_urgent
from app.redress.terms import REVIEW_CONCLUDED, REVIEW_OPENED, HardshipGround, ReviewOutcome, ReviewState
from app.redress.visit_blocks import block_visits, let_visits_go_on
from app.runtime.clock import now, today
from app.runtime.database import Json
from app.visits.terms import ComponentKind
from app.workforce.zones import zone_of


@dataclass(frozen=True)
class ToldHardship:
    """Why somebody may be in hardship; `told_by` names what told it where that was not the API."""

    grounds: Sequence[HardshipGround]
    text: str
    opened_at: datetime | None = None
    told_by: str | None = None
    opened_by: str | None = None


def open_review(tx: Session, actor: Actor, case: Case, told: ToldHardship) -> HardshipReview:
    """Open a hardship review; an urgent one keeps everybody from the door until it is concluded."""
    opened_at, grounds = told.opened_at or now(), all_grounds(told.grounds, told.text)
    policy, zone = clocks_of(tx, case, opened_at)
    urgent = is_urgent(grounds)
    row = HardshipReview(
        case_id=case.id,
        borrower_key=case.borrower_key,
        told_by=told.told_by,
        opened_at=opened_at,
        opened_by=told.opened_by or actor.subject,
        grounds=[ground.value for ground in grounds],
        text=told.text,
        urgent=urgent,
        policy=policy.label,
        source=policy.source,
        due_on=review_due_on(policy, opened_at, zone, urgent=urgent),
        state=ReviewState.OPEN.value,
        actor=actor.subject,
    )
    tx.add(row)
    tx.flush()
    progress.note(tx, case, REVIEW_OPENED, actor, _named(row) | {"urgent": urgent})
    if urgent:
        block_visits(tx, actor, case, BlockKind.VULNERABLE_SUSPECTED)
    return row


@dataclass(frozen=True)
class Conclusion:
    """What a review found, and what is done; `visits_blocked` says whether nobody is sent to the door from now on."""

    outcome: ReviewOutcome
    measures: Sequence[ComponentKind]
    adjustments: Sequence[str]
    look_again_on: date | None
    visits_blocked: bool
    note: str | None


def conclude(tx: Session, actor: Actor, case: Case, row: HardshipReview, conclusion: Conclusion) -> HardshipReview:
    """Conclude a review: its gate opens, and visits go on unless the conclusion or another review says otherwise.

    Raises Forbidden for the person who opened it, Invalid for a day that has passed, Conflict when it is concluded.
    """
    _check_second_person(tx, actor, case, row)
    _check_look_again(tx, case, conclusion)
    if row.state == ReviewState.CONCLUDED:
        raise Conflict(
            "REVIEW_CONCLUDED", "this review is concluded", action="Open a new one if there is something new."
        )
    if conclusion.visits_blocked:
        block_visits(tx, actor, case, BlockKind.VULNERABLE_SUSPECTED)
    row = supersede(
        tx,
        actor,
        row,
        state=ReviewState.CONCLUDED.value,
        outcome=conclusion.outcome.value,
        measures=[measure.value for measure in conclusion.measures],
        adjustments=list(conclusion.adjustments),
        look_again_on=conclusion.look_again_on,
        visits_blocked=conclusion.visits_blocked,
        note=conclusion.note,
        concluded_at=now(),
        concluded_by=actor.subject,
    )
    progress.note(tx, case, REVIEW_CONCLUDED, actor, _named(row) | {"outcome": row.outcome})
    if not conclusion.visits_blocked and not open_reviews(tx, row.borrower_key):
        let_visits_go_on(tx, actor, case, BlockKind.VULNERABLE_SUSPECTED)
    return row


def _check_second_person(tx: Session, actor: Actor, case: Case, row: HardshipReview) -> None:
    policy, _ = clocks_of(tx, case, row.opened_at)
    if policy.second_person_concludes and actor.subject == row.opened_by:
        detail = "a review is concluded by another person than the one who opened it"
        raise Forbidden("SAME_PERSON", detail, action="Let a second person conclude it.")


def _check_look_again(tx: Session, case: Case, conclusion: Conclusion) -> None:
    on = conclusion.look_again_on
    if on is not None and on <= today(zone_of(tx, case.region)):
        fault = Fault("/look_again_on", f"{on} is not later than today")
        raise Invalid("LOOK_AGAIN_PASSED", fault.detail, action="Name a day to come.", faults=(fault,))


def _named(row: HardshipReview) -> Json:
    """Grounds are health and family: they stay in the record and do not go into histories."""
    return {"review_id": str(row.record_id), "version": row.revision, "state": row.state}
