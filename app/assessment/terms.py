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
    """Signs of hardship (research 3.3): most follow from the figures, the last group from what was told at the door.

    GUIDELINE_EXCEEDED and BELOW_LINE_FLOOR are given once for each category, as `GUIDELINE_EXCEEDED:category`.
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
    GUIDELINES_UNKNOWN = "GUIDELINES_UNKNOWN"
    BELOW_LINE_FLOOR = "BELOW_LINE_FLOOR"  # less than the least that a household spends on this, as far as is known
    INCOME_FALL = "INCOME_FALL"  # an irregular income fell by more than the policy's share; or told so
    INCOME_ENDS = "INCOME_ENDS"  # an income ends before an extended plan is looked at again
    INFORMAL_DEBTS = "INFORMAL_DEBTS"
    SUBSISTENCE_RECIPIENT = "SUBSISTENCE_RECIPIENT"
    CARE_OR_INFANT = "CARE_OR_INFANT"
    BUSINESS_CLOSED = "BUSINESS_CLOSED"
    BUSINESS_DOES_NOT_CARRY = "BUSINESS_DOES_NOT_CARRY"  # less is left of a mean month than the household takes out
    SELF_HARM_WORDS = "SELF_HARM_WORDS"  # a person looks at it today
    DOMESTIC_ABUSE = "DOMESTIC_ABUSE"
    SINGLE_EARNER_LOST_JOB = "SINGLE_EARNER_LOST_JOB"
    JOB_LOST = "JOB_LOST"
    ILLNESS = "ILLNESS"
    DEATH_IN_FAMILY = "DEATH_IN_FAMILY"
    DISASTER = "DISASTER"
