"""The contacts that are still to come: visits that stand count in the limits of their borrower."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.situation import Channel, Contact
from app.intake.models import Case
from app.planning.standing import Standing


def siblings_of(tx: Session, borrower_keys: Collection[str]) -> dict[UUID, str]:
    """All cases of the borrowers, whatever their status, with the borrower's key."""
    query = select(Case.id, Case.borrower_key).where(Case.borrower_key.in_(borrower_keys))
    return {case_id: key for case_id, key in tx.execute(query)}


def planned_contacts(standing: Iterable[Standing], borrower_of: Mapping[UUID, str]) -> dict[str, tuple[Contact, ...]]:
    """The visits by borrower: one knock is one contact, however many loans it is for."""
    planned: dict[str, list[Contact]] = defaultdict(list)
    for visit in standing:
        for key in {borrower_of[case_id] for case_id in visit.case_ids if case_id in borrower_of}:
            planned[key].append(Contact(Channel.VISIT, visit.start_at, planned=True))
    return {key: tuple(contacts) for key, contacts in planned.items()}
