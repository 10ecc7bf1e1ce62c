"""The contact ledger: what is entered, what a correction takes the place of, and what counts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.compliance.local_days import day_start, local_day
from app.contact import tallies
from app.contact.models import Contact
from app.intake.models import Case
from app.intake.terms import Channel
from app.kernel.errors import Conflict, Fault, Invalid
from app.workforce.zones import zone_of


def stands(at: datetime | None = None) -> ColumnElement[bool]:
    """The entries that counted at the instant: written by then, not retracted, and not corrected by then."""
    later = aliased(Contact)
    corrected = [later.case_id == Contact.case_id, later.corrects == Contact.client_id]
    if at is None:
        return and_(~Contact.retracted, ~exists().where(*corrected))
    return and_(Contact.made_at <= at, ~Contact.retracted, ~exists().where(*corrected, later.made_at <= at))


def enter(tx: Session, case: Case, row: Contact) -> None:
    """Write an entry of the case and count it; what it corrects does not count any more.

    Raises Invalid when the case has no such entry, Conflict when that was corrected before.
    """
    corrected = _corrected(tx, case, row.corrects) if row.corrects is not None else None
    row.counted_on = local_day(row.at, zone_of(tx, case.region))
    tx.add(row)
    tx.flush()
    tallies.count(tx, tallies.key_of(row), tallies.key_of(corrected) if corrected is not None else None)


def _corrected(tx: Session, case: Case, client_id: UUID) -> Contact:
    of_case = select(Contact).where(Contact.case_id == case.id)
    found = tx.scalars(of_case.where(Contact.client_id == client_id)).one_or_none()
    if found is None:
        raise _unknown(client_id)
    newer = tx.scalars(of_case.where(Contact.corrects == client_id)).one_or_none()
    if newer is not None:
        detail = f"the entry was corrected before, by {newer.client_id}"
        raise Conflict("ALREADY_CORRECTED", detail, action="Correct that one instead.")
    return found


def _unknown(client_id: UUID) -> Invalid:
    detail = f"the case has no entry with the client_id {client_id}"
    action = "Correct an entry under the case that it was told for; GET .../contacts names it."
    return Invalid("NOTHING_TO_CORRECT", detail, action=action, faults=(Fault("/corrects", detail),))


def visits_made(tx: Session, case: Case) -> int:
    """How many visits the borrower has had since the case came to us, whoever made them: the visit budget.

    Entries that an older version wrote stand in no tally and are counted by themselves.
    """
    zone = zone_of(tx, case.region)
    since_on = local_day(case.received_at, zone)
    uncounted = select(func.count()).where(
        Contact.borrower_key == case.borrower_key,
        Contact.counted_on.is_(None),
        Contact.channel == Channel.VISIT.value,
        Contact.at >= day_start(since_on, zone),
        stands(),
    )
    return tallies.tallied(tx, case.borrower_key, Channel.VISIT.value, since_on) + tx.scalars(uncounted).one()
