"""Cases that wait because their borrower is blocked, and go on when he is not any more."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contact.facts import facts_of
from app.intake import progress
from app.intake.contact_rules import block_answers
from app.intake.models import Case
from app.intake.terms import CASE_ACCEPTED, CASE_RELEASED, CaseStatus, HoldReason
from app.kernel.actor import Actor
from app.runtime import jobs
from app.runtime.database import Json
from app.workforce.models import Region


def blocks_now(tx: Session, cases: Sequence[Case]) -> dict[UUID, list[Json]]:
    """What the contact rules answer now to all that is on record against a visit to each of the cases, by its id."""
    facts = facts_of(tx, cases)
    regions = {region.code: region for region in tx.scalars(select(Region).where(Region.code.in_(_codes(cases))))}
    return {case.id: block_answers(regions.get(case.region or ""), facts[case.id]) for case in cases}


def _codes(cases: Sequence[Case]) -> set[str]:
    return {case.region for case in cases if case.region is not None}


def waits_for_blocks(case: Case) -> bool:
    """Whether the case is held because its borrower was blocked."""
    return case.state is CaseStatus.HELD and case.held is not None and case.held["reason"] == HoldReason.BLOCKED


def release(tx: Session, actor: Actor, case: Case) -> None:
    """Let a held case go on: assignment follows, which also locates a case without a region."""
    progress.move(tx, case, CaseStatus.ACCEPTED, CASE_RELEASED, actor)
    jobs.defer(tx, CASE_ACCEPTED, case.id)
