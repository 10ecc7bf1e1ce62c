"""A decision as the risk department wants it (PURE)."""

from dataclasses import dataclass
from uuid import UUID

from app.reports.terms import DecisionKind


@dataclass(frozen=True)
class Intent:
    """What is to be decided, on which report, and why; `option` is the name of one of the report's options."""

    kind: DecisionKind
    report_id: UUID
    option: str | None
    reasons: tuple[str, ...]
    alternatives_considered: tuple[str, ...]
    note: str | None
