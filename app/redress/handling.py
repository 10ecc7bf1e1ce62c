"""Who may handle a complaint, and what its complainant may be asked for (PURE).

Source: CN measures on consumer complaints in banking and insurance, in force 2020-03-01.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.kernel.actor import Actor
from app.redress.terms import Paper

# Nobody has to bring what the lender has in its own files.
HELD_BY_LENDER = frozenset(
    {
        Paper.LOAN_CONTRACT,
        Paper.ACCOUNT_STATEMENT,
        Paper.REPAYMENT_RECORD,
        Paper.CONTACT_RECORD,
        Paper.VISIT_RECORD,
    }
)


@dataclass(frozen=True)
class Concerned:
    """Who has an interest in how a complaint ends: the one it is about, and all who visited the borrower."""

    subject: str | None
    investigators: frozenset[UUID]


def interest(actor: Actor, concerned: Concerned) -> str | None:
    """Why the actor may not handle the complaint; None when nothing speaks against it."""
    if concerned.subject is not None and actor.subject == concerned.subject:
        return "the complaint is about you"
    if actor.investigator_id is not None and actor.investigator_id in concerned.investigators:
        return "you are the one it is about, or were sent to this borrower"
    return None


def not_to_be_asked_for(papers: Collection[Paper]) -> tuple[Paper, ...]:
    """Those of the papers that the lender holds itself."""
    return tuple(paper for paper in papers if paper in HELD_BY_LENDER)
