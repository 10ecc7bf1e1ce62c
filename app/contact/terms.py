"""The words of contact."""

from enum import StrEnum

ACCOUNT_UPDATED = "case.account_updated"
CONTACT_RECORDED = "case.contact_recorded"


class AccountUpdateKind(StrEnum):
    """What the case system may tell about a case that we hold."""

    PAYMENT = "payment"
    BALANCE = "balance"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_CLOSED = "dispute_closed"
    COMPLAINT_OPENED = "complaint_opened"
    COMPLAINT_CLOSED = "complaint_closed"
    VULNERABILITY = "vulnerability"
    DECEASED = "deceased"
    REPRESENTED = "represented"
    INSOLVENCY = "insolvency"
    CEASE_REQUEST = "cease_request"
    RELIEF_OFFERED = "relief_offered"
    NOTE = "note"
