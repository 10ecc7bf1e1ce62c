"""Which gates keep a case from a legal step (PURE).

Source: house policy; no law asks for all of them, several ask for some.
"""

from collections.abc import Collection, Mapping

from app.compliance.situation import BlockKind
from app.reports.terms import DecisionKind, Gate

LEGAL_STEPS = frozenset({DecisionKind.PAYMENT_ORDER, DecisionKind.LAWSUIT})

# Decisions that offer the borrower something: each writes an offer, which counts once it was put to him.
RELIEF_OFFERS = frozenset(
    {
        DecisionKind.RELIEF_FIRST,
        DecisionKind.APPROVE_PLAN,
        DecisionKind.APPROVE_WITH_CHANGE,
        DecisionKind.SETTLEMENT,
        DecisionKind.PAUSE,
    }
)

# A suspicion of vulnerability stands until somebody has reviewed it: that is the hardship review.
_CLOSED_BY: Mapping[Gate, frozenset[BlockKind]] = {
    Gate.DISPUTE_OPEN: frozenset({BlockKind.DISPUTE_OPEN, BlockKind.DISPUTED_OR_QUERIED}),
    Gate.COMPLAINT_OPEN: frozenset({BlockKind.COMPLAINT_OPEN}),
    Gate.HARDSHIP_REVIEW_OPEN: frozenset({BlockKind.VULNERABLE_SUSPECTED}),
}

_MEANING: Mapping[Gate, str] = {
    Gate.DISPUTE_OPEN: "a dispute is open",
    Gate.COMPLAINT_OPEN: "a complaint is open",
    Gate.HARDSHIP_REVIEW_OPEN: "a hardship review is open",
    Gate.NO_RELIEF_OFFER: "no relief offer is on record",
}


def closed_gates(kind: DecisionKind, blocks: Collection[BlockKind], *, relief_offered: bool) -> tuple[Gate, ...]:
    """The gates that refuse the decision while these blocks of the borrower hold; none unless it is a legal step."""
    if kind not in LEGAL_STEPS:
        return ()
    blocked = tuple(gate for gate, kinds in _CLOSED_BY.items() if kinds.intersection(blocks))
    return blocked if relief_offered else (*blocked, Gate.NO_RELIEF_OFFER)


def meaning(gate: Gate) -> str:
    """The gate in words."""
    return _MEANING[gate]
