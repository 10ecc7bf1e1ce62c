"""Numbers in commit order: a feed that reads by them skips nothing.

A number taken when a row is written may become visible after a later one, and a reader that went on meanwhile would
miss it. Here a row is written without a number and gets it afterwards, once it is committed, by one sealer at a time;
the lock is held until the sealer's own commit, so numbers become visible in their order and without gaps.
"""

from sqlalchemy import func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session


def lock_chain(tx: Session, chain: str, number: InstrumentedAttribute[int | None]) -> int:
    """Keep other sealers of the chain out until the transaction ends; returns the last number given out, or 0."""
    tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:chain, 0))"), {"chain": chain})
    return tx.scalars(select(func.max(number))).one() or 0
