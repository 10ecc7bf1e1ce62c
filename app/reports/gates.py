"""Which gates keep a case from a legal step (PURE).

Source: house policy; no law asks for all of them, several ask for some. A breathing space and its kind for a crisis of
mental health: UK Debt Respite Scheme Regulations 2020 (SI 2020/1311); a claim that is time-barred: KR Personal Debtor
Protection Act. The profiles of contact (`app/compliance/profiles`) name the same for visits.
"""

from collections.abc import Mapping

from app.compliance.situation import BlockKind
from app.redress.matters import Matters
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
    Gate.PLAN_RUNNING: frozenset({BlockKind.PLAN_PERFORMING}),
    Gate.MORATORIUM: frozenset({BlockKind.INSOLVENCY, BlockKind.BREATHING_SPACE, BlockKind.MENTAL_HEALTH_CRISIS}),
    Gate.UNDER_PROTECTION: frozenset({BlockKind.MINOR, BlockKind.INCAPACITY, BlockKind.HOSPITAL}),
    Gate.TIME_BARRED: frozenset({BlockKind.LIMITATION_EXPIRED}),
}

_MEANING: Mapping[Gate, str] = {
    Gate.DISPUTE_OPEN: "a dispute is open",
    Gate.COMPLAINT_OPEN: "a complaint is open",
    Gate.HARDSHIP_REVIEW_OPEN: "a hardship review is open",
    Gate.NO_RELIEF_OFFER: "no relief offer of this time in arrears is on record",
    Gate.PLAN_RUNNING: "the borrower accepted an offer, or a plan is performing",
    Gate.MORATORIUM: "insolvency proceedings or a breathing space stay every legal step",
    Gate.UNDER_PROTECTION: "the borrower is a minor, lacks capacity, or is in hospital, and cannot answer for himself",
    Gate.BORROWER_DECEASED: "the borrower is told to be deceased",
    Gate.TIME_BARRED: "the limitation period of the claim has passed",
}


def closed_gates(kind: DecisionKind, matters: Matters) -> tuple[Gate, ...]:
    """The gates that refuse the decision as things stand with the borrower; none unless it is a legal step."""
    if kind not in LEGAL_STEPS:
        return ()
    closed = {gate for gate, kinds in _CLOSED_BY.items() if kinds.intersection(matters.blocks)}
    told = {
        Gate.NO_RELIEF_OFFER: not matters.relief_offered,
        Gate.PLAN_RUNNING: matters.relief_accepted,
        Gate.BORROWER_DECEASED: matters.deceased,
    }
    return tuple(gate for gate in Gate if gate in closed or told.get(gate, False))


def meaning(gate: Gate) -> str:
    """The gate in words."""
    return _MEANING[gate]
