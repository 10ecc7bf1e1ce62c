"""The handler of redress: what was told elsewhere becomes records."""

from uuid import UUID

from app.contact.blocking import lock_loans
from app.intake.models import Case
from app.redress.telling import take_told
from app.runtime.database import Database


def take_redress(database: Database, case_id: UUID) -> None:
    """Make records of what account updates and doors told of the case's borrower; again changes nothing."""
    with database.transaction() as tx:
        take_told(tx, lock_loans(tx, tx.get_one(Case, case_id)))
