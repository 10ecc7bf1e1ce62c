"""What a legal step has to ask of a borrower before it is taken (PURE)."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.compliance.situation import BlockKind


@dataclass(frozen=True)
class Matters:
    """How things stand with a borrower and one of his loans on a day.

    `blocks` are the kinds that hold, without a suspicion of vulnerability that a review has settled; `relief_offered`
    whether relief was put to him for this loan in its present time in arrears; `relief_accepted` whether he accepted
    an offer for it, on any of its cases, that has not ended.
    """

    blocks: frozenset[BlockKind]
    relief_offered: bool = False
    relief_accepted: bool = False
    deceased: bool = False


def in_arrears_since(received_on: date, days_past_due: int) -> date:
    """The first day of the time in arrears that a loan was escalated for."""
    return received_on - timedelta(days=days_past_due)
