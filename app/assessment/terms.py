"""The words of assessment."""

from enum import IntEnum, StrEnum

ASSESSMENT_RECORDED = "assessment.recorded"


class LineKind(StrEnum):
    """What a line of a household's statement speaks of."""

    INCOME = "income"
    FIXED = "fixed"
    FLEXIBLE = "flexible"
    DEBT = "debt"
    ASSET = "asset"


class Frequency(StrEnum):
    """How often an amount comes or goes."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    FOUR_WEEKLY = "four_weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    IRREGULAR = "irregular"


class Verification(IntEnum):
    """How well a line is known."""

    NOT_ASKED = 0
    STATED = 1
    CONSISTENT = 2  # stated, and in keeping with what was seen
    SIGHTED = 3  # a document was seen
    COPIED = 4  # a document was copied and hashed
    FROM_SOURCE = 5  # employer, bank or social system, with consent


class ComponentKind(StrEnum):
    """What an arrangement may be made of (research 3.4)."""

    INSTALMENT = "instalment"
    EXTENSION = "extension"
    GRACE = "grace"
    INTEREST_FREEZE = "interest_freeze"
    INTEREST_REDUCTION = "interest_reduction"
    FEE_WAIVER = "fee_waiver"
    PRINCIPAL_REDUCTION = "principal_reduction"
    SETTLEMENT_LUMP = "settlement_lump"
    TOKEN = "token"
    STEP_UP = "step_up"
    SEASONAL = "seasonal"
    MEDIATION = "mediation"


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
