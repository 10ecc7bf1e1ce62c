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
    "OptionNote",
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
    """The options that are proposed without anybody's choice; a proposal has each of them once at most."""

    INSTALMENT = "instalment"
    SEASONAL = "seasonal"
    STEADY = "steady"
    RELIEF = "relief"
    SETTLEMENT = "settlement"
    STEP_UP = "step_up"
    GRACE = "grace"
    EXTENSION = "extension"
    TOKEN = "token"
    PAUSE = "pause"
    REFERRAL = "referral"


class OptionReason(StrEnum):
    """Why an option is proposed."""

    WITHIN_TERM = "WITHIN_TERM"
    LEAN_MONTHS = "LEAN_MONTHS"  # the season leaves less than the instalment in some months
    SURVIVES_STRESS = "SURVIVES_STRESS"  # less a month, which can still be paid when the income falls
    RELIEF_WITHIN_TERM = "RELIEF_WITHIN_TERM"  # with the relief that the policy allows it ends in time
    SETTLED_EARLY = "SETTLED_EARLY"
    EASIER_START = "EASIER_START"
    TIME_FIRST = "TIME_FIRST"
    TERM_ABOVE_MAX = "TERM_ABOVE_MAX"
    NOTHING_AFFORDABLE = "NOTHING_AFFORDABLE"
    NO_SURPLUS = "NO_SURPLUS"
    ASKED_BY_BORROWER = "ASKED_BY_BORROWER"
    INDEPENDENT_ADVICE = "INDEPENDENT_ADVICE"  # nothing else fits beside the plan


class OptionNote(StrEnum):
    """What must be said of an option beside its figures."""

    RATE_UNKNOWN = "RATE_UNKNOWN"  # the contract may charge interest that is not in the figures
    NO_END_IN_SIGHT = "NO_END_IN_SIGHT"  # going on like this would not pay the loan within the longest extension
    WAIVED_WHEN_KEPT = "WAIVED_WHEN_KEPT"  # what is waived falls away once every payment has been made
    ABOVE_SURPLUS_IN_SEASON = "ABOVE_SURPLUS_IN_SEASON"  # a month that earns more pays more than the usual surplus


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
