"""Cases that lie in no region of ours, as far as was known, are located again when regions change."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contact.blocking import blocks_now
from app.intake import progress
from app.intake.contact_rules import denials, hold_blocked
from app.intake.models import Case
from app.intake.terms import CASE_ACCEPTED, CASE_RELEASED, REGION_MISMATCH, CaseStatus, HoldReason
from app.kernel.actor import SYSTEM
from app.runtime import jobs
from app.runtime.database import locking
from app.workforce.geography import Located, RegionCatalogue
from app.workforce.models import Region

UNLOCATED = (HoldReason.OUTSIDE_REGIONS, HoldReason.REGION_UNKNOWN)


def unlocated_cases(tx: Session) -> Sequence[UUID]:
    """The cases that are held for want of a region."""
    query = select(Case).where(Case.status == CaseStatus.HELD, Case.region.is_(None)).order_by(Case.id)
    return [case.id for case in tx.scalars(query) if _waits_for_region(case)]


def locate_cases(tx: Session, case_ids: Sequence[UUID]) -> None:
    """Release each of these cases that lies in a region by now; its assignment follows."""
    cases = tx.scalars(locking(select(Case).where(Case.id.in_(case_ids)).order_by(Case.id))).all()
    regions = RegionCatalogue.load(tx)
    for case in cases:
        if not _waits_for_region(case) or _located(case, regions).region is None:
            continue
        if place_case(tx, case, regions):
            progress.move(tx, case, CaseStatus.ACCEPTED, CASE_RELEASED, SYSTEM, {"region": case.region})
            jobs.defer(tx, CASE_ACCEPTED, case.id)
    tx.flush()


def _waits_for_region(case: Case) -> bool:
    return case.state is CaseStatus.HELD and case.held is not None and case.held["reason"] in UNLOCATED


def place_case(tx: Session, case: Case, regions: RegionCatalogue) -> bool:
    """Give the case the region in which it lies; False when it is held: it lies in none, or is blocked there."""
    located = _located(case, regions)
    if located.region is None:
        code = _told_region(case)
        reason = HoldReason.REGION_UNKNOWN if code else HoldReason.OUTSIDE_REGIONS
        where = f"there is no region with the code {code}" if code else "the place lies in no region of ours"
        progress.hold(tx, case, reason, SYSTEM, detail=where)
        return False
    _place(case, located, located.region)
    return _is_allowed(tx, case)


def _located(case: Case, regions: RegionCatalogue) -> Located:
    return regions.locate(_told_region(case), case.place)


def _told_region(case: Case) -> str | None:
    """The region code of the place that is visited, as the escalation told it."""
    places: list[Mapping[str, Any]] = case.escalation["places"]
    told = (place["region"] for place in places if _is_visited(case, place))
    return next(told, None)


def _is_visited(case: Case, place: Mapping[str, Any]) -> bool:
    return bool(place["kind"] == case.place_kind and place["address"] == case.address)


def _place(case: Case, located: Located, region: Region) -> None:
    case.region = region.code
    case.region_mismatch = located.mismatch
    if located.mismatch:
        case.flags = [*case.flags, REGION_MISMATCH]
    if case.place is None:  # a code without a point: the office stands for it until somebody geocodes
        case.lat, case.lon = region.office_lat, region.office_lon


def _is_allowed(tx: Session, case: Case) -> bool:
    """Ask the profiles of the region about blocks: until now nobody knew which profiles they are."""
    house = [answer for answer in case.ruling["answers"] if answer["profile"] is None]
    blocks = blocks_now(tx, [case])[case.id]
    refusals = denials(blocks)
    case.ruling = {"allowed": not refusals, "answers": [*house, *blocks]}
    if refusals:
        hold_blocked(tx, case, SYSTEM, refusals)
    return not refusals
