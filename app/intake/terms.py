"""The words of intake."""

from enum import StrEnum

CASE_RECEIVED = "case.received"
CASE_ACCEPTED = "case.accepted"
CASE_HELD = "case.held"
CASE_REFUSED = "case.refused"
CASE_RELEASED = "case.released"
CASE_WITHDRAWN = "case.withdrawn"

REGION_MISMATCH = "REGION_MISMATCH"


class CaseStatus(StrEnum):
    """Where a case stands; `app.intake.lifecycle` says how it moves."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    PLANNED = "planned"
    PUBLISHED = "published"
    VISITING = "visiting"
    ASSESSED = "assessed"
    REPORTED = "reported"
    DECIDED = "decided"
    HELD = "held"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXHAUSTED = "exhausted"


class Product(StrEnum):
    """Kind of loan."""

    CONSUMER_CREDIT = "consumer_credit"
    CASH_LOAN = "cash_loan"
    MICRO_BUSINESS = "micro_business"


class Segment(StrEnum):
    """Kind of borrower."""

    YOUNG_CONSUMER = "young_consumer"
    HIGH_SPENDER = "high_spender"
    MICRO_BUSINESS = "micro_business"
    OTHER = "other"


class CoBorrowerRole(StrEnum):
    """How another person is bound to the loan."""

    CO_BORROWER = "co_borrower"
    GUARANTOR = "guarantor"


class PlaceKind(StrEnum):
    """What a place is to the borrower."""

    HOME = "home"
    WORK = "work"
    OTHER = "other"


class PlaceQuality(StrEnum):
    """How exactly a point meets its address."""

    ROOFTOP = "rooftop"
    STREET = "street"
    DISTRICT = "district"
    UNKNOWN = "unknown"


class Channel(StrEnum):
    """How a borrower was contacted."""

    CALL = "call"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"
    MESSAGE = "message"


class ContactOutcome(StrEnum):
    """What came of a contact."""

    NO_ANSWER = "no_answer"
    REACHED = "reached"
    PROMISED = "promised"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"


class HoldReason(StrEnum):
    """Why a case waits."""

    OUTSIDE_REGIONS = "OUTSIDE_REGIONS"
    REGION_UNKNOWN = "REGION_UNKNOWN"
    BLOCKED = "BLOCKED"
    NOBODY_ELIGIBLE = "NOBODY_ELIGIBLE"
