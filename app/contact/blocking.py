"""Cases that wait because their borrower is blocked, and go on when he is not any more."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contact.facts import facts_of
from app.contact.terms import ACCOUNT_UPDATED
from app.intake import progress
from app.intake.contact_rules import block_answers, denials, hold_blocked
from app.intake.lifecycle import is_open
from app.intake.models import Case
from app.intake.terms import CASE_ACCEPTED, CASE_RELEASED, CaseStatus, HoldReason
from app.kernel.actor import Actor
from app.runtime import jobs
from app.runtime.database import Json, locking
from app.workforce.contact_profiles import profile_book
from app.workforce.models import Region

VISITED = frozenset({CaseStatus.ASSESSED, CaseStatus.REPORTED})

Announce = Callable[[Case], None]


def blocks_now(tx: Session, cases: Sequence[Case]) -> dict[UUID, list[Json]]:
    """What the contact rules answer now to all that is on record against a visit to each of the cases, by its id."""
    facts, book = facts_of(tx, cases), profile_book(tx)
    regions = {region.code: region for region in tx.scalars(select(Region).where(Region.code.in_(_codes(cases))))}
    return {case.id: block_answers(book, regions.get(case.region or ""), case.lender, facts[case.id]) for case in cases}


def _codes(cases: Sequence[Case]) -> set[str]:
    return {case.region for case in cases if case.region is not None}


def waits_for_blocks(case: Case) -> bool:
    """Whether the case is held because its borrower was blocked."""
    return case.state is CaseStatus.HELD and case.held is not None and case.held["reason"] == HoldReason.BLOCKED


def release(tx: Session, actor: Actor, case: Case) -> None:
    """Let a held case go on: assignment follows, which also locates a case without a region."""
    progress.move(tx, case, CaseStatus.ACCEPTED, CASE_RELEASED, actor)
    jobs.defer(tx, CASE_ACCEPTED, case.id)


def lock_loans(tx: Session, case: Case) -> Sequence[Case]:
    """All loans of the borrower, in the one order in which everybody locks cases."""
    query = select(Case).where(Case.borrower_key == case.borrower_key).order_by(Case.id)
    return tx.scalars(locking(query)).all()


def hold_or_release(tx: Session, actor: Actor, loans: Sequence[Case], announce: Announce, *, may_hold: bool) -> None:
    """Hold what is still to be visited, and let go on what is not blocked any more; each is announced before.

    Where nothing is left to visit, the gates of the decision read the blocks.
    """
    concerned = [loan for loan in loans if is_open(loan.state) and loan.state not in VISITED]
    answers = blocks_now(tx, concerned)
    for loan in concerned:
        refusals = denials(answers[loan.id])
        holds, frees = bool(may_hold and refusals), waits_for_blocks(loan) and not refusals
        if holds or frees:
            announce(loan)
        if holds:
            hold_blocked(tx, loan, actor, refusals)
        elif frees:
            release(tx, actor, loan)


def tell_loans(
    tx: Session, actor: Actor, case: Case | None, loans: Sequence[Case], event: str, detail: Json, *, may_hold: bool
) -> None:
    """Write an event into the history of the case, and of each of the loans that it holds or frees.

    Visits on the road are recalled as after an account update, by the same event.
    """

    def tell(loan: Case) -> None:
        progress.note(tx, loan, event, actor, detail)
        jobs.defer(tx, ACCOUNT_UPDATED, loan.id)

    if case is not None:
        tell(case)
    own_id = case.id if case is not None else None
    hold_or_release(tx, actor, loans, lambda loan: None if loan.id == own_id else tell(loan), may_hold=may_hold)
