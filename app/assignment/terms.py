"""The words of assignment."""

from enum import StrEnum

CASE_ASSIGNED = "case.assigned"


class Obstacle(StrEnum):
    """What stands against an investigator for a case."""

    INACTIVE = "INACTIVE"
    OTHER_REGION = "OTHER_REGION"
    NO_CERTIFICATE = "NO_CERTIFICATE"
    CERTIFICATE_EXPIRED = "CERTIFICATE_EXPIRED"
    SKILL_MISSING = "SKILL_MISSING"
    LANGUAGE_MISSING = "LANGUAGE_MISSING"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"
    CASELOAD_FULL = "CASELOAD_FULL"
