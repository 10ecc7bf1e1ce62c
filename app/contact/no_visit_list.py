"""The no-visit list: borrowers, and addresses of a region, whom nobody visits."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.contact.address_key import address_key
from app.contact.models import NoVisitEntry
from app.contact.versions import known
from app.intake.lifecycle import FINAL
from app.intake.models import Case
from app.kernel.actor import Actor
from app.runtime.database import locking


def entries_against(
    tx: Session, cases: Sequence[Case], known_at: datetime | None = None
) -> dict[UUID, list[NoVisitEntry]]:
    """The entries that concern each case: those of its borrower, and of the address that is visited for it."""
    places = {case.id: (case.region, address_key(case.address)) for case in cases}
    at_address = and_(
        NoVisitEntry.region.in_({region for region, _ in places.values() if region}),
        NoVisitEntry.address_key.in_({key for _, key in places.values()}),
    )
    of_borrower = NoVisitEntry.borrower_key.in_({case.borrower_key for case in cases})
    query = select(NoVisitEntry).where(known(NoVisitEntry, known_at), or_(of_borrower, at_address))
    listed: dict[object, list[NoVisitEntry]] = defaultdict(list)
    for row in tx.scalars(query.order_by(NoVisitEntry.id)):
        listed[row.borrower_key or (row.region, row.address_key)].append(row)
    return {case.id: [*listed[case.borrower_key], *listed[places[case.id]]] for case in cases}


def lock_concerned(tx: Session, row: NoVisitEntry) -> Sequence[Case]:
    """The open cases that an entry concerns, in the one order in which everybody locks cases."""
    query = select(Case).where(Case.status.not_in(FINAL)).order_by(Case.id)
    if row.borrower_key is not None:
        return tx.scalars(locking(query.where(Case.borrower_key == row.borrower_key))).all()
    there = tx.execute(query.where(Case.region == row.region).with_only_columns(Case.id, Case.address))
    ids = [case_id for case_id, address in there if address_key(address) == row.address_key]
    return tx.scalars(locking(query.where(Case.id.in_(ids)))).all()


def visible_entries(actor: Actor, known_at: datetime | None = None) -> Select[NoVisitEntry]:
    """The entries of the actor's regions as they were known at an instant; None is now."""
    query = select(NoVisitEntry).where(known(NoVisitEntry, known_at))
    return query.where(NoVisitEntry.region.in_(actor.regions)) if actor.regions else query
