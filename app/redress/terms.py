"""The words of redress."""

from enum import StrEnum

COMPLAINT_OPENED = "case.complaint_opened"
COMPLAINT_ACKNOWLEDGED = "case.complaint_acknowledged"
EXTENSION_ASKED = "case.complaint_extension_asked"
COMPLAINT_EXTENDED = "case.complaint_extended"
COMPLAINT_RESOLVED = "case.complaint_resolved"
REVIEW_OPENED = "case.hardship_review_opened"
REVIEW_CONCLUDED = "case.hardship_review_concluded"
RELIEF_RECORDED = "case.relief_recorded"
RELIEF_DELIVERED = "case.relief_delivered"
RELIEF_ANSWERED = "case.relief_answered"
RELIEF_ENDED = "case.relief_ended"


class ComplaintSubject(StrEnum):
    """What a complaint is about."""

    CONTACT_CONDUCT = "contact_conduct"
    AMOUNT = "amount"
    IDENTITY = "identity"
    PRIVACY = "privacy"
    TERMS = "terms"  # not understood, or mis-sold
    OTHER = "other"


class ComplaintChannel(StrEnum):
    """How a complaint came in."""

    DOOR = "door"
    CALL = "call"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    MESSAGE = "message"
    IN_PERSON = "in_person"
    REGULATOR = "regulator"
    CASE_SYSTEM = "case_system"
    OTHER = "other"


class Complainant(StrEnum):
    """Who complains."""

    BORROWER = "borrower"
    CO_BORROWER = "co_borrower"
    GUARANTOR = "guarantor"
    HOUSEHOLD = "household"
    REPRESENTATIVE = "representative"
    THIRD_PARTY = "third_party"


class Complexity(StrEnum):
    """Which time limit a complaint has."""

    SIMPLE = "simple"
    COMPLEX = "complex"


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class ComplaintOutcome(StrEnum):
    """What came of a complaint; `answered_elsewhere` is what the case system tells of one that it closed."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ANSWERED_ELSEWHERE = "answered_elsewhere"


class Paper(StrEnum):
    """What a complainant may be asked for; `app.redress.handling` knows which of them the lender holds."""

    LOAN_CONTRACT = "loan_contract"
    ACCOUNT_STATEMENT = "account_statement"
    REPAYMENT_RECORD = "repayment_record"
    CONTACT_RECORD = "contact_record"
    VISIT_RECORD = "visit_record"
    PROOF_OF_PAYMENT = "proof_of_payment"
    PROOF_OF_AUTHORITY = "proof_of_authority"
    PROOF_OF_INCOME = "proof_of_income"
    MEDICAL_RECORD = "medical_record"
    OTHER_EVIDENCE = "other_evidence"


class HardshipGround(StrEnum):
    """Why somebody may be in hardship (research 3.3)."""

    INCOME_FALL = "income_fall"
    JOB_LOSS = "job_loss"
    ILLNESS = "illness"
    DISABILITY_OR_CARE = "disability_or_care"
    PREGNANCY_OR_INFANT = "pregnancy_or_infant"
    DEATH_IN_FAMILY = "death_in_family"
    SUBSISTENCE_RECIPIENT = "subsistence_recipient"
    BUSINESS_CLOSED = "business_closed"
    DISASTER = "disaster"
    DOMESTIC_ABUSE = "domestic_abuse"
    OVER_INDEBTEDNESS = "over_indebtedness"
    INFORMAL_DEBT_PRESSURE = "informal_debt_pressure"
    SELF_HARM_WORDS = "self_harm_words"
    OTHER = "other"


class ReviewState(StrEnum):
    """Where a hardship review stands."""

    OPEN = "open"
    CONCLUDED = "concluded"


class ReviewOutcome(StrEnum):
    """What a hardship review found."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"


class OfferChannel(StrEnum):
    """How an offer was put to the borrower."""

    VISIT = "visit"
    CALL = "call"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    MESSAGE = "message"
    IN_PERSON = "in_person"
    CASE_SYSTEM = "case_system"


class OfferResponse(StrEnum):
    """What the borrower said to an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class OfferEnding(StrEnum):
    """How relief that the borrower accepted came to its end."""

    COMPLETED = "completed"
    BROKEN = "broken"
    REPLACED = "replaced"


class OfferState(StrEnum):
    """Where an offer stands.

    One that nobody has put to the borrower yet is planned and counts for nothing; while an accepted one has not ended
    there is no legal step.
    """

    PLANNED = "planned"
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    ENDED = "ended"
