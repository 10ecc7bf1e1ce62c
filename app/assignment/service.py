"""Use cases of assignment: a case finds the people who may take it, and finds them again when facts change."""

from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.assignment.continuity import newest_assignments
from app.assignment.location import locate_cases, place_case, unlocated_cases
from app.assignment.matching import Eligibility, Need, rank
from app.assignment.models import Assignment
from app.assignment.roster import Rosters
from app.assignment.terms import CASE_ASSIGNED
from app.contact.blocking import blocks_now
from app.contact.preferences import NO_LIKING, Liking, likings_of
from app.contact.terms import ACCOUNT_UPDATED
from app.intake import progress
from app.intake.contact_rules import denials, hold_blocked
from app.intake.models import Case
from app.intake.terms import CASE_RELEASED, CaseStatus, HoldReason
from app.kernel.actor import SYSTEM
from app.runtime import jobs
from app.runtime.clock import today
from app.runtime.database import Database, Json, locking
from app.workforce.geography import RegionCatalogue
from app.workforce.models import Investigator, Region
from app.workforce.terms import WORKFORCE_CHANGED

CASES_AT_ONCE = 50
# Their visit is in a plan: who may go is kept up to date, but they stay where they are; publishing looks at the people.
_SCHEDULED = (CaseStatus.PLANNED, CaseStatus.PUBLISHED)
_WAITING = (CaseStatus.ACCEPTED, CaseStatus.ASSIGNED, CaseStatus.HELD, *_SCHEDULED)


def assign_case(database: Database, case_id: UUID) -> None:
    """Find who may take the case: it becomes assigned, or is held while nobody may or its borrower is blocked.

    A case that is held for another reason or that was set out for is left alone, and so is one for which nothing has
    changed.
    """
    with database.transaction() as tx:
        _assign_cases(tx, [case_id])


def reassign_region(database: Database, region_id: UUID) -> None:
    """Look again at all waiting cases that a change in the region may concern, its neighbours' cases included.

    First all cases are located again that were held for want of a region. Cases are taken in parts, so that nobody
    waits long for one of them.
    """
    with database.transaction() as tx:
        unlocated = unlocated_cases(tx)
    for part in _parts(unlocated):
        with database.transaction() as tx:
            locate_cases(tx, part)
    with database.transaction() as tx:
        concerned = _concerned(tx, region_id)
    for part in _parts(concerned):
        with database.transaction() as tx:
            _assign_cases(tx, part)


def refresh_assignments(database: Database) -> None:
    """Look again at all regions: certificates begin and end, and closed cases free their people."""
    with database.transaction() as tx:
        for region_id in tx.scalars(select(Region.id).order_by(Region.id)):
            jobs.defer(tx, WORKFORCE_CHANGED, region_id, once=True)


def _parts(case_ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for first in range(0, len(case_ids), CASES_AT_ONCE):
        yield case_ids[first : first + CASES_AT_ONCE]


def _concerned(tx: Session, region_id: UUID) -> Sequence[UUID]:
    """Waiting cases of the region, of its neighbours on either side, and of where its people work as well."""
    region = tx.get(Region, region_id)
    if region is None:
        return ()
    served = tx.scalars(select(Investigator.also_regions).where(Investigator.region == region.code))
    codes = {region.code, *region.neighbours, *(code for also in served for code in also)}
    codes.update(tx.scalars(select(Region.code).where(Region.neighbours.contains([region.code]))))
    query = select(Case.id).where(Case.region.in_(sorted(codes)), Case.status.in_(_WAITING)).order_by(Case.id)
    return tx.scalars(query).all()


def _assign_cases(tx: Session, case_ids: Sequence[UUID]) -> None:
    _one_at_a_time(tx)
    cases = tx.scalars(locking(select(Case).where(Case.id.in_(case_ids)).order_by(Case.id))).all()
    cases = [case for case in cases if _waits(case)]
    newest, rosters = newest_assignments(tx, [case.id for case in cases]), Rosters(tx)
    answers, likings = blocks_now(tx, cases), likings_of(tx, {case.borrower_key for case in cases})
    for case in cases:
        if case.region is None and not place_case(tx, case, RegionCatalogue.load(tx)):
            continue
        rosters.lift(case)
        refusals = denials(answers[case.id])
        if refusals:
            _hold(tx, case, refusals)
        else:
            _assign(tx, case, newest.get(case.id), likings.get(case.borrower_key, NO_LIKING), rosters)
        rosters.put(case)


def _hold(tx: Session, case: Case, refusals: Sequence[Json]) -> None:
    """Let the case wait; its visit is recalled where it has one."""
    if case.state in _SCHEDULED:
        jobs.defer(tx, ACCOUNT_UPDATED, case.id)
    hold_blocked(tx, case, SYSTEM, refusals)


def _one_at_a_time(tx: Session) -> None:
    """Caseloads are counted over all cases, so assignments of two workers wait for each other."""
    tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('assignment', 0))"))


