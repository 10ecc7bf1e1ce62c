"""The words of assessment."""

from enum import IntEnum, StrEnum

from app.visits.terms import ComponentKind, Frequency, LineKind

__all__ = [
    "ASSESSMENT_RECORDED",
    "ComponentKind",
    "Frequency",
    "HardshipFlag",
    "LineKind",
    "OptionName",
    "OptionReason",
    "Verification",
]

ASSESSMENT_RECORDED = "assessment.recorded"


class Verification(IntEnum):
    """How well a line is known."""

    NOT_ASKED = 0
    STATED = 1
    CONSISTENT = 2  # stated, and in keeping with what was seen
    SIGHTED = 3  # a document was seen
    COPIED = 4  # a document was copied and hashed
    FROM_SOURCE = 5  # employer, bank or social system, with consent


class OptionName(StrEnum):
    """The options that are proposed without anybody's choice."""

    INSTALMENT = "instalment"
    EXTENSION = "extension"
    PAUSE = "pause"
    REFERRAL = "referral"


class OptionReason(StrEnum):
    """Why an option is proposed."""

    WITHIN_TERM = "WITHIN_TERM"
    TERM_ABOVE_MAX = "TERM_ABOVE_MAX"
    NOTHING_AFFORDABLE = "NOTHING_AFFORDABLE"
    NO_SURPLUS = "NO_SURPLUS"


class HardshipFlag(StrEnum):
    """Warnings that follow from the figures; what the borrower tells of, such as illness, is a finding and not here.

    GUIDELINE_EXCEEDED is given once for each category, as `GUIDELINE_EXCEEDED:category`.
    """

    NO_INCOME = "NO_INCOME"
    NO_SURPLUS = "NO_SURPLUS"
    NOT_RESILIENT = "NOT_RESILIENT"  # no surplus is left when the income falls to the policy's stress
    RATIO_ABOVE_CAP = "RATIO_ABOVE_CAP"
    BELOW_FLOOR = "BELOW_FLOOR"  # the household says it spends less than the subsistence floor
    GUIDELINE_EXCEEDED = "GUIDELINE_EXCEEDED"
    MANY_LENDERS = "MANY_LENDERS"
    DEBT_WITHOUT_BALANCE = "DEBT_WITHOUT_BALANCE"
    INSTALMENT_UNKNOWN = "INSTALMENT_UNKNOWN"
    LINES_DECLINED = "LINES_DECLINED"
    FLOOR_UNKNOWN = "FLOOR_UNKNOWN"
