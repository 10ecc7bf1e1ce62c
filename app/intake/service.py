"""Use cases of intake: an escalation becomes a case."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.compliance.situation import Facts
from app.intake import acceptance, progress
from app.intake.acceptance import POLICY
from app.intake.contact_rules import block_answers, denials, hold_blocked
from app.intake.escalation import Escalation
from app.intake.flags import blocks_of
from app.intake.models import Case
from app.intake.terms import (
    CASE_ACCEPTED,
    CASE_RECEIVED,
    CASE_REFUSED,
    CASE_WITHDRAWN,
    REGION_MISMATCH,
    CaseStatus,
    HoldReason,
)
from app.kernel.actor import Actor
from app.kernel.errors import Conflict
from app.runtime import jobs
from app.runtime.clock import now, today
from app.runtime.database import Json, new_id
from app.workforce.contact_profiles import ProfileBook, profile_book
from app.workforce.geography import Located, RegionCatalogue
from app.workforce.models import Region
from app.workforce.zones import WITHOUT_REGION


@dataclass(frozen=True)
class Receipt:
    """A case, and whether this escalation made it."""

    case: Case
    created: bool


def receive(
    tx: Session, actor: Actor, escalation: Escalation, regions: RegionCatalogue, book: ProfileBook | None = None
) -> Receipt:
    """Turn an escalation into a case, once for each `(source, source_reference)`; without a book the present one rules.

    Raises Conflict `ESCALATION_DIFFERS` when the reference came before with another body.
    """
    known = _known(tx, escalation)
    if known is not None:
        return Receipt(known, created=False)
    try:
        with tx.begin_nested():
            case = _open_case(tx, actor, escalation, regions, book or profile_book(tx))
            return Receipt(case, created=True)
    except IntegrityError:
        known = _known(tx, escalation)  # a parallel request was first
        if known is None:
            raise
        return Receipt(known, created=False)


def _known(tx: Session, escalation: Escalation) -> Case | None:
    case = tx.scalars(
        select(Case).where(Case.source == escalation.source, Case.source_reference == escalation.source_reference)
    ).one_or_none()
    if case is not None and case.body_sha256 != _digest(escalation):
        raise Conflict(
            "ESCALATION_DIFFERS",
            f"{escalation.source_reference} came before with another body, as case {case.id}",
            action="Send what has changed to POST /v1/cases/{id}/account-updates.",
        )
    return case


def _digest(escalation: Escalation) -> str:
    canonical = json.dumps(escalation.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _open_case(tx: Session, actor: Actor, escalation: Escalation, regions: RegionCatalogue, book: ProfileBook) -> Case:
    where = escalation.visited_place
    located = regions.locate(where.region, where.place)
    case = _row(escalation, located)
    case.ruling = _ruling(book, escalation, located)
    tx.add(case)
    tx.flush()
    progress.note(tx, case, CASE_RECEIVED, actor)
    _settle(tx, case, actor, located, where.region)
    tx.flush()
    return case


def _row(escalation: Escalation, located: Located) -> Case:
    where, case_id = escalation.visited_place, new_id()
    office = located.region.office if located.region else None
    place = where.place or office  # a code without a point: the office stands for it until somebody geocodes
    key = escalation.borrower_reference
    return Case(
        id=case_id,
        source=escalation.source,
        source_reference=escalation.source_reference,
        body_sha256=_digest(escalation),
        escalation=dict(escalation.body),
        status=CaseStatus.RECEIVED.value,
        held=None,
        eligible=[],
        flags=[*escalation.flags, *([REGION_MISMATCH] if located.mismatch else [])],
        region=located.region.code if located.region else None,
        region_mismatch=located.mismatch,
        borrower_key=f"{escalation.source}:{key}" if key else f"case:{case_id}",
        borrower_name=escalation.borrower_name,
        language=escalation.spoken_language,
        lender=escalation.lender,
        product=escalation.product.value,
        currency=escalation.outstanding.currency,
        outstanding_minor=escalation.outstanding.minor,
        overdue_minor=escalation.overdue.minor,
        days_past_due=escalation.days_past_due,
        priority=escalation.priority,
        due_on=escalation.due_on,
        required_skills=list(escalation.required_skills),
        staff_needed=escalation.staff_needed,
        place_kind=where.kind.value,
        address=where.address,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        received_at=now(),
    )


def _ruling(book: ProfileBook, escalation: Escalation, located: Located) -> Json:
    candidate = acceptance.Candidate(
        escalation.product, escalation.overdue, escalation.days_past_due, escalation.attempts
    )
    answers = [_house_answer(verdict) for verdict in acceptance.decide(candidate, POLICY)]
    known = Facts(blocks=blocks_of(escalation.flags, _today(located.region)))
    answers += block_answers(book, located.region, escalation.lender, known)
    return {"allowed": not denials(answers), "answers": answers}


def _today(region: Region | None) -> date:
    return today(region.time_zone if region else WITHOUT_REGION)


def _house_answer(verdict: acceptance.Verdict) -> Json:
    return {
        "rule": verdict.rule,
        "profile": None,
        "version": POLICY.version,
        "allowed": verdict.allowed,
        "reason": verdict.reason,
        "source": acceptance.SOURCE,
        "until": None,
        "condition": None,
    }


def _settle(tx: Session, case: Case, actor: Actor, located: Located, code: str | None) -> None:
    """Refused for good, held until something changes, or accepted and on its way."""
    refusals = denials(case.ruling["answers"])
    if any(answer["profile"] is None for answer in refusals):
        progress.move(tx, case, CaseStatus.REFUSED, CASE_REFUSED, actor, {"rules": [a["rule"] for a in refusals]})
    elif refusals:
        hold_blocked(tx, case, actor, refusals)
    elif located.region is None:
        progress.hold(tx, case, _no_region(code), actor, detail=_no_region_detail(case, code))
    else:
        accept(tx, case, actor)


def _no_region(code: str | None) -> str:
    return HoldReason.REGION_UNKNOWN if code else HoldReason.OUTSIDE_REGIONS


def _no_region_detail(case: Case, code: str | None) -> str:
    if code:
        return f"there is no region with the code {code}"
    return f"the point {case.lat}, {case.lon} lies in no region of ours"


def accept(tx: Session, case: Case, actor: Actor) -> None:
    """Take the case on: assignment follows."""
    progress.move(tx, case, CaseStatus.ACCEPTED, CASE_ACCEPTED, actor)
    jobs.defer(tx, CASE_ACCEPTED, case.id)


def withdraw(tx: Session, actor: Actor, case: Case, reason: str) -> None:
    """Take a locked case back for good; a case that is withdrawn already stays so."""
    if case.state is not CaseStatus.WITHDRAWN:
        progress.move(tx, case, CaseStatus.WITHDRAWN, CASE_WITHDRAWN, actor, {"reason": reason})
        jobs.defer(tx, CASE_WITHDRAWN, case.id)
