"""Who is on the roster of a case: the people of its region and of the neighbour regions, with their caseloads."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.assignment.matching import Candidate, Need
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.workforce.credentials import Credentials, Validity
from app.workforce.models import Investigator, Region

CARRIED = (CaseStatus.ASSIGNED, CaseStatus.PLANNED, CaseStatus.PUBLISHED, CaseStatus.VISITING)
"""A case in one of these states is part of the caseload of the person who is first in its order."""


class Rosters:
    """The rosters of one transaction: each region is read once, and caseloads follow what is assigned meanwhile."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx
        self._regions: dict[str, Region] = {}
        self._people: dict[str, list[Candidate]] = {}
        self._caseloads = _caseloads(tx)

    def region(self, code: str) -> Region:
        """The region with the code."""
        if code not in self._regions:
            self._regions[code] = self._tx.scalars(select(Region).where(Region.code == code)).one()
        return self._regions[code]

    def lift(self, case: Case) -> None:
        """Take the case off the caseload that it is part of."""
        self._caseloads[_carrier(case)] -= 1

    def put(self, case: Case) -> None:
        """Make the case part of the caseload that it belongs to now."""
        self._caseloads[_carrier(case)] += 1

    def of(self, need: Need) -> list[Candidate]:
        """The people of the region and of its neighbours, and whoever visited before."""
        people = self._local(self.region(need.region))
        if need.preferred is not None and all(person.investigator_id != need.preferred for person in people):
            people = [*people, *_read(self._tx, Investigator.id == need.preferred)]
        return [replace(person, caseload=self._caseloads[person.investigator_id]) for person in people]

    def _local(self, region: Region) -> list[Candidate]:
        if region.code not in self._people:
            near = [region.code, *region.neighbours]
            here = or_(Investigator.region.in_(near), Investigator.also_regions.contains([region.code]))
            self._people[region.code] = _read(self._tx, here)
        return self._people[region.code]


def _read(tx: Session, condition: ColumnElement[bool]) -> list[Candidate]:
    query = select(Investigator).where(condition).options(selectinload(Investigator.certificates))
    return [_candidate(person) for person in tx.scalars(query.order_by(Investigator.code))]


def _candidate(person: Investigator) -> Candidate:
    certificates = (Validity(c.kind, c.valid_from_on, c.valid_until_on) for c in person.certificates)
    return Candidate(
        investigator_id=person.id,
        code=person.code,
        region=person.region,
        home=person.home,
        credentials=Credentials(frozenset(person.skills), tuple(certificates)),
        languages=tuple(person.languages),
        caseload_max=person.caseload_max,
        also_regions=frozenset(person.also_regions),
        conflicts=frozenset(person.conflicts),
        active=person.active,
    )


def _carrier(case: Case) -> UUID | None:
    first = case.eligible[0] if case.eligible and case.state in CARRIED else None
    return UUID(first["investigator_id"]) if first and first["eligible"] else None


def _caseloads(tx: Session) -> Counter[UUID | None]:
    """How many cases each person carries."""
    person = func.jsonb_extract_path_text(Case.eligible, "0", "investigator_id")
    may = func.jsonb_extract_path_text(Case.eligible, "0", "eligible")
    query = select(person, func.count()).where(Case.status.in_(CARRIED), may == "true").group_by(person)
    return Counter({UUID(carrier): count for carrier, count in tx.execute(query)})
