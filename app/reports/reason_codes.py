"""Why decisions are taken: the codes that are known, and the kinds of decision they speak for (PURE).

A reason may also be a text of one's own; codes are what can be counted. Source: house vocabulary.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from app.reports.terms import DecisionKind as K


class ReasonCode(StrEnum):
    """A reason that is known by a code."""

    PLAN_AFFORDABLE = "PLAN_AFFORDABLE"
    SURPLUS_NEGATIVE = "SURPLUS_NEGATIVE"
    INCOME_WILL_RETURN = "INCOME_WILL_RETURN"
    HARDSHIP_CONFIRMED = "HARDSHIP_CONFIRMED"
    EVIDENCE_MISSING = "EVIDENCE_MISSING"
    STATEMENT_UNVERIFIED = "STATEMENT_UNVERIFIED"
    BORROWER_ASKED = "BORROWER_ASKED"
    AMOUNT_DISPUTED = "AMOUNT_DISPUTED"
    LUMP_SUM_AVAILABLE = "LUMP_SUM_AVAILABLE"
    WILL_NOT_PAY = "WILL_NOT_PAY"
    CAN_PAY = "CAN_PAY"
    OFFERS_EXHAUSTED = "OFFERS_EXHAUSTED"
    PROMISES_BROKEN = "PROMISES_BROKEN"
    LIMITATION_NEAR = "LIMITATION_NEAR"
    ADDRESS_VERIFIED = "ADDRESS_VERIFIED"
    UNTRACEABLE = "UNTRACEABLE"
    FRAUD_SUSPECTED = "FRAUD_SUSPECTED"
    COST_ABOVE_RECOVERY = "COST_ABOVE_RECOVERY"
    DECEASED = "DECEASED"
    INSOLVENT = "INSOLVENT"
    OTHER = "OTHER"


_C = ReasonCode
_AGAINST_A_DEBTOR_WHO_CAN = (_C.CAN_PAY, _C.WILL_NOT_PAY, _C.OFFERS_EXHAUSTED, _C.PROMISES_BROKEN, _C.LIMITATION_NEAR)
_NOT_NOW = (_C.SURPLUS_NEGATIVE, _C.INCOME_WILL_RETURN, _C.HARDSHIP_CONFIRMED, _C.BORROWER_ASKED)

USUAL: Mapping[K, tuple[ReasonCode, ...]] = {
    K.APPROVE_PLAN: (_C.PLAN_AFFORDABLE, _C.BORROWER_ASKED),
    K.APPROVE_WITH_CHANGE: (_C.PLAN_AFFORDABLE, _C.SURPLUS_NEGATIVE, _C.BORROWER_ASKED),
    K.MORE_EVIDENCE: (_C.EVIDENCE_MISSING, _C.STATEMENT_UNVERIFIED, _C.AMOUNT_DISPUTED, _C.FRAUD_SUSPECTED),
    K.RELIEF_FIRST: _NOT_NOW,
    K.PAUSE: _NOT_NOW,
    K.SOFT_CONTACT: (_C.CAN_PAY, _C.BORROWER_ASKED, _C.INCOME_WILL_RETURN),
    K.MEDIATION: (_C.AMOUNT_DISPUTED, _C.BORROWER_ASKED),
    K.SETTLEMENT: (_C.LUMP_SUM_AVAILABLE, _C.COST_ABOVE_RECOVERY, _C.HARDSHIP_CONFIRMED),
    K.PAYMENT_ORDER: (*_AGAINST_A_DEBTOR_WHO_CAN, _C.ADDRESS_VERIFIED),
    K.LAWSUIT: (*_AGAINST_A_DEBTOR_WHO_CAN, _C.FRAUD_SUSPECTED),
    K.WRITE_OFF: (_C.UNTRACEABLE, _C.COST_ABOVE_RECOVERY, _C.HARDSHIP_CONFIRMED, _C.DECEASED, _C.INSOLVENT),
}


def usual_codes(kind: K) -> tuple[ReasonCode, ...]:
    """The codes that speak for a kind of decision; OTHER speaks for every one."""
    return (*USUAL[kind], ReasonCode.OTHER)


def known_codes(reasons: Iterable[str]) -> tuple[ReasonCode, ...]:
    """Those of the reasons that are known codes, each once; the others are texts of their own."""
    known = {code.value for code in ReasonCode}
    return tuple(dict.fromkeys(ReasonCode(reason) for reason in reasons if reason in known))
