"""The words of contact."""

from enum import StrEnum

ACCOUNT_UPDATED = "case.account_updated"
CONTACT_RECORDED = "case.contact_recorded"
CONTACT_CORRECTED = "case.contact_corrected"
CONSENT_GIVEN = "case.consent_given"
CONSENT_REVOKED = "case.consent_revoked"
NOTICE_GIVEN = "case.notice_given"
NOTICE_ACKNOWLEDGED = "case.notice_acknowledged"
BLOCK_OPENED = "case.block_opened"
BLOCK_CLOSED = "case.block_closed"
BLOCK_RENEWED = "case.block_renewed"
BLOCK_BEGAN = "case.block_began"
QUIET_WINDOW_OPENED = "case.quiet_window_opened"
QUIET_WINDOW_ENDED = "case.quiet_window_ended"
PREFERENCES_CHANGED = "case.preferences_changed"
NO_VISIT_ENTERED = "no_visit.entered"
NO_VISIT_LIFTED = "no_visit.lifted"
REDRESS_TOLD = "case.redress_told"


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


# What the borrower is owed an answer or a review for, or was offered; `app.redress` makes records of it.
TELLS_OF_REDRESS = frozenset(
    {
        AccountUpdateKind.COMPLAINT_OPENED,
        AccountUpdateKind.COMPLAINT_CLOSED,
        AccountUpdateKind.VULNERABILITY,
        AccountUpdateKind.RELIEF_OFFERED,
    }
)
