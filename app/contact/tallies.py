"""Tallies of the contact ledger: how many entries stand for a borrower's day, kept up to date entry by entry."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.contact.models import Contact, ContactTally


@dataclass(frozen=True, order=True)
class TallyKey:
    """What is counted together."""

    borrower_key: str
    day: date
    channel: str
    contacted: bool


def key_of(row: Contact) -> TallyKey | None:
    """Where an entry is counted; None when it does not count, or was never counted."""
    if row.retracted or row.counted_on is None:
        return None
    return TallyKey(row.borrower_key, row.counted_on, row.channel, row.contacted)


def count(tx: Session, entered: TallyKey | None, taken_out: TallyKey | None = None) -> None:
    """Count one entry in, and the one it corrects out; always in one order, so that no two writers cross."""
    changes: Counter[TallyKey] = Counter([entered] if entered else [])
    changes.subtract([taken_out] if taken_out else [])
    for key, number in sorted(changes.items()):
        if number > 0:
            _raise(tx, key, number)
        elif number < 0:
            _lower(tx, key, -number)


def _raise(tx: Session, key: TallyKey, number: int) -> None:
    row = insert(ContactTally).values(**vars(key), number=number)
    added = {"number": ContactTally.number + row.excluded.number}
    tx.execute(row.on_conflict_do_update(index_elements=list(vars(key)), set_=added))


def _lower(tx: Session, key: TallyKey, number: int) -> None:
    kept = update(ContactTally).where(*(getattr(ContactTally, name) == value for name, value in vars(key).items()))
    tx.execute(kept.values(number=ContactTally.number - number).execution_options(synchronize_session=False))


def tallied(tx: Session, borrower_key: str, channel: str, since_on: date) -> int:
    """How many entries of the channel stand for the day and those after it."""
    query = select(func.coalesce(func.sum(ContactTally.number), 0)).where(
        ContactTally.borrower_key == borrower_key, ContactTally.channel == channel, ContactTally.day >= since_on
    )
    return int(tx.scalars(query).one())
