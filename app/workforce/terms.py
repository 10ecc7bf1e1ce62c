"""The words of workforce."""

from enum import StrEnum

WORKFORCE_CHANGED = "workforce.changed"


class AbsenceKind(StrEnum):
    """Why somebody is away."""

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    OTHER = "other"


class CertificateKind(StrEnum):
    """What a certificate allows."""

    FIELD_VISIT = "field_visit"
    MICRO_BUSINESS = "micro_business"
    VULNERABLE_CUSTOMERS = "vulnerable_customers"
    DEBT_RECOVERY_AGENT = "debt_recovery_agent"
