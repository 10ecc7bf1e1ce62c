"""The people who are named for a visit, as the contact rules see them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.compliance.situation import Team
from app.kernel.errors import Fault, Invalid
from app.workforce.credentials import VISIT_CERTIFICATE, Credentials, Validity
from app.workforce.models import Investigator


def team_on(tx: Session, investigator_ids: Sequence[UUID], staff: int | None, on: date) -> Team | None:
    """How many go and whether the named ones are certified on the day; None when nothing is told.

    Raises Invalid for somebody we do not know.
    """
    named = select(Investigator).where(Investigator.id.in_(investigator_ids))
    people = {person.id: person for person in tx.scalars(named.options(selectinload(Investigator.certificates)))}
    unknown = [
        Fault(f"/investigator_ids/{number}", f"there is no investigator {person_id}")
        for number, person_id in enumerate(investigator_ids)
        if person_id not in people
    ]
    if unknown:
        detail = "; ".join(fault.detail for fault in unknown)
        raise Invalid("UNKNOWN_INVESTIGATOR", detail, action="See GET /v1/investigators.", faults=tuple(unknown))
    count = staff or len(investigator_ids)
    certified = tuple(_is_certified(people[person_id], on) for person_id in investigator_ids)
    return Team(count, certificates_valid=certified) if count else None


def _is_certified(person: Investigator, on: date) -> bool:
    validities = tuple(Validity(c.kind, c.valid_from_on, c.valid_until_on) for c in person.certificates)
    return Credentials(frozenset(person.skills), validities).is_certified(VISIT_CERTIFICATE, on)