def _waits(case: Case) -> bool:
    if case.state is CaseStatus.HELD:
        return case.held is not None and case.held["reason"] == HoldReason.NOBODY_ELIGIBLE
    return case.state in _WAITING


def _assign(tx: Session, case: Case, newest: Assignment | None, liking: Liking, rosters: Rosters) -> None:
    preferred = newest.preferred if newest is not None else None
    need = _need(case, preferred, liking, rosters)
    people = rank(need, rosters.of(need), today(rosters.region(need.region).time_zone))
    eligibility = [_on_record(person) for person in people]
    if newest is None or newest.eligibility != eligibility:
        tx.add(Assignment(case_id=case.id, eligibility=eligibility, preferred=preferred))
    shown = [_shown(person, preferred) for person in people]
    changed, case.eligible = shown != case.eligible, shown
    if any(person.eligible for person in people):
        _give(tx, case, sum(person.eligible for person in people), changed)
    elif case.state in _SCHEDULED:
        progress.note(tx, case, CASE_ASSIGNED, SYSTEM, {"eligible": 0})
    elif changed or case.state is not CaseStatus.HELD:
        progress.hold(tx, case, HoldReason.NOBODY_ELIGIBLE, SYSTEM, detail=_why_nobody(need, people))
    tx.flush()


def _need(case: Case, preferred: UUID | None, liking: Liking, rosters: Rosters) -> Need:
    assert case.region is not None  # accepted cases have one
    return Need(
        region=case.region,
        neighbours=frozenset(rosters.region(case.region).neighbours),
        borrower=case.escalation["borrower"].get("reference"),
        skills=tuple(case.required_skills),
        language=liking.language or case.language,
        place=case.place,
        preferred=preferred,
    )


def _give(tx: Session, case: Case, count: int, changed: bool) -> None:
    if case.state is CaseStatus.HELD:
        progress.move(tx, case, CaseStatus.ACCEPTED, CASE_RELEASED, SYSTEM)
    if case.state is CaseStatus.ACCEPTED:
        progress.move(tx, case, CaseStatus.ASSIGNED, CASE_ASSIGNED, SYSTEM, {"eligible": count})
    elif changed:
        progress.note(tx, case, CASE_ASSIGNED, SYSTEM, {"eligible": count})


def _on_record(person: Eligibility) -> Json:
    return {
        "investigator_id": str(person.investigator_id),
        "eligible": person.eligible,
        "reasons": [objection.obstacle.value for objection in person.objections],
        "details": [objection.detail for objection in person.objections],
        "rank": person.rank,
        "valid_until_on": person.valid_until_on.isoformat() if person.valid_until_on else None,
    }


def _shown(person: Eligibility, preferred: UUID | None) -> Json:
    return {
        "investigator_id": str(person.investigator_id),
        "eligible": person.eligible,
        "reasons": [objection.obstacle.value for objection in person.objections],
        "preferred": person.investigator_id == preferred,
    }


def _why_nobody(need: Need, people: Sequence[Eligibility]) -> str:
    if not people:
        return f"nobody works in region {need.region} or in a neighbour region"
    counted = Counter(objection.obstacle.value for person in people for objection in person.objections)
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(counted.items()))
    return f"none of {len(people)} people may take it: {reasons}"
