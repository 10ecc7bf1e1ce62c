"""The words of signals."""

from enum import StrEnum


class Known(StrEnum):
    """Since when a feature is known."""

    REPORT = "report"  # when the report was made, and never changed since
    AS_OF = "as_of"  # at the instant that was asked for


class Kind(StrEnum):
    """What the values of a feature are."""

    CODE = "code"
    CODES = "codes"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"  # a decimal string
    INSTANT = "instant"
    DAY = "day"


class Grouping(StrEnum):
    """By what visits may be put together."""

    SEGMENT = "segment"
    REGION = "region"
    OVERDUE_REASON = "overdue_reason"
